import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { ManualClock } from '../../base/clock.ts';
import type { HttpReply } from '../../base/http.ts';
import type { MeasuredReply, MeasuredRequest, MetricDimensions } from '../../ports/telemetry.ts';
import { createMemoryMetrics } from '../telemetry/metrics.ts';
import { lineChart } from './chart.ts';
import { createDashboard } from './dashboard.ts';
import { type StageFigures, stageFigures } from './figures.ts';
import { spanOf } from './span.ts';

const minute = 60_000;
const nowMs = Date.UTC(2026, 2, 1, 10, 30, 20);
const clock = new ManualClock(nowMs);
const ofMethod = (resource: string, more: Partial<MetricDimensions> = {}): MetricDimensions => ({
  ...{ apiId: 'api1', apiName: 'pets <b>&', stage: 'prod', method: 'GET', resource },
  series: { kind: 'rest', account: '1', region: 'r', isDetailed: false },
  ...more,
});

function counted() {
  const metrics = createMemoryMetrics(new ManualClock(nowMs - 3 * 3_600_000));
  const call = (of: MetricDimensions, agoMs: number, status: number, latencyMs: number, more: object = {}): void => {
    const request = {
      request: { path: '/', query: '', headers: [], body: Buffer.alloc(0) },
      ...{ startedAtMs: nowMs - agoMs, integrationLatencyMs: latencyMs / 2, cacheOutcome: null },
      ...more,
    } as MeasuredRequest;
    metrics.method(of).record(request, { status, body: '', problem: undefined } as MeasuredReply, latencyMs);
  };
  for (let i = 0; i < 10; i++) call(ofMethod('/pets'), 5 * minute, i < 2 ? 404 : 200, 100);
  call(ofMethod('/pets'), 4 * minute, 500, 20);
  call(ofMethod('/kept'), 2 * minute, 200, 1, { cacheOutcome: 'hit' });
  return metrics;
}

const stage = { apiId: 'api1', apiName: 'pets', stage: 'quiet', kind: 'rest' as const };
const dashboard = createDashboard({
  ...{ metrics: counted(), clock },
  stageNames: async () => ['quiet'],
  findStage: async (apiId, name) => (apiId === 'api1' && name === 'quiet' ? stage : undefined),
});
const ask = (path: string, query = ''): Promise<HttpReply> =>
  dashboard({
    ...{ method: 'GET', path, query, headers: [], body: Buffer.alloc(0) },
    ...{ protocol: 'HTTP/1.1', secure: false, sourceIp: '127.0.0.1' },
  });
const figuresOf = async (path: string, query = ''): Promise<StageFigures> =>
  JSON.parse(String((await ask(path, query)).body)) as StageFigures;

test('[MET-06] the numbers of a stage, step by step: calls, errors, latencies, and the cache where there is one', async () => {
  const figures = await figuresOf('/_/dashboard/api1/prod.json');
  assert.equal(figures.times.length, 60);
  assert.equal(figures.times[0], '2026-03-01T09:31:00.000Z');
  assert.equal(figures.to, '2026-03-01T10:31:00.000Z');
  assert.deepEqual(
    figures.metrics.map(({ title }) => title),
    ['API Calls', '4xx Error', '5xx Error', 'CacheHitCount', 'CacheMissCount', 'Latency', 'Integration Latency'],
  );
  const line = (metric: string, statistic: string) =>
    figures.metrics.find((each) => each.metric === metric)!.lines.find((each) => each.statistic === statistic)!;
  assert.deepEqual(line('Count', 'Sum').values.slice(-7), [0, 10, 1, 0, 1, 0, 0]);
  assert.equal(line('Count', 'Sum').overall, 12);
  assert.equal(line('4XXError', 'Sum').overall, 2);
  assert.equal(line('5XXError', 'Sum').overall, 1);
  assert.equal(line('CacheHitCount', 'Sum').overall, 1);
  const p50 = line('Latency', 'p50').values.slice(-7);
  assert.equal(p50[0], null);
  assert.ok(Math.abs(p50[1]! - 100) < 5);
  assert.ok(Math.abs(line('Latency', 'p99').overall! - 100) < 5);
  assert.deepEqual(
    figures.methods.map(({ resource, count, clientErrors, serverErrors }) => [
      resource,
      count,
      clientErrors,
      serverErrors,
    ]),
    [
      ['/pets', 11, 2, 1],
      ['/kept', 1, 0, 0],
    ],
  );
});

test('[MET-06] a stage nobody called has zeros and no latency; one that is not there is not found', async () => {
  const figures = await figuresOf('/_/dashboard/api1/quiet.json');
  assert.equal(figures.metrics[0]!.lines[0]!.overall, 0);
  assert.equal(figures.metrics.find(({ metric }) => metric === 'Latency')!.lines[0]!.overall, null);
  assert.ok(!figures.metrics.some(({ metric }) => metric === 'CacheHitCount'));
  for (const path of ['/_/dashboard/api1/none', '/_/dashboard/api2/quiet', '/_/dashboard/api1/quiet/more']) {
    assert.equal((await ask(path)).status, 404);
  }
});

test('pages hold no markup of names and run no script; times that cannot be read are refused', async () => {
  for (const path of ['/_/dashboard', '/_/dashboard/', '/_/dashboard/api1/prod']) {
    const { status, headers, body } = await ask(path);
    assert.equal(status, 200);
    assert.match(headers.join(' '), /Content-Security-Policy default-src 'none'/);
    assert.ok(!String(body).includes('<b>&'), path);
    assert.ok(String(body).includes('pets &#60;b&#62;&#38;'), path);
  }
  assert.equal((await ask('/_/dashboard', 'period=2h')).status, 400);
  assert.equal((await ask('/_/dashboard', 'from=2026-03-02&to=2026-03-01')).status, 400);
});

test('a range of one’s own is read as UTC and cut into at most 200 steps', () => {
  assert.deepEqual(spanOf('from=2026-03-01T08:00&to=2026-03-01T10:00', nowMs), {
    ...{ fromMs: Date.UTC(2026, 2, 1, 8), untilMs: Date.UTC(2026, 2, 1, 10), stepMs: minute, period: undefined },
  });
  const week = spanOf('from=2026-02-22&to=2026-03-01', nowMs);
  assert.ok(typeof week === 'object' && week.stepMs === 60 * minute);
  assert.equal(spanOf('from=yesterday', nowMs), 'from and to are times like 2026-03-01T10:00Z');
});

test('a chart leaves gaps where nothing was measured, and scales to round numbers', () => {
  const times = Array.from({ length: 5 }, (_, i) => new Date(nowMs + i * minute).toISOString());
  const lines = [{ statistic: 'p50', values: [1, 7.4, null, 3, null], overall: 4 }];
  const svg = lineChart({ metric: 'Latency', title: 'Latency', unit: 'Milliseconds', lines }, times);
  assert.equal(svg.match(/<polyline/g)!.length, 1);
  assert.equal(svg.match(/<circle/g)!.length, 1);
  assert.match(svg, />8<\/text>/);
  assert.match(svg, /<title>2026-03-01 10:31 UTC: p50 7\.4<\/title>/);
});

test('[MET-06] HTTP and WebSocket APIs have the graphs of their own metrics', () => {
  const span = spanOf('period=1h', nowMs);
  assert.ok(typeof span === 'object');
  const titlesOf = (kind: 'http' | 'websocket'): string[] =>
    stageFigures({ apiId: 'a', apiName: 'a', stage: 's', kind }, [], span).metrics.map(({ title }) => title);
  assert.deepEqual(titlesOf('http'), [
    ...['API Calls', '4xx Error', '5xx Error', 'Latency', 'Integration Latency', 'Data Processed'],
  ]);
  assert.deepEqual(titlesOf('websocket'), [
    ...['ConnectCount', 'MessageCount', 'ClientError', 'IntegrationError', 'ExecutionError', 'Integration Latency'],
  ]);
});
