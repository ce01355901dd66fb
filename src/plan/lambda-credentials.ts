/** Whether somebody's own policies let them invoke a function: the role of an integration's `credentials`, or whoever signed the request. */
import type { PolicyContext } from '../base/policy.ts';
import type { Caller } from '../ports/credentials.ts';
import type { Exchange } from './exchange.ts';
import { gatewayProblem } from './gateway-responses.ts';
import { callerKey } from './iam-authorization.ts';
import type { StageContext } from './plan.ts';
import type { PlanTools } from './tools.ts';

/** Stands for the caller's own credentials. */
export const callerCredentials = 'arn:aws:iam::*:user/*';

const action = 'lambda:InvokeFunction';

/** `f`, `f:live`, `123456789012:f` and whole ARNs as the whole ARN that policies name. */
function wholeArn(functionArn: string, { account, region }: StageContext): string {
  if (functionArn.startsWith('arn:')) return functionArn;
  const partial = /^(?:(\d{12}):)?(?:function:)?(.*)$/s.exec(functionArn)!;
  return `arn:aws:lambda:${region}:${partial[1] ?? account}:function:${partial[2]}`;
}

function requireInvoke(caller: Caller, resource: string, context: PolicyContext, label: string): void {
  const { decision, policyType } = caller.permissions.decide({
    principal: caller.principal,
    action,
    resource,
    context,
  });
  if (decision === 'allow') return;
  const why = `${label}: ${caller.callerArn} may not invoke ${resource}: ${decision} by ${policyType}`;
  throw gatewayProblem('API_CONFIGURATION_ERROR', why);
}

/** The check of an integration that calls as its caller does (recorded: 500 when the caller may not invoke the function). */
export function checkCaller(label: string, functionArn: string, stage: StageContext): (x: Exchange) => void {
  const resource = wholeArn(functionArn, stage);
  return function checkCallerMayInvoke(x) {
    const key = callerKey(x);
    if (key === undefined) throw gatewayProblem('API_CONFIGURATION_ERROR', `${label}: nobody signed the request`);
    // Recorded: a service calls on somebody's behalf.
    const context: PolicyContext = {
      get: (name) =>
        name === 'aws:viaawsservice'
          ? 'true'
          : name === 'aws:calledvia'
            ? ['apigateway.amazonaws.com']
            : key.context.get(name),
    };
    if (key.account !== resource.split(':')[4]) {
      throw gatewayProblem(
        'API_CONFIGURATION_ERROR',
        `${label}: ${key.callerArn} may not invoke a function of another account`,
      );
    }
    requireInvoke(key, resource, context, label);
  };
}

/** The check of an integration with a role: it has to exist, to trust API Gateway and to be allowed to invoke (recorded: 500 otherwise). */
export function checkRole(
  label: string,
  roleArn: string,
  functionArn: string,
  stage: StageContext,
  { roles }: PlanTools,
): () => Promise<void> {
  const resource = wholeArn(functionArn, stage);
  return async function checkRoleMayInvoke() {
    const acting = await roles.actingAs(roleArn, 'apigateway.amazonaws.com');
    if (typeof acting === 'string') throw gatewayProblem('API_CONFIGURATION_ERROR', `${label}: ${acting}`);
    requireInvoke(acting, resource, acting.context, label);
  };
}
