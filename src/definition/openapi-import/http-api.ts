/** Reads a whole OpenAPI 3 document as the description of an HTTP API (row OAS-19; guide, "Working with OpenAPI definitions for HTTP APIs"). */
import { defined } from '../../base/defined.ts';
import { Problem } from '../../base/problem.ts';
import { childPath } from '../path-parts.ts';
import type { CorsConfiguration } from '../v2-api.ts';
import { type BasePathMode, basePathOf, maxPathParts } from './base-path.ts';
import { type Dialect, dialectOf } from './dialect.ts';
import { type ImportPlace, readDocument, versionOf } from './document.ts';
import type { HttpApiDescription, HttpFindings, HttpRouteDescription } from './http-api-description.ts';
import { type HttpIntegrations, httpIntegrations } from './http-integrations.ts';
import { httpAuthorizersOf, routeSecurityOf } from './http-security.ts';
import { isNode, memberOf, membersOf, type Node, nodeOf } from './members.ts';
import { parseIssuesOf } from './parse-issues.ts';
import { type Resolve, resolverOf } from './references.ts';

export interface HttpImportOptions extends ImportPlace {
  readonly basePath: BasePathMode;
}

/** Throws a BadRequestException when the text is no valid OpenAPI 3 document; what else is wrong with it stands in the findings. */
export async function describeHttpApi(
  text: string,
  options: HttpImportOptions,
): Promise<{ description: HttpApiDescription; findings: HttpFindings }> {
  const document = await readDocument(Buffer.from(text), options);
  if (versionOf(document) !== 3) {
    throw new Problem('BadRequestException', 'Unable to parse API definition: HTTP APIs support only OpenAPI 3.0');
  }
  const findings: HttpFindings = { errors: [], warnings: parseIssuesOf(document), info: [] };
  const dialect = dialectOf(document);
  const root = membersOf(document, (complaint) => findings.errors.push(`Unable to parse API definition: ${complaint}`));
  const resolve = resolverOf(document);
  const integrations = httpIntegrations(resolve, findings);
  const reading = { document, dialect, resolve, findings, integrations };
  const routes = routesOf(reading, basePathOf(dialect, options.basePath));
  for (const name of restOnly) {
    if (memberOf(document, name) !== undefined) findings.info.push(`${name} is not supported for HTTP APIs. Ignoring.`);
  }
  const info = membersOf(nodeOf(memberOf(document, 'info')), () => {});
  const endpoint = membersOf(nodeOf(dialect.endpointConfiguration), (complaint) =>
    findings.errors.push(`Unable to parse API definition: x-amazon-apigateway-endpoint-configuration: ${complaint}`),
  );
  const description = defined({
    name: info.text('title') ?? '',
    description: info.text('description') || undefined,
    version: info.text('version') || undefined,
    disableExecuteApiEndpoint: endpoint.flag('disableExecuteApiEndpoint'),
    corsConfiguration: corsOf(root.node('x-amazon-apigateway-cors'), findings),
    tags: tagsOf(memberOf(document, 'tags')),
    authorizers: httpAuthorizersOf(dialect.securitySchemes, findings),
    integrations: integrations.all,
    routes,
  });
  return { description, findings };
}

/** Extensions of the whole document that REST APIs alone have (row VS-01). */
const restOnly = [
  ...['api-key-source', 'binary-media-types', 'documentation', 'gateway-responses', 'minimum-compression-size'],
  ...['policy', 'request-validator', 'request-validators', 'security-policy', 'endpoint-access-mode'],
].map((name) => `x-amazon-apigateway-${name}`);

function corsOf(node: Node | undefined, findings: HttpFindings): CorsConfiguration | undefined {
  if (node === undefined) return undefined;
  const members = membersOf(node, (complaint) => findings.errors.push(`x-amazon-apigateway-cors: ${complaint}`));
  return defined({
    allowCredentials: members.flag('allowCredentials'),
    allowHeaders: members.texts('allowHeaders'),
    allowMethods: members.texts('allowMethods'),
    allowOrigins: members.texts('allowOrigins'),
    exposeHeaders: members.texts('exposeHeaders'),
    maxAge: members.integer('maxAge'),
  });
}

/** A tag without a value has the empty one. */
function tagsOf(tags: unknown): Record<string, string> {
  const list = Array.isArray(tags) ? tags.map(nodeOf) : [];
  return Object.fromEntries(
    list.map((tag) => [
      String(memberOf(tag, 'name') ?? ''),
      String(memberOf(tag, 'x-amazon-apigateway-tag-value') ?? ''),
    ]),
  );
}

interface Reading {
  readonly document: Node;
  readonly dialect: Dialect;
  readonly resolve: Resolve;
  readonly findings: HttpFindings;
  readonly integrations: HttpIntegrations;
}

const anyMethod = 'x-amazon-apigateway-any-method';
const verbs = ['get', 'put', 'post', 'delete', 'patch', 'options', 'head'];

function routesOf(reading: Reading, basePath: string): HttpRouteDescription[] {
  const { document, findings, resolve } = reading;
  const routes: HttpRouteDescription[] = [];
  for (const [template, item] of Object.entries(nodeOf(memberOf(document, 'paths')))) {
    if (template.startsWith('x-')) continue;
    const node = resolve(item, (complaint) =>
      findings.errors.push(`Unable to parse API definition at path ${template}: ${complaint}`),
    );
    if (node === undefined) continue;
    const parts = template.split('/').filter((part) => part !== '');
    if (parts.length > maxPathParts) {
      findings.errors.push(`Unable to parse API definition at path ${template}: more than ${maxPathParts} path parts`);
      continue;
    }
    // A slash at the end makes another route of it.
    const path = parts.reduce(childPath, basePath) + (parts.length > 0 && template.endsWith('/') ? '/' : '');
    for (const [key, operation] of Object.entries(node)) {
      if (key === 'trace') findings.info.push(`TRACE at path ${template} is not supported for HTTP APIs. Ignoring.`);
      if ((!verbs.includes(key) && key !== anyMethod) || !isNode(operation)) continue;
      const isDefault = key === anyMethod && memberOf(operation, 'isDefaultRoute') === true;
      const method = key === anyMethod ? 'ANY' : key.toUpperCase();
      const routeKey = isDefault ? '$default' : `${method} ${path}`;
      if (routes.some((route) => route.routeKey === routeKey)) {
        findings.errors.push(`Route with key ${routeKey} is defined twice`);
      } else routes.push(routeOf(reading, routeKey, operation));
    }
  }
  return routes;
}

/** Parts of an operation that have no meaning for an HTTP API, which checks no requests and describes no answers. */
const ignored = ['requestBody', 'callbacks', 'x-amazon-apigateway-request-validator'];

function routeOf(
  { document, dialect, findings, integrations }: Reading,
  routeKey: string,
  operation: Node,
): HttpRouteDescription {
  for (const name of ignored) {
    if (memberOf(operation, name) !== undefined) {
      findings.info.push(`${name} of route ${routeKey} is not supported for HTTP APIs. Ignoring.`);
    }
  }
  const operationId = memberOf(operation, 'operationId');
  return defined({
    routeKey,
    operationName: typeof operationId === 'string' && operationId !== '' ? operationId : undefined,
    ...routeSecurityOf({ routeKey, operation, document, schemes: dialect.securitySchemes }, findings),
    integration: integrations.keyFor(routeKey, memberOf(operation, 'x-amazon-apigateway-integration')),
  });
}
