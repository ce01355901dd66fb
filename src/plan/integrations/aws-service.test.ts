import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { headerValue } from '../../base/headers.ts';
import type { IntegrationResponse } from '../../definition/rest-api.ts';
import type { AwsServiceCall, AwsServices } from '../../ports/aws-services.ts';
import { restComplaints } from '../compile-rest.ts';
import { gatewayProblem } from '../gateway-responses.ts';
import {
  answer,
  type IntegrationInWords,
  type MethodInWords,
  planOf,
  type RequestInWords,
  restSnapshot,
  sentHeader,
  upstreamAnswering,
} from '../plan-fixture.ts';

const roleArn = 'arn:aws:iam::000000000000:role/api';
const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };

/** Access to everything at one address; `calls` collects what was asked for. */
function servicesAt(origin: string, host = 'stand-in:9324'): AwsServices & { readonly calls: AwsServiceCall[] } {
  const calls: AwsServiceCall[] = [];
  return {
    calls,
    accessTo: (call) => {
      calls.push(call);
      return { origin, host, keys };
    },
  };
}

function service(
  uri: string,
  changes: Partial<IntegrationInWords> = {},
  responses: Record<string, Omit<IntegrationResponse, 'statusCode'>> = { '200': {} },
): MethodInWords {
  const codes = Object.keys(responses);
  return {
    methodResponses: Object.fromEntries(codes.map((statusCode) => [statusCode, { statusCode }])),
    integration: {
      type: 'AWS',
      httpMethod: 'POST',
      uri: `arn:aws:apigateway:us-east-1:${uri}`,
      credentials: roleArn,
      integrationResponses: Object.fromEntries(
        codes.map((statusCode) => [statusCode, { statusCode, ...responses[statusCode] }]),
      ),
      ...changes,
    },
  };
}

/** What reaches the service for one request. */
async function sentFor(label: string, method: MethodInWords, request: RequestInWords = {}, variables = {}) {
  const upstream = upstreamAnswering();
  const awsServices = servicesAt('http://127.0.0.1:9324');
  const reply = await answer(planOf({ [label]: method }, { upstream, awsServices }, { variables }), request);
  assert.equal(reply.status, 200, reply.problem?.why ?? '');
  return { ...upstream.sent[0]!, call: awsServices.calls[0]! };
}

test('[INT-06] an action goes out as Action=…, with the mapped query parameters', async () => {
  const requestParameters = {
    'integration.request.querystring.MessageBody': 'method.request.querystring.text',
    'integration.request.querystring.Version': "'2012-11-05'",
  };
  const method = service('sqs:action/SendMessage', { requestParameters });
  const sent = await sentFor('POST /', method, { method: 'POST', path: '/?text=a%26b&other=1' });
  assert.equal(sent.origin, 'http://127.0.0.1:9324');
  assert.equal(sent.target, '/?Action=SendMessage&MessageBody=a%26b&Version=2012-11-05');
  assert.equal(sent.method, 'POST');
});

test('[INT-06] [MAP-01] a path takes mapped path parameters, a greedy one with its slashes', async () => {
  const requestParameters = {
    'integration.request.path.bucket': "'photos'",
    'integration.request.path.key': 'method.request.path.proxy',
  };
  const method = service('s3:path/{bucket}/{key}', { httpMethod: 'GET', requestParameters });
  const sent = await sentFor('GET /{proxy+}', method, { path: '/2026/my%20cat.png' });
  assert.equal(sent.target, '/photos/2026/my%20cat.png');
  assert.equal(sent.method, 'GET');
});

test('[INT-06] the request is signed for service and region, with the date of the clock', async () => {
  const sent = await sentFor('POST /', service('sqs:path/000000000000/q'), { method: 'POST', body: '{}' });
  assert.equal(headerValue(sent.headers, 'host'), 'stand-in:9324');
  assert.equal(headerValue(sent.headers, 'x-amz-date'), '20260101T000000Z');
  assert.match(
    headerValue(sent.headers, 'authorization')!,
    /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/20260101\/us-east-1\/sqs\/aws4_request, SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date, Signature=[0-9a-f]{64}$/,
  );
});

test('[INT-06] [INT-09] who calls what where is asked of the port, per request', async () => {
  const method = service('photos.s3:path/x', { httpMethod: 'GET' });
  assert.deepEqual((await sentFor('GET /', method)).call, {
    service: 's3',
    subdomain: 'photos',
    region: 'us-east-1',
    awsHost: 'photos.s3.us-east-1.amazonaws.com',
    account: '000000000000',
    roleArn,
  });
});

test('only mapped headers and the gateway’s own reach a service', async () => {
  const requestParameters = { 'integration.request.header.X-Amz-Meta-Who': 'method.request.header.who' };
  const headers = ['Who', 'ann', 'Referer', 'r', 'Authorization', 'Basic x', 'X-Own', '1', 'Content-Type', 'text/csv'];
  const sent = await sentFor('PUT /', service('s3:path/b/k', { requestParameters }), {
    method: 'PUT',
    headers,
    body: 'a,b',
  });
  const names = sent.headers.filter((_, i) => i % 2 === 0);
  assert.deepEqual(names, [
    ...['Host', 'Content-Type', 'Accept', 'User-Agent', 'X-Amz-Meta-Who', 'X-Amzn-Apigateway-Api-Id'],
    ...['X-Amzn-Trace-Id', 'X-Amz-Date', 'X-Amz-Content-Sha256', 'Authorization'],
  ]);
  assert.equal(headerValue(sent.headers, 'content-type'), 'text/csv');
  assert.equal(headerValue(sent.headers, 'accept'), 'application/json');
  assert.match(headerValue(sent.headers, 'authorization')!, /;x-amz-meta-who, /);
});

test('a template makes the body, and its type the Content-Type unless that is mapped', async () => {
  const requestTemplates = { 'application/json': 'Action=SendMessage&MessageBody=hello' };
  const requestParameters = { 'integration.request.header.Content-Type': "'application/x-www-form-urlencoded'" };
  const post = { method: 'POST', body: '{"ignored":1}' };
  const plain = await sentFor('POST /', service('sqs:path/1/q', { requestTemplates }), post);
  assert.equal(plain.body, 'Action=SendMessage&MessageBody=hello');
  assert.equal(headerValue(plain.headers, 'content-type'), 'application/json');
  const form = await sentFor('POST /', service('sqs:path/1/q', { requestTemplates, requestParameters }), post);
  assert.equal(headerValue(form.headers, 'content-type'), 'application/x-www-form-urlencoded');
});

test('an action of DynamoDB has its X-Amz-Target, a mapped one beats it', async () => {
  const own = await sentFor('POST /', service('dynamodb:action/PutItem'), { method: 'POST', body: '{}' });
  assert.equal(own.target, '/?Action=PutItem');
  assert.equal(headerValue(own.headers, 'x-amz-target'), 'DynamoDB_20120810.PutItem');
  assert.match(headerValue(own.headers, 'authorization')!, /;x-amz-target, /);
  const requestParameters = { 'integration.request.header.x-amz-target': "'DynamoDB_20120810.Query'" };
  const mapped = await sentFor('POST /', service('dynamodb:action/PutItem', { requestParameters }), { method: 'POST' });
  assert.deepEqual(
    mapped.headers.filter((_, i) => mapped.headers[i - 1]?.toLowerCase() === 'x-amz-target'),
    ['DynamoDB_20120810.Query'],
  );
});

test('headers of the signature cannot be chosen by a mapping', async () => {
  const requestParameters = {
    'integration.request.header.X-Amz-Date': "'20000101T000000Z'",
    'integration.request.header.X-Amz-Security-Token': "'token'",
    'integration.request.header.X-Amz-Content-Sha256': "'UNSIGNED-PAYLOAD'",
    'integration.request.header.Host': "'elsewhere'",
  };
  const { headers } = await sentFor('POST /', service('sqs:path/1/q', { requestParameters }), { method: 'POST' });
  for (const value of ['20000101T000000Z', 'token', 'UNSIGNED-PAYLOAD', 'elsewhere']) {
    assert.ok(!headers.includes(value), value);
  }
});

test('mapping Authorization, Connection, Expect, Proxy-Authenticate or TE is 500, and nothing is sent', async () => {
  for (const name of ['Authorization', 'Connection', 'Expect', 'Proxy-Authenticate', 'TE', 'Content-Length']) {
    const upstream = upstreamAnswering();
    const requestParameters = { [`integration.request.header.${name}`]: "'x'" };
    const method = service('sqs:path/1/q', { requestParameters });
    const reply = await answer(planOf({ 'GET /': method }, { upstream, awsServices: servicesAt('http://h') }));
    assert.equal(reply.status, 500, name);
    assert.match(reply.problem!.why, new RegExp(`the header ${name} cannot be mapped`));
    assert.equal(upstream.sent.length, 0);
  }
});

test('[INT-25] [MAP-04] the service’s status picks the response, its body and headers are mapped', async () => {
  const responses = {
    '200': {
      responseParameters: {
        'method.response.header.x-message': 'integration.response.body.MessageId',
        'method.response.header.x-id': 'integration.response.header.x-amzn-RequestId',
      },
      responseTemplates: { 'application/json': '{"queued":true}' },
    },
    '400': { selectionPattern: '4\\d{2}' },
  };
  const replyTo = async (status: number) => {
    const headers = ['Content-Type', 'application/x-amz-json-1.0', 'x-amzn-RequestId', 'r-1'];
    const upstream = upstreamAnswering({ status, headers, body: '{"MessageId":"m-1"}' });
    const method = service('sqs:path/1/q', {}, responses);
    return answer(planOf({ 'POST /': method }, { upstream, awsServices: servicesAt('http://h') }), { method: 'POST' });
  };
  const queued = await replyTo(200);
  assert.deepEqual([queued.status, queued.body], [200, '{"queued":true}']);
  assert.deepEqual([sentHeader(queued, 'x-message'), sentHeader(queued, 'x-id')], ['m-1', 'r-1']);
  const refused = await replyTo(403);
  assert.deepEqual([refused.status, String(refused.body)], [400, '{"MessageId":"m-1"}']);
});

test('[SV-04] [SV-05] stage variables stand in every part of the URI and in the role', async () => {
  const method = service('${stageVariables.service}:path/${stageVariables.queue}', {
    credentials: 'arn:aws:iam::${stageVariables.account}:${stageVariables.role}',
  });
  const variables = { service: 'sqs', queue: '1/q', account: '123456789012', role: 'role/api' };
  const sent = await sentFor('POST /', method, { method: 'POST' }, variables);
  assert.equal(sent.target, '/1/q');
  assert.deepEqual([sent.call.service, sent.call.roleArn], ['sqs', 'arn:aws:iam::123456789012:role/api']);
});

test('[SV-10] an undefined stage variable that leaves no service or no role is 500 in its stage, not a refused deployment', async () => {
  const role = 'arn:aws:iam::000000000000:${stageVariables.role}';
  const faulty: [MethodInWords, RegExp][] = [
    [
      service('${stageVariables.service}:path/q'),
      /^POST \/: the integration URI arn:aws:apigateway:us-east-1::path\/q is no/,
    ],
    [
      service('sqs:path/q', { credentials: role }),
      /^POST \/: the credentials arn:aws:iam::000000000000: are no role ARN/,
    ],
  ];
  for (const [method, why] of faulty) {
    assert.deepEqual(restComplaints(restSnapshot({ 'POST /': method })), []);
    const awsServices = servicesAt('http://h');
    const reply = await answer(planOf({ 'POST /': method }, { awsServices }), { method: 'POST' });
    assert.equal(reply.status, 500);
    assert.match(reply.problem!.why, why);
    assert.deepEqual(awsServices.calls, []);
  }
});

test('without a way to the service it is 500, and the log says why', async () => {
  const awsServices = { accessTo: () => 'there is no endpoint for sqs' };
  const reply = await answer(planOf({ 'POST /': service('sqs:path/1/q') }, { awsServices }), { method: 'POST' });
  assert.deepEqual([reply.status, reply.body], [500, '{"message": "Internal server error"}']);
  assert.equal(reply.problem!.why, 'POST /: there is no endpoint for sqs');
});

test('a service that does not answer is 504', async () => {
  const upstream = {
    send: () => Promise.reject(gatewayProblem('INTEGRATION_TIMEOUT', 'late')),
    close: () => Promise.resolve(),
  };
  const plan = planOf({ 'POST /': service('sqs:path/1/q') }, { upstream, awsServices: servicesAt('http://h') });
  assert.equal((await answer(plan, { method: 'POST' })).status, 504);
});

test('no service, no role, and the caller’s own credentials are refused at deployment', () => {
  const complaintsAbout = (method: MethodInWords) => restComplaints(restSnapshot({ 'POST /': method }));
  const malformed = 'arn:aws:apigateway:us-east-1:sqs:queue/q';
  assert.deepEqual(complaintsAbout(service('', { uri: malformed })), [
    `POST /: the integration URI ${malformed} is no AWS service ARN`,
  ]);
  const { integration } = service('lambda:path/2015-03-31/functions/');
  const { credentials: _, ...withoutRole } = integration!;
  for (const roleless of [withoutRole, { ...withoutRole, credentials: '' }]) {
    assert.deepEqual(complaintsAbout({ integration: roleless }), [
      'POST /: Role ARN must be specified for AWS integrations',
    ]);
  }
  assert.deepEqual(complaintsAbout(service('sqs:path/1/q', { credentials: 'arn:aws:iam::*:user/*' })), [
    'POST /: calling the service with the caller’s own credentials is not built yet, so it is refused rather than skipped',
  ]);
});

test('another call of the Lambda API than an invocation is a service call like any', async () => {
  const sent = await sentFor('GET /', service('lambda:path/2015-03-31/functions/', { httpMethod: 'GET' }));
  assert.deepEqual([sent.call.service, sent.target], ['lambda', '/2015-03-31/functions/']);
});
