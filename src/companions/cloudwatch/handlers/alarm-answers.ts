/** Alarms and their history as CloudWatch's operations answer them. */
import type { AlarmHistoryItem, CompositeAlarm, MetricAlarm } from '../../../wire/generated/cloudwatch.ts';
import {
  type AlarmRecord,
  alarmArn,
  type CompositeRecord,
  isComposite,
  type KeptItem,
  type MetricAlarmRecord,
} from '../alarms/alarm-record.ts';

/** What both types have. */
const ofState = (alarm: AlarmRecord) => ({
  AlarmName: alarm.name,
  AlarmArn: alarmArn(alarm),
  AlarmConfigurationUpdatedTimestamp: alarm.configUpdatedMs,
  StateValue: alarm.state.value,
  StateReason: alarm.state.reason,
  ...(alarm.state.reasonData !== undefined && { StateReasonData: alarm.state.reasonData }),
  StateUpdatedTimestamp: alarm.state.updatedMs,
  StateTransitionedTimestamp: alarm.state.transitionedMs,
});

export const shown = (alarm: MetricAlarmRecord): MetricAlarm => ({ ...alarm.config, ...ofState(alarm) });

export const shownComposite = (alarm: CompositeRecord): CompositeAlarm => ({ ...alarm.config, ...ofState(alarm) });

/** What the history says of a change of configuration. */
export function configUpdate(alarm: AlarmRecord, what: string, type: string, atMs: number): KeptItem {
  const data = { version: '1.0', type, [`${what}Alarm`]: isComposite(alarm) ? shownComposite(alarm) : shown(alarm) };
  return {
    Timestamp: atMs,
    HistoryItemType: 'ConfigurationUpdate',
    HistorySummary: `Alarm "${alarm.name}" ${what}`,
    HistoryData: JSON.stringify(data).slice(0, 4095),
  };
}

export const historyItem = (
  AlarmName: string,
  AlarmType: 'MetricAlarm' | 'CompositeAlarm',
  item: KeptItem,
): AlarmHistoryItem => ({ AlarmName, AlarmType, ...item });
