/** What several states of the lexer have in common: how names, literals, references, directives and comments begin. */
import { isBlank, isDigit, isLetter, isNamePart, isWhitespace, isWordPart } from './character.ts';
import type { Lexer } from './lexer.ts';
import { scanNumber, scanString } from './lexer-literals.ts';
import { Kind } from './token.ts';

export const State = {
  text: 0,
  /** Behind `$`. */
  reference: 1,
  /** Behind the dot of `$a.b`. */
  member: 2,
  /** Between the parentheses of `$a.b(…)`. */
  argumentList: 3,
  /** Between the brackets of `$a[…]`. */
  index: 4,
  /** Behind `#`, before it is known what begins. */
  directiveName: 5,
  /** The arguments or expression of a directive. */
  directive: 6,
  lineComment: 7,
  blockComment: 8,
  textBlock: 9,
} as const;

/** What longestToken answers beside token kinds. */
export const Lexeme = {
  none: -1,
  /** `$` or `$!`, backslashes before it included: a reference begins. */
  dollar: -2,
  hash: -3,
  textBlockStart: -4,
  formalCommentStart: -5,
  blockCommentStart: -6,
  /** One character of a comment. */
  skip: -7,
  /** One character of a text block. */
  more: -8,
  /** The character that ends a reference; read again in the state below. */
  referenceEnd: -9,
  /** The character that shows that `#` began no directive; read again in the state below. */
  directiveEnd: -10,
} as const;

export const backslash = 92;
export const dollar = 36;
export const hash = 35;

export function take(lexer: Lexer, lexeme: number, length: number): number {
  lexer.length = length;
  return lexeme;
}

/** What may begin in every state: a reference, a directive, a text block, a comment. */
export function opening(lexer: Lexer, unit: number): number {
  const { source, offset } = lexer;
  if (unit === hash) {
    if (source.startsWith('[[', offset + 1)) return take(lexer, Lexeme.textBlockStart, 3);
    if (source.charCodeAt(offset + 1) !== 42) return take(lexer, Lexeme.hash, 1);
    const isFormal = source[offset + 2] === '*' && offset + 3 < source.length && source[offset + 3] !== '#';
    return isFormal ? take(lexer, Lexeme.formalCommentStart, 4) : take(lexer, Lexeme.blockCommentStart, 2);
  }
  if (unit !== dollar && unit !== backslash) return Lexeme.none;
  const at = unit === dollar ? offset : lexer.backslashesEnd(offset);
  if (source.charCodeAt(at) !== dollar) return Lexeme.none;
  const bang = source.charCodeAt(at + 1) === backslash ? lexer.backslashesEnd(at + 1) : at + 1;
  return take(lexer, Lexeme.dollar, (source[bang] === '!' ? bang : at) + 1 - offset);
}

/** `#set(` or `#{set}(` with the blanks before; 0 when it is none. Asked again in each state that is left here, so the answer is kept. */
export function setLength(lexer: Lexer): number {
  const { source, offset, latestSet } = lexer;
  if (latestSet.offset === offset) return latestSet.length;
  let at = isBlank(source.charCodeAt(offset)) ? lexer.blanksEnd(offset) : offset;
  latestSet.offset = offset;
  latestSet.length = 0;
  if (source.startsWith('#set', at)) at += 4;
  else if (source.startsWith('#{set}', at)) at += 6;
  else return 0;
  const name = at;
  while (source[at] === ' ') at++;
  lexer.steps += at - name;
  if (source[at] === '(') latestSet.length = at + 1 - offset;
  return latestSet.length;
}

export function isLineComment(lexer: Lexer, unit: number): boolean {
  return unit === hash && lexer.source.charCodeAt(lexer.offset + 1) === hash;
}

export function nameLength(source: string, offset: number): number {
  const unit = source.charCodeAt(offset);
  if (!isLetter(unit) && unit !== 95 && unit !== 64) return 0;
  let end = offset + 1;
  while (isWordPart(source.charCodeAt(end))) end++;
  return end - offset;
}

export function bracedNameLength(source: string, offset: number): number {
  if (source[offset] !== '{' || source[offset + 1] === '@') return 0;
  const length = nameLength(source, offset + 1);
  return length > 0 && source[offset + 1 + length] === '}' ? length + 2 : 0;
}

export function identifier(lexer: Lexer, unit: number): number {
  if (!isLetter(unit) && unit !== 95) return Lexeme.none;
  const { source, offset } = lexer;
  let end = offset + 1;
  while (isNamePart(source.charCodeAt(end))) end++;
  return take(lexer, wordKind(source, offset, end, Kind.identifier), end - offset);
}

export function wordKind(source: string, offset: number, end: number, otherwise: number): number {
  if (end - offset === 4 && source.startsWith('true', offset)) return Kind.true;
  if (end - offset === 5 && source.startsWith('false', offset)) return Kind.false;
  return otherwise;
}

export const argumentMarks: Readonly<Record<string, number>> = {
  '[': Kind.leftBracket,
  ']': Kind.rightBracket,
  '{': Kind.leftBrace,
  '}': Kind.rightBrace,
  ',': Kind.comma,
  ':': Kind.colon,
};

/** Whitespace, strings and numbers; Lexeme.none for anything else. */
export function literal(lexer: Lexer, unit: number): number {
  const { source, offset } = lexer;
  if (isWhitespace(unit)) {
    let end = offset + 1;
    while (isWhitespace(source.charCodeAt(end))) end++;
    return take(lexer, Kind.whitespace, end - offset);
  }
  if (unit === 34 || unit === 39) {
    const length = scanString(source, offset);
    return length > 0 ? take(lexer, Kind.string, length) : Lexeme.none;
  }
  if (!isDigit(unit) && unit !== 45 && unit !== 46) return Lexeme.none;
  const number = scanNumber(source, offset);
  return number === undefined ? Lexeme.none : take(lexer, number.kind, number.length);
}
