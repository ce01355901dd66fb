/** Answers the gateway makes before or beside any plan, in the words of the plan's gateway responses; and how any reply is laid out on the wire. */
import type { HttpReply } from '../base/http.ts';
import { defaultGatewayResponses, type GatewayResponse, refusalHeaders } from '../plan/gateway-responses.ts';
import { gatewayHeaders } from '../plan/http/failures.ts';

/** Identity of an answer: `x-amzn-RequestId` and `x-amz-apigw-id`. */
export interface AnswerIds {
  readonly requestId: string;
  readonly extendedRequestId: string;
}

type Words = Pick<GatewayResponse, 'status' | 'errorType' | 'body'>;

/** A refusal as REST APIs word it: JSON with `message`, the error type in a header. */
export function refusalReply({ status, errorType, body }: Words, ids: AnswerIds): HttpReply {
  return { status, headers: refusalHeaders(errorType, ids), body };
}

/** Unknown API, unknown or undeployed stage (row EP-09), or a default endpoint that is switched off (row EP-08). */
export const forbidden = (ids: AnswerIds): HttpReply => refusalReply(defaultGatewayResponses.FORBIDDEN, ids);

/** As `forbidden`, for an HTTP API (rows HRT-01, EP-08). */
export const notFound = (ids: AnswerIds): HttpReply => httpApiRefusal(404, 'Not Found', ids);

/** As `malformedReply`, for an HTTP API (row HRT-09). In no recording; they have the form of its other refusals. */
export const malformedHttpReply = (status: number, ids: AnswerIds): HttpReply =>
  httpApiRefusal(status, httpApiWords[status] ?? 'Bad Request', ids);

const httpApiWords: Readonly<Record<number, string>> = {
  408: 'Request Timeout',
  413: 'Request Entity Too Large',
  414: 'URI Too Long',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  505: 'HTTP Version Not Supported',
};

const httpApiRefusal = (status: number, message: string, ids: AnswerIds): HttpReply => ({
  status,
  headers: gatewayHeaders(ids),
  body: JSON.stringify({ message }),
});

/** What `/ping` and `/sping` of a custom domain are answered (row EP-12). */
export const healthy = ({ requestId, extendedRequestId }: AnswerIds): HttpReply => ({
  status: 200,
  headers: ['Content-Type', 'text/plain', 'x-amzn-RequestId', requestId, 'x-amz-apigw-id', extendedRequestId],
  body: 'healthy',
});

/** A fault of the gateway's own. */
export const internalServerError = (ids: AnswerIds): HttpReply =>
  refusalReply(defaultGatewayResponses.DEFAULT_5XX, ids);

/** What a request gets that never became one. */
export const malformedReply = (status: number, ids: AnswerIds): HttpReply =>
  refusalReply(malformedWords[status] ?? defaultGatewayResponses.BAD_REQUEST, ids);

/** In no recording, but for the 413 and the 500; the others follow their form. */
const malformedWords: Readonly<Record<number, Words>> = {
  408: words(408, 'RequestTimeoutException', 'Request Timeout'),
  413: defaultGatewayResponses.REQUEST_TOO_LARGE,
  414: words(414, 'RequestTooLargeException', 'Request URI too long'),
  431: words(431, 'RequestTooLargeException', 'Request Header Fields Too Large'),
  500: defaultGatewayResponses.DEFAULT_5XX,
  501: words(501, 'NotImplementedException', 'Not Implemented'),
  505: words(505, 'BadRequestException', 'HTTP Version Not Supported'),
};

function words(status: number, errorType: string, message: string): Words {
  return { status, errorType, body: JSON.stringify({ message }) };
}

let dateText = '';
let dateSecond = -1;

/** The Date header's value (IMF-fixdate), made once a second. */
export function httpDate(nowMs: number): string {
  const second = Math.floor(nowMs / 1000);
  if (second !== dateSecond) {
    dateSecond = second;
    dateText = new Date(second * 1000).toUTCString();
  }
  return dateText;
}

/** Whether an answer with this status has no body and no Content-Length (RFC 9110 §8.6). */
export const isBodiless = (status: number): boolean =>
  status === 204 || status === 304 || (status >= 100 && status < 200);

/**
 * Framing headers belong to the listener alone: one set further up would let a reply be cut or run into the next.
 * Date is the listener's too; the request line has renamed a backend's to `x-amzn-Remapped-Date` before.
 */
export function isListenersHeader(name: string): boolean {
  switch (name.length) {
    case 4:
      return name.toLowerCase() === 'date';
    case 7:
      return name.toLowerCase() === 'upgrade' || name.toLowerCase() === 'trailer';
    case 10:
      return name.toLowerCase() === 'connection' || name.toLowerCase() === 'keep-alive';
    case 14:
      return name.toLowerCase() === 'content-length';
    case 17:
      return name.toLowerCase() === 'transfer-encoding';
    default:
      return false;
  }
}
