import { strict as assert } from 'node:assert';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { ManualClock } from '../base/clock.ts';
import { upstreamAnswering } from '../plan/plan-fixture.ts';
import type { AwsServiceAccess, AwsServiceCall } from '../ports/aws-services.ts';
import type { UpstreamReply } from '../ports/upstream.ts';
import { createTruststores } from './truststores.ts';

const asked = { version: undefined, account: '123456789012', region: 'eu-west-1' };
const access: AwsServiceAccess = {
  origin: 'http://127.0.0.1:9000',
  host: 's3.eu-west-1.amazonaws.com',
  keys: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' },
};

function reading(
  answer: Partial<Omit<UpstreamReply, 'body'>> & { body?: string },
  way: AwsServiceAccess | string = access,
) {
  const upstream = upstreamAnswering(answer);
  const calls: AwsServiceCall[] = [];
  const awsServices = {
    accessTo(call: AwsServiceCall) {
      calls.push(call);
      return way;
    },
  };
  return {
    ...{ upstream, calls },
    truststores: createTruststores({ awsServices, upstream, clock: new ManualClock(), bucketFolders: {} }),
  };
}

test('[DOM-16] a truststore is read from S3, signed, by its version where one is named', async () => {
  const { truststores, upstream, calls } = reading({ body: 'PEM' });
  assert.deepEqual(await truststores.read({ ...asked, bucket: 'trust', key: 'a b/c(1).pem' }), { pem: 'PEM' });
  assert.deepEqual(await truststores.read({ ...asked, bucket: 'trust', key: 'x.pem', version: 'v+1' }), { pem: 'PEM' });
  assert.deepEqual(
    upstream.sent.map(({ origin, method, target }) => `${method} ${origin}${target}`),
    ['GET http://127.0.0.1:9000/trust/a%20b/c%281%29.pem', 'GET http://127.0.0.1:9000/trust/x.pem?versionId=v%2B1'],
  );
  for (const { headers } of upstream.sent) {
    assert.equal(headers[headers.indexOf('Host') + 1], access.host);
    assert.ok(headers.some((each) => /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/.*\/eu-west-1\/s3\//.test(each)));
  }
  assert.equal(calls[0]!.service, 's3');
  assert.equal(calls[0]!.account, asked.account);
});

test('what stands between us and S3 is told: no way there, another answer, no answer', async () => {
  const object = { ...asked, bucket: 'trust', key: 'x.pem' };
  const noWay = reading({}, 'the setting awsEndpoints names no s3');
  assert.deepEqual(await noWay.truststores.read(object), { failure: 'the setting awsEndpoints names no s3' });
  assert.equal(noWay.upstream.sent.length, 0);
  const gone = reading({ status: 404, body: '<Code>NoSuchKey</Code>' });
  assert.deepEqual(await gone.truststores.read(object), {
    failure: 'S3 at http://127.0.0.1:9000 answered 404: <Code>NoSuchKey</Code>',
  });
  const silent = reading({});
  silent.upstream.send = () => Promise.reject(new Error('connect ECONNREFUSED'));
  assert.deepEqual(await silent.truststores.read(object), {
    failure: 'S3 at http://127.0.0.1:9000: connect ECONNREFUSED',
  });
});

describe('a folder that stands for a bucket', () => {
  const root = mkdtempSync(join(tmpdir(), 'gatewright-truststores-'));
  const folder = join(root, 'bucket');
  mkdirSync(join(folder, 'ca'), { recursive: true });
  writeFileSync(join(folder, 'ca/trust.pem'), 'PEM');
  writeFileSync(join(root, 'secret.pem'), 'SECRET');
  const { awsServices, upstream } = { awsServices: { accessTo: () => 'no s3' }, upstream: upstreamAnswering() };
  const truststores = createTruststores({
    ...{ awsServices, upstream, clock: new ManualClock() },
    bucketFolders: { trust: folder },
  });

  test('gives its files, and none beside it', async (t) => {
    t.after(() => rmSync(root, { recursive: true }));
    const read = (key: string) => truststores.read({ ...asked, bucket: 'trust', key });
    assert.deepEqual(await read('ca/trust.pem'), { pem: 'PEM' });
    assert.deepEqual(await read('ca/../ca/trust.pem'), { pem: 'PEM' });
    for (const key of ['../secret.pem', 'ca/../../secret.pem', join(root, 'secret.pem'), '..']) {
      assert.deepEqual(await read(key), { failure: `${key} leads out of ${folder}` }, key);
    }
    assert.match(JSON.stringify(await read('none.pem')), /ENOENT/);
  });

  test('stands for that bucket alone', async () => {
    assert.deepEqual(await truststores.read({ ...asked, bucket: 'toString', key: 'x' }), { failure: 'no s3' });
  });
});
