/** What a portal will show: a copy of its products and pages as they are now (definition/portal-site.ts). */
import { defined } from '../../base/defined.ts';
import { newHex } from '../../base/ids.ts';
import type { Portal, PortalProduct, ProductRestEndpointPage } from '../../definition/portal.ts';
import type { PortalSite, SiteEndpointPage, SitePage, SiteProduct, SiteSection } from '../../definition/portal-site.ts';
import type { Authorizer, Method } from '../../definition/rest-api.ts';
import type { ReadTransaction } from '../../ports/store.ts';
import type { Call } from '../../wire/call.ts';
import { restEndpointPageArn } from './arns.ts';
import { type DeployedEndpoint, endpointFinder } from './deployed-endpoints.ts';
import { endpointUrl } from './endpoint-pages.ts';
import { findEndpointPage, findPage } from './find.ts';
import { findIncluded } from './included-products.ts';
import type { PortalLimits } from './limits.ts';
import { endpointNotAvailable } from './refusals.ts';

export interface BuiltSite {
  readonly site: PortalSite;
  /** By product and page. */
  readonly pages: readonly (readonly [productId: string, pageId: string, page: SitePage])[];
}

/** Throws when a product may not be used (any more) or an endpoint that is to be shown is not there. A preview lets nobody try anything. */
export async function buildSite(
  tx: ReadTransaction,
  call: Call,
  portal: Portal,
  limits: PortalLimits,
  isPreview: boolean,
): Promise<BuiltSite> {
  const pages: [string, string, SitePage][] = [];
  const products: SiteProduct[] = [];
  for (const product of await findIncluded(tx, call, portal.includedPortalProductArns, limits)) {
    products.push(await copiedProduct(tx, product, isPreview, (...page) => void pages.push(page)));
  }
  const { portalId, account, region, displayName, description, customColors, cognitoConfig, customDomain } = portal;
  const { logo } = portal;
  const site: PortalSite = defined({
    siteId: newHex(16),
    ...{ portalId, account, region, displayName, customColors, cognitoConfig, products },
    description: description || undefined,
    logo: logo?.data === undefined ? undefined : { contentType: logo.contentType, data: logo.data },
    domainName: customDomain?.domainName.toLowerCase(),
  });
  return { site, pages };
}

type Keep = (productId: string, pageId: string, page: SitePage) => void;

async function copiedProduct(
  tx: ReadTransaction,
  product: PortalProduct,
  isPreview: boolean,
  keep: Keep,
): Promise<SiteProduct> {
  const { portalProductId: productId, displayName, description, displayOrder = {} } = product;
  const { overviewPageArn, productPageArns = [], contents = [] } = displayOrder;
  const overviewPageId = overviewPageArn === undefined ? undefined : idOf(overviewPageArn);
  const shown: { pageId: string; title: string }[] = [];
  const texts = new Set([...(overviewPageId === undefined ? [] : [overviewPageId]), ...productPageArns.map(idOf)]);
  for (const pageId of texts) {
    const { title, body } = await findPage(tx, product, pageId);
    keep(productId, pageId, { kind: 'text', title, body });
    if (pageId !== overviewPageId) shown.push({ pageId, title });
  }
  const find = endpointFinder(tx, product);
  const sections: SiteSection[] = [];
  for (const { sectionName, productRestEndpointPageArns } of contents) {
    const endpoints: SiteSection['endpoints'][number][] = [];
    for (const arn of productRestEndpointPageArns) {
      const page = await findEndpointPage(tx, product, idOf(arn));
      const found = await find(page.endpoint);
      const { productRestEndpointPageId: pageId, endpoint } = page;
      if ('missing' in found) throw endpointNotAvailable(restEndpointPageArn(product, pageId), found.missing);
      const copied = copiedEndpoint(page, found, product.region, isPreview);
      keep(productId, pageId, copied);
      endpoints.push({ pageId, name: copied.title, method: endpoint.method, path: endpoint.path });
    }
    sections.push({ name: sectionName, endpoints });
  }
  return defined({
    productId,
    displayName,
    description: description || undefined,
    overviewPageId,
    pages: shown,
    sections,
  });
}

/** The last part of a page's ARN. */
const idOf = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);

function copiedEndpoint(
  page: ProductRestEndpointPage,
  { api, method, snapshot, document }: DeployedEndpoint,
  region: string,
  isPreview: boolean,
): SiteEndpointPage {
  const { endpoint, overrides } = page;
  // Private APIs and those whose default endpoint is closed cannot be called from here ("Enable try it").
  const isReachable = api.endpointConfiguration.types[0] !== 'PRIVATE' && !api.disableExecuteApiEndpoint;
  return defined({
    kind: 'endpoint' as const,
    // "If your REST API has the path and method GET /pets, in a portal, the name is /pets".
    title: overrides?.operationName ?? method.operationName ?? endpoint.path,
    body: overrides?.body,
    url: endpointUrl(page, region),
    ...endpoint,
    tryIt: page.tryItState === 'ENABLED' && isReachable && !isPreview,
    credentialHeaders: credentialHeadersOf(method, snapshot.authorizers ?? []),
    document,
  });
}

/** Headers by which callers show who they are. */
function credentialHeadersOf(method: Method, authorizers: readonly Authorizer[]): string[] {
  const { authorizationType, authorizerId, apiKeyRequired } = method;
  const sources = authorizers.find(({ id }) => id === authorizerId)?.identitySource ?? '';
  const named = [...sources.matchAll(/method\.request\.header\.([^,\s]+)/g)].map(([, name]) => name!);
  const headers = authorizationType === 'NONE' ? [] : named.length > 0 ? named : ['Authorization'];
  return [...new Set(apiKeyRequired ? [...headers, 'x-api-key'] : headers)];
}
