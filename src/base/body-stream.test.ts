import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { PieceQueue, wholeBody } from './body-stream.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text);
const text = (piece: Uint8Array | undefined): string | undefined => piece && Buffer.from(piece).toString();

test('pieces are read in order, those that came before the reader and those it waited for', async () => {
  const queue = new PieceQueue();
  assert.equal(queue.push(bytes('a')), true);
  assert.equal(text(await queue.read()), 'a');
  const waited = queue.read();
  queue.push(bytes('b'));
  queue.push(bytes('c'));
  queue.end();
  assert.equal(text(await waited), 'b');
  assert.equal(String(await wholeBody(queue)), 'c');
  assert.equal(await queue.read(), undefined);
});

test('a producer ahead of its reader is asked to wait, and told once there is room', async () => {
  let drained = 0;
  const queue = new PieceQueue({ highWaterBytes: 4, onDrain: () => drained++ });
  assert.equal(queue.push(bytes('abc')), true);
  assert.equal(queue.push(bytes('d')), false);
  await queue.read();
  assert.equal(drained, 1);
  await queue.read();
  assert.equal(drained, 1);
});

test('a body that breaks off gives what came of it, then the failure', async () => {
  const queue = new PieceQueue();
  queue.push(bytes('a'));
  queue.fail(new Error('gone'));
  queue.push(bytes('too late'));
  assert.equal(text(await queue.read()), 'a');
  await assert.rejects(queue.read(), /gone/);

  const other = new PieceQueue();
  const waited = other.read();
  other.fail(new Error('gone'));
  await assert.rejects(waited, /gone/);
});

test('a reader that leaves is told to the producer once, and ends the read under way', async () => {
  let cancelled = 0;
  const queue = new PieceQueue({ onCancel: () => cancelled++ });
  const waited = queue.read();
  queue.cancel();
  queue.cancel();
  assert.equal(await waited, undefined);
  assert.equal(cancelled, 1);
  assert.equal(queue.push(bytes('nobody')), true);
  assert.equal(await queue.read(), undefined);
});
