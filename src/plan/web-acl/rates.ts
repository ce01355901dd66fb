/**
 * How often each key of a rate-based rule came in the window before now. Counts outlive the plans that ask: a deployment does not forgive anybody. Windows are
 * cut into tenths, so a count is right to a tenth of its window and costs a few numbers.
 *
 * Several nodes tell each other every second whom they have counted often, which is from a twentieth of the limit on: a flood of keys that come once each is
 * nobody else's business. So N nodes let through what comes within a second and (N − 1) / 20 of the limit more than one would.
 */
import type { Clock } from '../../base/clock.ts';
import type { CountReport, RateExchange } from '../../ports/rate-exchange.ts';

const slices = 10;
/** Keys of one rule; beyond that, the one not seen longest goes. AWS limits 10,000 at a time. */
const maxKeys = 50_000;
/** Rules of which counts are kept; whoever edits a limit begins a new one. */
const maxRules = 10_000;
/** How often nodes tell each other. */
export const tellEveryMs = 1_000;
/** Part of the limit from which on a key is told of. */
const toldFrom = 1 / 20;

interface Counts {
  /** Number of the slice that was counted last. */
  slice: number;
  readonly bySlice: Uint32Array;
  /** Counted here and not told to other nodes. */
  untold: number;
  /** What all nodes had counted when this one last told, what it told among it; and when that was, monotonic. */
  ofAll: number;
  toldAtMs: number;
}

/** A key that is to be told of. */
interface Dirty {
  readonly counts: Counts;
  readonly report: Omit<CountReport, 'more'>;
}

export interface RequestRatesOptions {
  /** Undefined for one node alone. */
  readonly exchange?: RateExchange | undefined;
  /** Undefined for tests that call `tell` themselves. */
  readonly everyMs?: number | undefined;
}

export class RequestRates {
  readonly #clock: Clock;
  readonly #exchange: RateExchange | undefined;
  readonly #everyMs: number | undefined;
  readonly #rules = new Map<string, Map<string, Counts>>();
  #dirty = new Map<Counts, Dirty>();
  #timer: NodeJS.Timeout | undefined;

  constructor(clock: Clock, { exchange, everyMs }: RequestRatesOptions = {}) {
    this.#clock = clock;
    this.#exchange = exchange;
    this.#everyMs = everyMs;
  }

  /** Counts one request and gives the number of those in the window, this one among them. `rule` is unique over all web ACLs; `limit` is the rule's. */
  count(rule: string, key: string, windowMs: number, limit = 0): number {
    const keys = this.#keysOf(rule);
    const nowMs = this.#clock.monotonicMs();
    const slice = Math.floor(nowMs / (windowMs / slices));
    let counts = keys.get(key);
    if (counts === undefined) {
      if (keys.size >= maxKeys) keys.delete(keys.keys().next().value!);
      counts = { slice, bySlice: new Uint32Array(slices), untold: 0, ofAll: 0, toldAtMs: Number.NEGATIVE_INFINITY };
    } else {
      keys.delete(key);
      const passed = Math.min(slice - counts.slice, slices);
      for (let i = 1; i <= passed; i++) counts.bySlice[(counts.slice + i) % slices] = 0;
      counts.slice = slice;
    }
    keys.set(key, counts);
    counts.bySlice[slice % slices]!++;
    const own = counts.bySlice.reduce((sum, each) => sum + each, 0);
    if (this.#exchange === undefined) return own;
    counts.untold = Math.min(counts.untold + 1, own);
    if (own >= limit * toldFrom && !this.#dirty.has(counts)) {
      this.#dirty.set(counts, { counts, report: { rule, key, windowMs } });
      this.#schedule();
    }
    return this.#ofAllNodes(counts, own, windowMs, nowMs);
  }

  /** Keys above a limit now. */
  above(rule: string, limit: number, windowMs: number): string[] {
    const nowMs = this.#clock.monotonicMs();
    const slice = Math.floor(nowMs / (windowMs / slices));
    const found: string[] = [];
    for (const [key, counts] of this.#rules.get(rule) ?? []) {
      let sum = 0;
      for (let i = 0; i < slices; i++) {
        if (counts.slice - i > slice - slices && counts.slice - i >= 0)
          sum += counts.bySlice[(counts.slice - i) % slices]!;
      }
      if (this.#ofAllNodes(counts, sum, windowMs, nowMs) > limit) found.push(key);
    }
    return found;
  }

  /** Tells other nodes whom this one has counted, and hears what they have. Runs by itself; tests call it. Never rejects. */
  async tell(): Promise<void> {
    const batch = [...this.#dirty.values()];
    this.#dirty = new Map();
    if (batch.length === 0 || this.#exchange === undefined) return;
    const reports = batch.map(({ counts, report }) => ({ ...report, more: counts.untold }));
    for (const { counts } of batch) counts.untold = 0;
    const sums = await this.#exchange.tell(reports).catch(() => undefined);
    const nowMs = this.#clock.monotonicMs();
    for (const [i, { counts }] of batch.entries()) {
      // What could not be told is, when the key comes again.
      if (sums === undefined) counts.untold += reports[i]!.more;
      else {
        counts.ofAll = sums[i]!;
        counts.toldAtMs = nowMs;
      }
    }
  }

  #schedule(): void {
    if (this.#everyMs === undefined || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.tell();
    }, this.#everyMs).unref();
  }

  /** What is known of others grows old: after a tenth of the window it is no longer believed. */
  #ofAllNodes(counts: Counts, own: number, windowMs: number, nowMs: number): number {
    if (this.#exchange !== undefined && this.#exchange.nodesApart > 1) return own * this.#exchange.nodesApart;
    const isFresh = nowMs - counts.toldAtMs < Math.max(windowMs / slices, 2 * tellEveryMs);
    return isFresh ? Math.max(own, counts.ofAll + counts.untold) : own;
  }

  clear(): void {
    this.#rules.clear();
    this.#dirty.clear();
  }

  #keysOf(rule: string): Map<string, Counts> {
    let keys = this.#rules.get(rule);
    if (keys === undefined) {
      if (this.#rules.size >= maxRules) this.#rules.delete(this.#rules.keys().next().value!);
      keys = new Map();
      this.#rules.set(rule, keys);
    }
    return keys;
  }
}
