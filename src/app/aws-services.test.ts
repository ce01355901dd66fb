import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { ManualClock } from '../base/clock.ts';
import { Problem } from '../base/problem.ts';
import type { AwsServiceAccess, AwsServiceCall } from '../ports/aws-services.ts';
import { type Log, silentLog } from '../ports/telemetry.ts';
import { createAwsServices } from './aws-services.ts';
import { defaultSettings, type Settings } from './settings.ts';

const clock = new ManualClock();
const session = { accessKeyId: 'ASIA', secretAccessKey: 's', sessionToken: 't' };
const noRole = 'there is no such role';
const assumed: string[] = [];
/** Knows one role. */
const sessions: Parameters<typeof createAwsServices>[4] = {
  async assumeRole(request) {
    if (request.roleArn !== roleArn) throw new Problem('AccessDeniedException', '', { why: noRole });
    assumed.push(`${request.roleArn} by ${request.principal.names}`);
    return { ...session, expiresAtMs: clock.now() + 3_600_000 };
  },
};

const roleArn = 'arn:aws:iam::123456789012:role/api';
const realKeys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 'token' };

function accessTo(
  call: Partial<AwsServiceCall>,
  settings: Partial<Settings>,
  log: Log = silentLog,
): AwsServiceAccess | string {
  const services = createAwsServices(
    { ...defaultSettings, ...settings },
    () => 'http://localhost:4566',
    log,
    isOwn,
    sessions,
    clock,
  );
  const service = call.service ?? 'sqs';
  const awsHost = `${call.subdomain === undefined ? '' : `${call.subdomain}.`}${service}.us-east-1.amazonaws.com`;
  const account = '123456789012';
  const access = services.accessTo({
    service,
    subdomain: undefined,
    region: 'us-east-1',
    awsHost,
    account,
    roleArn,
    ...call,
  });
  assert.ok(!(access instanceof Promise));
  return access;
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
  const services = createAwsServices(settings, () => '', log, isOwn, sessions, clock);
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
});

test('in secure mode an API calls its own house as its role, assumed once an hour', async () => {
  const services = createAwsServices(
    { ...defaultSettings, mode: 'secure' },
    () => 'http://localhost:4566',
    silentLog,
    isOwn,
    sessions,
    clock,
  );
  const awsHost = 'lambda.us-east-1.amazonaws.com';
  const call = {
    service: 'lambda',
    subdomain: undefined,
    region: 'us-east-1',
    awsHost,
    account: '123456789012',
    roleArn,
  };
  for (let i = 0; i < 2; i++) {
    assert.deepEqual(await services.accessTo(call), { origin: 'http://localhost:4566', host: awsHost, keys: session });
  }
  assert.deepEqual(assumed, [`${roleArn} by apigateway.amazonaws.com`]);
  clock.advance(56 * 60_000);
  await services.accessTo(call);
  assert.equal(assumed.length, 2);
  assert.equal(await services.accessTo({ ...call, roleArn: `${roleArn}2` }), noRole);
});
