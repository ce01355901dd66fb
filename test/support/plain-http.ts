/** Requests with nothing between: header lines as written, any path as written, no redirects, no decompression; and bytes on a socket. */
import { once } from 'node:events';
import { request } from 'node:http';
import { request as secureRequest } from 'node:https';
import { connect } from 'node:net';

export interface PlainRequest {
  readonly port: number;
  readonly path: string;
  readonly method?: string;
  /** Name, value, name, value, … in order and case; `Host` is `localhost:{port}` when absent. */
  readonly headers?: readonly string[];
  readonly body?: string | Uint8Array;
  readonly secure?: boolean;
  /** Address to call from: any of 127.0.0.0/8 where the system has them all. */
  readonly from?: string;
}

export interface PlainReply {
  readonly status: number;
  /** Name, value, name, value, … as they came. */
  readonly rawHeaders: readonly string[];
  /** Every value of a header, its name compared without regard to case. */
  all(name: string): string[];
  readonly body: Buffer;
  readonly text: string;
  readonly json: unknown;
}

/** Sends one request on a connection of its own. */
export async function ask(plain: PlainRequest): Promise<PlainReply> {
  const { port, path, method = 'GET', headers = [], body, secure = false, from } = plain;
  const hasHost = headers.some((name, i) => i % 2 === 0 && name.toLowerCase() === 'host');
  const lines = hasHost ? [...headers] : ['Host', `localhost:${port}`, ...headers];
  if (body !== undefined) lines.push('Content-Length', String(Buffer.byteLength(body)));
  const outgoing = (secure ? secureRequest : request)({
    host: '127.0.0.1',
    port,
    path,
    method,
    headers: lines,
    rejectUnauthorized: false,
    agent: false as const,
    ...(from !== undefined && { localAddress: from }),
  });
  outgoing.end(body);
  const [incoming] = (await once(outgoing, 'response')) as [import('node:http').IncomingMessage];
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const whole = Buffer.concat(chunks);
  const { rawHeaders } = incoming;
  return {
    status: incoming.statusCode!,
    rawHeaders,
    all: (name) => rawHeaders.filter((_, i) => i % 2 === 1 && rawHeaders[i - 1]!.toLowerCase() === name.toLowerCase()),
    body: whole,
    text: whole.toString(),
    get json(): unknown {
      return JSON.parse(whole.toString());
    },
  };
}

/** Sends bytes as they are; everything that comes back until the server closes, or until `until` matches. As latin1. */
export async function exchangeBytes(port: number, bytes: string | Buffer, until?: RegExp): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk;
    if (until?.test(text)) socket.destroy();
  });
  socket.on('error', () => {});
  socket.write(bytes);
  await once(socket, 'close');
  return text;
}
