/** A WebSocket client for tests (npm `ws`): opens, sends, and hands out what came, in order. */
import WebSocket, { type ClientOptions } from 'ws';

export interface SocketClient {
  readonly socket: WebSocket;
  /** Headers of the accepted handshake, as `name: value` lines in the order they came. */
  readonly handshake: readonly string[];
  send(message: string | object): void;
  /** The next message that has not been handed out yet. */
  next(): Promise<string>;
  /** As `next`, parsed. */
  nextJson(): Promise<Record<string, unknown>>;
  /** Messages that came and were not handed out. */
  readonly waiting: readonly string[];
  /** Resolves with the close frame. */
  readonly closed: Promise<{ code: number; reason: string }>;
  close(code?: number, reason?: string): Promise<{ code: number; reason: string }>;
}

/** Why a handshake was refused. */
export class HandshakeRefused extends Error {
  readonly status: number;
  readonly body: string;
  readonly rawHeaders: readonly string[];
  constructor(status: number, body: string, rawHeaders: readonly string[]) {
    super(`handshake answered ${status}: ${body}`);
    this.status = status;
    this.body = body;
    this.rawHeaders = rawHeaders;
  }
}

export async function openSocket(
  url: string,
  protocols: string[] = [],
  options: ClientOptions = {},
): Promise<SocketClient> {
  const socket = new WebSocket(url, protocols, { perMessageDeflate: false, ...options });
  const waiting: string[] = [];
  const wanted: ((message: string) => void)[] = [];
  socket.on('message', (data) => {
    const message = data.toString();
    const taker = wanted.shift();
    if (taker === undefined) waiting.push(message);
    else taker(message);
  });
  let handshake: readonly string[] = [];
  socket.on('upgrade', ({ rawHeaders }) => {
    handshake = rawHeaders.flatMap((name, i) => (i % 2 === 0 ? [`${name}: ${rawHeaders[i + 1]}`] : []));
  });
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
  });
  await new Promise<void>((resolve, reject) => {
    socket.on('open', resolve);
    socket.on('error', reject);
    socket.on('unexpected-response', (request, response) => {
      let body = '';
      response.on('data', (chunk) => (body += chunk));
      response.on('end', () => {
        request.destroy();
        reject(new HandshakeRefused(response.statusCode ?? 0, body, response.rawHeaders));
      });
    });
  });
  socket.removeAllListeners('error');
  socket.on('error', () => {});
  const next = (): Promise<string> => {
    const message = waiting.shift();
    return message === undefined ? new Promise((resolve) => wanted.push(resolve)) : Promise.resolve(message);
  };
  return {
    socket,
    handshake,
    waiting,
    send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    next,
    nextJson: async () => JSON.parse(await next()) as Record<string, unknown>,
    closed,
    async close(code = 1000, reason = '') {
      socket.close(code, reason);
      return closed;
    },
  };
}

/** The refusal of a handshake that must be refused. */
export async function refusalOf(
  url: string,
  options: ClientOptions = {},
  protocols: string[] = [],
): Promise<HandshakeRefused> {
  const socket = await openSocket(url, protocols, options).catch((error: unknown) => error);
  if (socket instanceof HandshakeRefused) return socket;
  if (socket instanceof Error) throw socket;
  await (socket as SocketClient).close();
  throw new Error(`${url} accepted the handshake`);
}
