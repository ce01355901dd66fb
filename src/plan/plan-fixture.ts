/** For tests and benchmarks of the request line: definitions, exchanges and ports in a few words. */
import { ManualClock } from '../base/clock.ts';
import type { HeaderList } from '../base/headers.ts';
import { noBody } from '../base/http.ts';
import type { Integration, Method, MethodSetting, RestApi, Stage } from '../definition/rest-api.ts';
import type { RestSnapshot, SnapshotResource } from '../definition/snapshot.ts';
import type { LiveRestStage } from '../ports/deployments.ts';
import type { FunctionInvocation, FunctionResult } from '../ports/functions.ts';
import { silentLog } from '../ports/telemetry.ts';
import type { UpstreamReply, UpstreamRequest } from '../ports/upstream.ts';
import { AuthorizerCaches } from './authorizers/caches.ts';
import { VerifiedTokens } from './authorizers/verified-tokens.ts';
import { compileRest } from './compile-rest.ts';
import { type Exchange, nothingFoundYet, type Reply } from './exchange.ts';
import type { Plan, RestPlan } from './plan.ts';
import { runPlan } from './run.ts';
import { ThrottleBuckets } from './steps/throttle.ts';
import type { PlanTools } from './tools.ts';

export type IntegrationInWords = Partial<Integration> & Pick<Integration, 'type'>;
export type MethodInWords = Partial<Omit<Method, 'integration'>> & { integration?: IntegrationInWords };
/** Methods by label, `GET /pets/{id}`. */
export type ApiInWords = Readonly<Record<string, MethodInWords>>;

export const mock200: MethodInWords = {
  methodResponses: { '200': { statusCode: '200' } },
  integration: {
    type: 'MOCK',
    requestTemplates: { 'application/json': '{"statusCode": 200}' },
    integrationResponses: { '200': { statusCode: '200', responseTemplates: { 'application/json': '{"ok":true}' } } },
  },
};

export function restApi(changes: Partial<RestApi> = {}): RestApi {
  return {
    id: 'a1b2c3d4e5',
    account: '000000000000',
    region: 'us-east-1',
    name: 'pets',
    createdAtMs: 0,
    apiKeySource: 'HEADER',
    endpointConfiguration: { types: ['EDGE'], ipAddressType: 'ipv4' },
    tags: {},
    disableExecuteApiEndpoint: false,
    rootResourceId: 'rootrootro',
    ...changes,
  };
}

export function restSnapshot(methods: ApiInWords, api: Partial<RestApi> = {}): RestSnapshot {
  const byPath = new Map<string, Record<string, Method>>();
  for (const [label, words] of Object.entries(methods)) {
    const [httpMethod, path] = label.split(' ') as [string, string];
    const methodsHere = byPath.get(path) ?? {};
    methodsHere[httpMethod] = methodFromWords(httpMethod, words);
    byPath.set(path, methodsHere);
  }
  const resources: SnapshotResource[] = [...byPath].map(([path, methodsHere], i) => ({
    id: `res00${i}`,
    path,
    methods: methodsHere,
  }));
  return { kind: 'rest', api: restApi(api), deploymentId: 'dep001', resources };
}

function methodFromWords(httpMethod: string, words: MethodInWords): Method {
  const { integration, ...rest } = words;
  return {
    httpMethod,
    authorizationType: 'NONE',
    apiKeyRequired: false,
    ...rest,
    ...(integration === undefined
      ? {}
      : {
          integration: {
            passthroughBehavior: 'WHEN_NO_MATCH',
            timeoutInMillis: 29_000,
            cacheNamespace: 'res000',
            cacheKeyParameters: [],
            responseTransferMode: 'BUFFERED',
            ...integration,
          },
        }),
  };
}

export function stageNamed(stageName: string, changes: Partial<Stage> = {}): Stage {
  return {
    stageName,
    deploymentId: 'dep001',
    cacheClusterEnabled: false,
    cacheClusterStatus: 'NOT_AVAILABLE',
    methodSettings: {},
    tracingEnabled: false,
    createdAtMs: 0,
    lastUpdatedAtMs: 0,
    ...changes,
  };
}

/** A method setting as AWS fills it, with the given limits. */
export function limitedTo(throttlingRateLimit: number, throttlingBurstLimit: number): MethodSetting {
  return {
    metricsEnabled: false,
    loggingLevel: 'OFF',
    dataTraceEnabled: false,
    throttlingBurstLimit,
    throttlingRateLimit,
    cachingEnabled: false,
    cacheTtlInSeconds: 300,
    cacheDataEncrypted: false,
    requireAuthorizationForCacheControl: true,
    unauthorizedCacheControlHeaderStrategy: 'SUCCEED_WITH_RESPONSE_HEADER',
  };
}

export function liveStage(snapshot: RestSnapshot, stage: Partial<Stage> = {}): LiveRestStage {
  const { id: apiId, account, region } = snapshot.api;
  return { kind: 'rest', apiId, account, region, stage: stageNamed('dev', stage), snapshot };
}

/** Tools whose functions and upstream fail until the test says otherwise. */
export function planTools(changes: Partial<PlanTools> = {}): PlanTools {
  return {
    functions: { invoke: () => Promise.reject(new Error('no function here')), mayInvoke: () => true },
    upstream: { send: () => Promise.reject(new Error('no upstream here')), close: () => Promise.resolve() },
    usage: { keysOf: () => ({ find: () => undefined }) },
    awsServices: { accessTo: () => 'no AWS services here' },
    credentials: { accessKey: () => undefined },
    roles: { actingAs: (roleArn) => `there is no role ${roleArn} here` },
    privateTargets: { targetFor: () => 'no private targets here' },
    metrics: { method: () => ({ record() {} }) },
    log: silentLog,
    clock: new ManualClock(),
    strictPermissions: false,
    responseCache: {
      of: () => ({ flushes: 0, get: () => undefined, put() {}, hidden: (key) => key }),
      flush() {},
      forget() {},
    },
    coalesceCacheMisses: false,
    throttles: new ThrottleBuckets(undefined),
    authorizerCaches: new AuthorizerCaches(),
    verifiedTokens: new VerifiedTokens({ keysOf: () => Promise.reject(new Error('no issuers here')) }),
    ...changes,
  };
}

/** Functions that all give this answer; `calls` collects what they were called with. */
export function functionsAnswering(
  payload: unknown,
  changes: Partial<FunctionResult> = {},
): PlanTools['functions'] & { readonly calls: FunctionInvocation[] } {
  const calls: FunctionInvocation[] = [];
  const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
  return {
    calls,
    mayInvoke: () => true,
    invoke: (invocation) => {
      calls.push(invocation);
      return Promise.resolve({
        status: invocation.type === 'Event' ? 202 : 200,
        payload: invocation.type === 'Event' ? noBody : Buffer.from(text),
        executedVersion: '$LATEST',
        requestId: 'f0000000-0000-4000-8000-000000000000',
        ...changes,
      });
    },
  };
}

/** An upstream with one answer; `sent` collects the requests. */
export function upstreamAnswering(
  answer: Partial<Omit<UpstreamReply, 'body'>> & { body?: string | Buffer } = {},
): PlanTools['upstream'] & { readonly sent: UpstreamRequest[] } {
  const sent: UpstreamRequest[] = [];
  return {
    sent,
    send: (request) => {
      sent.push(request);
      const body = Buffer.from(answer.body ?? '{"from":"backend"}');
      return Promise.resolve({ status: 200, headers: ['Content-Type', 'application/json'], ...answer, body });
    },
    close: () => Promise.resolve(),
  };
}

export interface RequestInWords {
  readonly method?: string;
  /** Path below the stage with its query. */
  readonly path?: string;
  readonly headers?: HeaderList;
  readonly body?: string | Buffer;
  readonly atMs?: number;
}

export function exchange(words: RequestInWords = {}): Exchange {
  const { method = 'GET', path: target = '/', headers = [], body, atMs = 0 } = words;
  const mark = target.indexOf('?');
  const path = mark === -1 ? target : target.slice(0, mark);
  return {
    request: {
      method,
      path: `/dev${path}`,
      query: mark === -1 ? '' : target.slice(mark + 1),
      headers,
      body: body === undefined ? noBody : Buffer.from(body),
      protocol: 'HTTP/1.1',
      secure: false,
      sourceIp: '127.0.0.1',
    },
    method,
    path,
    contextPath: `/dev${path}`,
    domainName: 'a1b2c3d4e5.execute-api.localhost',
    requestId: '11111111-2222-4333-8444-555555555555',
    extendedRequestId: 'JJ1CUEWfoAMFzDA=',
    startedAtMs: Date.UTC(2026, 8, 24, 20, 16, 28, 123) + atMs,
    startedMonotonicMs: atMs,
    ...nothingFoundYet,
  };
}

export function planOf(methods: ApiInWords, tools: Partial<PlanTools> = {}, stage: Partial<Stage> = {}): RestPlan {
  return compileRest(liveStage(restSnapshot(methods), stage), planTools(tools));
}

/** One request through a plan. */
export async function answer(plan: Plan, words: RequestInWords = {}): Promise<Reply> {
  return await runPlan(plan, exchange(words));
}

/** A reply's header, its name compared as written. */
export function sentHeader(reply: Reply, name: string): string | undefined {
  const at = reply.headers.findIndex((text, i) => i % 2 === 0 && text === name);
  return at === -1 ? undefined : reply.headers[at + 1];
}
