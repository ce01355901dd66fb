import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { AwsServiceCall } from '../ports/aws-services.ts';
import { type Log, silentLog } from '../ports/telemetry.ts';
import { createAwsServices } from './aws-services.ts';
import { defaultSettings, type Settings } from './settings.ts';

const roleArn = 'arn:aws:iam::123456789012:role/api';
const realKeys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'token' };

function accessTo(call: Partial<AwsServiceCall>, settings: Partial<Settings>, log: Log = silentLog) {
  const services = createAwsServices({ ...defaultSettings, ...settings }, () => 'http://localhost:4566', log, isOwn);
  const service = call.service ?? 'sqs';
  const awsHost = `${call.subdomain === undefined ? '' : `${call.subdomain}.`}${service}.us-east-1.amazonaws.com`;
  const account = '123456789012';
  return services.accessTo({ service, subdomain: undefined, region: 'us-east-1', awsHost, account, roleArn, ...call });
}

const isOwn = (name: string): boolean => ['lambda', 'apigateway', 'execute-api'].includes(name);

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

const realSqs = 'https://sqs.us-east-1.amazonaws.com';
const realAccess = { origin: realSqs, host: 'sqs.us-east-1.amazonaws.com', keys: realKeys };

test('real AWS is reached where it is listed, with this process’s keys; that the role is not assumed is told once', () => {
  const told: string[] = [];
  const log = { ...silentLog, warn: (message: string) => told.push(message) };
  const settings = { ...defaultSettings, awsEndpoints: { sqs: realSqs }, environmentKeys: realKeys };
  const services = createAwsServices(settings, () => '', log, isOwn);
  const awsHost = 'sqs.us-east-1.amazonaws.com';
  const call = { service: 'sqs', subdomain: undefined, region: 'us-east-1', awsHost, account: '1', roleArn };
  for (let i = 0; i < 2; i++) assert.deepEqual(services.accessTo(call), realAccess);
  assert.deepEqual(told, [
    `Calls to sqs are signed with this process's own AWS keys; the role ${roleArn} is not assumed`,
  ]);
  assert.deepEqual(accessTo({}, { awsEndpoints: { sqs: realSqs }, awsKeys: realKeys }), realAccess);
  assert.match(
    accessTo({}, { awsEndpoints: { sqs: realSqs } }) as string,
    /^there are no keys for sqs at https:.*: start with AWS_ACCESS_KEY_ID/,
  );
});

test('having AWS keys is not enough to call real AWS, in neither mode: the service must be listed', () => {
  const refusal =
    'there is no endpoint for sqs: start with --aws-endpoint sqs=http://… (setting awsEndpoints), ' +
    'or sqs=https://sqs.us-east-1.amazonaws.com for real AWS';
  for (const mode of ['dev', 'secure'] as const) {
    assert.equal(accessTo({}, { mode }), refusal);
    assert.equal(accessTo({}, { mode, environmentKeys: realKeys, awsKeys: realKeys }), refusal);
  }
  assert.match(accessTo({ service: 's3', subdomain: 'photos' }, {}) as string, / s3=https:\/\/s3\.us-east-1\.amazon/);
  assert.match(accessTo({ service: 'constructor' }, {}) as string, /no endpoint for constructor/);
});

test('keys of the environment go to AWS and nowhere else', () => {
  const elsewhere = [
    ...['http://127.0.0.1:9324', 'http://sqs.us-east-1.amazonaws.com', 'https://sqs.example.com'],
    ...['https://amazonaws.com.example', 'https://xamazonaws.com'],
  ];
  for (const sqs of elsewhere) {
    const access = accessTo({}, { awsEndpoints: { sqs }, environmentKeys: realKeys });
    assert.deepEqual(typeof access === 'string' ? access : access.keys, dev, sqs);
  }
});

test('our own services are reached on our own endpoint, never with the keys of real AWS', () => {
  const own = { origin: 'http://localhost:4566', host: 'lambda.us-east-1.amazonaws.com' };
  assert.deepEqual(accessTo({ service: 'lambda' }, { awsKeys: realKeys }), { ...own, keys: dev });
  assert.deepEqual(accessTo({ service: 'lambda' }, { environmentKeys: realKeys }), { ...own, keys: dev });
  const key = { accessKeyId: 'AK', secretAccessKey: 's', account: '123456789012' };
  const secure = { mode: 'secure', credentials: [{ ...key, account: '999999999999' }, key] } as const;
  assert.deepEqual(accessTo({ service: 'lambda' }, secure), { ...own, keys: key });
  assert.match(
    accessTo({ service: 'lambda' }, { mode: 'secure' }) as string,
    /no access key of account 123456789012 is listed under "credentials"/,
  );
});
