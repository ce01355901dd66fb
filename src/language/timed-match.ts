/** Work that may go astray, stopped by the clock: regular expressions, and schemas that refer to themselves. */
import { type Context, createContext, Script } from 'node:vm';

/** The time was up before the pattern had an answer. */
export class MatchTimeout extends Error {}

/** Asked for with the first work that needs it: a context costs a megabyte and a millisecond. */
let timed: { readonly script: Script; readonly context: Context } | undefined;

/**
 * What `work` gives; throws an error with the code ERR_SCRIPT_EXECUTION_TIMEOUT when it takes longer than `limitMs`, and whatever `work` throws. The work
 * is broken off anywhere, without its `finally` blocks. Only V8's own watchdog can do that; starting it costs some 0.3 ms.
 */
export function runWithin<T>(limitMs: number, work: () => T): T {
  timed ??= { script: new Script('work()'), context: createContext({}) };
  timed.context['work'] = work;
  try {
    return timed.script.runInContext(timed.context, { timeout: limitMs }) as T;
  } finally {
    timed.context['work'] = undefined;
  }
}

/** Whether an error says that the time was up. It comes from the other context, so it is no Error of ours. */
export const isTimeUp = (error: unknown): boolean =>
  (error as { readonly code?: unknown } | undefined)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT';

/**
 * Whether a pattern matches a text; throws MatchTimeout after `limitMs`. Patterns such as `(a+)+b` go through every way to cut the text, and while
 * they do, nobody else is served.
 */
export function matchesWithin(limitMs: number, pattern: RegExp, text: string): boolean {
  try {
    return runWithin(limitMs, () => pattern.test(text));
  } catch (cause) {
    throw new MatchTimeout(`matching ${pattern.source} took more than ${limitMs} ms`, { cause });
  }
}
