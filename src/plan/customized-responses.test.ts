import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { GatewayResponse, Stage } from '../definition/rest-api.ts';
import { compileRest, restComplaints } from './compile-rest.ts';
import type { Reply } from './exchange.ts';
import { type GatewayResponseType, gatewayProblem, gatewayReply, gatewayResponseTypes } from './gateway-responses.ts';
import type { RestPlan } from './plan.ts';
import {
  answer,
  exchange,
  liveStage,
  mock200,
  planTools,
  type RequestInWords,
  restSnapshot,
  sentHeader,
} from './plan-fixture.ts';

type Words = Omit<GatewayResponse, 'responseType'>;

const snapshotWith = (customized: Readonly<Record<string, Words>>) => ({
  ...restSnapshot({ 'GET /pets/{id}': { ...mock200, operationName: 'getPet' } }),
  gatewayResponses: Object.entries(customized).map(([responseType, words]) => ({ responseType, ...words })),
});

/** The plan of `GET /pets/{id}` with these gateway responses. */
const planWith = (customized: Readonly<Record<string, Words>>, stage: Partial<Stage> = {}): RestPlan =>
  compileRest(liveStage(snapshotWith(customized), stage), planTools());

const json = (template: string): Words => ({ responseTemplates: { 'application/json': template } });

/** The answer to a failure of the one method. */
function failing(plan: RestPlan, problem: unknown, words: RequestInWords = {}): Reply {
  const x = exchange({ path: '/pets/5', ...words });
  x.pathParameters = { id: '5' };
  return gatewayReply(plan.gatewayResponses, problem, x, plan.methods[0]);
}

const throttled = gatewayProblem('THROTTLED', 'the bucket is empty');

test('[GWR-03] a type without a response of its own takes DEFAULT_4XX or DEFAULT_5XX, whatever its status is', () => {
  const plan = planWith({ DEFAULT_4XX: json('4xx'), DEFAULT_5XX: json('5xx') });
  for (const type of gatewayResponseTypes) {
    const usual = failing(planWith({}), gatewayProblem(type, ''));
    const { status, body } = failing(plan, gatewayProblem(type, ''));
    assert.equal(status, usual.status, type);
    if (type === 'REQUEST_TOO_LARGE') assert.equal(body, usual.body);
    else assert.equal(body, usual.status < 500 ? '4xx' : '5xx', type);
  }
});

test('[GWR-03] a response of the type itself beats the default, whole: nothing of the two is mixed', () => {
  const plan = planWith({
    THROTTLED: { responseParameters: { 'gatewayresponse.header.Retry-After': "'1'" } },
    DEFAULT_4XX: {
      statusCode: '418',
      responseParameters: { 'gatewayresponse.header.X-Default': "'yes'" },
      ...json('"default"'),
    },
  });
  const own = failing(plan, throttled);
  assert.equal(own.status, 429);
  assert.equal(own.body, '{"message":"Too Many Requests"}');
  assert.equal(sentHeader(own, 'Retry-After'), '1');
  assert.equal(sentHeader(own, 'X-Default'), undefined);
  const other = failing(plan, gatewayProblem('UNAUTHORIZED', ''));
  assert.deepEqual([other.status, other.body, sentHeader(other, 'X-Default')], [418, '"default"', 'yes']);
});

test('[GWR-04] a status of DEFAULT_4XX is that of every 4XX without one of its own, and of no 5XX', () => {
  const plan = planWith({ DEFAULT_4XX: { statusCode: '400' } });
  const statusOf = (type: GatewayResponseType) => failing(plan, gatewayProblem(type, '')).status;
  assert.deepEqual(
    (['UNAUTHORIZED', 'THROTTLED', 'MISSING_AUTHENTICATION_TOKEN', 'INTEGRATION_TIMEOUT'] as const).map(statusOf),
    [400, 400, 400, 504],
  );
});

test('a status of its own, as of a malformed function answer, gives way to a customised one only', () => {
  const malformed = gatewayProblem('DEFAULT_5XX', 'no JSON', { status: 502 });
  assert.equal(failing(planWith({ DEFAULT_5XX: json('x') }), malformed).status, 502);
  assert.equal(failing(planWith({ DEFAULT_5XX: { statusCode: '500' } }), malformed).status, 500);
});

test('[GWR-05] headers come from text, the request, context and stage variables; one without a value is left out', () => {
  const plan = planWith(
    {
      THROTTLED: {
        responseParameters: {
          'gatewayresponse.header.Access-Control-Allow-Origin': "'*'",
          'gatewayresponse.header.x-path': 'method.request.path.id',
          'gatewayresponse.header.x-query': 'method.request.querystring.q',
          'gatewayresponse.header.x-header': 'method.request.header.origin',
          'gatewayresponse.header.x-type': 'context.error.responseType',
          'gatewayresponse.header.x-stage': 'context.stage',
          'gatewayresponse.header.x-colour': 'stageVariables.colour',
          'gatewayresponse.header.x-none': 'method.request.querystring.none',
          'gatewayresponse.header.x-nobody': 'context.identity.user',
        },
      },
    },
    { variables: { colour: 'blue' } },
  );
  const reply = failing(plan, throttled, { path: '/pets/5?q=1&q=2', headers: ['Origin', 'https://a.example'] });
  assert.deepEqual(reply.headers.slice(8), [
    ...['Access-Control-Allow-Origin', '*', 'x-path', '5', 'x-query', '1,2', 'x-header', 'https://a.example'],
    ...['x-type', 'THROTTLED', 'x-stage', 'dev', 'x-colour', 'blue'],
  ]);
  assert.equal(reply.body, '{"message":"Too Many Requests"}');
});

test('[GWR-05] a mapped Content-Type or x-amzn-ErrorType takes the place of the usual one; the ids are not mapped', () => {
  const plan = planWith({
    THROTTLED: {
      responseParameters: {
        'gatewayresponse.header.content-type': "'application/problem+json'",
        'gatewayresponse.header.X-Amzn-ErrorType': "'Slow'",
        'gatewayresponse.header.x-amzn-requestid': "'mine'",
        'gatewayresponse.header.WWW-Authenticate': "'Basic'",
      },
    },
  });
  assert.deepEqual(failing(plan, throttled).headers, [
    ...['Content-Type', 'application/problem+json', 'x-amzn-RequestId', '11111111-2222-4333-8444-555555555555'],
    ...['x-amzn-ErrorType', 'Slow', 'x-amz-apigw-id', 'JJ1CUEWfoAMFzDA=', 'WWW-Authenticate', 'Basic'],
  ]);
});

test('[GWR-06] a template is text with variables put in place: no directive, no function, no quoting', () => {
  const plan = planWith(
    {
      THROTTLED: json(
        '#if($context.stage)$input.path("$.a") ${context.stage} $context.stage. $context.apiId.example.com ' +
          '$context.nonsense|$stageVariables.a|$stageVariables.none|$method.request.path.id|' +
          '$method.request.querystring.q|$method.request.header.X-A#end',
      ),
    },
    { variables: { a: 'A' } },
  );
  const reply = failing(plan, throttled, { path: '/pets/5?q=%22%3Cb%3E', headers: ['X-A', '1'] });
  assert.equal(reply.body, '#if(dev)$input.path("$.a") ${context.stage} dev. a1b2c3d4e5.example.com |A||5|"<b>|1#end');
});

test('[GWR-07] a template can tell the message raw and as a JSON string, the type, and what the validation found', () => {
  const template =
    '$context.error.message|$context.error.messageString|$context.error.responseType|$context.error.validationErrorString';
  const plan = planWith({ DEFAULT_4XX: json(template), DEFAULT_5XX: json(template) });
  const invalid = gatewayProblem('BAD_REQUEST_BODY', 'no age', {
    validationErrorString: '[object has missing required properties (["age"])]',
  });
  assert.equal(
    failing(plan, invalid).body,
    'Invalid request body|"Invalid request body"|BAD_REQUEST_BODY|[object has missing required properties (["age"])]',
  );
  const denied = gatewayProblem('ACCESS_DENIED', '', { message: 'User is "not" authorized' });
  assert.equal(failing(plan, denied).body, 'User is "not" authorized|"User is \\"not\\" authorized"|ACCESS_DENIED|');
  assert.equal(failing(plan, gatewayProblem('AUTHORIZER_FAILURE', '')).body, '|null|AUTHORIZER_FAILURE|');
  const backend = gatewayProblem('INTEGRATION_FAILURE', '', { message: 'connect ECONNREFUSED 10.0.0.3' });
  assert.doesNotMatch(String(failing(plan, backend).body), /10\.0\.0\.3/);
});

test('a template tells of the method that failed; a request that matched none has no method', async () => {
  const template = '$context.resourcePath $context.resourceId $context.operationName $context.path $context.httpMethod';
  const plan = planWith({ DEFAULT_4XX: json(template) });
  assert.equal(failing(plan, throttled).body, '/pets/{id} res000 getPet /dev/pets/5 GET');
  assert.equal((await answer(plan, { path: '/nothing' })).body, '   /dev/nothing GET');
});

test('[RT-05] what matches no method is answered as MISSING_AUTHENTICATION_TOKEN is customised', async () => {
  const plan = planWith({ MISSING_AUTHENTICATION_TOKEN: { statusCode: '404', ...json('{"message":"Not Found"}') } });
  const reply = await answer(plan, { path: '/nothing' });
  assert.deepEqual([reply.status, reply.body], [404, '{"message":"Not Found"}']);
  assert.equal(sentHeader(reply, 'x-amzn-ErrorType'), 'MissingAuthenticationTokenException');
  assert.match(reply.problem!.why, /GET \/nothing not found/);
});

const byAccept: readonly [accept: string | undefined, contentType: string][] = [
  [undefined, 'application/json'],
  ['application/xml', 'application/xml;charset=utf-8'],
  ['application/xml;q=0.9, application/json', 'application/xml;charset=utf-8'],
  ['text/html', 'application/json'],
  ['*/*', 'application/json'],
];

test('the template is that of the first type in Accept, else the one for application/json', () => {
  const plan = planWith({
    THROTTLED: { responseTemplates: { 'application/xml;charset=utf-8': '<slow/>', 'application/json': '"slow"' } },
  });
  for (const [accept, contentType] of byAccept) {
    const reply = failing(plan, throttled, { headers: accept === undefined ? [] : ['Accept', accept] });
    assert.equal(sentHeader(reply, 'Content-Type'), contentType, accept ?? 'no Accept');
    assert.equal(reply.body, contentType === 'application/json' ? '"slow"' : '<slow/>', accept ?? 'no Accept');
  }
});

test('the only template answers every Accept, with its content type; an empty one is an empty body', () => {
  const plan = planWith({ THROTTLED: { responseTemplates: { 'text/plain': '' } } });
  const reply = failing(plan, throttled, { headers: ['Accept', 'application/json'] });
  assert.deepEqual([sentHeader(reply, 'Content-Type'), reply.body], ['text/plain', '']);
});

test('a template that comes to more than 10 MB leaves the answer as AWS words it', () => {
  const long = 'a'.repeat(10_000);
  const answerOf = (times: number) =>
    failing(planWith({ THROTTLED: json('$method.request.header.X'.repeat(times)) }), throttled, {
      headers: ['X', long],
    });
  assert.equal(answerOf(1_048).body.length, 10_480_000);
  assert.deepEqual([answerOf(1_049).status, answerOf(1_049).body], [429, '{"message":"Too Many Requests"}']);
});

test('[GWR-09] REQUEST_TOO_LARGE is answered as ever, however it and DEFAULT_4XX are customised', () => {
  const plan = planWith({ REQUEST_TOO_LARGE: { statusCode: '400', ...json('mine') }, DEFAULT_4XX: json('mine') });
  const reply = failing(plan, gatewayProblem('REQUEST_TOO_LARGE', ''));
  assert.deepEqual([reply.status, reply.body], [413, '{"message":"Request Too Long"}']);
});

test('what cannot be sent or read refuses the deployment', () => {
  const snapshot = snapshotWith({
    THROTTLED: { statusCode: '101' },
    UNAUTHORIZED: {
      responseParameters: { 'gatewayresponse.header.a': 'context.nonsense', 'gatewayresponse.path.b': "'b'" },
    },
  });
  assert.deepEqual(restComplaints(snapshot), [
    'API pets: gateway response THROTTLED: the status 101 cannot end an exchange',
    'API pets: gateway response UNAUTHORIZED: gatewayresponse.header.a is mapped from context.nonsense, which a gateway response does not have',
    'API pets: gateway response UNAUTHORIZED: gatewayresponse.path.b is no header of a gateway response',
  ]);
});

test('a template of a megabyte of dashes is compiled at once', () => {
  const startedMs = performance.now();
  const plan = planWith({ THROTTLED: json(`$context.stage.${'a-'.repeat(500_000)}`) });
  assert.match(String(failing(plan, throttled).body), /^dev\.a-a-/);
  assert.ok(performance.now() - startedMs < 2_000);
});
