/** The states of the lexer, and which token each finds longest at a place. Ties go to the token listed first in Velocity's grammar. */
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

const backslash = 92;
const dollar = 36;
const hash = 35;

/** The longest token or Lexeme at the lexer's offset; its length is left in `lexer.length`. */
export function longestToken(lexer: Lexer): number {
  const unit = lexer.source.charCodeAt(lexer.offset);
  switch (lexer.state) {
    case State.text:
      return inText(lexer, unit);
    case State.reference:
      return inReference(lexer, unit);
    case State.member:
      return inMember(lexer, unit);
    case State.argumentList:
      return inArgumentList(lexer, unit);
    case State.index:
      return inIndex(lexer, unit);
    case State.directiveName:
      return inDirectiveName(lexer, unit);
    case State.directive:
      return inDirective(lexer, unit);
    default:
      return inComment(lexer, unit);
  }
}

function take(lexer: Lexer, lexeme: number, length: number): number {
  lexer.length = length;
  return lexeme;
}

/** What may begin in every state: a reference, a directive, a text block, a comment. */
function opening(lexer: Lexer, unit: number): number {
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

/** `#set(` or `#{set}(` with the blanks before; 0 when it is none. */
function setLength(lexer: Lexer): number {
  const { source, offset } = lexer;
  let at = isBlank(source.charCodeAt(offset)) ? lexer.blanksEnd(offset) : offset;
  if (source.startsWith('#set', at)) at += 4;
  else if (source.startsWith('#{set}', at)) at += 6;
  else return 0;
  while (source[at] === ' ') at++;
  return source[at] === '(' ? at + 1 - offset : 0;
}

function isLineComment(lexer: Lexer, unit: number): boolean {
  return unit === hash && lexer.source.charCodeAt(lexer.offset + 1) === hash;
}

/** `$[`, `$![`, `$\![` and `$.` are text. */
function emptyIndexLength(source: string, offset: number): number {
  const second = source[offset + 1];
  if (second === '[' || second === '.') return 2;
  if (source.startsWith('![', offset + 1)) return 3;
  return source.startsWith('\\![', offset + 1) ? 4 : 0;
}

function inText(lexer: Lexer, unit: number): number {
  const { source, offset } = lexer;
  if (unit === dollar) {
    const length = emptyIndexLength(source, offset);
    // `$\![` is as long as `$\!` and its bracket; the reference alone is shorter.
    return length > 0 ? take(lexer, Kind.emptyIndex, length) : opening(lexer, unit);
  }
  if (unit === hash) {
    if (isLineComment(lexer, unit)) return take(lexer, Kind.lineComment, 2);
    const length = setLength(lexer);
    return length > 0 ? take(lexer, Kind.set, length) : opening(lexer, unit);
  }
  if (unit === backslash) return backslashesInText(lexer);
  if (isBlank(unit)) {
    const length = setLength(lexer);
    if (length > 0) return take(lexer, Kind.set, length);
  }
  let end = offset + 1;
  for (; end < source.length; end++) {
    const next = source.charCodeAt(end);
    if (next === dollar || next === hash || next === backslash) break;
  }
  return take(lexer, Kind.text, end - offset);
}

function backslashesInText(lexer: Lexer): number {
  const { source, offset } = lexer;
  const end = lexer.backslashesEnd(offset);
  if (source.charCodeAt(end) === dollar) return opening(lexer, backslash);
  if (source.charCodeAt(end) === hash && (end - offset) % 2 === 1) {
    const length = nameLength(source, end + 1) || bracedNameLength(source, end + 1);
    if (length > 0) return take(lexer, Kind.escapedDirective, end + 1 + length - offset);
  }
  return end - offset > 1 ? take(lexer, Kind.doubleEscape, 2) : take(lexer, Kind.escape, 1);
}

function nameLength(source: string, offset: number): number {
  const unit = source.charCodeAt(offset);
  if (!isLetter(unit) && unit !== 95 && unit !== 64) return 0;
  let end = offset + 1;
  while (isWordPart(source.charCodeAt(end))) end++;
  return end - offset;
}

function bracedNameLength(source: string, offset: number): number {
  if (source[offset] !== '{' || source[offset + 1] === '@') return 0;
  const length = nameLength(source, offset + 1);
  return length > 0 && source[offset + 1 + length] === '}' ? length + 2 : 0;
}

function identifier(lexer: Lexer, unit: number): number {
  if (!isLetter(unit) && unit !== 95) return Lexeme.none;
  const { source, offset } = lexer;
  let end = offset + 1;
  while (isNamePart(source.charCodeAt(end))) end++;
  return take(lexer, wordKind(source, offset, end, Kind.identifier), end - offset);
}

function wordKind(source: string, offset: number, end: number, otherwise: number): number {
  if (end - offset === 4 && source.startsWith('true', offset)) return Kind.true;
  if (end - offset === 5 && source.startsWith('false', offset)) return Kind.false;
  return otherwise;
}

/** What references and their members have in common, from the brackets to the character that ends them. */
function referencePart(lexer: Lexer, unit: number): number {
  const { source, offset } = lexer;
  const name = identifier(lexer, unit);
  if (name !== Lexeme.none) return name;
  if (unit === 46 && isLetter(source.charCodeAt(offset + 1))) return take(lexer, Kind.dot, 2);
  if (unit === 91) return take(lexer, Kind.indexStart, 1);
  if (unit === 123) return take(lexer, Kind.referenceBrace, 1);
  if (unit === 125) return take(lexer, Kind.referenceBraceEnd, 1);
  if (unit === hash || isBlank(unit)) {
    const length = setLength(lexer);
    if (length > 0) return take(lexer, Kind.set, length);
  }
  const begun = opening(lexer, unit);
  return begun !== Lexeme.none ? begun : take(lexer, Lexeme.referenceEnd, 1);
}

function inReference(lexer: Lexer, unit: number): number {
  if (isLineComment(lexer, unit)) return take(lexer, Kind.lineComment, 2);
  if (unit === dollar) {
    const length = emptyIndexLength(lexer.source, lexer.offset);
    if (length > 0) return take(lexer, Kind.emptyIndex, length);
  }
  return referencePart(lexer, unit);
}

function inMember(lexer: Lexer, unit: number): number {
  return unit === 40 ? take(lexer, Kind.leftParenthesis, 1) : referencePart(lexer, unit);
}

const argumentMarks: Readonly<Record<string, number>> = {
  '[': Kind.leftBracket,
  ']': Kind.rightBracket,
  '{': Kind.leftBrace,
  '}': Kind.rightBrace,
  ',': Kind.comma,
  ':': Kind.colon,
};

/** Whitespace, strings and numbers; Lexeme.none for anything else. */
function literal(lexer: Lexer, unit: number): number {
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

function inArgumentList(lexer: Lexer, unit: number): number {
  const { source, offset } = lexer;
  if (unit === 41) return take(lexer, Kind.methodEnd, 1);
  const mark = argumentMarks[source[offset]!];
  if (mark !== undefined) return take(lexer, mark, 1);
  if (unit === hash || isBlank(unit)) {
    const length = setLength(lexer);
    if (length > 0) return take(lexer, Kind.set, length);
  }
  const name = identifier(lexer, unit);
  if (name !== Lexeme.none) return name;
  const value = literal(lexer, unit);
  if (value !== Lexeme.none) return value;
  if (unit === 46 && source[offset + 1] === '.') return take(lexer, Kind.dotDot, 2);
  if (unit === 46 && isLetter(source.charCodeAt(offset + 1))) return take(lexer, Kind.dot, 2);
  return opening(lexer, unit);
}

function inIndex(lexer: Lexer, unit: number): number {
  if (unit === 93) return take(lexer, Kind.indexEnd, 1);
  if (lexer.source.startsWith('true', lexer.offset)) return take(lexer, Kind.true, 4);
  if (lexer.source.startsWith('false', lexer.offset)) return take(lexer, Kind.false, 5);
  const value = literal(lexer, unit);
  return value !== Lexeme.none ? value : opening(lexer, unit);
}

/** Blanks and one line end behind a directive belong to it; without a line end the blanks stay. */
function withLineEnd(source: string, end: number): number {
  let at = end;
  while (isBlank(source.charCodeAt(at))) at++;
  if (source[at] === '\n') return at + 1;
  if (source[at] !== '\r') return end;
  return source[at + 1] === '\n' ? at + 2 : at + 1;
}

const directiveNames: Readonly<Record<string, number>> = {
  end: Kind.endDirective,
  '{end}': Kind.endDirective,
  if: Kind.if,
  '{if}': Kind.if,
  elseif: Kind.elseif,
  '{elseif}': Kind.elseif,
  else: Kind.else,
  '{else}': Kind.else,
};

function inDirectiveName(lexer: Lexer, unit: number): number {
  const { source, offset } = lexer;
  if (isLineComment(lexer, unit)) return take(lexer, Kind.lineComment, 2);
  const bare = nameLength(source, offset);
  const length = bare || bracedNameLength(source, offset);
  if (length > 0) {
    const name = source.slice(offset, offset + length);
    const kind = Object.hasOwn(directiveNames, name) ? directiveNames[name]! : undefined;
    if (kind === Kind.endDirective || kind === Kind.else) {
      return take(lexer, kind, withLineEnd(source, offset + length) - offset);
    }
    return take(lexer, kind ?? (bare > 0 ? Kind.word : Kind.bracedWord), length);
  }
  if (isDigit(unit) || unit === 45 || unit === 46) {
    const number = scanNumber(source, offset);
    if (number !== undefined) return take(lexer, number.kind, number.length);
  }
  const begun = opening(lexer, unit);
  return begun !== Lexeme.none ? begun : take(lexer, Lexeme.directiveEnd, 1);
}

const operatorWords: Readonly<Record<string, number>> = {
  and: Kind.and,
  or: Kind.or,
  lt: Kind.less,
  le: Kind.lessOrEqual,
  gt: Kind.greater,
  ge: Kind.greaterOrEqual,
  eq: Kind.equal,
  ne: Kind.notEqual,
  not: Kind.not,
};

const longOperators: Readonly<Record<string, number>> = {
  '..': Kind.dotDot,
  '&&': Kind.and,
  '||': Kind.or,
  '<=': Kind.lessOrEqual,
  '>=': Kind.greaterOrEqual,
  '==': Kind.equal,
  '!=': Kind.notEqual,
};

const shortOperators: Readonly<Record<string, number>> = {
  ...argumentMarks,
  '(': Kind.leftParenthesis,
  '-': Kind.minus,
  '+': Kind.plus,
  '*': Kind.times,
  '/': Kind.divide,
  '%': Kind.modulo,
  '<': Kind.less,
  '>': Kind.greater,
  '!': Kind.not,
  '=': Kind.assign,
};

function inDirective(lexer: Lexer, unit: number): number {
  const { source, offset } = lexer;
  if (unit === 41) return take(lexer, Kind.rightParenthesis, withLineEnd(source, offset + 1) - offset);
  if (isLineComment(lexer, unit)) return take(lexer, Kind.lineComment, 2);
  const bare = nameLength(source, offset);
  if (bare > 0) {
    const word = source.slice(offset, offset + bare);
    const operator = Object.hasOwn(operatorWords, word) ? operatorWords[word]! : Kind.word;
    return take(lexer, wordKind(source, offset, offset + bare, operator), bare);
  }
  const braced = bracedNameLength(source, offset);
  if (braced > 0) return take(lexer, Kind.bracedWord, braced);
  const value = literal(lexer, unit);
  if (value !== Lexeme.none) return value;
  const long = longOperators[source.slice(offset, offset + 2)];
  if (long !== undefined) return take(lexer, long, 2);
  const short = shortOperators[source[offset]!];
  if (short !== undefined) return take(lexer, short, 1);
  return opening(lexer, unit);
}

/** In comments `$` and `#` still begin something, which shows only when the template ends right behind them: a lexical error. */
function inComment(lexer: Lexer, unit: number): number {
  const { source, offset, state } = lexer;
  if (state === State.lineComment) {
    if (unit === 10) return take(lexer, Kind.lineCommentEnd, 1);
    if (unit === 13) return take(lexer, Kind.lineCommentEnd, source[offset + 1] === '\n' ? 2 : 1);
  }
  if (state === State.blockComment && unit === 42 && source.charCodeAt(offset + 1) === hash) {
    return take(lexer, Kind.blockComment, 2);
  }
  if (state === State.textBlock && source.startsWith(']]#', offset)) return take(lexer, Kind.textBlock, 3);
  const begun = opening(lexer, unit);
  if (begun !== Lexeme.none) return begun;
  return take(lexer, state === State.textBlock ? Lexeme.more : Lexeme.skip, 1);
}
