import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { Problem } from '../../base/problem.ts';
import { httpComplaints } from '../compile-http.ts';
import type { Reply } from '../exchange.ts';
import { functionsAnswering, planTools } from '../plan-fixture.ts';
import { functionArn, httpAnswer, httpPlanOf, httpSnapshot, lambda1, lambda2 } from './http-plan-fixture.ts';

const replyTo = (payload: unknown, route = lambda2): Promise<Reply> =>
  httpAnswer(httpPlanOf({ 'ANY /': route }, { functions: functionsAnswering(payload) }));

const internalServerError = (reply: Reply) => {
  assert.equal(reply.status, 500);
  assert.equal(reply.body, '{"message":"Internal Server Error"}');
  assert.deepEqual(reply.headers, ['Content-Type', 'application/json', 'apigw-requestid', 'JJ1CUEWfoAMFzDA=']);
};

test('[LPV2-09] status, headers, cookies and body as the function says; names are capitalised and the id comes last', async () => {
  const reply = await replyTo({
    statusCode: 201,
    headers: { 'x-probe': 'a', 'CONTENT-TYPE': 'text/html', 'x-number': 7, 'x-bool': true, 'x-none': null },
    cookies: ['a=1; Secure', 'b=2'],
    body: '<p>',
  });
  assert.equal(reply.status, 201);
  assert.equal(reply.body, '<p>');
  assert.deepEqual(reply.headers, [
    ...['Content-Type', 'text/html', 'X-Probe', 'a', 'X-Number', '7', 'X-Bool', 'true'],
    ...['Set-Cookie', 'a=1; Secure', 'Set-Cookie', 'b=2', 'Apigw-Requestid', 'JJ1CUEWfoAMFzDA='],
  ]);
});

test('[LPV2-08] JSON without a statusCode is the body, a text without its quotes', async () => {
  for (const [payload, body] of [
    ['"Hello from Lambda!"', 'Hello from Lambda!'],
    ['{ "message": "Hello" }', '{ "message": "Hello" }'],
    ['[1,2]', '[1,2]'],
    ['null', 'null'],
    ['7', '7'],
    ['{"headers":{"x":"y"},"body":"z"}', '{"headers":{"x":"y"},"body":"z"}'],
    ['{"statusCode":null,"body":"z"}', '{"statusCode":null,"body":"z"}'],
  ] as const) {
    const reply = await replyTo(payload);
    assert.equal(reply.status, 200, payload);
    assert.equal(reply.body, body);
    assert.deepEqual(reply.headers, ['Content-Type', 'application/json', 'Apigw-Requestid', 'JJ1CUEWfoAMFzDA=']);
  }
});

test('[LPV2-11] an answer with a status and no type is plain text', async () => {
  assert.equal((await replyTo({ statusCode: 200, body: 'x' })).headers[1], 'text/plain;charset=UTF-8');
});

test('[LPV2-10] a malformed answer and a function that failed are 500, not 502', async () => {
  for (const payload of [
    'no json',
    { statusCode: 'two hundred' },
    { statusCode: 99 },
    { statusCode: 200, body: { a: 1 } },
    { statusCode: 200, headers: ['a'] },
    { statusCode: 200, cookies: 'a=1' },
    { statusCode: 200, cookies: ['a=1\r\nx: y'] },
    { statusCode: 200, headers: { 'x y': 'z' } },
    { statusCode: 200, isBase64Encoded: 'yes' },
  ]) {
    internalServerError(await replyTo(payload));
  }
  const functions = functionsAnswering({ errorMessage: 'boom' }, { functionError: 'Unhandled' });
  const reply = await httpAnswer(httpPlanOf({ 'GET /': lambda2 }, { functions }));
  internalServerError(reply);
  assert.match(reply.problem!.why, /customer function error: boom/);
});

test('[LPV1-15] [LPV1-16] format 1.0: both header maps, base64 always decoded, a statusCode needed', async () => {
  const reply = await replyTo(
    {
      statusCode: '200',
      headers: { 'Set-Cookie': 'b=2' },
      multiValueHeaders: { 'set-cookie': ['a=1'] },
      body: 'AAH+/w==',
      isBase64Encoded: true,
    },
    lambda1,
  );
  assert.deepEqual(reply.body, Buffer.from([0, 1, 254, 255]));
  assert.deepEqual(reply.headers.slice(2, 6), ['Set-Cookie', 'a=1', 'Set-Cookie', 'b=2']);
  internalServerError(await replyTo({ body: 'x' }, lambda1));
  internalServerError(await replyTo([1], lambda1));
  assert.equal((await replyTo({ statusCode: 200, surprise: 1 }, lambda1)).status, 200);
  internalServerError(await replyTo({ statusCode: 200, body: '***', isBase64Encoded: true }, lambda2));
});

test('[INT-11] a function that does not permit the API is 500 when permissions are strict, asked with the template of the route', async () => {
  const asked: string[] = [];
  const functions = {
    ...functionsAnswering({ statusCode: 200 }),
    mayInvoke: ({ sourceArn }: { sourceArn: string }) => {
      asked.push(sourceArn);
      return false;
    },
  };
  const plan = httpPlanOf(
    { 'GET /pets/{id}': lambda2, 'ANY /x/{proxy+}': lambda2, $default: lambda2 },
    { functions, strictPermissions: true },
    { stageName: 'probe' },
  );
  for (const path of ['/pets/7', '/x/y', '/other']) internalServerError(await httpAnswer(plan, { path }));
  const prefix = 'arn:aws:execute-api:us-east-1:000000000000:a1b2c3d4e5/probe';
  assert.deepEqual(asked, [`${prefix}/GET/pets/{id}`, `${prefix}/*/x/{proxy+}`, `${prefix}/$default`]);
});

test('the function may be named by its ARN or by the URI of its invocation, with stage variables in either', async () => {
  const invocation = (name: string) =>
    `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${name}/invocations`;
  for (const integrationUri of [
    functionArn,
    invocation(functionArn),
    'arn:aws:lambda:us-east-1:000000000000:function:${stageVariables.fn}',
    invocation('arn:aws:lambda:us-east-1:000000000000:function:${stageVariables.fn}'),
  ]) {
    const functions = functionsAnswering({ statusCode: 200 });
    const route = { integration: { ...lambda2.integration!, integrationUri } };
    await httpAnswer(httpPlanOf({ 'GET /': route }, { functions }, { stageVariables: { fn: 'f' } }));
    assert.equal(functions.calls[0]!.functionArn, functionArn);
  }
  const complaints = httpComplaints(
    httpSnapshot({ 'GET /': { integration: { ...lambda2.integration!, integrationUri: 'https://x' } } }),
  );
  assert.deepEqual(complaints, ['GET /: AWS_PROXY needs the ARN of a function, not https://x']);
});

test('no such function and a throttled one are 500; an event too large for Lambda is 413; a slow one is 503', async () => {
  const failing = (kind: string) => ({
    ...planTools().functions,
    invoke: () => Promise.reject(new Problem(kind, 'said', { why: 'why' })),
  });
  for (const kind of ['ResourceNotFoundException', 'TooManyRequestsException']) {
    internalServerError(await httpAnswer(httpPlanOf({ 'GET /': lambda2 }, { functions: failing(kind) })));
  }
  const tooLarge = await httpAnswer(
    httpPlanOf({ 'GET /': lambda2 }, { functions: failing('RequestTooLargeException') }),
  );
  assert.deepEqual([tooLarge.status, tooLarge.body], [413, '{"message":"Request Entity Too Large"}']);
  const slow = { ...planTools().functions, invoke: () => new Promise<never>(() => {}) };
  const route = { integration: { ...lambda2.integration!, timeoutInMillis: 1 } };
  const late = await httpAnswer(httpPlanOf({ 'GET /': route }, { functions: slow }));
  assert.deepEqual([late.status, late.body], [503, '{"message":"Service Unavailable"}']);
});
