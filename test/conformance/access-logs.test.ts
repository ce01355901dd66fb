/** Access logs of REST and HTTP APIs: what a stage asks for is written where it says, line by line. */
import { strict as assert } from 'node:assert';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  TestInvokeMethodCommand,
  UpdateAccountCommand,
  UpdateMethodCommand,
  UpdateStageCommand,
} from '@aws-sdk/client-api-gateway';
import { DeleteAccessLogSettingsCommand, UpdateStageCommand as UpdateV2Stage } from '@aws-sdk/client-apigatewayv2';
import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { type ApiUnderTest, createApi, createFunction, lambdaProxy, mock } from '../support/api-under-test.ts';
import { type Backend, echoOf, httpBackend } from '../support/backends.ts';
import { clientConfig, startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { createHttpApi, type HttpApiUnderTest } from '../support/http-api-under-test.ts';
import { linesOf } from '../support/log-lines.ts';

const collected = join(tmpdir(), `gatewright-access-${process.pid}.log`);
const arnOf = (name: string): string => `arn:aws:logs:us-east-1:000000000000:log-group:${name}`;

let gatewright: TestGatewright;
let backend: Backend;
const delivered: { target: string; body: { DeliveryStreamName: string; Records: { Data: string }[] } }[] = [];
let firehose: Backend;
let api: ApiUnderTest;
let httpApi: HttpApiUnderTest;

before(async () => {
  rmSync(collected, { force: true });
  firehose = await httpBackend(async (request, response) => {
    const { headers, body } = await echoOf(request);
    const told = JSON.parse(body) as (typeof delivered)[0]['body'];
    delivered.push({ target: headers['x-amz-target']!, body: told });
    response.end(JSON.stringify({ FailedPutCount: 0, RequestResponses: told.Records.map(() => ({ RecordId: '1' })) }));
  });
  gatewright = await startTestGatewright({ accessLog: collected, awsEndpoints: { firehose: firehose.origin } });
  backend = await httpBackend((_, response) => response.writeHead(207).end('from the backend'));
  const source =
    'exports.handler = async (event) => { if (event.queryStringParameters) throw new Error("boom"); return { statusCode: 201, body: "made" }; };';
  const functionArn = await createFunction(gatewright, 'maker', source);
  api = await createApi(gatewright, {
    'GET /pets/{id}': mock('pet'),
    'GET /made': lambdaProxy(functionArn),
    'GET /backend': { type: 'HTTP_PROXY', verb: 'GET', uri: `${backend.origin}/in` },
    'GET /down': { type: 'HTTP_PROXY', verb: 'GET', uri: 'http://127.0.0.1:65000/down' },
    'GET /signed': mock('secret'),
  });
  await gatewright.apigateway.send(
    new UpdateMethodCommand({
      ...api.method('GET /signed'),
      patchOperations: [{ op: 'replace', path: '/authorizationType', value: 'AWS_IAM' }],
    }),
  );
  await api.deploy('s');
  const value = 'arn:aws:iam::000000000000:role/logs';
  await gatewright.apigateway.send(
    new UpdateAccountCommand({ patchOperations: [{ op: 'replace', path: '/cloudwatchRoleArn', value }] }),
  );
  httpApi = await createHttpApi(gatewright, {
    'GET /made/{id}': {
      IntegrationType: 'AWS_PROXY',
      IntegrationUri: functionArn,
      PayloadFormatVersion: '2.0',
    },
    'GET /backend': {
      IntegrationType: 'HTTP_PROXY',
      IntegrationUri: `${backend.origin}/in`,
      IntegrationMethod: 'GET',
      PayloadFormatVersion: '1.0',
    },
    'GET /signed': {
      IntegrationType: 'HTTP_PROXY',
      IntegrationUri: `${backend.origin}/in`,
      IntegrationMethod: 'GET',
      PayloadFormatVersion: '1.0',
      route: { AuthorizationType: 'AWS_IAM' },
    },
  });
  const logs = new CloudWatchLogsClient(clientConfig(gatewright.endpoint));
  await logs.send(new CreateLogGroupCommand({ logGroupName: 'http-access' }));
  logs.destroy();
});

after(async () => {
  httpApi?.client.destroy();
  await gatewright.close();
  await backend.close();
  await firehose.close();
  rmSync(collected, { force: true });
});

async function logTo(destinationArn: string, format: string): Promise<void> {
  await gatewright.apigateway.send(
    new UpdateStageCommand({
      restApiId: api.id,
      stageName: 's',
      patchOperations: [
        { op: 'replace', path: '/accessLogSettings/destinationArn', value: destinationArn },
        { op: 'replace', path: '/accessLogSettings/format', value: format },
      ],
    }),
  );
}

/** Asks once with this format, and returns the line; the request's id in it is `ID`. */
async function restLine(
  format: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<string | undefined> {
  await logTo(arnOf('rest-access'), format);
  const response = await fetch(api.url('s', path), { headers });
  await response.text();
  const id = response.headers.get('x-amzn-requestid')!;
  const line = (await linesOf(gatewright, 'rest-access')).find((each) => each.includes(id));
  return line?.replaceAll(id, 'ID').replaceAll(response.headers.get('x-amz-apigw-id')!, 'EXT');
}

test('[LOG-09] the formats the console offers: CLF, JSON, XML and CSV', async () => {
  const time = String.raw`\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000`;
  const clf =
    '$context.identity.sourceIp $context.identity.caller $context.identity.user [$context.requestTime] "$context.httpMethod $context.resourcePath $context.protocol" $context.status $context.responseLength $context.requestId $context.extendedRequestId';
  assert.match(
    (await restLine(clf, '/pets/7'))!,
    new RegExp(String.raw`^127\.0\.0\.1 - - \[${time}\] "GET /pets/\{id\} HTTP/1\.1" 200 3 ID EXT$`),
  );
  const json =
    '{ "requestId":"$context.requestId", "extendedRequestId":"$context.extendedRequestId","ip": "$context.identity.sourceIp", "caller":"$context.identity.caller", "user":"$context.identity.user", "requestTime":"$context.requestTime", "httpMethod":"$context.httpMethod", "resourcePath":"$context.resourcePath", "status":"$context.status", "protocol":"$context.protocol", "responseLength":"$context.responseLength" }';
  const { requestTime, ...row } = JSON.parse((await restLine(json, '/pets/7'))!) as Record<string, string>;
  assert.match(requestTime!, new RegExp(`^${time}$`));
  assert.deepEqual(row, {
    requestId: 'ID',
    extendedRequestId: 'EXT',
    ip: '127.0.0.1',
    caller: '-',
    user: '-',
    httpMethod: 'GET',
    resourcePath: '/pets/{id}',
    status: '200',
    protocol: 'HTTP/1.1',
    responseLength: '3',
  });
  const xml =
    '<request id="$context.requestId"> <extendedRequestId>$context.extendedRequestId</extendedRequestId> <ip>$context.identity.sourceIp</ip> <caller>$context.identity.caller</caller> <user>$context.identity.user</user> <requestTime>$context.requestTime</requestTime> <httpMethod>$context.httpMethod</httpMethod> <resourcePath>$context.resourcePath</resourcePath> <status>$context.status</status> <protocol>$context.protocol</protocol> <responseLength>$context.responseLength</responseLength> </request>';
  assert.match(
    (await restLine(xml, '/pets/7'))!,
    new RegExp(
      String.raw`^<request id="ID"> <extendedRequestId>EXT</extendedRequestId> <ip>127\.0\.0\.1</ip> <caller>-</caller> <user>-</user> <requestTime>${time}</requestTime> <httpMethod>GET</httpMethod> <resourcePath>/pets/\{id\}</resourcePath> <status>200</status> <protocol>HTTP/1\.1</protocol> <responseLength>3</responseLength> </request>$`,
    ),
  );
  const csv =
    '$context.identity.sourceIp,$context.identity.caller,$context.identity.user,$context.requestTime,$context.httpMethod,$context.resourcePath,$context.protocol,$context.status,$context.responseLength,$context.requestId,$context.extendedRequestId\n';
  assert.match(
    (await restLine(csv, '/pets/7'))!,
    new RegExp(String.raw`^127\.0\.0\.1,-,-,${time},GET,/pets/\{id\},HTTP/1\.1,200,3,ID,EXT$`),
  );
});

test('[LOG-09] the formats the console offers for HTTP APIs, which name the route', async () => {
  const time = String.raw`\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0000`;
  const clf =
    '$context.identity.sourceIp - - [$context.requestTime] "$context.httpMethod $context.routeKey $context.protocol" $context.status $context.responseLength $context.requestId';
  assert.match(
    (await httpLine(clf, '/backend'))!,
    new RegExp(String.raw`^127\.0\.0\.1 - - \[${time}\] "GET GET /backend HTTP/1\.1" 207 16 ID$`),
  );
  const json =
    '{ "requestId":"$context.requestId", "ip": "$context.identity.sourceIp", "requestTime":"$context.requestTime", "httpMethod":"$context.httpMethod","routeKey":"$context.routeKey", "status":"$context.status","protocol":"$context.protocol", "responseLength":"$context.responseLength" }';
  const { requestTime, ...row } = JSON.parse((await httpLine(json, '/backend'))!) as Record<string, string>;
  assert.match(requestTime!, new RegExp(`^${time}$`));
  assert.deepEqual(row, {
    ...{ requestId: 'ID', ip: '127.0.0.1', httpMethod: 'GET', routeKey: 'GET /backend', status: '207' },
    ...{ protocol: 'HTTP/1.1', responseLength: '16' },
  });
  const xml =
    '<request id="$context.requestId"> <ip>$context.identity.sourceIp</ip> <requestTime>$context.requestTime</requestTime> <httpMethod>$context.httpMethod</httpMethod> <routeKey>$context.routeKey</routeKey> <status>$context.status</status> <protocol>$context.protocol</protocol> <responseLength>$context.responseLength</responseLength> </request>';
  assert.match(
    (await httpLine(xml, '/backend'))!,
    /^<request id="ID"> <ip>127\.0\.0\.1<\/ip> <requestTime>[^<]+<\/requestTime> <httpMethod>GET<\/httpMethod> <routeKey>GET \/backend<\/routeKey> <status>207<\/status> <protocol>HTTP\/1\.1<\/protocol> <responseLength>16<\/responseLength> <\/request>$/,
  );
  const csv =
    '$context.identity.sourceIp,$context.requestTime,$context.httpMethod,$context.routeKey,$context.protocol,$context.status,$context.responseLength,$context.requestId';
  assert.match(
    (await httpLine(csv, '/backend'))!,
    new RegExp(String.raw`^127\.0\.0\.1,${time},GET,GET /backend,HTTP/1\.1,207,16,ID$`),
  );
});

test('[LOG-08] what a request has no value for is a hyphen, and so is a variable nobody knows', async () => {
  const format =
    '$context.requestId|$context.nonsense|$context.error.message|$context.integration.status|$context.authorizer.x|$context.stage-$context.wafResponseCode';
  assert.equal(await restLine(format, '/pets/7'), 'ID|-|-|-|-|s--');
});

test('[SV-08] an access log format does not read stage variables', async () => {
  const variables = [{ op: 'replace' as const, path: '/variables/colour', value: 'blue' }];
  const { id: restApiId } = api;
  await gatewright.apigateway.send(new UpdateStageCommand({ restApiId, stageName: 's', patchOperations: variables }));
  const line = await restLine('$context.requestId|$stageVariables.colour|${stageVariables.colour}', '/pets/7');
  assert.match(line!, /^ID\|(?!.*blue)/);
});

test('a client cannot write members of its own into a JSON format', async () => {
  const format = '{"id":"$context.requestId","agent":"$context.identity.userAgent"}';
  const agent = 'x","admin":"yes\\';
  assert.deepEqual(JSON.parse((await restLine(format, '/pets/7', { 'user-agent': agent }))!), { id: 'ID', agent });
});

test('[LOG-10] the log knows what the integration was answered, how long it took and what went wrong', async () => {
  const format =
    '$context.requestId $context.status $context.responseLength $context.integration.status $context.integration.integrationStatus $context.integrationStatus $context.integration.latency $context.responseLatency $context.integration.requestId $context.awsEndpointRequestId $context.error.responseType $context.error.messageString $context.integrationErrorMessage';
  const uuid = '[0-9a-f-]{36}';
  assert.match((await restLine(format, '/made'))!, new RegExp(`^ID 201 4 201 200 200 \\d+ \\d+ (${uuid}) \\1 - - -$`));
  assert.match((await restLine(format, '/backend'))!, /^ID 207 16 207 207 207 \d+ \d+ - - - - -$/);
  assert.match(
    (await restLine(format, '/down'))!,
    /^ID 504 \d+ - - - \d+ \d+ - - INTEGRATION_FAILURE "Network error communicating with endpoint" Network error/,
  );
  assert.match(
    (await restLine(format, '/made?x=1'))!,
    new RegExp(
      `^ID 502 36 502 200 200 \\d+ \\d+ (${uuid}) \\1 DEFAULT_5XX "Internal server error" Lambda execution failed with status 200 due to customer function error: boom`,
    ),
  );
  assert.match(
    (await restLine(format, '/nowhere'))!,
    /^ID 403 42 - - - - \d+ - - MISSING_AUTHENTICATION_TOKEN "Missing Authentication Token" -$/,
  );
  const ofGuards =
    '$context.requestId $context.authenticate.status $context.authenticate.error|$context.authorize.status $context.authorizer.status $context.authorizer.error';
  assert.equal(await restLine(ofGuards, '/signed'), 'ID 403 Missing Authentication Token|- - -');
});

test('lines of a stage without access log settings are not written', async () => {
  await gatewright.apigateway.send(
    new UpdateStageCommand({
      restApiId: api.id,
      stageName: 's',
      patchOperations: [{ op: 'remove', path: '/accessLogSettings' }],
    }),
  );
  const before = (await linesOf(gatewright, 'rest-access')).length;
  await (await fetch(api.url('s', '/pets/7'))).text();
  assert.equal((await linesOf(gatewright, 'rest-access')).length, before);
});

test('[LOG-08] a Firehose delivery stream gets the lines as records', async () => {
  await logTo(
    'arn:aws:firehose:us-east-1:000000000000:deliverystream/amazon-apigateway-access',
    '$context.requestId $context.status',
  );
  const response = await fetch(api.url('s', '/pets/7'));
  await response.text();
  const id = response.headers.get('x-amzn-requestid');
  while (delivered.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
  const [{ target, body }] = delivered as [(typeof delivered)[0]];
  assert.equal(target, 'Firehose_20150804.PutRecordBatch');
  assert.equal(body.DeliveryStreamName, 'amazon-apigateway-access');
  assert.deepEqual(
    body.Records.map(({ Data }) => Buffer.from(Data, 'base64').toString()),
    [`${id} 200`],
  );
});

/** As restLine, for the HTTP API; its two ids are one. */
async function httpLine(Format: string, path: string): Promise<string | undefined> {
  await httpApi.client.send(
    new UpdateV2Stage({
      ApiId: httpApi.id,
      StageName: '$default',
      AccessLogSettings: { DestinationArn: arnOf('http-access'), Format },
    }),
  );
  const response = await fetch(httpApi.url(path));
  await response.text();
  const id = response.headers.get('apigw-requestid')!;
  const line = (await linesOf(gatewright, 'http-access')).find((each) => each.includes(id));
  return line?.replaceAll(id, 'ID');
}

test('[LOG-11] HTTP APIs log the route, the function’s status beside Lambda’s, and whole seconds', async () => {
  const format =
    '$context.requestId $context.extendedRequestId $context.routeKey, $context.status $context.responseLength $context.dataProcessed $context.integration.status $context.integration.integrationStatus $context.requestTimeEpoch $context.path $context.error.responseType $context.integration.error';
  assert.match(
    (await httpLine(format, '/made/7'))!,
    /^ID ID GET \/made\/\{id\}, 201 4 32 201 200 \d{10} \/made\/7 - -$/,
  );
  assert.match((await httpLine(format, '/backend'))!, /^ID ID GET \/backend, 207 16 16 207 207 \d{10} \/backend - -$/);
  assert.match(
    (await httpLine(format, '/made/7?x=1'))!,
    /, 500 35 \d+ 500 200 \d{10} \/made\/7 INTEGRATION_FAILURE The Lambda function returned the following error: boom\. Check your Lambda function code and try again\.$/,
  );
  const ofGuards =
    '$context.requestId $context.status $context.error.message $context.error.responseType $context.integration.status $context.authorizer.error';
  assert.equal(
    await httpLine(ofGuards, '/signed'),
    "ID 403 Forbidden ACCESS_DENIED - The request for the IAM Authorizer doesn't match the format that API Gateway expects.",
  );
});

test('[LOG-08] an HTTP API logs into a group that is there, and a first line says that it may', async () => {
  const lines = await linesOf(gatewright, 'http-access');
  const said =
    'Permissions are set correctly to allow AWS CloudWatch Logs to write into your logs while creating a subscription.';
  assert.equal(lines.filter((line) => line === said).length, 1);
  await assert.rejects(
    httpApi.client.send(
      new UpdateV2Stage({
        ApiId: httpApi.id,
        StageName: '$default',
        AccessLogSettings: { DestinationArn: arnOf('none'), Format: '$context.status' },
      }),
    ),
    { name: 'BadRequestException' },
  );
  await assert.rejects(
    httpApi.client.send(
      new UpdateV2Stage({
        ApiId: httpApi.id,
        StageName: '$default',
        AccessLogSettings: { DestinationArn: arnOf('none'), Format: '$context.requestId' },
      }),
    ),
    (error: Error) => {
      assert.equal(error.name, 'NotFoundException');
      assert.match(
        error.message,
        /^Cannot enable logging\. LogDestination: none does not exist \(Service: AWSIngestionHub; Status Code: 400; Error Code: LogDestinationNotFoundException; Request ID: [0-9a-f-]{36}; Proxy: null\)$/,
      );
      return true;
    },
  );
});

test('[LOG-14] a request to an HTTP API that no route takes is not logged, nor is a test of a method, nor what is too large', async () => {
  assert.equal(await httpLine('$context.requestId', '/nowhere'), undefined);
  await logTo(arnOf('rest-access'), '$context.requestId');
  const before = await linesOf(gatewright, 'rest-access');
  await gatewright.apigateway.send(new TestInvokeMethodCommand(api.method('GET /pets/{id}')));
  const large = await fetch(api.url('s', '/pets/7'), { method: 'POST', body: 'x'.repeat(10 * 1024 * 1024 + 1) });
  assert.equal(large.status, 413);
  assert.deepEqual(await linesOf(gatewright, 'rest-access'), before);
});

test('[LOG-13] an HTTP API has no execution log, and its access log can be taken away', async () => {
  await assert.rejects(
    httpApi.client.send(
      new UpdateV2Stage({ ApiId: httpApi.id, StageName: '$default', DefaultRouteSettings: { LoggingLevel: 'INFO' } }),
    ),
    { name: 'BadRequestException', message: 'Execution logs are not supported on protocolType HTTP' },
  );
  await httpApi.client.send(new DeleteAccessLogSettingsCommand({ ApiId: httpApi.id, StageName: '$default' }));
  const before = (await linesOf(gatewright, 'http-access')).length;
  await (await fetch(httpApi.url('/backend'))).text();
  assert.equal((await linesOf(gatewright, 'http-access')).length, before);
});

test('every request of every API is a JSON object in the file that collectors read', async () => {
  const response = await fetch(api.url('s', '/made'));
  await response.text();
  const requestId = response.headers.get('x-amzn-requestid');
  let lines: Record<string, unknown>[] = [];
  while (!lines.some((line) => line['requestId'] === requestId)) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    const text = readFileSync(collected, 'utf8');
    lines = text
      .slice(0, text.lastIndexOf('\n'))
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
  }
  const { time, extendedRequestId, responseLatencyMs, integrationLatencyMs, ...line } = lines.find(
    (each) => each['requestId'] === requestId,
  )!;
  assert.match(String(time), /^\d{4}-\d\d-\d\dT/);
  assert.ok(Number(integrationLatencyMs) <= Number(responseLatencyMs) && extendedRequestId !== undefined);
  assert.deepEqual(line, {
    requestId,
    apiId: api.id,
    stage: 's',
    sourceIp: '127.0.0.1',
    method: 'GET',
    path: '/s/made',
    resource: '/made',
    protocol: 'HTTP/1.1',
    status: 201,
    responseLength: 4,
    integrationStatus: 200,
    userAgent: 'node',
  });
  assert.ok(lines.some((each) => each['apiId'] === httpApi.id && each['errorType'] === 'DEFAULT_5XX'));
  assert.ok(!lines.some((each) => each['sourceIp'] === 'test-invoke-source-ip'));
});
