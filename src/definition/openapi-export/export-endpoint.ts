/** One method of a deployed REST API as OpenAPI 3.0 says it, with the schemas it refers to: what a portal tells of an endpoint. */
import type { DocumentationPart } from '../documentation.ts';
import type { EndpointDocument } from '../portal-site.ts';
import type { Method, Resource } from '../rest-api.ts';
import type { RestSnapshot } from '../snapshot.ts';
import { exportingOf } from './export-document.ts';
import { exportedModels } from './export-models.ts';
import { operationOf } from './operation.ts';

/** Never throws: bodies that no JSON model describes are left out. */
export function exportEndpoint(
  snapshot: RestSnapshot,
  resource: Resource,
  method: Method,
  parts: readonly DocumentationPart[],
): EndpointDocument {
  const exporting = exportingOf(snapshot, {
    ...{ kind: 'oas30', integrations: false, authorizers: false, validators: false, documentation: true },
    ...{ stageName: '', host: '', version: '' },
    documented: { version: '', createdAtMs: 0, parts },
  });
  const operation = operationOf(resource, jsonBodiesOf(method), exporting);
  const all = exportedModels(exporting);
  const schemas: Record<string, unknown> = {};
  const wanted = [operation as unknown];
  for (let node = wanted.pop(); node !== undefined; node = wanted.pop()) {
    for (const name of referencesIn(node, exporting.schemaPrefix)) {
      if (Object.hasOwn(schemas, name) || !Object.hasOwn(all, name)) continue;
      schemas[name] = all[name];
      wanted.push(all[name]);
    }
  }
  return { operation, schemas };
}

function referencesIn(node: unknown, prefix: string): string[] {
  const found: string[] = [];
  JSON.stringify(node, (name, value: unknown) => {
    if (name === '$ref' && typeof value === 'string' && value.startsWith(prefix)) {
      found.push(value.slice(prefix.length).split('/')[0]!);
    }
    return value;
  });
  return found;
}

type ModelNames = Readonly<Record<string, string>>;

/** An export refuses a body that is described, and not as JSON; a page just does not describe it. */
function jsonBodiesOf({ requestModels, methodResponses, ...method }: Method): Method {
  const responses = Object.entries(methodResponses ?? {}).map(([status, { responseModels, ...response }]) => [
    status,
    { ...response, ...(responseModels && { responseModels: jsonOf(responseModels) }) },
  ]);
  return {
    ...method,
    ...(requestModels && { requestModels: jsonOf(requestModels) }),
    ...(methodResponses && { methodResponses: Object.fromEntries(responses) }),
  };
}

const jsonOf = (models: ModelNames): ModelNames =>
  Object.fromEntries(Object.entries(models).filter(([type]) => /[/+]json\b/.test(type)));
