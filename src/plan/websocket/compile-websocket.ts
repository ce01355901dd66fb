/**
 * A deployed WebSocket API becomes a plan: the route of a message is found by its key, what a route runs is compiled here once (rows WS-08 to WS-18). What
 * cannot be enforced or run as configured is a complaint, as for REST APIs.
 */
import type { WebSocketSnapshot } from '../../definition/snapshot.ts';
import type { Route, V2Stage } from '../../definition/v2-api.ts';
import type { LiveWebSocketStage } from '../../ports/deployments.ts';
import { openAccessLog } from '../access-log/access-log.ts';
import { socketAccessVariable } from '../access-log/socket-variables.ts';
import { gatewayProblem } from '../gateway-responses.ts';
import { routeLimit } from '../http/route-throttle.ts';
import { idleTools } from '../idle-tools.ts';
import { callbackMetrics, socketMetrics, straySocketMetrics } from '../method-metrics.ts';
import { type ModelChecks, modelChecks } from '../models.ts';
import type { Failures, Integration, MethodPlan, StageContext, Step, WebSocketPlan } from '../plan.ts';
import { throttle } from '../steps/throttle.ts';
import type { PlanTools } from '../tools.ts';
import { authorizeRoute, routeKeySteps } from './authorize-route.ts';
import { logRoute } from './log-route.ts';
import { compileRouteIntegration } from './route-integration.ts';
import { compileRouteChoice } from './route-keys.ts';
import { socketFailures } from './socket-failures.ts';
import { validateRoute } from './validate-route.ts';

type Complain = (label: string, what: string) => void;

/** The limits of one route: its own, then the account's (row THR-06). */
type RouteThrottles = (routeKey: string) => readonly Step[];

/** The plan of one stage. Never throws: a route that cannot be compiled answers with an error, and its `why` says what is wrong. */
export function compileWebSocket(live: LiveWebSocketStage, tools: PlanTools): WebSocketPlan {
  const at = { apiId: live.apiId, stage: live.stage.stageName };
  return compile(live, tools, (label, what) => tools.log.warn(`${label}: ${what}`, at));
}

/** Everything in a definition that cannot be enforced or compiled, each naming its route. Empty means it can be deployed. */
export function webSocketComplaints(snapshot: WebSocketSnapshot): readonly string[] {
  const complaints: string[] = [];
  compile(stageless(snapshot), idleTools(), (label, what) => complaints.push(`${label}: ${what}`));
  return complaints;
}

function compile(live: LiveWebSocketStage, tools: PlanTools, complain: Complain): WebSocketPlan {
  const { snapshot, stage } = live;
  const { api } = snapshot;
  const context: StageContext = {
    kind: 'websocket',
    apiId: live.apiId,
    apiName: api.name,
    account: live.account,
    region: live.region,
    stage: stage.stageName,
    deploymentId: snapshot.deploymentId,
    stageVariables: Object.keys(stage.stageVariables).length > 0 ? stage.stageVariables : null,
  };
  const models = modelChecks(
    live.apiId,
    snapshot.models.map((model) => ({
      ...model,
      id: model.modelId,
      contentType: model.contentType ?? 'application/json',
    })),
  );
  const sorted = [...snapshot.routes].sort((a, b) => (a.routeKey < b.routeKey ? -1 : 1));
  const bucketFor = tools.throttles.stage(live.apiId, stage.stageName);
  const account = tools.throttles.account(live.account, live.region);
  const throttles: RouteThrottles = (routeKey) => {
    const limit = routeLimit(stage, routeKey);
    return [
      ...(limit === undefined ? [] : [throttle(bucketFor(routeKey, limit), 'method')]),
      ...(account === undefined ? [] : [throttle(account, 'account')]),
    ];
  };
  const accessLog = openAccessLog({ ...context, isCanary: false, settings: stage.accessLogSettings }, tools);
  const methods = sorted.map((route) => {
    const method = compileRoute(route, live, context, models, throttles, tools, complain);
    const access = accessLog?.of(route.routeKey, (name) => socketAccessVariable(name, context));
    if (access === undefined) return method;
    return { ...method, inbound: [access.begin, ...method.inbound], writeAccessLog: access.write };
  });
  const unrouted = accessLog?.of(undefined, (name) => socketAccessVariable(name, context)).write;
  const byKey = new Map(methods.map((method) => [method.label, method]));
  const twoWay = new Set(sorted.filter(hasReply).map(({ routeKey }) => routeKey));
  const apiFaults: string[] = [];
  const routeKeyOf = compileRouteChoice(api.routeSelectionExpression, new Set(byKey.keys()), (what) => {
    apiFaults.push(what);
    complain(`API ${api.name}`, what);
  });
  return {
    kind: 'websocket',
    context,
    first: undefined,
    router: {
      match(routeKey) {
        const method = byKey.get(routeKey);
        return method && { method, pathParameters: null };
      },
    },
    methods,
    executeApiDisabled: api.disableExecuteApiEndpoint,
    failures: unrouted === undefined ? socketFailures : loggedFailures(unrouted),
    writeUnroutedLog: unrouted,
    strayMetrics: straySocketMetrics(live, tools),
    callbackMetrics: callbackMetrics(live, tools),
    clock: tools.clock,
    routeKeyOf,
    hasRoute: (routeKey) => byKey.has(routeKey),
    repliesTo: (routeKey) => twoWay.has(routeKey),
  };
}

/** A message that no route takes has its line too. */
function loggedFailures(write: NonNullable<WebSocketPlan['writeUnroutedLog']>): Failures {
  return {
    ...socketFailures,
    unmatched(plan, x) {
      const reply = socketFailures.unmatched(plan, x);
      write(x, reply);
      return reply;
    },
  };
}

/** A reply is sent when a deployed route response says so; the route's own expression is not needed, and alone does nothing (recorded I1). */
function hasReply({ routeResponses }: Route): boolean {
  return Object.values(routeResponses ?? {}).some(({ routeResponseKey }) => routeResponseKey === '$default');
}

function compileRoute(
  route: Route,
  live: LiveWebSocketStage,
  stage: StageContext,
  models: ModelChecks,
  throttles: RouteThrottles,
  tools: PlanTools,
  complain: Complain,
): MethodPlan {
  const { snapshot } = live;
  const faults: string[] = [];
  const complainOfRoute = (what: string): void => {
    faults.push(what);
    complain(route.routeKey, what);
  };
  const integrationId = /^integrations\/(.+)$/.exec(route.target ?? '')?.[1];
  const found = snapshot.integrations.find((each) => each.integrationId === integrationId);
  if (route.target !== undefined && found === undefined) complainOfRoute(`the target ${route.target} does not exist`);
  const integration =
    found === undefined
      ? undefined
      : compileRouteIntegration({
          route,
          integration: found,
          snapshot,
          stage,
          vpcLinks: live.vpcLinks ?? [],
          tools,
          complain: complainOfRoute,
        });
  const guards = { route, live, stage, tools, complain: complainOfRoute };
  const { beforeThrottles, afterThrottles } = routeKeySteps(guards);
  const log = logRoute({ route, hasIntegration: found !== undefined, liveStage: live.stage, stage, tools });
  const inbound: Step[] = [
    ...log.begin,
    ...authorizeRoute(guards),
    ...beforeThrottles,
    ...throttles(route.routeKey),
    ...afterThrottles,
    ...validateRoute(route, models, complainOfRoute),
  ];
  return {
    label: route.routeKey,
    httpMethod: route.routeKey,
    resourceId: route.routeId,
    resourcePath: '',
    operationName: route.operationName,
    inbound,
    integration: faults.length > 0 ? refused(route.routeKey, faults) : (integration ?? nothing),
    finish: log.end,
    metrics: socketMetrics(live, tools, {
      routeKey: route.routeKey,
      isTwoWay: hasReply(route),
      isFunction: found?.integrationType === 'AWS_PROXY',
    }),
  };
}

/** A route without a target: the handshake is accepted, a message is taken and leads to nothing. */
const nothing: Integration = {
  name: 'no integration',
  run: () => ({ status: 200, headers: [], body: '', problem: undefined }),
};

/** Stands where something configured could not be compiled. */
function refused(label: string, faults: readonly string[]): Integration {
  const problem = gatewayProblem('API_CONFIGURATION_ERROR', `${label}: ${faults.join('; ')}`);
  return {
    name: `refused (${faults.join('; ')})`,
    run: () => {
      throw problem;
    },
  };
}

/** A snapshot on a stage without settings, to see whether it compiles. */
function stageless(snapshot: WebSocketSnapshot): LiveWebSocketStage {
  const { apiId, account, region } = snapshot.api;
  const stage: V2Stage = {
    stageName: 'check',
    autoDeploy: false,
    deploymentId: snapshot.deploymentId,
    defaultRouteSettings: {},
    routeSettings: {},
    stageVariables: {},
    tags: {},
    createdAtMs: 0,
    lastUpdatedAtMs: 0,
  };
  return { kind: 'websocket', apiId, account, region, stage, snapshot };
}
