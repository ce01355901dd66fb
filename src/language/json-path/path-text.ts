/** Finding one's way in the text of a path: spaces, quotes, brackets. */

/** The first position from `at` on that is no space; the length of the text when there is none. */
export function skipSpaces(text: string, at: number): number {
  let to = at;
  while (text[to] === ' ') to++;
  return to;
}

/** Where the quote that opens at `open` closes, before `end`; -1 when it does not. A backslash guards the character behind it. */
export function closingQuote(text: string, open: number, end: number): number {
  const quote = text[open];
  for (let at = open + 1; at < end; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === quote) return at;
  }
  return -1;
}

const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/**
 * Where the bracket that opens at `open` closes, before `end`; -1 when it does not. Brackets of the other kinds are not looked at, nor anything
 * between two of the `quotes`.
 */
export function closingBracket(text: string, open: number, end: number, quotes: string): number {
  const opening = text[open]!;
  const close = closing[opening]!;
  let depth = 0;
  for (let at = open; at < end; at++) {
    const c = text[at]!;
    if (quotes.includes(c)) {
      at = closingQuote(text, at, end);
      if (at === -1) return -1;
    } else if (c === opening) depth++;
    else if (c === close && --depth === 0) return at;
  }
  return -1;
}
