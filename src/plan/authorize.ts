/**
 * Who may call a method: the steps for its `authorizationType`, together with the API's resource policy where the two are decided as one (rows
 * POL-*). A type that has no step here is a complaint: the method is refused, never open.
 */
import type { Authorizer, Method, Resource } from '../definition/rest-api.ts';
import type { LiveRestStage } from '../ports/deployments.ts';
import { guardByUserPools } from './authorizers/cognito-authorizer.ts';
import { guardByLambda } from './authorizers/lambda-authorizer.ts';
import { requireSignature } from './iam-authorization.ts';
import { notBuiltYet } from './method-scope.ts';
import type { StageContext, Step } from './plan.ts';
import { type ResourcePolicy, refuseExplicitDeny, requireAllow, resourcePolicyOf } from './resource-policy.ts';
import type { PlanTools } from './tools.ts';

export interface AuthorizationScope {
  readonly method: Method;
  readonly resource: Resource;
  readonly live: LiveRestStage;
  readonly stage: StageContext;
  readonly tools: PlanTools;
  readonly complain: (what: string) => void;
}

/** The guards of one method in the order they act. Empty when everybody may call. */
export function authorize(scope: AuthorizationScope): Step[] {
  const policy = resourcePolicyOf(scope.live.snapshot, scope.stage);
  const guards = guardsOf(scope, policy);
  if (policy === undefined) return guards;
  switch (scope.method.authorizationType) {
    case 'AWS_IAM':
      return guards;
    case 'CUSTOM':
      return [refuseExplicitDeny(policy), ...guards];
    default:
      // Of a token's owner the policy knows no more than of anybody: it has to allow by itself (row POL-04).
      return [...guards, requireAllow(policy)];
  }
}

/** What `authorizationType` asks for. */
function guardsOf(scope: AuthorizationScope, policy: ResourcePolicy | undefined): Step[] {
  const { authorizationType } = scope.method;
  switch (authorizationType) {
    case 'NONE':
      return [];
    case 'AWS_IAM': {
      const { credentials, strictPermissions: strict } = scope.tools;
      return [requireSignature({ stage: scope.stage, policy, credentials, strict })];
    }
    case 'CUSTOM':
    case 'COGNITO_USER_POOLS':
      return askAuthorizer(scope, policy);
    default:
      scope.complain(notBuiltYet(`authorizationType ${authorizationType}`));
      return [];
  }
}

/** The deployed authorizer of a method; undefined after a complaint. */
function authorizerOf({ method, live, complain }: AuthorizationScope): Authorizer | undefined {
  const authorizer = live.snapshot.authorizers?.find(({ id }) => id === method.authorizerId);
  if (authorizer === undefined) complain(`there is no authorizer ${method.authorizerId ?? 'of this method'}`);
  return authorizer;
}

function askAuthorizer(scope: AuthorizationScope, policy: ResourcePolicy | undefined): Step[] {
  const authorizer = authorizerOf(scope);
  if (authorizer === undefined) return [];
  const { method, resource, stage, tools, complain } = scope;
  const isOfUserPools = authorizer.type === 'COGNITO_USER_POOLS';
  if (isOfUserPools !== (method.authorizationType === 'COGNITO_USER_POOLS')) {
    const { name, type } = authorizer;
    complain(`the authorizer ${name} is of type ${type}, the method's is ${method.authorizationType}`);
    return [];
  }
  if (isOfUserPools) {
    const scopes = method.authorizationScopes ?? [];
    const guard = guardByUserPools({ authorizer, scopes, stage, tools, complain });
    return guard === undefined ? [] : [guard];
  }
  const { id: resourceId, path: resourcePath } = resource;
  const { operationName } = method;
  const guard = guardByLambda({
    authorizer,
    resourceId,
    resourcePath,
    operationName,
    stage,
    tools,
    complain,
    ...(policy !== undefined && { allowsOtherwise: (x) => policy.evaluate(x, undefined).decision === 'allow' }),
  });
  return guard === undefined ? [] : [guard];
}
