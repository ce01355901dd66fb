/** `X-Forwarded-*` as proxy integrations hand it on: who called, on which port, by which scheme (row INT-31). */
import { headerValue } from '../base/headers.ts';
import type { Exchange } from './exchange.ts';

/** The client's own list with its address added, or just its address. */
export function forwardedFor(x: Exchange): string {
  const before = headerValue(x.request.headers, 'x-forwarded-for');
  return before === undefined || before === '' ? x.request.sourceIp : `${before}, ${x.request.sourceIp}`;
}

/** The port the client addressed: that of its Host header, else the scheme's. */
export function forwardedPort(x: Exchange): string {
  const host = headerValue(x.request.headers, 'host');
  const port = host === undefined ? null : /:(\d+)$/.exec(host);
  if (port !== null) return port[1]!;
  return x.request.secure ? '443' : '80';
}

export function forwardedProto(x: Exchange): string {
  return x.request.secure ? 'https' : 'http';
}
