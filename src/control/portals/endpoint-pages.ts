/**
 * ProductRestEndpointPage: CreateProductRestEndpointPage, GetProductRestEndpointPage, ListProductRestEndpointPages, UpdateProductRestEndpointPage,
 * DeleteProductRestEndpointPage (row V2-24). An endpoint that is not there (yet, or any more) makes the page FAILED and is no refusal: a page follows its API.
 */
import { defined } from '../../base/defined.ts';
import { newApiId } from '../../base/ids.ts';
import type {
  DisplayOverrides,
  PortalProduct,
  ProductRestEndpointPage,
  RestEndpoint,
} from '../../definition/portal.ts';
import { restEndpointPages } from '../../ports/records.ts';
import type { Handlers } from '../../wire/call.ts';
import type * as wire from '../../wire/generated/apigatewayv2.ts';
import { pageOf } from '../v2/paging.ts';
import { restEndpointPageArn } from './arns.ts';
import { type DeployedEndpoint, endpointFinder, type MissingEndpoint } from './deployed-endpoints.ts';
import { findEndpointPage, findProduct, findReadableProduct, productKey } from './find.ts';
import type { PortalPorts } from './ports.ts';
import { leaveOrder } from './product-pages.ts';
import { exactlyOne, invalidValue, limitExceeded } from './refusals.ts';

export function endpointPageHandlers({ store, clock, limits }: PortalPorts): Handlers<wire.Operations> {
  return {
    CreateProductRestEndpointPage: (input, call) =>
      store.write(async (tx) => {
        const product = await findProduct(tx, call, input.PortalProductId);
        const key = productKey(product);
        if ((await tx.list(restEndpointPages, key)).length >= limits.restEndpointPagesPerProduct) {
          throw limitExceeded('product REST endpoint pages', 'portal product');
        }
        const page: ProductRestEndpointPage = defined({
          productRestEndpointPageId: newApiId(),
          endpoint: readEndpoint(input.RestEndpointIdentifier),
          overrides: input.DisplayContent && readOverrides(input.DisplayContent),
          tryItState: input.TryItState ?? 'DISABLED',
          lastModifiedMs: clock.now(),
        });
        tx.put(restEndpointPages, [...key, page.productRestEndpointPageId], page);
        return answerEndpointPage(product, page, await endpointFinder(tx, product)(page.endpoint));
      }),

    GetProductRestEndpointPage: (input, call) =>
      store.read(async (tx) => {
        const { PortalProductId, ProductRestEndpointPageId, ResourceOwnerAccountId: owner } = input;
        const product = await findReadableProduct(tx, call, PortalProductId, owner, 'GetProductRestEndpointPage');
        const page = await findEndpointPage(tx, product, ProductRestEndpointPageId);
        const found = await endpointFinder(tx, product)(page.endpoint);
        const raw = input.IncludeRawDisplayContent === 'true' && 'document' in found;
        return {
          ...answerEndpointPage(product, page, found),
          ...(raw && { RawDisplayContent: JSON.stringify(found.document) }),
        };
      }),

    ListProductRestEndpointPages: (input, call) =>
      store.read(async (tx) => {
        const { PortalProductId, ResourceOwnerAccountId: owner } = input;
        const product = await findReadableProduct(tx, call, PortalProductId, owner, 'ListProductRestEndpointPages');
        const find = endpointFinder(tx, product);
        const all = (await tx.list(restEndpointPages, productKey(product))).map(({ value }) => value);
        const { Items, ...rest } = pageOf(
          all,
          ({ productRestEndpointPageId }) => productRestEndpointPageId,
          async (page) => summarize(answerEndpointPage(product, page, await find(page.endpoint))),
          input,
          limits,
        );
        return { ...rest, Items: await Promise.all(Items) };
      }),

    UpdateProductRestEndpointPage: (input, call) =>
      store.write(async (tx) => {
        const product = await findProduct(tx, call, input.PortalProductId);
        const before = await findEndpointPage(tx, product, input.ProductRestEndpointPageId);
        const changed = defined({
          ...before,
          ...(input.DisplayContent && { overrides: readOverrides(input.DisplayContent) }),
          ...(input.TryItState && { tryItState: input.TryItState }),
          lastModifiedMs: clock.now(),
        }) as ProductRestEndpointPage;
        tx.put(restEndpointPages, [...productKey(product), changed.productRestEndpointPageId], changed);
        return answerEndpointPage(product, changed, await endpointFinder(tx, product)(changed.endpoint));
      }),

    DeleteProductRestEndpointPage: ({ PortalProductId, ProductRestEndpointPageId: pageId }, call) =>
      store.write(async (tx) => {
        const product = await findProduct(tx, call, PortalProductId);
        await findEndpointPage(tx, product, pageId);
        tx.delete(restEndpointPages, [...productKey(product), pageId]);
        leaveOrder(tx, product, restEndpointPageArn(product, pageId), clock.now());
      }),
  };
}

const verbs = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'ANY'];

function readEndpoint({ IdentifierParts: parts }: wire.RestEndpointIdentifier): RestEndpoint {
  if (parts === undefined) throw exactlyOne('REST endpoint identifier', ['IdentifierParts']);
  const { Method: method, Path: path, RestApiId: restApiId, Stage: stage } = parts;
  if (!verbs.includes(method.toUpperCase())) throw invalidValue('method', method);
  if (!path.startsWith('/')) throw invalidValue('path', path);
  return { restApiId, stage, path, method: method.toUpperCase() };
}

/** Undefined shows what the API says of itself. */
function readOverrides({ None, Overrides }: wire.EndpointDisplayContent): DisplayOverrides | undefined {
  if ((None === undefined) === (Overrides === undefined)) throw exactlyOne('display content', ['None', 'Overrides']);
  if (Overrides === undefined) return undefined;
  const { Body: body, Endpoint: endpoint, OperationName: operationName } = Overrides;
  if (endpoint !== undefined && !/^https?:\/\/[^\s]+$/i.test(endpoint) && /[\s<>"]/.test(endpoint)) {
    throw invalidValue('endpoint', endpoint);
  }
  return defined({ body, endpoint, operationName });
}

/** Where clients call it: as its owner says, else the default endpoint. */
export function endpointUrl({ endpoint, overrides }: ProductRestEndpointPage, region: string): string {
  const { restApiId, stage, path } = endpoint;
  return overrides?.endpoint ?? `https://${restApiId}.execute-api.${region}.amazonaws.com/${stage}${path}`;
}

/** The documentation of the method as Markdown; undefined when nobody wrote any. */
export function documentedBody(found: DeployedEndpoint): string | undefined {
  const { summary, description } = found.document.operation;
  const texts = [summary, description].filter((text) => typeof text === 'string' && text !== '');
  return texts.length === 0 ? undefined : texts.join('\n\n');
}

/** What there is behind the page decides about its status, each time it is asked for. */
function answerEndpointPage(
  product: PortalProduct,
  page: ProductRestEndpointPage,
  found: DeployedEndpoint | MissingEndpoint,
): wire.CreateProductRestEndpointPageResponse {
  const { endpoint, overrides } = page;
  const isThere = 'document' in found;
  return defined({
    DisplayContent: defined({
      Body: overrides?.body ?? (isThere ? documentedBody(found) : undefined),
      Endpoint: endpointUrl(page, product.region),
      OperationName: overrides?.operationName ?? (isThere ? found.method.operationName : undefined),
    }),
    LastModified: page.lastModifiedMs,
    ProductRestEndpointPageArn: restEndpointPageArn(product, page.productRestEndpointPageId),
    ProductRestEndpointPageId: page.productRestEndpointPageId,
    RestEndpointIdentifier: {
      IdentifierParts: {
        Method: endpoint.method,
        Path: endpoint.path,
        RestApiId: endpoint.restApiId,
        Stage: endpoint.stage,
      },
    },
    Status: isThere ? ('AVAILABLE' as const) : ('FAILED' as const),
    StatusException: isThere ? undefined : { Exception: 'NotFoundException', Message: found.missing },
    TryItState: page.tryItState,
  });
}

function summarize(answer: wire.CreateProductRestEndpointPageResponse): wire.ProductRestEndpointPageSummaryNoBody {
  const { DisplayContent, ...members } = answer;
  return defined({
    ...members,
    Endpoint: DisplayContent!.Endpoint,
    OperationName: DisplayContent!.OperationName,
  }) as wire.ProductRestEndpointPageSummaryNoBody;
}
