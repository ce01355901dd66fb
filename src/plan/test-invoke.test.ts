/** TestInvokeMethod's runs, compared line by line with logs AWS wrote (recorded; the guide's Lambda tutorial; logs users quote). */
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { ManualClock } from '../base/clock.ts';
import type { RestApi } from '../definition/rest-api.ts';
import type { RestSnapshot } from '../definition/snapshot.ts';
import { gatewayProblem } from './gateway-responses.ts';
import {
  functionsAnswering,
  type MethodInWords,
  mock200,
  planTools,
  restSnapshot,
  upstreamAnswering,
} from './plan-fixture.ts';
import { type TestInvocation, type TestOutcome, testInvoke } from './test-invoke.ts';
import type { PlanTools } from './tools.ts';

const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:pets';
const uri = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${functionArn}/invocations`;
const lambdaProxy: MethodInWords = { integration: { type: 'AWS_PROXY', httpMethod: 'POST', uri } };

interface Ask extends Partial<TestInvocation> {
  readonly path?: string;
  readonly api?: Partial<RestApi>;
  readonly more?: Partial<RestSnapshot>;
}

async function run(method: MethodInWords, ask: Ask = {}, tools: Partial<PlanTools> = {}): Promise<TestOutcome> {
  const { path = '/pets', api = {}, more = {}, ...invocation } = ask;
  const snapshot = { ...restSnapshot({ [`GET ${path}`]: method }, api), deploymentId: '', ...more };
  return await testInvoke(
    {
      snapshot,
      resourceId: 'res000',
      httpMethod: 'GET',
      verb: 'GET',
      pathWithQueryString: '',
      headers: [],
      body: '',
      stageVariables: {},
      clientCertificate: undefined,
      vpcLinks: [],
      v2VpcLinks: [],
      caller: { accountId: '000000000000', accessKey: 'AKIA', userArn: 'arn:aws:iam::000000000000:root' },
      ...invocation,
    },
    planTools({ clock: new ManualClock(Date.UTC(2023, 4, 3, 1, 2, 45)), ...tools }),
  );
}

/** The lines without their dates and without the request's id. */
function lines({ log }: TestOutcome): string[] {
  const id = /^Execution log for request ([0-9a-f-]{36})\n/.exec(log)![1]!;
  assert.ok(log.endsWith('\n'));
  return log
    .replaceAll(id, 'ID')
    .trimEnd()
    .split('\n')
    .map((line) => line.replace('Wed May 03 01:02:45 UTC 2023 : ', ''));
}

test('[V1-25] [LOG-05] a mock’s log has eleven lines, each but the first dated as Java dates', async () => {
  const outcome = await run(mock200, {
    pathWithQueryString: '/pets?a=1&b=2',
    headers: ['X-One', '1'],
    body: '{"n":1}',
  });
  assert.deepEqual(lines(outcome), [
    'Execution log for request ID',
    'Starting execution for request: ID',
    'HTTP Method: GET, Resource Path: /pets',
    'Method request path: {}',
    'Method request query string: {a=1, b=2}',
    'Method request headers: {X-One=1}',
    'Method request body before transformations: {"n":1}',
    'Method response body after transformations: {"ok":true}',
    'Method response headers: {Content-Type=application/json}',
    'Successfully completed execution',
    'Method completed with status: 200',
  ]);
  assert.match(outcome.log, /\nWed May 03 01:02:45 UTC 2023 : Starting/);
  assert.deepEqual([outcome.status, outcome.body], [200, '{"ok":true}']);
  assert.deepEqual(outcome.headers, ['Content-Type', 'application/json']);
});

test('[V1-25] a function’s log has eighteen lines: what it was sent, what it gave, how long it took', async () => {
  const clock = new ManualClock(Date.UTC(2023, 4, 3, 1, 2, 45));
  const functions = functionsAnswering({ statusCode: 201, headers: { 'X-Mine': 'yes' }, body: 'made' });
  const slow: PlanTools['functions'] = {
    mayInvoke: () => true,
    invoke: (invocation) => {
      clock.advance(46);
      return functions.invoke(invocation);
    },
  };
  const outcome = await run(lambdaProxy, {}, { functions: slow, clock });
  const written = lines(outcome);
  assert.equal(written.length, 18);
  const endpoint = `https://lambda.us-east-1.amazonaws.com/2015-03-31/functions/${functionArn}/invocations`;
  assert.equal(written[7], `Endpoint request URI: ${endpoint}`);
  assert.match(
    written[8]!,
    /^Endpoint request headers: \{X-Amz-Date=20230503T010245Z, x-amzn-apigateway-api-id=a1b2c3d4e5, Accept=application\/json, User-Agent=AmazonAPIGateway_a1b2c3d4e5, Host=lambda\.us-east-1\.amazonaws\.com, X-Amz-Content-Sha256=[0-9a-f]{64}, X-Amzn-Trace-Id=Root=1-[^,]+, x-amzn-lambda-integration-tag=ID, X-Amz-Source-Arn=arn:aws:execute-api:us-east-1:000000000000:a1b2c3d4e5\/test-invoke-stage\/GET\/pets\}$/,
  );
  assert.match(written[9]!, /^Endpoint request body after transformations: \{"resource":"\/pets","path":"\/pets"/);
  assert.equal(written[10], `Sending request to ${endpoint}`);
  assert.equal(written[11], 'Received response. Status: 200, Integration latency: 46 ms');
  assert.match(
    written[12]!,
    /^Endpoint response headers: \{Date=Wed, 03 May 2023 01:02:45 GMT, Content-Type=application\/json, Content-Length=\d+, Connection=keep-alive, x-amzn-RequestId=f0000000-0000-4000-8000-000000000000, x-amzn-Remapped-Content-Length=0, X-Amz-Executed-Version=\$LATEST, X-Amzn-Trace-Id=root=1-[^,]+;parent=[0-9a-f]{16};sampled=0;lineage=1:[0-9a-f]{8}:0\}$/,
  );
  assert.match(written[13]!, /^Endpoint response body before transformations: \{"statusCode":201,/);
  assert.equal(written[14], 'Method response body after transformations: made');
  assert.match(written[15]!, /^Method response headers: \{X-Amzn-Trace-Id=Root=1-[^,]+, X-Mine=yes\}$/);
  assert.deepEqual(written.slice(16), ['Successfully completed execution', 'Method completed with status: 201']);
  assert.equal(outcome.latencyMs, 46);
});

test('[V1-26] a function sees AWS’s names of a test: its stage, its source, its key, its domain, and no header nobody sent', async () => {
  const functions = functionsAnswering({ statusCode: 200 });
  await run(lambdaProxy, { stageVariables: { who: 'me' } }, { functions });
  const event = JSON.parse(String(functions.calls[0]!.payload));
  assert.deepEqual([event.headers, event.multiValueHeaders, event.stageVariables], [null, null, { who: 'me' }]);
  const { requestContext: context } = event;
  assert.equal(context.stage, 'test-invoke-stage');
  const { identity } = context;
  assert.deepEqual(
    [identity.sourceIp, identity.apiKey, identity.apiKeyId, identity.userArn, identity.accountId],
    [
      'test-invoke-source-ip',
      'test-invoke-api-key',
      'test-invoke-api-key-id',
      'arn:aws:iam::000000000000:root',
      '000000000000',
    ],
  );
  assert.deepEqual([context.domainName, context.domainPrefix], ['testPrefix.testDomainName', 'testPrefix']);
  assert.equal(context.path, '/pets');
  assert.ok(!('deploymentId' in context));
});

test('[V1-25] what guards a method does not stand in the way of its test', async () => {
  const guarded = { ...mock200, authorizationType: 'AWS_IAM', apiKeyRequired: true };
  const api = { policy: '{"Statement":[]}', endpointConfiguration: { types: ['PRIVATE'], ipAddressType: 'ipv4' } };
  assert.equal((await run(guarded, { api })).status, 200);
});

test('[V1-25] the path need not fit the resource; a parameter it does not give stays literal', async () => {
  const method: MethodInWords = {
    methodResponses: { '200': { statusCode: '200' } },
    integration: {
      type: 'HTTP',
      httpMethod: 'GET',
      uri: 'http://backend/{id}',
      requestParameters: { 'integration.request.path.id': 'method.request.path.petId' },
      integrationResponses: { '200': { statusCode: '200' } },
    },
  };
  const path = '/pets/{petId}';
  const sentFor = async (pathWithQueryString: string) => {
    const upstream = upstreamAnswering();
    const outcome = await run(method, { path, pathWithQueryString }, { upstream });
    const [, , resource, parameters] = lines(outcome);
    return [outcome.status, upstream.sent[0]!.target, resource, parameters];
  };
  assert.deepEqual(await sentFor('/pets/7?x=1'), [
    200,
    '/7',
    'HTTP Method: GET, Resource Path: /pets/7',
    'Method request path: {petId=7}',
  ]);
  assert.deepEqual(await sentFor('/elsewhere'), [
    200,
    '/{id}',
    'HTTP Method: GET, Resource Path: /elsewhere',
    'Method request path: {}',
  ]);
  assert.deepEqual(await sentFor(''), [
    200,
    '/%7BpetId%7D',
    'HTTP Method: GET, Resource Path: /pets/{petId}',
    'Method request path: {petId={petId}}',
  ]);
});

test('[LOG-07] a line longer than 1,024 bytes is cut there and says so; what lets somebody in is masked', async () => {
  const outcome = await run(mock200, {
    headers: ['Authorization', 'Bearer secret123456', 'x-api-key', 'abc', 'X-Long', 'ü'.repeat(2_000)],
  });
  const line = lines(outcome).find((text) => text.startsWith('Method request headers'))!;
  assert.match(
    line,
    /^Method request headers: \{Authorization=\*{13}123456, x-api-key=\*\*\*, X-Long=ü+ \[TRUNCATED\]$/,
  );
  assert.ok([1023, 1024].includes(Buffer.byteLength(line) - ' [TRUNCATED]'.length));
});

test('[LOG-07] bytes of a binary media type are not printed', async () => {
  const outcome = await run(mock200, { api: { binaryMediaTypes: ['*/*'] } });
  assert.deepEqual(lines(outcome).slice(6), [
    'Method request body before transformations: [Binary Data]',
    'Execution failed due to configuration error: Unable to transform request',
    'Method completed with status: 500',
  ]);
  assert.deepEqual(outcome.headers, ['x-amzn-ErrorType', 'InternalServerErrorException']);
});

/** The last line but one, which says what went wrong; and the status. */
async function failure(method: MethodInWords, tools: Partial<PlanTools> = {}, ask: Ask = {}): Promise<string> {
  const outcome = await run(method, ask, tools);
  const written = lines(outcome);
  assert.equal(written.at(-1), `Method completed with status: ${outcome.status}`);
  return `${outcome.status} ${written.at(-2)}`;
}

test('[LOG-06] a function that fails is told in Lambda’s words, a malformed answer in the gateway’s', async () => {
  const failing = functionsAnswering({ errorMessage: 'no pets' }, { functionError: 'Unhandled' });
  assert.equal(
    await failure(lambdaProxy, { functions: failing }),
    '502 Lambda execution failed with status 200 due to customer function error: no pets. Lambda request id: f0000000-0000-4000-8000-000000000000',
  );
  const written = lines(await run(lambdaProxy, {}, { functions: failing }));
  assert.match(written[12]!, /x-amzn-RequestId=[^,]+, X-Amz-Function-Error=Unhandled, x-amzn-Remapped/);
  assert.equal(
    await failure(lambdaProxy, { functions: functionsAnswering('"hello"') }),
    '502 Execution failed due to configuration error: Malformed Lambda proxy response',
  );
});

test('[LOG-06] a function that may not be called, or is not there, is an invalid permission', async () => {
  const forbidden = { ...functionsAnswering(''), mayInvoke: () => false };
  const line = '500 Execution failed due to configuration error: Invalid permissions on Lambda function';
  assert.equal(await failure(lambdaProxy, { functions: forbidden, strictPermissions: true }), line);
});

test('[LOG-06] a backend too late, unreachable, or whose answer nothing is configured for', async () => {
  const http: MethodInWords = {
    methodResponses: { '201': { statusCode: '201' } },
    integration: {
      type: 'HTTP',
      httpMethod: 'GET',
      uri: 'http://backend/',
      integrationResponses: {
        '201': { statusCode: '201', selectionPattern: '201' },
        '202': { statusCode: '202', selectionPattern: '202' },
      },
    },
  };
  const failingWith = (type: 'INTEGRATION_TIMEOUT' | 'INTEGRATION_FAILURE') => ({
    send: () => Promise.reject(gatewayProblem(type, 'no answer from backend')),
    close: () => Promise.resolve(),
  });
  assert.equal(
    await failure(http, { upstream: failingWith('INTEGRATION_TIMEOUT') }),
    '504 Execution failed due to a timeout error',
  );
  assert.equal(
    await failure(http, { upstream: failingWith('INTEGRATION_FAILURE') }),
    '504 Execution failed due to a network error communicating with endpoint',
  );
  assert.equal(
    await failure(http, { upstream: upstreamAnswering({ status: 403 }) }),
    '500 Execution failed due to configuration error: No match for output mapping and no default output mapping configured. Endpoint Response Status Code: 403',
  );
  assert.equal(
    await failure(http, { upstream: upstreamAnswering({ status: 202 }) }),
    '500 Execution failed due to configuration error: Output mapping refers to an invalid method response: 202',
  );
});

test('the log of an HTTP backend names its address, its headers with Host, and both bodies', async () => {
  const upstream = upstreamAnswering({ headers: ['Content-Type', 'text/plain', 'X-Back', 'b'], body: 'hi' });
  const proxy: MethodInWords = { integration: { type: 'HTTP_PROXY', httpMethod: 'GET', uri: 'http://backend:81/x' } };
  const written = lines(await run(proxy, { pathWithQueryString: '/pets?q=1', headers: ['X-Mine', '1'] }, { upstream }));
  assert.equal(written.length, 18);
  assert.equal(written[7], 'Endpoint request URI: http://backend:81/x?q=1');
  assert.match(
    written[8]!,
    /^Endpoint request headers: \{X-Mine=1, Accept=application\/json, User-Agent=AmazonAPIGateway_a1b2c3d4e5, X-Amzn-Apigateway-Api-Id=a1b2c3d4e5, X-Amzn-Trace-Id=Root=[^,]+, Host=backend:81\}$/,
  );
  assert.equal(written[12], 'Endpoint response headers: {Content-Type=text/plain, X-Back=b}');
  assert.equal(written[13], 'Endpoint response body before transformations: hi');
});

test('validation of the body is told, whichever way it goes', async () => {
  const model = {
    name: 'Pet',
    contentType: 'application/json',
    id: 'm',
    schema: '{"type":"object","required":["name"]}',
  };
  const validator = { id: 'v', name: 'all', validateRequestBody: true, validateRequestParameters: false };
  const method = { ...mock200, requestValidatorId: 'v', requestModels: { 'application/json': 'Pet' } };
  const more = { models: [model], requestValidators: [validator] };
  const written = lines(await run(method, { more, body: '{"name":"Rex"}' }));
  assert.equal(written[7], 'Request validation succeeded for content type application/json');
  assert.match(
    await failure(method, {}, { more, body: '{}' }),
    /^400 Request body does not match model schema for content type application\/json: \[.*name.*\]$/,
  );
});

test('a customised gateway response is told after the failure', async () => {
  const customized = {
    responseType: 'DEFAULT_5XX',
    statusCode: '503',
    responseTemplates: { 'application/json': '{"sorry":true}' },
  };
  const broken = {
    ...mock200,
    integration: {
      ...mock200.integration!,
      passthroughBehavior: 'NEVER',
      requestTemplates: { 'application/json': 'no' },
    },
  };
  const written = lines(await run(broken, { more: { gatewayResponses: [customized] } as Partial<RestSnapshot> }));
  assert.deepEqual(written.slice(-4, -2), [
    'Gateway response type: DEFAULT_5XX with status code: 503',
    'Gateway response body: {"sorry":true}',
  ]);
  assert.equal(written.at(-1), 'Method completed with status: 503');
});
