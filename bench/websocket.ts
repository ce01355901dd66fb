/**
 * WebSocket APIs under load: `node bench/websocket.ts`. The server has one core to itself, the clients the other: messages answered by a MOCK route, idle
 * connections and their memory, pushes through @connections; `--talk` measures the messages alone. Clients speak raw frames, because a client library would be what is measured.
 */
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ApiGatewayV2Client } from '@aws-sdk/client-apigatewayv2';
import { clientConfig } from '../test/support/gatewright-in-process.ts';
import { startGatewright } from '../test/support/gatewright-process.ts';
import { createSocketApi, mock } from '../test/support/socket-api.ts';
import { processorTime, serverCore } from './programs-under-load.ts';

const talkers = 100;
const talkMs = 5_000;
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { stories: { type: 'boolean', default: false }, talk: { type: 'boolean', default: false } },
});
const idle = Number(positionals[0] ?? 20_000);
const pushTargets = 10_000;
const pushCallers = 32;

const folder = mkdtempSync(join(tmpdir(), 'gatewright-bench-'));
// Stories of requests are for people at work, and not what serves in production: `--stories` keeps them.
// The account's own limit of 10,000 requests a second would be what is measured, and 500 new connections a second take 40 s to open.
const settings = {
  requestStories: options.stories,
  accountThrottle: null,
  webSocketLimits: { newConnectionsPerSecond: 100_000 },
};
writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings));
const gatewright = await startGatewright(['--memory', '--config', join(folder, 'settings.json')], serverCore);
const v2 = new ApiGatewayV2Client(clientConfig(gatewright.endpoint));
const apiId = await createSocketApi(v2, { hi: mock('{"ok":true}'), id: mock('{"id":"$context.connectionId"}') });
v2.destroy();
const { port } = new URL(gatewright.endpoint);
const path = `/_aws/execute-api/${apiId}/dev`;

/** A masked text frame; a mask of zeros leaves the payload as it is. */
function clientFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  return Buffer.concat([Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]), payload]);
}

/** Resolves when the handshake is accepted. One address has 28,000 ports to call from, so callers spread over several. */
async function open(n: number): Promise<Socket> {
  const socket = connect({ port: Number(port), host: '127.0.0.1', localAddress: `127.0.${1 + (n % 8)}.1` });
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n`,
  );
  const [head] = (await once(socket, 'data')) as [Buffer];
  if (!head.toString('latin1').startsWith('HTTP/1.1 101')) throw new Error(head.toString('latin1'));
  return socket;
}

const rssMb = (): number => {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${gatewright.pid}/status`, 'utf8'))![1]!;
  return Math.round(Number(kilobytes) / 1024);
};

async function talk(): Promise<void> {
  const sockets = await Promise.all(Array.from({ length: talkers }, (_, n) => open(n)));
  const batch = Buffer.concat(Array.from({ length: 10 }, () => clientFrame('{"action":"hi"}')));
  const answerBytes = 2 + '{"ok":true}'.length;
  let received = 0;
  for (const socket of sockets) {
    let pending = 0;
    socket.on('data', (bytes: Buffer) => {
      received += bytes.length;
      pending += bytes.length;
      // The next ten go out when the last ten are answered.
      while (pending >= 10 * answerBytes) {
        pending -= 10 * answerBytes;
        socket.write(batch);
      }
    });
    socket.write(batch);
  }
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const from = received;
  const before = processorTime(gatewright.pid);
  const began = performance.now();
  await new Promise((resolve) => setTimeout(resolve, talkMs));
  const perSecond = ((received - from) / answerBytes / (performance.now() - began)) * 1_000;
  const after = processorTime(gatewright.pid);
  const us = (after.main - before.main) / ((received - from) / answerBytes) / 1_000;
  console.log(
    `${Math.round(perSecond)} MOCK-routed messages/s, answered, on one core with ${talkers} connections; ${us.toFixed(2)} µs of processor time each`,
  );
  for (const socket of sockets) socket.destroy();
}

async function hold(): Promise<Socket[]> {
  const before = rssMb();
  const sockets: Socket[] = [];
  for (let n = 0; n < idle; n += 50) {
    sockets.push(...(await Promise.all(Array.from({ length: 50 }, (_, i) => open(n + i)))));
  }
  console.log(`${sockets.length} idle connections: RSS ${rssMb()} MB (${before} MB before)`);
  return sockets;
}

async function push(sockets: readonly Socket[]): Promise<void> {
  const targets = sockets.slice(0, pushTargets);
  const ids: string[] = [];
  for (const socket of targets) {
    const answered = once(socket, 'data') as Promise<[Buffer]>;
    socket.write(clientFrame('{"action":"id"}'));
    const [frame] = await answered;
    ids.push(JSON.parse(frame.subarray(2).toString()).id);
  }
  let came = 0;
  for (const socket of targets) socket.on('data', () => came++);
  const agent = new Agent({ keepAlive: true, maxSockets: pushCallers });
  const began = performance.now();
  let next = 0;
  await Promise.all(
    Array.from({ length: pushCallers }, async () => {
      while (next < ids.length) await post(agent, ids[next++]!);
    }),
  );
  const perSecond = (ids.length / (performance.now() - began)) * 1_000;
  // The last frames are still on their way when their calls are answered.
  for (let i = 0; i < 100 && came < ids.length; i++) await new Promise((resolve) => setTimeout(resolve, 20));
  console.log(`${Math.round(perSecond)} pushes/s through @connections to ${ids.length} connections; ${came} came`);
  agent.destroy();
}

function post(agent: Agent, id: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const call = request(
      {
        agent,
        port,
        host: '127.0.0.1',
        method: 'POST',
        path: `${path}/@connections/${encodeURIComponent(id)}`,
        headers: {
          'Content-Length': 5,
          Authorization:
            'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/execute-api/aws4_request, SignedHeaders=host, Signature=none',
        },
      },
      (response) => {
        response.resume();
        response.on('end', () =>
          response.statusCode === 200 ? resolve() : reject(new Error(`${response.statusCode}`)),
        );
      },
    );
    call.on('error', reject);
    call.end('hello');
  });
}

await talk();
if (!options.talk) {
  const held = await hold();
  await push(held);
  for (const socket of held) socket.destroy();
}
await gatewright.stop();
rmSync(folder, { recursive: true });
