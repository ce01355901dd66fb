/** What the functions at the end of a path (`$.list.length()`) compute, as Jayway has them. */
import { JavaDouble, type JsonValue } from '../java-values.ts';
import { isJavaNumber } from './filter-operators.ts';
import { javaText, maxTextLength } from './print-json-smart.ts';
import { TooMuchWorkError } from './work.ts';

export type FunctionName = keyof typeof functions;

/** A function of the value a path has come to and the values of its parameters; undefined when it has no result. */
export type PathFunction = (value: JsonValue, parameters: readonly JsonValue[]) => JsonValue | undefined;

/** Thrown by a function that cannot be applied: the path as a whole then finds nothing, whatever else it found. */
export const notApplicable = new Error('A function of a JSON path cannot be applied to this value');

export function isFunctionName(name: string): name is FunctionName {
  return Object.hasOwn(functions, name);
}

const functions = {
  sum: aggregation((numbers) => numbers.reduce((sum, each) => sum + each, 0)),
  avg: aggregation((numbers) => numbers.reduce((sum, each) => sum + each, 0) / numbers.length),
  min: aggregation((numbers) => numbers.reduce((least, each) => Math.min(least, each), Number.MAX_VALUE)),
  // Jayway begins with Double.MIN_VALUE, the smallest number above zero, so that the greatest of negative numbers is 4.9E-324.
  max: aggregation((numbers) => numbers.reduce((most, each) => Math.max(most, each), Number.MIN_VALUE)),
  stddev: aggregation(standardDeviation),
  length,
  size: length,
  keys: (value) => (value instanceof Map ? [...value.keys()] : null),
  first: (value) => elementAt(value, 0),
  last: (value) => elementAt(value, -1),
  index: (value, parameters) => elementAt(value, numbersOf(parameters)[0]),
  concat,
  // Jayway adds to the document itself; here a document is not changed by reading it.
  append: (value, parameters) => (Array.isArray(value) ? [...value, ...parameters] : value),
} satisfies Record<string, PathFunction>;

/** For an error message. */
export const functionNames: string = Object.keys(functions).join(', ');

export function pathFunction(name: FunctionName): PathFunction {
  return functions[name];
}

/**
 * Those that, behind a path that begins with `..`, take all it finds as a parameter: `$..price.sum()` is `$.sum($..price)`. The others take its finds
 * one by one.
 */
export function takesAllOfScan(name: FunctionName): boolean {
  return ['sum', 'avg', 'min', 'max', 'stddev', 'concat', 'length', 'size'].includes(name);
}

function aggregation(of: (numbers: readonly number[]) => number): PathFunction {
  return (value, parameters) => {
    const numbers = numbersOf(Array.isArray(value) ? [value, ...parameters] : parameters);
    if (numbers.length === 0) throw notApplicable;
    return new JavaDouble(of(numbers));
  };
}

function standardDeviation(numbers: readonly number[]): number {
  const count = numbers.length;
  let sum = 0;
  let squares = 0;
  for (const each of numbers) {
    sum += each;
    squares += each * each;
  }
  return Math.sqrt(squares / count - (sum * sum) / count / count);
}

/** All numbers among the values and in the lists among them. */
function numbersOf(values: readonly JsonValue[]): number[] {
  const numbers: number[] = [];
  for (const value of values) {
    if (isJavaNumber(value)) numbers.push(Number(value));
    else if (Array.isArray(value)) for (const each of value) if (isJavaNumber(each)) numbers.push(Number(each));
  }
  return numbers;
}

/** Of a list or an object; null of anything else, a string too. With a parameter, how many children the values it found have. */
function length(value: JsonValue, parameters: readonly JsonValue[]): JsonValue {
  const [children] = parameters;
  if (Array.isArray(children)) return children.length;
  if (Array.isArray(value)) return value.length;
  return value instanceof Map ? value.size : null;
}

function elementAt(value: JsonValue, index: number | undefined): JsonValue | undefined {
  if (!Array.isArray(value) || index === undefined) throw notApplicable;
  return value.at(index);
}

/** The strings of a list, and everything but null among the parameters, put together. */
function concat(value: JsonValue, parameters: readonly JsonValue[]): string {
  let text = '';
  if (Array.isArray(value)) for (const each of value) if (typeof each === 'string') text += each;
  for (const each of parameters.flat()) {
    if (each !== null) text += javaText(each);
    if (text.length > maxTextLength) throw new TooMuchWorkError('The text put together is too long');
  }
  return text;
}
