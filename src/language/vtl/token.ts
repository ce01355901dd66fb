/** The tokens of a template; names and meaning follow the grammar of Apache Velocity 1.7 (Parser.jjt). */

export const Kind = {
  end: 0,
  text: 1,
  escape: 2,
  doubleEscape: 3,
  /** `\#if`, `\\\#set`: a directive behind an odd number of backslashes. */
  escapedDirective: 4,
  lineComment: 5,
  lineCommentEnd: 6,
  blockComment: 7,
  /** `#[[ … ]]#` */
  textBlock: 8,
  /** `$[`, `$.` and the like: text that only looks like a reference. */
  emptyIndex: 9,

  /** `$name`, and a bare name where a reference may stand. */
  identifier: 10,
  dot: 11,
  /** `${`; also a brace in a reference. */
  referenceBrace: 12,
  referenceBraceEnd: 13,
  indexStart: 14,
  indexEnd: 15,
  /** `)` after the arguments of a method. */
  methodEnd: 16,

  /** `#set(`, with the blanks before it. */
  set: 20,
  if: 21,
  elseif: 22,
  else: 23,
  endDirective: 24,
  /** A directive's or macro's name with its `#`; a bare word among arguments. */
  word: 25,
  /** `#{name}` */
  bracedWord: 26,

  leftParenthesis: 30,
  rightParenthesis: 31,
  leftBracket: 32,
  rightBracket: 33,
  leftBrace: 34,
  rightBrace: 35,
  comma: 36,
  colon: 37,
  dotDot: 38,
  whitespace: 39,
  string: 40,
  integer: 41,
  decimal: 42,
  true: 43,
  false: 44,

  minus: 50,
  plus: 51,
  times: 52,
  divide: 53,
  modulo: 54,
  and: 55,
  or: 56,
  less: 57,
  lessOrEqual: 58,
  greater: 59,
  greaterOrEqual: 60,
  equal: 61,
  notEqual: 62,
  not: 63,
  assign: 64,
} as const;

export interface Token {
  readonly kind: number;
  /** The text of the token. A reference's first token loses its backslashes once they are counted. */
  image: string;
  /** `$`s and `#`s that turned out to be no VTL and stand before the token; shown only where the grammar prints a token whole. */
  readonly loose: string;
  /** Where it begins, from 0. */
  readonly offset: number;
}

/** The token with the loose characters before it, as Velocity prints text and unresolved references. */
export function tokenText(token: Token): string {
  return token.loose + token.image;
}
