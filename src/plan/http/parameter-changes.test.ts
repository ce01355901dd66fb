import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { headerValue, headerValues } from '../../base/headers.ts';
import type { V2Stage } from '../../definition/v2-api.ts';
import { httpComplaints } from '../compile-http.ts';
import { functionsAnswering, type RequestInWords, upstreamAnswering } from '../plan-fixture.ts';
import { httpAnswer, httpPlanOf, httpProxyTo, httpSnapshot, lambda2 } from './http-plan-fixture.ts';

type Texts = Record<string, string>;

/** What reaches the backend of `POST /pets/{id}` for one request. */
async function sentFor(requestParameters: Texts, request: RequestInWords = {}, stage: Partial<V2Stage> = {}) {
  const upstream = upstreamAnswering();
  const route = httpProxyTo('http://b/base', { requestParameters });
  const reply = await httpAnswer(httpPlanOf({ 'POST /pets/{id}': route }, { upstream }, stage), {
    method: 'POST',
    path: '/pets/a%20b',
    ...request,
  });
  assert.equal(reply.status, 200, reply.problem?.why ?? '');
  return upstream.sent[0]!;
}

const seenValue = async (value: string, request: RequestInWords = {}, stage: Partial<V2Stage> = {}) =>
  headerValue((await sentFor({ 'overwrite:header.x-seen': value }, request, stage)).headers, 'x-seen');

test('[HPM-01] headers are appended, overwritten and removed', async () => {
  const headers = ['X-A', '1', 'x-a', '2', 'X-B', '3', 'X-C', '4'];
  const sent = await sentFor(
    {
      'append:header.x-a': 'more',
      'overwrite:header.x-b': 'other',
      'remove:header.X-C': "''",
      'append:header.x-d': 'new',
    },
    { headers },
  );
  assert.deepEqual(headerValues(sent.headers, 'x-a'), ['1', '2', 'more']);
  assert.deepEqual(headerValues(sent.headers, 'x-b'), ['other']);
  assert.deepEqual(headerValues(sent.headers, 'x-c'), []);
  assert.deepEqual(headerValues(sent.headers, 'x-d'), ['new']);
});

test('[HPM-01] query parameters are appended, overwritten and removed; the others stay as they were sent', async () => {
  const { target } = await sentFor(
    { 'append:querystring.a': 'x&y', 'overwrite:querystring.b': 'new', 'remove:querystring.c': "''" },
    { path: '/pets/1?a=%2B&b=1&b=2&c=3&C=4&raw=1;2&d' },
  );
  assert.equal(target, '/base?a=%2B&C=4&raw=1;2&d&a=x%26y&b=new');
});

test('[HPM-01] the path is overwritten whole', async () => {
  assert.equal((await sentFor({ 'overwrite:path': '/other' }, { path: '/pets/1?q=1' })).target, '/other?q=1');
  assert.equal((await sentFor({ 'overwrite:path': '$request.path' })).target, '/pets/a%20b');
  assert.equal(
    (await sentFor({ 'overwrite:path': 'v2/${request.path.id}/${context.stage}' })).target,
    '/v2/a%20b/%24default',
  );
  assert.equal(
    (await sentFor({ 'overwrite:path': '/x/${request.header.up}' }, { headers: ['up', '../a?b'] })).target,
    '/x/%2E%2E/a%3Fb',
    'a value chooses neither another path above nor a query',
  );
});

test('Host is no reserved header: a mapping chooses it, the client does not', async () => {
  const headers = ['Host', 'api.example.com'];
  const mapped = await sentFor({ 'overwrite:header.host': 'orders.internal' }, { headers });
  assert.deepEqual(headerValues(mapped.headers, 'host'), ['orders.internal']);
  assert.deepEqual(headerValues((await sentFor({ 'append:header.x-a': '1' }, { headers })).headers, 'host'), []);
});

test('a path whose value is not there stays the integration’s own', async () => {
  assert.equal((await sentFor({ 'overwrite:path': '$request.header.none' })).target, '/base');
});

test('[HPM-02] values: header, query, body, path, variables, text', async () => {
  const request: RequestInWords = {
    path: '/pets/a%20b?n=1&n=2&N=3',
    headers: ['X-Name', 'Rex', 'x-name', 'Tom'],
    body: '{"pet":{"name":"Rex","age":3,"tags":["a","b"],"none":null},"list":[{"x":1},{"x":2}]}',
  };
  const stage = { stageVariables: { color: 'blue' } };
  for (const [value, seen] of [
    ['$request.header.x-NAME', 'Rex,Tom'],
    ['$request.querystring.n', '1,2'],
    ['$request.querystring.N', '3'],
    ['$request.body.pet.name', 'Rex'],
    ['$request.body.pet.age', '3'],
    ['$request.body.list[1].x', '2'],
    ['$request.body.pet.tags', '["a","b"]'],
    ['$request.path', '/pets/a%20b'],
    ['$request.path.id', 'a b'],
    ['$context.routeKey', 'POST /pets/{id}'],
    ['$context.requestId', 'JJ1CUEWfoAMFzDA='],
    ['$context.requestTimeEpoch', '1790280988'],
    ['$context.identity.sourceIp', '127.0.0.1'],
    ['$stageVariables.color', 'blue'],
    ['plain text', 'plain text'],
    ['${request.path.id}-${request.body.pet.age}-${request.header.none}!', 'a b-3-!'],
  ] as const) {
    assert.equal(await seenValue(value, request, stage), seen, value);
  }
  assert.equal(await seenValue('$request.body', { body: 'as it is' }), 'as it is');
});

test('[HPM-02] what is not there leaves its target as it was', async () => {
  for (const value of [
    '$request.header.none',
    '$request.querystring.none',
    '$request.body.none',
    '$context.authorizer.none',
    '$stageVariables.none',
  ]) {
    const sent = await sentFor(
      { 'overwrite:header.x-seen': value, 'append:header.x-new': value },
      { headers: ['x-seen', '1'], body: 'no json' },
    );
    assert.equal(headerValue(sent.headers, 'x-seen'), '1', value);
    assert.equal(headerValue(sent.headers, 'x-new'), undefined);
  }
});

test('[HPM-02] a JSON path sees the first 100 KB; the whole body has no such limit', async () => {
  const body = JSON.stringify({ a: 'x', filler: 'y'.repeat(100 * 1024) });
  assert.equal(await seenValue('$request.body.a', { body }), undefined);
  assert.equal(await seenValue('$request.body', { body }), body);
});

test('[HPM-04] header names are compared without regard to case, query names with', async () => {
  const sent = await sentFor(
    { 'remove:header.X-GONE': "''", 'remove:querystring.GONE': "''" },
    { headers: ['x-gone', '1'], path: '/pets/1?gone=1&GONE=2' },
  );
  assert.equal(headerValue(sent.headers, 'x-gone'), undefined);
  assert.equal(sent.target, '/base?gone=1');
});

test('[HPM-05] reserved headers are refused at deployment', () => {
  for (const name of [
    'Authorization',
    'host2',
    'via',
    'x-amz-date',
    'X-Amzn-Trace-Id',
    'access-control-allow-origin',
    'apigw-requestid',
  ]) {
    const route = httpProxyTo('http://b', { requestParameters: { [`overwrite:header.${name}`]: 'x' } });
    const complaints = httpComplaints(httpSnapshot({ 'GET /': route }));
    const expected = name === 'host2' ? [] : [`GET /: overwrite:header.${name} is a header no mapping may touch`];
    assert.deepEqual(complaints, expected, name);
  }
  const faulty = {
    'append:path': 'x',
    'overwrite:header.a': '$request.cookie.a',
    'append:header.b': '$context.nothing',
  };
  assert.deepEqual(httpComplaints(httpSnapshot({ 'GET /': httpProxyTo('http://b', { requestParameters: faulty }) })), [
    'GET /: append:path is no mapping target',
    'GET /: $request.cookie.a is no mapping expression',
    'GET /: HTTP APIs have no variable $context.nothing',
  ]);
});

test('a mapped value cannot begin a header of its own', async () => {
  const { headers } = await sentFor({ 'append:header.x-a': '$request.body' }, { body: 'a\r\nX-Evil: 1' });
  assert.deepEqual(headerValues(headers, 'x-a'), ['a X-Evil: 1']);
});

/** The answer of a route whose backend answers 404 with JSON. */
async function replyWith(responseParameters: Record<string, Texts>, status = 404) {
  const upstream = upstreamAnswering({
    status,
    headers: ['content-type', 'application/json', 'x-a', '1', 'X-A', '2', 'x-b', '3'],
    body: '{"error":{"code":"E7"}}',
  });
  const plan = httpPlanOf(
    { 'GET /': httpProxyTo('http://b', { responseParameters }) },
    { upstream },
    { stageVariables: { env: 'test' } },
  );
  return await httpAnswer(plan);
}

test('[HPM-03] headers and status of an answer, by the status the integration answered with', async () => {
  const reply = await replyWith({
    '404': {
      'append:header.x-code': '$response.body.error.code',
      'overwrite:header.x-b': '$response.header.x-a',
      'remove:header.x-a': "''",
      'append:header.env': '${stageVariables.env} ${context.requestId}',
      'overwrite:statuscode': '403',
    },
    '403': { 'append:header.never': 'x' },
  });
  assert.equal(reply.status, 403);
  assert.deepEqual(reply.headers, [
    ...['Content-Type', 'application/json', 'X-Code', 'E7', 'X-B', '1,2', 'Env', 'test JJ1CUEWfoAMFzDA='],
    ...['Apigw-Requestid', 'JJ1CUEWfoAMFzDA='],
  ]);
  assert.equal(String(reply.body), '{"error":{"code":"E7"}}');
});

test('[HPM-03] other statuses stay as they are; a type may be overwritten; a status may be read', async () => {
  const unchanged = await replyWith({ '500': { 'overwrite:statuscode': '200' } });
  assert.deepEqual([unchanged.status, unchanged.headers.length], [404, 10]);
  const typed = await replyWith({ '404': { 'overwrite:header.Content-Type': 'text/plain' } });
  assert.deepEqual(typed.headers.slice(0, 2), ['Content-Type', 'text/plain']);
  const read = await replyWith({ '404': { 'overwrite:statuscode': '$stageVariables.env' } });
  assert.deepEqual([read.status, read.body], [500, '{"message":"Internal Server Error"}']);
});

test('functions get what the mapping made, and their answers are mapped', async () => {
  const functions = functionsAnswering({ statusCode: 200, body: 'x' });
  const integration = {
    ...lambda2.integration!,
    requestParameters: {
      'append:header.x-id': '$request.path.id',
      'overwrite:path': '/other/${request.path.id}',
      'append:querystring.more': '1',
    },
    responseParameters: { '200': { 'overwrite:statuscode': '202', 'append:header.x-seen': 'yes' } },
  };
  const reply = await httpAnswer(httpPlanOf({ 'GET /pets/{id}': { integration } }, { functions }), {
    path: '/pets/7?a=1',
  });
  assert.equal(reply.status, 202);
  assert.ok(reply.headers.includes('X-Seen'));
  const event = JSON.parse(String(functions.calls[0]!.payload)) as Record<string, unknown>;
  assert.equal(event['rawPath'], '/other/7');
  assert.equal(event['rawQueryString'], 'a=1&more=1');
  assert.equal((event['headers'] as Texts)['x-id'], '7');
  assert.deepEqual(event['pathParameters'], { id: '7' });
});
