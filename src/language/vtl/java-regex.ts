/** String.matches, replaceAll, replaceFirst and split: Java's regular expressions, bounded in time. */
import { matchInTime } from '../java-regex/match-in-time.ts';
import { type TranslatedPattern, translateJavaPattern } from '../java-regex/translate.ts';
import { MatchTimeout } from '../timed-match.ts';
import { maxTextLength } from './java-text.ts';
import { JavaException } from './values.ts';

interface JavaPattern {
  readonly translated: TranslatedPattern;
  readonly search: RegExp;
  readonly whole: RegExp;
}

/** Patterns stand in templates, so the same few come again and again. */
const compiled = new Map<string, JavaPattern>();
const maxCompiled = 500;
const maxPatternLength = 10_000;

function compilePattern(pattern: string): JavaPattern {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  if (pattern.length > maxPatternLength) {
    throw new JavaException(
      'java.util.regex.PatternSyntaxException',
      `a pattern of more than ${maxPatternLength} characters`,
    );
  }
  const translated = translateJavaPattern(pattern);
  const { source, flags } = translated;
  let result: JavaPattern;
  try {
    result = { translated, search: new RegExp(source, `${flags}g`), whole: new RegExp(`^(?:${source})$`, flags) };
  } catch (error) {
    throw new JavaException('java.util.regex.PatternSyntaxException', (error as Error).message);
  }
  if (compiled.size >= maxCompiled) compiled.clear();
  compiled.set(pattern, result);
  return result;
}

export function javaMatches(text: string, pattern: string): boolean {
  const { translated, whole } = compilePattern(pattern);
  return inTime(translated, text, translated.variableParts, () => whole.test(text));
}

/** Groups are `$1` and `${name}` in the replacement, a backslash takes the next character as it is. */
export function javaReplace(text: string, pattern: string, replacement: string, isFirstOnly: boolean): string {
  const { translated, search } = compilePattern(pattern);
  return inTime(translated, text, translated.variableParts + 1, () => {
    let result = '';
    let end = 0;
    for (const match of text.matchAll(search)) {
      result += text.slice(end, match.index) + expanded(replacement, match, translated);
      if (result.length > maxTextLength) throw new JavaException('java.lang.OutOfMemoryError', 'the text is too long');
      end = match.index + match[0].length;
      if (isFirstOnly) break;
    }
    return result + text.slice(end);
  });
}

/** Without a limit, empty parts at the end are left out; a match of nothing at the beginning cuts off no empty part. */
export function javaSplit(text: string, pattern: string, limit: number): string[] {
  const { translated, search } = compilePattern(pattern);
  return inTime(translated, text, translated.variableParts + 1, () => {
    const parts: string[] = [];
    let end = 0;
    for (const match of text.matchAll(search)) {
      if (limit > 0 && parts.length === limit - 1) break;
      const matchEnd = match.index + match[0].length;
      if (matchEnd === 0) continue;
      parts.push(text.slice(end, match.index));
      end = matchEnd;
    }
    if (end === 0 && parts.length === 0) return [text];
    parts.push(text.slice(end));
    if (limit === 0) while (parts.at(-1) === '') parts.pop();
    return parts;
  });
}

function expanded(replacement: string, match: RegExpMatchArray, translated: TranslatedPattern): string {
  if (!/[$\\]/.test(replacement)) return replacement;
  let result = '';
  for (let at = 0; at < replacement.length; at++) {
    const unit = replacement[at]!;
    if (unit === '\\') {
      at++;
      if (at === replacement.length) throw illegalArgument('character to be escaped is missing');
      result += replacement[at]!;
    } else if (unit === '$') {
      const { number, end } = groupReference(replacement, at + 1, translated);
      result += number === 0 ? match[0] : (match.groups?.[`g${number}`] ?? '');
      at = end - 1;
    } else {
      result += unit;
    }
  }
  return result;
}

function groupReference(
  replacement: string,
  at: number,
  translated: TranslatedPattern,
): { number: number; end: number } {
  const name = /^\{([a-zA-Z][a-zA-Z0-9]*)\}/.exec(replacement.slice(at));
  if (name !== null) {
    const number = translated.groupNames.get(name[1]!);
    if (number === undefined) throw illegalArgument(`No group with name {${name[1]}}`);
    return { number, end: at + name[0].length };
  }
  if (at === replacement.length) throw illegalArgument('Illegal group reference: group index is missing');
  const digits = /^\d+/.exec(replacement.slice(at))?.[0];
  if (digits === undefined) throw illegalArgument('Illegal group reference');
  let number = Number(digits[0]);
  if (number > translated.groupCount)
    throw new JavaException('java.lang.IndexOutOfBoundsException', `No group ${number}`);
  let length = 1;
  // Further digits belong to the number as long as there are so many groups.
  while (length < digits.length && Number(digits.slice(0, length + 1)) <= translated.groupCount) {
    length++;
    number = Number(digits.slice(0, length));
  }
  return { number, end: at + length };
}

function illegalArgument(message: string): JavaException {
  return new JavaException('java.lang.IllegalArgumentException', message);
}

function inTime<T>(translated: TranslatedPattern, text: string, degree: number, match: () => T): T {
  try {
    return matchInTime(translated, text, degree, match);
  } catch (error) {
    if (!(error instanceof MatchTimeout)) throw error;
    throw new JavaException('java.lang.StackOverflowError', error.message);
  }
}
