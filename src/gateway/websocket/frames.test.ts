import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { awsFrameLimits, type FrameHandler, FrameReader } from './frame-reader.ts';
import { closeFrame, pongFrame, textFrames } from './frame-writer.ts';

/** What a reader told, in order. */
function recording(): FrameHandler & { readonly told: unknown[] } {
  const told: unknown[] = [];
  return {
    told,
    isFull: false,
    message: (text) => told.push(['message', text]),
    ping: (payload) => told.push(['ping', payload.toString()]),
    pong: () => told.push(['pong']),
    closed: (code, reason) => told.push(['closed', code, reason]),
    failed: ({ code, reason }) => told.push(['failed', code, reason]),
  };
}

test('frames that come while the handler is full are read when there is room again', () => {
  let room = 1;
  const told: string[] = [];
  const handler = {
    ...recording(),
    message(text: string) {
      room--;
      told.push(text);
    },
  };
  Object.defineProperty(handler, 'isFull', { get: () => room === 0 });
  const reader = new FrameReader(handler, awsFrameLimits);
  const shared = Buffer.concat([frame(0x1, 'a'), frame(0x1, 'b'), frame(0x1, 'c')]);
  reader.take(shared, shared.length);
  shared.fill(0xff);
  assert.deepEqual(told, ['a']);
  room = 1;
  reader.resume();
  assert.deepEqual(told, ['a', 'b']);
  const more = frame(0x1, 'd');
  reader.take(more, more.length);
  room = 9;
  reader.resume();
  assert.deepEqual(told, ['a', 'b', 'c', 'd']);
});

test('a message of single bytes is joined like any other', () => {
  const handler = recording();
  const reader = new FrameReader(handler, awsFrameLimits);
  const text = 'ab€'.repeat(100);
  const bytes = Buffer.from(text);
  for (const [i, byte] of bytes.entries()) {
    const one = frame(i === 0 ? 0x1 : 0x0, Buffer.from([byte]), { isFinal: i === bytes.length - 1 });
    reader.take(one, one.length);
  }
  assert.deepEqual(handler.told, [['message', text]]);
});

/** A client's frame, masked. */
function frame(opcode: number, payload: Buffer | string, options: { isFinal?: boolean; rsv?: number } = {}): Buffer {
  const { isFinal = true, rsv = 0 } = options;
  const bytes = Buffer.from(payload);
  const mask = Buffer.from([0x12, 0x34, 0x56, 0x78]);
  const size = bytes.length;
  const header =
    size < 126
      ? Buffer.from([0, 0x80 | size])
      : size < 65_536
        ? Buffer.from([0, 0xfe, size >> 8, size & 0xff])
        : Buffer.from([0, 0xff, 0, 0, 0, 0, size >>> 24, (size >> 16) & 0xff, (size >> 8) & 0xff, size & 0xff]);
  header[0] = (isFinal ? 0x80 : 0) | (rsv << 4) | opcode;
  return Buffer.concat([header, mask, bytes.map((byte, i) => byte ^ mask[i % 4]!)]);
}

function read(...frames: Buffer[]): unknown[] {
  const handler = recording();
  const reader = new FrameReader(handler, awsFrameLimits);
  for (const each of frames) reader.take(Buffer.from(each), each.length);
  return handler.told;
}

const text = 0x1;
const continuation = 0x0;
const close = 0x8;
const ping = 0x9;
const pong = 0xa;

test('text frames of every length form are messages', () => {
  for (const size of [0, 1, 3, 125, 126, 127, 32_767, 32_768]) {
    const body = 'x'.repeat(size);
    assert.deepEqual(read(frame(text, body)), [['message', body]]);
  }
  assert.deepEqual(read(frame(text, 'κόσμε €')), [['message', 'κόσμε €']]);
});

test('frames cut at every byte are read as if whole', () => {
  const bytes = Buffer.concat([
    frame(text, 'a€b', { isFinal: false }),
    frame(ping, 'p'),
    frame(continuation, 'c'),
    frame(close, ''),
  ]);
  for (let at = 1; at < bytes.length; at++) {
    assert.deepEqual(read(bytes.subarray(0, at), bytes.subarray(at)), [
      ['ping', 'p'],
      ['message', 'a€bc'],
      ['closed', 1005, ''],
    ]);
  }
  assert.equal(read(...[...bytes].map((byte) => Buffer.from([byte]))).length, 3);
});

test('control frames may stand between the fragments of a message; a character may be cut in two', () => {
  const euro = Buffer.from('€');
  const told = read(
    frame(text, euro.subarray(0, 1), { isFinal: false }),
    frame(pong, ''),
    frame(continuation, euro.subarray(1, 2), { isFinal: false }),
    frame(continuation, euro.subarray(2)),
    frame(text, 'next'),
  );
  assert.deepEqual(told, [['pong'], ['message', '€'], ['message', 'next']]);
});

const violations: [string, Buffer[], number][] = [
  ['a reserved bit', [frame(text, 'a', { rsv: 4 })], 1002],
  ['an unmasked frame', [Buffer.from([0x81, 1, 0x61])], 1002],
  ['an unknown data opcode', [frame(0x3, 'a')], 1002],
  ['an unknown control opcode', [frame(0xb, 'a')], 1002],
  ['a fragmented control frame', [frame(ping, 'a', { isFinal: false })], 1002],
  ['a control frame of 126 bytes', [frame(ping, 'x'.repeat(126))], 1002],
  ['a continuation of nothing', [frame(continuation, 'a')], 1002],
  ['a message within a message', [frame(text, 'a', { isFinal: false }), frame(text, 'b')], 1002],
  ['a close code of one byte', [frame(close, 'x')], 1002],
  ['a close code nobody may send', [frame(close, Buffer.from([0x03, 0xed]))], 1002],
  ['a close code out of range', [frame(close, Buffer.from([0x03, 0xe7]))], 1002],
  ['invalid UTF-8 in a message', [frame(text, Buffer.from([0xc3, 0x28]))], 1007],
  [
    'invalid UTF-8 over fragments',
    [frame(text, Buffer.from([0xe2]), { isFinal: false }), frame(continuation, 'a')],
    1007,
  ],
  ['invalid UTF-8 in a close reason', [frame(close, Buffer.from([0x03, 0xe8, 0xff]))], 1007],
];
for (const [what, frames, code] of violations) {
  test(`${what} ends the connection with ${code}, and nothing is read after it`, () => {
    const told = read(...frames, frame(text, 'after'));
    assert.equal(told.length, 1);
    assert.deepEqual((told[0] as unknown[]).slice(0, 2), ['failed', code]);
  });
}

test('[LIM-05] [WS-24] a frame over 32 KB or a message over 128 KB ends with 1009, a binary frame with 1003', () => {
  assert.deepEqual(read(frame(text, 'x'.repeat(32_769))), [['failed', 1009, 'Message too big']]);
  const part = 'x'.repeat(32_768);
  const first = frame(text, part, { isFinal: false });
  const more = frame(continuation, part, { isFinal: false });
  assert.deepEqual(read(first, more, more, frame(continuation, part)), [['message', part.repeat(4)]]);
  assert.deepEqual(read(first, more, more, more, frame(continuation, 'x')), [['failed', 1009, 'Message too big']]);
  assert.deepEqual(read(frame(0x2, 'a')), [['failed', 1003, 'Binary is not supported']]);
});

test('a length that would overflow is too big, before its payload has come', () => {
  const header = Buffer.from([0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]);
  assert.deepEqual(read(header), [['failed', 1009, 'Message too big']]);
});

test('a close frame gives its code and reason', () => {
  assert.deepEqual(read(frame(close, Buffer.from([0x03, 0xe8, ...Buffer.from('bye')]))), [['closed', 1000, 'bye']]);
  assert.deepEqual(read(frame(close, Buffer.from([0x0f, 0xa0]))), [['closed', 4000, '']]);
});

test('frames are written unmasked, long texts in pieces of 32 KB', () => {
  assert.deepEqual([...textFrames('hé')], [0x81, 3, 0x68, 0xc3, 0xa9]);
  assert.deepEqual([...textFrames('x'.repeat(126)).subarray(0, 5)], [0x81, 126, 0, 126, 0x78]);
  const long = textFrames('x'.repeat(70_000));
  assert.deepEqual([...long.subarray(0, 4)], [0x01, 126, 0x80, 0]);
  const second = 4 + 32_768;
  assert.deepEqual([...long.subarray(second, second + 4)], [0x00, 126, 0x80, 0]);
  const third = second + 4 + 32_768;
  assert.deepEqual([...long.subarray(third, third + 4)], [0x80, 126, (70_000 - 65_536) >> 8, (70_000 - 65_536) & 0xff]);
  assert.equal(long.length, 70_000 + 12);
});

test('a pong has the ping’s payload; a close frame is cut at a whole character', () => {
  assert.deepEqual([...pongFrame(Buffer.from('ab'))], [0x8a, 2, 0x61, 0x62]);
  assert.deepEqual([...closeFrame(1005, '')], [0x88, 0]);
  assert.deepEqual([...closeFrame(1000, 'ok')], [0x88, 4, 0x03, 0xe8, 0x6f, 0x6b]);
  const cut = closeFrame(1000, '€'.repeat(50));
  assert.equal(cut[1], 2 + 123);
  assert.equal(cut.subarray(4).toString(), '€'.repeat(41));
});
