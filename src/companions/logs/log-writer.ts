/** Lines on their way into the log database, packed by stream and handed over in batches. */
import type { Clock } from '../../base/clock.ts';
import type { Log } from '../../ports/telemetry.ts';
import { createBatches } from '../batches.ts';
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

/** CloudWatch takes events of up to 1 MB. */
const maxMessageCharacters = 1_000_000;

interface Waiting {
  readonly group: GroupId;
  readonly stream: string;
  readonly events: EventPacker;
}

export function createLogWriter(options: LogWriterOptions): LogWriter {
  const { keeper, clock, log, maxWaitingBytes = 64 * 1024 * 1024 } = options;
  const batches = createBatches<Map<string, Waiting>>({
    ...{ what: 'Log lines', keeper: 'the log database', clock, log, maxWaitingBytes },
    empty: () => new Map(),
    keep(waiting, nowMs) {
      const packed = Array.from(waiting.values(), (each) => ({ ...each, events: each.events.packed() }));
      return keeper.ask('append', packed, nowMs);
    },
  });

  return {
    streamWriter(group, stream) {
      const key = `${group.account}/${group.region}/${group.name}:${stream}`;
      let own: EventPacker | undefined;
      /** The collection `own` is of. */
      let ownIn: Map<string, Waiting> | undefined;

      function beginCollecting(waiting: Map<string, Waiting>): EventPacker {
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
          const waiting = batches.roomFor(packedHeadBytes + Buffer.byteLength(text));
          if (waiting === undefined) return;
          const events = own !== undefined && ownIn === waiting ? own : beginCollecting(waiting);
          events.add(atMs, text);
        },
      };
    },
    flush: batches.flush,
    dropped: batches.dropped,
    close: batches.close,
  };
}
