/** What a REST API answers when a request does not come to its backend, or nothing usable comes back. */
import Badge from '@cloudscape-design/components/badge';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import ContentLayout from '@cloudscape-design/components/content-layout';
import FormField from '@cloudscape-design/components/form-field';
import Grid from '@cloudscape-design/components/grid';
import Header from '@cloudscape-design/components/header';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import { call, type ItemOf } from '../../client/call.ts';
import type { Output } from '../../client/operations.ts';
import { useItems } from '../../client/queries.ts';
import { CodeField } from '../../shared/code-field.tsx';
import { ConfirmDelete } from '../../shared/confirm-delete.tsx';
import { useDraft } from '../../shared/draft.ts';
import { EditPanel } from '../../shared/edit-panel.tsx';
import { TextField } from '../../shared/fields.tsx';
import { ItemTable } from '../../shared/item-table.tsx';
import { KeyValueEditor, mapOf, pairsOf } from '../../shared/key-value-editor.tsx';
import { tellSuccess } from '../../shell/flash.tsx';
import { useParam } from '../../shell/page-context.ts';
import { useQueryValue } from '../../shell/router.ts';

type GatewayResponse = ItemOf<Output<'apigateway', 'GetGatewayResponses'>>;

export default function GatewayResponses() {
  const restApiId = useParam('apiId');
  const { data, error } = useItems('apigateway', 'GetGatewayResponses', { restApiId });
  const [type, setType] = useQueryValue('type');
  const [isResetting, setResetting] = useState(false);
  const chosen = data?.find(({ responseType }) => responseType === type);
  return (
    <ContentLayout
      header={
        <Header
          variant="h1"
          description="Changes act with the next deployment."
          actions={
            <Button
              disabled={chosen === undefined || chosen.defaultResponse === true}
              onClick={() => setResetting(true)}
            >
              Reset to default
            </Button>
          }
        >
          Gateway responses
        </Header>
      }
    >
      <Grid gridDefinition={[{ colspan: { default: 12, s: 7 } }, { colspan: { default: 12, s: 5 } }]}>
        <ItemTable
          title="Response types"
          level="h2"
          items={data}
          error={error}
          idOf={({ responseType }) => responseType!}
          selected={chosen}
          onSelect={(response) => setType(response?.responseType)}
          columns={[
            {
              title: 'Response type',
              cell: ({ responseType }) => responseType,
              text: ({ responseType }) => responseType!,
            },
            {
              title: 'Status',
              cell: ({ statusCode }) => statusCode ?? '-',
              text: ({ statusCode }) => statusCode ?? '',
            },
            {
              title: 'State',
              cell: ({ defaultResponse }) => (defaultResponse ? 'Default' : <Badge color="blue">Customized</Badge>),
            },
          ]}
          empty="There are no gateway responses."
        />
        {chosen ? (
          <ResponseEditor key={chosen.responseType} restApiId={restApiId} response={chosen} />
        ) : (
          <Container>Choose a response to change what callers see.</Container>
        )}
      </Grid>
      {isResetting && chosen && (
        <ConfirmDelete
          title={`Reset ${chosen.responseType}?`}
          action="Reset to default"
          run={async () => {
            await call('apigateway', 'DeleteGatewayResponse', { restApiId, responseType: chosen.responseType! });
            tellSuccess(`${chosen.responseType} is the default again.`);
          }}
          close={() => setResetting(false)}
        >
          Its status, headers and templates are API Gateway's own again.
        </ConfirmDelete>
      )}
    </ContentLayout>
  );
}

const headerBeginning = 'gatewayresponse.header.';

/** Headers are shown by their names; what else is mapped keeps its whole key. */
const shownName = (key: string): string => (key.startsWith(headerBeginning) ? key.slice(headerBeginning.length) : key);
const keyOf = (name: string): string => (name.startsWith('gatewayresponse.') ? name : `${headerBeginning}${name}`);

function ResponseEditor({ restApiId, response }: { restApiId: string; response: GatewayResponse }) {
  const { responseType, statusCode, responseParameters, responseTemplates } = response;
  const draft = useDraft({
    statusCode: statusCode ?? '',
    headers: pairsOf(responseParameters).map(([key, value]) => [shownName(key), value] as const),
    templates: pairsOf(responseTemplates),
  });
  const { value, set } = draft;
  const save = (): Promise<unknown> =>
    call('apigateway', 'PutGatewayResponse', {
      ...{ restApiId, responseType: responseType! },
      ...(value.statusCode !== '' && { statusCode: value.statusCode }),
      responseParameters: mapOf(value.headers.map(([name, mapped]) => [name && keyOf(name), mapped])),
      responseTemplates: mapOf(value.templates),
    });
  return (
    <EditPanel title={responseType!} draft={draft} save={save} saved={`${responseType} saved.`}>
      <TextField
        label="Status code"
        hint="Empty for the status of the failure itself."
        value={value.statusCode}
        onChange={(code) => set({ statusCode: code })}
      />
      <FormField
        label="Response headers"
        description="Values are mapping expressions; text stands in single quotes: '*'."
        stretch
      >
        <KeyValueEditor
          pairs={value.headers}
          onChange={(headers) => set({ headers: [...headers] })}
          addLabel="Add response header"
          keyLabel="Header"
          valueLabel="Mapping"
          empty="No headers."
        />
      </FormField>
      {value.templates.map(([type, template], at) => (
        <FormField key={type} label={`Template for ${type}`} stretch>
          <CodeField
            label={`Template for ${type}`}
            language={type.includes('json') ? 'json' : 'text'}
            lines={4}
            value={template}
            onChange={(text) => set({ templates: value.templates.map((pair, i) => (i === at ? [type, text] : pair)) })}
          />
        </FormField>
      ))}
      <AddTemplate
        known={value.templates.map(([type]) => type)}
        onAdd={(type) => set({ templates: [...value.templates, [type, '{"message":$context.error.messageString}']] })}
        onRemove={(type) => set({ templates: value.templates.filter(([each]) => each !== type) })}
      />
    </EditPanel>
  );
}

function AddTemplate({
  known,
  onAdd,
  onRemove,
}: {
  known: string[];
  onAdd: (type: string) => void;
  onRemove: (type: string) => void;
}) {
  const [type, setType] = useState('application/json');
  const isKnown = known.includes(type);
  return (
    <SpaceBetween direction="horizontal" size="xs" alignItems="end">
      <TextField label="Content type" value={type} onChange={setType} />
      <Button formAction="none" disabled={type === '' || isKnown} onClick={() => onAdd(type)}>
        Add template
      </Button>
      <Button formAction="none" disabled={!isKnown} onClick={() => onRemove(type)}>
        Remove template
      </Button>
    </SpaceBetween>
  );
}
