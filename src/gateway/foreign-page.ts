/**
 * Requests that a browser sends for a page of another site. Dev mode takes any caller's word, and whoever may create a function may run code here:
 * without this check a page anywhere on the web could do so through its visitor's browser. A JSON body in a plain-text POST needs no preflight.
 */
import { headerValue } from '../base/headers.ts';
import type { HttpRequest } from '../base/http.ts';

export interface OwnNames {
  /** Every name this server is called by is taken for its own: where each call must be signed, a page that was lured here has no key. */
  readonly isAnyNameOurs?: boolean;
}

/**
 * The site whose page sent the request; undefined when it was none, or one of this machine's or this server's own. Browsers send Origin with
 * everything but plain navigation and same-origin reads; AWS clients and curl send none.
 */
export function foreignPage(request: HttpRequest, { isAnyNameOurs = false }: OwnNames = {}): string | undefined {
  const origin = headerValue(request.headers, 'origin');
  if (origin === undefined) {
    const site = headerValue(request.headers, 'sec-fetch-site');
    return site === 'cross-site' || site === 'same-site' ? 'another site' : undefined;
  }
  const host = /^https?:\/\/([^/]+)$/.exec(origin.toLowerCase())?.[1];
  if (host === undefined) return origin;
  if (isLoopback(host)) return undefined;
  const isOwn = host === headerValue(request.headers, 'host')?.toLowerCase() && (isAnyNameOurs || isPrivateName(host));
  return isOwn ? undefined : origin;
}

function isLoopback(host: string): boolean {
  const name = host.replace(/:\d+$/, '');
  return name === 'localhost' || name.endsWith('.localhost') || /^127(\.\d+){3}$/.test(name) || name === '[::1]';
}

/**
 * Names no page of the web can have, while a name of the web can be made to lead here by whoever owns it (DNS rebinding): localhost and names below it, the name test set-ups use, container names, IP addresses, and domains that are for
 * private networks only (RFC 6761, RFC 6762, ICANN's `internal`), such as `gatewright.tools.svc.cluster.local`.
 */
export function isPrivateName(host: string): boolean {
  const name = host.toLowerCase().replace(/:\d+$/, '');
  if (!name.includes('.')) return true;
  if (name === 'localhost.localstack.cloud' || /^\d+\.\d+\.\d+\.\d+$/.test(name) || name.startsWith('[')) return true;
  return /\.(localhost|local|internal|test)$/.test(name);
}
