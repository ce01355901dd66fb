/** How an answer of an integration begins. */
import type { HeaderList } from '../base/headers.ts';
import type { Exchange, Reply } from './exchange.ts';

/** Content-Type and the two ids, in the recorded order; what the backend sent comes after. */
export function replyHead(x: Exchange, contentType: string): HeaderList {
  return ['Content-Type', contentType, 'x-amzn-RequestId', x.requestId, 'x-amz-apigw-id', x.extendedRequestId];
}

export function newReply(status: number, headers: HeaderList, body: string | Uint8Array): Reply {
  return { status, headers, body, problem: undefined };
}
