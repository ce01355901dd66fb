/** Who may ask a route, and of what form the message has to be. */
import SpaceBetween from '@cloudscape-design/components/space-between';
import type { AuthorizationType } from '../../../../src/wire/generated/apigatewayv2.ts';
import { call } from '../../client/call.ts';
import { useItems } from '../../client/queries.ts';
import { useDraft } from '../../shared/draft.ts';
import { EditPanel } from '../../shared/edit-panel.tsx';
import { ChoiceField, SwitchField, TextField } from '../../shared/fields.tsx';
import type { RouteProps } from './route-pane.tsx';

export function RouteRequestPanel({ apiId: ApiId, route }: RouteProps) {
  const isConnect = route.RouteKey === '$connect';
  const authorizers = useItems('apigatewayv2', 'GetAuthorizers', { ApiId });
  const models = useItems('apigatewayv2', 'GetModels', { ApiId });
  const draft = useDraft({
    authorization: route.AuthorizerId ?? route.AuthorizationType ?? 'NONE',
    needsKey: route.ApiKeyRequired ?? false,
    expression: route.ModelSelectionExpression ?? '',
    model: route.RequestModels?.['$default'] ?? '',
    operationName: route.OperationName ?? '',
  });
  const { value, set } = draft;

  function save(): Promise<unknown> {
    const authorizer = authorizers.data?.find(({ AuthorizerId }) => AuthorizerId === value.authorization);
    return call('apigatewayv2', 'UpdateRoute', {
      ...{ ApiId, RouteId: route.RouteId!, ApiKeyRequired: value.needsKey },
      AuthorizationType: (authorizer ? 'CUSTOM' : value.authorization) as AuthorizationType,
      ...(authorizer && { AuthorizerId: authorizer.AuthorizerId! }),
      ...(value.expression !== (route.ModelSelectionExpression ?? '') && {
        ModelSelectionExpression: value.expression,
      }),
      ...(value.model !== (route.RequestModels?.['$default'] ?? '') && {
        RequestModels: value.model === '' ? {} : { $default: value.model },
      }),
      ...(value.operationName !== (route.OperationName ?? '') && { OperationName: value.operationName }),
    });
  }

  return (
    <EditPanel
      title="Route request settings"
      draft={draft}
      save={save}
      saved="Route request saved. Deploy the API to make it act."
    >
      {isConnect && (
        <ChoiceField
          label="Authorization"
          description="Asked once, when a client connects."
          value={value.authorization}
          onChange={(authorization) => set({ authorization })}
          options={[
            { value: 'NONE', label: 'None' },
            { value: 'AWS_IAM', label: 'AWS IAM' },
            ...(authorizers.data ?? []).map(({ AuthorizerId, Name }) => ({ value: AuthorizerId!, label: Name! })),
          ]}
        />
      )}
      <SwitchField label="API key required" value={value.needsKey} onChange={(needsKey) => set({ needsKey })} />
      {!isConnect && route.RouteKey !== '$disconnect' && (
        <SpaceBetween size="l">
          <TextField
            label="Model selection expression - optional"
            description="Which model a message has to fit; $default takes what has none of its own."
            placeholder="$request.body.action"
            value={value.expression}
            onChange={(expression) => set({ expression })}
          />
          <ChoiceField
            label="Model for $default - optional"
            value={value.model}
            onChange={(model) => set({ model })}
            options={[{ value: '', label: 'None' }, ...(models.data ?? []).map(({ Name }) => ({ value: Name! }))]}
          />
        </SpaceBetween>
      )}
      <TextField
        label="Operation name - optional"
        value={value.operationName}
        onChange={(operationName) => set({ operationName })}
      />
    </EditPanel>
  );
}
