import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { defaultListenerLimits } from './http-handler.ts';
import { type Head, isRefusal, parseHead } from './http1-head.ts';

const parse = (text: string, limits = {}) =>
  parseHead(Buffer.from(text, 'latin1'), 0, text.length, { ...defaultListenerLimits, ...limits });

function headOf(text: string): Head {
  const head = parse(text);
  assert.ok(head !== undefined && !isRefusal(head), JSON.stringify(head));
  return head;
}

function statusOf(text: string, limits = {}): number {
  const head = parse(text, limits);
  assert.ok(head !== undefined && isRefusal(head), `${JSON.stringify(text.slice(0, 80))} gave ${JSON.stringify(head)}`);
  return head.status;
}

const get = (lines: string) => `GET / HTTP/1.1\r\nHost: a\r\n${lines}\r\n`;

test('a head is read into method, path, query and header lines as sent', () => {
  const text =
    'POST /a%2Fb?c=d?e HTTP/1.1\r\nHost: x:80\r\nX-Case:  kept \t\r\nEmpty:\r\nContent-Length: 12\r\n\r\nbody';
  assert.deepEqual(headOf(text), {
    method: 'POST',
    path: '/a%2Fb',
    query: 'c=d?e',
    headers: ['Host', 'x:80', 'X-Case', 'kept', 'Empty', '', 'Content-Length', '12'],
    minorVersion: 1,
    contentLength: 12,
    isChunked: false,
    keepAlive: true,
    expectsContinue: false,
    end: text.indexOf('body'),
  });
});

test('a head that is cut anywhere waits for the rest', () => {
  const whole = 'POST /a%20b?c HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nX:  y \r\n\r\n';
  for (let length = 0; length < whole.length; length++) {
    assert.equal(parse(whole.slice(0, length)), undefined, JSON.stringify(whole.slice(0, length)));
  }
  assert.equal(headOf(whole).end, whole.length);
});

test('a head that begins behind another request is read from there', () => {
  const before = 'garbage\0';
  const bytes = Buffer.from(`${before}GET /x HTTP/1.1\r\nHost: a\r\n\r\n`, 'latin1');
  const head = parseHead(bytes, before.length, bytes.length, defaultListenerLimits);
  assert.ok(head !== undefined && !isRefusal(head));
  assert.equal(head.path, '/x');
  assert.equal(head.end, bytes.length);
});

test('both lengths, twice a length and lengths that are no plain number are refused', () => {
  assert.equal(statusOf(get('Content-Length: 3\r\nTransfer-Encoding: chunked\r\n')), 400);
  assert.equal(statusOf(get('Transfer-Encoding: chunked\r\nContent-Length: 3\r\n')), 400);
  assert.equal(statusOf(get('Content-Length: 3\r\nContent-Length: 3\r\n')), 400);
  assert.equal(statusOf(get('Content-Length: 3\r\ncontent-length: 4\r\n')), 400);
  for (const length of ['', '3, 3', '+3', '-1', '0x3', '3 3', '1e2', '3.0', '٣', '9'.repeat(16)]) {
    assert.equal(statusOf(get(`Content-Length: ${length}\r\n`)), 400, length);
  }
});

test('a transfer coding is chunked alone, once, in HTTP/1.1, or the request is refused', () => {
  assert.equal(headOf(get('Transfer-Encoding: Chunked\r\n')).isChunked, true);
  for (const coding of ['gzip, chunked', 'chunked, chunked', 'identity', 'chunked;q=1', 'xchunked', '"chunked"', '']) {
    assert.equal(statusOf(get(`Transfer-Encoding: ${coding}\r\n`)), 501, coding);
  }
  assert.equal(statusOf(get('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n')), 400);
  assert.equal(statusOf('POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n'), 400);
});

test('white space where parsers differ is refused: before a colon, in front of a line, folded lines, bare CR or LF', () => {
  const bad = [
    get('Content-Length : 3\r\n'),
    get(' Content-Length: 3\r\n'),
    get('X: a\r\n b\r\n'),
    get('X: a\r\n\tb\r\n'),
    get('X: a\nTransfer-Encoding: chunked\r\n'),
    get('X: a\rTransfer-Encoding: chunked\r\n'),
    'GET / HTTP/1.1\nHost: a\n\n',
    'GET / HTTP/1.1\r\nHost: a\n\r\n',
    'GET / HTTP/1.1\r\nHost: a\r\n\r\r',
    'GET  / HTTP/1.1\r\nHost: a\r\n\r\n',
    'GET /  HTTP/1.1\r\nHost: a\r\n\r\n',
    'GET / HTTP/1.1 \r\nHost: a\r\n\r\n',
    ' GET / HTTP/1.1\r\nHost: a\r\n\r\n',
    'GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n',
    '\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n',
    '\nGET / HTTP/1.1\r\nHost: a\r\n\r\n',
  ];
  for (const text of bad) assert.ok([400, 505].includes(statusOf(text)), text);
  assert.equal(headOf('\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n').path, '/');
});

test('control characters are refused in names, values and the target', () => {
  for (let byte = 0; byte < 0x20; byte++) {
    const character = String.fromCharCode(byte);
    if (character !== '\t') assert.equal(statusOf(get(`X: a${character}b\r\n`)), 400, `value byte ${byte}`);
    assert.equal(statusOf(get(`X${character}Y: a\r\n`)), 400, `name byte ${byte}`);
    assert.equal(statusOf(`GET /a${character}b HTTP/1.1\r\nHost: a\r\n\r\n`), 400, `target byte ${byte}`);
  }
  assert.equal(statusOf(get('X: a\x7fb\r\n')), 400);
  assert.deepEqual(headOf(get('X: a\tb\xe9\r\n')).headers.slice(2), ['X', 'a\tb\xe9']);
});

test('a header line without a name or colon is refused', () => {
  for (const line of [': x', 'NoColon', 'Bad(Name): x', 'Bad"Name: x', 'Nämé: x']) {
    assert.equal(statusOf(get(`${line}\r\n`)), 400, line);
  }
});

test('a target is a path: absolute URLs, authorities, * and broken escapes are refused', () => {
  for (const target of [
    'http://a/',
    'https://a/b',
    '*',
    'a:80',
    '',
    '/%zz',
    '/%',
    '/%4',
    '/%4g',
    '/x?y=%%',
    '/ä',
    '/a#b',
  ]) {
    assert.equal(statusOf(`GET ${target} HTTP/1.1\r\nHost: a\r\n\r\n`), 400, target);
  }
  assert.equal(headOf('GET //prod/{id}|x HTTP/1.1\r\nHost: a\r\n\r\n').path, '//prod/{id}|x');
});

test('[RT-08] | { } and %% in a query must be encoded', () => {
  for (const query of ['a|b', 'a={', 'a=}', 'a=%%']) {
    assert.equal(statusOf(`GET /?${query} HTTP/1.1\r\nHost: a\r\n\r\n`), 400, query);
  }
  assert.equal(headOf('GET /?a=%7C%7b%7D;b HTTP/1.1\r\nHost: a\r\n\r\n').query, 'a=%7C%7b%7D;b');
});

test('exactly one Host that is a host name is asked for in HTTP/1.1', () => {
  assert.equal(statusOf('GET / HTTP/1.1\r\n\r\n'), 400);
  assert.equal(statusOf(get('Host: b\r\n')), 400);
  for (const host of ['a/b', 'a@b', 'a b', 'a?b', 'a\\b', 'a#b']) {
    assert.equal(statusOf(`GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`), 400, host);
  }
  assert.equal(headOf('GET / HTTP/1.1\r\nHost: [::1]:4566\r\n\r\n').headers[1], '[::1]:4566');
  assert.equal(headOf('GET / HTTP/1.0\r\n\r\n').keepAlive, false);
});

test('other versions of HTTP are refused with 505', () => {
  for (const version of ['HTTP/2.0', 'HTTP/1.2', 'HTTP/0.9', 'http/1.1', 'HTTP/11.1', 'HTTP/1.']) {
    assert.ok([400, 505].includes(statusOf(`GET / ${version}\r\nHost: a\r\n\r\n`)), version);
  }
  assert.equal(statusOf('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), 400);
  assert.equal(statusOf('GET / FTP'), 505);
});

test('Connection says whether the connection lives on', () => {
  assert.equal(headOf(get('')).keepAlive, true);
  assert.equal(headOf(get('Connection: close\r\n')).keepAlive, false);
  assert.equal(headOf(get('Connection: Upgrade, Close\r\n')).keepAlive, false);
  assert.equal(headOf(get('Connection: Keep-Alive\r\n')).keepAlive, true);
  assert.equal(headOf('GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n').keepAlive, true);
});

test('[HDR-05] header values of 10,240 bytes together are the most; a longer head is refused before its end has come', () => {
  const filled = (bytes: number) => get(`X: ${'v'.repeat(bytes - 1)}\r\n`);
  assert.equal(headOf(filled(10_240)).headers.length, 4);
  assert.equal(statusOf(filled(10_241)), 431);
  assert.equal(statusOf(`GET / HTTP/1.1\r\nHost: a\r\n${'X: \r\n'.repeat(7_000)}`), 431);
  assert.equal(statusOf(`GET / HTTP/1.1\r\n${'X'.repeat(40_000)}`), 431);
});

test('a target of 10,240 bytes is the most', () => {
  const target = (bytes: number) => `GET /${'x'.repeat(bytes - 1)} HTTP/1.1\r\nHost: a\r\n\r\n`;
  assert.equal(headOf(target(10_240)).path.length, 10_240);
  assert.equal(statusOf(target(10_241)), 414);
  assert.equal(statusOf(`GET /${'%20'.repeat(9_000)}`), 414);
});

test('a method longer than any is refused before a space has come', () => {
  assert.equal(statusOf('G'.repeat(33)), 400);
});
