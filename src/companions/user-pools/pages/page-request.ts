/** What the pages read of a request: parameters, cookies, and the pool it is about. */
import { headerValue, headerValues } from '../../../base/headers.ts';
import type { HttpRequest } from '../../../base/http.ts';
import type { PoolParts } from '../parts.ts';
import type { PoolRecord } from '../records.ts';

/** Everything a page is answered from. */
export interface PageRequest {
  readonly parts: PoolParts;
  readonly pool: PoolRecord;
  readonly request: HttpRequest;
  /** Path before the page's own, `''` or `/_aws/cognito/{domain}`. */
  readonly base: string;
  /** The query. */
  readonly query: Parameters;
}

export type Parameters = Readonly<Record<string, string>>;

const maxFormBytes = 65_536;

/** Parameters by name; of those sent twice the first counts. */
export function parametersOf(text: string): Parameters {
  const found: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(text)) if (!Object.hasOwn(found, name)) found[name] = value;
  return found;
}

/** The fields of a form; undefined when the body is none. */
export function formOf({ headers, body }: HttpRequest, maxBytes = maxFormBytes): Parameters | undefined {
  const type = headerValue(headers, 'content-type') ?? '';
  if (!/^application\/x-www-form-urlencoded\b/i.test(type) || body.length > maxBytes) return undefined;
  return parametersOf(body.toString());
}

/** The value of a cookie. */
export function cookieOf({ headers }: HttpRequest, name: string): string | undefined {
  for (const line of headerValues(headers, 'cookie')) {
    for (const pair of line.split(';')) {
      const at = pair.indexOf('=');
      if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
    }
  }
  return undefined;
}

/** A cookie of the pages: no script reads it, and it goes along with navigation only. */
export function cookie({ base, request }: PageRequest, name: string, value: string, maxAgeSeconds: number): string {
  const secure = request.secure ? '; Secure' : '';
  return `${name}=${value}; Path=${base === '' ? '/' : base}; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${secure}`;
}
