import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { compileRest, restComplaints } from './compile-rest.ts';
import {
  answer,
  liveStage,
  type MethodInWords,
  mock200,
  planTools,
  restSnapshot,
  upstreamAnswering,
} from './plan-fixture.ts';

const refusal = 'is not built yet, so it is refused rather than skipped';
const integration = mock200.integration!;

test('[INT-32] an API that can be run has no complaints, whatever integrations its verbs mix', () => {
  const uri =
    'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:${stageVariables.f}/invocations';
  const snapshot = restSnapshot({
    'GET /': mock200,
    'PUT /': { integration: { type: 'AWS_PROXY', httpMethod: 'POST', uri } },
    'POST /': { integration: { type: 'HTTP_PROXY', httpMethod: 'ANY', uri: 'http://${stageVariables.host}/' } },
  });
  assert.deepEqual(restComplaints(snapshot), []);
});

const cases: [string, MethodInWords, string][] = [
  ['an authorizer', { ...mock200, authorizationType: 'NOBODY' }, `authorizationType NOBODY ${refusal}`],
  [
    'a validator the snapshot lacks',
    { ...mock200, requestValidatorId: 'val001' },
    'there is no request validator val001',
  ],
  ['no integration', { methodResponses: {} }, 'no integration is defined for the method'],
  [
    '[MAP-19] a template that does not parse',
    {
      ...mock200,
      integration: { ...integration, requestTemplates: { 'application/json': '{\n  #if($a)\n  #set($b = )' } },
    },
    'the request template for application/json is not valid: line 3, column 13: Encountered ")"',
  ],
  [
    'a call with the caller’s credentials',
    {
      integration: {
        type: 'AWS_PROXY',
        httpMethod: 'POST',
        uri: 'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/f/invocations',
        credentials: 'arn:aws:iam::*:user/*',
      },
    },
    'the caller’s own credentials need the method’s authorizationType to be AWS_IAM',
  ],
  [
    'a content handling AWS does not know',
    { ...mock200, integration: { ...integration, contentHandling: 'CONVERT' } },
    `contentHandling CONVERT of the integration ${refusal}`,
  ],
  [
    'streaming',
    { ...mock200, integration: { ...integration, responseTransferMode: 'STREAM' } },
    'responseTransferMode STREAM is for integrations of type HTTP_PROXY and AWS_PROXY alone',
  ],
  [
    'a JSONPath that is none',
    {
      integration: {
        type: 'HTTP_PROXY',
        httpMethod: 'GET',
        uri: 'http://b/',
        requestParameters: { 'integration.request.header.x': 'method.request.body.pets[0' },
      },
    },
    'integration.request.header.x is mapped from method.request.body.pets[0: the JSONPath "pets[0" is invalid: Bracket has not been closed - missing closing ], at position 4',
  ],
  [
    'an unknown context variable',
    {
      integration: {
        type: 'HTTP_PROXY',
        httpMethod: 'GET',
        uri: 'http://b/',
        requestParameters: { 'integration.request.header.x': 'context.nothing' },
      },
    },
    'integration.request.header.x is mapped from context.nothing: there is no context variable nothing',
  ],
  [
    'a pattern that is none',
    {
      ...mock200,
      integration: { ...integration, integrationResponses: { '200': { statusCode: '200', selectionPattern: 'a(' } } },
    },
    'selectionPattern of integration response 200: the pattern a( is no regular expression: java.util.regex.PatternSyntaxException: Unclosed group near index 2 a(',
  ],
];

for (const [what, method, complaint] of cases) {
  test(`${what} is refused at deployment, and 500 at run time rather than skipped`, async () => {
    const snapshot = restSnapshot({ 'GET /pets': method, 'GET /fine': mock200 });
    assert.deepEqual(restComplaints(snapshot), [`GET /pets: ${complaint}`]);
    const plan = compileRest(liveStage(snapshot), planTools({ upstream: upstreamAnswering() }));
    const reply = await answer(plan, { path: '/pets' });
    assert.deepEqual([reply.status, reply.body], [500, '{"message": "Internal server error"}']);
    assert.equal(reply.problem!.why, `GET /pets: ${complaint}`);
    assert.equal((await answer(plan, { path: '/fine' })).status, 200);
  });
}

test('stage settings that cannot be enforced close the stage', async () => {
  const plan = (stage: object) => compileRest(liveStage(restSnapshot({ 'GET /': mock200 }), stage), planTools());
  assert.equal((await answer(plan({}))).status, 200);
  assert.equal(
    (await answer(plan({ webAclArn: 'arn:aws:wafv2:us-east-1:000000000000:regional/webacl/x' }))).status,
    500,
  );
  assert.equal((await answer(plan({ clientCertificateId: 'cert01' }))).status, 500);
});

test('every complaint is collected, not only the first', () => {
  const method = { integration: { type: 'TEAPOT' as 'MOCK' }, requestValidatorId: 'nosuch' };
  assert.equal(restComplaints(restSnapshot({ 'GET /a': method, 'GET /b': method })).length, 4);
});

test('an API that must not be open to everyone is not deployed, and closed where it is', async () => {
  const closing: [Parameters<typeof restSnapshot>[1], string][] = [
    [{ endpointAccessMode: 'STRICT' }, 'endpointAccessMode STRICT'],
  ];
  for (const [api, what] of closing) {
    const snapshot = restSnapshot({ 'GET /': mock200 }, api);
    assert.deepEqual(restComplaints(snapshot), [`API pets: ${what} ${refusal}`]);
    assert.equal((await answer(compileRest(liveStage(snapshot), planTools()))).status, 500);
  }
});
