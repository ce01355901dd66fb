/**
 * An HTTP API's deployment becomes a plan: a line per route, everything read here that does not change from request to request. What cannot be
 * enforced or run as configured is a complaint: the deployment is refused for it, and a plan compiled all the same answers 500 there.
 */
import { parseHttpRouteKey } from '../definition/route-keys.ts';
import type { HttpSnapshot } from '../definition/snapshot.ts';
import type { Route, V2Integration, V2Stage } from '../definition/v2-api.ts';
import type { LiveHttpStage } from '../ports/deployments.ts';
import { openAccessLog } from './access-log/access-log.ts';
import { httpAccessVariable } from './access-log/http-variables.ts';
import { gatewayProblem } from './gateway-responses.ts';
import { authorizeRoute } from './http/authorize-route.ts';
import { compileCors } from './http/cors.ts';
import { httpFailures } from './http/failures.ts';
import { compileHttpApiProxy } from './http/http-proxy.ts';
import { compileHttpLambdaProxy } from './http/lambda-proxy.ts';
import { withParameterChanges } from './http/parameter-changes.ts';
import type { IntegrationScope, RouteScope } from './http/route-scope.ts';
import { routeLimit } from './http/route-throttle.ts';
import { compileHttpRouter } from './http/router.ts';
import { compileServiceCall } from './http/service-call.ts';
import { idleTools } from './idle-tools.ts';
import { routeMetrics } from './method-metrics.ts';
import type { Finish, HttpPlan, Integration, MethodPlan, StageContext, Step } from './plan.ts';
import { throttle } from './steps/throttle.ts';
import type { PlanTools } from './tools.ts';

type Complain = (label: string, what: string) => void;

/** The plan of one stage. Never throws: a route that cannot be compiled answers 500 and its `why` says what is wrong. */
export function compileHttpApi(live: LiveHttpStage, tools: PlanTools): HttpPlan {
  const at = { apiId: live.apiId, stage: live.stage.stageName };
  return compile(live, tools, (label, what) => tools.log.warn(`${label}: ${what}`, at));
}

/**
 * Everything in a definition that cannot be enforced or compiled, each naming its route: `GET /pets: authorizationType CUSTOM is not built yet, so it
 * is refused rather than skipped`. Empty means it can be deployed.
 */
export function httpComplaints(snapshot: HttpSnapshot): readonly string[] {
  const complaints: string[] = [];
  const { apiId, account, region } = snapshot.api;
  const live: LiveHttpStage = { kind: 'http', apiId, account, region, stage: checkStage(snapshot), snapshot };
  compile(live, idleTools(), (label, what) => complaints.push(`${label}: ${what}`));
  return complaints;
}

function compile(live: LiveHttpStage, tools: PlanTools, complain: Complain): HttpPlan {
  const { snapshot, stage } = live;
  const context: StageContext = {
    apiId: live.apiId,
    apiName: snapshot.api.name,
    account: live.account,
    region: live.region,
    stage: stage.stageName,
    deploymentId: snapshot.deploymentId,
    stageVariables: Object.keys(stage.stageVariables).length > 0 ? stage.stageVariables : null,
  };
  const cors = snapshot.api.corsConfiguration && compileCors(snapshot.api.corsConfiguration);
  const finish: readonly Finish[] = cors === undefined ? [] : [{ name: 'cors', run: cors.decorate }];
  const bucketFor = tools.throttles.stage(live.apiId, stage.stageName);
  const account = tools.throttles.account(live.account, live.region);
  const accessLog = openAccessLog({ ...context, isCanary: false, settings: stage.accessLogSettings }, tools);

  const routes = [...snapshot.routes].sort(byPath).map((route) => compileRoute(route));
  return {
    kind: 'http',
    context,
    first: cors?.preflight,
    router: compileHttpRouter(routes),
    methods: routes,
    executeApiDisabled: snapshot.api.disableExecuteApiEndpoint,
    failures: httpFailures(cors?.decorate),
    clock: tools.clock,
  };

  function compileRoute(route: Route): MethodPlan {
    const label = route.routeKey;
    const faults: string[] = [];
    const complainHere = (what: string): void => {
      faults.push(what);
      complain(label, what);
    };
    const key = parseHttpRouteKey(label);
    if (key === undefined && label !== '$default') complainHere('the route key is none of an HTTP API');
    const { method: verb, path } = key ?? { method: 'ANY', path: label };
    const scope: RouteScope = {
      label,
      verb,
      path,
      route,
      live,
      api: snapshot.api,
      stage: context,
      tools,
      complain: complainHere,
    };
    // Path parameters are plain members of an object, where this one name means something else.
    if (/\{__proto__\+?\}/.test(path)) complainHere('a path parameter cannot be called __proto__');
    // API keys and usage plans are for REST and WebSocket APIs (row VS-01): a route that wants one must not be open for it.
    if (route.apiKeyRequired) complainHere('an HTTP API has no API keys');
    const inbound: Step[] = authorizeRoute(scope);
    const limit = routeLimit(stage, label);
    if (limit !== undefined) inbound.push(throttle(bucketFor(label, limit), 'method'));
    if (account !== undefined) inbound.push(throttle(account, 'account'));
    const integration = compileTarget(scope, snapshot.integrations);
    const access = accessLog?.of(label, (name) => httpAccessVariable(name, scope));
    if (access !== undefined) inbound.unshift(access.begin);
    return {
      label,
      httpMethod: verb,
      resourceId: route.routeId,
      resourcePath: path,
      operationName: route.operationName,
      inbound,
      integration: faults.length > 0 || integration === undefined ? refused(label, faults) : integration,
      finish,
      writeAccessLog: access?.write,
      metrics: routeMetrics(live, tools, { label, path, verb }),
    };
  }
}

/** In path order, `$default` last. */
function byPath(a: Route, b: Route): number {
  return sortKey(a) < sortKey(b) ? -1 : 1;
}

function sortKey({ routeKey }: Route): string {
  const space = routeKey.indexOf(' ');
  return space === -1 ? `~${routeKey}` : `${routeKey.slice(space + 1)} ${routeKey.slice(0, space)}`;
}

/**
 * The integration a route's `target` names. A route may be made, and deployed, before it has one: it then leads nowhere, which no recording words and
 * is answered as a route that is not there.
 */
function compileTarget(scope: RouteScope, integrations: readonly V2Integration[]): Integration | undefined {
  const { target } = scope.route;
  if (target === undefined || target === '') return leadsNowhere(scope.label);
  const integrationId = target.replace(/^integrations\//, '');
  const integration = integrations.find((each) => each.integrationId === integrationId);
  if (integration === undefined) {
    scope.complain(`there is no integration ${integrationId}`);
    return undefined;
  }
  return compileIntegration({ ...scope, integration });
}

function compileIntegration(scope: IntegrationScope): Integration | undefined {
  const { integration } = scope;
  if (integration.integrationSubtype !== undefined) {
    // Its parameters are the service's own; only answers are mapped.
    const service = compileServiceCall(scope, integration.integrationSubtype);
    return service && withParameterChanges(service, withoutRequestParameters(scope));
  }
  switch (integration.integrationType) {
    case 'AWS_PROXY': {
      const lambda = compileHttpLambdaProxy(scope);
      return lambda && withParameterChanges(lambda, scope);
    }
    case 'HTTP_PROXY':
      return withParameterChanges(compileHttpApiProxy(scope), scope);
    default:
      scope.complain(`an HTTP API has no integrations of type ${integration.integrationType}`);
      return undefined;
  }
}

function withoutRequestParameters(scope: IntegrationScope): IntegrationScope {
  const { requestParameters: _, ...integration } = scope.integration;
  return { ...scope, integration };
}

function leadsNowhere(label: string): Integration {
  const problem = gatewayProblem('RESOURCE_NOT_FOUND', `${label}: no integration is attached to the route`);
  return {
    name: 'no integration',
    run: () => {
      throw problem;
    },
  };
}

/** Stands where something configured could not be compiled: the route answers 500. */
function refused(label: string, faults: readonly string[]): Integration {
  const problem = gatewayProblem('API_CONFIGURATION_ERROR', `${label}: ${faults.join('; ')}`);
  return {
    name: `refused (${faults.join('; ')})`,
    run: () => {
      throw problem;
    },
  };
}

/** A stage without settings, to see whether a snapshot compiles. */
function checkStage({ deploymentId }: HttpSnapshot): V2Stage {
  return {
    stageName: 'check',
    autoDeploy: false,
    deploymentId,
    defaultRouteSettings: {},
    routeSettings: {},
    stageVariables: {},
    tags: {},
    createdAtMs: 0,
    lastUpdatedAtMs: 0,
  };
}
