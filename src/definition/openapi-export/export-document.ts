/**
 * A deployed REST API as an OpenAPI document (rows OAS-15 to OAS-18): Swagger 2.0 or OpenAPI 3.0.1, with as many of API Gateway's own extensions as were
 * asked for. What the import reads is written here in the same places, so that a document exported with all extensions makes the same API again.
 */
import type { DocumentationVersion } from '../documentation.ts';
import type { GatewayResponse, RequestValidator } from '../rest-api.ts';
import type { RestSnapshot } from '../snapshot.ts';
import { injectedInto } from './documentation-injection.ts';
import { exportedModels } from './export-models.ts';
import { type Json, withoutEmpty } from './json.ts';
import { operationOf } from './operation.ts';
import { securitySchemesOf } from './security-schemes.ts';

export interface ExportOptions {
  readonly kind: 'swagger' | 'oas30';
  readonly integrations: boolean;
  readonly authorizers: boolean;
  readonly validators: boolean;
  readonly documentation: boolean;
  readonly stageName: string;
  /** `a1b2c3d4e5.execute-api.us-east-1.amazonaws.com` */
  readonly host: string;
  /** `info.version`. */
  readonly version: string;
  /** Of the stage; undefined when it shows none. */
  readonly documented: DocumentationVersion | undefined;
}

/** What every part of the document is made with. */
export interface Exporting extends ExportOptions {
  readonly snapshot: RestSnapshot;
  /** Beginning of a reference to a schema. */
  readonly schemaPrefix: string;
  /** Properties of the documentation that an entity has or inherits. */
  readonly documentationOf: ReturnType<typeof injectedInto>;
}

export const exportingOf = (snapshot: RestSnapshot, options: ExportOptions): Exporting => ({
  ...options,
  snapshot,
  schemaPrefix: options.kind === 'swagger' ? '#/definitions/' : '#/components/schemas/',
  documentationOf: injectedInto(options.documented?.parts ?? []),
});

/** Throws an Error with AWS's sentence where a body cannot be said: `Only found non-JSON body models for …` (row OAS-16). */
export function exportDocument(snapshot: RestSnapshot, options: ExportOptions): Json {
  const isSwagger = options.kind === 'swagger';
  const exporting = exportingOf(snapshot, options);
  const paths = pathsOf(exporting);
  const schemas = exportedModels(exporting);
  const schemes = securitySchemesOf(exporting);
  const { info: documentedInfo, ...documentedRoot } = exporting.documentationOf({ type: 'API' });
  const info = {
    title: snapshot.api.name,
    ...(snapshot.api.description !== undefined && { description: snapshot.api.description }),
    ...(typeof documentedInfo === 'object' && documentedInfo !== null ? documentedInfo : {}),
    version: options.version,
  };
  if (isSwagger) {
    return withoutEmpty({
      swagger: '2.0',
      info,
      host: options.host,
      basePath: `/${options.stageName}`,
      schemes: ['https'],
      ...documentedRoot,
      paths,
      securityDefinitions: schemes,
      definitions: schemas,
      ...extensionsOf(exporting),
    });
  }
  return withoutEmpty({
    openapi: '3.0.1',
    info,
    servers: [{ url: `https://${options.host}/{basePath}`, variables: { basePath: { default: options.stageName } } }],
    ...documentedRoot,
    paths,
    components: withoutEmpty({ schemas, securitySchemes: schemes }),
    ...extensionsOf(exporting),
  });
}

function pathsOf(exporting: Exporting): Json {
  const paths: Record<string, Json> = {};
  for (const resource of exporting.snapshot.resources) {
    const operations = Object.values(resource.methods)
      .sort((a, b) => (a.httpMethod < b.httpMethod ? -1 : 1))
      .map((method) => [
        method.httpMethod === 'ANY' ? 'x-amazon-apigateway-any-method' : method.httpMethod.toLowerCase(),
        operationOf(resource, method, exporting),
      ]);
    if (operations.length > 0) paths[resource.path] = Object.fromEntries(operations);
  }
  return paths;
}

/** Of the whole API. They go with the integrations; validators have a set of their own. The endpoint's type is not exported (row OAS-15). */
function extensionsOf({ snapshot, integrations, authorizers, validators, documentation, documented }: Exporting): Json {
  const { api, requestValidators = [], gatewayResponses = [] } = snapshot;
  return {
    ...(integrations && {
      'x-amazon-apigateway-binary-media-types': api.binaryMediaTypes,
      'x-amazon-apigateway-minimum-compression-size': api.minimumCompressionSize,
      'x-amazon-apigateway-gateway-responses': Object.fromEntries(gatewayResponses.map(exportedResponse)),
    }),
    ...(authorizers && {
      'x-amazon-apigateway-policy': api.policy === undefined ? undefined : JSON.parse(api.policy),
      ...(api.apiKeySource !== 'HEADER' && { 'x-amazon-apigateway-api-key-source': api.apiKeySource }),
    }),
    ...(validators && {
      'x-amazon-apigateway-request-validators': Object.fromEntries(requestValidators.map(exportedValidator)),
    }),
    ...(documentation &&
      documented !== undefined && {
        'x-amazon-apigateway-documentation': {
          version: documented.version,
          createdDate: new Date(Math.floor(documented.createdAtMs / 1000) * 1000).toISOString().replace('.000Z', 'Z'),
          documentationParts: documented.parts.map(({ location, properties }) => ({
            location,
            properties: JSON.parse(properties) as Json,
          })),
        },
      }),
  };
}

const exportedResponse = ({ responseType, ...response }: GatewayResponse): [string, Json] => [responseType, response];

const exportedValidator = (validator: RequestValidator): [string, Json] => [
  validatorName(validator),
  {
    validateRequestParameters: validator.validateRequestParameters,
    validateRequestBody: validator.validateRequestBody,
  },
];

/** A validator need have no name, but a document knows it by one. */
export const validatorName = ({ name, id }: RequestValidator): string => name || id;
