/** Test support: a request of the AWS SDK for JavaScript as our own plain HttpRequest, so that SDK clients are tried without a socket. */
import type { HttpReply, HttpRequest } from '../../base/http.ts';
import type { Endpoint } from '../endpoint.ts';

/** What the SDK hands to its request handler. */
export interface SdkRequest {
  method: string;
  path: string;
  query?: Record<string, string | string[] | null>;
  headers: Record<string, string>;
  body?: unknown;
}

/** RFC 3986 escaping, as the SDK's own HTTP handler does. */
const escapeUri = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);

export function fromSdkRequest(request: SdkRequest): HttpRequest {
  const pairs: string[] = [];
  for (const [name, value] of Object.entries(request.query ?? {})) {
    for (const item of [value].flat())
      pairs.push(item === null ? escapeUri(name) : `${escapeUri(name)}=${escapeUri(item)}`);
  }
  const { body } = request;
  return {
    method: request.method,
    path: request.path,
    query: pairs.join('&'),
    headers: Object.entries(request.headers).flat(),
    body: typeof body === 'string' ? Buffer.from(body) : Buffer.concat(body instanceof Uint8Array ? [body] : []),
    protocol: 'HTTP/1.1',
    secure: false,
    sourceIp: '127.0.0.1',
  };
}

/** A request handler for SDK clients that asks an endpoint directly. */
export function sdkHandlerFor(endpoint: Endpoint): {
  handle(
    request: SdkRequest,
  ): Promise<{ response: { statusCode: number; headers: Record<string, string>; body: Buffer } }>;
} {
  return {
    async handle(request) {
      const reply: HttpReply = await endpoint(fromSdkRequest(request));
      return {
        response: { statusCode: reply.status, headers: headerRecord(reply), body: Buffer.from(reply.body) },
      };
    },
  };
}

/** Headers of a reply by lower-case name. */
export function headerRecord(reply: HttpReply): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let i = 0; i < reply.headers.length; i += 2) headers[reply.headers[i]!.toLowerCase()] = reply.headers[i + 1]!;
  return headers;
}
