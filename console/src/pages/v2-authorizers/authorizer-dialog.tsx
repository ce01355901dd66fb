/** Creates an authorizer of an HTTP or a WebSocket API, or changes one. */
import SpaceBetween from '@cloudscape-design/components/space-between';
import Tiles from '@cloudscape-design/components/tiles';
import { useState } from 'react';
import type { Authorizer, Operations } from '../../../../src/wire/generated/apigatewayv2.ts';
import { call } from '../../client/call.ts';
import { useSession } from '../../client/session.ts';
import { ChoiceField, SwitchField, TextField } from '../../shared/fields.tsx';
import { FormModal } from '../../shared/form-modal.tsx';
import { functionArn, functionInUri, invocationUri } from '../../shared/function-arn.ts';
import { FunctionField } from '../../shared/function-field.tsx';
import { letInvoke, sourceArn, sourceOfAuthorizer } from '../../shared/invoke-permission.ts';
import { listIn } from '../../shared/list-in.ts';
import { usePermissionPrompt } from '../../shared/permission-prompt.tsx';
import { tellSuccess } from '../../shell/flash.tsx';

export interface V2AuthorizerDialogProps {
  readonly apiId: string;
  /** JWT is for HTTP APIs alone. */
  readonly kind: 'http' | 'websocket';
  readonly authorizer?: Authorizer;
  close(): void;
}

const firstSources = { http: '$request.header.Authorization', websocket: 'route.request.header.Authorization' };

export function V2AuthorizerDialog({ apiId: ApiId, kind, authorizer, close }: V2AuthorizerDialogProps) {
  const { region } = useSession();
  const permission = usePermissionPrompt();
  const arn = functionInUri(authorizer?.AuthorizerUri);
  const [type, setType] = useState(authorizer?.AuthorizerType ?? (kind === 'http' ? 'JWT' : 'REQUEST'));
  const [name, setName] = useState(authorizer?.Name ?? '');
  const [source, setSource] = useState(authorizer?.IdentitySource?.join(', ') ?? firstSources[kind]);
  const [issuer, setIssuer] = useState(authorizer?.JwtConfiguration?.Issuer ?? '');
  const [audience, setAudience] = useState(authorizer?.JwtConfiguration?.Audience?.join(', ') ?? '');
  const [functionRegion, setFunctionRegion] = useState(arn?.split(':')[3] ?? region);
  const [functionName, setFunctionName] = useState(arn ?? '');
  const [payload, setPayload] = useState(authorizer?.AuthorizerPayloadFormatVersion ?? '2.0');
  const [isSimple, setSimple] = useState(authorizer?.EnableSimpleResponses ?? true);
  const [ttl, setTtl] = useState(String(authorizer?.AuthorizerResultTtlInSeconds ?? 300));
  const [role, setRole] = useState(authorizer?.AuthorizerCredentialsArn ?? '');
  const isJwt = type === 'JWT';

  async function save(): Promise<void> {
    const target = isJwt ? undefined : await functionArn(functionRegion, functionName);
    const asks = role === '' ? target : undefined;
    await permission.ask(asks, await sourceArn(ApiId, sourceOfAuthorizer(authorizer?.AuthorizerId ?? '?')));
    const http = kind === 'http' && {
      AuthorizerPayloadFormatVersion: payload,
      AuthorizerResultTtlInSeconds: Number(ttl || 0),
      ...(payload === '2.0' && { EnableSimpleResponses: isSimple }),
    };
    const input: Operations['CreateAuthorizer']['input'] = {
      ...{ ApiId, Name: name, AuthorizerType: type, IdentitySource: listIn(source) },
      ...(isJwt
        ? { JwtConfiguration: { Issuer: issuer, Audience: listIn(audience) } }
        : {
            AuthorizerUri: invocationUri(target!.split(':')[3]!, target!),
            ...http,
            ...(role && { AuthorizerCredentialsArn: role }),
          }),
    };
    const { AuthorizerId } = authorizer
      ? await call('apigatewayv2', 'UpdateAuthorizer', { ...input, AuthorizerId: authorizer.AuthorizerId! })
      : await call('apigatewayv2', 'CreateAuthorizer', input);
    if (asks !== undefined) await letInvoke(asks, await sourceArn(ApiId, sourceOfAuthorizer(AuthorizerId!)));
    tellSuccess(`Authorizer ${name} was saved.`);
  }

  return (
    <>
      <FormModal
        title={authorizer ? `Edit authorizer ${authorizer.Name}` : 'Create authorizer'}
        submitText={authorizer ? 'Save changes' : 'Create authorizer'}
        size="large"
        isDisabled={!name || (isJwt ? !issuer || !audience : !functionName)}
        onDismiss={close}
        onSubmit={save}
      >
        {kind === 'http' && !authorizer && (
          <Tiles
            ariaLabel="Authorizer type"
            columns={2}
            value={type}
            onChange={({ detail }) => setType(detail.value as 'JWT')}
            items={[
              { value: 'JWT', label: 'JWT', description: 'Callers bring a token of an issuer such as a user pool.' },
              { value: 'REQUEST', label: 'Lambda', description: 'A function decides.' },
            ]}
          />
        )}
        <TextField label="Name" value={name} onChange={setName} />
        <TextField
          label="Identity source"
          description={
            kind === 'http'
              ? '$request.header.Authorization, $request.querystring.token …; several separated by commas.'
              : 'route.request.header.Auth, route.request.querystring.token …; several separated by commas.'
          }
          value={source}
          onChange={setSource}
        />
        {isJwt ? (
          <SpaceBetween size="m">
            <TextField
              label="Issuer URL"
              placeholder="https://cognito-idp.us-east-1.amazonaws.com/us-east-1_abc"
              value={issuer}
              onChange={setIssuer}
            />
            <TextField
              label="Audience"
              description="Separated by commas; a token is for one of them."
              value={audience}
              onChange={setAudience}
            />
          </SpaceBetween>
        ) : (
          <SpaceBetween size="m">
            <FunctionField
              region={functionRegion}
              onRegion={setFunctionRegion}
              value={functionName}
              onChange={setFunctionName}
            />
            {kind === 'http' && (
              <SpaceBetween size="m">
                <ChoiceField
                  label="Payload format version"
                  value={payload}
                  onChange={setPayload}
                  options={[{ value: '2.0' }, { value: '1.0' }]}
                />
                {payload === '2.0' && (
                  <SwitchField
                    label="Simple response"
                    description='The function answers {"isAuthorized": true} instead of a policy.'
                    value={isSimple}
                    onChange={setSimple}
                  />
                )}
                <TextField
                  label="Authorizer caching: seconds"
                  type="number"
                  hint="0 turns it off; at most 3600."
                  value={ttl}
                  onChange={setTtl}
                />
              </SpaceBetween>
            )}
            <TextField
              label="Invocation role - optional"
              description="The ARN of a role; without one the function's own policy lets API Gateway in."
              value={role}
              onChange={setRole}
            />
          </SpaceBetween>
        )}
      </FormModal>
      {permission.dialog}
    </>
  );
}
