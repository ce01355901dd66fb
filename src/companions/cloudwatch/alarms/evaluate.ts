/** An alarm held against its metrics: its newest data points, the state they put it in, and why, in CloudWatch's words. */
import { isSeries } from '../metric-math.ts';
import { queryValues } from '../metric-queries.ts';
import type { SeriesSource } from '../series.ts';
import {
  type AlarmState,
  type Comparison,
  type MetricAlarmRecord,
  periodSeconds,
  watchedQueries,
} from './alarm-record.ts';
import { extraPeriods, judge, type Points, type Rules } from './alarm-state.ts';

type Decided = Pick<AlarmState, 'value' | 'reason' | 'reasonData'>;

const comparisons: Readonly<
  Record<Comparison, { words: string; isBreaching(value: number, threshold: number): boolean }>
> = {
  GreaterThanOrEqualToThreshold: {
    words: 'greater than or equal to',
    isBreaching: (value, threshold) => value >= threshold,
  },
  GreaterThanThreshold: { words: 'greater than', isBreaching: (value, threshold) => value > threshold },
  LessThanThreshold: { words: 'less than', isBreaching: (value, threshold) => value < threshold },
  LessThanOrEqualToThreshold: {
    words: 'less than or equal to',
    isBreaching: (value, threshold) => value <= threshold,
  },
};

/** The state an alarm is in at `nowMs`; undefined when it stays in the one it is in. */
export function evaluated(
  alarm: MetricAlarmRecord,
  sources: readonly SeriesSource[],
  nowMs: number,
): Decided | undefined {
  const { config, state } = alarm;
  const periodMs = periodSeconds(alarm) * 1000;
  // Whole minutes count, of metrics of high resolution ten seconds: what is still being measured does not.
  const gridMs = Math.min(periodMs, periodMs < 60_000 ? 10_000 : 60_000);
  const untilMs = Math.floor(nowMs / gridMs) * gridMs;
  const periods = config.EvaluationPeriods + extraPeriods;
  const span = { fromMs: untilMs - periods * periodMs, untilMs, periodMs, periods };
  let points: Points;
  try {
    points = pointsOf(alarm, sources, span);
  } catch (error) {
    const decided = {
      value: 'INSUFFICIENT_DATA' as const,
      reason: `Evaluation error: ${(error as Error).message}`,
      reasonData: undefined,
    };
    return state.value === decided.value && state.reason === decided.reason ? undefined : decided;
  }
  if (hasTooFewSamples(alarm, sources, span)) return undefined;
  const comparison = comparisons[config.ComparisonOperator];
  const rules: Rules = {
    evaluationPeriods: config.EvaluationPeriods,
    datapointsToAlarm: config.DatapointsToAlarm ?? config.EvaluationPeriods,
    treatMissingData: (config.TreatMissingData ?? 'missing') as Rules['treatMissingData'],
    isBreaching: (value) => comparison.isBreaching(value, config.Threshold),
  };
  const verdict = judge(points, rules);
  if (verdict.state === undefined || verdict.state === state.value) return undefined;
  const known = verdict.evaluated.map((i) => ({ atMs: span.fromMs + i * periodMs, value: points[i]! })).reverse();
  return {
    value: verdict.state,
    reason: reasonOf(verdict.state, known, verdict.filled, rules, alarm),
    reasonData: JSON.stringify({
      version: '1.0',
      queryDate: amazonTime(nowMs),
      ...(known.length > 0 && { startDate: amazonTime(known.at(-1)!.atMs) }),
      ...(config.Unit !== undefined && { unit: config.Unit }),
      ...(config.Statistic !== undefined && { statistic: config.Statistic }),
      ...(config.ExtendedStatistic !== undefined && { statistic: config.ExtendedStatistic }),
      period: periodMs / 1000,
      recentDatapoints: known.map(({ value }) => value).reverse(),
      threshold: config.Threshold,
      evaluatedDatapoints: known.map(({ atMs, value }) => ({ timestamp: amazonTime(atMs), value })),
    }),
  };
}

interface PointsSpan {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly periodMs: number;
  readonly periods: number;
}

/** One value for each period. Throws a Problem for an expression that cannot be computed. */
function pointsOf(alarm: MetricAlarmRecord, sources: readonly SeriesSource[], span: PointsSpan): Points {
  const { queries, id } = watchedQueries(alarm);
  const computed = queryValues(sources, queries, { ...span, isAligned: false }, alarm);
  const made = computed(queries.find((query) => query.Id === id)!);
  const series = typeof made === 'object' && !isSeries(made) && made.length === 1 ? made[0]! : made;
  if (typeof series !== 'object' || !isSeries(series)) {
    throw new Error(`The expression of the query with the Id ${id} must return a single time series.`);
  }
  const points: (number | undefined)[] = Array.from({ length: span.periods }, () => undefined);
  for (const [atMs, value] of series.values) {
    const i = Math.floor((atMs - span.fromMs) / span.periodMs);
    if (i >= 0 && i < points.length) points[i] = value;
  }
  return points;
}

/** Percentiles of few samples say little; whether that matters the alarm says (guide, percentile-based alarms and low data samples). */
function hasTooFewSamples(alarm: MetricAlarmRecord, sources: readonly SeriesSource[], span: PointsSpan): boolean {
  const { ExtendedStatistic, EvaluateLowSampleCountPercentile } = alarm.config;
  const percentile = Number(/^p([\d.]+)$/.exec(ExtendedStatistic ?? '')?.[1] ?? Number.NaN) / 100;
  if (EvaluateLowSampleCountPercentile !== 'ignore' || Number.isNaN(percentile)) return false;
  const least = 10 / (percentile >= 0.5 ? 1 - percentile : percentile);
  const { ExtendedStatistic: _, ...config } = alarm.config;
  const counts = pointsOf({ ...alarm, config: { ...config, Statistic: 'SampleCount' } }, sources, span);
  const known = counts.filter((count) => count !== undefined).slice(-alarm.config.EvaluationPeriods);
  return known.some((count) => count < least);
}

/** As CloudWatch words it (seen in alarms users quote). `known` is newest first. */
function reasonOf(
  state: AlarmState['value'],
  known: readonly { readonly atMs: number; readonly value: number }[],
  filled: number,
  { evaluationPeriods, datapointsToAlarm, treatMissingData, isBreaching }: Rules,
  alarm: MetricAlarmRecord,
): string {
  const { config } = alarm;
  if (state === 'INSUFFICIENT_DATA') {
    return `Insufficient Data: ${filled} ${filled === 1 ? 'datapoint was' : 'datapoints were'} unknown.`;
  }
  const treated = treatMissingData === 'breaching' ? 'Breaching' : 'NonBreaching';
  const missing = `${filled} missing ${filled === 1 ? 'datapoint was' : 'datapoints were'} treated as [${treated}]`;
  const isFilled = filled > 0 && (treatMissingData === 'breaching' || treatMissingData === 'notBreaching');
  if (known.length === 0) {
    return `Threshold Crossed: no datapoints were received for ${filled} ${filled === 1 ? 'period' : 'periods'} and ${missing}.`;
  }
  const isAlarm = state === 'ALARM';
  const deciding = known.filter(({ value }) => isBreaching(value) === isAlarm);
  const shown = deciding.length > 0 ? deciding : known;
  const listed = shown.map(({ atMs, value }) => `${javaDouble(value)} (${dayFirst(atMs)})`).join(', ');
  const was = `${shown.length === 1 ? 'was' : 'were'}${isAlarm ? '' : ' not'}`;
  const { words } = comparisons[config.ComparisonOperator];
  const most = isAlarm ? datapointsToAlarm : evaluationPeriods - datapointsToAlarm + 1;
  const transition = isAlarm ? 'OK -> ALARM' : 'ALARM -> OK';
  return (
    `Threshold Crossed: ${shown.length} out of the last ${evaluationPeriods} datapoints [${listed}] ${was} ${words} the threshold ` +
    `(${javaDouble(config.Threshold)})${isFilled ? ` and ${missing}` : ''} (minimum ${most} ${most === 1 ? 'datapoint' : 'datapoints'} for ${transition} transition).`
  );
}

const javaDouble = (value: number): string => (Number.isInteger(value) ? value.toFixed(1) : String(value));

/** `27/08/12 17:59:00` */
function dayFirst(ms: number): string {
  const text = new Date(ms).toISOString();
  return `${text.slice(8, 10)}/${text.slice(5, 7)}/${text.slice(2, 4)} ${text.slice(11, 19)}`;
}

/** `2012-08-27T17:59:00.000+0000` */
export const amazonTime = (ms: number): string => new Date(ms).toISOString().replace('Z', '+0000');
