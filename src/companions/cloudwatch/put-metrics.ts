/** Metrics that were put (PutMetricData), in memory: a distribution per minute, or per second for metrics of high resolution. */
import { type Distribution, merged } from '../telemetry/distribution.ts';
import { type Dimension, dimensionsKey, type MetricSeries, type Point, type SeriesSource } from './series.ts';

export interface Measurement {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: readonly Dimension[];
  readonly unit: string;
  /** Epoch milliseconds. */
  readonly atMs: number;
  readonly resolutionSeconds: 1 | 60;
  readonly distribution: Distribution;
}

export interface PutMetrics extends SeriesSource {
  add(account: string, region: string, measurement: Measurement): void;
  clear(): void;
}

export interface PutBounds {
  /** Points of all metrics together; beyond, those that were put first go. */
  readonly maxPoints: number;
  /** Different values a point keeps apart; beyond, they are rounded to three digits. */
  readonly maxValues: number;
}

class PutSeries implements MetricSeries {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: readonly Dimension[];
  readonly unit: string;
  /** By epoch milliseconds. */
  readonly byTime = new Map<number, Distribution>();

  constructor({ namespace, name, dimensions, unit }: Measurement) {
    this.namespace = namespace;
    this.name = name;
    this.dimensions = [...dimensions].sort((a, b) => (a.Name < b.Name ? -1 : 1));
    this.unit = unit;
  }

  lastAtMs(): number {
    let last = Number.NEGATIVE_INFINITY;
    for (const atMs of this.byTime.keys()) last = Math.max(last, atMs);
    return last;
  }

  *points(fromMs: number, untilMs: number): Iterable<Point> {
    for (const [atMs, distribution] of this.byTime) {
      if (atMs >= fromMs && atMs < untilMs) yield { atMs, distribution };
    }
  }
}

export function createPutMetrics(bounds: PutBounds = { maxPoints: 200_000, maxValues: 500 }): PutMetrics {
  /** By account and region, then by what names a series. */
  const places = new Map<string, Map<string, PutSeries>>();
  /** Every point in the order it was first put, from `first` on. */
  let points: { readonly drop: () => void }[] = [];
  let first = 0;

  function makeRoom(): void {
    while (points.length - first > bounds.maxPoints) points[first++]!.drop();
    if (first > 1000 && first * 2 > points.length) {
      points = points.slice(first);
      first = 0;
    }
  }

  return {
    *series(account, region) {
      yield* places.get(`${account}/${region}`)?.values() ?? [];
    },
    add(account, region, measurement) {
      const { namespace, name, dimensions, unit, atMs, resolutionSeconds, distribution } = measurement;
      const place = places.get(`${account}/${region}`) ?? new Map<string, PutSeries>();
      places.set(`${account}/${region}`, place);
      const key = JSON.stringify([namespace, name, unit, dimensionsKey(dimensions)]);
      const series = place.get(key) ?? new PutSeries(measurement);
      place.set(key, series);
      const at = Math.floor(atMs / (resolutionSeconds * 1000)) * resolutionSeconds * 1000;
      const before = series.byTime.get(at);
      if (before === undefined) {
        points.push({
          drop() {
            series.byTime.delete(at);
            if (series.byTime.size === 0) place.delete(key);
          },
        });
      }
      const all = before === undefined ? distribution : merged([before, distribution]);
      series.byTime.set(at, all.values.length > bounds.maxValues ? rounded(all) : all);
      makeRoom();
    },
    clear() {
      places.clear();
      points = [];
      first = 0;
    },
  };
}

/** The same with values of three digits: percentiles are then right within half a percent. */
function rounded(distribution: Distribution): Distribution {
  const weights = new Map<number, number>();
  for (const [value, weight] of distribution.values) {
    const near = Number(value.toPrecision(3));
    weights.set(near, (weights.get(near) ?? 0) + weight);
  }
  return { ...distribution, values: [...weights] };
}
