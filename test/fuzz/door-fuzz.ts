/**
 * Signed requests with one thing about them changed, as bytes on real sockets at every door of the product that asks for a signature: methods of REST APIs,
 * routes of HTTP APIs, handshakes of WebSocket APIs, and `@connections`. None is let in unless it says what was signed. By hand:
 * `node test/fuzz/door-fuzz.ts [seed] [count]`.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { ApiGatewayV2Client } from '@aws-sdk/client-apigatewayv2';
import { SignatureV4 } from '@smithy/signature-v4';
import { newConnectionId } from '../../src/base/connection-ids.ts';
import type { HeaderList } from '../../src/base/headers.ts';
import { createApi } from '../support/api-under-test.ts';
import { startTestGatewright } from '../support/gatewright-in-process.ts';
import { createHttpApi, proxyRoute } from '../support/http-api-under-test.ts';
import { Sha256 } from '../support/sdk-signer.ts';
import { createSocketApi, mock as socketMock } from '../support/socket-api.ts';
import { chanceFrom, seedAndCount } from './random.ts';
import { changed, type SentRequest } from './signature-fuzz.ts';
import { signedMeaning } from './signed-meaning.ts';

export interface DoorFindings {
  /** Sentences. */
  readonly findings: string[];
  /** By door: refused, and let in as another spelling. */
  readonly refused: Readonly<Record<string, number>>;
  readonly respelt: Readonly<Record<string, number>>;
}

/** In secure mode clients of the tests are this root. */
const owner = { accessKeyId: 'test', secretAccessKey: 'test', account: '000000000000' };

interface Words {
  readonly method?: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Door {
  readonly name: string;
  readonly host: string;
  readonly words: readonly Words[];
  /** Headers that are sent beside what is signed. */
  readonly more: string;
  /** Whether an answer says that the caller was let in. */
  readonly letsIn: (answer: string) => boolean;
}

const inBackend = (answer: string): boolean =>
  /^HTTP\/1\.1 200 /.test(answer) && /\r\nx-from: backend\r\n/i.test(answer);

/** Payload hashes that leave a body to chance: refused where no TLS protects it, or where chunks would have to be signed one by one. */
const looseHashes = [
  ...['UNSIGNED-PAYLOAD', 'STREAMING-UNSIGNED-PAYLOAD-TRAILER', 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD'],
  ...['STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER', 'unsigned-payload', 'e3b0c442'],
];

/** Signatures are made anew so often: presigned ones live a minute. */
const renewEveryMs = 20_000;
const together = 8;

export async function fuzzDoors(seed: number, count: number): Promise<DoorFindings> {
  const chance = chanceFrom(seed);
  const product = await startDoors();
  const findings: string[] = [];
  const refused: Record<string, number> = {};
  const respelt: Record<string, number> = {};
  try {
    let signed = await signedAt(product.doors);
    for (const { door, sent, isSound } of signed) {
      const answer = await exchanged(product.port, door, sent);
      if (door.letsIn(answer) !== isSound) {
        findings.push(`${door.name}: ${isSound ? 'a sound' : 'a loose'} request is answered ${answer.slice(0, 300)}`);
      }
    }
    let signedMs = Date.now();
    async function tryOne(): Promise<void> {
      const { door, sent } = chance.of(signed);
      const others = signed.filter((each) => each.door === door);
      const after = asRead(changed(chance, sent, chance.of(others).sent));
      const meaning = signedMeaning(after);
      const isSame = others.some((each) => each.isSound && signedMeaning(each.sent) === meaning);
      const answer = await exchanged(product.port, door, after);
      const isIn = door.letsIn(answer);
      if (isIn && isSame) respelt[door.name] = (respelt[door.name] ?? 0) + 1;
      else if (isIn || !/^HTTP\/1\.1 (?:4|505)/.test(answer)) {
        findings.push(
          `${door.name}: ${answer.slice(0, 200)} for ${JSON.stringify(after)}, which was ${JSON.stringify(sent)}`,
        );
      } else refused[door.name] = (refused[door.name] ?? 0) + 1;
    }
    for (let done = 0; done < count; done += together) {
      if (Date.now() - signedMs > renewEveryMs) {
        signed = await signedAt(product.doors);
        signedMs = Date.now();
      }
      await Promise.all(Array.from({ length: together }, tryOne));
    }
    const [letIn, called] = product.counts();
    if (letIn !== called) findings.push(`the backend was called ${called} times, ${letIn} answers of it came out`);
  } finally {
    await product.close();
  }
  return { findings, refused, respelt };

  async function exchanged(port: number, door: Door, sent: SentRequest): Promise<string> {
    const answer = await onSocket(port, door, sent);
    if (inBackend(answer)) product.answered();
    return answer;
  }
}

/** The product in secure mode with a door of each kind, and a backend that counts who comes. */
async function startDoors() {
  let called = 0;
  let letIn = 0;
  const backend = createServer((request, response) => {
    called++;
    request.resume().on('end', () => response.setHeader('x-from', 'backend').end('in'));
  });
  await once(backend.listen(0, '127.0.0.1'), 'listening');
  const uri = `http://127.0.0.1:${(backend.address() as AddressInfo).port}/`;
  const gatewright = await startTestGatewright({
    ...{ mode: 'secure', credentials: [owner], accountThrottle: null, throttledRestMs: 0 },
  });
  const method = { type: 'HTTP_PROXY', verb: 'ANY', uri, authorization: 'AWS_IAM' } as const;
  const rest = await createApi(gatewright, { 'ANY /pets': method, 'ANY /pets/{id}': method });
  await rest.deploy('dev');
  const guarded = { route: { AuthorizationType: 'AWS_IAM' } } as const;
  const http = await createHttpApi(gatewright, { 'ANY /{proxy+}': proxyRoute(uri, guarded) });
  http.client.destroy();
  const v2 = new ApiGatewayV2Client({
    ...{ endpoint: gatewright.endpoint, region: 'us-east-1', credentials: owner, maxAttempts: 1 },
  });
  const connect = { ...socketMock('{}'), AuthorizationType: 'AWS_IAM' } as const;
  const sockets = await createSocketApi(v2, { $connect: connect });
  v2.destroy();
  const host = (id: string): string => `${id}.execute-api.us-east-1.amazonaws.com`;
  const close = 'Connection: close\r\n';
  const words = (stage: string): Words[] => [
    { path: `${stage}/pets` },
    { path: `${stage}/pets/a%20b`, query: { limit: '10', q: 'x y+z' }, headers: { 'x-note': 'one  two,three' } },
    { method: 'POST', path: `${stage}/pets`, body: '{"name":"ann"}', headers: { 'content-type': 'application/json' } },
  ];
  const handshake =
    'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';
  const connection = `/dev/@connections/${encodeURIComponent(newConnectionId(Date.now()))}`;
  const doors: Door[] = [
    { name: 'REST', host: host(rest.id), words: words('/dev'), more: close, letsIn: inBackend },
    { name: 'HTTP', host: host(http.id), words: words(''), more: close, letsIn: inBackend },
    {
      name: '$connect',
      host: host(sockets),
      words: [{ path: '/dev' }, { path: '/dev', query: { room: 'a b' }, headers: { 'x-note': 'n' } }],
      more: handshake,
      letsIn: (answer) => answer.startsWith('HTTP/1.1 101 '),
    },
    {
      name: '@connections',
      host: host(sockets),
      words: [
        { path: connection },
        { method: 'POST', path: connection, body: 'pushed' },
        { method: 'DELETE', path: connection },
      ],
      more: close,
      // The connection is gone, which is said to nobody who was not let in.
      letsIn: (answer) => /^HTTP\/1\.1 (?:2|410)/.test(answer),
    },
  ];
  return {
    doors,
    port: gatewright.port,
    answered: () => letIn++,
    counts: () => [letIn, called] as const,
    async close() {
      await gatewright.close();
      backend.close();
      backend.closeAllConnections();
    },
  };
}

interface Signed {
  readonly door: Door;
  readonly sent: SentRequest;
  /** Whether it is let in as it is. */
  readonly isSound: boolean;
}

async function signedAt(doors: readonly Door[]): Promise<Signed[]> {
  const signed: Signed[] = [];
  for (const door of doors) {
    for (const words of door.words) {
      for (const presigned of [false, true])
        signed.push({ door, sent: await sign(door, words, presigned), isSound: true });
      if (words.body === undefined) continue;
      for (const hash of looseHashes) {
        const headers = { ...words.headers, 'x-amz-content-sha256': hash };
        signed.push({ door, sent: await sign(door, { ...words, headers }, false), isSound: false });
      }
    }
  }
  return signed;
}

async function sign(door: Door, words: Words, presigned: boolean): Promise<SentRequest> {
  const { method = 'GET', path, query = {}, body = '', headers = {} } = words;
  const signer = new SignatureV4({ service: 'execute-api', region: 'us-east-1', sha256: Sha256, credentials: owner });
  const request = {
    ...{ method, path, query: { ...query }, body, protocol: 'http:', hostname: door.host },
    headers: { host: door.host, ...headers },
  };
  const signed = (await (presigned
    ? signer.presign(request as never, { expiresIn: 60 })
    : signer.sign(request as never))) as unknown as { headers: Record<string, string>; query: Record<string, string> };
  return {
    ...{ method, path, body, lateMs: 0 },
    query: Object.entries(signed.query)
      .map((pair) => pair.map(encodeURIComponent).join('='))
      .join('&'),
    headers: Object.entries(signed.headers).flat(),
  };
}

function onSocket(port: number, door: Door, { method, path, query, headers, body }: SentRequest): Promise<string> {
  const lines = headerLines(headers);
  const target = query === '' ? path : `${path}?${query}`;
  const head = `${method} ${target} HTTP/1.1\r\n${lines}Content-Length: ${body.length}\r\n${door.more}\r\n`;
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let answer = '';
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      answer += text;
      if (isWhole(answer, method === 'HEAD')) socket.destroy();
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(answer));
    socket.write(head + body, 'latin1');
  });
}

/** On a line a question mark ends the path, wherever it came from. */
function asRead(sent: SentRequest): SentRequest {
  const at = sent.path.indexOf('?');
  if (at === -1) return sent;
  const query = [sent.path.slice(at + 1), ...(sent.query === '' ? [] : [sent.query])].join('?');
  return { ...sent, path: sent.path.slice(0, at), query };
}

/** A handshake that is refused leaves the connection open. */
function isWhole(answer: string, isHead: boolean): boolean {
  const end = answer.indexOf('\r\n\r\n');
  const length = /\r\nContent-Length: (\d+)\r\n/i.exec(answer)?.[1] ?? '0';
  return end !== -1 && (isHead || answer.length >= end + 4 + Number(length));
}

const headerLines = (headers: HeaderList): string => {
  let lines = '';
  for (let i = 0; i < headers.length; i += 2) lines += `${headers[i]}: ${headers[i + 1]}\r\n`;
  return lines;
};

if (import.meta.main) {
  const { seed, count } = seedAndCount(100_000);
  const { findings, refused, respelt } = await fuzzDoors(seed, count);
  console.log(
    `seed ${seed}, ${count} changes: refused ${JSON.stringify(refused)}, other spellings ${JSON.stringify(respelt)}, ${findings.length} findings`,
  );
  for (const finding of findings.slice(0, 20)) console.log(finding.slice(0, 1_500));
}
