import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { Exchange } from '../exchange.ts';
import { planTools } from '../plan-fixture.ts';
import { httpContextVariable } from './context-variables.ts';
import { httpExchange, httpPlanOf, httpProxyTo, httpSnapshot, httpStage } from './http-plan-fixture.ts';
import type { RouteScope } from './route-scope.ts';

const key = 'GET /pets/{id}';
const stage = { stageName: 'beta' };
const plan = httpPlanOf({ [key]: httpProxyTo('http://b') }, {}, stage);
const live = httpStage(httpSnapshot({ [key]: httpProxyTo('http://b') }), stage);
const scope: RouteScope = {
  label: key,
  verb: 'GET',
  path: '/pets/{id}',
  route: live.snapshot.routes[0]!,
  live,
  api: live.snapshot.api,
  stage: plan.context,
  tools: planTools(),
  complain: (what) => assert.fail(what),
};

function read(name: string, found: Partial<Exchange> = {}): string | number | undefined {
  const headers = ['Host', 'a1b2c3d4e5.execute-api.localhost', 'User-Agent', 'curl/8.5.0'];
  const reader = httpContextVariable(name, scope);
  assert.ok(reader !== undefined, name);
  return reader(Object.assign(httpExchange(plan, { path: '/pets/a%20b?x=1', headers }), found));
}

test('what a request is, as HTTP APIs tell it', () => {
  for (const [name, value] of [
    ['accountId', '000000000000'],
    ['apiId', 'a1b2c3d4e5'],
    ['domainName', 'a1b2c3d4e5.execute-api.localhost'],
    ['domainPrefix', 'a1b2c3d4e5'],
    ['httpMethod', 'GET'],
    ['routeKey', key],
    ['path', '/beta/pets/a b'],
    ['protocol', 'HTTP/1.1'],
    ['stage', 'beta'],
    ['requestId', 'JJ1CUEWfoAMFzDA='],
    ['extendedRequestId', 'JJ1CUEWfoAMFzDA='],
    ['requestTime', '24/Sep/2026:20:16:28 +0000'],
    ['requestTimeEpoch', 1_790_280_988],
    ['identity.sourceIp', '127.0.0.1'],
    ['identity.userAgent', 'curl/8.5.0'],
    ['resourcePath', undefined],
    ['status', undefined],
    ['integration.latency', undefined],
    ['error.message', undefined],
  ] as const) {
    assert.equal(read(name), value, name);
  }
});

test('who called: claims, the context of a function, a signed caller', () => {
  const result = {
    principalId: 'ann',
    context: {},
    claims: null,
    scopes: null,
    usageIdentifierKey: undefined,
    latencyMs: -1,
  };
  const token = { authorizer: { ...result, claims: { sub: 'ann', 'cognito:groups': 'a b' } } };
  assert.equal(read('authorizer.claims.sub', token), 'ann');
  assert.equal(read('authorizer.claims.cognito:groups', token), 'a b');
  assert.equal(read('authorizer.claims.toString', token), undefined);
  assert.equal(read('authorizer.claims', token), undefined);
  const lambda = { authorizer: { ...result, context: { key: 'value', numKey: 1, boolKey: true } } };
  assert.equal(read('authorizer.principalId', lambda), 'ann');
  assert.equal(read('authorizer.numKey', lambda), '1');
  assert.equal(read('authorizer.boolKey', lambda), 'true');
  assert.equal(read('authorizer.key'), undefined);
  const caller = {
    accessKey: 'AKIDEXAMPLE',
    accountId: '123456789012',
    caller: 'AIDA1',
    user: 'AIDA1',
    userArn: 'arn:aws:iam::123456789012:user/ann',
    principalOrgId: undefined,
    cognito: null,
  };
  assert.equal(read('identity.userArn', { caller }), caller.userArn);
  assert.equal(read('identity.cognitoIdentityId', { caller }), undefined);
  assert.equal(read('identity.userArn'), undefined);
});

test('a name HTTP APIs do not know has no reader', () => {
  for (const name of ['nothing', 'resourceId', 'identity.apiKey', 'deploymentId', 'authorizer', 'toString']) {
    assert.equal(httpContextVariable(name, scope), undefined, name);
  }
});
