/** WebSocket APIs made with the official SDK, spoken to with the client of npm `ws` and the management client of the SDK. */
import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import {
  ApiGatewayV2Client,
  CreateDeploymentCommand,
  DeleteApiCommand,
  DeleteStageCommand,
  UpdateApiCommand,
  UpdateStageCommand,
} from '@aws-sdk/client-apigatewayv2';
import { CreateFunctionCommand } from '@aws-sdk/client-lambda';
import { zipSync } from 'fflate';
import { clientConfig, startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { createRoute, createSocketApi, mock, type RouteMade } from '../support/socket-api.ts';
import { openSocket, refusalOf } from '../support/socket-client.ts';

let gatewright: TestGatewright;
let v2: ApiGatewayV2Client;

before(async () => {
  gatewright = await startTestGatewright();
  v2 = new ApiGatewayV2Client(clientConfig(gatewright.endpoint));
});
after(async () => {
  v2.destroy();
  await gatewright.close();
});

const urlOf = (apiId: string, stage = 'dev'): string => gatewright.invokeUrl(apiId, stage).replace(/^http/, 'ws');

/** A function of this source behind a route. */
async function functionRoute(name: string, source: string, more: Partial<RouteMade> = {}): Promise<RouteMade> {
  const { FunctionArn } = await gatewright.lambda.send(
    new CreateFunctionCommand({
      FunctionName: name,
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Role: 'arn:aws:iam::000000000000:role/any',
      Code: { ZipFile: zipSync({ 'index.js': Buffer.from(source) }) },
    }),
  );
  const IntegrationUri = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${FunctionArn}/invocations`;
  return { integration: { IntegrationType: 'AWS_PROXY', IntegrationUri }, ...more };
}

function management(apiId: string, stage = 'dev'): ApiGatewayManagementApiClient {
  return new ApiGatewayManagementApiClient(clientConfig(gatewright.invokeUrl(apiId, stage)));
}

test('[WS-01] [WS-12] a message finds its route, and a two-way route answers', async () => {
  const apiId = await createSocketApi(v2, {
    whoami: mock('{"id":"$context.connectionId","route":"$context.routeKey"}'),
    $default: mock('{"default":"$context.eventType"}'),
    quiet: { integration: { RequestTemplates: { $default: '{"statusCode": 200}' } } },
  });
  const client = await openSocket(urlOf(apiId));
  assert.deepEqual(
    client.handshake.map((line) => line.replace(/: .*/, '')),
    ['Date', 'Connection', 'Upgrade', 'Sec-WebSocket-Accept'],
  );
  client.send({ action: 'quiet' });
  client.send({ action: 'whoami' });
  const { id, route } = await client.nextJson();
  assert.match(String(id), /^[A-Za-z0-9_-]{18}==$/);
  assert.equal(route, 'whoami');
  client.send({ action: 'other' });
  assert.deepEqual(await client.nextJson(), { default: 'MESSAGE' });
  assert.deepEqual(client.waiting, []);
  assert.deepEqual(await client.close(1000, 'bye'), { code: 1000, reason: 'bye' });
});

test('[WS-01] the address by host works, as does a bare upgrade on the execute-api host', async () => {
  const apiId = await createSocketApi(v2, { hi: mock('{"ok":true}') });
  const options = { headers: { Host: `${apiId}.execute-api.us-east-1.amazonaws.com` } };
  const client = await openSocket(`ws://127.0.0.1:${gatewright.port}/dev`, [], options);
  client.send({ action: 'hi' });
  assert.deepEqual(await client.nextJson(), { ok: true });
  await client.close();
});

test('[WS-04] [WS-05] [WS-06] a function sees the connection’s whole life; $disconnect comes once', async () => {
  const route = await functionRoute(
    'life',
    `const seen = [];
     exports.handler = async (event) => {
       seen.push({ event: event.requestContext.eventType, id: event.requestContext.connectionId,
         code: event.requestContext.disconnectStatusCode, reason: event.requestContext.disconnectReason,
         query: event.queryStringParameters });
       return { statusCode: 200, body: JSON.stringify(seen) };
     };`,
    { twoWay: true },
  );
  const apiId = await createSocketApi(v2, { $connect: route, $disconnect: route, tell: route });
  const first = await openSocket(`${urlOf(apiId)}?name=ada`);
  first.send({ action: 'tell' });
  const begun = JSON.parse(await first.next()) as { event: string; id: string; query?: object }[];
  assert.deepEqual(
    begun.map(({ event }) => event),
    ['CONNECT', 'MESSAGE'],
  );
  assert.deepEqual(begun[0]!.query, { name: 'ada' });
  assert.equal(begun[0]!.id, begun[1]!.id);
  await first.close(4000, 'enough');

  const second = await openSocket(urlOf(apiId));
  // The end of the first is told beside the handshake of the second: ask until it is there.
  for (;;) {
    second.send({ action: 'tell' });
    const seen = JSON.parse(await second.next()) as { event: string; id: string; code?: number; reason?: string }[];
    const ends = seen.filter(({ event }) => event === 'DISCONNECT');
    if (ends.length === 0) continue;
    assert.deepEqual(ends, [{ event: 'DISCONNECT', id: begun[0]!.id, code: 4000, reason: 'enough' }]);
    break;
  }
  await second.close();
});

test('[WS-02] a $connect function’s refusal is the handshake’s answer, body and status', async () => {
  const apiId = await createSocketApi(v2, {
    $connect: await functionRoute(
      'refuses',
      'exports.handler = async () => ({ statusCode: 403, body: \'{"no":"way"}\', headers: { "content-type": "text/plain" } });',
    ),
  });
  const { status, body, rawHeaders } = await refusalOf(urlOf(apiId));
  assert.equal(status, 403);
  assert.equal(body, '{"no":"way"}');
  assert.deepEqual(
    rawHeaders.filter((_, i) => i % 2 === 0),
    ['Date', 'Content-Type', 'Content-Length', 'Connection', 'x-amz-apigw-id'],
  );
  assert.equal(rawHeaders[3], 'application/json; charset=UTF-8');
});

test('[WS-02] a $connect function that fails refuses with 502 and the ids in the body', async () => {
  const apiId = await createSocketApi(v2, {
    $connect: await functionRoute('throws', 'exports.handler = async () => { throw new Error("x"); };'),
  });
  const { status, body, rawHeaders } = await refusalOf(urlOf(apiId));
  assert.equal(status, 502);
  const { message, requestId } = JSON.parse(body);
  assert.equal(message, 'Internal server error');
  assert.equal(rawHeaders[rawHeaders.indexOf('x-amz-apigw-id') + 1], requestId);
});

test('[WS-23] the sub-protocol is the one the $connect function names', async () => {
  const apiId = await createSocketApi(v2, {
    $connect: await functionRoute(
      'protocols',
      `exports.handler = async ({ headers }) => ({ statusCode: 200,
         headers: { 'Sec-WebSocket-Protocol': headers['Sec-WebSocket-Protocol'].split(',')[1].trim() } });`,
    ),
  });
  const client = await openSocket(urlOf(apiId), ['one', 'two']);
  assert.equal(client.socket.protocol, 'two');
  await client.close();
});

test('[WS-11] without a route and $default the client is told Forbidden, and the connection stays', async () => {
  const apiId = await createSocketApi(v2, { hi: mock('{"ok":true}') });
  const client = await openSocket(urlOf(apiId));
  client.send('not json');
  assert.match(
    await client.next(),
    /^\{"message": "Forbidden", "connectionId":"[^"]{20}", "requestId":"[A-Za-z0-9+/]{15}="\}$/,
  );
  client.send({ action: 'hi' });
  assert.deepEqual(await client.nextJson(), { ok: true });
  await client.close();
});

test('[WS-24] binary, oversized and malformed frames end the connection with AWS’s codes', async () => {
  const apiId = await createSocketApi(v2, { hi: mock('{"ok":true}') });
  const binary = await openSocket(urlOf(apiId));
  binary.socket.send(Buffer.from([1]), { binary: true });
  assert.deepEqual(await binary.closed, { code: 1003, reason: 'Binary is not supported' });
  const large = await openSocket(urlOf(apiId));
  large.send('x'.repeat(32 * 1024 + 1));
  assert.equal((await large.closed).code, 1009);
});

test('[WS-13] answers come as they are ready, not in the order of the questions', async () => {
  const route = await functionRoute(
    'slowAndFast',
    `exports.handler = async ({ body }) => {
       const { wait } = JSON.parse(body);
       if (wait) await new Promise((resolve) => setTimeout(resolve, 300));
       return { statusCode: 200, body: wait ? 'slow' : 'fast' };
     };`,
    { twoWay: true },
  );
  const apiId = await createSocketApi(v2, { $default: route });
  const client = await openSocket(urlOf(apiId));
  client.send({ wait: true });
  client.send({ wait: false });
  assert.deepEqual([await client.next(), await client.next()], ['fast', 'slow']);
  await client.close();
});

test('[WS-30] open connections follow the stage’s deployment', async () => {
  const apiId = await createSocketApi(v2, { hi: mock('{"v":1}') });
  const client = await openSocket(urlOf(apiId));
  await createRoute(v2, apiId, 'later', mock('{"v":2}'));
  client.send({ action: 'later' });
  assert.equal((await client.nextJson())['message'], 'Forbidden');
  const { DeploymentId } = await v2.send(new CreateDeploymentCommand({ ApiId: apiId }));
  await v2.send(new UpdateStageCommand({ ApiId: apiId, StageName: 'dev', DeploymentId }));
  client.send({ action: 'later' });
  assert.deepEqual(await client.nextJson(), { v: 2 });
  await client.close();
});

test('[WS-19] a connection is read, posted to and closed through @connections', async () => {
  const apiId = await createSocketApi(v2, { whoami: mock('{"id":"$context.connectionId"}') });
  const client = await openSocket(urlOf(apiId), [], { headers: { 'User-Agent': 'tester/1' } });
  client.send({ action: 'whoami' });
  const ConnectionId = String((await client.nextJson())['id']);
  const connections = management(apiId);
  const state = await connections.send(new GetConnectionCommand({ ConnectionId }));
  assert.deepEqual(state.Identity, { SourceIp: '127.0.0.1', UserAgent: 'tester/1' });
  assert.ok(state.ConnectedAt! <= state.LastActiveAt!);
  await connections.send(new PostToConnectionCommand({ ConnectionId, Data: Buffer.from('hé') }));
  assert.equal(await client.next(), 'hé');
  // The bare endpoint knows the connection by its id.
  const bare = new ApiGatewayManagementApiClient(clientConfig(gatewright.endpoint));
  await bare.send(new PostToConnectionCommand({ ConnectionId, Data: '' }));
  assert.equal(await client.next(), '');
  await connections.send(new DeleteConnectionCommand({ ConnectionId }));
  assert.deepEqual(await client.closed, { code: 1000, reason: 'Connection Closed Normally' });
  for (const command of [
    new GetConnectionCommand({ ConnectionId }),
    new PostToConnectionCommand({ ConnectionId, Data: 'x' }),
    new DeleteConnectionCommand({ ConnectionId }),
  ]) {
    await assert.rejects(connections.send(command as GetConnectionCommand), { name: 'GoneException' });
    await assert.rejects(bare.send(command as GetConnectionCommand), { name: 'GoneException' });
  }
  connections.destroy();
  bare.destroy();
});

test('[WS-19] [WS-20] [WS-21] the answers of @connections, to the letter', async () => {
  const apiId = await createSocketApi(v2, { whoami: mock('{"id":"$context.connectionId"}') });
  const client = await openSocket(urlOf(apiId));
  client.send({ action: 'whoami' });
  const id = encodeURIComponent(String((await client.nextJson())['id']));
  const signed = {
    Authorization:
      'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/execute-api/aws4_request, SignedHeaders=host, Signature=none',
    'X-Amz-Date': '20260101T000000Z',
  };
  const call = (
    method: string,
    connectionId: string,
    options: { body?: string; headers?: object; stage?: string } = {},
  ) =>
    fetch(`${gatewright.invokeUrl(apiId, options.stage ?? 'dev')}/@connections/${connectionId}`, {
      method,
      headers: { ...signed, ...options.headers },
      ...(options.body !== undefined && { body: options.body }),
    });

  const got = await call('GET', id);
  assert.equal(got.status, 200);
  assert.match(
    await got.text(),
    /^\{\n {2}"identity" : \{\n {4}"sourceIp" : "127\.0\.0\.1"\n {2}\},\n {2}"connectedAt" : "[\d-]+T[\d:.]+Z",\n {2}"lastActiveAt" : "[\d-]+T[\d:.]+Z"\n\}$/,
  );
  assert.ok(
    got.headers.has('x-amzn-requestid') && got.headers.has('x-amz-apigw-id') && got.headers.has('x-amzn-trace-id'),
  );

  const posted = await call('POST', id, { body: 'x'.repeat(128 * 1024) });
  assert.equal(posted.status, 200);
  assert.equal(await posted.text(), '');
  assert.equal((await client.next()).length, 128 * 1024);

  const tooLarge = await call('POST', id, { body: 'x'.repeat(128 * 1024 + 1) });
  assert.equal(tooLarge.status, 413);
  assert.deepEqual([...tooLarge.headers.keys()].sort(), ['connection', 'content-length', 'date']);

  const invalid = await call('GET', 'AAAAAAAAAAAAAAA=');
  assert.equal(invalid.status, 400);
  assert.equal(await invalid.text(), '{"message":"Invalid connectionId: AAAAAAAAAAAAAAA="}');
  assert.equal(invalid.headers.get('x-amzn-errortype'), 'BadRequestException');

  const unsigned = await fetch(`${gatewright.invokeUrl(apiId, 'dev')}/@connections/${id}`);
  assert.equal(unsigned.status, 403);
  assert.equal(await unsigned.text(), '{"message":"Missing Authentication Token"}');

  const elsewhere = await call('GET', id, { stage: 'nosuch' });
  assert.equal(elsewhere.status, 403);
  assert.equal(await elsewhere.text(), '{"message":"Forbidden"}');

  assert.equal((await call('DELETE', id)).status, 204);
  const gone = await call('POST', id, { body: 'x' });
  assert.equal(gone.status, 410);
  assert.equal(await gone.text(), '');
  assert.equal(gone.headers.get('x-amzn-errortype'), 'GoneException');
});

test('what is no handshake and no connection is forbidden at a WebSocket API’s address', async () => {
  const apiId = await createSocketApi(v2, { hi: mock('{}') });
  for (const path of ['', '/', '/pets', '/@connections', '/@connections/']) {
    const reply = await fetch(`${gatewright.invokeUrl(apiId, 'dev')}${path}`);
    assert.equal(reply.status, 403, path);
    assert.equal(await reply.text(), '{"message":"Forbidden"}');
  }
  const { status, body } = await refusalOf(`${urlOf(apiId)}/pets`);
  assert.equal(status, 403);
  assert.equal(body, '{"message":"Forbidden"}');
});

test('two Authorization headers on a handshake are answered by a page, without an id, and nothing is invoked', async () => {
  const apiId = await createSocketApi(v2, { $connect: mock('{}'), hi: mock('{}') });
  const headers = { Authorization: ['one', 'two'] } as unknown as Record<string, string>;
  const { status, body, rawHeaders } = await refusalOf(urlOf(apiId), { headers });
  assert.equal(status, 400);
  assert.match(body, /^<html>.*400 Bad Request/s);
  assert.deepEqual(
    rawHeaders.filter((_, i) => i % 2 === 0),
    ['Date', 'Content-Type', 'Content-Length', 'Connection'],
  );
  assert.equal(rawHeaders[3], 'text/html');
  await (await openSocket(urlOf(apiId), [], { headers: { Authorization: 'one' } })).close();
});

test('a stage without a deployment, and an unknown API, refuse the handshake', async () => {
  const apiId = await createSocketApi(v2, { hi: mock('{}') });
  assert.equal((await refusalOf(urlOf(apiId, 'nosuch'))).status, 403);
  assert.equal((await refusalOf(urlOf('zzzzzzzzzz'))).status, 403);
});

test('[WS-19] a function pushes with its AWS_ENDPOINT_URL alone, and with https://{domainName}/{stage} of its event', async () => {
  const sdk = fileURLToPath(import.meta.resolve('@aws-sdk/client-apigatewaymanagementapi'));
  const route = await functionRoute(
    'pusher',
    `const { ApiGatewayManagementApiClient, PostToConnectionCommand } = require(${JSON.stringify(sdk)});
     exports.handler = async ({ body, requestContext: { domainName, stage, connectionId } }) => {
       const config = JSON.parse(body).own ? { endpoint: 'https://' + domainName + '/' + stage } : {};
       const Data = JSON.stringify({ domainName, config });
       await new ApiGatewayManagementApiClient(config).send(new PostToConnectionCommand({ ConnectionId: connectionId, Data }));
       return { statusCode: 200 };
     };`,
  );
  const apiId = await createSocketApi(v2, { push: route });
  const client = await openSocket(urlOf(apiId));
  const domainName = `localhost:${gatewright.port}/_aws/execute-api/${apiId}`;
  client.send({ action: 'push' });
  assert.deepEqual(await client.nextJson(), { domainName, config: {} });
  client.send({ action: 'push', own: true });
  assert.deepEqual(await client.nextJson(), { domainName, config: { endpoint: `https://${domainName}/dev` } });
  await client.close();
});

test('connections end with their stage and with their API, and outlive every other change', async () => {
  const first = await createSocketApi(v2, { hi: mock('{"ok":true}') });
  const second = await createSocketApi(v2, { hi: mock('{"ok":true}') });
  const ofStage = await openSocket(urlOf(first));
  const ofApi = await openSocket(urlOf(second));
  await v2.send(new UpdateApiCommand({ ApiId: second, Description: 'still here' }));
  await v2.send(new DeleteStageCommand({ ApiId: first, StageName: 'dev' }));
  assert.deepEqual(await ofStage.closed, { code: 1001, reason: 'Going away' });
  ofApi.send({ action: 'hi' });
  assert.deepEqual(await ofApi.nextJson(), { ok: true });
  await v2.send(new DeleteApiCommand({ ApiId: second }));
  assert.deepEqual(await ofApi.closed, { code: 1001, reason: 'Going away' });
});

test('a burst of messages whose answers are far larger loses none of them', async () => {
  const apiId = await createSocketApi(v2, { hi: mock(JSON.stringify({ text: 'x'.repeat(4_000) })) });
  const client = await openSocket(urlOf(apiId));
  for (let i = 0; i < 3_000; i++) client.send({ action: 'hi' });
  for (let i = 0; i < 3_000; i++) assert.equal((await client.next()).length, 4_011);
  await client.close();
});

test('the inspector lists open connections with their routes and bytes', async () => {
  const apiId = await createSocketApi(v2, { hi: mock('{"ok":true}') });
  const client = await openSocket(urlOf(apiId));
  client.send({ action: 'hi' });
  await client.next();
  const reply = await fetch(`${gatewright.endpoint}/_/connections`);
  const { connections } = (await reply.json()) as { connections: Record<string, unknown>[] };
  const ours = connections.filter(({ api }) => api === apiId);
  assert.equal(ours.length, 1);
  assert.equal(ours[0]!['lastRoute'], 'hi');
  assert.equal(ours[0]!['messagesIn'], 1);
  assert.equal(ours[0]!['messagesOut'], 1);
  await client.close();
});

test('a stopping gateway closes its connections with 1001 and tells $disconnect', async () => {
  const other = await startTestGatewright();
  const client = new ApiGatewayV2Client(clientConfig(other.endpoint));
  const apiId = await createSocketApi(client, { hi: mock('{}') });
  const socket = await openSocket(other.invokeUrl(apiId, 'dev').replace(/^http/, 'ws'));
  client.destroy();
  await other.close();
  assert.deepEqual(await socket.closed, { code: 1001, reason: 'Going away' });
});
