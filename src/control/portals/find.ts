/** Finds portals, products and pages, or says what was not there. Products may be of another account that shares them. */
import type { Portal, PortalProduct, ProductPage, ProductRestEndpointPage } from '../../definition/portal.ts';
import { portalProducts, portals, productPages, restEndpointPages } from '../../ports/records.ts';
import type { Key, ReadTransaction } from '../../ports/store.ts';
import type { Call } from '../../wire/call.ts';
import { noSuchEndpointPage, noSuchPage, noSuchPortal, noSuchProduct } from './refusals.ts';
import { requireShared } from './sharing-policy.ts';

export const portalKey = ({ account, region, portalId }: Pick<Portal, 'account' | 'region' | 'portalId'>): Key => [
  account,
  region,
  portalId,
];

type ProductId = Pick<PortalProduct, 'account' | 'region' | 'portalProductId'>;

export const productKey = ({ account, region, portalProductId }: ProductId): Key => [account, region, portalProductId];

export async function findPortal(tx: ReadTransaction, { account, region }: Call, portalId: string): Promise<Portal> {
  const portal = await tx.get(portals, [account, region, portalId]);
  if (portal === undefined) throw noSuchPortal();
  return portal;
}

/** The caller's own. */
export async function findProduct(tx: ReadTransaction, { account, region }: Call, id: string): Promise<PortalProduct> {
  const product = await tx.get(portalProducts, [account, region, id]);
  if (product === undefined) throw noSuchProduct();
  return product;
}

/** The caller's own, or `owner`'s when that account shares it; `action` is what the caller is about to do. */
export async function findReadableProduct(
  tx: ReadTransaction,
  call: Call,
  id: string,
  owner: string | undefined,
  action: string,
): Promise<PortalProduct> {
  if (owner === undefined || owner === '' || owner === call.account) return findProduct(tx, call, id);
  const product = await tx.get(portalProducts, [owner, call.region, id]);
  if (product === undefined) throw noSuchProduct();
  await requireShared(tx, product, call, action);
  return product;
}

export async function findPage(tx: ReadTransaction, product: ProductId, pageId: string): Promise<ProductPage> {
  const page = await tx.get(productPages, [...productKey(product), pageId]);
  if (page === undefined) throw noSuchPage();
  return page;
}

export async function findEndpointPage(
  tx: ReadTransaction,
  product: ProductId,
  pageId: string,
): Promise<ProductRestEndpointPage> {
  const page = await tx.get(restEndpointPages, [...productKey(product), pageId]);
  if (page === undefined) throw noSuchEndpointPage();
  return page;
}
