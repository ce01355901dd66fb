/**
 * A private REST API: who gets as far as its guards (rows EP-05, PRV-02, PRV-03). The gateway lets in only what came through a VPC endpoint; here the policy
 * of that endpoint has its say, before everything that the API itself decides.
 */

import { headerValue } from '../base/headers.ts';
import type { PermissionOutcome } from '../base/permissions.ts';
import { anonymousPrincipal } from '../base/policy.ts';
import type { VpcEndpoint } from '../base/vpc-endpoint.ts';
import type { EndpointConfiguration, Method } from '../definition/rest-api.ts';
import type { AccessKey } from '../ports/credentials.ts';
import type { LiveRestStage } from '../ports/deployments.ts';
import type { Exchange } from './exchange.ts';
import { signatureVerifier } from './iam-authorization.ts';
import { invokeAction, invokeContext, invokedArn } from './invoke-request.ts';
import type { PrivateEndpoint, StageContext, Step } from './plan.ts';
import { refusalOf } from './resource-policy.ts';
import type { PlanTools } from './tools.ts';

/** The endpoint acts as it is now, whatever it was when the deployment was made. */
const endpointOf = ({ endpoint, snapshot }: LiveRestStage): EndpointConfiguration =>
  endpoint ?? snapshot.api.endpointConfiguration;

/** For the plan; nothing of a public API. */
export function privateEndpointOf(live: LiveRestStage): { readonly privateEndpoint?: PrivateEndpoint } {
  const { types, vpcEndpointIds = [] } = endpointOf(live);
  return types.includes('PRIVATE') ? { privateEndpoint: { aliasedBy: vpcEndpointIds } } : {};
}

export interface PrivateScope {
  readonly live: LiveRestStage;
  readonly method: Method;
  readonly stage: StageContext;
  readonly tools: PlanTools;
}

/** The guards that every method of a private API has before its own; none for a public one. */
export function guardPrivately(scope: PrivateScope): Step[] {
  const { live, stage } = scope;
  if (privateEndpointOf(live).privateEndpoint === undefined) return [];
  const { policy } = live.snapshot.api;
  const isClosed = policy === undefined || policy === '';
  return [askVpcEndpoint(scope), ...(isClosed ? [refuseWithoutPolicy(stage)] : [])];
}

/** Such a deployment was made while the API was public: nothing says who of the private network may call (row PRV-02). */
function refuseWithoutPolicy(stage: StageContext): Step {
  const outcome: PermissionOutcome = {
    decision: 'implicit deny',
    policyType: 'resource-based policy',
    statement: undefined,
  };
  return {
    name: 'refused (private without a resource policy)',
    run: function refuseEverybody(x) {
      throw refusalOf('anonymous', invokedArn(stage, x), outcome);
    },
  };
}

/**
 * What the policy of the VPC endpoint says ("Use VPC endpoint policies for private APIs" in the guide): a signed request is its signer's and must be signed
 * well whatever the method asks for, any other one is anonymous.
 */
function askVpcEndpoint({ live, method, stage, tools }: PrivateScope): Step {
  const verify = signatureVerifier(live.region, tools.credentials, tools.strictPermissions);
  const takesSignedQueries = method.authorizationType === 'AWS_IAM';

  function ask(x: Exchange, policy: NonNullable<VpcEndpoint['policy']>, key: AccessKey | undefined): undefined {
    const resource = invokedArn(stage, x);
    const { decision, statement } = policy.evaluate({
      principal: key?.principal ?? anonymousPrincipal,
      action: invokeAction,
      resource,
      context: invokeContext(x, stage.region, key),
    });
    if (decision === 'allow') return undefined;
    throw refusalOf(key?.callerArn ?? 'anonymous', resource, {
      decision,
      policyType: 'VPC endpoint policy',
      statement,
    });
  }

  return {
    name: 'vpc endpoint policy',
    run: function askVpcEndpointPolicy(x) {
      const policy = x.request.vpcEndpoint?.policy;
      if (policy === undefined) return undefined;
      if (!isSigned(x, takesSignedQueries)) return ask(x, policy, undefined);
      const key = verify(x);
      return key instanceof Promise ? key.then((known) => ask(x, policy, known)) : ask(x, policy, key);
    },
  };
}

function isSigned({ request }: Exchange, takesSignedQueries: boolean): boolean {
  if (headerValue(request.headers, 'authorization')?.startsWith('AWS4-')) return true;
  return takesSignedQueries && /(?:^|&)X-Amz-(?:Signature|Algorithm)=/i.test(request.query);
}
