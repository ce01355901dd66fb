/** A client of custom domains: the name in Host and in the TLS handshake are chosen apart, the connection always goes to this machine. */
import { once } from 'node:events';
import { type ClientRequest, request } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';

export interface DomainRequest {
  readonly port: number;
  /** `Host` as it is sent. */
  readonly host: string;
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Over TLS, with the host's name unless it gives another; trust is not asked for unless it gives a `ca`. */
  readonly tls?: ConnectionOptions | undefined;
}

export interface DomainReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly json: Record<string, unknown>;
}

/** Sends one request on a connection of its own. */
export async function askDomain({
  port,
  host,
  path = '/',
  method = 'GET',
  headers,
  tls,
}: DomainRequest): Promise<DomainReply> {
  const common = { host: '127.0.0.1', port, path, method, headers: { Host: host, ...headers }, agent: false as const };
  const outgoing: ClientRequest =
    tls === undefined ? request(common) : secureRequest({ ...common, ...handshake(host, tls) });
  outgoing.end();
  const [incoming] = (await once(outgoing, 'response')) as [import('node:http').IncomingMessage];
  let text = '';
  for await (const chunk of incoming) text += String(chunk);
  return {
    status: incoming.statusCode!,
    headers: incoming.headers,
    text,
    get json() {
      return JSON.parse(text) as Record<string, unknown>;
    },
  };
}

/** A connection after its handshake; rejects when there is none. */
export async function shakeHands(port: number, host: string, tls: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connect({ host: '127.0.0.1', port, ...handshake(host, tls) });
  await once(socket, 'secureConnect');
  return socket;
}

function handshake(host: string, tls: ConnectionOptions): ConnectionOptions {
  const servername = host.replace(/:\d+$/, '').replace(/\.$/, '');
  return { servername, rejectUnauthorized: tls.ca !== undefined, ...tls };
}

/** Every name is this machine's, for clients that look one up. */
export const lookupHere: LookupFunction = (_name, options, found) => {
  const here = { address: '127.0.0.1', family: 4 };
  if (options.all === true) found(null, [here]);
  else found(null, here.address, here.family);
};
