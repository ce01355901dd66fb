/** ARNs of portals and products; unlike most of API Gateway's they name the account (service authorization reference). */

interface Owned {
  readonly account: string;
  readonly region: string;
}

const arn = ({ account, region }: Owned, path: string): string => `arn:aws:apigateway:${region}:${account}:${path}`;

export const portalArn = (portal: Owned & { readonly portalId: string }): string =>
  arn(portal, `/portals/${portal.portalId}`);

type OwnedProduct = Owned & { readonly portalProductId: string };

export const productArn = (product: OwnedProduct): string => arn(product, `/portalproducts/${product.portalProductId}`);
export const productPageArn = (product: OwnedProduct, productPageId: string): string =>
  `${productArn(product)}/productpages/${productPageId}`;
export const restEndpointPageArn = (product: OwnedProduct, pageId: string): string =>
  `${productArn(product)}/productrestendpointpages/${pageId}`;

export interface NamedPortal extends Owned {
  readonly family: 'portals' | 'portalproducts';
  readonly id: string;
}

/** What the ARN of a portal or a product names; undefined when the text is none. */
export function readPortalArn(text: string): NamedPortal | undefined {
  const [, region, account, family, id] =
    /^arn:aws[a-z-]*:apigateway:([a-z0-9-]+):(\d{12}):\/(portals|portalproducts)\/([a-z0-9]+)$/.exec(text) ?? [];
  if (region === undefined || account === undefined || id === undefined) return undefined;
  return { region, account, family: family as NamedPortal['family'], id };
}
