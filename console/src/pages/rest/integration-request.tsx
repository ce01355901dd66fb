/** How the backend is called: which, with what parameters, with what body. */
import SpaceBetween from '@cloudscape-design/components/space-between';
import { call } from '../../client/call.ts';
import { useSession } from '../../client/session.ts';
import { useDraft } from '../../shared/draft.ts';
import { EditPanel } from '../../shared/edit-panel.tsx';
import { ChoiceField } from '../../shared/fields.tsx';
import { letInvoke, sourceArn, sourceOfMethod } from '../../shared/invoke-permission.ts';
import { type KeyValue, mapOf, pairsOf } from '../../shared/key-value-editor.tsx';
import { mapPatches, type Patch, replaced } from '../../shared/map-patches.ts';
import { usePermissionPrompt } from '../../shared/permission-prompt.tsx';
import { draftOf, type IntegrationInput, integrationOf, newIntegration } from './integration-draft.ts';
import { IntegrationFields } from './integration-fields.tsx';
import { Mappings } from './mappings.tsx';
import { type IntegrationProps, isProxyType, type MethodProps, placeOf, textMap } from './method-place.ts';
import { Templates } from './templates.tsx';

export function IntegrationRequest(props: MethodProps) {
  const integration = props.method.methodIntegration;
  return (
    <SpaceBetween size="m">
      <Backend {...props} />
      {integration && integration.type !== 'AWS_PROXY' && <Parameters {...props} integration={integration} />}
      {integration && !isProxyType(integration) && <BodyTemplates {...props} integration={integration} />}
    </SpaceBetween>
  );
}

function Backend(props: MethodProps) {
  const { apiId, node, verb, method } = props;
  const { region } = useSession();
  const integration = method.methodIntegration;
  const draft = useDraft(integration ? draftOf(integration, region) : newIntegration(region));
  const permission = usePermissionPrompt();

  async function save(): Promise<void> {
    const { input, functionArn } = await integrationOf(draft.value, region);
    const source = await sourceArn(apiId, sourceOfMethod(verb, node.path));
    await permission.ask(functionArn, source);
    const place = placeOf(props);
    if (integration?.type === input.type) {
      const patchOperations = patchesOf(props, input);
      if (patchOperations.length > 0) await call('apigateway', 'UpdateIntegration', { ...place, patchOperations });
    } else {
      // Another type is another integration; what it answers has to be mapped anew.
      await call('apigateway', 'PutIntegration', { ...place, ...input });
      const isMapped = !input.type.endsWith('_PROXY') && method.methodResponses?.['200'] !== undefined;
      if (isMapped) await call('apigateway', 'PutIntegrationResponse', { ...place, statusCode: '200' });
    }
    if (functionArn !== undefined) await letInvoke(functionArn, source);
  }

  return (
    <>
      <EditPanel
        title="Integration request settings"
        draft={integration ? draft : { ...draft, isChanged: true }}
        save={save}
        saved="Integration request saved. Deploy the API to make it act."
      >
        <IntegrationFields draft={draft.value} set={draft.set} />
      </EditPanel>
      {permission.dialog}
    </>
  );
}

/** What differs between the integration there is and the one wanted, both of the same type. */
function patchesOf({ method }: MethodProps, input: IntegrationInput): Patch[] {
  const before = method.methodIntegration!;
  const values: readonly (readonly [path: string, from: unknown, to: unknown])[] = [
    ['/uri', before.uri, input.uri],
    ['/httpMethod', before.httpMethod, input.integrationHttpMethod],
    ['/credentials', before.credentials, input.credentials],
    ['/connectionType', before.connectionType ?? 'INTERNET', input.connectionType ?? 'INTERNET'],
    ['/connectionId', before.connectionId, input.connectionId],
    ['/contentHandling', before.contentHandling, input.contentHandling],
    ['/timeoutInMillis', before.timeoutInMillis ?? 29_000, input.timeoutInMillis ?? 29_000],
    ['/responseTransferMode', before.responseTransferMode ?? 'BUFFERED', input.responseTransferMode ?? 'BUFFERED'],
  ];
  return values
    .filter(([, from, to]) => from !== to)
    .map(([path, , to]) => replaced(path, (to ?? '') as string | number));
}

function Parameters(props: IntegrationProps) {
  const saved = { rows: pairsOf(textMap(props.integration.requestParameters)) };
  const draft = useDraft<{ rows: readonly KeyValue[] }>(saved);
  return (
    <EditPanel
      title="Request parameters"
      description="What goes into the path, the query and the headers of the backend's request."
      draft={draft}
      saved="Request parameters saved."
      save={() =>
        call('apigateway', 'UpdateIntegration', {
          ...placeOf(props),
          patchOperations: mapPatches('/requestParameters', mapOf(saved.rows), mapOf(draft.value.rows)),
        })
      }
    >
      <Mappings
        rows={draft.value.rows}
        onChange={(rows) => draft.set({ rows })}
        places={[
          ['integration.request.path.', 'URL path'],
          ['integration.request.querystring.', 'Query string'],
          ['integration.request.header.', 'Header'],
        ]}
        add="Add parameter"
        placeholder="method.request.querystring.page"
      />
    </EditPanel>
  );
}

const passthroughs = [
  { value: 'WHEN_NO_MATCH', label: "When no template matches the request's Content-Type" },
  { value: 'WHEN_NO_TEMPLATES', label: 'When there are no templates defined (recommended)' },
  { value: 'NEVER', label: 'Never' },
];

function BodyTemplates(props: IntegrationProps) {
  const saved = {
    passthrough: props.integration.passthroughBehavior ?? 'WHEN_NO_MATCH',
    rows: pairsOf(textMap(props.integration.requestTemplates)),
  };
  const draft = useDraft<{ passthrough: string; rows: readonly KeyValue[] }>(saved);

  async function save(): Promise<void> {
    const { passthrough, rows } = draft.value;
    const patchOperations = [
      ...(passthrough === saved.passthrough ? [] : [replaced('/passthroughBehavior', passthrough)]),
      ...mapPatches('/requestTemplates', mapOf(saved.rows), mapOf(rows)),
    ];
    await call('apigateway', 'UpdateIntegration', { ...placeOf(props), patchOperations });
  }

  return (
    <EditPanel title="Mapping templates" draft={draft} save={save} saved="Mapping templates saved.">
      <ChoiceField
        label="Request body passthrough"
        value={draft.value.passthrough}
        onChange={(passthrough) => draft.set({ passthrough })}
        options={passthroughs}
      />
      <Templates rows={draft.value.rows} onChange={(rows) => draft.set({ rows })} />
    </EditPanel>
  );
}
