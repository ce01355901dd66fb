/**
 * HTTP out, on undici's `dispatch`: a pool of kept connections per origin, one exchange at a time on each, and never a retry (row INT-18): a
 * request that may have reached the backend is not sent twice.
 */
import { checkServerIdentity, type TLSSocket } from 'node:tls';
import { buildConnector, type Dispatcher, Pool } from 'undici';
import type { HeaderList } from '../base/headers.ts';
import { noBody } from '../base/http.ts';
import { Problem } from '../base/problem.ts';
import type { Upstream, UpstreamReply, UpstreamRequest } from '../ports/upstream.ts';

export interface UpstreamOptions {
  /** Origins with a pool; beyond that the one longest unused is closed once its exchanges are done. */
  readonly maxOrigins?: number;
  /** Connections to one origin; further requests wait for one, within their timeout. */
  readonly maxConnectionsPerOrigin?: number;
  /** Body of an answer (AWS quota 10 MB, row LIM-03). */
  readonly maxAnswerBytes?: number;
}

/**
 * An idle connection is dropped after 4 s, before the 5 s of the most hasty usual backend (Node's own server): a request must not be written to
 * a connection the backend is just closing. A shorter time the backend announces in `Keep-Alive: timeout=` is respected.
 */
const keepAliveTimeoutMs = 4_000;

/** The longest integration timeout of AWS; the exchange's own timer ends sooner where it is shorter. */
const connectTimeoutMs = 29_000;

export function createUpstream(options: UpstreamOptions = {}): Upstream {
  const { maxOrigins = 1_000, maxConnectionsPerOrigin = 1_024, maxAnswerBytes = 10 * 1024 * 1024 } = options;
  // Insertion order is order of last use only among origins that had to be opened: exact enough to choose one to close.
  const pools = new Map<string, Pool>();
  const insecurePools = new Map<string, Pool>();

  function poolOf(origin: string, isInsecure: boolean): Pool {
    const known = isInsecure ? insecurePools : pools;
    let pool = known.get(origin);
    if (pool !== undefined) return pool;
    if (known.size >= maxOrigins) closeOldest(known);
    pool = new Pool(origin, {
      connections: maxConnectionsPerOrigin,
      pipelining: 1,
      keepAliveTimeout: keepAliveTimeoutMs,
      keepAliveMaxTimeout: keepAliveTimeoutMs,
      keepAliveTimeoutThreshold: 500,
      // The exchange's own timer is the only clock: undici's would be two more timers per request.
      headersTimeout: 0,
      bodyTimeout: 0,
      maxResponseSize: maxAnswerBytes,
      connect: isInsecure ? connectToAnyAuthority : { timeout: connectTimeoutMs },
      allowH2: false,
    });
    known.set(origin, pool);
    return pool;
  }

  return {
    send(request) {
      return new Promise<UpstreamReply>((resolve, reject) => {
        const handler = new UpstreamExchange(request, resolve, reject);
        try {
          // undici types headers as a map or a list alike; our list is sent in its order and case.
          poolOf(request.origin, request.skipCertificateAuthority === true).dispatch(
            {
              path: request.target,
              method: request.method as Dispatcher.HttpMethod,
              headers: request.headers,
              body: request.body === undefined || request.body.length === 0 ? null : request.body,
            },
            handler,
          );
        } catch (error) {
          // A path or header undici will not send, or an origin that is no URL.
          handler.onResponseError(undefined, error as Error);
        }
      });
    },
    async close() {
      const all = [...pools.values(), ...insecurePools.values()];
      pools.clear();
      insecurePools.clear();
      await Promise.all(all.map((pool) => pool.destroy()));
    },
  };
}

const connectUnverified = buildConnector({ timeout: connectTimeoutMs, rejectUnauthorized: false });

/** `insecureSkipVerification` (row INT-21): whoever signed the certificate, it must be for this host and within its time. */
const connectToAnyAuthority: buildConnector.connector = function connectToAnyAuthority(options, callback) {
  connectUnverified(options, (...[error, socket]) => {
    if (error !== null) return callback(error, null);
    const complaint = options.protocol === 'https:' ? complaintAbout(socket as TLSSocket, options.hostname) : undefined;
    if (complaint === undefined) return callback(null, socket);
    socket.destroy();
    callback(complaint, null);
  });
};

function complaintAbout(socket: TLSSocket, hostname: string): Error | undefined {
  const certificate = socket.getPeerCertificate();
  const wrongName = checkServerIdentity(hostname, certificate);
  if (wrongName !== undefined) return wrongName;
  const nowMs = Date.now();
  if (nowMs > Date.parse(certificate.valid_to)) return new Error('the certificate has expired');
  if (nowMs < Date.parse(certificate.valid_from)) return new Error('the certificate is not valid yet');
  return undefined;
}

function closeOldest(pools: Map<string, Pool>): void {
  for (const [origin, pool] of pools) {
    pools.delete(origin);
    pool.close().catch(() => {});
    return;
  }
}

/** One exchange with a backend: collects the answer, or the reason there is none. */
class UpstreamExchange implements Dispatcher.DispatchHandler {
  readonly #request: UpstreamRequest;
  readonly #resolve: (reply: UpstreamReply) => void;
  readonly #reject: (problem: Problem) => void;
  readonly #timer: NodeJS.Timeout;
  #controller: Dispatcher.DispatchController | undefined;
  #isOver = false;
  #status = 0;
  #headers: HeaderList = [];
  #first: Buffer | undefined;
  #more: Buffer[] | undefined;

  constructor(request: UpstreamRequest, resolve: (reply: UpstreamReply) => void, reject: (problem: Problem) => void) {
    this.#request = request;
    this.#resolve = resolve;
    this.#reject = reject;
    // A timer per request costs about 0.2 µs (Node keeps one list per duration), so nothing coarser is needed.
    this.#timer = setTimeout(timeOut, request.timeoutMs, this);
  }

  timeOut(): void {
    const { origin, method, timeoutMs } = this.#request;
    this.#fail(
      new Problem('INTEGRATION_TIMEOUT', 'Endpoint request timed out', {
        why: `${method} ${origin} did not answer within ${timeoutMs} ms`,
      }),
    );
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#isOver) controller.abort(new Error('timed out while waiting for a connection'));
    else this.#controller = controller;
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    // 100 Continue and other interim answers are not the answer.
    if (status < 200) return;
    this.#status = status;
    const raw = controller.rawHeaders as readonly Buffer[];
    const headers: HeaderList = new Array(raw.length);
    for (let i = 0; i < raw.length; i++) headers[i] = raw[i]!.toString('latin1');
    this.#headers = headers;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#first === undefined) this.#first = chunk;
    else if (this.#more === undefined) this.#more = [this.#first, chunk];
    else this.#more.push(chunk);
  }

  onResponseEnd(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#resolve({
      status: this.#status,
      headers: this.#headers,
      body: this.#more === undefined ? (this.#first ?? noBody) : Buffer.concat(this.#more),
    });
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: Error): void {
    const { origin, method } = this.#request;
    this.#fail(
      new Problem('INTEGRATION_FAILURE', 'Network error communicating with endpoint', {
        why: `${method} ${origin} failed: ${reasonOf(error)}`,
        cause: error,
      }),
    );
  }

  #fail(problem: Problem): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#reject(problem);
    this.#controller?.abort(problem);
  }
}

function timeOut(exchange: UpstreamExchange): void {
  exchange.timeOut();
}

/** The system's word first (`ECONNREFUSED`, `CERT_HAS_EXPIRED`), then the sentence; happy eyeballs hides several errors in one. */
function reasonOf(error: Error): string {
  const first = error instanceof AggregateError && error.errors[0] instanceof Error ? error.errors[0] : error;
  const { code, message } = first as NodeJS.ErrnoException;
  if (code === 'UND_ERR_RES_EXCEEDED_MAX_SIZE') return 'the answer is larger than 10 MB';
  return code === undefined || message.includes(code) ? message : `${code} ${message}`;
}
