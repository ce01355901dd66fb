/** A metric as CloudWatch sees it: a namespace, a name and dimensions, with what was measured at which time. */
import type { Distribution } from '../telemetry/distribution.ts';

export interface Dimension {
  readonly Name: string;
  readonly Value: string;
}

export interface Point {
  /** Epoch milliseconds, of the minute's or the second's begin. */
  readonly atMs: number;
  readonly distribution: Distribution;
}

export interface MetricSeries {
  readonly namespace: string;
  readonly name: string;
  /** Sorted by name. */
  readonly dimensions: readonly Dimension[];
  readonly unit: string;
  /** When its latest point was, epoch milliseconds. */
  lastAtMs(): number;
  /** Points with `fromMs <= atMs < untilMs`, in no order; several may have one time. */
  points(fromMs: number, untilMs: number): Iterable<Point>;
}

export type IsWanted = (name: string, dimensionsKey: string) => boolean;

/** Who has series: the gateway's counters, and what was put. */
export interface SeriesSource {
  /** All of them, or those wanted by name and `dimensionsKey`: a source may leave out the others, and need not. */
  series(account: string, region: string, isWanted?: IsWanted): Iterable<MetricSeries>;
}

/** Equal for dimensions of the same names and values, in whatever order. */
export function dimensionsKey(dimensions: readonly Dimension[]): string {
  const pairs = dimensions.map(({ Name, Value }) => JSON.stringify([Name, Value]));
  return pairs.sort().join();
}
