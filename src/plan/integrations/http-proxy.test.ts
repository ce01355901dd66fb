import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { headerValue } from '../../base/headers.ts';
import { compileRest } from '../compile-rest.ts';
import { gatewayProblem } from '../gateway-responses.ts';
import {
  answer,
  liveStage,
  type MethodInWords,
  planOf,
  planTools,
  type RequestInWords,
  restSnapshot,
  sentHeader,
  upstreamAnswering,
} from '../plan-fixture.ts';

const proxyTo = (uri: string, changes: Partial<MethodInWords['integration']> = {}): MethodInWords => ({
  integration: { type: 'HTTP_PROXY', httpMethod: 'ANY', uri, ...changes },
});
const toProxy = { 'integration.request.path.proxy': 'method.request.path.proxy' };

/** What reaches the backend for one request. */
async function sentFor(label: string, method: MethodInWords, request: RequestInWords, variables = {}) {
  const upstream = upstreamAnswering();
  const reply = await answer(planOf({ [label]: method }, { upstream }, { variables }), request);
  assert.equal(reply.status, 200, reply.problem?.why ?? '');
  return upstream.sent[0]!;
}

test('[INT-04] [INT-05] verb, greedy path, query and body go on to the backend', async () => {
  const method = proxyTo('http://backend:8080/base/{proxy}', { requestParameters: toProxy });
  const request = { method: 'PUT', path: '/a/b%20c/d%2Fe?x=1&x=2&y=%2B', body: 'data' };
  const sent = await sentFor('ANY /{proxy+}', method, request);
  assert.equal(sent.origin, 'http://backend:8080');
  assert.equal(sent.target, '/base/a/b%20c/d/e?x=1&x=2&y=%2B');
  assert.equal(sent.method, 'PUT');
  assert.equal(String(sent.body), 'data');
});

test('the integration’s verb is used, not the client’s', async () => {
  const sent = await sentFor('ANY /', proxyTo('http://backend/', { httpMethod: 'POST' }), { method: 'PUT' });
  assert.equal(sent.method, 'POST');
});

test('[HDR-01] [HDR-02] [HDR-06] [INT-31] the client’s headers go on but for those that end here; the gateway adds its own', async () => {
  const dropped = [
    'Connection',
    'Content-Length',
    'Content-MD5',
    'Expect',
    'Max-Forwards',
    'Proxy-Authenticate',
    'Server',
    'TE',
    'Transfer-Encoding',
    'Trailer',
    'Upgrade',
    'WWW-Authenticate',
    'Host',
    'Content-Encoding',
    'Via',
  ];
  const headers = ['X-Own', '1', 'x-own', '2', 'User-Agent', 'curl', 'Authorization', 'Basic x', 'Referer', 'r'];
  for (const name of dropped) headers.push(name, 'x');
  const sent = await sentFor('GET /', proxyTo('http://backend/'), { headers });
  assert.deepEqual(sent.headers.slice(0, 12), [...headers.slice(0, 10), 'Accept', 'application/json']);
  assert.deepEqual(sent.headers.slice(12, -1), [
    'X-Forwarded-For',
    '127.0.0.1',
    'X-Forwarded-Port',
    '80',
    'X-Forwarded-Proto',
    'http',
    'X-Amzn-Apigateway-Api-Id',
    'a1b2c3d4e5',
    'X-Amzn-Trace-Id',
  ]);
  assert.match(sent.headers.at(-1)!, /^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
});

test('[INT-05] mapped headers and query parameters replace the client’s of the same name', async () => {
  const method = proxyTo('http://backend/?fixed=1', {
    requestParameters: {
      'integration.request.header.x-who': "'gateway'",
      'integration.request.header.X-Id': 'context.requestId',
      'integration.request.querystring.page': 'method.request.querystring.p',
    },
  });
  const sent = await sentFor('GET /', method, { path: '/?page=9&p=a%26b&q=ü', headers: ['X-Who', 'client'] });
  assert.equal(sent.target, '/?fixed=1&p=a%26b&q=%C3%BC&page=a%26b');
  assert.equal(headerValue(sent.headers, 'x-who'), 'gateway');
  assert.equal(headerValue(sent.headers, 'x-id'), '11111111-2222-4333-8444-555555555555');
});

test('[SV-03] stage variables stand for host, path part and query value', async () => {
  const method = proxyTo(
    'http://${stageVariables.sub}.example.com:${stageVariables.port}/${stageVariables.part}/x?v=${stageVariables.v}',
  );
  const sent = await sentFor('GET /', method, {}, { sub: 'beta', port: '81', part: 'v2', v: 'yes' });
  assert.equal(`${sent.origin}${sent.target}`, 'http://beta.example.com:81/v2/x?v=yes');
  const whole = await sentFor('GET /', proxyTo('http://${stageVariables.url}'), {}, { url: 'example.com/a' });
  assert.equal(`${whole.origin}${whole.target}`, 'http://example.com/a');
});

test('[SV-10] an undefined stage variable leaves an unusable address: 500, its name in the log', async () => {
  const reply = await answer(planOf({ 'GET /': proxyTo('${stageVariables.url}') }));
  assert.equal(reply.status, 500);
  assert.equal(reply.body, '{"message": "Internal server error"}');
  assert.match(reply.problem!.why, /\$\{stageVariables\.url\}.* is no http or https address/);
});

test('[MAP-06] a path variable without a mapping, or without a value, is 500', async () => {
  const unmapped = await answer(planOf({ 'GET /': proxyTo('http://backend/{id}') }));
  assert.equal(unmapped.status, 500);
  assert.match(unmapped.problem!.why, /integration\.request\.path\.id is not mapped/);
  const method = proxyTo('http://backend/{id}', {
    requestParameters: { 'integration.request.path.id': 'method.request.header.id' },
  });
  const valueless = await answer(planOf({ 'GET /': method }));
  assert.equal(valueless.status, 500);
  assert.match(valueless.problem!.why, /has no value in this request/);
});

test('[RT-09] a path parameter is decoded, then encoded as one segment that cannot climb out of its place', async () => {
  const method = proxyTo('http://backend/items/{id}/x', {
    requestParameters: { 'integration.request.path.id': 'method.request.path.id' },
  });
  const targetOf = async (id: string) => (await sentFor('GET /{id}', method, { path: `/${id}` })).target;
  assert.equal(await targetOf('a%20b'), '/items/a%20b/x');
  assert.equal(await targetOf('a%2Fb'), '/items/a%2Fb/x');
  assert.equal(await targetOf('%2e%2e'), '/items/%2E%2E/x');
  assert.equal(await targetOf("it's(1)"), '/items/it%27s%281%29/x');
  assert.equal(await targetOf('%zz'), '/items/%25zz/x');
});

test('[RT-09] nor can a greedy parameter, whose slashes stay slashes, however its dots are written', async () => {
  const method = proxyTo('http://backend/base/{rest}', {
    requestParameters: { 'integration.request.path.rest': 'method.request.path.proxy' },
  });
  const targetOf = async (path: string) => (await sentFor('GET /{proxy+}', method, { path })).target;
  assert.equal(await targetOf('/a%20b/c'), '/base/a%20b/c');
  for (const dots of ['/a/../../admin', '/a/%2e%2e/%2E./admin', '/a/..%2f../admin']) {
    assert.equal(await targetOf(dots), '/base/a/%2E%2E/%2E%2E/admin', dots);
  }
  assert.equal(await targetOf('/a/./.../b'), '/base/a/%2E/.../b');
});

test('text that may not stand in a request target is encoded, wherever it comes from', async () => {
  const sent = await sentFor('GET /', proxyTo('http://backend/ü?a=ö'), { path: '/?q=\xfc&r=a"b' });
  assert.equal(sent.target, '/%C3%BC?a=%C3%B6&q=%FC&r=a"b');
  const requestParameters = { 'integration.request.querystring.l': "'a%20b ß'" };
  const mapped = await sentFor('GET /', proxyTo('http://backend/a b', { requestParameters }), {});
  assert.equal(mapped.target, '/a%20b?l=a%20b%20%C3%9F');
});

test('a mapped header beyond latin1 goes out as UTF-8, without control characters', async () => {
  const requestParameters = { 'integration.request.header.x-name': 'method.request.body.name' };
  const request = { method: 'POST', body: '{"name":"Ж\\u0000"}' };
  const sent = await sentFor('POST /', proxyTo('http://backend/', { requestParameters }), request);
  assert.equal(Buffer.from(headerValue(sent.headers, 'x-name')!, 'latin1').toString(), 'Ж ');
});

test('a client cannot choose the host through a parameter', async () => {
  const method = proxyTo('http://{host}/', {
    requestParameters: { 'integration.request.path.host': 'method.request.header.to' },
  });
  const upstream = upstreamAnswering();
  const plan = planOf({ 'GET /': method }, { upstream });
  assert.equal((await answer(plan, { headers: ['to', 'good.example'] })).status, 200);
  assert.equal((await answer(plan, { headers: ['to', 'user@evil.example'] })).status, 500);
  assert.deepEqual(
    upstream.sent.map((sent) => sent.origin),
    ['http://good.example'],
  );
});

test('[HDR-03] [HDR-04] the answer comes back as it is, but for renamed and dropped headers', async () => {
  const upstream = upstreamAnswering({
    status: 418,
    headers: ['Content-Type', 'text/plain', 'Date', 'd', 'Server', 's', 'Connection', 'close', 'Content-Length', '5']
      .concat(['Transfer-Encoding', 'chunked', 'Via', 'v', 'x-own', '1', 'Set-Cookie', 'a', 'Set-Cookie', 'b'])
      .concat(['WWW-Authenticate', 'Basic']),
    body: 'short',
  });
  const reply = await answer(planOf({ 'GET /': proxyTo('http://backend/') }, { upstream }));
  assert.equal(reply.status, 418);
  assert.equal(String(reply.body), 'short');
  assert.equal(sentHeader(reply, 'Content-Type'), 'text/plain');
  assert.deepEqual(reply.headers.slice(8), [
    'x-amzn-Remapped-Date',
    'd',
    'x-amzn-Remapped-Server',
    's',
    'x-amzn-Remapped-Connection',
    'close',
    'x-amzn-Remapped-Content-Length',
    '5',
    'x-own',
    '1',
    'Set-Cookie',
    'a',
    'Set-Cookie',
    'b',
    'WWW-Authenticate',
    'Basic',
  ]);
});

test('[HDR-04] a compressed answer loses its Content-Encoding and its compression', async () => {
  const headers = ['Content-Type', 'text/plain', 'Content-Encoding', 'gzip'];
  const upstream = upstreamAnswering({ headers, body: gzipSync('plain text') });
  const reply = await answer(planOf({ 'GET /': proxyTo('http://backend/') }, { upstream }));
  assert.equal(String(reply.body), 'plain text');
  assert.equal(sentHeader(reply, 'Content-Encoding'), undefined);
  const broken = upstreamAnswering({ headers, body: 'no gzip' });
  const failed = await answer(planOf({ 'GET /': proxyTo('http://backend/') }, { upstream: broken }));
  assert.equal(failed.status, 504);
});

test('bytes pass whole only as a binary media type, otherwise as text', async () => {
  const bytes = Buffer.from([0xff, 0x00]);
  const upstream = upstreamAnswering({ body: bytes });
  const binaryMediaTypes = ['image/png'];
  const request = { method: 'POST', body: bytes, headers: ['Content-Type', 'image/png', 'Accept', 'image/png'] };
  const binary = compileRest(
    liveStage(restSnapshot({ 'POST /': proxyTo('http://b/') }, { binaryMediaTypes })),
    planTools({ upstream }),
  );
  assert.deepEqual((await answer(binary, request)).body, bytes);
  assert.deepEqual(upstream.sent[0]!.body, bytes);
  const text = await answer(planOf({ 'POST /': proxyTo('http://b/') }, { upstream }), request);
  assert.equal(String(text.body), '\ufffd\u0000');
  assert.equal(String(upstream.sent[1]!.body), '\ufffd\u0000');
});

test('[INT-14] [INT-16] the time limit goes to the backend call; no answer is 504', async () => {
  const limited = await sentFor('GET /', proxyTo('http://backend/', { timeoutInMillis: 77 }), {});
  assert.equal(limited.timeoutMs, 77);
  const failing = (kind: 'INTEGRATION_FAILURE' | 'INTEGRATION_TIMEOUT') => ({
    send: () => Promise.reject(gatewayProblem(kind, 'ECONNREFUSED')),
    close: () => Promise.resolve(),
  });
  const plan = (kind: Parameters<typeof failing>[0]) =>
    planOf({ 'GET /': proxyTo('http://backend/') }, { upstream: failing(kind) });
  const timeout = await answer(plan('INTEGRATION_TIMEOUT'));
  assert.deepEqual([timeout.status, timeout.body], [504, '{"message": "Endpoint request timed out"}']);
  const failure = await answer(plan('INTEGRATION_FAILURE'));
  assert.deepEqual([failure.status, failure.body], [504, '{"message": "Network error communicating with endpoint"}']);
});

test('mapping a header that frames the message is 500', async () => {
  const requestParameters = { 'integration.request.header.Content-Length': "'5'" };
  const reply = await answer(planOf({ 'GET /': proxyTo('http://backend/', { requestParameters }) }));
  assert.equal(reply.status, 500);
  assert.match(reply.problem!.why, /Content-Length cannot be mapped/);
});

test('[EP-04] a REGIONAL API hands header names on as they were written, and a CDN’s list of addresses with its own added', async () => {
  const upstream = upstreamAnswering({ headers: ['content-type', 'text/plain', 'x-Odd-CASE', '1'] });
  const endpointConfiguration = { types: ['REGIONAL'], ipAddressType: 'ipv4' };
  const snapshot = restSnapshot({ 'GET /': proxyTo('http://b/') }, { endpointConfiguration });
  const headers = ['x-mY-hEADER', 'a', 'X-Forwarded-For', '203.0.113.7', 'Via', '1.1 cdn'];
  const reply = await answer(compileRest(liveStage(snapshot), planTools({ upstream })), { headers });
  const sent = upstream.sent[0]!.headers;
  assert.equal(sent[sent.indexOf('x-mY-hEADER') + 1], 'a');
  assert.equal(sent[sent.indexOf('X-Forwarded-For') + 1], '203.0.113.7, 127.0.0.1');
  assert.equal(sentHeader(reply, 'x-Odd-CASE'), '1');
});
