/** In what order a product's pages are shown; a page that is in none is a draft ("Update a portal product in API Gateway"). */
import { defined } from '../../base/defined.ts';
import type { DisplayOrder, PortalProduct } from '../../definition/portal.ts';
import { productPages, restEndpointPages } from '../../ports/records.ts';
import type { ReadTransaction } from '../../ports/store.ts';
import type * as wire from '../../wire/generated/apigatewayv2.ts';
import { productPageArn, restEndpointPageArn } from './arns.ts';
import { productKey } from './find.ts';
import { checkDistinct } from './portal-rules.ts';
import { foreignPage, invalidValue } from './refusals.ts';

/** Throws unless every page is one of the product's, each in one place. */
export async function readDisplayOrder(
  tx: ReadTransaction,
  product: PortalProduct,
  given: wire.DisplayOrder,
): Promise<DisplayOrder> {
  const { OverviewPageArn: overviewPageArn, ProductPageArns: productPageArns, Contents } = given;
  const contents = Contents?.map(({ SectionName: sectionName, ProductRestEndpointPageArns }) => {
    if (sectionName.trim() === '') throw invalidValue('section name', sectionName);
    return { sectionName, productRestEndpointPageArns: ProductRestEndpointPageArns };
  });
  const texts = [...(overviewPageArn === undefined ? [] : [overviewPageArn]), ...(productPageArns ?? [])];
  const endpoints = (contents ?? []).flatMap((section) => section.productRestEndpointPageArns);
  checkDistinct('display order', texts);
  checkDistinct('display order', endpoints);
  checkDistinct(
    'section name',
    (contents ?? []).map(({ sectionName }) => sectionName),
  );
  const key = productKey(product);
  const known = new Set([
    ...(await tx.list(productPages, key)).map(({ value }) => productPageArn(product, value.productPageId)),
  ]);
  const knownEndpoints = new Set(
    (await tx.list(restEndpointPages, key)).map(({ value }) =>
      restEndpointPageArn(product, value.productRestEndpointPageId),
    ),
  );
  const stranger = texts.find((arn) => !known.has(arn)) ?? endpoints.find((arn) => !knownEndpoints.has(arn));
  if (stranger !== undefined) throw foreignPage(stranger);
  return defined({ overviewPageArn, productPageArns, contents });
}

/** The order without a page that is gone. */
export function orderWithout(order: DisplayOrder, arn: string): DisplayOrder {
  const { overviewPageArn, productPageArns, contents } = order;
  return defined({
    overviewPageArn: overviewPageArn === arn ? undefined : overviewPageArn,
    productPageArns: productPageArns?.filter((each) => each !== arn),
    contents: contents?.map((section) => ({
      ...section,
      productRestEndpointPageArns: section.productRestEndpointPageArns.filter((each) => each !== arn),
    })),
  });
}
