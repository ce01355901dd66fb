import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { createRequestReader, type RuntimeRequest } from './http-request-reader.ts';

interface Read {
  readonly requests: RuntimeRequest[];
  readonly malformed: string[];
  continues: number;
}

/** Reads the text in pieces of `size` bytes. */
function read(text: string, size = text.length, maxBodyBytes = 100): Read {
  const found: Read = { requests: [], malformed: [], continues: 0 };
  const reader = createRequestReader(maxBodyBytes, {
    onRequest: (request) => found.requests.push(request),
    onExpectContinue: () => {
      found.continues++;
    },
    onMalformed: (reason) => found.malformed.push(reason),
  });
  const bytes = Buffer.from(text, 'latin1');
  for (let at = 0; at < bytes.length; at += size) reader.push(bytes.subarray(at, at + size));
  return found;
}

const answer = 'POST /2018-06-01/runtime/invocation/1/response HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello';
const next = 'GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: x\r\n\r\n';
const chunked =
  'POST /r HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA;ext=1\r\n0123456789\r\n0\r\nX-Trailer: t\r\n\r\n';

test('pipelined requests are read the same however the bytes are cut', () => {
  for (let size = 1; size <= 40; size++) {
    const { requests, malformed } = read(answer + next + chunked + next, size);
    assert.deepEqual(
      requests.map(({ method, path, body }) => [method, path, body.toString()]),
      [
        ['POST', '/2018-06-01/runtime/invocation/1/response', 'hello'],
        ['GET', '/2018-06-01/runtime/invocation/next', ''],
        ['POST', '/r', 'abc0123456789'],
        ['GET', '/2018-06-01/runtime/invocation/next', ''],
      ],
    );
    assert.deepEqual(requests[2]!.headers, ['Transfer-Encoding', 'chunked', 'X-Trailer', 't']);
    assert.deepEqual(malformed, []);
  }
});

test('a body over the limit is read to its end and not kept', () => {
  const long = `POST /r HTTP/1.1\r\nContent-Length: 101\r\n\r\n${'x'.repeat(101)}`;
  const longChunked = `POST /r HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n${`40\r\n${'x'.repeat(64)}\r\n`.repeat(3)}0\r\n\r\n`;
  const { requests } = read(long + longChunked + next, 10);
  assert.deepEqual(
    requests.map(({ isTooLong, body }) => [isTooLong, body.length]),
    [
      [true, 0],
      [true, 0],
      [false, 0],
    ],
  );
});

test('a client that expects 100-continue is told to go on, once', () => {
  const { continues, requests } = read(`POST /r HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nab`, 5);
  assert.equal(continues, 1);
  assert.equal(requests.length, 1);
});

test('what is no clean HTTP ends the reading', () => {
  const broken = [
    'garbage\r\n\r\n',
    'GET next HTTP/1.1\r\n\r\n',
    'GET / HTTP/2.0\r\n\r\n',
    'GET / HTTP/1.1\r\nno colon\r\n\r\n',
    'POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n',
    'POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
    'POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n',
    'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc',
    `GET / HTTP/1.1\r\nX: ${'x'.repeat(70_000)}`,
  ];
  for (const text of broken) {
    const { requests, malformed } = read(text + next);
    assert.equal(malformed.length, 1, text.slice(0, 60));
    assert.equal(requests.length, 0);
  }
});
