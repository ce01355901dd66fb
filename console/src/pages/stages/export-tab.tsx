/** The stage as an OpenAPI document. */
import Button from '@cloudscape-design/components/button';
import ColumnLayout from '@cloudscape-design/components/column-layout';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { call } from '../../client/call.ts';
import { useChange } from '../../client/queries.ts';
import { CodeField } from '../../shared/code-field.tsx';
import { download } from '../../shared/download.ts';
import { ChoiceField } from '../../shared/fields.tsx';
import { Refusal } from '../../shared/refusal.tsx';
import type { StageTabProps } from './stage-calls.ts';

const extensionChoices = [
  { value: '', label: 'None' },
  { value: 'integrations', label: 'API Gateway extensions' },
  { value: 'authorizers', label: 'API Gateway authorizers' },
  { value: 'postman', label: 'Postman extensions' },
];

export function ExportTab({ restApiId, stage }: StageTabProps) {
  const [exportType, setExportType] = useState('oas30');
  const [format, setFormat] = useState<'json' | 'yaml'>('json');
  const [extensions, setExtensions] = useState('');
  const [shown, setShown] = useState<{ text: string; format: 'json' | 'yaml' }>();
  const read = async (): Promise<string> => {
    const { body } = await call('apigateway', 'GetExport', {
      ...{ restApiId, stageName: stage.stageName!, exportType, accepts: `application/${format}` },
      parameters: extensions === '' ? {} : { extensions },
    });
    return new TextDecoder().decode(body);
  };
  const show = useChange(async () => setShown({ text: await read(), format }));
  const save = useChange(async () => {
    const name = `${stage.stageName}-${exportType === 'oas30' ? 'oas30' : 'swagger'}.${format}`;
    download(name, await read(), `application/${format}`);
  });
  return (
    <Container header={<Header variant="h2">Export</Header>}>
      <SpaceBetween size="m">
        <ColumnLayout columns={3}>
          <ChoiceField
            label="API specification type"
            value={exportType}
            onChange={setExportType}
            options={[
              { value: 'oas30', label: 'OpenAPI 3' },
              { value: 'swagger', label: 'Swagger' },
            ]}
          />
          <ChoiceField
            label="Format"
            value={format}
            onChange={(value) => setFormat(value as typeof format)}
            options={[
              { value: 'json', label: 'JSON' },
              { value: 'yaml', label: 'YAML' },
            ]}
          />
          <ChoiceField
            label="Extensions"
            value={extensions}
            onChange={setExtensions}
            options={extensionChoices}
            placeholder="None"
          />
        </ColumnLayout>
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
        {shown && <CodeField label="Exported API" language={shown.format} value={shown.text} lines={20} />}
      </SpaceBetween>
    </Container>
  );
}
