import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { headerValue, headerValues } from '../base/headers.ts';
import type { IntegrationResponse } from '../definition/rest-api.ts';
import {
  answer,
  functionsAnswering,
  type MethodInWords,
  planOf,
  type RequestInWords,
  upstreamAnswering,
} from './plan-fixture.ts';

const json = (template: string) => ({ 'application/json': template });

function http(
  changes: Partial<MethodInWords['integration']>,
  response: Partial<IntegrationResponse> = {},
  type: 'HTTP' | 'MOCK' = 'HTTP',
): MethodInWords {
  return {
    methodResponses: { '200': { statusCode: '200' } },
    integration: {
      type,
      httpMethod: 'POST',
      uri: 'http://backend/in',
      integrationResponses: { '200': { statusCode: '200', ...response } },
      ...changes,
    },
  };
}

async function exchanged(method: MethodInWords, request: RequestInWords = {}) {
  const upstream = upstreamAnswering();
  const reply = await answer(planOf({ 'POST /{id}': method }, { upstream }), {
    method: 'POST',
    path: '/7',
    ...request,
  });
  return { reply, sent: upstream.sent[0] };
}

const configurationError = '{"message": "Internal server error"}';

test('[MAP-16] [MAP-17] request headers: made, and put in the place of mapped and of the gateway’s own', async () => {
  const template = `#set($context.requestOverride.header.header3 = "$input.params('header1')$input.params('header2')")
#set($context.requestOverride.header.HEADER1 = "foo")
#set($context.requestOverride.header['Accept'] = "text/xml")
#set($ignored = $context.requestOverride.header.put('X-Many', ['a', 2]))
#set($context.requestOverride.header['Content-Type'] = 'text/xml; charset=utf-8')
#set($context.requestOverride.header.Host = 'elsewhere')
{}`;
  const { sent } = await exchanged(
    http({
      requestTemplates: json(template),
      requestParameters: { 'integration.request.header.header1': 'method.request.header.header1' },
    }),
    { headers: ['header1', 'one', 'header2', 'two'] },
  );
  const value = (name: string) => headerValues(sent!.headers, name);
  assert.deepEqual(value('header3'), ['onetwo']);
  assert.deepEqual(value('header1'), ['foo']);
  assert.deepEqual(value('accept'), ['text/xml']);
  assert.deepEqual(value('x-many'), ['a', '2']);
  assert.deepEqual(value('content-type'), ['text/xml; charset=utf-8']);
  assert.deepEqual(value('host'), []);
});

test('[MAP-16] [MAP-17] path and query: mapped, beaten, and made', async () => {
  const template = `#set($context.requestOverride.path.id = "a/b c")#set($context.requestOverride.path.kind = "cat")
#set($context.requestOverride.querystring.q = "x&y")#set($context.requestOverride.querystring.many = [1, 2])`;
  const { sent } = await exchanged(
    http({
      uri: 'http://backend/{kind}/{id}?fixed=1',
      requestTemplates: json(template),
      requestParameters: {
        'integration.request.path.id': 'method.request.path.id',
        'integration.request.querystring.q': "'mapped'",
        'integration.request.querystring.other': "'mapped'",
      },
    }),
  );
  assert.equal(sent!.target, '/cat/a%2Fb%20c?fixed=1&other=mapped&q=x%26y&many=1&many=2');
});

test('a placeholder that is neither mapped nor overridden is 500', async () => {
  const requestTemplates = json("#if($input.params('x') == 'y')#set($context.requestOverride.path.kind = 'z')#end{}");
  const method = http({ uri: 'http://backend/{kind}', requestTemplates });
  assert.equal((await exchanged(method, { path: '/7?x=y' })).sent!.target, '/z');
  const { reply, sent } = await exchanged(method);
  assert.deepEqual([reply.status, reply.body, sent], [500, configurationError, undefined]);
});

test('[MAP-16] [MAP-17] status and headers of the answer; they beat the configured ones', async () => {
  const template = `#set($context.responseOverride.status = 404)
#set($context.responseOverride.header.X-Mapped = "template")#set($context.responseOverride.header.Content-Type = "text/plain")
#set($context.responseOverride.header['Set-Cookie'] = ["a=1", "b=2"])#set($context.responseOverride.header.Date = "then")
#set($context.responseOverride.header.x-amzn-RequestId = "mine")$input.json('$.from')`;
  const { reply } = await exchanged(
    http(
      {},
      {
        responseTemplates: json(template),
        responseParameters: { 'method.response.header.x-mapped': "'mapping'" },
      },
    ),
  );
  assert.equal(reply.status, 404);
  const value = (name: string) => headerValues(reply.headers, name);
  assert.deepEqual(value('x-mapped'), ['template']);
  assert.deepEqual(value('content-type'), ['text/plain']);
  assert.deepEqual(value('set-cookie'), ['a=1', 'b=2']);
  assert.deepEqual(value('x-amzn-remapped-date'), ['then']);
  assert.deepEqual(value('x-amzn-requestid'), ['11111111-2222-4333-8444-555555555555']);
  assert.equal(String(reply.body).trim(), '"backend"');
});

test('what the request template overrides of the answer survives, without a response template too', async () => {
  const requestTemplates = json(
    '#set($context.responseOverride.status = 418)#set($context.responseOverride.header.X-From = "request"){"statusCode": 200}',
  );
  for (const type of ['HTTP', 'MOCK'] as const) {
    for (const response of [
      {},
      { responseTemplates: json('literal') },
      { responseTemplates: json('$context.stage') },
    ]) {
      const { reply } = await exchanged(http({ requestTemplates }, response, type));
      assert.deepEqual([reply.status, headerValue(reply.headers, 'x-from')], [418, 'request']);
    }
  }
});

test('a response template reads what the request template has overridden', async () => {
  const requestTemplates = json('#set($context.requestOverride.path.body = $input.body){"statusCode": 200}');
  const responseTemplates = json('you sent $context.requestOverride.path.body');
  const { reply } = await exchanged(http({ requestTemplates }, { responseTemplates }, 'MOCK'), { body: '{"a":1}' });
  assert.equal(reply.body, 'you sent {"a":1}');
});

test('a function is invoked as the template overrides it, and the answer is, too', async () => {
  const functions = functionsAnswering({ ok: true });
  const uri =
    'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:pets/invocations';
  const lambda = (template: string) => ({
    ...http({ type: 'AWS', uri, requestTemplates: json(template) }),
  });
  const later = lambda(
    "#set($context.requestOverride.header.X-Amz-Invocation-Type = 'Event')#set($context.responseOverride.status = 202){}",
  );
  const reply = await answer(planOf({ 'POST /': later }, { functions }), { method: 'POST' });
  assert.deepEqual([reply.status, functions.calls.length, functions.calls[0]!.type], [202, 1, 'Event']);
  const qualified = lambda("#set($context.requestOverride.querystring.Qualifier = '1'){}");
  assert.equal((await answer(planOf({ 'POST /': qualified }, { functions }), { method: 'POST' })).status, 500);
  const authorized = lambda("#set($context.requestOverride.header.Authorization = '1'){}");
  assert.equal((await answer(planOf({ 'POST /': authorized }, { functions }), { method: 'POST' })).status, 500);
  assert.equal(functions.calls.length, 1);
});

const refusals: [string, string][] = [
  [
    '[MAP-17] one overridden twice',
    '#set($context.requestOverride.header.a = 1)#set($context.requestOverride.header.A = 2)',
  ],
  [
    '[MAP-17] a status overridden twice',
    '#set($context.responseOverride.status = 200)#set($context.responseOverride.status = 201)',
  ],
  ['a header that cannot be mapped', '#set($context.requestOverride.header.Content-Length = 2)'],
  ['a header with no usable name', "#set($context.requestOverride.header['a b'] = 2)"],
  ['a response header with no usable name', "#set($context.responseOverride.header['a: b'] = 2)"],
  ['a status that is none', "#set($context.responseOverride.status = 'teapot')"],
  ['an interim status', '#set($context.responseOverride.status = 100)'],
];

for (const [what, template] of refusals) {
  test(`${what} is 500`, async () => {
    const { reply } = await exchanged(http({ requestTemplates: json(template) }));
    assert.deepEqual([reply.status, reply.body], [500, configurationError]);
  });
}

test('[MAP-17] the response template cannot override again what the request template has', async () => {
  const again = json('#set($context.responseOverride.status = 201){"statusCode": 200}');
  const { reply } = await exchanged(http({ requestTemplates: again }, { responseTemplates: again }, 'MOCK'));
  assert.deepEqual([reply.status, reply.body], [500, configurationError]);
  assert.match(
    reply.problem!.why,
    /the response 200 template .*\$context\.responseOverride\.status is overridden a second time/,
  );
});

test('a template may put what it overrides, or assign a whole map', async () => {
  const template = `#set($x = $context.responseOverride.put('status', '201'))#set($context.responseOverride.header = {'X-A': 1, 'X-B': ['2', '3']})
#set($y = $context.responseOverride.get('header').put('X-C', 4))#set($z = $context.requestOverride.get('querystring').put('q', 5))
$context.responseOverride.status $context.responseOverride.get('status') $context.responseOverride.header['x-c']`;
  const { reply, sent } = await exchanged(http({ requestTemplates: json(template) }));
  assert.equal(reply.status, 201);
  const values = ['x-a', 'x-b', 'x-c'].map((name) => headerValues(reply.headers, name));
  assert.deepEqual(values, [['1'], ['2', '3'], ['4']]);
  assert.equal(sent!.target, '/in?q=5');
  assert.equal(String(sent!.body).trim(), '201 201 4');
});

test('one request’s overrides are not the next one’s', async () => {
  const requestTemplates = json(
    "#if($input.params('x') == 'y')#set($context.responseOverride.status = 201)#end{\"statusCode\": 200}",
  );
  const plan = planOf({ 'GET /': http({ requestTemplates }, {}, 'MOCK') });
  assert.equal((await answer(plan, { path: '/?x=y' })).status, 201);
  assert.equal((await answer(plan)).status, 200);
});
