/** For tests of the request line of HTTP APIs: definitions and exchanges in a few words, beside plan/plan-fixture.ts. */
import type { HttpSnapshot } from '../../definition/snapshot.ts';
import type { Route, V2Api, V2Authorizer, V2Integration, V2Stage } from '../../definition/v2-api.ts';
import type { LiveHttpStage } from '../../ports/deployments.ts';
import { compileHttpApi } from '../compile-http.ts';
import type { Exchange, Reply } from '../exchange.ts';
import type { HttpPlan } from '../plan.ts';
import { exchange, planTools, type RequestInWords } from '../plan-fixture.ts';
import { runPlan } from '../run.ts';
import type { PlanTools } from '../tools.ts';

export type V2IntegrationInWords = Partial<V2Integration> & Pick<V2Integration, 'integrationType'>;
export type RouteInWords = Partial<Route> & { readonly integration?: V2IntegrationInWords };
/** Routes by key. */
export type HttpApiInWords = Readonly<Record<string, RouteInWords>>;

export const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:f';
/** A function with events of format 2.0. */
export const lambda2: RouteInWords = {
  integration: { integrationType: 'AWS_PROXY', integrationUri: functionArn, payloadFormatVersion: '2.0' },
};
export const lambda1: RouteInWords = {
  integration: { integrationType: 'AWS_PROXY', integrationUri: functionArn, payloadFormatVersion: '1.0' },
};
export const httpProxyTo = (integrationUri: string, changes: Partial<V2Integration> = {}): RouteInWords => ({
  integration: { integrationType: 'HTTP_PROXY', integrationUri, integrationMethod: 'ANY', ...changes },
});

export function httpApi(changes: Partial<V2Api> = {}): V2Api {
  return {
    apiId: 'a1b2c3d4e5',
    account: '000000000000',
    region: 'us-east-1',
    name: 'pets',
    protocolType: 'HTTP',
    createdAtMs: 0,
    routeSelectionExpression: '${request.method} ${request.path}',
    apiKeySelectionExpression: '$request.header.x-api-key',
    disableExecuteApiEndpoint: false,
    ipAddressType: 'ipv4',
    tags: {},
    ...changes,
  };
}

export function httpSnapshot(
  routes: HttpApiInWords,
  api: Partial<V2Api> = {},
  authorizers: readonly V2Authorizer[] = [],
): HttpSnapshot {
  const inWords = Object.entries(routes);
  return {
    kind: 'http',
    api: httpApi(api),
    deploymentId: 'dep001',
    routes: inWords.map(([routeKey, { integration: _, ...words }], i) => ({
      routeId: `route0${i}`,
      routeKey,
      apiKeyRequired: false,
      authorizationType: 'NONE',
      target: `integrations/int000${i}`,
      ...words,
    })),
    integrations: inWords.flatMap(([, { integration }], i) =>
      integration === undefined
        ? []
        : {
            integrationId: `int000${i}`,
            connectionType: 'INTERNET',
            payloadFormatVersion: '1.0',
            timeoutInMillis: 30_000,
            ...integration,
          },
    ),
    authorizers,
  };
}

export function httpStage(snapshot: HttpSnapshot, changes: Partial<V2Stage> = {}): LiveHttpStage {
  const { apiId, account, region } = snapshot.api;
  const stage: V2Stage = {
    stageName: '$default',
    autoDeploy: false,
    deploymentId: snapshot.deploymentId,
    defaultRouteSettings: {},
    routeSettings: {},
    stageVariables: {},
    tags: {},
    createdAtMs: 0,
    lastUpdatedAtMs: 0,
    ...changes,
  };
  return { kind: 'http', apiId, account, region, stage, snapshot };
}

export function httpPlanOf(
  routes: HttpApiInWords,
  tools: Partial<PlanTools> = {},
  stage: Partial<V2Stage> = {},
  api: Partial<V2Api> = {},
): HttpPlan {
  return compileHttpApi(httpStage(httpSnapshot(routes, api), stage), planTools(tools));
}

/** An exchange as the gateway addresses it to this plan's stage. */
export function httpExchange(plan: HttpPlan, words: RequestInWords = {}): Exchange {
  const x = exchange(words);
  const { stage } = plan.context;
  const contextPath = stage === '$default' ? x.path : `/${stage}${x.path}`;
  return { ...x, request: { ...x.request, path: contextPath }, contextPath, requestId: x.extendedRequestId };
}

/** One request through a plan. */
export async function httpAnswer(plan: HttpPlan, words: RequestInWords = {}): Promise<Reply> {
  return await runPlan(plan, httpExchange(plan, words));
}
