/**
 * What Java's JSON reader (Jackson) says about a text that is no JSON, as Lambda hands it on to whoever invoked a function with it:
 * `Unrecognized token 'plain': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')`, and the place. Only for texts
 * that JSON.parse has refused.
 */

const values = "JSON String, Number, Array, Object or token 'null', 'true' or 'false'";
/** Jackson shows no more of its source, and of a token. */
const maxShown = 500;
const maxToken = 256;

/** Where the reader stopped: after the character at `end - 1`. */
interface Fault {
  readonly message: string;
  readonly end: number;
}

interface Scope {
  readonly isObject: boolean;
  readonly start: number;
}

type Expected = 'value' | 'value or end' | 'name' | 'name or end' | 'colon' | 'comma or end';

export function javaJsonComplaint(text: string): string {
  const { message, end } = faultOf(text);
  return `${message}\n at ${placeOf(text, end)}`;
}

function placeOf(text: string, end: number): string {
  const shown =
    text.length > maxShown ? `"${text.slice(0, maxShown)}"[truncated ${text.length - maxShown} bytes]` : `"${text}"`;
  const before = text.slice(0, end);
  const lineStart = before.lastIndexOf('\n') + 1;
  return `[Source: (byte[])${shown}; line: ${before.split('\n').length}, column: ${end - lineStart + 1}]`;
}

/** Reads token by token; the open brackets are on a stack of our own, so that depth costs nothing. */
function faultOf(text: string): Fault {
  const open: Scope[] = [];
  let expected: Expected = 'value';
  let at = 0;
  for (;;) {
    while (' \t\r\n'.includes(text[at] ?? '?')) at++;
    const scope = open.at(-1);
    if (at >= text.length) return endOfInput(text, scope);
    const char = text[at]!;
    const isClosing = scope !== undefined && char === (scope.isObject ? '}' : ']');
    if (isClosing && expected.endsWith('or end')) {
      open.pop();
      expected = 'comma or end';
      at++;
    } else if (expected === 'comma or end') {
      if (scope === undefined) return unexpected(text, at, `expected a valid value (${values})`);
      const entries = `${scope.isObject ? 'Object' : 'Array'} entries`;
      if (char !== ',') return unexpected(text, at, `was expecting comma to separate ${entries}`);
      expected = scope.isObject ? 'name' : 'value';
      at++;
    } else if (expected === 'colon') {
      if (char !== ':') return unexpected(text, at, 'was expecting a colon to separate field name and value');
      expected = 'value';
      at++;
    } else if (expected.startsWith('name')) {
      if (char !== '"') return unexpected(text, at, 'was expecting double-quote to start field name');
      const end = endOfString(text, at, ' for name');
      if (typeof end === 'object') return end;
      expected = 'colon';
      at = end;
    } else if (char === '{' || char === '[') {
      open.push({ isObject: char === '{', start: at });
      expected = char === '{' ? 'name or end' : 'value or end';
      at++;
    } else {
      const end = char === '"' ? endOfString(text, at, ' for a string value') : endOfScalar(text, at);
      if (typeof end === 'object') return end;
      expected = 'comma or end';
      at = end;
    }
  }
}

function unexpected(text: string, at: number, expectation: string): Fault {
  const char = String.fromCodePoint(text.codePointAt(at)!);
  return { message: `Unexpected character ('${char}' (code ${char.codePointAt(0)})): ${expectation}`, end: at + 1 };
}

function endOfInput(text: string, scope: Scope | undefined): Fault {
  if (scope === undefined) return { message: 'No content to map due to end-of-input', end: text.length };
  const marker = `${scope.isObject ? 'Object' : 'Array'} (start marker at ${placeOf(text, scope.start)})`;
  return { message: `Unexpected end-of-input: expected close marker for ${marker}`, end: text.length };
}

/** Index after a number or a word. */
function endOfScalar(text: string, start: number): number | Fault {
  const rest = text.slice(start, start + maxToken);
  const word = /^[\p{L}_$][\p{L}\p{N}_$]*/u.exec(rest)?.[0];
  if (word !== undefined && /^(true|false|null)$/.test(word)) return start + word.length;
  if (word !== undefined) {
    return { message: `Unrecognized token '${word}': was expecting (${values})`, end: start + word.length };
  }
  const number = /^-?\d+(\.\d+)?([eE][+-]?\d+)?/.exec(rest)?.[0];
  return number === undefined ? unexpected(text, start, `expected a valid value (${values})`) : start + number.length;
}

/** Index after the closing quote. */
function endOfString(text: string, start: number, purpose: string): number | Fault {
  for (let i = start + 1; i < text.length; i++) {
    const char = text[i]!;
    if (char === '"') return i + 1;
    if (char < ' ') {
      const code = `(CTRL-CHAR, code ${char.charCodeAt(0)})`;
      const message = `Illegal unquoted character (${code}): has to be escaped using backslash to be included in string value`;
      return { message, end: i + 1 };
    }
    if (char !== '\\') continue;
    i++;
    const escaped = text[i];
    if (escaped !== undefined && !'"\\/bfnrtu'.includes(escaped)) {
      return { message: `Unrecognized character escape '${escaped}' (code ${escaped.charCodeAt(0)})`, end: i + 1 };
    }
  }
  return { message: `Unexpected end-of-input: was expecting closing '"'${purpose}`, end: text.length };
}
