/**
 * Resource policies in AWS's JSON: does any statement allow this request? Small for now, what function policies hold: Allow and Deny,
 * Principal, Action, Resource and the string, ARN and Bool conditions. A condition operator it does not know never matches an Allow
 * and always matches a Deny: unknown means no.
 */

export interface PolicyStatement {
  readonly Effect: string;
  readonly Principal?: string | Readonly<Record<string, string | readonly string[]>>;
  readonly Action?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

export interface PolicyRequest {
  /** A service name such as `apigateway.amazonaws.com`, a 12-digit account, or a caller's ARN. */
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  /** Condition keys in lower case, e.g. `aws:sourcearn`. */
  readonly context: ReadonlyMap<string, string>;
}

/** What the statements say of a request: an explicit deny wins over any allow, and what nobody allows is denied implicitly. */
export type PolicyDecision = 'allow' | 'explicit deny' | 'implicit deny';

export function decide(statements: readonly PolicyStatement[], request: PolicyRequest): PolicyDecision {
  let isAllowed = false;
  for (const statement of statements) {
    const isDeny = statement.Effect !== 'Allow';
    if (!isAbout(statement, request) || !conditionsHold(statement.Condition, request.context, isDeny)) continue;
    if (isDeny) return 'explicit deny';
    isAllowed = true;
  }
  return isAllowed ? 'allow' : 'implicit deny';
}

/** True when a statement allows the request and none denies it. */
export function isAllowedBy(statements: readonly PolicyStatement[], request: PolicyRequest): boolean {
  return decide(statements, request) === 'allow';
}

function isAbout(statement: PolicyStatement, request: PolicyRequest): boolean {
  return (
    principalMatches(statement.Principal, request.principal) &&
    listOf(statement.Action).some((action) => matchesWildcard(action.toLowerCase(), request.action.toLowerCase())) &&
    listOf(statement.Resource).some((resource) => matchesWildcard(resource, request.resource))
  );
}

function principalMatches(principal: PolicyStatement['Principal'], wanted: string): boolean {
  if (principal === undefined) return false;
  if (principal === '*') return true;
  if (typeof principal === 'string') return principal === wanted;
  for (const [kind, values] of Object.entries(principal)) {
    for (const value of listOf(values)) {
      if (value === wanted || (kind === 'AWS' && (value === '*' || isAccountOf(value, wanted)))) return true;
    }
  }
  return false;
}

/** `123456789012` and `arn:aws:iam::123456789012:root` both mean everyone in the account. */
function isAccountOf(value: string, principal: string): boolean {
  const account = /^(?:arn:[^:]+:iam::)?(\d{12})(?::root)?$/.exec(value)?.[1];
  if (account === undefined) return false;
  return principal === account || principal.split(':')[4] === account;
}

function conditionsHold(
  condition: PolicyStatement['Condition'],
  context: ReadonlyMap<string, string>,
  unknown: boolean,
): boolean {
  if (condition === undefined) return true;
  for (const [operator, tests] of Object.entries(condition)) {
    for (const [key, values] of Object.entries(tests)) {
      if (!(conditionHolds(operator, context.get(key.toLowerCase()), listOf(values)) ?? unknown)) return false;
    }
  }
  return true;
}

/** Undefined for an operator that is not known. */
function conditionHolds(operator: string, actual: string | undefined, wanted: readonly string[]): boolean | undefined {
  if (operator.endsWith('IfExists')) {
    return actual === undefined ? true : conditionHolds(operator.slice(0, -'IfExists'.length), actual, wanted);
  }
  if (operator === 'Null') return wanted.some((value) => (value === 'true') === (actual === undefined));
  const positive = operator.replace('Not', '');
  const isNegated = positive !== operator;
  const matcher = matchers[positive];
  if (matcher === undefined) return undefined;
  // A key that is absent fails every test but a negated one.
  if (actual === undefined) return isNegated;
  return wanted.some((value) => matcher(value, actual)) !== isNegated;
}

const matchers: Readonly<Record<string, (pattern: string, actual: string) => boolean>> = {
  StringEquals: (pattern, actual) => pattern === actual,
  StringEqualsIgnoreCase: (pattern, actual) => pattern.toLowerCase() === actual.toLowerCase(),
  StringLike: matchesWildcard,
  ArnLike: matchesArn,
  // ArnEquals and ArnLike behave identically (IAM user guide, "ARN condition operators").
  ArnEquals: matchesArn,
  Bool: (pattern, actual) => pattern.toLowerCase() === actual.toLowerCase(),
};

/** Each of the six parts is matched by itself, so a `*` never reaches over a colon, except within the resource part. */
function matchesArn(pattern: string, arn: string): boolean {
  const [patterns, parts] = [arnParts(pattern), arnParts(arn)];
  if (patterns === undefined || parts === undefined) return pattern === '*';
  return patterns.every((part, i) => matchesWildcard(part, parts[i]!));
}

function arnParts(arn: string): string[] | undefined {
  const parts = arn.split(':');
  return parts.length < 6 ? undefined : [...parts.slice(0, 5), parts.slice(5).join(':')];
}

/** `*` is any text, `?` one character; compared by walking, so no pattern can be slow. */
export function matchesWildcard(pattern: string, text: string): boolean {
  let p = 0;
  let t = 0;
  let star = -1;
  let resume = 0;
  while (t < text.length) {
    const wanted = pattern[p];
    if (wanted === '*') {
      star = p++;
      resume = t;
    } else if (wanted !== undefined && (wanted === '?' || wanted === text[t])) {
      p++;
      t++;
    } else if (star !== -1) {
      p = star + 1;
      t = ++resume;
    } else return false;
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}

function listOf(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}
