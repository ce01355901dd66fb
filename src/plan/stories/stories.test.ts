import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { ManualClock } from '../../base/clock.ts';
import { compileRest } from '../compile-rest.ts';
import type { Exchange, Reply } from '../exchange.ts';
import { ExecutionLog } from '../execution-log.ts';
import {
  exchange,
  functionsAnswering,
  liveStage,
  mock200,
  planTools,
  restSnapshot,
  upstreamAnswering,
} from '../plan-fixture.ts';
import { newReply } from '../reply.ts';
import { runPlan } from '../run.ts';
import { createStories } from './stories.ts';
import { wholeStory } from './tell-story.ts';

const plan = () => compileRest(liveStage(restSnapshot({ 'GET /pets': mock200, 'POST /pets': mock200 })), planTools());

test('a story keeps no more of large bodies than it shows', async () => {
  const stories = createStories();
  const run = stories.run(runPlan);
  const x = exchange({ method: 'POST', path: '/pets', body: 'ü'.repeat(1_000_000) });
  await run(stories.plan(plan()), x);
  const story = stories.find(x.requestId)!;
  assert.equal(x.request.body.length, 2_000_000);
  assert.equal(story.x.request.body.length, 0);
  const { request } = wholeStory(story);
  assert.ok(request!.body.length < 10_000);
  assert.match(request!.body, /… \(2000000 bytes in all\)$/);
});

test('neither large texts nor the execution log are held on to by what is shown of them', async () => {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  const heldMegabytes = () => {
    gc();
    const { heapUsed, external } = process.memoryUsage();
    return (heapUsed + external) / 1e6;
  };
  const stories = createStories();
  const run = stories.run((_, x) => {
    x.executionLog = new ExecutionLog({ level: 'INFO', hasDataTrace: true }, new ManualClock());
    x.executionLog.data(() => `Endpoint response body: ${Buffer.alloc(2_000_000, 'l').toString('latin1')}`);
    return newReply(200, [], Buffer.alloc(2_000_000, 'x').toString('latin1'));
  });
  const before = heldMegabytes();
  // 200 MB, if they were held on to: far more than what other tests of the process leave behind meanwhile.
  for (let i = 0; i < 50; i++) await run(plan(), { ...exchange({ path: '/pets' }), requestId: `request ${i}` });
  const grown = heldMegabytes() - before;
  assert.ok(grown < 100, `${grown} MB`);
  const story = wholeStory(stories.latest()[0]!);
  assert.match(story.answer!.body, /^x{8192}… \(2000000 characters in all\)$/);
  assert.ok(story.log![0]!.length < 10_000);
  assert.match(story.log![0]!, /^Endpoint response body: l+… \(2000024 characters in all\)$/);
});

test('what lets somebody in is masked wherever a story tells it: in events of functions, queries, log lines and cut bodies', async () => {
  const token = 'eyJhbGciOiJub25l.secretsecretsecret.signature';
  const headers = [
    ...[
      'Authorization',
      `Bearer ${token}`,
      'Cookie',
      'theme=dark; session="quoted-session-id"',
      'X-Api-Key',
      'key-0123456789',
    ],
    ...['X-Amz-Security-Token', 'session/token+of=sts'],
  ];
  const query = 'X-Amz-Signature=0123456789abcdef&X-Amz-Credential=AKIA%2Fx&X-Amz-Security-Token=another%2Ftoken%3D';
  const stories = createStories();
  const told = (x: Exchange): string => JSON.stringify(wholeStory(stories.find(x.requestId)!));
  const x = exchange({ path: `/pets?${query}`, headers });
  const answerWithSecrets = async ({ request }: Exchange): Promise<Reply> => {
    const event = JSON.stringify({
      headers: Object.fromEntries(request.headers.flatMap((name, i, all) => (i % 2 === 0 ? [[name, all[i + 1]]] : []))),
      cookies: ['theme=dark', 'session="quoted-session-id"'],
      authorizationToken: token,
      query: decodeURIComponent(query),
    });
    const tools = stories.tools(
      planTools({
        functions: functionsAnswering({ multiValueHeaders: { 'Set-Cookie': ['id=fresh-session; Path=/'] } }),
      }),
    );
    const call = { functionArn: 'arn', type: 'RequestResponse', traceId: '' } as const;
    await tools.functions.invoke({ ...call, payload: Buffer.from(event) } as never);
    await tools.functions.invoke({ ...call, payload: Buffer.from('.'.repeat(8192 - 30) + token + token) } as never);
    return newReply(200, ['Set-Cookie', 'id=fresh-session; Path=/'], `you sent ${token}`);
  };
  const base = plan();
  const method = { ...base.methods[0]!, inbound: [], integration: { name: 'own', run: answerWithSecrets } };
  const router = { match: () => ({ method, pathParameters: null }) };
  await stories.run(runPlan)(stories.plan({ ...base, methods: [method], router }), x);
  const text = told(x);
  assert.equal(text.match(/"what":"function"/g)?.length, 2);
  for (const secret of [
    token,
    'secretsecret',
    'eyJhbGciOiJub25l',
    'quoted-session',
    'key-0123',
    'session/token',
    '0123456789abcdef',
    'another%2Ftok',
    'another/tok',
    'fresh-session',
  ]) {
    assert.ok(!text.includes(secret), secret);
  }
  assert.match(text, /theme=dark|\*\*\*/);
  assert.match(text, /X-Amz-Signature=\*\*\*abcdef/);
});

test('a stage that keeps no data of its requests keeps none in the addresses of its backends either', async () => {
  const stories = createStories();
  const stage = { variables: { gatewrightRequestData: 'off' } };
  const proxy = { type: 'HTTP_PROXY', httpMethod: 'GET', uri: 'http://backend.test/x' } as const;
  const tools = stories.tools(planTools({ upstream: upstreamAnswering() }));
  const through = stories.plan(
    compileRest(liveStage(restSnapshot({ 'GET /pets/{id}': { integration: proxy } }), stage), tools),
  );
  const x = exchange({ path: '/pets/7?token=secret' });
  await stories.run(runPlan)(through, x);
  const story = wholeStory(stories.find(x.requestId)!);
  assert.equal(story.events.find(({ what }) => what === 'backend')?.name, 'GET http://backend.test/x');
  assert.doesNotMatch(JSON.stringify(story), /secret|pathParameters/);
});

test('an id that a client sends again and again is told once, and pushes nobody else out', async () => {
  const stories = createStories({ maxStories: 3 });
  const run = stories.run(runPlan);
  const through = stories.plan(plan());
  for (const [requestId, isOwn] of [['a'], ['b'], ['mine', true], ['mine', true], ['mine', true], ['c']] as const) {
    const x = exchange({ path: '/pets', headers: isOwn === true ? ['X-Amzn-RequestId', requestId] : [] });
    x.requestId = requestId;
    await run(through, x);
  }
  assert.deepEqual(
    stories.latest().map(({ x }) => x.requestId),
    ['c', 'mine', 'b'],
  );
});

test('the ring keeps the latest', async () => {
  const stories = createStories({ maxStories: 2 });
  const run = stories.run(runPlan);
  const through = stories.plan(plan());
  for (const requestId of ['a', 'b', 'c', 'b']) {
    const x = exchange({ path: '/pets' });
    x.requestId = requestId;
    await run(through, x);
  }
  assert.deepEqual(
    stories.latest().map(({ x }) => x.requestId),
    ['b', 'c'],
  );
  assert.equal(stories.find('a'), undefined);
});

test('a plan that tells stories prints itself as it did, and answers the same', async () => {
  const stories = createStories();
  const own = plan();
  const telling = stories.plan(own);
  assert.deepEqual(
    telling.methods.map(({ integration, inbound }) => [integration.name, inbound.map(({ name }) => name)]),
    own.methods.map(({ integration, inbound }) => [integration.name, inbound.map(({ name }) => name)]),
  );
  const [a, b] = [await runPlan(own, exchange({ path: '/pets' })), await runPlan(telling, exchange({ path: '/pets' }))];
  assert.deepEqual([b.status, b.body], [a.status, a.body]);
  assert.deepEqual(stories.latest(), []);
});
