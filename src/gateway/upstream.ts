/**
 * HTTP out: kept connections per origin, one exchange at a time on each. A failure is never retried (row INT-18): a request that may have reached the
 * backend is not sent twice. One thing is no failure of the backend's: a kept connection that it closed just as the next request went out. GET, HEAD
 * and OPTIONS, which change nothing, then go out once more on a new connection (RFC 9112 §9.3.1); without that, every backend that closes idle
 * connections unannounced would now and then be a 504. Written on raw sockets like the listener (bench/listener.ts compares).
 */
import type { HeaderList } from '../base/headers.ts';
import { Problem } from '../base/problem.ts';
import type { StreamedBackends, StreamedUpstreamReply } from '../ports/streaming.ts';
import type { Upstream, UpstreamReply, UpstreamRequest } from '../ports/upstream.ts';
import {
  type BackendAddress,
  BackendConnection,
  contextShowing,
  type ExchangeEnd,
  TooLargeAnswer,
  type WireRequest,
} from './backend-connection.ts';

export interface UpstreamOptions {
  /** Origins with kept connections; beyond that the one first opened loses its idle ones. */
  readonly maxOrigins?: number;
  /** Connections to one origin; further requests wait for one, within their timeout. Those that stream an answer do not count: they may for minutes. */
  readonly maxConnectionsPerOrigin?: number;
  /** Body of an answer (AWS quota 10 MB, row LIM-03). */
  readonly maxAnswerBytes?: number;
}

/**
 * An idle connection is dropped after 4 s, before the 5 s of the most hasty usual backend (Node's own server): a request must not be written to
 * a connection the backend is just closing. A shorter time the backend announces in `Keep-Alive: timeout=` is respected.
 */
const idleLimitMs = 4_000;

const sweepEveryMs = 1_000;

export function createUpstream(options: UpstreamOptions = {}): Upstream & StreamedBackends {
  const { maxOrigins = 1_000, maxConnectionsPerOrigin = 1_024, maxAnswerBytes = 10 * 1024 * 1024 } = options;
  const origins = new Map<string, Origin>();
  let sweeper: NodeJS.Timeout | undefined;

  function originOf(request: UpstreamRequest): Origin {
    const key = originKey(request);
    let found = origins.get(key);
    if (found !== undefined) return found;
    const address = addressOf(request);
    if (origins.size >= maxOrigins) forgetFirst();
    found = new Origin(address, maxConnectionsPerOrigin, maxAnswerBytes);
    origins.set(key, found);
    sweeper ??= setInterval(sweep, sweepEveryMs).unref();
    return found;
  }

  function forgetFirst(): void {
    for (const [key, origin] of origins) {
      origins.delete(key);
      origin.retire();
      return;
    }
  }

  function sweep(): void {
    const nowMs = performance.now();
    for (const origin of origins.values()) origin.dropStale(nowMs);
  }

  function begin<Answer extends UpstreamReply | StreamedUpstreamReply>(
    request: UpstreamRequest,
    isStreamed: boolean,
  ): Promise<Answer> {
    return new Promise<Answer>((resolve, reject) => {
      try {
        const wire = wireRequest(request, isStreamed);
        new Exchange(originOf(request), request, wire, resolve as (answer: unknown) => void, reject);
      } catch (error) {
        reject(failure(request, error as Error));
      }
    });
  }

  return {
    send: (request) => begin<UpstreamReply>(request, false),
    stream: (request) => begin<StreamedUpstreamReply>(request, true),
    async close() {
      clearInterval(sweeper);
      for (const origin of origins.values()) origin.close();
      origins.clear();
    },
  };
}

/** The connections to one origin: idle ones are used again last in, first out, so that those too many grow old and go. */
class Origin {
  readonly #address: BackendAddress;
  readonly #maxConnections: number;
  readonly #maxAnswerBytes: number;
  readonly #all = new Set<BackendConnection>();
  readonly #streaming = new Set<BackendConnection>();
  readonly #idle: BackendConnection[] = [];
  /** In order of arrival. */
  readonly #waiting = new Set<Exchange>();
  #isRetired = false;

  constructor(address: BackendAddress, maxConnections: number, maxAnswerBytes: number) {
    this.#address = address;
    this.#maxConnections = maxConnections;
    this.#maxAnswerBytes = maxAnswerBytes;
  }

  begin(exchange: Exchange): void {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (idle.isUsable && performance.now() - idle.idleSinceMs < idle.idleLimitMs) {
        exchange.sendOn(idle);
        return;
      }
      idle.abandon();
    }
    this.beginOnNewConnection(exchange);
  }

  beginOnNewConnection(exchange: Exchange): void {
    if (this.#all.size - this.#streaming.size < this.#maxConnections) exchange.sendOn(this.#open());
    else this.#waiting.add(exchange);
  }

  /** The connection streams from now on; it makes room for another. */
  streams(connection: BackendConnection): void {
    this.#streaming.add(connection);
    const next = this.#nextWaiting();
    if (next !== undefined) next.sendOn(this.#open());
  }

  leaveQueue(exchange: Exchange): void {
    this.#waiting.delete(exchange);
  }

  #open(): BackendConnection {
    const connection = new BackendConnection(this.#address, this, this.#maxAnswerBytes, idleLimitMs);
    this.#all.add(connection);
    return connection;
  }

  #nextWaiting(): Exchange | undefined {
    for (const exchange of this.#waiting) {
      this.#waiting.delete(exchange);
      return exchange;
    }
    return undefined;
  }

  free(connection: BackendConnection): void {
    this.#streaming.delete(connection);
    const next = this.#nextWaiting();
    if (next !== undefined) {
      next.sendOn(connection);
    } else if (this.#isRetired || connection.idleLimitMs <= 0) {
      connection.abandon();
    } else {
      connection.idleSinceMs = performance.now();
      this.#idle.push(connection);
    }
  }

  gone(connection: BackendConnection): void {
    this.#all.delete(connection);
    this.#streaming.delete(connection);
    const at = this.#idle.indexOf(connection);
    if (at >= 0) this.#idle.splice(at, 1);
    const next = this.#nextWaiting();
    if (next !== undefined) next.sendOn(this.#open());
  }

  dropStale(nowMs: number): void {
    for (const connection of [...this.#idle]) {
      if (nowMs - connection.idleSinceMs >= connection.idleLimitMs) connection.abandon();
    }
  }

  /** Exchanges under way finish; nothing is kept after them. */
  retire(): void {
    this.#isRetired = true;
    for (const connection of [...this.#idle]) connection.abandon();
  }

  close(): void {
    this.#isRetired = true;
    for (const exchange of this.#waiting) exchange.failed(new Error('the gateway is closing'));
    this.#waiting.clear();
    for (const connection of this.#all) connection.breakOff('the gateway is closing');
  }
}

/** One request and the one clock that bounds it: waiting for a connection, connecting, sending, reading. */
class Exchange implements ExchangeEnd {
  readonly #origin: Origin;
  readonly #request: UpstreamRequest;
  readonly #wire: WireRequest;
  readonly #resolve: (reply: UpstreamReply | StreamedUpstreamReply) => void;
  readonly #reject: (problem: Problem) => void;
  readonly #timer: NodeJS.Timeout;
  #connection: BackendConnection | undefined;
  #wasLost = false;

  constructor(
    origin: Origin,
    request: UpstreamRequest,
    wire: WireRequest,
    resolve: (reply: UpstreamReply | StreamedUpstreamReply) => void,
    reject: (problem: Problem) => void,
  ) {
    this.#origin = origin;
    this.#request = request;
    this.#wire = wire;
    this.#resolve = resolve;
    this.#reject = reject;
    // A timer per request costs about 0.2 µs (Node keeps one list per duration), so nothing coarser is needed.
    this.#timer = setTimeout(timeOut, request.timeoutMs, this);
    origin.begin(this);
  }

  sendOn(connection: BackendConnection): void {
    this.#connection = connection;
    connection.send(this.#wire, this);
  }

  answered(reply: UpstreamReply): void {
    clearTimeout(this.#timer);
    this.#resolve(reply);
  }

  /** A body that breaks off says where, and why in the words of any failure. */
  begun({ body, ...head }: StreamedUpstreamReply): void {
    clearTimeout(this.#timer);
    this.#origin.streams(this.#connection!);
    const request = this.#request;
    const read = (): Promise<Uint8Array | undefined> =>
      body.read().catch((error: Error) => {
        throw failure(request, error);
      });
    this.#resolve({ ...head, body: { length: body.length, read, cancel: () => body.cancel() } });
  }

  failed(error: Error): void {
    clearTimeout(this.#timer);
    this.#reject(failure(this.#request, error));
  }

  lost(error: Error): void {
    if (this.#wasLost || !safeMethods.has(this.#request.method)) {
      this.failed(error);
      return;
    }
    this.#wasLost = true;
    this.#connection = undefined;
    this.#origin.beginOnNewConnection(this);
  }

  timeOut(): void {
    const { origin, method, timeoutMs } = this.#request;
    this.#reject(
      new Problem('INTEGRATION_TIMEOUT', 'Endpoint request timed out', {
        why: `${method} ${origin} did not answer within ${timeoutMs} ms`,
      }),
    );
    if (this.#connection === undefined) this.#origin.leaveQueue(this);
    else this.#connection.abandon();
  }
}

function timeOut(exchange: Exchange): void {
  exchange.timeOut();
}

/** Connections are shared by requests that would make the same one: same address, same names, same certificate. */
function originKey({ origin, skipCertificateAuthority, connectTo, clientCertificate }: UpstreamRequest): string {
  let key = origin;
  if (skipCertificateAuthority === true) key += ' of any authority';
  if (connectTo !== undefined) key += ` at ${connectTo.host} ${connectTo.port} ${connectTo.isTls}`;
  if (clientCertificate !== undefined) key += ` as ${clientCertificate.id}`;
  return key;
}

function addressOf(request: UpstreamRequest): BackendAddress {
  const { origin, skipCertificateAuthority, connectTo, clientCertificate } = request;
  const { protocol, hostname, port } = new URL(origin);
  if (protocol !== 'http:' && protocol !== 'https:') throw new Error(`invalid origin ${origin}`);
  const isTls = connectTo?.isTls ?? protocol === 'https:';
  const serverName = hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
  return {
    host: connectTo?.host ?? serverName,
    port: connectTo?.port ?? (port === '' ? (isTls ? 443 : 80) : Number(port)),
    isTls,
    serverName,
    skipCertificateAuthority: skipCertificateAuthority === true,
    secureContext: isTls && clientCertificate !== undefined ? contextShowing(clientCertificate) : undefined,
  };
}

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const notInTarget = /[^\x21-\x7e\x80-\xff]/;
const notInValue = /[^\t\x20-\x7e\x80-\xff]/;

/** Headers that say where a message ends or how a connection is used are ours alone. */
const ownHeaders = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
const payloadMethods = new Set(['POST', 'PUT', 'PATCH']);

/** Methods that change nothing at the backend (RFC 9110 §9.2.1), so that sending one twice is the same as once. */
const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/** The request as it goes out. Throws when a part of it cannot be sent without becoming something else. */
function wireRequest({ origin, target, method, headers, body }: UpstreamRequest, isStreamed: boolean): WireRequest {
  if (!token.test(method)) throw new Error(`invalid method ${JSON.stringify(method)}`);
  if (target[0] !== '/' || notInTarget.test(target)) throw new Error(`invalid path ${JSON.stringify(target)}`);
  const lines = headerLines(headers);
  const host = lines.hasHost ? '' : `Host: ${origin.slice(origin.indexOf('//') + 2)}\r\n`;
  const bytes = body === undefined ? 0 : typeof body === 'string' ? Buffer.byteLength(body) : body.length;
  const length = bytes > 0 || payloadMethods.has(method) ? `Content-Length: ${bytes}\r\n` : '';
  const head = `${method} ${target} HTTP/1.1\r\n${host}${lines.text}${length}Connection: keep-alive\r\n\r\n`;
  return { head, body, isHead: method === 'HEAD', isStreamed };
}

function headerLines(headers: HeaderList): { text: string; hasHost: boolean } {
  let text = '';
  let hasHost = false;
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]!;
    const value = headers[i + 1]!;
    if (!token.test(name)) throw new Error(`invalid header name ${JSON.stringify(name)}`);
    if (notInValue.test(value)) throw new Error(`invalid value of header ${name}`);
    const lower = name.toLowerCase();
    if (ownHeaders.has(lower)) continue;
    if (lower === 'host') hasHost = true;
    text += name + ': ' + value + '\r\n';
  }
  return { text, hasHost };
}

function failure({ origin, method }: UpstreamRequest, error: Error): Problem {
  // AWS's execution log calls it a configuration error: "Integration response of reported length … is larger than allowed maximum".
  if (error instanceof TooLargeAnswer) {
    return new Problem('API_CONFIGURATION_ERROR', 'Internal server error', {
      why: `${method} ${origin}: ${error.message}`,
    });
  }
  return new Problem('INTEGRATION_FAILURE', 'Network error communicating with endpoint', {
    why: `${method} ${origin} failed: ${reasonOf(error)}`,
    cause: error,
  });
}

/** The system's word first (`ECONNREFUSED`, `CERT_HAS_EXPIRED`), then the sentence; happy eyeballs hides several errors in one. */
function reasonOf(error: Error): string {
  const first = error instanceof AggregateError && error.errors[0] instanceof Error ? error.errors[0] : error;
  const { code, message } = first as NodeJS.ErrnoException;
  return code === undefined || message.includes(code) ? message : `${code} ${message}`;
}
