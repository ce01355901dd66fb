import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { contextVariable } from './context-variables.ts';
import { exchange, planOf } from './plan-fixture.ts';
import { requestTime } from './request-time.ts';

const stage = planOf({}).context;
const method = { resourceId: 'abc123', resourcePath: '/pets/{id}', operationName: 'getPet' };
const shown = (name: string) =>
  contextVariable(name, stage, method)?.(exchange({ path: '/pets/7', headers: ['User-Agent', 'curl'] }));

test('what a request knows of itself', () => {
  const expected = {
    accountId: '000000000000',
    apiId: 'a1b2c3d4e5',
    deploymentId: 'dep001',
    domainName: 'a1b2c3d4e5.execute-api.localhost',
    domainPrefix: 'a1b2c3d4e5',
    extendedRequestId: 'JJ1CUEWfoAMFzDA=',
    httpMethod: 'GET',
    'identity.sourceIp': '127.0.0.1',
    'identity.userAgent': 'curl',
    path: '/dev/pets/7',
    protocol: 'HTTP/1.1',
    requestId: '11111111-2222-4333-8444-555555555555',
    requestTime: '24/Sep/2026:20:16:28 +0000',
    requestTimeEpoch: 1_790_280_988_123,
    resourceId: 'abc123',
    resourcePath: '/pets/{id}',
    stage: 'dev',
  };
  assert.deepEqual(Object.fromEntries(Object.keys(expected).map((name) => [name, shown(name)])), expected);
});

test('[PRV-01] a request through a VPC endpoint tells of it and its VPC, any other of neither', () => {
  const x = exchange();
  const read = () => ['identity.vpceId', 'identity.vpcId'].map((name) => contextVariable(name, stage, method)!(x));
  assert.deepEqual(read(), [undefined, undefined]);
  const [id, vpcId] = ['vpce-0123456789abcdef0', 'vpc-0123456789abcdef0'];
  const rest = { accountId: undefined, policy: undefined, hasOwnListener: true, hasPrivateDns: true };
  x.request = { ...x.request, vpcEndpoint: { id, vpcId, ...rest } };
  assert.deepEqual(read(), [id, vpcId]);
});

test('[CAN-13] isCanaryRequest is there on a stage with a canary only, and tells which of the two answers', () => {
  const x = exchange();
  const read = (isCanary?: boolean) =>
    contextVariable('isCanaryRequest', { ...stage, ...(isCanary !== undefined && { isCanary }) }, method)?.(x);
  assert.deepEqual([read(true), read(false), read()], ['true', 'false', undefined]);
});

test('AWS’s other variables are known and empty, anything else is unknown', () => {
  for (const name of ['identity.caller', 'authorizer.principalId', 'error.message', 'wafResponseCode']) {
    assert.notEqual(contextVariable(name, stage, method), undefined, name);
    assert.equal(shown(name), undefined);
  }
  for (const name of ['', 'nothing', 'identity', 'requestid', 'identity.nobody']) {
    assert.equal(contextVariable(name, stage, method), undefined, name);
  }
});

test('[LPV1-06] request time is written in UTC, two digits each', () => {
  assert.equal(requestTime(Date.UTC(2026, 0, 2, 3, 4, 5)), '02/Jan/2026:03:04:05 +0000');
  assert.equal(requestTime(Date.UTC(2026, 0, 2, 3, 4, 6)), '02/Jan/2026:03:04:06 +0000');
});
