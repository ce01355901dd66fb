import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { assertRefused, makeApi, type RestControl, restControl } from '../../../test/support/rest-control.ts';
import { allowing, guardAnswering, guardUri, policyFor } from '../../plan/authorizers/authorizer-fixture.ts';
import { issuersOf, testIssuer } from '../../plan/authorizers/token-fixture.ts';
import { VerifiedTokens } from '../../plan/authorizers/verified-tokens.ts';
import type { CreateAuthorizerRequest, TestInvokeAuthorizerRequest } from '../../wire/generated/apigateway.ts';

const identitySource = 'method.request.header.Authorization';

async function tried(
  control: RestControl,
  authorizer: Omit<CreateAuthorizerRequest, 'restApiId' | 'name'>,
  input: Omit<TestInvokeAuthorizerRequest, 'restApiId' | 'authorizerId'> = {},
) {
  const { id: restApiId } = await makeApi(control);
  const { id } = await control.call('CreateAuthorizer', { restApiId, name: 'guard', ...authorizer });
  const answer = await control.call('TestInvokeAuthorizer', { restApiId, authorizerId: id!, ...input });
  const lines = answer.log!.trimEnd().split('\n');
  assert.equal(lines[0], 'Execution log for request test-request');
  for (const line of lines.slice(1)) assert.match(line, /^Thu Jan 01 00:00:00 UTC 2026 : /);
  return { ...answer, id: id!, restApiId, lines: lines.slice(1).map((line) => line.slice(31)) };
}

const tokenOf = (guard: ReturnType<typeof guardAnswering>) =>
  restControl({ tools: { functions: guard.functions, strictPermissions: true } });
const token = { type: 'TOKEN', authorizerUri: guardUri, identitySource } as const;

test('[V1-24] [V1-26] a TOKEN authorizer is really asked, undeployed, and answers with principal, policy and log', async () => {
  const policyDocument = policyFor('Deny');
  const guard = guardAnswering(allowing({ policyDocument, context: { a: 1 } }));
  const headers = { Authorization: 'my-secret-token' };
  const { clientStatus, latency, principalId, policy, claims, lines, id, restApiId } = await tried(
    tokenOf(guard),
    token,
    {
      headers,
    },
  );
  assert.equal(clientStatus, 0);
  assert.equal(typeof latency, 'number');
  assert.equal(principalId, 'ann');
  assert.deepEqual(JSON.parse(policy!), policyDocument);
  assert.equal(claims, undefined);
  const [event] = guard.events();
  assert.deepEqual(event, {
    type: 'TOKEN',
    methodArn: `arn:aws:execute-api:eu-central-1:123456789012:${restApiId}/ESTestInvoke-stage/GET/`,
    authorizationToken: 'my-secret-token',
  });
  const uri = `https://lambda.eu-central-1.amazonaws.com/2015-03-31/functions/${guard.asked[0]!.functionArn}/invocations`;
  const headerLine = lines.splice(3, 1)[0]!;
  assert.match(
    headerLine,
    /^Endpoint request headers: \{x-amzn-lambda-integration-tag=test-request, X-Amz-Date=20260101T/,
  );
  assert.ok(headerLine.includes(`/authorizers/${id}`));
  assert.deepEqual(lines, [
    `Starting authorizer: ${id} for request: test-request`,
    'Incoming identity: *********-token',
    `Endpoint request URI: ${uri}`,
    `Endpoint request body after transformations: ${guard.asked[0]!.payload}`,
    `Sending request to ${uri}`,
    `Authorizer result body before parsing: ${JSON.stringify(allowing({ policyDocument, context: { a: 1 } }))}`,
    'Using valid authorizer policy for principal: **n',
    'Successfully completed authorizer execution',
  ]);
});

test('[V1-24] a REQUEST authorizer sees headers, path, query and stage variables of the test', async () => {
  const guard = guardAnswering(allowing());
  const { clientStatus } = await tried(
    tokenOf(guard),
    {
      type: 'REQUEST',
      authorizerUri: guardUri.replace(':guard/', ':${stageVariables.name}/'),
      identitySource: 'method.request.header.a,method.request.querystring.b',
    },
    {
      headers: { a: 'alone', c: 'replaced' },
      multiValueHeaders: { C: ['1', '2'] },
      pathWithQueryString: '/pets/7?b=x',
      stageVariables: { name: 'guard' },
    },
  );
  assert.equal(clientStatus, 0);
  const [event] = guard.events() as [Record<string, Record<string, unknown>>];
  assert.equal(event['path'], '/pets/7');
  assert.deepEqual(event['queryStringParameters'], { b: 'x' });
  assert.deepEqual(event['stageVariables'], { name: 'guard' });
  assert.deepEqual(event['multiValueHeaders']!['C'], ['1', '2']);
  assert.equal(event['requestContext']!['stage'], 'ESTestInvoke-stage');
});

for (const [what, answer, clientStatus, line] of [
  ['no token', undefined, 401, /^Unauthorized request: test-request/],
  ['Unauthorized', new Error('Unauthorized'), 401, /^Unauthorized request: test-request/],
  ['a failure', new Error('broken'), 500, /configuration error: .*customer function error: broken/],
  ['an answer that is none', { principalId: 'a' }, 500, /configuration error: .*policyDocument is missing/],
] as const) {
  test(`[V1-24] ${what}: clientStatus ${clientStatus}, and the log says why`, async () => {
    const input = answer === undefined ? {} : { headers: { Authorization: 't' } };
    const found = await tried(tokenOf(guardAnswering(answer)), token, input);
    assert.equal(found.clientStatus, clientStatus);
    assert.equal(found.principalId, undefined);
    assert.ok(
      found.lines.some((each) => line.test(each)),
      found.log!,
    );
    if (clientStatus === 500) assert.equal(found.lines.at(-1), 'AuthorizerConfigurationException');
  });
}

test('[V1-24] [COG-08] a user pool’s ID token shows its claims; anything else is 401', async () => {
  const pool = await testIssuer('https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbCdEf123');
  const claims = { sub: 'ann-ann-ann', aud: 'client', token_use: 'id', exp: Date.UTC(2026, 0, 2) / 1000 };
  const authorizer = {
    type: 'COGNITO_USER_POOLS',
    providerARNs: ['arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_AbCdEf123'],
    identitySource,
  } as const;
  const control = () => restControl({ tools: { verifiedTokens: new VerifiedTokens(issuersOf(pool)) } });
  const Authorization = await pool.sign(claims);
  const good = await tried(control(), authorizer, { headers: { Authorization } });
  assert.equal(good.clientStatus, 0);
  assert.deepEqual(good.claims, { ...claims, iss: pool.issuer, exp: 'Fri Jan 02 00:00:00 UTC 2026' });
  const access = await pool.sign({ ...claims, token_use: 'access' });
  for (const headers of [{ Authorization: 'x.y.z' }, { Authorization: access }, {} as Record<string, string>]) {
    const bad = await tried(control(), authorizer, { headers });
    assert.equal(bad.clientStatus, 401);
    assert.equal(bad.claims, undefined);
  }
});

test('an authorizer or API that is not there is not found', async () => {
  const control = restControl();
  const { id: restApiId } = await makeApi(control);
  await assertRefused(
    control.call('TestInvokeAuthorizer', { restApiId, authorizerId: 'nosuch' }),
    'NotFoundException',
    'Invalid Authorizer identifier specified',
  );
});
