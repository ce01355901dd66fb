/** One stream of an HTTP/2 connection: a request gathered, handed to the gateway, its reply written. */
import type { ServerHttp2Stream } from 'node:http2';
import type { BodyStream } from '../base/body-stream.ts';
import type { Clock } from '../base/clock.ts';
import { type HttpReply, noBody, type TlsConnection } from '../base/http.ts';
import { BodyBuffer } from './body-buffer.ts';
import type { HandlerReply, HttpHandler, ListenerLimits, Refusal } from './http-handler.ts';
import { type Head, isRefusal } from './http1-head.ts';
import { cleanValue, isSendable } from './http1-reply.ts';
import { headOfHttp2 } from './http2-head.ts';
import { IncomingBody } from './incoming-body.ts';
import { httpDate, isBodiless } from './respond.ts';

/** What all streams of a listener share. */
export interface Http2Server {
  readonly handler: HttpHandler;
  readonly limits: ListenerLimits;
  readonly clock: Clock;
  /** Monotonic time of the last sweep. */
  coarseNowMs: number;
}

/** Who is connected. */
export interface Http2Client {
  readonly secure: boolean;
  readonly sourceIp: string;
  readonly tls: TlsConnection | undefined;
}

export class Http2Exchange {
  readonly #server: Http2Server;
  readonly #stream: ServerHttp2Stream;
  readonly #client: Http2Client;
  #head: Head | undefined;
  #body: BodyBuffer | undefined;
  /** Set as long as the body of a request that is being handled has not come whole. */
  #incoming: IncomingBody | undefined;
  #isAnswered = false;
  #deadlineMs: number;
  #isDraining: (() => void) | undefined;
  #source: BodyStream | undefined;

  constructor(server: Http2Server, stream: ServerHttp2Stream, client: Http2Client) {
    this.#server = server;
    this.#stream = stream;
    this.#client = client;
    this.#deadlineMs = server.coarseNowMs + server.limits.requestTimeoutMs;
    stream.on('error', () => {});
    stream.on('drain', () => this.#isDraining?.());
    stream.on('close', () => {
      this.#deadlineMs = Number.POSITIVE_INFINITY;
      this.#source?.cancel();
      this.#incoming?.fail('the client left');
      this.#isDraining?.();
    });
  }

  /** `hasEnded`: the head was all there is. */
  begin(raw: readonly string[], hasEnded: boolean): void {
    const head = headOfHttp2(raw, this.#server.limits);
    if (isRefusal(head)) {
      this.#refuse(head);
      return;
    }
    this.#head = head;
    if (hasEnded) {
      this.#handle(head, noBody);
      return;
    }
    const maxBytes = this.#server.handler.maxBodyBytes(head);
    if (head.contentLength > maxBytes) {
      this.#refuse(tooLarge(maxBytes));
      return;
    }
    if (this.#server.handler.streamsBody?.(head) === true) {
      this.#handOnBody(head, maxBytes);
      return;
    }
    if (head.expectsContinue) this.#stream.additionalHeaders({ ':status': 100 });
    this.#body = new BodyBuffer(maxBytes);
    this.#stream.on('data', (piece: Buffer) => this.#received(piece, maxBytes));
    this.#stream.on('end', () => this.#ended(head));
  }

  checkDeadline(nowMs: number): void {
    if (nowMs < this.#deadlineMs) return;
    if (this.#isAnswered) this.#stream.destroy(new Error('the client does not read its answer'));
    else if (this.#incoming !== undefined) this.#incoming.fail('the body did not come in time');
    else this.#refuse({ status: 408, why: 'the body did not come in time' });
  }

  /** The request is handled now; its body follows as it comes and as whoever reads it has room. */
  #handOnBody(head: Head, maxBytes: number): void {
    const stream = this.#stream;
    const body = new IncomingBody({
      length: head.contentLength > 0 ? head.contentLength : undefined,
      onDrain: () => {
        if (!stream.destroyed) stream.resume();
      },
      onFirstRead: () => {
        if (head.expectsContinue && body.size === 0 && !this.#isAnswered) stream.additionalHeaders({ ':status': 100 });
      },
    });
    this.#incoming = body;
    stream.on('data', (piece: Buffer) => {
      if (body.size + piece.length > maxBytes) body.fail(tooLarge(maxBytes).why);
      else if (!body.append(piece, 0, piece.length)) stream.pause();
    });
    stream.on('end', () => {
      this.#incoming = undefined;
      if (stream.aborted) body.fail('the client gave up');
      else body.end();
    });
    this.#handle(head, noBody, body);
  }

  #received(piece: Buffer, maxBytes: number): void {
    const body = this.#body;
    if (body === undefined) return;
    if (body.size + piece.length > maxBytes) {
      this.#refuse(tooLarge(maxBytes));
      return;
    }
    body.append(piece, 0, piece.length);
    this.#deadlineMs += (piece.length / this.#server.limits.minBytesPerSecond) * 1_000;
  }

  #ended(head: Head): void {
    const body = this.#body;
    this.#body = undefined;
    // A stream that its client gave up ends, too; nobody waits for its answer.
    if (body !== undefined && !this.#stream.aborted) this.#handle(head, body.whole());
  }

  #handle({ method, path, query, headers }: Head, body: Buffer, incoming?: IncomingBody): void {
    this.#deadlineMs = Number.POSITIVE_INFINITY;
    const failed = (error: unknown): void =>
      this.#refuse({ status: 500, why: (error as Error)?.stack ?? String(error) });
    try {
      // Backends and logs get HTTP/1.1, as AWS's do (row EP-11).
      const streamed = incoming === undefined ? {} : { bodyStream: incoming.stream };
      const request = { method, path, query, headers, body, ...streamed, protocol: 'HTTP/1.1', ...this.#client };
      const reply = this.#server.handler.handle(request);
      if (reply instanceof Promise) reply.then((each) => this.#reply(each)).catch(failed);
      else this.#reply(reply);
    } catch (error) {
      failed(error);
    }
  }

  #reply(reply: HandlerReply): void {
    // No request of HTTP/2 can ask for it: there is no Upgrade header.
    if (reply.status === 101) throw new Error('a switch of protocols over HTTP/2');
    this.#answer(reply as HttpReply);
  }

  #refuse(refusal: Refusal): void {
    this.#body = undefined;
    if (this.#isAnswered || this.#stream.destroyed) {
      this.#stream.destroy(new Error(refusal.why));
      return;
    }
    this.#answer(this.#server.handler.refuse(refusal, this.#head));
    // What still comes of the request is not wanted.
    this.#stream.resume();
  }

  #answer(reply: HttpReply): void {
    const stream = this.#stream;
    const { stream: source, body } = reply;
    if (stream.destroyed || stream.closed) {
      source?.cancel();
      return;
    }
    this.#isAnswered = true;
    const isBodyless = this.#head?.method === 'HEAD' || isBodiless(reply.status);
    const bytes =
      source !== undefined ? source.length : typeof body === 'string' ? Buffer.byteLength(body) : body.length;
    const headers = replyHeaders(reply, isBodiless(reply.status) ? undefined : bytes, this.#server.clock.now());
    try {
      stream.respond(headers, { endStream: isBodyless || bytes === 0 });
    } catch (error) {
      source?.cancel();
      throw error;
    }
    if (isBodyless || bytes === 0) source?.cancel();
    else if (source === undefined) this.#end(body);
    else void this.#pump(source);
  }

  #end(body: string | Uint8Array): void {
    const { writeTimeoutMs, minBytesPerSecond } = this.#server.limits;
    this.#deadlineMs = this.#server.coarseNowMs + writeTimeoutMs + (body.length / minBytesPerSecond) * 1_000;
    if (typeof body === 'string') this.#stream.end(body, 'utf8');
    else this.#stream.end(body);
  }

  /** Each piece as it comes; the next is asked for when the client has made room. */
  async #pump(source: BodyStream): Promise<void> {
    const stream = this.#stream;
    this.#source = source;
    try {
      for (let piece = await source.read(); piece !== undefined; piece = await source.read()) {
        if (stream.destroyed) return;
        if (!stream.write(piece)) await this.#drained();
      }
      stream.end();
    } catch (error) {
      // `close` would write the end mark first, and the client take a part for the whole.
      stream.destroy(error as Error);
    } finally {
      this.#source = undefined;
    }
  }

  #drained(): Promise<void> {
    this.#deadlineMs = this.#server.coarseNowMs + this.#server.limits.writeTimeoutMs;
    return new Promise((resolve) => {
      this.#isDraining = () => {
        this.#isDraining = undefined;
        this.#deadlineMs = Number.POSITIVE_INFINITY;
        resolve();
      };
    });
  }
}

const tooLarge = (maxBytes: number): Refusal => ({ status: 413, why: `body over ${maxBytes} bytes` });

/** Names in lower case, without those that say where an HTTP/1.1 message ends. Throws for a status that is none. */
function replyHeaders({ status, headers }: HttpReply, bytes: number | undefined, nowMs: number): string[] {
  if (!Number.isInteger(status) || status < 200 || status > 999) throw new Error(`a reply with status ${status}`);
  const all = [':status', String(status), 'date', httpDate(nowMs)];
  let hasContentType = false;
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]!.toLowerCase();
    if (!isSendable(name) || notOfHttp2.has(name)) continue;
    if (name === 'content-type') {
      if (hasContentType) continue;
      hasContentType = true;
    }
    all.push(name, cleanValue(headers[i + 1]!));
  }
  if (bytes !== undefined) all.push('content-length', String(bytes));
  return all;
}

const notOfHttp2: ReadonlySet<string> = new Set(['proxy-connection', 'te', 'http2-settings']);
