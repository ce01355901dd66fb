/**
 * How often keys have called, counted in memory and written down half a second later, at shutdown, and before anyone reads a count (row UP-06). What is
 * written is the count, not what to add to it, so a write that comes twice counts once; a process that is killed loses at most what it had not written.
 */
import { dayOf, type Period, periodAt } from '../base/quota-period.ts';
import { quotaCounts, usageDays } from '../ports/records.ts';
import type { Key, ReadTransaction, Store } from '../ports/store.ts';
import type { Log } from '../ports/telemetry.ts';
import type { Quota, QuotaPeriod, UsageDay } from '../ports/usage.ts';

const flushAfterMs = 500;
const dayMs = 86_400_000;

/** A count as it is stored, its period's first day in milliseconds. */
interface StoredCount {
  readonly period: QuotaPeriod;
  readonly periodStartMs: number;
  readonly used: number;
  readonly extra: number;
}

/** One key's use of one plan. */
export class QuotaCounter {
  readonly key: Key;
  /** Counted since it was last written down. */
  isDirty = false;
  readonly #touched: (counter: QuotaCounter) => void;
  #period: QuotaPeriod | undefined;
  #bounds: Period = { startMs: 0, endMs: 0 };
  #used = 0;
  #extra = 0;
  #dayStartMs = 0;
  #usedToday = 0;
  /** Of the quota, after the last call. */
  #left = 0;
  #quota: Quota | undefined;
  /** Days that have changed since they were last written. */
  readonly #days = new Map<string, UsageDay>();
  /** What stood written down, of the period and of each day, when it was last read or written: what stands there more is from other nodes. */
  #seen: StoredCount | undefined;
  readonly #seenDays = new Map<string, number>();

  constructor(key: Key, touched: (counter: QuotaCounter) => void) {
    this.key = key;
    this.#touched = touched;
  }

  /** As it was stored. */
  restore(count: StoredCount, offset: number): void {
    this.#period = count.period;
    this.#bounds = periodAt(count.period, offset, count.periodStartMs);
    this.#used = count.used;
    this.#extra = count.extra;
    this.#seen = count;
  }

  /** Takes in what other nodes have counted since this one last wrote: `stored` is what is written down now. */
  mergeCount(stored: StoredCount): void {
    const isSame = this.#period === stored.period && this.#bounds.startMs === stored.periodStartMs;
    if (!isSame) return;
    const before = this.#seen?.periodStartMs === stored.periodStartMs ? this.#seen : { used: 0, extra: 0 };
    const others = stored.used - before.used;
    this.#used += others;
    this.#left = Math.max(0, this.#left - others);
    // Whoever sets what remains says it for all: the latest to be written counts.
    if (this.#extra === before.extra) this.#extra = stored.extra;
    this.#seen = stored;
  }

  /** The same for a day. */
  mergeDay(dayStartMs: number, stored: UsageDay): void {
    const day = dayOf(dayStartMs);
    const others = stored.used - (this.#seenDays.get(day) ?? 0);
    this.#seenDays.set(day, stored.used);
    if (dayStartMs === this.#dayStartMs) this.#usedToday += others;
    else {
      const own = this.#days.get(day);
      if (own !== undefined) this.#days.set(day, { ...own, used: own.used + others });
    }
  }

  restoreDay(dayStartMs: number, { used, remaining }: UsageDay): void {
    this.#dayStartMs = dayStartMs;
    this.#usedToday = used;
    this.#left = remaining;
    this.#seenDays.set(dayOf(dayStartMs), used);
  }

  /** Counts a request if the quota has one left. */
  take(quota: Quota, nowMs: number): boolean {
    if (nowMs >= this.#bounds.endMs || this.#quota !== quota) this.#enterPeriod(quota, nowMs);
    const left = quota.limit + this.#extra - this.#used;
    if (left <= 0) return false;
    if (nowMs >= this.#dayStartMs + dayMs) this.#enterDay(nowMs);
    this.#used++;
    this.#usedToday++;
    this.#left = left - 1;
    if (!this.isDirty) this.#touched(this);
    return true;
  }

  today(quota: Quota, nowMs: number): UsageDay {
    this.#enterPeriod(quota, nowMs);
    if (nowMs >= this.#dayStartMs + dayMs) this.#enterDay(nowMs);
    this.#left = Math.max(0, quota.limit + this.#extra - this.#used);
    return { used: this.#usedToday, remaining: this.#left };
  }

  setRemaining(quota: Quota, remaining: number, nowMs: number): UsageDay {
    this.today(quota, nowMs);
    this.#extra = remaining - (quota.limit - this.#used);
    this.#touched(this);
    return this.today(quota, nowMs);
  }

  /** It is to be written down, and the counts of other nodes to be taken in, though nothing was counted. */
  touch(): void {
    this.#touched(this);
  }

  /** What to write down. */
  changes(): { count: StoredCount | undefined; days: ReadonlyMap<string, UsageDay> } {
    if (this.#dayStartMs > 0) this.#keepDay();
    const days = new Map(this.#days);
    if (this.#period === undefined) return { count: undefined, days };
    return {
      count: { period: this.#period, periodStartMs: this.#bounds.startMs, used: this.#used, extra: this.#extra },
      days,
    };
  }

  /** These are written down. */
  areWritten(count: StoredCount | undefined, days: ReadonlyMap<string, UsageDay>): void {
    this.#seen = count;
    for (const [day, use] of days) {
      this.#seenDays.set(day, use.used);
      if (this.#days.get(day) === use) this.#days.delete(day);
    }
    // Only today and yesterday can still change.
    for (const day of [...this.#seenDays.keys()].slice(0, -2)) this.#seenDays.delete(day);
  }

  /** A quota that is new to the counter, or a new period of the same: what was used of another period does not count. */
  #enterPeriod(quota: Quota, nowMs: number): void {
    this.#quota = quota;
    const bounds = periodAt(quota.period, quota.offset ?? 0, nowMs);
    const isSame = this.#period === quota.period && bounds.startMs === this.#bounds.startMs;
    this.#period = quota.period;
    this.#bounds = bounds;
    if (isSame) return;
    this.#used = 0;
    this.#extra = 0;
  }

  #enterDay(nowMs: number): void {
    if (this.#usedToday > 0) this.#keepDay();
    this.#dayStartMs = Math.floor(nowMs / dayMs) * dayMs;
    this.#usedToday = 0;
  }

  #keepDay(): void {
    this.#days.set(dayOf(this.#dayStartMs), { used: this.#usedToday, remaining: this.#left });
  }
}

export interface QuotaCounts {
  /** The counter of a key in a plan, kept from here on. */
  counter(key: Key): QuotaCounter;
  /** Takes over what is stored. */
  load(nowMs: number): Promise<void>;
  /** Drops counters; whoever deleted the plan or key deletes what is stored. */
  forget(isGone: (key: Key) => boolean): void;
  /** Takes in what other nodes have written for these keys, as far as they are counted here. */
  takeIn(keys: readonly Key[]): Promise<void>;
  flush(): Promise<void>;
  close(): Promise<void>;
}

export interface QuotaCountsOptions {
  /** Other nodes write to the same counts: each writing takes in theirs, so that all know of each other's calls within half a second. */
  readonly isShared?: boolean;
}

export function createQuotaCounts(store: Store, log: Log, { isShared = false }: QuotaCountsOptions = {}): QuotaCounts {
  const counters = new Map<string, QuotaCounter>();
  let dirty = new Set<QuotaCounter>();
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();

  function touched(counter: QuotaCounter): void {
    counter.isDirty = true;
    dirty.add(counter);
    timer ??= setTimeout(flushInTime, flushAfterMs).unref();
  }

  function flushInTime(): void {
    timer = undefined;
    flush().catch((error: unknown) => log.error('Cannot write down what keys have used', { why: String(error) }));
  }

  function flush(): Promise<void> {
    writing = writing.catch(() => {}).then(writeDirty);
    return writing;
  }

  async function writeDirty(): Promise<void> {
    if (dirty.size === 0) return;
    const batch = dirty;
    const written = new Map<QuotaCounter, ReturnType<QuotaCounter['changes']>>();
    dirty = new Set();
    try {
      await store.write(async (tx) => {
        for (const counter of batch) {
          if (isShared) await takeInOthers(tx, counter);
          counter.isDirty = false;
          const changes = counter.changes();
          const { count, days } = changes;
          written.set(counter, changes);
          if (count !== undefined) {
            const { periodStartMs, ...rest } = count;
            tx.put(quotaCounts, counter.key, { periodStart: dayOf(periodStartMs), ...rest });
          }
          for (const [day, use] of days) tx.put(usageDays, [...counter.key, day], use);
        }
      });
      for (const [counter, { count, days }] of written) counter.areWritten(count, days);
    } catch (error) {
      // Written with the next flush: counts are whole, so nothing is lost by waiting.
      for (const counter of batch) touched(counter);
      throw error;
    }
  }

  async function takeInOthers(tx: ReadTransaction, counter: QuotaCounter): Promise<void> {
    const stored = await tx.get(quotaCounts, counter.key);
    if (stored !== undefined) counter.mergeCount({ ...stored, periodStartMs: Date.parse(stored.periodStart) });
    for (const day of counter.changes().days.keys()) {
      const use = await tx.get(usageDays, [...counter.key, day]);
      if (use !== undefined) counter.mergeDay(Date.parse(day), use);
    }
  }

  function counter(key: Key): QuotaCounter {
    const name = key.join('/');
    let found = counters.get(name);
    if (found === undefined) {
      found = new QuotaCounter(key, touched);
      counters.set(name, found);
    }
    return found;
  }

  return {
    counter,
    async load(nowMs) {
      const today = dayOf(nowMs);
      const { counts, days } = await store.read(async (tx) => ({
        counts: await tx.list(quotaCounts, []),
        days: await tx.list(usageDays, []),
      }));
      for (const { key, value } of counts) {
        const { periodStart, ...rest } = value;
        // The first day of a period tells where it begins, whatever its offset is now.
        const periodStartMs = Date.parse(periodStart);
        const start = new Date(periodStartMs);
        const offset = rest.period === 'DAY' ? 0 : rest.period === 'WEEK' ? start.getUTCDay() : start.getUTCDate() - 1;
        counter(key).restore({ ...rest, periodStartMs }, offset);
      }
      for (const { key, value } of days) {
        if (key.at(-1) === today) counter(key.slice(0, -1)).restoreDay(Date.parse(today), value);
      }
    },
    forget(isGone) {
      for (const [name, each] of counters) {
        if (!isGone(each.key)) continue;
        counters.delete(name);
        dirty.delete(each);
        each.isDirty = false;
      }
    },
    async takeIn(keys) {
      const known = keys.flatMap((key) => counters.get(key.join('/')) ?? []);
      if (known.length === 0) return;
      // In turn with writing: what was read before a writing must not be taken in after it.
      writing = writing
        .catch(() => {})
        .then(() =>
          store.read(async (tx) => {
            for (const each of known) await takeInOthers(tx, each);
          }),
        );
      await writing;
    },
    flush,
    async close() {
      clearTimeout(timer);
      await flush();
      clearTimeout(timer);
    },
  };
}
