import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { ManualClock } from '../../base/clock.ts';
import { createMemoryMetrics } from './metrics.ts';
import { prometheusText } from './prometheus.ts';

const process = { residentBytes: 1e8, cpuSeconds: 1.5, startedAtSeconds: 1.7e9 };

function page(): string {
  const clock = new ManualClock();
  const metrics = createMemoryMetrics(clock);
  const request = { path: '/', query: '', headers: [], body: new Uint8Array() };
  const reply = { body: '', problem: undefined };
  for (const apiName of ['pets', 'a "quoted"\\ name\nof two lines']) {
    const counters = metrics.method({
      apiId: apiName.slice(0, 4),
      apiName,
      stage: 'prod',
      resource: '/p',
      method: 'GET',
    });
    for (const [ms, status] of [
      [0.1, 200],
      [3, 404],
      [40, 500],
      [1e6, 200],
    ] as const) {
      counters.record(
        { request, startedAtMs: clock.now(), integrationLatencyMs: ms / 2, cacheOutcome: null },
        { ...reply, status },
        ms,
      );
    }
    counters.record(
      { request, startedAtMs: clock.now(), integrationLatencyMs: -1, cacheOutcome: 'hit' },
      { ...reply, status: 200 },
      1,
    );
  }
  return prometheusText(metrics.histograms(), process, { logs: 0, collector: 3 });
}

/** What promtool checks: every line is one of the format's, families stand together with their type first, histograms ascend to their count. */
function check(text: string): Map<string, number> {
  assert.ok(text.endsWith('\n'));
  const types = new Map<string, string>();
  const samples = new Map<string, number>();
  let family = '';
  const finished = new Set<string>();
  for (const line of text.slice(0, -1).split('\n')) {
    const comment = /^# (HELP|TYPE) ([a-zA-Z_:][\w:]*) (.+)$/.exec(line);
    if (comment !== null) {
      const [, kind, name, rest] = comment;
      if (kind === 'HELP') {
        finished.add(family);
        assert.ok(!finished.has(name!), `${name} stands twice`);
        family = name!;
      } else {
        assert.equal(name, family);
        assert.match(rest!, /^(counter|gauge|histogram)$/);
        types.set(name!, rest!);
        if (rest === 'counter') assert.match(name!, /_total$/);
      }
      continue;
    }
    const found = /^([a-zA-Z_:][\w:]*)(\{(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*",?)+\})? (\S+)$/.exec(line);
    assert.ok(found, line);
    const [, name, names = '', value] = found;
    const base = types.get(family) === 'histogram' ? name!.replace(/_(bucket|sum|count)$/, '') : name;
    assert.equal(base, family);
    assert.ok(!samples.has(name! + names), `${line} stands twice`);
    assert.ok(Number.isFinite(Number(value)), line);
    samples.set(name! + names, Number(value));
  }
  for (const [name, value] of samples) {
    const bucket = /^(\w+)_bucket\{(.*),le="\+Inf"\}$/.exec(name);
    if (bucket === null) continue;
    assert.equal(value, samples.get(`${bucket[1]}_count{${bucket[2]}}`));
    let before = 0;
    for (const [other, count] of samples) {
      if (!other.startsWith(`${bucket[1]}_bucket{${bucket[2]},le=`)) continue;
      assert.ok(count >= before, other);
      before = count;
    }
  }
  return samples;
}

test('every line is one that Prometheus reads, and the numbers are those that were counted', () => {
  const samples = check(page());
  const names = 'api="pets",api_name="pets",stage="prod",canary="false",method="GET",resource="/p"';
  assert.equal(samples.get(`gatewright_requests_total{${names}}`), 5);
  assert.equal(samples.get(`gatewright_request_errors_total{${names},class="4xx"}`), 1);
  assert.equal(samples.get(`gatewright_cache_requests_total{${names},outcome="hit"}`), 1);
  assert.equal(samples.get(`gatewright_request_duration_seconds_bucket{${names},le="0.000512"}`), 1);
  assert.equal(samples.get(`gatewright_request_duration_seconds_bucket{${names},le="0.004096"}`), 3);
  assert.equal(samples.get(`gatewright_request_duration_seconds_bucket{${names},le="33.554432"}`), 4);
  assert.equal(samples.get(`gatewright_integration_duration_seconds_count{${names}}`), 4);
  assert.equal(samples.get('process_resident_memory_bytes'), 1e8);
  assert.equal(samples.get('gatewright_dropped_log_lines_total{sink="collector"}'), 3);
});

test('without a request there are no families of requests', () => {
  assert.ok(!prometheusText([], process).includes('gatewright_'));
});
