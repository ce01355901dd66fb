/** What a new route holds and what one must fulfil to be kept (rows V2-05 to V2-07, VS-01, VS-02). */
import { httpRouteKeyFault, webSocketRouteKeyFault } from '../../definition/route-keys.ts';
import type { Route, V2Api } from '../../definition/v2-api.ts';
import { isRouteParameter } from '../../definition/websocket-parameters.ts';
import { routes, v2Authorizers, v2Integrations } from '../../ports/records.ts';
import type { ReadTransaction, WriteTransaction } from '../../ports/store.ts';
import type { CreateRouteRequest } from '../../wire/generated/apigatewayv2.ts';
import {
  invalidTarget,
  invalidValue,
  noSuchTarget,
  notForProtocol,
  scopesNeedJwt,
  tooMany,
} from './chosen-refusals.ts';
import { badRequest, conflict, limitExceeded, noValidAuthorizer } from './errors.ts';
import { listOf } from './find.ts';
import type { V2Limits } from './limits.ts';
import { ourNames } from './member-names.ts';
import { withoutEmpty } from './partial-update.ts';
import type { V2Ports } from './ports.ts';
import { checkTextLengths } from './text-lengths.ts';

/** Not yet checked. */
export function newRoute(input: Omit<CreateRouteRequest, 'ApiId'>, routeId: string): Route {
  const route = withRouteDefaults({ ...(ourNames(input) as Partial<Route>), routeId });
  return asksAuthorizer(route) ? route : withoutAuthorizer(route);
}

export const asksAuthorizer = ({ authorizationType }: Route): boolean =>
  authorizationType === 'JWT' || authorizationType === 'CUSTOM';

/** What names an authorizer and does not ask it would keep the authorizer from being deleted. */
export function withoutAuthorizer({ authorizerId: _, ...route }: Route): Route {
  return route;
}

/** What every route has is there, whether it was never given or cleared by an update. */
export function withRouteDefaults(given: Partial<Route>): Route {
  const parameters = Object.entries(given.requestParameters ?? {});
  return withoutEmpty({
    ...given,
    requestParameters: Object.fromEntries(
      parameters.map(([name, constraint]) => [name, { required: constraint.required ?? false }]),
    ),
    apiKeyRequired: given.apiKeyRequired ?? false,
    authorizationType: given.authorizationType ?? 'NONE',
  }) as Route;
}

/** Puts a route, new or changed, that is checked. */
export async function keepRoute(tx: WriteTransaction, api: V2Api, route: Route, ports: V2Ports): Promise<void> {
  const others = (await listOf(tx, routes, api.apiId)).filter(({ routeId }) => routeId !== route.routeId);
  checkRoute(api, route, ports.limits);
  if (others.some(({ routeKey }) => routeKey === route.routeKey)) {
    throw conflict(`Route with key ${route.routeKey} already exists for this API`);
  }
  if (others.length >= ports.limits.routesPerApi) throw limitExceeded('Routes', 'API');
  await checkReferences(tx, api, route);
  tx.put(routes, [api.apiId, route.routeId], route);
}

function checkRoute(api: V2Api, route: Route, limits: V2Limits): void {
  checkTextLengths(route);
  const isHttp = api.protocolType === 'HTTP';
  const fault = (isHttp ? httpRouteKeyFault : webSocketRouteKeyFault)(route.routeKey ?? '');
  if (fault !== undefined) throw badRequest(fault);
  if (isHttp) checkHttpRoute(api, route);
  else checkWebSocketRoute(route);
  const { authorizationScopes = [], authorizationType, authorizerId } = route;
  if (authorizationScopes.length > 0 && authorizationType !== 'JWT') throw scopesNeedJwt();
  if (authorizationScopes.length > limits.scopesPerRoute) throw tooMany('scopes', 'route', limits.scopesPerRoute);
  if (asksAuthorizer(route) && authorizerId === undefined) throw noValidAuthorizer(authorizationType);
}

/** What only WebSocket APIs have; a key that is required and never asked for would leave a door open. */
function checkHttpRoute(api: V2Api, route: Route): void {
  if (route.apiKeyRequired) throw notForProtocol('ApiKeyRequired', api);
  if (route.modelSelectionExpression !== undefined) throw notForProtocol('ModelSelectionExpression', api);
  if (route.requestModels !== undefined) throw notForProtocol('RequestModels', api);
  if (route.requestParameters !== undefined) throw notForProtocol('RequestParameters', api);
  if (route.routeResponseSelectionExpression !== undefined) {
    throw notForProtocol('RouteResponseSelectionExpression', api);
  }
}

function checkWebSocketRoute(route: Route): void {
  const { routeKey, authorizationType, requestParameters = {}, routeResponseSelectionExpression: selection } = route;
  if (authorizationType === 'JWT') throw invalidValue('authorization type', 'JWT', ['NONE', 'AWS_IAM', 'CUSTOM']);
  if (authorizationType !== 'NONE' && routeKey !== '$connect') {
    throw badRequest('Currently, authorization is restricted to the $connect route only');
  }
  if (selection !== undefined && selection !== '$default') {
    throw invalidValue('route response selection expression', selection, ['$default']);
  }
  const wrong = Object.keys(requestParameters).find((parameter) => !isRouteParameter(parameter));
  if (wrong !== undefined) throw badRequest(`Invalid mapping expression specified: ${wrong}`);
}

async function checkReferences(tx: ReadTransaction, api: V2Api, route: Route): Promise<void> {
  const { target, authorizerId, authorizationType } = route;
  if (target !== undefined) {
    const [, integrationId] = /^integrations\/([^/]+)$/.exec(target) ?? [];
    if (integrationId === undefined) throw invalidTarget(target);
    if ((await tx.get(v2Integrations, [api.apiId, integrationId])) === undefined) throw noSuchTarget(target);
  }
  if (authorizerId === undefined || !asksAuthorizer(route)) return;
  const authorizer = await tx.get(v2Authorizers, [api.apiId, authorizerId]);
  const wanted = authorizationType === 'JWT' ? 'JWT' : 'REQUEST';
  if (authorizer?.authorizerType !== wanted) throw noValidAuthorizer(authorizationType);
}
