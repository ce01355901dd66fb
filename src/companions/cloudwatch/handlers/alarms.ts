/** Alarms: put, described, set, deleted, and what happened to them. */
import type { Clock } from '../../../base/clock.ts';
import type { Store, WriteTransaction } from '../../../ports/store.ts';
import type { Call, Handlers } from '../../../wire/call.ts';
import type { AlarmHistoryItem, MetricAlarm, Operations } from '../../../wire/generated/cloudwatch.ts';
import {
  type AlarmRecord,
  alarmArn,
  alarmKey,
  alarms,
  histories,
  type KeptItem,
  type StateValue,
} from '../alarms/alarm-record.ts';
import { alarmConfig } from '../alarms/alarm-rules.ts';
import { type AlarmWatcher, addHistory } from '../alarms/watcher.ts';
import { badReasonData, badToken, exclusive, invalid, noSuchAlarm, tooManyAlarms } from '../refusals.ts';
import { dimensionsKey } from '../series.ts';

const mostAlarms = 5_000;
const pageSize = 50;
const historyPageSize = 100;

export interface AlarmParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly watcher: AlarmWatcher;
}

export function alarmHandlers({ store, clock, watcher }: AlarmParts): Handlers<Operations> {
  const ofPlace = async ({ account, region }: Call): Promise<AlarmRecord[]> => {
    const found = await store.read((tx) => tx.list(alarms, [account, region]));
    return found.map(({ value }) => value).sort((a, b) => (a.name < b.name ? -1 : 1));
  };

  async function named(tx: WriteTransaction, call: Call, names: readonly string[]): Promise<AlarmRecord[]> {
    const found = await Promise.all(names.map((name) => tx.get(alarms, alarmKey({ ...call, name }))));
    const missing = names.filter((_, i) => found[i] === undefined);
    if (missing.length > 0) throw noSuchAlarm(missing);
    return found as AlarmRecord[];
  }

  async function enable(call: Call, names: readonly string[], ActionsEnabled: boolean): Promise<void> {
    await store.write(async (tx) => {
      for (const alarm of await named(tx, call, names)) {
        const configUpdatedMs = clock.now();
        const config = { ...alarm.config, ActionsEnabled };
        tx.put(alarms, alarmKey(alarm), { ...alarm, config, configUpdatedMs });
        const type = ActionsEnabled ? 'EnableActions' : 'DisableActions';
        await addHistory(tx, alarm, [configUpdate(alarm, 'updated', type, configUpdatedMs)], configUpdatedMs);
      }
    });
  }

  return {
    async PutMetricAlarm(input, call) {
      const config = alarmConfig(input);
      const nowMs = clock.now();
      const key = alarmKey({ ...call, name: input.AlarmName });
      const alarm = await store.write(async (tx) => {
        const before = await tx.get(alarms, key);
        if (before === undefined && (await tx.list(alarms, key.slice(0, 2))).length >= mostAlarms) {
          throw tooManyAlarms(mostAlarms);
        }
        const { account, region } = call;
        const put: AlarmRecord = {
          ...{ account, region, name: input.AlarmName, config, configUpdatedMs: nowMs },
          // Tags of an alarm that is there are TagResource's to change.
          tags: before?.tags ?? Object.fromEntries((input.Tags ?? []).map(({ Key, Value }) => [Key, Value])),
          state: before?.state ?? {
            value: 'INSUFFICIENT_DATA',
            reason: 'Unchecked: Initial alarm creation',
            ...{ reasonData: undefined, updatedMs: nowMs, transitionedMs: nowMs },
          },
        };
        tx.put(alarms, key, put);
        const [what, type] = before === undefined ? (['created', 'Create'] as const) : (['updated', 'Update'] as const);
        await addHistory(tx, put, [configUpdate(put, what, type, nowMs)], nowMs);
        return put;
      });
      // Nobody waits for it; an alarm that cannot be held against its metrics now will be in a minute.
      watcher.evaluate(alarm).catch(() => {});
    },

    async DescribeAlarms(input, call) {
      const { AlarmNames, AlarmNamePrefix, AlarmTypes = ['MetricAlarm'], StateValue, ActionPrefix } = input;
      if (AlarmNames !== undefined && AlarmNamePrefix !== undefined) throw exclusive('AlarmNames', 'AlarmNamePrefix');
      const isWanted = (alarm: AlarmRecord): boolean =>
        (AlarmNames === undefined || AlarmNames.includes(alarm.name)) &&
        (AlarmNamePrefix === undefined || alarm.name.startsWith(AlarmNamePrefix)) &&
        (StateValue === undefined || alarm.state.value === StateValue) &&
        (ActionPrefix === undefined || actionsOf(alarm).some((action) => action.startsWith(ActionPrefix)));
      // There are no composite alarms, so nothing has parents or children.
      const isOfRelation = input.ChildrenOfAlarmName !== undefined || input.ParentsOfAlarmName !== undefined;
      const all = isOfRelation || !AlarmTypes.includes('MetricAlarm') ? [] : (await ofPlace(call)).filter(isWanted);
      const { items, next } = pageOf(all, input.MaxRecords ?? pageSize, input.NextToken);
      return { MetricAlarms: items.map(shown), CompositeAlarms: [], ...(next !== undefined && { NextToken: next }) };
    },

    async DescribeAlarmsForMetric(input, call) {
      const { MetricName, Namespace, Dimensions = [], Statistic, ExtendedStatistic, Period, Unit } = input;
      const found = (await ofPlace(call)).filter(
        ({ config }) =>
          config.MetricName === MetricName &&
          config.Namespace === Namespace &&
          dimensionsKey(config.Dimensions) === dimensionsKey(Dimensions.map(({ Name, Value }) => ({ Name, Value }))) &&
          (Statistic === undefined || config.Statistic === Statistic) &&
          (ExtendedStatistic === undefined || config.ExtendedStatistic === ExtendedStatistic) &&
          (Period === undefined || config.Period === Period) &&
          (Unit === undefined || config.Unit === Unit),
      );
      return { MetricAlarms: found.map(shown) };
    },

    async DeleteAlarms({ AlarmNames }, call) {
      await store.write(async (tx) => {
        for (const alarm of await named(tx, call, AlarmNames)) {
          tx.delete(alarms, alarmKey(alarm));
          await addHistory(tx, alarm, [configUpdate(alarm, 'deleted', 'Delete', clock.now())], clock.now());
        }
      });
    },

    async SetAlarmState({ AlarmName, StateValue, StateReason, StateReasonData }, call) {
      if (StateReasonData !== undefined && !isJson(StateReasonData)) throw badReasonData();
      const alarm = await store.read((tx) => tx.get(alarms, alarmKey({ ...call, name: AlarmName })));
      if (alarm === undefined) throw noSuchAlarm([AlarmName]);
      await watcher.change(alarm, {
        value: StateValue as StateValue,
        reason: StateReason,
        reasonData: StateReasonData,
      });
    },

    EnableAlarmActions: ({ AlarmNames }, call) => enable(call, AlarmNames, true),
    DisableAlarmActions: ({ AlarmNames }, call) => enable(call, AlarmNames, false),

    async DescribeAlarmHistory(input, call) {
      const { AlarmName, HistoryItemType, StartDate, EndDate, ScanBy = 'TimestampDescending' } = input;
      if (StartDate !== undefined && EndDate !== undefined && StartDate > EndDate) {
        throw invalid('The parameter StartDate must be less than the parameter EndDate.');
      }
      const { account, region } = call;
      const prefix = AlarmName === undefined ? [account, region] : [account, region, AlarmName];
      const found = await store.read((tx) => tx.list(histories, prefix));
      const items = found
        .flatMap(({ key, value }) => value.items.map((item): AlarmHistoryItem => historyItem(key.at(-1)!, item)))
        .filter(
          ({ HistoryItemType: type, Timestamp = 0 }) =>
            (HistoryItemType === undefined || type === HistoryItemType) &&
            (StartDate === undefined || Timestamp >= StartDate) &&
            (EndDate === undefined || Timestamp <= EndDate),
        )
        .sort((a, b) => a.Timestamp! - b.Timestamp!);
      if (ScanBy === 'TimestampDescending') items.reverse();
      const page = pageOf(items, input.MaxRecords ?? historyPageSize, input.NextToken);
      return { AlarmHistoryItems: page.items, ...(page.next !== undefined && { NextToken: page.next }) };
    },
  };
}

const historyItem = (AlarmName: string, item: KeptItem): AlarmHistoryItem => ({
  ...{ AlarmName, AlarmType: 'MetricAlarm' },
  ...item,
});

const actionsOf = ({ config }: AlarmRecord): string[] => [
  ...config.OKActions,
  ...config.AlarmActions,
  ...config.InsufficientDataActions,
];

function shown(alarm: AlarmRecord): MetricAlarm {
  const { config, state } = alarm;
  return {
    ...config,
    AlarmName: alarm.name,
    AlarmArn: alarmArn(alarm),
    AlarmConfigurationUpdatedTimestamp: alarm.configUpdatedMs,
    StateValue: state.value,
    StateReason: state.reason,
    ...(state.reasonData !== undefined && { StateReasonData: state.reasonData }),
    StateUpdatedTimestamp: state.updatedMs,
    StateTransitionedTimestamp: state.transitionedMs,
  };
}

function configUpdate(alarm: AlarmRecord, what: string, type: string, atMs: number): KeptItem {
  const data = { version: '1.0', type, [`${what}Alarm`]: { ...shown(alarm) } };
  return {
    Timestamp: atMs,
    HistoryItemType: 'ConfigurationUpdate',
    HistorySummary: `Alarm "${alarm.name}" ${what}`,
    HistoryData: JSON.stringify(data).slice(0, 4095),
  };
}

/** Tokens are places in the list. */
function pageOf<T>(
  all: readonly T[],
  size: number,
  token: string | undefined,
): { items: T[]; next: string | undefined } {
  const from = token === undefined ? 0 : Number(/^from-(\d{1,9})$/.exec(token)?.[1] ?? Number.NaN);
  if (Number.isNaN(from)) throw badToken();
  const items = all.slice(from, from + size);
  return { items, next: from + size < all.length ? `from-${from + size}` : undefined };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
