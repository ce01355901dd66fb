/**
 * Who else may use a product in portals of theirs: whom its sharing policy allows (developer guide, "Share portal products in API Gateway"). There is no AWS
 * RAM here: the policy alone decides, so it has to say whom it means.
 */
import { reasonOf } from '../../base/permissions.ts';
import { compilePolicy } from '../../base/policy.ts';
import { Problem } from '../../base/problem.ts';
import type { PortalProduct } from '../../definition/portal.ts';
import { sharingPolicies } from '../../ports/records.ts';
import type { ReadTransaction } from '../../ports/store.ts';
import type { Call } from '../../wire/call.ts';
import { productArn } from './arns.ts';

/** The guide's policies call the actions by names of their own, the service authorization reference by those of the operations. Either will do. */
const guideNames: Readonly<Record<string, string>> = {
  GetPortalProduct: 'GetProduct',
  ListProductPages: 'ListPages',
  GetProductPage: 'GetPage',
  ListProductRestEndpointPages: 'ListEndpoints',
  GetProductRestEndpointPage: 'GetEndpoint',
};

export type Sharer = Pick<Call, 'account' | 'callerArn' | 'region'>;

/** Whether the product's policy lets somebody of another account do this. A product without a policy is shared with nobody. */
export async function isShared(
  tx: ReadTransaction,
  product: PortalProduct,
  who: Sharer,
  operation: string,
): Promise<boolean> {
  const { account, region, portalProductId } = product;
  const stored = await tx.get(sharingPolicies, [account, region, portalProductId]);
  if (stored === undefined) return false;
  const policy = compilePolicy(JSON.parse(stored.policyDocument), 'resource');
  const names = [operation, guideNames[operation] ?? operation];
  const decisions = names.map((name) =>
    policy.decide({
      principal: who.callerArn,
      action: `apigateway:${name}`,
      resource: productArn(product),
      context: { get: (key) => conditionKey(key, who) },
    }),
  );
  return decisions.includes('allow') && !decisions.includes('explicit deny');
}

/** Throws unless it does. */
export async function requireShared(
  tx: ReadTransaction,
  product: PortalProduct,
  call: Call,
  operation: string,
): Promise<void> {
  if (await isShared(tx, product, call, operation)) return;
  const action = `apigateway:${operation}`;
  const outcome = { decision: 'implicit deny', policyType: 'resource-based policy', statement: undefined } as const;
  throw new Problem(
    'AccessDeniedException',
    `User: ${call.callerArn} is not authorized to perform: ${action} on resource: ${productArn(product)} ${reasonOf(outcome, action)}`,
  );
}

function conditionKey(key: string, { account, callerArn, region }: Sharer): string | undefined {
  switch (key) {
    case 'aws:principalaccount':
      return account;
    case 'aws:principalarn':
      return callerArn;
    case 'aws:requestedregion':
      return region;
    default:
      return undefined;
  }
}
