/**
 * Who may call a route of an HTTP API: the steps for its `authorizationType` (rows HLA-*). A type that has no step here is a complaint: the route is
 * refused, never open.
 */
import { notBuiltYet } from '../method-scope.ts';
import type { Step } from '../plan.ts';
import type { RouteScope } from './route-scope.ts';

/** The guards of one route in the order they act. Empty when everybody may call. A step refuses with `refusal` of plan/http/failures.ts. */
export function authorizeRoute(scope: RouteScope): Step[] {
  const { authorizationType } = scope.route;
  switch (authorizationType) {
    case 'NONE':
      return [];
    default:
      scope.complain(notBuiltYet(`authorizationType ${authorizationType}`));
      return [];
  }
}
