/** Java regular expressions matched against whole texts: selection patterns of integration responses (rows INT-25, INT-26), identity validation of authorizers. */
import { Problem } from '../base/problem.ts';
import { matchInTime } from '../language/java-regex/match-in-time.ts';
import { type TranslatedPattern, translateJavaPattern } from '../language/java-regex/translate.ts';
import { MatchTimeout } from '../language/timed-match.ts';
import { JavaException } from '../language/vtl/values.ts';

export interface JavaPattern {
  /** As written. */
  readonly pattern: string;
  readonly translated: TranslatedPattern;
  /** Matches whole texts only. */
  readonly whole: RegExp;
}

/** Nobody writes longer ones by hand. */
const maxPatternLength = 4_096;

/** A large API says `4\d{2}` a thousand times. */
const known = new Map<string, JavaPattern | string>();
const maxKnown = 500;

/** Compiles a pattern to match whole texts, `.` stopping at line ends; a sentence saying why not when it cannot be. */
export function compileJavaPattern(pattern: string): JavaPattern | string {
  const found = known.get(pattern);
  if (found !== undefined) return found;
  const compiled = compiledPattern(pattern);
  if (known.size >= maxKnown) known.clear();
  known.set(pattern, compiled);
  return compiled;
}

function compiledPattern(pattern: string): JavaPattern | string {
  if (pattern.length > maxPatternLength) return `the pattern is longer than ${maxPatternLength} characters`;
  try {
    const translated = translateJavaPattern(pattern);
    return { pattern, translated, whole: new RegExp(`^(?:${translated.source})$`, translated.flags) };
  } catch (error) {
    if (!(error instanceof JavaException || error instanceof SyntaxError)) throw error;
    return `the pattern ${pattern} is no regular expression: ${error.message}`;
  }
}

/**
 * Whether a pattern matches a text. Throws API_CONFIGURATION_ERROR when that takes longer than 100 ms: patterns such as `(a+)+b` go through
 * every way to cut the text, and while they do, nobody else is served.
 */
export function matchesInTime({ pattern, translated, whole }: JavaPattern, text: string): boolean {
  try {
    return matchInTime(translated, text, translated.variableParts, () => whole.test(text));
  } catch (cause) {
    if (!(cause instanceof MatchTimeout)) throw cause;
    const why = `matching the pattern ${pattern}: ${cause.message}`;
    throw new Problem('API_CONFIGURATION_ERROR', 'Internal server error', { why, cause });
  }
}
