/** What protocols share whose requests name the operation and have everything else in one body. */
import { decodeJsonMembers, serializationProblem } from './decode-values.ts';
import type { Dialect } from './dialects.ts';
import type { MatchedOperation, WireRequest } from './protocol.ts';
import type { ServiceModel } from './service-model.ts';

/** The operation of that name, when the model has it; `read` makes values of the body as JSON has them. An empty body is an empty structure. */
export function namedOperation(
  model: ServiceModel,
  dialect: Dialect,
  { request }: WireRequest,
  name: string | undefined,
  read: (body: Uint8Array) => unknown,
): MatchedOperation | undefined {
  if (request.method !== 'POST' || name === undefined || !model.operationNames.includes(name)) return undefined;
  const operation = model.operation(name);
  return {
    operation,
    basePath: '',
    decode() {
      const value = request.body.length === 0 ? {} : read(request.body);
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        throw serializationProblem('Unexpected value type in payload');
      }
      return decodeJsonMembers(value as Record<string, unknown>, operation.input, dialect);
    },
  };
}
