import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { HeaderList } from '../base/headers.ts';
import { type HttpRequest, noBody } from '../base/http.ts';
import { publicCalls } from './public-calls.ts';
import { createService } from './service.ts';

const isPublicCall = publicCalls(
  (['apigateway', 'lambda', 'cloudwatch', 'cognito-idp', 'sts'] as const).map((model) =>
    createService({ model, handlers: {}, notBuilt: 'the rest' }),
  ),
);

const prefix = 'AWSCognitoIdentityProviderService.';

function call(target: string, { path = '/', query = '', headers = [] as HeaderList, method = 'POST' } = {}): boolean {
  const request: HttpRequest = {
    ...{ method, path, query, body: noBody, protocol: 'HTTP/1.1', secure: false, sourceIp: '127.0.0.1' },
    headers: ['Host', 'localhost:4566', 'X-Amz-Target', target, ...headers],
  };
  return isPublicCall(request);
}

test('an unsigned call of an operation that needs no key is public, every other one is not', () => {
  assert.equal(call(`${prefix}InitiateAuth`), true);
  assert.equal(call(`${prefix}InitiateAuth`, { headers: ['Authorization', 'AWS4-HMAC-SHA256 …'] }), false);
  assert.equal(call(`${prefix}InitiateAuth`, { method: 'PUT' }), false);
  for (const target of ['AdminInitiateAuth', 'CreateUserPool', 'Nothing']) {
    assert.equal(call(prefix + target), false, target);
  }
  assert.equal(isPublicCall({ ...({} as HttpRequest), method: 'POST', headers: [] }), false);
});

test('a public operation named beside the path, host or signature of another service opens nothing', () => {
  const target = `${prefix}InitiateAuth`;
  for (const path of ['/restapis', '/2015-03-31/functions']) assert.equal(call(target, { path }), false, path);
  const cbor = ['Smithy-Protocol', 'rpc-v2-cbor'];
  const putMetrics = '/service/GraniteServiceVersion20100801/operation/PutMetricData';
  assert.equal(call(target, { path: putMetrics, headers: cbor }), false);
  const scope = 'AKIA/20261127/us-east-1/lambda/aws4_request';
  assert.equal(call(target, { path: '/2015-03-31/functions', query: `X-Amz-Credential=${scope}` }), false);
  assert.equal(call(target, { query: `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${scope}` }), false);
  const ofAnotherHost: HttpRequest = {
    ...{ method: 'POST', path: '/', query: '', body: noBody, protocol: 'HTTP/1.1', secure: false, sourceIp: '::1' },
    headers: ['Host', 'sts.us-east-1.amazonaws.com', 'X-Amz-Target', target],
  };
  assert.equal(isPublicCall(ofAnotherHost), false);
});
