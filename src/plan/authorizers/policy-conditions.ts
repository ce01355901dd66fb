/** Condition keys that a policy about one request may ask for ("AWS global condition context keys" in the IAM user guide; row LA-13). */
import { headerValue } from '../../base/headers.ts';
import type { Exchange } from '../exchange.ts';

/** Names in lower case. */
export function requestConditions(x: Exchange): ReadonlyMap<string, string> {
  const { request, startedAtMs } = x;
  const conditions = new Map([
    ['aws:sourceip', request.sourceIp],
    ['aws:securetransport', String(request.secure)],
    ['aws:currenttime', new Date(startedAtMs).toISOString()],
    ['aws:epochtime', String(Math.floor(startedAtMs / 1000))],
  ]);
  const userAgent = headerValue(request.headers, 'user-agent');
  if (userAgent !== undefined) conditions.set('aws:useragent', userAgent);
  const referer = headerValue(request.headers, 'referer');
  if (referer !== undefined) conditions.set('aws:referer', referer);
  return conditions;
}

export const noConditions: ReadonlyMap<string, string> = new Map();
