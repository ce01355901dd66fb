/** `gatewright connect ws://…`: a small WebSocket client for the terminal. What is typed goes out as one text frame a line, what comes is printed. */
import { randomUUID } from 'node:crypto';
import { createInterface } from 'node:readline';
import { UsageError } from './usage-error.ts';

const usage = 'expected: connect URL [--header "Name: value"] [--protocol NAME]';

/** Undici's WebSocket, which Node offers as a global, takes headers beside sub-protocols. */
type HeaderedWebSocket = new (
  url: string,
  options: { readonly headers: Record<string, string>; readonly protocols: readonly string[] },
) => WebSocket;

/** Names our connection to the inspector, which tells its id and routes; no other connection has this User-Agent. */
const userAgent = `gatewright-connect/${randomUUID()}`;

/** Talks until the connection closes or the input ends. Resolves to the exit code: 1 when the handshake was refused. */
export async function connectCommand(
  words: readonly string[],
  flags: { readonly header?: readonly string[]; readonly protocol?: readonly string[] },
): Promise<number> {
  const [address, ...rest] = words;
  if (address === undefined || rest.length > 0) throw new UsageError(usage);
  const url = URL.parse(address);
  if (url === null || !/^wss?:$/.test(url.protocol)) throw new UsageError(`${address} is no ws:// or wss:// URL`);
  const headers = { 'User-Agent': userAgent, ...Object.fromEntries((flags.header ?? []).map(headerOf)) };
  const Socket = WebSocket as unknown as HeaderedWebSocket;
  const socket = new Socket(url.href, { headers, protocols: flags.protocol ?? [] });
  return talk(socket, url, headers);
}

function headerOf(text: string): [string, string] {
  const colon = text.indexOf(':');
  if (colon < 1) throw new UsageError(`${JSON.stringify(text)} is no header; write "Name: value"`);
  return [text.slice(0, colon).trim(), text.slice(colon + 1).trim()];
}

function talk(socket: WebSocket, url: URL, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve) => {
    let isOpen = false;
    const lines = createInterface({ input: process.stdin, terminal: false });
    lines.pause();
    let route = '';
    socket.addEventListener('open', async () => {
      isOpen = true;
      const protocol = socket.protocol === '' ? '' : `, sub-protocol ${socket.protocol}`;
      console.error(`connected to ${url.href}${protocol}; ^D ends`);
      const own = await ownConnection(url);
      if (own !== undefined) console.error(`connection ${own.connectionId}`);
      lines.resume();
    });
    lines.on('line', (line) => {
      if (line !== '') socket.send(line);
    });
    lines.on('close', () => socket.close(1000));
    socket.addEventListener('message', async ({ data }) => {
      console.log(shown(String(data)));
      const { lastRoute = route } = (await ownConnection(url)) ?? {};
      if (lastRoute !== route && lastRoute !== '') console.error(`route ${lastRoute}`);
      route = lastRoute;
    });
    socket.addEventListener('close', ({ code, reason }) => {
      if (isOpen) console.error(`closed: ${code}${reason === '' ? '' : ` ${reason}`}`);
      lines.close();
      if (isOpen) resolve(0);
      else refusal(url, headers).then(resolve);
    });
    socket.addEventListener('error', () => {});
  });
}

interface OwnConnection {
  readonly connectionId: string;
  readonly lastRoute: string;
}

/** What the inspector of the gateway at the other end says of our connection; undefined where there is none to ask. */
async function ownConnection(url: URL): Promise<OwnConnection | undefined> {
  try {
    const reply = await fetch(new URL('/_/connections', overHttp(url)));
    const { connections } = (await reply.json()) as { connections: (OwnConnection & { userAgent?: string })[] };
    return connections.find((each) => each.userAgent === userAgent);
  } catch {
    return undefined;
  }
}

function overHttp(url: URL): URL {
  const plain = new URL(url.href);
  plain.protocol = url.protocol === 'wss:' ? 'https:' : 'http:';
  return plain;
}

/** A refused handshake shows no answer to a WebSocket client; the same request over HTTP tells whether the server is there at all. */
async function refusal(url: URL, headers: Record<string, string>): Promise<number> {
  const plain = overHttp(url);
  const isThere = await fetch(new URL('/_/health', plain), { headers }).then(
    () => true,
    () => false,
  );
  console.error(
    isThere
      ? `The handshake with ${url.href} was refused; the log of Gatewright says why.`
      : `Cannot reach ${plain.origin}: is it running?`,
  );
  return 1;
}

/** Error frames are told apart from messages. */
function shown(data: string): string {
  try {
    const value = JSON.parse(data) as Record<string, unknown>;
    const isError = typeof value['message'] === 'string' && 'connectionId' in value && 'requestId' in value;
    return isError ? `< error: ${value['message']} (request ${value['requestId']})` : `< ${data}`;
  } catch {
    return `< ${data}`;
  }
}
