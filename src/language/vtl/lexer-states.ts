/** Which token each state of the lexer finds longest at a place. Ties go to the token listed first in Velocity's grammar. */
import { isBlank, isLetter } from './character.ts';
import type { Lexer } from './lexer.ts';
import { inDirective, inDirectiveName } from './lexer-directive.ts';
import {
  argumentMarks,
  backslash,
  bracedNameLength,
  dollar,
  hash,
  identifier,
  isLineComment,
  Lexeme,
  literal,
  nameLength,
  opening,
  State,
  setLength,
  take,
} from './lexer-parts.ts';
import { Kind } from './token.ts';

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
