import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { Distribution } from '../telemetry/distribution.ts';
import { statisticNamed } from './statistics.ts';

/** 1, 2, … 100, once each. */
const hundred: Distribution = {
  samples: 100,
  sum: 5050,
  min: 1,
  max: 100,
  values: Array.from({ length: 100 }, (_, i) => [100 - i, 1] as const),
};

test('[MET-03] sums, averages and percentiles of a hundred values', () => {
  const expected: Record<string, number> = {
    SampleCount: 100,
    Sum: 5050,
    Average: 50.5,
    Minimum: 1,
    Maximum: 100,
    p50: 50,
    p99: 99,
    'p99.5': 100,
    p100: 100,
    p0: 1,
    tm90: 45.5,
    tc90: 90,
    ts90: 4095,
    'TM(10%:90%)': 50.5,
    'TM(:50%)': 25.5,
    'TC(11:20)': 10,
    'TS(99:)': 199,
    'PR(:10)': 10,
    'PR(91:)': 10,
    IQM: 50.5,
  };
  for (const [name, value] of Object.entries(expected)) assert.equal(statisticNamed(name)!(hundred), value, name);
  assert.equal(statisticNamed('wm90')!(hundred), (4095 + 10 * 90) / 100);
});

test('equal values are cut apart by percents', () => {
  const same: Distribution = { samples: 10, sum: 50, min: 5, max: 5, values: [[5, 10]] };
  assert.equal(statisticNamed('tc50')!(same), 5);
  assert.equal(statisticNamed('p99')!(same), 5);
});

test('no statistic has another name', () => {
  for (const name of ['', 'sum', 'p', 'p101', 'p99.', 'TM', 'TM(:)', 'TM(1:2%)', 'PR()', 'toString', 'p99,9'])
    assert.equal(statisticNamed(name), undefined, name);
});
