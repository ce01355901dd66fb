/** Whole requests through plans: the guide's two tables row by row, then what they leave open (guide page api-gateway-payload-encodings-workflow). */
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { compileRest } from './compile-rest.ts';
import {
  answer,
  functionsAnswering,
  type IntegrationInWords,
  liveStage,
  planTools,
  type RequestInWords,
  restSnapshot,
  upstreamAnswering,
} from './plan-fixture.ts';
import type { PlanTools } from './tools.ts';

const types = ['image/png'];
/** No UTF-8: as text it becomes `�P�\0`. */
const bytes = Buffer.from([0x89, 0x50, 0xff, 0x00]);
const asText = Buffer.from('\ufffdP\ufffd\0');
const asBase64 = Buffer.from(bytes.toString('base64'));

const configurationError = '{"message": "Internal server error"}';

function integration(words: Partial<IntegrationInWords> = {}): IntegrationInWords {
  return {
    type: 'HTTP',
    httpMethod: 'POST',
    uri: 'http://backend/',
    integrationResponses: { '200': { statusCode: '200' } },
    ...words,
  };
}

async function ask(
  words: IntegrationInWords,
  binaryMediaTypes: readonly string[] | undefined,
  request: RequestInWords,
  tools: Partial<PlanTools> = {},
) {
  const method = { methodResponses: { '200': { statusCode: '200' } }, integration: words };
  const api = binaryMediaTypes === undefined ? {} : { binaryMediaTypes };
  const plan = compileRest(liveStage(restSnapshot({ 'POST /': method }, api)), planTools(tools));
  return await answer(plan, { method: 'POST', ...request });
}

/** Body sent, its Content-Type, binaryMediaTypes, contentHandling, body the backend gets. */
type RequestRow = [Buffer, string, string[] | undefined, string | undefined, Buffer];

const requestRows: RequestRow[] = [
  [bytes, 'text/plain', undefined, undefined, asText],
  [asBase64, 'text/plain', undefined, 'CONVERT_TO_BINARY', bytes],
  [bytes, 'text/plain', undefined, 'CONVERT_TO_TEXT', asText],
  [bytes, 'text/plain', types, undefined, asText],
  [asBase64, 'text/plain', types, 'CONVERT_TO_BINARY', bytes],
  [bytes, 'text/plain', types, 'CONVERT_TO_TEXT', asText],
  [bytes, 'image/png', types, undefined, bytes],
  [bytes, 'image/png', types, 'CONVERT_TO_BINARY', bytes],
  [bytes, 'image/png', types, 'CONVERT_TO_TEXT', asBase64],
];

for (const type of ['HTTP', 'HTTP_PROXY'] as const) {
  requestRows.forEach(([body, contentType, binaryMediaTypes, contentHandling, expected], i) => {
    test(`[BIN-02] request row ${i + 1}, ${type}: ${contentType} is text or bytes by [${binaryMediaTypes ?? ''}], ${contentHandling ?? 'unconverted'}`, async () => {
      const upstream = upstreamAnswering();
      const words = integration({ type, ...(contentHandling !== undefined && { contentHandling }) });
      const reply = await ask(words, binaryMediaTypes, { body, headers: ['Content-Type', contentType] }, { upstream });
      assert.equal(reply.status, 200);
      assert.deepEqual(Buffer.from(upstream.sent[0]!.body!), expected);
    });
  });
}

/** Backend's body and Content-Type, the client's Accept, binaryMediaTypes, contentHandling, body the client gets. */
type ResponseRow = [Buffer, string, string, string[] | undefined, string | undefined, Buffer];

const responseRows: ResponseRow[] = [
  [bytes, 'image/png', 'text/html', undefined, undefined, asText],
  [asBase64, 'text/plain', 'text/html', undefined, 'CONVERT_TO_BINARY', bytes],
  [bytes, 'image/png', 'text/html', undefined, 'CONVERT_TO_TEXT', asText],
  [bytes, 'text/plain', 'text/html', types, undefined, asText],
  [asBase64, 'text/plain', 'text/html', types, 'CONVERT_TO_BINARY', bytes],
  [bytes, 'text/plain', 'text/html', types, 'CONVERT_TO_TEXT', asText],
  [asBase64, 'text/plain', 'image/png', types, undefined, bytes],
  [asBase64, 'text/plain', 'image/png', types, 'CONVERT_TO_BINARY', bytes],
  [bytes, 'text/plain', 'image/png', types, 'CONVERT_TO_TEXT', asText],
  [bytes, 'image/png', 'text/html', types, undefined, asBase64],
  [bytes, 'image/png', 'text/html', types, 'CONVERT_TO_BINARY', bytes],
  [bytes, 'image/png', 'text/html', types, 'CONVERT_TO_TEXT', asBase64],
  [bytes, 'image/png', 'image/png', types, undefined, bytes],
  [bytes, 'image/png', 'image/png', types, 'CONVERT_TO_BINARY', bytes],
  [bytes, 'image/png', 'image/png', types, 'CONVERT_TO_TEXT', asBase64],
];

responseRows.forEach(([body, contentType, accept, binaryMediaTypes, contentHandling, expected], i) => {
  test(`[BIN-03] response row ${i + 1}: ${contentType} for Accept ${accept} with [${binaryMediaTypes ?? ''}], ${contentHandling ?? 'unconverted'}`, async () => {
    const upstream = upstreamAnswering({ body, headers: ['Content-Type', contentType] });
    const responses = { '200': { statusCode: '200', ...(contentHandling !== undefined && { contentHandling }) } };
    const words = integration({ integrationResponses: responses });
    const reply = await ask(words, binaryMediaTypes, { headers: ['Accept', accept] }, { upstream });
    assert.equal(reply.status, 200);
    assert.deepEqual(Buffer.from(reply.body), expected);
  });
});

test('[BIN-03] of several types in Accept only the first counts', async () => {
  const upstream = upstreamAnswering({ body: bytes, headers: ['Content-Type', 'image/png'] });
  const got = async (accept: string) =>
    Buffer.from((await ask(integration(), types, { headers: ['Accept', accept] }, { upstream })).body);
  assert.deepEqual(await got('image/png;q=0.1, text/html'), bytes);
  assert.deepEqual(await got('text/html, image/png'), asBase64);
  assert.deepEqual(await got('image/*, image/png'), asBase64);
});

test('[BIN-01] image/* covers every image, */* everything, even a body of no type', async () => {
  const sentAs = async (configured: string[], headers: string[]) => {
    const upstream = upstreamAnswering();
    await ask(integration(), configured, { body: bytes, headers }, { upstream });
    return Buffer.from(upstream.sent[0]!.body!);
  };
  assert.deepEqual(await sentAs(['image/*'], ['Content-Type', 'IMAGE/GIF; x=y']), bytes);
  assert.deepEqual(await sentAs(['image/*'], ['Content-Type', 'text/plain']), asText);
  assert.deepEqual(await sentAs(['*/*'], ['Content-Type', 'text/plain']), bytes);
  assert.deepEqual(await sentAs(['*/*'], []), bytes);
  // Recorded: only the subtype can be a wildcard.
  assert.deepEqual(await sentAs(['*/png'], ['Content-Type', 'image/png']), asText);
});

test('[BIN-04] text that has to become bytes and is no base64 is 500, in both directions', async () => {
  const upstream = upstreamAnswering({ body: '%%%', headers: ['Content-Type', 'text/plain'] });
  const toBinary = integration({ contentHandling: 'CONVERT_TO_BINARY' });
  const sent = await ask(toBinary, undefined, { body: 'no base64!' }, { upstream });
  assert.deepEqual([sent.status, sent.body], [500, configurationError]);
  assert.equal(sent.problem!.kind, 'API_CONFIGURATION_ERROR');
  assert.equal(upstream.sent.length, 0);
  const responses = { '200': { statusCode: '200', contentHandling: 'CONVERT_TO_BINARY' } };
  const got = await ask(integration({ integrationResponses: responses }), undefined, {}, { upstream });
  assert.deepEqual([got.status, got.body], [500, configurationError]);
});

test('[BIN-04] a template sees bytes only as base64 in $input.body; bytes themselves cannot go through one', async () => {
  const upstream = upstreamAnswering();
  const requestTemplates = { 'image/png': '{"data":"$input.body"}' };
  const request = { body: bytes, headers: ['Content-Type', 'image/png'] };
  const converted = integration({ requestTemplates, contentHandling: 'CONVERT_TO_TEXT' });
  await ask(converted, types, request, { upstream });
  assert.equal(String(upstream.sent[0]!.body), `{"data":"${bytes.toString('base64')}"}`);
  const refused = await ask(integration({ requestTemplates }), types, request, { upstream });
  assert.deepEqual([refused.status, refused.body], [500, configurationError]);
});

test('[BIN-04] a response template sees base64 too, and bytes for a client that wants bytes are 500', async () => {
  const upstream = upstreamAnswering({ body: bytes, headers: ['Content-Type', 'image/png'] });
  const responseTemplates = { 'application/json': '{"image":"$input.body"}' };
  const response = { statusCode: '200', responseTemplates };
  const got = async (accept: string, contentHandling?: string) => {
    const handled = { ...response, ...(contentHandling !== undefined && { contentHandling }) };
    const words = integration({ integrationResponses: { '200': handled } });
    return (await ask(words, types, { headers: ['Accept', accept] }, { upstream })).body;
  };
  const told = `{"image":"${bytes.toString('base64')}"}`;
  assert.equal(await got('application/json'), told);
  assert.equal(await got('image/png', 'CONVERT_TO_TEXT'), told);
  assert.equal(await got('image/png'), configurationError);
});

test('a text answer goes through its template even for a client that would take bytes', async () => {
  const upstream = upstreamAnswering({ body: '{"n":1}' });
  const responses = { '200': { statusCode: '200', responseTemplates: { 'application/json': "$input.json('$.n')" } } };
  const words = integration({ integrationResponses: responses });
  assert.equal((await ask(words, types, { headers: ['Accept', 'image/png'] }, { upstream })).body, '1');
});

test('[BIN-04] where */* makes everything bytes, a mock with templates answers 500 until both sides convert to text', async () => {
  const mock = (request: boolean, response: boolean, body = '{"ok":true}'): IntegrationInWords => ({
    type: 'MOCK',
    requestTemplates: { 'application/json': '{"statusCode": 200}' },
    ...(request && { contentHandling: 'CONVERT_TO_TEXT' }),
    integrationResponses: {
      '200': {
        statusCode: '200',
        responseTemplates: { 'application/json': body },
        ...(response && { contentHandling: 'CONVERT_TO_TEXT' }),
      },
    },
  });
  assert.equal((await ask(mock(false, true), ['*/*'], {})).status, 500);
  assert.equal((await ask(mock(true, false), ['*/*'], {})).status, 500);
  const converted = await ask(mock(true, true), ['*/*'], {});
  assert.deepEqual([converted.status, converted.body], [200, '{"ok":true}']);
  assert.equal((await ask(mock(true, false, ''), ['*/*'], {})).status, 200);
  assert.equal((await ask(mock(false, false), types, {})).status, 200);
});

test('[BIN-05] without contentHandling bytes pass a method that is no proxy, both ways', async () => {
  const upstream = upstreamAnswering({ body: bytes, headers: ['Content-Type', 'image/png'] });
  const headers = ['Content-Type', 'image/png', 'Accept', 'image/png'];
  const reply = await ask(integration(), types, { body: bytes, headers }, { upstream });
  assert.deepEqual(Buffer.from(upstream.sent[0]!.body!), bytes);
  assert.deepEqual(Buffer.from(reply.body), bytes);
});

test('[BIN-04] a function takes bytes as base64 in its JSON, and the base64 it returns becomes bytes', async () => {
  const functions = functionsAnswering(JSON.stringify(bytes.toString('base64')));
  const uri =
    'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:image/invocations';
  const words = integration({
    type: 'AWS',
    uri,
    contentHandling: 'CONVERT_TO_TEXT',
    requestTemplates: { 'image/png': '{"image":"$input.body"}' },
    integrationResponses: { '200': { statusCode: '200', contentHandling: 'CONVERT_TO_BINARY' } },
  });
  const reply = await ask(words, types, { body: bytes, headers: ['Content-Type', 'image/png'] }, { functions });
  assert.equal(String(functions.calls[0]!.payload), `{"image":"${bytes.toString('base64')}"}`);
  assert.deepEqual(Buffer.from(reply.body), bytes);
});

test('an HTTP proxy gives bytes as base64 to a client that names a text type first, and leaves text alone', async () => {
  const proxy = integration({ type: 'HTTP_PROXY' });
  const got = async (contentType: string, accept: string) => {
    const upstream = upstreamAnswering({ body: bytes, headers: ['Content-Type', contentType] });
    return Buffer.from((await ask(proxy, types, { headers: ['Accept', accept] }, { upstream })).body);
  };
  assert.deepEqual(await got('image/png', 'image/png'), bytes);
  assert.deepEqual(await got('image/png', 'text/html'), asBase64);
  assert.deepEqual(await got('text/html', 'image/png'), bytes);
  assert.deepEqual(await got('text/html', 'text/html'), asText);
});
