/** WebSocket APIs for tests of plans: a definition from a few routes, and exchanges as the gateway makes them. */
import type { WebSocketSnapshot } from '../../definition/snapshot.ts';
import type { Route, V2Api, V2Authorizer, V2Integration, V2Model, V2Stage } from '../../definition/v2-api.ts';
import type { LiveWebSocketStage } from '../../ports/deployments.ts';
import type { Exchange, SocketFacts } from '../exchange.ts';
import { exchange } from '../plan-fixture.ts';

export interface RouteSketch extends Partial<Omit<Route, 'routeKey' | 'routeResponses'>> {
  readonly integration?: Partial<V2Integration>;
  /** Has the `$default` route response. */
  readonly twoWay?: boolean;
}

/** A deployed API of these routes; each gets an integration of its own. */
export function socketSnapshot(
  sketches: Readonly<Record<string, RouteSketch>>,
  more: {
    readonly api?: Partial<V2Api>;
    readonly models?: readonly V2Model[];
    readonly authorizers?: readonly V2Authorizer[];
  } = {},
): WebSocketSnapshot {
  const integrations: V2Integration[] = [];
  const routes = Object.entries(sketches).map(([routeKey, { integration, twoWay, ...rest }], i): Route => {
    const integrationId = `int${i}`;
    if (integration !== undefined) {
      integrations.push({
        integrationId,
        integrationType: 'MOCK',
        connectionType: 'INTERNET',
        payloadFormatVersion: '1.0',
        timeoutInMillis: 29_000,
        ...integration,
      });
    }
    return {
      routeId: `route${i}`,
      routeKey,
      apiKeyRequired: false,
      authorizationType: 'NONE',
      ...(integration !== undefined && { target: `integrations/${integrationId}` }),
      ...(twoWay === true && {
        routeResponses: { r: { routeResponseId: 'r', routeResponseKey: '$default' } },
      }),
      ...rest,
    };
  });
  return {
    kind: 'websocket',
    api: {
      apiId: 'abcdefghij',
      account: '123456789012',
      region: 'eu-west-1',
      name: 'chat',
      protocolType: 'WEBSOCKET',
      createdAtMs: 0,
      routeSelectionExpression: '$request.body.action',
      apiKeySelectionExpression: '$request.header.x-api-key',
      disableExecuteApiEndpoint: false,
      ipAddressType: 'ipv4',
      tags: {},
      ...more.api,
    },
    deploymentId: 'dep123',
    routes,
    integrations,
    authorizers: more.authorizers ?? [],
    models: more.models ?? [],
  };
}

export function liveSocketStage(snapshot: WebSocketSnapshot, stage: Partial<V2Stage> = {}): LiveWebSocketStage {
  const { apiId, account, region } = snapshot.api;
  return {
    kind: 'websocket',
    apiId,
    account,
    region,
    snapshot,
    stage: {
      stageName: 'dev',
      autoDeploy: false,
      deploymentId: snapshot.deploymentId,
      defaultRouteSettings: {},
      routeSettings: {},
      stageVariables: {},
      tags: {},
      createdAtMs: 0,
      lastUpdatedAtMs: 0,
      ...stage,
    },
  };
}

const connectionId = 'gbgA_A9XiQAYKEiI6A==';

/** An event as the gateway hands it to a plan; `routeKey` chosen already. */
export function socketEvent(routeKey: string, body = '', facts: Partial<SocketFacts> = {}): Exchange {
  const x = exchange({ method: 'POST', body });
  x.method = routeKey;
  x.path = '';
  x.startedAtMs = 1_790_000_001_000;
  x.requestId = x.extendedRequestId = 'WxYz0123456789A=';
  x.domainName = 'abcdefghij.execute-api.eu-west-1.amazonaws.com';
  x.socket = {
    connectionId,
    connectedAtMs: 1_790_000_000_000,
    userAgent: 'test/1',
    eventType: 'MESSAGE',
    messageId: 'gbgBBBBBBBAYKEiI6A==',
    disconnectStatusCode: undefined,
    disconnectReason: undefined,
    ...facts,
  };
  return x;
}
