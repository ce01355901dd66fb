/** Reads a whole OpenAPI document as the description of a REST API. */
import { defined } from '../../base/defined.ts';
import { childPath } from '../path-parts.ts';
import type { GatewayResponse } from '../rest-api.ts';
import { type BasePathMode, basePathOf, maxPathParts } from './base-path.ts';
import type {
  ApiDescription,
  Findings,
  MethodDescription,
  PathDescription,
  RequestValidatorDescription,
} from './description.ts';
import { type Dialect, dialectOf } from './dialect.ts';
import { type ImportPlace, readDocument, versionOf } from './document.ts';
import { documentationPartsOf } from './documentation.ts';
import { unreadExtensions } from './extensions.ts';
import { isNode, memberOf, membersOf, type Node, nodeOf } from './members.ts';
import { methodOf } from './method.ts';
import { type Models, modelsOf } from './models.ts';
import { parseIssuesOf } from './parse-issues.ts';
import { type Resolve, resolverOf } from './references.ts';
import { authorizersOf } from './security.ts';

export interface ImportOptions extends ImportPlace {
  readonly basePath: BasePathMode;
  /** The documentation parts of the document are left out. */
  readonly ignoreDocumentation: boolean;
}

/** All that is needed to read one part of the document. */
export interface Reading {
  readonly dialect: Dialect;
  readonly models: Models;
  readonly resolve: Resolve;
  readonly findings: Findings;
  /** Names of the request validators. */
  readonly validators: ReadonlySet<string>;
  readonly defaultValidator: string | undefined;
}

/** Throws a BadRequestException when the text is no valid document; what else is wrong with it stands in the findings. */
export async function describeApi(
  body: Uint8Array,
  options: ImportOptions,
): Promise<{ description: ApiDescription; findings: Findings }> {
  const document = await readDocument(body, options);
  const findings: Findings = { errors: [], warnings: [] };
  const dialect = dialectOf(document);
  const root = membersOf(document, (complaint) => findings.errors.push(`Unable to parse API definition: ${complaint}`));
  const requestValidators = validatorsOf(root.node('x-amazon-apigateway-request-validators') ?? {}, findings);
  const reading: Reading = {
    dialect,
    models: modelsOf(document, dialect.schemas, dialect.schemaPrefix, findings),
    resolve: resolverOf(document),
    findings,
    validators: new Set(requestValidators.map(({ name }) => name)),
    defaultValidator: root.text('x-amazon-apigateway-request-validator'),
  };
  if (versionOf(document) === 3) findings.warnings.push(...parseIssuesOf(document));
  warnOfWhatIsLeftOut(document, findings);

  const info = membersOf(nodeOf(memberOf(document, 'info')), () => {});
  const endpoint = membersOf(nodeOf(dialect.endpointConfiguration), (complaint) =>
    findings.errors.push(`Unable to parse API definition: x-amazon-apigateway-endpoint-configuration: ${complaint}`),
  );
  const paths = pathsOf(nodeOf(memberOf(document, 'paths')), basePathOf(dialect, options.basePath), reading);
  if (reading.models.all.length > maxModels) {
    findings.errors.push(`Unable to parse API definition: more than ${maxModels} models`);
  }
  const description = defined({
    name: info.text('title') ?? '',
    description: info.text('description') || undefined,
    version: info.text('version') || undefined,
    binaryMediaTypes: root.texts('x-amazon-apigateway-binary-media-types'),
    minimumCompressionSize: root.integer('x-amazon-apigateway-minimum-compression-size'),
    apiKeySource: root.text('x-amazon-apigateway-api-key-source')?.toUpperCase(),
    policy: policyOf(document),
    vpcEndpointIds: endpoint.texts('vpcEndpointIds'),
    disableExecuteApiEndpoint: endpoint.flag('disableExecuteApiEndpoint'),
    securityPolicy: root.text('x-amazon-apigateway-security-policy'),
    endpointAccessMode: root.text('x-amazon-apigateway-endpoint-access-mode'),
    // After the paths, for reading those adds the models of schemas written in place.
    models: reading.models.all,
    requestValidators,
    authorizers: authorizersOf(dialect.securitySchemes, (text) => findings.errors.push(text)),
    gatewayResponses: gatewayResponsesOf(root.node('x-amazon-apigateway-gateway-responses') ?? {}, findings),
    documentationParts:
      options.ignoreDocumentation || memberOf(document, 'x-amazon-apigateway-documentation') === undefined
        ? undefined
        : documentationPartsOf(document, (text) => findings.warnings.push(text)),
    paths,
  });
  return { description, findings };
}

function policyOf(document: Node): string | undefined {
  const policy = memberOf(document, 'x-amazon-apigateway-policy');
  if (policy === undefined || policy === null) return undefined;
  return typeof policy === 'string' ? policy : JSON.stringify(policy);
}

function warnOfWhatIsLeftOut(document: Node, findings: Findings): void {
  const security = memberOf(document, 'security');
  if (Array.isArray(security) && security.length > 0) {
    findings.warnings.push('The security of the whole document does not count, only that of each operation. Ignoring.');
  }
  const servers = memberOf(document, 'servers');
  if (Array.isArray(servers) && servers.length > 1) {
    // As users quote it.
    findings.warnings.push(
      'More than one server provided. Ignoring all but the first for defining endpoint configuration',
    );
  }
  for (const name of unreadExtensions(document, 'document')) {
    findings.warnings.push(`${name} has no meaning for the document. Ignoring.`);
  }
  for (const name of ['x-amazon-apigateway-cors', 'x-amazon-apigateway-integrations']) {
    if (memberOf(document, name) !== undefined) findings.warnings.push(`${name} is for HTTP APIs only. Ignoring.`);
  }
}

function validatorsOf(validators: Node, findings: Findings): RequestValidatorDescription[] {
  return Object.entries(validators).map(([name, validator]) => {
    const members = membersOf(nodeOf(validator), (complaint) =>
      findings.errors.push(`Unable to create request validator '${name}': ${complaint}`),
    );
    return {
      name,
      validateRequestBody: members.flag('validateRequestBody') ?? false,
      validateRequestParameters: members.flag('validateRequestParameters') ?? false,
    };
  });
}

function gatewayResponsesOf(responses: Node, findings: Findings): GatewayResponse[] {
  return Object.entries(responses).map(([responseType, response]) => {
    const members = membersOf(nodeOf(response), (complaint) =>
      findings.errors.push(`Unable to put gateway response '${responseType}': ${complaint}`),
    );
    return defined({
      responseType,
      // AWS exports "DEFAULT" where the type has no status of its own.
      statusCode: members.text('statusCode')?.replace(/^(DEFAULT|)$/i, '') || undefined,
      responseParameters: members.textMap('responseParameters'),
      responseTemplates: members.textMap('responseTemplates'),
    });
  });
}

const maxModels = 2000;

const methodKeys: Readonly<Record<string, string>> = {
  get: 'GET',
  put: 'PUT',
  post: 'POST',
  delete: 'DELETE',
  patch: 'PATCH',
  options: 'OPTIONS',
  head: 'HEAD',
  'x-amazon-apigateway-any-method': 'ANY',
};

function pathsOf(paths: Node, basePath: string, reading: Reading): PathDescription[] {
  const { findings } = reading;
  const described = new Map<string, MethodDescription[]>();
  if (basePath !== '/') described.set(basePath, []);
  for (const [template, item] of Object.entries(paths)) {
    if (template.startsWith('x-')) continue;
    const fault = (complaint: string) =>
      findings.errors.push(`Unable to parse API definition at path ${template}: ${complaint}`);
    const parts = template.split('/').filter((part) => part !== '');
    if (parts.length > maxPathParts) {
      fault(`more than ${maxPathParts} path parts`);
      continue;
    }
    const path = parts.reduce(childPath, basePath);
    const node = reading.resolve(item, fault);
    if (node === undefined) continue;
    const methods = described.get(path) ?? [];
    described.set(path, methods);
    for (const name of unreadExtensions(node, 'path')) {
      findings.warnings.push(`${name} has no meaning at path ${template}. Ignoring.`);
    }
    for (const [key, operation] of Object.entries(node)) {
      if (key === 'trace') findings.warnings.push(`Method TRACE at path ${template} is not supported. Ignoring.`);
      const httpMethod = Object.hasOwn(methodKeys, key) ? methodKeys[key] : undefined;
      if (httpMethod === undefined) continue;
      if (!isNode(operation)) fault(`${key} must be an object`);
      else if (methods.some((method) => method.httpMethod === httpMethod)) fault(`${httpMethod} is defined twice`);
      else methods.push(methodOf({ httpMethod, path, item: node, operation }, reading));
    }
  }
  return [...described].map(([path, methods]) => ({ path, methods }));
}
