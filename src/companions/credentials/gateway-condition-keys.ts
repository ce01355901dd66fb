/**
 * Condition keys of calls to API Gateway's control plane ("Actions, resources, and condition keys for Amazon API Gateway Management" in the service
 * authorization reference; rows CP-25, CP-29): what the call asks for (`apigateway:Request/…`, `aws:RequestTag/…`), and what there is already
 * (`apigateway:Resource/…`, `aws:ResourceTag/…`). Where a call leaves out what has a default, the key says the default: a policy that wants private APIs only
 * must not let one pass that becomes an edge API by saying nothing.
 */
import {
  apiKeys,
  clientCertificates,
  customDomains,
  restApis,
  stages,
  usagePlans,
  v2Apis,
  v2Stages,
  v2VpcLinks,
  vpcLinks,
} from '../../ports/records.ts';
import type { ReadTransaction } from '../../ports/store.ts';
import type { AuthorizedCall } from '../../wire/endpoint.ts';
import type { ImportedActions } from './imported-actions.ts';

/** By key in lower case. */
export type ConditionValues = ReadonlyMap<string, string | readonly string[]>;

type Tags = Readonly<Record<string, string>>;
type Input = Readonly<Record<string, unknown>>;

/** `path` is the call's own, decoded, without what stands before `/restapis` or `/apis`. */
export async function gatewayConditionValues(
  tx: ReadTransaction,
  made: AuthorizedCall,
  path: string,
  imported: ImportedActions | undefined,
): Promise<ConditionValues> {
  return new Map([...requestValues(made, imported), ...(await resourceValues(tx, made, path))]);
}

function requestValues({ operation, input }: AuthorizedCall, imported: ImportedActions | undefined) {
  const values = new Map<string, string | readonly string[]>();
  const put = (name: string, value: unknown): void => {
    const known = Array.isArray(value) ? value.map(String) : value === undefined || value === null ? [] : String(value);
    if (known.length > 0) values.set(name.toLowerCase(), known);
  };
  const request = (name: string, value: unknown): void => put(`apigateway:Request/${name}`, value);
  /** The same member, as v1 spells it or as v2 does. */
  const member = (name: string, of: Input = input): unknown => of[name] ?? of[name[0]!.toUpperCase() + name.slice(1)];
  const creates = (...operations: string[]): boolean => operations.includes(operation);

  const tags = (member('tags') ?? {}) as Tags;
  for (const [key, value] of Object.entries(tags)) put(`aws:RequestTag/${key}`, value);
  const tagKeys = (member('tagKeys') ?? []) as readonly string[];
  put('aws:TagKeys', [...Object.keys(tags), ...tagKeys.flatMap((keys) => keys.split(','))]);

  const configuration = input['endpointConfiguration'] as { types?: unknown } | undefined;
  const parameters = input['parameters'] as Readonly<Record<string, string>> | undefined;
  const domains = (input['DomainNameConfigurations'] ?? []) as readonly Input[];
  const types =
    configuration?.types ??
    parameters?.['endpointConfigurationTypes']?.split(',') ??
    domains.map((each) => each['EndpointType'] ?? 'REGIONAL');
  if (Array.isArray(types) && types.length > 0) request('EndpointType', types);
  else if (isRegionalBySilence(input)) request('EndpointType', ['REGIONAL']);
  else if (creates('CreateRestApi', 'ImportRestApi', 'CreateDomainName')) request('EndpointType', ['EDGE']);

  if (/^(?:Create|Update)(?:Rest)?Api$/.test(operation)) request('ApiName', member('name'));
  const isClosed = member('disableExecuteApiEndpoint');
  if (isClosed !== undefined || creates('CreateRestApi', 'CreateApi')) {
    request('DisableExecuteApiEndpoint', isClosed ?? false);
  }

  const isRoute = creates('PutMethod', 'CreateRoute', 'UpdateRoute');
  const makesRoute = operation !== 'UpdateRoute';
  if (isRoute) {
    request('RouteAuthorizationType', member('authorizationType') ?? (makesRoute ? 'NONE' : undefined));
    request('ApiKeyRequired', member('apiKeyRequired') ?? (makesRoute ? false : undefined));
  }
  // Quick create makes a route that asks nobody who they are.
  if (operation === 'CreateApi' && input['Target'] !== undefined) request('RouteAuthorizationType', ['NONE']);

  if (/Authorizer$/.test(operation)) {
    request('AuthorizerType', input['type'] ?? input['AuthorizerType']);
    request('AuthorizerUri', member('authorizerUri'));
    put('apigateway:CognitoUserPoolProviderArn', input['providerARNs']);
  }
  if (creates('CreateStage', 'CreateDeployment')) request('StageName', member('stageName'));
  const logs = (input['AccessLogSettings'] ?? {}) as Input;
  request('AccessLoggingDestination', logs['DestinationArn']);
  request('AccessLoggingFormat', logs['Format']);

  const policies = domains.map((each) => each['SecurityPolicy'] ?? 'TLS_1_2');
  const isByDefault = creates('CreateDomainName') && domains.length === 0;
  request('SecurityPolicy', input['securityPolicy'] ?? (isByDefault ? 'TLS_1_2' : policies));
  const mutualTls = (member('mutualTlsAuthentication') ?? {}) as Input;
  request('MtlsTrustStoreUri', member('truststoreUri', mutualTls));
  request('MtlsTrustStoreVersion', member('truststoreVersion', mutualTls));

  for (const [name, value] of patchedValues(operation, input)) put(name, value);
  if (imported !== undefined) {
    request('ApiName', imported.names);
    request('RouteAuthorizationType', imported.routeAuthorizationTypes);
    request('ApiKeyRequired', imported.apiKeyRequired);
    request('AuthorizerType', imported.authorizerTypes);
    request('AuthorizerUri', imported.authorizerUris);
    request('DisableExecuteApiEndpoint', imported.disableExecuteApiEndpoint);
    put('apigateway:CognitoUserPoolProviderArn', imported.userPools);
  }
  return values;
}

/** A domain name that has a certificate for its region alone is regional without saying so. */
const isRegionalBySilence = (input: Input): boolean =>
  (input['regionalCertificateArn'] ?? input['regionalCertificateName']) !== undefined &&
  (input['certificateArn'] ?? input['certificateName'] ?? input['certificateBody']) === undefined;

/** Path of a patch → key. Of several values of one path the last holds, as it does for the patch; lists keep them all. */
const patchKeys: readonly (readonly [operation: RegExp, path: RegExp, key: string, isList?: true])[] = [
  [/^UpdateRestApi$|^UpdateDomainName$/, /^\/endpointConfiguration\/types/, 'apigateway:Request/EndpointType', true],
  [/^UpdateRestApi$/, /^\/name$/, 'apigateway:Request/ApiName'],
  [/^UpdateRestApi$/, /^\/disableExecuteApiEndpoint$/, 'apigateway:Request/DisableExecuteApiEndpoint'],
  [/^UpdateMethod$/, /^\/authorizationType$/, 'apigateway:Request/RouteAuthorizationType'],
  [/^UpdateMethod$/, /^\/apiKeyRequired$/, 'apigateway:Request/ApiKeyRequired'],
  [/^UpdateAuthorizer$/, /^\/type$/, 'apigateway:Request/AuthorizerType'],
  [/^UpdateAuthorizer$/, /^\/authorizerUri$/, 'apigateway:Request/AuthorizerUri'],
  [/^UpdateAuthorizer$/, /^\/providerARNs/, 'apigateway:CognitoUserPoolProviderArn', true],
  [/^UpdateStage$/, /^\/accessLogSettings\/destinationArn$/, 'apigateway:Request/AccessLoggingDestination'],
  [/^UpdateStage$/, /^\/accessLogSettings\/format$/, 'apigateway:Request/AccessLoggingFormat'],
  [/^UpdateDomainName$/, /^\/securityPolicy$/, 'apigateway:Request/SecurityPolicy'],
  [/^UpdateDomainName$/, /^\/mutualTlsAuthentication\/truststoreUri$/, 'apigateway:Request/MtlsTrustStoreUri'],
  [/^UpdateDomainName$/, /^\/mutualTlsAuthentication\/truststoreVersion$/, 'apigateway:Request/MtlsTrustStoreVersion'],
];

function patchedValues(operation: string, input: Input): ReadonlyMap<string, string | readonly string[]> {
  const values = new Map<string, string | readonly string[]>();
  const patches = (Array.isArray(input['patchOperations']) ? input['patchOperations'] : []) as {
    path?: unknown;
    value?: unknown;
  }[];
  for (const { path: given, value } of patches) {
    if (typeof given !== 'string' || typeof value !== 'string') continue;
    // Domain names take paths without their slash too.
    const path = `/${given.replace(/^\//, '')}`;
    for (const [of, pattern, key, isList] of patchKeys) {
      if (!of.test(operation) || !pattern.test(path)) continue;
      values.set(key, isList === true ? [...((values.get(key) as readonly string[]) ?? []), value] : value);
    }
  }
  return values;
}

/** What the call's path leads to; nothing of what belongs to somebody else. */
async function resourceValues(tx: ReadTransaction, made: AuthorizedCall, path: string) {
  const values = new Map<string, string | readonly string[]>();
  const put = (name: string, value: string | readonly string[] | undefined): void => {
    if (value !== undefined) values.set(`apigateway:resource/${name.toLowerCase()}`, value);
  };
  const { account, region } = made.call;
  const isOwn = (record: { readonly account: string; readonly region: string } | undefined): boolean =>
    record?.account === account && record.region === region;
  const tagged = (...inherited: (Tags | undefined)[]): void => {
    for (const [key, value] of Object.entries(Object.assign({}, ...inherited) as Tags)) {
      values.set(`aws:resourcetag/${key.toLowerCase()}`, value);
      values.set(`apigateway:resourcetag/${key.toLowerCase()}`, value);
    }
  };
  const [family = '', id = '', child, childId = ''] = taggedPath(path).slice(1).split('/');
  const isItself = child === undefined;
  switch (family) {
    case 'restapis': {
      const api = await tx.get(restApis, [id]);
      if (api === undefined || !isOwn(api)) break;
      const stage = child === 'stages' ? await tx.get(stages, [id, childId]) : undefined;
      tagged(api.tags, stage?.tags);
      if (child === 'stages') put('StageName', stage?.stageName);
      if (!isItself) break;
      put('EndpointType', api.endpointConfiguration.types);
      put('ApiName', api.name);
      put('DisableExecuteApiEndpoint', String(api.disableExecuteApiEndpoint));
      break;
    }
    case 'apis': {
      const api = await tx.get(v2Apis, [id]);
      if (api === undefined || !isOwn(api)) break;
      // Nothing is inherited in v2 ("API Gateway resources that can be tagged").
      const stage = child === 'stages' ? await tx.get(v2Stages, [id, childId]) : undefined;
      if (isItself) tagged(api.tags);
      else tagged(stage?.tags);
      if (child === 'stages') put('StageName', stage?.stageName);
      if (!isItself) break;
      put('ApiName', api.name);
      put('DisableExecuteApiEndpoint', String(api.disableExecuteApiEndpoint));
      break;
    }
    case 'domainnames': {
      const domainNameId = made.input['domainNameId'] ?? made.input['DomainNameId'];
      const suffix = typeof domainNameId === 'string' ? `+${domainNameId}` : '';
      const domain = await tx.get(customDomains, [region, `${id.toLowerCase()}${suffix}`]);
      if (domain === undefined || !isOwn(domain)) break;
      tagged(domain.tags);
      if (!isItself) break;
      put(
        'EndpointType',
        domain.endpoints.map(({ endpointType }) => endpointType),
      );
      put('SecurityPolicy', domain.securityPolicy);
      put('MtlsTrustStoreUri', domain.mutualTlsAuthentication?.truststoreUri);
      put('MtlsTrustStoreVersion', domain.mutualTlsAuthentication?.truststoreVersion);
      break;
    }
    case 'usageplans':
      tagged((await tx.get(usagePlans, [account, region, id]))?.tags);
      break;
    case 'apikeys':
      tagged((await tx.get(apiKeys, [account, region, id]))?.tags);
      break;
    case 'clientcertificates':
      tagged((await tx.get(clientCertificates, [account, region, id]))?.tags);
      break;
    case 'vpclinks':
      tagged(
        (await tx.get(vpcLinks, [account, region, id]))?.tags,
        (await tx.get(v2VpcLinks, [account, region, id]))?.tags,
      );
  }
  return values;
}

/** Calls on tags name what they are about by its ARN: `/tags/arn:aws:apigateway:us-east-1::/restapis/abc`. */
function taggedPath(path: string): string {
  const about = /^\/tags\/arn:[^:]+:apigateway:[^:]*:\d*:(?:\/v2)?(\/.*)$/.exec(path)?.[1] ?? path;
  return about.replace(/\/stages\/%24/, '/stages/$');
}
