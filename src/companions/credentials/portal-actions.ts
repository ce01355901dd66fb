/**
 * What calls about portals are to IAM ("Actions defined by Amazon API Gateway Management V2" in the service authorization reference): actions named as the
 * operations are, on resources that name the account, with condition keys of their own. Whoever puts a product into a portal has to be allowed to read it.
 */
import { portalProducts, portals, productPages, restEndpointPages } from '../../ports/records.ts';
import type { ReadTransaction } from '../../ports/store.ts';
import type { AuthorizedCall } from '../../wire/endpoint.ts';
import type { ConditionValues } from './gateway-condition-keys.ts';

interface Action {
  readonly action: string;
  readonly resource: string;
  readonly values: ConditionValues;
}

/** `path` is decoded, without `/v2` and without a slash at its end; `common` are values any call has. Undefined for calls about anything else. */
export async function portalActions(
  tx: ReadTransaction,
  made: AuthorizedCall,
  path: string,
  common: ConditionValues,
): Promise<Action[] | undefined> {
  if (!/^\/(?:portals|portalproducts)(?:\/|$)/.test(path)) return undefined;
  const { operation, input, call } = made;
  const owner = input['ResourceOwnerAccountId'];
  const account = typeof owner === 'string' && owner !== '' ? owner : call.account;
  const resource = `arn:aws:apigateway:${call.region}:${account}:${resourcePath(operation, path)}`;
  const values = new Map([...common, ...requestValues(made), ...(await resourceValues(tx, made, path, account))]);
  const actions = [{ action: `apigateway:${operation}`, resource, values }];
  const isTagged = Object.keys((input['Tags'] ?? {}) as object).length > 0;
  if (isTagged) {
    actions.push({ action: 'apigateway:POST', resource: `arn:aws:apigateway:${call.region}::/tags/*`, values });
  }
  for (const arn of await includedProducts(tx, made)) {
    actions.push({ action: 'apigateway:GetPortalProduct', resource: arn, values: new Map(common) });
  }
  return actions;
}

/** What is yet to be made, and what a list may hold, are any of their kind. */
function resourcePath(operation: string, path: string): string {
  if (/^(?:Create|List)/.test(operation)) return `${path}/*`;
  return path.replace(/\/(?:publish|preview|sharingpolicy)$/, '');
}

async function includedProducts(tx: ReadTransaction, { operation, input, call }: AuthorizedCall): Promise<string[]> {
  const given = input['IncludedPortalProductArns'];
  if (operation === 'CreatePortal' || operation === 'UpdatePortal')
    return Array.isArray(given) ? given.map(String) : [];
  if (operation !== 'PublishPortal' && operation !== 'PreviewPortal') return [];
  const portal = await tx.get(portals, [call.account, call.region, String(input['PortalId'])]);
  return [...(portal?.includedPortalProductArns ?? [])];
}

type Members = Readonly<Record<string, unknown>>;
const member = (of: unknown, name: string): unknown => (of as Members | undefined)?.[name];

function requestValues({ operation, input }: AuthorizedCall): ConditionValues {
  const content = input['DisplayContent'];
  const parts = member(input['RestEndpointIdentifier'], 'IdentifierParts');
  const isProduct = /^(?:Create|Update)PortalProduct$/.test(operation);
  return valuesOf('request', {
    CognitoUserPoolArn: member(member(input['Authorization'], 'CognitoConfig'), 'UserPoolArn'),
    PortalDisplayName: member(input['PortalContent'], 'DisplayName'),
    PortalDomainName: member(member(input['EndpointConfiguration'], 'AcmManaged'), 'DomainName'),
    PortalProductDisplayName: isProduct ? input['DisplayName'] : undefined,
    ProductPageTitle: member(content, 'Title'),
    ProductRestEndpointPageEndpointPrefix: member(member(content, 'Overrides'), 'Endpoint'),
    Method: member(parts, 'Method'),
    RestApiId: member(parts, 'RestApiId'),
    Stage: member(parts, 'Stage'),
  });
}

async function resourceValues(
  tx: ReadTransaction,
  { call: { region } }: AuthorizedCall,
  path: string,
  account: string,
): Promise<ConditionValues> {
  const [family, id, kind, pageId] = path.slice(1).split('/');
  if (id === undefined) return new Map();
  const key = [account, region, id];
  if (family === 'portals') {
    const portal = await tx.get(portals, key);
    return valuesOf('resource', {
      CognitoUserPoolArn: portal?.cognitoConfig?.userPoolArn,
      PortalDisplayName: portal?.displayName,
      PortalDomainName: portal?.customDomain?.domainName,
      PortalPublishStatus: portal?.publishStatus,
      tags: portal?.tags,
    });
  }
  const product = await tx.get(portalProducts, key);
  const page = kind === 'productpages' && pageId ? await tx.get(productPages, [...key, pageId]) : undefined;
  const isEndpoint = kind === 'productrestendpointpages' && pageId;
  const endpointPage = isEndpoint ? await tx.get(restEndpointPages, [...key, pageId]) : undefined;
  return valuesOf('resource', {
    PortalProductDisplayName: kind === undefined || kind === 'sharingpolicy' ? product?.displayName : undefined,
    ProductPageTitle: page?.title,
    ProductRestEndpointPageEndpointPrefix: endpointPage?.overrides?.endpoint,
    Method: endpointPage?.endpoint.method,
    RestApiId: endpointPage?.endpoint.restApiId,
    Stage: endpointPage?.endpoint.stage,
    tags: product?.tags,
  });
}

function valuesOf(place: 'request' | 'resource', members: Members): ConditionValues {
  const values = new Map<string, string>();
  for (const [name, value] of Object.entries(members)) {
    if (name !== 'tags' && typeof value === 'string') values.set(`apigateway:${place}/${name.toLowerCase()}`, value);
  }
  for (const [key, value] of Object.entries((members['tags'] ?? {}) as Readonly<Record<string, string>>)) {
    values.set(`aws:resourcetag/${key.toLowerCase()}`, value);
  }
  return values;
}
