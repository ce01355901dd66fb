/** The expressions within `[?(…)]`. */
import { JavaDouble, type JsonValue, javaInteger } from '../java-values.ts';
import { type JavaDecimal, parseDecimal } from './java-decimal.ts';
import { JsonSmartError } from './json-smart-error.ts';
import { parseJsonSmart } from './parse-json-smart.ts';
import { parsePathAt, unescaped } from './parse-path.ts';
import {
  type Condition,
  JsonPathError,
  type Operand,
  type Operator,
  operators,
  type PathSyntax,
} from './path-syntax.ts';
import { closingBracket, closingQuote } from './path-text.ts';
import { compileWholeTextPattern } from './whole-text-pattern.ts';

/** Parentheses within one expression. */
const maxDepth = 64;

/**
 * The condition in parentheses that open at `open`, and the position behind them. `end` is the end of the path the filter is part of, `nesting` the
 * number of filters and functions around it.
 */
export function parseFilter(
  text: string,
  open: number,
  end: number,
  nesting: number,
): { condition: Condition; end: number } {
  const reader = new FilterReader(text, open, end, nesting);
  return { condition: reader.readParenthesized(), end: reader.at };
}

/** `any = all {'||' all}`, `all = operand {'&&' operand}`, `operand = '!' operand | '(' any ')' | value [operator value]`. */
class FilterReader {
  readonly #text: string;
  readonly #end: number;
  readonly #nesting: number;
  #depth = 0;
  at: number;

  constructor(text: string, start: number, end: number, nesting: number) {
    this.#text = text;
    this.at = start;
    this.#end = end;
    this.#nesting = nesting;
  }

  readParenthesized(): Condition {
    if (++this.#depth > maxDepth) throw this.#error(`A filter nests at most ${maxDepth} deep`);
    this.at++;
    const condition = this.#readAny();
    if (this.#current() !== ')') throw this.#error('Expected end of filter expression');
    this.at++;
    this.#depth--;
    return condition;
  }

  /** The character at the next position that holds no space; empty at the end. */
  #current(): string {
    while (this.at < this.#end && this.#text[this.at] === ' ') this.at++;
    return this.at < this.#end ? this.#text[this.at]! : '';
  }

  #readAny(): Condition {
    const of = [this.#readAll()];
    while (this.#takes('||')) of.push(this.#readAll());
    return of.length === 1 ? of[0]! : { kind: 'any', of };
  }

  #readAll(): Condition {
    const of = [this.#readOperand()];
    while (this.#takes('&&')) of.push(this.#readOperand());
    return of.length === 1 ? of[0]! : { kind: 'all', of };
  }

  #takes(symbol: string): boolean {
    this.#current();
    if (!this.#text.startsWith(symbol, this.at) || this.at + symbol.length > this.#end) return false;
    this.at += symbol.length;
    return true;
  }

  #readOperand(): Condition {
    if (this.#current() === '(') return this.readParenthesized();
    let isNegated = false;
    if (this.#current() === '!') {
      this.at++;
      const next = this.#current();
      if (next !== '@' && next !== '$') {
        if (++this.#depth > maxDepth) throw this.#error(`A filter nests at most ${maxDepth} deep`);
        const condition = this.#readOperand();
        this.#depth--;
        return { kind: 'not', condition };
      }
      isNegated = true;
    }
    return this.#readComparison(isNegated);
  }

  /** `isNegated` is about a path that stands alone: Jayway passes over the `!` of `!@.a == 1`. */
  #readComparison(isNegated: boolean): Condition {
    const start = this.at;
    const left = this.#readValue();
    const operator = this.#readOperator();
    if (operator !== undefined) return { kind: 'comparison', left, operator, right: this.#readValue() };
    if (left.kind === 'path') return { kind: 'exists', path: left.path, expected: !isNegated };
    throw new JsonPathError('Expected an operator behind a value', start);
  }

  /** Undefined, and nothing read, when no operator follows. */
  #readOperator(): Operator | undefined {
    const c = this.#current();
    const [written] = /^(?:[<>=~!]+|[^ )]*)/.exec(this.#text.slice(this.at, this.at + 12))!;
    const operator = operators.find((each) => each === written.toLowerCase());
    if (operator !== undefined) {
      this.at += written.length;
      return operator;
    }
    if (c === ')' || c === '' || this.#text.startsWith('&&', this.at) || this.#text.startsWith('||', this.at))
      return undefined;
    throw this.#error(`Filter operator ${written} is not supported!`);
  }

  #readValue(): Operand {
    const c = this.#current();
    const start = this.at;
    switch (c) {
      case '$':
      case '@':
        return { kind: 'path', path: this.#readPath() };
      case "'":
      case '"': {
        const close = closingQuote(this.#text, start, this.#end);
        if (close === -1) throw this.#error('String literal does not have matching quotes');
        this.at = close + 1;
        return { kind: 'value', value: unescaped(this.#text.slice(start + 1, close)) };
      }
      case '[':
      case '{': {
        const close = closingBracket(this.#text, start, this.#end, '\'"');
        if (close === -1) throw this.#error('JSON not closed');
        this.at = close + 1;
        return { kind: 'value', value: this.#json(this.#text.slice(start, close + 1), start) };
      }
      case '/':
        return this.#readPattern();
      default:
        return { kind: 'value', value: this.#readWordOrNumber() };
    }
  }

  #json(text: string, start: number): JsonValue {
    try {
      return parseJsonSmart(text);
    } catch (error) {
      throw new JsonPathError(`Invalid JSON: ${error instanceof JsonSmartError ? error.message : error}`, start);
    }
  }

  #readWordOrNumber(): JsonValue {
    const start = this.at;
    for (const [word, value] of words) {
      if (!this.#text.startsWith(word, start) || start + word.length > this.#end) continue;
      this.at += word.length;
      return value;
    }
    while (this.at < this.#end && /[\d.eE-]/.test(this.#text[this.at]!)) this.at++;
    const number = parseDecimal(this.#text.slice(start, this.at));
    if (number === undefined) throw new JsonPathError('Expected a value', start);
    return simplest(number);
  }

  #readPattern(): Operand {
    const start = this.at;
    const close = closingQuote(this.#text, start, this.#end);
    if (close === -1) throw this.#error('Pattern not closed. Expected /');
    this.at = close + 1;
    while (this.at < this.#end && 'dixmsuU'.includes(this.#text[this.at]!)) this.at++;
    const pattern = compileWholeTextPattern(this.#text.slice(start + 1, close), this.#text.slice(close + 1, this.at));
    if (typeof pattern === 'string') throw new JsonPathError(pattern, start);
    return { kind: 'pattern', pattern };
  }

  /** A path ends at a space, an operator, or a parenthesis it has not opened itself. */
  #readPath(): PathSyntax {
    const start = this.at;
    this.at++;
    while (this.at < this.#end) {
      const c = this.#text[this.at]!;
      if (' <>=~!)'.includes(c)) break;
      if (c === '[') this.#passOver('\'"');
      else if (c === '(') this.#passOver('"');
      this.at++;
    }
    return parsePathAt(this.#text, start, this.at, this.#nesting + 1);
  }

  /** Goes to the bracket that closes the one it stands at. */
  #passOver(quotes: string): void {
    const close = closingBracket(this.#text, this.at, this.#end, quotes);
    if (close === -1) throw this.#error('Brackets do not match in filter');
    this.at = close;
  }

  #error(message: string): JsonPathError {
    return new JsonPathError(message, this.at);
  }
}

/** The same number as an Integer or Double where nothing is lost, as those are compared faster. */
function simplest(number: JavaDecimal): JsonValue {
  const text = String(number);
  if (text.length > 15) return number;
  if (/^-?\d+$/.test(text)) return javaInteger(text);
  const double = new JavaDouble(number.value);
  return String(double) === text ? double : number;
}

const words: readonly (readonly [string, JsonValue])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
];
