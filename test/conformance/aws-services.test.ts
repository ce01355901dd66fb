/** AWS service integrations on the whole product: SQS, Step Functions, DynamoDB and S3 as small servers that answer only what is signed right. */
import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';
import { UpdateStageCommand } from '@aws-sdk/client-api-gateway';
import { type ApiUnderTest, createApi, createFunction, type MethodUnderTest, mock } from '../support/api-under-test.ts';
import type { Echo } from '../support/backends.ts';
import { startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { type SignedService, signedService } from '../support/signed-services.ts';

const keys = {
  accessKeyId: 'ASIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG',
  sessionToken: 'token/with+signs=',
};
const role = 'arn:aws:iam::000000000000:role/api';

let gatewright: TestGatewright;
let api: ApiUnderTest;
let services: Record<'sqs' | 'states' | 'dynamodb' | 's3' | 'kinesis' | 'sns', SignedService>;

const ok: MethodUnderTest['responses'] = [{ statusCode: '200' }];

function aws(uri: string, more: Partial<MethodUnderTest> = {}): MethodUnderTest {
  return {
    type: 'AWS',
    verb: 'POST',
    uri: `arn:aws:apigateway:us-east-1:${uri}`,
    credentials: role,
    responses: ok,
    ...more,
  };
}

const textOf = (request: Echo): string => Buffer.from(request.body, 'latin1').toString();

/** Both protocols SQS speaks: query, answered in XML or as Accept asks in JSON, and JSON with a target. */
function startSqs(): Promise<SignedService> {
  return signedService('sqs', keys, (request, response) => {
    const type = request.headers['content-type'];
    if (request.headers['x-amz-target'] === 'AmazonSQS.SendMessage' && type === 'application/x-amz-json-1.0') {
      const { MessageBody } = JSON.parse(request.body) as { MessageBody: string };
      response.setHeader('Content-Type', type).end(JSON.stringify({ MessageId: `json ${MessageBody}` }));
      return;
    }
    const url = new URL(request.url, 'http://sqs');
    const form = new URLSearchParams(type === 'application/x-www-form-urlencoded' ? request.body : url.search);
    if (form.get('Action') !== 'SendMessage') {
      response.writeHead(400, { 'Content-Type': 'text/xml' }).end('<ErrorResponse/>');
      return;
    }
    const result = { MessageId: `${url.pathname} ${form.get('MessageBody')}` };
    const answer = { SendMessageResponse: { SendMessageResult: result } };
    if (request.headers['accept'] !== 'application/json') response.setHeader('Content-Type', 'text/xml').end('<x/>');
    else response.setHeader('Content-Type', 'application/json').end(JSON.stringify(answer));
  });
}

function startStepFunctions(): Promise<SignedService> {
  return signedService('states', keys, (request, response) => {
    const type = 'application/x-amz-json-1.0';
    const { input, stateMachineArn } = JSON.parse(request.body) as Record<string, string>;
    if (
      request.headers['x-amz-target'] !== 'AWSStepFunctions.StartExecution' ||
      !stateMachineArn?.endsWith(':orders')
    ) {
      const error = { __type: 'com.amazonaws.swf.service.v2.model#StateMachineDoesNotExist', message: 'none' };
      response.writeHead(400, { 'Content-Type': type }).end(JSON.stringify(error));
      return;
    }
    const executionArn = `arn:aws:states:us-east-1:000000000000:execution:orders:${JSON.parse(input!).id}`;
    response.setHeader('Content-Type', type).end(JSON.stringify({ executionArn, startDate: 1.5 }));
  });
}

function startDynamoDb(): Promise<SignedService> {
  const items = new Map<string, unknown>();
  return signedService('dynamodb', keys, (request, response) => {
    response.setHeader('Content-Type', 'application/x-amz-json-1.0');
    const { Item, Key } = JSON.parse(textOf(request)) as Record<'Item' | 'Key', Record<string, { S: string }>>;
    switch (request.headers['x-amz-target']) {
      case 'DynamoDB_20120810.PutItem':
        items.set(Item['id']!.S, Item);
        return void response.end('{}');
      case 'DynamoDB_20120810.GetItem':
        return void response.end(JSON.stringify({ Item: items.get(Key['id']!.S) }));
      default:
        response.writeHead(400).end('{"__type":"com.amazon.coral.service#UnknownOperationException"}');
    }
  });
}

function startS3(): Promise<SignedService> {
  const objects = new Map<string, { body: string; type: string }>();
  return signedService('s3', keys, (request, response) => {
    const { host } = request.headers;
    const bucket = host!.endsWith('.s3.us-east-1.amazonaws.com') ? `/${host!.split('.')[0]}` : '';
    const key = `${bucket}${decodeURIComponent(request.url)}`;
    if (request.method === 'PUT') {
      objects.set(key, { body: request.body, type: request.headers['content-type']! });
      response.setHeader('ETag', '"e1"').end();
      return;
    }
    const object = objects.get(key);
    if (object === undefined) {
      response.writeHead(404, { 'Content-Type': 'application/xml' }).end('<Error><Code>NoSuchKey</Code></Error>');
    } else response.setHeader('Content-Type', object.type).end(Buffer.from(object.body, 'latin1'));
  });
}

/** Answers with the record as bytes, so that a test sees what the base64 stood for. */
function startKinesis(): Promise<SignedService> {
  return signedService('kinesis', keys, (request, response) => {
    response.setHeader('Content-Type', request.headers['content-type']!);
    const { Data, StreamName } = JSON.parse(request.body) as Record<string, string>;
    const target = request.headers['x-amz-target'];
    response.end(JSON.stringify({ SequenceNumber: `${target} ${StreamName} ${Buffer.from(Data!, 'base64')}` }));
  });
}

function startSns(): Promise<SignedService> {
  return signedService('sns', keys, (request, response) => {
    const query = new URL(request.url, 'http://sns').searchParams;
    const MessageId = ['Action', 'TopicArn', 'Message'].map((name) => query.get(name)).join(' ');
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify({ PublishResponse: { MessageId } }));
  });
}

const keyOfPath = { 'integration.request.path.key': 'method.request.path.proxy' };
const s3Responses: MethodUnderTest['responses'] = [
  {
    statusCode: '200',
    responseParameters: {
      'method.response.header.Content-Type': 'integration.response.header.Content-Type',
      'method.response.header.ETag': 'integration.response.header.ETag',
    },
  },
  {
    statusCode: '404',
    selectionPattern: '404',
    responseTemplates: { 'application/json': '{"message":"no such key"}' },
  },
];

const methods: Record<string, MethodUnderTest> = {
  'GET /queue/action': aws('sqs:action/SendMessage', {
    requestParameters: {
      'integration.request.querystring.MessageBody': 'method.request.querystring.text',
      'integration.request.querystring.QueueUrl': "'http%3A%2F%2Fsqs%2F000000000000%2Fq'",
    },
    responses: [
      {
        statusCode: '200',
        responseParameters: {
          'method.response.header.X-Message':
            'integration.response.body.SendMessageResponse.SendMessageResult.MessageId',
        },
        responseTemplates: { 'application/json': '{"queued":true}' },
      },
    ],
  }),
  'POST /queue/form': aws('sqs:path/000000000000/{queue}', {
    requestParameters: {
      'integration.request.path.queue': "'orders'",
      'integration.request.header.Content-Type': "'application/x-www-form-urlencoded'",
    },
    requestTemplates: { 'application/json': 'Action=SendMessage&MessageBody=$util.urlEncode($input.body)' },
  }),
  'POST /queue/json': aws('sqs:path/', {
    requestParameters: {
      'integration.request.header.Content-Type': "'application/x-amz-json-1.0'",
      'integration.request.header.X-Amz-Target': "'AmazonSQS.SendMessage'",
    },
  }),
  'GET /queue/unknown': aws('sqs:action/Dance', {
    responses: [{ statusCode: '200' }, { statusCode: '502', selectionPattern: '4\\d\\d' }],
  }),
  'POST /orders': aws('states:action/StartExecution', {
    requestTemplates: {
      'application/json':
        '{"input": "$util.escapeJavaScript($input.json(\'$\'))", "stateMachineArn": "arn:aws:states:us-east-1:000000000000:stateMachine:$stageVariables.machine"}',
    },
    responses: [
      {
        statusCode: '202',
        responseTemplates: {
          'application/json': '{"execution":"$input.path(\'$.executionArn\').split(\':\').get(7)"}',
        },
      },
      {
        statusCode: '404',
        selectionPattern: '400',
        responseTemplates: { 'application/json': '{"message":$input.json(\'$.message\')}' },
      },
    ],
  }),
  'PUT /items/{id}': aws('dynamodb:action/PutItem', {
    requestTemplates: {
      'application/json':
        '{"TableName":"items","Item":{"id":{"S":"$input.params(\'id\')"},"name":{"S":$input.json(\'$.name\')}}}',
    },
  }),
  'GET /items/{id}': aws('dynamodb:path/', {
    requestParameters: {
      'integration.request.header.X-Amz-Target': "'DynamoDB_20120810.GetItem'",
      'integration.request.header.Content-Type': "'application/x-amz-json-1.0'",
    },
    requestTemplates: { 'application/json': '{"TableName":"items","Key":{"id":{"S":"$input.params(\'id\')"}}}' },
    responses: [
      { statusCode: '200', responseTemplates: { 'application/json': '{"name":$input.json(\'$.Item.name.S\')}' } },
    ],
  }),
  'PUT /files/{proxy+}': aws('s3:path/photos/{key}', {
    verb: 'PUT',
    requestParameters: {
      ...keyOfPath,
      'integration.request.header.Content-Type': 'method.request.header.Content-Type',
    },
    responses: s3Responses,
  }),
  'GET /files/{proxy+}': aws('s3:path/photos/{key}', {
    verb: 'GET',
    requestParameters: keyOfPath,
    responses: s3Responses,
  }),
  'GET /bucket/{proxy+}': aws('photos.s3:path/{key}', {
    verb: 'GET',
    requestParameters: keyOfPath,
    responses: s3Responses,
  }),
  'PUT /records/{key}': aws('kinesis:action/PutRecord', {
    requestTemplates: {
      'application/json':
        '{"StreamName":"rides","Data":"$util.base64Encode($input.json(\'$.data\'))","PartitionKey":"$input.params(\'key\')"}',
    },
  }),
  'POST /news': aws('sns:action/Publish', {
    requestParameters: {
      'integration.request.querystring.TopicArn': "'arn:aws:sns:us-east-1:000000000000:news'",
      'integration.request.querystring.Message': 'method.request.querystring.text',
    },
  }),
  'GET /topics': aws('sns:action/ListTopics'),
  'GET /functions': aws('lambda:path/2015-03-31/functions/', { verb: 'GET' }),
  'GET /forbidden': aws('sqs:path/', { requestParameters: { 'integration.request.header.TE': "'trailers'" } }),
};

before(async () => {
  const [sqs, states, dynamodb, s3, kinesis, sns] = await Promise.all([
    startSqs(),
    startStepFunctions(),
    startDynamoDb(),
    startS3(),
    startKinesis(),
    startSns(),
  ]);
  services = { sqs, states, dynamodb, s3, kinesis, sns };
  gatewright = await startTestGatewright({
    awsEndpoints: Object.fromEntries(Object.entries(services).map(([name, { origin }]) => [name, origin])),
    awsKeys: keys,
  });
  api = await createApi(gatewright, methods, { binaryMediaTypes: ['image/png'] });
  await api.deploy('s', { variables: { machine: 'orders' } });
});

after(async () => {
  await gatewright?.close();
  await Promise.all(Object.values(services ?? {}).map((service) => service.close()));
});

async function call(method: string, path: string, body?: string | Buffer, type = 'application/json') {
  const response = await fetch(api.url('s', path), {
    method,
    headers: { 'Content-Type': type, Accept: type },
    ...(body !== undefined && { body }),
  });
  return { status: response.status, headers: response.headers, body: Buffer.from(await response.arrayBuffer()) };
}

async function assertAnswer(reply: ReturnType<typeof call>, status: number, body: string): Promise<void> {
  const { status: got, body: bytes } = await reply;
  const refused = Object.values(services).flatMap(({ refusals }) => refusals);
  assert.deepEqual([got, bytes.toString(), refused], [status, body, []]);
}

test('[INT-06] SQS by action: the message in the query, its id from the answer’s JSON', async () => {
  const reply = await call('GET', '/queue/action?text=a%20%26%20b%2B');
  assert.deepEqual([reply.status, reply.body.toString()], [200, '{"queued":true}']);
  assert.equal(reply.headers.get('x-message'), '/ a & b+');
  assert.deepEqual(services.sqs.refusals, []);
});

test('[INT-06] [AWSI-08] SQS by path with a form, as the AWS tutorials build it', async () => {
  await assertAnswer(
    call('POST', '/queue/form', '{"order":"ü & 1"}'),
    200,
    '{"SendMessageResponse":{"SendMessageResult":{"MessageId":"/000000000000/orders {\\"order\\":\\"ü & 1\\"}"}}}',
  );
});

test('[INT-06] SQS in JSON: target and content type mapped, the client’s body as it is', async () => {
  await assertAnswer(call('POST', '/queue/json', '{"MessageBody":"hi"}'), 200, '{"MessageId":"json hi"}');
});

test('[INT-25] the status of the service picks the integration response', async () => {
  await assertAnswer(call('GET', '/queue/unknown'), 502, '<ErrorResponse/>');
});

test('[INT-06] Step Functions by action: the target is the gateway’s doing, the answer goes through a template', async () => {
  await assertAnswer(call('POST', '/orders', '{"id":"o-1"}'), 202, '{"execution":"o-1"}');
  const { restApiId } = api.method('POST /orders');
  const setMachine = (value: string) =>
    gatewright.apigateway.send(
      new UpdateStageCommand({
        restApiId,
        stageName: 's',
        patchOperations: [{ op: 'replace', path: '/variables/machine', value }],
      }),
    );
  await setMachine('gone');
  await assertAnswer(call('POST', '/orders', '{"id":"o-2"}'), 404, '{"message":"none"}');
  await setMachine('orders');
});

test('[INT-06] [AWSI-09] DynamoDB: written by action, read by a mapped target', async () => {
  await assertAnswer(call('PUT', '/items/7', '{"name":"Rex \\"R\\" ü"}'), 200, '{}');
  await assertAnswer(call('GET', '/items/7'), 200, '{"name":"Rex \\"R\\" ü"}');
  assert.equal(services.dynamodb.received[0]!.url, '/?Action=PutItem');
});

test('[INT-06] [AWSI-09] Kinesis by action takes the base64 of a template, SNS by action the query of mappings', async () => {
  await assertAnswer(
    call('PUT', '/records/7', '{"data":{"km":4}}'),
    200,
    '{"SequenceNumber":"Kinesis_20131202.PutRecord rides {\\"km\\":4}"}',
  );
  await assertAnswer(
    call('POST', '/news?text=caf%C3%A9%20%26%20bar'),
    200,
    '{"PublishResponse":{"MessageId":"Publish arn:aws:sns:us-east-1:000000000000:news café & bar"}}',
  );
});

test('[INT-06] [INT-09] [AWSI-09] S3 keeps bytes under keys with slashes and spaces, by path and by subdomain', async () => {
  const bytes = Buffer.from([137, 80, 255, 0]);
  const put = await call('PUT', '/files/2026/my%20cat%20(1).png', bytes, 'image/png');
  assert.deepEqual([put.status, put.headers.get('etag'), services.s3.refusals], [200, '"e1"', []]);
  for (const place of ['files', 'bucket']) {
    const got = await call('GET', `/${place}/2026/my%20cat%20(1).png`, undefined, 'image/png');
    assert.deepEqual([got.status, got.headers.get('content-type'), services.s3.refusals], [200, 'image/png', []]);
    assert.deepEqual(got.body, bytes);
  }
  assert.deepEqual(
    services.s3.received.slice(-2).map(({ url, headers }) => [headers['host'], url]),
    [
      [`127.0.0.1:${services.s3.port}`, '/photos/2026/my%20cat%20%281%29.png'],
      ['photos.s3.us-east-1.amazonaws.com', '/2026/my%20cat%20%281%29.png'],
    ],
  );
  await assertAnswer(call('GET', '/files/none'), 404, '{"message":"no such key"}');
});

test('mapping TE is 500, and the service hears nothing', async () => {
  const before = services.sqs.connections();
  await assertAnswer(call('GET', '/forbidden'), 500, '{"message": "Internal server error"}');
  assert.equal(services.sqs.connections(), before);
});

test('our own Lambda API is a service too, without a setting', async () => {
  await createFunction(gatewright, 'listed', 'exports.handler = async () => 1');
  const { status, body } = await call('GET', '/functions');
  assert.equal(status, 200);
  const { Functions } = JSON.parse(body.toString()) as { Functions: { FunctionName: string }[] };
  assert.deepEqual(
    Functions.map(({ FunctionName }) => FunctionName),
    ['listed'],
  );
});

test('our user pools are a service too, by action and its target', async () => {
  const users = await createApi(gatewright, {
    'POST /pools': aws('cognito-idp:action/ListUserPools', {
      requestParameters: { 'integration.request.header.Content-Type': "'application/x-amz-json-1.1'" },
      requestTemplates: { 'application/json': '{"MaxResults": 5}' },
    }),
  });
  await users.deploy('s');
  const reply = await fetch(users.url('s', '/pools'), { method: 'POST' });
  assert.deepEqual([reply.status, await reply.json()], [200, { UserPools: [] }]);
});

test('[INT-09] another API is a service too, by its id before execute-api', async () => {
  const inner = await createApi(gatewright, { 'GET /hello': mock('{"from":"inner"}') });
  await inner.deploy('t');
  const outer = await createApi(gatewright, {
    'GET /': aws(`${inner.id}.execute-api:path/t/hello`, { verb: 'GET' }),
  });
  await outer.deploy('s');
  const response = await fetch(outer.url('s', '/'));
  assert.deepEqual([response.status, await response.text()], [200, '{"from":"inner"}']);
});

test('an override sets the target and the path, never the host or the signature', async () => {
  const overrides =
    '#set($context.requestOverride.header.X-Amz-Target = "AmazonSQS.SendMessage")' +
    '#set($context.requestOverride.header.Content-Type = "application/x-amz-json-1.0")' +
    '#set($context.requestOverride.header.Host = "elsewhere")' +
    '#set($context.requestOverride.header.X-Amz-Date = "20000101T000000Z")' +
    '#set($context.requestOverride.path.queue = "chosen")';
  const queue = await createApi(gatewright, {
    'POST /': aws('sqs:path/{queue}', {
      requestParameters: { 'integration.request.path.queue': "'mapped'" },
      requestTemplates: { 'application/json': `${overrides}{"MessageBody":"hi"}` },
    }),
  });
  await queue.deploy('s');
  const response = await fetch(queue.url('s', '/'), {
    method: 'POST',
    body: '{}',
    headers: { 'Content-Type': 'application/json' },
  });
  assert.deepEqual([response.status, await response.text()], [200, '{"MessageId":"json hi"}']);
  const { url, headers } = services.sqs.received.at(-1)!;
  assert.deepEqual([url, headers['host']], ['/chosen', `127.0.0.1:${services.sqs.port}`]);
});

test('without endpoint a service is 500, and the log names the setting', async () => {
  const bare = await startTestGatewright();
  try {
    const topics = await createApi(bare, { 'GET /topics': methods['GET /topics']! });
    await topics.deploy('s');
    const response = await fetch(topics.url('s', '/topics'));
    assert.deepEqual([response.status, await response.text()], [500, '{"message": "Internal server error"}']);
    assert.match(bare.complaints.join('\n'), /no endpoint for sns: start with --aws-endpoint sns=/);
  } finally {
    await bare.close();
  }
});

test('a service that refuses the signature is an answer like any other', async () => {
  const stranger = await signedService('sqs', { ...keys, secretAccessKey: 'another' }, () => {});
  const other = await startTestGatewright({ awsEndpoints: { sqs: stranger.origin }, awsKeys: keys });
  try {
    const queue = await createApi(other, {
      'GET /': aws('sqs:path/1/q', {
        responses: [{ statusCode: '200' }, { statusCode: '403', selectionPattern: '403' }],
      }),
    });
    await queue.deploy('s');
    const response = await fetch(queue.url('s', '/'));
    assert.deepEqual(
      [response.status, await response.text(), stranger.refusals.length],
      [403, '{"__type":"InvalidSignatureException"}', 1],
    );
  } finally {
    await other.close();
    await stranger.close();
  }
});
