/** What an alarm may be: PutMetricAlarm's input with its defaults, or a refusal. */
import type { PutCompositeAlarmInput, PutMetricAlarmInput } from '../../../wire/generated/cloudwatch.ts';
import { isPeriod } from '../datapoints.ts';
import { compileMath } from '../metric-math.ts';
import { checkQueries } from '../metric-queries.ts';
import { badValue, exclusive, invalid, missingParameter, notBuilt } from '../refusals.ts';
import { statisticNamed } from '../statistics.ts';
import type { AlarmConfig, Comparison, CompositeConfig } from './alarm-record.ts';

const treatments: ReadonlySet<string> = new Set(['breaching', 'notBreaching', 'ignore', 'missing']);
const daySeconds = 86_400;

/** Throws in AWS's kinds. */
export function alarmConfig(input: PutMetricAlarmInput): AlarmConfig {
  const { AlarmName: _, Tags: __, ...given } = input;
  const { ComparisonOperator, EvaluationPeriods, Threshold, TreatMissingData, DatapointsToAlarm } = given;
  if (given.EvaluationCriteria !== undefined) throw notBuilt('An alarm on a PromQL query');
  if (given.ThresholdMetricId !== undefined || /Lower|Upper/.test(ComparisonOperator ?? '')) {
    throw notBuilt('An alarm on the band of an anomaly detector');
  }
  if (ComparisonOperator === undefined) throw missingParameter('ComparisonOperator');
  if (EvaluationPeriods === undefined) throw missingParameter('EvaluationPeriods');
  if (Threshold === undefined) throw missingParameter('Threshold');
  if (!Number.isFinite(Threshold)) throw badValue('Threshold', Threshold);
  if (DatapointsToAlarm !== undefined && DatapointsToAlarm > EvaluationPeriods) {
    throw invalid('The value for DatapointsToAlarm must be less than or equal to the value for EvaluationPeriods.');
  }
  if (TreatMissingData !== undefined && !treatments.has(TreatMissingData)) {
    throw badValue('TreatMissingData', TreatMissingData);
  }
  if (given.Metrics !== undefined && given.Metrics.length > 0) checkExpression(given);
  else checkMetric(given);
  const period = given.Period ?? Math.max(60, ...(given.Metrics ?? []).map(queryPeriod));
  if (period * EvaluationPeriods > (period < 3600 ? daySeconds : 7 * daySeconds)) {
    throw invalid('Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be <= 86400).');
  }
  return {
    ...given,
    ActionsEnabled: given.ActionsEnabled ?? true,
    ...{ EvaluationPeriods, Threshold, ComparisonOperator: ComparisonOperator as Comparison },
    ...actionsOf(given),
    Dimensions: (given.Dimensions ?? []).map(({ Name, Value }) => ({ Name, Value })),
  };
}

/** Of a composite alarm. */
export function compositeConfig(input: PutCompositeAlarmInput): CompositeConfig {
  if (input.ActionsSuppressor !== undefined) throw notBuilt('A composite alarm with a suppressor of its actions');
  const { AlarmRule, AlarmDescription } = input;
  return {
    AlarmRule,
    ...(AlarmDescription !== undefined && { AlarmDescription }),
    ActionsEnabled: input.ActionsEnabled ?? true,
    ...actionsOf(input),
  };
}

const actionsOf = (given: Pick<PutMetricAlarmInput, 'OKActions' | 'AlarmActions' | 'InsufficientDataActions'>) => ({
  OKActions: [...(given.OKActions ?? [])],
  AlarmActions: [...(given.AlarmActions ?? [])],
  InsufficientDataActions: [...(given.InsufficientDataActions ?? [])],
});

const queryPeriod = ({ Period, MetricStat }: NonNullable<PutMetricAlarmInput['Metrics']>[number]): number =>
  Period ?? MetricStat?.Period ?? 0;

function checkMetric(given: Omit<PutMetricAlarmInput, 'AlarmName'>): void {
  const { MetricName, Namespace, Period, Statistic, ExtendedStatistic, EvaluateLowSampleCountPercentile } = given;
  if (MetricName === undefined) throw missingParameter('MetricName');
  if (Namespace === undefined) throw missingParameter('Namespace');
  if (Statistic !== undefined && ExtendedStatistic !== undefined) throw exclusive('Statistic', 'ExtendedStatistic');
  if (Statistic === undefined && ExtendedStatistic === undefined) {
    throw invalid('Exactly one of Statistic and ExtendedStatistic must be specified.');
  }
  if (ExtendedStatistic !== undefined && !isExtended(ExtendedStatistic)) {
    throw badValue('ExtendedStatistic', ExtendedStatistic);
  }
  if (Period === undefined) throw missingParameter('Period');
  if (!isPeriod(Period)) throw badValue('Period', Period);
  if (
    EvaluateLowSampleCountPercentile !== undefined &&
    !['evaluate', 'ignore'].includes(EvaluateLowSampleCountPercentile)
  ) {
    throw invalid(
      `Option ${EvaluateLowSampleCountPercentile} is not supported. Supported options are 'evaluate' and 'ignore'.`,
    );
  }
}

const isExtended = (name: string): boolean =>
  !/^(?:Sum|Average|Minimum|Maximum|SampleCount)$/.test(name) && statisticNamed(name) !== undefined;

function checkExpression(given: Omit<PutMetricAlarmInput, 'AlarmName'>): void {
  const { Metrics = [] } = given;
  for (const name of ['MetricName', 'Namespace', 'Period', 'Statistic', 'ExtendedStatistic', 'Unit'] as const) {
    if (given[name] !== undefined) throw exclusive('Metrics', name);
  }
  if ((given.Dimensions ?? []).length > 0) throw exclusive('Metrics', 'Dimensions');
  checkQueries(Metrics);
  for (const { Expression, MetricStat } of Metrics) {
    if (Expression !== undefined) compileMath(Expression);
    if (MetricStat !== undefined && statisticNamed(MetricStat.Stat) === undefined)
      throw badValue('Stat', MetricStat.Stat);
    if (MetricStat !== undefined && !isPeriod(MetricStat.Period)) throw badValue('Period', MetricStat.Period);
  }
  // The one that is watched.
  if (Metrics.filter(({ ReturnData }) => ReturnData !== false).length !== 1) {
    throw invalid('Exactly one element of the metrics list should return data.');
  }
}
