/** One connection to a backend: sends a request, reads its answer, and says whether it may be used for another. */
import { connect as connectSocket, isIP, type Socket } from 'node:net';
import type { SecureContext, TLSSocket } from 'node:tls';
import { PieceQueue } from '../base/body-stream.ts';
import { noBody } from '../base/http.ts';
import type { StreamedUpstreamReply } from '../ports/streaming.ts';
import type { GatewayIdentity, UpstreamReply } from '../ports/upstream.ts';
import { BodyBuffer } from './body-buffer.ts';
import { type AnswerHead, parseAnswerHead } from './http1-answer.ts';
import { type ChunkedBody, chunkedBody, decodedChunks, type WholeChunkedBody } from './http1-chunked.ts';
import { readingOrdinarily } from './shared-reads.ts';

/** Where a connection leads. */
export interface BackendAddress {
  readonly host: string;
  readonly port: number;
  readonly isTls: boolean;
  /** Asked for and verified over TLS; the host unless the connection goes elsewhere. */
  readonly serverName: string;
  /** Accepts certificates of any authority (row INT-21). */
  readonly skipCertificateAuthority: boolean;
  /** Holds the certificate to show; undefined where there is none. */
  readonly secureContext: SecureContext | undefined;
}

/** What is sent: the head with its empty line, latin1, and the body. */
export interface WireRequest {
  readonly head: string;
  readonly body: string | Uint8Array | undefined;
  /** HEAD: the answer has no body whatever its headers say. */
  readonly isHead: boolean;
  /** The answer is told when its head has come, its body piece by piece. */
  readonly isStreamed: boolean;
}

/** Told once how an exchange ended. */
export interface ExchangeEnd {
  answered(reply: UpstreamReply): void;
  /** Of a request that `isStreamed`, instead of `answered`; a failure after this is its body's. */
  begun(reply: StreamedUpstreamReply): void;
  failed(error: Error): void;
  /** A connection that had served before ended without a byte of an answer: perhaps the backend had closed it before the request came. */
  lost(error: Error): void;
}

export interface ConnectionOwner {
  /** The exchange is over and the connection may take another. */
  free(connection: BackendConnection): void;
  /** The connection is gone. */
  gone(connection: BackendConnection): void;
}

/** Loaded when a backend speaks https: 4 MB that others never pay. */
const tls = () => process.getBuiltinModule('node:tls');

/** Made once for all connections that show this certificate; throws when it or its key cannot be read. */
export function contextShowing({ certificate, privateKey }: GatewayIdentity): SecureContext {
  return tls().createSecureContext({ cert: certificate, key: privateKey });
}

/** The backend answered well enough, only more than may be handed on. */
export class TooLargeAnswer extends Error {}

/** All connections are read into this; what must last is copied. */
const shared = Buffer.allocUnsafeSlow(65_536);

/** A backend that sends ever more of them instead of an answer would keep us reading. */
const maxInterimAnswers = 20;

export class BackendConnection {
  readonly #owner: ConnectionOwner;
  readonly #maxAnswerBytes: number;
  readonly #socket: Socket;
  #isReady = false;
  #hasServed = false;
  #hasAnswerBegun = false;
  #waiting: WireRequest | undefined;
  #request: WireRequest | undefined;
  #exchange: ExchangeEnd | undefined;
  #isGone = false;
  #isBrokenOff = false;
  #interimAnswers = 0;
  #head: AnswerHead | undefined;
  #body: BodyBuffer | undefined;
  #chunked: WholeChunkedBody | undefined;
  /** The body of a streamed answer, and how it is decoded where it comes in chunks. */
  #stream: { readonly pieces: PieceQueue; readonly chunks: ChunkedBody | undefined; left: number } | undefined;
  /** Part of a head that has not come whole. */
  #kept: Buffer = noBody;
  #error: Error | undefined;
  /** Milliseconds an idle connection is safe to use. */
  idleLimitMs: number;
  /** Monotonic time at which it became idle. */
  idleSinceMs = 0;

  constructor(address: BackendAddress, owner: ConnectionOwner, maxAnswerBytes: number, idleLimitMs: number) {
    this.#owner = owner;
    this.#maxAnswerBytes = maxAnswerBytes;
    this.idleLimitMs = idleLimitMs;
    const socket = address.isTls ? this.#connectTls(address) : this.#connect(address);
    this.#socket = socket;
    socket.on('error', (error) => {
      this.#error ??= error;
    });
    socket.on('end', () => this.#ended());
    socket.on('close', () => this.#closed());
  }

  /** Begins an exchange; the connection must be new or free. */
  send(request: WireRequest, exchange: ExchangeEnd): void {
    this.#exchange = exchange;
    this.#request = request;
    this.#hasAnswerBegun = false;
    this.#interimAnswers = 0;
    if (this.#isReady) this.#write(request);
    else this.#waiting = request;
  }

  /** Ends the connection at once; an exchange under way is told nothing more. */
  abandon(): void {
    this.#exchange = undefined;
    this.#socket.destroy();
  }

  /** Ends the connection at once; an exchange under way fails. */
  breakOff(why: string): void {
    this.#isBrokenOff = true;
    this.#fail(why);
  }

  /** Still connected or connecting; false in the moments between the end and `gone`. */
  get isUsable(): boolean {
    return !this.#socket.destroyed;
  }

  #connect({ host, port }: BackendAddress): Socket {
    const callback = (length: number): boolean => {
      this.#received(shared, length);
      return true;
    };
    return connectSocket({ host, port, noDelay: true, onread: { buffer: shared, callback } }, () => this.#ready());
  }

  #connectTls({ host, port, serverName, skipCertificateAuthority, secureContext }: BackendAddress): Socket {
    const socket = tls().connect({
      host,
      port,
      ALPNProtocols: ['http/1.1'],
      rejectUnauthorized: !skipCertificateAuthority,
      checkServerIdentity: (_host, certificate) => tls().checkServerIdentity(serverName, certificate),
      // An address has no name to be asked for by (RFC 6066 §3).
      ...(isIP(serverName) === 0 && { servername: serverName }),
      ...(secureContext !== undefined && { secureContext }),
    });
    socket.setNoDelay(true);
    socket.once('secureConnect', () => {
      const complaint = skipCertificateAuthority ? complaintAbout(socket, serverName) : undefined;
      if (complaint === undefined) this.#ready();
      else socket.destroy(complaint);
    });
    return readingOrdinarily(socket, (bytes, length) => this.#received(bytes, length));
  }

  #ready(): void {
    this.#isReady = true;
    const request = this.#waiting;
    this.#waiting = undefined;
    if (request !== undefined) this.#write(request);
  }

  #write({ head, body }: WireRequest): void {
    const socket = this.#socket;
    if (body === undefined || body.length === 0) {
      socket.write(head, 'latin1');
      return;
    }
    socket.cork();
    socket.write(head, 'latin1');
    if (typeof body === 'string') socket.write(body, 'utf8');
    else socket.write(body);
    socket.uncork();
  }

  #received(bytes: Buffer, length: number): void {
    if (this.#isGone) return;
    if (this.#exchange === undefined) {
      // Nobody asked: an answer too many, or the end of one we gave up. It must not become the next caller's.
      this.#socket.destroy();
      return;
    }
    this.#hasAnswerBegun = true;
    if (this.#head !== undefined) {
      if (this.#stream === undefined) this.#readBody(this.#head, bytes, 0, length);
      else this.#readStream(this.#head, bytes, 0, length);
      return;
    }
    let from = bytes;
    let to = length;
    if (this.#kept.length > 0) {
      from = Buffer.concat([this.#kept, bytes.subarray(0, length)]);
      to = from.length;
      this.#kept = noBody;
    }
    let at = 0;
    for (;;) {
      const head = parseAnswerHead(from, at, to);
      if (head === undefined) {
        this.#kept = Buffer.from(from.subarray(at, to));
        return;
      }
      if (typeof head === 'string') {
        this.#fail(head);
        return;
      }
      at = head.end;
      // Interim answers (100, 103) are not the answer.
      if (head.status < 200 && ++this.#interimAnswers > maxInterimAnswers) {
        this.#fail(`more than ${maxInterimAnswers} interim answers`);
        return;
      }
      if (head.status >= 200) {
        this.#head = head;
        if (this.#request!.isStreamed) this.#beginStream(head, from, at, to);
        else this.#readBody(head, from, at, to);
        return;
      }
      if (head.status === 101) {
        this.#fail('the backend switched protocols without being asked');
        return;
      }
    }
  }

  #readBody(head: AnswerHead, bytes: Buffer, at: number, to: number): void {
    if (this.#request!.isHead || head.status === 204 || head.status === 304) {
      this.#finish(head, noBody, at === to);
      return;
    }
    if (head.isChunked) {
      this.#chunked ??= chunkedBody(this.#maxAnswerBytes);
      const end = this.#chunked.take(bytes, at, to);
      if (typeof end === 'number') this.#finish(head, this.#chunked.whole(), end === to);
      else if (end?.status === 413) this.#failTooLarge();
      else if (end !== undefined) this.#fail(end.why);
      return;
    }
    const length = head.contentLength;
    const soFar = (this.#body?.size ?? 0) + to - at;
    if (length > this.#maxAnswerBytes || (length < 0 && soFar > this.#maxAnswerBytes)) {
      this.#failTooLarge();
      return;
    }
    if (length >= 0 && this.#body === undefined && to - at >= length) {
      this.#finish(head, length === 0 ? noBody : Buffer.from(bytes.subarray(at, at + length)), to - at === length);
      return;
    }
    this.#body ??= new BodyBuffer(length < 0 ? this.#maxAnswerBytes : length);
    const end = length < 0 ? to : Math.min(to, at + length - this.#body.size);
    this.#body.append(bytes, at, end);
    if (this.#body.size === length) this.#finish(head, this.#body.whole(), end === to);
  }

  #beginStream(head: AnswerHead, bytes: Buffer, at: number, to: number): void {
    const isBodiless = this.#request!.isHead || head.status === 204 || head.status === 304;
    const length = isBodiless ? 0 : head.isChunked ? undefined : head.contentLength;
    const pieces = new PieceQueue({
      length: length === -1 ? undefined : length,
      onDrain: () => this.#socket.resume(),
      onCancel: () => this.#socket.destroy(),
    });
    const append = (from: Buffer, start: number, end: number): void => {
      if (!pieces.push(Buffer.from(from.subarray(start, end)))) this.#socket.pause();
    };
    const chunks = length === undefined ? decodedChunks(Number.POSITIVE_INFINITY, { size: 0, append }) : undefined;
    this.#stream = { pieces, chunks, left: length ?? -1 };
    this.#exchange!.begun({ status: head.status, headers: head.headers, body: pieces });
    this.#readStream(head, bytes, at, to);
  }

  #readStream(head: AnswerHead, bytes: Buffer, at: number, to: number): void {
    const stream = this.#stream!;
    if (stream.chunks !== undefined) {
      const end = stream.chunks.take(bytes, at, to);
      if (typeof end === 'number') this.#endStream(head, end === to);
      else if (end !== undefined) this.#fail(end.why);
      return;
    }
    const end = stream.left < 0 ? to : Math.min(to, at + stream.left);
    if (end > at && !stream.pieces.push(Buffer.from(bytes.subarray(at, end)))) this.#socket.pause();
    if (stream.left < 0) return;
    stream.left -= end - at;
    if (stream.left === 0) this.#endStream(head, end === to);
  }

  #endStream(head: AnswerHead, isExact: boolean): void {
    const { pieces } = this.#stream!;
    this.#stream = undefined;
    this.#exchange = undefined;
    pieces.end();
    // The reader may be far behind; the next exchange on this connection must not find it paused.
    this.#socket.resume();
    this.#release(head, isExact);
  }

  /** `isExact`: nothing came after the answer. */
  #finish(head: AnswerHead, body: Buffer, isExact: boolean): void {
    const exchange = this.#exchange!;
    this.#exchange = undefined;
    this.#body = undefined;
    this.#chunked = undefined;
    exchange.answered({ status: head.status, headers: head.headers, body });
    this.#release(head, isExact);
  }

  /** After an answer: the connection is free for another or ends. */
  #release(head: AnswerHead, isExact: boolean): void {
    this.#hasServed = true;
    this.#request = undefined;
    this.#head = undefined;
    // A backend may answer before it has read the whole request; the rest of that would be taken for the next one.
    if (head.keepAlive && isExact && this.#socket.writableLength === 0 && !this.#isGone) {
      if (head.keepAliveSeconds >= 0) {
        this.idleLimitMs = Math.min(this.idleLimitMs, Math.max(0, head.keepAliveSeconds * 1_000 - 500));
      }
      this.#owner.free(this);
    } else {
      this.#socket.destroy();
    }
  }

  /** The backend sends no more: the end of an answer without a length, else the end of everything. */
  #ended(): void {
    const head = this.#head;
    if (head !== undefined && !head.isChunked && head.contentLength < 0) {
      if (this.#stream !== undefined) this.#endStream({ ...head, keepAlive: false }, true);
      else this.#finish({ ...head, keepAlive: false }, this.#body?.whole() ?? noBody, true);
    } else {
      this.#socket.destroy();
    }
  }

  #closed(): void {
    this.#isGone = true;
    const exchange = this.#exchange;
    this.#exchange = undefined;
    this.#owner.gone(this);
    const error =
      this.#error ??
      new Error(this.#head === undefined ? 'closed without an answer' : 'closed in the middle of the answer');
    if (this.#stream !== undefined) this.#stream.pieces.fail(error);
    else if (this.#hasServed && !this.#hasAnswerBegun && !this.#isBrokenOff) exchange?.lost(error);
    else exchange?.failed(error);
  }

  #fail(why: string): void {
    this.#socket.destroy(new Error(why));
  }

  #failTooLarge(): void {
    this.#socket.destroy(new TooLargeAnswer(`the answer is larger than ${this.#maxAnswerBytes} bytes`));
  }
}

/** Whoever signed the certificate, it must be for this host and within its time. */
function complaintAbout(socket: TLSSocket, hostname: string): Error | undefined {
  const certificate = socket.getPeerCertificate();
  const wrongName = tls().checkServerIdentity(hostname, certificate);
  if (wrongName !== undefined) return wrongName;
  const nowMs = Date.now();
  if (nowMs > Date.parse(certificate.valid_to)) return new Error('the certificate has expired');
  if (nowMs < Date.parse(certificate.valid_from)) return new Error('the certificate is not valid yet');
  return undefined;
}
