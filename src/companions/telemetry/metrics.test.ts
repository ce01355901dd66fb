import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { ManualClock } from '../../base/clock.ts';
import type { MethodMetrics } from '../../ports/telemetry.ts';
import { createMemoryMetrics } from './metrics.ts';

const clock = new ManualClock();
const request = { path: '/pets', query: '', headers: [], body: new Uint8Array() };

/** One request answered now. */
function record(counters: MethodMetrics, status: number, latencyMs = 1, integrationLatencyMs = -1): void {
  const startedAtMs = clock.now() - latencyMs;
  counters.record(
    { request, startedAtMs, integrationLatencyMs, cacheOutcome: null },
    { status, body: '', problem: undefined },
    latencyMs,
  );
}

const pets = { apiId: 'a1', apiName: 'pets', stage: 'prod', resource: '/pets', method: 'GET' };

test('a method counts requests, client errors and server errors apart', () => {
  const metrics = createMemoryMetrics(clock);
  const counters = metrics.method(pets);
  for (const status of [200, 201, 403, 429, 500, 504]) record(counters, status);
  const [totals] = metrics.totals();
  assert.deepEqual(
    { count: totals!.count, clientErrors: totals!.clientErrors, serverErrors: totals!.serverErrors },
    { count: 6, clientErrors: 2, serverErrors: 2 },
  );
});

test('the same dimensions give the same counters, so a deployment loses nothing', () => {
  const metrics = createMemoryMetrics(clock);
  record(metrics.method(pets), 200);
  record(metrics.method({ ...pets }), 200);
  assert.equal(metrics.totals()[0]!.count, 2);
  assert.equal(metrics.totals().length, 1);
});

test('percentiles are right within 9 %, requests without an integration have no integration latency', () => {
  const metrics = createMemoryMetrics(clock);
  const counters = metrics.method(pets);
  for (let ms = 1; ms <= 1000; ms++) record(counters, 200, ms, ms <= 10 ? ms : -1);
  const { latency, integrationLatency } = metrics.totals()[0]!;
  assert.ok(Math.abs(latency.p50Ms - 500) < 45, `p50 ${latency.p50Ms}`);
  assert.ok(Math.abs(latency.p99Ms - 990) < 90, `p99 ${latency.p99Ms}`);
  assert.equal(latency.maxMs, 1000);
  assert.equal(integrationLatency.samples, 10);
});

test('the counters of a deleted stage go, those of its neighbours stay', () => {
  const metrics = createMemoryMetrics(clock);
  for (const stage of ['prod', 'prod2']) record(metrics.method({ ...pets, stage }), 200);
  metrics.forget('a1', 'prod');
  assert.deepEqual(
    metrics.totals().map(({ stage }) => stage),
    ['prod2'],
  );
});

test('minutes are kept one by one: what came in one does not count in the next', () => {
  const metrics = createMemoryMetrics(clock);
  const counters = metrics.method(pets);
  record(counters, 200);
  clock.advance(60_000);
  record(counters, 500, 5, 4);
  record(counters, 404);
  const [method] = [...metrics.measured()];
  const minutes = [...method!.minutesSoFar()].map(({ minute, count, serverErrors, clientErrors }) => [
    minute - Math.floor(clock.now() / 60_000),
    count,
    serverErrors,
    clientErrors,
  ]);
  assert.deepEqual(minutes, [
    [-1, 1, 0, 0],
    [0, 2, 1, 1],
  ]);
  assert.equal(metrics.totals()[0]!.count, 3);
});

test('of too many minutes the oldest go, whosesoever they are; sums since the start stay', () => {
  const metrics = createMemoryMetrics(clock, { maxMinutes: 4, maxAgeMinutes: 1000 });
  const methods = ['/a', '/b'].map((resource) => metrics.method({ ...pets, resource }));
  for (let i = 0; i < 5; i++) {
    for (const counters of methods) record(counters, 200);
    clock.advance(60_000);
  }
  const kept = [...metrics.measured()].map((method) => [...method.minutesSoFar()].length);
  // Two of each that are over, and the one that is open.
  assert.deepEqual(kept, [3, 3]);
  assert.deepEqual(
    metrics.totals().map(({ count }) => count),
    [5, 5],
  );
});

test('minutes of a deleted stage stay until they are too old', () => {
  const metrics = createMemoryMetrics(clock, { maxMinutes: 100, maxAgeMinutes: 10 });
  record(metrics.method({ ...pets, stage: 'gone' }), 200);
  metrics.forget('a1', 'gone');
  assert.equal(metrics.totals().length, 0);
  const stages = () =>
    [...metrics.measured()].filter((each) => [...each.minutesSoFar()].length > 0).map((each) => each.dimensions.stage);
  assert.deepEqual(stages(), ['gone']);
  clock.advance(11 * 60_000);
  const counters = metrics.method(pets);
  record(counters, 200);
  clock.advance(60_000);
  record(counters, 200);
  assert.deepEqual(stages(), ['prod']);
});
