/** Holds alarms against their metrics as time passes, and carries out what a change of state asks for. */
import type { Clock } from '../../../base/clock.ts';
import type { FellowNodes } from '../../../ports/fellow-nodes.ts';
import type { Store, WriteTransaction } from '../../../ports/store.ts';
import type { Log } from '../../../ports/telemetry.ts';
import { seriesOf } from '../datapoints.ts';
import type { SeriesSource } from '../series.ts';
import type { SeriesElsewhere } from '../series-elsewhere.ts';
import type { createActions } from './actions.ts';
import {
  type AlarmRecord,
  type AlarmState,
  alarmArn,
  alarmKey,
  alarms,
  type CompositeRecord,
  histories,
  isComposite,
  isOfMetric,
  type KeptItem,
  type MetricAlarmRecord,
  periodSeconds,
  type StateValue,
  watchedQueries,
  withItems,
} from './alarm-record.ts';
import { extraPeriods } from './alarm-state.ts';
import { compileRule } from './composite-rule.ts';
import { evaluated } from './evaluate.ts';

export interface AlarmWatcher {
  /** One alarm, now. */
  evaluate(alarm: AlarmRecord): Promise<void>;
  /** Every alarm whose time has come since it was last called. */
  evaluateDue(): Promise<void>;
  /** Puts an alarm into a state and does what that asks for; a state it is in already is only noted. */
  change(alarm: AlarmRecord, to: Pick<AlarmState, 'value' | 'reason' | 'reasonData'>): Promise<void>;
  close(): void;
}

export interface WatcherOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly sources: readonly SeriesSource[];
  readonly log: Log;
  readonly act: ReturnType<typeof createActions>;
  /** Other nodes have the same alarms and metrics of their own: alarms on metrics this one never had are theirs. */
  readonly isShared?: boolean;
  /** With whom metrics are added up: then one node holds alarms against the sums. Without them, and while they cannot be asked, each goes by its own. */
  readonly elsewhere?: { readonly fellows: FellowNodes; readonly series: SeriesElsewhere } | undefined;
}

/** Alarms of metrics of high resolution are looked at so often, all others every minute. */
const tickMs = 10_000;
/** Of composites that change because another did. */
const mostSteps = 20;

export function createAlarmWatcher({
  store,
  clock,
  sources,
  log,
  act,
  isShared,
  elsewhere,
}: WatcherOptions): AlarmWatcher {
  let lastMinute = -1;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  async function evaluate(alarm: AlarmRecord): Promise<void> {
    if (isComposite(alarm)) return evaluateComposites(alarm, undefined, 0);
    await evaluateOfMetrics([alarm]);
  }

  async function evaluateOfMetrics(due: readonly MetricAlarmRecord[]): Promise<void> {
    let others: Awaited<ReturnType<typeof seriesOfOthers>>;
    try {
      others = await seriesOfOthers(due);
    } catch (error) {
      log.warn('Alarms wait for a node that does not answer', { why: String(error) });
      // They are looked at with the next tick.
      lastMinute = -1;
      return;
    }
    for (const [i, alarm] of due.entries()) {
      if (others === undefined && isShared === true && !isMeasuredHere(alarm, sources)) continue;
      const decided = evaluated(alarm, [...sources, ...(others?.[i] ?? [])], clock.now());
      if (decided !== undefined) await change(alarm, decided);
    }
  }

  /** What other nodes have for each alarm; undefined when there is nobody to ask. Rejects when one that lives does not answer: sums without it would mislead. */
  async function seriesOfOthers(
    due: readonly MetricAlarmRecord[],
  ): Promise<Awaited<ReturnType<SeriesElsewhere>> | undefined> {
    if (elsewhere?.fellows.canBeAsked !== true) return undefined;
    const untilMs = clock.now();
    return elsewhere.series(
      due.map((alarm) => ({
        ...{ account: alarm.account, region: alarm.region, untilMs },
        metrics: watchedQueries(alarm).queries.flatMap(({ MetricStat }) => MetricStat?.Metric ?? []),
        fromMs: untilMs - (alarm.config.EvaluationPeriods + extraPeriods + 1) * periodSeconds(alarm) * 1_000,
      })),
    );
  }

  /** Those of a place that ask for the alarm that changed, or the one that is new. */
  async function evaluateComposites(
    place: AlarmRecord,
    changed: AlarmRecord | undefined,
    depth: number,
  ): Promise<void> {
    // Composites may ask each other in a circle, and then they could go on for ever.
    if (depth > mostSteps) return;
    const { account, region } = place;
    const all = (await store.read((tx) => tx.list(alarms, [account, region]))).map(({ value }) => value);
    const stateOf = (name: string): StateValue | undefined => all.find((each) => each.name === name)?.state.value;
    for (const composite of all.filter(isComposite)) {
      const rule = compileRule(composite.config.AlarmRule);
      if (changed === undefined ? composite.name !== place.name : !rule.children.includes(changed.name)) continue;
      const value = rule.holds(stateOf) ? 'ALARM' : 'OK';
      if (value === composite.state.value) continue;
      await change(
        composite,
        { value, reason: compositeReason(composite, changed, value), reasonData: undefined },
        depth,
      );
    }
  }

  async function change(
    alarm: AlarmRecord,
    to: Pick<AlarmState, 'value' | 'reason' | 'reasonData'>,
    depth = 0,
  ): Promise<void> {
    const nowMs = clock.now();
    const before = alarm.state;
    const isOther = before.value !== to.value;
    const changed: AlarmRecord = {
      ...alarm,
      state: { ...to, updatedMs: nowMs, transitionedMs: isOther ? nowMs : before.transitionedMs },
    };
    const isKept = await store.write(async (tx) => {
      const current = await tx.get(alarms, alarmKey(alarm));
      // It was changed while it was looked at.
      if (current?.configUpdatedMs !== alarm.configUpdatedMs || current.state.updatedMs !== before.updatedMs)
        return false;
      tx.put(alarms, alarmKey(alarm), changed);
      await addHistory(tx, alarm, [stateUpdate(before, changed.state)], nowMs);
      return true;
    });
    if (!isKept || !isOther) return;
    const acted = await act(changed, before, () => clock.now());
    if (acted.length > 0) await store.write((tx) => addHistory(tx, alarm, acted, clock.now()));
    await evaluateComposites(changed, changed, depth + 1);
  }

  async function evaluateDue(): Promise<void> {
    const minute = Math.floor(clock.now() / 60_000);
    const isNewMinute = minute !== lastMinute;
    lastMinute = minute;
    if (elsewhere?.fellows.canBeAsked === true && !elsewhere.fellows.isFirst) return;
    const all = (await store.read((tx) => tx.list(alarms, []))).map(({ value }) => value);
    await evaluateOfMetrics(all.filter(isOfMetric).filter((alarm) => isNewMinute || periodSeconds(alarm) < 60));
  }

  function wait(): void {
    // A moment after the tick, when what was measured until then is counted.
    const untilNext = tickMs - (clock.now() % tickMs) + 100;
    timer = setTimeout(() => {
      evaluateDue()
        .catch((error: unknown) => {
          if (!isClosed) log.error('Cannot evaluate alarms', { error: String(error) });
        })
        .finally(() => {
          if (!isClosed) wait();
        });
    }, untilNext).unref();
  }
  wait();

  return {
    evaluate,
    evaluateDue,
    change,
    close() {
      isClosed = true;
      clearTimeout(timer);
    },
  };
}

export async function addHistory(
  tx: WriteTransaction,
  alarm: Pick<AlarmRecord, 'account' | 'region' | 'name'>,
  items: readonly KeptItem[],
  nowMs: number,
): Promise<void> {
  tx.put(histories, alarmKey(alarm), withItems(await tx.get(histories, alarmKey(alarm)), items, nowMs));
}

function isMeasuredHere(alarm: MetricAlarmRecord, sources: readonly SeriesSource[]): boolean {
  return watchedQueries(alarm).queries.some(
    ({ MetricStat }) =>
      MetricStat !== undefined && seriesOf(sources, alarm, MetricStat.Metric, MetricStat.Unit).length > 0,
  );
}

function compositeReason(composite: CompositeRecord, changed: AlarmRecord | undefined, value: StateValue): string {
  if (changed === undefined) return `${alarmArn(composite)} was created and its alarm rule evaluates to ${value}`;
  const { state } = changed;
  return `${alarmArn(changed)} transitioned to ${state.value} at ${longTime(state.updatedMs)}`;
}

const weekdays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const months = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July'],
  ...['August', 'September', 'October', 'November', 'December'],
];

/** `Friday 27 November, 2026 01:01:00 UTC` */
function longTime(ms: number): string {
  const at = new Date(ms);
  const day = `${weekdays[at.getUTCDay()]} ${at.getUTCDate()} ${months[at.getUTCMonth()]}, ${at.getUTCFullYear()}`;
  return `${day} ${at.toISOString().slice(11, 19)} UTC`;
}

function stateUpdate(before: AlarmState, after: AlarmState): KeptItem {
  const shown = ({ value, reason, reasonData }: AlarmState): { stateValue: StateValue; [name: string]: unknown } => ({
    stateValue: value,
    stateReason: reason,
    ...(reasonData !== undefined && { stateReasonData: parsed(reasonData) }),
  });
  return {
    Timestamp: after.updatedMs,
    HistoryItemType: 'StateUpdate',
    HistorySummary: `Alarm updated from ${before.value} to ${after.value}`,
    HistoryData: JSON.stringify({ version: '1.0', oldState: shown(before), newState: shown(after) }).slice(0, 4095),
  };
}

/** SetAlarmState takes any text. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
