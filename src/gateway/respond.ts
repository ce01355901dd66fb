/** Answers the gateway makes itself, in AWS's words; and how any reply is laid out on the wire. */
import type { HttpReply } from '../base/http.ts';

/** Identity of an answer: `x-amzn-RequestId` and `x-amz-apigw-id`. */
export interface AnswerIds {
  readonly requestId: string;
  readonly extendedRequestId: string;
}

/** A refusal as REST APIs word it: JSON with `message`, the error type in a header (header order as recorded). */
export function refusalReply(status: number, errorType: string, body: string, ids: AnswerIds): HttpReply {
  return {
    status,
    headers: [
      'Content-Type',
      'application/json',
      'x-amzn-RequestId',
      ids.requestId,
      'x-amzn-ErrorType',
      errorType,
      'x-amz-apigw-id',
      ids.extendedRequestId,
    ],
    body,
  };
}

/** Unknown API, unknown or undeployed stage (row EP-09), or a default endpoint that is switched off (row EP-08). */
export const forbidden = (ids: AnswerIds): HttpReply =>
  refusalReply(403, 'ForbiddenException', '{"message":"Forbidden"}', ids);

/** A fault of the gateway's own; the space in the body is AWS's (recorded). */
export const internalServerError = (ids: AnswerIds): HttpReply =>
  refusalReply(500, 'InternalServerErrorException', '{"message": "Internal server error"}', ids);

/** What a request gets that never became one. Only the 413 is a recorded wording; the others follow its form. */
export function malformedReply(status: number, ids: AnswerIds): HttpReply {
  const [errorType, message] = malformedWords[status] ?? malformedWords[400]!;
  return refusalReply(status, errorType, `{"message":"${message}"}`, ids);
}

const malformedWords: Readonly<Record<number, readonly [errorType: string, message: string]>> = {
  400: ['BadRequestException', 'Bad Request'],
  408: ['RequestTimeoutException', 'Request Timeout'],
  413: ['RequestTooLargeException', 'Request Too Long'],
  414: ['RequestTooLargeException', 'Request URI too long'],
  431: ['RequestTooLargeException', 'Request Header Fields Too Large'],
  500: ['InternalServerErrorException', 'Internal server error'],
  501: ['NotImplementedException', 'Not Implemented'],
  505: ['BadRequestException', 'HTTP Version Not Supported'],
};

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
