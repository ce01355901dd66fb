/** Alarms: put, described, set, deleted, and what happened to them. */
import type { Clock } from '../../../base/clock.ts';
import type { Store, WriteTransaction } from '../../../ports/store.ts';
import type { Call, Handlers } from '../../../wire/call.ts';
import type { Operations, Tag } from '../../../wire/generated/cloudwatch.ts';
import {
  type AlarmConfig,
  type AlarmOf,
  type AlarmRecord,
  alarmKey,
  alarms,
  type CompositeConfig,
  histories,
  isComposite,
  isOfMetric,
  type StateValue,
} from '../alarms/alarm-record.ts';
import { alarmConfig, compositeConfig } from '../alarms/alarm-rules.ts';
import { compileRule } from '../alarms/composite-rule.ts';
import { type AlarmWatcher, addHistory } from '../alarms/watcher.ts';
import {
  badReasonData,
  badToken,
  exclusive,
  invalid,
  missingChildren,
  noSuchAlarm,
  otherKindOfAlarm,
  tooManyAlarms,
} from '../refusals.ts';
import { dimensionsKey } from '../series.ts';
import { configUpdate, historyItem, shown, shownComposite } from './alarm-answers.ts';

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

  async function put<Config extends AlarmConfig | CompositeConfig>(
    call: Call,
    { AlarmName, Tags = [] }: { readonly AlarmName: string; readonly Tags?: readonly Tag[] },
    config: Config,
  ): Promise<void> {
    const nowMs = clock.now();
    const { account, region } = call;
    const key = [account, region, AlarmName];
    const alarm = await store.write(async (tx) => {
      const before = await tx.get(alarms, key);
      if (before === undefined && (await tx.list(alarms, [account, region])).length >= mostAlarms) {
        throw tooManyAlarms(mostAlarms);
      }
      if (before !== undefined && isComposite(before) !== 'AlarmRule' in config) throw otherKindOfAlarm(AlarmName);
      const made: AlarmOf<Config> = {
        ...{ account, region, name: AlarmName, config, configUpdatedMs: nowMs },
        // Tags of an alarm that is there are TagResource's to change.
        tags: before?.tags ?? Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])),
        state: before?.state ?? {
          value: 'INSUFFICIENT_DATA',
          reason: 'Unchecked: Initial alarm creation',
          ...{ reasonData: undefined, updatedMs: nowMs, transitionedMs: nowMs },
        },
      };
      const kept = made as AlarmRecord;
      tx.put(alarms, key, kept);
      const [what, type] = before === undefined ? (['created', 'Create'] as const) : (['updated', 'Update'] as const);
      await addHistory(tx, kept, [configUpdate(kept, what, type, nowMs)], nowMs);
      return kept;
    });
    // Nobody waits for it; an alarm that cannot be held against its metrics now will be in a minute.
    watcher.evaluate(alarm).catch(() => {});
  }

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
        tx.put(alarms, alarmKey(alarm), { ...alarm, config, configUpdatedMs } as AlarmRecord);
        const type = ActionsEnabled ? 'EnableActions' : 'DisableActions';
        await addHistory(tx, alarm, [configUpdate(alarm, 'updated', type, configUpdatedMs)], configUpdatedMs);
      }
    });
  }

  return {
    async PutMetricAlarm(input, call) {
      await put(call, input, alarmConfig(input));
    },

    async PutCompositeAlarm(input, call) {
      const config = compositeConfig(input);
      const { children } = compileRule(config.AlarmRule);
      const names = new Set((await ofPlace(call)).map(({ name }) => name));
      const missing = children.filter((name) => !names.has(name));
      if (missing.length > 0) throw missingChildren(missing);
      await put(call, input, config);
    },

    async DescribeAlarms(input, call) {
      const { AlarmNames, AlarmNamePrefix, StateValue, ActionPrefix } = input;
      const isOfRelation = input.ChildrenOfAlarmName !== undefined || input.ParentsOfAlarmName !== undefined;
      const AlarmTypes = input.AlarmTypes ?? (isOfRelation ? ['MetricAlarm', 'CompositeAlarm'] : ['MetricAlarm']);
      if (AlarmNames !== undefined && AlarmNamePrefix !== undefined) throw exclusive('AlarmNames', 'AlarmNamePrefix');
      const isWanted = (alarm: AlarmRecord): boolean =>
        (AlarmNames === undefined || AlarmNames.includes(alarm.name)) &&
        (AlarmNamePrefix === undefined || alarm.name.startsWith(AlarmNamePrefix)) &&
        (StateValue === undefined || alarm.state.value === StateValue) &&
        (ActionPrefix === undefined || actionsOf(alarm).some((action) => action.startsWith(ActionPrefix)));
      const all = await ofPlace(call);
      const related = relatedTo(all, input.ChildrenOfAlarmName, input.ParentsOfAlarmName);
      const isOfType = (alarm: AlarmRecord): boolean =>
        AlarmTypes.includes(isComposite(alarm) ? 'CompositeAlarm' : 'MetricAlarm');
      const wanted = all.filter((alarm) => isOfType(alarm) && isWanted(alarm) && (related?.has(alarm.name) ?? true));
      const { items, next } = pageOf(wanted, input.MaxRecords ?? pageSize, input.NextToken);
      return {
        MetricAlarms: items.filter(isOfMetric).map(shown),
        CompositeAlarms: items.filter(isComposite).map(shownComposite),
        ...(next !== undefined && { NextToken: next }),
      };
    },

    async DescribeAlarmsForMetric(input, call) {
      const { MetricName, Namespace, Dimensions = [], Statistic, ExtendedStatistic, Period, Unit } = input;
      const found = (await ofPlace(call))
        .filter(isOfMetric)
        .filter(
          ({ config }) =>
            config.MetricName === MetricName &&
            config.Namespace === Namespace &&
            dimensionsKey(config.Dimensions) ===
              dimensionsKey(Dimensions.map(({ Name, Value }) => ({ Name, Value }))) &&
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
      const composites = new Set((await ofPlace(call)).filter(isComposite).map(({ name }) => name));
      const typeOf = (name: string) => (composites.has(name) ? 'CompositeAlarm' : 'MetricAlarm');
      const items = found
        .flatMap(({ key, value }) => value.items.map((item) => historyItem(key.at(-1)!, typeOf(key.at(-1)!), item)))
        .filter(
          ({ HistoryItemType: type, AlarmType, Timestamp = 0 }) =>
            (input.AlarmTypes === undefined || input.AlarmTypes.includes(AlarmType!)) &&
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

const actionsOf = ({ config }: AlarmRecord): string[] => [
  ...config.OKActions,
  ...config.AlarmActions,
  ...config.InsufficientDataActions,
];

/** Whom a composite asks, or who asks an alarm; undefined when nobody wants to know. */
function relatedTo(
  all: readonly AlarmRecord[],
  childrenOf: string | undefined,
  parentsOf: string | undefined,
): ReadonlySet<string> | undefined {
  const childrenIn = (alarm: AlarmRecord | undefined): readonly string[] =>
    alarm !== undefined && isComposite(alarm) ? compileRule(alarm.config.AlarmRule).children : [];
  if (childrenOf !== undefined) return new Set(childrenIn(all.find(({ name }) => name === childrenOf)));
  if (parentsOf === undefined) return undefined;
  return new Set(all.filter((alarm) => childrenIn(alarm).includes(parentsOf)).map(({ name }) => name));
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
