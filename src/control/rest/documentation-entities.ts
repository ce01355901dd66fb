/** Everything of an API that can be documented, as locations (row DOC-04: those without a part are UNDOCUMENTED). */
import type { DocumentationLocation, DocumentationType } from '../../definition/documentation.ts';
import type { Method } from '../../definition/rest-api.ts';
import { authorizers, methods, models, resources } from '../../ports/records.ts';
import type { ReadTransaction } from '../../ports/store.ts';

export async function documentedEntities(tx: ReadTransaction, restApiId: string): Promise<DocumentationLocation[]> {
  const pathOf = new Map((await tx.list(resources, [restApiId])).map(({ value }) => [value.id, value.path]));
  const found: DocumentationLocation[] = [{ type: 'API' }];
  for (const { value } of await tx.list(authorizers, [restApiId])) found.push({ type: 'AUTHORIZER', name: value.name });
  for (const { value } of await tx.list(models, [restApiId])) found.push({ type: 'MODEL', name: value.name });
  for (const path of pathOf.values()) found.push({ type: 'RESOURCE', path });
  for (const { key, value } of await tx.list(methods, [restApiId])) {
    found.push(...entitiesOfMethod(value, pathOf.get(key[1]!) ?? '/'));
  }
  return found;
}

const parameterTypes: Readonly<Record<string, DocumentationType>> = {
  path: 'PATH_PARAMETER',
  querystring: 'QUERY_PARAMETER',
  header: 'REQUEST_HEADER',
};

function entitiesOfMethod(definition: Method, path: string): DocumentationLocation[] {
  const at = { path, method: definition.httpMethod };
  const found: DocumentationLocation[] = [{ type: 'METHOD', ...at }];
  for (const parameter of Object.keys(definition.requestParameters ?? {})) {
    const [, place, name] = /^method\.request\.(path|querystring|header)\.(.+)$/.exec(parameter) ?? [];
    if (place !== undefined && name !== undefined) found.push({ type: parameterTypes[place]!, ...at, name });
  }
  if (Object.keys(definition.requestModels ?? {}).length > 0) found.push({ type: 'REQUEST_BODY', ...at });
  for (const { statusCode, responseParameters, responseModels } of Object.values(definition.methodResponses ?? {})) {
    found.push({ type: 'RESPONSE', ...at, statusCode });
    for (const parameter of Object.keys(responseParameters ?? {})) {
      const name = parameter.replace('method.response.header.', '');
      found.push({ type: 'RESPONSE_HEADER', ...at, statusCode, name });
    }
    if (Object.keys(responseModels ?? {}).length > 0) found.push({ type: 'RESPONSE_BODY', ...at, statusCode });
  }
  return found;
}
