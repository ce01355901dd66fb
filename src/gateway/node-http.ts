/** HTTP/1.1 by Node's own parser: the plain, slower way to serve a socket. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../base/clock.ts';
import { type HttpReply, noBody } from '../base/http.ts';
import type { HttpHandler, ListenerLimits } from './http-handler.ts';
import { httpDate, isBodiless, isListenersHeader } from './respond.ts';

export interface HttpServer {
  /** Serves a connected socket, plain or TLS, until it closes. */
  serve(socket: Socket): void;
  /** Closes idle connections; those with a request in flight close after its answer. */
  startClosing(): void;
}

export function createNodeHttp(handler: HttpHandler, limits: ListenerLimits, clock: Clock): HttpServer {
  let closing = false;
  const server = createServer({
    maxHeaderSize: limits.maxHeadBytes,
    headersTimeout: limits.headTimeoutMs,
    requestTimeout: limits.requestTimeoutMs,
    keepAliveTimeout: limits.keepAliveTimeoutMs,
  });
  server.on('request', (incoming: IncomingMessage, response: ServerResponse) => {
    const target = incoming.url!;
    const mark = target.indexOf('?');
    const head = {
      method: incoming.method!,
      path: mark < 0 ? target : target.slice(0, mark),
      query: mark < 0 ? '' : target.slice(mark + 1),
      headers: incoming.rawHeaders,
    };
    const maxBytes = handler.maxBodyBytes(head);
    let chunks: Buffer[] | undefined;
    let size = 0;
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) {
        if (!response.writableEnded) {
          write(handler.refuse({ status: 413, why: `body over ${maxBytes} bytes` }, head), response, true);
        }
        return;
      }
      if (chunks === undefined) chunks = [chunk];
      else chunks.push(chunk);
    });
    incoming.on('end', async () => {
      if (size > maxBytes) return;
      const { socket } = incoming;
      write(
        await handler.handle({
          ...head,
          body: chunks === undefined ? noBody : chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks),
          protocol: `HTTP/${incoming.httpVersion}`,
          secure: 'encrypted' in socket,
          sourceIp: socket.remoteAddress ?? '',
        }),
        response,
        closing,
      );
    });
  });

  function write(reply: HttpReply, response: ServerResponse, close: boolean): void {
    const bodiless = isBodiless(reply.status);
    const body = bodiless ? '' : reply.body;
    const lines: string[] = ['Date', httpDate(clock.now())];
    for (let i = 0; i < reply.headers.length; i += 2) {
      if (reply.headers[i]!.toLowerCase() === 'content-type') lines.push(reply.headers[i]!, reply.headers[i + 1]!);
    }
    if (!bodiless)
      lines.push('Content-Length', String(typeof body === 'string' ? Buffer.byteLength(body) : body.length));
    lines.push('Connection', close || !response.shouldKeepAlive ? 'close' : 'keep-alive');
    for (let i = 0; i < reply.headers.length; i += 2) {
      const name = reply.headers[i]!;
      if (name.toLowerCase() !== 'content-type' && !isListenersHeader(name)) lines.push(name, reply.headers[i + 1]!);
    }
    response.writeHead(reply.status, lines);
    response.end(body);
  }

  return {
    serve: (socket) => {
      server.emit('connection', socket);
    },
    startClosing() {
      closing = true;
      server.closeIdleConnections();
    },
  };
}
