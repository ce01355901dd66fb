/** The lexer behind `#`: names of directives, then their arguments and expressions. */
import { isBlank, isDigit } from './character.ts';
import type { Lexer } from './lexer.ts';
import { scanNumber } from './lexer-literals.ts';
import {
  argumentMarks,
  bracedNameLength,
  isLineComment,
  Lexeme,
  literal,
  nameLength,
  opening,
  take,
  wordKind,
} from './lexer-parts.ts';
import { Kind } from './token.ts';

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

export function inDirectiveName(lexer: Lexer, unit: number): number {
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

export function inDirective(lexer: Lexer, unit: number): number {
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
