/**
 * Java's regular expressions in JavaScript's. Everything is written out for the `v` flag: Java's groups become named ones (`g1`, `g2`), so that the
 * groups that possessive quantifiers need here do not disturb their numbers; line ends, classes and escapes become explicit sets.
 */
import {
  classEscape,
  classIn,
  hex,
  type PatternReader,
  PatternSyntaxError,
  propertySet,
  readEscapedUnit,
} from './character-classes.ts';

export interface TranslatedPattern {
  readonly source: string;
  readonly flags: string;
  readonly groupCount: number;
  readonly groupNames: ReadonlyMap<string, number>;
  /** How many parts may match texts of varying length: the degree of the time matching takes at worst. */
  readonly variableParts: number;
  /** A repetition inside a repetition, `(a+)+`: time may double with every character. */
  readonly hasNestedRepetition: boolean;
}

interface Translation extends PatternReader {
  groupCount: number;
  atomicCount: number;
  readonly groupNames: Map<string, number>;
  variableParts: number;
  hasNestedRepetition: boolean;
  /** `(?i)` at the very beginning: JavaScript's flag. */
  ignoresCase: boolean;
  /** What `(?i)` further inside, `(?s)` and `(?m)` say at this place: they hold up to the end of their group. */
  foldsCase: boolean;
  dotAll: boolean;
  multiline: boolean;
  depth: number;
}

interface Piece {
  readonly source: string;
  /** Whether it can match texts of different lengths. */
  readonly varies: boolean;
}

const maxRepetition = 1000;
const maxDepth = 60;
const lineEnds = '\\n\\r\\u0085\\u2028\\u2029';
const endOfText = '(?![^])';

/** Throws PatternSyntaxError for what Java refuses, and for the little that has no equivalent. */
export function translateJavaPattern(pattern: string): TranslatedPattern {
  const t: Translation = {
    pattern,
    at: 0,
    groupCount: 0,
    atomicCount: 0,
    groupNames: new Map(),
    variableParts: 0,
    hasNestedRepetition: false,
    ignoresCase: false,
    foldsCase: false,
    dotAll: false,
    multiline: false,
    depth: 0,
  };
  const { source } = alternatives(t);
  if (t.at < pattern.length) throw new PatternSyntaxError("Unmatched closing ')'", t);
  const { groupCount, groupNames, variableParts, hasNestedRepetition } = t;
  return { source, flags: t.ignoresCase ? 'vi' : 'v', groupCount, groupNames, variableParts, hasNestedRepetition };
}

function alternatives(t: Translation): Piece {
  if (++t.depth > maxDepth) throw new PatternSyntaxError('Nested too deep', t);
  let source = '';
  let varies = false;
  for (;;) {
    const piece = sequence(t);
    source += piece.source;
    varies ||= piece.varies;
    if (t.pattern[t.at] !== '|') break;
    t.at++;
    source += '|';
    varies = true;
  }
  t.depth--;
  return { source, varies };
}

function sequence(t: Translation): Piece {
  let source = '';
  let varies = false;
  while (t.at < t.pattern.length && t.pattern[t.at] !== '|' && t.pattern[t.at] !== ')') {
    if (t.pattern.startsWith('\\Q', t.at)) {
      source += quoted(t);
      continue;
    }
    const single = atom(t);
    // `(?i)` is no atom: a quantifier behind it has nothing to repeat.
    if (single === undefined) continue;
    const piece = quantified(t, single);
    source += piece.source;
    varies ||= piece.varies;
  }
  return { source, varies };
}

/** `\Q…\E`; a quantifier behind it belongs to its last character. */
function quoted(t: Translation): string {
  const end = t.pattern.indexOf('\\E', t.at);
  const units = [...t.pattern.slice(t.at + 2, end === -1 ? undefined : end)];
  t.at = end === -1 ? t.pattern.length : end + 2;
  const last = units.pop();
  if (last === undefined) return '';
  return units.map(hex).join('') + quantified(t, { source: hex(last), varies: false }).source;
}

function atom(t: Translation): Piece | undefined {
  const unit = String.fromCodePoint(t.pattern.codePointAt(t.at)!);
  t.at += unit.length;
  switch (unit) {
    case '.':
      return fixed(t.dotAll ? '[^]' : `[^${lineEnds}]`);
    case '^':
      return fixed(t.multiline ? `(?<![^${lineEnds}])` : '(?<![^])');
    case '$':
      return fixed(t.multiline ? `(?=[${lineEnds}]|${endOfText})` : `(?=(?:\\r\\n|[${lineEnds}])?${endOfText})`);
    case '[':
      return cased(t, classIn(t));
    case '(':
      return group(t);
    case '\\':
      return escaped(t);
    case '*':
    case '+':
    case '?':
      throw new PatternSyntaxError(`Dangling meta character '${unit}'`, t);
    case '{':
      // Where nothing stands to be repeated, Java repeats nothing.
      t.at--;
      if (!isQuantifierNext(t)) throw new PatternSyntaxError('Illegal repetition', t);
      return fixed('');
    default:
      return cased(t, hex(unit));
  }
}

function fixed(source: string): Piece {
  return { source, varies: false };
}

/** A character or class, where an inline `(?i)` holds. */
function cased(t: Translation, source: string): Piece {
  return fixed(t.foldsCase ? `(?i:${source})` : source);
}

/** What JavaScript does not let a quantifier follow: nothing, and assertions. */
const assertion = /^(?:$|\(\?<?[=!]|\\[bB]$)/;

const repetition = /(?:[*+?]|\{(\d+)(,(\d*))?\})([?+]?)/y;

function quantified(t: Translation, piece: Piece): Piece {
  repetition.lastIndex = t.at;
  const match = repetition.exec(t.pattern);
  if (match === null) {
    if (t.pattern[t.at] === '{') throw new PatternSyntaxError('Illegal repetition', t);
    return piece;
  }
  const [whole, least, range, most, mode] = match;
  if (Number(least ?? 0) > maxRepetition || Number(most ?? 0) > maxRepetition) {
    throw new PatternSyntaxError(`Repetition of more than ${maxRepetition}`, t);
  }
  t.at += whole.length;
  const isFixed = least !== undefined && range === undefined;
  if (!isFixed) t.variableParts++;
  if (piece.varies && whole[0] !== '?' && !(isFixed && Number(least) < 2)) t.hasNestedRepetition = true;
  const atomSource = assertion.test(piece.source) ? `(?:${piece.source})` : piece.source;
  const repeated = `${atomSource}${mode === '' ? whole : whole.slice(0, -1)}`;
  const source = mode === '+' ? atomic(t, repeated) : mode === '?' ? `${repeated}?` : repeated;
  return { source, varies: piece.varies || !isFixed };
}

function isQuantifierNext(t: Translation): boolean {
  repetition.lastIndex = t.at;
  return repetition.test(t.pattern);
}

/** Matches once and gives nothing back: a look-ahead that captures, and what it captured. */
function atomic(t: Translation, source: string): string {
  const name = `a${++t.atomicCount}`;
  return `(?:(?=(?<${name}>${source}))\\k<${name}>)`;
}

const groupStart = /\?(?:<([a-zA-Z][a-zA-Z0-9]*)>|(:|=|!|<=|<!|>)|([a-zA-Z]*)(?:-([a-zA-Z]*))?([:)]))/y;

function group(t: Translation): Piece | undefined {
  groupStart.lastIndex = t.at;
  const start = t.pattern[t.at] === '?' ? groupStart.exec(t.pattern) : undefined;
  if (start === null) throw new PatternSyntaxError('Unknown group type', t);
  t.at += start?.[0].length ?? 0;
  const { dotAll, multiline, foldsCase } = t;
  const [, name, kind, on, off, close] = start ?? [];
  if (close === ')') {
    setFlags(t, on!, off ?? '');
    return undefined;
  }
  let opening = kind === undefined || kind === '>' ? '(?:' : `(?${kind}`;
  if (start === undefined || name !== undefined) {
    opening = `(?<g${++t.groupCount}>`;
    if (name !== undefined && t.groupNames.has(name)) {
      throw new PatternSyntaxError(`Named capturing group <${name}> is already defined`, t);
    }
    if (name !== undefined) t.groupNames.set(name, t.groupCount);
  }
  if (close === ':') setFlags(t, on!, off ?? '');
  const inside = alternatives(t);
  if (t.pattern[t.at] !== ')') throw new PatternSyntaxError('Unclosed group', t);
  t.at++;
  t.dotAll = dotAll;
  t.multiline = multiline;
  t.foldsCase = foldsCase;
  if (kind === '>') return { source: atomic(t, inside.source), varies: inside.varies };
  return { source: `${opening}${inside.source})`, varies: inside.varies };
}

function setFlags(t: Translation, on: string, off: string): void {
  for (const flag of on) {
    if (flag === 's') t.dotAll = true;
    else if (flag === 'm') t.multiline = true;
    else if (flag === 'i') {
      const isFirst = t.groupCount === 0 && t.at <= on.length + 3 && t.pattern[t.at - 1] === ')';
      if (isFirst) t.ignoresCase = true;
      else t.foldsCase = true;
    } else if (flag !== 'u' && flag !== 'U') throw new PatternSyntaxError(`Unknown inline modifier '${flag}'`, t);
  }
  for (const flag of off) {
    if (flag === 's') t.dotAll = false;
    else if (flag === 'm') t.multiline = false;
    else if (flag === 'i' && !t.ignoresCase) t.foldsCase = false;
    else throw new PatternSyntaxError(`Unknown inline modifier '-${flag}'`, t);
  }
}

const anchors: Readonly<Record<string, string>> = {
  A: '(?<![^])',
  z: endOfText,
  Z: `(?=(?:\\r\\n|[${lineEnds}])?${endOfText})`,
  b: '\\b',
  B: '\\B',
  R: '(?:\\r\\n|[\\n\\x0b\\f\\r\\u0085\\u2028\\u2029])',
};

function escaped(t: Translation): Piece {
  const unit = t.pattern[t.at];
  if (unit === undefined) throw new PatternSyntaxError('Unexpected internal error', t);
  if (anchors[unit] !== undefined) {
    t.at++;
    return fixed(anchors[unit]);
  }
  if (unit === 'k') {
    const name = /k<([a-zA-Z][a-zA-Z0-9]*)>/y;
    name.lastIndex = t.at;
    const number = t.groupNames.get(name.exec(t.pattern)?.[1] ?? '');
    if (number === undefined) throw new PatternSyntaxError('\\k is not followed by the name of a group', t);
    t.at = name.lastIndex;
    return { source: `\\k<g${number}>`, varies: true };
  }
  if (unit >= '1' && unit <= '9') {
    t.at++;
    // A group that is not there never matches.
    return Number(unit) > t.groupCount ? fixed('[]') : { source: `\\k<g${unit}>`, varies: true };
  }
  const set = classEscape(t) ?? propertySet(t);
  return cased(t, set ?? hex(readEscapedUnit(t)));
}
