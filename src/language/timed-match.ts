/** Regular expressions that may go astray, stopped by the clock. */
import { type Context, createContext, Script } from 'node:vm';

/** The time was up before the pattern had an answer. */
export class MatchTimeout extends Error {}

/** Asked for with the first text that needs it: a context costs a megabyte and a millisecond. */
let timed: { readonly script: Script; readonly context: Context } | undefined;

/**
 * Whether a pattern matches a text; throws MatchTimeout after `limitMs`. Patterns such as `(a+)+b` go through every way to cut the text, and while
 * they do, nobody else is served. Only V8's own watchdog can interrupt a match; starting it costs some 0.3 ms.
 */
export function matchesWithin(limitMs: number, pattern: RegExp, text: string): boolean {
  timed ??= { script: new Script('pattern.test(text)'), context: createContext({}) };
  Object.assign(timed.context, { pattern, text });
  try {
    return timed.script.runInContext(timed.context, { timeout: limitMs }) as boolean;
  } catch (cause) {
    throw new MatchTimeout(`matching ${pattern.source} took more than ${limitMs} ms`, { cause });
  } finally {
    timed.context['text'] = '';
  }
}
