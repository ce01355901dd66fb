/**
 * What a call of the control plane is to IAM: the actions it takes and the resources it takes them on ("Actions, resources, and condition keys" of each
 * service in the service authorization reference). Asked in secure mode before a handler runs.
 */

import { decodedSegment } from '../../base/percent.ts';
import { reasonOf } from '../../base/permissions.ts';
import { RequestContext } from '../../base/request-context.ts';
import type { AccessKey } from '../../ports/credentials.ts';
import type { Store } from '../../ports/store.ts';
import type { AuthorizedCall } from '../../wire/endpoint.ts';
import { domainActions } from './domain-actions.ts';
import { type ConditionValues, gatewayConditionValues } from './gateway-condition-keys.ts';
import { iamResource } from './iam-action-resource.ts';
import { accessDenied } from './iam-errors.ts';
import { type ImportedActions, importedActions } from './imported-actions.ts';
import { parameterResources } from './parameter-actions.ts';
import { portalActions } from './portal-actions.ts';

interface Action {
  readonly action: string;
  readonly resource: string;
  /** Condition keys of this action alone. */
  readonly values?: ConditionValues;
}

export type ControlPlaneGuard = (key: AccessKey, made: AuthorizedCall) => Promise<void>;

/** Rejects with AccessDenied in AWS's words unless the caller's policies allow every action of the call. */
export function createControlPlaneGuard(store: Store): ControlPlaneGuard {
  return async function authorizeManagementCall(key, made) {
    for (const { action, resource, values } of await actionsOf(made, store)) {
      const said =
        values === undefined ? key.context : { get: (name: string) => values.get(name) ?? key.context.get(name) };
      const context = new RequestContext(made.request, made.nowMs, made.call.region, said);
      const outcome = key.permissions.decide({ principal: key.principal, action, resource, context });
      if (outcome.decision === 'allow') continue;
      throw accessDenied(
        `User: ${key.callerArn} is not authorized to perform: ${action} on resource: ${resource} ${reasonOf(outcome, action)}`,
      );
    }
  };
}

/** Empty for calls that need no permission, and for those whose handler asks for itself. `store` knows the paths of IAM's identities. */
async function actionsOf(made: AuthorizedCall, store: Store): Promise<readonly Action[]> {
  switch (made.service) {
    case 'apigateway':
    case 'apigatewayv2':
      return gatewayActions(made, store);
    case 'lambda':
      return lambdaActions(made);
    case 'iam':
      return iamActions(made, store);
    case 'sts':
      return stsActions(made);
    case 'cognito-idp':
      return [{ action: `cognito-idp:${made.operation}`, resource: userPoolResource(made) }];
    case 'cognito-identity':
      return identityPoolActions(made);
    case 'logs':
      return [{ action: `logs:${made.operation}`, resource: logResource(made) }];
    case 'acm':
      return [{ action: `acm:${made.operation}`, resource: certificateResource(made) }];
    case 'ssm':
      return parameterResources(made).map((resource) => ({ action: `ssm:${made.operation}`, resource }));
    default:
      return [{ action: `${made.service}:${made.operation}`, resource: '*' }];
  }
}

/** Row CP-23: actions are verbs, resources are paths; a policy for an API is an action of its own. */
async function gatewayActions(made: AuthorizedCall, store: Store): Promise<Action[]> {
  const { input, request, call } = made;
  const path = gatewayPath(request.path.slice(call.basePath?.length ?? 0));
  const resource = `arn:aws:apigateway:${call.region}::${path}`;
  const imported = await importsOf(made);
  const values = await store.read((tx) => gatewayConditionValues(tx, made, path, imported));
  const onDomain = domainActions(made, path);
  if (onDomain !== undefined) return onDomain.map((each) => ({ ...each, values }));
  const onPortal = await store.read((tx) => portalActions(tx, made, path, values));
  if (onPortal !== undefined) return onPortal;
  const actions: Action[] = [{ action: `apigateway:${request.method}`, resource, values }];
  const patches = (Array.isArray(input['patchOperations']) ? input['patchOperations'] : []) as {
    path?: string;
    value?: string;
  }[];
  if (input['policy'] !== undefined || imported?.setsPolicy || patches.some((patch) => patch?.path === '/policy')) {
    actions.push({ action: 'apigateway:UpdateRestApiPolicy', resource, values });
  }
  // Any patched text that is a role hands it on: an integration's, an authorizer's, the account's for its logs.
  for (const patch of patches) actions.push(...passRole(patch?.value));
  for (const roleArn of imported?.roles ?? []) actions.push(...passRole(roleArn));
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

async function importsOf({ operation, input, call }: AuthorizedCall): Promise<ImportedActions | undefined> {
  if (!/^(?:ImportRestApi|PutRestApi|ImportApi|ReimportApi)$/.test(operation)) return undefined;
  const body = input['body'] ?? input['Body'];
  return importedActions(typeof body === 'string' ? Buffer.from(body) : (body as Uint8Array), call.account);
}

async function iamActions(made: AuthorizedCall, store: Store): Promise<Action[]> {
  return [{ action: `iam:${made.operation}`, resource: await store.read((tx) => iamResource(tx, made)) }];
}

/** Handing a role to a service needs leave (recorded); the caller sentinel is no role. */
function passRole(roleArn: unknown, service = 'apigateway.amazonaws.com'): Action[] {
  if (typeof roleArn !== 'string' || !/^arn:[^:]+:iam::\d{12}:/.test(roleArn)) return [];
  return [{ action: 'iam:PassRole', resource: roleArn, values: new Map([['iam:passedtoservice', service]]) }];
}

function lambdaActions({ operation, input, call }: AuthorizedCall): Action[] {
  const names: Readonly<Record<string, string>> = {
    Invoke: 'InvokeFunction',
    InvokeAsync: 'InvokeFunction',
    InvokeWithResponseStream: 'InvokeFunction',
    GetLayerVersionByArn: 'GetLayerVersion',
  };
  const action = `lambda:${Object.hasOwn(names, operation) ? names[operation]! : operation}`;
  const given = input['FunctionName'];
  const name =
    typeof given === 'string'
      ? given.replace(/^(?:arn:[^:]+:lambda:[^:]*:)?(?:\d{12}:)?(?:function:)?/, '')
      : undefined;
  const tagged = input['Resource'];
  const layer = input['LayerName'] ?? (operation === 'GetLayerVersionByArn' ? input['Arn'] : undefined);
  const resource =
    typeof layer === 'string'
      ? layerResource(layer, input['VersionNumber'], call)
      : name !== undefined
        ? `arn:aws:lambda:${call.region}:${call.account}:function:${name}`
        : typeof tagged === 'string'
          ? tagged
          : '*';
  const passes =
    operation === 'CreateFunction' || operation === 'UpdateFunctionConfiguration'
      ? passRole(input['Role'], 'lambda.amazonaws.com')
      : [];
  // What a function is to have, whoever gives it has to be allowed to read.
  const layers = Array.isArray(input['Layers']) ? input['Layers'] : [];
  const reads = layers.map((arn) => ({ action: 'lambda:GetLayerVersion', resource: String(arn) }));
  // Where asynchronous answers go, whoever leads them there has to be allowed to go.
  const { OnSuccess, OnFailure } = (input['DestinationConfig'] ?? {}) as Record<
    string,
    { Destination?: string } | undefined
  >;
  const told = [OnSuccess?.Destination, OnFailure?.Destination].flatMap((arn) =>
    arn ? [{ action: 'lambda:InvokeFunction', resource: arn }] : [],
  );
  return [{ action, resource }, ...passes, ...reads, ...told];
}

function layerResource(given: string, version: unknown, { region, account }: AuthorizedCall['call']): string {
  const arn = given.startsWith('arn:') ? given : `arn:aws:lambda:${region}:${account}:layer:${given}`;
  return typeof version === 'number' ? `${arn}:${version}` : arn;
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
  const { UserPoolId: id, ResourceArn: arn } = input;
  if (typeof arn === 'string') return arn;
  return typeof id === 'string' ? `arn:aws:cognito-idp:${call.region}:${call.account}:userpool/${id}` : '*';
}

function certificateResource({ input }: AuthorizedCall): string {
  const arn = input['CertificateArn'] ?? input['ResourceArn'];
  return typeof arn === 'string' ? arn : '*';
}

function logResource({ input, call }: AuthorizedCall): string {
  const given = input['logGroupName'] ?? input['logGroupIdentifier'] ?? input['resourceArn'];
  if (typeof given !== 'string') return '*';
  const group = given.replace(/^arn:[^:]+:logs:[^:]*:\d*:log-group:/, '').replace(/:\*$/, '');
  const stream = input['logStreamName'];
  const suffix = typeof stream === 'string' ? `log-stream:${stream}` : '*';
  return `arn:aws:logs:${call.region}:${call.account}:log-group:${group}:${suffix}`;
}

function identityPoolActions({ operation, input, call }: AuthorizedCall): Action[] {
  const { IdentityPoolId: id, ResourceArn: arn, Roles: roles } = input;
  const resource =
    typeof id === 'string'
      ? `arn:aws:cognito-identity:${call.region}:${call.account}:identitypool/${id}`
      : typeof arn === 'string'
        ? arn
        : '*';
  const passes = Object.values((roles ?? {}) as Record<string, unknown>).flatMap((role) =>
    passRole(role, 'cognito-identity.amazonaws.com'),
  );
  return [{ action: `cognito-identity:${operation}`, resource }, ...passes];
}

/** As policies write it: decoded, HTTP and WebSocket APIs without `/v2`. One slash at the end means nothing to the router, so it must mean nothing here. */
function gatewayPath(path: string): string {
  const whole = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
  return decodedSegment(whole).replace(/^\/v2(?=\/)/, '');
}
