/**
 * Lines on their way into the log database: collected, and handed over in batches, so that writing one costs a request a few hundred nanoseconds and no wait. What waits is bounded; when
 * the database is too slow for what comes in, lines are dropped, counted, and the operator is told.
 */
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../ports/telemetry.ts';
import { EventPacker, packedHeadBytes } from '../packed-events.ts';
import type { LogKeeper } from './log-keeper.ts';
import type { GroupId } from './names.ts';

/** One stream of one group. Never throws, never waits. */
export interface StreamWriter {
  write(atMs: number, message: string): void;
}

export interface LogWriter {
  streamWriter(group: GroupId, stream: string): StreamWriter;
  /** Hands over what waits. Questions asked afterwards are answered after it. */
  flush(): void;
  /** Lines lost since the start. */
  dropped(): number;
  /** Hands over the rest and waits until it is kept. */
  close(): Promise<void>;
}

export interface LogWriterOptions {
  readonly keeper: Pick<LogKeeper, 'ask'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Bytes that may wait, handed over or not. */
  readonly maxWaitingBytes?: number;
}

/** A batch is handed over this long after its first line, or when it has so many. */
const flushAfterMs = 200;
const flushAtLines = 2_000;
const flushAtBytes = 4 * 1024 * 1024;
const tellEveryMs = 10_000;
/** CloudWatch takes events of up to 1 MB. */
const maxMessageCharacters = 1_000_000;

interface Waiting {
  readonly group: GroupId;
  readonly stream: string;
  readonly events: EventPacker;
}

export function createLogWriter(options: LogWriterOptions): LogWriter {
  const { keeper, clock, log, maxWaitingBytes = 64 * 1024 * 1024 } = options;
  let waiting = new Map<string, Waiting>();
  let lines = 0;
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
    log.warn(`Log lines dropped: ${why}`, { lines: dropped - toldDropped, linesSinceStart: dropped });
    toldDropped = dropped;
  }

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    if (lines === 0) return;
    const batches = Array.from(waiting.values(), (each) => ({ ...each, events: each.events.packed() }));
    const count = lines;
    const size = bytes;
    waiting = new Map();
    lines = 0;
    bytes = 0;
    bytesHandedOver += size;
    const kept: Promise<void> = keeper
      .ask('append', batches, clock.now())
      .catch((error: unknown) => drop(count, error instanceof Error ? error.message : String(error)))
      .then(() => {
        bytesHandedOver -= size;
        underWay.delete(kept);
      });
    underWay.add(kept);
  }

  return {
    streamWriter(group, stream) {
      const key = `${group.account}/${group.region}/${group.name}:${stream}`;
      let own: EventPacker | undefined;
      /** The collection `own` is of. */
      let ownIn: typeof waiting | undefined;

      function beginCollecting(): EventPacker {
        let found = waiting.get(key);
        if (found === undefined) {
          // As many lines again as the last time.
          found = { group, stream, events: new EventPacker(own === undefined ? 0 : Math.ceil(own.bytes * 1.1)) };
          waiting.set(key, found);
        }
        own = found.events;
        ownIn = waiting;
        return own;
      }

      return {
        write(atMs, message) {
          const text = message.length > maxMessageCharacters ? message.slice(0, maxMessageCharacters) : message;
          if (bytes + bytesHandedOver + text.length + packedHeadBytes > maxWaitingBytes) {
            drop(1, 'the log database does not keep up');
            return;
          }
          const events = own !== undefined && ownIn === waiting ? own : beginCollecting();
          const before = events.bytes;
          events.add(atMs, text);
          bytes += events.bytes - before;
          lines++;
          if (lines >= flushAtLines || bytes >= flushAtBytes) flush();
          else timer ??= setTimeout(flush, flushAfterMs).unref();
        },
      };
    },
    flush,
    dropped: () => dropped,
    async close() {
      flush();
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}
