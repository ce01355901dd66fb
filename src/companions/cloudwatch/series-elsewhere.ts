/**
 * What other nodes have measured, as sources of series beside this node's own: so a metric is the sum of all nodes, whichever is asked. Each node answers for what
 * it has in memory; a node that stopped took its minutes along.
 */
import type { FellowNodes } from '../../ports/fellow-nodes.ts';
import type { Distribution } from '../telemetry/distribution.ts';
import type { Metric } from './datapoints.ts';
import { type Dimension, dimensionsKey, type MetricSeries, type SeriesSource } from './series.ts';

/** Which series of a place, and what of them. */
export interface SeriesRequest {
  readonly account: string;
  readonly region: string;
  /** Undefined for all. */
  readonly metrics: readonly Metric[] | undefined;
  /** Epoch milliseconds, the end exclusive; two equal ones for no points. */
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Resolves to what the others have of each request, in the order of the requests. Rejects when one of them did not answer. */
export type SeriesElsewhere = (requests: readonly SeriesRequest[]) => Promise<readonly (readonly SeriesSource[])[]>;

interface SentSeries {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: readonly Dimension[];
  readonly unit: string;
  readonly lastAtMs: number;
  readonly points: readonly (readonly [atMs: number, distribution: Distribution])[];
}

const topic = 'series';

/** Answers for this node's sources, and asks for those of others. */
export function seriesElsewhere(fellows: FellowNodes, sources: readonly SeriesSource[]): SeriesElsewhere {
  fellows.onQuestion(topic, (asked) => (asked as SeriesRequest[]).map((request) => [...answered(sources, request)]));
  return async function askOthers(requests) {
    if (requests.length === 0) return [];
    const answers = (await fellows.ask(topic, requests)) as (readonly (readonly SentSeries[])[])[];
    return requests.map((_, i) => answers.map((ofNode) => sourceOf(ofNode[i] ?? [])));
  };
}

function* answered(sources: readonly SeriesSource[], request: SeriesRequest): Iterable<SentSeries> {
  const { account, region, metrics, fromMs, untilMs } = request;
  const wanted =
    metrics && new Set(metrics.map(({ MetricName, Dimensions = [] }) => `${MetricName} ${dimensionsKey(Dimensions)}`));
  for (const source of sources) {
    const isWanted = wanted && ((name: string, dimensions: string) => wanted.has(`${name} ${dimensions}`));
    for (const series of source.series(account, region, isWanted)) {
      const { namespace, name, dimensions, unit } = series;
      // A source need not leave out what was not wanted.
      if (isWanted?.(name, dimensionsKey(dimensions)) === false) continue;
      const points = Array.from(
        fromMs < untilMs ? series.points(fromMs, untilMs) : [],
        ({ atMs, distribution }) => [atMs, distribution] as const,
      );
      yield { namespace, name, dimensions, unit, lastAtMs: series.lastAtMs(), points };
    }
  }
}

function sourceOf(sent: readonly SentSeries[]): SeriesSource {
  return {
    *series(_account, _region, isWanted): Iterable<MetricSeries> {
      for (const { namespace, name, dimensions, unit, lastAtMs, points } of sent) {
        if (isWanted?.(name, dimensionsKey(dimensions)) === false) continue;
        yield {
          ...{ namespace, name, dimensions, unit, lastAtMs: () => lastAtMs },
          *points(fromMs, untilMs) {
            for (const [atMs, distribution] of points)
              if (atMs >= fromMs && atMs < untilMs) yield { atMs, distribution };
          },
        };
      }
    },
  };
}
