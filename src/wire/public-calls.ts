/** AWS calls that need no signature, such as the sign-in operations of user pools: on AWS any page may make them. */
import { headerValue } from '../base/headers.ts';
import type { HttpRequest } from '../base/http.ts';
import { claimedScope } from '../base/sigv4-verify.ts';
import { addressedService, protocolOf } from './addressed-service.ts';
import type { Service } from './service.ts';

/**
 * Tells whether a request of the json protocol, without a signature, is for an operation that the model leaves unsigned: the one that would answer it, not one that a header names beside another path
 * or host.
 */
export function publicCalls(services: readonly Service[]): (request: HttpRequest) => boolean {
  return function isPublicCall(request) {
    const { headers, method, query } = request;
    if (method !== 'POST' || headerValue(headers, 'x-amz-target') === undefined) return false;
    if (headerValue(headers, 'authorization') !== undefined || claimedScope(request) !== undefined) return false;
    const incoming = { request, query: new URLSearchParams(query) };
    const service = addressedService(services, incoming);
    if (service instanceof Error || service.model.protocol !== 'json') return false;
    return protocolOf(service, incoming).match(incoming)?.operation.isUnsigned === true;
  };
}
