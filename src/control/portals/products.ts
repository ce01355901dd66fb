/** PortalProduct: CreatePortalProduct, GetPortalProduct, ListPortalProducts, UpdatePortalProduct, DeletePortalProduct (row V2-24). */
import { defined } from '../../base/defined.ts';
import { newApiId } from '../../base/ids.ts';
import type { PortalProduct } from '../../definition/portal.ts';
import { portalProducts, portals, productPages, restEndpointPages, sharingPolicies } from '../../ports/records.ts';
import type { ReadTransaction, WriteTransaction } from '../../ports/store.ts';
import type { Call, Handlers } from '../../wire/call.ts';
import type { Operations } from '../../wire/generated/apigatewayv2.ts';
import { checkTags } from '../rest/tag-rules.ts';
import { pageOf } from '../v2/paging.ts';
import { answerProduct, summarizeProduct } from './answers.ts';
import { productArn } from './arns.ts';
import { readDisplayOrder } from './display-order.ts';
import { findProduct, findReadableProduct, portalKey, productKey } from './find.ts';
import type { PortalPorts } from './ports.ts';
import { invalidValue, limitExceeded } from './refusals.ts';
import { isShared } from './sharing-policy.ts';

export function productHandlers({ store, clock, limits }: PortalPorts): Handlers<Operations> {
  return {
    CreatePortalProduct: (input, call) =>
      store.write(async (tx) => {
        const { account, region } = call;
        checkTags(input.Tags ?? {}, limits);
        if ((await tx.list(portalProducts, [account, region])).length >= limits.products) {
          throw limitExceeded('portal products', 'account');
        }
        const product: PortalProduct = defined({
          portalProductId: newApiId(),
          ...{ account, region },
          displayName: input.DisplayName,
          description: input.Description,
          tags: input.Tags ?? {},
          lastModifiedMs: clock.now(),
        });
        tx.put(portalProducts, productKey(product), product);
        return answerProduct(product);
      }),

    GetPortalProduct: ({ PortalProductId, ResourceOwnerAccountId: owner }, call) =>
      store.read(async (tx) =>
        answerProduct(await findReadableProduct(tx, call, PortalProductId, owner, 'GetPortalProduct')),
      ),

    ListPortalProducts: (input, call) =>
      store.read(async (tx) => {
        const all = await listed(tx, call, input.ResourceOwner || 'SELF');
        return pageOf(all, ({ portalProductId }) => portalProductId, summarizeProduct, input, limits);
      }),

    UpdatePortalProduct: (input, call) =>
      store.write(async (tx) => {
        const before = await findProduct(tx, call, input.PortalProductId);
        const displayOrder = input.DisplayOrder && (await readDisplayOrder(tx, before, input.DisplayOrder));
        const changed: PortalProduct = {
          ...before,
          ...(input.DisplayName !== undefined && { displayName: input.DisplayName }),
          ...(input.Description !== undefined && { description: input.Description }),
          ...(displayOrder && { displayOrder }),
          lastModifiedMs: clock.now(),
        };
        tx.put(portalProducts, productKey(changed), changed);
        return answerProduct(changed);
      }),

    DeletePortalProduct: ({ PortalProductId }, call) =>
      store.write(async (tx) => {
        const product = await findProduct(tx, call, PortalProductId);
        const key = productKey(product);
        tx.delete(portalProducts, key);
        tx.delete(sharingPolicies, key);
        await tx.deleteAll(productPages, key);
        await tx.deleteAll(restEndpointPages, key);
        await leavePortals(tx, call, productArn(product));
      }),
  };
}

/** Those of other accounts that are shared with the caller, or the caller's own ("Add a shared portal product to your portal"). */
async function listed(tx: ReadTransaction, call: Call, owner: string): Promise<PortalProduct[]> {
  const { account, region } = call;
  if (owner === 'SELF') return (await tx.list(portalProducts, [account, region])).map(({ value }) => value);
  if (owner !== 'OTHER_ACCOUNTS') throw invalidValue('resource owner', owner);
  const shared: PortalProduct[] = [];
  for (const { value } of await tx.list(portalProducts, [])) {
    if (value.account === account || value.region !== region) continue;
    if (await isShared(tx, value, call, 'GetPortalProduct')) shared.push(value);
  }
  return shared.sort((a, b) => (a.portalProductId < b.portalProductId ? -1 : 1));
}

/** A deleted product leaves the portals of its account; what they published shows it until they are published again ("Delete a portal product"). */
async function leavePortals(tx: WriteTransaction, { account, region }: Call, arn: string): Promise<void> {
  for (const { value } of await tx.list(portals, [account, region])) {
    if (!value.includedPortalProductArns.includes(arn)) continue;
    const includedPortalProductArns = value.includedPortalProductArns.filter((each) => each !== arn);
    tx.put(portals, portalKey(value), { ...value, includedPortalProductArns });
  }
}
