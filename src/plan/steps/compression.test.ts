import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { brotliCompressSync, deflateRawSync, deflateSync, gunzipSync, gzipSync, inflateSync } from 'node:zlib';
import { compileRest } from '../compile-rest.ts';
import {
  answer,
  functionsAnswering,
  liveStage,
  type MethodInWords,
  mock200,
  planTools,
  type RequestInWords,
  restSnapshot,
  sentHeader,
  upstreamAnswering,
} from '../plan-fixture.ts';
import { preferredCoding } from './compression.ts';

const backend: MethodInWords = {
  methodResponses: { '200': { statusCode: '200' } },
  integration: {
    type: 'HTTP',
    httpMethod: 'POST',
    uri: 'http://backend/',
    requestTemplates: { 'application/json': '{"name":$input.json(\'$.name\')}' },
    integrationResponses: { '200': { statusCode: '200' } },
  },
};

async function ask(
  request: RequestInWords,
  options: { minimum?: number; upstream?: ReturnType<typeof upstreamAnswering>; method?: MethodInWords } = {},
) {
  const { minimum = 0, upstream = upstreamAnswering(), method = backend } = options;
  const snapshot = restSnapshot({ 'POST /': method }, { minimumCompressionSize: minimum });
  const reply = await answer(compileRest(liveStage(snapshot), planTools({ upstream })), { method: 'POST', ...request });
  return { ...reply, sent: upstream.sent, coding: sentHeader(reply, 'Content-Encoding') };
}

const pet = Buffer.from('{"name":"Rex"}');

for (const [coding, body] of [
  ['gzip', gzipSync(pet)],
  ['GZIP', gzipSync(pet)],
  ['deflate', deflateSync(pet)],
  ['deflate', deflateRawSync(pet)],
  ['identity', pet],
] as const) {
  test(`[BIN-08] a request with Content-Encoding ${coding} is unpacked before its template reads it`, async () => {
    const reply = await ask({ body, headers: ['Content-Encoding', coding] });
    assert.equal(reply.status, 200);
    assert.equal(String(reply.sent[0]!.body), '{"name":"Rex"}');
  });
}

for (const [why, coding, body] of [
  ['a coding AWS does not know', 'br', brotliCompressSync(pet)],
  ['two codings', 'gzip, deflate', gzipSync(pet)],
  ['a body that is not gzip', 'gzip', pet],
  ['a body that is not deflate', 'deflate', Buffer.from([0xff, 0xff, 0xff])],
  ['a body cut short', 'gzip', gzipSync(pet).subarray(0, 20)],
  ['a single byte', 'deflate', Buffer.from([0x78])],
] as const) {
  test(`[BIN-08] ${why} is 415`, async () => {
    const reply = await ask({ body, headers: ['Content-Encoding', coding] });
    assert.deepEqual([reply.status, reply.body], [415, '{"message":"Unsupported Media Type"}']);
    assert.equal(reply.sent.length, 0);
  });
}

test('[BIN-08] bytes of a binary type come out as bytes; a backend is not told that they were packed', async () => {
  const bytes = Buffer.from([0x89, 0xff]);
  const upstream = upstreamAnswering();
  const method = { ...backend, integration: { ...backend.integration!, type: 'HTTP_PROXY' as const } };
  const snapshot = restSnapshot({ 'POST /': method }, { binaryMediaTypes: ['image/png'] });
  const headers = ['Content-Type', 'image/png', 'Content-Encoding', 'gzip', 'X-Mine', '1'];
  const plan = compileRest(liveStage(snapshot), planTools({ upstream }));
  await answer(plan, { method: 'POST', body: gzipSync(bytes), headers });
  assert.deepEqual(upstream.sent[0]!.body, bytes);
  assert.ok(!upstream.sent[0]!.headers.includes('Content-Encoding'));
  assert.ok(upstream.sent[0]!.headers.includes('X-Mine'));
});

test('[BIN-08] a function gets the plain text with the header beside it, as AWS’s users report', async () => {
  const functions = functionsAnswering({ statusCode: 200 });
  const uri =
    'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:f/invocations';
  const snapshot = restSnapshot({ 'POST /': { integration: { type: 'AWS_PROXY', httpMethod: 'POST', uri } } });
  const plan = compileRest(liveStage(snapshot), planTools({ functions }));
  await answer(plan, { method: 'POST', body: gzipSync(pet), headers: ['Content-Encoding', 'gzip'] });
  const event = JSON.parse(String(functions.calls[0]!.payload));
  assert.deepEqual(
    [event.body, event.isBase64Encoded, event.headers['Content-Encoding']],
    ['{"name":"Rex"}', false, 'gzip'],
  );
});

test('[LIM-03] a bomb is 413 and no larger than the quota', async () => {
  const bomb = gzipSync(Buffer.alloc(10 * 1024 * 1024 + 1));
  assert.equal((await ask({ body: bomb, headers: ['Content-Encoding', 'gzip'] })).status, 413);
  const whole = gzipSync(Buffer.alloc(10 * 1024 * 1024));
  const passing = { ...backend, integration: { ...backend.integration!, requestTemplates: {} } };
  assert.equal((await ask({ body: whole, headers: ['Content-Encoding', 'gzip'] }, { method: passing })).status, 200);
});

test('[BIN-08] requests are unpacked whatever the API sets, answers are packed only where it says from when on', async () => {
  const upstream = upstreamAnswering();
  const plan = compileRest(liveStage(restSnapshot({ 'POST /': backend })), planTools({ upstream }));
  const headers = ['Content-Encoding', 'gzip', 'Accept-Encoding', 'gzip'];
  const reply = await answer(plan, { method: 'POST', body: gzipSync(pet), headers });
  assert.equal(String(upstream.sent[0]!.body), '{"name":"Rex"}');
  assert.equal(sentHeader(reply, 'Content-Encoding'), undefined);
});

for (const [acceptEncoding, coding] of [
  ['deflate,gzip', 'deflate'],
  ['gzip', 'gzip'],
  ['', undefined],
  [undefined, undefined],
  ['*', undefined],
  ['deflate;q=0.5,gzip;q=1.0', 'gzip'],
  ['gzip;q=1.0,identity;q=0.5,*;q=0', 'gzip'],
  ['identity', undefined],
  ['br, gzip', undefined],
  ['gzip, deflate, br, zstd', 'gzip'],
  ['br;q=0.5, gzip;q=0.8', 'gzip'],
  ['gzip;q=0', undefined],
  ['gzip;q=nonsense', undefined],
] as const) {
  test(`[BIN-07] [BIN-06] Accept-Encoding ${acceptEncoding ?? 'absent'}: ${coding ?? 'no'} compression`, async () => {
    const headers = acceptEncoding === undefined ? [] : ['Accept-Encoding', acceptEncoding];
    const reply = await ask({ body: pet, headers });
    assert.equal(reply.coding, coding);
    const bytes = Buffer.from(reply.body);
    const plain = coding === 'gzip' ? gunzipSync(bytes) : coding === 'deflate' ? inflateSync(bytes) : bytes;
    assert.equal(String(plain), '{"from":"backend"}');
  });
}

test('[BIN-06] an answer is packed from the minimum on, measured after the template, in bytes', async () => {
  const text = (body: string): MethodInWords => ({
    ...mock200,
    integration: {
      ...mock200.integration!,
      integrationResponses: { '200': { statusCode: '200', responseTemplates: { 'application/json': body } } },
    },
  });
  const coding = async (body: string, minimum: number) =>
    (await ask({ headers: ['Accept-Encoding', 'gzip'] }, { minimum, method: text(body) })).coding;
  assert.equal(await coding('{"a":1}', 8), undefined);
  assert.equal(await coding('{"a":12}', 8), 'gzip');
  assert.equal(await coding('üüüü', 8), 'gzip');
  assert.equal(await coding('', 0), undefined);
});

test('[BIN-06] an answer that is encoded already stays as it is', async () => {
  const upstream = upstreamAnswering();
  const responses = {
    '200': { statusCode: '200', responseParameters: { 'method.response.header.Content-Encoding': "'br'" } },
  };
  const method = { ...backend, integration: { ...backend.integration!, integrationResponses: responses } };
  const reply = await ask({ body: pet, headers: ['Accept-Encoding', 'gzip'] }, { upstream, method });
  assert.deepEqual([reply.coding, String(reply.body)], ['br', '{"from":"backend"}']);
});

test('[BIN-06] a large answer is packed aside and comes out whole', async () => {
  const body = 'pets and more pets '.repeat(10_000);
  const reply = await ask(
    { body: pet, headers: ['Accept-Encoding', 'gzip'] },
    { upstream: upstreamAnswering({ body }) },
  );
  assert.equal(reply.coding, 'gzip');
  assert.ok(reply.body.length < body.length / 10);
  assert.equal(String(gunzipSync(Buffer.from(reply.body))), body);
});

test('a long Accept-Encoding costs no more than its length', () => {
  assert.equal(preferredCoding(`${'x;q=0.1,'.repeat(1_000)}gzip`), 'gzip');
});
