/**
 * Asynchronous (Event) invocations: answered 202 at once, run as soon as there is room, tried again when the function fails (two more
 * times, after one and two minutes) or is throttled. In memory: what waits when the gateway ends is lost, and the log says how much.
 */
import type { Clock } from '../../base/clock.ts';
import { Problem } from '../../base/problem.ts';
import type { Log } from '../../ports/telemetry.ts';
import type { EventEnd } from './event-invokes.ts';
import { throttled } from './function-errors.ts';
import type { FunctionSettings } from './settings.ts';

export interface QueuedEvent {
  readonly functionArn: string;
  /** 0 to 2: how often it is tried again when the function fails. */
  readonly maxRetries: number;
  /** After so long it is tried no more. */
  readonly maxAgeMs: number;
  /** Runs it once; true when the function succeeded. Throws a Problem when it could not run. */
  run(): Promise<boolean>;
  /** How it ended, after so many runs. */
  ended(how: EventEnd, attempts: number): void;
}

export interface EventQueue {
  /** Throws TooManyRequestsException when the queue is full. */
  add(event: QueuedEvent): void;
  close(): void;
}

/** With the time, on the monotonic clock, after which it is tried no more. */
interface TimedEvent extends QueuedEvent {
  readonly untilMs: number;
}

/** AWS retries throttled events with growing waits from 1 second to 5 minutes, for up to 6 hours. */
const firstThrottleDelayMs = 1000;
const longestThrottleDelayMs = 5 * 60_000;
const maxThrottleRetries = 80;

/** An empty queue. */
export function createEventQueue(settings: FunctionSettings, clock: Clock, log: Log): EventQueue {
  const waiting = new Set<NodeJS.Timeout>();
  let size = 0;
  let isClosed = false;

  function end(event: QueuedEvent, how: EventEnd, attempts: number): void {
    size--;
    event.ended(how, attempts);
  }

  function later(event: TimedEvent, delayMs: number, failures: number, throttles: number): void {
    // Tried no more rather than too late.
    if (clock.monotonicMs() + delayMs >= event.untilMs) {
      log.warn('An asynchronous invocation is dropped: it is too old', { function: event.functionArn });
      end(event, 'EventAgeExceeded', failures);
      return;
    }
    const timer = setTimeout(() => {
      waiting.delete(timer);
      void attempt(event, failures, throttles);
    }, delayMs);
    // A retry minutes away must not keep the gateway from ending.
    timer.unref();
    waiting.add(timer);
  }

  async function attempt(event: TimedEvent, failures: number, throttles: number): Promise<void> {
    if (isClosed) return;
    try {
      if (await event.run()) {
        end(event, 'Success', failures + 1);
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
      end(event, 'RetriesExhausted', failures);
      return;
    }
    const delayMs = failures < event.maxRetries ? settings.eventRetryDelaysMs[failures] : undefined;
    if (delayMs === undefined || isClosed) {
      end(event, 'RetriesExhausted', failures + 1);
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
      const timed = { ...event, untilMs: clock.monotonicMs() + event.maxAgeMs };
      setImmediate(() => void attempt(timed, 0, 0));
    },
    close() {
      isClosed = true;
      for (const timer of waiting) clearTimeout(timer);
      if (waiting.size > 0) log.warn('Asynchronous invocations are lost with this shutdown', { waiting: waiting.size });
      waiting.clear();
    },
  };
}
