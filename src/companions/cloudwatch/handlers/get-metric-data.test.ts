import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { Call } from '../../../wire/call.ts';
import type { MetricSeries, SeriesSource } from '../series.ts';
import { getMetricData } from './get-metric-data.ts';

const minute = 60_000;
const week = 7 * 24 * 60 * minute;
const place = { account: '000000000000', region: 'us-east-1' } as Call;

/** One metric with a sample at each of these times; tells how often it was asked for all it has. */
function source(...timesMs: number[]): SeriesSource & { asked: number } {
  const series: MetricSeries = {
    ...{ namespace: 'Shop', name: 'Sales', dimensions: [], unit: 'Count', lastAtMs: () => Math.max(...timesMs) },
    *points(fromMs, untilMs) {
      for (const atMs of timesMs) {
        const distribution = { samples: 1, sum: 2, min: 2, max: 2, values: [[2, 1] as const] };
        if (atMs >= fromMs && atMs < untilMs) yield { atMs, distribution };
      }
    },
  };
  const own = {
    asked: 0,
    *series() {
      own.asked++;
      yield series;
    },
  };
  return own;
}

const sales = (Id: string, Period = 60) => ({
  Id,
  MetricStat: { Metric: { Namespace: 'Shop', MetricName: 'Sales' }, Period, Stat: 'Sum' },
});

test('however many queries a call has, series are put together once', async () => {
  const shop = source(minute);
  const queries = Array.from({ length: 500 }, (_, i) => sales(`m${i}`));
  const { MetricDataResults } = await getMetricData([shop])(
    { MetricDataQueries: queries, StartTime: 0, EndTime: 5 * minute },
    place,
  );
  assert.equal(shop.asked, 1);
  assert.ok(MetricDataResults!.every(({ Values }) => Values![0] === 2));
});

test('what a call computes is bounded', async () => {
  const read = getMetricData([source(0, week)]);
  const span = { StartTime: 0, EndTime: week + minute };
  const filled = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ Id: `e${i}`, Expression: 'FILL(m, 0)' }));
  const { MetricDataResults } = await read({ MetricDataQueries: [sales('m'), ...filled(5)], ...span }, place);
  assert.equal(MetricDataResults![1]!.Values!.length, 7 * 24 * 60 + 1);
  assert.throws(() => read({ MetricDataQueries: [sales('m'), ...filled(60)], ...span }, place), {
    kind: 'ValidationException',
  });
  assert.throws(() => read({ MetricDataQueries: [sales('m', 1), ...filled(1)], ...span }, place), {
    kind: 'ValidationException',
  });
});

test('a page of no data points is refused for what it is', () => {
  const input = { MetricDataQueries: [sales('m')], StartTime: 0, EndTime: minute, MaxDatapoints: 0 };
  assert.throws(() => getMetricData([source(0)])(input, place), {
    kind: 'InvalidParameterValueException',
    message: 'The value 0 for parameter MaxDatapoints is invalid.',
  });
});
