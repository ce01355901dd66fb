/** One port for http and https: accepts sockets, tells TLS from plain text by the first byte and hands them on to whoever speaks HTTP. */
import { createServer, type Server, type Socket } from 'node:net';
import type { TlsOptions, Server as TlsServer } from 'node:tls';
import type { TlsConnection } from '../base/http.ts';
import type { Log } from '../ports/telemetry.ts';
import type { Certificate } from './certificate.ts';
import { serverNameIn } from './client-hello.ts';
import type { DomainTls } from './domains/domain-tls.ts';
import { beginsHttp2 } from './http2.ts';
import { type Receiver, readingOrdinarily, withSharedReads } from './shared-reads.ts';
import { tlsConnectionOf } from './tls-connection.ts';

export interface ListenerOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Begins to serve HTTP on a connected socket, plain or TLS; what is read from it goes to the receiver given back. */
  serve(socket: Socket, tls?: TlsConnection): Receiver;
  /** Serves a socket whose client speaks HTTP/2, TLS or plain. */
  serveHttp2(socket: Socket, tls?: TlsConnection): void;
  /** Asked for at the first TLS connection. */
  certificate(): Promise<Certificate>;
  /** TLS of custom domains, chosen by the name a client asks for. */
  readonly domainTls?: DomainTls | undefined;
  /** A connection that sends nothing, or no whole TLS handshake, for so long is closed. */
  readonly firstByteTimeoutMs: number;
  readonly log: Log;
}

export interface Listener {
  readonly port: number;
  /** Takes no more connections and ends those that never sent anything. */
  stopAccepting(): void;
  /** Ends every connection at once. */
  destroyAll(): void;
  /** Connections open now. */
  connections(): number;
  /** Resolves when no more are accepted and the last connection is gone. */
  readonly closed: Promise<void>;
}

/** A TLS record of a ClientHello begins with this byte (RFC 8446 §5.1); no HTTP method does. */
const tlsHandshake = 0x16;

/** Listens; rejects with one clear sentence when the address cannot be had. */
export function listen(options: ListenerOptions): Promise<Listener> {
  const { host, port, serve, log } = options;
  const sockets = new Set<Socket>();
  /** Connected, but not a byte has come: browsers open such ahead of need. */
  const silent = new Set<Socket>();
  const allClosed = Promise.withResolvers<void>();
  let isStopped = false;
  let tls: Promise<TlsServer> | undefined;

  function tlsServer(): Promise<TlsServer> {
    tls ??= makeTlsServer().catch((error) => {
      tls = undefined;
      throw error;
    });
    return tls;
  }

  async function makeTlsServer(): Promise<TlsServer> {
    return newTlsServer(await options.certificate(), undefined);
  }

  /** node:tls is 4 MB and 10 ms that a gateway without https never pays. */
  async function newTlsServer(settings: TlsOptions, domainName: string | undefined): Promise<TlsServer> {
    const { createServer } = await import('node:tls');
    const { firstByteTimeoutMs: handshakeTimeout } = options;
    const server = createServer({ ...settings, ALPNProtocols: ['h2', 'http/1.1'], handshakeTimeout });
    server.on('secureConnection', (socket) => {
      const tls = tlsConnectionOf(socket, domainName);
      if (socket.alpnProtocol === 'h2') options.serveHttp2(socket, tls);
      else readingOrdinarily(socket, serve(socket, tls));
    });
    server.on('tlsClientError', (error, socket) => {
      log.debug('TLS handshake failed', { why: error.message });
      socket.destroy();
    });
    return server;
  }

  /** Each domain has a server of its own, so that no setting of one reaches another; it goes when its settings do. */
  const ofDomains = new WeakMap<TlsOptions, Promise<TlsServer>>();

  async function tlsServerFor(serverName: string): Promise<TlsServer> {
    const settings = serverName === '' ? undefined : await options.domainTls?.settingsFor(serverName);
    if (settings === undefined) return tlsServer();
    let server = ofDomains.get(settings.options);
    if (server === undefined) {
      server = newTlsServer(settings.options, settings.domainName);
      ofDomains.set(settings.options, server);
    }
    return server;
  }

  function accept(accepted: Socket): void {
    withSharedReads(accepted, function firstReceiver(socket) {
      sockets.add(socket);
      silent.add(socket);
      socket.on('error', ignoreError);
      socket.on('close', () => {
        sockets.delete(socket);
        silent.delete(socket);
        if (isStopped && sockets.size === 0) allClosed.resolve();
      });
      socket.setTimeout(options.firstByteTimeoutMs, () => socket.destroy());
      let receive: Receiver | undefined;
      return function receiveFirst(bytes, length) {
        if (receive !== undefined) {
          receive(bytes, length);
          return;
        }
        socket.setTimeout(0);
        socket.removeAllListeners('timeout');
        silent.delete(socket);
        if (bytes[0] === tlsHandshake) {
          receive = helloReceiver(socket);
          receive(bytes, length);
        } else if (beginsHttp2(bytes, length)) {
          receive = ignoreBytes;
          socket.pause();
          socket.unshift(Buffer.from(bytes.subarray(0, length)));
          options.serveHttp2(socket);
        } else {
          receive = serve(socket);
          receive(bytes, length);
        }
      };
    });
  }

  /** Hands the socket to TLS as soon as it is known whose. */
  function helloReceiver(socket: Socket): Receiver {
    let hello: Buffer | undefined;
    let isHandedOn = false;
    let giveUp: NodeJS.Timeout | undefined;
    return function receiveHello(bytes, length) {
      // TLS reads below the socket; nothing comes this way any more.
      if (isHandedOn) return;
      const come = bytes.subarray(0, length);
      hello = hello === undefined ? Buffer.from(come) : Buffer.concat([hello, come]);
      const name = options.domainTls === undefined || options.domainTls.isEmpty ? '' : serverNameIn(hello);
      if (name === undefined) {
        giveUp ??= setTimeout(() => socket.destroy(), options.firstByteTimeoutMs).unref();
        return;
      }
      clearTimeout(giveUp);
      isHandedOn = true;
      toTls(socket, hello, name);
    };
  }

  function toTls(socket: Socket, hello: Buffer, serverName: string): void {
    socket.pause();
    socket.unshift(hello);
    (serverName === '' ? tlsServer() : tlsServerFor(serverName)).then(
      (server) => server.emit('connection', socket),
      (error) => {
        log.error('Cannot serve https', { why: String(error), ...(serverName !== '' && { name: serverName }) });
        socket.destroy();
      },
    );
  }

  return new Promise((resolve, reject) => {
    const server: Server = createServer({ allowHalfOpen: true, pauseOnConnect: true, noDelay: true }, accept);
    server.once('error', (error: NodeJS.ErrnoException) => reject(new Error(listenFailure(error, host, port))));
    server.listen({ host, port, backlog: 1_024 }, () => {
      server.removeAllListeners('error');
      server.on('error', (error) => log.error('Cannot accept a connection', { why: error.message }));
      const address = server.address();
      resolve({
        port: typeof address === 'object' && address !== null ? address.port : port,
        stopAccepting() {
          isStopped = true;
          server.close();
          for (const socket of silent) socket.destroy();
          if (sockets.size === 0) allClosed.resolve();
        },
        destroyAll() {
          for (const socket of sockets) socket.destroy();
        },
        connections: () => sockets.size,
        closed: allClosed.promise,
      });
    });
  });
}

/** A socket that breaks ends its connection, nothing else; without a listener Node would end the process. */
function ignoreError(): void {}

/** Whoever reads below the socket gets what still comes. */
function ignoreBytes(): void {}

function listenFailure(error: NodeJS.ErrnoException, host: string, port: number): string {
  const where = `${host}:${port}`;
  if (error.code === 'EADDRINUSE') return `Cannot listen on ${where}: another program already uses this port`;
  if (error.code === 'EACCES') return `Cannot listen on ${where}: this user may not open this port`;
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
    return `Cannot listen on ${where}: this machine has no such address`;
  }
  return `Cannot listen on ${where}: ${error.message}`;
}
