/** Lambda authorizers on the whole product: made through the SDK, real functions asked over real requests. */
import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';
import {
  CreateAuthorizerCommand,
  type CreateAuthorizerCommandInput,
  FlushStageAuthorizersCacheCommand,
  UpdateMethodCommand,
} from '@aws-sdk/client-api-gateway';
import { AddPermissionCommand } from '@aws-sdk/client-lambda';
import { type ApiUnderTest, createApi, createFunction, lambdaProxy, mock } from '../support/api-under-test.ts';
import { startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { ask, type PlainReply } from '../support/plain-http.ts';

/** Answers as its token says and counts its calls: each answer's context has their number. */
const guardSource = `
let calls = 0;
exports.handler = async (event) => {
  calls += 1;
  const said = event.authorizationToken ?? event.headers['X-Say'];
  if (said === 'unauthorized') throw new Error('Unauthorized');
  if (said === 'broken') throw new Error('a secret of the function');
  if (said === 'malformed') return { principalId: 'ann' };
  const Resource = said === 'only this' ? event.methodArn : event.methodArn.replace(/\\/dev\\/.*/, '/dev/*');
  return {
    principalId: 'ann',
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Action: 'execute-api:Invoke', Effect: said === 'deny' ? 'Deny' : 'Allow', Resource }],
    },
    context: { calls, yes: true, event: said === 'echo' ? JSON.stringify(event) : '' },
  };
};`;

let gatewright: TestGatewright;
let api: ApiUnderTest;

const uriOf = (functionArn: string): string =>
  `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${functionArn}/invocations`;

async function guardMethod(label: string, input: Omit<CreateAuthorizerCommandInput, 'restApiId'>): Promise<string> {
  const { id } = await gatewright.apigateway.send(new CreateAuthorizerCommand({ restApiId: api.id, ...input }));
  const patchOperations = [
    { op: 'replace', path: '/authorizationType', value: 'CUSTOM' },
    { op: 'replace', path: '/authorizerId', value: id! },
  ] as const;
  await gatewright.apigateway.send(
    new UpdateMethodCommand({ ...api.method(label), patchOperations: [...patchOperations] }),
  );
  return id!;
}

before(async () => {
  gatewright = await startTestGatewright({ strict: true });
  const guard = await createFunction(gatewright, 'guard', guardSource);
  const closed = await createFunction(gatewright, 'closed', guardSource);
  const echo = await createFunction(
    gatewright,
    'echo',
    'exports.handler = async (event) => ({ statusCode: 200, body: JSON.stringify(event.requestContext.authorizer) });',
  );
  api = await createApi(gatewright, {
    'GET /token': lambdaProxy(echo),
    'GET /other': lambdaProxy(echo),
    'POST /request/{id}': lambdaProxy(echo),
    'GET /closed': mock('{}'),
    'GET /open': mock('{}'),
  });
  const authorizerUri = uriOf(guard);
  const identitySource = 'method.request.header.Authorization';
  const byToken = await guardMethod('GET /token', { name: 'token', type: 'TOKEN', authorizerUri, identitySource });
  const patchOperations = [
    { op: 'replace', path: '/authorizationType', value: 'CUSTOM' },
    { op: 'replace', path: '/authorizerId', value: byToken },
  ] as const;
  await gatewright.apigateway.send(
    new UpdateMethodCommand({ ...api.method('GET /other'), patchOperations: [...patchOperations] }),
  );
  const byRequest = await guardMethod('POST /request/{id}', {
    ...{ name: 'request', type: 'REQUEST', authorizerUri, authorizerResultTtlInSeconds: 0 },
    identitySource: 'method.request.header.X-Say,method.request.querystring.who',
  });
  await guardMethod('GET /closed', { name: 'closed', type: 'TOKEN', authorizerUri: uriOf(closed), identitySource });
  for (const id of [byToken, byRequest]) await permit('guard', `authorizers/${id}`);
  await permit('echo', '*');
  await api.deploy('dev');
});

after(() => gatewright.close());

async function permit(name: string, what: string): Promise<void> {
  await gatewright.lambda.send(
    new AddPermissionCommand({
      FunctionName: name,
      StatementId: what.replace(/\W/g, '-'),
      Action: 'lambda:InvokeFunction',
      Principal: 'apigateway.amazonaws.com',
      SourceArn: `arn:aws:execute-api:us-east-1:000000000000:${api.id}/${what}`,
    }),
  );
}

const send = (path: string, token: string | undefined, more: { method?: string; headers?: string[] } = {}) =>
  ask({
    port: gatewright.port,
    path: new URL(api.url('dev', path)).pathname + (path.includes('?') ? path.slice(path.indexOf('?')) : ''),
    ...(more.method && { method: more.method }),
    headers: [...(token === undefined ? [] : ['Authorization', token]), ...(more.headers ?? [])],
  });

const authorizerOf = (reply: PlainReply): Record<string, unknown> => {
  assert.equal(reply.status, 200, reply.text);
  return reply.json as Record<string, unknown>;
};

test('[LA-01] [LA-09] the function is told the token and its context reaches the backend as strings', async () => {
  const { calls, yes, principalId, integrationLatency, event } = authorizerOf(await send('/token', 'echo'));
  assert.deepEqual([yes, principalId, typeof calls, typeof integrationLatency], ['true', 'ann', 'string', 'number']);
  assert.deepEqual(JSON.parse(String(event)), {
    type: 'TOKEN',
    methodArn: `arn:aws:execute-api:us-east-1:000000000000:${api.id}/dev/GET/token`,
    authorizationToken: 'echo',
  });
});

test('[LA-02] a REQUEST authorizer sees the whole request', async () => {
  const headers = ['X-Say', 'echo'];
  const reply = authorizerOf(await send('/request/7?who=ann&x=1', undefined, { method: 'POST', headers }));
  const event = JSON.parse(String(reply['event'])) as Record<string, unknown>;
  assert.deepEqual(
    [event['type'], event['resource'], event['path'], event['httpMethod'], event['pathParameters']],
    ['REQUEST', '/request/{id}', '/request/7', 'POST', { id: '7' }],
  );
  assert.deepEqual(event['queryStringParameters'], { who: 'ann', x: '1' });
  assert.deepEqual(event['stageVariables'], {});
});

test('[LA-03] [LA-06] [LA-07] every refusal has AWS’s status, type and body', async () => {
  const cases: [PlainReply, number, string, string][] = [
    [await send('/token', undefined), 401, 'UnauthorizedException', '{"message":"Unauthorized"}'],
    [await send('/token', 'unauthorized'), 401, 'UnauthorizedException', '{"message":"Unauthorized"}'],
    [
      await send('/token', 'deny'),
      403,
      'AccessDeniedException',
      '{"Message":"User is not authorized to access this resource with an explicit deny in an identity-based policy"}',
    ],
    [await send('/token', 'broken'), 500, 'AuthorizerConfigurationException', '{"message":null}'],
    [await send('/token', 'malformed'), 500, 'AuthorizerConfigurationException', '{"message":null}'],
    [await send('/closed', 'allow'), 500, 'AuthorizerConfigurationException', '{"message":null}'],
    [
      await send('/request/7', undefined, { method: 'POST', headers: ['X-Say', 'allow'] }),
      ...([401, 'UnauthorizedException', '{"message":"Unauthorized"}'] as const),
    ],
  ];
  for (const [reply, status, type, body] of cases) {
    assert.equal(reply.status, status);
    assert.equal(reply.text, body);
    assert.deepEqual(reply.all('x-amzn-ErrorType'), [type]);
    assert.deepEqual(
      reply.rawHeaders.filter((_, i) => i % 2 === 0),
      [
        'Date',
        'Content-Type',
        'Content-Length',
        'Connection',
        'x-amzn-RequestId',
        'x-amzn-ErrorType',
        'x-amz-apigw-id',
      ],
    );
  }
  assert.ok(gatewright.complaints.every((complaint) => !complaint.includes('unexpected')));
});

test('[LA-08] one call serves all methods until the caches are flushed; a kept narrow policy refuses the others', async () => {
  const first = authorizerOf(await send('/token', 'first'));
  const second = authorizerOf(await send('/other', 'first'));
  assert.equal(second['calls'], first['calls']);
  assert.equal(second['integrationLatency'], 0);
  await gatewright.apigateway.send(new FlushStageAuthorizersCacheCommand({ restApiId: api.id, stageName: 'dev' }));
  assert.notEqual(authorizerOf(await send('/token', 'first'))['calls'], first['calls']);

  assert.equal((await send('/token', 'only this')).status, 200);
  const refused = await send('/other', 'only this');
  assert.equal(refused.status, 403);
  assert.equal(
    refused.text,
    '{"Message":"User is not authorized to access this resource because no identity-based policy allows the execute-api:Invoke action"}',
  );
});

test('[LA-11] a function that permits the API’s methods but not its authorizer is not asked', async () => {
  await permit('closed', '*/GET/closed');
  assert.equal((await send('/closed', 'allow')).status, 500);
  assert.equal((await send('/open', undefined)).status, 200);
});
