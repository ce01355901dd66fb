/**
 * What is on its way into a database: collected, and handed over in batches, so that adding something costs a request a few hundred nanoseconds and no wait. What waits is
 * bounded; when the database is too slow for what comes in, it is dropped, counted, and the operator is told.
 */
import type { Clock } from '../base/clock.ts';
import type { Log } from '../ports/telemetry.ts';

export interface Batches<Collected> {
  /** What is collected now, with room made for `size` bytes more; undefined when it has to be dropped. */
  roomFor(size: number): Collected | undefined;
  /** Hands over what waits. Questions asked afterwards are answered after it. */
  flush(): void;
  /** Whether something is collected that was not handed over. */
  waits(): boolean;
  /** How much was lost since the start. */
  dropped(): number;
  /** Hands over the rest and waits until it is kept. */
  close(): Promise<void>;
}

export interface BatchesOptions<Collected> {
  /** What an empty batch is. */
  empty(): Collected;
  keep(collected: Collected, nowMs: number): Promise<unknown>;
  /** What is lost, in the words of the operator: `Log lines`. */
  readonly what: string;
  /** Who keeps them: `the log database`. */
  readonly keeper: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Bytes that may wait, handed over or not. */
  readonly maxWaitingBytes: number;
}

/** A batch is handed over this long after its first item, or when it has so many, or so much of them. */
const flushAfterMs = 200;
const flushAtItems = 2_000;
const flushAtBytes = 4 * 1024 * 1024;
const tellEveryMs = 10_000;

export function createBatches<Collected>(options: BatchesOptions<Collected>): Batches<Collected> {
  const { clock, log, maxWaitingBytes, what } = options;
  let waiting = options.empty();
  let items = 0;
  let bytes = 0;
  let bytesHandedOver = 0;
  let dropped = 0;
  let toldDropped = 0;
  let toldAtMs = Number.NEGATIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  const underWay = new Set<Promise<void>>();

  function drop(count: number, why: string): void {
    dropped += count;
    const nowMs = clock.monotonicMs();
    if (nowMs - toldAtMs < tellEveryMs) return;
    toldAtMs = nowMs;
    log.warn(`${what} dropped: ${why}`, { lines: dropped - toldDropped, linesSinceStart: dropped });
    toldDropped = dropped;
  }

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    if (items === 0) return;
    const batch = waiting;
    const count = items;
    const size = bytes;
    waiting = options.empty();
    items = 0;
    bytes = 0;
    bytesHandedOver += size;
    const kept: Promise<void> = options
      .keep(batch, clock.now())
      .catch((error: unknown) => drop(count, error instanceof Error ? error.message : String(error)))
      .then(() => {
        bytesHandedOver -= size;
        underWay.delete(kept);
      });
    underWay.add(kept);
  }

  return {
    roomFor(size) {
      if (bytes + bytesHandedOver + size > maxWaitingBytes) {
        drop(1, `${options.keeper} does not keep up`);
        return undefined;
      }
      if (items >= flushAtItems || bytes >= flushAtBytes) flush();
      bytes += size;
      items++;
      timer ??= setTimeout(flush, flushAfterMs).unref();
      return waiting;
    },
    flush,
    waits: () => items > 0,
    dropped: () => dropped,
    async close() {
      flush();
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}
