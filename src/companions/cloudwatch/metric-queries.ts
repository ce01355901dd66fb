/** Queries of metrics and expressions over each other, as GetMetricData and alarms ask them. */
import type { MetricDataQuery } from '../../wire/generated/cloudwatch.ts';
import { datapoints, hasValues, isPeriod, type SeriesFinder, seriesFinder } from './datapoints.ts';
import { maxDatapoints } from './math-functions.ts';
import { compileMath, isSeries, type MathScope, type MathValue, type TimeSeries } from './metric-math.ts';
import { invalid } from './refusals.ts';
import type { SeriesSource } from './series.ts';
import { statisticNamed } from './statistics.ts';

export interface QuerySpan {
  /** Epoch milliseconds; inclusive. */
  readonly fromMs: number;
  /** Exclusive. */
  readonly untilMs: number;
  /** Each metric begins at a whole number of its periods; otherwise at `fromMs`. */
  readonly isAligned: boolean;
}

/** Of all queries and expressions together, shown or not. */
const maxComputed = 5 * maxDatapoints;

/** The value of every query, made when first asked for: expressions may name each other. Asking throws a ValidationException for what cannot be computed. */
export function queryValues(
  sources: readonly SeriesSource[],
  queries: readonly MetricDataQuery[],
  span: QuerySpan,
  place: { readonly account: string; readonly region: string },
): (query: MetricDataQuery) => MathValue {
  const byId = new Map(queries.map((query) => [query.Id, query]));
  const known = new Map<string, MathValue | 'under way'>();
  let find: SeriesFinder | undefined;
  let computed = 0;
  const scope: MathScope = {
    valueOf(id) {
      const query = byId.get(id);
      return query && value(query);
    },
    metrics: () => queries.flatMap((query) => (query.MetricStat === undefined ? [] : [value(query) as TimeSeries])),
  };

  function measured({ Id, MetricStat, Label }: MetricDataQuery): TimeSeries {
    const { Metric, Period, Stat, Unit } = MetricStat!;
    const statistic = statisticNamed(Stat);
    if (statistic === undefined) throw invalid(`The value ${Stat} of Stat in the query with the Id ${Id} is invalid.`);
    if (!isPeriod(Period)) throw invalid(`The value ${Period} of Period in the query with the Id ${Id} is invalid.`);
    const periodMs = Period * 1000;
    const fromMs = span.isAligned ? Math.floor(span.fromMs / periodMs) * periodMs : span.fromMs;
    const needsValues = !/^(Sum|Average|Minimum|Maximum|SampleCount)$/.test(Stat);
    find ??= seriesFinder(
      sources,
      place,
      queries.flatMap((each) => each.MetricStat?.Metric ?? []),
    );
    const points = datapoints(find(Metric, Unit), { fromMs, untilMs: span.untilMs, periodMs })
      .filter(({ distribution }) => !needsValues || hasValues(distribution))
      .map(({ atMs, distribution }) => [atMs, statistic(distribution)] as const);
    return { values: new Map(points), periodMs, label: Label ?? Metric.MetricName ?? Id };
  }

  function value(query: MetricDataQuery): MathValue {
    const before = known.get(query.Id);
    if (before === 'under way') throw invalid(`The expression of the query with the Id ${query.Id} refers to itself.`);
    if (before !== undefined) return before;
    known.set(query.Id, 'under way');
    const made = query.Expression === undefined ? measured(query) : compileMath(query.Expression)(scope);
    known.set(query.Id, made);
    if (typeof made === 'object') for (const { values } of isSeries(made) ? [made] : made) computed += values.size;
    if (computed > maxComputed) throw invalid(`The queries make more than ${maxComputed} data points.`);
    return made;
  }
  return value;
}

/** Ids name results and are variables of expressions. */
export function checkQueries(queries: readonly MetricDataQuery[]): void {
  const seen = new Set<string>();
  for (const { Id, MetricStat, Expression } of queries) {
    if (!/^[a-z][a-zA-Z0-9_]*$/.test(Id)) throw invalid(`The value for field Id is invalid: ${Id}`);
    if (seen.has(Id)) throw invalid('The values for parameter id in member MetricDataQueries are not unique.');
    seen.add(Id);
    if ((MetricStat === undefined) === (Expression === undefined)) {
      throw invalid(`Exactly one of MetricStat and Expression must be specified in the query with the Id ${Id}.`);
    }
  }
}
