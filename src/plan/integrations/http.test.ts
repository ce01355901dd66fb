import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { headerValue } from '../../base/headers.ts';
import type { IntegrationResponse } from '../../definition/rest-api.ts';
import {
  answer,
  type MethodInWords,
  planOf,
  type RequestInWords,
  sentHeader,
  upstreamAnswering,
} from '../plan-fixture.ts';

/** An HTTP method whose responses by status code all have a method response. */
function http(
  changes: Partial<MethodInWords['integration']> = {},
  responses: Record<string, Omit<IntegrationResponse, 'statusCode'>> = { '200': {} },
): MethodInWords {
  const codes = Object.keys(responses);
  return {
    methodResponses: Object.fromEntries(codes.map((statusCode) => [statusCode, { statusCode }])),
    integration: {
      type: 'HTTP',
      httpMethod: 'POST',
      uri: 'http://backend/in',
      integrationResponses: Object.fromEntries(
        codes.map((statusCode) => [statusCode, { statusCode, ...responses[statusCode] }]),
      ),
      ...changes,
    },
  };
}

async function sentFor(method: MethodInWords, request: RequestInWords) {
  const upstream = upstreamAnswering();
  const reply = await answer(planOf({ 'POST /{id}': method }, { upstream }), {
    method: 'POST',
    path: '/7',
    ...request,
  });
  assert.equal(reply.status, 200, reply.problem?.why ?? '');
  return upstream.sent[0]!;
}

test('[INT-03] [INT-31] only the gateway’s own headers go out: client headers and query stay behind', async () => {
  const headers = [
    'X-Secret',
    '1',
    'User-Agent',
    'curl',
    'X-Amzn-Trace-Id',
    'Root=1-66f31d1c-0123456789abcdef01234567;Parent=53995c3f42cd8ad8',
  ];
  const sent = await sentFor(http(), { path: '/7?q=1', headers });
  assert.equal(sent.target, '/in');
  assert.equal(sent.body, undefined);
  assert.deepEqual(sent.headers, [
    'Accept',
    'application/json',
    'User-Agent',
    'AmazonAPIGateway_a1b2c3d4e5',
    'X-Amzn-Apigateway-Api-Id',
    'a1b2c3d4e5',
    'X-Amzn-Trace-Id',
    'Root=1-66f31d1c-0123456789abcdef01234567;Parent=53995c3f42cd8ad8',
  ]);
});

test('a body goes out with its Content-Type', async () => {
  const sent = await sentFor(http(), { body: '<a/>', headers: ['content-type', 'text/xml; charset=utf-8'] });
  assert.equal(String(sent.body), '<a/>');
  assert.deepEqual(sent.headers.slice(0, 2), ['Content-Type', 'text/xml; charset=utf-8']);
});

test('[MAP-01] [MAP-05] parameters move and change names: path to query, query to header, body field to header', async () => {
  const requestParameters = {
    'integration.request.querystring.pet': 'method.request.path.id',
    'integration.request.querystring.all': 'method.request.multivaluequerystring.tag',
    'integration.request.header.x-tags': 'method.request.querystring.tag',
    'integration.request.header.x-name': 'method.request.body.pet.names[0]',
    'integration.request.header.x-pet': 'method.request.body.pet',
    'integration.request.header.x-body': 'method.request.body',
    'integration.request.header.x-stage': 'stageVariables.color',
    'integration.request.header.x-from': 'context.identity.sourceIp',
    'integration.request.header.x-list': 'method.request.multivalueheader.X-In',
    'integration.request.header.x-in': 'method.request.header.x-in',
    'integration.request.header.x-lit': "'a,b'",
    'integration.request.header.x-absent': 'method.request.header.absent',
  };
  const upstream = upstreamAnswering();
  const plan = planOf({ 'POST /{id}': http({ requestParameters }) }, { upstream }, { variables: { color: 'blue' } });
  await answer(plan, {
    method: 'POST',
    path: '/a%20b?tag=x&tag=y',
    headers: ['x-in', '1', 'X-In', '2'],
    body: '{"pet":{"names":["Rex"]}}',
  });
  const sent = upstream.sent[0]!;
  assert.equal(sent.target, '/in?pet=a%20b&all=x&all=y');
  const header = (name: string): string | undefined => headerValue(sent.headers, name);
  assert.equal(header('x-tags'), 'x,y');
  assert.equal(header('x-name'), 'Rex');
  assert.equal(header('x-pet'), '{"names":["Rex"]}');
  assert.equal(header('x-body'), '{"pet":{"names":["Rex"]}}');
  assert.equal(header('x-stage'), 'blue');
  assert.equal(header('x-from'), '127.0.0.1');
  assert.deepEqual(
    sent.headers.filter((_, i) => sent.headers[i - 1] === 'x-list'),
    ['1', '2'],
  );
  assert.equal(header('x-in'), '1,2');
  assert.equal(header('x-lit'), 'a,b');
  assert.equal(header('x-absent'), undefined);
});

test('a body mapping takes every JSONPath, and JSON as loosely as AWS reads it', async () => {
  const requestParameters = {
    'integration.request.header.x-all': 'method.request.body.$..name',
    'integration.request.header.x-cheap': 'method.request.body.pets[?(@.price < 10)].name',
    'integration.request.header.x-last': 'method.request.body.pets[-1].name',
    'integration.request.header.x-sum': 'method.request.body.pets[0].tags.length()',
    'integration.request.header.x-price': 'method.request.body.pets[0].price',
    'integration.request.header.x-none': 'method.request.body.pets[?(@.price > 99)]',
  };
  const body = "{pets: [{name: 'a/b', price: 5.0, tags: [x,]}, {name: c, price: 20}]} and more";
  const sent = await sentFor(http({ requestParameters }), { body });
  assert.equal(headerValue(sent.headers, 'x-all'), '["a/b","c"]');
  assert.equal(headerValue(sent.headers, 'x-cheap'), '["a/b"]');
  assert.equal(headerValue(sent.headers, 'x-last'), 'c');
  assert.equal(headerValue(sent.headers, 'x-sum'), '1');
  assert.equal(headerValue(sent.headers, 'x-price'), '5.0');
  assert.equal(headerValue(sent.headers, 'x-none'), '[]');
});

test('a path that would visit a body for ever is a configuration error', async () => {
  const requestParameters = { 'integration.request.header.x': `method.request.body.$${'..*'.repeat(12)}` };
  const body = '['.repeat(300) + ']'.repeat(300);
  const reply = await answer(planOf({ 'GET /': http({ requestParameters }) }), { body });
  assert.equal(reply.status, 500);
  assert.match(reply.problem?.why ?? '', /visits too many values/);
});

test('what every object inherits is no parameter and no variable', async () => {
  const requestParameters = {
    'integration.request.header.x-path': 'method.request.path.constructor',
    'integration.request.header.x-stage': 'stageVariables.constructor',
    'integration.request.header.x-body': 'method.request.body.constructor.name',
  };
  const sent = await sentFor(http({ requestParameters }), { body: '{}' });
  assert.equal(headerValue(sent.headers, 'x-path'), undefined);
  assert.equal(headerValue(sent.headers, 'x-stage'), '');
  assert.equal(headerValue(sent.headers, 'x-body'), undefined);
});

test('a line break in a mapped value does not become a header', async () => {
  const requestParameters = { 'integration.request.header.x-body': 'method.request.body' };
  const sent = await sentFor(http({ requestParameters }), { body: 'a\r\nx-evil: 1' });
  assert.equal(headerValue(sent.headers, 'x-body'), 'a x-evil: 1');
});

test('[MAP-04] response headers come from the backend’s headers, its body, context, stage variables and literals', async () => {
  const responseParameters = {
    'method.response.header.x-copy': 'integration.response.header.X-From',
    'method.response.header.x-all': 'integration.response.multivalueheader.X-From',
    'method.response.header.Location': 'integration.response.body.redirect.url',
    'method.response.header.x-stage': 'context.stage',
    'method.response.header.Access-Control-Allow-Origin': "'*'",
    'method.response.header.User-Agent': "'remapped'",
    'method.response.header.x-absent': 'integration.response.body.nothing',
    'method.response.header.Content-Type': "'text/vnd.own'",
  };
  const upstream = upstreamAnswering({
    headers: ['x-from', 'a', 'X-From', 'b', 'x-unmapped', 'c'],
    body: '{"redirect":{"url":"/there"}}',
  });
  const reply = await answer(planOf({ 'GET /': http({}, { '200': { responseParameters } }) }, { upstream }));
  assert.deepEqual(
    reply.headers.slice(0, 2).concat(reply.headers.slice(8)),
    [
      ['Content-Type', 'text/vnd.own'],
      ['x-copy', 'a,b'],
      ['x-all', 'a'],
      ['x-all', 'b'],
      ['Location', '/there'],
      ['x-stage', 'dev'],
      ['Access-Control-Allow-Origin', '*'],
      ['x-amzn-Remapped-User-Agent', 'remapped'],
    ].flat(),
  );
  assert.equal(reply.body, '{"redirect":{"url":"/there"}}');
});

test('[INT-25] the backend’s status picks the integration response, else the default one', async () => {
  const responses = { '200': {}, '404': { selectionPattern: '4\\d{2}' }, '502': { selectionPattern: '5\\d{2}' } };
  const statusFor = async (status: number) =>
    (await answer(planOf({ 'GET /': http({}, responses) }, { upstream: upstreamAnswering({ status }) }))).status;
  assert.equal(await statusFor(410), 404);
  assert.equal(await statusFor(503), 502);
  assert.equal(await statusFor(301), 200);
});

test('[INT-25] [INT-27] no matching response, or one without a method response, is 500', async () => {
  const none = await answer(
    planOf({ 'GET /': http({}, { '404': { selectionPattern: '404' } }) }, { upstream: upstreamAnswering() }),
  );
  assert.equal(none.status, 500);
  assert.match(none.problem!.why, /no integration response matches "200"/);
  const undeclared = { ...http(), methodResponses: {} };
  const missing = await answer(planOf({ 'GET /': undeclared }, { upstream: upstreamAnswering() }));
  assert.equal(missing.status, 500);
  assert.match(missing.problem!.why, /integration response 200 has no method response 200/);
});

test('[INT-24] the response template is that of the Accept header, else JSON, else the first', async () => {
  const bodyFor = async (types: string[], accept?: string) => {
    const responseTemplates = Object.fromEntries(types.map((type) => [type, `as ${type}`]));
    const plan = planOf({ 'GET /': http({}, { '200': { responseTemplates } }) }, { upstream: upstreamAnswering() });
    const reply = await answer(plan, accept === undefined ? {} : { headers: ['Accept', accept] });
    return [reply.body, sentHeader(reply, 'Content-Type')];
  };
  const both = ['text/xml', 'application/json'];
  assert.deepEqual(await bodyFor(both, 'text/xml;q=0.9, */*'), ['as text/xml', 'text/xml']);
  assert.deepEqual(await bodyFor(both), ['as application/json', 'application/json']);
  assert.deepEqual(await bodyFor(both, 'image/png'), ['as application/json', 'application/json']);
  assert.deepEqual(await bodyFor(['text/xml', 'text/csv'], 'image/png'), ['as text/xml', 'text/xml']);
  assert.deepEqual(await bodyFor([]), ['{"from":"backend"}', 'application/json']);
});

const behaviors = ['WHEN_NO_MATCH', 'WHEN_NO_TEMPLATES', 'NEVER'] as const;
const transformed = 'transformed';
const untouched = 'untouched';
/** Template for, Content-Type sent, what each behavior does: the guide's two tables and the case without templates. */
const passthroughCells: [string | undefined, string | undefined, (string | 415)[]][] = [
  ['application/json', undefined, [transformed, transformed, transformed]],
  ['application/json', 'application/json; charset=utf-8', [transformed, transformed, transformed]],
  ['application/json', 'application/xml', [untouched, 415, 415]],
  ['application/xml', undefined, [untouched, 415, 415]],
  ['application/xml', 'application/json', [untouched, 415, 415]],
  ['application/xml', 'application/xml', [transformed, transformed, transformed]],
  [undefined, undefined, [untouched, untouched, 415]],
  [undefined, 'application/xml', [untouched, untouched, 415]],
];

for (const [template, contentType, expected] of passthroughCells) {
  for (const [i, passthroughBehavior] of behaviors.entries()) {
    test(`[INT-22] [INT-23] template for ${template ?? 'nothing'}, Content-Type ${contentType ?? 'absent'}, ${passthroughBehavior}: ${expected[i]}`, async () => {
      const upstream = upstreamAnswering();
      const method = http({
        passthroughBehavior,
        ...(template === undefined ? {} : { requestTemplates: { [template]: transformed } }),
      });
      const reply = await answer(planOf({ 'POST /': method }, { upstream }), {
        method: 'POST',
        body: untouched,
        headers: contentType === undefined ? [] : ['Content-Type', contentType],
      });
      if (expected[i] === 415) {
        assert.equal(reply.status, 415);
        assert.equal(reply.body, '{"message":"Unsupported Media Type"}');
        assert.equal(sentHeader(reply, 'x-amzn-ErrorType'), 'BadRequestException');
        assert.deepEqual(upstream.sent, []);
      } else {
        assert.equal(String(upstream.sent[0]!.body), expected[i]);
      }
    });
  }
}
