import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { PieceQueue, wholeBody } from '../base/body-stream.ts';
import { ManualClock } from '../base/clock.ts';
import { awsStreamLimits, type StreamEnd, StreamedBody, type StreamedBodyOptions } from './streamed-body.ts';

function streamed(changes: Partial<StreamedBodyOptions> = {}) {
  let isCancelled = false;
  const backend = new PieceQueue({ onCancel: () => (isCancelled = true) });
  const ends: StreamEnd[] = [];
  const body = new StreamedBody(backend, {
    ...{ idleMs: 60_000, leftMs: 60_000, limits: awsStreamLimits, clock: new ManualClock(), label: 'http://backend' },
    ...changes,
  });
  body.whenOver((end) => ends.push(end));
  return { backend, body, ends, isCancelled: () => isCancelled };
}

const piece = (bytes: number): Buffer => Buffer.alloc(bytes, 'x');

test('a body read to its end is over once, and told how long it was', async () => {
  let first = 0;
  const { backend, body, ends } = streamed({ onFirst: () => first++ });
  backend.push(piece(3));
  backend.push(piece(4));
  backend.end();
  assert.equal((await wholeBody(body)).length, 7);
  body.cancel();
  assert.deepEqual(ends, [{ bytes: 7, failure: undefined }]);
  assert.equal(first, 1);
});

test('[NEW-01] a backend that is silent for too long is given up, and so is one whose time is over', async () => {
  const silent = streamed({ idleMs: 1 });
  await assert.rejects(silent.body.read(), /http:\/\/backend was broken off: nothing came for 1 ms/);
  assert.equal(silent.isCancelled(), true);
  assert.match(String(silent.ends[0]!.failure), /nothing came/);

  const late = streamed({ leftMs: 1 });
  await assert.rejects(late.body.read(), /its time is over/);
  assert.equal(late.isCancelled(), true);
});

test('[NEW-01] a reader that leaves ends the backend’s work, and what was not read is not counted', async () => {
  const { backend, body, ends, isCancelled } = streamed();
  backend.push(piece(5));
  await body.read();
  backend.push(piece(5));
  body.cancel();
  assert.equal(isCancelled(), true);
  assert.equal(ends[0]!.bytes, 5);
  assert.match(String(ends[0]!.failure), /the client has left/);
  await assert.rejects(body.read());
});

test('[NEW-01] what comes after the bytes of full speed waits for its turn, and a reader that leaves does not wait for it', async () => {
  const limits = { ...awsStreamLimits, fullSpeedBytes: 10, bytesPerSecond: 1 };
  const { backend, body } = streamed({ limits });
  backend.push(piece(10));
  backend.push(piece(1_000));
  assert.equal((await body.read())!.length, 10);
  const paced = body.read();
  // A thousand seconds at this pace.
  body.cancel();
  await assert.rejects(paced, /the client has left/);
});

test('what was read ahead and put back is read first, and counts as the body alone', async () => {
  const { backend, body, ends } = streamed();
  backend.push(Buffer.from('{}body'));
  backend.end();
  await body.read();
  body.putBack(Buffer.from('body'), 4);
  assert.equal(body.length, 4);
  assert.equal(String(await wholeBody(body)), 'body');
  assert.equal(ends[0]!.bytes, 4);
});
