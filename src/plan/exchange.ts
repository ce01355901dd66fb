/**
 * One request on its way through a plan: our own plain object, every field present from the start (so that V8 keeps one hidden class), and
 * no socket, no IncomingMessage. Listeners make it (gateway/exchange), steps and integrations read it and fill in what they find.
 */
import type { HeaderList } from '../base/headers.ts';
import type { HttpRequest } from '../base/http.ts';
import type { Problem } from '../base/problem.ts';

export interface Exchange {
  // What the client sent.
  readonly request: HttpRequest;
  /** Verb used for routing: the request's own, or `X-HTTP-Method-Override` (row EP-15). */
  method: string;
  /** Path below the stage as sent, percent-encoded, beginning with `/`; what the router sees. */
  path: string;
  /** Path with the stage segment, as `requestContext.path` and `$context.path` show it. */
  contextPath: string;
  /** Host the client addressed, without port: `$context.domainName`. */
  domainName: string;

  // What the gateway gave it.
  /** UUID: `x-amzn-RequestId`, `$context.requestId`. */
  requestId: string;
  /** `x-amz-apigw-id`, `$context.extendedRequestId`. */
  extendedRequestId: string;
  /** Wall time of arrival, epoch milliseconds: `$context.requestTimeEpoch`. */
  startedAtMs: number;
  /** Monotonic time of arrival. */
  startedMonotonicMs: number;

  // What the line found out.
  /** Decoded path parameters in template order, without braces and `+`; null when the resource has none. */
  pathParameters: Record<string, string> | null;
  /** Whole header value, `Root=1-…` or what the client sent; made when first asked for (plan/trace.ts), '' before. */
  traceHeader: string;
  /** Milliseconds spent in the integration; -1 when none was called. */
  integrationLatencyMs: number;
}

export interface Reply {
  status: number;
  headers: HeaderList;
  body: string | Uint8Array;
  /** Set when the gateway itself made this answer because something failed; the listener logs it. */
  problem: Problem | undefined;
}
