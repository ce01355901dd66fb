/** One subscription filter at work: events that match are gathered by stream and handed to a function as CloudWatch Logs does. */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { compileFilterPattern } from '../filter-pattern.ts';
import { placeDigits } from '../paging.ts';
import type { SubscriptionRecord } from './filter-records.ts';

export interface Subscription {
  take(stream: string, atMs: number, message: string): void;
  /** Hands over what is gathered; resolves when it was handed over or given up. */
  flush(): Promise<void>;
}

export interface SubscriptionTools {
  /** Rejects when the function cannot be called. */
  invoke(functionArn: string, payload: string): Promise<void>;
  /** Something was lost, in a sentence. */
  warn(message: string, fields: Record<string, unknown>): void;
}

interface Gathered {
  readonly id: string;
  readonly timestamp: number;
  readonly message: string;
}

const flushAfterMs = 200;
/** Lambda takes 6 MB; ten thousand events and 1 MB of text are well below it, packed or not. */
const flushAtEvents = 1_000;
const flushAtCharacters = 1_000_000;
/** Of one filter, gathered or on their way: a function that is slower than its log loses events. */
const mostWaiting = 20_000;
const mostWaitingCharacters = 16_000_000;

const packed = promisify(gzip);
let lastId = 0;

export function createSubscription(filter: SubscriptionRecord, { invoke, warn }: SubscriptionTools): Subscription {
  const isWanted = compileFilterPattern(filter.filterPattern);
  let gathered = new Map<string, Gathered[]>();
  let count = 0;
  let characters = 0;
  let underWay = 0;
  let underWayCharacters = 0;
  let timer: NodeJS.Timeout | undefined;
  let sending = Promise.resolve();
  let dropped = 0;

  async function send(stream: string, events: readonly Gathered[]): Promise<void> {
    const message = JSON.stringify({
      messageType: 'DATA_MESSAGE',
      owner: filter.account,
      logGroup: filter.name,
      logStream: stream,
      subscriptionFilters: [filter.filterName],
      logEvents: events,
    });
    const data = (await packed(message)).toString('base64');
    try {
      await invoke(filter.destinationArn, JSON.stringify({ awslogs: { data } }));
    } catch (error) {
      const { why = (error as Error).message } = error as { why?: string };
      warn(`Log events for ${filter.destinationArn} are lost: ${why}`, {
        logGroup: filter.name,
        filter: filter.filterName,
        events: events.length,
      });
    }
  }

  function flush(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    if (count === 0) return sending;
    const batches = gathered;
    const [taken, takenCharacters] = [count, characters];
    gathered = new Map();
    count = 0;
    characters = 0;
    underWay += taken;
    underWayCharacters += takenCharacters;
    // One call after the other, so that a function sees its events in order.
    sending = sending.then(async () => {
      for (const [stream, events] of batches) await send(stream, events);
      underWay -= taken;
      underWayCharacters -= takenCharacters;
    });
    return sending;
  }

  return {
    take(stream, atMs, message) {
      if (!isWanted(message)) return;
      if (count + underWay >= mostWaiting || characters + underWayCharacters + message.length > mostWaitingCharacters) {
        // Told of when it begins and then now and again.
        if (dropped++ % 1_000 === 0) {
          warn(`Log events for ${filter.destinationArn} are lost: it does not keep up`, {
            logGroup: filter.name,
            dropped,
          });
        }
        return;
      }
      let own = gathered.get(stream);
      if (own === undefined) {
        own = [];
        gathered.set(stream, own);
      }
      own.push({ id: placeDigits({ atMs, id: ++lastId }), timestamp: atMs, message });
      count++;
      characters += message.length;
      if (count >= flushAtEvents || characters >= flushAtCharacters) void flush();
      else timer ??= setTimeout(() => void flush(), flushAfterMs).unref();
    },
    flush,
  };
}
