/**
 * Who may make access associations with a private domain (row DOM-25; developer guide, "API provider: Share your private custom domain name"): its owner,
 * unless its managementPolicy denies it, and whom that policy allows.
 */

import { reasonOf } from '../../base/permissions.ts';
import { type CompiledPolicy, compilePolicy, type PolicyDecision } from '../../base/policy.ts';
import { Problem } from '../../base/problem.ts';
import type { CustomDomain } from '../../definition/custom-domain.ts';
import type { Call } from '../../wire/call.ts';
import { domainArn } from './arns.ts';

const action = 'apigateway:CreateAccessAssociation';

export const mayAssociate = (domain: CustomDomain, call: Call, source?: string): boolean =>
  domain.domainNameId !== undefined && decide(domain, call, source) === 'allow';

/** Throws unless the caller may. */
export function requireMayAssociate(domain: CustomDomain, call: Call, source: string): void {
  const decision = decide(domain, call, source);
  if (decision === 'allow') return;
  const reason = reasonOf({ decision, policyType: 'resource-based policy', statement: undefined }, action);
  throw new Problem(
    'AccessDeniedException',
    `User: ${call.callerArn} is not authorized to perform: ${action} on resource: ${domainArn(domain)} ${reason}`,
  );
}

function decide(domain: CustomDomain, call: Call, source: string | undefined): PolicyDecision {
  const own: PolicyDecision = domain.account === call.account ? 'allow' : 'implicit deny';
  if (domain.managementPolicy === undefined) return own;
  const said = compiled(domain.managementPolicy).decide({
    principal: call.callerArn,
    action,
    resource: domainArn(domain),
    context: { get: (key) => conditionKey(key, call, source) },
  });
  return said === 'implicit deny' ? own : said;
}

function conditionKey(key: string, call: Call, source: string | undefined): string | undefined {
  switch (key) {
    case 'aws:principalaccount':
      return call.account;
    case 'aws:principalarn':
      return call.callerArn;
    case 'aws:requestedregion':
      return call.region;
    case 'apigateway:accessassociationsource':
      return source;
    default:
      return undefined;
  }
}

/** Its form was checked when it was saved. */
function compiled(policy: string): CompiledPolicy {
  try {
    return compilePolicy(JSON.parse(policy), 'resource');
  } catch {
    return compilePolicy(undefined, 'resource');
  }
}
