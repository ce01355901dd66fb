/** What lets browser applications make AWS calls across origins: answers to preflights, and the headers on the calls' own answers. */
import { headerValue } from '../base/headers.ts';
import type { HttpReply, HttpRequest } from '../base/http.ts';

/** Whether a request is the question a browser asks before the real one. */
export function isPreflight({ method, headers }: HttpRequest): boolean {
  return method === 'OPTIONS' && headerValue(headers, 'access-control-request-method') !== undefined;
}

/**
 * Whether a page of another site may go on to make the call this preflight announces: only an unsigned one in the json protocol can be open to it. Which
 * operation it is stands in the value of a header, so the call itself decides.
 */
export function announcesPublicCall({ headers }: HttpRequest): boolean {
  const names = (headerValue(headers, 'access-control-request-headers') ?? '').toLowerCase().split(/\s*,\s*/);
  return names.includes('x-amz-target') && !names.includes('authorization');
}

/** The answer that lets the call come. */
export function preflightReply({ headers }: HttpRequest): HttpReply {
  return {
    status: 200,
    headers: [
      'Access-Control-Allow-Origin',
      '*',
      'Access-Control-Allow-Methods',
      'GET, POST, PUT, PATCH, DELETE, HEAD',
      'Access-Control-Allow-Headers',
      headerValue(headers, 'access-control-request-headers') ?? 'content-type',
      'Access-Control-Max-Age',
      '7200',
      'Content-Length',
      '0',
    ],
    body: '',
  };
}

/** An answer that the page which asked may read; no cookies are involved, so any origin will do. */
export function readableByPage(reply: HttpReply): HttpReply {
  const exposed = 'x-amzn-RequestId, x-amzn-ErrorType, x-amzn-ErrorMessage, Date';
  const cors = ['Access-Control-Allow-Origin', '*', 'Access-Control-Expose-Headers', exposed];
  return { ...reply, headers: [...reply.headers, ...cors] };
}
