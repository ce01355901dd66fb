/**
 * JSON as json-smart reads it in its permissive mode, which is how AWS reads bodies for templates and mappings: quotes may be single or missing, commas
 * too many, and what follows the first value is not looked at. Errors carry json-smart's words, which clients see (recorded).
 */
import { JavaDouble, type JsonValue } from '../java-values.ts';
import { endOfFile, tooDeep, unexpectedCharacter, unexpectedHexadecimal, unexpectedToken } from './json-smart-error.ts';
import { floatingNumber, wholeNumber } from './json-smart-number.ts';

/** json-smart's own bound. */
const maxDepth = 400;

/** How much of a refused number its error shows. */
const maxTokenShown = 40;

/** Stands for the end of the text. json-smart takes this very character, so in a text it ends it. */
const end = 0x1a;

const space = 0x20;
const quote = 0x22;
const apostrophe = 0x27;
const plus = 0x2b;
const comma = 0x2c;
const minus = 0x2d;
const point = 0x2e;
const colon = 0x3a;
const bracketOpen = 0x5b;
const backslash = 0x5c;
const bracketClose = 0x5d;
const braceOpen = 0x7b;
const braceClose = 0x7d;
const remove = 0x7f;

/** What stands behind a backslash, and what it means; json-smart drops what is not here, but for the hexadecimal ones. */
const escapes: Readonly<Record<string, string>> = {
  t: '\t',
  n: '\n',
  r: '\r',
  f: '\f',
  b: '\b',
  '\\': '\\',
  '/': '/',
  "'": "'",
  '"': '"',
};

/**
 * The first value of a text. An empty text is an empty string, and a text that begins like no JSON is one string, whole. Throws JsonSmartError.
 */
export function parseJsonSmart(text: string): JsonValue {
  return new Reader(text).readDocument();
}

/** What ends an unquoted text or number: nothing but the end, or a character of the place it stands in. */
type Stop = (c: number) => boolean;
const stopAtEnd: Stop = (c) => c === end;
const stopInArray: Stop = (c) => c === comma || c === bracketClose || c === end;
const stopInObject: Stop = (c) => c === comma || c === braceClose || c === end;
const stopInKey: Stop = (c) => c === colon || c === end;

/** A cursor over one text. `c` is always the character at `at`. */
class Reader {
  readonly #text: string;
  #at = -1;
  #c = end;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  readDocument(): JsonValue {
    this.#next();
    return this.#readValue(stopAtEnd);
  }

  #next(): void {
    this.#c = ++this.#at >= this.#text.length ? end : this.#text.charCodeAt(this.#at);
  }

  #is(c: number): boolean {
    return this.#c === c;
  }

  #readValue(stop: Stop): JsonValue {
    this.#skipBlanks();
    switch (this.#c) {
      case braceOpen:
        return this.#readObject();
      case bracketOpen:
        return this.#readArray();
      case quote:
      case apostrophe:
        return this.#readString();
      case colon:
      case braceClose:
      case bracketClose:
        throw unexpectedCharacter(this.#c, this.#at);
      case end:
        if (stop !== stopAtEnd) throw endOfFile(this.#at - 1, 'EOF');
        return '';
      default:
        return isDigit(this.#c) || this.#c === minus ? this.#readNumber(stop) : this.#readWord(stop);
    }
  }

  #readArray(): JsonValue[] {
    this.#descend();
    const list: JsonValue[] = [];
    this.#next();
    for (;;) {
      this.#skipBlanks();
      switch (this.#c) {
        case comma: // Commas separate and mean nothing else: `[,1,,2,]` has two elements.
          this.#next();
          continue;
        case bracketClose:
          this.#depth--;
          this.#next();
          return list;
        case colon:
        case braceClose:
          throw unexpectedCharacter(this.#c, this.#at);
        case end:
          throw endOfFile(this.#at - 1, 'EOF');
        default:
          list.push(this.#readValue(stopInArray));
      }
    }
  }

  #readObject(): Map<string, JsonValue> {
    this.#descend();
    const members = new Map<string, JsonValue>();
    this.#next();
    for (;;) {
      this.#skipBlanks();
      switch (this.#c) {
        case comma:
          this.#next();
          continue;
        case braceClose:
          this.#depth--;
          this.#next();
          return members;
        case colon:
        case bracketClose:
        case bracketOpen:
        case braceOpen:
          throw unexpectedCharacter(this.#c, this.#at);
        default:
          this.#readMember(members);
      }
    }
  }

  /** A name and its value, up to the comma or brace behind it. */
  #readMember(members: Map<string, JsonValue>): void {
    const isQuoted = this.#c === quote || this.#c === apostrophe;
    const name = isQuoted ? this.#readString() : this.#readUnquoted(stopInKey);
    this.#skipSpace();
    if (this.#c === end) throw endOfFile(this.#at - 1, 'null');
    if (this.#c !== colon) throw unexpectedCharacter(this.#c, this.#at - 1);
    if (this.#at + 1 >= this.#text.length) throw endOfFile(this.#at, 'EOF');
    this.#next();
    members.set(name, this.#readValue(stopInObject));
    this.#skipSpace();
    if (this.#is(comma) || this.#is(braceClose)) return;
    if (this.#is(end)) throw endOfFile(this.#at - 1, 'null');
    throw unexpectedToken(String.fromCharCode(this.#c), this.#at - 1);
  }

  #descend(): void {
    if (++this.#depth <= maxDepth) return;
    throw tooDeep(this.#c, this.#at);
  }

  /** The four words, or an unquoted string. */
  #readWord(stop: Stop): JsonValue {
    const word = this.#readUnquoted(stop);
    switch (word) {
      case 'null':
        return null;
      case 'true':
        return true;
      case 'false':
        return false;
      case 'NaN':
        return new JavaDouble(Number.NaN);
      default:
        return word;
    }
  }

  #readUnquoted(stop: Stop): string {
    const start = this.#at;
    while (!stop(this.#c)) this.#next();
    return trimmed(this.#text, start, this.#at);
  }

  #readNumber(stop: Stop): JsonValue {
    const start = this.#at;
    this.#next();
    this.#skipDigits();
    let isWhole = true;
    if (this.#c === point) {
      isWhole = false;
      this.#next();
      this.#skipDigits();
    }
    if (this.#c === 0x45 || this.#c === 0x65) {
      isWhole = false;
      this.#next();
      if (!this.#is(plus) && !this.#is(minus) && !isDigit(this.#c)) return this.#readRest(start, stop);
      this.#next();
      this.#skipDigits();
    }
    const numberEnd = this.#at;
    this.#skipSpace();
    // From `~` on json-smart does not look: `[1é]` is the number 1 and the text é.
    if (this.#c < 126 && !stop(this.#c) && this.#c !== end) return this.#readRest(start, stop);
    const text = this.#text.slice(start, numberEnd);
    const number = isWhole ? wholeNumber(text) : floatingNumber(text);
    if (number === undefined) throw unexpectedToken(text.slice(0, maxTokenShown), this.#at);
    return number;
  }

  /** What began as a number and goes on as a text is a text. */
  #readRest(start: number, stop: Stop): string {
    while (!stop(this.#c)) this.#next();
    return trimmed(this.#text, start, this.#at);
  }

  #readString(): string {
    const close = this.#text.indexOf(this.#text[this.#at]!, this.#at + 1);
    if (close === -1) throw endOfFile(this.#text.length, 'null');
    const plain = this.#text.slice(this.#at + 1, close);
    if (plain.includes('\\')) return this.#readEscapedString();
    this.#at = close;
    this.#next();
    return plain;
  }

  /** A string with escapes in it, which loses its control characters, as it does in json-smart; one without keeps them. */
  #readEscapedString(): string {
    const closing = this.#c;
    let read = '';
    for (;;) {
      const start = this.#at + 1;
      do this.#next();
      while (this.#c !== closing && this.#c !== backslash && this.#c >= space && this.#c !== remove);
      read += this.#text.slice(start, this.#at);
      if (this.#c === end) throw endOfFile(this.#at - 1, 'null');
      if (this.#c === backslash) read += this.#readEscape();
      else if (this.#c === closing) {
        this.#next();
        return read;
      }
    }
  }

  #readEscape(): string {
    this.#next();
    const character = String.fromCharCode(this.#c);
    if (character === 'u') return this.#readHexadecimal(4);
    if (character === 'x') return this.#readHexadecimal(2);
    return escapes[character] ?? '';
  }

  #readHexadecimal(digits: number): string {
    let code = 0;
    for (let i = 0; i < digits; i++) {
      this.#next();
      if (this.#c === end) throw endOfFile(this.#at, 'EOF');
      const digit = Number.parseInt(String.fromCharCode(this.#c), 16);
      if (Number.isNaN(digit)) throw unexpectedHexadecimal(this.#c, this.#at);
      code = code * 16 + digit;
    }
    return String.fromCharCode(code);
  }

  #skipDigits(): void {
    while (isDigit(this.#c)) this.#next();
  }

  #skipBlanks(): void {
    while (this.#c === space || this.#c === 0x0a || this.#c === 0x0d || this.#c === 0x09) this.#next();
  }

  /** Control characters too: behind numbers and names they are passed over. */
  #skipSpace(): void {
    while (this.#c <= space && this.#c !== end) this.#next();
  }
}

function isDigit(c: number): boolean {
  return c >= 0x30 && c <= 0x39;
}

/** What Character.isWhitespace says: no-break spaces are none. */
const javaSpace = /[\t-\r\x1c-\x20\u1680\u2000-\u2006\u2008-\u200a\u2028\u2029\u205f\u3000]/;

/** Trimmed like json-smart's: at least one character stays. */
function trimmed(text: string, start: number, stop: number): string {
  let from = start;
  let to = stop;
  while (from < to - 1 && javaSpace.test(text[from]!)) from++;
  while (to - 1 > from && javaSpace.test(text[to - 1]!)) to--;
  return text.slice(from, to);
}
