/** Holds alarms against their metrics as time passes, and carries out what a change of state asks for. */
import type { Clock } from '../../../base/clock.ts';
import type { Store, WriteTransaction } from '../../../ports/store.ts';
import type { Log } from '../../../ports/telemetry.ts';
import type { SeriesSource } from '../series.ts';
import type { createActions } from './actions.ts';
import {
  type AlarmRecord,
  type AlarmState,
  alarmKey,
  alarms,
  histories,
  type KeptItem,
  periodSeconds,
  type StateValue,
  withItems,
} from './alarm-record.ts';
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
}

/** Alarms of metrics of high resolution are looked at so often, all others every minute. */
const tickMs = 10_000;

export function createAlarmWatcher({ store, clock, sources, log, act }: WatcherOptions): AlarmWatcher {
  let lastMinute = -1;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;

  async function evaluate(alarm: AlarmRecord): Promise<void> {
    const decided = evaluated(alarm, sources, clock.now());
    if (decided !== undefined) await change(alarm, decided);
  }

  async function change(alarm: AlarmRecord, to: Pick<AlarmState, 'value' | 'reason' | 'reasonData'>): Promise<void> {
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
  }

  async function evaluateDue(): Promise<void> {
    const minute = Math.floor(clock.now() / 60_000);
    const isNewMinute = minute !== lastMinute;
    lastMinute = minute;
    for (const { value: alarm } of await store.read((tx) => tx.list(alarms, []))) {
      if (isNewMinute || periodSeconds(alarm) < 60) await evaluate(alarm);
    }
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
