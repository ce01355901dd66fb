/**
 * Asynchronous (Event) invocations: answered 202 at once, run as soon as there is room, tried again when the function fails (two more
 * times, after one and two minutes) or is throttled. In memory: what waits when the gateway ends is lost, and the log says how much.
 */
import { Problem } from '../../base/problem.ts';
import type { Log } from '../../ports/telemetry.ts';
import { throttled } from './function-errors.ts';
import type { FunctionSettings } from './settings.ts';

export interface QueuedEvent {
  readonly functionArn: string;
  /** Runs it once; true when the function succeeded. Throws a Problem when it could not run. */
  run(): Promise<boolean>;
}

export interface EventQueue {
  /** Throws TooManyRequestsException when the queue is full. */
  add(event: QueuedEvent): void;
  close(): void;
}

/** AWS retries throttled events with growing waits from 1 second to 5 minutes, for up to 6 hours. */
const firstThrottleDelayMs = 1000;
const longestThrottleDelayMs = 5 * 60_000;
const maxThrottleRetries = 80;

/** An empty queue. */
export function createEventQueue(settings: FunctionSettings, log: Log): EventQueue {
  const waiting = new Set<NodeJS.Timeout>();
  let size = 0;
  let isClosed = false;

  function later(event: QueuedEvent, delayMs: number, failures: number, throttles: number): void {
    const timer = setTimeout(() => {
      waiting.delete(timer);
      void attempt(event, failures, throttles);
    }, delayMs);
    // A retry minutes away must not keep the gateway from ending.
    timer.unref();
    waiting.add(timer);
  }

  async function attempt(event: QueuedEvent, failures: number, throttles: number): Promise<void> {
    if (isClosed) return;
    try {
      if (await event.run()) {
        size--;
        return;
      }
    } catch (error) {
      if (isClosed) return;
      if (error instanceof Problem && error.kind === 'TooManyRequestsException' && throttles < maxThrottleRetries) {
        const delayMs = Math.min(longestThrottleDelayMs, firstThrottleDelayMs * 2 ** throttles);
        later(event, delayMs, failures, throttles + 1);
        return;
      }
      log.warn('An asynchronous invocation is dropped: the function could not run', {
        function: event.functionArn,
        reason: error instanceof Error ? error.message : String(error),
      });
      size--;
      return;
    }
    const delayMs = settings.eventRetryDelaysMs[failures];
    if (delayMs === undefined || isClosed) {
      size--;
      log.warn('An asynchronous invocation is dropped: the function failed every time', {
        function: event.functionArn,
        attempts: failures + 1,
      });
      return;
    }
    later(event, delayMs, failures + 1, throttles);
  }

  return {
    add(event) {
      if (size >= settings.maxQueuedEvents) {
        throw throttled('ConcurrentInvocationLimitExceeded', `${size} asynchronous invocations are waiting already`);
      }
      size++;
      setImmediate(() => void attempt(event, 0, 0));
    },
    close() {
      isClosed = true;
      for (const timer of waiting) clearTimeout(timer);
      if (waiting.size > 0) log.warn('Asynchronous invocations are lost with this shutdown', { waiting: waiting.size });
      waiting.clear();
    },
  };
}
