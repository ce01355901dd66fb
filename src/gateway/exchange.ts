/** A request and where it is addressed, made into the Exchange a plan works on. */
import type { Clock } from '../base/clock.ts';
import { headerValue } from '../base/headers.ts';
import type { HttpRequest } from '../base/http.ts';
import { newExtendedRequestId, newRequestId } from '../base/ids.ts';
import type { Exchange } from '../plan/exchange.ts';
import type { InvokeAddress } from './addresses.ts';

/** The exchange of one invoke request, with its ids and time of arrival. */
export function newExchange(request: HttpRequest, address: InvokeAddress, clock: Clock): Exchange {
  return {
    request,
    method: headerValue(request.headers, 'x-http-method-override') ?? request.method,
    path: address.path,
    contextPath: address.contextPath,
    domainName: address.domainName,
    customDomain: address.customDomain ?? null,
    clientCertificate: address.clientCertificate ?? null,
    requestId: requestIdOf(request),
    extendedRequestId: newExtendedRequestId(),
    startedAtMs: clock.now(),
    startedMonotonicMs: clock.monotonicMs(),
    pathParameters: null,
    traceHeader: '',
    authorizer: null,
    caller: null,
    apiKey: null,
    socket: null,
    webAcl: null,
    cacheOutcome: null,
    integrationLatencyMs: -1,
    executionLog: null,
    access: undefined,
    story: undefined,
    isTest: false,
  };
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The client's own `x-amzn-RequestId` when it is a UUID; a new one that tells of the replacement when it is not (recorded, row EP-14). */
export function requestIdOf(request: Pick<HttpRequest, 'headers'>): string {
  const sent = headerValue(request.headers, 'x-amzn-requestid');
  if (sent === undefined) return newRequestId();
  return uuid.test(sent) ? sent : `${newRequestId()}_REPLACED_INVALID_REQUEST_ID`;
}
