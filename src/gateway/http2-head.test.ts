import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { defaultListenerLimits } from './http-handler.ts';
import { isRefusal } from './http1-head.ts';
import { headOfHttp2 } from './http2-head.ts';

const pseudo = [
  ':method',
  'GET',
  ':path',
  '/prod/pets?x=1',
  ':scheme',
  'https',
  ':authority',
  'abc.execute-api.localhost',
];

const read = (raw: readonly string[]) => headOfHttp2(raw, defaultListenerLimits);
function refusal(raw: readonly string[]): string {
  const head = read(raw);
  return isRefusal(head) ? `${head.status} ${head.why.replace('malformed HTTP/2 request: ', '')}` : 'accepted';
}

test('[EP-11] a head of HTTP/2 is that of HTTP/1.1: the authority is the host, crumbs of cookies are one header, repeated headers stay', () => {
  const head = read([...pseudo, 'cookie', 'a=1', 'x-many', '1', 'cookie', 'b=2', 'x-many', '2', 'te', 'trailers']);
  assert.ok(!isRefusal(head));
  assert.deepEqual([head.method, head.path, head.query], ['GET', '/prod/pets', 'x=1']);
  assert.deepEqual(head.headers, [
    ...['Host', 'abc.execute-api.localhost', 'x-many', '1', 'x-many', '2', 'te', 'trailers'],
    ...['cookie', 'a=1; b=2'],
  ]);
});

test('[EP-11] what would be read otherwise behind us is refused', () => {
  const without = (name: string): string[] => pseudo.filter((_, i) => pseudo[i & ~1] !== name);
  const cases: readonly (readonly [readonly string[], string])[] = [
    [[...pseudo, 'connection', 'close'], '400 the header connection is one of HTTP/1.1 alone'],
    [[...pseudo, 'transfer-encoding', 'chunked'], '400 the header transfer-encoding is one of HTTP/1.1 alone'],
    [[...pseudo, 'upgrade', 'websocket'], '400 the header upgrade is one of HTTP/1.1 alone'],
    [[...pseudo, 'te', 'gzip'], '400 the header te is one of HTTP/1.1 alone'],
    [[...pseudo, 'x', 'a\r\nInjected: 1'], '400 a control character in "x"'],
    [[...pseudo, 'host', 'other'], '400 :authority and host differ'],
    [[...pseudo, ':path', '/other'], '400 more than one :path'],
    [without(':authority'), '400 neither :authority nor host'],
    [[':method', 'GET', ':path', '/a b', ':authority', 'h'], '400 a space in the method or the path'],
    [[':method', 'CONNECT', ':authority', 'h'], '400 CONNECT is for proxies'],
    [[':method', 'GET', ':path', '*', ':authority', 'h'], '400 the target does not begin with /'],
    [[':method', 'GET', ':path', '/%zz', ':authority', 'h'], '400 a % in the target is not followed by two hex digits'],
    [[...without(':authority'), ':authority', 'user@host'], '400 Host is not a host name'],
    [[...pseudo, 'x', 'v'.repeat(10_241)], '431 the head or its header values are too large'],
    [[...pseudo, 'content-length', '1', 'content-length', '2'], '400 more than one Content-Length'],
  ];
  for (const [raw, why] of cases) assert.equal(refusal(raw), why);
  assert.equal(refusal([...without(':authority'), 'host', 'abc']), 'accepted');
});
