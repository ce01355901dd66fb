/** Which backend answers a route. */
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { Integration, PassthroughBehavior } from '../../../../src/wire/generated/apigatewayv2.ts';
import { call } from '../../client/call.ts';
import { useSession } from '../../client/session.ts';
import { useDraft } from '../../shared/draft.ts';
import { EditPanel } from '../../shared/edit-panel.tsx';
import { ChoiceField, TextField } from '../../shared/fields.tsx';
import { letInvoke, sourceArn, sourceOfRoute } from '../../shared/invoke-permission.ts';
import { type KeyValue, mapOf, pairsOf } from '../../shared/key-value-editor.tsx';
import { usePermissionPrompt } from '../../shared/permission-prompt.tsx';
import { targetOf } from '../http/integration-target.ts';
import { defaultTimeoutMs, draftOf, integrationOf, newIntegration } from '../rest/integration-draft.ts';
import { IntegrationFields } from '../rest/integration-fields.tsx';
import { Templates } from '../rest/templates.tsx';
import type { RouteProps } from './route-pane.tsx';

export interface IntegrationPanelProps extends RouteProps {
  /** The route's, if it has one. */
  readonly integration: Integration | undefined;
}

export function IntegrationPanel(props: IntegrationPanelProps) {
  return (
    <SpaceBetween size="m">
      <Backend {...props} />
      {props.integration && !props.integration.IntegrationType?.endsWith('_PROXY') && (
        <TemplatesPanel apiId={props.apiId} integration={props.integration} />
      )}
    </SpaceBetween>
  );
}

function Backend({ apiId: ApiId, route, integration }: IntegrationPanelProps) {
  const { region } = useSession();
  const permission = usePermissionPrompt();
  const draft = useDraft(integration ? draftOf(likeRest(integration), region) : newIntegration(region));

  async function save(): Promise<void> {
    const { input, functionArn } = await integrationOf(draft.value, region);
    const source = await sourceArn(ApiId, sourceOfRoute(route.RouteKey!));
    await permission.ask(functionArn, source);
    const values = {
      ApiId,
      IntegrationType: input.type,
      ...(input.uri && { IntegrationUri: input.uri }),
      ...(input.integrationHttpMethod && { IntegrationMethod: input.integrationHttpMethod }),
      ...(input.credentials && { CredentialsArn: input.credentials }),
      ...(input.connectionId && { ConnectionType: 'VPC_LINK' as const, ConnectionId: input.connectionId }),
      ...(input.contentHandling && { ContentHandlingStrategy: input.contentHandling }),
      TimeoutInMillis: input.timeoutInMillis ?? defaultTimeoutMs,
    };
    if (integration)
      await call('apigatewayv2', 'UpdateIntegration', { ...values, IntegrationId: integration.IntegrationId! });
    else {
      // A MOCK answers by the status its template tells.
      const mock = input.type === 'MOCK' && {
        RequestTemplates: { '200': '{"statusCode": 200}' },
        TemplateSelectionExpression: '200',
      };
      const { IntegrationId } = await call('apigatewayv2', 'CreateIntegration', { ...values, ...mock });
      await call('apigatewayv2', 'UpdateRoute', { ApiId, RouteId: route.RouteId!, Target: targetOf(IntegrationId!) });
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

/** The same thing by the names REST APIs have for it. */
const likeRest = (integration: Integration) => ({
  ...(integration.IntegrationType && { type: integration.IntegrationType }),
  ...(integration.IntegrationUri && { uri: integration.IntegrationUri }),
  ...(integration.CredentialsArn && { credentials: integration.CredentialsArn }),
  ...(integration.ConnectionType && { connectionType: integration.ConnectionType }),
  ...(integration.ConnectionId && { connectionId: integration.ConnectionId }),
  ...(integration.IntegrationMethod && { httpMethod: integration.IntegrationMethod }),
  ...(integration.ContentHandlingStrategy && { contentHandling: integration.ContentHandlingStrategy }),
  ...(integration.TimeoutInMillis && { timeoutInMillis: integration.TimeoutInMillis }),
});

const passthroughs = [
  { value: 'WHEN_NO_MATCH', label: 'When no template matches' },
  { value: 'WHEN_NO_TEMPLATES', label: 'When there are no templates defined' },
  { value: 'NEVER', label: 'Never' },
];

function TemplatesPanel({ apiId: ApiId, integration }: { apiId: string; integration: Integration }) {
  const saved = {
    expression: integration.TemplateSelectionExpression ?? '',
    passthrough: integration.PassthroughBehavior ?? 'WHEN_NO_MATCH',
    rows: pairsOf(integration.RequestTemplates) as readonly KeyValue[],
  };
  const draft = useDraft(saved);
  const { value, set } = draft;

  function save(): Promise<unknown> {
    return call('apigatewayv2', 'UpdateIntegration', {
      ...{ ApiId, IntegrationId: integration.IntegrationId!, TemplateSelectionExpression: value.expression },
      PassthroughBehavior: value.passthrough as PassthroughBehavior,
      RequestTemplates: mapOf(value.rows),
    });
  }

  return (
    <EditPanel title="Request templates" draft={draft} save={save} saved="Request templates saved.">
      <TextField
        label="Template selection expression"
        description="Its value is the key of the template that is taken; $default takes what has none."
        placeholder="$request.body.action"
        value={value.expression}
        onChange={(expression) => set({ expression })}
      />
      <ChoiceField
        label="Request body passthrough"
        value={value.passthrough}
        onChange={(passthrough) => set({ passthrough: passthrough as PassthroughBehavior })}
        options={passthroughs}
      />
      <Templates keyLabel="Template key" rows={value.rows} onChange={(rows) => set({ rows })} />
    </EditPanel>
  );
}
