import { strict as assert } from 'node:assert';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import { ManualClock } from '../../base/clock.ts';
import { FakeSocket } from './fake-socket.ts';
import { type ConnectionFacts, type ConnectionOwner, SocketConnection } from './socket-connection.ts';
import { awsSocketLimits, type SocketLimits } from './socket-limits.ts';

const facts: ConnectionFacts = {
  connectionId: 'gbgA_A9XiQAYKEiI6A==',
  apiId: 'api',
  stage: 'dev',
  account: '123456789012',
  region: 'eu-west-1',
  connectedAtMs: 0,
  sourceIp: '127.0.0.1',
  userAgent: undefined,
  domainName: 'localhost',
  secure: false,
  authorizer: null,
  caller: null,
  apiKey: null,
};

function opened(limits: Partial<SocketLimits> = {}, message: ConnectionOwner['message'] = () => {}) {
  const clock = new ManualClock();
  const ends: [number, string][] = [];
  const socket = new FakeSocket({ highWaterMark: 1 });
  socket.on('error', () => {});
  const owner: ConnectionOwner = {
    limits: { ...awsSocketLimits, ...limits },
    now: () => clock.monotonicMs(),
    message,
    ended: (_, code, reason) => ends.push([code, reason]),
    gone: () => {},
  };
  const connection = new SocketConnection(owner, facts, socket as unknown as Socket);
  const sweep = () => connection.checkDeadline(clock.monotonicMs());
  return { clock, ends, socket, connection, sweep };
}

const frame = (opcode: number, text = ''): Buffer => {
  const payload = Buffer.from(text);
  return Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | payload.length, 0, 0, 0, 0]), payload]);
};
const receive = (connection: SocketConnection, bytes: Buffer): void => connection.received(bytes, bytes.length);
const minute = 60_000;

test('[LIM-05] [WS-25] a connection without a frame for ten minutes is closed with 1001; a ping or a push keeps it', () => {
  const { clock, ends, connection, sweep } = opened();
  clock.advance(9 * minute);
  receive(connection, frame(0x9, 'p'));
  clock.advance(9 * minute);
  connection.push('push');
  clock.advance(9 * minute);
  sweep();
  assert.deepEqual(ends, []);
  clock.advance(minute);
  sweep();
  assert.deepEqual(ends, [[1001, 'Going away']]);
});

test('[LIM-05] [WS-25] no connection lives longer than two hours, however busy', () => {
  const { clock, ends, connection, sweep } = opened();
  for (let i = 0; i < 119; i++) {
    clock.advance(minute);
    receive(connection, frame(0x1, 'x'));
    sweep();
  }
  assert.deepEqual(ends, []);
  clock.advance(minute);
  receive(connection, frame(0x1, 'x'));
  sweep();
  assert.deepEqual(ends, [[1001, 'Going away']]);
});

test('a ping is answered with its own payload', () => {
  const { connection, socket } = opened();
  receive(connection, frame(0x9, 'abc'));
  assert.deepEqual([...Buffer.concat(socket.written)], [0x8a, 3, 0x61, 0x62, 0x63]);
});

test('the end is told once: our close, the client’s answer and the socket’s end are one end', () => {
  const { connection, ends } = opened();
  connection.close(1000, 'Connection Closed Normally');
  receive(connection, frame(0x8, '\u0003\u0001'));
  connection.clientEnded();
  connection.socketClosed();
  assert.deepEqual(ends, [[1000, 'Connection Closed Normally']]);
});

test('a client that does not answer our close frame is torn down', () => {
  const { connection, socket, clock, sweep } = opened();
  connection.close(1001, 'Going away');
  clock.advance(2_999);
  sweep();
  assert.equal(socket.destroyed, false);
  clock.advance(1);
  sweep();
  assert.equal(socket.destroyed, true);
});

test('reading pauses while too many messages are being answered, and goes on when one is', async () => {
  const answers: (() => void)[] = [];
  const { connection, socket } = opened(
    { maxMessagesUnderWay: 2 },
    () => new Promise((resolve) => answers.push(resolve)),
  );
  receive(connection, Buffer.concat([frame(0x1, 'a'), frame(0x1, 'b')]));
  assert.equal(socket.isPaused(), true);
  answers[0]!();
  await Promise.resolve();
  await Promise.resolve();
  assert.equal(socket.isPaused(), false);
});

test('one read of many messages begins no more answers than may be under way; the rest waits its turn', async () => {
  const begun: string[] = [];
  const answers: (() => void)[] = [];
  const { connection } = opened({ maxMessagesUnderWay: 2 }, (_, text) => {
    begun.push(text);
    return new Promise((resolve) => answers.push(resolve));
  });
  receive(connection, Buffer.concat(['a', 'b', 'c', 'd'].map((text) => frame(0x1, text))));
  assert.deepEqual(begun, ['a', 'b']);
  answers[1]!();
  await Promise.resolve();
  await Promise.resolve();
  assert.deepEqual(begun, ['a', 'b', 'c']);
});

test('answers are not lost when they outgrow the queue: no further message is read until the client caught up', () => {
  const { connection, socket } = opened({ maxQueuedBytes: 100 }, (each) => each.reply('x'.repeat(60)));
  socket.isHolding = true;
  receive(connection, Buffer.concat(Array.from({ length: 5 }, () => frame(0x1, 'q'))));
  assert.ok(connection.messagesIn < 5);
  for (let i = 0; i < 5; i++) {
    for (const done of socket.held.splice(0)) done();
    connection.drained();
  }
  assert.equal(connection.messagesOut, 5);
});

test('what comes behind the end is read but means nothing, and a client that hung on is torn down', () => {
  const { connection, socket, clock, sweep } = opened({ maxQueuedBytes: 1 });
  socket.isHolding = true;
  connection.push('unread');
  connection.push('unread');
  connection.close(1001, 'Going away');
  assert.equal(socket.isPaused(), false);
  receive(connection, frame(0x1, 'late'));
  assert.equal(connection.messagesIn, 0);
  clock.advance(3_000);
  sweep();
  assert.equal(socket.destroyed, true);
});

test('the latest messages are seen only where they are asked for', () => {
  const quiet = opened();
  receive(quiet.connection, frame(0x1, 'a'));
  assert.deepEqual(quiet.connection.lastFrames, []);
  const { connection } = opened({ inspectedFrames: 2 });
  receive(connection, frame(0x1, 'a'));
  connection.push('b');
  connection.push('c'.repeat(5_000));
  assert.deepEqual(connection.lastFrames, [
    { direction: 'out', text: 'b' },
    { direction: 'out', text: 'c'.repeat(1_024) },
  ]);
});

test('a client that is behind gets no more than is allowed to wait for it, and nothing is read from it meanwhile', () => {
  const { connection, socket } = opened({ maxQueuedBytes: 100 });
  socket.isHolding = true;
  assert.equal(connection.push('x'.repeat(90)), undefined);
  assert.equal(connection.push('x'.repeat(90)), undefined);
  assert.equal(socket.isPaused(), true);
  assert.equal(connection.push('one too many'), 'slow');
  socket.isHolding = false;
  for (const done of socket.held.splice(0)) done();
  connection.drained();
  assert.equal(socket.isPaused(), false);
});

test('nothing is sent on a connection that has ended', () => {
  const { connection, socket } = opened();
  connection.close(1000, '');
  const before = socket.written.length;
  assert.equal(connection.push('late'), 'closed');
  assert.equal(socket.written.length, before);
});
