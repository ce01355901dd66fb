/**
 * Requests that a browser sends for a page of another site. Dev mode takes any caller's word, and whoever may create a function may run code here:
 * without this check a page anywhere on the web could do so through its visitor's browser. A JSON body in a plain-text POST needs no preflight.
 */
import { headerValue } from '../base/headers.ts';
import type { HttpRequest } from '../base/http.ts';

/**
 * The site whose page sent the request; undefined when it was none, or one of this machine's or this server's own. Browsers send Origin with
 * everything but plain navigation and same-origin reads; AWS clients and curl send none.
 */
export function foreignPage(request: HttpRequest): string | undefined {
  const origin = headerValue(request.headers, 'origin');
  if (origin === undefined) {
    const site = headerValue(request.headers, 'sec-fetch-site');
    return site === 'cross-site' || site === 'same-site' ? 'another site' : undefined;
  }
  const host = /^https?:\/\/([^/]+)$/.exec(origin.toLowerCase())?.[1];
  if (host === undefined) return origin;
  const isOwn = isLoopback(host) || (host === headerValue(request.headers, 'host')?.toLowerCase() && !isName(host));
  return isOwn ? undefined : origin;
}

function isLoopback(host: string): boolean {
  const name = host.replace(/:\d+$/, '');
  return name === 'localhost' || name.endsWith('.localhost') || /^127(\.\d+){3}$/.test(name) || name === '[::1]';
}

/** A dotted name can be made to lead here by whoever owns it (DNS rebinding); an address or a container's short name cannot. */
function isName(host: string): boolean {
  const name = host.replace(/:\d+$/, '');
  return name.includes('.') && !/^\d+(\.\d+){3}$/.test(name);
}
