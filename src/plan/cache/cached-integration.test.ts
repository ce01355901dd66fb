import { strict as assert } from 'node:assert';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import { permissionsOf } from '../../base/permissions.ts';
import { compilePolicy } from '../../base/policy.ts';
import type { Stage } from '../../definition/rest-api.ts';
import { type AccessKey, rootAccessKey } from '../../ports/credentials.ts';
import type { CachedReply, ResponseCache } from '../../ports/response-cache.ts';
import type { KnownKey } from '../../ports/usage.ts';
import { createResponseCache } from '../../store/response-cache.ts';
import { compileRest } from '../compile-rest.ts';
import { describePlan } from '../describe.ts';
import type { Exchange, Reply } from '../exchange.ts';
import {
  type ApiInWords,
  exchange,
  limitedTo,
  liveStage,
  planTools,
  type RequestInWords,
  restSnapshot,
  sentHeader,
  upstreamAnswering,
} from '../plan-fixture.ts';
import { runPlan } from '../run.ts';
import { signedExchange } from '../signed-exchange.ts';
import type { PlanTools } from '../tools.ts';

const proxy = { type: 'HTTP_PROXY', httpMethod: 'GET', uri: 'http://backend.test/x' } as const;
const on = { ...limitedTo(-1, -1), cachingEnabled: true };
const cached: Partial<Stage> = { cacheClusterEnabled: true, cacheClusterSize: '0.5', methodSettings: { '*/*': on } };

interface CacheUnderTest {
  get(words?: RequestInWords): Promise<Reply>;
  run(x: Exchange): Promise<Reply>;
  /** How often the backend was asked. */
  readonly asked: () => number;
  readonly cache: ReturnType<typeof createResponseCache>;
  readonly printed: string;
}

function cacheUnderTest(
  methods: ApiInWords,
  stage: Partial<Stage> = cached,
  changes: Partial<PlanTools> & { answer?: Parameters<typeof upstreamAnswering>[0] } = {},
  api: Parameters<typeof restSnapshot>[1] = {},
): CacheUnderTest {
  const { answer, ...tools } = changes;
  const upstream = upstreamAnswering(answer);
  const cache = createResponseCache(64 * 1024 * 1024);
  const plan = compileRest(
    liveStage(restSnapshot(methods, api), stage),
    planTools({ upstream, responseCache: cache, ...tools }),
  );
  const run = async (x: Exchange) => await runPlan(plan, x);
  return {
    run,
    get: (words = {}) => run(exchange({ path: '/pets', ...words })),
    asked: () => upstream.sent.length,
    cache,
    get printed() {
      return describePlan(plan);
    },
  };
}

const pets = { 'GET /pets': { integration: proxy } };

test('[CACHE-02] an answer is kept for its TTL, 300 s unless set, and asked for again after it', async () => {
  const { get, asked } = cacheUnderTest(pets);
  await get();
  await get({ atMs: 299_000 });
  assert.equal(asked(), 1);
  await get({ atMs: 300_001 });
  assert.equal(asked(), 2);
});

test('[CACHE-02] a TTL of 0, a stage without a cluster and a setting that is off keep nothing', async () => {
  const stages: Partial<Stage>[] = [
    { ...cached, methodSettings: { '*/*': { ...on, cacheTtlInSeconds: 0 } } },
    { ...cached, cacheClusterEnabled: false },
    { ...cached, methodSettings: { '*/*': { ...on, cachingEnabled: false } } },
    { ...cached, methodSettings: {} },
  ];
  for (const stage of stages) {
    const { get, asked } = cacheUnderTest(pets, stage);
    await get();
    await get();
    assert.equal(asked(), 2);
  }
});

test('[CACHE-03] the setting for all methods is about GET alone; another verb has to ask for it', async () => {
  const methods = { 'POST /pets': { integration: proxy } };
  const plain = cacheUnderTest(methods);
  await plain.get({ method: 'POST' });
  await plain.get({ method: 'POST' });
  assert.equal(plain.asked(), 2);
  const own = cacheUnderTest(methods, { ...cached, methodSettings: { '*/*': on, '~1pets/POST': on } });
  await own.get({ method: 'POST' });
  await own.get({ method: 'POST' });
  assert.equal(own.asked(), 1);
});

test('[CACHE-04] a method’s own setting beats the stage’s', async () => {
  const off = { ...on, cachingEnabled: false };
  const { get, asked } = cacheUnderTest(pets, { ...cached, methodSettings: { '*/*': on, '~1pets/GET': off } });
  await get();
  await get();
  assert.equal(asked(), 2);
});

test('[CACHE-05] only declared cache keys tell requests apart', async () => {
  const method = {
    requestParameters: { 'method.request.querystring.type': false, 'method.request.header.x-kind': false },
    integration: {
      ...proxy,
      cacheKeyParameters: ['method.request.querystring.type', 'method.request.header.x-kind'],
    },
  };
  const { get, asked } = cacheUnderTest({ 'GET /pets': method });
  await get({ path: '/pets?type=admin&department=A' });
  await get({ path: '/pets?type=admin&department=B', headers: ['X-Other', '1'] });
  assert.equal(asked(), 1);
  await get({ path: '/pets?type=user&department=A' });
  await get({ path: '/pets' });
  await get({ path: '/pets?type=' });
  await get({ path: '/pets?type=admin&type=user' });
  await get({ path: '/pets?type=admin', headers: ['x-kind', 'k'] });
  assert.equal(asked(), 6);
  await get({ path: '/pets?type=admin', headers: ['X-Kind', 'k'] });
  assert.equal(asked(), 6);
});

test('[CACHE-05] a value that looks like two values of a parameter shares no answer with them', async () => {
  const method = {
    requestParameters: { 'method.request.querystring.type': false },
    integration: { ...proxy, cacheKeyParameters: ['method.request.querystring.type'] },
  };
  const { get, asked } = cacheUnderTest({ 'GET /pets': method });
  const alike = ['?type=a&type=b', '?type=a%00b', '?type=a%0A1:b', '?type=a,b', '?type=1:a1:b', '?type=b&type=a', ''];
  for (const query of alike) await get({ path: `/pets${query}` });
  assert.equal(asked(), alike.length);
});

test('[CACHE-05] a key may be a parameter of the integration that is mapped from the request', async () => {
  const integration = {
    ...proxy,
    requestParameters: { 'integration.request.querystring.kind': 'method.request.querystring.type' },
    cacheKeyParameters: ['integration.request.querystring.kind'],
  };
  const { get, asked } = cacheUnderTest({ 'GET /pets': { integration } });
  await get({ path: '/pets?type=a' });
  await get({ path: '/pets?type=b' });
  await get({ path: '/pets?type=a' });
  assert.equal(asked(), 2);
});

test('[CACHE-05] verbs, resources and namespaces keep answers apart; resources of one namespace share them', async () => {
  const both = { '*/*': on, '~1pets/POST': on, '~1cats/GET': on };
  const asks = async (of: (cacheNamespace: string) => object): Promise<number> => {
    const method = (namespace: string) => ({ integration: { ...proxy, ...of(namespace) } });
    const methods = { 'GET /pets': method('pets'), 'POST /pets': method('pets'), 'GET /cats': method('cats') };
    const { get, asked } = cacheUnderTest(methods, { ...cached, methodSettings: both });
    for (let round = 0; round < 2; round++) {
      await get({ path: '/pets' });
      await get({ path: '/pets', method: 'POST' });
      await get({ path: '/cats' });
    }
    return asked();
  };
  assert.equal(await asks((cacheNamespace) => ({ cacheNamespace })), 3);
  // PutIntegration's reference: "the same cacheNamespace across resources to return the same cached data".
  assert.equal(await asks(() => ({ cacheNamespace: 'animals' })), 2);
});

test('[CACHE-05] resources of one namespace share by the name of a parameter, not by its place', async () => {
  const keyed = (name: string) => ({
    requestParameters: { [`method.request.querystring.${name}`]: false },
    integration: { ...proxy, cacheNamespace: 'n', cacheKeyParameters: [`method.request.querystring.${name}`] },
  });
  const { get, asked } = cacheUnderTest({ 'GET /pets': keyed('a'), 'GET /cats': keyed('b') });
  await get({ path: '/pets?a=1' });
  await get({ path: '/cats?b=1' });
  assert.equal(asked(), 2);
});

test('[CACHE-01] [CACHE-04] the cache is as large as the stage says, and entries are encrypted where a method’s setting says so', async () => {
  const opened: unknown[] = [];
  const puts: boolean[] = [];
  const responseCache: ResponseCache = {
    of: (place, maxBytes) => {
      opened.push([place, maxBytes]);
      return {
        flushes: 0,
        get: () => undefined,
        put: (_key, _reply, { isEncrypted }) => void puts.push(isEncrypted),
        hidden: (key) => key,
      };
    },
    flush() {},
    forget() {},
  };
  const settings = { '*/*': on, '~1pets/POST': { ...on, cacheDataEncrypted: true } };
  const methods = { 'GET /pets': { integration: proxy }, 'POST /pets': { integration: proxy } };
  const stage = { ...cached, cacheClusterSize: '1.6', methodSettings: settings };
  const { get } = cacheUnderTest(methods, stage, { responseCache });
  await get();
  await get({ method: 'POST' });
  assert.deepEqual(puts, [false, true]);
  const place = { apiId: 'a1b2c3d4e5', stage: 'dev', isCanarys: false };
  assert.deepEqual(
    new Set(opened.map((each) => JSON.stringify(each))),
    new Set([JSON.stringify([place, 1.6 * 1024 ** 3])]),
  );
});

test('[CACHE-05] a key may be who the caller is, or a stage variable, mapped into the integration', async () => {
  const keyedBy = (value: string) => ({
    ...proxy,
    requestParameters: { 'integration.request.header.X-By': value },
    cacheKeyParameters: ['integration.request.header.X-By'],
  });
  const caller = (principalId: string): Exchange => {
    const x = exchange({ path: '/pets' });
    x.authorizer = { principalId, context: {}, claims: null, latencyMs: 0 } as unknown as Exchange['authorizer'];
    return x;
  };
  const { run, asked } = cacheUnderTest({ 'GET /pets': { integration: keyedBy('context.authorizer.principalId') } });
  await run(caller('ann'));
  await run(caller('bob'));
  assert.equal(asked(), 2);
  await run(caller('ann'));
  assert.equal(asked(), 2);

  const upstream = upstreamAnswering();
  const responseCache = createResponseCache(64 * 1024 * 1024);
  const snapshot = restSnapshot({ 'GET /pets': { integration: keyedBy('stageVariables.color') } });
  for (const color of ['blue', 'green', 'blue']) {
    const stage = { ...cached, variables: { color } };
    await runPlan(
      compileRest(liveStage(snapshot, stage), planTools({ upstream, responseCache })),
      exchange({ path: '/pets' }),
    );
  }
  assert.equal(upstream.sent.length, 2);
});

test('[CACHE-09] where entries are encrypted, their keys say nothing of the requests either', async () => {
  const keys: string[] = [];
  const kept = new Map<string, CachedReply>();
  const responseCache: ResponseCache = {
    of: () => ({
      flushes: 0,
      get: (key) => kept.get(key),
      hidden: (key) => hash('sha256', key),
      put(key, reply) {
        keys.push(key);
        kept.set(key, reply);
      },
    }),
    flush() {},
    forget() {},
  };
  const method = {
    requestParameters: { 'method.request.header.Authorization': false },
    integration: { ...proxy, cacheKeyParameters: ['method.request.header.Authorization'] },
  };
  const settings = { '*/*': { ...on, cacheDataEncrypted: true } };
  const { get, asked } = cacheUnderTest(
    { 'GET /pets': method },
    { ...cached, methodSettings: settings },
    { responseCache },
  );
  for (const token of ['Bearer one', 'Bearer two', 'Bearer one']) await get({ headers: ['Authorization', token] });
  assert.equal(asked(), 2);
  assert.equal(new Set(keys).size, 2);
  assert.doesNotMatch(keys.join(), /Bearer|one|pets|res000/);
});

test('[CACHE-06] a path parameter counts only where it is declared', async () => {
  const method = (cacheKeyParameters: string[]) => ({
    'GET /pets/{id}': {
      requestParameters: { 'method.request.path.id': true },
      integration: { ...proxy, cacheKeyParameters },
    },
  });
  const shared = cacheUnderTest(method([]));
  await shared.get({ path: '/pets/1' });
  await shared.get({ path: '/pets/2' });
  assert.equal(shared.asked(), 1);
  const apart = cacheUnderTest(method(['method.request.path.id']));
  await apart.get({ path: '/pets/1' });
  await apart.get({ path: '/pets/2' });
  assert.equal(apart.asked(), 2);
});

test('[CACHE-07] an answer over 1 MB is served and not kept', async () => {
  const just = cacheUnderTest(pets, cached, { answer: { body: 'x'.repeat(1_048_576) } });
  await just.get();
  await just.get();
  assert.equal(just.asked(), 1);
  const over = cacheUnderTest(pets, cached, { answer: { body: 'x'.repeat(1_048_577) } });
  assert.equal((await over.get()).status, 200);
  await over.get();
  assert.equal(over.asked(), 2);
});

test('[CACHE-17] what failed is not kept: errors of the backend, of the gateway, and of the client', async () => {
  for (const status of [404, 500]) {
    const { get, asked } = cacheUnderTest(pets, cached, { answer: { status } });
    await get();
    await get();
    assert.equal(asked(), 2, String(status));
  }
  let calls = 0;
  const upstream = { send: () => Promise.reject(new Error(`broken ${++calls}`)), close: async () => {} };
  const broken = cacheUnderTest(pets, cached, { upstream });
  assert.equal((await broken.get()).status, 500);
  assert.equal((await broken.get()).status, 500);
  assert.equal(calls, 2);
});

test('[CACHE-17] what answers a part, or that nothing has changed, is for its own asker alone', async () => {
  for (const [status, headers] of [
    [206, ['Range', 'bytes=0-0']],
    [304, ['If-None-Match', '"x"']],
  ] as const) {
    const { get, asked } = cacheUnderTest(pets, cached, { answer: { status } });
    await get({ headers: [...headers] });
    await get();
    assert.equal(asked(), 2, String(status));
  }
});

test('[CACHE-18] a hit is the same answer under ids of its own; changing it changes no other', async () => {
  const headers = ['Content-Type', 'text/plain', 'X-Backend', 'b'];
  const { get, run } = cacheUnderTest(pets, cached, { answer: { status: 201, headers, body: 'hello' } });
  const miss = await get();
  const x = exchange({ path: '/pets' });
  x.requestId = 'another';
  const hit = await run(x);
  assert.equal(hit.status, 201);
  assert.equal(String(hit.body), String(miss.body));
  assert.equal(sentHeader(hit, 'X-Backend'), 'b');
  assert.equal(sentHeader(hit, 'x-amzn-RequestId'), 'another');
  assert.equal(x.cacheOutcome, 'hit');
  assert.equal(x.integrationLatencyMs, -1);
  hit.headers.push('Later', 'step');
  assert.equal(sentHeader(await get(), 'Later'), undefined);
});

test('[CACHE-18] a hit tells the trace of its own request, not of the one that filled the cache', async () => {
  const { get } = cacheUnderTest(pets);
  const trace = (end: string) => ({ headers: ['X-Amzn-Trace-Id', `Root=1-5759e988-bd862e3fe1be46a99427279${end}`] });
  await get(trace('1'));
  assert.match(sentHeader(await get(trace('2')), 'X-Amzn-Trace-Id')!, /^Root=1-5759e988-bd862e3fe1be46a994272792(;|$)/);
});

test('[CACHE-10] an answer that was asked for before a flush is not kept after it', async () => {
  const asked: (() => void)[] = [];
  const answer = upstreamAnswering();
  const upstream = {
    send: async (...call: Parameters<typeof answer.send>) => {
      await new Promise<void>((resolve) => asked.push(resolve));
      return answer.send(...call);
    },
    close: async () => {},
  };
  for (const coalesceCacheMisses of [false, true]) {
    asked.length = 0;
    const { get, cache } = cacheUnderTest(pets, cached, { upstream, coalesceCacheMisses });
    const before = get();
    cache.flush('a1b2c3d4e5', 'dev');
    const meanwhile = get();
    assert.equal(asked.length, 2, 'who comes after the flush waits for nobody who came before it');
    asked[1]!();
    await meanwhile;
    asked[0]!();
    await before;
    await get();
    assert.equal(asked.length, 2);
    cache.flush('a1b2c3d4e5', 'dev');
    const late = get();
    cache.flush('a1b2c3d4e5', 'dev');
    asked[2]!();
    await late;
    const anew = get();
    assert.equal(asked.length, 4);
    asked[3]!();
    await anew;
  }
});

test('[CACHE-11] Cache-Control: max-age=0 asks anew and replaces the entry, where anyone may', async () => {
  const open = { ...on, requireAuthorizationForCacheControl: false };
  const { get, asked } = cacheUnderTest(pets, { ...cached, methodSettings: { '*/*': open } });
  await get();
  await get({ headers: ['Cache-Control', 'no-cache'] });
  assert.equal(asked(), 1);
  await get({ headers: ['Cache-Control', 'max-age=0'] });
  assert.equal(asked(), 2);
  await get({ headers: ['cache-control', 'no-store, Max-Age=0'] });
  assert.equal(asked(), 3);
  await get();
  assert.equal(asked(), 3);
});

test('[CACHE-13] without the permission the three strategies refuse, warn, or say nothing', async () => {
  const stageWith = (unauthorizedCacheControlHeaderStrategy: string) => ({
    ...cached,
    methodSettings: { '*/*': { ...on, unauthorizedCacheControlHeaderStrategy } },
  });
  const fresh = { headers: ['Cache-Control', 'max-age=0'] };
  const failing = cacheUnderTest(pets, stageWith('FAIL_WITH_403'));
  const refused = await failing.get(fresh);
  assert.deepEqual([refused.status, refused.problem?.kind], [403, 'ACCESS_DENIED']);
  assert.equal(failing.asked(), 0);

  const warning = cacheUnderTest(pets, stageWith('SUCCEED_WITH_RESPONSE_HEADER'));
  await warning.get();
  const warned = await warning.get(fresh);
  assert.match(sentHeader(warned, 'Warning')!, /^199 /);
  assert.equal(warning.asked(), 1);
  assert.equal(sentHeader(await warning.get(), 'Warning'), undefined);

  const silent = cacheUnderTest(pets, stageWith('SUCCEED_WITHOUT_RESPONSE_HEADER'));
  await silent.get();
  assert.equal(sentHeader(await silent.get(fresh), 'Warning'), undefined);
  assert.equal(silent.asked(), 1);
});

test('[CACHE-12] [CACHE-14] a signed caller may invalidate where their policies allow it, in their own account', async () => {
  const callerWith = (Action: string, account = '000000000000'): AccessKey => ({
    ...rootAccessKey({ accessKeyId: 'AKIAANN', secretAccessKey: 'secret', account }),
    permissions: permissionsOf({
      identity: [
        compilePolicy(
          {
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Action: ['execute-api:Invoke', Action], Resource: '*' }],
          },
          'identity',
        ),
      ],
    }),
  });
  const asked = async (key: AccessKey): Promise<number> => {
    const methods = { 'GET /pets': { integration: proxy, authorizationType: 'AWS_IAM' } };
    const credentials = { accessKey: () => key };
    const policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: '*', Action: 'execute-api:Invoke', Resource: '*' }],
    });
    const under = cacheUnderTest(methods, cached, { credentials }, { policy });
    const headers = { 'cache-control': 'max-age=0' };
    assert.equal((await under.run(await signedExchange(key, { path: '/pets' }))).status, 200);
    assert.equal((await under.run(await signedExchange(key, { path: '/pets', headers }))).status, 200);
    return under.asked();
  };
  assert.equal(await asked(callerWith('execute-api:InvalidateCache')), 2);
  assert.equal(await asked(callerWith('execute-api:Other')), 1);
  assert.equal(await asked(callerWith('execute-api:InvalidateCache', '999999999999')), 1);
});

test('[CACHE-16] a hit passes the guards like any other request', async () => {
  const subscription = () => ({ planId: 'plan01', refusedByRate: () => undefined, takeQuota: () => true });
  const known: KnownKey = { id: 'id', value: 'good', enabled: true, subscription };
  const usage = { keysOf: () => ({ find: (value: string) => (value === known.value ? known : undefined) }) };
  const keyed = cacheUnderTest({ 'GET /pets': { integration: proxy, apiKeyRequired: true } }, cached, { usage });
  const key = { headers: ['x-api-key', known.value] };
  assert.deepEqual([(await keyed.get(key)).status, (await keyed.get(key)).status, keyed.asked()], [200, 200, 1]);
  assert.equal((await keyed.get()).status, 403);
  assert.equal((await keyed.get({ headers: ['x-api-key', 'another'] })).status, 403);

  const limited = { ...limitedTo(1, 2), cachingEnabled: true };
  const throttled = cacheUnderTest(pets, { ...cached, methodSettings: { '*/*': limited } });
  const statuses = [await throttled.get(), await throttled.get(), await throttled.get()].map(({ status }) => status);
  assert.deepEqual(statuses, [200, 200, 429]);

  const signing = rootAccessKey({ accessKeyId: 'AKIAANN', secretAccessKey: 'secret', account: '000000000000' });
  const signed = cacheUnderTest({ 'GET /pets': { integration: proxy, authorizationType: 'AWS_IAM' } }, cached, {
    credentials: { accessKey: () => signing },
  });
  assert.equal((await signed.run(await signedExchange(signing, { path: '/pets' }))).status, 200);
  assert.equal((await signed.get()).status, 403);
});

test('requests that miss together each ask the backend, unless they are told to wait for one another', async () => {
  const apart = cacheUnderTest(pets);
  await Promise.all([apart.get(), apart.get(), apart.get()]);
  assert.equal(apart.asked(), 3);
  const together = cacheUnderTest(pets, cached, { coalesceCacheMisses: true });
  const replies = await Promise.all([together.get(), together.get(), together.get()]);
  assert.equal(together.asked(), 1);
  assert.deepEqual(new Set(replies.map(({ body }) => String(body))).size, 1);
});

test('who waited for another’s answer gets it as the backend gave it, without what was made of it for the other', async () => {
  const body = 'text '.repeat(1_000);
  const answer = { headers: ['Content-Type', 'text/plain'], body };
  const changes = { answer, coalesceCacheMisses: true };
  const { get, asked } = cacheUnderTest(pets, cached, changes, { minimumCompressionSize: 0 });
  const warned = ['Cache-Control', 'max-age=0'];
  const [zipped, plain] = await Promise.all([get({ headers: ['Accept-Encoding', 'gzip', ...warned] }), get()]);
  assert.equal(asked(), 1);
  assert.equal(sentHeader(zipped!, 'Content-Encoding'), 'gzip');
  assert.match(sentHeader(zipped!, 'Warning')!, /^199 /);
  assert.equal(sentHeader(plain!, 'Content-Encoding'), undefined);
  assert.equal(sentHeader(plain!, 'Warning'), undefined);
  assert.equal(String(plain!.body), body);
  const ids = plain!.headers.filter((name, i) => i % 2 === 0 && /^x-amzn-requestid$/i.test(name));
  assert.equal(ids.length, 1);
});

test('[CAN-09] deployments keep entries apart; a canary has a cache of its own unless it uses the stage’s', async () => {
  const snapshot = restSnapshot(pets);
  const upstream = upstreamAnswering();
  const responseCache = createResponseCache(64 * 1024 * 1024);
  const ask = async (deploymentId: string, useStageCache: boolean, isCanary: boolean): Promise<void> => {
    const canarySettings = { percentTraffic: 50, deploymentId, useStageCache };
    const live = liveStage({ ...snapshot, deploymentId }, { ...cached, canarySettings });
    const plan = compileRest({ ...live, ...(isCanary && { isCanary: true }) }, planTools({ upstream, responseCache }));
    await runPlan(plan, exchange({ path: '/pets' }));
  };
  await ask('dep1', true, false);
  await ask('dep1', true, true);
  assert.equal(upstream.sent.length, 1);
  await ask('dep1', false, true);
  assert.equal(upstream.sent.length, 2);
  await ask('dep2', true, true);
  assert.equal(upstream.sent.length, 3);
});

test('a plan says where answers are kept, and for how long', () => {
  assert.equal(cacheUnderTest(pets).printed, 'GET /pets: cached 300 s · http-proxy GET http://backend.test/x\n');
});
