/**
 * Everything that limits one caller (policies of the identity, a permissions boundary, the policies of a session) as one answer, and how it meets the
 * policy of the resource that is called.
 */
import type { CompiledPolicy, PolicyDecision, PolicyOutcome, PolicyRequest } from './policy.ts';

export type PolicyType =
  | 'identity-based policy'
  | 'permissions boundary'
  | 'session policy'
  | 'resource-based policy'
  | 'VPC endpoint policy';

export interface PermissionOutcome {
  readonly decision: PolicyDecision;
  /** The kind of policy that decided: that denied, or that failed to allow. */
  readonly policyType: PolicyType;
  /** Sid or number of the statement, where one decided. */
  readonly statement: string | undefined;
}

export interface Permissions {
  decide(request: PolicyRequest): PermissionOutcome;
}

export interface PermissionPolicies {
  readonly identity: readonly CompiledPolicy[];
  readonly boundary?: CompiledPolicy;
  /** Empty: the session may do all its identity may. */
  readonly session?: readonly CompiledPolicy[];
}

/** What an account's root, and a key from the settings, may do: anything its resource does not deny. */
export const allPermissions: Permissions = {
  decide: () => ({ decision: 'allow', policyType: 'identity-based policy', statement: undefined }),
};

/** Each kind of policy has to allow; one explicit deny in any of them is enough. */
export function permissionsOf({ identity, boundary, session = [] }: PermissionPolicies): Permissions {
  const layers: (readonly [PolicyType, readonly CompiledPolicy[]])[] = [['identity-based policy', identity]];
  if (boundary !== undefined) layers.push(['permissions boundary', [boundary]]);
  if (session.length > 0) layers.push(['session policy', session]);
  return {
    decide(request) {
      let missing: PolicyType | undefined;
      let allowedBy: string | undefined;
      for (const [policyType, policies] of layers) {
        const { decision, statement } = together(policies, request);
        if (decision === 'explicit deny') return { decision, policyType, statement };
        if (decision === 'implicit deny') missing = policyType;
        else if (policyType === 'identity-based policy') allowedBy = statement;
      }
      if (missing !== undefined) return { decision: 'implicit deny', policyType: missing, statement: undefined };
      return { decision: 'allow', policyType: 'identity-based policy', statement: allowedBy };
    },
  };
}

function together(policies: readonly CompiledPolicy[], request: PolicyRequest): PolicyOutcome {
  let found: PolicyOutcome = { decision: 'implicit deny', statement: undefined, isDelegated: false };
  for (const policy of policies) {
    const outcome = policy.evaluate(request);
    if (outcome.decision === 'explicit deny') return outcome;
    if (outcome.decision === 'allow') found = outcome;
  }
  return found;
}

/**
 * A caller's own policies and those of what it calls, by the guide's tables A (`isSameAccount`: one allow suffices) and B (both must allow). `resource` is
 * undefined where the called has no policy: then nothing but the caller's own can allow.
 */
export function combined(
  caller: PermissionOutcome,
  resource: PolicyOutcome | undefined,
  isSameAccount: boolean,
): PermissionOutcome {
  const byResource: PermissionOutcome = {
    decision: resource?.decision ?? 'implicit deny',
    policyType: 'resource-based policy',
    statement: resource?.statement,
  };
  if (caller.decision === 'explicit deny') return caller;
  if (byResource.decision === 'explicit deny') return byResource;
  if (isSameAccount) {
    // An account that is named as principal leaves it to its own policies who of it may call.
    if (byResource.decision === 'allow' && resource?.isDelegated === false) return byResource;
    return caller;
  }
  return caller.decision === 'allow' ? byResource : caller;
}

/** `because no identity-based policy allows the execute-api:Invoke action`, `with an explicit deny in a resource-based policy`: AWS's words since 2025. */
export function reasonOf({ decision, policyType }: PermissionOutcome, action: string): string {
  if (decision === 'explicit deny') {
    return `with an explicit deny in ${policyType.startsWith('identity') ? 'an' : 'a'} ${policyType}`;
  }
  return `because no ${policyType} allows the ${action} action`;
}
