import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { type ChunkedBody, chunkedBody } from './http1-chunked.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');
const take = (body: ChunkedBody, text: string, at = 0) => body.take(bytes(text), at, text.length);

const statusOf = (text: string, maxBytes = 1_000): number | undefined => {
  const result = take(chunkedBody(maxBytes), text);
  return typeof result === 'object' ? result.status : undefined;
};

test('chunks, extensions and trailers become one body; what follows is not touched', () => {
  const body = chunkedBody(1_000);
  const text = '4;a="b"\r\nWiki\r\n00F\r\npedia\r\n in bits\r\n0\r\nTrailer: x\r\nOther: y\r\n\r\nGET / HTTP/1.1';
  const end = take(body, text, 0);
  assert.equal(end, text.indexOf('GET'));
  assert.equal(body.whole().toString(), 'Wikipedia\r\n in bits');
});

test('a body cut at every byte reads the same', () => {
  const text = '3\r\nabc\r\nA;x\r\n0123456789\r\n0\r\nT: v\r\n\r\n';
  for (let cut = 0; cut <= text.length; cut++) {
    const body = chunkedBody(1_000);
    const first = take(body, text.slice(0, cut));
    if (cut === text.length) assert.equal(first, text.length);
    else assert.equal(first, undefined, `cut at ${cut}`);
    if (cut < text.length) assert.equal(take(body, text, cut), text.length);
    assert.equal(body.whole().toString(), 'abc0123456789');
  }
});

test('what is not exactly the coding is refused', () => {
  const bad = [
    '\r\n',
    'g\r\n',
    '-1\r\n',
    '+1\r\na\r\n',
    '0x1\r\na\r\n',
    ' 1\r\na\r\n',
    '1 \r\na\r\n',
    '1\na\r\n',
    '1\r\r\na',
    '1\r\nab\r\n',
    '1\r\na\n',
    '1\r\na\r0',
    '0\r\nT: v\nX: y\r\n\r\n',
    '0\r\n\r\r',
    '0\r\n \r\n',
    '0\r\nT: \0\r\n\r\n',
    '1;a\nb\r\na\r\n',
    '000000001\r\na\r\n',
    `1;${'x'.repeat(300)}`,
    `0\r\n${'T: v\r\n'.repeat(2_000)}`,
  ];
  for (const text of bad) assert.equal(statusOf(text), 400, JSON.stringify(text.slice(0, 40)));
});

test('a body over the limit is refused at the size line, before its bytes have come', () => {
  assert.equal(statusOf('3E9\r\n'), 413);
  assert.equal(statusOf('3E8\r\n'), undefined);
  assert.equal(statusOf(`3E8\r\n${'x'.repeat(1_000)}\r\n1\r`), 413);
  assert.equal(statusOf('FFFFFFFF\r\n'), 413);
});

test('a body of one-byte chunks keeps no more memory than its bytes', () => {
  const body = chunkedBody(100_000);
  for (let i = 0; i < 50_000; i++) take(body, '1\r\nx\r\n');
  take(body, '0\r\n\r\n');
  assert.equal(body.whole().length, 50_000);
  assert.ok(body.whole().buffer.byteLength <= 100_000);
});
