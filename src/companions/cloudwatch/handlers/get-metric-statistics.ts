/** GetMetricStatistics: one metric, period by period. */
import type { Operation } from '../../../wire/call.ts';
import type { Operations } from '../../../wire/generated/cloudwatch.ts';
import { datapoints, hasValues, isPeriod, seriesOf } from '../datapoints.ts';
import { badPeriod, badValue, exclusive, noStatistic, startsAfterEnd, tooManyDatapoints } from '../refusals.ts';
import type { MetricSeries, SeriesSource } from '../series.ts';
import { statisticNamed } from '../statistics.ts';

type GetMetricStatistics = Operations['GetMetricStatistics'];
type Output = GetMetricStatistics['output'];

/** AWS's limit for one call. */
const maxDatapoints = 1440;

export function getMetricStatistics(sources: readonly SeriesSource[]): Operation<GetMetricStatistics['input'], Output> {
  return function getMetricStatisticsOf(input, call) {
    const { MetricName, Statistics = [], ExtendedStatistics = [], StartTime, EndTime, Period, Unit } = input;
    if (Statistics.length > 0 && ExtendedStatistics.length > 0) throw exclusive('Statistics', 'ExtendedStatistics');
    if (Statistics.length === 0 && ExtendedStatistics.length === 0) throw noStatistic();
    const extended = ExtendedStatistics.map((name) => {
      const statistic = /^(Sum|Average|Minimum|Maximum|SampleCount)$/.test(name) ? undefined : statisticNamed(name);
      if (statistic === undefined) throw badValue('ExtendedStatistics', name);
      return [name, statistic] as const;
    });
    if (!isPeriod(Period)) throw badPeriod('Period');
    // Data of the last days begins at whole minutes, that of high resolution at whole periods (guide, StartTime).
    const unitMs = Math.min(Period, 60) * 1000;
    const fromMs = Math.floor(StartTime / unitMs) * unitMs;
    if (StartTime >= EndTime) throw startsAfterEnd();
    const most = Math.ceil((EndTime - fromMs) / (Period * 1000));
    if (most > maxDatapoints) throw tooManyDatapoints(most, maxDatapoints);

    const span = { fromMs, untilMs: EndTime, periodMs: Period * 1000 };
    const byUnit = Map.groupBy(seriesOf(sources, call, input, Unit), ({ unit }) => unit);
    const found = [...byUnit].flatMap(([unit, series]) => datapointsOf(unit, series));
    return { Label: MetricName, Datapoints: found } as Output;

    function datapointsOf(unit: string, series: MetricSeries[]) {
      return datapoints(series, span)
        .filter(({ distribution }) => extended.length === 0 || hasValues(distribution))
        .map(({ atMs, distribution }) => ({
          Timestamp: atMs,
          ...Object.fromEntries(Statistics.map((name) => [name, statisticNamed(name)!(distribution)])),
          ...(extended.length > 0 && {
            ExtendedStatistics: Object.fromEntries(
              extended.map(([name, statistic]) => [name, statistic(distribution)]),
            ),
          }),
          Unit: unit,
        }));
    }
  };
}
