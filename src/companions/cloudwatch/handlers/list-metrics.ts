/** ListMetrics: what there is, by namespace, name and dimensions. */
import type { Clock } from '../../../base/clock.ts';
import type { Operation } from '../../../wire/call.ts';
import type { Operations } from '../../../wire/generated/cloudwatch.ts';
import { badToken } from '../refusals.ts';
import { dimensionsKey, type MetricSeries, type SeriesSource } from '../series.ts';

type ListMetrics = Operations['ListMetrics'];

/** AWS lists this many at once. */
const pageSize = 500;
const hourMs = 3_600_000;
/** A metric without points for this long is no longer listed (API reference, ListMetrics). */
const listedForMs = 14 * 24 * hourMs;

export function listMetrics(
  sources: readonly SeriesSource[],
  clock: Clock,
): Operation<ListMetrics['input'], ListMetrics['output']> {
  return function listMetricsOf({ Namespace, MetricName, Dimensions = [], RecentlyActive, NextToken }, call) {
    const sinceMs = clock.now() - (RecentlyActive === undefined ? listedForMs : 3 * hourMs);
    const isWanted = (series: MetricSeries): boolean =>
      (Namespace === undefined || series.namespace === Namespace) &&
      (MetricName === undefined || series.name === MetricName) &&
      Dimensions.every(({ Name, Value }) =>
        series.dimensions.some((each) => each.Name === Name && (Value === undefined || each.Value === Value)),
      ) &&
      series.lastAtMs() >= sinceMs;
    // One entry for a metric that has several units.
    const found = new Map<string, MetricSeries>();
    for (const source of sources) {
      for (const series of source.series(call.account, call.region)) {
        if (isWanted(series))
          found.set(`${series.namespace} ${series.name} ${dimensionsKey(series.dimensions)}`, series);
      }
    }
    const from = NextToken === undefined ? 0 : Number(/^from-(\d{1,9})$/.exec(NextToken)?.[1] ?? Number.NaN);
    if (Number.isNaN(from)) throw badToken();
    const page = [...found.values()].slice(from, from + pageSize);
    return {
      Metrics: page.map(({ namespace, name, dimensions }) => ({
        Namespace: namespace,
        MetricName: name,
        Dimensions: [...dimensions],
      })),
      ...(found.size > from + pageSize && { NextToken: `from-${from + pageSize}` }),
    };
  };
}
