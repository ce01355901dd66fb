/** Java regular expressions, parsed: what a pattern matches, without what only matters to captures. */
import {
  anyOf,
  bothOf,
  type CharacterClass,
  escapedClasses,
  isLetterOrDigit,
  lineEnd,
  newline,
  not,
  propertyClass,
  range,
  unicodeClasses,
} from './character-class.ts';

export type PatternSyntax =
  | { readonly kind: 'character'; readonly matches: CharacterClass }
  | { readonly kind: 'sequence' | 'choice'; readonly of: readonly PatternSyntax[] }
  /** `most` is Infinity where there is no bound. */
  | { readonly kind: 'repeat'; readonly of: PatternSyntax; readonly least: number; readonly most: number }
  | { readonly kind: 'assertion'; readonly holds: Assertion };

/** Whether something is true between the two code points around a position; -1 stands for what lies before and behind the text. */
export type Assertion = (before: number, behind: number) => boolean;

/** A pattern that is wrong, or says what a matcher without backtracking cannot tell. */
export class PatternError extends Error {}

const maxNesting = 64;
const maxRepeat = 1_000;

/** Parses a pattern with Java's flags `dixmsuU`. Throws PatternError. */
export function parsePattern(pattern: string, flags: string): PatternSyntax {
  const reader = new PatternReader(pattern, flags);
  const syntax = reader.readChoice();
  if (!reader.isAtEnd) throw new PatternError('Unmatched closing )');
  return syntax;
}

/** What a group of flags matches. */
const empty: PatternSyntax = { kind: 'sequence', of: [] };

class PatternReader {
  readonly #text: string;
  #flags: string;
  #at = 0;
  #nesting = 0;
  /** Within `\Q…\E`. */
  #isQuoting = false;

  constructor(text: string, flags: string) {
    this.#text = text;
    this.#flags = flags;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  readChoice(): PatternSyntax {
    if (++this.#nesting > maxNesting) throw new PatternError(`it nests more than ${maxNesting} deep`);
    const of = [this.#readSequence()];
    while (this.#takes('|')) of.push(this.#readSequence());
    this.#nesting--;
    return of.length === 1 ? of[0]! : { kind: 'choice', of };
  }

  #readSequence(): PatternSyntax {
    const of: PatternSyntax[] = [];
    for (;;) {
      this.#skipComments();
      if (this.isAtEnd || (!this.#isQuoting && (this.#peek() === '|' || this.#peek() === ')'))) break;
      const item = this.#readItem() ?? of.pop();
      if (item !== undefined) of.push(this.#isQuoting || item === empty ? item : this.#readQuantifiers(item));
    }
    return of.length === 1 ? of[0]! : { kind: 'sequence', of };
  }

  /** Undefined at either end of `\Q…\E`: a quantifier behind it is about the last character of the quote. */
  #readItem(): PatternSyntax | undefined {
    if (this.#isQuoting && this.#takes('\\E')) {
      this.#isQuoting = false;
      return undefined;
    }
    if (this.#isQuoting) return this.#literal(this.#take());
    switch (this.#peek()) {
      case '(':
        return this.#readGroup();
      case '[':
        return { kind: 'character', matches: this.#readBracketClass() };
      case '.':
        this.#at++;
        return { kind: 'character', matches: this.#has('s') ? () => true : not(this.#lineEnd()) };
      case '^':
        this.#at++;
        return { kind: 'assertion', holds: this.#lineStart() };
      case '$':
        this.#at++;
        return { kind: 'assertion', holds: this.#endAssertion(this.#has('m')) };
      case '*':
      case '+':
      case '?':
        throw new PatternError(`Dangling meta character '${this.#peek()}'`);
      case '\\':
        return this.#readEscape();
      default:
        return this.#literal(this.#take());
    }
  }

  #readGroup(): PatternSyntax {
    this.#at++;
    const outer = this.#flags;
    if (this.#takes('?')) {
      const found = /^(?:([dixmsuU]*)(?:-([dixmsuU]*))?([:)])|<([a-zA-Z][a-zA-Z0-9]*)>)/.exec(
        this.#text.slice(this.#at, this.#at + 100),
      );
      if (found === null) throw new PatternError('it looks around, or holds on to what it matched');
      this.#at += found[0].length;
      const [, on = '', off = '', end] = found;
      this.#flags = [...(outer + on)].filter((flag) => !off.includes(flag)).join('');
      // `(?i)` holds to the end of the group it stands in.
      if (end === ')') return empty;
    }
    const inner = this.readChoice();
    if (!this.#takes(')')) throw new PatternError('Unclosed group');
    this.#flags = outer;
    return inner === empty ? { kind: 'sequence', of: [] } : inner;
  }

  #readQuantifiers(item: PatternSyntax): PatternSyntax {
    let repeated = item;
    for (;;) {
      this.#skipComments();
      const found = /^(?:([*+?])|\{(\d{1,9})(,)?(\d{1,9})?\})([?+]?)/.exec(this.#text.slice(this.#at, this.#at + 30));
      if (found === null) {
        if (this.#peek() === '{') throw new PatternError('Illegal repetition');
        return repeated;
      }
      const [whole, symbol, from, comma, to, mode] = found;
      if (mode === '+') throw new PatternError('it holds on to what it matched (a possessive quantifier)');
      this.#at += whole.length;
      const least = symbol === undefined ? Number(from) : symbol === '+' ? 1 : 0;
      const most = symbol === '?' ? 1 : symbol !== undefined ? Number.POSITIVE_INFINITY : mostOf(least, comma, to);
      if (most < least) throw new PatternError('Illegal repetition range');
      if (least > maxRepeat || (most > maxRepeat && most !== Number.POSITIVE_INFINITY)) {
        throw new PatternError(`it repeats more than ${maxRepeat} times`);
      }
      repeated = { kind: 'repeat', of: repeated, least, most };
    }
  }

  #readEscape(): PatternSyntax | undefined {
    this.#at++;
    const c = this.#peek();
    if (c === 'Q') {
      this.#at++;
      this.#isQuoting = true;
      return undefined;
    }
    if (/[1-9k]/.test(c)) throw new PatternError('it refers back to what it matched');
    switch (c) {
      case 'b':
      case 'B': {
        this.#at++;
        const isBoundary: Assertion = (before, behind) =>
          (before >= 0 && isLetterOrDigit(before)) !== (behind >= 0 && isLetterOrDigit(behind));
        return { kind: 'assertion', holds: c === 'b' ? isBoundary : (before, behind) => !isBoundary(before, behind) };
      }
      case 'A':
        this.#at++;
        return { kind: 'assertion', holds: (before) => before === -1 };
      case 'z':
        this.#at++;
        return { kind: 'assertion', holds: (_, behind) => behind === -1 };
      case 'Z':
        this.#at++;
        return { kind: 'assertion', holds: this.#endAssertion(false) };
      case 'R': {
        this.#at++;
        const carriageReturn = this.#literal('\r');
        return {
          kind: 'choice',
          of: [
            { kind: 'sequence', of: [carriageReturn, this.#literal('\n')] },
            { kind: 'character', matches: escapedClasses['v']! },
          ],
        };
      }
    }
    return { kind: 'character', matches: this.#readEscapedCharacter() };
  }

  /** What may stand behind a backslash both in a class and outside: a class of its own, or one character. */
  #readEscapedCharacter(): CharacterClass {
    const c = this.#take();
    const known = this.#classes()[c];
    if (known !== undefined && Object.hasOwn(escapedClasses, c)) return known;
    if (c === 'p' || c === 'P') {
      const found = /^(?:\{([^}]*)\}|(\w))/.exec(this.#text.slice(this.#at, this.#at + 60));
      const property = found === null ? undefined : propertyClass(found[1] ?? found[2]!, this.#has('i'));
      if (property === undefined) throw new PatternError('Unknown character property');
      this.#at += found![0].length;
      return c === 'p' ? property : not(property);
    }
    return this.#single(this.#escapedCode(c));
  }

  #escapedCode(c: string): number {
    const control = { t: 9, n: 10, r: 13, f: 12, a: 7, e: 27 }[c];
    if (control !== undefined) return control;
    const rest = this.#text.slice(this.#at, this.#at + 12);
    const found =
      c === 'x'
        ? /^(?:([0-9a-fA-F]{2})|\{([0-9a-fA-F]{1,6})\})/.exec(rest)
        : c === 'u'
          ? /^([0-9a-fA-F]{4})/.exec(rest)
          : c === '0'
            ? /^([0-3]?[0-7]{1,2})/.exec(rest)
            : c === 'c'
              ? /^(.)/s.exec(rest)
              : undefined;
    if (found === undefined) {
      if (/[a-zA-Z]/.test(c)) throw new PatternError('Illegal/unsupported escape sequence');
      return c.codePointAt(0)!;
    }
    if (found === null) throw new PatternError('Illegal escape sequence');
    this.#at += found[0].length;
    if (c === 'c') return found[1]!.charCodeAt(0) ^ 64;
    const code = Number.parseInt(found[1] ?? found[2]!, c === '0' ? 8 : 16);
    if (code > 0x10ffff) throw new PatternError('Hexadecimal codepoint is too big');
    return code;
  }

  /** `[a-z[0-9]&&[^x]]`: classes side by side are joined, `&&` keeps what both sides have. */
  #readBracketClass(): CharacterClass {
    if (++this.#nesting > maxNesting) throw new PatternError(`it nests more than ${maxNesting} deep`);
    this.#at++;
    const isNegated = this.#takes('^');
    let joined: CharacterClass[] = [];
    let kept: CharacterClass | undefined;
    for (let isFirst = true; isFirst || this.#peek() !== ']'; isFirst = false) {
      if (this.isAtEnd) throw new PatternError('Unclosed character class');
      if (this.#takes('&&')) {
        kept = meet(kept, joined);
        joined = [];
      } else if (this.#peek() === '[') joined.push(this.#readBracketClass());
      else joined.push(this.#readClassRange());
    }
    this.#at++;
    this.#nesting--;
    const all = meet(kept, joined) ?? (() => false);
    return isNegated ? not(all) : all;
  }

  #readClassRange(): CharacterClass {
    const from = this.#classCode();
    if (typeof from === 'function') return from;
    if (this.#peek() !== '-' || this.#text[this.#at + 1] === ']' || this.#text[this.#at + 1] === '[')
      return this.#single(from);
    this.#at++;
    const to = this.#classCode();
    if (typeof to === 'function' || to < from) throw new PatternError('Illegal character range');
    return range(from, to, this.#ignoredCase());
  }

  #classCode(): number | CharacterClass {
    if (this.#peek() !== '\\') return this.#take().codePointAt(0)!;
    this.#at++;
    if (/[dDwWsShHvVpP]/.test(this.#peek())) return this.#readEscapedCharacter();
    return this.#escapedCode(this.#take());
  }

  #literal(character: string): PatternSyntax {
    return { kind: 'character', matches: this.#single(character.codePointAt(0)!) };
  }

  #single(code: number): CharacterClass {
    return range(code, code, this.#ignoredCase());
  }

  #ignoredCase(): false | 'ascii' | 'unicode' {
    if (!this.#has('i')) return false;
    return this.#has('u') || this.#has('U') ? 'unicode' : 'ascii';
  }

  #classes(): Readonly<Record<string, CharacterClass>> {
    return this.#has('U') ? unicodeClasses : escapedClasses;
  }

  #lineEnd(): CharacterClass {
    return this.#has('d') ? newline : lineEnd;
  }

  #lineStart(): Assertion {
    const isLineEnd = this.#lineEnd();
    return this.#has('m')
      ? (before, behind) =>
          before === -1 || (isLineEnd(before) && behind !== -1 && !(before === 0x0d && behind === 0x0a))
      : (before) => before === -1;
  }

  /**
   * A whole text is matched, so a `$` that is no line's can only stand at the end: what Java lets follow it, a last line end, would be left unmatched.
   */
  #endAssertion(ofLines: boolean): Assertion {
    const isLineEnd = this.#lineEnd();
    return ofLines
      ? (before, behind) => behind === -1 || (isLineEnd(behind) && !(before === 0x0d && behind === 0x0a))
      : (_, behind) => behind === -1;
  }

  #has(flag: string): boolean {
    return this.#flags.includes(flag);
  }

  #peek(): string {
    return this.#text[this.#at] ?? '';
  }

  #takes(symbol: string): boolean {
    if (!this.#text.startsWith(symbol, this.#at)) return false;
    this.#at += symbol.length;
    return true;
  }

  /** One code point. */
  #take(): string {
    if (this.isAtEnd) throw new PatternError('Unexpected end of the pattern');
    const character = String.fromCodePoint(this.#text.codePointAt(this.#at)!);
    this.#at += character.length;
    return character;
  }

  /** Flag `x`: white space and `#` up to the end of the line say nothing. */
  #skipComments(): void {
    if (!this.#has('x') || this.#isQuoting) return;
    while (/\s/.test(this.#peek()) || this.#peek() === '#') {
      if (this.#peek() === '#') while (!this.isAtEnd && this.#peek() !== '\n') this.#at++;
      else this.#at++;
    }
  }
}

function mostOf(least: number, comma: string | undefined, to: string | undefined): number {
  if (to !== undefined && comma === undefined) throw new PatternError('Illegal repetition');
  return comma === undefined ? least : to === undefined ? Number.POSITIVE_INFINITY : Number(to);
}

function meet(kept: CharacterClass | undefined, joined: readonly CharacterClass[]): CharacterClass | undefined {
  if (joined.length === 0) return kept;
  return kept === undefined ? anyOf(joined) : bothOf(kept, anyOf(joined));
}
