/** RouteResponse of a WebSocket API: Create, Get, list, Update and Delete (row V2-12). They stand within their route. */
import { newRouteId } from '../../base/ids.ts';
import type { Route, RouteResponse, V2Api } from '../../definition/v2-api.ts';
import { routes } from '../../ports/records.ts';
import type { WriteTransaction } from '../../ports/store.ts';
import type { Handlers } from '../../wire/call.ts';
import type { Operations } from '../../wire/generated/apigatewayv2.ts';
import { answerRouteResponse } from './answers.ts';
import { changing } from './auto-deploy.ts';
import { invalidValue, notForProtocol } from './chosen-refusals.ts';
import { conflict, noSuchRouteResponse } from './errors.ts';
import { findRoute } from './find.ts';
import { ourNames } from './member-names.ts';
import { pageOf } from './paging.ts';
import { updated, withoutEmpty } from './partial-update.ts';
import type { V2Ports } from './ports.ts';

export function routeResponseHandlers(ports: V2Ports): Handlers<Operations> {
  const { store, limits } = ports;
  return {
    CreateRouteResponse: ({ ApiId, RouteId, ...input }, call) =>
      changing(ports, call, ApiId, async (tx) => {
        const { api, record } = await findRoute(tx, call, ApiId, RouteId);
        const given = ourNames(input) as Omit<RouteResponse, 'routeResponseId'>;
        const response = withoutEmpty({ ...given, routeResponseId: newRouteId() });
        if (
          Object.values(record.routeResponses ?? {}).some((each) => each.routeResponseKey === response.routeResponseKey)
        ) {
          throw conflict(`Route response with key ${response.routeResponseKey} already exists for this route`);
        }
        keepResponse(tx, api, record, response);
        return answerRouteResponse(response);
      }),

    GetRouteResponse: ({ ApiId, RouteId, RouteResponseId }, call) =>
      store.read(async (tx) => {
        const { record } = await findRoute(tx, call, ApiId, RouteId);
        return answerRouteResponse(responseOf(record, RouteResponseId));
      }),

    GetRouteResponses: (input, call) =>
      store.read(async (tx) => {
        const { record } = await findRoute(tx, call, input.ApiId, input.RouteId);
        const idOf = ({ routeResponseId }: RouteResponse): string => routeResponseId;
        const all = Object.values(record.routeResponses ?? {}).sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
        return pageOf(all, idOf, answerRouteResponse, input, limits);
      }),

    UpdateRouteResponse: ({ ApiId, RouteId, RouteResponseId, ...input }, call) =>
      changing(ports, call, ApiId, async (tx) => {
        const { api, record } = await findRoute(tx, call, ApiId, RouteId);
        const changes = ourNames(input) as Partial<RouteResponse>;
        const changed = updated(responseOf(record, RouteResponseId), changes, ['routeResponseKey']);
        keepResponse(tx, api, record, changed);
        return answerRouteResponse(changed);
      }),

    DeleteRouteResponse: ({ ApiId, RouteId, RouteResponseId }, call) =>
      changing(ports, call, ApiId, async (tx) => {
        const { record } = await findRoute(tx, call, ApiId, RouteId);
        responseOf(record, RouteResponseId);
        const { [RouteResponseId]: _, ...left } = record.routeResponses ?? {};
        tx.put(routes, [ApiId, RouteId], updated(record, { routeResponses: left }));
      }),
  };
}

function responseOf(route: Route, id: string): RouteResponse {
  const response = route.routeResponses?.[id];
  if (response === undefined) throw noSuchRouteResponse();
  return response;
}

function keepResponse(tx: WriteTransaction, api: V2Api, route: Route, response: RouteResponse): void {
  if (api.protocolType !== 'WEBSOCKET') throw notForProtocol('RouteResponse', api);
  if (response.routeResponseKey !== '$default') {
    throw invalidValue('route response key', response.routeResponseKey, ['$default']);
  }
  const routeResponses = { ...route.routeResponses, [response.routeResponseId]: response };
  tx.put(routes, [api.apiId, route.routeId], { ...route, routeResponses });
}
