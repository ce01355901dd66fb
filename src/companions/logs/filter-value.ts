/** What a filter pattern compares a field with: texts with `*`, numbers, `%regular expressions%`. */
import { createRequire } from 'node:module';
import type { RE2JS } from 're2js';
import { invalidFilterPattern } from './log-errors.ts';

export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>=';

/** A literal as it stood in the pattern. */
export interface Literal {
  readonly text: string;
  readonly form: 'quoted' | 'bare' | 'regex';
}

let re2: typeof RE2JS | undefined;

/** Matches in time that grows with the text alone: whoever may read logs may send any pattern. */
export function compileRegex(source: string): (text: string) => boolean {
  re2 ??= (createRequire(import.meta.url)('re2js') as { RE2JS: typeof RE2JS }).RE2JS;
  try {
    const compiled = re2.compile(source);
    return (text) => compiled.matcher(text).find();
  } catch {
    throw invalidFilterPattern();
  }
}

/** The test of a field's value, a JSON scalar or a text. A number is compared as one where both sides are numbers. */
export function compileComparison(operator: Comparison, literal: Literal): (value: unknown) => boolean {
  const number = literal.form === 'bare' ? numberIn(literal.text) : undefined;
  if (operator !== '=' && operator !== '!=') {
    if (number === undefined) throw invalidFilterPattern();
    return (value) => {
      const given = numberOf(value);
      return given !== undefined && isInOrder(given, operator, number);
    };
  }
  const isEqual = compileEquality(literal, number);
  return operator === '=' ? isEqual : (value) => !isEqual(value);
}

function compileEquality({ text, form }: Literal, number: number | undefined): (value: unknown) => boolean {
  if (form === 'regex') {
    const matches = compileRegex(text);
    return (value) => isScalar(value) && matches(String(value));
  }
  if (number !== undefined) return (value) => numberOf(value) === number || value === text;
  const parts = text.split('*');
  if (parts.length === 1) return (value) => isScalar(value) && String(value) === text;
  return (value) => isScalar(value) && matchesWildcards(String(value), parts);
}

/** `parts` are what stands between the stars. */
function matchesWildcards(text: string, parts: readonly string[]): boolean {
  const first = parts[0]!;
  const last = parts.at(-1)!;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, at);
    if (found === -1) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

function isInOrder(given: number, operator: Comparison, wanted: number): boolean {
  switch (operator) {
    case '<':
      return given < wanted;
    case '<=':
      return given <= wanted;
    case '>':
      return given > wanted;
    default:
      return given >= wanted;
  }
}

const isScalar = (value: unknown): boolean => typeof value !== 'object' && value !== undefined;

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' ? numberIn(value) : undefined;
}

const numberIn = (text: string): number | undefined =>
  /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(text) ? Number(text) : undefined;
