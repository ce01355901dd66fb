import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { ManualClock } from '../base/clock.ts';
import type { HttpReply } from '../base/http.ts';
import { Problem } from '../base/problem.ts';
import { silentLog } from '../ports/telemetry.ts';
import { createEndpoint } from './endpoint.ts';
import { serviceOf } from './service.ts';
import { compileModel } from './service-model.ts';
import { headerRecord } from './testing/sdk-request.ts';

/** An excerpt of a user pool service. */
const model = compileModel('pools', {
  metadata: {
    protocol: 'json',
    jsonVersion: '1.1',
    targetPrefix: 'PoolService',
    endpointPrefix: 'cognito-idp',
    serviceId: 'Pools',
    apiVersion: '2016-04-18',
  },
  operations: {
    CreatePool: {
      name: 'CreatePool',
      http: { method: 'POST', requestUri: '/' },
      input: { shape: 'CreatePoolRequest' },
      output: { shape: 'Pool' },
    },
    DeletePool: {
      name: 'DeletePool',
      http: { method: 'POST', requestUri: '/' },
      input: { shape: 'DeletePoolRequest' },
    },
    SignUp: { name: 'SignUp', http: { method: 'POST', requestUri: '/' }, authtype: 'none' },
  },
  shapes: {
    Name: { type: 'string', min: 1, max: 8 },
    Time: { type: 'timestamp' },
    Names: { type: 'list', member: { shape: 'Name' } },
    CreatePoolRequest: {
      type: 'structure',
      required: ['PoolName'],
      members: { PoolName: { shape: 'Name' }, Aliases: { shape: 'Names' }, At: { shape: 'Time' } },
    },
    DeletePoolRequest: { type: 'structure', members: {} },
    Pool: { type: 'structure', members: { Id: { shape: 'Name' }, CreationDate: { shape: 'Time' } } },
    UserNotFoundException: { type: 'structure', exception: true, members: { message: { shape: 'Name' } } },
    InternalErrorException: {
      type: 'structure',
      exception: true,
      fault: true,
      members: { message: { shape: 'Name' } },
    },
  },
});

const seen: unknown[] = [];
const endpoint = createEndpoint({
  services: [
    serviceOf(model, {
      CreatePool(input: unknown) {
        seen.push(input);
        return { Id: 'p1', CreationDate: 1_700_000_000_500 };
      },
      DeletePool() {
        throw new Problem('UserNotFoundException', 'User does not exist.');
      },
      SignUp() {
        throw new Problem('InternalErrorException', 'Later');
      },
    }),
  ],
  clock: new ManualClock(),
  newRequestId: () => 'request-1',
  log: silentLog,
  mode: 'dev',
});

const call = (target: string, body: string): Promise<HttpReply> =>
  endpoint({
    method: 'POST',
    path: '/',
    query: '',
    headers: ['Host', 'localhost', 'X-Amz-Target', target, 'Content-Type', 'application/x-amz-json-1.1'],
    body: Buffer.from(body),
    protocol: 'HTTP/1.1',
    secure: false,
    sourceIp: '127.0.0.1',
  });

test('the target names the operation, times are epoch seconds with fractions', async () => {
  const reply = await call('PoolService.CreatePool', '{"PoolName":"a","Aliases":["b"],"At":1700000000.5,"Other":1}');
  assert.equal(reply.status, 200);
  assert.equal(reply.body, '{"Id":"p1","CreationDate":1700000000.5}');
  assert.equal(headerRecord(reply)['content-type'], 'application/x-amz-json-1.1');
  assert.equal(headerRecord(reply)['x-amzn-requestid'], 'request-1');
  assert.deepEqual(seen.at(-1), { PoolName: 'a', Aliases: ['b'], At: 1_700_000_000_500 });
});

test('a failure is a 400 with its kind in the body, a fault a 500', async () => {
  const missing = await call('PoolService.DeletePool', '{}');
  assert.equal(missing.status, 400);
  assert.equal(missing.body, '{"__type":"UserNotFoundException","message":"User does not exist."}');
  assert.equal((await call('PoolService.SignUp', '')).status, 500);
});

test('validation and unreadable bodies are refused like everywhere else', async () => {
  const invalid = await call('PoolService.CreatePool', '{"PoolName":"much too long"}');
  assert.deepEqual(JSON.parse(invalid.body.toString()), {
    __type: 'ValidationException',
    message:
      "1 validation error detected: Value 'much too long' at 'poolName' failed to satisfy constraint: Member must have length less than or equal to 8",
  });
  for (const body of ['{', '[]', '1']) {
    assert.equal(
      JSON.parse((await call('PoolService.CreatePool', body)).body.toString()).__type,
      'SerializationException',
    );
  }
});

test('an unknown target is an unknown operation', async () => {
  const reply = await call('PoolService.Nothing', '{}');
  assert.equal(reply.status, 400);
  assert.equal(JSON.parse(reply.body.toString()).__type, 'UnknownOperationException');
});

test('in secure mode only an operation without authorization may be called unsigned', async () => {
  const secure = createEndpoint({
    services: [serviceOf(model, { SignUp: () => undefined, DeletePool: () => undefined })],
    clock: new ManualClock(),
    newRequestId: () => 'request-1',
    log: silentLog,
    mode: 'secure',
    credentials: { accessKey: () => undefined },
  });
  const ask = async (target: string): Promise<number> =>
    (
      await secure({
        method: 'POST',
        path: '/',
        query: '',
        headers: ['X-Amz-Target', target],
        body: Buffer.from('{}'),
        protocol: 'HTTP/1.1',
        secure: false,
        sourceIp: '127.0.0.1',
      })
    ).status;
  assert.equal(await ask('PoolService.SignUp'), 200);
  assert.equal(await ask('PoolService.DeletePool'), 400);
});
