/**
 * Who may open a connection (row WS-03): the guards of `$connect`, and the key that other routes ask for. A guard that has no step here is a complaint,
 * never an open door.
 */
import type { Route } from '../../definition/v2-api.ts';
import type { LiveWebSocketStage } from '../../ports/deployments.ts';
import { gatewayProblem } from '../gateway-responses.ts';
import { requireSignature } from '../iam-authorization.ts';
import { notBuiltYet } from '../method-scope.ts';
import type { StageContext, Step } from '../plan.ts';
import { apiKeySteps } from '../steps/api-key.ts';
import type { PlanTools } from '../tools.ts';
import { connectArn, guardConnect } from './connect-authorizer.ts';

export interface RouteAuthorizationScope {
  readonly route: Route;
  readonly live: LiveWebSocketStage;
  readonly stage: StageContext;
  readonly tools: PlanTools;
  readonly complain: (what: string) => void;
}

/** The guards in the order they act. Empty when everybody may connect. */
export function authorizeRoute(scope: RouteAuthorizationScope): Step[] {
  const { route, complain } = scope;
  const { authorizationType, routeKey } = route;
  if (authorizationType === 'NONE') return [];
  if (routeKey !== '$connect') {
    complain('Currently, authorization is restricted to the $connect route only');
    return [];
  }
  switch (authorizationType) {
    case 'CUSTOM':
      return askAuthorizer(scope);
    case 'AWS_IAM': {
      const { credentials, strictPermissions: strict } = scope.tools;
      const invoked = connectArn(scope.stage);
      return [requireSignature({ stage: scope.stage, policy: undefined, credentials, strict, invoked })];
    }
    default:
      complain(notBuiltYet(`authorizationType ${authorizationType} of ${routeKey}`));
      return [];
  }
}

function askAuthorizer(scope: RouteAuthorizationScope): Step[] {
  const { route, live, complain } = scope;
  const authorizer = live.snapshot.authorizers.find(({ authorizerId }) => authorizerId === route.authorizerId);
  if (authorizer === undefined) {
    complain(`there is no authorizer ${route.authorizerId ?? 'of this route'}`);
    return [];
  }
  const guard = guardConnect(authorizer, scope);
  return guard === undefined ? [] : [guard];
}

/** Where the API's clients send their key: in a header, or through the authorizer. */
const keyFromAuthorizer = '$context.authorizer.usageIdentifierKey';

/** The key of `$connect` is looked up and counted there; other routes that ask for one take the connection's. */
export function routeKeySteps({ route, live, tools, complain }: RouteAuthorizationScope): {
  readonly beforeThrottles: readonly Step[];
  readonly afterThrottles: readonly Step[];
} {
  const none = { beforeThrottles: [], afterThrottles: [] };
  const asking = live.snapshot.routes.filter(({ apiKeyRequired }) => apiKeyRequired);
  if (asking.length === 0) return none;
  const { routeKey, apiKeyRequired, authorizationType } = route;
  if (routeKey !== '$connect') return apiKeyRequired ? { ...none, beforeThrottles: [needsConnectionKey] } : none;
  const expression = live.snapshot.api.apiKeySelectionExpression;
  const isFromAuthorizer = expression === keyFromAuthorizer;
  if (!isFromAuthorizer && expression !== '$request.header.x-api-key') {
    complain(notBuiltYet(`apiKeySelectionExpression ${expression}`));
    return none;
  }
  return apiKeySteps({
    method: { httpMethod: routeKey, apiKeyRequired, authorizationType },
    resourcePath: '',
    live: {
      account: live.account,
      region: live.region,
      apiId: live.apiId,
      stage: live.stage,
      snapshot: { api: { apiKeySource: isFromAuthorizer ? 'AUTHORIZER' : 'HEADER' } },
    },
    usage: tools.usage,
  });
}

const noKey = gatewayProblem('INVALID_API_KEY', 'the connection was opened without an API key of a usage plan');

const needsConnectionKey: Step = {
  name: 'api-key of the connection',
  run: function checkConnectionKey(x) {
    if (x.apiKey?.subscription === undefined) throw noKey;
    return undefined;
  },
};
