import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { headerValue } from '../../base/headers.ts';
import { httpComplaints } from '../compile-http.ts';
import { gatewayProblem } from '../gateway-responses.ts';
import { type RequestInWords, upstreamAnswering } from '../plan-fixture.ts';
import { httpAnswer, httpPlanOf, httpProxyTo, httpSnapshot, type RouteInWords } from './http-plan-fixture.ts';

/** What reaches the backend for one request. */
async function sentFor(routeKey: string, route: RouteInWords, request: RequestInWords, stage = {}) {
  const upstream = upstreamAnswering();
  const reply = await httpAnswer(httpPlanOf({ [routeKey]: route }, { upstream }, stage), request);
  assert.equal(reply.status, 200, reply.problem?.why ?? '');
  return upstream.sent[0]!;
}

const targetFor = async (routeKey: string, uri: string, path: string, stage = {}) => {
  const { origin, target } = await sentFor(routeKey, httpProxyTo(uri), { path }, stage);
  return origin + target;
};

test('[HRT-05] variables of the route stand in the URI, the query goes on untouched', async () => {
  assert.equal(
    await targetFor('GET /pets/{id}', 'http://b:81/extended/{id}', '/pets/a%20b?x=%2B&y&y=1;2'),
    'http://b:81/extended/a%20b?x=%2B&y&y=1;2',
  );
  assert.equal(
    await targetFor('ANY /parent/{proxy+}', 'http://b/petstore/{proxy}', '/parent/a/b%2Fc/'),
    'http://b/petstore/a/b/c/',
  );
  assert.equal(await targetFor('GET /{id}', 'http://b/?own=1&id={id}', '/a%26b?x=2'), 'http://b/?own=1&id=a%26b&x=2');
  assert.equal(await targetFor('GET /x', 'http://b', '/x'), 'http://b/');
  assert.equal(await targetFor('GET /x', 'http://b/fixed', '/x', { stageName: 'beta' }), 'http://b/fixed');
});

test('[HRT-04] the $default route hands on the whole path behind the URI’s own', async () => {
  assert.equal(await targetFor('$default', 'https://b', '/store/checkout?a=1'), 'https://b/store/checkout?a=1');
  assert.equal(await targetFor('$default', 'http://b/base/', '/x%20y/', { stageName: 'beta' }), 'http://b/base/x%20y/');
});

test('neither a variable nor the whole path climbs out of the integration’s own', async () => {
  assert.equal(
    await targetFor('GET /{proxy+}', 'http://b/base/{proxy}', '/a/%2E%2E/..%2Fb'),
    'http://b/base/a/%2E%2E/%2E%2E/b',
  );
  assert.equal(
    await targetFor('$default', 'http://b/base', '/../%2e%2E/./a..b'),
    'http://b/base/%2E%2E/%2e%2E/%2E/a..b',
  );
});

test('stage variables choose the backend', async () => {
  const stage = { stageVariables: { host: 'b:8080', v: 'v2' } };
  assert.equal(
    await targetFor('GET /x', 'http://${stageVariables.host}/${stageVariables.v}', '/x', stage),
    'http://b:8080/v2',
  );
});

test('the verb is the integration’s, ANY hands on the client’s; the body’s bytes are untouched', async () => {
  const body = Buffer.from([0, 255, 254]);
  assert.equal((await sentFor('ANY /', httpProxyTo('http://b'), { method: 'PATCH', body })).method, 'PATCH');
  const sent = await sentFor('ANY /', httpProxyTo('http://b', { integrationMethod: 'PUT' }), { method: 'POST', body });
  assert.equal(sent.method, 'PUT');
  assert.deepEqual(sent.body, body);
});

test('[HRT-08] X-Forwarded-* become Forwarded, with this hop at the end', async () => {
  const route = httpProxyTo('http://b');
  const host = ['Host', 'api.example.com'];
  const plain = await sentFor('GET /', route, { headers: host });
  const own = 'by=_gatewright;for=127.0.0.1;host=api.example.com;proto=http';
  assert.equal(headerValue(plain.headers, 'forwarded'), own);
  const headers = [
    ...[...host, 'Forwarded', 'for=192.0.2.1', 'X-Forwarded-For', '203.0.113.7, 2001:db8::1'],
    ...['X-Forwarded-Proto', 'https', 'X-Forwarded-Host', 'example.com:8080', 'X-Forwarded-Port', '8080'],
  ];
  const behind = await sentFor('GET /', route, { headers });
  assert.equal(
    headerValue(behind.headers, 'forwarded'),
    `for=192.0.2.1,for=203.0.113.7;host="example.com:8080";proto=https,for="[2001:db8::1]",${own}`,
  );
  for (const name of ['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'x-forwarded-port', 'host']) {
    assert.equal(headerValue(behind.headers, name), undefined, name);
  }
});

test('headers go on as the client wrote them, but for those that end here; the trace and Via are added', async () => {
  const trace = ['X-Amzn-Trace-Id', 'Root=1-66f31d1c-0123456789abcdef01234567;Sampled=1'];
  const headers = [
    ...[
      'aUthorization',
      'AWS4-HMAC-SHA256 x',
      'X-Own',
      '1',
      'x-own',
      '2',
      'Content-Encoding',
      'gzip',
      'Via',
      '1.1 cdn',
    ],
    ...['Connection', 'close', 'Transfer-Encoding', 'chunked', 'TE', 'trailers', 'Content-Length', '3', ...trace],
  ];
  const sent = await sentFor('POST /', httpProxyTo('http://b'), { method: 'POST', headers, body: 'abc' });
  assert.deepEqual(sent.headers, [
    ...['aUthorization', 'AWS4-HMAC-SHA256 x', 'X-Own', '1', 'x-own', '2', 'Content-Encoding', 'gzip'],
    ...['X-Amzn-Trace-Id', 'Root=1-66f31d1c-0123456789abcdef01234567'],
    ...['Forwarded', 'by=_gatewright;for=127.0.0.1;host=a1b2c3d4e5.execute-api.localhost;proto=http'],
    ...['Via', '1.1 cdn, HTTP/1.1 AmazonAPIGateway'],
  ]);
});

test('[HRT-10] a body that is said to be empty gets a Content-Type', async () => {
  const sent = await sentFor('POST /', httpProxyTo('http://b'), { method: 'POST', headers: ['Content-Length', '0'] });
  assert.equal(headerValue(sent.headers, 'content-type'), 'application/octet-stream');
  const bare = await sentFor('GET /', httpProxyTo('http://b'), {});
  assert.equal(headerValue(bare.headers, 'content-type'), undefined);
});

test('the backend’s answer comes back: status, bytes, headers capitalised, the id last', async () => {
  const upstream = upstreamAnswering({
    status: 418,
    headers: [
      'content-type',
      'image/png',
      'ETag',
      '"a"',
      'x-own',
      '1',
      'Content-Encoding',
      'br',
      'Connection',
      'close',
    ],
    body: Buffer.from([0, 255]),
  });
  const reply = await httpAnswer(httpPlanOf({ 'GET /': httpProxyTo('http://b') }, { upstream }));
  assert.equal(reply.status, 418);
  assert.deepEqual(reply.body, Buffer.from([0, 255]));
  assert.deepEqual(reply.headers, [
    ...['Content-Type', 'image/png', 'Etag', '"a"', 'X-Own', '1', 'Content-Encoding', 'br'],
    ...['Apigw-Requestid', 'JJ1CUEWfoAMFzDA='],
  ]);
});

test('[INT-15] a backend that is late or cannot be reached is 503, and the timeout is the integration’s', async () => {
  for (const kind of ['INTEGRATION_TIMEOUT', 'INTEGRATION_FAILURE'] as const) {
    let timeoutMs = 0;
    const upstream = {
      send: (request: { timeoutMs: number }) => {
        timeoutMs = request.timeoutMs;
        return Promise.reject(gatewayProblem(kind, 'why'));
      },
      close: () => Promise.resolve(),
    };
    const route = httpProxyTo('http://b', { timeoutInMillis: 50 });
    const reply = await httpAnswer(httpPlanOf({ 'GET /': route }, { upstream }));
    assert.deepEqual([reply.status, reply.body, timeoutMs], [503, '{"message":"Service Unavailable"}', 50]);
  }
});

test('what is no address, or names a variable the route does not have, refuses the deployment', () => {
  const complaintsAbout = (key: string, uri: string) => httpComplaints(httpSnapshot({ [key]: httpProxyTo(uri) }));
  assert.deepEqual(complaintsAbout('GET /', 'ftp://b'), [
    'GET /: the integration URI "ftp://b" (configured: "ftp://b") is no http or https address',
  ]);
  assert.deepEqual(complaintsAbout('GET /{a}', 'http://b/{c}'), [
    'GET /{a}: the integration URI http://b/{c} has {c}, which the route does not have',
  ]);
  assert.deepEqual(complaintsAbout('GET /', 'http://${stageVariables.host}/'), []);
});
