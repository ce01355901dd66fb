/** Lambda proxy integrations on the whole product: real functions, the events they get and the answers that leave. */
import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';
import { UpdateStageCommand } from '@aws-sdk/client-api-gateway';
import {
  AddPermissionCommand,
  CreateAliasCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  RemovePermissionCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { type ApiUnderTest, createApi, createFunction, lambdaProxy } from '../support/api-under-test.ts';
import { startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { zipOf } from '../support/lambda-under-test.ts';
import { ask, type PlainReply, type PlainRequest } from '../support/plain-http.ts';
import { skipWithout } from '../support/programs.ts';

const integrationFailure = '{"message": "Internal server error"}';

/** An event as the echo function hands it back, as far as tests look into it. */
interface Event {
  readonly resource: string;
  readonly path: string;
  readonly httpMethod: string;
  readonly headers: Record<string, string>;
  readonly multiValueHeaders: Record<string, string[]>;
  readonly queryStringParameters: Record<string, string> | null;
  readonly multiValueQueryStringParameters: Record<string, string[]> | null;
  readonly pathParameters: Record<string, string> | null;
  readonly stageVariables: Record<string, string> | null;
  readonly requestContext: Record<string, unknown> & { readonly identity: Record<string, unknown> };
  readonly body: string | null;
  readonly isBase64Encoded: boolean;
}

const echoSource =
  'exports.handler = async (event) => ({ statusCode: 200, body: JSON.stringify({ ...event, fn: process.env.NAME }) });';

let gatewright: TestGatewright;
let api: ApiUnderTest;
const functionArn = (name: string): string => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;

before(async () => {
  gatewright = await startTestGatewright();
  const echo = await createFunction(gatewright, 'echo', echoSource, { Environment: { Variables: { NAME: 'first' } } });
  // Answers what the request's body says, whether an answer or not.
  const said = await createFunction(gatewright, 'said', 'exports.handler = async ({ body }) => JSON.parse(body);');
  const sized = await createFunction(
    gatewright,
    'sized',
    `exports.handler = async ({ body }) => ({ statusCode: 200, body: 'x'.repeat(Number(body)) });`,
  );
  const failing = await createFunction(
    gatewright,
    'failing',
    `exports.handler = async ({ queryStringParameters: { how } }) => {
       if (how === 'throw') throw new Error('a secret of the function');
       if (how === 'exit') process.exit(3);
       if (how === 'undefined') return undefined;
       if (how === 'hang') await new Promise((done) => setTimeout(done, 60_000));
     };`,
    { Timeout: 1 },
  );
  const slow = await createFunction(
    gatewright,
    'slow',
    'exports.handler = async () => { await new Promise((done) => setTimeout(done, 5_000)); return { statusCode: 200 }; };',
  );
  await createFunction(gatewright, 'other', echoSource, { Environment: { Variables: { NAME: 'other' } } });
  api = await createApi(
    gatewright,
    {
      'ANY /': lambdaProxy(echo),
      'ANY /echo': lambdaProxy(echo),
      'ANY /pets/{petId}/toys/{toy}': lambdaProxy(echo),
      'ANY /files/{proxy+}': lambdaProxy(echo),
      'POST /said': lambdaProxy(said),
      'POST /sized': lambdaProxy(sized),
      'GET /failing': lambdaProxy(failing),
      'GET /slow': lambdaProxy(slow, { timeoutInMillis: 100 }),
      'GET /missing': lambdaProxy(functionArn('nobody')),
      'GET /chosen': lambdaProxy(functionArn('${stageVariables.fn}')),
    },
    { binaryMediaTypes: ['image/png', 'application/*'] },
  );
  await api.deploy('dev', { variables: { fn: 'other', greeting: 'hello/there' } });
  await api.deploy('bare');
});

after(() => gatewright.close());

/** A request below /{stage}; default stage `bare`. */
function call(path: string, more: Partial<PlainRequest> & { stage?: string } = {}): Promise<PlainReply> {
  const { stage = 'bare', ...rest } = more;
  return ask({ port: gatewright.port, path: `/_aws/execute-api/${api.id}/${stage}${path}`, ...rest });
}

async function echoed(path: string, more: Partial<PlainRequest> & { stage?: string } = {}): Promise<Event> {
  const reply = await call(path, more);
  assert.equal(reply.status, 200, reply.text);
  return reply.json as Event;
}

/** What a client gets when the function answers `answer`. */
const answered = (answer: unknown, headers: readonly string[] = []): Promise<PlainReply> =>
  call('/said', { method: 'POST', body: JSON.stringify(answer), headers: ['Content-Type', 'text/plain', ...headers] });

async function assertAnswer(reply: Promise<PlainReply>, status: number, text: string): Promise<PlainReply> {
  const got = await reply;
  assert.equal(`${got.status} ${got.text}`, `${status} ${text}`);
  return got;
}

test('[LPV1-01, LPV1-02, LPV1-06, LPV1-07, SV-09] the event of a bare GET has every member in the recorded order, null where there is nothing', async () => {
  const reply = await call('/echo', { headers: ['User-Agent', 'probe/1.0'] });
  const event = reply.json as Event & { fn?: string };
  delete event.fn;
  assert.deepEqual(Object.keys(event), [
    ...['resource', 'path', 'httpMethod', 'headers', 'multiValueHeaders'],
    ...['queryStringParameters', 'multiValueQueryStringParameters', 'pathParameters', 'stageVariables'],
    ...['requestContext', 'body', 'isBase64Encoded'],
  ]);
  assert.equal(event.queryStringParameters, null);
  assert.equal(event.multiValueQueryStringParameters, null);
  assert.equal(event.pathParameters, null);
  assert.equal(event.stageVariables, null);
  assert.equal(event.body, null);
  assert.equal(event.isBase64Encoded, false);
  const { requestContext } = event;
  assert.deepEqual(Object.keys(requestContext), [
    ...[
      'resourceId',
      'resourcePath',
      'httpMethod',
      'extendedRequestId',
      'requestTime',
      'path',
      'accountId',
      'protocol',
    ],
    ...['stage', 'domainPrefix', 'requestTimeEpoch', 'requestId', 'identity', 'domainName', 'deploymentId', 'apiId'],
  ]);
  assert.equal(requestContext['resourceId'], api.resourceIds.get('/echo'));
  assert.equal(requestContext['accountId'], '000000000000');
  assert.equal(requestContext['protocol'], 'HTTP/1.1');
  assert.equal(requestContext['stage'], 'bare');
  assert.equal(requestContext['apiId'], api.id);
  assert.equal(requestContext['requestId'], reply.all('x-amzn-requestid')[0]);
  assert.equal(requestContext['extendedRequestId'], reply.all('x-amz-apigw-id')[0]);
  assert.match(requestContext['requestTime'] as string, /^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
  assert.ok(Math.abs((requestContext['requestTimeEpoch'] as number) - Date.now()) < 60_000);
  assert.deepEqual(requestContext.identity, {
    cognitoIdentityPoolId: null,
    accountId: null,
    cognitoIdentityId: null,
    caller: null,
    sourceIp: '127.0.0.1',
    principalOrgId: null,
    accessKey: null,
    cognitoAuthenticationType: null,
    cognitoAuthenticationProvider: null,
    userArn: null,
    userAgent: 'probe/1.0',
    user: null,
  });
});

test('[LPV1-03] repeated, empty, encoded and valueless query parameters', async () => {
  const { queryStringParameters, multiValueQueryStringParameters } = await echoed(
    '/echo?dup=one&dup=two&empty=&encoded=a%2Bb&plus=a+b&flag&%C3%BC=%F0%9F%A6%84&a[b]=c',
  );
  assert.deepEqual(queryStringParameters, {
    'a[b]': 'c',
    dup: 'two',
    empty: '',
    encoded: 'a+b',
    flag: '',
    plus: 'a b',
    ü: '🦄',
  });
  assert.deepEqual(Object.keys(queryStringParameters!), ['a[b]', 'dup', 'empty', 'encoded', 'flag', 'plus', 'ü']);
  assert.deepEqual(multiValueQueryStringParameters!['dup'], ['one', 'two']);
  assert.deepEqual(multiValueQueryStringParameters!['empty'], ['']);
});

test('[RT-08] a raw semicolon in the query splits it, an encoded one does not', async () => {
  const event = await echoed('/echo?a=1;b=2&c=3%3B4;;d');
  assert.deepEqual(event.queryStringParameters, { a: '1', b: '2', c: '3;4', d: '' });
});

test('[LPV1-03, LPV1-04] headers keep their case and all values; what frames the message is left out, who called is added', async () => {
  const { headers, multiValueHeaders } = await echoed('/echo', {
    method: 'POST',
    body: '{}',
    headers: [
      ...['x-Mixed-cAse', 'one', 'X-Mixed-Case', 'two', 'authorization', 'Bearer x', 'Cookie', 'b=2; a=1'],
      ...['Content-MD5', 'abc', 'TE', 'trailers', 'Max-Forwards', '3', 'X-Forwarded-For', '10.1.2.3'],
      ...['Content-Type', 'text/plain', 'User-Agent', 'probe/1.0'],
    ],
  });
  assert.equal(headers['x-Mixed-cAse'], 'two');
  assert.deepEqual(multiValueHeaders['x-Mixed-cAse'], ['one', 'two']);
  assert.equal(headers['Authorization'], 'Bearer x');
  assert.equal(headers['Cookie'], 'b=2; a=1');
  assert.equal(headers['Host'], `localhost:${gatewright.port}`);
  assert.equal(headers['X-Forwarded-For'], '10.1.2.3, 127.0.0.1');
  assert.equal(headers['X-Forwarded-Port'], String(gatewright.port));
  assert.equal(headers['X-Forwarded-Proto'], 'http');
  assert.match(headers['X-Amzn-Trace-Id']!, /^Root=1-[0-9a-f]{8}-[0-9a-f]{24}/);
  const names = Object.keys(headers).map((name) => name.toLowerCase());
  for (const gone of ['content-md5', 'te', 'max-forwards', 'content-length', 'connection', 'transfer-encoding']) {
    assert.ok(!names.includes(gone), `${gone} must not reach the function`);
  }
  assert.deepEqual(Object.keys(multiValueHeaders), Object.keys(headers));
});

test('[LPV1-05, RT-07] path parameters are decoded, the path is not; a trailing slash stays in path only', async () => {
  const event = await echoed('/pets/a%2Fb%20c/toys/b%C3%A4ll/');
  assert.equal(event.resource, '/pets/{petId}/toys/{toy}');
  assert.equal(event.path, '/pets/a%2Fb%20c/toys/b%C3%A4ll/');
  assert.deepEqual(event.pathParameters, { petId: 'a/b c', toy: 'bäll' });
  assert.equal(event.requestContext['path'], '/bare/pets/a%2Fb%20c/toys/b%C3%A4ll/');
  assert.equal(event.requestContext['resourcePath'], '/pets/{petId}/toys/{toy}');
});

test('[RT-02] a greedy parameter takes every segment below it, and never none', async () => {
  const event = await echoed('/files/a/b%20c/d.txt');
  assert.deepEqual(event.pathParameters, { proxy: 'a/b c/d.txt' });
  assert.equal(event.resource, '/files/{proxy+}');
  assert.equal((await call('/files')).status, 403);
  assert.deepEqual((await echoed('/')).pathParameters, null);
});

test('every verb reaches ANY, with its body', async () => {
  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
    const event = await echoed('/echo', { method, body: `of ${method}`, headers: ['Content-Type', 'text/plain'] });
    assert.equal(event.httpMethod, method);
    assert.equal(event.requestContext['httpMethod'], method);
    assert.equal(event.body, `of ${method}`);
  }
});

test('[LPV1-10] a body of a binary media type arrives as base64, any other as text', async () => {
  const bytes = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 255]);
  const sent = (type: string, body: Uint8Array | string): Promise<Event> =>
    echoed('/echo', { method: 'POST', headers: ['Content-Type', type], body });
  const png = await sent('image/png', bytes);
  assert.deepEqual([png.body, png.isBase64Encoded], [bytes.toString('base64'), true]);
  // application/* is configured: JSON is bytes, too.
  const json = await sent('application/json; charset=utf-8', '{"a":1}');
  assert.deepEqual([json.body, json.isBase64Encoded], [Buffer.from('{"a":1}').toString('base64'), true]);
  const text = await sent('text/plain', 'ü');
  assert.deepEqual([text.body, text.isBase64Encoded], ['ü', false]);
  const broken = await sent('image/gif', bytes);
  assert.deepEqual([broken.body, broken.isBase64Encoded], ['\uFFFDPNG\0\uFFFD', false]);
});

test('[EP-01, EP-02, LPV1-05, LPV1-06] path, domainName and domainPrefix on every form of address', async () => {
  const { port } = gatewright;
  const local = `localhost:${port}`;
  const forms: [host: string, path: string, contextPath: string, domainName: string, domainPrefix: string][] = [
    [`${api.id}.execute-api.${local}`, '/dev/echo', '/dev/echo', `${api.id}.execute-api.localhost`, api.id],
    [
      `${api.id}.execute-api.us-east-1.amazonaws.com`,
      '/dev/echo',
      '/dev/echo',
      `${api.id}.execute-api.us-east-1.amazonaws.com`,
      api.id,
    ],
    [
      `${api.id.toUpperCase()}.Execute-API.${local}`,
      '/dev/echo',
      '/dev/echo',
      `${api.id}.execute-api.localhost`,
      api.id,
    ],
    [local, `/_aws/execute-api/${api.id}/dev/echo`, '/dev/echo', 'localhost', 'localhost'],
    [local, `/execute-api/${api.id}/dev/echo`, '/dev/echo', 'localhost', 'localhost'],
    [local, `/restapis/${api.id}/dev/_user_request_/echo`, '/dev/echo', 'localhost', 'localhost'],
  ];
  for (const [host, path, contextPath, domainName, domainPrefix] of forms) {
    const reply = await ask({ port, path, headers: ['Host', host] });
    assert.equal(reply.status, 200, `${host}${path}: ${reply.text}`);
    const { requestContext, ...event } = reply.json as Event;
    assert.equal(event.path, '/echo');
    assert.equal(event.headers['Host'], host);
    assert.deepEqual(
      [requestContext['path'], requestContext['domainName'], requestContext['domainPrefix'], requestContext['stage']],
      [contextPath, domainName, domainPrefix, 'dev'],
      `${host}${path}`,
    );
  }
});

test('[LPV1-05] a doubled slash before the stage is tolerated, before the path collapsed in path alone', async () => {
  const { port } = gatewright;
  const headers = ['Host', `${api.id}.execute-api.localhost:${port}`];
  assert.equal((await ask({ port, path: '//bare/echo', headers })).status, 200);
  const event = (await ask({ port, path: '/bare//echo', headers })).json as Event;
  assert.equal(event.path, '/echo');
  assert.equal(event.requestContext['path'], '/bare//echo');
});

test('[LPV1-04] over TLS the forwarded scheme is https', async () => {
  const event = await echoed('/echo', { secure: true });
  assert.equal(event.headers['X-Forwarded-Proto'], 'https');
});

test('[EP-14] a request id that is a UUID is kept, any other replaced', async () => {
  const id = '11111111-2222-4333-8444-555555555555';
  const kept = await call('/echo', { headers: ['x-amzn-RequestId', id] });
  assert.equal(kept.all('x-amzn-requestid')[0], id);
  assert.equal((kept.json as Event).requestContext['requestId'], id);
  const replaced = await call('/echo', { headers: ['x-amzn-RequestId', 'mine'] });
  assert.match(replaced.all('x-amzn-requestid')[0]!, /^[0-9a-f-]{36}_REPLACED_INVALID_REQUEST_ID$/);
});

test('[SV-09] stage variables are in the event, and a changed one is there with the next request', async () => {
  assert.deepEqual((await echoed('/echo', { stage: 'dev' })).stageVariables, { fn: 'other', greeting: 'hello/there' });
  const change = (value: string): Promise<unknown> =>
    gatewright.apigateway.send(
      new UpdateStageCommand({
        restApiId: api.id,
        stageName: 'dev',
        patchOperations: [{ op: 'replace', path: '/variables/greeting', value }],
      }),
    );
  for (const value of ['one', 'two', 'three', 'hello/there']) {
    await change(value);
    assert.equal((await echoed('/echo', { stage: 'dev' })).stageVariables!['greeting'], value);
  }
});

test('[SV-04, SV-10] a stage variable names the function; changed it names another at once, without it the answer is 500', async () => {
  const named = async (): Promise<string> => {
    const reply = await call('/chosen', { stage: 'dev' });
    return reply.status === 200 ? (reply.json as { fn: string }).fn : `${reply.status} ${reply.text}`;
  };
  const choose = (value: string): Promise<unknown> =>
    gatewright.apigateway.send(
      new UpdateStageCommand({
        restApiId: api.id,
        stageName: 'dev',
        patchOperations: [{ op: 'replace', path: '/variables/fn', value }],
      }),
    );
  assert.equal(await named(), 'other');
  await choose('echo');
  assert.equal(await named(), 'first');
  await assertAnswer(call('/chosen'), 500, integrationFailure);
  await choose('nobody');
  assert.equal(await named(), `500 ${integrationFailure}`);
  await choose('other');
});

test('[SV-04] versions and aliases in the URI: each runs what it means, also through a stage variable', async () => {
  const { lambda } = gatewright;
  await createFunction(gatewright, 'versioned', echoSource, { Environment: { Variables: { NAME: 'one' } } });
  await lambda.send(new PublishVersionCommand({ FunctionName: 'versioned' }));
  await lambda.send(
    new UpdateFunctionConfigurationCommand({
      FunctionName: 'versioned',
      Environment: { Variables: { NAME: 'latest' } },
    }),
  );
  await waitUntilFunctionUpdatedV2({ client: lambda, maxWaitTime: 5 }, { FunctionName: 'versioned' });
  await lambda.send(new CreateAliasCommand({ FunctionName: 'versioned', Name: 'live', FunctionVersion: '1' }));
  const versioned = await createApi(gatewright, {
    'GET /latest': lambdaProxy(functionArn('versioned')),
    'GET /one': lambdaProxy(functionArn('versioned:1')),
    'GET /live': lambdaProxy(functionArn('versioned:live')),
    'GET /chosen': lambdaProxy(functionArn('versioned:${stageVariables.alias}')),
    'GET /absent': lambdaProxy(functionArn('versioned:7')),
  });
  await versioned.deploy('s', { variables: { alias: 'live' } });
  const nameAt = async (path: string): Promise<string> =>
    ((await (await fetch(versioned.url('s', path))).json()) as { fn: string }).fn;
  assert.equal(await nameAt('/latest'), 'latest');
  assert.equal(await nameAt('/one'), 'one');
  assert.equal(await nameAt('/live'), 'one');
  assert.equal(await nameAt('/chosen'), 'one');
  const absent = await fetch(versioned.url('s', '/absent'));
  assert.equal(`${absent.status} ${await absent.text()}`, `500 ${integrationFailure}`);
});

test('[LPV1-14, LPV1-17] good answers: what may be left out, and what stands for it', async () => {
  const headersAlone = await assertAnswer(answered({ headers: { 'X-A': 'b' } }), 200, '');
  assert.deepEqual(headersAlone.all('x-a'), ['b']);
  assert.deepEqual(headersAlone.all('content-type'), ['application/json']);
  await assertAnswer(answered({ statusCode: '201' }), 201, '');
  await assertAnswer(answered({ statusCode: 418, body: 'short and stout' }), 418, 'short and stout');
  await assertAnswer(answered({ statusCode: 200, headers: null, multiValueHeaders: null, body: null }), 200, '');
  await assertAnswer(answered({ body: 'only' }), 200, 'only');
  await assertAnswer(answered({ statusCode: 200, body: 'text', isBase64Encoded: false }), 200, 'text');
});

test('[LPV1-15, LPV1-19, LPV1-20] headers: types, multiple values, the function’s own spelling, names that are renamed', async () => {
  const reply = await answered({
    statusCode: 200,
    headers: {
      ...{
        'x-Own-Case': 'kept',
        'X-Yes': true,
        'X-Seven': 7,
        'X-Null': null,
        value: 'solo',
        'Content-Type': 'text/csv',
      },
      ...{ 'Access-Control-Allow-Origin': '*', 'X-Amzn-ErrorType': 'Mine', Date: 'never', 'Content-Length': '1' },
      ...{ Server: 'mine', Connection: 'close', 'Transfer-Encoding': 'chunked', 'WWW-Authenticate': 'Basic' },
    },
    multiValueHeaders: { 'Set-Cookie': ['a=1', 'b=2'], Value: ['multi'] },
    body: 'a,b',
  });
  assert.equal(`${reply.status} ${reply.text}`, '200 a,b');
  const names = reply.rawHeaders.filter((_, i) => i % 2 === 0);
  assert.ok(names.includes('x-Own-Case'));
  assert.deepEqual(reply.all('x-yes'), ['true']);
  assert.deepEqual(reply.all('x-seven'), ['7']);
  assert.deepEqual(reply.all('x-null'), []);
  assert.deepEqual(reply.all('set-cookie'), ['a=1', 'b=2']);
  assert.deepEqual(reply.all('value').join(', '), 'multi, solo');
  assert.ok(names.includes('Value') && !names.includes('value'));
  assert.deepEqual(reply.all('content-type'), ['text/csv']);
  assert.deepEqual(reply.all('access-control-allow-origin'), ['*']);
  assert.deepEqual(reply.all('x-amzn-errortype'), ['Mine']);
  assert.deepEqual(reply.all('x-amzn-remapped-date'), ['never']);
  assert.deepEqual(reply.all('x-amzn-remapped-content-length'), ['1']);
  assert.deepEqual(reply.all('x-amzn-remapped-server'), ['mine']);
  assert.deepEqual(reply.all('x-amzn-remapped-connection'), ['close']);
  assert.deepEqual(reply.all('x-amzn-remapped-www-authenticate'), ['Basic']);
  assert.deepEqual(reply.all('transfer-encoding'), []);
  assert.deepEqual(reply.all('content-length'), ['3']);
});

test('[EP-13] the answer’s headers begin as recorded: Date, Content-Type, Content-Length, Connection, ids, trace', async () => {
  const reply = await answered({ statusCode: 200, headers: { 'x-probe': 'p' } });
  const names = reply.rawHeaders.filter((_, i) => i % 2 === 0);
  assert.deepEqual(names, [
    ...['Date', 'Content-Type', 'Content-Length', 'Connection', 'x-amzn-RequestId', 'x-amz-apigw-id'],
    ...['X-Amzn-Trace-Id', 'x-probe'],
  ]);
  assert.match(
    reply.all('x-amzn-trace-id')[0]!,
    /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0;Lineage=1:[0-9a-f]{8}:0$/,
  );
});

const malformed: readonly (readonly [name: string, answer: unknown])[] = [
  ['{}', {}],
  ['null', null],
  ['a string', 'hello'],
  ['a number', 200],
  ['a list', [{ statusCode: 200 }]],
  ['an unknown field', { statusCode: 200, text: 'x' }],
  ['a body that is an object', { statusCode: 200, body: { a: 1 } }],
  ['a body that is a number', { statusCode: 200, body: 1 }],
  ['multi values that are no list', { statusCode: 200, multiValueHeaders: { a: 'b' } }],
  ['headers that are a list', { statusCode: 200, headers: ['a'] }],
  ['a header that is an object', { statusCode: 200, headers: { a: {} } }],
  ['status 99', { statusCode: 99 }],
  ['status 600', { statusCode: 600 }],
  ['status 100', { statusCode: 100 }],
  ['status 200.5', { statusCode: 200.5 }],
  ['status "abc"', { statusCode: 'abc' }],
  ['isBase64Encoded that is no boolean', { statusCode: 200, isBase64Encoded: 'maybe' }],
];

for (const [name, answer] of malformed) {
  test(`[LPV1-12] an answer that is ${name} is 502`, async () => {
    const reply = await assertAnswer(answered(answer), 502, integrationFailure);
    assert.deepEqual(reply.all('x-amzn-errortype'), ['InternalServerErrorException']);
    assert.deepEqual(reply.all('x-amzn-trace-id'), []);
  });
}

test('a header name or value that would break the answer’s head is 502, and the connection stays whole', async () => {
  for (const headers of [{ 'bad name': 'x' }, { 'X-A': 'one\r\nSet-Cookie: forged=1' }, { 'X-A': 'nul\0' }]) {
    await assertAnswer(answered({ statusCode: 200, headers }), 502, integrationFailure);
  }
  const reply = await assertAnswer(answered({ statusCode: 200, headers: { 'X-A': 'ünïcode 🦄' } }), 200, '');
  assert.equal(Buffer.from(reply.all('x-a')[0]!, 'latin1').toString(), 'ünïcode 🦄');
});

test('[LPV1-16] base64 is decoded when the first Accept type is binary; else its text goes out; bad base64 is 500', async () => {
  const png = { statusCode: 200, headers: { 'Content-Type': 'image/png' }, body: 'iVBORw==', isBase64Encoded: true };
  const bytes = Buffer.from('iVBORw==', 'base64');
  assert.deepEqual((await answered(png, ['Accept', 'image/png'])).body, bytes);
  assert.deepEqual((await answered(png, ['Accept', 'application/pdf, text/html'])).body, bytes);
  for (const accept of ['image/*', '*/*', 'text/html, image/png']) {
    assert.equal((await answered(png, ['Accept', accept])).text, 'iVBORw==', accept);
  }
  assert.equal((await answered(png)).text, 'iVBORw==');
  await assertAnswer(answered({ ...png, body: '<html>' }, ['Accept', 'image/png']), 500, integrationFailure);
});

test('[LPV1-13] a function that throws, exits, answers nothing or outlives its timeout is 502, and tells the client nothing', async () => {
  for (const how of ['throw', 'exit', 'undefined', 'hang']) {
    const reply = await assertAnswer(call(`/failing?how=${how}`), 502, integrationFailure);
    assert.deepEqual(reply.all('x-amzn-errortype'), ['InternalServerErrorException']);
  }
  const said = (text: string): boolean => gatewright.complaints.some((line) => line.includes(text));
  assert.ok(said('a secret of the function'), 'the log says what the client may not know');
  assert.ok(said('Task timed out after 1.00 seconds'));
  assert.ok(said('Runtime exited with error: exit status 3'));
});

test('[INT-14] a function slower than the integration’s timeout is 504 in that time', async () => {
  const startedMs = performance.now();
  const reply = await assertAnswer(call('/slow'), 504, '{"message": "Endpoint request timed out"}');
  assert.ok(performance.now() - startedMs < 3_000, 'the client does not wait for the function');
  assert.deepEqual(reply.all('x-amzn-errortype'), ['InternalServerErrorException']);
});

test('a function that does not exist is 500, and the log names it', async () => {
  await assertAnswer(call('/missing'), 500, integrationFailure);
  assert.ok(gatewright.complaints.some((line) => line.includes('Function not found') && line.includes('nobody')));
});

test('[LPV1-18] an answer of 5 MB passes, one over Lambda’s 6 MB is 502; an event over 6 MB is 413', async () => {
  const sized = (bytes: number): Promise<PlainReply> =>
    call('/sized', { method: 'POST', body: String(bytes), headers: ['Content-Type', 'text/plain'] });
  const big = await sized(5_000_000);
  assert.equal(big.status, 200);
  assert.equal(big.body.length, 5_000_000);
  await assertAnswer(sized(6_500_000), 502, integrationFailure);
  const body = Buffer.alloc(6_500_000, 'x');
  const refused = await call('/echo', { method: 'POST', body, headers: ['Content-Type', 'text/plain'] });
  assert.equal(`${refused.status} ${refused.text}`, '413 {"message":"Request Too Long"}');
});

test('[LPV1-13] a function without concurrency left is 502, one that has it again answers', async () => {
  const { lambda } = gatewright;
  await createFunction(gatewright, 'limited', echoSource);
  const limited = await createApi(gatewright, { 'GET /': lambdaProxy(functionArn('limited')) });
  await limited.deploy('s');
  const concurrency = (n: number): Promise<unknown> =>
    lambda.send(new PutFunctionConcurrencyCommand({ FunctionName: 'limited', ReservedConcurrentExecutions: n }));
  const status = async (): Promise<string> => {
    const reply = await fetch(limited.url('s', '/'));
    return `${reply.status} ${await reply.text()}`;
  };
  await concurrency(0);
  assert.equal(await status(), `502 ${integrationFailure}`);
  await concurrency(1);
  assert.match(await status(), /^200 /);
});

test('[INT-11] without permission dev mode calls the function all the same, and tells once how to permit it', async () => {
  await createFunction(gatewright, 'unpermitted', echoSource);
  const unpermitted = await createApi(gatewright, { 'GET /pets/{id}': lambdaProxy(functionArn('unpermitted')) });
  await unpermitted.deploy('s');
  for (let i = 0; i < 3; i++) assert.equal((await fetch(unpermitted.url('s', '/pets/7'))).status, 200);
  const told = gatewright.complaints.filter((line) => line.includes('function:unpermitted'));
  assert.equal(told.length, 1);
  assert.match(told[0]!, /aws lambda add-permission --function-name \S+:unpermitted /);
  assert.ok(
    told[0]!.includes(`--source-arn 'arn:aws:execute-api:us-east-1:000000000000:${unpermitted.id}/*/GET/pets/*'`),
  );
});

test('[INT-11, SV-11] with strict permissions a missing one is 500; given and taken away it acts at once', async () => {
  const strict = await startTestGatewright({ strict: true });
  try {
    const arn = await createFunction(strict, 'guarded', echoSource);
    const guarded = await createApi(strict, { 'GET /pets/{id}': lambdaProxy(arn), 'GET /other': lambdaProxy(arn) });
    await guarded.deploy('s');
    const at = async (path: string): Promise<string> => {
      const reply = await fetch(guarded.url('s', path));
      const text = await reply.text();
      return reply.status === 200 ? '200' : `${reply.status} ${text}`;
    };
    assert.equal(await at('/pets/7'), `500 ${integrationFailure}`);
    // The log's command, run as it stands there.
    const told = strict.complaints.find((line) => line.includes('add-permission'))!;
    const flag = (name: string): string => new RegExp(`--${name} '?([^' ]+)'?`).exec(told)![1]!;
    await strict.lambda.send(
      new AddPermissionCommand({
        FunctionName: flag('function-name'),
        StatementId: flag('statement-id'),
        Action: flag('action'),
        Principal: flag('principal'),
        SourceArn: flag('source-arn'),
      }),
    );
    assert.equal(await at('/pets/7'), '200');
    assert.equal(await at('/other'), `500 ${integrationFailure}`);
    await strict.lambda.send(
      new RemovePermissionCommand({ FunctionName: 'guarded', StatementId: flag('statement-id') }),
    );
    assert.equal(await at('/pets/7'), `500 ${integrationFailure}`);
  } finally {
    await strict.close();
  }
});

test('a Python function behind the proxy', { skip: skipWithout('python3') }, async () => {
  const source = `import json
def handler(event, context):
    return {'statusCode': 202, 'headers': {'X-From': 'python'}, 'body': json.dumps({'q': event['queryStringParameters'], 'id': context.aws_request_id})}
`;
  const arn = await createFunction(gatewright, 'python', '', {
    Runtime: 'python3.13',
    Handler: 'app.handler',
    Code: { ZipFile: zipOf({ 'app.py': source }) },
  });
  const python = await createApi(gatewright, { 'GET /': lambdaProxy(arn) });
  await python.deploy('s');
  const reply = await fetch(python.url('s', '/?name=%C3%BC'));
  assert.equal(reply.status, 202);
  assert.equal(reply.headers.get('x-from'), 'python');
  assert.deepEqual(((await reply.json()) as { q: unknown }).q, { name: 'ü' });
});

test('a custom runtime behind the proxy: any program called bootstrap', async () => {
  const bootstrap = `#!${process.execPath}
const api = 'http://' + process.env.AWS_LAMBDA_RUNTIME_API + '/2018-06-01/runtime/invocation';
for (;;) {
  const next = await fetch(api + '/next');
  const event = await next.json();
  const body = JSON.stringify({ handler: process.env._HANDLER, path: event.path });
  await fetch(api + '/' + next.headers.get('lambda-runtime-aws-request-id') + '/response', {
    method: 'POST',
    body: JSON.stringify({ statusCode: 200, body }),
  });
}
`;
  const arn = await createFunction(gatewright, 'custom', '', {
    Runtime: 'provided.al2023',
    Handler: 'mine',
    // Node takes a program without extension for a module by its package.json.
    Code: { ZipFile: zipOf({ 'bootstrap*': bootstrap, 'package.json': '{"type":"module"}' }) },
  });
  const custom = await createApi(gatewright, { 'GET /here': lambdaProxy(arn) });
  await custom.deploy('s');
  assert.deepEqual(await (await fetch(custom.url('s', '/here'))).json(), { handler: 'mine', path: '/here' });
});
