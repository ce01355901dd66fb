/** Java regular expressions, parsed: what a pattern matches, without what only matters to captures. */
import { type CharacterClass, escapedClasses, lineEnd, newline, not } from './character-class.ts';
import {
  type Assertion,
  atBegin,
  atEnd,
  atLineBegin,
  atLineEnd,
  atWordBoundary,
  offWordBoundary,
} from './pattern-assertion.ts';
import { characterClass, readBracketClass, readEscapedClass } from './pattern-class.ts';
import { PatternCursor, PatternError } from './pattern-cursor.ts';

export type PatternSyntax =
  | { readonly kind: 'character'; readonly matches: CharacterClass }
  | { readonly kind: 'sequence' | 'choice'; readonly of: readonly PatternSyntax[] }
  /** `most` is Infinity where there is no bound. */
  | { readonly kind: 'repeat'; readonly of: PatternSyntax; readonly least: number; readonly most: number }
  | { readonly kind: 'assertion'; readonly holds: Assertion };

const maxRepeat = 500;

/** Parses a pattern with Java's flags `dixmsuU`. Throws PatternError. */
export function parsePattern(pattern: string, flags: string): PatternSyntax {
  const cursor = new PatternCursor(pattern, flags);
  const syntax = readChoice(cursor);
  if (!cursor.isAtEnd) throw new PatternError('Unmatched closing )');
  return syntax;
}

/** What a group of flags matches. */
const empty: PatternSyntax = { kind: 'sequence', of: [] };

function readChoice(cursor: PatternCursor): PatternSyntax {
  const of = [readSequence(cursor)];
  while (cursor.takes('|')) of.push(readSequence(cursor));
  return of.length === 1 ? of[0]! : { kind: 'choice', of };
}

function readSequence(cursor: PatternCursor): PatternSyntax {
  const of: PatternSyntax[] = [];
  for (;;) {
    cursor.skipComments();
    if (cursor.isAtEnd || cursor.peek() === '|' || cursor.peek() === ')') break;
    if (cursor.takes('\\Q')) {
      while (!cursor.isAtEnd && !cursor.takes('\\E')) of.push(literal(cursor, cursor.take()));
      // A quantifier behind a quote is about its last character.
      const last = of.pop();
      if (last !== undefined) of.push(readQuantifiers(cursor, last));
      continue;
    }
    const item = readItem(cursor);
    of.push(item === empty ? item : readQuantifiers(cursor, item));
  }
  return of.length === 1 ? of[0]! : { kind: 'sequence', of };
}

function readItem(cursor: PatternCursor): PatternSyntax {
  switch (cursor.peek()) {
    case '[':
      return { kind: 'character', matches: cursor.nested(() => readBracketClass(cursor)) };
    case '*':
    case '+':
    case '?':
      throw new PatternError(`Dangling meta character '${cursor.peek()}'`);
  }
  const c = cursor.take();
  const isLineEnd = cursor.has('d') ? newline : lineEnd;
  switch (c) {
    case '(':
      return cursor.nested(() => readGroup(cursor));
    case '.':
      return { kind: 'character', matches: cursor.has('s') ? () => true : not(isLineEnd) };
    case '^':
      return { kind: 'assertion', holds: cursor.has('m') ? atLineBegin(isLineEnd) : atBegin };
    case '$':
      return { kind: 'assertion', holds: cursor.has('m') ? atLineEnd(isLineEnd) : atEnd };
    case '\\':
      return readEscape(cursor);
    default:
      return literal(cursor, c);
  }
}

function literal(cursor: PatternCursor, character: string): PatternSyntax {
  return { kind: 'character', matches: characterClass(cursor, character.codePointAt(0)!) };
}

/** A group, its `(` read already. */
function readGroup(cursor: PatternCursor): PatternSyntax {
  const outer = cursor.flags;
  if (cursor.takes('?')) {
    const found = cursor.match(/^(?:([dixmsuU]*)(?:-([dixmsuU]*))?([:)])|<([a-zA-Z][a-zA-Z0-9]*)>)/);
    if (found === null) throw new PatternError('it looks around, or holds on to what it matched');
    const [, on = '', off = '', end] = found;
    cursor.flags = [...(outer + on)].filter((flag) => !off.includes(flag)).join('');
    // `(?i)` holds to the end of the group it stands in.
    if (end === ')') return empty;
  }
  const inner = readChoice(cursor);
  if (!cursor.takes(')')) throw new PatternError('Unclosed group');
  cursor.flags = outer;
  return inner === empty ? { kind: 'sequence', of: [] } : inner;
}

/** All quantifiers behind an item, which Java takes one upon the other. */
function readQuantifiers(cursor: PatternCursor, item: PatternSyntax): PatternSyntax {
  let repeated = item;
  for (;;) {
    cursor.skipComments();
    const found = cursor.match(/^(?:([*+?])|\{(\d{1,9})(?:(,)(\d{1,9})?)?\})([?+]?)/);
    if (found === null) {
      if (cursor.peek() === '{') throw new PatternError('Illegal repetition');
      return repeated;
    }
    const [, symbol, from, comma, to, mode] = found;
    if (mode === '+') throw new PatternError('it holds on to what it matched (a possessive quantifier)');
    const least = symbol === undefined ? Number(from) : symbol === '+' ? 1 : 0;
    const most = symbol === undefined ? mostOf(least, comma, to) : symbol === '?' ? 1 : Number.POSITIVE_INFINITY;
    if (most < least) throw new PatternError('Illegal repetition range');
    if (least > maxRepeat || (most > maxRepeat && most !== Number.POSITIVE_INFINITY)) {
      throw new PatternError(`it repeats more than ${maxRepeat} times`);
    }
    repeated = { kind: 'repeat', of: repeated, least, most };
  }
}

function mostOf(least: number, comma: string | undefined, to: string | undefined): number {
  if (comma === undefined) return least;
  return to === undefined ? Number.POSITIVE_INFINITY : Number(to);
}

/** What a backslash begins that means something else in brackets, or nothing; the backslash read already. */
function readEscape(cursor: PatternCursor): PatternSyntax {
  if (/[1-9k]/.test(cursor.peek())) throw new PatternError('it refers back to what it matched');
  if (cursor.takes('b')) return { kind: 'assertion', holds: atWordBoundary };
  if (cursor.takes('B')) return { kind: 'assertion', holds: offWordBoundary };
  if (cursor.takes('A')) return { kind: 'assertion', holds: atBegin };
  if (cursor.takes('z') || cursor.takes('Z')) return { kind: 'assertion', holds: atEnd };
  if (!cursor.takes('R')) return { kind: 'character', matches: readEscapedClass(cursor) };
  const windowsLineEnd: PatternSyntax = { kind: 'sequence', of: [literal(cursor, '\r'), literal(cursor, '\n')] };
  return { kind: 'choice', of: [windowsLineEnd, { kind: 'character', matches: escapedClasses['v']! }] };
}
