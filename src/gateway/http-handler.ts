/** What the gateway behind a listener looks like, and the limits a listener keeps: the seam at which one listener can replace another. */

import type { Socket } from 'node:net';
import type { HeaderList } from '../base/headers.ts';
import type { HttpReply, HttpRequest } from '../base/http.ts';

/** The head of a request: what is known before its body has come. */
export interface RequestHead {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: HeaderList;
}

/** The answer to a request that leaves HTTP: its socket speaks another protocol from then on. */
export interface Upgrade {
  readonly status: 101;
  /** Status line and headers as they go on the wire. */
  readonly head: string;
  /** Takes the socket over; called once, after `head` is written. */
  attach(socket: Socket): SwitchedProtocol;
}

/** Whoever took a socket over is told what happens on it; closing it is theirs too. */
export interface SwitchedProtocol {
  /** Bytes read; the buffer is used again afterwards. */
  received(bytes: Buffer, length: number): void;
  /** The client will send no more. */
  clientEnded(): void;
  /** What was written has left. */
  drained(): void;
  /** The socket is gone. */
  socketClosed(): void;
}

export interface RequestReply extends HttpReply {
  /** A throttle or a quota refused: the connection may be left unread for a moment (rests.ts). */
  isOverLimit?: boolean;
}

export type HandlerReply = RequestReply | Upgrade;

export interface HttpHandler {
  /** How many bytes of body this request may have. */
  maxBodyBytes(head: RequestHead): number;
  /** Whether the request is handled as soon as its head has come, with its body in `bodyStream` as it comes; no body is unless this says so. */
  streamsBody?(head: RequestHead): boolean;
  /** Answers a whole request. A plain value is written in the same turn. */
  handle(request: HttpRequest): HandlerReply | Promise<HandlerReply>;
  /** Answers what never became a request: malformed, too large, too slow. `head` is undefined when not even that could be read. */
  refuse(refusal: Refusal, head: RequestHead | undefined): HttpReply;
}

/** Why a listener turned a request away; 500 when the fault is the gateway's. */
export interface Refusal {
  readonly status: 400 | 408 | 413 | 414 | 431 | 500 | 501 | 505;
  /** For the log: what exactly was wrong. */
  readonly why: string;
}

export interface ListenerLimits {
  /** Request line and header lines together. */
  readonly maxHeadBytes: number;
  /** Sum of all header values (AWS quota 10,240, row HDR-05). */
  readonly maxHeaderValueBytes: number;
  /** Path and query (AWS quota 10,240 for regional APIs, row LIM-01). */
  readonly maxTargetBytes: number;
  /** From the first byte of a request to the end of its head. */
  readonly headTimeoutMs: number;
  /** From the first byte of a request to the end of its body; the time its bytes take at `minBytesPerSecond` comes on top. */
  readonly requestTimeoutMs: number;
  /** A connection without a request under way. */
  readonly keepAliveTimeoutMs: number;
  /** A client that does not read its answer; the time the answer takes at `minBytesPerSecond` comes on top. */
  readonly writeTimeoutMs: number;
  /** A client slower than this over a whole body is taken for one that wants to hold connections. */
  readonly minBytesPerSecond: number;
  /** A connection whose request a throttle or quota refused is read again up to this much later (rests.ts); 0 reads on at once. */
  readonly throttledRestMs: number;
}

export const defaultListenerLimits: ListenerLimits = {
  maxHeadBytes: 32_768,
  maxHeaderValueBytes: 10_240,
  maxTargetBytes: 10_240,
  headTimeoutMs: 20_000,
  requestTimeoutMs: 60_000,
  keepAliveTimeoutMs: 75_000,
  writeTimeoutMs: 60_000,
  minBytesPerSecond: 16_384,
  throttledRestMs: 2,
};
