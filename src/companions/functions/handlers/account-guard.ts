/**
 * Whose functions a caller may touch. An ARN can name a function of any account; where keys mean something, only an account's own keys do, save
 * that a function's policy may let others invoke it.
 */
import { isAllowedBy } from '../../../base/policy.ts';
import { Problem } from '../../../base/problem.ts';
import type { Call, Handlers } from '../../../wire/call.ts';
import type { Operations } from '../../../wire/generated/lambda.ts';
import { type FunctionReference, functionArn, parseFunctionReference } from '../names.ts';
import { policyOf } from '../permissions.ts';
import type { Registry } from '../registry.ts';

type AnyHandler = (input: Readonly<Record<string, unknown>>, call: Call) => unknown;

const invoking = new Set(['Invoke', 'InvokeAsync', 'InvokeWithResponseStream']);

/** The handlers, each refusing functions of other accounts with AccessDeniedException before it looks anything up. */
export function withinAccount(handlers: Handlers<Operations>, registry: Registry): Handlers<Operations> {
  const guarded = Object.entries(handlers as Record<string, AnyHandler>).map(([name, handler]) => {
    const guardedHandler: AnyHandler = async (input, call) => {
      const reference = referenceIn(input, call);
      if (reference !== undefined && reference.account !== call.account) {
        await registry.loading();
        if (!invoking.has(name) || !mayInvoke(registry, reference, call)) throw notAuthorized(name, reference, call);
      }
      return handler(input, call);
    };
    return [name, guardedHandler];
  });
  return Object.fromEntries(guarded) as Handlers<Operations>;
}

/** The function an input names; what is no name is the handler's to refuse. */
function referenceIn(input: Readonly<Record<string, unknown>>, call: Call): FunctionReference | undefined {
  const text = input['FunctionName'] ?? input['Resource'];
  const reference = typeof text === 'string' ? parseFunctionReference(text, call) : undefined;
  if (reference === undefined) return undefined;
  const qualifier = reference.qualifier ?? input['Qualifier'];
  return { ...reference, qualifier: typeof qualifier === 'string' ? qualifier : undefined };
}

function mayInvoke(registry: Registry, reference: FunctionReference, call: Call): boolean {
  const record = registry.find(reference);
  const qualifier = reference.qualifier === '$LATEST' ? undefined : reference.qualifier;
  const policy = record === undefined ? undefined : policyOf(record, qualifier);
  return (
    policy !== undefined &&
    isAllowedBy(policy.statements, {
      principal: call.callerArn,
      action: 'lambda:InvokeFunction',
      resource: functionArn(reference, qualifier),
      context: new Map(),
    })
  );
}

function notAuthorized(operation: string, reference: FunctionReference, call: Call): Problem {
  const action = `lambda:${invoking.has(operation) ? 'InvokeFunction' : operation}`;
  return new Problem(
    'AccessDeniedException',
    `User: ${call.callerArn} is not authorized to perform: ${action} on resource: ${functionArn(reference, reference.qualifier)} because no resource-based policy allows the ${action} action`,
  );
}
