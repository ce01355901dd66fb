/** GetMetricData: several metrics and expressions at once, newest first unless asked otherwise. */
import type { Call, Operation } from '../../../wire/call.ts';
import type { Operations } from '../../../wire/generated/cloudwatch.ts';
import { datapoints, hasValues, isPeriod, seriesOf } from '../datapoints.ts';
import { maxDatapoints } from '../math-functions.ts';
import { compileMath, isSeries, type MathScope, type MathValue, type TimeSeries } from '../metric-math.ts';
import { badToken, badValue, invalid, startsAfterEnd, tooMany } from '../refusals.ts';
import type { SeriesSource } from '../series.ts';
import { statisticNamed } from '../statistics.ts';

type GetMetricData = Operations['GetMetricData'];
type Input = GetMetricData['input'];
type Query = Input['MetricDataQueries'][number];

const maxQueries = 500;
/** Of all queries and expressions of a call together, shown or not. */
const maxComputed = 5 * maxDatapoints;

export function getMetricData(sources: readonly SeriesSource[]): Operation<Input, GetMetricData['output']> {
  function measured({ Id, MetricStat, Label }: Query, { StartTime, EndTime }: Input, call: Call): TimeSeries {
    const { Metric, Period, Stat, Unit } = MetricStat!;
    const statistic = statisticNamed(Stat);
    if (statistic === undefined) throw invalid(`The value ${Stat} of Stat in the query with the Id ${Id} is invalid.`);
    if (!isPeriod(Period)) throw invalid(`The value ${Period} of Period in the query with the Id ${Id} is invalid.`);
    const periodMs = Period * 1000;
    const span = { fromMs: Math.floor(StartTime / periodMs) * periodMs, untilMs: EndTime, periodMs };
    const needsValues = !/^(Sum|Average|Minimum|Maximum|SampleCount)$/.test(Stat);
    const points = datapoints(seriesOf(sources, call, Metric, Unit), span)
      .filter(({ distribution }) => !needsValues || hasValues(distribution))
      .map(({ atMs, distribution }) => [atMs, statistic(distribution)] as const);
    return { values: new Map(points), periodMs, label: Label ?? Metric.MetricName ?? Id };
  }

  /** The value of every query, made when first asked for: expressions may name each other. */
  function valuesOf(input: Input, call: Call): (query: Query) => MathValue {
    const { MetricDataQueries: queries } = input;
    const byId = new Map(queries.map((query) => [query.Id, query]));
    const known = new Map<string, MathValue | 'under way'>();
    let computed = 0;
    const scope: MathScope = {
      valueOf(id) {
        const query = byId.get(id);
        return query && value(query);
      },
      metrics: () => queries.flatMap((query) => (query.MetricStat === undefined ? [] : [value(query) as TimeSeries])),
    };
    function value(query: Query): MathValue {
      const before = known.get(query.Id);
      if (before === 'under way')
        throw invalid(`The expression of the query with the Id ${query.Id} refers to itself.`);
      if (before !== undefined) return before;
      known.set(query.Id, 'under way');
      const made = query.Expression === undefined ? measured(query, input, call) : compileMath(query.Expression)(scope);
      known.set(query.Id, made);
      if (typeof made === 'object') for (const { values } of isSeries(made) ? [made] : made) computed += values.size;
      if (computed > maxComputed) throw invalid(`The queries make more than ${maxComputed} data points.`);
      return made;
    }
    return value;
  }

  return function getMetricDataOf(input, call) {
    const { MetricDataQueries: queries, StartTime, EndTime, ScanBy = 'TimestampDescending', NextToken } = input;
    if (StartTime >= EndTime) throw startsAfterEnd();
    if (queries.length > maxQueries) throw tooMany('MetricDataQueries', maxQueries);
    checkQueries(queries);
    if (input.MaxDatapoints !== undefined && input.MaxDatapoints < 1)
      throw badValue('MaxDatapoints', input.MaxDatapoints);
    const most = Math.min(maxDatapoints, input.MaxDatapoints ?? maxDatapoints);
    const from = NextToken === undefined ? 0 : Number(/^from-(\d{1,9})$/.exec(NextToken)?.[1] ?? Number.NaN);
    if (Number.isNaN(from)) throw badToken();
    const computed = valuesOf(input, call);
    // Pages are cut out of all rows, one query after the other.
    let passed = 0;
    let left = most;
    let isCut = false;
    const results = queries
      .filter(({ ReturnData }) => ReturnData !== false)
      .flatMap((query) => resultsOf(query, computed(query)))
      .map(({ Id, Label, series }) => {
        const rows = [...series.values].sort(([a], [b]) => a - b);
        if (ScanBy === 'TimestampDescending') rows.reverse();
        const skipped = Math.max(0, from - passed);
        const page = rows.slice(skipped, skipped + left);
        passed += rows.length;
        left -= page.length;
        const isPartial = skipped + page.length < rows.length;
        isCut ||= isPartial;
        return {
          ...{ Id, Label },
          Timestamps: page.map(([atMs]) => atMs),
          Values: page.map(([, value]) => value),
          StatusCode: isPartial ? ('PartialData' as const) : ('Complete' as const),
        };
      });
    return {
      MetricDataResults: results,
      Messages: [],
      ...(isCut ? { NextToken: `from-${from + most}` } : {}),
    };
  };
}

/** An expression that makes several series has several results of its id. */
function resultsOf({ Id, Label, Expression }: Query, value: MathValue) {
  if (typeof value !== 'object') {
    throw invalid(`The expression of the query with the Id ${Id} must return a time series.`);
  }
  if (isSeries(value)) return [{ Id, Label: Label ?? (Expression === undefined ? value.label : Id), series: value }];
  return value.map((series) => ({
    Id,
    Label: Label === undefined ? series.label : `${Label} ${series.label}`,
    series,
  }));
}

/** Ids name results and are variables of expressions. */
function checkQueries(queries: readonly Query[]): void {
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
