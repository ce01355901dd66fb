import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { AwsServiceCall } from '../ports/aws-services.ts';
import { type Log, silentLog } from '../ports/telemetry.ts';
import { createAwsServices } from './aws-services.ts';
import { defaultSettings, type Settings } from './settings.ts';

const roleArn = 'arn:aws:iam::123456789012:role/api';
const realKeys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'token' };

function accessTo(call: Partial<AwsServiceCall>, settings: Partial<Settings>, log: Log = silentLog) {
  const services = createAwsServices({ ...defaultSettings, ...settings }, () => 'http://localhost:4566', log);
  const service = call.service ?? 'sqs';
  const awsHost = `${call.subdomain === undefined ? '' : `${call.subdomain}.`}${service}.us-east-1.amazonaws.com`;
  const account = '123456789012';
  return services.accessTo({ service, subdomain: undefined, region: 'us-east-1', awsHost, account, roleArn, ...call });
}

const dev = { accessKeyId: '123456789012', secretAccessKey: 'test' };

test('a configured endpoint is reached with keys that name the account, or with those given', () => {
  const awsEndpoints = { sqs: 'http://127.0.0.1:9324' };
  const origin = 'http://127.0.0.1:9324';
  assert.deepEqual(accessTo({}, { awsEndpoints }), { origin, host: '127.0.0.1:9324', keys: dev });
  assert.deepEqual(accessTo({}, { awsEndpoints, awsKeys: realKeys }), {
    origin,
    host: '127.0.0.1:9324',
    keys: realKeys,
  });
});

test('[INT-09] a subdomain goes before the endpoint’s name; an address gets the name AWS has', () => {
  const hostAt = (s3: string) => {
    const access = accessTo({ service: 's3', subdomain: 'photos' }, { awsEndpoints: { s3 } });
    return typeof access === 'string' ? access : [access.origin, access.host];
  };
  assert.deepEqual(hostAt('http://s3.localhost:9000'), ['http://s3.localhost:9000', 'photos.s3.localhost:9000']);
  const awsName = 'photos.s3.us-east-1.amazonaws.com';
  assert.deepEqual(hostAt('http://127.0.0.1:9000'), ['http://127.0.0.1:9000', awsName]);
  assert.deepEqual(hostAt('http://[::1]:9000'), ['http://[::1]:9000', awsName]);
});

test('without an endpoint a service is real AWS, with this process’s keys; that the role is not assumed is told once', () => {
  const told: string[] = [];
  const log = { ...silentLog, warn: (message: string) => told.push(message) };
  const services = createAwsServices({ ...defaultSettings, awsKeys: realKeys }, () => '', log);
  const awsHost = 'sqs.us-east-1.amazonaws.com';
  const call = { service: 'sqs', subdomain: undefined, region: 'us-east-1', awsHost, account: '1', roleArn };
  for (let i = 0; i < 2; i++) {
    assert.deepEqual(services.accessTo(call), { origin: `https://${awsHost}`, host: awsHost, keys: realKeys });
  }
  assert.deepEqual(told, [
    `Calls to sqs are signed with this process's own AWS keys; the role ${roleArn} is not assumed`,
  ]);
});

test('with neither endpoint nor keys the sentence names both settings', () => {
  assert.equal(
    accessTo({}, {}),
    'there is no endpoint for sqs and no AWS keys: start with --aws-endpoint sqs=http://… (setting awsEndpoints), ' +
      'or with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY for real AWS',
  );
  assert.match(accessTo({ service: 'constructor' }, {}) as string, /no endpoint for constructor/);
});

test('in secure mode a service must be listed, be it real AWS', () => {
  const secure = { mode: 'secure', awsKeys: realKeys } as const;
  assert.equal(
    accessTo({}, secure),
    'in secure mode only services listed in awsEndpoints are called: list sqs, with https://sqs.us-east-1.amazonaws.com for real AWS',
  );
  const origin = 'https://sqs.us-east-1.amazonaws.com';
  const listed = accessTo({}, { ...secure, awsEndpoints: { sqs: origin } });
  assert.deepEqual(listed, { origin, host: 'sqs.us-east-1.amazonaws.com', keys: realKeys });
});

test('our own services are reached on our own endpoint, never with the keys of real AWS', () => {
  const own = { origin: 'http://localhost:4566', host: 'lambda.us-east-1.amazonaws.com' };
  assert.deepEqual(accessTo({ service: 'lambda' }, { awsKeys: realKeys }), { ...own, keys: dev });
  const key = { accessKeyId: 'AK', secretAccessKey: 's', account: '123456789012' };
  const secure = { mode: 'secure', credentials: [{ ...key, account: '999999999999' }, key] } as const;
  assert.deepEqual(accessTo({ service: 'lambda' }, secure), { ...own, keys: key });
  assert.match(
    accessTo({ service: 'lambda' }, { mode: 'secure' }) as string,
    /no access key of account 123456789012 is listed under "credentials"/,
  );
});
