import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { IntegrationResponse } from '../../definition/rest-api.ts';
import { answer, type MethodInWords, planOf, sentHeader } from '../plan-fixture.ts';
import { mockStatusCode } from './mock.ts';

function mock(
  requestTemplates: Record<string, string>,
  responses: Record<string, Omit<IntegrationResponse, 'statusCode'>> = { '200': {} },
): MethodInWords {
  const codes = Object.keys(responses);
  return {
    methodResponses: Object.fromEntries(codes.map((statusCode) => [statusCode, { statusCode }])),
    integration: {
      type: 'MOCK',
      requestTemplates,
      integrationResponses: Object.fromEntries(
        codes.map((statusCode) => [statusCode, { statusCode, ...responses[statusCode] }]),
      ),
    },
  };
}

test('[INT-01] the template’s statusCode is matched against the selection patterns', async () => {
  const responses = { '200': {}, '404': { selectionPattern: '4\\d\\d' } };
  const statusFor = async (text: string) =>
    (await answer(planOf({ 'GET /': mock({ 'application/json': text }, responses) }))).status;
  assert.equal(await statusFor('{"statusCode": 404}'), 404);
  assert.equal(await statusFor('{"statusCode": 200}'), 200);
  assert.equal(await statusFor('{statusCode: 410}'), 404);
});

test('[INT-01] a statusCode that is missing or a string is 500', async () => {
  for (const text of ['{}', '{"statusCode": "200"}', 'not json', '[200]', 'null']) {
    const reply = await answer(planOf({ 'GET /': mock({ 'application/json': text }) }));
    assert.deepEqual([reply.status, reply.body], [500, '{"message": "Internal server error"}'], text);
    assert.match(reply.problem!.why, /GET \/: the mock's request template for application\/json/);
  }
});

test('[INT-01] a template that computes the status is rendered for every request; what it renders is held to the same rules', async () => {
  const template = '#if($input.params("n") == "7"){statusCode: 404}#else{"statusCode": $input.params("n")}#end';
  const plan = planOf({
    'GET /': mock({ 'application/json': template }, { '200': {}, '404': { selectionPattern: '404' } }),
  });
  const statusFor = async (n: string) => (await answer(plan, { path: `/?n=${n}` })).status;
  assert.deepEqual([await statusFor('7'), await statusFor('201'), await statusFor('404')], [404, 200, 404]);
  assert.deepEqual([await statusFor('"404"'), await statusFor('4.5'), await statusFor('')], [500, 500, 500]);
});

test('[INT-01] each template keeps its own choice, request after request, and one that cannot choose fails every time', async () => {
  const templates = { 'application/json': '{"statusCode": 200}', 'text/plain': '{"statusCode": 404}', 'text/x': '{}' };
  const plan = planOf({ 'GET /': mock(templates, { '200': {}, '404': { selectionPattern: '404' } }) });
  const statusFor = async (type: string) => (await answer(plan, { headers: ['Content-Type', type] })).status;
  for (let i = 0; i < 2; i++) {
    assert.equal(await statusFor('application/json'), 200);
    assert.equal(await statusFor('Text/Plain; charset=utf-8'), 404);
    assert.equal(await statusFor('text/plain'), 404);
    assert.equal(await statusFor('text/x'), 500);
  }
});

test('a mock prints the statuses it can know before the request', () => {
  const templates = { 'application/json': '{"statusCode": 200}', 'text/plain': '{"statusCode": $input.params("n")}' };
  assert.equal(planOf({ 'GET /': mock(templates) }).methods[0]!.integration.name, 'mock 200|template');
});

test('[INT-02] a mock without request template uses the default response', async () => {
  const reply = await answer(planOf({ 'GET /': mock({}, { '202': {}, '404': { selectionPattern: '404' } }) }));
  assert.deepEqual([reply.status, reply.body], [202, '']);
});

test('names without quotes, single quotes and trailing commas are read', () => {
  assert.equal(mockStatusCode("{'statusCode': 201,}"), 201);
  assert.equal(mockStatusCode(' { statusCode : 201, other: {a: 1} }'), 201);
  assert.equal(mockStatusCode('{"statusCode": 20.5}'), undefined);
  assert.equal(mockStatusCode('{"note": "{statusCode: 1}", "statusCode": 200}'), 200);
});

test('[CORS-03] a preflight is a MOCK with three mapped headers; it carries no trace id', async () => {
  const responseParameters = {
    'method.response.header.Access-Control-Allow-Origin': "'*'",
    'method.response.header.Access-Control-Allow-Methods': "'OPTIONS,POST'",
    'method.response.header.Access-Control-Allow-Headers': "'Content-Type,Authorization'",
  };
  const plan = planOf({
    'OPTIONS /ride': mock({ 'application/json': '{"statusCode": 200}' }, { '200': { responseParameters } }),
  });
  const reply = await answer(plan, { method: 'OPTIONS', path: '/ride' });
  assert.equal(reply.status, 200);
  assert.equal(sentHeader(reply, 'Access-Control-Allow-Methods'), 'OPTIONS,POST');
  assert.equal(sentHeader(reply, 'X-Amzn-Trace-Id'), undefined);
  assert.deepEqual(reply.headers.slice(6), [
    'Access-Control-Allow-Origin',
    '*',
    'Access-Control-Allow-Methods',
    'OPTIONS,POST',
    'Access-Control-Allow-Headers',
    'Content-Type,Authorization',
  ]);
});

test('a response with an interim status is 500, not an answer that never ends', async () => {
  const plan = planOf({ 'GET /': mock({ 'application/json': '{"statusCode": 100}' }, { '100': {} }) });
  assert.equal((await answer(plan)).status, 500);
});
