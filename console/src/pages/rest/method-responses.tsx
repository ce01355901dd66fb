/** What clients may get: for each status its headers and models. */
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import type { MethodResponse } from '../../../../src/wire/generated/apigateway.ts';
import { call } from '../../client/call.ts';
import { ConfirmDelete } from '../../shared/confirm-delete.tsx';
import { TextField } from '../../shared/fields.tsx';
import { FormModal } from '../../shared/form-modal.tsx';
import { type KeyValue, mapOf, pairsOf } from '../../shared/key-value-editor.tsx';
import { listIn } from '../../shared/list-in.ts';
import { mapPatches } from '../../shared/map-patches.ts';
import { type MethodProps, placeOf, textMap } from './method-place.ts';
import { ModelRows } from './model-rows.tsx';

const headerPrefix = 'method.response.header.';

export function MethodResponses(props: MethodProps) {
  const [dialog, setDialog] = useState<{ kind: 'edit' | 'delete' | 'create'; status: string }>();
  const responses = Object.entries(props.method.methodResponses ?? {});
  const close = (): void => setDialog(undefined);
  return (
    <SpaceBetween size="m">
      <Header
        variant="h3"
        description="A status that is not here cannot be mapped to; a proxy's backend may send any."
        actions={<Button onClick={() => setDialog({ kind: 'create', status: '' })}>Create response</Button>}
      >
        Responses
      </Header>
      {responses.length === 0 && <Box color="text-status-inactive">No responses yet.</Box>}
      {responses.map(([status, response]) => (
        <Container
          key={status}
          header={
            <Header
              variant="h3"
              actions={
                <SpaceBetween direction="horizontal" size="xs">
                  <Button ariaLabel={`Delete response ${status}`} onClick={() => setDialog({ kind: 'delete', status })}>
                    Delete
                  </Button>
                  <Button ariaLabel={`Edit response ${status}`} onClick={() => setDialog({ kind: 'edit', status })}>
                    Edit
                  </Button>
                </SpaceBetween>
              }
            >
              {`Response ${status}`}
            </Header>
          }
        >
          <KeyValuePairs
            columns={2}
            items={[
              { label: 'Response headers', value: headersOf(response).join(', ') || '-' },
              {
                label: 'Response body',
                value:
                  pairsOf(textMap(response?.responseModels))
                    .map(([type, model]) => `${type}: ${model}`)
                    .join(', ') || '-',
              },
            ]}
          />
        </Container>
      ))}
      {dialog?.kind === 'delete' && (
        <ConfirmDelete
          title={`Delete method response ${dialog.status}?`}
          run={() => call('apigateway', 'DeleteMethodResponse', { ...placeOf(props), statusCode: dialog.status })}
          close={close}
        />
      )}
      {(dialog?.kind === 'create' || dialog?.kind === 'edit') && (
        <ResponseDialog
          {...props}
          status={dialog.status}
          response={props.method.methodResponses?.[dialog.status] ?? undefined}
          close={close}
        />
      )}
    </SpaceBetween>
  );
}

const headersOf = (response: MethodResponse | null | undefined): string[] =>
  Object.keys(response?.responseParameters ?? {}).map((name) => name.replace(headerPrefix, ''));

interface ResponseDialogProps extends MethodProps {
  /** Empty for a new one. */
  readonly status: string;
  readonly response: MethodResponse | undefined;
  close(): void;
}

function ResponseDialog(props: ResponseDialogProps) {
  const { apiId, status: given, response, close } = props;
  const [status, setStatus] = useState(given);
  const [headers, setHeaders] = useState(headersOf(response).join(', '));
  const [models, setModels] = useState<readonly KeyValue[]>(pairsOf(textMap(response?.responseModels)));

  async function save(): Promise<unknown> {
    const place = { ...placeOf(props), statusCode: status };
    const names = listIn(headers);
    const responseParameters = Object.fromEntries(names.map((name) => [`${headerPrefix}${name}`, false]));
    const responseModels = mapOf(models);
    if (response === undefined)
      return call('apigateway', 'PutMethodResponse', { ...place, responseParameters, responseModels });
    const had = Object.fromEntries(headersOf(response).map((name) => [`${headerPrefix}${name}`, 'false']));
    const wanted = Object.fromEntries(names.map((name) => [`${headerPrefix}${name}`, 'false']));
    const patchOperations = [
      ...mapPatches('/responseParameters', had, wanted),
      ...mapPatches('/responseModels', textMap(response.responseModels), responseModels),
    ];
    return call('apigateway', 'UpdateMethodResponse', { ...place, patchOperations });
  }

  return (
    <FormModal
      title={given === '' ? 'Create method response' : `Method response ${given}`}
      submitText="Save"
      size="large"
      isDisabled={status === ''}
      onDismiss={close}
      onSubmit={save}
    >
      {given === '' && <TextField label="HTTP status code" placeholder="404" value={status} onChange={setStatus} />}
      <TextField
        label="Header names"
        description="Separated by commas. What they hold is mapped in the integration response."
        value={headers}
        onChange={setHeaders}
      />
      <ModelRows apiId={apiId} title="Response body" add="Add model" rows={models} onChange={setModels} />
    </FormModal>
  );
}
