/**
 * Metric math, as GetMetricData's expressions have it (CloudWatch user guide, using math expressions): arithmetic and functions on the time series of other
 * queries, by their ids. `(m2 / m1) * 100`, `SUM(METRICS())`, `IF(m1 > 10, m1, 0)`, `FILL(m1, 0)`.
 */
import { Problem } from '../../base/problem.ts';
import { mathFunctions } from './math-functions.ts';
import { invalid } from './refusals.ts';

/** Epoch milliseconds → value. */
export interface TimeSeries {
  readonly values: ReadonlyMap<number, number>;
  readonly periodMs: number;
  readonly label: string;
}

/** A list of texts is what METRICS("…") and FILL(m, REPEAT) take. */
export type MathValue = number | string | TimeSeries | readonly TimeSeries[];

export interface MathScope {
  /** The value of another query; undefined when there is none of that id. */
  valueOf(id: string): MathValue | undefined;
  /** All queries that are metrics, in the order of the request. */
  metrics(): readonly TimeSeries[];
}

export type MathExpression = (scope: MathScope) => MathValue;

export const isSeries = (value: MathValue): value is TimeSeries => typeof value === 'object' && !Array.isArray(value);

const maxLength = 2048;
const maxDepth = 50;

/** Throws a ValidationException for what is no expression. */
export function compileMath(expression: string): MathExpression {
  const fail = (why: string): Problem => invalid(`Error in expression '${expression}': ${why}`);
  if (expression.length > maxLength) throw fail('it is too long');
  const tokens = tokensOf(expression, fail);
  let at = 0;
  const compiled = level(0, 0);
  if (at < tokens.length) throw fail(`unexpected ${tokens[at]!.text}`);
  return compiled;

  function take(...texts: string[]): string | undefined {
    const token = tokens[at];
    if (token === undefined || token.kind === 'text' || !texts.includes(token.text.toUpperCase())) return undefined;
    at++;
    return token.text.toUpperCase();
  }

  function level(index: number, depth: number): MathExpression {
    if (depth > maxDepth) throw fail('it is nested too deep');
    const operators = levels[index];
    if (operators === undefined) return signed(depth);
    let left = level(index + 1, depth + 1);
    for (let operator = take(...operators); operator !== undefined; operator = take(...operators)) {
      const [first, second] = [left, level(index + 1, depth + 1)];
      const combine = binary[operator]!;
      left = (scope) => elementwise(first(scope), second(scope), combine, fail);
    }
    return left;
  }

  function signed(depth: number): MathExpression {
    if (depth > maxDepth) throw fail('it is nested too deep');
    if (take('-') !== undefined) {
      const inner = signed(depth + 1);
      return (scope) => elementwise(0, inner(scope), (a, b) => a - b, fail);
    }
    const base = primary(depth);
    if (take('^') === undefined) return base;
    const exponent = signed(depth + 1);
    return (scope) => elementwise(base(scope), exponent(scope), (a, b) => a ** b, fail);
  }

  function primary(depth: number): MathExpression {
    const token = tokens[at++];
    if (token === undefined) throw fail('it ends too early');
    if (token.kind === 'number') {
      const number = Number(token.text);
      return () => number;
    }
    if (token.kind === 'text') return () => token.text;
    if (token.text === '(') {
      const inner = level(0, depth + 1);
      if (take(')') === undefined) throw fail('expected )');
      return inner;
    }
    if (token.text === '[') return list(']', depth, (parts) => parts.flatMap((part) => seriesIn(part, fail)));
    if (token.kind !== 'word') throw fail(`unexpected ${token.text}`);
    if (take('(') === undefined) return reference(token.text);
    const name = token.text.toUpperCase();
    if (!Object.hasOwn(mathFunctions, name)) {
      throw new Problem(
        'NotImplementedException',
        `The function ${name} of metric math is not built yet in Gatewright.`,
      );
    }
    const run = mathFunctions[name]!;
    return list(')', depth, (parts, scope) => run(parts, scope, fail));
  }

  function list(
    end: string,
    depth: number,
    made: (parts: readonly MathValue[], scope: MathScope) => MathValue,
  ): MathExpression {
    const parts: MathExpression[] = [];
    if (take(end) === undefined) {
      do parts.push(level(0, depth + 1));
      while (take(',') !== undefined);
      if (take(end) === undefined) throw fail(`expected ${end}`);
    }
    return (scope) =>
      made(
        parts.map((part) => part(scope)),
        scope,
      );
  }

  function reference(name: string): MathExpression {
    if (/^(REPEAT|LINEAR|ASC|DSC)$/.test(name)) return () => name;
    if (!/^[a-z]/.test(name)) throw fail(`${name} is no id`);
    return (scope) => {
      const value = scope.valueOf(name);
      if (value === undefined) throw fail(`there is no query with the id ${name}`);
      return value;
    };
  }
}

/** From what binds least to what binds most. */
const levels: readonly (readonly string[])[] = [
  ['OR', '||'],
  ['AND', '&&'],
  ['==', '!=', '<', '>', '<=', '>='],
  ['+', '-'],
  ['*', '/'],
];

const binary: Readonly<Record<string, (a: number, b: number) => number>> = {
  OR: (a, b) => Number(a !== 0 || b !== 0),
  '||': (a, b) => Number(a !== 0 || b !== 0),
  AND: (a, b) => Number(a !== 0 && b !== 0),
  '&&': (a, b) => Number(a !== 0 && b !== 0),
  '==': (a, b) => Number(a === b),
  '!=': (a, b) => Number(a !== b),
  '<': (a, b) => Number(a < b),
  '>': (a, b) => Number(a > b),
  '<=': (a, b) => Number(a <= b),
  '>=': (a, b) => Number(a >= b),
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
};

type Fail = (why: string) => Problem;

/** Of two series the times both have; what is no number (a division by zero) is left out. */
export function elementwise(
  a: MathValue,
  b: MathValue,
  combine: (a: number, b: number) => number,
  fail: Fail,
): MathValue {
  if (typeof a === 'string' || typeof b === 'string') throw fail('a text is no operand');
  if (typeof a === 'number' && typeof b === 'number') return combine(a, b);
  if (Array.isArray(a)) {
    if (Array.isArray(b)) throw fail('two arrays cannot be combined');
    return (a as readonly TimeSeries[]).map((each) => elementwise(each, b, combine, fail) as TimeSeries);
  }
  if (Array.isArray(b))
    return (b as readonly TimeSeries[]).map((each) => elementwise(a, each, combine, fail) as TimeSeries);
  const [left, right] = [a as number | TimeSeries, b as number | TimeSeries];
  const model = (typeof left === 'number' ? right : left) as TimeSeries;
  return mapped(model, (value, atMs) => {
    const x = typeof left === 'number' ? left : value;
    const y = typeof right === 'number' ? right : typeof left === 'number' ? value : right.values.get(atMs);
    return y === undefined ? undefined : combine(x, y);
  });
}

/** A series with other values; undefined and what is no number have no point. */
export function mapped(series: TimeSeries, change: (value: number, atMs: number) => number | undefined): TimeSeries {
  const values = new Map<number, number>();
  for (const [atMs, value] of series.values) {
    const changed = change(value, atMs);
    if (changed !== undefined && Number.isFinite(changed)) values.set(atMs, changed);
  }
  return { ...series, values };
}

export function seriesIn(value: MathValue, fail: Fail): readonly TimeSeries[] {
  if (typeof value !== 'object') throw fail('a time series was expected');
  return isSeries(value) ? [value] : value;
}

interface Token {
  readonly kind: 'word' | 'number' | 'text' | 'mark';
  readonly text: string;
}

function tokensOf(expression: string, fail: Fail): Token[] {
  const tokens: Token[] = [];
  const pattern =
    /\s+|"([^"]*)"|'([^']*)'|(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\.\d+)|([A-Za-z_]\w*)|(\|\||&&|==|!=|<=|>=|[-+*/^()[\],<>])/y;
  while (pattern.lastIndex < expression.length) {
    const from = pattern.lastIndex;
    const found = pattern.exec(expression);
    if (found === null) throw fail(`unexpected ${expression[from]}`);
    const [, double, single, number, word, mark] = found;
    const text = double ?? single;
    if (text !== undefined) tokens.push({ kind: 'text', text });
    else if (number !== undefined) tokens.push({ kind: 'number', text: number });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word });
    else if (mark !== undefined) tokens.push({ kind: 'mark', text: mark });
  }
  return tokens;
}
