/** HTTP backends for tests: one that tells what it was sent, and ones that do on the socket exactly what a test says. */
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createSocketServer, type Server, type Socket } from 'node:net';

export interface Backend {
  readonly port: number;
  /** `http://127.0.0.1:{port}` */
  readonly origin: string;
  /** Connections taken so far. */
  readonly connections: () => number;
  close(): Promise<void>;
}

/** What the echoing backend was sent. */
export interface Echo {
  readonly method: string;
  /** Target as it stood in the request line. */
  readonly url: string;
  /** Name, value, name, value, … */
  readonly rawHeaders: string[];
  /** By lower-case name, several values joined. */
  readonly headers: Record<string, string>;
  /** latin1, a character per byte. */
  readonly body: string;
}

async function listening(server: Server): Promise<Backend> {
  let connections = 0;
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    connections++;
    open.add(socket);
    socket.on('close', () => open.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    connections: () => connections,
    close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of open) socket.destroy();
      return closed;
    },
  };
}

/** A Node server; its own keep-alive time is an argument because tests need a hasty one. */
export function httpBackend(answer: RequestListener, keepAliveTimeoutMs = 5_000): Promise<Backend> {
  const server = createServer(answer);
  server.keepAliveTimeout = keepAliveTimeoutMs;
  return listening(server);
}

/** Whatever `answer` does with a connection, told each piece of bytes that comes as latin1. */
export function socketBackend(answer: (socket: Socket, received: string) => void): Promise<Backend> {
  return listening(
    createSocketServer((socket) => {
      socket.on('error', () => {});
      socket.setEncoding('latin1').on('data', (received: string) => answer(socket, received));
    }),
  );
}

/** The whole request, for an answer that says what it was. */
export async function echoOf(request: IncomingMessage): Promise<Echo> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { method = '', url = '', rawHeaders, headers } = request;
  return {
    method,
    url,
    rawHeaders,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
    body: Buffer.concat(chunks).toString('latin1'),
  };
}
