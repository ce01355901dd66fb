/**
 * Cuts a template into tokens exactly as Apache Velocity 1.7 does, whose token manager is a machine of eleven states and a stack. Which state a
 * character is read in decides nearly everything that surprises in VTL (`$a#set(…)` leaves the text behind it in reference state, `5-1` is two
 * numbers), so the machine is kept, token by token, rather than imitated. Every character is looked at a bounded number of times.
 */
import { isBlank } from './character.ts';
import { Lexeme, State } from './lexer-parts.ts';
import { longestToken } from './lexer-states.ts';
import { type Position, positionAt, TemplateError } from './template-error.ts';
import { Kind, type Token } from './token.ts';

/** Backslashes and blanks come in runs that many tokens look across; where the latest run ends is kept to keep the lexer linear. */
interface Run {
  start: number;
  end: number;
}

export class Lexer {
  readonly source: string;
  /** Every token so far, in order. */
  readonly tokens: Token[] = [];
  /** Next character to read. */
  offset = 0;
  state: number = State.text;
  /** Set by longestToken: how many characters it took. */
  length = 0;
  /** Where a `#set(` was last looked for, and how long it is. */
  readonly latestSet = { offset: -1, length: 0 };
  /** In the expression of a #set; the parser ends it. */
  inSet = false;
  private inComment = false;
  private leftParentheses = 0;
  private rightParentheses = 0;
  private readonly stack: { leftParentheses: number; rightParentheses: number; state: number }[] = [];
  private readonly backslashes: Run = { start: 0, end: 0 };
  private readonly blanks: Run = { start: 0, end: 0 };
  /** How often something was looked for, and how far for what may be long; tests show that it grows with the source. */
  steps = 0;

  constructor(source: string) {
    this.source = source;
  }

  /** Reads one token more and appends it to `tokens`. Throws TemplateError where no token fits. */
  next(): Token {
    const { source } = this;
    let loose = '';
    let hidesLoose = false;
    for (;;) {
      const start = this.offset;
      if (start >= source.length) return this.push(Kind.end, '', loose, start);
      const token = this.longest(start);
      if (token >= 0) {
        const image = source.slice(start, this.offset + this.length);
        this.offset += this.length;
        return this.push(token, this.after(token, image), hidesLoose ? '' : loose, start);
      }
      if (token === Lexeme.skip) {
        this.offset += this.length;
        continue;
      }
      const image = source.slice(start, this.offset + 1);
      loose += looseText(image);
      hidesLoose = image.startsWith('##');
      this.pop();
    }
  }

  /** Takes what only begins a token (`$`, `#`, `#[[`), until something follows that completes it. */
  private longest(start: number): number {
    for (;;) {
      this.steps++;
      const lexeme = longestToken(this);
      if (lexeme >= 0 || lexeme <= Lexeme.referenceEnd || lexeme === Lexeme.skip) return lexeme;
      if (lexeme === Lexeme.none) throw this.lexicalError(this.offset);
      this.begin(lexeme);
      this.offset += this.length;
      if (this.offset >= this.source.length) throw this.lexicalError(start);
    }
  }

  private begin(lexeme: number): void {
    if (this.inComment) return;
    switch (lexeme) {
      case Lexeme.dollar:
        if (this.state === State.reference) this.pop();
        this.enter(State.reference);
        return;
      case Lexeme.hash:
        // In `$a.b#if` the reference ends here.
        if (this.state === State.reference || this.state === State.member) this.pop();
        this.enter(State.directiveName);
        return;
      case Lexeme.textBlockStart:
        this.inComment = true;
        this.enter(State.textBlock);
        return;
      case Lexeme.formalCommentStart:
        // The character behind `#**` was needed to tell, and is part of the comment.
        this.length--;
        this.inComment = true;
        this.enter(State.blockComment);
        return;
      default:
        this.inComment = true;
        this.enter(State.blockComment);
    }
  }

  /** What a token does to the state; answers its image. */
  private after(kind: number, image: string): string {
    switch (kind) {
      case Kind.indexStart:
        this.enter(State.index);
        return image;
      case Kind.indexEnd:
      case Kind.referenceBraceEnd:
      case Kind.endDirective:
      case Kind.else:
        this.pop();
        return image;
      case Kind.leftParenthesis:
        this.leftParentheses++;
        if (this.state === State.member) this.state = State.argumentList;
        return image;
      case Kind.rightParenthesis:
        this.closeParenthesis();
        return image;
      case Kind.methodEnd:
        this.state = State.reference;
        return image;
      case Kind.set:
        this.inSet = true;
        this.enter(State.directive);
        this.leftParentheses++;
        return image;
      case Kind.if:
      case Kind.elseif:
        this.state = State.directive;
        return image;
      case Kind.lineComment:
        if (this.state === State.reference) this.pop();
        this.inComment = true;
        this.enter(State.lineComment);
        return image;
      case Kind.lineCommentEnd:
      case Kind.blockComment:
      case Kind.textBlock:
        this.inComment = false;
        this.pop();
        return image;
      case Kind.dot:
        // The letter behind the dot was needed to tell, and begins the name.
        this.offset--;
        this.state = State.member;
        return '.';
      case Kind.string:
        if (this.state === State.directive) this.endBareArgument();
        return image;
      case Kind.integer: {
        const isRange = image.endsWith('..');
        if (isRange) this.offset -= 2;
        if (this.state !== State.argumentList && this.state !== State.index) this.endBareArgument();
        return isRange ? image.slice(0, -2) : image;
      }
      case Kind.decimal:
        if (this.state !== State.argumentList) this.endBareArgument();
        return image;
      default:
        return image;
    }
  }

  /** A literal outside parentheses, as in `#5`, is text: back to what was before. */
  private endBareArgument(): void {
    if (this.leftParentheses === 0 && !this.inSet) this.pop();
  }

  /** Leaves the state that this parenthesis closes, and all above it. */
  private closeParenthesis(): void {
    for (;;) {
      if (this.leftParentheses > 0) {
        if (this.leftParentheses === this.rightParentheses + 1) this.pop();
        else this.rightParentheses++;
        return;
      }
      if (!this.pop()) return;
    }
  }

  private enter(state: number): void {
    this.stack.push({
      leftParentheses: this.leftParentheses,
      rightParentheses: this.rightParentheses,
      state: this.state,
    });
    this.leftParentheses = 0;
    this.state = state;
  }

  /** Back to the state below; false at the bottom. */
  pop(): boolean {
    const below = this.stack.pop();
    if (below === undefined) {
      this.leftParentheses = 0;
      this.state = State.text;
      return false;
    }
    this.leftParentheses = below.leftParentheses;
    this.rightParentheses = below.rightParentheses;
    this.state = below.state;
    return true;
  }

  /** The name behind `#` has been read: what follows is read as its arguments. */
  enterArguments(): void {
    this.state = State.directive;
  }

  /** Whether, blanks and line ends aside, a `(` comes next. */
  isBeforeParenthesis(): boolean {
    let at = this.offset;
    while (isBlank(this.source.charCodeAt(at)) || this.source[at] === '\n' || this.source[at] === '\r') at++;
    return this.source[at] === '(';
  }

  /** Where the backslashes that begin at an offset end. */
  backslashesEnd(offset: number): number {
    return this.runEnd(offset, this.backslashes, isBackslash);
  }

  /** Where the blanks that begin at an offset end. */
  blanksEnd(offset: number): number {
    return this.runEnd(offset, this.blanks, isBlank);
  }

  private runEnd(offset: number, run: Run, belongs: (unit: number) => boolean): number {
    if (offset >= run.start && offset < run.end) return run.end;
    let end = offset;
    while (belongs(this.source.charCodeAt(end))) end++;
    this.steps += end - offset;
    run.start = offset;
    run.end = end;
    return end;
  }

  position(offset: number): Position {
    return positionAt(this.source, offset);
  }

  private push(kind: number, image: string, loose: string, offset: number): Token {
    const token: Token = { kind, image, loose, offset };
    this.tokens.push(token);
    return token;
  }

  private lexicalError(start: number): TemplateError {
    const unit = this.source[this.offset];
    const what = unit === undefined ? '<EOF>' : JSON.stringify(unit);
    return new TemplateError(
      `Lexical error: Encountered: ${what}`,
      this.position(unit === undefined ? start : this.offset),
    );
  }
}

function isBackslash(unit: number): boolean {
  return unit === 92;
}

/** What stays visible of characters that began something and then did not: `$`, `#`, and backslashes before a `$`. */
function looseText(image: string): string {
  let text = '';
  for (let at = 0; at < image.length; at++) {
    if (image[at] === '#' || image[at] === '$') text += image[at];
    if (image[at] !== '\\') continue;
    let end = at;
    while (image[end] === '\\') end++;
    if (image[end] !== '$') continue;
    text += image.slice(at, end + 1);
    // Velocity passes over the character behind the `$` too.
    at = end + 1;
  }
  return text;
}
