/** Who may assume a role. */
import {
  anonymousPrincipal,
  compilePolicy,
  type PolicyContext,
  type PolicyOutcome,
  type PolicyPrincipal,
} from '../../base/policy.ts';
import type { Caller } from '../../ports/credentials.ts';
import { iamArn } from './names.ts';
import type { RoleRecord } from './records.ts';

/** What a role's trust policy says of somebody who wants to assume it. */
export function trustOf(
  role: RoleRecord,
  {
    principal,
    action = 'sts:AssumeRole',
    context = new Map(),
  }: { principal: PolicyPrincipal; action?: string; context?: PolicyContext },
): PolicyOutcome {
  const policy = compilePolicy(JSON.parse(role.trust), 'trust');
  return policy.evaluate({ principal, action, resource: iamArn('role', role), context });
}

/**
 * Whether a signed caller may assume a role: by the role's trust and, where that only names the caller's account or the caller is of another one, by the
 * caller's own policies as well.
 */
export function mayAssume(role: RoleRecord, caller: Caller, action: string, extra: PolicyContext): boolean {
  const context: PolicyContext = { get: (key) => extra.get(key) ?? caller.context.get(key) };
  const trust = trustOf(role, { principal: caller.principal ?? anonymousPrincipal, action, context });
  if (trust.decision !== 'allow') return false;
  const own = caller.permissions.decide({
    principal: caller.principal,
    action,
    resource: iamArn('role', role),
    context,
  });
  if (own.decision === 'explicit deny') return false;
  return own.decision === 'allow' || (!trust.isDelegated && caller.account === role.account);
}
