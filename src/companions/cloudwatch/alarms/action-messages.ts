/** What an alarm tells whoever acts on it: the message SNS carries, and the event a function gets. */
import {
  type AlarmRecord,
  type AlarmState,
  alarmArn,
  isComposite,
  type MetricAlarmRecord,
  watchedQueries,
} from './alarm-record.ts';
import { amazonTime } from './evaluate.ts';

const regionNames: Readonly<Record<string, string>> = {
  'us-east-1': 'US East (N. Virginia)',
  'us-east-2': 'US East (Ohio)',
  'us-west-1': 'US West (N. California)',
  'us-west-2': 'US West (Oregon)',
  'ca-central-1': 'Canada (Central)',
  'eu-central-1': 'EU (Frankfurt)',
  'eu-west-1': 'EU (Ireland)',
  'eu-west-2': 'EU (London)',
  'eu-west-3': 'EU (Paris)',
  'eu-north-1': 'EU (Stockholm)',
  'ap-northeast-1': 'Asia Pacific (Tokyo)',
  'ap-northeast-2': 'Asia Pacific (Seoul)',
  'ap-south-1': 'Asia Pacific (Mumbai)',
  'ap-southeast-1': 'Asia Pacific (Singapore)',
  'ap-southeast-2': 'Asia Pacific (Sydney)',
  'sa-east-1': 'South America (Sao Paulo)',
};

/** By the names its messages have; a region we know no name of is called by its code. */
const regionName = (region: string): string => regionNames[region] ?? region;

const statisticNames: Readonly<Record<string, string>> = {
  SampleCount: 'SAMPLE_COUNT',
  Average: 'AVERAGE',
  Sum: 'SUM',
  Minimum: 'MINIMUM',
  Maximum: 'MAXIMUM',
};

/** `Subject` of the notification. */
export const subjectOf = (alarm: AlarmRecord): string =>
  `${alarm.state.value}: "${alarm.name}" in ${regionName(alarm.region)}`;

/** `Message` of the notification: JSON. */
export function messageOf(alarm: AlarmRecord, before: AlarmState): string {
  const { config, state } = alarm;
  return JSON.stringify({
    AlarmName: alarm.name,
    AlarmDescription: config.AlarmDescription ?? null,
    AWSAccountId: alarm.account,
    AlarmConfigurationUpdatedTimestamp: amazonTime(alarm.configUpdatedMs),
    NewStateValue: state.value,
    NewStateReason: state.reason,
    StateChangeTime: amazonTime(state.updatedMs),
    Region: regionName(alarm.region),
    AlarmArn: alarmArn(alarm),
    OldStateValue: before.value,
    OKActions: config.OKActions,
    AlarmActions: config.AlarmActions,
    InsufficientDataActions: config.InsufficientDataActions,
    ...(isComposite(alarm) ? { AlarmRule: alarm.config.AlarmRule } : { Trigger: triggerOf(alarm.config) }),
  });
}

function triggerOf(config: MetricAlarmRecord['config']) {
  return {
    ...(config.Metrics === undefined ? ofMetric(config) : { Metrics: config.Metrics }),
    Period: config.Period,
    EvaluationPeriods: config.EvaluationPeriods,
    DatapointsToAlarm: config.DatapointsToAlarm,
    ComparisonOperator: config.ComparisonOperator,
    Threshold: config.Threshold,
    TreatMissingData: config.TreatMissingData ?? 'missing',
    EvaluateLowSampleCountPercentile: config.EvaluateLowSampleCountPercentile ?? '',
  };
}

function ofMetric(config: MetricAlarmRecord['config']) {
  const { MetricName, Namespace, Statistic, ExtendedStatistic, Unit, Dimensions } = config;
  return {
    MetricName,
    Namespace,
    ...(Statistic === undefined
      ? { StatisticType: 'ExtendedStatistic', ExtendedStatistic }
      : { StatisticType: 'Statistic', Statistic: statisticNames[Statistic] }),
    Unit: Unit ?? null,
    Dimensions: Dimensions.map(({ Name, Value }) => ({ value: Value, name: Name })),
  };
}

/** What a function gets that is an alarm's action ("Invoke a Lambda function from an alarm"). */
export function functionEvent(alarm: AlarmRecord, before: AlarmState): string {
  const shown = (state: AlarmState) => ({
    value: state.value,
    reason: state.reason,
    ...(state.reasonData !== undefined && { reasonData: state.reasonData }),
    timestamp: amazonTime(state.updatedMs),
  });
  const metrics = isComposite(alarm) ? undefined : metricsOf(alarm);
  const { AlarmDescription: description } = alarm.config;
  return JSON.stringify({
    source: 'aws.cloudwatch',
    alarmArn: alarmArn(alarm),
    accountId: alarm.account,
    time: amazonTime(alarm.state.updatedMs),
    region: alarm.region,
    alarmData: {
      alarmName: alarm.name,
      state: shown(alarm.state),
      previousState: shown(before),
      configuration: {
        ...(description !== undefined && { description }),
        ...(isComposite(alarm) ? { alarmRule: alarm.config.AlarmRule } : { metrics }),
      },
    },
  });
}

function metricsOf(alarm: MetricAlarmRecord) {
  return watchedQueries(alarm).queries.map(({ Id, MetricStat, Expression, Label, ReturnData = true }) => ({
    id: Id,
    ...(MetricStat !== undefined && {
      metricStat: {
        metric: {
          namespace: MetricStat.Metric.Namespace,
          name: MetricStat.Metric.MetricName,
          dimensions: Object.fromEntries((MetricStat.Metric.Dimensions ?? []).map(({ Name, Value }) => [Name, Value])),
        },
        period: MetricStat.Period,
        stat: MetricStat.Stat,
        ...(MetricStat.Unit !== undefined && { unit: MetricStat.Unit }),
      },
    }),
    ...(Expression !== undefined && { expression: Expression }),
    ...(Label !== undefined && { label: Label }),
    returnData: ReturnData,
  }));
}
