/** The methods of java.lang.String and Character that templates may call. */
import { javaFormat } from './java-format.ts';
import { javaMatches, javaReplace, javaSplit } from './java-regex.ts';
import { maxTextLength, textOf } from './java-text.ts';
import { type MethodRow, methodTable, notComparable } from './method-table.ts';
import { JavaChar, JavaException, JavaStream, javaArray, MapView, type VtlValue } from './values.ts';

const stringRows: readonly MethodRow<string>[] = [
  ['length', [], (text) => text.length],
  ['isEmpty', [], (text) => text === ''],
  ['isBlank', [], (text) => text.trim() === ''],
  ['toUpperCase', [], (text) => text.toUpperCase()],
  ['toLowerCase', [], (text) => text.toLowerCase()],
  ['trim', [], trimmed],
  ['strip', [], (text) => text.trim()],
  ['stripLeading', [], (text) => text.trimStart()],
  ['stripTrailing', [], (text) => text.trimEnd()],
  ['intern', [], (text) => text],
  ['substring', ['int'], (text, begin: number) => substring(text, begin, text.length)],
  ['substring', ['int', 'int'], substring],
  ['subSequence', ['int', 'int'], substring],
  ['charAt', ['int'], (text, at: number) => new JavaChar(unitAt(text, at))],
  ['codePointAt', ['int'], codePointAt],
  ['indexOf', ['int'], (text, unit: number) => text.indexOf(String.fromCodePoint(unit))],
  ['indexOf', ['String'], (text, part: string | null) => text.indexOf(notNull(part))],
  ['indexOf', ['int', 'int'], (text, unit: number, from: number) => text.indexOf(String.fromCodePoint(unit), from)],
  ['indexOf', ['String', 'int'], (text, part: string | null, from: number) => text.indexOf(notNull(part), from)],
  ['lastIndexOf', ['int'], (text, unit: number) => text.lastIndexOf(String.fromCodePoint(unit))],
  ['lastIndexOf', ['String'], (text, part: string | null) => text.lastIndexOf(notNull(part))],
  [
    'lastIndexOf',
    ['int', 'int'],
    (text, unit: number, from: number) => lastIndexOf(text, String.fromCodePoint(unit), from),
  ],
  [
    'lastIndexOf',
    ['String', 'int'],
    (text, part: string | null, from: number) => lastIndexOf(text, notNull(part), from),
  ],
  ['contains', ['String'], (text, part: string | null) => text.includes(notNull(part))],
  ['startsWith', ['String'], (text, part: string | null) => text.startsWith(notNull(part))],
  ['startsWith', ['String', 'int'], (text, part: string | null, at: number) => startsAt(text, notNull(part), at)],
  ['endsWith', ['String'], (text, part: string | null) => text.endsWith(notNull(part))],
  ['replace', ['char', 'char'], (text, from: JavaChar, to: JavaChar) => replaced(text, from.value, to.value)],
  [
    'replace',
    ['String', 'String'],
    (text, from: string | null, to: string | null) => replaced(text, notNull(from), notNull(to)),
  ],
  [
    'replaceAll',
    ['String', 'String'],
    (text, pattern: string | null, to: string | null) => javaReplace(text, notNull(pattern), notNull(to), false),
  ],
  [
    'replaceFirst',
    ['String', 'String'],
    (text, pattern: string | null, to: string | null) => javaReplace(text, notNull(pattern), notNull(to), true),
  ],
  ['matches', ['String'], (text, pattern: string | null) => javaMatches(text, notNull(pattern))],
  ['split', ['String'], (text, pattern: string | null) => javaArray(javaSplit(text, notNull(pattern), 0), 'String')],
  [
    'split',
    ['String', 'int'],
    (text, pattern: string | null, limit: number) => javaArray(javaSplit(text, notNull(pattern), limit), 'String'),
  ],
  ['concat', ['String'], (text, other: string | null) => text + notNull(other)],
  ['repeat', ['int'], repeated],
  ['equalsIgnoreCase', ['String'], (text, other: string | null) => other !== null && folded(text) === folded(other)],
  ['contentEquals', ['String'], (text, other: string | null) => text === notNull(other)],
  ['compareTo', ['String'], (text, other: string | null) => compareTexts(text, notNull(other))],
  ['compareTo', ['Object'], notComparable],
  [
    'compareToIgnoreCase',
    ['String'],
    (text, other: string | null) => compareTexts(folded(text), folded(notNull(other))),
  ],
  [
    'regionMatches',
    ['int', 'String', 'int', 'int'],
    (text, at: number, other: string | null, from: number, length: number) =>
      regionMatches(text, at, notNull(other), from, length),
  ],
  [
    'regionMatches',
    ['boolean', 'int', 'String', 'int', 'int'],
    (text, ignoreCase: boolean, at: number, other: string | null, from: number, length: number) =>
      ignoreCase
        ? regionMatches(folded(text), at, folded(notNull(other)), from, length)
        : regionMatches(text, at, notNull(other), from, length),
  ],
  [
    'toCharArray',
    [],
    (text) =>
      javaArray(
        Array.from({ length: text.length }, (_, at) => new JavaChar(text[at]!)),
        'char',
      ),
  ],
  ['getBytes', [], (text) => javaArray(new Int8Array(Buffer.from(text, 'utf8')), 'byte')],
  ['chars', [], (text) => new JavaStream(text.length)],
  [
    'lines',
    [],
    (text) => new JavaStream(text === '' ? 0 : text.replace(/(?:\r\n|\r|\n)$/, '').split(/\r\n|\r|\n/).length),
  ],
  // Static methods, which Velocity calls through any string.
  [
    'format',
    ['String', 'Object...'],
    (_, format: string | null, ...args: VtlValue[]) => javaFormat(notNull(format), args),
  ],
  [
    'join',
    ['String', 'Object...'],
    (_, separator: string | null, ...parts: VtlValue[]) => joined(notNull(separator), parts),
  ],
  ['valueOf', ['Object'], (_, value: VtlValue) => textOf(value)],
  ['copyValueOf', ['Object'], (_, value: VtlValue) => textOf(value)],
];

export const stringMethods = methodTable(stringRows);

export const charMethods = methodTable<JavaChar>([
  ['charValue', [], (char) => char],
  ['compareTo', ['char'], (char, other: JavaChar) => char.value.charCodeAt(0) - other.value.charCodeAt(0)],
  ['compareTo', ['Object'], notComparable],
  ['isDigit', ['char'], (_, char: JavaChar) => /\p{Nd}/u.test(char.value)],
  ['isLetter', ['char'], (_, char: JavaChar) => /\p{L}/u.test(char.value)],
  ['isUpperCase', ['char'], (_, char: JavaChar) => /\p{Uppercase}/u.test(char.value)],
  ['isLowerCase', ['char'], (_, char: JavaChar) => /\p{Lowercase}/u.test(char.value)],
  ['toUpperCase', ['char'], (_, char: JavaChar) => new JavaChar(char.value.toUpperCase())],
  ['toLowerCase', ['char'], (_, char: JavaChar) => new JavaChar(char.value.toLowerCase())],
]);

function notNull(text: string | null): string {
  if (text === null) throw new JavaException('java.lang.NullPointerException');
  return text;
}

/** String.trim takes off all control characters and no other blanks. */
function trimmed(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && text.charCodeAt(start) <= 32) start++;
  while (end > start && text.charCodeAt(end - 1) <= 32) end--;
  return text.slice(start, end);
}

function substring(text: string, begin: number, end: number): string {
  if (begin >= 0 && end <= text.length && begin <= end) return text.slice(begin, end);
  const message = `begin ${begin}, end ${end}, length ${text.length}`;
  throw new JavaException('java.lang.StringIndexOutOfBoundsException', message);
}

function unitAt(text: string, at: number): string {
  if (at >= 0 && at < text.length) return text[at]!;
  throw new JavaException('java.lang.StringIndexOutOfBoundsException', `index ${at}, length ${text.length}`);
}

function codePointAt(text: string, at: number): number {
  unitAt(text, at);
  return text.codePointAt(at)!;
}

function lastIndexOf(text: string, part: string, from: number): number {
  return from < 0 ? -1 : text.lastIndexOf(part, from);
}

function startsAt(text: string, part: string, at: number): boolean {
  return at >= 0 && at <= text.length && text.startsWith(part, at);
}

/** An empty text is found between all characters. */
function replaced(text: string, from: string, to: string): string {
  const times = from === '' ? text.length + 1 : text.length / from.length;
  if (to.length * times > maxTextLength && text.split(from).length * to.length > maxTextLength) throw tooLong();
  return text.replaceAll(from, () => to);
}

function repeated(text: string, count: number): string {
  if (count < 0) throw new JavaException('java.lang.IllegalArgumentException', `count is negative: ${count}`);
  if (text.length * count > maxTextLength) throw tooLong();
  return text.repeat(count);
}

function tooLong(): JavaException {
  return new JavaException('java.lang.OutOfMemoryError', 'the text is too long');
}

/** Java compares unit by unit, in upper and then in lower case. */
function folded(text: string): string {
  return text.toUpperCase().toLowerCase();
}

/** The difference of the first units that differ, else of the lengths. */
function compareTexts(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at++) {
    if (left[at] !== right[at]) return left.charCodeAt(at) - right.charCodeAt(at);
  }
  return left.length - right.length;
}

function regionMatches(text: string, at: number, other: string, from: number, length: number): boolean {
  if (at < 0 || from < 0 || at + length > text.length || from + length > other.length) return false;
  return text.slice(at, at + length) === other.slice(from, from + length);
}

function joined(separator: string, parts: readonly VtlValue[]): string {
  const [first] = parts;
  const items =
    parts.length === 1 && Array.isArray(first)
      ? first
      : parts.length === 1 && first instanceof MapView
        ? first.items()
        : parts;
  if (items.some((item) => item !== null && typeof item !== 'string'))
    throw new JavaException('java.lang.ClassCastException');
  return items.map((item) => item ?? 'null').join(separator);
}
