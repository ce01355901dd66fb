/** GetMetricData: several metrics and expressions at once, newest first unless asked otherwise. */
import type { Operation } from '../../../wire/call.ts';
import type { Operations } from '../../../wire/generated/cloudwatch.ts';
import { maxDatapoints } from '../math-functions.ts';
import { isSeries, type MathValue } from '../metric-math.ts';
import { checkQueries, queryValues } from '../metric-queries.ts';
import { badToken, badValue, invalid, startsAfterEnd, tooMany } from '../refusals.ts';
import type { SeriesSource } from '../series.ts';

type GetMetricData = Operations['GetMetricData'];
type Input = GetMetricData['input'];
type Query = Input['MetricDataQueries'][number];

const maxQueries = 500;

export function getMetricData(sources: readonly SeriesSource[]): Operation<Input, GetMetricData['output']> {
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
    const computed = queryValues(sources, queries, { fromMs: StartTime, untilMs: EndTime, isAligned: true }, call);
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
