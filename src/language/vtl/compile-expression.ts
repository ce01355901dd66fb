/** References and expressions → closures. */
import { JavaDouble, javaInteger } from '../java-values.ts';
import { put } from './collection-methods.ts';
import type { Compilation, Condition, Render, Value } from './compilation.ts';
import { DefinedBlock } from './compile-macro.ts';
import { compileString } from './compile-string.ts';
import { looselyEqual } from './java-equality.ts';
import { calculate, compareNumbers } from './java-math.ts';
import { maxTextLength, textOf } from './java-text.ts';
import { callMethod, elementOf, propertyOf } from './members.ts';
import { toInt } from './number-methods.ts';
import { located, type Output, type Scope } from './scope.ts';
import type { BinaryOperator, ExpressionNode, PathNode, ReferenceNode } from './syntax.ts';
import { classOf, isNumber, JavaException, javaList, type VtlMap, type VtlValue } from './values.ts';

type PathStep = (value: Exclude<VtlValue, null>, scope: Scope) => VtlValue;

/** What a reference is worth; null when any part of it is. */
export function compileReferenceValue(node: ReferenceNode, c: Compilation): Value {
  return node.isComputable ? resolution(node, c) : () => null;
}

function resolution(node: ReferenceNode, c: Compilation): Value {
  const { name } = node;
  if (node.isRunt) return () => null;
  const path = node.path.map((part) => compilePathStep(part, c));
  if (path.length === 0) return (scope) => scope.get(name);
  if (path.length === 1) {
    const only = path[0]!;
    return function resolveOne(scope) {
      const value = scope.get(name);
      return value === null ? null : only(value, scope);
    };
  }
  return function resolve(scope) {
    scope.run.count(path.length >> 3);
    let value = scope.get(name);
    for (let at = 0; value !== null && at < path.length; at++) value = path[at]!(value, scope);
    return value;
  };
}

export function compilePathStep(part: PathNode, c: Compilation): PathStep {
  const { type } = part;
  if (type === 'property') return (value) => propertyOf(value, part.name);
  const site = c.site(part.offset);
  if (type === 'index') {
    const at = compileValue(part.at, c);
    return function element(value, scope) {
      const index = at(scope);
      scope.run.site = site;
      try {
        return elementOf(value, index);
      } catch (error) {
        throw failedCall(error, 'get', value, scope);
      }
    };
  }
  const { name } = part;
  const args = part.args.map((arg) => compileValue(arg, c));
  return function method(value, scope) {
    const values: VtlValue[] = [];
    for (const arg of args) values.push(arg(scope));
    scope.run.site = site;
    try {
      return callMethod(value, name, values) ?? null;
    } catch (error) {
      throw failedCall(error, name, value, scope);
    }
  };
}

function failedCall(error: unknown, name: string, value: Exclude<VtlValue, null>, scope: Scope): unknown {
  if (!(error instanceof JavaException)) return located(error, scope.run);
  const what = `Invocation of method '${name}' in  class ${classOf(value)} threw exception ${error.message}`;
  return scope.run.error(what, error);
}

export function compileReference(node: ReferenceNode, c: Compilation): Render {
  const { name, isEscaped, escapePrefix, morePrefix } = node;
  if (node.isRunt) {
    return (_, out) => {
      out.text += name;
    };
  }
  const value = resolution(node, c);
  const site = c.site(node.offset);
  const prefix = escapePrefix + morePrefix;
  if (isEscaped) {
    return function renderEscaped(scope, out) {
      const isNull = value(scope) === null;
      out.text += escapePrefix + (isNull ? '\\' : '') + nullTextOf(node, scope);
    };
  }
  return function renderReference(scope, out) {
    scope.run.site = site;
    const result = value(scope);
    if (result === null) return renderNull(node, scope, out);
    if (typeof result === 'string') out.text += prefix + result;
    else if (result instanceof DefinedBlock) {
      if (!result.renderIn(scope, out)) renderNull(node, scope, out);
    } else out.text += prefix + textOf(result);
    if (out.text.length > maxTextLength) throw scope.run.error('The output is too long');
  };
}

function renderNull(node: ReferenceNode, scope: Scope, out: Output): void {
  out.text += node.escapePrefix + node.escapePrefix + node.morePrefix + nullTextOf(node, scope);
}

function nullTextOf(node: ReferenceNode, scope: Scope): string {
  const text = node.nullText();
  return scope.argumentText(text) ?? text;
}

/** The value of an expression. */
export function compileValue(node: ExpressionNode, c: Compilation): Value {
  switch (node.type) {
    case 'reference':
      return compileReferenceValue(node, c);
    case 'string':
      return compileString(node, c);
    case 'integer':
      return constant(javaInteger(node.image));
    case 'decimal':
      return constant(new JavaDouble(Number(node.image)));
    case 'boolean':
      return constant(node.value);
    case 'list':
      return compileList(node.items.map((item) => compileValue(item, c)));
    case 'map':
      return compileMap(node.entries.map(([key, value]) => [compileValue(key, c), compileValue(value, c)] as const));
    case 'range':
      return compileRange(compileValue(node.from, c), compileValue(node.to, c), c);
    case 'not':
      return compileCondition(node, c);
    case 'binary':
      return compileBinary(node, c);
  }
}

function constant(value: VtlValue): Value {
  return () => value;
}

function compileList(items: readonly Value[]): Value {
  return function list(scope) {
    scope.run.count(items.length >> 3);
    return javaList(items.map((item) => item(scope)));
  };
}

function compileMap(entries: readonly (readonly [Value, Value])[]): Value {
  return function map(scope) {
    scope.run.count(entries.length >> 3);
    const result: VtlMap = new Map();
    for (const [key, value] of entries) put(result, key(scope), value(scope));
    return result;
  };
}

function compileRange(from: Value, to: Value, c: Compilation): Value {
  return function range(scope) {
    const first = from(scope);
    const last = to(scope);
    if (!isNumber(first) || !isNumber(last)) return null;
    const [start, end] = [toInt(first), toInt(last)];
    const length = Math.abs(end - start) + 1;
    if (length > c.limits.rangeSize) throw scope.run.error(`A range of more than ${c.limits.rangeSize} numbers`);
    scope.run.step(length >> 6);
    const delta = start >= end ? -1 : 1;
    return javaList(Array.from({ length }, (_, at) => start + at * delta));
  };
}

type Binary = Extract<ExpressionNode, { type: 'binary' }>;

function compileBinary(node: Binary, c: Compilation): Value {
  const { operator } = node;
  switch (operator) {
    case '+':
      return compileAddition(node, c);
    case '-':
    case '*':
    case '/':
    case '%': {
      const left = compileValue(node.left, c);
      const right = compileValue(node.right, c);
      return (scope) => calculate(operator, left(scope), right(scope));
    }
    default:
      return compileCondition(node, c);
  }
}

/** `+` joins as soon as one side is a text; the other, when null, is written as it stands in the template. */
function compileAddition(node: Binary, c: Compilation): Value {
  const left = compileValue(node.left, c);
  const right = compileValue(node.right, c);
  return function add(scope) {
    const first = left(scope);
    const second = right(scope);
    if (typeof first !== 'string' && typeof second !== 'string') return calculate('+', first, second);
    const text =
      (first === null ? node.left.literal() : textOf(first)) +
      (second === null ? node.right.literal() : textOf(second));
    if (text.length > maxTextLength) throw scope.run.error('The text is too long');
    return text;
  };
}

/** Whether a condition holds. Literals and arithmetic never do, references do unless null or false. */
export function compileCondition(node: ExpressionNode, c: Compilation): Condition {
  switch (node.type) {
    case 'reference': {
      const value = resolution(node, c);
      const { emptyStringTruthy } = c.options;
      return (scope) => isTrue(value(scope), emptyStringTruthy);
    }
    case 'boolean':
      return node.value ? () => true : () => false;
    case 'not': {
      const operand = compileCondition(node.operand, c);
      return (scope) => !operand(scope);
    }
    case 'binary':
      return compileComparison(node, c);
    default:
      // Still compiled, so that a mistake in it is found.
      compileValue(node, c);
      return () => false;
  }
}

function isTrue(value: VtlValue, emptyStringTruthy: boolean): boolean {
  if (value === null || value === false) return false;
  if (value instanceof DefinedBlock) return value.text() !== null;
  return emptyStringTruthy || value !== '';
}

function compileComparison(node: Binary, c: Compilation): Condition {
  const { operator } = node;
  if (operator === '&&' || operator === '||') {
    const left = compileCondition(node.left, c);
    const right = compileCondition(node.right, c);
    return operator === '&&' ? (scope) => left(scope) && right(scope) : (scope) => left(scope) || right(scope);
  }
  const left = compileValue(node.left, c);
  const right = compileValue(node.right, c);
  const areEqual = c.options.nullEqualsEmptyText ? looselyEqualOrEmpty : looselyEqual;
  if (operator === '==') return (scope) => areEqual(left(scope), right(scope));
  if (operator === '!=') return (scope) => !areEqual(left(scope), right(scope));
  const holds = orderings[operator];
  if (holds === undefined) return () => false;
  return function compare(scope) {
    const first = left(scope);
    const second = right(scope);
    return isNumber(first) && isNumber(second) && holds(compareNumbers(first, second));
  };
}

/** `==` for which null and empty text are the same. */
function looselyEqualOrEmpty(left: VtlValue, right: VtlValue): boolean {
  return looselyEqual(left ?? '', right ?? '');
}

/** Only numbers have an order; comparing anything else is false. */
const orderings: Partial<Record<BinaryOperator, (order: number) => boolean>> = {
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};
