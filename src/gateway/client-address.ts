/** Who sent a request that came through proxies: their word counts only where the operator trusts them, for a resource policy may ask for an address. */
import { type HeaderList, headerValues } from '../base/headers.ts';
import type { HttpRequest } from '../base/http.ts';
import type { IpRange } from '../base/ip-ranges.ts';
import type { HttpHandler } from './http-handler.ts';

/**
 * The address nearest to us in `X-Forwarded-For` that is no trusted proxy's own, beginning with whoever is connected. What stands before it was said by
 * somebody nobody trusts.
 */
export function clientAddress(connected: string, headers: HeaderList, trusted: readonly IpRange[]): string {
  const isTrusted = (address: string): boolean => trusted.some((range) => range(address));
  if (!isTrusted(connected)) return connected;
  const hops = headerValues(headers, 'x-forwarded-for').flatMap((value) => value.split(','));
  let client = connected;
  for (const hop of hops.reverse()) {
    const address = hop.trim();
    if (!isAddress(address)) return client;
    client = address;
    if (!isTrusted(address)) return client;
  }
  return client;
}

function isAddress(text: string): boolean {
  return /^[0-9a-f.:]+$/i.test(text) && (text.includes('.') || text.includes(':'));
}

/** A handler that sees clients behind trusted proxies. Without any it is the handler itself. */
export function behindProxies(handler: HttpHandler, trusted: readonly IpRange[]): HttpHandler {
  if (trusted.length === 0) return handler;
  const seen = (request: HttpRequest): HttpRequest => ({
    ...request,
    sourceIp: clientAddress(request.sourceIp, request.headers, trusted),
  });
  return { ...handler, handle: (request) => handler.handle(seen(request)) };
}
