/** A place in the text of a pattern, and the flags that hold there. */

/** A pattern that is wrong, or says what a matcher without backtracking cannot tell. */
export class PatternError extends Error {}

const maxNesting = 64;

export class PatternCursor {
  readonly #text: string;
  #at = 0;
  #nesting = 0;
  /** Of Java's `dixmsuU`. */
  flags: string;

  constructor(text: string, flags: string) {
    this.#text = text;
    this.flags = flags;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  has(flag: string): boolean {
    return this.flags.includes(flag);
  }

  /** The code unit so many places on; empty at the end. */
  peek(ahead = 0): string {
    return this.#text[this.#at + ahead] ?? '';
  }

  /** Passes over a symbol if it stands here. */
  takes(symbol: string): boolean {
    if (!this.#text.startsWith(symbol, this.#at)) return false;
    this.#at += symbol.length;
    return true;
  }

  /** One code point. */
  take(): string {
    if (this.isAtEnd) throw new PatternError('Unexpected end of the pattern');
    const character = String.fromCodePoint(this.#text.codePointAt(this.#at)!);
    this.#at += character.length;
    return character;
  }

  /** Passes over what an expression, which begins with `^`, finds within the next hundred code units. */
  match(expression: RegExp): RegExpExecArray | null {
    const found = expression.exec(this.#text.slice(this.#at, this.#at + 100));
    this.#at += found?.[0].length ?? 0;
    return found;
  }

  /** What `read` gives, one level further in. */
  nested<T>(read: () => T): T {
    if (++this.#nesting > maxNesting) throw new PatternError(`it nests more than ${maxNesting} deep`);
    const result = read();
    this.#nesting--;
    return result;
  }

  /** Flag `x`: white space and `#` up to the end of the line say nothing. */
  skipComments(): void {
    if (this.has('x')) while (this.match(/^(?:\s+|#[^\n]*)/) !== null);
  }
}
