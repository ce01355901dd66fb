/** Character classes and escapes of Java's regular expressions. */
import { JavaException } from '../vtl/values.ts';

export interface PatternReader {
  readonly pattern: string;
  at: number;
}

export class PatternSyntaxError extends JavaException {
  constructor(what: string, reader: PatternReader) {
    super('java.util.regex.PatternSyntaxException', `${what} near index ${reader.at} ${reader.pattern}`);
  }
}

/** A character as an escape that is a literal everywhere in a pattern with the `v` flag. */
export function hex(unit: string): string {
  return /^[a-zA-Z0-9 ]$/.test(unit) ? unit : `\\u{${unit.codePointAt(0)!.toString(16)}}`;
}

const horizontal = ' \\t\\xa0\\u1680\\u180e\\u2000-\\u200a\\u202f\\u205f\\u3000';
const vertical = '\\n\\x0b\\f\\r\\u0085\\u2028\\u2029';

const escapedClasses: Readonly<Record<string, string>> = {
  d: '[0-9]',
  D: '[^0-9]',
  w: '[a-zA-Z_0-9]',
  W: '[^a-zA-Z_0-9]',
  s: '[ \\t\\n\\x0b\\f\\r]',
  S: '[^ \\t\\n\\x0b\\f\\r]',
  h: `[${horizontal}]`,
  H: `[^${horizontal}]`,
  v: `[${vertical}]`,
  V: `[^${vertical}]`,
};

/** `\d`, `\s`, `\h` and their like behind the backslash; undefined when it is none. */
export function classEscape(reader: PatternReader): string | undefined {
  const set = escapedClasses[reader.pattern[reader.at] ?? ''];
  if (set !== undefined) reader.at++;
  return set;
}

const properties: Readonly<Record<string, string>> = {
  Lower: '[a-z]',
  Upper: '[A-Z]',
  ASCII: '[\\x00-\\x7f]',
  Alpha: '[a-zA-Z]',
  Digit: '[0-9]',
  Alnum: '[a-zA-Z0-9]',
  Punct: '[\\x21-\\x2f\\x3a-\\x40\\x5b-\\x60\\x7b-\\x7e]',
  Graph: '[\\x21-\\x7e]',
  Print: '[\\x20-\\x7e]',
  Blank: '[ \\t]',
  Cntrl: '[\\x00-\\x1f\\x7f]',
  XDigit: '[0-9a-fA-F]',
  Space: '[ \\t\\n\\x0b\\f\\r]',
  javaLowerCase: '\\p{Lowercase}',
  javaUpperCase: '\\p{Uppercase}',
  javaWhitespace: '[\\s\\x1c-\\x1f--[\\xa0\\u2007\\u202f\\ufeff]]',
  javaLetter: '\\p{L}',
  javaDigit: '\\p{Nd}',
  javaLetterOrDigit: '[\\p{L}\\p{Nd}]',
};

/** `\p{Upper}`, `\pL`, `\P{IsAlphabetic}` behind the backslash; undefined when it is none. */
export function propertySet(reader: PatternReader): string | undefined {
  const match = /([pP])(?:\{([^}]*)\}|(.))/y;
  match.lastIndex = reader.at;
  const found = match.exec(reader.pattern);
  if (found === null) return undefined;
  const name = found[2] ?? found[3]!;
  const set = Object.hasOwn(properties, name) ? properties[name]! : unicodeProperty(name);
  if (set === undefined) throw new PatternSyntaxError(`Unknown character property name {${name}}`, reader);
  reader.at = match.lastIndex;
  return found[1] === 'p' ? set : `[^${set}]`;
}

function unicodeProperty(name: string): string | undefined {
  const bare = name.replace(/^(?:Is|general_category=|gc=)/, '');
  const script = /^(?:script|sc)=(.*)$/.exec(name)?.[1];
  for (const candidate of [script === undefined ? bare : `Script=${script}`, `Script=${bare}`]) {
    try {
      new RegExp(`\\p{${candidate}}`, 'v');
      return `\\p{${candidate}}`;
    } catch {
      // The next way to read the name.
    }
  }
  return undefined;
}

const controls: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f', a: '\x07', e: '\x1b' };

/** The character that an escape stands for; the reader is behind the backslash. */
export function readEscapedUnit(reader: PatternReader): string {
  const { pattern } = reader;
  const numeric = /u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|x\{([0-9a-fA-F]{1,6})\}|0([0-3]?[0-7]{1,2})|c([\s\S])/y;
  numeric.lastIndex = reader.at;
  const found = numeric.exec(pattern);
  if (found !== null) {
    reader.at = numeric.lastIndex;
    const [, four, two, braced, octal, control] = found;
    if (control !== undefined) return String.fromCharCode(control.charCodeAt(0) ^ 64);
    const code = octal === undefined ? Number.parseInt(four ?? two ?? braced!, 16) : Number.parseInt(octal, 8);
    if (code > 0x10ffff) throw new PatternSyntaxError('Hexadecimal codepoint is too big', reader);
    return String.fromCodePoint(code);
  }
  const unit = pattern.codePointAt(reader.at);
  if (unit === undefined) throw new PatternSyntaxError('Unexpected end of the pattern', reader);
  const text = String.fromCodePoint(unit);
  if (/[a-zA-Z0-9]/.test(text) && controls[text] === undefined) {
    throw new PatternSyntaxError('Illegal/unsupported escape sequence', reader);
  }
  reader.at += text.length;
  return controls[text] ?? text;
}

/** A class behind its `[`: unions, nested classes and intersections. */
export function classIn(reader: PatternReader, depth = 0): string {
  if (depth > 30) throw new PatternSyntaxError('Nested too deep', reader);
  const isNegated = reader.pattern[reader.at] === '^';
  if (isNegated) reader.at++;
  const operands: string[] = [];
  let union = '';
  for (let isFirst = true; ; isFirst = false) {
    const unit = reader.pattern[reader.at];
    if (unit === undefined) throw new PatternSyntaxError('Unclosed character class', reader);
    if (unit === ']' && !isFirst) break;
    if (reader.pattern.startsWith('&&', reader.at)) {
      reader.at += 2;
      operands.push(union);
      union = '';
    } else {
      union += classItem(reader, depth);
    }
  }
  reader.at++;
  operands.push(union);
  const sets = operands.filter((operand) => operand !== '');
  const inside = sets.length === 1 ? sets[0]! : sets.map((set) => `[${set}]`).join('&&');
  return `[${isNegated ? '^' : ''}${inside}]`;
}

function classItem(reader: PatternReader, depth: number): string {
  if (reader.pattern[reader.at] === '[') {
    reader.at++;
    return classIn(reader, depth + 1);
  }
  const low = classUnit(reader);
  if (low.length > 2 && !low.startsWith('\\u')) return low;
  const next = reader.pattern[reader.at + 1];
  if (reader.pattern[reader.at] !== '-' || next === undefined || next === ']' || next === '[') return low;
  reader.at++;
  const high = classUnit(reader);
  if (high.length > 2 && !high.startsWith('\\u')) throw new PatternSyntaxError('Illegal character range', reader);
  return `${low}-${high}`;
}

/** One character, or a set behind a backslash. */
function classUnit(reader: PatternReader): string {
  const unit = String.fromCodePoint(reader.pattern.codePointAt(reader.at)!);
  reader.at += unit.length;
  if (unit !== '\\') return hex(unit);
  return classEscape(reader) ?? propertySet(reader) ?? hex(readEscapedUnit(reader));
}
