/** A request that names its API by `Host`, as behind a DNS name; fetch does not let its caller choose that header. */
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { request as requestSecurely } from 'node:https';
import { text } from 'node:stream/consumers';
import type { Answer } from './expect.ts';

/** GET of a path at the endpoint, under another host name. */
export async function callByHost(endpoint: string, host: string, path: string): Promise<Answer> {
  const url = new URL(path, endpoint);
  const send = url.protocol === 'https:' ? requestSecurely : request;
  const outgoing = send(url, { headers: { Host: host }, agent: false }).end();
  const [reply] = (await once(outgoing, 'response')) as [IncomingMessage];
  return { status: reply.statusCode!, body: await text(reply), headers: new Headers() };
}
