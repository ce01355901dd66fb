/** An HTTP API as an OpenAPI 3.0 document, in the form in which AWS exports one (row OAS-20). What is written with extensions reads back as the same API. */
import { defined } from '../../base/defined.ts';
import { parseHttpRouteKey } from '../route-keys.ts';
import type { CorsConfiguration, Route, V2Api, V2Authorizer, V2Integration } from '../v2-api.ts';

export interface HttpApiContent {
  readonly api: V2Api;
  readonly routes: readonly Route[];
  readonly integrations: readonly V2Integration[];
  readonly authorizers: readonly V2Authorizer[];
}

export interface HttpExportOptions {
  readonly includeExtensions: boolean;
  /** Without stage: `https://{api}.execute-api.…`. */
  readonly endpoint: string;
  /** Part of the server's address, unless it is `$default`. */
  readonly stageName?: string;
}

type Document = Readonly<Record<string, unknown>>;

const anyMethod = 'x-amazon-apigateway-any-method';

/** The document as plain values, for JSON or YAML. */
export function openApiOf(content: HttpApiContent, options: HttpExportOptions): Document {
  const { api, authorizers } = content;
  const tags = Object.entries(api.tags);
  const shared = sharedIntegrations(content);
  const { includeExtensions } = options;
  const components = defined({
    securitySchemes: schemesOf(content, includeExtensions),
    'x-amazon-apigateway-integrations':
      includeExtensions && shared.size > 0
        ? Object.fromEntries([...shared].map(([id, integration]) => [id, integrationOf(integration)]))
        : undefined,
  });
  return defined({
    openapi: '3.0.1',
    info: defined({
      title: api.name,
      description: api.description,
      version: api.version ?? new Date(api.createdAtMs).toISOString().replace('T', ' ').replace(/\..*/, 'UTC'),
    }),
    servers: [serverOf(api, options)],
    tags:
      tags.length > 0
        ? tags.map(([name, value]) => ({ name, ...(includeExtensions && { 'x-amazon-apigateway-tag-value': value }) }))
        : undefined,
    paths: pathsOf(
      content,
      includeExtensions,
      new Set(shared.keys()),
      new Map(authorizers.map((a) => [a.authorizerId, a])),
    ),
    components: Object.keys(components).length > 0 ? components : undefined,
    ...(includeExtensions && {
      ...(api.corsConfiguration && { 'x-amazon-apigateway-cors': corsOf(api.corsConfiguration) }),
      'x-amazon-apigateway-importexport-version': '1.0',
    }),
  });
}

/** In AWS's order, with the defaults that AWS's exports show. */
function corsOf(cors: CorsConfiguration): Document {
  return defined({
    allowMethods: cors.allowMethods,
    allowHeaders: cors.allowHeaders,
    exposeHeaders: cors.exposeHeaders,
    maxAge: cors.maxAge ?? 0,
    allowCredentials: cors.allowCredentials ?? false,
    allowOrigins: cors.allowOrigins,
  });
}

function serverOf(api: V2Api, { endpoint, stageName, includeExtensions }: HttpExportOptions): Document {
  const basePath = stageName === undefined || stageName === '$default' ? '' : stageName;
  return {
    url: `${endpoint}/{basePath}`,
    variables: { basePath: { default: basePath } },
    ...(includeExtensions &&
      api.disableExecuteApiEndpoint && {
        'x-amazon-apigateway-endpoint-configuration': { disableExecuteApiEndpoint: true },
      }),
  };
}

/** Those that several routes lead to stand once, among the components. */
function sharedIntegrations({ routes, integrations }: HttpApiContent): ReadonlyMap<string, V2Integration> {
  const uses = (integrationId: string): number =>
    routes.filter(({ target }) => target === `integrations/${integrationId}`).length;
  return new Map(
    integrations.filter(({ integrationId }) => uses(integrationId) > 1).map((each) => [each.integrationId, each]),
  );
}

function pathsOf(
  { routes, integrations }: HttpApiContent,
  includeExtensions: boolean,
  shared: ReadonlySet<string>,
  authorizers: ReadonlyMap<string, V2Authorizer>,
): Document {
  const byId = new Map(integrations.map((each) => [each.integrationId, each]));
  const paths = new Map<string, Record<string, unknown>>();
  for (const route of [...routes].sort((a, b) => (a.routeKey < b.routeKey ? -1 : 1))) {
    const key = parseHttpRouteKey(route.routeKey);
    const path = key?.path ?? '/$default';
    const integrationId = route.target?.slice('integrations/'.length);
    const integration = integrationId === undefined ? undefined : byId.get(integrationId);
    const reference = integration && shared.has(integration.integrationId);
    const operation = defined({
      operationId: route.operationName,
      responses: { default: { description: `Default response for ${route.routeKey}` } },
      security: securityOf(route, authorizers),
      isDefaultRoute: key === undefined ? true : undefined,
      'x-amazon-apigateway-integration':
        includeExtensions && integration
          ? reference
            ? { $ref: `#/components/x-amazon-apigateway-integrations/${integration.integrationId}` }
            : integrationOf(integration)
          : undefined,
    });
    const verb = key === undefined || key.method === 'ANY' ? anyMethod : key.method.toLowerCase();
    paths.set(path, { ...paths.get(path), [verb]: operation });
  }
  return Object.fromEntries(
    [...paths]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([path, item]) => [path, defined({ ...item, parameters: parametersOf(path) })]),
  );
}

/** Of the path, not of its operations, and a greedy one with its plus: as AWS generates them. */
function parametersOf(path: string): Document[] | undefined {
  const names = [...path.matchAll(/\{([^{}]+)\}/g)].map(([, name]) => name!);
  if (names.length === 0) return undefined;
  return names.map((name) => ({
    name,
    in: 'path',
    description: `Generated path parameter for ${name}`,
    required: true,
    schema: { type: 'string' },
  }));
}

/** Name of the scheme that stands for IAM; a term AWS reserves. */
const iamScheme = 'sigv4';

function securityOf(route: Route, authorizers: ReadonlyMap<string, V2Authorizer>): Document[] | undefined {
  if (route.authorizationType === 'AWS_IAM') return [{ [iamScheme]: [] }];
  const authorizer = route.authorizerId === undefined ? undefined : authorizers.get(route.authorizerId);
  if (authorizer === undefined || route.authorizationType === 'NONE') return undefined;
  return [{ [authorizer.name]: route.authorizationScopes ?? [] }];
}

function schemesOf({ routes, authorizers }: HttpApiContent, includeExtensions: boolean): Document | undefined {
  const schemes = Object.fromEntries(authorizers.map((each) => [each.name, schemeOf(each, includeExtensions)]));
  if (routes.some(({ authorizationType }) => authorizationType === 'AWS_IAM')) {
    schemes[iamScheme] = {
      type: 'apiKey',
      name: 'Authorization',
      in: 'header',
      ...(includeExtensions && { 'x-amazon-apigateway-authtype': 'awsSigv4' }),
    };
  }
  return Object.keys(schemes).length === 0 ? undefined : schemes;
}

function schemeOf(authorizer: V2Authorizer, includeExtensions: boolean): Document {
  const { authorizerType: type, identitySource = [], jwtConfiguration } = authorizer;
  const [, where, name] = /^\$request\.(header|querystring)\.(.+)$/.exec(identitySource[0] ?? '') ?? [];
  const isSingle = identitySource.length === 1 && name !== undefined;
  const scheme: Document =
    type === 'JWT'
      ? { type: 'oauth2', flows: {} }
      : {
          type: 'apiKey',
          name: isSingle ? name : 'Unused',
          in: isSingle && where === 'querystring' ? 'query' : 'header',
        };
  if (!includeExtensions) return scheme;
  const extension = defined({
    type: type.toLowerCase(),
    identitySource: identitySource.length > 0 ? identitySource.join(',') : undefined,
    jwtConfiguration:
      jwtConfiguration && defined({ audience: jwtConfiguration.audience, issuer: jwtConfiguration.issuer }),
    authorizerUri: authorizer.authorizerUri,
    authorizerCredentials: authorizer.authorizerCredentialsArn,
    authorizerPayloadFormatVersion: authorizer.authorizerPayloadFormatVersion,
    authorizerResultTtlInSeconds: authorizer.authorizerResultTtlInSeconds,
    enableSimpleResponses: authorizer.enableSimpleResponses,
  });
  return { ...scheme, 'x-amazon-apigateway-authorizer': extension };
}

/** In AWS's order; enumerations in lower case where AWS writes them so. A timeout is said where it is not the longest there is, its default. */
function integrationOf(integration: V2Integration): Document {
  const { timeoutInMillis } = integration;
  return defined({
    responseParameters: integration.responseParameters,
    integrationSubtype: integration.integrationSubtype,
    credentials: integration.credentialsArn,
    requestParameters: integration.requestParameters,
    payloadFormatVersion: integration.payloadFormatVersion,
    type: integration.integrationType.toLowerCase(),
    httpMethod: integration.integrationMethod,
    uri: integration.integrationUri,
    connectionType: integration.connectionType,
    connectionId: integration.connectionId,
    description: integration.description,
    timeoutInMillis: timeoutInMillis === 30_000 ? undefined : timeoutInMillis,
    tlsConfig: integration.tlsConfig,
  });
}
