/** How what a backend answers becomes what the client gets. */
import Alert from '@cloudscape-design/components/alert';
import Button from '@cloudscape-design/components/button';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import type { Integration, IntegrationResponse } from '../../../../src/wire/generated/apigatewayv2.ts';
import { call } from '../../client/call.ts';
import { useItems } from '../../client/queries.ts';
import { ConfirmDelete } from '../../shared/confirm-delete.tsx';
import { TextField } from '../../shared/fields.tsx';
import { FormModal } from '../../shared/form-modal.tsx';
import { type Column, ItemTable } from '../../shared/item-table.tsx';
import { type KeyValue, mapOf, pairsOf } from '../../shared/key-value-editor.tsx';
import { Templates } from '../rest/templates.tsx';

const templates = ({ ResponseTemplates }: IntegrationResponse): string =>
  Object.keys(ResponseTemplates ?? {}).join(', ') || '-';

const columns: readonly Column<IntegrationResponse>[] = [
  {
    title: 'Response key',
    cell: ({ IntegrationResponseKey }) => IntegrationResponseKey,
    text: ({ IntegrationResponseKey = '' }) => IntegrationResponseKey,
  },
  { title: 'Template selection expression', cell: (each) => each.TemplateSelectionExpression || '-' },
  { title: 'Templates', cell: templates },
];

export function IntegrationResponsesPanel({
  apiId,
  integration,
}: {
  apiId: string;
  integration: Integration | undefined;
}) {
  if (integration === undefined) return <Alert type="info">This route has no integration yet.</Alert>;
  return <Responses apiId={apiId} integrationId={integration.IntegrationId!} />;
}

function Responses({ apiId: ApiId, integrationId: IntegrationId }: { apiId: string; integrationId: string }) {
  const { data, error } = useItems('apigatewayv2', 'GetIntegrationResponses', { ApiId, IntegrationId });
  const [selectedId, select] = useState<string>();
  const [dialog, setDialog] = useState<'create' | 'edit' | 'delete'>();
  const selected = data?.find(({ IntegrationResponseId }) => IntegrationResponseId === selectedId);
  const close = (): void => setDialog(undefined);
  return (
    <>
      <ItemTable
        title="Integration responses"
        description="Keys are $default or a pattern of statuses, /2\d\d/."
        level="h2"
        items={data}
        error={error}
        columns={columns}
        idOf={({ IntegrationResponseKey }) => IntegrationResponseKey!}
        selected={selected}
        onSelect={(item) => select(item?.IntegrationResponseId)}
        actions={
          <SpaceBetween direction="horizontal" size="xs">
            <Button disabled={!selected} onClick={() => setDialog('edit')}>
              Edit
            </Button>
            <Button disabled={!selected} onClick={() => setDialog('delete')}>
              Delete
            </Button>
            <Button onClick={() => setDialog('create')}>Create response</Button>
          </SpaceBetween>
        }
        empty="No integration responses."
      />
      {dialog === 'create' && <ResponseDialog place={{ ApiId, IntegrationId }} close={close} />}
      {dialog === 'edit' && selected && (
        <ResponseDialog place={{ ApiId, IntegrationId }} response={selected} close={close} />
      )}
      {dialog === 'delete' && selected && (
        <ConfirmDelete
          title={`Delete integration response ${selected.IntegrationResponseKey}?`}
          run={() =>
            call('apigatewayv2', 'DeleteIntegrationResponse', {
              ...{ ApiId, IntegrationId, IntegrationResponseId: selected.IntegrationResponseId! },
            })
          }
          close={close}
        />
      )}
    </>
  );
}

interface ResponseDialogProps {
  readonly place: { readonly ApiId: string; readonly IntegrationId: string };
  readonly response?: IntegrationResponse;
  close(): void;
}

function ResponseDialog({ place, response, close }: ResponseDialogProps) {
  const [key, setKey] = useState(response?.IntegrationResponseKey ?? '$default');
  const [expression, setExpression] = useState(response?.TemplateSelectionExpression ?? '');
  const [rows, setRows] = useState<readonly KeyValue[]>(pairsOf(response?.ResponseTemplates));
  const values = {
    ...{ ...place, IntegrationResponseKey: key, ResponseTemplates: mapOf(rows) },
    ...((expression !== '' || response !== undefined) && { TemplateSelectionExpression: expression }),
  };
  return (
    <FormModal
      title={response ? `Integration response ${key}` : 'Create integration response'}
      submitText="Save"
      size="large"
      isDisabled={key === ''}
      onDismiss={close}
      onSubmit={() =>
        response
          ? call('apigatewayv2', 'UpdateIntegrationResponse', {
              ...values,
              IntegrationResponseId: response.IntegrationResponseId!,
            })
          : call('apigatewayv2', 'CreateIntegrationResponse', values)
      }
    >
      <TextField label="Response key" value={key} onChange={setKey} />
      <TextField
        label="Template selection expression - optional"
        placeholder="$integration.response.statuscode"
        value={expression}
        onChange={setExpression}
      />
      <Templates keyLabel="Template key" rows={rows} onChange={setRows} />
    </FormModal>
  );
}
