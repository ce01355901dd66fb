/** TestInvokeMethod, binary bodies and compression, through the official SDK and plain HTTP. */
import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import {
  PutIntegrationCommand,
  TestInvokeMethodCommand,
  type TestInvokeMethodCommandInput,
  UpdateMethodCommand,
} from '@aws-sdk/client-api-gateway';
import { type ApiUnderTest, createApi, createFunction, lambdaProxy, mock } from '../support/api-under-test.ts';
import { type Backend, echoOf, httpBackend } from '../support/backends.ts';
import { startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { ask } from '../support/plain-http.ts';

let gatewright: TestGatewright;
let backend: Backend;
let api: ApiUnderTest;

before(async () => {
  gatewright = await startTestGatewright();
  backend = await httpBackend(async (request, response) => {
    const echo = await echoOf(request);
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(echo));
  });
  const echo = await createFunction(
    gatewright,
    'echo',
    'exports.handler = async (event) => ({ statusCode: 200, headers: { "X-One": "1" }, multiValueHeaders: { "X-Two": ["a", "b"] }, body: JSON.stringify(event) });',
  );
  const pets = { ...mock('{"pets":[]}') };
  api = await createApi(
    gatewright,
    {
      'GET /pets': pets,
      'ANY /echo/{id}': lambdaProxy(echo),
      'POST /pictures': {
        type: 'HTTP',
        verb: 'POST',
        uri: `${backend.origin}/in`,
        contentHandling: 'CONVERT_TO_TEXT',
        requestTemplates: { 'image/png': '{"image":"$input.body"}', 'application/json': '$input.json("$")' },
        responses: [{ statusCode: '200' }],
      },
    },
    { binaryMediaTypes: ['image/png'], minimumCompressionSize: 10 },
  );
  await api.deploy('s');
});

after(async () => {
  await gatewright.close();
  await backend.close();
});

const tested = (label: string, more: Partial<TestInvokeMethodCommandInput> = {}) =>
  gatewright.apigateway.send(new TestInvokeMethodCommand({ ...api.method(label), ...more }));

test('[V1-25] a method is tested as it stands, not as it was deployed', async () => {
  const first = await tested('GET /pets');
  assert.deepEqual([first.status, first.body, first.log!.trim().split('\n').length], [200, '{"pets":[]}', 11]);
  assert.deepEqual(first.headers, { 'Content-Type': 'application/json' });
  assert.deepEqual(first.multiValueHeaders, { 'Content-Type': ['application/json'] });
  assert.ok(Number.isInteger(first.latency));
  await gatewright.apigateway.send(
    new PutIntegrationCommand({
      ...api.method('GET /pets'),
      type: 'MOCK',
      requestTemplates: { 'application/json': '{"statusCode": 404}' },
    }),
  );
  assert.equal((await tested('GET /pets')).status, 500);
  const deployed = await ask({ port: gatewright.port, path: `/_aws/execute-api/${api.id}/s/pets` });
  assert.equal(deployed.status, 200);
});

test('[V1-25] a guarded method is tested without its guards, ANY with the verb asked for', async () => {
  const label = 'ANY /echo/{id}';
  await gatewright.apigateway.send(
    new UpdateMethodCommand({
      ...api.method(label),
      patchOperations: [{ op: 'replace', path: '/authorizationType', value: 'AWS_IAM' }],
    }),
  );
  const outcome = await tested(label, {
    httpMethod: 'PUT',
    pathWithQueryString: '/echo/7?a=1',
    headers: { 'X-Single': 's', 'x-both': 'dropped' },
    multiValueHeaders: { 'X-Both': ['1', '2'] },
    body: '{"n":1}',
    stageVariables: { env: 'dev' },
  });
  assert.equal(outcome.status, 200);
  assert.deepEqual([outcome.headers!['X-One'], outcome.headers!['X-Two']], ['1', 'b']);
  assert.deepEqual(outcome.multiValueHeaders!['X-Two'], ['a', 'b']);
  const event = JSON.parse(outcome.body!);
  assert.equal(event.httpMethod, 'PUT');
  assert.deepEqual([event.pathParameters, event.stageVariables], [{ id: '7' }, { env: 'dev' }]);
  assert.deepEqual(event.multiValueHeaders, { 'X-Both': ['1', '2'], 'X-Single': ['s'] });
  assert.equal(event.body, '{"n":1}');
  const lines = outcome.log!.trim().split('\n');
  assert.equal(lines.length, 18);
  assert.match(
    lines[1]!,
    /^\w{3} \w{3} \d\d \d\d:\d\d:\d\d UTC \d{4} : Starting execution for request: [0-9a-f-]{36}$/,
  );
  assert.match(lines[9]!, / : Endpoint request body after transformations: \{"resource".* \[TRUNCATED\]$/);
});

test('[V1-25] a resource or a method that is not there is 404, in AWS’s order', async () => {
  await assert.rejects(tested('GET /pets', { resourceId: 'nobody' }), {
    name: 'NotFoundException',
    message: 'Invalid Resource identifier specified',
  });
  await assert.rejects(tested('GET /pets', { httpMethod: 'DELETE' }), {
    name: 'NotFoundException',
    message: 'Invalid Method identifier specified',
  });
});

test('[V1-25] a test cannot send what no request could: a line break in a header is a BadRequestException', async () => {
  for (const [name, value] of [
    ['X-A', 'a\r\nX-B: b'],
    ['X A', 'a'],
    ['', 'a'],
  ] as const) {
    await assert.rejects(tested('GET /pets', { headers: { [name]: value } }), { name: 'BadRequestException' });
  }
  const verbs = tested('ANY /echo/{id}', { httpMethod: 'GET X' });
  await assert.rejects(verbs, { name: 'NotFoundException', message: 'Invalid Method identifier specified' });
});

const at = (path: string, headers: string[], body: Buffer | string) =>
  ask({ port: gatewright.port, path: `/_aws/execute-api/${api.id}/s${path}`, method: 'POST', headers, body });

test('[BIN-04] a picture reaches a JSON backend as base64 through its template', async () => {
  const bytes = Buffer.from([0x89, 0x50, 0xff, 0x00]);
  const reply = await at('/pictures', ['Content-Type', 'image/png'], bytes);
  assert.equal(reply.status, 200);
  assert.equal((reply.json as { body: string }).body, `{"image":"${bytes.toString('base64')}"}`);
});

test('[BIN-06] [BIN-08] a packed request is unpacked, and its answer packed for who asks', async () => {
  const json = gzipSync('{"name":"Rex"}');
  const headers = ['Content-Type', 'application/json', 'Content-Encoding', 'gzip', 'Accept-Encoding', 'gzip, deflate'];
  const reply = await at('/pictures', headers, json);
  assert.deepEqual([reply.status, reply.all('content-encoding')], [200, ['gzip']]);
  assert.deepEqual(reply.all('content-length'), [String(reply.body.length)]);
  assert.equal(JSON.parse(gunzipSync(reply.body).toString()).body, '{"name":"Rex"}');
  const refused = await at('/pictures', ['Content-Encoding', 'br'], 'x');
  assert.deepEqual([refused.status, refused.text], [415, '{"message":"Unsupported Media Type"}']);
});
