/**
 * HTTP/1.1 on raw sockets: hands each socket to a Connection and ends those whose time is over. Replaces node:http for speed (bench/listener.ts) and
 * for refusing what node:http lets pass.
 */
import type { Socket } from 'node:net';
import type { Clock } from '../base/clock.ts';
import type { TlsConnection } from '../base/http.ts';
import type { HttpHandler, ListenerLimits } from './http-handler.ts';
import { Connection, type ConnectionServer } from './http1-connection.ts';
import { Rests } from './rests.ts';
import type { Receiver } from './shared-reads.ts';

export interface Http1 {
  /** Serves a connected socket, plain or TLS, until it closes; takes what is read from it. */
  serve(socket: Socket, tls?: TlsConnection): Receiver;
  /** Ends idle connections; those with a request in flight end after its answer. */
  startClosing(): void;
  /** Ends connections whose time is over. Runs by itself every half second; tests call it. */
  sweep(): void;
  /** Stops sweeping. */
  stop(): void;
}

/** Deadlines are compared this often, by one timer for all connections: none is set or cleared per request. */
const sweepEveryMs = 500;

export interface Http1Options {
  /** Whether connections from an address carry requests of many clients; none does unless said. */
  isShared?(sourceIp: string): boolean;
  /** Unless given, as `limits.throttledRestMs` says. */
  readonly rests?: Rests;
}

export function createHttp1(
  handler: HttpHandler,
  limits: ListenerLimits,
  clock: Clock,
  options: Http1Options = {},
): Http1 {
  const connections = new Set<Connection>();
  const server: ConnectionServer = {
    handler,
    limits,
    clock,
    coarseNowMs: clock.monotonicMs(),
    isClosing: false,
    rests: options.rests ?? new Rests({ restMs: limits.throttledRestMs }),
    isShared: options.isShared ?? (() => false),
    forget: (connection) => connections.delete(connection),
  };

  function sweep(): void {
    server.coarseNowMs = clock.monotonicMs();
    for (const connection of connections) connection.checkDeadline(server.coarseNowMs);
  }
  const timer = setInterval(sweep, sweepEveryMs);
  timer.unref();

  return {
    serve(socket, tls) {
      const connection = new Connection(server, socket, tls);
      connections.add(connection);
      return (bytes, length) => connection.received(bytes, length);
    },
    startClosing() {
      server.isClosing = true;
      server.rests.end();
      for (const connection of connections) connection.closeIfIdle();
    },
    sweep,
    stop: () => clearInterval(timer),
  };
}
