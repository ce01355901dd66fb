/** Creates a route, or changes where it leads and whom it lets in (row INT-12: the function's permission comes with it). */
import { useState } from 'react';
import type { AuthorizationType, Route } from '../../../../src/wire/generated/apigatewayv2.ts';
import { call } from '../../client/call.ts';
import { useItems } from '../../client/queries.ts';
import { ChoiceField, TextField } from '../../shared/fields.tsx';
import { FormModal } from '../../shared/form-modal.tsx';
import { letInvoke, sourceArn, sourceOfRoute } from '../../shared/invoke-permission.ts';
import { listIn } from '../../shared/list-in.ts';
import { usePermissionPrompt } from '../../shared/permission-prompt.tsx';
import { tellSuccess } from '../../shell/flash.tsx';
import { functionOf, integrationIdOf, kindName, targetOf, targetText } from './integration-target.ts';

const verbs = ['ANY', 'GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', '$default'];

export interface RouteDialogProps {
  readonly apiId: string;
  readonly route?: Route;
  close(): void;
}

export function RouteDialog({ apiId: ApiId, route, close }: RouteDialogProps) {
  const [givenVerb = 'ANY', givenPath = '/'] = route?.RouteKey?.split(' ') ?? [];
  const [verb, setVerb] = useState(givenVerb);
  const [path, setPath] = useState(givenPath);
  const [integrationId, setIntegrationId] = useState(integrationIdOf(route?.Target));
  const [authorization, setAuthorization] = useState(route?.AuthorizerId ?? route?.AuthorizationType ?? 'NONE');
  const [scopes, setScopes] = useState((route?.AuthorizationScopes ?? []).join(', '));
  const integrations = useItems('apigatewayv2', 'GetIntegrations', { ApiId });
  const authorizers = useItems('apigatewayv2', 'GetAuthorizers', { ApiId });
  const permission = usePermissionPrompt();
  const RouteKey = verb === '$default' ? verb : `${verb} ${path}`;
  const authorizer = authorizers.data?.find(({ AuthorizerId }) => AuthorizerId === authorization);
  const integration = integrations.data?.find(({ IntegrationId }) => IntegrationId === integrationId);

  async function save(): Promise<void> {
    const arn = integration && integration.CredentialsArn === undefined ? functionOf(integration) : undefined;
    const source = await sourceArn(ApiId, sourceOfRoute(RouteKey));
    await permission.ask(arn, source);
    const AuthorizationType = (
      authorizer === undefined ? authorization : authorizer.AuthorizerType === 'JWT' ? 'JWT' : 'CUSTOM'
    ) as AuthorizationType;
    const values = {
      ...{ ApiId, RouteKey, AuthorizationType },
      ...(authorizer && { AuthorizerId: authorizer.AuthorizerId! }),
      ...(authorizer?.AuthorizerType === 'JWT' && { AuthorizationScopes: listIn(scopes) }),
      ...(integrationId !== '' && { Target: targetOf(integrationId) }),
    };
    if (route === undefined) await call('apigatewayv2', 'CreateRoute', values);
    else await call('apigatewayv2', 'UpdateRoute', { ...values, RouteId: route.RouteId! });
    if (arn !== undefined) await letInvoke(arn, source);
    tellSuccess(`Route ${RouteKey} was saved.`);
  }

  return (
    <>
      <FormModal
        title={route ? `Edit route ${route.RouteKey}` : 'Create route'}
        submitText={route ? 'Save changes' : 'Create route'}
        onDismiss={close}
        onSubmit={save}
      >
        <ChoiceField label="Method" value={verb} onChange={setVerb} options={verbs.map((value) => ({ value }))} />
        {verb !== '$default' && (
          <TextField
            label="Path"
            description="May hold variables: /pets/{id}, /{proxy+}."
            value={path}
            onChange={setPath}
          />
        )}
        <ChoiceField
          label="Integration"
          description="Integrations are made on their own page."
          value={integrationId}
          onChange={setIntegrationId}
          options={[
            { value: '', label: 'None' },
            ...(integrations.data ?? []).map((each) => ({
              value: each.IntegrationId!,
              label: `${kindName(each)}: ${targetText(each)}`,
              description: each.IntegrationId!,
            })),
          ]}
        />
        <ChoiceField
          label="Authorization"
          value={authorization}
          onChange={setAuthorization}
          options={[
            { value: 'NONE', label: 'None' },
            { value: 'AWS_IAM', label: 'IAM' },
            ...(authorizers.data ?? []).map(({ AuthorizerId, Name, AuthorizerType }) => ({
              value: AuthorizerId!,
              label: Name!,
              description: AuthorizerType === 'JWT' ? 'JWT' : 'Lambda',
            })),
          ]}
        />
        {authorizer?.AuthorizerType === 'JWT' && (
          <TextField
            label="Authorization scopes - optional"
            description="Separated by commas; a token needs one of them."
            value={scopes}
            onChange={setScopes}
          />
        )}
      </FormModal>
      {permission.dialog}
    </>
  );
}
