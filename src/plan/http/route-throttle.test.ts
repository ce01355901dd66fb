import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { functionsAnswering } from '../plan-fixture.ts';
import { ThrottleBuckets } from '../steps/throttle.ts';
import { httpAnswer, httpPlanOf, lambda2 } from './http-plan-fixture.ts';

const tools = { functions: functionsAnswering({ statusCode: 200 }) };

test('[THR-06] [THR-03] a route has its own limit, others the stage’s default, each a bucket of its own; 429 in the words of HTTP APIs', async () => {
  const plan = httpPlanOf({ 'GET /pets': lambda2, 'GET /a': lambda2, 'GET /b': lambda2 }, tools, {
    defaultRouteSettings: { throttlingRateLimit: 1, throttlingBurstLimit: 1 },
    routeSettings: { 'GET /pets': { throttlingBurstLimit: 2 } },
  });
  const statuses = async (...paths: string[]): Promise<number[]> => {
    const found: number[] = [];
    for (const path of paths) found.push((await httpAnswer(plan, { path })).status);
    return found;
  };
  assert.deepEqual(await statuses('/pets', '/pets', '/pets'), [200, 200, 429]);
  assert.deepEqual(await statuses('/a', '/a', '/b', '/b'), [200, 429, 200, 429]);
  const refused = await httpAnswer(plan, { path: '/a' });
  assert.equal(refused.body, '{"message":"Too Many Requests"}');
  assert.equal((await httpAnswer(plan, { path: '/a', atMs: 1_000 })).status, 200);
});

test('[THR-07] HTTP and REST APIs of an account draw on one bucket', async () => {
  const throttles = new ThrottleBuckets({ ratePerSecond: 1, burst: 1 });
  const plan = httpPlanOf({ 'GET /': lambda2 }, { ...tools, throttles });
  assert.equal(throttles.account('000000000000', 'us-east-1')?.take(0), true);
  assert.equal((await httpAnswer(plan)).status, 429);
});
