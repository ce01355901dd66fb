/**
 * CORS as the gateway itself answers it for an HTTP API that configures it (rows CORS-05 to CORS-07): preflights whatever the route, and headers on
 * every answer, in place of the integration's own (decisions/0028).
 */
import { type HeaderList, hasHeader, headerValue } from '../../base/headers.ts';
import type { CorsConfiguration } from '../../definition/v2-api.ts';
import type { Exchange, Reply } from '../exchange.ts';
import type { FirstAnswer } from '../plan.ts';
import { newReply } from '../reply.ts';
import { capitalised } from './reply.ts';

export interface Cors {
  /** Answers preflights; its name tells all that is configured. */
  readonly preflight: FirstAnswer;
  /** Puts the headers on an answer, before the id. */
  decorate(x: Exchange, reply: Reply): void;
}

export function compileCors(configured: CorsConfiguration): Cors {
  const {
    allowCredentials = false,
    allowHeaders = [],
    allowMethods = [],
    allowOrigins = [],
    exposeHeaders = [],
    maxAge,
  } = configured;
  const isAllowed = compileOrigins(allowOrigins);
  const takesAll = allowOrigins.includes('*');
  const ofPreflight: HeaderList = [];
  if (allowMethods.length > 0) ofPreflight.push('access-control-allow-methods', allowMethods.join(','));
  if (allowHeaders.length > 0) ofPreflight.push('access-control-allow-headers', allowHeaders.join(','));
  if (maxAge !== undefined) ofPreflight.push('access-control-max-age', String(maxAge));
  const ofAnswer: HeaderList =
    exposeHeaders.length === 0 ? [] : ['access-control-expose-headers', exposeHeaders.join(',')];

  /** Empty for an origin that is not listed: the browser then keeps the answer from the page. */
  function originHeaders(origin: string): HeaderList {
    if (!isAllowed(origin)) return [];
    const headers = ['access-control-allow-origin', takesAll ? '*' : origin];
    if (allowCredentials) headers.push('access-control-allow-credentials', 'true');
    return headers;
  }

  return {
    preflight: {
      name: nameOf(configured),
      run: function answerPreflight(x) {
        if (x.method !== 'OPTIONS') return undefined;
        const { headers } = x.request;
        const origin = headerValue(headers, 'origin');
        if (origin === undefined || !hasHeader(headers, 'access-control-request-method')) return undefined;
        const own = originHeaders(origin);
        return newReply(
          204,
          [...own, ...(own.length > 0 ? ofPreflight : []), 'apigw-requestid', x.extendedRequestId],
          '',
        );
      },
    },
    decorate: function addCorsHeaders(x, reply) {
      const origin = headerValue(x.request.headers, 'origin');
      const own = origin === undefined ? [] : originHeaders(origin);
      if (own.length > 0) own.push(...ofAnswer);
      reply.headers = replaced(reply.headers, own);
    },
  };
}

/** The integration's own CORS headers go, whatever they say (guide page http-api-cors); names are spelled as those around them. */
function replaced(headers: HeaderList, own: HeaderList): HeaderList {
  const kept: HeaderList = [];
  for (let i = 0; i < headers.length; i += 2) {
    if (!headers[i]!.toLowerCase().startsWith('access-control-')) kept.push(headers[i]!, headers[i + 1]!);
  }
  const id = kept.splice(-2);
  const isCapitalised = id[0] === 'Apigw-Requestid';
  for (let i = 0; i < own.length; i += 2) kept.push(isCapitalised ? capitalised(own[i]!) : own[i]!, own[i + 1]!);
  kept.push(...id);
  return kept;
}

/** `*`, `https://*` for every origin of a scheme, or an origin as a browser sends it: scheme and host in lower case. */
function compileOrigins(allowed: readonly string[]): (origin: string) => boolean {
  if (allowed.includes('*')) return () => true;
  const exact = new Set(allowed.filter((origin) => !origin.endsWith('*')).map((origin) => origin.toLowerCase()));
  const prefixes = allowed.filter((origin) => origin.endsWith('*')).map((origin) => origin.slice(0, -1).toLowerCase());
  return (origin) => exact.has(origin) || prefixes.some((prefix) => origin.startsWith(prefix));
}

function nameOf({
  allowCredentials,
  allowHeaders,
  allowMethods,
  allowOrigins,
  exposeHeaders,
  maxAge,
}: CorsConfiguration): string {
  const list = (what: string, values: readonly string[] | undefined) =>
    values === undefined || values.length === 0 ? [] : [`${what} ${values.join(' ')}`];
  return [
    'cors:',
    [
      ...list('origins', allowOrigins),
      ...list('methods', allowMethods),
      ...list('headers', allowHeaders),
      ...list('exposes', exposeHeaders),
      ...(allowCredentials === true ? ['credentials'] : []),
      ...(maxAge === undefined ? [] : [`max age ${maxAge} s`]),
    ].join(' · ') || 'no origin',
  ].join(' ');
}
