/** Regular expressions of ECMA 262 in the syntax of RE2. */

/** ECMA 262's white space; RE2's `\s` is ASCII only. */
const spaces =
  '\\t\\n\\x0B\\f\\r \\x{A0}\\x{1680}\\x{2000}-\\x{200A}\\x{2028}\\x{2029}\\x{202F}\\x{205F}\\x{3000}\\x{FEFF}';

/** Escapes that mean the same to both; every other escaped letter is that letter to ECMA 262 and something else to RE2 (`\A`, `\Q`, `\z`). */
const sharedEscapes = new Set([...'dDwWbBfnrtvxpP0123456789']);

/**
 * The pattern in RE2's syntax. Where the two read the same text differently (`.`, `\s`, `[` inside a class, `\uXXXX`, unknown escapes) ECMA 262's
 * reading is written out.
 */
export function toRe2(pattern: string): string {
  let inClass = false;
  let translated = '';
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i]!;
    if (char === '\\') {
      const [text, length] = escaped(pattern, i, inClass);
      translated += text;
      i += length - 1;
    } else if (inClass) {
      inClass = char !== ']';
      translated += char === '[' ? '\\[' : char;
    } else if (char === '[') {
      const [text, length] = classStart(pattern, i);
      inClass = !text.endsWith(']');
      translated += text;
      i += length - 1;
    } else if (char === '.') {
      translated += '[^\\n\\r\\x{2028}\\x{2029}]';
    } else if (char === '(' && /^\(\?<[A-Za-z_]/.test(pattern.slice(i, i + 4))) {
      translated += '(?P<';
      i += 2;
    } else {
      translated += char;
    }
  }
  return translated;
}

/** `[]` matches nothing and `[^]` anything in ECMA 262; in RE2 the bracket would be a member. */
function classStart(pattern: string, at: number): [text: string, length: number] {
  if (pattern.startsWith('[]', at)) return ['[^\\x00-\\x{10FFFF}]', 2];
  if (pattern.startsWith('[^]', at)) return ['[\\x00-\\x{10FFFF}]', 3];
  return pattern.startsWith('[^', at) ? ['[^', 2] : ['[', 1];
}

/** One escape at `at` in RE2's syntax, and how many characters of the pattern it took. */
function escaped(pattern: string, at: number, inClass: boolean): [text: string, length: number] {
  const char = pattern[at + 1] ?? '';
  if (char === 'u') {
    const unicode = /^\\u(?:\{([0-9a-fA-F]{1,6})\}|([0-9a-fA-F]{4}))/.exec(pattern.slice(at, at + 12));
    if (unicode !== null) return [`\\x{${unicode[1] ?? unicode[2]}}`, unicode[0].length];
  }
  if (char === 'c' && /[a-zA-Z]/.test(pattern[at + 2] ?? '')) {
    return [`\\x{${(pattern.charCodeAt(at + 2) % 32).toString(16)}}`, 3];
  }
  if (char === 's') return [inClass ? spaces : `[${spaces}]`, 2];
  // RE2 has no negated set inside a class: left to V8 by handing RE2 what it refuses.
  if (char === 'S') return [inClass ? '\\1' : `[^${spaces}]`, 2];
  if (char === 'b' && inClass) return ['\\x08', 2];
  if (/[a-zA-Z]/.test(char) && !sharedEscapes.has(char)) return [char === 'k' ? '\\1' : char, 2];
  return [`\\${char}`, 2];
}
