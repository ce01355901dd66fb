/**
 * What a call of the control plane is to IAM: the actions it takes and the resources it takes them on ("Actions, resources, and condition keys" of each
 * service in the service authorization reference). Asked in secure mode before a handler runs.
 */

import { headerValue } from '../../base/headers.ts';
import { reasonOf } from '../../base/permissions.ts';
import { RequestContext } from '../../base/request-context.ts';
import type { AccessKey } from '../../ports/credentials.ts';
import type { AuthorizedCall } from '../../wire/endpoint.ts';
import { accessDenied } from './iam-errors.ts';

interface Action {
  readonly action: string;
  readonly resource: string;
}

/** Throws AccessDenied in AWS's words unless the caller's policies allow every action of the call. */
export function authorizeManagementCall(key: AccessKey, made: AuthorizedCall): void {
  const context = new RequestContext(made.request, made.nowMs, made.call.region, key.context);
  for (const { action, resource } of actionsOf(made)) {
    const outcome = key.permissions.decide({ principal: key.principal, action, resource, context });
    if (outcome.decision === 'allow') continue;
    throw accessDenied(
      `User: ${key.callerArn} is not authorized to perform: ${action} on resource: ${resource} ${reasonOf(outcome, action)}`,
    );
  }
}

/** Empty for calls that need no permission, and for those whose handler asks for itself. */
export function actionsOf(made: AuthorizedCall): readonly Action[] {
  switch (made.service) {
    case 'apigateway':
    case 'apigatewayv2':
      return gatewayActions(made);
    case 'apigatewaymanagementapi':
      return connectionActions(made);
    case 'lambda':
      return lambdaActions(made);
    case 'iam':
      return [{ action: `iam:${made.operation}`, resource: iamResource(made) }];
    case 'sts':
      return stsActions(made);
    case 'cognito-idp':
      return [{ action: `cognito-idp:${made.operation}`, resource: userPoolResource(made) }];
    case 'logs':
      return [{ action: `logs:${made.operation}`, resource: logResource(made) }];
    default:
      return [{ action: `${made.service}:${made.operation}`, resource: '*' }];
  }
}

/** Row CP-23: actions are verbs, resources are paths; a policy for an API is an action of its own. */
function gatewayActions({ input, request, call }: AuthorizedCall): Action[] {
  const path = decodedPath(request.path);
  const resource = `arn:aws:apigateway:${call.region}::${path}`;
  const actions = [{ action: `apigateway:${request.method}`, resource }];
  const patches = Array.isArray(input['patchOperations']) ? (input['patchOperations'] as { path?: string }[]) : [];
  if (input['policy'] !== undefined || patches.some((patch) => patch?.path === '/policy')) {
    actions.push({ action: 'apigateway:UpdateRestApiPolicy', resource });
  }
  for (const name of [
    'credentials',
    'authorizerCredentials',
    'credentialsArn',
    'CredentialsArn',
    'AuthorizerCredentialsArn',
  ]) {
    actions.push(...passRole(input[name]));
  }
  return actions;
}

/** Handing a role to a service needs leave (recorded); the caller sentinel is no role. */
function passRole(roleArn: unknown): Action[] {
  if (typeof roleArn !== 'string' || !/^arn:[^:]+:iam::\d{12}:/.test(roleArn)) return [];
  return [{ action: 'iam:PassRole', resource: roleArn }];
}

/** Recorded (M7, M8): the resource is the stage and verb of the call and, literally, `{connectionId}`. */
function connectionActions({ request, call }: AuthorizedCall): Action[] {
  const host = headerValue(request.headers, 'host') ?? '';
  const apiId = host.split('.')[0] ?? '';
  const stage = (call.basePath ?? '').split('/').at(-1) ?? '';
  const resource = connectionsArn({ account: call.account, region: call.region, apiId, stage }, request.method);
  return [{ action: 'execute-api:ManageConnections', resource }];
}

/** `arn:aws:execute-api:us-east-1:123456789012:abc/dev/POST/@connections/{connectionId}` */
export function connectionsArn(
  { account, region, apiId, stage }: { account: string; region: string; apiId: string; stage: string },
  verb: string,
): string {
  return `arn:aws:execute-api:${region}:${account}:${apiId}/${stage}/${verb}/@connections/{connectionId}`;
}

function lambdaActions({ operation, input, call }: AuthorizedCall): Action[] {
  const names: Readonly<Record<string, string>> = { Invoke: 'InvokeFunction', InvokeAsync: 'InvokeFunction' };
  const action = `lambda:${Object.hasOwn(names, operation) ? names[operation]! : operation}`;
  const given = input['FunctionName'];
  const name =
    typeof given === 'string'
      ? given.replace(/^(?:arn:[^:]+:lambda:[^:]*:)?(?:\d{12}:)?(?:function:)?/, '')
      : undefined;
  const tagged = input['Resource'];
  const resource =
    name !== undefined
      ? `arn:aws:lambda:${call.region}:${call.account}:function:${name}`
      : typeof tagged === 'string'
        ? tagged
        : '*';
  const passes =
    operation === 'CreateFunction' || operation === 'UpdateFunctionConfiguration' ? passRole(input['Role']) : [];
  return [{ action, resource }, ...passes];
}

/** Member that names what an IAM call is about, most telling first, and the kind of its ARN. */
const iamNames = [
  ['RoleName', 'role'],
  ['GroupName', 'group'],
  ['UserName', 'user'],
  ['InstanceProfileName', 'instance-profile'],
] as const;

function iamResource({ input, operation, call }: AuthorizedCall): string {
  // Attaching a policy is done to the identity; everything else with an ARN is done to that.
  for (const [member, kind] of iamNames) {
    const name = input[member];
    if (typeof name !== 'string') continue;
    const path = operation.startsWith('Create') && typeof input['Path'] === 'string' ? input['Path'] : '/';
    return `arn:aws:iam::${call.account}:${kind}${path}${name}`;
  }
  for (const member of ['PolicyArn', 'OpenIDConnectProviderArn', 'PolicySourceArn']) {
    if (typeof input[member] === 'string') return input[member];
  }
  if (typeof input['PolicyName'] === 'string') {
    const path = typeof input['Path'] === 'string' ? input['Path'] : '/';
    return `arn:aws:iam::${call.account}:policy${path}${input['PolicyName']}`;
  }
  // Without a name users mean themselves.
  const isOwn = /^(?:GetUser|CreateAccessKey|ListAccessKeys|UpdateAccessKey|DeleteAccessKey)$/.test(operation);
  return isOwn ? call.callerArn : '*';
}

function stsActions({ operation, input, call }: AuthorizedCall): Action[] {
  switch (operation) {
    // Nobody can be denied to know who they are; a role's trust is asked where it is assumed.
    case 'GetCallerIdentity':
    case 'GetSessionToken':
    case 'AssumeRole':
    case 'AssumeRoleWithWebIdentity':
    case 'AssumeRoleWithSAML':
      return [];
    case 'GetFederationToken':
      return [
        { action: 'sts:GetFederationToken', resource: `arn:aws:sts::${call.account}:federated-user/${input['Name']}` },
      ];
    default:
      return [{ action: `sts:${operation}`, resource: '*' }];
  }
}

function userPoolResource({ input, call }: AuthorizedCall): string {
  const id = input['UserPoolId'];
  return typeof id === 'string' ? `arn:aws:cognito-idp:${call.region}:${call.account}:userpool/${id}` : '*';
}

function logResource({ input, call }: AuthorizedCall): string {
  const group = input['logGroupName'];
  if (typeof group !== 'string') return '*';
  const stream = input['logStreamName'];
  const suffix = typeof stream === 'string' ? `log-stream:${stream}` : '*';
  return `arn:aws:logs:${call.region}:${call.account}:log-group:${group}:${suffix}`;
}

function decodedPath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
