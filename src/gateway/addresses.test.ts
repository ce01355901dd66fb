import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { addressOf, addressThroughEndpoint, type InvokeAddress } from './addresses.ts';

const at = (host: string, path: string) => addressOf({ path, headers: ['Accept', '*/*', 'hOsT', host] });

function invoke(host: string, path: string): InvokeAddress {
  const address = at(host, path);
  assert.ok(address.kind === 'invoke', `${host} ${path} is ${address.kind}`);
  return address;
}

const parts = ({ apiId, stage, path, contextPath }: InvokeAddress) => [apiId, stage, path, contextPath];

test('[EP-01] any host {apiId}.execute-api.{anything} names an API', () => {
  for (const domain of ['localhost', 'localhost.localstack.cloud', 'us-east-1.amazonaws.com', 'example.org']) {
    for (const port of ['', ':4566']) {
      const address = invoke(`abc123.execute-api.${domain}${port}`, '/prod/pets/1');
      assert.deepEqual(parts(address), ['abc123', 'prod', '/pets/1', '/prod/pets/1']);
      assert.equal(address.domainName, `abc123.execute-api.${domain}`);
      assert.equal(address.domainPrefix, 'abc123');
    }
  }
});

test('host names do not regard case', () => {
  assert.deepEqual(parts(invoke('ABC123.Execute-API.Localhost', '/prod/x')), ['abc123', 'prod', '/x', '/prod/x']);
});

test('the first segment is the stage, what follows the path; the stage alone is the root', () => {
  const host = 'abc.execute-api.localhost';
  assert.deepEqual(parts(invoke(host, '/prod')), ['abc', 'prod', '/', '/prod']);
  assert.deepEqual(parts(invoke(host, '/prod/')), ['abc', 'prod', '/', '/prod/']);
  assert.deepEqual(parts(invoke(host, '/prod//a//')), ['abc', 'prod', '//a//', '/prod//a//']);
  assert.deepEqual(parts(invoke(host, '/')), ['abc', '', '/', '/']);
});

test('a doubled slash before the stage is tolerated (recorded)', () => {
  assert.deepEqual(parts(invoke('abc.execute-api.localhost', '//prod/x')), ['abc', 'prod', '/x', '//prod/x']);
});

test('the stage is decoded, the path below it is not', () => {
  const host = 'abc.execute-api.localhost';
  assert.deepEqual(parts(invoke(host, '/pr%6Fd/a%2Fb')), ['abc', 'prod', '/a%2Fb', '/pr%6Fd/a%2Fb']);
  assert.equal(invoke(host, '/a%2Fb/c').stage, 'a/b');
  assert.equal(invoke(host, '/%ff/c').stage, '%ff');
});

test('on the host of an API every path is the API’s, those of our own pages too', () => {
  assert.deepEqual(parts(invoke('abc.execute-api.localhost', '/_/health')), ['abc', '_', '/health', '/_/health']);
  assert.equal(invoke('abc.execute-api.localhost', '/restapis/x/y/_user_request_').stage, 'restapis');
});

test('[EP-01] the path can name API and stage on any host', () => {
  for (const prefix of ['/_aws/execute-api', '/execute-api', '/ws']) {
    assert.deepEqual(parts(invoke('localhost:4566', `${prefix}/abc/prod/pets`)), [
      'abc',
      'prod',
      '/pets',
      '/prod/pets',
    ]);
    assert.deepEqual(parts(invoke('localhost', `${prefix}/abc/prod`)), ['abc', 'prod', '/', '/prod']);
    assert.equal(invoke('localhost', `${prefix}/abc`).stage, '');
    assert.equal(invoke('127.0.0.1:4566', `${prefix}/abc/prod/x`).domainName, '127.0.0.1');
    assert.equal(invoke('[::1]:4566', `${prefix}/abc/prod/x`).domainName, '[::1]');
    assert.equal(invoke('[::1]', `${prefix}/abc/prod/x`).domainName, '[::1]');
  }
});

test('[EP-01] /restapis/{id}/{stage}/_user_request_ invokes; every other /restapis path is an AWS call', () => {
  const base = '/restapis/abc/prod/_user_request_';
  assert.deepEqual(parts(invoke('localhost', `${base}/pets/1`)), ['abc', 'prod', '/pets/1', '/prod/pets/1']);
  assert.deepEqual(parts(invoke('localhost', base)), ['abc', 'prod', '/', '/prod']);
  assert.deepEqual(parts(invoke('localhost', `${base}/`)), ['abc', 'prod', '/', '/prod/']);
  for (const path of [
    '/restapis',
    '/restapis/abc',
    '/restapis/abc/stages/prod',
    `${base}x`,
    '/restapis/abc/_user_request_',
  ]) {
    assert.equal(at('localhost', path).kind, 'service', path);
  }
});

test('our own pages and their two aliases are known; what is left is an AWS call', () => {
  for (const path of ['/_/health', '/_/plans/a/b', '/_', '/_localstack/health', '/_localstack/state/reset']) {
    assert.equal(at('localhost:4566', path).kind, 'admin', path);
  }
  for (const path of [
    '/',
    '/_localstack/init',
    '/_aws/lambda',
    '/_x',
    '/2015-03-31/functions',
    '/execute-apis/x',
    '/v2/apis',
  ]) {
    assert.equal(at('apigateway.us-east-1.amazonaws.com', path).kind, 'service', path);
  }
  assert.equal(addressOf({ path: '/restapis', headers: [] }).kind, 'service');
  // A page's own calls.
  assert.equal(addressOf({ path: '/', headers: ['Host', 'localhost', 'Sec-Fetch-Dest', 'empty'] }).kind, 'service');
  for (const [path, kind] of [
    ['/', 'admin'],
    ['/restapis', 'service'],
  ] as const) {
    assert.equal(addressOf({ path, headers: ['Host', 'localhost', 'Sec-Fetch-Dest', 'document'] }).kind, kind);
    assert.equal(addressOf({ path, headers: ['Host', '10.0.0.7', 'Upgrade-Insecure-Requests', '1'] }).kind, kind);
  }
  assert.equal(at('execute-api.us-east-1.amazonaws.com', '/prod').kind, 'service');
});

test('[PRV-04] a host can name an API with its VPC endpoint, and its id stays whole', () => {
  const alias = invoke('01234567ab-vpce-01234567abcdef012.execute-api.us-west-2.amazonaws.com', '/test/pets');
  assert.deepEqual(parts(alias), ['01234567ab', 'test', '/pets', '/test/pets']);
  assert.deepEqual(alias.vpcEndpoint, { id: 'vpce-01234567abcdef012', isAlias: true });
  assert.equal(alias.domainPrefix, '01234567ab-vpce-01234567abcdef012');
  for (const id of ['my-vpce-api', 'a-vpce-', 'vpce-shop', 'a-vpce-0123456']) {
    const address = invoke(`${id}.execute-api.localhost`, '/test');
    assert.deepEqual([address.apiId, address.vpcEndpoint], [id, undefined]);
  }
});

test('[PRV-01] on the DNS name of a VPC endpoint the header names the API, on the host of an API it says nothing', () => {
  const dnsName = 'vpce-01234567abcdef012-01234567-us-west-2a.execute-api.us-west-2.vpce.amazonaws.com';
  const request = (host: string, apiId?: string) => ({
    path: '/test/pets',
    headers: ['Host', host, ...(apiId === undefined ? [] : ['X-Apigw-Api-Id', apiId])],
  });
  const address = addressOf(request(dnsName, 'abc')) as InvokeAddress;
  assert.deepEqual(parts(address), ['abc', 'test', '/pets', '/test/pets']);
  assert.deepEqual(address.vpcEndpoint, { id: 'vpce-01234567abcdef012', isAlias: false });
  assert.equal((addressOf(request(dnsName)) as InvokeAddress).apiId, '');
  assert.equal((addressOf(request('xyz.execute-api.localhost', 'abc')) as InvokeAddress).apiId, 'xyz');
  assert.equal(addressOf(request('localhost', 'abc')).kind, 'service', 'but for clients of a VPC endpoint');
  assert.equal(addressThroughEndpoint(request('internal.example', 'abc'))?.apiId, 'abc');
  assert.equal(addressThroughEndpoint(request('xyz.execute-api.localhost', 'abc'))?.apiId, 'xyz');
  assert.equal(addressThroughEndpoint(request('internal.example')), undefined);
});
