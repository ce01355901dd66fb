/** The parts of a pattern that take one character: `x`, `\n`, `\p{Lu}`, `[a-z&&[^b]]`. */
import {
  anyOf,
  bothOf,
  type CharacterClass,
  escapedClasses,
  not,
  propertyClass,
  range,
  unicodeClasses,
} from './character-class.ts';
import { type PatternCursor, PatternError } from './pattern-cursor.ts';

/** One code point, or under flag `i` those that differ from it in case. */
export function characterClass(cursor: PatternCursor, codePoint: number): CharacterClass {
  return range(codePoint, codePoint, ignoredCase(cursor));
}

/** `[a-z[0-9]&&[^x]]`: classes side by side are joined, `&&` keeps what both sides have. */
export function readBracketClass(cursor: PatternCursor): CharacterClass {
  cursor.takes('[');
  const isNegated = cursor.takes('^');
  let joined: CharacterClass[] = [];
  let kept: CharacterClass | undefined;
  for (let isFirst = true; isFirst || cursor.peek() !== ']'; isFirst = false) {
    if (cursor.isAtEnd) throw new PatternError('Unclosed character class');
    if (cursor.takes('&&')) {
      kept = meet(kept, joined);
      joined = [];
    } else if (cursor.peek() === '[') joined.push(cursor.nested(() => readBracketClass(cursor)));
    else joined.push(readRange(cursor));
  }
  cursor.takes(']');
  const all = meet(kept, joined) ?? (() => false);
  return isNegated ? not(all) : all;
}

function meet(kept: CharacterClass | undefined, joined: readonly CharacterClass[]): CharacterClass | undefined {
  if (joined.length === 0) return kept;
  return kept === undefined ? anyOf(joined) : bothOf(kept, anyOf(joined));
}

function readRange(cursor: PatternCursor): CharacterClass {
  const from = readMember(cursor);
  if (typeof from === 'function') return from;
  if (cursor.peek() !== '-' || cursor.peek(1) === ']' || cursor.peek(1) === '[') return characterClass(cursor, from);
  cursor.takes('-');
  const to = readMember(cursor);
  if (typeof to === 'function' || to < from) throw new PatternError('Illegal character range');
  return range(from, to, ignoredCase(cursor));
}

function readMember(cursor: PatternCursor): number | CharacterClass {
  if (!cursor.takes('\\')) return cursor.take().codePointAt(0)!;
  return /[dDwWsShHvVpP]/.test(cursor.peek()) ? readEscapedClass(cursor) : readEscapedCodePoint(cursor);
}

/** What may stand behind a backslash both in brackets and outside, the backslash read already. */
export function readEscapedClass(cursor: PatternCursor): CharacterClass {
  const c = cursor.peek();
  if (c === 'p' || c === 'P') return readProperty(cursor);
  const known = cursor.has('U') ? unicodeClasses : escapedClasses;
  if (Object.hasOwn(known, c)) return known[cursor.take()]!;
  return characterClass(cursor, readEscapedCodePoint(cursor));
}

function readProperty(cursor: PatternCursor): CharacterClass {
  const isNegated = cursor.take() === 'P';
  const found = cursor.match(/^(?:\{([^}]*)\}|(\w))/);
  const property = found === null ? undefined : propertyClass(found[1] ?? found[2]!, cursor.has('i'));
  if (property === undefined) throw new PatternError('Unknown character property');
  return isNegated ? not(property) : property;
}

const controls: Readonly<Record<string, number>> = { t: 9, n: 10, r: 13, f: 12, a: 7, e: 27 };

/** Letters that begin a code, and what the code looks like. */
const codes: Readonly<Record<string, RegExp>> = {
  x: /^(?:([0-9a-fA-F]{2})|\{([0-9a-fA-F]{1,6})\})/,
  u: /^([0-9a-fA-F]{4})/,
  0: /^([0-3]?[0-7]{1,2})/,
  c: /^(.)/s,
};

function readEscapedCodePoint(cursor: PatternCursor): number {
  const c = cursor.take();
  if (Object.hasOwn(controls, c)) return controls[c]!;
  if (!Object.hasOwn(codes, c)) {
    if (/[a-zA-Z]/.test(c)) throw new PatternError('Illegal/unsupported escape sequence');
    return c.codePointAt(0)!;
  }
  const found = cursor.match(codes[c]!);
  if (found === null) throw new PatternError('Illegal escape sequence');
  if (c === 'c') return found[1]!.charCodeAt(0) ^ 64;
  const codePoint = Number.parseInt(found[1] ?? found[2]!, c === '0' ? 8 : 16);
  if (codePoint > 0x10ffff) throw new PatternError('Hexadecimal codepoint is too big');
  return codePoint;
}

function ignoredCase(cursor: PatternCursor): false | 'ascii' | 'unicode' {
  if (!cursor.has('i')) return false;
  return cursor.has('u') || cursor.has('U') ? 'unicode' : 'ascii';
}
