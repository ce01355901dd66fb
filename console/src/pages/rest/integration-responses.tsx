/** How what the backend answers becomes what the client gets. */
import Alert from '@cloudscape-design/components/alert';
import Box from '@cloudscape-design/components/box';
import Button from '@cloudscape-design/components/button';
import Container from '@cloudscape-design/components/container';
import Header from '@cloudscape-design/components/header';
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs';
import SpaceBetween from '@cloudscape-design/components/space-between';
import { useState } from 'react';
import type { IntegrationResponse } from '../../../../src/wire/generated/apigateway.ts';
import { call } from '../../client/call.ts';
import { ConfirmDelete } from '../../shared/confirm-delete.tsx';
import { ChoiceField, TextField } from '../../shared/fields.tsx';
import { FormModal } from '../../shared/form-modal.tsx';
import { type KeyValue, mapOf, pairsOf } from '../../shared/key-value-editor.tsx';
import { mapPatches, type Patch, replaced } from '../../shared/map-patches.ts';
import { Mappings } from './mappings.tsx';
import { type IntegrationProps, isProxyType, placeOf, textMap } from './method-place.ts';
import { Templates } from './templates.tsx';

export function IntegrationResponses(props: IntegrationProps) {
  const { integration } = props;
  const [dialog, setDialog] = useState<{ kind: 'edit' | 'delete' | 'create'; status: string }>();
  if (isProxyType(integration)) {
    return (
      <Alert type="info">
        A proxy integration sends the backend's answer to the client as it is: there is nothing to map.
      </Alert>
    );
  }
  const responses = Object.entries(integration.integrationResponses ?? {});
  const close = (): void => setDialog(undefined);
  return (
    <SpaceBetween size="m">
      <Header
        variant="h3"
        description="The first whose pattern matches is taken; the one without a pattern takes what is left."
        actions={<Button onClick={() => setDialog({ kind: 'create', status: '' })}>Create response</Button>}
      >
        Responses
      </Header>
      {responses.length === 0 && <Box color="text-status-inactive">No responses: the method answers 500.</Box>}
      {responses.map(([status, response]) => (
        <Container
          key={status}
          header={
            <Header
              variant="h3"
              actions={
                <SpaceBetween direction="horizontal" size="xs">
                  <Button
                    ariaLabel={`Delete integration response ${status}`}
                    onClick={() => setDialog({ kind: 'delete', status })}
                  >
                    Delete
                  </Button>
                  <Button
                    ariaLabel={`Edit integration response ${status}`}
                    onClick={() => setDialog({ kind: 'edit', status })}
                  >
                    Edit
                  </Button>
                </SpaceBetween>
              }
            >
              {response?.selectionPattern ? `${response.selectionPattern} - Response` : 'Default - Response'}
            </Header>
          }
        >
          <SpaceBetween size="m">
            <KeyValuePairs
              columns={3}
              items={[
                { label: 'Method response status code', value: status },
                { label: 'Content handling', value: response?.contentHandling ?? 'Passthrough' },
                {
                  label: 'Header mappings',
                  value:
                    pairsOf(textMap(response?.responseParameters))
                      .map(([name, value]) => `${name.replace('method.response.header.', '')}: ${value}`)
                      .join(', ') || '-',
                },
              ]}
            />
            {pairsOf(textMap(response?.responseTemplates)).map(([type, template]) => (
              <div key={type}>
                <Box variant="awsui-key-label">{type}</Box>
                <Box variant="code">{template || 'Output passthrough'}</Box>
              </div>
            ))}
          </SpaceBetween>
        </Container>
      ))}
      {dialog?.kind === 'delete' && (
        <ConfirmDelete
          title={`Delete integration response ${dialog.status}?`}
          run={() => call('apigateway', 'DeleteIntegrationResponse', { ...placeOf(props), statusCode: dialog.status })}
          close={close}
        />
      )}
      {(dialog?.kind === 'create' || dialog?.kind === 'edit') && (
        <ResponseDialog
          {...props}
          status={dialog.status}
          response={integration.integrationResponses?.[dialog.status] ?? undefined}
          close={close}
        />
      )}
    </SpaceBetween>
  );
}

interface ResponseDialogProps extends IntegrationProps {
  /** Empty for a new one. */
  readonly status: string;
  readonly response: IntegrationResponse | undefined;
  close(): void;
}

function ResponseDialog(props: ResponseDialogProps) {
  const { method, integration, status: given, response, close } = props;
  const free = Object.keys(method.methodResponses ?? {}).filter(
    (each) => !(each in (integration.integrationResponses ?? {})),
  );
  const [status, setStatus] = useState(given);
  const [pattern, setPattern] = useState(response?.selectionPattern ?? '');
  const [handling, setHandling] = useState<string>(response?.contentHandling ?? 'passthrough');
  const [headers, setHeaders] = useState<readonly KeyValue[]>(pairsOf(textMap(response?.responseParameters)));
  const [templates, setTemplates] = useState<readonly KeyValue[]>(pairsOf(textMap(response?.responseTemplates)));
  const isLambda = integration.uri?.includes(':lambda:path/') ?? false;

  async function save(): Promise<unknown> {
    const place = { ...placeOf(props), statusCode: status };
    const [responseParameters, responseTemplates] = [mapOf(headers), mapOf(templates)];
    const contentHandling = handling === 'passthrough' ? undefined : (handling as 'CONVERT_TO_TEXT');
    if (response === undefined) {
      return call('apigateway', 'PutIntegrationResponse', {
        ...{ ...place, responseParameters, responseTemplates },
        ...(pattern && { selectionPattern: pattern }),
        ...(contentHandling && { contentHandling }),
      });
    }
    const patchOperations: Patch[] = [
      ...(pattern === (response.selectionPattern ?? '') ? [] : [replaced('/selectionPattern', pattern)]),
      ...(contentHandling === response.contentHandling ? [] : [replaced('/contentHandling', contentHandling ?? '')]),
      ...mapPatches('/responseParameters', textMap(response.responseParameters), responseParameters),
      ...mapPatches('/responseTemplates', textMap(response.responseTemplates), responseTemplates),
    ];
    return call('apigateway', 'UpdateIntegrationResponse', { ...place, patchOperations });
  }

  return (
    <FormModal
      title={given === '' ? 'Create integration response' : `Integration response ${given}`}
      submitText="Save"
      size="large"
      isDisabled={status === ''}
      onDismiss={close}
      onSubmit={save}
    >
      {given === '' && (
        <ChoiceField
          label="Method response status code"
          description="Of those that the method response has."
          value={status}
          onChange={setStatus}
          options={free.map((value) => ({ value }))}
        />
      )}
      <TextField
        label={isLambda ? 'Lambda error regex' : 'HTTP status regex'}
        description={
          isLambda
            ? 'Matched against the whole errorMessage of a function that failed. Empty: this is the default.'
            : "Matched against the backend's status. Empty: this is the default."
        }
        placeholder={isLambda ? '.*Invalid.*' : '5\\d{2}'}
        value={pattern}
        onChange={setPattern}
      />
      <ChoiceField
        label="Content handling"
        value={handling}
        onChange={setHandling}
        options={[
          { value: 'passthrough', label: 'Passthrough' },
          { value: 'CONVERT_TO_BINARY', label: 'Convert to binary' },
          { value: 'CONVERT_TO_TEXT', label: 'Convert to text' },
        ]}
      />
      <Mappings
        rows={headers}
        onChange={setHeaders}
        places={[['method.response.header.', 'Header']]}
        add="Add header mapping"
        placeholder="integration.response.header.Date"
      />
      <Templates rows={templates} onChange={setTemplates} />
    </FormModal>
  );
}
