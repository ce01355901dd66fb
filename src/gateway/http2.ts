/**
 * HTTP/2, over TLS where the client asks for it (ALPN `h2`) and in plain text where it just begins (row EP-11). Node's own implementation reads the frames; what a request
 * is, and what becomes of it, is what HTTP/1.1 says.
 */
import type { ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import type { Socket } from 'node:net';
import type { Clock } from '../base/clock.ts';
import type { TlsConnection } from '../base/http.ts';
import type { Log } from '../ports/telemetry.ts';
import type { HttpHandler, ListenerLimits } from './http-handler.ts';
import { plainAddress } from './http1-connection.ts';
import { Http2Exchange, type Http2Server } from './http2-exchange.ts';

export interface Http2 {
  /** Serves a connected socket, plain or TLS, until it closes. What has been read of it must stand before what is still to come (`unshift`). */
  serve(socket: Socket, tls?: TlsConnection): void;
  /** Tells every client that the connection takes no more requests; those in flight are answered. */
  startClosing(): void;
  /** Ends streams whose time is over. Runs by itself every half second; tests call it. */
  sweep(): void;
  stop(): void;
}

const sweepEveryMs = 500;

/** How a plain connection of HTTP/2 begins (RFC 9113 §3.4); no request of HTTP/1.1 does. */
const preface = Buffer.from('PRI * HTTP/2.0\r\n');

export const beginsHttp2 = (bytes: Buffer, length: number): boolean =>
  length >= preface.length && preface.compare(bytes, 0, preface.length) === 0;

/** Requests at once on one connection; AWS's load balancers allow as many. */
const maxStreams = 128;

/**
 * Against clients that cost more than they pay: requests begun and reset at once (CVE-2023-44487), frames nobody may send, heads that never end, pings and
 * settings whose acknowledgements are not read. All of them end the connection.
 */
const guards = {
  streamResetBurst: 200,
  streamResetRate: 20,
  maxSessionInvalidFrames: 100,
  maxSessionRejectedStreams: 100,
  maxHeaderListPairs: 256,
  /** Megabytes of one connection: its streams' heads and bodies not yet taken. */
  maxSessionMemory: 10,
  maxSettings: 32,
  /** What a backend says twice goes to the client twice. */
  strictSingleValueFields: false,
};

export function createHttp2(handler: HttpHandler, limits: ListenerLimits, clock: Clock, log: Log): Http2 {
  const sessions = new Set<ServerHttp2Session>();
  const exchanges = new Set<Http2Exchange>();
  const server: Http2Server = { handler, limits, clock, coarseNowMs: clock.monotonicMs() };
  let timer: NodeJS.Timeout | undefined;
  let isClosing = false;

  function sweep(): void {
    server.coarseNowMs = clock.monotonicMs();
    for (const exchange of exchanges) exchange.checkDeadline(server.coarseNowMs);
  }

  function serve(socket: Socket, tls?: TlsConnection): void {
    // 3 MB that a gateway without a client of HTTP/2 never pays.
    const { performServerHandshake } = process.getBuiltinModule('node:http2');
    if (timer === undefined) {
      server.coarseNowMs = clock.monotonicMs();
      timer = setInterval(sweep, sweepEveryMs).unref();
    }
    const client = { secure: 'encrypted' in socket, sourceIp: plainAddress(socket.remoteAddress), tls };
    const session = performServerHandshake(socket, {
      ...guards,
      settings: { maxConcurrentStreams: maxStreams, maxHeaderListSize: limits.maxHeadBytes, enablePush: false },
    });
    sessions.add(session);
    session.on('close', () => sessions.delete(session));
    session.on('error', (error) => log.debug('HTTP/2 connection failed', { why: error.message }));
    let open = 0;
    // A stream may be silent for minutes; its own clocks end it.
    session.setTimeout(limits.keepAliveTimeoutMs, () => open === 0 && session.close());
    // Half a connection is none: whoever sends no more frames cannot even acknowledge what comes.
    socket.on('end', () => session.destroy());
    session.on('stream', (stream: ServerHttp2Stream, _headers, flags: number, raw: string[]) => {
      const exchange = new Http2Exchange(server, stream, client);
      exchanges.add(exchange);
      open++;
      stream.on('close', () => {
        exchanges.delete(exchange);
        open--;
      });
      exchange.begin(raw, (flags & endStream) !== 0);
    });
    if (isClosing) session.close();
  }

  return {
    serve,
    sweep,
    startClosing() {
      isClosing = true;
      for (const session of sessions) session.close();
    },
    stop() {
      clearInterval(timer);
      for (const session of sessions) session.destroy();
    },
  };
}

/** Flag of a HEADERS frame without a body after it (RFC 9113 §6.2). */
const endStream = 0x1;
