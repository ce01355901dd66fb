/**
 * Connections that come and go: `node bench/websocket-drops.ts`. Rounds of 10,000 handshakes, dropped without a word, half of them by reset; what is left of
 * each round is told: connections still listed, ends told to `$disconnect`, open files and memory of the server.
 */
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ApiGatewayV2Client } from '@aws-sdk/client-apigatewayv2';
import { clientConfig } from '../test/support/gatewright-in-process.ts';
import { startGatewright } from '../test/support/gatewright-process.ts';
import { createSocketApi } from '../test/support/socket-api.ts';

const rounds = 4;
const perRound = 10_000;
const atOnce = 200;

let ends = 0;
const backend = createServer((_, response) => {
  ends++;
  response.end('{}');
});
backend.listen(0, '127.0.0.1');
await once(backend, 'listening');

const folder = mkdtempSync(join(tmpdir(), 'gatewright-bench-'));
const settings = { accountThrottle: null, webSocketLimits: { newConnectionsPerSecond: 100_000 } };
writeFileSync(join(folder, 'settings.json'), JSON.stringify(settings));
const gatewright = await startGatewright(['--memory', '--config', join(folder, 'settings.json')]);
const v2 = new ApiGatewayV2Client(clientConfig(gatewright.endpoint));
const integration = {
  IntegrationType: 'HTTP' as const,
  IntegrationMethod: 'POST',
  IntegrationUri: `http://127.0.0.1:${(backend.address() as AddressInfo).port}/`,
  RequestTemplates: { $default: '$context.connectionId' },
};
const apiId = await createSocketApi(v2, { $disconnect: { integration } });
v2.destroy();
const { port } = new URL(gatewright.endpoint);

async function comeAndGo(n: number): Promise<void> {
  const socket = connect({ port: Number(port), host: '127.0.0.1', localAddress: `127.0.${1 + (n % 8)}.1` });
  socket.on('error', () => {});
  socket.write(
    `GET /_aws/execute-api/${apiId}/dev HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
      'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
  );
  const [head] = (await once(socket, 'data')) as [Buffer];
  if (!head.toString('latin1').startsWith('HTTP/1.1 101')) throw new Error(head.toString('latin1'));
  if (n % 2 === 0) socket.destroy();
  else socket.resetAndDestroy();
}

const rssMb = (): number => {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${gatewright.pid}/status`, 'utf8'))![1]!;
  return Math.round(Number(kilobytes) / 1024);
};
const openFiles = (): number => readdirSync(`/proc/${gatewright.pid}/fd`).length;

console.log(`before: RSS ${rssMb()} MB, ${openFiles()} open files`);
for (let round = 1; round <= rounds; round++) {
  for (let n = 0; n < perRound; n += atOnce) {
    await Promise.all(Array.from({ length: atOnce }, (_, i) => comeAndGo(n + i)));
  }
  // The last ends are being told, and connections to the backend wait for more.
  for (let waited = 0; ends < round * perRound && waited < 20; waited++) await pause(500);
  await pause(2_000);
  const reply = (await (await fetch(`${gatewright.endpoint}/_/connections`)).json()) as { connections: unknown[] };
  console.log(
    `${round * perRound} came and went: ${reply.connections.length} listed, ${ends} told to $disconnect, RSS ${rssMb()} MB, ${openFiles()} open files`,
  );
}
await gatewright.stop();
backend.closeAllConnections();
backend.close();
rmSync(folder, { recursive: true });
