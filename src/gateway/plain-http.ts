/** What a deployed API answers to a request without TLS. AWS has no such requests (row EP-10); on a laptop, or behind a proxy that ends TLS, they are the rule. */
import { headerValue } from '../base/headers.ts';
import type { HttpReply, HttpRequest } from '../base/http.ts';
import { type AnswerIds, forbidden } from './respond.ts';

/** Answer it, refuse it with 403, or send it to the same address with https. */
export type PlainHttp = 'serve' | 'forbid' | 'redirect';

/** The answer to a request that is not served for want of TLS. */
export function withoutTls(policy: Exclude<PlainHttp, 'serve'>, request: HttpRequest, ids: AnswerIds): HttpReply {
  const host = headerValue(request.headers, 'host');
  // Without a host there is no address to send it to.
  if (policy === 'forbid' || !host) return forbidden(ids);
  const query = request.query === '' ? '' : `?${request.query}`;
  // 308 and not 301: a POST stays one.
  return { status: 308, headers: ['Location', `https://${host}${request.path}${query}`], body: '' };
}
