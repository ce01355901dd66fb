/** Where Swagger 2.0 and OpenAPI 3 keep the same things in different places. */
import { versionOf } from './document.ts';
import { isNode, memberOf, type Node, nodeOf } from './members.ts';

/** Schemas by content type. */
export type Schemas = readonly (readonly [contentType: string, schema: unknown])[];

export interface Dialect {
  readonly schemas: Node;
  /** Beginning of a reference to one of them. */
  readonly schemaPrefix: string;
  readonly securitySchemes: Node;
  /** `/` when there is none. */
  readonly basePath: string;
  /** `x-amazon-apigateway-endpoint-configuration`: at the root in Swagger, at the server in OpenAPI 3. */
  readonly endpointConfiguration: unknown;
  /** `bodyParameter` is Swagger's `in: body`, `requestBody` OpenAPI 3's, both with references followed. */
  requestSchemas(operation: Node, bodyParameter: Node | undefined, requestBody: Node | undefined): Schemas;
  responseSchemas(operation: Node, response: Node): Schemas;
}

export const dialectOf = (document: Node): Dialect =>
  versionOf(document) === 2 ? swagger2(document) : openapi3(document);

const endpointExtension = 'x-amazon-apigateway-endpoint-configuration';

function swagger2(document: Node): Dialect {
  const types = (operation: Node, name: 'consumes' | 'produces'): readonly string[] => {
    const list = memberOf(operation, name) ?? memberOf(document, name);
    return Array.isArray(list) && list.length > 0 ? list.map(String) : ['application/json'];
  };
  const forEach = (contentTypes: readonly string[], schema: unknown): Schemas =>
    schema === undefined ? [] : contentTypes.map((type) => [type, schema]);
  return {
    schemas: nodeOf(memberOf(document, 'definitions')),
    schemaPrefix: '#/definitions/',
    securitySchemes: nodeOf(memberOf(document, 'securityDefinitions')),
    basePath: String(memberOf(document, 'basePath') ?? '/'),
    endpointConfiguration: memberOf(document, endpointExtension),
    requestSchemas: (operation, bodyParameter) =>
      forEach(types(operation, 'consumes'), bodyParameter && memberOf(bodyParameter, 'schema')),
    responseSchemas: (operation, response) => forEach(types(operation, 'produces'), memberOf(response, 'schema')),
  };
}

function openapi3(document: Node): Dialect {
  const components = nodeOf(memberOf(document, 'components'));
  const servers = memberOf(document, 'servers');
  const server = nodeOf(Array.isArray(servers) ? servers[0] : undefined);
  const byContentType = (body: Node | undefined): Schemas =>
    Object.entries(nodeOf(body && memberOf(body, 'content'))).flatMap(([type, media]) => {
      const schema = memberOf(nodeOf(media), 'schema');
      return schema === undefined ? [] : [[type, schema] as const];
    });
  return {
    schemas: nodeOf(memberOf(components, 'schemas')),
    schemaPrefix: '#/components/schemas/',
    securitySchemes: nodeOf(memberOf(components, 'securitySchemes')),
    basePath: serverBasePath(server),
    endpointConfiguration: memberOf(server, endpointExtension) ?? memberOf(document, endpointExtension),
    requestSchemas: (_operation, _bodyParameter, requestBody) => byContentType(requestBody),
    responseSchemas: (_operation, response) => byContentType(response),
  };
}

/** The server variable `basePath` where there is one, as AWS exports it, else the path of the server's URL (row OAS-03). */
function serverBasePath(server: Node): string {
  const variables = nodeOf(memberOf(server, 'variables'));
  const defaultOf = (name: string): string => String(memberOf(nodeOf(memberOf(variables, name)), 'default') ?? '');
  if (isNode(memberOf(variables, 'basePath'))) return defaultOf('basePath');
  const url = String(memberOf(server, 'url') ?? '').replaceAll(/\{([^{}]*)\}/g, (_, name: string) => defaultOf(name));
  return (
    url
      .replace(/^[a-zA-Z][a-zA-Z0-9+.-]*:/, '')
      .replace(/^\/\/[^/?#]*/, '')
      .replace(/[?#].*$/, '') || '/'
  );
}
