/** First-class AWS services of HTTP APIs on the whole product, against small servers that answer only what is signed right. */
import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';
import type { Echo } from '../support/backends.ts';
import { startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { createHttpApi, type HttpApiUnderTest, type RouteUnderTest } from '../support/http-api-under-test.ts';
import { type SignedService, signedService } from '../support/signed-services.ts';

const keys = {
  accessKeyId: 'ASIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG',
  sessionToken: 'token/with+signs=',
};

let gatewright: TestGatewright;
let api: HttpApiUnderTest;
const services = new Map<string, SignedService>();

const subtype = (IntegrationSubtype: string, RequestParameters: Record<string, string>, more = {}): RouteUnderTest => ({
  IntegrationType: 'AWS_PROXY',
  IntegrationSubtype,
  PayloadFormatVersion: '1.0',
  CredentialsArn: 'arn:aws:iam::000000000000:role/api',
  RequestParameters,
  ...more,
});

const queue = { QueueUrl: 'https://sqs.us-east-1.amazonaws.com/000000000000/orders' };
const machine = { StateMachineArn: 'arn:aws:states:us-east-1:000000000000:stateMachine:orders' };

before(async () => {
  for (const service of ['events', 'sqs', 'appconfig', 'kinesis', 'states']) {
    const started = await signedService(service, keys, (request, response) => {
      const isRefused = request.body.includes('refuse');
      response.writeHead(isRefused ? 400 : 200, {
        'Content-Type': 'application/x-amz-json-1.0',
        'x-amzn-RequestId': 'r-1',
      });
      response.end(isRefused ? '{"__type":"ValidationException"}' : `{"from":"${service}"}`);
    });
    services.set(service, started);
  }
  gatewright = await startTestGatewright({
    awsKeys: keys,
    awsEndpoints: Object.fromEntries([...services].map(([name, { origin }]) => [name, origin])),
  });
  api = await createHttpApi(
    gatewright,
    {
      'POST /events': subtype('EventBridge-PutEvents', {
        ...{
          Detail: '$request.body.detail',
          DetailType: '${request.header.kind}!',
          Source: 'shop',
          Time: '2026-01-01T00:00:00Z',
        },
        ...{ EventBusName: '$stageVariables.bus', Resources: 'a, b', TraceHeader: '$request.header.none' },
      }),
      'POST /send': subtype('SQS-SendMessage', {
        ...queue,
        MessageBody: '$request.body',
        MessageGroupId: '$request.querystring.group',
        DelaySeconds: '5',
        MessageAttributes: '{"color":{"DataType":"String","StringValue":"blue"}}',
      }),
      'GET /receive': subtype('SQS-ReceiveMessage', { ...queue, MaxNumberOfMessages: '10', AttributeNames: '["All"]' }),
      'DELETE /message/{handle}': subtype('SQS-DeleteMessage', { ...queue, ReceiptHandle: '$request.path.handle' }),
      'DELETE /queue': subtype('SQS-PurgeQueue', { ...queue, Region: 'eu-west-1' }),
      'GET /configuration/{name}': subtype('AppConfig-GetConfiguration', {
        Application: 'shop',
        Environment: '$context.stage',
        Configuration: '$request.path.name',
        ClientId: '$context.identity.sourceIp',
      }),
      'POST /records': subtype('Kinesis-PutRecord', {
        StreamName: 'clicks',
        Data: '$request.body',
        PartitionKey: '$context.requestId',
      }),
      'POST /start': subtype('StepFunctions-StartExecution', { ...machine, Name: 'n1', Input: '$request.body' }),
      'POST /start-sync': subtype('StepFunctions-StartSyncExecution', { ...machine, Input: '$request.body' }),
      'POST /stop': subtype(
        'StepFunctions-StopExecution',
        { ExecutionArn: '$request.body.arn', Cause: 'asked', Error: 'Stopped' },
        {
          ResponseParameters: {
            '200': { 'overwrite:statuscode': '202', 'append:header.x-aws': '$response.header.x-amzn-requestid' },
          },
        },
      ),
    },
    {},
    { StageVariables: { bus: 'orders' } },
  );
});

after(async () => {
  api.client.destroy();
  await gatewright.close();
  for (const service of services.values()) await service.close();
});

/** What a service got for one request, which it answered. */
async function sentTo(service: string, path: string, init: RequestInit = {}): Promise<Echo> {
  const reply = await fetch(api.url(path), init);
  const { received, refusals } = services.get(service)!;
  assert.deepEqual([reply.status, await reply.text()], [200, `{"from":"${service}"}`], String(refusals));
  return received.at(-1)!;
}

const post = (body: string, headers = {}): RequestInit => ({ method: 'POST', body, headers });
const formOf = ({ body }: Echo) => Object.fromEntries(new URLSearchParams(body));

test('[AWSI-01] [AWSI-02] [AWSI-05] EventBridge-PutEvents: one entry, a parameter without a value left out', async () => {
  const sent = await sentTo('events', '/events', post('{"detail":{"order":7}}', { kind: 'placed' }));
  assert.equal(sent.headers['x-amz-target'], 'AWSEvents.PutEvents');
  assert.equal(sent.headers['content-type'], 'application/x-amz-json-1.1');
  assert.deepEqual(JSON.parse(sent.body), {
    Entries: [
      {
        Detail: '{"order":7}',
        DetailType: 'placed!',
        Source: 'shop',
        EventBusName: 'orders',
        Time: 1767225600,
        Resources: ['a', 'b'],
      },
    ],
  });
});

test('[AWSI-01] [AWSI-03] SQS-SendMessage, -ReceiveMessage, -DeleteMessage and -PurgeQueue', async () => {
  const sent = await sentTo('sqs', '/send?group=g%201', post('{"a":"é&b"}'));
  assert.equal(sent.url, '/000000000000/orders');
  assert.deepEqual(formOf(sent), {
    Action: 'SendMessage',
    Version: '2012-11-05',
    ...queue,
    MessageBody: '{"a":"é&b"}',
    DelaySeconds: '5',
    MessageGroupId: 'g 1',
    'MessageAttribute.1.Name': 'color',
    'MessageAttribute.1.Value.DataType': 'String',
    'MessageAttribute.1.Value.StringValue': 'blue',
  });
  const received = formOf(await sentTo('sqs', '/receive'));
  assert.deepEqual(
    [received['Action'], received['MaxNumberOfMessages'], received['AttributeName.1']],
    ['ReceiveMessage', '10', 'All'],
  );
  const deleted = formOf(await sentTo('sqs', '/message/a%2Fb', { method: 'DELETE' }));
  assert.deepEqual([deleted['Action'], deleted['ReceiptHandle']], ['DeleteMessage', 'a/b']);
  const purged = await sentTo('sqs', '/queue', { method: 'DELETE' });
  assert.equal(formOf(purged)['Action'], 'PurgeQueue');
  assert.match(purged.headers['authorization']!, /\/eu-west-1\/sqs\/aws4_request/);
});

test('[AWSI-01] [AWSI-04] AppConfig-GetConfiguration is a GET with everything in its address', async () => {
  const { method, url } = await sentTo('appconfig', '/configuration/a%20b');
  assert.equal(method, 'GET');
  assert.match(url, /^\/applications\/shop\/environments\/%24default\/configurations\/a%20b\?client_id=[\d.%A-F:]+$/);
});

test('[AWSI-01] [AWSI-04] Kinesis-PutRecord: the data is bytes, so it travels as base64', async () => {
  const sent = await sentTo('kinesis', '/records', post('a click'));
  assert.equal(sent.headers['x-amz-target'], 'Kinesis_20131202.PutRecord');
  const record = JSON.parse(sent.body) as Record<string, string>;
  assert.deepEqual(Object.keys(record), ['StreamName', 'PartitionKey', 'Data']);
  assert.equal(Buffer.from(record['Data']!, 'base64').toString(), 'a click');
});

test('[AWSI-01] [AWSI-04] StepFunctions-StartExecution, -StartSyncExecution and -StopExecution', async () => {
  const started = await sentTo('states', '/start', post('{"order":7}'));
  assert.equal(started.headers['x-amz-target'], 'AWSStepFunctions.StartExecution');
  assert.deepEqual(JSON.parse(started.body), {
    stateMachineArn: machine.StateMachineArn,
    name: 'n1',
    input: '{"order":7}',
  });
  const sync = await sentTo('states', '/start-sync', post('{}'));
  assert.equal(sync.headers['x-amz-target'], 'AWSStepFunctions.StartSyncExecution');
  const reply = await fetch(api.url('/stop'), post('{"arn":"arn:x"}'));
  assert.deepEqual([reply.status, reply.headers.get('x-aws')], [202, 'r-1']);
  const { headers, body } = services.get('states')!.received.at(-1)!;
  assert.equal(headers['x-amz-target'], 'AWSStepFunctions.StopExecution');
  assert.deepEqual(JSON.parse(body), { executionArn: 'arn:x', cause: 'asked', error: 'Stopped' });
});

test('[AWSI-06] a JSON path sees the first 100 KB of a body: what is behind it is left out', async () => {
  const sent = await sentTo('events', '/events', post(JSON.stringify({ detail: 'x', filler: 'y'.repeat(150_000) })));
  const [entry] = (JSON.parse(sent.body) as { Entries: Record<string, unknown>[] }).Entries;
  assert.equal(entry!['Detail'], undefined);
});

test('[AWSI-07] the service’s own refusal comes back with its status and body', async () => {
  const reply = await fetch(api.url('/start'), post('refuse'));
  assert.deepEqual([reply.status, await reply.text()], [400, '{"__type":"ValidationException"}']);
});

test('[AWSI-01] nothing was refused for its signature', () => {
  for (const [name, { refusals }] of services) assert.deepEqual(refusals, [], name);
});
