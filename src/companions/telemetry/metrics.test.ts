import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { createMemoryMetrics } from './metrics.ts';

const pets = { apiId: 'a1', apiName: 'pets', stage: 'prod', resource: '/pets', method: 'GET' };

test('a method counts requests, client errors and server errors apart', () => {
  const metrics = createMemoryMetrics();
  const counters = metrics.method(pets);
  for (const status of [200, 201, 403, 429, 500, 504]) counters.record(status, 1, -1);
  const [totals] = metrics.totals();
  assert.deepEqual(
    { count: totals!.count, clientErrors: totals!.clientErrors, serverErrors: totals!.serverErrors },
    { count: 6, clientErrors: 2, serverErrors: 2 },
  );
});

test('the same dimensions give the same counters, so a deployment loses nothing', () => {
  const metrics = createMemoryMetrics();
  metrics.method(pets).record(200, 1, -1);
  metrics.method({ ...pets }).record(200, 1, -1);
  assert.equal(metrics.totals()[0]!.count, 2);
  assert.equal(metrics.totals().length, 1);
});

test('percentiles are right within 9 %, requests without an integration have no integration latency', () => {
  const metrics = createMemoryMetrics();
  const counters = metrics.method(pets);
  for (let ms = 1; ms <= 1000; ms++) counters.record(200, ms, ms <= 10 ? ms : -1);
  const { latency, integrationLatency } = metrics.totals()[0]!;
  assert.ok(Math.abs(latency.p50Ms - 500) < 45, `p50 ${latency.p50Ms}`);
  assert.ok(Math.abs(latency.p99Ms - 990) < 90, `p99 ${latency.p99Ms}`);
  assert.equal(latency.maxMs, 1000);
  assert.equal(integrationLatency.samples, 10);
});

test('the counters of a deleted stage go, those of its neighbours stay', () => {
  const metrics = createMemoryMetrics();
  for (const stage of ['prod', 'prod2']) metrics.method({ ...pets, stage }).record(200, 1, -1);
  metrics.forget('a1', 'prod');
  assert.deepEqual(
    metrics.totals().map(({ stage }) => stage),
    ['prod2'],
  );
});
