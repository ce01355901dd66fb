/** Reads the pieces that JSON and field patterns have in common: operators, literals, names. */
import type { Comparison, Literal } from './filter-value.ts';
import { invalidFilterPattern } from './log-errors.ts';

const literalForm = /"((?:[^"\\]|\\.)*)"|%((?:[^%\\]|\\.)*)%|([^\s()&|,\]}"=<>!]+)/y;

export class FilterLexer {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Takes the text when it comes next, white space aside. */
  takes(text: string): boolean {
    this.#skipSpace();
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  /** Takes the words, in any case and with any space between them: `NOT EXISTS`. */
  takesWords(words: RegExp): string | undefined {
    this.#skipSpace();
    const sticky = new RegExp(words.source, 'iy');
    return this.#match(sticky)?.[0];
  }

  expect(text: string): void {
    if (!this.takes(text)) throw invalidFilterPattern();
  }

  /** What a sticky expression matches here; undefined when it does not. */
  match(form: RegExp): RegExpExecArray | undefined {
    this.#skipSpace();
    return this.#match(form);
  }

  comparison(): Comparison | undefined {
    return (['!=', '<=', '>=', '=', '<', '>'] as const).find((operator) => this.takes(operator));
  }

  literal(): Literal {
    const found = this.match(literalForm);
    if (found === undefined) throw invalidFilterPattern();
    const [, quoted, regex, bare] = found;
    if (regex !== undefined) return { text: regex, form: 'regex' };
    return quoted === undefined
      ? { text: bare!, form: 'bare' }
      : { text: quoted.replace(/\\(.)/gs, '$1'), form: 'quoted' };
  }

  end(): void {
    this.#skipSpace();
    if (this.#at < this.#text.length) throw invalidFilterPattern();
  }

  #skipSpace(): void {
    while (/\s/.test(this.#text[this.#at] ?? '')) this.#at++;
  }

  #match(form: RegExp): RegExpExecArray | undefined {
    form.lastIndex = this.#at;
    const found = form.exec(this.#text);
    if (found === null) return undefined;
    this.#at = form.lastIndex;
    return found;
  }
}
