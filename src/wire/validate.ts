/**
 * The constraints of a model against an input, in AWS's words. Every violation is collected before a handler sees anything:
 * `2 validation errors detected: Value 'x' at 'updateRestApiInput.patchOperations.1.member.op' failed to satisfy constraint: …; Value null at …`.
 */
import { Problem } from '../base/problem.ts';
import type { Dialect } from './dialects.ts';
import type { OperationModel, Shape } from './service-model.ts';

/**
 * Longer texts are refused without matching, unless the model allows them: V8's expressions backtrack, some of AWS's patterns are quadratic, and
 * none is about texts of this length. A test tries every pattern on texts up to here.
 */
const maxMatchedLength = 2048;

/** Throws a ValidationException, or what the dialect has for it, that names every violated constraint. */
export function validateInput(operation: OperationModel, input: Record<string, unknown>, dialect: Dialect): void {
  const violations: string[] = [];
  const prefix = dialect.namesInput ? `${lowerFirst(operation.name)}Input.` : '';
  for (const member of operation.input.members) {
    // What stands in the path, the query or a header is named plainly: `'statusCode'`.
    const isInBody = member.location === undefined && member !== operation.input.payload;
    const path = `${isInBody ? prefix : ''}${lowerFirst(member.name)}`;
    // A payload of bytes is bounded by the operation (PostToConnection answers 413), not by a constraint.
    if (member === operation.input.payload && member.shape.type === 'blob') continue;
    if (dialect.judgedByOperation.has(`${operation.name}.${member.name}`)) continue;
    checkMember(input[member.name], member, path, violations);
  }
  if (violations.length === 0) return;
  const count = violations.length === 1 ? '1 validation error' : `${violations.length} validation errors`;
  throw new Problem(dialect.invalidInput, `${count} detected: ${violations.join('; ')}`);
}

function checkMember(value: unknown, member: Shape['members'][number], path: string, violations: string[]): void {
  if (value === undefined) {
    if (member.isRequired)
      violations.push(`Value null at '${path}' failed to satisfy constraint: Member must not be null`);
    return;
  }
  if (member.enumValues !== undefined && !member.enumValues.includes(value as string)) {
    violations.push(violation(value, member.shape, path, enumConstraint(member.enumValues)));
  }
  checkValue(value, member.shape, path, violations);
}

function checkValue(value: unknown, shape: Shape, path: string, violations: string[]): void {
  for (const constraint of constraintsOf(shape)) {
    if (!constraint.holds(value)) violations.push(violation(value, shape, path, constraint.text));
  }
  switch (shape.type) {
    case 'structure': {
      const members = value as Record<string, unknown>;
      for (const member of shape.members) {
        checkMember(members[member.name], member, `${path}.${lowerFirst(member.name)}`, violations);
      }
      return;
    }
    case 'list': {
      const items = value as unknown[];
      const element = shape.element!;
      if (isScalar(element)) {
        checkAll(items, element, (texts) => {
          violations.push(violation(value, shape, path, `Member must satisfy constraint: [${texts}]`));
        });
        return;
      }
      items.forEach((item, i) => {
        checkValue(item, element, `${path}.${i + 1}.member`, violations);
      });
      return;
    }
    case 'map': {
      const entries = Object.entries(value as Record<string, unknown>);
      checkAll(
        entries.map(([key]) => key),
        shape.key!,
        (texts) => {
          violations.push(violation(value, shape, path, `Map keys must satisfy constraint: [${texts}]`));
        },
      );
      if (isScalar(shape.value!)) {
        checkAll(
          entries.map(([, item]) => item),
          shape.value!,
          (texts) => {
            violations.push(violation(value, shape, path, `Map value must satisfy constraint: [${texts}]`));
          },
        );
        return;
      }
      for (const [key, item] of entries) checkValue(item, shape.value!, `${path}.${key}.member`, violations);
      return;
    }
  }
}

/** Collections report all constraints of their elements when one element breaks one of them. */
function checkAll(values: readonly unknown[], shape: Shape, report: (texts: string) => void): void {
  const constraints = constraintsOf(shape);
  if (values.every((value) => constraints.every((constraint) => constraint.holds(value)))) return;
  report(constraints.map((constraint) => constraint.text).join(', '));
}

interface Constraint {
  readonly text: string;
  holds(value: unknown): boolean;
}

const constraintsByShape = new WeakMap<Shape, readonly Constraint[]>();

/** The constraints of a shape itself, in the order AWS lists them; compiled once. */
function constraintsOf(shape: Shape): readonly Constraint[] {
  const known = constraintsByShape.get(shape);
  if (known !== undefined) return known;
  const constraints: Constraint[] = [];
  const { min, max, pattern, enumValues } = shape;
  if (enumValues !== undefined) {
    constraints.push({ text: enumConstraint(enumValues), holds: (value) => enumValues.includes(value as string) });
  } else {
    const isNumber = ['integer', 'long', 'float', 'double'].includes(shape.type);
    const measured = isNumber ? 'value' : 'length';
    const measure = isNumber ? (value: unknown) => value as number : lengthOf;
    if (max !== undefined) {
      constraints.push({
        text: `Member must have ${measured} less than or equal to ${max}`,
        holds: (value) => measure(value) <= max,
      });
    }
    if (min !== undefined) {
      constraints.push({
        text: `Member must have ${measured} greater than or equal to ${min}`,
        holds: (value) => measure(value) >= min,
      });
    }
    if (pattern !== undefined) {
      const expression = wholeMatch(pattern);
      const longest = Math.max(max ?? 0, maxMatchedLength);
      constraints.push({
        text: `Member must satisfy regular expression pattern: ${pattern}`,
        holds: (value) => (value as string).length <= longest && expression.test(value as string),
      });
    }
  }
  constraintsByShape.set(shape, constraints);
  return constraints;
}

function lengthOf(value: unknown): number {
  if (typeof value === 'string') return value.length;
  if (value instanceof Uint8Array) return value.byteLength;
  return Array.isArray(value) ? value.length : Object.keys(value as object).length;
}

/** Java's `matches`: the whole text. Only patterns with Unicode classes get the `u` flag, which forbids ranges like `[a-9-_]` that others have. */
function wholeMatch(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`, pattern.includes('\\p{') ? 'u' : '');
}

function enumConstraint(values: readonly string[]): string {
  return `Member must satisfy enum value set: [${inHashOrder(values).join(', ')}]`;
}

/**
 * AWS lists enum values in the order of a Java hash set: by the low five bits of `String.hashCode`, the latest first where they collide. Inferred
 * from the recorded `[add, remove, move, test, replace, copy]`, which this gives and the model's order does not.
 */
export function inHashOrder(values: readonly string[]): string[] {
  const buckets: string[][] = Array.from({ length: 32 }, () => []);
  for (const value of values) {
    let hash = 0;
    for (let i = 0; i < value.length; i++) hash = (Math.imul(31, hash) + value.charCodeAt(i)) | 0;
    buckets[hash & 31]!.unshift(value);
  }
  return buckets.flat();
}

function violation(value: unknown, shape: Shape, path: string, constraint: string): string {
  const shown = isSensitive(shape) ? 'Value' : `Value '${javaText(value)}'`;
  return `${shown} at '${path}' failed to satisfy constraint: ${constraint}`;
}

function isSensitive(shape: Shape): boolean {
  return (
    shape.sensitive ||
    shape.element?.sensitive === true ||
    shape.key?.sensitive === true ||
    shape.value?.sensitive === true
  );
}

/** As Java prints it: `[a, b]`, `{k=v}`. */
function javaText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(javaText).join(', ')}]`;
  if (value instanceof Uint8Array) return `java.nio.HeapByteBuffer[pos=0 lim=${value.length} cap=${value.length}]`;
  if (typeof value === 'object' && value !== null) {
    return `{${Object.entries(value)
      .map(([key, item]) => `${key}=${javaText(item)}`)
      .join(', ')}}`;
  }
  return String(value);
}

const isScalar = (shape: Shape): boolean => !['structure', 'list', 'map'].includes(shape.type);

/** `RestApiId` as AWS writes it in messages, `restApiId`. */
const lowerFirst = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);
