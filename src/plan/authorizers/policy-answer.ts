/** The answer of a Lambda authorizer that speaks in policies: principalId, policyDocument, context, usageIdentifierKey (rows LA-05, LA-07, LA-10, LA-13). */
import { decide, type PolicyDecision, type PolicyStatement } from '../../base/policy.ts';

export type ContextValue = string | number | boolean;

export interface PolicyAnswer {
  readonly principalId: string;
  readonly context: Readonly<Record<string, ContextValue>>;
  readonly usageIdentifierKey: string | undefined;
  /** As the function wrote it. */
  readonly policyDocument: unknown;
  readonly policy: AuthorizerPolicy;
}

export interface AuthorizerPolicy {
  /** The policy looks at condition keys: without, nobody need collect them. */
  readonly asksForConditions: boolean;
  decide(methodArn: string, conditions: ReadonlyMap<string, string>): PolicyDecision;
}

/** Row LA-10 and the guide's page about the output. */
const maxAnswerBytes = 8192;
const maxResourceLength = 512;

/** The answer, or a sentence that says why it is none. */
export function readPolicyAnswer(payload: Buffer): PolicyAnswer | string {
  if (payload.length > maxAnswerBytes) return `it is larger than ${maxAnswerBytes} bytes`;
  let answer: unknown;
  try {
    answer = JSON.parse(payload.toString());
  } catch {
    return 'it is not JSON';
  }
  if (!isObject(answer)) return 'it is no object';
  const { principalId, policyDocument, context, usageIdentifierKey } = answer;
  if (!isText(principalId)) return 'principalId is missing';
  const policy = compileAuthorizerPolicy(policyDocument);
  if (typeof policy === 'string') return policy;
  const values = contextOf(context);
  if (typeof values === 'string') return values;
  if (usageIdentifierKey != null && typeof usageIdentifierKey !== 'string') return 'usageIdentifierKey is no string';
  return {
    principalId: String(principalId),
    context: values,
    usageIdentifierKey: usageIdentifierKey ?? undefined,
    policyDocument,
    policy,
  };
}

const isText = (value: unknown): value is string | number => typeof value === 'string' || typeof value === 'number';

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Strings, numbers and booleans; null is left out (recorded for WebSocket APIs); anything deeper is refused (recorded). */
function contextOf(context: unknown): Record<string, ContextValue> | string {
  if (context == null) return {};
  if (!isObject(context)) return 'context is no object';
  const values: [string, ContextValue][] = [];
  for (const [name, value] of Object.entries(context)) {
    if (value === null) continue;
    if (typeof value === 'object') return `context.${name} is no string, number or boolean`;
    values.push([name, value as ContextValue]);
  }
  return Object.fromEntries(values);
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
  // Who calls is settled, so every statement is about the caller.
  const applying = statements.map((statement) => ({ ...(statement as PolicyStatement), Principal: '*' }));
  const text = JSON.stringify(document);
  return {
    asksForConditions: text.includes('"Condition"') || text.includes('${'),
    decide: (methodArn, conditions) =>
      decide(applying, { principal: 'caller', action: 'execute-api:Invoke', resource: methodArn, context: conditions }),
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
