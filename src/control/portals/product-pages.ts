/** ProductPage: CreateProductPage, GetProductPage, ListProductPages, UpdateProductPage, DeleteProductPage (row V2-24). */
import { newApiId } from '../../base/ids.ts';
import type { PortalProduct, ProductPage } from '../../definition/portal.ts';
import { portalProducts, productPages } from '../../ports/records.ts';
import type { WriteTransaction } from '../../ports/store.ts';
import type { Handlers } from '../../wire/call.ts';
import type { Operations } from '../../wire/generated/apigatewayv2.ts';
import { pageOf } from '../v2/paging.ts';
import { answerPage, summarizePage } from './answers.ts';
import { productPageArn } from './arns.ts';
import { orderWithout } from './display-order.ts';
import { findPage, findProduct, findReadableProduct, productKey } from './find.ts';
import type { PortalPorts } from './ports.ts';
import { limitExceeded } from './refusals.ts';

export function productPageHandlers({ store, clock, limits }: PortalPorts): Handlers<Operations> {
  return {
    CreateProductPage: ({ PortalProductId, DisplayContent }, call) =>
      store.write(async (tx) => {
        const product = await findProduct(tx, call, PortalProductId);
        if ((await tx.list(productPages, productKey(product))).length >= limits.pagesPerProduct) {
          throw limitExceeded('product pages', 'portal product');
        }
        const page: ProductPage = {
          productPageId: newApiId(),
          title: DisplayContent.Title,
          body: DisplayContent.Body,
          lastModifiedMs: clock.now(),
        };
        tx.put(productPages, [...productKey(product), page.productPageId], page);
        return answerPage(product, page);
      }),

    GetProductPage: ({ PortalProductId, ProductPageId, ResourceOwnerAccountId: owner }, call) =>
      store.read(async (tx) => {
        const product = await findReadableProduct(tx, call, PortalProductId, owner, 'GetProductPage');
        return answerPage(product, await findPage(tx, product, ProductPageId));
      }),

    ListProductPages: (input, call) =>
      store.read(async (tx) => {
        const { PortalProductId, ResourceOwnerAccountId: owner } = input;
        const product = await findReadableProduct(tx, call, PortalProductId, owner, 'ListProductPages');
        const all = (await tx.list(productPages, productKey(product))).map(({ value }) => value);
        return pageOf(
          all,
          ({ productPageId }) => productPageId,
          (page) => summarizePage(product, page),
          input,
          limits,
        );
      }),

    UpdateProductPage: ({ PortalProductId, ProductPageId, DisplayContent }, call) =>
      store.write(async (tx) => {
        const product = await findProduct(tx, call, PortalProductId);
        const before = await findPage(tx, product, ProductPageId);
        const changed: ProductPage = {
          ...before,
          ...(DisplayContent && { title: DisplayContent.Title, body: DisplayContent.Body }),
          lastModifiedMs: clock.now(),
        };
        tx.put(productPages, [...productKey(product), ProductPageId], changed);
        return answerPage(product, changed);
      }),

    DeleteProductPage: ({ PortalProductId, ProductPageId }, call) =>
      store.write(async (tx) => {
        const product = await findProduct(tx, call, PortalProductId);
        await findPage(tx, product, ProductPageId);
        tx.delete(productPages, [...productKey(product), ProductPageId]);
        leaveOrder(tx, product, productPageArn(product, ProductPageId), clock.now());
      }),
  };
}

/** A page that is gone leaves the product's order; nothing points to what is not there. */
export function leaveOrder(tx: WriteTransaction, product: PortalProduct, arn: string, nowMs: number): void {
  if (product.displayOrder === undefined) return;
  const displayOrder = orderWithout(product.displayOrder, arn);
  tx.put(portalProducts, productKey(product), { ...product, displayOrder, lastModifiedMs: nowMs });
}
