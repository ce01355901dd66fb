/** Conditions of filters compiled to closures. */
import type { JsonValue } from '../java-values.ts';
import { compilePath, evaluatePath, type Reading } from './compile-path.ts';
import { type FilterValue, operatorTests, textsToMatch, wrongOperand } from './filter-operators.ts';
import type { Condition, Operand } from './path-syntax.ts';
import { spend } from './work.ts';

/** Whether a value passes. */
export type FilterTest = (value: JsonValue, reading: Reading) => boolean;

export function compileFilter(condition: Condition): FilterTest {
  const holds = compileCondition(condition);
  return function passes(value, reading) {
    try {
      return holds(value, reading);
    } catch (error) {
      if (error === wrongOperand) return false;
      throw error;
    }
  };
}

function compileCondition(condition: Condition): FilterTest {
  switch (condition.kind) {
    case 'any': {
      const of = condition.of.map(compileCondition);
      return (value, reading) => of.some((each) => each(value, reading));
    }
    case 'all': {
      const of = condition.of.map(compileCondition);
      return (value, reading) => of.every((each) => each(value, reading));
    }
    case 'not': {
      const holds = compileCondition(condition.condition);
      return (value, reading) => !holds(value, reading);
    }
    case 'exists': {
      // A path that stands alone begins at the value even when it is written with `$`, and is there only when all its members are.
      const path = compilePath(condition.path);
      const { expected } = condition;
      return (value, reading) => (evaluatePath(path, value, reading, true) !== undefined) === expected;
    }
    case 'comparison':
      return compileComparison(condition);
  }
}

function compileComparison({ left, operator, right }: Condition & { kind: 'comparison' }): FilterTest {
  const first = compileOperand(left);
  const second = compileOperand(right);
  if (operator !== '=~') {
    const test = operatorTests[operator];
    return (value, reading) => {
      spend(reading.work, 1);
      return test(first(value, reading), second(value, reading), reading.work);
    };
  }
  if (left.kind !== 'pattern' && right.kind === 'pattern') return compileMatch(right, first);
  if (left.kind === 'pattern' && right.kind !== 'pattern') return compileMatch(left, second);
  return () => false;
}

function compileMatch(
  { pattern }: Operand & { kind: 'pattern' },
  operand: ReturnType<typeof compileOperand>,
): FilterTest {
  return (value, reading) =>
    textsToMatch(operand(value, reading), reading.work).some((text) => pattern.matches(text, reading.work));
}

function compileOperand(operand: Operand): (value: JsonValue, reading: Reading) => FilterValue {
  switch (operand.kind) {
    case 'value': {
      const { value } = operand;
      return () => value;
    }
    case 'pattern':
      return () => undefined;
    case 'path': {
      const path = compilePath(operand.path);
      if (operand.path.root === '@') return (value, reading) => evaluatePath(path, value, reading, false);
      // What `$` finds is the same for every value the filter looks at.
      return (_, reading) => {
        reading.documentFinds ??= new Map();
        if (!reading.documentFinds.has(path)) {
          reading.documentFinds.set(path, evaluatePath(path, reading.document, reading, false));
        }
        return reading.documentFinds.get(path);
      };
    }
  }
}
