import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { compileRest } from '../compile-rest.ts';
import { describePlan } from '../describe.ts';
import type { Plan } from '../plan.ts';
import {
  answer,
  limitedTo,
  liveStage,
  mock200,
  planOf,
  planTools,
  restSnapshot,
  sentHeader,
  stageNamed,
} from '../plan-fixture.ts';
import { methodLimit, ThrottleBuckets } from './throttle.ts';

const statuses = async (plan: Plan, paths: readonly string[]): Promise<number[]> =>
  Promise.all(paths.map(async (path) => (await answer(plan, { path })).status));

test('[THR-01] [THR-03] the third call within a burst of two answers 429 Too Many Requests', async () => {
  const plan = planOf({ 'GET /': mock200 }, {}, { methodSettings: { '*/*': limitedTo(1, 2) } });
  assert.deepEqual(await statuses(plan, ['/', '/']), [200, 200]);
  const refused = await answer(plan);
  assert.equal(refused.status, 429);
  assert.equal(refused.body, '{"message":"Too Many Requests"}');
  assert.equal(sentHeader(refused, 'x-amzn-ErrorType'), 'TooManyRequestsException');
  assert.equal(refused.problem?.why, 'the method limit of 1/s burst 2 is used up');
  assert.equal((await answer(plan, { atMs: 1_000 })).status, 200);
});

test('[THR-05] a method’s own setting replaces the stage’s; every method has a bucket of its own', async () => {
  const methodSettings = { '*/*': limitedTo(1, 1), '~1pets~1{id}/GET': limitedTo(1, 2) };
  const plan = planOf({ 'GET /pets/{id}': mock200, 'GET /a': mock200, 'GET /b': mock200 }, {}, { methodSettings });
  assert.equal(
    describePlan(plan),
    'GET /a: throttle 1/s burst 1 · mock 200\n' +
      'GET /b: throttle 1/s burst 1 · mock 200\n' +
      'GET /pets/{id}: throttle 1/s burst 2 · mock 200\n',
  );
  assert.deepEqual(await statuses(plan, ['/pets/1', '/pets/2', '/pets/1']), [200, 200, 429]);
  assert.deepEqual(await statuses(plan, ['/a', '/b', '/a']), [200, 200, 429]);
});

test('[THR-09] a rate of 0 refuses everything', async () => {
  const plan = planOf({ 'GET /': mock200 }, {}, { methodSettings: { '*/*': limitedTo(0, 10) } });
  assert.deepEqual(await statuses(plan, ['/', '/']), [429, 429]);
});

test('[THR-07] one API using up the account’s bucket starves the others of the account', async () => {
  const tools = { throttles: new ThrottleBuckets({ ratePerSecond: 1, burst: 2 }) };
  const greedy = planOf({ 'GET /': mock200 }, tools);
  const modest = compileRest(liveStage(restSnapshot({ 'GET /': mock200 }, { id: 'other' })), planTools(tools));
  const elsewhere = compileRest(
    liveStage(restSnapshot({ 'GET /': mock200 }, { id: 'third', region: 'eu-west-1' })),
    planTools(tools),
  );
  assert.deepEqual(await statuses(greedy, ['/', '/']), [200, 200]);
  assert.equal((await answer(modest)).status, 429);
  assert.equal((await answer(elsewhere)).status, 200);
});

test('a recompile keeps a bucket and its emptiness; a raised burst adds what it was raised by', async () => {
  const throttles = new ThrottleBuckets(undefined);
  const plan = (burst: number): Plan =>
    planOf({ 'GET /': mock200 }, { throttles }, { methodSettings: { '*/*': limitedTo(1, burst) } });
  assert.deepEqual(await statuses(plan(1), ['/', '/']), [200, 429]);
  assert.deepEqual(await statuses(plan(1), ['/']), [429]);
  assert.deepEqual(await statuses(plan(2), ['/', '/', '/']), [200, 429, 429]);
});

test('[DEP-09] a method setting holds for its method however its path is spelt', async () => {
  for (const key of ['~1pets~1{id}/GET', 'pets~1{id}/GET', 'pets/{id}/GET', '/pets/{id}/GET']) {
    const plan = planOf({ 'GET /pets/{id}': mock200 }, {}, { methodSettings: { [key]: limitedTo(1, 1) } });
    assert.deepEqual(await statuses(plan, ['/pets/1', '/pets/1']), [200, 429], key);
  }
});

test('[DEP-09] the key of a method setting is the escaped path and the verb, with or without the leading slash', () => {
  const own = limitedTo(3, 4);
  const limitFor = (key: string, path: string) =>
    methodLimit(stageNamed('dev', { methodSettings: { [key]: own, '*/*': limitedTo(1, 1) } }), path, 'GET');
  const expected = { ratePerSecond: 3, burst: 4 };
  assert.deepEqual(limitFor('~1pets~1{id}/GET', '/pets/{id}'), expected);
  assert.deepEqual(limitFor('pets~1{id}/GET', '/pets/{id}'), expected);
  assert.deepEqual(limitFor('~1/GET', '/'), expected);
  assert.deepEqual(limitFor('/GET', '/'), expected);
  assert.deepEqual(limitFor('~1pets/GET', '/cats'), { ratePerSecond: 1, burst: 1 });
});

test('no setting and a negative one are no limit: the step is not in the plan', () => {
  assert.equal(describePlan(planOf({ 'GET /': mock200 })), 'GET /: mock 200\n');
  const off = planOf({ 'GET /': mock200 }, {}, { methodSettings: { '*/*': limitedTo(-1, -1) } });
  assert.equal(describePlan(off), 'GET /: mock 200\n');
});

test('the method’s limit is asked before the account’s, so that a refused call costs the account nothing', async () => {
  const tools = { throttles: new ThrottleBuckets({ ratePerSecond: 1, burst: 2 }) };
  const methodSettings = { '~1a/GET': limitedTo(1, 1) };
  const plan = planOf({ 'GET /a': mock200, 'GET /b': mock200 }, tools, { methodSettings });
  assert.deepEqual(await statuses(plan, ['/a', '/a', '/a', '/b', '/b']), [200, 429, 429, 200, 429]);
});

test('[THR-09] a 0 refuses everything even beside a limit that is switched off', () => {
  const limitOf = (rate: number, burst: number) =>
    methodLimit(stageNamed('dev', { methodSettings: { '*/*': limitedTo(rate, burst) } }), '/', 'GET');
  assert.deepEqual(limitOf(0, -1), { ratePerSecond: 0, burst: 0 });
  assert.deepEqual(limitOf(-1, 0), { ratePerSecond: 0, burst: 0 });
  assert.deepEqual(limitOf(2.5, -1), { ratePerSecond: 2.5, burst: 3 });
  assert.equal(limitOf(-1, 7), undefined);
});

test('[THR-05] a verb’s setting holds for the requests that a method of ANY takes', async () => {
  const methodSettings = { '*/*': limitedTo(1, 3), '~1a/GET': limitedTo(1, 1), '~1a/PUT': limitedTo(-1, -1) };
  const plan = planOf({ 'ANY /a': mock200 }, {}, { methodSettings });
  assert.equal(
    describePlan(plan),
    'ANY /a: GET throttle 1/s burst 1, PUT not throttled, others throttle 1/s burst 3 · mock 200\n',
  );
  const statusesOf = async (method: string, count: number): Promise<number[]> =>
    Promise.all(Array.from({ length: count }, async () => (await answer(plan, { method, path: '/a' })).status));
  assert.deepEqual(await statusesOf('GET', 2), [200, 429]);
  assert.deepEqual(await statusesOf('POST', 4), [200, 200, 200, 429]);
  assert.deepEqual(await statusesOf('PUT', 5), [200, 200, 200, 200, 200]);
});
