import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { IntegrationResponse } from '../../definition/rest-api.ts';
import { restComplaints } from '../compile-rest.ts';
import { answer, functionsAnswering, type MethodInWords, planOf, restSnapshot, sentHeader } from '../plan-fixture.ts';

const uri =
  'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:pets/invocations';

function lambda(
  changes: Partial<MethodInWords['integration']> = {},
  responses: Record<string, Omit<IntegrationResponse, 'statusCode'>> = { '200': {} },
): MethodInWords {
  const codes = Object.keys(responses);
  return {
    methodResponses: Object.fromEntries(codes.map((statusCode) => [statusCode, { statusCode }])),
    integration: {
      type: 'AWS',
      httpMethod: 'POST',
      uri,
      integrationResponses: Object.fromEntries(
        codes.map((statusCode) => [statusCode, { statusCode, ...responses[statusCode] }]),
      ),
      ...changes,
    },
  };
}

test('[INT-07] the body is the function’s input and its result the body', async () => {
  const functions = functionsAnswering({ pet: 'Rex' });
  const reply = await answer(planOf({ 'POST /': lambda() }, { functions }), { method: 'POST', body: '{"id":7}' });
  assert.equal(reply.body, '{"pet":"Rex"}');
  assert.equal(reply.status, 200);
  assert.match(sentHeader(reply, 'X-Amzn-Trace-Id')!, /^Root=1-.*;Sampled=0;Lineage=1:/);
  assert.deepEqual([functions.calls[0]!.payload, functions.calls[0]!.type], ['{"id":7}', 'RequestResponse']);
});

test('without template and body the function gets {}, with a template its text', async () => {
  const functions = functionsAnswering(1);
  await answer(planOf({ 'GET /': lambda() }, { functions }));
  const requestTemplates = { 'application/json': '{"fixed":1}' };
  await answer(planOf({ 'GET /': lambda({ requestTemplates }) }, { functions }));
  assert.deepEqual(
    functions.calls.map((call) => call.payload),
    ['{}', '{"fixed":1}'],
  );
});

test('query parameters and paths that are mapped for nothing keep no function from being called', async () => {
  const functions = functionsAnswering({ pet: 'Rex' });
  const requestParameters = {
    'integration.request.querystring.who': 'method.request.querystring.who',
    'integration.request.path.proxy': 'method.request.path.proxy',
  };
  const override = '#set($context.requestOverride.querystring.a = "b"){"who":"$input.params(\'who\')"}';
  const method = lambda({ requestParameters, requestTemplates: { 'application/json': override } });
  const reply = await answer(planOf({ 'GET /{proxy+}': method }, { functions }), { path: '/a/b?who=me' });
  assert.deepEqual([reply.status, functions.calls[0]?.payload], [200, '{"who":"me"}']);
});

test('a mapped Qualifier, and a path parameter of the function’s URI, would change which function is called: refused', () => {
  const complaintsAbout = (requestParameters: Record<string, string>, changed = uri) =>
    restComplaints(restSnapshot({ 'GET /{fn}': lambda({ requestParameters, uri: changed }) }));
  assert.match(complaintsAbout({ 'integration.request.querystring.Qualifier': "'live'" })[0]!, /Qualifier/);
  const named = uri.replace(':pets/', ':{fn}/');
  const path = { 'integration.request.path.fn': 'method.request.path.fn' };
  assert.match(complaintsAbout(path, named)[0]!, /path parameter fn/);
  assert.deepEqual(complaintsAbout(path), []);
});

test('[INT-07] X-Amz-Invocation-Type Event invokes without waiting: an empty 200', async () => {
  for (const expression of ["'Event'", 'method.request.header.how']) {
    const functions = functionsAnswering({});
    const requestParameters = { 'integration.request.header.X-Amz-Invocation-Type': expression };
    const plan = planOf({ 'GET /': lambda({ requestParameters }) }, { functions });
    const reply = await answer(plan, { headers: ['How', 'Event'] });
    assert.equal(functions.calls[0]!.type, 'Event');
    assert.deepEqual([reply.status, reply.body], [200, '']);
  }
});

const thrown = (errorMessage: string) =>
  functionsAnswering({ errorMessage, errorType: 'Error', trace: [] }, { functionError: 'Unhandled' });

test('[INT-25] [INT-28] a thrown error picks its response by errorMessage; its whole JSON is the body; without a match it is 200', async () => {
  const responses = { '200': {}, '400': { selectionPattern: '.*Invalid.*' }, '404': { selectionPattern: 'not found' } };
  const replyTo = (message: string) =>
    answer(planOf({ 'GET /': lambda({}, responses) }, { functions: thrown(message) }));
  const invalid = await replyTo('[Invalid] id');
  assert.deepEqual(
    [invalid.status, invalid.body],
    [400, '{"errorMessage":"[Invalid] id","errorType":"Error","trace":[]}'],
  );
  assert.equal((await replyTo('not found')).status, 404);
  assert.equal((await replyTo('really not found')).status, 200, 'the whole text must match');
});

test('[INT-26] the point does not match a line break', async () => {
  const replyTo = (selectionPattern: string) =>
    answer(planOf({ 'GET /': lambda({}, { '200': {}, '500': { selectionPattern } }) }, { functions: thrown('a\nb') }));
  assert.equal((await replyTo('.+')).status, 200);
  assert.equal((await replyTo('(\\n|.)+')).status, 500);
});

test('[INT-29] a header is mapped from JSON inside errorMessage; nested objects come as JSON text', async () => {
  const responseParameters = {
    'method.response.header.x-code': 'integration.response.body.errorMessage.code',
    'method.response.header.x-detail': 'integration.response.body.errorMessage.detail',
  };
  const functions = thrown('{"code":42,"detail":{"a":[1]}}');
  const reply = await answer(planOf({ 'GET /': lambda({}, { '200': { responseParameters } }) }, { functions }));
  assert.equal(sentHeader(reply, 'x-code'), '42');
  assert.equal(sentHeader(reply, 'x-detail'), '{"a":[1]}');
});

test('mapping a header Lambda forbids is 500', async () => {
  const requestParameters = { 'integration.request.header.Authorization': "'x'" };
  const reply = await answer(planOf({ 'GET /': lambda({ requestParameters }) }, { functions: functionsAnswering(1) }));
  assert.equal(reply.status, 500);
});
