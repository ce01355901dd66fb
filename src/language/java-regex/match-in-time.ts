/** Matches under a time limit: some patterns try every way to cut a text, and while they do, nobody else is served. */
import { isTimeUp, MatchTimeout, runWithin } from '../timed-match.ts';
import type { TranslatedPattern } from './translate.ts';

/** About so many steps take a few milliseconds and are made without a watchdog, which would cost 0.3 ms. */
const maxUntimedSteps = 2_000_000;
const timeLimitMs = 100;

/**
 * What `match` gives; throws MatchTimeout after 100 ms. `degree` is how many times over the text may be gone through at worst: the pattern's variable parts, one
 * more where every place of the text is a beginning.
 */
export function matchInTime<T>(pattern: TranslatedPattern, text: string, degree: number, match: () => T): T {
  const isShort = (text.length + 1) ** degree <= maxUntimedSteps && (!pattern.hasNestedRepetition || text.length <= 16);
  if (isShort) return match();
  try {
    return runWithin(timeLimitMs, match);
  } catch (cause) {
    if (!isTimeUp(cause)) throw cause;
    throw new MatchTimeout(`matching took more than ${timeLimitMs} ms`, { cause });
  }
}
