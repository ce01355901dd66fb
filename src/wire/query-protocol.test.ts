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

/** An excerpt of an identity service. */
const model = compileModel('identities', {
  metadata: {
    protocol: 'query',
    endpointPrefix: 'iam',
    serviceId: 'Identities',
    apiVersion: '2010-05-08',
    xmlNamespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
  },
  operations: {
    CreateUser: {
      name: 'CreateUser',
      http: { method: 'POST', requestUri: '/' },
      input: { shape: 'CreateUserRequest' },
      output: { shape: 'CreateUserResponse', resultWrapper: 'CreateUserResult' },
    },
    DeleteUser: { name: 'DeleteUser', http: { method: 'POST', requestUri: '/' } },
  },
  shapes: {
    Text: { type: 'string' },
    Number: { type: 'integer' },
    Flag: { type: 'boolean' },
    Time: { type: 'timestamp' },
    Tag: { type: 'structure', required: ['Key'], members: { Key: { shape: 'Text' }, Value: { shape: 'Text' } } },
    Tags: { type: 'list', member: { shape: 'Tag' } },
    Labels: { type: 'map', key: { shape: 'Text' }, value: { shape: 'Number' } },
    Flat: { type: 'list', member: { shape: 'Text', locationName: 'Part' }, flattened: true },
    CreateUserRequest: {
      type: 'structure',
      required: ['UserName'],
      members: {
        UserName: { shape: 'Text' },
        Tags: { shape: 'Tags' },
        Labels: { shape: 'Labels' },
        Parts: { shape: 'Flat' },
        Wanted: { shape: 'Flag' },
      },
    },
    User: {
      type: 'structure',
      members: {
        UserName: { shape: 'Text' },
        CreateDate: { shape: 'Time' },
        Tags: { shape: 'Tags' },
        Labels: { shape: 'Labels' },
        Parts: { shape: 'Flat' },
      },
    },
    CreateUserResponse: { type: 'structure', members: { User: { shape: 'User' } } },
    NoSuchEntityException: {
      type: 'structure',
      exception: true,
      error: { code: 'NoSuchEntity', httpStatusCode: 404 },
      members: { message: { shape: 'Text' } },
    },
  },
});

let seen: unknown;
const endpoint = createEndpoint({
  services: [
    serviceOf(model, {
      CreateUser(input: Record<string, unknown>) {
        seen = input;
        return { User: { ...input, CreateDate: 1_700_000_000_000, UserName: `<${input['UserName']}>&\u0000` } };
      },
      DeleteUser() {
        throw new Problem('NoSuchEntityException', 'The user with name a&b cannot be found.');
      },
    }),
  ],
  clock: new ManualClock(),
  newRequestId: () => 'request-1',
  log: silentLog,
  mode: 'dev',
});

const call = (form: string | Buffer): Promise<HttpReply> =>
  endpoint({
    method: 'POST',
    path: '/',
    query: '',
    headers: ['Host', 'localhost', 'Content-Type', 'application/x-www-form-urlencoded; charset=utf-8'],
    body: Buffer.from(form),
    protocol: 'HTTP/1.1',
    secure: false,
    sourceIp: '127.0.0.1',
  });

test('dotted and numbered names make structures, lists and maps; the answer is XML', async () => {
  const reply = await call(
    'Action=CreateUser&Version=2010-05-08&UserName=a%20b+c&Wanted=true' +
      '&Tags.member.2.Key=k2&Tags.member.10.Key=k10&Tags.member.1.Key=k1&Tags.member.1.Value=v1' +
      '&Labels.entry.1.key=one&Labels.entry.1.value=1&Part.1=x&Part.2=y',
  );
  assert.deepEqual(seen, {
    UserName: 'a b c',
    Wanted: true,
    Tags: [{ Key: 'k1', Value: 'v1' }, { Key: 'k2' }, { Key: 'k10' }],
    Labels: { one: 1 },
    Parts: ['x', 'y'],
  });
  assert.equal(reply.status, 200);
  assert.equal(headerRecord(reply)['content-type'], 'text/xml');
  assert.equal(
    reply.body,
    '<CreateUserResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><CreateUserResult><User>' +
      '<UserName>&lt;a b c&gt;&amp;\ufffd</UserName><CreateDate>2023-11-14T22:13:20Z</CreateDate>' +
      '<Tags><member><Key>k1</Key><Value>v1</Value></member><member><Key>k2</Key></member><member><Key>k10</Key></member></Tags>' +
      '<Labels><entry><key>one</key><value>1</value></entry></Labels><Part>x</Part><Part>y</Part>' +
      '</User></CreateUserResult><ResponseMetadata><RequestId>request-1</RequestId></ResponseMetadata></CreateUserResponse>',
  );
});

test('a failure carries its error code, not the name of its shape', async () => {
  const reply = await call('Action=DeleteUser&Version=2010-05-08');
  assert.equal(reply.status, 404);
  assert.equal(
    reply.body,
    '<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type><Code>NoSuchEntity</Code>' +
      '<Message>The user with name a&amp;b cannot be found.</Message></Error><RequestId>request-1</RequestId></ErrorResponse>',
  );
});

test('an unknown action, no action, and names or bytes that are no form are refused', async () => {
  const codeOf = async (form: string | Buffer): Promise<string | undefined> =>
    /<Code>(.*?)<\/Code>/.exec((await call(form)).body.toString())?.[1];
  assert.equal(await codeOf('Action=Nothing&Version=2010-05-08'), 'InvalidAction');
  assert.equal(await codeOf('x=y'), 'MissingAuthenticationToken');
  assert.equal(await codeOf('Action=CreateUser'), 'ValidationError');
  assert.equal(await codeOf(`Action=CreateUser&UserName=a&${'a.'.repeat(100_000)}=1`), 'MalformedInput');
  assert.equal(await codeOf('Action=CreateUser&UserName=a&Wanted=maybe'), 'MalformedInput');
  assert.equal(await codeOf('Action=CreateUser&UserName=a&Labels.entry.1.key=x'), 'MalformedInput');
  assert.equal(
    await codeOf(Buffer.concat([Buffer.from('Action=CreateUser&UserName='), Buffer.from([0xff])])),
    'MalformedInput',
  );
});
