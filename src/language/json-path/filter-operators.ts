/** The operators of filters: which of two values, found or written down, they hold for. */
import { JavaDouble, type JsonValue } from '../java-values.ts';
import { compareDecimals, JavaDecimal, maxDecimalLength, parseDecimal } from './java-decimal.ts';
import type { Operator } from './path-syntax.ts';
import { spend, type Work } from './work.ts';

/** A value an operator looks at; undefined where a path found nothing, or a pattern stands. */
export type FilterValue = JsonValue | undefined;

/** Every two values compared count as work. */
export type OperatorTest = (left: FilterValue, right: FilterValue, work: Work) => boolean;

/** Thrown where an operator cannot take a value (`@.a in 5`): the filter then fails as a whole, even within `!(…)`. */
export const wrongOperand = new Error('A filter operator cannot be applied to this value');

/** `=~` aside, which takes a pattern. */
export const operatorTests: Readonly<Record<Exclude<Operator, '=~'>, OperatorTest>> = {
  '==': areEqual,
  '!=': (left, right, work) => !areEqual(left, right, work),
  '===': areIdentical,
  '!==': (left, right, work) => !areIdentical(left, right, work),
  '<': ordered((order) => order < 0),
  '<=': ordered((order) => order <= 0),
  '>': ordered((order) => order > 0),
  '>=': ordered((order) => order >= 0),
  in: isIn,
  nin: (left, right, work) => !isIn(left, right, work),
  contains: (left, right, work) =>
    typeof left === 'string'
      ? typeof right === 'string' && contains(left, right, work)
      : Array.isArray(left) && isAmong(right, left, work),
  size: (left, right) => {
    if (!isJavaNumber(right)) return false;
    const size = Math.trunc(Number(right));
    return (typeof left === 'string' || Array.isArray(left)) && left.length === size;
  },
  empty: (left, right) => {
    const isSized = typeof left === 'string' || Array.isArray(left) || left instanceof Map;
    if (!isSized) return false;
    if (typeof right !== 'boolean') throw wrongOperand;
    return (left instanceof Map ? left.size === 0 : left.length === 0) === right;
  },
  subsetof: ofLists((left, right, work) => left.every((each) => isAmong(each, right, work))),
  anyof: ofLists((left, right, work) => left.some((each) => isAmong(each, right, work))),
  noneof: ofLists((left, right, work) => !left.some((each) => isAmong(each, right, work))),
  all: neverApplicable,
  type: neverApplicable,
  matches: neverApplicable,
};

export function isJavaNumber(value: unknown): value is number | bigint | JavaDouble {
  return typeof value === 'number' || typeof value === 'bigint' || value instanceof JavaDouble;
}

/** Text and number are compared as what stands on the left: `'2' == 2`, but `'2.0' == 2` does not hold and `2 == '2.0'` does. */
function areEqual(left: FilterValue, right: FilterValue, work: Work): boolean {
  if (typeof left === 'string') {
    if (isJavaNumber(right)) return left === decimalText(right, work);
    if (typeof right === 'string') spendOnText(left, work);
    return left === right;
  }
  if (isJavaNumber(left)) {
    if (isJavaNumber(right)) return compareNumbers(left, right, work) === 0;
    const number = typeof right === 'string' ? decimal(right, work) : undefined;
    return number !== undefined && compareNumbers(left, number, work) === 0;
  }
  // What is not there equals nothing, not even what is not there either.
  return left !== undefined && haveSameContent(left, right, work);
}

function areIdentical(left: FilterValue, right: FilterValue, work: Work): boolean {
  return typeName(left) === typeName(right) && areEqual(left, right, work);
}

function typeName(value: FilterValue): string {
  if (isJavaNumber(value)) return 'number';
  if (value === null) return 'null';
  return typeof value;
}

/** Equality of Java's lists and maps, in which the Integer 1 and the Double 1.0 are two things. */
function haveSameContent(left: JsonValue, right: FilterValue, work: Work): boolean {
  spend(work, 1);
  if (Array.isArray(left)) {
    if (!Array.isArray(right) || left.length !== right.length) return false;
    return left.every((each, index) => haveSameContent(each, right[index], work));
  }
  if (left instanceof Map) {
    if (!(right instanceof Map) || left.size !== right.size) return false;
    for (const [name, member] of left) {
      if (!right.has(name) || !haveSameContent(member, right.get(name), work)) return false;
    }
    return true;
  }
  if (left instanceof JavaDouble) return right instanceof JavaDouble && String(left) === String(right);
  return left === right;
}

function ordered(holds: (order: number) => boolean): OperatorTest {
  return (left, right, work) => {
    if (isJavaNumber(left) && isJavaNumber(right)) return holds(compareNumbers(left, right, work));
    if (typeof left !== 'string' || typeof right !== 'string') return false;
    spendOnText(left, work);
    return holds(left < right ? -1 : left > right ? 1 : 0);
  };
}

/** NaN where a number is none. */
function compareNumbers(left: number | bigint | JavaDouble, right: number | bigint | JavaDouble, work: Work): number {
  const a = asDouble(left);
  const b = asDouble(right);
  if (a !== undefined && b !== undefined) return a - b;
  const first = decimal(String(left), work);
  const second = decimal(String(right), work);
  return first === undefined || second === undefined ? Number.NaN : compareDecimals(first, second);
}

/** Numbers whose order their doubles tell exactly. */
function asDouble(value: number | bigint | JavaDouble): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return undefined;
  return value instanceof JavaDecimal ? undefined : value.value;
}

/** A number as BigDecimal prints it. */
function decimalText(value: number | bigint | JavaDouble, work: Work): string {
  const text = String(value);
  spendOnDigits(text, work);
  return value instanceof JavaDouble && text.includes('E') ? String(decimal(text, work)) : text;
}

function decimal(text: string, work: Work): JavaDecimal | undefined {
  spendOnDigits(text, work);
  return parseDecimal(text);
}

/** Reading and printing digits takes a time that grows with the square of their number: of ten thousand, about a millisecond. */
function spendOnDigits(text: string, work: Work): void {
  const isRead = text.length > 100 && text.length <= maxDecimalLength;
  if (isRead) spend(work, (text.length * text.length) / 4_096);
}

/** Texts are compared and searched fast, but a body may hold one of 10 MB and a list of a million others. */
function spendOnText(text: string, work: Work): void {
  spend(work, text.length >> 8);
}

function contains(text: string, part: string, work: Work): boolean {
  spendOnText(text, work);
  return text.includes(part);
}

function isIn(left: FilterValue, right: FilterValue, work: Work): boolean {
  if (right instanceof Map) return false;
  if (!Array.isArray(right)) throw wrongOperand;
  return isAmong(left, right, work);
}

function isAmong(value: FilterValue, list: readonly JsonValue[], work: Work): boolean {
  return list.some((each) => {
    spend(work, 1);
    return areEqual(value, each, work);
  });
}

function ofLists(
  holds: (left: readonly JsonValue[], right: readonly JsonValue[], work: Work) => boolean,
): OperatorTest {
  return (left, right, work) => {
    // The right one first: which of two wrong operands is seen decides between false and an error.
    if (right instanceof Map) return false;
    if (!Array.isArray(right)) throw wrongOperand;
    if (left instanceof Map) return false;
    if (!Array.isArray(left)) throw wrongOperand;
    return holds(left, right, work);
  };
}

function neverApplicable(): boolean {
  throw wrongOperand;
}

/** The texts a pattern is held against: of a list each element's, of anything but text, number and boolean the empty one. */
export function textsToMatch(value: FilterValue, work: Work): readonly string[] {
  if (Array.isArray(value)) return value.map((each) => textToMatch(each, work));
  return [textToMatch(value, work)];
}

function textToMatch(value: FilterValue, work: Work): string {
  if (typeof value === 'string') return value;
  if (isJavaNumber(value)) return decimalText(value, work);
  return typeof value === 'boolean' ? String(value) : '';
}
