/** One method as an operation. */

import type { DocumentationLocation, DocumentationType } from '../documentation.ts';
import type { Method, MethodResponse, Resource } from '../rest-api.ts';
import { type Exporting, validatorName } from './export-document.ts';
import { exportedIntegration } from './export-integration.ts';
import { type Json, withoutEmpty } from './json.ts';
import { securityOfMethod } from './security-schemes.ts';

const places = {
  path: { in: 'path', type: 'PATH_PARAMETER' },
  querystring: { in: 'query', type: 'QUERY_PARAMETER' },
  header: { in: 'header', type: 'REQUEST_HEADER' },
} as const satisfies Record<string, { in: string; type: DocumentationType }>;

export function operationOf(resource: Resource, method: Method, exporting: Exporting): Json {
  const { snapshot, integrations, validators, kind, documentationOf } = exporting;
  const at = { path: resource.path, method: method.httpMethod };
  const body = bodyOf(method.requestModels, `${method.httpMethod} ${resource.path}`);
  const bodyDocumentation = documentationOf({ type: 'REQUEST_BODY', ...at });
  const validator = snapshot.requestValidators?.find(({ id }) => id === method.requestValidatorId);
  const parameters = parametersOf(method, at, exporting);
  const responses = Object.values(method.methodResponses ?? {}).map((response) => [
    response.statusCode,
    responseOf(response, at, exporting),
  ]);
  const isSwagger = kind === 'swagger';
  if (isSwagger && body.length > 0) {
    const [, name] = body[0]!;
    parameters.push({ in: 'body', name, required: true, ...schemaOf(name, exporting), ...bodyDocumentation });
  }
  const modelled = Object.values(method.methodResponses ?? {}).flatMap((each) => typesOf(each.responseModels));
  // As in the guide's exports of proxy resources, whose methods have no responses.
  const produces = modelled.length > 0 ? [...new Set(modelled)] : ['application/json'];
  const operation = withoutEmpty({
    ...documentationOf({ type: 'METHOD', ...at }),
    operationId: method.operationName,
    ...(isSwagger && { consumes: body.map(([type]) => type), produces }),
    parameters,
    ...(!isSwagger &&
      body.length > 0 && {
        requestBody: { ...bodyDocumentation, content: contentOf(body, exporting), required: true },
      }),
    responses: Object.fromEntries(responses),
    security: securityOfMethod(method, exporting),
    ...(validators && validator !== undefined && { 'x-amazon-apigateway-request-validator': validatorName(validator) }),
    ...(integrations &&
      method.integration !== undefined && {
        'x-amazon-apigateway-integration': exportedIntegration(method.integration, resource.id),
      }),
  });
  // Swagger 2.0 wants responses; exports to OpenAPI 3 leave them out where a method has none, and write `get: {}` (as users quote them).
  return isSwagger && responses.length === 0 ? { ...operation, responses: {} } : operation;
}

function parametersOf(
  { requestParameters = {} }: Method,
  at: Pick<DocumentationLocation, 'path' | 'method'>,
  { kind, documentationOf }: Exporting,
): Json[] {
  return Object.entries(requestParameters).flatMap(([parameter, required]) => {
    const [, where, name] = /^method\.request\.(path|querystring|header)\.(.+)$/.exec(parameter) ?? [];
    if (where === undefined || name === undefined) return [];
    const place = places[where as keyof typeof places];
    return {
      name,
      in: place.in,
      ...documentationOf({ type: place.type, ...at, name }),
      // OpenAPI knows no optional part of a path.
      required: place.in === 'path' || required,
      ...(kind === 'swagger' ? { type: 'string' } : { schema: { type: 'string' } }),
    };
  });
}

function responseOf(
  { statusCode, responseParameters = {}, responseModels }: MethodResponse,
  at: Pick<DocumentationLocation, 'path' | 'method'>,
  exporting: Exporting,
): Json {
  const { kind, documentationOf } = exporting;
  const body = bodyOf(responseModels, `${at.method} ${at.path}`);
  const headers = Object.keys(responseParameters).map((parameter) => {
    const name = parameter.replace('method.response.header.', '');
    const documented = documentationOf({ type: 'RESPONSE_HEADER', ...at, statusCode, name });
    return [name, { ...documented, ...(kind === 'swagger' ? { type: 'string' } : { schema: { type: 'string' } }) }];
  });
  return withoutEmpty({
    description: `${statusCode} response`,
    ...documentationOf({ type: 'RESPONSE', ...at, statusCode }),
    ...(body.length > 0 &&
      (kind === 'swagger' ? schemaOf(body[0]![1], exporting) : { content: contentOf(body, exporting) })),
    headers: Object.fromEntries(headers),
  });
}

type Bodies = readonly (readonly [contentType: string, modelName: string])[];

/** JSON first. A body that no JSON model describes cannot be exported (guide, "Export a REST API"). */
function bodyOf(models: Readonly<Record<string, string>> | undefined, what: string): Bodies {
  const entries = Object.entries(models ?? {});
  const isJson = ([type]: readonly [string, string]): boolean => /[/+]json\b/.test(type);
  if (entries.length > 0 && !entries.some(isJson)) throw new Error(`Only found non-JSON body models for ${what}`);
  return entries.sort((a, b) => Number(isJson(b)) - Number(isJson(a)));
}

const typesOf = (models: Readonly<Record<string, string>> | undefined): string[] => Object.keys(models ?? {});

const schemaOf = (modelName: string, { schemaPrefix }: Exporting): Json => ({
  schema: { $ref: `${schemaPrefix}${modelName}` },
});

const contentOf = (bodies: Bodies, exporting: Exporting): Json =>
  Object.fromEntries(bodies.map(([type, name]) => [type, schemaOf(name, exporting)]));
