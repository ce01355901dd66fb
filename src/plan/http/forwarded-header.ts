/** `Forwarded` (RFC 7239): what HTTP APIs tell HTTP backends in place of `X-Forwarded-*` (row HRT-08). */
import { headerValue } from '../../base/headers.ts';
import type { Exchange } from '../exchange.ts';
import { forwardedProto } from '../forwarded.ts';

/** RFC 7239 section 6.3: a name in place of the address this gateway sends from, which it does not know. */
const by = '_gatewright';

/** The hops before this one, as the client told them in either form, then our own: `by=…;for=…;host=…;proto=…`. */
export function forwardedHeader(x: Exchange): string {
  const { headers, sourceIp } = x.request;
  const host = headerValue(headers, 'host') ?? x.domainName;
  const own = `by=${by};for=${node(sourceIp)};host=${hostValue(host)};proto=${forwardedProto(x)}`;
  // Most requests come straight from their client.
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]!;
    const isTold = (name.length === 9 || name.length > 14) && /^(x-forwarded-(for|host|proto)|forwarded)$/i.test(name);
    if (isTold) return [headerValue(headers, 'forwarded'), ...earlierHops(x), own].filter(Boolean).join(',');
  }
  return own;
}

/** `X-Forwarded-For: a, b` as elements; host and scheme are what the first hop saw. */
function earlierHops(x: Exchange): string[] {
  const { headers } = x.request;
  const hops = (headerValue(headers, 'x-forwarded-for') ?? '').split(',').map((hop) => hop.trim());
  const elements = hops.filter((hop) => hop !== '').map((hop) => `for=${node(hop)}`);
  const host = headerValue(headers, 'x-forwarded-host');
  const proto = headerValue(headers, 'x-forwarded-proto');
  const first = [elements[0], host && `host=${value(host)}`, proto && `proto=${value(proto)}`].filter(Boolean);
  if (first.length > 0) elements[0] = first.join(';');
  return elements;
}

/** An IPv6 address stands in brackets and quotes. */
function node(address: string): string {
  return address.includes(':') && !address.startsWith('[') && address.split(':').length > 2
    ? `"[${address}]"`
    : value(address);
}

let lastHost = '';
let lastHostValue = '';

/** Most requests are for one host, whose form is found out once. */
function hostValue(host: string): string {
  if (host !== lastHost) {
    lastHost = host;
    lastHostValue = value(host);
  }
  return lastHostValue;
}

/** A token as it is, anything else quoted. */
function value(text: string): string {
  return /^[\w!#$%&'*+.^`|~-]+$/.test(text) ? text : `"${text.replace(/["\\]/g, '\\$&')}"`;
}
