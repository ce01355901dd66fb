/**
 * What a policy says of a request, written once more beside base/policy and as plainly as the rules are ("Policy evaluation logic" and "IAM JSON policy
 * elements" in the IAM user guide): nothing compiled, a regular expression for each pattern. A fuzzer's second opinion; too slow for anything else.
 */

export interface PlainRequest {
  /** Names of an AWS caller, none for somebody who did not sign. */
  readonly names: readonly string[];
  readonly action: string;
  readonly resource: string;
  /** By key in lower case. */
  readonly context: ReadonlyMap<string, string | readonly string[]>;
}

export type PlainDecision = 'allow' | 'explicit deny' | 'implicit deny';

/** Yes, no, or nobody can tell: which never lets an Allow hold and never keeps a Deny from holding. */
type Answer = boolean | undefined;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);
const isText = (value: unknown): value is string => typeof value === 'string';

export function plainDecision(document: unknown, kind: 'identity' | 'resource', request: PlainRequest): PlainDecision {
  const { Statement, Version } = (isObject(document) ? document : {}) as Record<string, unknown>;
  const statements = Statement === undefined ? [] : listOf(Statement);
  const hasVariables = Version === '2012-10-17';
  let isAllowed = false;
  for (const given of statements) {
    const statement = (typeof given === 'object' && given !== null ? given : {}) as Record<string, unknown>;
    const isDeny = statement['Effect'] !== 'Allow';
    const answers: Answer[] = [
      kind === 'identity' ? true : principalAnswer(statement, isDeny, request.names),
      elementAnswer(statement, 'Action', request.action, { ignoresCase: true, hasVariables: false, isDeny }, request),
      elementAnswer(statement, 'Resource', request.resource, { ignoresCase: false, hasVariables, isDeny }, request),
      ...conditionAnswers(statement['Condition'], hasVariables, request),
    ];
    if (isDeny && !answers.includes(false)) return 'explicit deny';
    if (!isDeny && answers.every((answer) => answer === true)) isAllowed = true;
  }
  return isAllowed ? 'allow' : 'implicit deny';
}

function principalAnswer(
  { Principal, NotPrincipal }: Record<string, unknown>,
  isDeny: boolean,
  names: readonly string[],
) {
  if (Principal !== undefined && NotPrincipal !== undefined) return undefined;
  if (Principal !== undefined) return isMeant(Principal, names);
  const spared = isMeant(NotPrincipal, names);
  return spared === undefined || !isDeny ? undefined : !spared;
}

function isMeant(element: unknown, names: readonly string[]): Answer {
  if (element === '*') return true;
  if (isText(element)) return isMeant({ AWS: element }, names);
  if (!isObject(element)) return undefined;
  if (!Object.values(element).every((value) => listOf(value).every(isText))) return undefined;
  const aws = listOf(element['AWS'] ?? []) as string[];
  const accountOf = (name: string): string | undefined => /^(?:arn:[^:]+:iam::)?(\d{12})(?::root)?$/.exec(name)?.[1];
  return (
    aws.includes('*') ||
    names.some((name) =>
      aws.some((each) => each === name || accountOf(each) === (accountOf(name) ?? name.split(':')[4])),
    )
  );
}

interface ElementRules {
  readonly ignoresCase: boolean;
  readonly hasVariables: boolean;
  readonly isDeny: boolean;
}

function elementAnswer(
  statement: Record<string, unknown>,
  name: 'Action' | 'Resource',
  text: string,
  { ignoresCase, hasVariables, isDeny }: ElementRules,
  { context }: PlainRequest,
): Answer {
  const [given, not] = [statement[name], statement[`Not${name}`]];
  if (given !== undefined && not !== undefined) return undefined;
  const patterns = listOf(given ?? not);
  if (patterns.length === 0 || !patterns.every(isText)) return undefined;
  const answers = patterns.map((pattern) =>
    matches(pattern, text, { ignoresCase, hasVariables, wildcards: true }, context),
  );
  if (given !== undefined) return answers.includes(true);
  if (answers.includes(true)) return false;
  // A variable without a value names nothing: whether the text is among the rest is not certain.
  return answers.includes(undefined) ? isDeny : true;
}

function matches(
  pattern: string,
  text: string,
  rules: { readonly ignoresCase: boolean; readonly hasVariables: boolean; readonly wildcards: boolean },
  context: PlainRequest['context'],
): Answer {
  let isUnsure = false;
  const literal = (part: string): string => part.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
  const plain = (part: string): string =>
    rules.wildcards
      ? [...part].map((c) => (c === '*' ? '[^]*' : c === '?' ? '[^]' : literal(c))).join('')
      : literal(part);
  const parts = rules.hasVariables ? pattern.split(/(\$\{[^}]*\})/) : [pattern];
  const source = parts.map((part, i) => {
    if (!rules.hasVariables || i % 2 === 0) return plain(part);
    const name = part.slice(2, -1).trim();
    if (['*', '?', '$'].includes(name)) return literal(name);
    const [key = '', fallback] = name.split(/,(.*)/s);
    const value = context.get(key.trim().toLowerCase()) ?? /^'(.*)'$/s.exec(fallback?.trim() ?? '')?.[1];
    if (isText(value)) return literal(value);
    isUnsure = true;
    return '';
  });
  if (isUnsure) return undefined;
  return new RegExp(`^${source.join('')}$`, rules.ignoresCase ? 'i' : '').test(text);
}

function conditionAnswers(element: unknown, hasVariables: boolean, request: PlainRequest): Answer[] {
  if (element === undefined) return [];
  if (!isObject(element)) return [undefined];
  return Object.entries(element).flatMap(([operator, tests]) => {
    if (!isObject(tests)) return [undefined];
    return Object.entries(tests).map(([key, wanted]) => conditionAnswer(operator, key, wanted, hasVariables, request));
  });
}

type Compare = (actual: string, wanted: string) => Answer;

const numberOf = (text: string): number =>
  /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$/.test(text) ? Number(text) : Number.NaN;
const numeric =
  (holds: (a: number, b: number) => boolean): Compare =>
  (actual, wanted) =>
    Number.isNaN(numberOf(wanted))
      ? undefined
      : !Number.isNaN(numberOf(actual)) && holds(numberOf(actual), numberOf(wanted));

const addressOf = (text: string): number => {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number) ?? [];
  return parts.length === 4 && parts.every((n) => n < 256) ? parts.reduce((sum, n) => sum * 256 + n, 0) : Number.NaN;
};

const inRange: Compare = (actual, wanted) => {
  const [, base = '', bits = '32'] = /^([\d.]+)(?:\/(\d{1,2}))?$/.exec(wanted) ?? [];
  if (Number.isNaN(addressOf(base)) || Number(bits) > 32) return undefined;
  const size = 2 ** (32 - Number(bits));
  return Math.floor(addressOf(actual) / size) === Math.floor(addressOf(base) / size);
};

/** The operators that the fuzzer knows, and `Not` of some; every other name means that nobody can tell. */
export const plainOperators: Readonly<Record<string, { readonly positive: string; readonly isNegated: boolean }>> =
  Object.fromEntries(
    [
      ...['StringEquals', 'StringEqualsIgnoreCase', 'StringLike', 'Bool', 'IpAddress'],
      ...['NumericEquals', 'NumericLessThan', 'NumericGreaterThanEquals'],
    ].flatMap((positive) => {
      const not = positive.startsWith('Ip')
        ? `Not${positive}`
        : positive.replace(/^(String|Numeric)(Equals|Like)/, '$1Not$2');
      const one = [positive, { positive, isNegated: false }] as const;
      return not === positive ? [one] : [one, [not, { positive, isNegated: true }] as const];
    }),
  );

function conditionAnswer(
  operator: string,
  key: string,
  wanted: unknown,
  hasVariables: boolean,
  { context }: PlainRequest,
): Answer {
  const values = listOf(wanted).map((value) =>
    typeof value === 'number' || typeof value === 'boolean' ? String(value) : value,
  );
  if (!values.every(isText)) return undefined;
  const found = context.get(key.toLowerCase());
  const actual = found === undefined ? [] : isText(found) ? [found] : found;
  if (operator === 'Null') {
    const lower = values.map((value) => value.toLowerCase());
    if (lower.length === 0 || !lower.every((value) => value === 'true' || value === 'false')) return undefined;
    return lower.includes(actual.length === 0 ? 'true' : 'false');
  }
  const [, set, name = '', ifExists] = /^(ForAnyValue:|ForAllValues:)?(.*?)(IfExists)?$/s.exec(operator) ?? [];
  const known = Object.hasOwn(plainOperators, name) ? plainOperators[name] : undefined;
  if (known === undefined || values.length === 0) return undefined;
  const text = (wildcards: boolean, ignoresCase = false): Compare => {
    return (one, pattern) => matches(pattern, one, { wildcards, ignoresCase, hasVariables }, context);
  };
  const compares: Readonly<Record<string, Compare>> = {
    StringEquals: text(false),
    StringEqualsIgnoreCase: text(false, true),
    StringLike: text(true),
    Bool: (one, value) => (/^(true|false)$/i.test(value) ? one.toLowerCase() === value.toLowerCase() : undefined),
    IpAddress: inRange,
    NumericEquals: numeric((a, b) => a === b),
    NumericLessThan: numeric((a, b) => a < b),
    NumericGreaterThanEquals: numeric((a, b) => a >= b),
  };
  const compare = compares[known.positive]!;
  // A value that is none of the operator's kind spoils the condition, whatever the others are; one with a variable may still have none.
  if (!known.positive.startsWith('String') && values.some((value) => compare('', value) === undefined))
    return undefined;
  if (actual.length === 0)
    return ifExists !== undefined || set === 'ForAllValues:' || (known.isNegated && set === undefined);
  const each = actual.map((one): Answer => {
    const answers = values.map((value) => compare(one, value));
    if (answers.includes(true)) return !known.isNegated;
    return known.isNegated ? (answers.includes(undefined) ? undefined : true) : false;
  });
  const every = set === 'ForAllValues:' || (known.isNegated && set === undefined);
  if (every) return each.includes(false) ? false : each.includes(undefined) ? undefined : true;
  return each.includes(true) ? true : each.includes(undefined) ? undefined : false;
}
