/** What happens to WebSocket connections when things break: clients that vanish, functions that die, readers that do not read, frames that are none. */
import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { ApiGatewayManagementApiClient, PostToConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi';
import { ApiGatewayV2Client } from '@aws-sdk/client-apigatewayv2';
import { CreateFunctionCommand } from '@aws-sdk/client-lambda';
import { zipSync } from 'fflate';
import { awsSocketLimits } from '../../src/gateway/websocket/socket-limits.ts';
import { clientConfig, startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { createSocketApi, mock, type RouteMade } from '../support/socket-api.ts';
import { openSocket } from '../support/socket-client.ts';

let gatewright: TestGatewright;
let v2: ApiGatewayV2Client;
let backend: Server;
/** What the backend of $connect and $disconnect was told, `connect id` or `disconnect id code`, and who waits for how many. */
const told: string[] = [];
let wanted: { count: number; resolve: () => void } | undefined;

const newConnectionsPerSecond = 100_000;

before(async () => {
  gatewright = await startTestGatewright({
    webSocketLimits: { ...awsSocketLimits, newConnectionsPerSecond, maxQueuedBytes: 64 * 1024 },
  });
  v2 = new ApiGatewayV2Client(clientConfig(gatewright.endpoint));
  backend = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      told.push(body);
      if (wanted !== undefined && told.length >= wanted.count) wanted.resolve();
      response.end('{}');
    });
  });
  backend.listen(0, '127.0.0.1');
  await once(backend, 'listening');
});
after(async () => {
  v2.destroy();
  await gatewright.close();
  backend.closeAllConnections();
  backend.close();
});

function telling(template: string, port = (backend.address() as AddressInfo).port): RouteMade {
  return {
    integration: {
      IntegrationType: 'HTTP',
      IntegrationMethod: 'POST',
      IntegrationUri: `http://127.0.0.1:${port}/`,
      RequestTemplates: { $default: template },
    },
  };
}

async function untilTold(count: number): Promise<void> {
  if (told.length >= count) return;
  await new Promise<void>((resolve) => {
    wanted = { count, resolve };
  });
}

const pathOf = (apiId: string): string => `/_aws/execute-api/${apiId}/dev`;

const handshakeOf = (apiId: string): string =>
  `GET ${pathOf(apiId)} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
  'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n';

/** A handshake on a raw socket, so that it can be dropped in any way. */
async function rawSocket(apiId: string): Promise<Socket> {
  const socket = connect(gatewright.port, '127.0.0.1');
  socket.write(handshakeOf(apiId));
  const [head] = (await once(socket, 'data')) as [Buffer];
  assert.match(head.toString('latin1'), /^HTTP\/1\.1 101 /);
  socket.on('error', () => {});
  return socket;
}

async function openConnections(apiId: string): Promise<number> {
  const reply = await fetch(`${gatewright.endpoint}/_/connections`);
  const { connections } = (await reply.json()) as { connections: { api: string }[] };
  return connections.filter(({ api }) => api === apiId).length;
}

test('[WS-06] 600 connections that end in every way are each told to $disconnect exactly once, and none is left', async () => {
  const apiId = await createSocketApi(v2, {
    $connect: telling('connect $context.connectionId'),
    $disconnect: telling('disconnect $context.connectionId $context.disconnectStatusCode'),
    $default: mock('{}'),
  });
  told.length = 0;
  const masked = Buffer.from([0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8]);
  const endings: ((socket: Socket) => void)[] = [
    (socket) => socket.destroy(),
    (socket) => socket.resetAndDestroy(),
    (socket) => socket.end(),
    (socket) => socket.write(masked),
    (socket) => socket.end(masked),
    // Half a frame, then gone.
    (socket) => socket.end(Buffer.from([0x81, 0xfe, 0x10])),
    // No frame at all.
    (socket) => socket.write(Buffer.from('GET / HTTP/1.1\r\n\r\n')),
  ];
  for (let round = 0; round < 20; round++) {
    const sockets = await Promise.all(Array.from({ length: 30 }, () => rawSocket(apiId)));
    for (const [i, socket] of sockets.entries()) endings[i % endings.length]!(socket);
  }
  await untilTold(1_200);
  const connected = told.filter((line) => line.startsWith('connect ')).map((line) => line.split(' ')[1]);
  const ended = told.filter((line) => line.startsWith('disconnect ')).map((line) => line.split(' ')[1]);
  assert.equal(new Set(connected).size, 600);
  assert.deepEqual(ended.sort(), connected.sort());
  const codes = new Set(told.filter((line) => line.startsWith('disconnect ')).map((line) => line.split(' ')[2]));
  assert.deepEqual([...codes].sort(), ['1000', '1002', '1006']);
  assert.equal(await openConnections(apiId), 0);
});

test('[WS-06] a client that leaves while $connect is being asked is told to $disconnect all the same', async () => {
  const toldOf: string[] = [];
  let client: Socket | undefined;
  let resolveEnd: (() => void) | undefined;
  const ended = new Promise<void>((resolve) => {
    resolveEnd = resolve;
  });
  const slow = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', async () => {
      toldOf.push(body);
      if (body.startsWith('disconnect')) {
        response.end('{}');
        resolveEnd!();
        return;
      }
      client!.resetAndDestroy();
      // A round trip of its own lets the gateway see the reset before the answer.
      await fetch(`${gatewright.endpoint}/_/health`);
      response.end('{}');
    });
  });
  slow.listen(0, '127.0.0.1');
  await once(slow, 'listening');
  const { port } = slow.address() as AddressInfo;
  const apiId = await createSocketApi(v2, {
    $connect: telling('connect $context.connectionId', port),
    $disconnect: telling('disconnect $context.connectionId', port),
  });
  client = connect(gatewright.port, '127.0.0.1');
  client.on('error', () => {});
  client.write(handshakeOf(apiId));
  await ended;
  const id = toldOf[0]!.split(' ')[1];
  assert.deepEqual(toldOf, [`connect ${id}`, `disconnect ${id}`]);
  assert.equal(await openConnections(apiId), 0);
  slow.closeAllConnections();
  slow.close();
});

test('[WS-11] a function that dies in the middle of a message is an error frame, and the connection stays', async () => {
  const source = `exports.handler = async ({ body }) => {
    if (JSON.parse(body).die) process.kill(process.pid, 'SIGKILL');
    return { statusCode: 200, body: 'alive' };
  };`;
  const { FunctionArn } = await gatewright.lambda.send(
    new CreateFunctionCommand({
      FunctionName: 'mortal',
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Role: 'arn:aws:iam::000000000000:role/any',
      Code: { ZipFile: zipSync({ 'index.js': Buffer.from(source) }) },
    }),
  );
  const IntegrationUri = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${FunctionArn}/invocations`;
  const route: RouteMade = { integration: { IntegrationType: 'AWS_PROXY', IntegrationUri }, twoWay: true };
  const apiId = await createSocketApi(v2, { $default: route });
  const client = await openSocket(gatewright.invokeUrl(apiId, 'dev').replace(/^http/, 'ws'));
  client.send({ die: true });
  assert.equal((await client.nextJson())['message'], 'Internal server error');
  client.send({ die: false });
  assert.equal(await client.next(), 'alive');
  await client.close();
});

test('a client that does not read is not written to without end: pushes to it are refused, others are served', async () => {
  const apiId = await createSocketApi(v2, { id: mock('{"id":"$context.connectionId"}') });
  const slow = await rawSocket(apiId);
  const ask = Buffer.from('{"action":"id"}');
  slow.write(Buffer.concat([Buffer.from([0x81, 0x80 | ask.length, 0, 0, 0, 0]), ask]));
  const [frame] = (await once(slow, 'data')) as [Buffer];
  const ConnectionId = (JSON.parse(frame.subarray(2).toString()) as { id: string }).id;
  slow.pause();
  const connections = new ApiGatewayManagementApiClient(clientConfig(gatewright.invokeUrl(apiId, 'dev')));
  const Data = Buffer.alloc(128 * 1024, 'x');
  let refused: Error | undefined;
  // The kernel takes some megabytes before anything waits in our process.
  for (let i = 0; i < 500 && refused === undefined; i++) {
    await connections.send(new PostToConnectionCommand({ ConnectionId, Data })).catch((error: Error) => {
      refused = error;
    });
  }
  assert.equal(refused?.name, 'LimitExceededException');
  const other = await openSocket(gatewright.invokeUrl(apiId, 'dev').replace(/^http/, 'ws'));
  other.send({ action: 'id' });
  assert.ok((await other.nextJson())['id']);
  await other.close();
  slow.destroy();
  connections.destroy();
});

/** A client's frame under a mask of its own. */
function frame(first: number, text: string | Buffer): Buffer {
  const payload = Buffer.from(text);
  const mask = Buffer.from([0xa1, 0x5b, 0x02, 0xff]);
  const masked = payload.map((byte, i) => byte ^ mask[i % 4]!);
  return Buffer.concat([Buffer.from([first, 0x80 | payload.length]), mask, masked]);
}

/** What the server sends to these bytes, written in pieces of `size`, until it hangs up. */
async function answerTo(apiId: string, bytes: Buffer, size: number): Promise<Buffer> {
  const socket = await rawSocket(apiId);
  const received: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => received.push(chunk));
  socket.setNoDelay(true);
  for (let at = 0; at < bytes.length; at += size) {
    await new Promise<void>((resolve) => socket.write(bytes.subarray(at, at + size), () => resolve()));
  }
  await once(socket, 'end');
  socket.destroy();
  return Buffer.concat(received);
}

test('[WS-24] the edge cases of RFC 6455 on a socket: fragments with control frames between, and what is never allowed', async () => {
  const apiId = await createSocketApi(v2, { '€5': mock('{"took":"$context.routeKey"}') });
  const goodbye = frame(0x88, Buffer.from([0x03, 0xe8, 0x62, 0x79, 0x65]));
  const echo = Buffer.from([0x88, 5, 0x03, 0xe8, 0x62, 0x79, 0x65]);
  const inParts = Buffer.concat([
    frame(0x01, '{"action"'),
    frame(0x89, 'are you there'),
    frame(0x00, ''),
    frame(0x8a, 'nobody asked'),
    // One character cut in two by the frames.
    frame(0x00, Buffer.from([...Buffer.from(':"'), 0xe2, 0x82])),
    frame(0x80, Buffer.from([0xac, ...Buffer.from('5"}')])),
    goodbye,
  ]);
  const took = Buffer.from('{"took":"€5"}');
  const expected = Buffer.concat([
    Buffer.from([0x8a, 13]),
    Buffer.from('are you there'),
    Buffer.from([0x81, took.length]),
    took,
    echo,
  ]);
  for (const size of [1, 7, 1_000])
    assert.deepEqual(await answerTo(apiId, inParts, size), expected, `pieces of ${size}`);

  const codeOf = async (...frames: Buffer[]): Promise<number> => {
    const answer = await answerTo(apiId, Buffer.concat(frames), 1_000);
    assert.equal(answer[0], 0x88);
    return answer.readUInt16BE(2);
  };
  assert.equal(await codeOf(frame(0x81, Buffer.from([0xc3, 0x28]))), 1007);
  assert.equal(await codeOf(frame(0xc1, 'reserved bit')), 1002);
  assert.equal(await codeOf(frame(0x83, 'reserved opcode')), 1002);
  assert.equal(await codeOf(frame(0x09, 'ping in fragments')), 1002);
  assert.equal(await codeOf(frame(0x80, 'nothing to continue')), 1002);
  assert.equal(await codeOf(frame(0x01, 'begun'), frame(0x81, 'begun again')), 1002);
  assert.equal(await codeOf(Buffer.from([0x81, 2, 0x68, 0x69])), 1002);
  assert.equal(await codeOf(Buffer.from([0x89, 0xfe, 0, 126, 0, 0, 0, 0])), 1002);
  assert.equal(await codeOf(frame(0x88, Buffer.from([0x03, 0xed]))), 1002);
  assert.equal(await codeOf(frame(0x82, 'bytes')), 1003);
  assert.equal(await codeOf(Buffer.from([0x81, 0xfe, 0x80, 0x01])), 1009);
});

test('[THR-08] [LIM-05] more new connections than the second allows are answered 429', async () => {
  assert.equal(awsSocketLimits.newConnectionsPerSecond, 500);
  const strict = await startTestGatewright({
    webSocketLimits: { ...awsSocketLimits, newConnectionsPerSecond: 3 },
  });
  const client = new ApiGatewayV2Client(clientConfig(strict.endpoint));
  const apiId = await createSocketApi(client, { id: mock('{}') });
  const url = strict.invokeUrl(apiId, 'dev').replace(/^http/, 'ws');
  const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => openSocket(url)));
  const refusals = outcomes.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
  assert.ok(refusals.length > 0);
  assert.equal(refusals[0]!.reason.status, 429);
  assert.equal(JSON.parse(refusals[0]!.reason.body).message, 'Too Many Requests');
  client.destroy();
  await strict.close();
});
