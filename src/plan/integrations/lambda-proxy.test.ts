import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { permissionsOf } from '../../base/permissions.ts';
import { compilePolicy } from '../../base/policy.ts';
import { Problem } from '../../base/problem.ts';
import { type Caller, rootAccessKey, rootCaller } from '../../ports/credentials.ts';
import { compileRest, restComplaints } from '../compile-rest.ts';
import type { Reply } from '../exchange.ts';
import {
  answer,
  functionsAnswering,
  liveStage,
  type MethodInWords,
  planOf,
  planTools,
  type RequestInWords,
  restSnapshot,
  sentHeader,
} from '../plan-fixture.ts';
import { runPlan } from '../run.ts';
import { signedExchange } from '../signed-exchange.ts';

const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:pets';
const uri = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${functionArn}/invocations`;
const proxy: MethodInWords = { integration: { type: 'AWS_PROXY', httpMethod: 'POST', uri } };
/** An event of test/golden/events as one line; member order is kept. */
const golden = (name: string): string =>
  JSON.stringify(JSON.parse(readFileSync(join(import.meta.dirname, '../../../test/golden/events', name), 'utf8')));

/** The event a request becomes, as text. */
async function eventOf(label: string, request: RequestInWords, api = {}, stage = {}): Promise<string> {
  const functions = functionsAnswering({ statusCode: 200 });
  const plan = compileRest(liveStage(restSnapshot({ [label]: proxy }, api), stage), planTools({ functions }));
  await answer(plan, request);
  return String(functions.calls[0]!.payload);
}

async function replyTo(payload: unknown, request: RequestInWords = {}, api = {}): Promise<Reply> {
  const functions = functionsAnswering(payload);
  const plan = compileRest(liveStage(restSnapshot({ 'ANY /': proxy }, api)), planTools({ functions }));
  return await answer(plan, request);
}

const curl = [
  'Host',
  'a1b2c3d4e5.execute-api.localhost',
  'User-Agent',
  'curl/8.5.0',
  'Accept',
  '*/*',
  'X-Amzn-Trace-Id',
  'Root=1-66f31d1c-0123456789abcdef01234567',
];

test('[LPV1-01] [LPV1-02] [LPV1-06] [LPV1-07] [SV-09] the event of a bare GET has the recorded members in the recorded order, null where there is nothing', async () => {
  assert.equal(await eventOf('GET /echo', { path: '/echo', headers: curl }), golden('get-bare.json'));
});

test('[LPV1-01] [LPV1-03] [LPV1-04] [LPV1-05] [SV-09] the event of a POST with everything', async () => {
  const request: RequestInWords = {
    method: 'POST',
    path: '/pets/a%2Fb?dup=one&dup=two&empty=&encoded=a%2Bb&sp=x+y&noequals',
    headers: [
      ...curl,
      'content-type',
      'application/json; charset=utf-8',
      'x-list',
      'a',
      'X-List',
      'b',
      'Content-Length',
      '9',
      'Connection',
      'keep-alive',
      'authorization',
      'Bearer t',
      'X-Forwarded-For',
      '10.0.0.9',
    ],
    body: '{"ä":"\u{1F40E}"}',
  };
  const event = await eventOf('POST /pets/{id}', request, {}, { variables: { color: 'blue' } });
  assert.equal(event, golden('post-everything.json'));
});

test('[LPV1-03] a query or header name that JavaScript objects treat specially is just a name', async () => {
  const event = await eventOf('GET /', { path: '/?__proto__=1&constructor=2' });
  assert.match(event, /"queryStringParameters":\{"__proto__":"1","constructor":"2"\}/);
  const headers = ['constructor', 'a', '__proto__', 'b', 'toString', 'c'];
  const named = await eventOf('GET /', { headers });
  assert.match(named, /"headers":\{"__proto__":"b","constructor":"a","toString":"c","X-Amzn-Trace-Id"/);
});

test('[LPV1-05] leading slashes are collapsed in path, a trailing one is kept there and cut in pathParameters', async () => {
  const event = JSON.parse(await eventOf('GET /{proxy+}', { path: '//a/b/' }));
  assert.equal(event.path, '/a/b/');
  assert.equal(event.requestContext.path, '/dev//a/b/');
  assert.deepEqual(event.pathParameters, { proxy: 'a/b' });
});

test('[LPV1-10] a body of a binary media type arrives as base64, any other as text in which bytes that are none become U+FFFD', async () => {
  const bytes = Buffer.from([0xff, 0xd8, 0x00]);
  const request = { method: 'POST', headers: ['Content-Type', 'image/png; q=1'], body: bytes };
  const binary = JSON.parse(await eventOf('POST /', request, { binaryMediaTypes: ['image/*'] }));
  assert.deepEqual([binary.body, binary.isBase64Encoded], ['/9gA', true]);
  const text = JSON.parse(await eventOf('POST /', request));
  assert.deepEqual([text.body, text.isBase64Encoded], ['\ufffd\ufffd\u0000', false]);
});

test('[LPV1-17] [LPV1-19] [LPV1-20] [HDR-03] the answer: gateway headers first, then the function’s own in its spelling, some of them renamed', async () => {
  const headers = {
    'x-probe': '1',
    'Access-Control-Allow-Origin': '*',
    Date: 'yesterday',
    Server: 'me',
    Connection: 'close',
  };
  const reply = await replyTo({
    statusCode: 201,
    headers: { ...headers, 'X-Amzn-ErrorType': 'Mine', 'WWW-Authenticate': 'Basic', 'Transfer-Encoding': 'chunked' },
    body: 'hello',
  });
  assert.equal(reply.status, 201);
  assert.equal(reply.body, 'hello');
  const names = reply.headers.filter((_, i) => i % 2 === 0);
  assert.deepEqual(names, [
    'Content-Type',
    'x-amzn-RequestId',
    'x-amz-apigw-id',
    'X-Amzn-Trace-Id',
    'x-probe',
    'Access-Control-Allow-Origin',
    'x-amzn-Remapped-Date',
    'x-amzn-Remapped-Server',
    'x-amzn-Remapped-Connection',
    'X-Amzn-ErrorType',
    'x-amzn-Remapped-WWW-Authenticate',
  ]);
  assert.equal(sentHeader(reply, 'Content-Type'), 'application/json');
  assert.match(
    sentHeader(reply, 'X-Amzn-Trace-Id')!,
    /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0;Lineage=1:[0-9a-f]{8}:0$/,
  );
});

test('[LPV1-14] an absent status is 200, a numeric string is a status', async () => {
  assert.equal((await replyTo({ headers: { a: 'b' } })).status, 200);
  assert.equal((await replyTo({ statusCode: '201' })).status, 201);
  assert.equal((await replyTo({ statusCode: 204, headers: null, body: null })).status, 204);
});

test('[LPV1-15] header values may be booleans and numbers; both maps merge in the casing of the multi-value one', async () => {
  const reply = await replyTo({
    headers: { 'x-flag': true, 'x-n': 1.5, 'x-key': 'value-solo', 'set-cookie': 'a=1' },
    multiValueHeaders: { 'X-Key': ['value-multi'], 'Set-Cookie': ['a=1', 'b=2'] },
  });
  assert.deepEqual(reply.headers.slice(8), [
    'X-Key',
    'value-multi',
    'X-Key',
    'value-solo',
    'Set-Cookie',
    'a=1',
    'Set-Cookie',
    'b=2',
    'x-flag',
    'true',
    'x-n',
    '1.5',
  ]);
});

for (const [what, payload] of [
  ['{}', {}],
  ['a string', '"hello"'],
  ['null', 'null'],
  ['a list', []],
  ['no JSON', 'garbage'],
  ['an unknown member', { statusCode: 200, cookies: [] }],
  ['an object as body', { statusCode: 200, body: { a: 1 } }],
  ['a bad status', { statusCode: 'teapot' }],
  ['a status out of range', { statusCode: 1000 }],
  ['multi values that are no list', { multiValueHeaders: { a: 'b' } }],
  ['a header value with a line break', { headers: { a: 'b\r\nSet-Cookie: c' } }],
  ['a header name with a space', { headers: { 'a b': 'c' } }],
] as const) {
  test(`[LPV1-12] ${what} is a malformed answer: 502`, async () => {
    const reply = await replyTo(payload);
    assert.equal(reply.status, 502);
    assert.equal(reply.body, '{"message": "Internal server error"}');
    assert.equal(sentHeader(reply, 'x-amzn-ErrorType'), 'InternalServerErrorException');
    assert.match(reply.problem!.why, /malformed Lambda proxy response/);
  });
}

test('[LPV1-13] a function that throws is 502, its message only in the log', async () => {
  const functions = functionsAnswering({ errorMessage: 'no pets', errorType: 'Error' }, { functionError: 'Unhandled' });
  const reply = await answer(planOf({ 'GET /': proxy }, { functions }));
  assert.equal(reply.status, 502);
  assert.equal(reply.body, '{"message": "Internal server error"}');
  assert.match(reply.problem!.why, /customer function error: no pets\. Lambda request id: f0000000/);
});

test('[LPV1-13] a throttled function is 502', async () => {
  const functions = {
    mayInvoke: () => true,
    invoke: () => Promise.reject(new Problem('TooManyRequestsException', 'Rate Exceeded.')),
  };
  const reply = await answer(planOf({ 'GET /': proxy }, { functions }));
  assert.equal(reply.status, 502);
});

test('[LPV1-16] base64 is decoded only when the first type the client accepts is a binary media type', async () => {
  const payload = { body: '/9gA', isBase64Encoded: true };
  const bytes = Buffer.from([0xff, 0xd8, 0x00]);
  const withTypes = async (binaryMediaTypes: string[], accept: string) =>
    (await replyTo(payload, { headers: ['Accept', accept] }, { binaryMediaTypes })).body;
  assert.deepEqual(await withTypes(['image/png'], 'image/png;q=0.9, text/html'), bytes);
  assert.deepEqual(await withTypes(['application/*'], 'application/pdf'), bytes);
  assert.deepEqual(await withTypes(['*/*'], 'text/html'), bytes);
  assert.equal(await withTypes(['image/png'], 'text/html, image/png'), '/9gA');
  assert.equal(await withTypes(['image/png'], 'image/*'), '/9gA');
  assert.equal(await withTypes(['image/png'], '*/*'), '/9gA');
  assert.equal(await withTypes([], 'image/png'), '/9gA');
});

test('[LPV1-16] base64 that is none is 500', async () => {
  const reply = await replyTo({ body: '%%%', isBase64Encoded: true }, {}, { binaryMediaTypes: ['*/*'] });
  assert.equal(reply.status, 500);
});

test('[INT-11] [SV-11] with strict permissions a missing one is 500, and the log holds the command that mends it', async () => {
  const functions = { ...functionsAnswering({ statusCode: 200 }), mayInvoke: () => false };
  const plan = planOf({ 'ANY /pets/{id}/{rest+}': proxy }, { functions, strictPermissions: true });
  const reply = await answer(plan, { path: '/pets/1/x' });
  assert.equal(reply.status, 500);
  assert.equal(reply.body, '{"message": "Internal server error"}');
  assert.deepEqual(functions.calls, []);
  assert.ok(
    reply.problem!.why.includes(
      `aws lambda add-permission --function-name ${functionArn} --statement-id apigateway-a1b2c3d4e5-res000-any` +
        ' --action lambda:InvokeFunction --principal apigateway.amazonaws.com' +
        " --source-arn 'arn:aws:execute-api:us-east-1:000000000000:a1b2c3d4e5/*/*/pets/*/*'",
    ),
    reply.problem!.why,
  );
});

test('[INT-11] the permission asked for names the method: stage, verb, path with stars for parameters', async () => {
  const asked: unknown[] = [];
  const functions = { ...functionsAnswering({ statusCode: 200 }), mayInvoke: (p: unknown) => asked.push(p) > 0 };
  await answer(planOf({ 'GET /pets/{id}': proxy }, { functions, strictPermissions: true }), { path: '/pets/1' });
  assert.deepEqual(asked, [
    {
      functionArn,
      principal: 'apigateway.amazonaws.com',
      sourceArn: 'arn:aws:execute-api:us-east-1:000000000000:a1b2c3d4e5/dev/GET/pets/*',
      sourceAccount: '000000000000',
    },
  ]);
});

test('without strict permissions the call goes through and the missing permission is told once', async () => {
  const warnings: string[] = [];
  const log = { debug() {}, info() {}, error() {}, warn: (message: string) => void warnings.push(message) };
  const functions = { ...functionsAnswering({ statusCode: 200 }), mayInvoke: () => false };
  const plan = planOf({ 'GET /': proxy }, { functions, log });
  assert.equal((await answer(plan)).status, 200);
  assert.equal((await answer(plan)).status, 200);
  assert.equal(warnings.length, 1);
  assert.match(warnings[0]!, /^GET \/: .* does not let this API call it .*add-permission/);
});

test('[INT-10] a role makes the call without the function’s permission', async () => {
  const functions = { ...functionsAnswering({ statusCode: 200 }), mayInvoke: () => false };
  const credentials = 'arn:aws:iam::000000000000:role/caller';
  const withRole = { integration: { ...proxy.integration!, credentials } };
  // In dev mode the role need not even exist.
  assert.equal((await answer(planOf({ 'GET /': withRole }, { functions }))).status, 200);
  const statement = { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: functionArn };
  const acting = (...statements: object[]): Caller => ({
    ...rootCaller('000000000000'),
    permissions: permissionsOf({
      identity: [compilePolicy({ Version: '2012-10-17', Statement: statements }, 'identity')],
    }),
  });
  const strictly = async (actingAs: () => Caller | string): Promise<number> =>
    (await answer(planOf({ 'GET /': withRole }, { functions, strictPermissions: true, roles: { actingAs } }))).status;
  const calls = functions.calls.length;
  assert.equal(await strictly(() => acting(statement)), 200);
  assert.equal(await strictly(() => acting()), 500, 'a role without the right');
  assert.equal(await strictly(() => acting(statement, { ...statement, Effect: 'Deny' })), 500, 'a role that is denied');
  assert.equal(await strictly(() => 'there is no such role'), 500);
  assert.equal(functions.calls.length, calls + 1);
});

test('[INT-10] a function called with the caller’s credentials is called when the caller may invoke it', async () => {
  const functions = { ...functionsAnswering({ statusCode: 200 }), mayInvoke: () => false };
  const credentials = 'arn:aws:iam::*:user/*';
  const asCaller = { authorizationType: 'AWS_IAM', integration: { ...proxy.integration!, credentials } };
  const invokes = { Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' };
  const calls = {
    Effect: 'Allow',
    Action: 'lambda:InvokeFunction',
    Resource: functionArn,
    Condition: { Bool: { 'aws:ViaAWSService': 'true' } },
  };
  for (const [statements, account, status] of [
    [[invokes, calls], '000000000000', 200],
    [[invokes], '000000000000', 500],
    [[invokes, calls, { ...calls, Effect: 'Deny' }], '000000000000', 500],
    [[calls], '000000000000', 403],
  ] as const) {
    const key = {
      ...rootAccessKey({ accessKeyId: 'AKIA1', secretAccessKey: 's', account }),
      permissions: permissionsOf({
        identity: [compilePolicy({ Version: '2012-10-17', Statement: statements }, 'identity')],
      }),
    };
    const plan = planOf({ 'GET /': asCaller }, { functions, credentials: { accessKey: () => key } });
    const before = functions.calls.length;
    assert.equal((await runPlan(plan, await signedExchange(key))).status, status);
    assert.equal(functions.calls.length - before, status === 200 ? 1 : 0);
  }
});

test('a role does not speak for the functions of another account: their policy is asked', async () => {
  const functions = { ...functionsAnswering({ statusCode: 200 }), mayInvoke: () => false };
  const credentials = 'arn:aws:iam::000000000000:role/caller';
  const foreign = { ...proxy.integration!, credentials, uri: uri.replace(':000000000000:', ':210987654321:') };
  const plan = planOf({ 'GET /': { integration: foreign } }, { functions, strictPermissions: true });
  assert.equal((await answer(plan)).status, 500);
});

test('[SV-04] [SV-10] stage variables choose function and alias; an undefined one is empty text', async () => {
  const functions = functionsAnswering({ statusCode: 200 });
  const chosen = `arn:aws:apigateway:us-east-1:lambda:path//2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:\${stageVariables.fn}:\${stageVariables.alias}/invocations`;
  const method: MethodInWords = { integration: { type: 'AWS_PROXY', httpMethod: 'POST', uri: chosen } };
  await answer(planOf({ 'GET /': method }, { functions }, { variables: { fn: 'cats', alias: 'live' } }));
  await answer(planOf({ 'GET /': method }, { functions }));
  assert.deepEqual(
    functions.calls.map((call) => call.functionArn),
    ['arn:aws:lambda:us-east-1:000000000000:function:cats:live', 'arn:aws:lambda:us-east-1:000000000000:function::'],
  );
});

test('[INT-14] a function that takes too long is 504, whatever it answers later', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  let late = (_: never): void => {};
  const functions = {
    mayInvoke: () => true,
    invoke: () =>
      new Promise<never>((_, reject) => {
        late = reject;
      }),
  };
  const slow = { integration: { ...proxy.integration!, timeoutInMillis: 100 } };
  const pending = answer(planOf({ 'GET /': slow }, { functions }));
  for (let i = 0; i < 5; i++) await Promise.resolve();
  t.mock.timers.tick(100);
  const reply = await pending;
  assert.equal(reply.status, 504);
  assert.equal(reply.body, '{"message": "Endpoint request timed out"}');
  late(new Error('too late for anyone') as never);
});

test('a proxy integration whose method is not POST is kept, and 500', async () => {
  const reply = await answer(planOf({ 'GET /': { integration: { ...proxy.integration!, httpMethod: 'GET' } } }));
  assert.equal(reply.status, 500);
  assert.match(reply.problem!.why, /httpMethod is GET; Lambda is invoked with POST/);
});

test('request parameters mean nothing to a proxied function, but mapping a forbidden header is 500', async () => {
  const functions = functionsAnswering({ statusCode: 200 });
  const statusWith = async (header: string) => {
    const requestParameters = { [`integration.request.header.${header}`]: "'x'" };
    const method = { integration: { ...proxy.integration!, requestParameters } };
    return (await answer(planOf({ 'GET /': method }, { functions }))).status;
  };
  assert.equal(await statusWith('x-own'), 200);
  assert.equal(await statusWith('Authorization'), 500);
});

test('[INT-08] AWS_PROXY to anything but a Lambda invocation is refused at deployment', () => {
  const s3 = 'arn:aws:apigateway:us-east-1:s3:path/bucket/key';
  assert.deepEqual(
    restComplaints(restSnapshot({ 'GET /': { integration: { type: 'AWS_PROXY', httpMethod: 'POST', uri: s3 } } })),
    [`GET /: AWS_PROXY needs the URI of a Lambda invocation, not ${s3}`],
  );
});

test('a long body that is nearly base64 is refused at once', async () => {
  const body = `${'\n'.repeat(500_000)}!`;
  const functions = functionsAnswering({ statusCode: 200, isBase64Encoded: true, body });
  const snapshot = restSnapshot({ 'GET /': proxy }, { binaryMediaTypes: ['*/*'] });
  const plan = compileRest(liveStage(snapshot), planTools({ functions }));
  const startedMs = performance.now();
  assert.equal((await answer(plan)).status, 500);
  assert.ok(performance.now() - startedMs < 1_000);
});
