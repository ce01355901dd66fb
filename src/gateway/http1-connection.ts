/**
 * One HTTP/1.1 connection: reads requests strictly (http1-head, http1-chunked), hands them to the gateway one at a time and writes each reply with
 * one call.
 */
import type { Socket } from 'node:net';
import type { BodyStream } from '../base/body-stream.ts';
import type { Clock } from '../base/clock.ts';
import { type HttpReply, noBody, type TlsConnection } from '../base/http.ts';
import { BodyBuffer } from './body-buffer.ts';
import type {
  HandlerReply,
  HttpHandler,
  ListenerLimits,
  Refusal,
  RequestReply,
  SwitchedProtocol,
  Upgrade,
} from './http-handler.ts';
import { type ChunkedBody, chunkedBody, decodedChunks, type WholeChunkedBody } from './http1-chunked.ts';
import { type Head, isRefusal, parseHead } from './http1-head.ts';
import { inChunks, replyHead, untilClosed } from './http1-reply.ts';
import { IncomingBody } from './incoming-body.ts';
import { isBodiless } from './respond.ts';
import type { Resting, Rests } from './rests.ts';

/** After a refusal, so long for the client to read it before the socket is torn down (RFC 9112 §9.6). */
const lingerMs = 3_000;

/** A client that sends on while its request is being answered is not read further than this. */
const maxReadAheadBytes = 65_536;

/** Of requests that came at once, so many are answered before other connections have their turn. */
const maxRequestsPerTurn = 16;

/** What all connections of a listener share. */
export interface ConnectionServer {
  readonly handler: HttpHandler;
  readonly limits: ListenerLimits;
  readonly clock: Clock;
  /** Monotonic time of the last sweep: exact enough for deadlines of seconds, and free. */
  coarseNowMs: number;
  isClosing: boolean;
  readonly rests: Rests;
  /** Whether connections from there carry requests of many clients, so that none of them rests for what another asked. */
  isShared(sourceIp: string): boolean;
  forget(connection: Connection): void;
}

/**
 * Where a connection stands. `idle`: between requests. `head`, `body`: a request has begun to come. `busy`: it is being answered.
 * `receiving`: it is being answered while its body still comes. `streaming`: it is being answered piece by piece. `draining`: the client is slow to read the answer. `resting`: answered, and not read on for a moment (rests.ts). `lingering`: the last answer is out, what still comes is thrown away.
 * `switched`: the socket speaks another protocol.
 */
type State =
  | 'idle'
  | 'head'
  | 'body'
  | 'busy'
  | 'receiving'
  | 'streaming'
  | 'draining'
  | 'resting'
  | 'lingering'
  | 'switched'
  | 'closed';

export class Connection implements Resting {
  readonly #server: ConnectionServer;
  readonly #socket: Socket;
  readonly #secure: boolean;
  readonly #tls: TlsConnection | undefined;
  readonly #sourceIp: string;
  readonly #isShared: boolean;
  readonly #answer: (reply: HandlerReply) => void;
  readonly #failed: (error: unknown) => void;
  #state: State = 'idle';
  #deadlineMs: number;
  #requestBeganMs = 0;
  /** Read, not yet understood: from `#at` to `#end`. During `received` this may be a buffer shared by all connections. */
  #bytes: Buffer = noBody;
  #at = 0;
  #end = 0;
  /** How far `#bytes` was searched for the end of a head. */
  #searchedTo = 0;
  #head: Head | undefined;
  #body: BodyBuffer | undefined;
  #chunked: WholeChunkedBody | undefined;
  /** Set as long as the body of a request that is being handled has not come whole. */
  #incoming: IncomingBody | undefined;
  #incomingChunks: ChunkedBody | undefined;
  #hasEnded = false;
  #isPaused = false;
  /** Set in the state `streaming`. */
  #stream: BodyStream | undefined;
  /** Waits for a client that is slow to read a streamed body. */
  #onDrained: (() => void) | undefined;
  #isReading = false;
  /** Set in the state `switched`. */
  #switched: SwitchedProtocol | undefined;

  constructor(server: ConnectionServer, socket: Socket, tls: TlsConnection | undefined) {
    this.#server = server;
    this.#socket = socket;
    this.#secure = 'encrypted' in socket;
    this.#tls = tls;
    this.#sourceIp = plainAddress(socket.remoteAddress);
    this.#isShared = server.isShared(this.#sourceIp);
    this.#deadlineMs = server.coarseNowMs + server.limits.keepAliveTimeoutMs;
    this.#answer = (reply) => this.#reply(reply);
    this.#failed = (error) => this.#fault(error);
    socket.on('end', () => this.#clientEnded());
    socket.on('drain', () => this.#drained());
    socket.on('close', () => {
      this.#state = 'closed';
      server.forget(this);
      this.#switched?.socketClosed();
      this.#stream?.cancel();
      this.#incoming?.fail('the client left');
      this.#onDrained?.();
    });
    // The close that follows an error says all there is to do.
    socket.on('error', () => {});
  }

  received(bytes: Buffer, length: number): void {
    if (this.#switched !== undefined) {
      this.#switched.received(bytes, length);
      return;
    }
    if (this.#state === 'lingering' || this.#state === 'closed') return;
    const kept = this.#end - this.#at;
    if (kept === 0) {
      this.#bytes = bytes;
      this.#at = 0;
      this.#end = length;
      this.#searchedTo = 0;
    } else {
      this.#append(bytes, length);
    }
    if (!this.#isOccupied()) this.#read();
    else if (kept + length > maxReadAheadBytes) this.#pause();
    if (this.#bytes === bytes) this.#keepRest();
  }

  #append(bytes: Buffer, length: number): void {
    this.#bytes = Buffer.concat([this.#bytes.subarray(this.#at, this.#end), bytes.subarray(0, length)]);
    this.#searchedTo = Math.max(0, this.#searchedTo - this.#at);
    this.#at = 0;
    this.#end = this.#bytes.length;
  }

  /** The buffer goes back to be read into again: what was not understood yet is copied. */
  #keepRest(): void {
    const rest = this.#end - this.#at;
    this.#bytes = rest === 0 ? noBody : Buffer.from(this.#bytes.subarray(this.#at, this.#end));
    this.#searchedTo = Math.max(0, this.#searchedTo - this.#at);
    this.#at = 0;
    this.#end = rest;
  }

  checkDeadline(nowMs: number): void {
    if (nowMs < this.#deadlineMs) return;
    if (this.#state === 'head') this.#refuse({ status: 408, why: 'the head did not come in time' });
    else if (this.#state === 'body') this.#refuse({ status: 408, why: 'the body did not come in time' });
    else if (this.#state === 'receiving') this.#breakOff('the body did not come in time');
    else this.#socket.destroy();
  }

  closeIfIdle(): void {
    if (this.#state === 'idle') this.#socket.destroySoon();
  }

  /** What comes meanwhile waits. */
  #isOccupied(): boolean {
    return (
      this.#state === 'busy' || this.#state === 'streaming' || this.#state === 'draining' || this.#state === 'resting'
    );
  }

  /** Understands as many requests as have come and can be answered at once. */
  #read(): void {
    // A reply given in the same turn comes back here through #reply; the loop goes on instead of going deeper.
    if (this.#isReading) return;
    this.#isReading = true;
    let begun = 0;
    while (this.#at < this.#end) {
      if (this.#state === 'idle') {
        if (begun++ === maxRequestsPerTurn) {
          this.#state = 'resting';
          this.#server.rests.giveWay(this);
          break;
        }
        this.#beginRequest();
      }
      if (!this.#readNext()) break;
    }
    this.#isReading = false;
    if (this.#hasEnded && !this.#isOccupied()) this.#clientEnded();
  }

  /** Whether there may be more to read at once. */
  #readNext(): boolean {
    switch (this.#state) {
      case 'head':
        return this.#readHead();
      case 'body':
        return this.#readBody();
      case 'receiving':
        return this.#readOn();
      default:
        return false;
    }
  }

  #beginRequest(): void {
    this.#state = 'head';
    this.#requestBeganMs = this.#server.coarseNowMs;
    this.#deadlineMs = this.#requestBeganMs + this.#server.limits.headTimeoutMs;
  }

  /** Whether the head was read. */
  #readHead(): boolean {
    const { handler, limits } = this.#server;
    // A head that comes in drops is parsed again only when its end may have come.
    if (this.#searchedTo > 0) {
      const found = this.#bytes.subarray(0, this.#end).indexOf(endOfHead, Math.max(this.#at, this.#searchedTo - 3));
      this.#searchedTo = this.#end;
      if (found < 0 && this.#end - this.#at < limits.maxHeadBytes) return false;
    }
    const head = parseHead(this.#bytes, this.#at, this.#end, limits);
    if (head === undefined) {
      this.#searchedTo = this.#end;
      return false;
    }
    if (isRefusal(head)) {
      this.#refuse(head);
      return false;
    }
    this.#searchedTo = 0;
    this.#at = head.end;
    this.#head = head;
    if (head.contentLength === 0 && !head.isChunked) {
      this.#handle(head, noBody);
      return true;
    }
    const maxBytes = handler.maxBodyBytes(head);
    if (head.contentLength > maxBytes) {
      this.#refuse({ status: 413, why: `body of ${head.contentLength} bytes, ${maxBytes} are allowed` });
      return false;
    }
    if (handler.streamsBody?.(head) === true) {
      this.#handOnBody(head, maxBytes);
      return true;
    }
    this.#state = 'body';
    this.#deadlineMs = this.#requestBeganMs + limits.requestTimeoutMs;
    if (head.isChunked) this.#chunked = chunkedBody(maxBytes);
    if (head.expectsContinue && this.#at === this.#end) this.#socket.write('HTTP/1.1 100 Continue\r\n\r\n', 'latin1');
    return true;
  }

  /** Whether the body was read. */
  #readBody(): boolean {
    const head = this.#head!;
    const bytes = this.#bytes;
    if (this.#chunked !== undefined) {
      const end = this.#chunked.take(bytes, this.#at, this.#end);
      if (typeof end === 'object') {
        this.#refuse(end);
        return false;
      }
      if (end === undefined) {
        this.#allowTimeFor(this.#end - this.#at);
        this.#at = this.#end;
        return false;
      }
      this.#at = end;
      const body = this.#chunked.whole();
      this.#chunked = undefined;
      this.#handle(head, body);
      return true;
    }
    const wanted = head.contentLength - (this.#body?.size ?? 0);
    const end = Math.min(this.#end, this.#at + wanted);
    if (this.#body === undefined && end - this.#at === wanted) {
      const body = Buffer.from(bytes.subarray(this.#at, end));
      this.#at = end;
      this.#handle(head, body);
      return true;
    }
    this.#body ??= new BodyBuffer(head.contentLength);
    this.#body.append(bytes, this.#at, end);
    this.#allowTimeFor(end - this.#at);
    this.#at = end;
    if (this.#body.size < head.contentLength) return false;
    const body = this.#body.whole();
    this.#body = undefined;
    this.#handle(head, body);
    return true;
  }

  /** The request is handled now; its body follows as it comes and as whoever reads it has room. */
  #handOnBody(head: Head, maxBytes: number): void {
    const body = new IncomingBody({
      length: head.isChunked ? undefined : head.contentLength,
      onDrain: () => this.#receiveOn(),
      onFirstRead: () => {
        const isWaiting = head.expectsContinue && body.size === 0 && this.#incoming === body;
        if (isWaiting) this.#socket.write('HTTP/1.1 100 Continue\r\n\r\n', 'latin1');
      },
    });
    this.#incoming = body;
    if (head.isChunked) {
      const counted = {
        get size() {
          return body.size;
        },
        append: (from: Buffer, start: number, end: number) => this.#received(body, from, start, end),
      };
      this.#incomingChunks = decodedChunks(maxBytes, counted);
    }
    this.#handle(head, noBody, body);
    // Handlers may answer at once.
    if (this.#state === 'busy') this.#state = 'receiving';
    this.#deadlineMs = this.#server.coarseNowMs + this.#server.limits.requestTimeoutMs;
  }

  #received(body: IncomingBody, from: Buffer, start: number, end: number): void {
    this.#allowTimeFor(end - start);
    if (body.append(from, start, end)) return;
    // The client does not wait for itself.
    this.#deadlineMs = Number.POSITIVE_INFINITY;
    this.#pause();
  }

  #receiveOn(): void {
    if (this.#state !== 'receiving' || !this.#isPaused) return;
    this.#isPaused = false;
    this.#deadlineMs = this.#server.coarseNowMs + this.#server.limits.requestTimeoutMs;
    this.#socket.resume();
  }

  /** Takes what came of a body that is handed on; whether it was its end. */
  #readOn(): boolean {
    const body = this.#incoming!;
    let end: number | Refusal | undefined;
    if (this.#incomingChunks !== undefined) {
      end = this.#incomingChunks.take(this.#bytes, this.#at, this.#end);
    } else {
      const wanted = this.#head!.contentLength - body.size;
      const last = Math.min(this.#end, this.#at + wanted);
      this.#received(body, this.#bytes, this.#at, last);
      end = last - this.#at === wanted ? last : undefined;
    }
    if (typeof end === 'object') {
      this.#at = this.#end;
      this.#breakOff(end.why);
      return false;
    }
    this.#at = end ?? this.#end;
    if (end === undefined) return false;
    this.#incoming = undefined;
    this.#incomingChunks = undefined;
    this.#state = 'busy';
    this.#deadlineMs = Number.POSITIVE_INFINITY;
    body.end();
    return true;
  }

  /** The rest of a body that is handed on will not come: whoever reads it answers, and the connection ends with that. */
  #breakOff(why: string): void {
    this.#state = 'busy';
    this.#deadlineMs = Number.POSITIVE_INFINITY;
    this.#incoming?.fail(why);
  }

  /** A large body over a slow line is no attack as long as it comes at the least speed. */
  #allowTimeFor(receivedBytes: number): void {
    this.#deadlineMs += (receivedBytes / this.#server.limits.minBytesPerSecond) * 1_000;
  }

  #handle(head: Head, body: Buffer, incoming?: IncomingBody): void {
    this.#state = 'busy';
    this.#deadlineMs = Number.POSITIVE_INFINITY;
    try {
      const reply = this.#server.handler.handle({
        method: head.method,
        path: head.path,
        query: head.query,
        headers: head.headers,
        body,
        ...(incoming !== undefined && { bodyStream: incoming.stream }),
        protocol: head.minorVersion === 1 ? 'HTTP/1.1' : 'HTTP/1.0',
        secure: this.#secure,
        sourceIp: this.#sourceIp,
        tls: this.#tls,
      });
      if (reply instanceof Promise) reply.then(this.#answer, this.#failed);
      else this.#reply(reply);
    } catch (error) {
      this.#fault(error);
    }
  }

  #reply(reply: HandlerReply): void {
    if (this.#state === 'closed') {
      // Accepted for a client that left meanwhile: whoever accepted it is told of the end.
      if (reply.status === 101) (reply as Upgrade).attach(this.#socket).socketClosed();
      else (reply as HttpReply).stream?.cancel();
      return;
    }
    if (reply.status === 101) {
      this.#switch(reply as Upgrade);
      return;
    }
    this.#answerWith(reply as RequestReply);
  }

  /** Leaves HTTP: the socket is the other protocol's, with whatever has been read beyond the request. */
  #switch(upgrade: Upgrade): void {
    this.#state = 'switched';
    this.#deadlineMs = Number.POSITIVE_INFINITY;
    this.#server.forget(this);
    this.#head = undefined;
    const unread = Buffer.from(this.#bytes.subarray(this.#at, this.#end));
    this.#bytes = noBody;
    this.#at = 0;
    this.#end = 0;
    this.#socket.write(upgrade.head, 'latin1');
    this.#switched = upgrade.attach(this.#socket);
    if (this.#isPaused) {
      this.#isPaused = false;
      this.#socket.resume();
    }
    if (unread.length > 0) this.#switched.received(unread, unread.length);
    if (this.#hasEnded) this.#switched.clientEnded();
  }

  #answerWith(reply: RequestReply): void {
    const head = this.#head!;
    // What of the body has not come would be taken for the next request.
    const keepAlive = head.keepAlive && !this.#server.isClosing && this.#incoming === undefined;
    if (reply.stream !== undefined) {
      this.#beginStream(reply, reply.stream, keepAlive);
      return;
    }
    let isWritten: boolean;
    try {
      isWritten = this.#write(reply, keepAlive, head.method === 'HEAD');
    } catch (error) {
      this.#fault(error);
      return;
    }
    this.#afterReply(keepAlive, isWritten, reply.isOverLimit === true);
  }

  #afterReply(keepAlive: boolean, isWritten: boolean, isOverLimit = false): void {
    this.#head = undefined;
    if (!keepAlive) {
      this.#linger();
    } else if (isWritten) {
      if (isOverLimit && !this.#isShared && this.#server.rests.rest(this)) this.#state = 'resting';
      else this.#nextRequest();
    } else {
      this.#state = 'draining';
      this.#deadlineMs = this.#readingDeadlineMs();
    }
  }

  /** By when a client has to have read what is written. */
  #readingDeadlineMs(): number {
    const { writeTimeoutMs, minBytesPerSecond } = this.#server.limits;
    const transferMs = (this.#socket.writableLength / minBytesPerSecond) * 1_000;
    return this.#server.coarseNowMs + writeTimeoutMs + transferMs;
  }

  /** The head at once, then each piece as it comes; a piece is asked for when the client has read what came before it. */
  #beginStream(reply: HttpReply, stream: BodyStream, mayKeepAlive: boolean): void {
    const head = this.#head!;
    const isBodyless = head.method === 'HEAD' || isBodiless(reply.status);
    const isChunked = stream.length === undefined && head.minorVersion === 1;
    const keepAlive = mayKeepAlive && (isBodyless || isChunked || stream.length !== undefined);
    const framing = stream.length ?? (isChunked || isBodyless ? inChunks : untilClosed);
    try {
      this.#socket.write(replyHead(reply, framing, keepAlive, this.#server.clock.now()), 'latin1');
    } catch (error) {
      stream.cancel();
      this.#fault(error);
      return;
    }
    if (isBodyless) {
      stream.cancel();
      this.#afterReply(keepAlive, true);
      return;
    }
    this.#state = 'streaming';
    this.#stream = stream;
    this.#pump(stream, isChunked).then(
      (isWhole) => {
        this.#stream = undefined;
        if (this.#state !== 'streaming') return;
        // A gateway that began to close meanwhile waits for no further request.
        if (isWhole) this.#afterReply(keepAlive && !this.#server.isClosing, !this.#socket.writableNeedDrain);
        // No end mark, so that the client does not take a part for the whole; where only the end of the connection marks one, that is no end in order.
        else if (framing === untilClosed) this.#socket.resetAndDestroy();
        else this.#socket.destroySoon();
      },
      (error) => this.#fault(error),
    );
  }

  /** False when the body broke off, or is not as long as was announced. */
  async #pump(stream: BodyStream, isChunked: boolean): Promise<boolean> {
    const socket = this.#socket;
    let left = stream.length ?? Number.POSITIVE_INFINITY;
    for (;;) {
      let piece: Uint8Array | undefined;
      try {
        piece = await stream.read();
      } catch {
        return false;
      }
      if (this.#state !== 'streaming') return false;
      if (piece === undefined) break;
      left -= piece.length;
      if (left < 0) {
        stream.cancel();
        return false;
      }
      socket.cork();
      if (isChunked) socket.write(piece.length.toString(16) + '\r\n', 'latin1');
      let isWritten = socket.write(piece);
      if (isChunked) isWritten = socket.write('\r\n', 'latin1');
      socket.uncork();
      if (!isWritten) await this.#drainedOrClosed();
    }
    if (isChunked) socket.write('0\r\n\r\n', 'latin1');
    return left === 0 || left === Number.POSITIVE_INFINITY;
  }

  #drainedOrClosed(): Promise<void> {
    if (this.#state !== 'streaming') return Promise.resolve();
    this.#deadlineMs = this.#readingDeadlineMs();
    return new Promise((resolve) => {
      this.#onDrained = () => {
        this.#onDrained = undefined;
        this.#deadlineMs = Number.POSITIVE_INFINITY;
        resolve();
      };
    });
  }

  /** A mistake in the gateway, or a reply that cannot be written: costs this connection, not the process. */
  #fault(error: unknown): void {
    if (this.#state !== 'closed') this.#refuse({ status: 500, why: (error as Error)?.stack ?? String(error) });
  }

  goOn(): void {
    if (this.#state === 'resting') this.#nextRequest();
  }

  #nextRequest(): void {
    this.#state = 'idle';
    this.#deadlineMs = this.#server.coarseNowMs + this.#server.limits.keepAliveTimeoutMs;
    if (this.#isPaused) {
      this.#isPaused = false;
      this.#socket.resume();
    }
    if (this.#at < this.#end) this.#read();
    else if (this.#hasEnded) this.#clientEnded();
  }

  /** False when the client is behind with reading. */
  #write(reply: HttpReply, keepAlive: boolean, isHead: boolean): boolean {
    const socket = this.#socket;
    const { body } = reply;
    const bodyBytes = typeof body === 'string' ? Buffer.byteLength(body) : body.length;
    const head = replyHead(reply, bodyBytes, keepAlive, this.#server.clock.now());
    if (bodyBytes === 0 || isHead || isBodiless(reply.status)) return socket.write(head, 'latin1');
    // As many bytes as characters: plain ASCII, so head and body are one string and one write.
    if (typeof body === 'string' && bodyBytes === body.length) return socket.write(head + body, 'latin1');
    if (typeof body !== 'string' && bodyBytes <= maxJoinedBytes) return socket.write(head + latin1(body), 'latin1');
    socket.cork();
    socket.write(head, 'latin1');
    const isWritten = typeof body === 'string' ? socket.write(body, 'utf8') : socket.write(body);
    socket.uncork();
    return isWritten;
  }

  #drained(): void {
    this.#switched?.drained();
    this.#onDrained?.();
    if (this.#state === 'draining') this.#nextRequest();
  }

  #refuse(refusal: Refusal): void {
    const { handler } = this.#server;
    const reply = handler.refuse(refusal, this.#head);
    this.#write(reply, false, this.#isHeadRequest());
    this.#linger();
  }

  /** Whether the request being refused is a HEAD, whose answer has no body; a head that cannot be read still begins with its method. */
  #isHeadRequest(): boolean {
    if (this.#head !== undefined) return this.#head.method === 'HEAD';
    if (this.#state !== 'head') return false;
    return this.#bytes.toString('latin1', this.#at, Math.min(this.#at + 5, this.#end)) === 'HEAD ';
  }

  /**
   * The end from our side: what is written is sent, then FIN; what the client still sends is thrown away for a while. Closing at once would make
   * the kernel answer unread bytes with a reset, and the client could lose the very answer that tells it why.
   */
  #linger(): void {
    this.#state = 'lingering';
    this.#deadlineMs = this.#server.coarseNowMs + lingerMs;
    this.#bytes = noBody;
    this.#at = 0;
    this.#end = 0;
    this.#head = undefined;
    this.#body = undefined;
    this.#chunked = undefined;
    this.#incoming = undefined;
    this.#incomingChunks = undefined;
    if (this.#isPaused) this.#socket.resume();
    this.#socket.end();
    if (this.#hasEnded) this.#socket.destroySoon();
  }

  /** The client has sent all it will. A request being answered still gets its answer; one that came half gets a refusal. */
  #clientEnded(): void {
    this.#hasEnded = true;
    if (this.#switched !== undefined) {
      this.#switched.clientEnded();
      return;
    }
    // Nobody reads on who has ended a stream's connection from their side, and a backend that is silent would not find out for minutes.
    if (this.#state === 'streaming') this.#socket.destroy();
    if (this.#isOccupied()) return;
    if (this.#state === 'receiving') {
      this.#breakOff('the client ended the connection in the middle of a body');
      return;
    }
    if (this.#state === 'lingering') this.#socket.destroySoon();
    else if (this.#state === 'idle') this.#linger();
    else if (this.#state !== 'closed')
      this.#refuse({ status: 400, why: 'the client ended the connection in the middle of a request' });
  }

  #pause(): void {
    this.#isPaused = true;
    this.#socket.pause();
  }
}

const endOfHead = Buffer.from('\r\n\r\n');

/** Up to here copying a body into the head's string is cheaper than a second buffer in the write (bench/listener.ts). */
const maxJoinedBytes = 4_096;

function latin1(body: Uint8Array): string {
  const buffer = Buffer.isBuffer(body) ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  return buffer.toString('latin1');
}

/** `::ffff:127.0.0.1`, an IPv4 client of a dual-stack socket, as plain IPv4. */
export function plainAddress(address: string | undefined): string {
  if (address === undefined) return '';
  return address.startsWith('::ffff:') ? address.slice(7) : address;
}
