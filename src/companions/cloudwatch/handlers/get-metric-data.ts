/** GetMetricData: several metrics at once, newest first unless asked otherwise. */
import { Problem } from '../../../base/problem.ts';
import type { Call, Operation } from '../../../wire/call.ts';
import type { Operations } from '../../../wire/generated/cloudwatch.ts';
import { datapoints, hasValues, isPeriod, seriesOf } from '../datapoints.ts';
import { badToken, invalid, startsAfterEnd, tooMany } from '../refusals.ts';
import type { SeriesSource } from '../series.ts';
import { statisticNamed } from '../statistics.ts';

type GetMetricData = Operations['GetMetricData'];
type Input = GetMetricData['input'];
type Query = Input['MetricDataQueries'][number];

const maxQueries = 500;
const maxDatapoints = 100_800;

interface Row {
  readonly atMs: number;
  readonly value: number;
}

export function getMetricData(sources: readonly SeriesSource[]): Operation<Input, GetMetricData['output']> {
  function rowsOf({ Id, MetricStat, Expression }: Query, { StartTime, EndTime }: Input, call: Call): Row[] {
    if (Expression !== undefined) {
      throw new Problem(
        'NotImplementedException',
        `Metric math is not built yet in Gatewright: the query ${Id} asks for ${Expression}.`,
      );
    }
    if (MetricStat === undefined) {
      throw invalid(`Exactly one of MetricStat and Expression must be specified in the query with the Id ${Id}.`);
    }
    const { Metric, Period, Stat, Unit } = MetricStat;
    const statistic = statisticNamed(Stat);
    if (statistic === undefined) throw invalid(`The value ${Stat} of Stat in the query with the Id ${Id} is invalid.`);
    if (!isPeriod(Period)) throw invalid(`The value ${Period} of Period in the query with the Id ${Id} is invalid.`);
    const periodMs = Period * 1000;
    const span = { fromMs: Math.floor(StartTime / periodMs) * periodMs, untilMs: EndTime, periodMs };
    const needsValues = !/^(Sum|Average|Minimum|Maximum|SampleCount)$/.test(Stat);
    return datapoints(seriesOf(sources, call, Metric, Unit), span)
      .filter(({ distribution }) => !needsValues || hasValues(distribution))
      .map(({ atMs, distribution }) => ({ atMs, value: statistic(distribution) }));
  }

  return function getMetricDataOf(input, call) {
    const { MetricDataQueries: queries, StartTime, EndTime, ScanBy = 'TimestampDescending', NextToken } = input;
    if (StartTime >= EndTime) throw startsAfterEnd();
    if (queries.length > maxQueries) throw tooMany('MetricDataQueries', maxQueries);
    checkIds(queries);
    const most = Math.min(maxDatapoints, input.MaxDatapoints ?? maxDatapoints);
    const from = NextToken === undefined ? 0 : Number(/^from-(\d{1,9})$/.exec(NextToken)?.[1] ?? Number.NaN);
    if (Number.isNaN(from) || most < 1) throw badToken();
    // Pages are cut out of all rows, one query after the other.
    let passed = 0;
    let left = most;
    let isCut = false;
    const results = queries
      .filter(({ ReturnData }) => ReturnData !== false)
      .map((query) => {
        const rows = rowsOf(query, input, call);
        if (ScanBy === 'TimestampDescending') rows.reverse();
        const page = rows.slice(Math.max(0, from - passed), Math.max(0, from - passed) + left);
        const reached = Math.max(0, from - passed) + page.length;
        passed += rows.length;
        left -= page.length;
        const isPartial = reached < rows.length;
        isCut ||= isPartial;
        return {
          Id: query.Id,
          Label: query.Label ?? query.MetricStat?.Metric.MetricName ?? query.Id,
          Timestamps: page.map(({ atMs }) => atMs),
          Values: page.map(({ value }) => value),
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

/** Ids name results and are variables of expressions. */
function checkIds(queries: readonly Query[]): void {
  const seen = new Set<string>();
  for (const { Id } of queries) {
    if (!/^[a-z][a-zA-Z0-9_]*$/.test(Id)) throw invalid(`The value for field Id is invalid: ${Id}`);
    if (seen.has(Id)) throw invalid(`The values for parameter id in member MetricDataQueries are not unique.`);
    seen.add(Id);
  }
}
