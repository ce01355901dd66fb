/** Route: CreateRoute, GetRoute, GetRoutes, UpdateRoute, DeleteRoute, DeleteRouteRequestParameter. */
import { newRouteId } from '../../base/ids.ts';
import type { Route } from '../../definition/v2-api.ts';
import { routes } from '../../ports/records.ts';
import type { Handlers } from '../../wire/call.ts';
import type { Operations } from '../../wire/generated/apigatewayv2.ts';
import { answerRoute } from './answers.ts';
import { changing } from './auto-deploy.ts';
import { managed } from './chosen-refusals.ts';
import { notFound } from './errors.ts';
import { findApi, findRoute, listOf } from './find.ts';
import { ourNames } from './member-names.ts';
import { pageOf } from './paging.ts';
import { updated } from './partial-update.ts';
import type { V2Ports } from './ports.ts';
import { asksAuthorizer, keepRoute, newRoute, withoutAuthorizer, withRouteDefaults } from './route-rules.ts';

export function routeHandlers(ports: V2Ports): Handlers<Operations> {
  const { store, limits } = ports;
  return {
    CreateRoute: ({ ApiId, ...input }, call) =>
      changing(ports, call, ApiId, async (tx, api) => {
        const route = newRoute(input, newRouteId());
        await keepRoute(tx, api, route, ports);
        return answerRoute(route);
      }),

    GetRoute: ({ ApiId, RouteId }, call) =>
      store.read(async (tx) => answerRoute((await findRoute(tx, call, ApiId, RouteId)).record)),

    GetRoutes: (input, call) =>
      store.read(async (tx) => {
        const { apiId } = await findApi(tx, call, input.ApiId);
        return pageOf(await listOf(tx, routes, apiId), ({ routeId }) => routeId, answerRoute, input, limits);
      }),

    UpdateRoute: ({ ApiId, RouteId, ...input }, call) =>
      changing(ports, call, ApiId, async (tx, api) => {
        const { record } = await findRoute(tx, call, ApiId, RouteId);
        const isRenamed = input.RouteKey !== undefined && input.RouteKey !== record.routeKey;
        if (record.apiGatewayManaged && isRenamed) throw managed('route key', 'updated');
        const { requestParameters, ...changes } = ourNames(input) as Partial<Route>;
        // Parameters merge; DeleteRouteRequestParameter takes one away (Terraform's provider has to call it for each).
        const merged = { ...record.requestParameters, ...requestParameters };
        const changed = withRouteDefaults({
          ...updated(record, changes, ['routeKey']),
          requestParameters: merged,
        });
        const kept = withoutIdleAuthorizer(changed);
        await keepRoute(tx, api, kept, ports);
        return answerRoute(kept);
      }),

    DeleteRoute: ({ ApiId, RouteId }, call) =>
      changing(ports, call, ApiId, async (tx) => {
        const { record } = await findRoute(tx, call, ApiId, RouteId);
        if (record.apiGatewayManaged) throw managed('route', 'deleted');
        tx.delete(routes, [ApiId, RouteId]);
      }),

    DeleteRouteRequestParameter: ({ ApiId, RouteId, RequestParameterKey }, call) =>
      changing(ports, call, ApiId, async (tx) => {
        const { record } = await findRoute(tx, call, ApiId, RouteId);
        const { [RequestParameterKey]: deleted, ...left } = record.requestParameters ?? {};
        if (deleted === undefined) throw notFound('Invalid parameter name specified');
        tx.put(routes, [ApiId, RouteId], updated(record, { requestParameters: left }));
      }),
  };
}

/** A route that is opened, or turned to IAM, lets go of its authorizer and scopes. */
function withoutIdleAuthorizer(route: Route): Route {
  if (asksAuthorizer(route)) return route;
  const { authorizationScopes: _, ...rest } = withoutAuthorizer(route);
  return rest;
}
