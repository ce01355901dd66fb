/**
 * The resource policy of a REST API, as its deployment froze it: read once, asked per request (rows POL-*, "How API Gateway resource policies affect
 * authorization workflow" in the guide).
 */
import { combined, type PermissionOutcome, reasonOf } from '../base/permissions.ts';
import { anonymousPrincipal, type CompiledPolicy, compilePolicy, type PolicyOutcome } from '../base/policy.ts';
import type { Problem } from '../base/problem.ts';
import { expandedPolicy } from '../definition/resource-policy.ts';
import type { RestSnapshot } from '../definition/snapshot.ts';
import type { Caller } from '../ports/credentials.ts';
import type { Exchange } from './exchange.ts';
import { gatewayProblem } from './gateway-responses.ts';
import { type InvokedStage, invokeAction, invokeContext, invokedArn, masked } from './invoke-request.ts';
import type { Step } from './plan.ts';

export interface ResourcePolicy {
  /** What the policy says of a request by this caller; by nobody in particular when undefined. */
  evaluate(x: Exchange, caller: Caller | undefined): PolicyOutcome;
  /** Throws the refusal of a request, with the deciding statement for the log. */
  refuse(x: Exchange, outcome: PolicyOutcome): never;
}

const compiled = new WeakMap<RestSnapshot, CompiledPolicy>();

/** Undefined for an API without one. */
export function resourcePolicyOf(snapshot: RestSnapshot, stage: InvokedStage): ResourcePolicy | undefined {
  const { api } = snapshot;
  if (api.policy === undefined || api.policy === '') return undefined;
  let policy = compiled.get(snapshot);
  if (policy === undefined) {
    policy = compilePolicy(documentOf(expandedPolicy(api.policy, api)), 'resource');
    compiled.set(snapshot, policy);
  }
  const known = policy;
  return {
    evaluate: (x, caller) =>
      known.evaluate({
        principal: caller?.principal ?? anonymousPrincipal,
        action: invokeAction,
        resource: invokedArn(stage, x),
        context: invokeContext(x, stage.region, caller),
      }),
    refuse(x, { decision, statement }) {
      throw refusalOf('anonymous', invokedArn(stage, x), { decision, policyType: 'resource-based policy', statement });
    },
  };
}

/** Nobody is anonymous: a policy that is no JSON allows nothing. */
function documentOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** 403 in AWS's words of 2025 (recorded): who, what, and for want of which policy. */
export function refusalOf(userArn: string, arn: string, outcome: PermissionOutcome): Problem {
  const message = `User: ${userArn} is not authorized to perform: ${invokeAction} on resource: ${masked(arn)} ${reasonOf(outcome, invokeAction)}`;
  const by = outcome.statement === undefined ? '' : ` (${outcome.statement})`;
  return gatewayProblem(
    'ACCESS_DENIED',
    `${userArn} may not invoke ${arn}: ${outcome.decision} by ${outcome.policyType}${by}`,
    {
      message,
    },
  );
}

/** Whoever calls has to be allowed by the policy: methods open to everybody, and those of a user pool after its token was believed. */
export function requireAllow(policy: ResourcePolicy): Step {
  return {
    name: 'resource policy',
    run: function requireAllowByPolicy(x) {
      const outcome = policy.evaluate(x, undefined);
      if (outcome.decision !== 'allow') policy.refuse(x, outcome);
      return undefined;
    },
  };
}

/** Before a Lambda authorizer is asked: what the policy denies is denied, what it is silent of goes on (row POL-03). */
export function refuseExplicitDeny(policy: ResourcePolicy): Step {
  return {
    name: 'resource policy (denies)',
    run: function refuseDenied(x) {
      const outcome = policy.evaluate(x, undefined);
      if (outcome.decision === 'explicit deny') policy.refuse(x, outcome);
      return undefined;
    },
  };
}

/** Whether a signed request may go on: the caller's own policies with the API's, by tables A and B. Throws the refusal. */
export function admitCaller(
  stage: InvokedStage,
  policy: ResourcePolicy | undefined,
  x: Exchange,
  caller: Caller,
  resource = invokedArn(stage, x),
): void {
  const own = caller.permissions.decide({
    principal: caller.principal,
    action: invokeAction,
    resource,
    context: invokeContext(x, stage.region, caller),
  });
  const outcome = combined(own, policy?.evaluate(x, caller), caller.account === stage.account);
  if (outcome.decision !== 'allow') throw refusalOf(caller.callerArn, resource, outcome);
}
