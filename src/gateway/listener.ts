/** One port for http and https: accepts sockets, tells TLS from plain text by the first byte and hands them on to whoever speaks HTTP. */
import { createServer, type Server, type Socket } from 'node:net';
import type { Server as TlsServer } from 'node:tls';
import type { Log } from '../ports/telemetry.ts';
import type { Certificate } from './certificate.ts';
import { beginsHttp2 } from './http2.ts';
import { type Receiver, readingOrdinarily, withSharedReads } from './shared-reads.ts';

export interface ListenerOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Begins to serve HTTP on a connected socket, plain or TLS; what is read from it goes to the receiver given back. */
  serve(socket: Socket): Receiver;
  /** Serves a socket whose client speaks HTTP/2, TLS or plain. */
  serveHttp2(socket: Socket): void;
  /** Asked for at the first TLS connection. */
  certificate(): Promise<Certificate>;
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

  /** node:tls is 4 MB and 10 ms that a gateway without https never pays. */
  async function makeTlsServer(): Promise<TlsServer> {
    const [{ key, cert }, { createServer }] = await Promise.all([options.certificate(), import('node:tls')]);
    const server = createServer({
      key,
      cert,
      ALPNProtocols: ['h2', 'http/1.1'],
      handshakeTimeout: options.firstByteTimeoutMs,
    });
    server.on('secureConnection', (socket) => {
      if (socket.alpnProtocol === 'h2') options.serveHttp2(socket);
      else readingOrdinarily(socket, serve(socket));
    });
    server.on('tlsClientError', (error, socket) => {
      log.debug('TLS handshake failed', { why: error.message });
      socket.destroy();
    });
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
          receive = ignoreBytes;
          toTls(socket, bytes, length);
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

  function toTls(socket: Socket, bytes: Buffer, length: number): void {
    socket.pause();
    socket.unshift(Buffer.from(bytes.subarray(0, length)));
    tlsServer().then(
      (server) => server.emit('connection', socket),
      (error) => {
        log.error('Cannot serve https', { why: String(error) });
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

/** TLS reads below the socket; nothing comes this way any more. */
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
