/** The answer of a Lambda authorizer that speaks in policies: principalId, policyDocument, context, usageIdentifierKey (rows LA-05, LA-07, LA-10, LA-13). */
import {
  anonymousPrincipal,
  compilePolicy,
  type PolicyContext,
  type PolicyDecision,
  type PolicyOutcome,
} from '../../base/policy.ts';
import { invokeAction } from '../invoke-request.ts';

export interface PolicyAnswer {
  /** Undefined only where `PolicyAnswerRules` let it be. */
  readonly principalId: string | undefined;
  /** Strings, numbers and booleans, or any JSON. */
  readonly context: Readonly<Record<string, unknown>>;
  readonly usageIdentifierKey: string | undefined;
  /** As the function wrote it. */
  readonly policyDocument: unknown;
  readonly policy: AuthorizerPolicy;
}

/** Where the types of API differ in what they take. */
export interface PolicyAnswerRules {
  readonly needsPrincipal: boolean;
  /** Lists, maps and null in `context` are taken too: payload format 2.0 (recorded A8). */
  readonly takesAnyContext: boolean;
}

export const restAnswerRules: PolicyAnswerRules = { needsPrincipal: true, takesAnyContext: false };

export interface AuthorizerPolicy {
  /** What the policy says of this method, and which statement said it. Who calls is settled, so every statement is about the caller. */
  evaluate(methodArn: string, context: PolicyContext): PolicyOutcome;
}

/** Row LA-10 and the guide's page about the output. */
const maxAnswerBytes = 8192;
const maxResourceLength = 512;

/** The object a function answered, or a sentence that says why it is none. */
export function readAnswerObject(payload: Buffer): Record<string, unknown> | string {
  if (payload.length > maxAnswerBytes) return `it is larger than ${maxAnswerBytes} bytes`;
  try {
    const value: unknown = JSON.parse(payload.toString());
    return isObject(value) ? value : 'it is no object';
  } catch {
    return 'it is not JSON';
  }
}

/** The answer, or a sentence that says why it is none. */
export function readPolicyAnswer(payload: Buffer, rules: PolicyAnswerRules): PolicyAnswer | string {
  const answer = readAnswerObject(payload);
  if (typeof answer === 'string') return answer;
  const { principalId, policyDocument, context, usageIdentifierKey } = answer;
  if (rules.needsPrincipal && principalId == null) return 'principalId is missing';
  if (principalId != null && !isText(principalId)) return 'principalId is no text';
  const policy = compileAuthorizerPolicy(policyDocument);
  if (typeof policy === 'string') return policy;
  const values = contextOf(context, rules.takesAnyContext);
  if (typeof values === 'string') return values;
  if (usageIdentifierKey != null && typeof usageIdentifierKey !== 'string') return 'usageIdentifierKey is no string';
  return {
    principalId: principalId == null ? undefined : String(principalId),
    context: values,
    usageIdentifierKey: usageIdentifierKey ?? undefined,
    policyDocument,
    policy,
  };
}

const isText = (value: unknown): value is string | number => typeof value === 'string' || typeof value === 'number';

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Strings, numbers and booleans; null is left out (recorded for WebSocket APIs); anything deeper is refused (recorded), or all is taken. */
export function contextOf(context: unknown, takesAny: boolean): Readonly<Record<string, unknown>> | string {
  if (context == null) return {};
  if (!isObject(context)) return 'context is no object';
  if (takesAny) return context;
  const values = Object.entries(context).filter(([, value]) => value !== null);
  const deep = values.find(([, value]) => typeof value === 'object');
  return deep === undefined ? Object.fromEntries(values) : `context.${deep[0]} is no string, number or boolean`;
}

/** A policy document as a decision per method, or a sentence that says why it is none. */
export function compileAuthorizerPolicy(document: unknown): AuthorizerPolicy | string {
  if (!isObject(document)) return 'policyDocument is missing';
  const given = document['Statement'];
  const statements: unknown[] = Array.isArray(given) ? given : given === undefined ? [] : [given];
  if (given === undefined) return 'policyDocument.Statement is missing';
  for (const [i, statement] of statements.entries()) {
    const complaint = statementComplaint(statement);
    if (complaint !== undefined) return `policyDocument.Statement[${i}]: ${complaint}`;
  }
  const policy = compilePolicy(document, 'identity');
  return {
    evaluate: (resource, context) =>
      policy.evaluate({ principal: anonymousPrincipal, action: invokeAction, resource, context }),
  };
}

function statementComplaint(statement: unknown): string | undefined {
  if (!isObject(statement)) return 'it is no object';
  const { Effect, Action, NotAction, Resource, NotResource } = statement;
  if (Effect !== 'Allow' && Effect !== 'Deny') return 'Effect is neither Allow nor Deny';
  if (!isTexts(Action ?? NotAction)) return 'Action is missing';
  const resources = Resource ?? NotResource;
  if (!isTexts(resources)) return 'Resource is missing';
  const all = typeof resources === 'string' ? [resources] : resources;
  return all.some((resource) => resource.length > maxResourceLength)
    ? `a Resource is longer than ${maxResourceLength} characters`
    : undefined;
}

const isTexts = (value: unknown): value is string | readonly string[] =>
  typeof value === 'string' || (Array.isArray(value) && value.every((each) => typeof each === 'string'));

/** For the log: `explicit deny by NoAdmins`, `implicit deny`. */
export const decisionInWords = (decision: PolicyDecision, statement: string | undefined): string =>
  statement === undefined ? decision : `${decision} by ${statement}`;
