/**
 * Who may call a route of an HTTP API: the steps for its `authorizationType` (rows HLA-*). A type that has no step here is a complaint: the route is
 * refused, never open.
 */
import { notBuiltYet } from '../method-scope.ts';
import type { Step } from '../plan.ts';
import { requireSignatureOnRoute } from './iam-route.ts';
import { guardByJwt } from './jwt-authorizer.ts';
import { guardByFunction } from './lambda-authorizer.ts';
import type { RouteScope } from './route-scope.ts';

/** The guards of one route in the order they act. Empty when everybody may call. A step refuses with `refusal` of plan/http/failures.ts. */
export function authorizeRoute(scope: RouteScope): Step[] {
  const { authorizationType } = scope.route;
  switch (authorizationType) {
    case 'NONE':
      return [];
    case 'JWT':
    case 'CUSTOM':
      return askAuthorizer(scope);
    case 'AWS_IAM':
      return [requireSignatureOnRoute(scope)];
    default:
      scope.complain(notBuiltYet(`authorizationType ${authorizationType}`));
      return [];
  }
}

/** By the deployed authorizer the route names; none after a complaint. */
function askAuthorizer(scope: RouteScope): Step[] {
  const { route, live, complain } = scope;
  const { authorizationType, authorizerId } = route;
  const authorizer = live.snapshot.authorizers.find((each) => each.authorizerId === authorizerId);
  if (authorizer === undefined) {
    complain(`there is no authorizer ${authorizerId ?? 'of this route'}`);
    return [];
  }
  const { name, authorizerType } = authorizer;
  if ((authorizerType === 'JWT') !== (authorizationType === 'JWT')) {
    complain(`the authorizer ${name} is of type ${authorizerType}, the route's is ${authorizationType}`);
    return [];
  }
  const guard = authorizerType === 'JWT' ? guardByJwt(authorizer, scope) : guardByFunction(authorizer, scope);
  return guard === undefined ? [] : [guard];
}
