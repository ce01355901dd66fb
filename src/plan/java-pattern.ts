/** Selection patterns of integration responses: Java regular expressions matched against a whole text (rows INT-25, INT-26). */
import { Problem } from '../base/problem.ts';
import { matchesWithin } from '../language/timed-match.ts';

/** Java syntax JavaScript reads otherwise or not at all; a pattern that uses it is refused rather than misread. */
const untranslatable: readonly [RegExp, string][] = [
  [/\(\?>/, 'an atomic group'],
  [/\\(?:[QEGZzAhHvVRXN]|x\{)/, 'an escape JavaScript lacks'],
  [/\[[^\]]*&&/, 'a class intersection'],
  [/\[\^?[^\]\\]*\[/, 'a nested class'],
  [
    /\\p\{(?!L[utmol]?\}|N[dlo]?\}|P[cdseifo]?\}|S[mcko]?\}|Z[slp]?\}|Is|Alpha\}|Digit\}|Alnum\}|Upper\}|Lower\}|Punct\}|Space\})/,
    'a character property',
  ],
];

const possessive = /(?:[*+?]|\{\d+(?:,\d*)?\})\+/;

const posixClasses: Record<string, string> = {
  Alpha: 'a-zA-Z',
  Digit: '0-9',
  Alnum: 'a-zA-Z0-9',
  Upper: 'A-Z',
  Lower: 'a-z',
  Punct: '!-\\/:-@\\[-`{-~',
  Space: ' \\t\\n\\x0B\\f\\r',
};

/** Nobody writes longer ones by hand, and looking through them takes time that grows with the square of their length. */
const maxPatternLength = 4_096;

/** A large API says `4\d{2}` a thousand times. */
const known = new Map<string, RegExp | string>();
const maxKnown = 500;

/** Compiles a pattern to match whole texts, `.` stopping at line ends; a sentence saying why not when it cannot be. */
export function compileJavaPattern(pattern: string): RegExp | string {
  const found = known.get(pattern);
  if (found !== undefined) return found;
  const compiled = compiledPattern(pattern);
  if (known.size >= maxKnown) known.clear();
  known.set(pattern, compiled);
  return compiled;
}

function compiledPattern(pattern: string): RegExp | string {
  if (pattern.length > maxPatternLength) return `the pattern is longer than ${maxPatternLength} characters`;
  // Escaped punctuation is no syntax; neither is a plus inside a class.
  const bare = pattern.replace(/\\[^a-zA-Z0-9]/g, '_');
  if (possessive.test(bare.replace(/\[[^\]]*\]/g, '_'))) return `the pattern ${pattern} uses a possessive quantifier`;
  for (const [construct, name] of untranslatable) {
    if (construct.test(bare)) return `the pattern ${pattern} uses ${name}`;
  }
  const flags = /^\(\?([imsu]+)\)/.exec(pattern);
  const body = (flags === null ? pattern : pattern.slice(flags[0].length))
    .replace(/\\p\{(Alpha|Digit|Alnum|Upper|Lower|Punct|Space)\}/g, (_, name: string) => `[${posixClasses[name]}]`)
    .replace(/\\a/g, '\\x07')
    .replace(/\\e/g, '\\x1B');
  if (/\(\?[a-z-]+[):]/.test(body)) return `the pattern ${pattern} uses inline flags inside`;
  const own = (flags?.[1] ?? '').replace('u', '');
  try {
    return new RegExp(`^(?:${body})$`, own.replace('m', '') + (body.includes('\\p{') ? 'u' : ''));
  } catch (error) {
    return `the pattern ${pattern} is no regular expression: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Longer texts are matched under a time limit. Status codes, which most patterns are about, are not that long. */
const maxUntimedLength = 3;
const timeLimitMs = 100;

/**
 * Whether a pattern matches a text. Throws API_CONFIGURATION_ERROR when that takes longer than 100 ms: patterns such as `(a+)+b` go through
 * every way to cut the text, and while they do, nobody else is served.
 */
export function matchesInTime(pattern: RegExp, text: string): boolean {
  if (text.length <= maxUntimedLength) return pattern.test(text);
  try {
    return matchesWithin(timeLimitMs, pattern, text);
  } catch (cause) {
    const why = `matching the selectionPattern ${pattern.source} took more than ${timeLimitMs} ms`;
    throw new Problem('API_CONFIGURATION_ERROR', 'Internal server error', { why, cause });
  }
}
