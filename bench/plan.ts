/**
 * `node bench/plan.ts`: nanoseconds per request through a plan, without sockets. Run by hand before and after a change to the request line; numbers of
 * one machine compare only with its own.
 */
import { systemClock } from '../src/base/clock.ts';
import { TokenBucket } from '../src/base/token-bucket.ts';
import { createLogWriter } from '../src/companions/logs/log-writer.ts';
import { createRequestLogs } from '../src/companions/logs/request-logs.ts';
import { createMemoryMetrics } from '../src/companions/telemetry/metrics.ts';
import type { MethodSetting } from '../src/definition/rest-api.ts';
import { compileHttpApi } from '../src/plan/compile-http.ts';
import { compileRest } from '../src/plan/compile-rest.ts';
import type { Exchange, Reply } from '../src/plan/exchange.ts';
import {
  type HttpApiInWords,
  httpProxyTo,
  httpSnapshot,
  httpStage,
  lambda2,
  type RouteInWords,
} from '../src/plan/http/http-plan-fixture.ts';
import type { Plan, RestPlan } from '../src/plan/plan.ts';
import {
  type ApiInWords,
  exchange,
  functionsAnswering,
  limitedTo,
  liveStage,
  mock200,
  planTools,
  type RequestInWords,
  restSnapshot,
  upstreamAnswering,
} from '../src/plan/plan-fixture.ts';
import { runPlan } from '../src/plan/run.ts';
import { createStories } from '../src/plan/stories/stories.ts';
import { createTracer } from '../src/plan/tracing/tracer.ts';
import { apiKeys, planMemberships, usagePlans } from '../src/ports/records.ts';
import { silentLog } from '../src/ports/telemetry.ts';
import { createMemoryStore } from '../src/store/memory.ts';
import { createUsage } from '../src/store/usage.ts';

const browserHeaders = [
  ['Host', 'a1b2c3d4e5.execute-api.localhost:4566'],
  ['User-Agent', 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'],
  ['Accept', 'application/json, text/plain, */*'],
  ['Accept-Language', 'en-US,en;q=0.5'],
  ['Accept-Encoding', 'gzip, deflate, br, zstd'],
  ['Origin', 'https://example.com'],
  ['Referer', 'https://example.com/rides'],
  ['Connection', 'keep-alive'],
  ['Sec-Fetch-Mode', 'cors'],
  ['Content-Type', 'application/json'],
].flat();

/** The least of eleven rounds, in nanoseconds per call: whoever else uses the machine only adds. */
async function nanosecondsPer(calls: number, round: (calls: number) => unknown): Promise<number> {
  const times: number[] = [];
  await round(calls);
  for (let i = 0; i < 11; i++) {
    const startedMs = performance.now();
    await round(calls);
    times.push(((performance.now() - startedMs) * 1e6) / calls);
  }
  return Math.min(...times);
}

function print(what: string, nanoseconds: number): void {
  console.log(`${what.padEnd(64)} ${nanoseconds.toFixed(0).padStart(7)} ns`);
}

function plan(methods: ApiInWords, isThrottled = false): Plan {
  const tools = planTools({
    clock: systemClock,
    upstream: { ...upstreamAnswering(), send: async () => backendAnswer },
    functions: { ...functionsAnswering(''), invoke: async () => functionAnswer },
  });
  const methodSettings: Record<string, MethodSetting> = isThrottled ? { '*/*': limitedTo(1e9, 1e9) } : {};
  return compileRest(liveStage(restSnapshot(methods), { methodSettings }), tools);
}

const backendAnswer = {
  status: 200,
  headers: ['Server', 'nginx', 'Date', 'now', 'Content-Type', 'application/json', 'Content-Length', '15'].concat([
    'Connection',
    'keep-alive',
    'ETag',
    '"abc"',
    'Cache-Control',
    'no-cache',
    'X-Own',
    '1',
  ]),
  body: Buffer.from('{"hello":"you"}'),
};

const functionAnswer = {
  status: 200,
  payload: Buffer.from('{"statusCode":201,"headers":{"Access-Control-Allow-Origin":"*"},"body":"{\\"ok\\":true}"}'),
  executedVersion: '$LATEST',
  requestId: 'f0000000-0000-4000-8000-000000000000',
};

/** The exchange is made anew for each run, as a listener does, so that its cost can be told apart. */
async function benchRun(what: string, through: Plan, words: RequestInWords, run = runPlan): Promise<void> {
  const model = exchange({ headers: browserHeaders, ...words });
  const fresh = (): Exchange => ({ ...model });
  const first = await run(through, fresh());
  if (first.problem !== undefined) throw first.problem;
  const time = await nanosecondsPer(100_000, async (calls) => {
    for (let i = 0; i < calls; i++) {
      const reply: Reply | Promise<Reply> = run(through, fresh());
      if (reply instanceof Promise) await reply;
    }
  });
  print(what, time);
}

const accessFormat =
  '{"requestId":"$context.requestId","ip":"$context.identity.sourceIp","caller":"$context.identity.caller","user":"$context.identity.user",' +
  '"requestTime":"$context.requestTime","httpMethod":"$context.httpMethod","resourcePath":"$context.resourcePath","status":"$context.status",' +
  '"protocol":"$context.protocol","responseLength":"$context.responseLength","integrationLatency":"$context.integrationLatency"}';

/** A plan whose requests are logged; lines go through the writer of the log companion to a database that takes them at once. */
function loggedPlan(methods: ApiInWords, what: 'access' | 'execution'): Plan {
  const writer = createLogWriter({
    keeper: { ask: async () => undefined as never },
    clock: systemClock,
    log: silentLog,
  });
  const firehose = { deliveryStream: () => '', flush: async () => {}, dropped: () => 0 };
  const logs = createRequestLogs({ writer, firehose, everyRequest: undefined });
  const tools = planTools({ clock: systemClock, requestLogs: logs, executionLogs: logs });
  const destinationArn = 'arn:aws:logs:us-east-1:000000000000:log-group:access';
  const stage =
    what === 'access'
      ? { accessLogSettings: { destinationArn, format: accessFormat } }
      : { methodSettings: { '*/*': { ...limitedTo(-1, -1), loggingLevel: 'INFO' } } };
  return compileRest(liveStage(restSnapshot(methods), stage), tools);
}

/** A plan whose callers show one of 100,000 keys. */
async function keyedPlan(): Promise<Plan> {
  const store = createMemoryStore();
  const usage = createUsage(store, systemClock, silentLog);
  const at = ['000000000000', 'us-east-1'];
  await store.write(async (tx) => {
    for (let i = 0; i < 100_000; i++) {
      const id = `key${i}`;
      const value = `key-${i}-0123456789012345`;
      tx.put(apiKeys, [...at, id], { id, value, enabled: true, stageKeys: [], createdAtMs: 0, lastUpdatedAtMs: 0 });
      tx.put(planMemberships, [...at, 'plan01', id], { addedAtMs: 0 });
    }
    tx.put(usagePlans, [...at, 'plan01'], {
      id: 'plan01',
      name: 'gold',
      apiStages: [
        { apiId: 'a1b2c3d4e5', stage: 'dev', throttle: { '/pets/GET': { rateLimit: 1e9, burstLimit: 1e9 } } },
      ],
      throttle: { rateLimit: 1e9, burstLimit: 1e9 },
      quota: { limit: 2e9, period: 'DAY' },
      tags: {},
    });
  });
  usage.publish({});
  await usage.keysOf({ account: at[0]!, region: at[1]! }).find('');
  const snapshot = restSnapshot({ 'GET /pets': { ...mock200, apiKeyRequired: true } });
  return compileRest(liveStage(snapshot), planTools({ clock: systemClock, usage }));
}

const manyRoutes: Record<string, typeof mock200> = {};
for (let i = 0; i < 100; i++) {
  for (const tail of ['', '/{id}', '/{id}/parts', '/{id}/parts/{part}', '/files/{path+}']) {
    manyRoutes[`GET /resource${i}${tail}`] = mock200;
  }
}
const router = plan(manyRoutes).router;
for (const path of [
  '/resource42',
  '/resource42/abc123',
  '/resource42/abc123/parts/x9',
  '/resource42/files/a/b/c.txt',
  '/nothing/here',
]) {
  // As a listener's, the path is a fresh string whose hash nobody has computed yet.
  const bytes = Buffer.from(path);
  const slicing = await nanosecondsPer(1_000_000, (calls) => {
    for (let i = 0; i < calls; i++) if (bytes.toString('latin1').length === 0) throw new Error();
  });
  const matching = await nanosecondsPer(1_000_000, (calls) => {
    for (let i = 0; i < calls; i++) router.match('GET', bytes.toString('latin1'));
  });
  print(`router, 500 routes: ${path}`, matching - slicing);
}

const bucket = new TokenBucket(1e9, 1e9);
let nowMs = 0;
const taking = await nanosecondsPer(5_000_000, (calls) => {
  for (let i = 0; i < calls; i++) {
    nowMs += 0.001;
    bucket.take(nowMs);
  }
});
print('token bucket', taking);

const counters = createMemoryMetrics(systemClock).method({
  ...{ apiId: 'a1b2c3d4e5', apiName: 'pets', stage: 'dev', resource: '/pets', method: 'GET' },
  series: { kind: 'rest', account: '000000000000', region: 'us-east-1', isDetailed: true },
});
const counted = exchange({ path: '/pets' });
counted.integrationLatencyMs = 2.5;
const answered: Reply = { status: 200, headers: [], body: '', problem: undefined };
const counting = await nanosecondsPer(1_000_000, (calls) => {
  for (let i = 0; i < calls; i++) counters.record(counted, answered, 1 + (i & 63));
});
print('metrics of a request', counting);

await benchRun('mock', plan({ 'GET /pets': mock200 }), { path: '/pets' });
const stories = createStories();
const told = stories.run(runPlan);
await benchRun('mock, its story kept', stories.plan(plan({ 'GET /pets': mock200 })), { path: '/pets' }, told);
const tracer = createTracer({ sample: () => undefined, tracesAll: false, keep() {} });
await benchRun('mock, passive tracing', plan({ 'GET /pets': mock200 }), { path: '/pets' }, tracer.run(runPlan));
const traced: Plan = { ...(plan({ 'GET /pets': mock200 }) as RestPlan), isTraced: true };
await benchRun('mock, active tracing, not sampled', traced, { path: '/pets' }, tracer.run(runPlan));
const sampling = createTracer({ sample: () => 'all', tracesAll: false, keep() {} });
await benchRun('mock, active tracing, sampled', traced, { path: '/pets' }, sampling.run(runPlan));
await benchRun('mock, access log as JSON', loggedPlan({ 'GET /pets': mock200 }, 'access'), { path: '/pets' });
await benchRun('mock, execution log INFO', loggedPlan({ 'GET /pets': mock200 }, 'execution'), { path: '/pets' });
await benchRun(
  'mock, VTL in both templates',
  plan({
    'POST /pets/{id}': {
      ...mock200,
      integration: {
        ...mock200.integration!,
        requestTemplates: {
          'application/json': '#if($input.params("id") == "0"){"statusCode": 404}#else{"statusCode": 200}#end',
        },
        integrationResponses: {
          '200': {
            statusCode: '200',
            responseTemplates: {
              'application/json':
                '{"id": "$input.params("id")", "stage": "$context.stage", "list": [#foreach($n in [1..3])$n#if($foreach.hasNext),#end#end]}',
            },
          },
        },
      },
    },
  }),
  { method: 'POST', path: '/pets/7' },
);
await benchRun('mock, key with a plan, rate, method rate and quota', await keyedPlan(), {
  path: '/pets',
  headers: [...browserHeaders, 'x-api-key', 'key-50000-0123456789012345'],
});
await benchRun('mock, throttled', plan({ 'GET /pets': mock200 }, true), { path: '/pets' });
await benchRun(
  'http-proxy with a backend that answers at once',
  plan({
    'GET /{proxy+}': {
      integration: {
        type: 'HTTP_PROXY',
        httpMethod: 'ANY',
        uri: 'http://backend/{proxy}',
        requestParameters: { 'integration.request.path.proxy': 'method.request.path.proxy' },
      },
    },
  }),
  { path: '/a/b?x=1' },
);
await benchRun(
  'http, VTL both ways: JSON read by path, JSON written',
  plan({
    'POST /pets': {
      methodResponses: { '200': { statusCode: '200' } },
      integration: {
        type: 'HTTP',
        httpMethod: 'POST',
        uri: 'http://backend/pets',
        requestTemplates: {
          'application/json':
            '#set($root = $input.path("$")){"names": [#foreach($pet in $root.pets)"$pet.name"#if($foreach.hasNext),#end#end], "all": $input.json("$.pets")}',
        },
        integrationResponses: {
          '200': { statusCode: '200', responseTemplates: { 'application/json': '{"said": $input.json("$.hello")}' } },
        },
      },
    },
  }),
  { method: 'POST', path: '/pets', body: '{"pets":[{"name":"Rex","age":3},{"name":"Tom","age":7}]}' },
);
const functionUri =
  'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:f/invocations';
await benchRun(
  'lambda-proxy with a function that answers at once',
  plan({ 'POST /ride': { integration: { type: 'AWS_PROXY', httpMethod: 'POST', uri: functionUri } } }),
  { method: 'POST', path: '/ride?x=1', body: '{"PickupLocation":{"Latitude":47.6,"Longitude":-122.3}}' },
);

// HTTP APIs: the same backend as REST's http-proxy above, then what 300 routes cost where 3 do.
const httpTools = planTools({
  clock: systemClock,
  upstream: { ...upstreamAnswering(), send: async () => backendAnswer },
  functions: { ...functionsAnswering(''), invoke: async () => functionAnswer },
});
const httpPlan = (routes: HttpApiInWords): Plan => compileHttpApi(httpStage(httpSnapshot(routes)), httpTools);
const toBackend = httpProxyTo('http://backend/{proxy}');
await benchRun('HTTP API: http-proxy with a backend that answers at once', httpPlan({ 'ANY /{proxy+}': toBackend }), {
  path: '/a/b?x=1',
});
await benchRun('HTTP API: lambda-proxy 2.0 with a function that answers at once', httpPlan({ 'POST /ride': lambda2 }), {
  method: 'POST',
  path: '/ride?x=1',
  body: '{"PickupLocation":{"Latitude":47.6,"Longitude":-122.3}}',
});
for (const count of [1, 100]) {
  const routes: Record<string, RouteInWords> = {};
  for (let i = 0; i < count; i++) {
    for (const tail of ['', '/{id}', '/files/{path+}'])
      routes[`GET /resource${i}${tail}`] = httpProxyTo('http://backend/');
  }
  for (const tail of ['', '/abc123', '/files/a/b/c.txt']) {
    const path = `/resource${count >> 1}${tail}`;
    await benchRun(`HTTP API: ${3 * count} routes, ${tail || 'static'}`, httpPlan(routes), { path });
  }
}
