import { strict as assert } from 'node:assert';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { test } from 'node:test';
import { ManualClock } from '../../base/clock.ts';
import type { HttpRequest } from '../../base/http.ts';
import { planTools } from '../../plan/plan-fixture.ts';
import { runPlan } from '../../plan/run.ts';
import { compileWebSocket } from '../../plan/websocket/compile-websocket.ts';
import { liveSocketStage, socketSnapshot } from '../../plan/websocket/websocket-fixture.ts';
import { silentLog } from '../../ports/telemetry.ts';
import { addressOf, type InvokeAddress } from '../addresses.ts';
import { newExchange } from '../exchange.ts';
import type { Upgrade } from '../http-handler.ts';
import type { PlanTable } from '../plan-table.ts';
import { createWebSockets } from './websockets.ts';

/** A client that takes what it is sent and never hangs up. */
class Clinging extends Duplex {
  override _read(): void {}
  override _write(_: Buffer, __: string, done: () => void): void {
    done();
  }
}

function served() {
  const clock = new ManualClock();
  const plan = compileWebSocket(liveSocketStage(socketSnapshot({ hi: {} })), planTools());
  let isThere = true;
  const planTable: PlanTable = {
    find: () => (isThere ? plan : undefined),
    stageNames: async () => ['dev'],
    loadedPlan: () => plan,
    apiKind: async () => 'websocket',
    loaded: () => [],
    close() {},
  };
  const sockets = createWebSockets({ planTable, runPlan, clock, log: silentLog, authorizeManagement: async () => {} });
  async function open(): Promise<Clinging> {
    const request: HttpRequest = {
      method: 'GET',
      path: '/_aws/execute-api/abcdefghij/dev',
      query: '',
      headers: [
        ...['Host', 'localhost:4566', 'Connection', 'Upgrade', 'Upgrade', 'websocket'],
        ...['Sec-WebSocket-Version', '13', 'Sec-WebSocket-Key', 'AAAAAAAAAAAAAAAAAAAAAA=='],
      ],
      body: Buffer.alloc(0),
      protocol: 'HTTP/1.1',
      secure: false,
      sourceIp: '127.0.0.1',
    };
    const address = addressOf(request) as InvokeAddress;
    const reply = (await sockets.answer(plan, newExchange(request, address, clock), address)) as Upgrade;
    const socket = new Clinging();
    const attached = reply.attach(socket as unknown as Socket);
    socket.on('close', () => attached.socketClosed());
    return socket;
  }
  function removeStage(): void {
    isThere = false;
  }
  return { clock, sockets, open, removeStage };
}

test('a client that does not hang up after the end is torn down, though it is listed no more', async () => {
  const { clock, sockets, open } = served();
  const socket = await open();
  const [connection] = sockets.connections.all();
  connection!.close(1009, 'Message too big');
  assert.equal(sockets.connections.size, 0);
  sockets.sweep();
  assert.equal(socket.destroyed, false);
  clock.advance(60_000);
  sockets.sweep();
  assert.equal(socket.destroyed, true);
  await sockets.close();
});

test('connections end with their stage, and no others', async () => {
  const { sockets, open, removeStage } = served();
  await open();
  await sockets.stageChanged({ apiId: 'abcdefghij', stageName: 'dev' });
  removeStage();
  await sockets.stageChanged({ apiId: 'another' });
  assert.equal(sockets.connections.size, 1);
  await sockets.stageChanged({ apiId: 'abcdefghij' });
  assert.equal(sockets.connections.size, 0);
  await sockets.close();
});
