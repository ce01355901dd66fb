/** Who gets to a private custom domain (row DOM-25): what came through a VPC endpoint that is associated with it, and that its policy lets in. */
import type { HttpRequest } from '../../base/http.ts';
import { anonymousPrincipal, type CompiledPolicy, compilePolicy } from '../../base/policy.ts';
import { RequestContext } from '../../base/request-context.ts';
import type { LiveDomain } from '../../ports/custom-domains.ts';

export interface PrivateDoor {
  /** The domain's owner accepts this endpoint. */
  isAssociated(vpcEndpointId: string): boolean;
  /** Why a request does not get in; undefined when it does. */
  complaint(request: HttpRequest, nowMs: number): string | undefined;
}

export function compilePrivateDoor({ domain, accessAssociations }: LiveDomain): PrivateDoor {
  const { account, region, domainNameId } = domain;
  const name = domain.domainName.toLowerCase();
  const domainId = domainNameId === undefined ? name : `${name}+${domainNameId}`;
  const resource = `arn:aws:execute-api:${region}:${account}:/domainnames/${domainId}`;
  const associated = new Set(
    accessAssociations.flatMap(({ isRejected, accessAssociationSource }) =>
      isRejected ? [] : accessAssociationSource,
    ),
  );
  const policy = compiled(domain.policy);

  return {
    isAssociated: (vpcEndpointId) => associated.has(vpcEndpointId),
    complaint(request, nowMs) {
      const { vpcEndpoint } = request;
      if (vpcEndpoint === undefined) {
        return `${name} is private and the request did not come through a VPC endpoint (setting vpcEndpoints)`;
      }
      if (!associated.has(vpcEndpoint.id)) return `${vpcEndpoint.id} has no access association with ${domainId}`;
      const context = new RequestContext(request, nowMs, region, undefined);
      const question = { principal: anonymousPrincipal, action: 'execute-api:Invoke', resource, context };
      const { decision, statement } = policy.evaluate(question);
      if (decision === 'allow') return undefined;
      return `the policy of ${domainId} does not let the request in: ${decision}${statement === undefined ? '' : ` (${statement})`}`;
    },
  };
}

/** None, and what is no policy, lets nobody in. */
function compiled(policy: string | undefined): CompiledPolicy {
  try {
    return compilePolicy(policy === undefined ? undefined : JSON.parse(policy), 'resource');
  } catch {
    return compilePolicy(undefined, 'resource');
  }
}
