/** Access logs and execution logs of WebSocket APIs. */
import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';
import { UpdateAccountCommand } from '@aws-sdk/client-api-gateway';
import { ApiGatewayV2Client, UpdateStageCommand } from '@aws-sdk/client-apigatewayv2';
import { CloudWatchLogsClient, CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { createFunction } from '../support/api-under-test.ts';
import { clientConfig, startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { awaitLines } from '../support/log-lines.ts';
import { createSocketApi } from '../support/socket-api.ts';
import { openSocket } from '../support/socket-client.ts';

let gatewright: TestGatewright;
let v2: ApiGatewayV2Client;
let apiId: string;

before(async () => {
  gatewright = await startTestGatewright();
  v2 = new ApiGatewayV2Client(clientConfig(gatewright.endpoint));
  const source =
    'exports.handler = async (event) => { if (event.body?.includes("raise")) throw new Error("boom"); return { statusCode: 200, body: "done" }; };';
  const functionArn = await createFunction(gatewright, 'socket-logged', source);
  const IntegrationUri = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${functionArn}/invocations`;
  const route = { integration: { IntegrationType: 'AWS_PROXY' as const, IntegrationUri }, twoWay: true };
  apiId = await createSocketApi(v2, { $connect: route, echo: route, $disconnect: route });
  const value = 'arn:aws:iam::000000000000:role/logs';
  await gatewright.apigateway.send(
    new UpdateAccountCommand({ patchOperations: [{ op: 'replace', path: '/cloudwatchRoleArn', value }] }),
  );
  const logs = new CloudWatchLogsClient(clientConfig(gatewright.endpoint));
  await logs.send(new CreateLogGroupCommand({ logGroupName: 'socket-access' }));
  logs.destroy();
});

after(async () => {
  v2.destroy();
  await gatewright.close();
});

/** Connects, sends one good and one failing message, and goes. */
async function talk(): Promise<void> {
  const url = gatewright.invokeUrl(apiId, 'dev').replace(/^http/, 'ws');
  const client = await openSocket(url, [], { headers: { 'user-agent': 'tester' } });
  client.send({ action: 'echo' });
  assert.equal(await client.next(), 'done');
  client.send({ action: 'echo', do: 'raise' });
  assert.match(await client.next(), /Internal server error/);
  await client.close(1000, 'bye');
}

test('[LOG-12] one row for the handshake, each message and the end, with what WebSocket APIs have values for', async () => {
  await v2.send(
    new UpdateStageCommand({
      ApiId: apiId,
      StageName: 'dev',
      AccessLogSettings: {
        DestinationArn: 'arn:aws:logs:us-east-1:000000000000:log-group:socket-access',
        Format:
          '$context.requestId $context.eventType $context.routeKey $context.connectionId $context.messageId $context.status $context.integrationLatency $context.integrationStatus $context.integration.status $context.responseLength $context.requestTimeEpoch $context.error.message|$context.error.responseType $context.nonsense',
      },
    }),
  );
  await talk();
  const rows = await awaitLines(gatewright, 'socket-access', 4);
  const id = String.raw`[\w+/-]+=+`;
  const connectionId = new RegExp(`^${id} CONNECT \\$connect (${id}) `).exec(rows[0]!)![1]!.replaceAll('+', '\\+');
  const row = (event: string, route: string, message: string, status: number, error: string): RegExp =>
    new RegExp(`^${id} ${event} ${route} ${connectionId} ${message} ${status} \\d+ - - - \\d{13} ${error} -$`);
  assert.match(rows[0]!, row('CONNECT', '\\$connect', '-', 200, '-\\|-'));
  assert.match(rows[1]!, row('MESSAGE', 'echo', id, 200, '-\\|-'));
  assert.match(rows[2]!, row('MESSAGE', 'echo', id, 502, 'Internal server error\\|INTEGRATION_FAILURE'));
  assert.match(rows[3]!, row('DISCONNECT', '\\$disconnect', '-', 200, '-\\|-'));
});

test('[LOG-01] the execution log of a WebSocket API is in /aws/apigateway, in the recorded lines', async () => {
  await v2.send(
    new UpdateStageCommand({
      ApiId: apiId,
      StageName: 'dev',
      DefaultRouteSettings: { LoggingLevel: 'INFO' },
    }),
  );
  await talk();
  const group = `/aws/apigateway/${apiId}/dev`;
  const lines = (await awaitLines(gatewright, group, 32)).map((line) => line.replace(/^\(\S+=\) /, ''));
  const connectionId = /Connection Id: (\S+)\]/.exec(lines[7]!)![1]!;
  const told = lines
    .map((line) => line.replaceAll(connectionId, 'CID').replaceAll(apiId, 'API'))
    .filter((line) => !/^(Extended Request Id|Verifying Usage|Usage Plan check|Starting execution)/.test(line));
  const noKey = (route: string) =>
    `API Key  authorized because route '${route}' does not require API Key. Request will not contribute to throttle or quota limits`;
  assert.deepEqual(
    told.map((line) => line.replace(/[0-9a-f-]{36}$/, 'UUID')),
    [
      noKey('$connect'),
      'WebSocket Request Route: [$connect]',
      'Client [UserAgent: tester, SourceIp: 127.0.0.1] is connecting to WebSocket API [API].',
      'Client [Connection Id: CID] connected to API [API] successfully.',
      noKey('echo'),
      'WebSocket Request Route: [echo]',
      'WebSocket API [API] received message from client [Connection Id: CID].',
      'Message from client [Connection Id: CID] sent to API [API] with response status code [200].',
      noKey('echo'),
      'WebSocket Request Route: [echo]',
      'WebSocket API [API] received message from client [Connection Id: CID].',
      'Lambda execution failed with status 200 due to customer function error: boom. Lambda request id: UUID',
      'Message from client [Connection Id: CID] sent to API [API] with response status code [502].',
      noKey('$disconnect'),
      'WebSocket Request Route: [$disconnect]',
      'Client [Connection Id: CID] disconnected from API [API] with integration response status code [200]. Close reason: [1000: bye]',
    ],
  );
});

test('[LOG-12] a handshake and an end without routes, and a message that no route takes, have their rows', async () => {
  const logs = new CloudWatchLogsClient(clientConfig(gatewright.endpoint));
  await logs.send(new CreateLogGroupCommand({ logGroupName: 'unrouted' }));
  logs.destroy();
  const unrouted = await createSocketApi(v2, { other: {} });
  await v2.send(
    new UpdateStageCommand({
      ApiId: unrouted,
      StageName: 'dev',
      AccessLogSettings: {
        DestinationArn: 'arn:aws:logs:us-east-1:000000000000:log-group:unrouted',
        Format: '$context.requestId $context.eventType $context.status $context.error.message',
      },
    }),
  );
  const client = await openSocket(gatewright.invokeUrl(unrouted, 'dev').replace(/^http/, 'ws'));
  client.send('nonsense');
  await client.next();
  await client.close(1000, 'bye');
  const rows = await awaitLines(gatewright, 'unrouted', 3);
  assert.deepEqual(
    rows.map((row) => row.slice(row.indexOf(' ') + 1)),
    ['CONNECT 200 -', 'MESSAGE 403 Forbidden', 'DISCONNECT 200 -'],
  );
});
