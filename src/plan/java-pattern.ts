/** Selection patterns of integration responses: Java regular expressions matched against a whole text (rows INT-25, INT-26). */

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

/** Compiles a pattern to match whole texts, `.` stopping at line ends; a sentence saying why not when it cannot be. */
export function compileJavaPattern(pattern: string): RegExp | string {
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
