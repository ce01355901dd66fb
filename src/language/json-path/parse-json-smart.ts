/**
 * JSON as json-smart reads it in its permissive mode, which is how AWS reads bodies for templates and mappings: quotes may be single or missing, commas
 * too many, and what follows the first value is not looked at. Errors carry json-smart's words, which clients see (recorded).
 */
import { JavaDouble, type JsonValue, javaInteger } from '../java-values.ts';
import { parseDecimal } from './java-decimal.ts';

/** A text json-smart refuses; the message is json-smart's. */
export class JsonSmartError extends Error {
  /** As json-smart counts: from 0, and one before the end for a text that ends too early. */
  readonly position: number;

  constructor(message: string, position: number) {
    super(message);
    this.name = 'JsonSmartError';
    this.position = position;
  }
}

/** json-smart's own bound. */
const maxDepth = 400;

/** Longer whole numbers would take a time to read and print that grows faster than they do. json-smart has no bound. */
const maxDigits = 10_000;

/** Stands for the end of the text. json-smart takes this very character, so in a text it ends it. */
const end = 0x1a;

/**
 * The first value of a text. An empty text is an empty string, and a text that begins like no JSON is one string, whole. Throws JsonSmartError.
 */
export function parseJsonSmart(text: string): JsonValue {
  return new Reader(text).readDocument();
}

/** What ends an unquoted text or number: nothing but the end, or a character of the place it stands in. */
type Stop = (c: number) => boolean;
const stopAtEnd: Stop = (c) => c === end;
const stopInArray: Stop = (c) => c === 0x2c || c === 0x5d || c === end;
const stopInObject: Stop = (c) => c === 0x2c || c === 0x7d || c === end;
const stopInKey: Stop = (c) => c === 0x3a || c === end;

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
    while (this.#c === 0x20 || this.#c === 0x0a || this.#c === 0x0d || this.#c === 0x09) this.#next();
    switch (this.#c) {
      case 0x7b: // {
        return this.#readObject();
      case 0x5b: // [
        return this.#readArray();
      case 0x22: // "
      case 0x27: // '
        return this.#readString();
      case 0x3a: // :
      case 0x7d: // }
      case 0x5d: // ]
        throw this.#unexpectedCharacter(this.#at);
      case end:
        if (stop !== stopAtEnd) throw this.#endOfFile(this.#at - 1, 'EOF');
        return '';
      default:
        return isDigit(this.#c) || this.#c === 0x2d ? this.#readNumber(stop) : this.#readWord(stop);
    }
  }

  #readArray(): JsonValue[] {
    this.#descend();
    const list: JsonValue[] = [];
    this.#next();
    for (;;) {
      switch (this.#c) {
        case 0x20:
        case 0x0d:
        case 0x0a:
        case 0x09:
        case 0x2c: // Commas separate and mean nothing else: `[,1,,2,]` has two elements.
          this.#next();
          continue;
        case 0x5d:
          this.#depth--;
          this.#next();
          return list;
        case 0x3a:
        case 0x7d:
          throw this.#unexpectedCharacter(this.#at);
        case end:
          throw this.#endOfFile(this.#at - 1, 'EOF');
        default:
          list.push(this.#readValue(stopInArray));
      }
    }
  }

  #readObject(): Map<string, JsonValue> {
    this.#descend();
    const members = new Map<string, JsonValue>();
    for (;;) {
      this.#next();
      switch (this.#c) {
        case 0x20:
        case 0x0d:
        case 0x0a:
        case 0x09:
        case 0x2c:
          continue;
        case 0x3a:
        case 0x5d:
        case 0x5b:
        case 0x7b:
          throw this.#unexpectedCharacter(this.#at);
        case 0x7d:
          this.#depth--;
          this.#next();
          return members;
      }
      const key = this.#c === 0x22 || this.#c === 0x27 ? this.#readString() : this.#readUnquoted(stopInKey);
      this.#skipSpace();
      if (this.#c === end) throw this.#endOfFile(this.#at - 1, 'null');
      if (this.#c !== 0x3a) throw this.#unexpectedCharacter(this.#at - 1);
      if (this.#at + 1 >= this.#text.length) throw this.#endOfFile(this.#at, 'EOF');
      this.#next();
      members.set(key, this.#readValue(stopInObject));
      this.#skipSpace();
      if (this.#is(0x7d)) {
        this.#depth--;
        this.#next();
        return members;
      }
      if (this.#is(end)) throw this.#endOfFile(this.#at - 1, 'null');
      if (!this.#is(0x2c)) throw this.#unexpectedToken(String.fromCharCode(this.#c), this.#at - 1);
    }
  }

  #descend(): void {
    if (++this.#depth <= maxDepth) return;
    const message = 'Malicious payload, having non natural depths, parsing stoped on';
    throw new JsonSmartError(`${message} ${String.fromCharCode(this.#c)} at position ${this.#at}.`, this.#at);
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
    if (this.#c === 0x2e) {
      isWhole = false;
      this.#next();
      this.#skipDigits();
    }
    if (this.#c === 0x45 || this.#c === 0x65) {
      isWhole = false;
      this.#next();
      if (!this.#is(0x2b) && !this.#is(0x2d) && !isDigit(this.#c)) return this.#readRest(start, stop);
      this.#next();
      this.#skipDigits();
    }
    const numberEnd = this.#at;
    this.#skipSpace();
    // From `~` on json-smart does not look: `[1é]` is the number 1 and the text é.
    if (this.#c < 126 && !stop(this.#c) && this.#c !== end) return this.#readRest(start, stop);
    const text = this.#text.slice(start, numberEnd);
    return isWhole ? this.#wholeNumber(text) : this.#floatingNumber(text);
  }

  /** What began as a number and goes on as a text is a text. */
  #readRest(start: number, stop: Stop): string {
    while (!stop(this.#c)) this.#next();
    return trimmed(this.#text, start, this.#at);
  }

  #wholeNumber(text: string): JsonValue {
    if (text === '-') return 0;
    if (text.length > maxDigits) throw this.#unexpectedToken(text.slice(0, 40), this.#at);
    return javaInteger(text);
  }

  #floatingNumber(text: string): JsonValue {
    if (text.length <= 18) {
      const value = Number(text);
      if (Number.isNaN(value)) throw this.#unexpectedToken(text, this.#at);
      return new JavaDouble(value);
    }
    const value = text.length > maxDigits ? undefined : parseDecimal(text);
    if (value === undefined) throw this.#unexpectedToken(text.slice(0, 40), this.#at);
    return value;
  }

  #readString(): string {
    const quote = this.#text[this.#at]!;
    const close = this.#text.indexOf(quote, this.#at + 1);
    if (close === -1) throw this.#endOfFile(this.#text.length, 'null');
    const plain = this.#text.slice(this.#at + 1, close);
    if (plain.includes('\\')) return this.#readEscapedString();
    this.#at = close;
    this.#next();
    return plain;
  }

  /** A string with escapes in it, which loses its control characters, as it does in json-smart; one without keeps them. */
  #readEscapedString(): string {
    const quote = this.#c;
    let read = '';
    for (;;) {
      const runStart = this.#at + 1;
      do this.#next();
      while (this.#c !== quote && this.#c !== 0x5c && this.#c >= 0x20 && this.#c !== 0x7f);
      read += this.#text.slice(runStart, this.#at);
      if (this.#c === end) throw this.#endOfFile(this.#at - 1, 'null');
      if (this.#c === quote) {
        this.#next();
        return read;
      }
      if (this.#c === 0x5c) read += this.#readEscape();
    }
  }

  #readEscape(): string {
    this.#next();
    switch (this.#c) {
      case 0x74:
        return '\t';
      case 0x6e:
        return '\n';
      case 0x72:
        return '\r';
      case 0x66:
        return '\f';
      case 0x62:
        return '\b';
      case 0x5c:
      case 0x2f:
      case 0x27:
      case 0x22:
        return String.fromCharCode(this.#c);
      case 0x75:
        return this.#readHexadecimal(4);
      case 0x78:
        return this.#readHexadecimal(2);
      default:
        return '';
    }
  }

  #readHexadecimal(digits: number): string {
    let code = 0;
    for (let i = 0; i < digits; i++) {
      this.#next();
      if (this.#c === end) throw this.#endOfFile(this.#at, 'EOF');
      const digit = Number.parseInt(String.fromCharCode(this.#c), 16);
      if (Number.isNaN(digit)) {
        const message = `Unexpected unicode escape sequence ${String.fromCharCode(this.#c)} at position ${this.#at}.`;
        throw new JsonSmartError(message, this.#at);
      }
      code = code * 16 + digit;
    }
    return String.fromCharCode(code);
  }

  #skipDigits(): void {
    while (isDigit(this.#c)) this.#next();
  }

  #skipSpace(): void {
    while (this.#c <= 0x20 && this.#c !== end) this.#next();
  }

  #endOfFile(position: number, expected: 'EOF' | 'null'): JsonSmartError {
    return new JsonSmartError(`Unexpected End Of File position ${position}: ${expected}`, position);
  }

  #unexpectedCharacter(position: number): JsonSmartError {
    const character = String.fromCharCode(this.#c);
    return new JsonSmartError(`Unexpected character (${character}) at position ${position}.`, position);
  }

  #unexpectedToken(token: string, position: number): JsonSmartError {
    return new JsonSmartError(`Unexpected token ${token} at position ${position}.`, position);
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
