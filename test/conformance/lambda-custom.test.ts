/** Custom Lambda integrations (type AWS) on the whole product: real functions, inputs made by templates, answers chosen by patterns. */
import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { DeleteMethodResponseCommand } from '@aws-sdk/client-api-gateway';
import { PutFunctionConcurrencyCommand } from '@aws-sdk/client-lambda';
import { type ApiUnderTest, createApi, createFunction, lambdaCustom } from '../support/api-under-test.ts';
import { startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { ask, type PlainReply, type PlainRequest } from '../support/plain-http.ts';

const configurationError = '500 {"message": "Internal server error"}';
const anyway = { statusCode: '200' };

let gatewright: TestGatewright;
let api: ApiUnderTest;
/** Told by the function behind /later that it ran. */
const listener = createServer();

before(async () => {
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo;
  gatewright = await startTestGatewright();
  const echo = await createFunction(gatewright, 'echo', 'exports.handler = async (event) => ({ event });');
  const failing = await createFunction(
    gatewright,
    'failing',
    `class NotFound extends Error { name = 'NotFound'; }
     exports.handler = async ({ how, message }) => {
       if (how === 'throw') throw new NotFound(message);
       if (how === 'exit') process.exit(1);
       if (how === 'hang') await new Promise((done) => setTimeout(done, 60_000));
       return message;
     };`,
    { Timeout: 1 },
  );
  const telling = await createFunction(
    gatewright,
    'telling',
    `exports.handler = async (event) => {
       await fetch('http://127.0.0.1:${port}/', { method: 'POST', body: JSON.stringify(event) });
       return 'told';
     };`,
  );
  const limited = await createFunction(gatewright, 'limited', 'exports.handler = async () => 1;');
  const chosen = [
    { statusCode: '200' },
    { statusCode: '404', selectionPattern: '.*not found.*' },
    {
      statusCode: '400',
      selectionPattern: '(\\n|.)*bad(\\n|.)*',
      responseTemplates: { 'application/json': '{"refused":true}' },
    },
    { statusCode: '504', selectionPattern: '.*Task timed out.*' },
    {
      statusCode: '409',
      selectionPattern: '\\{.*',
      responseParameters: {
        'method.response.header.X-Code': 'integration.response.body.errorMessage.code',
        'method.response.header.X-Detail': 'integration.response.body.errorMessage.detail',
        'method.response.header.X-Type': 'integration.response.body.errorType',
      },
    },
  ];
  api = await createApi(
    gatewright,
    {
      'POST /plain': lambdaCustom(echo, { responses: [anyway] }),
      'GET /plain': lambdaCustom(echo, { responses: [anyway] }),
      'POST /template': lambdaCustom(echo, {
        requestTemplates: { 'application/json': '{"fixed": [1, "two"]}', 'text/csv': '"csv"' },
        responses: [anyway],
      }),
      'POST /only-json': lambdaCustom(echo, {
        requestTemplates: { 'application/json': '{}' },
        passthroughBehavior: 'WHEN_NO_TEMPLATES',
        responses: [anyway],
      }),
      'POST /never': lambdaCustom(echo, { passthroughBehavior: 'NEVER', responses: [anyway] }),
      'POST /broken-template': lambdaCustom(echo, {
        requestTemplates: { 'application/json': '{"a": }' },
        responses: [anyway],
      }),
      'POST /chosen': lambdaCustom(failing, { responses: chosen }),
      'POST /no-default': lambdaCustom(failing, { responses: chosen.slice(1) }),
      'POST /none': lambdaCustom(failing),
      'POST /created': lambdaCustom(echo, {
        responses: [
          {
            statusCode: '201',
            responseParameters: {
              'method.response.header.Location': 'integration.response.body.event.to',
              'method.response.header.X-List': 'integration.response.body.event.list',
              'method.response.header.X-Absent': 'integration.response.body.event.nothing',
            },
          },
        ],
      }),
      'POST /later': lambdaCustom(telling, {
        requestParameters: { 'integration.request.header.X-Amz-Invocation-Type': "'Event'" },
        responses: [anyway],
      }),
      'POST /perhaps-later': lambdaCustom(telling, {
        requestParameters: {
          'integration.request.header.X-Amz-Invocation-Type': 'method.request.header.X-How',
        },
        responses: [anyway],
      }),
      'POST /impatient': lambdaCustom(failing, { timeoutInMillis: 100, responses: [anyway] }),
      'POST /limited': lambdaCustom(limited, { responses: [anyway] }),
      'POST /missing': lambdaCustom('arn:aws:lambda:us-east-1:000000000000:function:nobody', { responses: [anyway] }),
      'POST /halved': lambdaCustom(echo, { responses: [anyway] }),
    },
    { binaryMediaTypes: ['image/png'] },
  );
  await gatewright.apigateway.send(
    new DeleteMethodResponseCommand({ ...api.method('POST /halved'), statusCode: '200' }),
  );
  await api.deploy('s');
});

after(async () => {
  await gatewright.close();
  listener.close();
  listener.closeAllConnections();
});

const call = (path: string, more: Partial<PlainRequest> = {}): Promise<PlainReply> =>
  ask({ port: gatewright.port, path: `/_aws/execute-api/${api.id}/s${path}`, method: 'POST', ...more });

/** Status and text of one POST. */
async function at(path: string, body?: unknown, ...headers: string[]): Promise<string> {
  const reply = await call(path, { headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
  return `${reply.status} ${reply.text}`;
}

test('[INT-07] the body is the function’s input, its result the body; without a body the input is {}', async () => {
  assert.equal(await at('/plain', { a: [1, 'ü'] }), '200 {"event":{"a":[1,"ü"]}}');
  assert.equal(await at('/plain', 'text'), '200 {"event":"text"}');
  assert.equal(await at('/plain'), '200 {"event":{}}');
  const reply = await call('/plain?ignored=1', { method: 'GET' });
  assert.equal(reply.text, '{"event":{}}');
  assert.deepEqual(reply.all('content-type'), ['application/json']);
});

test('the result is sent as the JSON it is: text in quotes, null as null', async () => {
  assert.equal(await at('/chosen', { message: 'plain "text"' }), '200 "plain \\"text\\""');
  assert.equal(await at('/chosen', { message: null }), '200 null');
});

test('[INT-23] the template of the sent type makes the input; parameters of the type do not count, no type means JSON', async () => {
  const fixed = '200 {"event":{"fixed":[1,"two"]}}';
  assert.equal(await at('/template', { a: 1 }, 'Content-Type', 'application/json;charset=utf-8'), fixed);
  assert.equal(await at('/template', { a: 1 }, 'Content-Type', 'Text/CSV'), '200 {"event":"csv"}');
  assert.equal(await at('/template', { a: 1 }), fixed);
  assert.equal(await at('/template'), fixed);
  assert.equal(await at('/template', { a: 1 }, 'Content-Type', 'text/other'), '200 {"event":{"a":1}}');
});

test('what no template is for is 415 unless it may pass', async () => {
  const refused = '415 {"message":"Unsupported Media Type"}';
  assert.equal(await at('/only-json', {}, 'Content-Type', 'text/plain'), refused);
  assert.equal(await at('/only-json', {}, 'Content-Type', 'application/json'), '200 {"event":{}}');
  assert.equal(await at('/never', {}, 'Content-Type', 'application/json'), refused);
  const reply = await call('/never', { body: '{}' });
  assert.deepEqual(reply.all('x-amzn-errortype'), ['BadRequestException']);
});

test('an input that is no JSON is 400 and says so; the function is not called', async () => {
  for (const [path, body] of [
    ['/plain', 'name=value'],
    ['/plain', '{"a": 1'],
    ['/broken-template', '{}'],
    ['/later', 'name=value'],
  ] as const) {
    const reply = await call(path, { body });
    assert.equal(reply.status, 400, `${path} ${body}: ${reply.text}`);
    const { message } = reply.json as { message: string };
    assert.match(message, /^Could not parse request body into json: /);
    assert.deepEqual(reply.all('x-amzn-errortype'), ['BadRequestException']);
  }
});

test('[INT-25, INT-26, INT-28] errorMessage picks the response, as a whole; the error’s JSON is the body; unmatched it is the default’s 200', async () => {
  const thrown = async (message: string): Promise<[string, { errorMessage: string; errorType: string }]> => {
    const reply = await call('/chosen', { body: JSON.stringify({ how: 'throw', message }) });
    return [String(reply.status), reply.json as { errorMessage: string; errorType: string }];
  };
  const [status, error] = await thrown('ride not found today');
  assert.equal(status, '404');
  assert.deepEqual([error.errorMessage, error.errorType], ['ride not found today', 'NotFound']);
  assert.equal((await thrown('ride\nnot found today'))[0], '200');
  assert.equal((await thrown('nothing known'))[0], '200');
  assert.equal((await thrown('nothing known'))[1].errorMessage, 'nothing known');
  assert.equal(await at('/chosen', { how: 'throw', message: 'a\nbad\nthing' }), '400 {"refused":true}');
  // The pattern is for errors: the same words in an answer mean nothing.
  assert.equal(await at('/chosen', { message: 'ride not found today' }), '200 "ride not found today"');
});

test('[INT-28] a function that ends or outlives its time is an error with a message, too', async () => {
  assert.match(await at('/chosen', { how: 'hang' }), /^504 .*Task timed out after 1\.00 seconds/);
  assert.match(await at('/chosen', { how: 'exit' }), /^200 .*Runtime exited with error: exit status 1/);
});

test('[INT-29] headers are read from JSON within errorMessage, objects as JSON text', async () => {
  const message = JSON.stringify({ code: 7, detail: { of: ['x'] } });
  const reply = await call('/chosen', { body: JSON.stringify({ how: 'throw', message }) });
  assert.equal(reply.status, 409);
  assert.deepEqual(reply.all('x-code'), ['7']);
  assert.deepEqual(reply.all('x-detail'), ['{"of":["x"]}']);
  assert.deepEqual(reply.all('x-type'), ['NotFound']);
});

test('[INT-25, INT-27] no response that fits, no response at all, and one without method response are 500', async () => {
  assert.match(await at('/no-default', { how: 'throw', message: 'not found' }), /^404 /);
  assert.equal(await at('/no-default', { how: 'throw', message: 'other' }), configurationError);
  assert.equal(await at('/no-default', { message: 'fine' }), configurationError);
  assert.equal(await at('/none', { message: 'fine' }), configurationError);
  assert.equal(await at('/halved', {}), configurationError);
});

test('[MAP-04] the default response’s own status, and headers from the result', async () => {
  const body = JSON.stringify({ to: '/rides/7', list: [1, { a: 2 }] });
  const reply = await call('/created', { body });
  assert.equal(reply.status, 201);
  assert.deepEqual(reply.all('location'), ['/rides/7']);
  assert.deepEqual(reply.all('x-list'), ['[1,{"a":2}]']);
  assert.deepEqual(reply.all('x-absent'), []);
});

test('[INT-07] invocation type Event answers an empty 200 at once; the function runs and gets the input', async () => {
  const told = async (): Promise<unknown> => {
    const [incoming, outgoing] = await once(listener, 'request');
    let text = '';
    for await (const chunk of incoming.setEncoding('utf8')) text += chunk;
    outgoing.end();
    return JSON.parse(text);
  };
  let pending = told();
  const reply = await call('/later', { body: '{"n":1}' });
  assert.equal(`${reply.status} ${reply.text}`, '200 ');
  assert.deepEqual(await pending, { n: 1 });
  pending = told();
  assert.equal(await at('/perhaps-later', { n: 2 }, 'X-How', 'Event'), '200 ');
  assert.deepEqual(await pending, { n: 2 });
  pending = told();
  assert.equal(await at('/perhaps-later', { n: 3 }), '200 "told"');
  assert.deepEqual(await pending, { n: 3 });
});

test('bytes cannot be a function’s input through a template; without one they are no JSON', async () => {
  const body = Buffer.from([0x89, 0x50, 0x4e, 0x47]);
  const headers = ['Content-Type', 'image/png'];
  assert.equal((await call('/plain', { body, headers })).status, 400);
});

test('[INT-14] a function slower than the integration’s timeout is 504', async () => {
  assert.equal(await at('/impatient', { how: 'hang' }), '504 {"message": "Endpoint request timed out"}');
});

test('a function that is missing or has no concurrency left is 500, not the function’s error', async () => {
  assert.equal(await at('/missing', {}), configurationError);
  await gatewright.lambda.send(
    new PutFunctionConcurrencyCommand({ FunctionName: 'limited', ReservedConcurrentExecutions: 0 }),
  );
  assert.equal(await at('/limited', {}), configurationError);
});
