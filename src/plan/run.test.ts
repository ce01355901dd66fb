import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { Reply } from './exchange.ts';
import { gatewayProblem } from './gateway-responses.ts';
import type { Plan, Step } from './plan.ts';
import { answer, exchange, mock200, planOf } from './plan-fixture.ts';
import { runPlan } from './run.ts';

/** The plan with its first method changed. */
function changed(plan: Plan, change: { inbound?: Step[]; run?: () => Reply | Promise<Reply> }): Plan {
  const [method] = plan.methods;
  const changedMethod = {
    ...method!,
    inbound: change.inbound ?? method!.inbound,
    integration: change.run === undefined ? method!.integration : { name: 'test', run: change.run },
  };
  return { ...plan, router: { match: () => ({ method: changedMethod, pathParameters: null }) } };
}

test('a mock answers without a promise', () => {
  const reply = runPlan(planOf({ 'GET /pets': mock200 }), exchange({ path: '/pets' }));
  assert.ok(!(reply instanceof Promise));
  assert.deepEqual(reply, {
    status: 200,
    headers: [
      'Content-Type',
      'application/json',
      'x-amzn-RequestId',
      '11111111-2222-4333-8444-555555555555',
      'x-amz-apigw-id',
      'JJ1CUEWfoAMFzDA=',
    ],
    body: '{"ok":true}',
    problem: undefined,
  });
});

test('[RT-05] an unknown path answers 403 Missing Authentication Token, headers in the recorded order', async () => {
  const reply = await answer(planOf({ 'GET /pets': mock200 }), { path: '/pet' });
  assert.equal(reply.status, 403);
  assert.equal(reply.body, '{"message":"Missing Authentication Token"}');
  assert.deepEqual(reply.headers, [
    'Content-Type',
    'application/json',
    'x-amzn-RequestId',
    '11111111-2222-4333-8444-555555555555',
    'x-amzn-ErrorType',
    'MissingAuthenticationTokenException',
    'x-amz-apigw-id',
    'JJ1CUEWfoAMFzDA=',
  ]);
  assert.equal(reply.problem?.why, 'GET /pet not found; deployed: GET /pets; did you mean /pets?');
});

test('a bug in a step answers 500 with the 36 recorded bytes and keeps its stack for the log', async () => {
  const broken: Step = {
    name: 'broken',
    run: () => {
      throw new TypeError('x is not a function');
    },
  };
  const reply = await answer(changed(planOf({ 'GET /': mock200 }), { inbound: [broken] }));
  assert.equal(reply.status, 500);
  assert.equal(reply.body, '{"message": "Internal server error"}');
  assert.equal(reply.body.length, 36);
  assert.match(reply.problem!.why, /TypeError: x is not a function\n\s+at /);
});

test('steps after an asynchronous one still run, and the first answer ends the line', async () => {
  const seen: string[] = [];
  const steps: Step[] = [
    { name: 'slow', run: () => Promise.resolve(void seen.push('slow')) as Promise<undefined> },
    { name: 'next', run: () => void seen.push('next') as undefined },
    {
      name: 'early',
      run: () => ({ status: 204, headers: [], body: '', problem: undefined }),
    },
    { name: 'never', run: () => void seen.push('never') as undefined },
  ];
  const reply = await answer(changed(planOf({ 'GET /': mock200 }), { inbound: steps }));
  assert.equal(reply.status, 204);
  assert.deepEqual(seen, ['slow', 'next']);
});

test('a rejected integration is answered, not rejected', async () => {
  const failing = changed(planOf({ 'GET /': mock200 }), {
    run: () => Promise.reject(gatewayProblem('INTEGRATION_TIMEOUT', 'slow backend')),
  });
  const reply = await answer(failing);
  assert.equal(reply.status, 504);
  assert.equal(reply.body, '{"message": "Endpoint request timed out"}');
  assert.equal(reply.problem?.why, 'slow backend');
});

test('every answer of a method is counted, failures too', async () => {
  const statuses: number[] = [];
  const metrics = {
    method: () => ({ record: (_: unknown, { status }: { status: number }) => void statuses.push(status) }),
  };
  const plan = planOf({ 'GET /': mock200 }, { metrics });
  await answer(plan);
  await answer(changed(plan, { run: () => Promise.reject(new Error('boom')) }));
  assert.deepEqual(statuses, [200, 500]);
});
