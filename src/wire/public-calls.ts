/** AWS calls that need no signature, such as the sign-in operations of user pools: on AWS any page may make them. */
import { headerValue } from '../base/headers.ts';
import type { HttpRequest } from '../base/http.ts';
import type { Service } from './service.ts';

/** Tells whether a request of the json protocol names an operation that the model leaves unsigned, and carries no signature. */
export function publicCalls(
  services: readonly Service[],
): (request: Pick<HttpRequest, 'method' | 'headers'>) => boolean {
  const targets = new Set<string>();
  for (const { model } of services) {
    if (model.protocol !== 'json') continue;
    for (const name of model.operationNames) {
      if (model.operation(name).isUnsigned) targets.add(`${model.targetPrefix}.${name}`);
    }
  }
  return ({ method, headers }) =>
    method === 'POST' &&
    headerValue(headers, 'authorization') === undefined &&
    targets.has(headerValue(headers, 'x-amz-target') ?? '');
}
