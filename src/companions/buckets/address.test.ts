import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { bucketAddress, isForS3 } from './address.ts';

const scope = (service: string): string =>
  `AWS4-HMAC-SHA256 Credential=a/20261127/us-east-1/${service}/aws4_request, SignedHeaders=host, Signature=0`;
const head = (host: string, path = '/', more: string[] = [], query = '') => ({
  method: 'GET',
  path,
  query,
  headers: ['Host', host, ...more],
});

test('a request is S3\u2019s by the scope of its signature, or by a host that says s3; nothing else is', () => {
  assert.equal(isForS3(head('localhost:4566', '/b/k', ['Authorization', scope('s3')])), true);
  assert.equal(
    isForS3(head('localhost:4566', '/b/k', [], 'X-Amz-Credential=a%2F20261127%2Fus-east-1%2Fs3%2Faws4_request')),
    true,
  );
  assert.equal(isForS3(head('localhost:4566', '/b/k', ['Authorization', 'AWS key:c2lnbmF0dXJl'])), true);
  for (const host of [
    's3.localhost',
    'b.s3.localhost:4566',
    'a.b.s3.eu-west-1.amazonaws.com',
    'b.s3-eu-west-1.amazonaws.com',
    's3.dualstack.us-east-1.amazonaws.com',
  ]) {
    assert.equal(isForS3(head(host)), true, host);
  }
  for (const host of [
    'localhost',
    's3',
    'b.localhost',
    'b.s3-website.localhost',
    'my-s3.example.com',
    'apigateway.us-east-1.amazonaws.com',
  ]) {
    assert.equal(isForS3(head(host)), false, host);
  }
  // The scope says it whatever the host is called.
  assert.equal(isForS3(head('s3.localhost', '/', ['Authorization', scope('execute-api')])), false);
});

test('bucket and key, by host and by path', () => {
  const of = (host: string, path: string): [string | undefined, string | undefined] | undefined => {
    const found = bucketAddress(head(host, path));
    return found && [found.bucket, found.key];
  };
  assert.deepEqual(of('s3.localhost', '/'), [undefined, undefined]);
  assert.deepEqual(of('localhost:4566', '/b'), ['b', undefined]);
  assert.deepEqual(of('localhost:4566', '/b/'), ['b', undefined]);
  assert.deepEqual(of('localhost:4566', '/b/a%20b//c'), ['b', 'a b//c']);
  assert.deepEqual(of('a.b.s3.us-east-1.amazonaws.com', '/k/'), ['a.b', 'k/']);
  assert.deepEqual(of('b.s3.localhost:4566', '/'), ['b', undefined]);
  assert.deepEqual(of('b.localhost:4566', '/k'), ['b', 'k']);
  assert.deepEqual(of('127.0.0.1:4566', '/b/k'), ['b', 'k']);
  assert.equal(of('localhost', '/b/%ff'), undefined);
});
