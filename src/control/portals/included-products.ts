/** The products a portal includes: the owner's own, and those other accounts of the region share with it. */
import type { PortalProduct } from '../../definition/portal.ts';
import { portalProducts } from '../../ports/records.ts';
import type { ReadTransaction } from '../../ports/store.ts';
import type { Call } from '../../wire/call.ts';
import { readPortalArn } from './arns.ts';
import type { PortalLimits } from './limits.ts';
import { checkDistinct } from './portal-rules.ts';
import { invalidValue, limitExceeded, noSuchIncludedProduct, notShared, productElsewhere } from './refusals.ts';
import { isShared } from './sharing-policy.ts';

/** Throws unless there are such products, the caller may use them, and a portal can take so many. In the order they are given. */
export async function findIncluded(
  tx: ReadTransaction,
  call: Call,
  arns: readonly string[],
  limits: PortalLimits,
): Promise<PortalProduct[]> {
  checkDistinct('portal product ARN', arns);
  if (arns.length > limits.productsPerPortal) throw limitExceeded('portal products', 'portal');
  const found: PortalProduct[] = [];
  for (const arn of arns) {
    const named = readPortalArn(arn);
    if (named?.family !== 'portalproducts') throw invalidValue('portal product ARN', arn);
    if (named.region !== call.region) throw productElsewhere(arn, call.region);
    const product = await tx.get(portalProducts, [named.account, named.region, named.id]);
    if (product === undefined) throw noSuchIncludedProduct(arn);
    if (product.account !== call.account && !(await isShared(tx, product, call, 'GetPortalProduct'))) {
      throw notShared(arn);
    }
    found.push(product);
  }
  return found;
}
