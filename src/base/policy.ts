/**
 * Policies in AWS's JSON, compiled: does any statement allow this request, does any deny it? ("Policy evaluation logic" in the IAM user guide.) A policy
 * that was accepted long ago or written by a function may hold anything: what is not understood never matches an Allow and always matches a Deny, so
 * unknown means no. base/policy-document.ts tells an author what is wrong.
 */
import { type Condition, compileCondition } from './policy-conditions.ts';
import { compilePattern, type PolicyContext, type PolicyPattern } from './policy-pattern.ts';
import { compilePrincipals, type PolicyPrincipal, type PrincipalMatcher, principalNamed } from './policy-principals.ts';

export { matchesWildcard, type PolicyContext } from './policy-pattern.ts';
export { anonymousPrincipal, type PolicyPrincipal } from './policy-principals.ts';

type Texts = string | readonly string[];
type Principals = string | Readonly<Record<string, Texts>>;

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Principal?: Principals;
  readonly NotPrincipal?: Principals;
  readonly Action?: Texts;
  readonly NotAction?: Texts;
  readonly Resource?: Texts;
  readonly NotResource?: Texts;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, Texts>>>>;
}

export interface PolicyRequest {
  /** A service name such as `apigateway.amazonaws.com`, a 12-digit account, a caller's ARN, or the principal itself. */
  readonly principal: string | PolicyPrincipal;
  readonly action: string;
  readonly resource: string;
  /** Condition keys in lower case, e.g. `aws:sourcearn`. */
  readonly context: PolicyContext;
}

/** What the statements say of a request: an explicit deny wins over any allow, and what nobody allows is denied implicitly. */
export type PolicyDecision = 'allow' | 'explicit deny' | 'implicit deny';

export interface PolicyOutcome {
  readonly decision: PolicyDecision;
  /** The Sid, or the number, of the statement that decided; undefined when none did. */
  readonly statement: string | undefined;
  /** Allowed only because the caller belongs to an account that is named: within that account its own policies have to allow, too. */
  readonly isDelegated: boolean;
}

/**
 * What a document is attached to. `identity`: a user, group or role, or what a Lambda authorizer answers; who calls is settled. `resource`: an API or a
 * function; statements say whom they mean. `trust`: a role, which is itself the resource.
 */
export type PolicyKind = 'identity' | 'resource' | 'trust';

export interface CompiledPolicy {
  decide(request: PolicyRequest): PolicyDecision;
  /** As decide, with what decided. */
  evaluate(request: PolicyRequest): PolicyOutcome;
}

const silent: PolicyOutcome = { decision: 'implicit deny', statement: undefined, isDelegated: false };

/** A document, parsed from JSON, as a fast evaluator. Never throws: what is no policy allows nothing. */
export function compilePolicy(document: unknown, kind: PolicyKind): CompiledPolicy {
  const { Statement, Version } = (typeof document === 'object' && document !== null ? document : {}) as Record<
    string,
    unknown
  >;
  const statements: unknown[] = Array.isArray(Statement) ? Statement : Statement === undefined ? [] : [Statement];
  return compileStatements(statements, kind, Version === '2012-10-17');
}

/** As compilePolicy, for statements without a document around them. */
export function compileStatements(
  statements: readonly unknown[],
  kind: PolicyKind,
  variables: boolean,
): CompiledPolicy {
  const compiled = statements
    .map((statement, i) => compileStatement(statement, kind, variables, i + 1))
    .filter((statement) => statement !== undefined);

  function evaluate(request: PolicyRequest): PolicyOutcome {
    let found = silent;
    const principal = typeof request.principal === 'string' ? principalNamed(request.principal) : request.principal;
    for (const statement of compiled) {
      const outcome = statement(request, principal);
      if (outcome === undefined) continue;
      if (outcome.decision === 'explicit deny') return outcome;
      if (found === silent || found.isDelegated) found = outcome;
    }
    return found;
  }
  return { evaluate, decide: (request) => evaluate(request).decision };
}

const compiledStatements = new WeakMap<readonly unknown[], CompiledPolicy>();

/** What the statements of a resource policy say; compiled once per list. */
export function decide(statements: readonly PolicyStatement[], request: PolicyRequest): PolicyDecision {
  let compiled = compiledStatements.get(statements);
  if (compiled === undefined) {
    compiled = compileStatements(statements, 'resource', true);
    compiledStatements.set(statements, compiled);
  }
  return compiled.decide(request);
}

/** True when a statement allows the request and none denies it. */
export function isAllowedBy(statements: readonly PolicyStatement[], request: PolicyRequest): boolean {
  return decide(statements, request) === 'allow';
}

/** Undefined where the statement says nothing of the request. */
type CompiledStatement = (request: PolicyRequest, principal: PolicyPrincipal) => PolicyOutcome | undefined;

function compileStatement(
  given: unknown,
  kind: PolicyKind,
  variables: boolean,
  position: number,
): CompiledStatement | undefined {
  const statement = (typeof given === 'object' && given !== null ? given : {}) as Record<string, unknown>;
  const { Sid, Effect } = statement;
  const isDeny = Effect !== 'Allow';
  const label = typeof Sid === 'string' && Sid !== '' ? Sid : `statement ${position}`;
  const principals = kind === 'identity' ? (): 'direct' => 'direct' : principalElement(statement, isDeny);
  const actions = textElement(statement, 'Action', 'NotAction', { ignoresCase: true, variables: false });
  const hasResources =
    kind !== 'trust' || statement['Resource'] !== undefined || statement['NotResource'] !== undefined;
  const resources = hasResources
    ? textElement(statement, 'Resource', 'NotResource', { ignoresCase: false, variables })
    : (): boolean => true;
  const conditions = compileConditions(statement['Condition'], variables);
  // A part that cannot be understood: an Allow is void, a Deny holds whatever the part would have said.
  if (!isDeny && (principals === undefined || actions === undefined || resources === undefined)) return undefined;
  const decision = isDeny ? 'explicit deny' : 'allow';
  const direct: PolicyOutcome = { decision, statement: label, isDelegated: false };
  const delegated: PolicyOutcome = isDeny ? direct : { ...direct, isDelegated: true };

  return function runStatement(request, principal) {
    const match = principals === undefined ? 'direct' : principals(principal);
    if (match === 'none') return undefined;
    if (actions !== undefined && !actions(request.action, request.context)) return undefined;
    if (resources !== undefined && !resources(request.resource, request.context)) return undefined;
    for (const condition of conditions) if (!(condition(request.context) ?? isDeny)) return undefined;
    return match === 'direct' ? direct : delegated;
  };
}

function principalElement(statement: Record<string, unknown>, isDeny: boolean): PrincipalMatcher | undefined {
  const { Principal, NotPrincipal } = statement;
  if (Principal !== undefined) return NotPrincipal === undefined ? compilePrincipals(Principal) : undefined;
  const spared = compilePrincipals(NotPrincipal);
  // Everybody but some is a way to deny; as a way to allow it would let in whoever did not sign.
  if (spared === undefined || !isDeny) return undefined;
  return (principal) => (spared(principal) === 'none' ? 'direct' : 'none');
}

function textElement(
  statement: Record<string, unknown>,
  name: string,
  notName: string,
  options: { readonly ignoresCase: boolean; readonly variables: boolean },
): ((text: string, context: PolicyContext) => boolean) | undefined {
  const isNegated = statement[name] === undefined;
  if (!isNegated && statement[notName] !== undefined) return undefined;
  const texts = textsOf(isNegated ? statement[notName] : statement[name]);
  if (texts === undefined || texts.length === 0) return undefined;
  const patterns: readonly PolicyPattern[] = texts.map((text) => compilePattern(text, { wildcards: true, ...options }));
  const isDeny = statement['Effect'] !== 'Allow';
  return function matchesElement(text, context) {
    let isUnsure = false;
    for (const pattern of patterns) {
      const matches = pattern(text, context);
      if (matches === true) return !isNegated;
      if (matches === undefined) isUnsure = true;
    }
    // A variable without a value names nothing, so an Allow of everything else is not certain either.
    return isNegated && (!isUnsure || isDeny);
  };
}

function compileConditions(element: unknown, variables: boolean): readonly Condition[] {
  if (element === undefined) return [];
  const unknown: Condition = () => undefined;
  if (typeof element !== 'object' || element === null || Array.isArray(element)) return [unknown];
  return Object.entries(element as Record<string, unknown>).flatMap(([operator, tests]) => {
    if (typeof tests !== 'object' || tests === null || Array.isArray(tests)) return [unknown];
    return Object.entries(tests as Record<string, unknown>).map(([key, wanted]) => {
      const values = valuesOf(wanted);
      return values === undefined ? unknown : compileCondition(operator, key, values, variables);
    });
  });
}

/** One text or several; undefined when it is anything else. */
function textsOf(value: unknown): readonly string[] | undefined {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.every((item): item is string => typeof item === 'string') ? list : undefined;
}

/** As textsOf; numbers and booleans count as their text. */
function valuesOf(value: unknown): readonly string[] | undefined {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return textsOf(list.map((item) => (typeof item === 'number' || typeof item === 'boolean' ? String(item) : item)));
}
