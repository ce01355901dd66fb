/** Method, level (service, bucket, object), query and headers to an operation: S3's paths say nothing, for a key may look like anything. */
import { type HeaderList, headerValue } from '../../base/headers.ts';
import type { OperationModel, ServiceModel } from '../../wire/service-model.ts';

type Level = 'service' | 'bucket' | 'object';

interface Route {
  readonly operation: string;
  readonly literals: readonly (readonly [string, string])[];
  readonly requiredQuery: readonly string[];
  readonly requiredHeaders: readonly string[];
}

export type BucketRouter = (
  method: string,
  level: Level,
  query: URLSearchParams,
  headers: HeaderList,
) => string | undefined;

/** `isBuilt` decides between an operation and its deprecated twin. */
export function compileBucketRouter(model: ServiceModel, isBuilt: (operation: string) => boolean): BucketRouter {
  const routes = new Map<string, Route[]>();
  for (const name of model.operationNames) {
    const operation = model.operation(name);
    const [path, query = ''] = operation.requestUri.split('?') as [string, string?];
    if (path !== '/' && !path.startsWith('/{')) continue;
    const level: Level = path.includes('{Key') ? 'object' : path.includes('{Bucket') ? 'bucket' : 'service';
    const id = `${operation.method} ${level}`;
    const route: Route = {
      operation: name,
      literals: [...new URLSearchParams(query)],
      requiredQuery: requiredAt(operation, 'querystring'),
      requiredHeaders: requiredAt(operation, 'header'),
    };
    routes.set(id, [...(routes.get(id) ?? []), route]);
  }
  const weight = (route: Route): number =>
    4 * (route.literals.length + route.requiredQuery.length + route.requiredHeaders.length) +
    (isBuilt(route.operation) ? 1 : 0);
  for (const each of routes.values()) each.sort((a, b) => weight(b) - weight(a));

  return (method, level, query, headers) =>
    routes
      .get(`${method} ${level}`)
      ?.find(
        ({ literals, requiredQuery, requiredHeaders }) =>
          literals.every(([name, value]) => (value === '' ? query.has(name) : query.get(name) === value)) &&
          requiredQuery.every((name) => query.has(name)) &&
          requiredHeaders.every((name) => headerValue(headers, name.toLowerCase()) !== undefined),
      )?.operation;
}

function requiredAt(operation: OperationModel, location: string): string[] {
  return operation.input.members
    .filter((member) => member.isRequired && member.location === location)
    .map(({ wireName }) => wireName);
}
