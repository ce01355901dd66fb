/** Points of series, put together per period. */
import { type Distribution, merged } from '../telemetry/distribution.ts';
import { type Dimension, dimensionsKey, type MetricSeries, type SeriesSource } from './series.ts';

export interface Metric {
  readonly Namespace?: string | undefined;
  readonly MetricName?: string | undefined;
  readonly Dimensions?: readonly Dimension[] | undefined;
}

export interface Span {
  /** Epoch milliseconds; inclusive. */
  readonly fromMs: number;
  /** Exclusive. */
  readonly untilMs: number;
  readonly periodMs: number;
}

export interface Datapoint {
  readonly atMs: number;
  readonly distribution: Distribution;
}

export const isPeriod = (seconds: number): boolean => [1, 5, 10, 20, 30].includes(seconds) || seconds % 60 === 0;

/** Finds every series of exactly this name and these dimensions; more than one where values were put with different units. */
export type SeriesFinder = (metric: Metric, unit: string | undefined) => readonly MetricSeries[];

/** What there is of `metrics`, looked up once for all questions of a call: with thousands of methods, putting series together is most of the work. */
export function seriesFinder(
  sources: readonly SeriesSource[],
  { account, region }: { readonly account: string; readonly region: string },
  metrics: readonly Metric[],
): SeriesFinder {
  const found = new Map<string, MetricSeries[]>(metrics.map((metric) => [keyOf(metric), []]));
  const wanted = new Set(
    metrics.map(({ MetricName, Dimensions = [] }) => `${MetricName} ${dimensionsKey(Dimensions)}`),
  );
  for (const source of sources) {
    for (const series of source.series(account, region, (name, dimensions) => wanted.has(`${name} ${dimensions}`))) {
      const { namespace: Namespace, name: MetricName, dimensions: Dimensions } = series;
      found.get(keyOf({ Namespace, MetricName, Dimensions }))?.push(series);
    }
  }
  return (metric, unit) => {
    const all = found.get(keyOf(metric)) ?? [];
    return unit === undefined ? all : all.filter((series) => series.unit === unit);
  };
}

/** The answer to one question. */
export const seriesOf = (
  sources: readonly SeriesSource[],
  place: { readonly account: string; readonly region: string },
  metric: Metric,
  unit: string | undefined,
): readonly MetricSeries[] => seriesFinder(sources, place, [metric])(metric, unit);

const keyOf = ({ Namespace, MetricName, Dimensions = [] }: Metric): string =>
  `${JSON.stringify([Namespace, MetricName])}${dimensionsKey(Dimensions)}`;

/** Periods that have samples, in order of time; each begins at `fromMs` plus a multiple of the period. */
export function datapoints(series: readonly MetricSeries[], { fromMs, untilMs, periodMs }: Span): Datapoint[] {
  const periods = new Map<number, Distribution[]>();
  for (const each of series) {
    for (const { atMs, distribution } of each.points(fromMs, untilMs)) {
      const period = fromMs + Math.floor((atMs - fromMs) / periodMs) * periodMs;
      const parts = periods.get(period);
      if (parts === undefined) periods.set(period, [distribution]);
      else parts.push(distribution);
    }
  }
  return [...periods].sort(([a], [b]) => a - b).map(([atMs, parts]) => ({ atMs, distribution: merged(parts) }));
}

/** Whether percentiles can be told: of a statistic set with several values they cannot (guide, percentiles). */
export function hasValues({ samples, values }: Distribution): boolean {
  let weights = 0;
  for (const [, weight] of values) weights += weight;
  return Math.abs(weights - samples) < 1e-6 * samples;
}
