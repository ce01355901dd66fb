/** The functions of metric math (CloudWatch user guide, functions supported for metric math), those of search, bands and quotas excepted. */
import type { Problem } from '../../base/problem.ts';
import {
  elementwise,
  isSeries,
  type MathScope,
  type MathValue,
  mapped,
  seriesIn,
  type TimeSeries,
} from './metric-math.ts';

/** GetMetricData answers with no more (its reference); gaps of weeks filled second by second would stop every request meanwhile. */
export const maxDatapoints = 100_800;

type Fail = (why: string) => Problem;
type MathFunction = (parts: readonly MathValue[], scope: MathScope, fail: Fail) => MathValue;

const one = (parts: readonly MathValue[], fail: Fail): MathValue => {
  if (parts.length !== 1) throw fail('one argument was expected');
  return parts[0]!;
};

/** Value by value, of one series, several, or a number. */
const each =
  (change: (value: number) => number): MathFunction =>
  (parts, _, fail) =>
    elementwise(one(parts, fail), 0, (value) => change(value), fail);

/** Of a series its values in one number; of an array a series, time by time. */
const folded =
  (fold: (values: readonly number[]) => number): MathFunction =>
  (parts, _, fail) => {
    const value = one(parts, fail);
    if (typeof value === 'number') return value;
    if (typeof value === 'string') throw fail('a time series was expected');
    if (isSeries(value)) return value.values.size === 0 ? 0 : fold([...value.values.values()]);
    return foldedByTime(value, fold);
  };

function foldedByTime(all: readonly TimeSeries[], fold: (values: readonly number[]) => number): TimeSeries {
  const byTime = new Map<number, number[]>();
  for (const { values } of all) {
    for (const [atMs, value] of values) {
      const known = byTime.get(atMs);
      if (known === undefined) byTime.set(atMs, [value]);
      else known.push(value);
    }
  }
  const values = new Map([...byTime].sort(([a], [b]) => a - b).map(([atMs, list]) => [atMs, fold(list)] as const));
  return { values, periodMs: all[0]?.periodMs ?? 60_000, label: all[0]?.label ?? '' };
}

/** From the value before and this one; the first has none before it. */
const stepwise =
  (step: (before: readonly [number, number], now: readonly [number, number]) => number): MathFunction =>
  (parts, _, fail) =>
    map(one(parts, fail), fail, (series) => {
      const points = [...series.values];
      const values = points.slice(1).map((now, i) => [now[0], step(points[i]!, now)] as const);
      return { ...series, values: new Map(values) };
    });

function map(value: MathValue, fail: Fail, change: (series: TimeSeries) => TimeSeries): MathValue {
  const all = seriesIn(value, fail).map(change);
  return isSeries(value) ? all[0]! : all;
}

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

function deviation(values: readonly number[]): number {
  const mean = sum(values) / values.length;
  return Math.sqrt(sum(values.map((value) => (value - mean) ** 2)) / values.length);
}

/** Points that a series lacks between its first and last. */
function filled(series: TimeSeries, with_: MathValue, fail: Fail): TimeSeries {
  const times = [...series.values.keys()];
  const values = new Map<number, number>();
  for (const [i, atMs] of times.entries()) {
    const value = series.values.get(atMs)!;
    values.set(atMs, value);
    const next = times[i + 1];
    if (next === undefined) break;
    for (let gap = atMs + series.periodMs; gap < next; gap += series.periodMs) {
      const share = (gap - atMs) / (next - atMs);
      if (values.size >= maxDatapoints) throw fail(`FILL would make more than ${maxDatapoints} data points`);
      if (typeof with_ === 'number') values.set(gap, with_);
      else if (with_ === 'REPEAT') values.set(gap, value);
      else if (with_ === 'LINEAR') values.set(gap, value + share * (series.values.get(next)! - value));
      else throw fail('FILL takes a number, REPEAT or LINEAR');
    }
  }
  return { ...series, values };
}

export const mathFunctions: Readonly<Record<string, MathFunction>> = {
  ABS: each(Math.abs),
  CEIL: each(Math.ceil),
  FLOOR: each(Math.floor),
  LOG: each(Math.log),
  LOG10: each(Math.log10),
  SUM: folded(sum),
  AVG: folded((values) => sum(values) / values.length),
  MIN: folded((values) => values.reduce((a, b) => Math.min(a, b))),
  MAX: folded((values) => values.reduce((a, b) => Math.max(a, b))),
  STDDEV: folded(deviation),
  DATAPOINT_COUNT: folded((values) => values.length),
  DIFF: stepwise(([, before], [, now]) => now - before),
  DIFF_TIME: stepwise(([before], [now]) => (now - before) / 1000),
  RATE: stepwise(([beforeMs, before], [nowMs, now]) => (now - before) / ((nowMs - beforeMs) / 1000)),
  METRICS: (parts, scope, fail) => {
    const [text = ''] = parts;
    if (typeof text !== 'string' || parts.length > 1) throw fail('METRICS takes a text');
    return scope.metrics().filter(({ label }) => label.includes(text));
  },
  METRIC_COUNT: (parts, _, fail) => seriesIn(one(parts, fail), fail).length,
  PERIOD: (parts, _, fail) => (seriesIn(one(parts, fail), fail)[0]?.periodMs ?? 0) / 1000,
  FILL: (parts, _, fail) => {
    if (parts.length !== 2) throw fail('FILL takes two arguments');
    return map(parts[0]!, fail, (series) => filled(series, parts[1]!, fail));
  },
  RUNNING_SUM: (parts, _, fail) =>
    map(one(parts, fail), fail, (series) => {
      let total = 0;
      return mapped(series, (value) => {
        total += value;
        return total;
      });
    }),
  IF: (parts, _, fail) => {
    const [condition, yes, no] = parts;
    if (condition === undefined || yes === undefined || parts.length > 3) throw fail('IF takes two or three arguments');
    if (typeof condition === 'number') return condition !== 0 ? yes : (no ?? 0);
    const [series] = seriesIn(condition, fail);
    if (series === undefined) throw fail('IF needs a condition');
    const at = (value: MathValue | undefined, atMs: number): number | undefined => {
      if (value === undefined || typeof value === 'number') return value;
      return seriesIn(value, fail)[0]?.values.get(atMs);
    };
    return mapped(series, (isSo, atMs) => at(isSo !== 0 ? yes : no, atMs));
  },
  FIRST: (parts, _, fail) => seriesIn(one(parts, fail), fail)[0] ?? [],
  LAST: (parts, _, fail) => seriesIn(one(parts, fail), fail).at(-1) ?? [],
  REMOVE_EMPTY: (parts, _, fail) => seriesIn(one(parts, fail), fail).filter(({ values }) => values.size > 0),
  TIME_SERIES: (parts, scope, fail) => {
    const value = one(parts, fail);
    if (typeof value !== 'number') throw fail('TIME_SERIES takes a number');
    const [model] = scope.metrics();
    return model === undefined ? [] : mapped(model, () => value);
  },
};
