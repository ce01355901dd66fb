/** Calls to S3 that other parts of this process make for somebody, as stacks do: without a request of their own, and asked for permission like any other. */
import type { HttpRequest } from '../../base/http.ts';
import type { AccessKey } from '../../ports/credentials.ts';
import type { Call } from '../../wire/call.ts';
import type { Service } from '../../wire/service.ts';
import type { OperationModel } from '../../wire/service-model.ts';
import { actionOf } from './actions.ts';
import type { Authorize } from './authorize.ts';
import type { BucketCall } from './call.ts';

/** What the operation answers; the bytes of an object are its `Body`. `request` is what policies and records see of the call. */
export type CallFromWithin = (
  operation: OperationModel,
  input: Record<string, unknown>,
  call: Call,
  made: { readonly request: HttpRequest; readonly caller: AccessKey | undefined },
) => Promise<unknown>;

export function createCallsFromWithin(service: Service, authorize: Authorize, mode: 'dev' | 'secure'): CallFromWithin {
  return async function callFromWithin(operation, input, call, { request, caller }) {
    const { Bucket = '', Key = '' } = input as { Bucket?: string; Key?: string };
    const bucketCall: BucketCall = {
      ...{ ...call, request, caller, query: new URLSearchParams(request.query), bucket: Bucket, key: Key },
      isVirtualHosted: false,
      incoming() {
        throw new Error(`Cannot call ${operation.name} from within: it takes the bytes of an object`);
      },
      mayAlso: (action, resource) => (mode === 'dev' ? Promise.resolve() : authorize(bucketCall, action, resource)),
      answer: { headers: [] },
    };
    const asked = actionOf(operation.name, bucketCall);
    if (asked !== undefined) await bucketCall.mayAlso(asked.action, asked.resource);
    const output = await service.run(operation, input, bucketCall);
    const { stream } = bucketCall.answer;
    return stream === undefined ? output : { ...(output as object), Body: stream };
  };
}
