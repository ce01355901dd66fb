/** Forms that no other site can send: each holds a token that must equal a cookie. */
import { randomBytes } from 'node:crypto';
import { headerValue } from '../../../base/headers.ts';
import { isSameSecret } from '../secret-hash.ts';
import { cookie, cookieOf, type PageRequest, type Parameters } from './page-request.ts';

const csrfName = 'XSRF-TOKEN';

/** The token of the cookie must stand in the form, which pages of other sites cannot read; and a browser's Origin must be this very host. */
export function isFromOurForm({ request }: PageRequest, form: Parameters): boolean {
  const origin = headerValue(request.headers, 'origin');
  const own = headerValue(request.headers, 'host')?.toLowerCase();
  if (origin !== undefined && URL.parse(origin)?.host !== own) return false;
  const kept = cookieOf(request, csrfName);
  return kept !== undefined && kept !== '' && isSameSecret(form['_csrf'] ?? '', kept);
}

/** The token for a form and the cookie that goes with it. */
export function csrfOf(page: PageRequest): { csrf: string; cookies: string[] } {
  const csrf = cookieOf(page.request, csrfName) || randomBytes(24).toString('base64url');
  return { csrf, cookies: [cookie(page, csrfName, csrf, 3600)] };
}
