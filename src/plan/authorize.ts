/**
 * Who may call a method: the steps for its `authorizationType`, together with the API's resource policy where the two are decided as one (rows
 * POL-*). A type that has no step here is a complaint: the method is refused, never open.
 */
import type { Method } from '../definition/rest-api.ts';
import type { LiveRestStage } from '../ports/deployments.ts';
import { notBuiltYet } from './method-scope.ts';
import type { Step } from './plan.ts';
import type { PlanTools } from './tools.ts';

export interface AuthorizationScope {
  readonly method: Method;
  /** Path template, `/pets/{id}`. */
  readonly resourcePath: string;
  readonly live: LiveRestStage;
  readonly tools: PlanTools;
  readonly complain: (what: string) => void;
}

/** The guards of one method in the order they act. Empty when everybody may call. */
export function authorize(scope: AuthorizationScope): Step[] {
  const { authorizationType } = scope.method;
  switch (authorizationType) {
    case 'NONE':
      return [];
    default:
      scope.complain(notBuiltYet(`authorizationType ${authorizationType}`));
      return [];
  }
}
