/**
 * Conditions of policy statements: every operator of IAM with IfExists, ForAnyValue and ForAllValues ("IAM JSON policy elements: Condition operators"
 * in the IAM user guide). What cannot be understood is unknown, and the statement decides what unknown means: never more than it should.
 */
import { compileIpRange } from './ip-ranges.ts';
import { compilePattern, type PolicyContext } from './policy-pattern.ts';

/** Whether a condition holds; undefined when it cannot be told. */
export type Condition = (context: PolicyContext) => boolean | undefined;

/** One wanted value against one actual one; undefined when it cannot be told. */
type Test = (actual: string, context: PolicyContext) => boolean | undefined;
/** Undefined when the wanted value is none of the operator's kind. */
type TestMaker = (wanted: string, variables: boolean) => Test | undefined;

const text =
  (wildcards: boolean, ignoresCase = false): TestMaker =>
  (wanted, variables) =>
    compilePattern(wanted, { wildcards, variables, ignoresCase });

const ordered =
  (read: (text: string) => number | undefined, holds: (actual: number, wanted: number) => boolean): TestMaker =>
  (wantedText) => {
    const wanted = read(wantedText);
    if (wanted === undefined) return undefined;
    return (actualText) => {
      const actual = read(actualText);
      return actual === undefined ? false : holds(actual, wanted);
    };
  };

const equal = (a: number, b: number): boolean => a === b;
const less = (a: number, b: number): boolean => a < b;
const lessOrEqual = (a: number, b: number): boolean => a <= b;
const greater = (a: number, b: number): boolean => a > b;
const greaterOrEqual = (a: number, b: number): boolean => a >= b;

/** Operators that say what should be, by name. */
const positive: Readonly<Record<string, TestMaker>> = {
  StringEquals: text(false),
  StringEqualsIgnoreCase: text(false, true),
  StringLike: text(true),
  NumericEquals: ordered(numberOf, equal),
  NumericLessThan: ordered(numberOf, less),
  NumericLessThanEquals: ordered(numberOf, lessOrEqual),
  NumericGreaterThan: ordered(numberOf, greater),
  NumericGreaterThanEquals: ordered(numberOf, greaterOrEqual),
  DateEquals: ordered(timeOf, equal),
  DateLessThan: ordered(timeOf, less),
  DateLessThanEquals: ordered(timeOf, lessOrEqual),
  DateGreaterThan: ordered(timeOf, greater),
  DateGreaterThanEquals: ordered(timeOf, greaterOrEqual),
  Bool: (wanted) => {
    const value = wanted.toLowerCase();
    return value === 'true' || value === 'false' ? (actual) => actual.toLowerCase() === value : undefined;
  },
  BinaryEquals: (wanted) => {
    const bytes = bytesOf(wanted);
    return bytes === undefined ? undefined : (actual) => bytesOf(actual) === bytes;
  },
  IpAddress: (wanted) => compileIpRange(wanted),
  // ArnEquals and ArnLike behave identically (IAM user guide, "ARN condition operators").
  ArnEquals: arn,
  ArnLike: arn,
};

/** Operators that say what should not be, by the one they deny. */
const negative: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  NumericNotEquals: 'NumericEquals',
  DateNotEquals: 'DateEquals',
  NotIpAddress: 'IpAddress',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
};

/** Whether IAM has such an operator, its qualifiers included. */
export function isConditionOperator(operator: string): boolean {
  const { name } = qualified(operator);
  return name === 'Null'
    ? !operator.endsWith('IfExists')
    : Object.hasOwn(positive, name) || Object.hasOwn(negative, name);
}

/** `variables` is whether `${…}` in wanted values means something. Never throws. */
export function compileCondition(
  operator: string,
  key: string,
  wanted: readonly string[],
  variables: boolean,
): Condition {
  const lowerKey = key.toLowerCase();
  const { quantifier, name, ifExists } = qualified(operator);
  if (name === 'Null') return isConditionOperator(operator) ? nullCondition(lowerKey, wanted) : unknown;
  const isNegated = Object.hasOwn(negative, name);
  const make = isNegated ? positive[negative[name]!] : Object.hasOwn(positive, name) ? positive[name] : undefined;
  if (make === undefined || wanted.length === 0) return unknown;
  const tests: Test[] = [];
  for (const value of wanted) {
    const test = make(value, variables);
    if (test === undefined) return unknown;
    tests.push(test);
  }

  /** One actual value against all wanted ones: any of them, or none of them where the operator is a negation. */
  function holdsFor(actual: string, context: PolicyContext): boolean | undefined {
    let isUnsure = false;
    for (const test of tests) {
      const matches = test(actual, context);
      if (matches === true) return !isNegated;
      if (matches === undefined) isUnsure = true;
    }
    // A variable without a value equals nothing; that something differs from it cannot be told.
    return isNegated ? (isUnsure ? undefined : true) : false;
  }

  return function holds(context) {
    const actual = context.get(lowerKey);
    const values = actual === undefined ? [] : typeof actual === 'string' ? [actual] : actual;
    if (values.length === 0) {
      if (ifExists || quantifier === 'all') return true;
      // An absent key fails every test but a negated one, and no set without elements has one that passes.
      return isNegated && quantifier === undefined;
    }
    if (quantifier === 'any') return some(values, context);
    if (quantifier === 'all' || isNegated) return every(values, context);
    return some(values, context);
  };

  function some(values: readonly string[], context: PolicyContext): boolean | undefined {
    let isUnsure = false;
    for (const value of values) {
      const result = holdsFor(value, context);
      if (result === true) return true;
      if (result === undefined) isUnsure = true;
    }
    return isUnsure ? undefined : false;
  }

  function every(values: readonly string[], context: PolicyContext): boolean | undefined {
    let isUnsure = false;
    for (const value of values) {
      const result = holdsFor(value, context);
      if (result === false) return false;
      if (result === undefined) isUnsure = true;
    }
    return isUnsure ? undefined : true;
  }
}

const unknown: Condition = () => undefined;

function nullCondition(key: string, wanted: readonly string[]): Condition {
  const values = wanted.map((value) => value.toLowerCase());
  if (values.length === 0 || values.some((value) => value !== 'true' && value !== 'false')) return unknown;
  return function isNull(context) {
    const actual = context.get(key);
    const isAbsent = actual === undefined || (typeof actual !== 'string' && actual.length === 0);
    return values.includes(String(isAbsent));
  };
}

function qualified(operator: string): { quantifier: 'any' | 'all' | undefined; name: string; ifExists: boolean } {
  let name = operator;
  let quantifier: 'any' | 'all' | undefined;
  if (name.startsWith('ForAnyValue:')) {
    quantifier = 'any';
    name = name.slice('ForAnyValue:'.length);
  } else if (name.startsWith('ForAllValues:')) {
    quantifier = 'all';
    name = name.slice('ForAllValues:'.length);
  }
  const ifExists = name.endsWith('IfExists');
  return { quantifier, name: ifExists ? name.slice(0, -'IfExists'.length) : name, ifExists };
}

function numberOf(text: string): number | undefined {
  return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?$/.test(text) ? Number(text) : undefined;
}

const isoTime = /^\d{4}(?:-\d\d(?:-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d))?)?)?$/;

/** Milliseconds of an ISO 8601 time (W3C profile) or of epoch seconds. Four digits are a year. */
function timeOf(text: string): number | undefined {
  if (/^\d{5,12}$/.test(text)) return Number(text) * 1000;
  if (!isoTime.test(text)) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}

/** Base64 in one spelling. */
function bytesOf(base64: string): string | undefined {
  return /^[A-Za-z0-9+/]*={0,2}$/.test(base64) ? Buffer.from(base64, 'base64').toString('base64') : undefined;
}

/** Each of the six parts is matched by itself, so a `*` never reaches over a colon, except within the resource part. */
function arn(wanted: string, variables: boolean): Test {
  const parts = arnParts(wanted);
  if (parts === undefined) return (actual) => wanted === '*' || actual === wanted;
  const patterns = parts.map((part) => compilePattern(part, { wildcards: true, variables }));
  return function matchesArn(actual, context) {
    const actualParts = arnParts(actual);
    if (actualParts === undefined) return false;
    let isUnsure = false;
    for (let i = 0; i < patterns.length; i++) {
      const matches = patterns[i]!(actualParts[i]!, context);
      if (matches === false) return false;
      if (matches === undefined) isUnsure = true;
    }
    return isUnsure ? undefined : true;
  };
}

/** The colons of a variable, `${aws:username}`, part nothing. */
function arnParts(arnText: string): string[] | undefined {
  const parts: string[] = [];
  let from = 0;
  let depth = 0;
  for (let i = 0; i < arnText.length && parts.length < 5; i++) {
    if (arnText.startsWith('${', i)) depth++;
    else if (arnText[i] === '}' && depth > 0) depth--;
    else if (arnText[i] === ':' && depth === 0) {
      parts.push(arnText.slice(from, i));
      from = i + 1;
    }
  }
  if (parts.length < 5) return undefined;
  return [...parts, arnText.slice(from)];
}
