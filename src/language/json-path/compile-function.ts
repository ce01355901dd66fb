/** Functions and their parameters compiled to closures. */
import type { JsonValue } from '../java-values.ts';
import { compilePath, evaluatePath, keep, type Place, type Reading, type Visit } from './compile-path.ts';
import { type FunctionName, pathFunction } from './functions.ts';
import type { Parameter } from './path-syntax.ts';
import { spend } from './work.ts';

export function compileFunction(name: FunctionName, parameters: readonly Parameter[], { next, isLast }: Place): Visit {
  const compute = pathFunction(name);
  const readers = parameters.map((parameter, index) => compileParameter(name, parameter, index));
  return function call(value, evaluation) {
    const values: JsonValue[] = [];
    for (const read of readers) {
      const parameter = read(value, evaluation.reading);
      if (parameter === undefined) return false;
      values.push(parameter);
    }
    const { work } = evaluation.reading;
    spend(work, sizeOf(value));
    const result = compute(value, values);
    if (result === undefined) return true;
    spend(work, sizeOf(result));
    // What a function computes is found even when the path goes on: Jayway's last find counts.
    if (!isLast) keep(result, evaluation);
    return next(result, evaluation);
  };
}

function compileParameter(
  name: FunctionName,
  parameter: Parameter,
  index: number,
): (value: JsonValue, reading: Reading) => JsonValue | undefined {
  if (parameter.kind === 'json') {
    const { value } = parameter;
    return () => value;
  }
  const { path } = parameter;
  const isLength = (name === 'length' || name === 'size') && index === 0;
  const isFunction = path.steps.at(-1)?.kind === 'function';
  if (!isLength || isFunction || path.steps.length === 0) {
    const compiled = compilePath(path);
    return (value, reading) => evaluatePath(compiled, isLength ? value : reading.document, reading, false);
  }
  // length(path) counts the children of what the path finds, and begins at the value it is applied to.
  const children = compilePath({ root: path.root, steps: [...path.steps, { kind: 'wildcard' }] });
  return (value, { work }) => evaluatePath(children, value, { document: value, work }, false);
}

/** What making or going through a value costs: every element of a list, and of a text every eighth letter. */
function sizeOf(value: JsonValue): number {
  if (typeof value === 'string') return 1 + (value.length >> 3);
  return Array.isArray(value) ? 1 + value.length : 1;
}
