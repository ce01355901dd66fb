/** Alarms as they are kept: what was configured, the state they are in, and what happened to them. */
import { collection } from '../../../ports/store.ts';
import type { AlarmHistoryItem, MetricDataQuery, PutMetricAlarmInput } from '../../../wire/generated/cloudwatch.ts';
import type { Dimension } from '../series.ts';

export type StateValue = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export interface AlarmState {
  readonly value: StateValue;
  readonly reason: string;
  /** JSON; what CloudWatch decided by. */
  readonly reasonData: string | undefined;
  /** Epoch milliseconds: when reason or value last changed. */
  readonly updatedMs: number;
  /** When the value last changed. */
  readonly transitionedMs: number;
}

export interface AlarmOf<Config> {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  /** As put, with its defaults. */
  readonly config: Config;
  readonly tags: Readonly<Record<string, string>>;
  readonly configUpdatedMs: number;
  readonly state: AlarmState;
}

/** On a metric or on an expression. */
export type MetricAlarmRecord = AlarmOf<AlarmConfig>;
/** On the states of other alarms. */
export type CompositeRecord = AlarmOf<CompositeConfig>;
export type AlarmRecord = MetricAlarmRecord | CompositeRecord;

export const isComposite = (alarm: AlarmRecord): alarm is CompositeRecord => 'AlarmRule' in alarm.config;
export const isOfMetric = (alarm: AlarmRecord): alarm is MetricAlarmRecord => !isComposite(alarm);

export interface CompositeConfig {
  readonly AlarmRule: string;
  readonly AlarmDescription?: string;
  readonly ActionsEnabled: boolean;
  readonly OKActions: string[];
  readonly AlarmActions: string[];
  readonly InsufficientDataActions: string[];
}

export type AlarmConfig = Omit<
  PutMetricAlarmInput,
  'AlarmName' | 'Tags' | 'EvaluationPeriods' | 'ComparisonOperator'
> & {
  readonly ActionsEnabled: boolean;
  readonly EvaluationPeriods: number;
  readonly ComparisonOperator: Comparison;
  readonly Threshold: number;
  readonly OKActions: string[];
  readonly AlarmActions: string[];
  readonly InsufficientDataActions: string[];
  readonly Dimensions: Dimension[];
};

/** Those against one number; bands of anomaly detection are refused. */
export type Comparison =
  | 'GreaterThanOrEqualToThreshold'
  | 'GreaterThanThreshold'
  | 'LessThanThreshold'
  | 'LessThanOrEqualToThreshold';

export const alarms = collection<AlarmRecord>('cloudwatch-alarms');

export const alarmKey = ({ account, region, name }: Pick<AlarmRecord, 'account' | 'region' | 'name'>): string[] => [
  account,
  region,
  name,
];

export const alarmArn = ({ account, region, name }: Pick<AlarmRecord, 'account' | 'region' | 'name'>): string =>
  `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`;

/** The queries an alarm asks: its own, or the one its metric is; and the id of the one that is watched. */
export function watchedQueries({ config }: MetricAlarmRecord): {
  readonly queries: readonly MetricDataQuery[];
  readonly id: string;
} {
  const { Metrics, MetricName, Namespace, Dimensions, Period, Unit } = config;
  if (Metrics !== undefined && Metrics.length > 0) {
    return { queries: Metrics, id: Metrics.find(({ ReturnData }) => ReturnData !== false)!.Id };
  }
  const Metric = { Namespace: Namespace!, MetricName: MetricName!, Dimensions };
  const Stat = config.Statistic ?? config.ExtendedStatistic!;
  const MetricStat = { Metric, Period: Period!, Stat, ...(Unit !== undefined && { Unit }) };
  return { queries: [{ Id: 'm1', MetricStat }], id: 'm1' };
}

/** Seconds of a data point: the alarm's own, or the longest of what its expression is over. */
export function periodSeconds({ config }: MetricAlarmRecord): number {
  if (config.Period !== undefined) return config.Period;
  const periods = (config.Metrics ?? []).map(({ Period, MetricStat }) => Period ?? MetricStat?.Period ?? 60);
  return Math.max(60, ...periods);
}

/** What happened to an alarm, oldest first; kept for two weeks (guide, common features of alarms). */
export interface HistoryRecord {
  readonly items: readonly KeptItem[];
}

export type KeptItem = Required<
  Pick<AlarmHistoryItem, 'HistoryData' | 'HistoryItemType' | 'HistorySummary' | 'Timestamp'>
>;

export const histories = collection<HistoryRecord>('cloudwatch-alarm-histories');

const keptMs = 14 * 86_400_000;
const mostItems = 500;

/** The history with what was added, without what is too old. */
export function withItems(
  history: HistoryRecord | undefined,
  added: readonly KeptItem[],
  nowMs: number,
): HistoryRecord {
  const items = [...(history?.items ?? []), ...added].filter(({ Timestamp }) => Timestamp > nowMs - keptMs);
  return { items: items.slice(-mostItems) };
}
