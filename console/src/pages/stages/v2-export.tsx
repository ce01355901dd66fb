/** The stage's deployment as an OpenAPI 3 document. */
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { call } from '../../client/call.ts';
import { useChange } from '../../client/queries.ts';
import { CodeField } from '../../shared/code-field.tsx';
import { download } from '../../shared/download.ts';
import { ChoiceField, SwitchField } from '../../shared/fields.tsx';
import { Refusal } from '../../shared/refusal.tsx';
import type { V2StageProps } from './v2-calls.ts';

export function V2Export({ api, stage }: V2StageProps) {
  const [format, setFormat] = useState<'YAML' | 'JSON'>('JSON');
  const [hasExtensions, setExtensions] = useState(true);
  const [shown, setShown] = useState<{ text: string; language: 'yaml' | 'json' }>();
  const language = format === 'YAML' ? 'yaml' : 'json';
  const read = async (): Promise<string> => {
    const { body } = await call('apigatewayv2', 'ExportApi', {
      ...{ ApiId: api.ApiId!, Specification: 'OAS30', OutputType: format, IncludeExtensions: hasExtensions },
      // Without a deployment there is only the API as it is edited.
      ...(stage.DeploymentId !== undefined && { StageName: stage.StageName! }),
    });
    return new TextDecoder().decode(body);
  };
  const show = useChange(async () => setShown({ text: await read(), language }));
  const save = useChange(async () =>
    download(`${api.Name}-${stage.StageName}.${language}`, await read(), `application/${language}`),
  );
  return (
    <Container header={<Header variant="h2">Export</Header>}>
      <SpaceBetween size="m">
        <ChoiceField
          label="Format"
          value={format}
          onChange={(value) => setFormat(value as typeof format)}
          options={[{ value: 'JSON' }, { value: 'YAML' }]}
        />
        <SwitchField label="Include API Gateway extensions" value={hasExtensions} onChange={setExtensions} />
        <SpaceBetween direction="horizontal" size="xs">
          <Button loading={show.isRunning} onClick={() => void show.run().catch(() => undefined)}>
            Show
          </Button>
          <Button
            variant="primary"
            iconName="download"
            loading={save.isRunning}
            onClick={() => void save.run().catch(() => undefined)}
          >
            Export API
          </Button>
        </SpaceBetween>
        <Refusal error={show.error ?? save.error} />
        {shown && <CodeField label="Exported API" language={shown.language} value={shown.text} lines={20} />}
      </SpaceBetween>
    </Container>
  );
}
