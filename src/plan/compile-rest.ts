/**
 * A REST API's deployment becomes a plan: every template, expression, pattern and address is read here, once, so that nothing is left to interpret
 * per request. What cannot be enforced or run as configured is a complaint; the deployment is refused for it, and a plan compiled all the same
 * (from a snapshot older than this program) answers 500 there. It never leaves a check out.
 */
import type { Method, Stage } from '../definition/rest-api.ts';
import type { RestSnapshot, SnapshotResource } from '../definition/snapshot.ts';
import type { LiveRestStage } from '../ports/deployments.ts';
import type { Bucket } from '../ports/rate-limits.ts';
import { openAccessLog, type StageAccessLog } from './access-log/access-log.ts';
import { contextMethod, loggedStage, unmatchedLog } from './access-log/rest-access-log.ts';
import { restAccessVariable } from './access-log/rest-variables.ts';
import { authorize } from './authorize.ts';
import { compileCacheKey } from './cache/cache-key.ts';
import { cacheSettings, clusterBytes, describeCaching } from './cache/cache-settings.ts';
import { keepAnswers } from './cache/cached-integration.ts';
import { mayInvalidate } from './cache/may-invalidate.ts';
import { compileGatewayResponses } from './customized-responses.ts';
import { type GatewayResponses, gatewayProblem } from './gateway-responses.ts';
import { idleTools } from './idle-tools.ts';
import { compileAwsService } from './integrations/aws-service.ts';
import { compileHttp } from './integrations/http.ts';
import { compileHttpProxy } from './integrations/http-proxy.ts';
import { compileLambda } from './integrations/lambda.ts';
import { compileLambdaProxy } from './integrations/lambda-proxy.ts';
import { compileMock } from './integrations/mock.ts';
import { compileStreamedLambdaProxy } from './integrations/streamed-lambda-proxy.ts';
import { isLambdaInvocation } from './lambda-target.ts';
import { methodMetrics, strayMetrics } from './method-metrics.ts';
import { type BackendAccess, type MethodScope, notBuiltYet } from './method-scope.ts';
import { type ModelChecks, modelChecks } from './models.ts';
import type { Finish, Integration, MethodPlan, RestPlan, StageContext, Step } from './plan.ts';
import { guardPrivately, privateEndpointOf } from './private-endpoint.ts';
import { restFailures } from './rest-failures.ts';
import { compileRouter, verbsOfAny } from './router.ts';
import { apiKeySteps } from './steps/api-key.ts';
import { packReply, unpackRequest } from './steps/compression.ts';
import { logExecution } from './steps/log-execution.ts';
import { methodLimit, type RateLimit, throttle, throttleByVerb, verbLimits } from './steps/throttle.ts';
import { validate } from './steps/validate.ts';
import type { PlanTools } from './tools.ts';
import { guardByWebAcl } from './web-acl/guard-by-web-acl.ts';
import { looking, onDemand, type WhenToCompile } from './when-to-compile.ts';

/** The plan of one stage. Never throws: a method that cannot be compiled answers 500 and its `why` says what is wrong. */
export function compileRest(live: LiveRestStage, tools: PlanTools): RestPlan {
  const at = { apiId: live.apiId, stage: live.stage.stageName };
  return compile(live, tools, (label, what) => tools.log.warn(`${label}: ${what}`, at), onDemand);
}

/**
 * Everything in a definition that cannot be enforced or compiled, each naming its method: `GET /pets: authorizationType AWS_IAM is not built yet,
 * so it is refused rather than skipped`. Empty means it can be deployed.
 */
export function restComplaints(snapshot: RestSnapshot): readonly string[] {
  const complaints: string[] = [];
  compile(stageless(snapshot), idleTools(), (label, what) => complaints.push(`${label}: ${what}`), looking);
  return complaints;
}

type Complain = (label: string, what: string) => void;

function compile(live: LiveRestStage, tools: PlanTools, complain: Complain, whenToCompile: WhenToCompile): RestPlan {
  const { snapshot, stage } = live;
  const context: StageContext = {
    apiId: live.apiId,
    apiName: snapshot.api.name,
    account: live.account,
    region: live.region,
    stage: stage.stageName,
    deploymentId: snapshot.deploymentId,
    ...(stage.canarySettings !== undefined && { isCanary: live.isCanary === true }),
    stageVariables: hasMembers(stage.variables) ? stage.variables : null,
  };
  const apiComplaints: string[] = [];
  const complainOfApi = (what: string): void => {
    apiComplaints.push(what);
    complain(`API ${snapshot.api.name}`, what);
  };
  if (snapshot.api.endpointAccessMode === 'STRICT') complainOfApi(notBuiltYet('endpointAccessMode STRICT'));
  // Settings of a stage act without a deployment, so no deployment can refuse them: they close the stage instead.
  const webAcl = guardByWebAcl(live, tools, complainOfApi);
  if (hasText(stage.clientCertificateId) && live.clientCertificate === undefined) {
    complainOfApi(`there is no client certificate ${stage.clientCertificateId}`);
  }
  const gatewayResponses = compileGatewayResponses(snapshot.gatewayResponses, context, complainOfApi);
  const accessLog = openAccessLog(loggedStage(live), tools);

  const bucketFor = tools.throttles.stage(live.apiId, stage.stageName);
  const account = tools.throttles.account(live.account, live.region);
  const backends = backendAccess(live);
  const models = modelChecks(snapshot.api.id, snapshot.models ?? []);
  const methods = [...snapshot.resources]
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .flatMap((resource) =>
      Object.values(resource.methods).map((method) =>
        compileMethod({
          ...{ resource, method, live, context, tools, complain, apiComplaints },
          ...{ bucketFor, account, models, backends, whenToCompile, gatewayResponses, accessLog, webAcl },
        }),
      ),
    );
  return {
    kind: 'rest',
    isTraced: stage.tracingEnabled,
    context,
    router: compileRouter(methods),
    methods,
    first: undefined,
    executeApiDisabled: snapshot.api.disableExecuteApiEndpoint,
    gatewayResponses,
    ...privateEndpointOf(live),
    failures: restFailures(gatewayResponses, unmatchedLog(accessLog, context), webAcl),
    strayMetrics: strayMetrics(live, tools),
    clock: tools.clock,
  };
}

function backendAccess({ account, region, vpcLinks, v2VpcLinks, clientCertificate }: LiveRestStage): BackendAccess {
  return {
    vpcLinks: vpcLinks ?? [],
    v2VpcLinks: v2VpcLinks ?? [],
    // Ids are unique within an account's region; connections are kept per id, whosesoever they are.
    clientCertificate: clientCertificate && {
      id: `${account}/${region}/${clientCertificate.clientCertificateId}`,
      certificate: clientCertificate.pemEncodedCertificate,
      privateKey: clientCertificate.pemEncodedPrivateKey,
    },
  };
}

interface MethodInput {
  readonly resource: SnapshotResource;
  readonly method: Method;
  readonly live: LiveRestStage;
  readonly context: StageContext;
  readonly tools: PlanTools;
  readonly complain: Complain;
  /** Of the whole API: they close every method. */
  readonly apiComplaints: readonly string[];
  readonly bucketFor: (method: string, limit: RateLimit) => Bucket;
  readonly account: Bucket | undefined;
  readonly models: ModelChecks;
  readonly backends: BackendAccess;
  readonly whenToCompile: WhenToCompile;
  readonly gatewayResponses: GatewayResponses;
  readonly accessLog: StageAccessLog | undefined;
  readonly webAcl: Step | undefined;
}

function compileMethod(input: MethodInput): MethodPlan {
  const { resource, method, live, context, tools } = input;
  const label = `${method.httpMethod} ${resource.path}`;
  const faults = [...input.apiComplaints];
  const complain = (what: string): void => {
    faults.push(what);
    input.complain(label, what);
  };
  complainOfMethod(resource, method, complain);
  const integration = input.whenToCompile(function compiledIntegration() {
    if (method.integration === undefined) return refused(label, faults);
    const scope: MethodScope = {
      label,
      resourceId: resource.id,
      resourcePath: resource.path,
      method,
      integration: method.integration,
      api: live.snapshot.api,
      stage: context,
      backends: input.backends,
      tools,
      isOnlyChecked: input.whenToCompile === looking,
      complain,
    };
    const compiled = compileIntegration(scope);
    return faults.length > 0 || compiled === undefined
      ? refused(label, faults)
      : keptWhereCached(input, scope, compiled);
  }, method.integration?.type === 'MOCK');
  const { minimumCompressionSize } = live.snapshot.api;
  const inbound = compileInbound(input, label, complain);
  const finish: Finish[] = minimumCompressionSize === undefined ? [] : [packReply(minimumCompressionSize)];
  const { gatewayResponses } = input;
  const log = logExecution({
    label,
    method,
    resourcePath: resource.path,
    live,
    stage: context,
    tools,
    gatewayResponses,
  });
  const access = input.accessLog?.of(resource.path, (name) =>
    restAccessVariable(name, context, contextMethod(resource, method), transferMode(method)),
  );
  inbound.splice(inbound.indexOf(unpackRequest), 0, ...log.afterGuards);
  inbound.unshift(...(access === undefined ? [] : [access.begin]), ...log.begin);
  finish.unshift(...log.end);
  return {
    label,
    httpMethod: method.httpMethod,
    resourceId: resource.id,
    resourcePath: resource.path,
    operationName: method.operationName,
    inbound,
    integration,
    finish,
    writeAccessLog: access?.write,
    metrics: methodMetrics(live, tools, { resourcePath: resource.path, httpMethod: method.httpMethod }),
  };
}

/** The integration behind the stage's cache, where a verb's answers are kept (rows CACHE-*). */
function keptWhereCached({ live, tools }: MethodInput, scope: MethodScope, integration: Integration): Integration {
  // A body that is handed on as it comes is not there to be kept (developer guide: no endpoint caching of streams).
  if (scope.integration.responseTransferMode === 'STREAM') return integration;
  const { stage, isCanary } = live;
  const maxBytes = clusterBytes(stage);
  const { httpMethod } = scope.method;
  const verbs = httpMethod === 'ANY' ? [...verbsOfAny] : [httpMethod];
  const settings = new Map(verbs.map((verb) => [verb, cacheSettings(stage, scope.resourcePath, verb)] as const));
  if (maxBytes === undefined || ![...settings.values()].some((each) => each !== undefined)) return integration;
  const isCanarys = isCanary === true && stage.canarySettings?.useStageCache !== true;
  return keepAnswers({
    label: describeCaching(settings),
    integration,
    cache: tools.responseCache.of({ apiId: live.apiId, stage: stage.stageName, isCanarys }, maxBytes),
    keyOf: compileCacheKey(scope),
    settingsFor: (verb) => settings.get(verb),
    mayInvalidate: mayInvalidate(scope.stage),
    coalesce: tools.coalesceCacheMisses,
  });
}

/** As an access log names it. */
const transferMode = ({ integration }: Method): string =>
  integration?.responseTransferMode === 'STREAM' ? 'STREAMED' : 'BUFFERED';

function complainOfMethod(resource: SnapshotResource, method: Method, complain: (what: string) => void): void {
  if (method.integration === undefined) complain('no integration is defined for the method');
  // Path parameters are plain members of an object, where this one name means something else.
  if (/\{__proto__\+?\}/.test(resource.path)) complain('a path parameter cannot be called __proto__');
}

/** The steps on the way in, in AWS's order (row RT-12). */
function compileInbound(input: MethodInput, label: string, complain: (what: string) => void): Step[] {
  const { resource, method, live, bucketFor, account } = input;
  const steps: Step[] = input.webAcl === undefined ? [] : [input.webAcl];
  steps.push(...guardPrivately({ live, method, stage: input.context, tools: input.tools }));
  steps.push(...authorize({ method, resource, live, stage: input.context, tools: input.tools, complain }));
  const ofKey = apiKeySteps({ method, resourcePath: resource.path, live, usage: input.tools.usage });
  steps.push(...ofKey.beforeThrottles);
  const limit = methodLimit(live.stage, resource.path, method.httpMethod);
  const bucket = limit && bucketFor(label, limit);
  const ofVerbs = method.httpMethod === 'ANY' ? verbLimits(live.stage, resource.path) : undefined;
  if (ofVerbs !== undefined && ofVerbs.size > 0) {
    const buckets = [...ofVerbs].map(([verb, each]) => [verb, each && bucketFor(`${verb} of ${label}`, each)] as const);
    steps.push(throttleByVerb(new Map(buckets), bucket));
  } else if (bucket !== undefined) steps.push(throttle(bucket, 'method'));
  if (account !== undefined) steps.push(throttle(account, 'account'));
  steps.push(...ofKey.afterThrottles);
  // After the guards: they see the request as it was signed, and nobody unpacks for a stranger.
  steps.push(unpackRequest);
  if (hasText(method.requestValidatorId)) {
    const validator = live.snapshot.requestValidators?.find(({ id }) => id === method.requestValidatorId);
    if (validator === undefined) complain(`there is no request validator ${method.requestValidatorId}`);
    else steps.push(...validate(method, validator, input.models, complain));
  }
  return steps;
}

function compileIntegration(scope: MethodScope): Integration | undefined {
  const { integration, complain } = scope;
  const isStreamed = integration.responseTransferMode === 'STREAM';
  if (isStreamed && integration.type !== 'AWS_PROXY' && integration.type !== 'HTTP_PROXY') {
    complain('responseTransferMode STREAM is for integrations of type HTTP_PROXY and AWS_PROXY alone');
  }
  switch (integration.type) {
    case 'MOCK':
      return compileMock(scope);
    case 'AWS_PROXY':
      return isStreamed ? compileStreamedLambdaProxy(scope) : compileLambdaProxy(scope);
    case 'AWS':
      return isLambdaInvocation(integration.uri ?? '') ? compileLambda(scope) : compileAwsService(scope);
    case 'HTTP_PROXY':
      return compileHttpProxy(scope);
    case 'HTTP':
      return compileHttp(scope);
    default:
      complain(notBuiltYet(`integration type ${String(integration.type)}`));
      return undefined;
  }
}

/** Stands where something configured could not be compiled: the method answers 500. */
function refused(label: string, faults: readonly string[]): Integration {
  const problem = gatewayProblem('API_CONFIGURATION_ERROR', `${label}: ${faults.join('; ')}`);
  return {
    name: `refused (${faults.join('; ')})`,
    run: () => {
      throw problem;
    },
  };
}

function hasText(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}

function hasMembers(map: Readonly<Record<string, string>> | undefined): map is Readonly<Record<string, string>> {
  return map !== undefined && Object.keys(map).length > 0;
}

/** A snapshot on a stage without settings, to see whether it compiles. */
function stageless(snapshot: RestSnapshot): LiveRestStage {
  const stage: Stage = {
    stageName: 'check',
    deploymentId: snapshot.deploymentId,
    cacheClusterEnabled: false,
    cacheClusterStatus: 'NOT_AVAILABLE',
    methodSettings: {},
    tracingEnabled: false,
    createdAtMs: 0,
    lastUpdatedAtMs: 0,
  };
  const { id: apiId, account, region } = snapshot.api;
  return { kind: 'rest', apiId, account, region, stage, snapshot };
}
