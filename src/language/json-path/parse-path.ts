/** JSON paths as Jayway's JsonPath reads them, its oddities included where somebody could meet them. */
import { functionNames, isFunctionName } from './functions.ts';
import { JsonSmartError } from './json-smart-error.ts';
import { parseFilter } from './parse-filter.ts';
import { parseJsonSmart } from './parse-json-smart.ts';
import { JsonPathError, type Parameter, type PathStep, type PathSyntax } from './path-syntax.ts';
import { closingBracket, closingQuote, skipSpaces } from './path-text.ts';

/** A path that people write has some tens of characters. */
const maxLength = 8_192;
/** Filters within filters and functions within functions. */
const maxNesting = 32;

/** Parses a path, with or without its leading `$`. Throws JsonPathError. */
export function parsePath(text: string): PathSyntax {
  if (text.length > maxLength) throw new JsonPathError(`A JSON path has at most ${maxLength} characters`, maxLength);
  const start = skipSpaces(text, 0);
  if (start === text.length) throw new JsonPathError('A JSON path must not be empty', 0);
  if (text[start] === '$' || text[start] === '@') return parsePathAt(text, start, undefined, 0);
  try {
    return parsePathAt(`$.${text.slice(start)}`, 0, undefined, 0);
  } catch (error) {
    if (!(error instanceof JsonPathError)) throw error;
    throw new JsonPathError(error.reason, Math.max(start, error.position - 2 + start));
  }
}

/** The path that stands in `text` from `start`, a `$` or `@`, up to `end` (default: the end of the text, spaces aside). */
export function parsePathAt(text: string, start: number, end: number | undefined, nesting: number): PathSyntax {
  if (nesting > maxNesting) throw new JsonPathError(`A JSON path nests at most ${maxNesting} deep`, start);
  let to = end ?? text.length;
  while (to > start && text[to - 1] === ' ') to--;
  if (text[to - 1] === '.') throw new JsonPathError("Path must not end with a '.' or '..'", to - 1);
  const root = text[start] === '@' ? '@' : '$';
  if (to - start === 1) return { root, steps: [] };
  if (text[start + 1] !== '.' && text[start + 1] !== '[') {
    throw new JsonPathError("Illegal character, expected '.' or '['", start + 1);
  }
  return { root, steps: new StepReader(text, start + 1, to, nesting).readAll() };
}

class StepReader {
  readonly #text: string;
  readonly #end: number;
  readonly #nesting: number;
  readonly #steps: PathStep[] = [];
  #at: number;

  constructor(text: string, start: number, end: number, nesting: number) {
    this.#text = text;
    this.#at = start;
    this.#end = end;
    this.#nesting = nesting;
  }

  readAll(): readonly PathStep[] {
    this.#readStep();
    // Jayway takes the last character for the end of the path it has just read: `$.a[0]x` is `$.a[0]`.
    while (this.#at < this.#end - 1) this.#readStep();
    return this.#steps;
  }

  #readStep(): void {
    switch (this.#text[this.#at]) {
      case '.':
        this.#readDot();
        this.#readStep();
        return;
      case '[':
        this.#readBracket();
        return;
      case '*':
        this.#steps.push({ kind: 'wildcard' });
        this.#at++;
        return;
      default:
        this.#readNameOrFunction();
        return;
    }
  }

  #readDot(): void {
    const isScan = this.#text[this.#at + 1] === '.';
    if (isScan) this.#steps.push({ kind: 'scan' });
    this.#at += isScan ? 2 : 1;
    if (this.#text[this.#at] === '.') throw this.#error("Character '.' is not valid here");
  }

  #readNameOrFunction(): void {
    const start = this.#at;
    if (start >= this.#end) throw this.#error('Could not parse token');
    while (this.#at < this.#end && !'.[('.includes(this.#text[this.#at]!)) {
      if (this.#text[this.#at] === ' ') {
        throw this.#error("Use bracket notion ['my prop'] if your property contains blank characters");
      }
      this.#at++;
    }
    const name = this.#text.slice(start, this.#at);
    if (this.#text[this.#at] === '(' && this.#at < this.#end) {
      this.#readFunction(name, start);
      return;
    }
    this.#steps.push({ kind: 'members', names: [name] });
  }

  #readFunction(name: string, start: number): void {
    const close = closingBracket(this.#text, this.#at, this.#end, '"');
    if (close === -1) throw this.#error(`Arguments to function: '${name}' are not closed properly`);
    if (!isFunctionName(name)) {
      throw new JsonPathError(`Function with name: ${name} does not exist (there are ${functionNames})`, start);
    }
    if (this.#steps.at(-1)?.kind === 'scan') throw new JsonPathError("A function does not follow '..'", start);
    const parameters: Parameter[] = [];
    for (const [from, to] of this.#split(this.#at + 1, close)) {
      const parameter = this.#readParameter(from, to);
      if (parameter !== undefined) parameters.push(parameter);
    }
    this.#steps.push({ kind: 'function', name, parameters });
    this.#at = close + 1;
  }

  /** Bounds of the texts between the commas that stand in no bracket and no double quotes. */
  #split(start: number, end: number): [number, number][] {
    const parts: [number, number][] = [];
    let from = start;
    for (let at = start; at < end; at++) {
      const c = this.#text[at]!;
      if (c === '"') at = closingQuote(this.#text, at, end);
      else if ('([{'.includes(c)) at = closingBracket(this.#text, at, end, '"');
      else if (c === ',') {
        parts.push([from, at]);
        from = at + 1;
      }
      if (at === -1) throw new JsonPathError('Quote or bracket not closed', from);
    }
    parts.push([from, end]);
    return parts;
  }

  /** Jayway knows a parameter by its first character, and passes over one that is neither path nor JSON: `concat('a')` has none. */
  #readParameter(from: number, to: number): Parameter | undefined {
    const text = this.#text.slice(from, to).trim();
    if (text[0] === '$' || text[0] === '@') {
      const start = from + this.#text.slice(from, to).search(/\S/);
      return { kind: 'path', path: parsePathAt(this.#text, start, start + text.length, this.#nesting + 1) };
    }
    if (!/^[{"\d-]/.test(text)) return undefined;
    try {
      return { kind: 'json', value: parseJsonSmart(text) };
    } catch (error) {
      throw new JsonPathError(`Invalid parameter: ${error instanceof JsonSmartError ? error.message : error}`, from);
    }
  }

  #readBracket(): void {
    const inner = skipSpaces(this.#text, this.#at + 1);
    const first = inner < this.#end ? this.#text[inner]! : '';
    if (first === "'" || first === '"') this.#readQuotedNames(first);
    else if (first === '*') this.#readBracketWildcard(inner);
    else if (first === '?') this.#readFilter(inner);
    else this.#readElements(inner);
  }

  #readElements(inner: number): void {
    const close = this.#text.indexOf(']', inner);
    if (close === -1 || close >= this.#end) throw this.#error('Bracket has not been closed - missing closing ]');
    this.#steps.push(this.#elements(this.#text.slice(this.#at + 1, close).trim()));
    this.#at = close + 1;
  }

  #elements(expression: string): PathStep {
    if (/^-?\d+( *, *-?\d+)*$/.test(expression)) {
      return { kind: 'elements', indexes: expression.split(',').map((index) => this.#integer(index.trim())) };
    }
    const slice = /^(-?\d+)?:(-?\d+)?(?::-?\d*)*$/.exec(expression);
    if (slice !== null && (slice[1] ?? slice[2]) !== undefined) {
      const [, from, to] = slice;
      return {
        kind: 'slice',
        from: from === undefined ? undefined : this.#integer(from),
        to: to === undefined ? undefined : this.#integer(to),
      };
    }
    // What Jayway had before it counted from the end.
    const fromEnd = /^\( *@\.length *- *(\d+) *\)$/.exec(expression);
    if (fromEnd !== null) return { kind: 'elements', indexes: [-this.#integer(fromEnd[1]!)] };
    throw this.#error("Could not parse token. Expected ?, ', 0-9, * ");
  }

  #integer(digits: string): number {
    const value = Number(digits);
    if ((value | 0) !== value) throw this.#error(`${digits} is no array position`);
    return value | 0;
  }

  #readBracketWildcard(wildcard: number): void {
    const close = skipSpaces(this.#text, wildcard + 1);
    if (close >= this.#end || this.#text[close] !== ']') throw this.#error("Expected wildcard token to end with ']'");
    this.#steps.push({ kind: 'wildcard' });
    this.#at = close + 1;
  }

  #readQuotedNames(quote: string): void {
    const names: string[] = [];
    let at = this.#at;
    do {
      const open = skipSpaces(this.#text, at + 1);
      if (open >= this.#end || this.#text[open] !== quote) throw this.#error('Found empty property');
      const close = closingQuote(this.#text, open, this.#end);
      if (close === -1) throw this.#error(`Property has not been closed - missing closing ${quote}`);
      names.push(unescaped(this.#text.slice(open + 1, close)));
      at = skipSpaces(this.#text, close + 1);
    } while (at < this.#end && this.#text[at] === ',');
    if (at >= this.#end || this.#text[at] !== ']') {
      throw this.#error('Property must be separated by comma or Property must be terminated close square bracket');
    }
    this.#steps.push({ kind: 'members', names });
    this.#at = at + 1;
  }

  #readFilter(questionMark: number): void {
    const open = skipSpaces(this.#text, questionMark + 1);
    if (open >= this.#end || this.#text[open] !== '(') throw this.#error("Expected '(' after '?'");
    const { condition, end } = parseFilter(this.#text, open, this.#end, this.#nesting);
    const close = skipSpaces(this.#text, end);
    if (close >= this.#end || this.#text[close] !== ']') throw this.#error('Filter has not been closed - missing ]');
    this.#steps.push({ kind: 'filter', condition });
    this.#at = close + 1;
  }

  #error(message: string): JsonPathError {
    return new JsonPathError(message, this.#at);
  }
}

const controls: Readonly<Record<string, string>> = { r: '\r', f: '\f', t: '\t', n: '\n', b: '\b' };

/** A quoted text without its escapes; what no escape knows stands for itself. */
export function unescaped(text: string): string {
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (_, code: string | undefined, character: string) =>
    code === undefined ? (controls[character] ?? character) : String.fromCharCode(Number.parseInt(code, 16)),
  );
}
