/**
 * How often each key of a rate-based rule came in the window before now. Counts outlive the plans that ask: a deployment does not forgive anybody. Windows are
 * cut into tenths, so a count is right to a tenth of its window and costs a few numbers.
 */
import type { Clock } from '../../base/clock.ts';

const slices = 10;
/** Keys of one rule; beyond that, the one not seen longest goes. AWS limits 10,000 at a time. */
const maxKeys = 50_000;
/** Rules of which counts are kept; whoever edits a limit begins a new one. */
const maxRules = 10_000;

interface Counts {
  /** Number of the slice that was counted last. */
  slice: number;
  readonly bySlice: Uint32Array;
}

export class RequestRates {
  readonly #clock: Clock;
  readonly #rules = new Map<string, Map<string, Counts>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Counts one request and gives the number of those in the window, this one among them. `rule` is unique over all web ACLs. */
  count(rule: string, key: string, windowMs: number): number {
    const keys = this.#keysOf(rule);
    const slice = Math.floor(this.#clock.monotonicMs() / (windowMs / slices));
    let counts = keys.get(key);
    if (counts === undefined) {
      if (keys.size >= maxKeys) keys.delete(keys.keys().next().value!);
      counts = { slice, bySlice: new Uint32Array(slices) };
    } else {
      keys.delete(key);
      const passed = Math.min(slice - counts.slice, slices);
      for (let i = 1; i <= passed; i++) counts.bySlice[(counts.slice + i) % slices] = 0;
      counts.slice = slice;
    }
    keys.set(key, counts);
    counts.bySlice[slice % slices]!++;
    return counts.bySlice.reduce((sum, each) => sum + each, 0);
  }

  /** Keys above a limit now. */
  above(rule: string, limit: number, windowMs: number): string[] {
    const slice = Math.floor(this.#clock.monotonicMs() / (windowMs / slices));
    const found: string[] = [];
    for (const [key, counts] of this.#rules.get(rule) ?? []) {
      let sum = 0;
      for (let i = 0; i < slices; i++) {
        if (counts.slice - i > slice - slices && counts.slice - i >= 0)
          sum += counts.bySlice[(counts.slice - i) % slices]!;
      }
      if (sum > limit) found.push(key);
    }
    return found;
  }

  clear(): void {
    this.#rules.clear();
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
