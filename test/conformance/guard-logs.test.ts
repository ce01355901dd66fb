/** What access logs tell of how callers were let in: signatures, Lambda authorizers fresh and remembered, at REST APIs and at WebSocket handshakes. */
import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';
import {
  CreateAuthorizerCommand,
  UpdateAccountCommand,
  UpdateMethodCommand,
  UpdateStageCommand,
} from '@aws-sdk/client-api-gateway';
import {
  ApiGatewayV2Client,
  CreateDeploymentCommand,
  CreateAuthorizerCommand as CreateV2Authorizer,
  UpdateStageCommand as UpdateV2Stage,
} from '@aws-sdk/client-apigatewayv2';
import { type ApiUnderTest, createApi, createFunction, mock } from '../support/api-under-test.ts';
import { clientConfig, startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { allowInvoke, iamUnderTest, policyOf, signedFetch } from '../support/iam-under-test.ts';
import { awaitLines, linesOf } from '../support/log-lines.ts';
import { createRoute, createSocketApi } from '../support/socket-api.ts';
import { openSocket } from '../support/socket-client.ts';

const guardSource = `exports.handler = async (event) => {
  const said = event.authorizationToken ?? event.headers['x-say'] ?? event.headers['X-Say'];
  if (said === 'unauthorized') throw new Error('Unauthorized');
  const Effect = said === 'deny' ? 'Deny' : 'Allow';
  return { principalId: 'ann', policyDocument: { Version: '2012-10-17', Statement: [{ Action: '*', Effect, Resource: '*' }] } };
};`;
const uriOf = (functionArn: string): string =>
  `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${functionArn}/invocations`;
const members = ['error', 'latency', 'status'];
const phase = (name: string, ...more: string[]): string =>
  [...members, ...more].map((member) => `$context.${name}.${member}`).join(' ');
const format = `$context.requestId|${phase('authenticate')}|${phase('authorizer', 'integrationLatency', 'integrationStatus', 'requestId')}|${phase('authorize')}`;
const nothing = '- - -';
const noAuthorizer = '- - - - - -';
const uuid = '[0-9a-f]{8}-[0-9a-f-]{27}';

let gatewright: TestGatewright;
let api: ApiUnderTest;
let guard: string;

before(async () => {
  gatewright = await startTestGatewright();
  guard = await createFunction(gatewright, 'log-guard', guardSource);
  api = await createApi(gatewright, { 'GET /token': mock('in'), 'GET /signed': mock('in'), 'GET /open': mock('in') });
  const { apigateway } = gatewright;
  const { id } = await apigateway.send(
    new CreateAuthorizerCommand({
      ...{ restApiId: api.id, name: 'token', type: 'TOKEN', authorizerUri: uriOf(guard) },
      identitySource: 'method.request.header.Authorization',
    }),
  );
  const change = (label: string, values: Record<string, string>) =>
    apigateway.send(
      new UpdateMethodCommand({
        ...api.method(label),
        patchOperations: Object.entries(values).map(([path, value]) => ({ op: 'replace', path: `/${path}`, value })),
      }),
    );
  await change('GET /token', { authorizationType: 'CUSTOM', authorizerId: id! });
  await change('GET /signed', { authorizationType: 'AWS_IAM' });
  await api.deploy('s');
  const value = 'arn:aws:iam::000000000000:role/logs';
  await apigateway.send(
    new UpdateAccountCommand({ patchOperations: [{ op: 'replace', path: '/cloudwatchRoleArn', value }] }),
  );
  const destination = 'arn:aws:logs:us-east-1:000000000000:log-group:guards';
  await apigateway.send(
    new UpdateStageCommand({
      ...{ restApiId: api.id, stageName: 's' },
      patchOperations: [
        { op: 'replace', path: '/accessLogSettings/destinationArn', value: destination },
        { op: 'replace', path: '/accessLogSettings/format', value: format },
      ],
    }),
  );
});

after(() => gatewright.close());

/** The phases of a request, without its id. */
async function phasesOf(path: string, authorization?: string): Promise<string> {
  const headers = authorization === undefined ? {} : { authorization };
  const response = await fetch(api.url('s', path), { headers });
  await response.text();
  const id = response.headers.get('x-amzn-requestid')!;
  const line = (await linesOf(gatewright, 'guards')).find((each) => each.startsWith(id));
  return line!.slice(id.length + 1);
}

test('[LOG-10] a Lambda authorizer is the phase authorizer, what its policy decides the phase authorize', async () => {
  const asked = new RegExp(String.raw`^${nothing}\|- \d+ 200 \d+ 200 ${uuid}\|- \d+ 200$`);
  assert.match(await phasesOf('/token', 'allow'), asked);
  // From the cache: nobody was asked, so there is neither a status nor an id.
  assert.match(await phasesOf('/token', 'allow'), new RegExp(String.raw`^${nothing}\|- \d+ 200 0 - -\|- \d+ 200$`));
  const denied = 'User is not authorized to access this resource with an explicit deny in an identity-based policy';
  assert.match(
    await phasesOf('/token', 'deny'),
    new RegExp(String.raw`^${nothing}\|- \d+ 200 \d+ 200 ${uuid}\|${denied} \d+ 403$`),
  );
  assert.match(
    await phasesOf('/token', 'unauthorized'),
    new RegExp(String.raw`^${nothing}\|Unauthorized \d+ 401 \d+ 200 ${uuid}\|${nothing}$`),
  );
  // Nobody was asked either: there was nothing to ask about.
  assert.match(await phasesOf('/token'), new RegExp(String.raw`^${nothing}\|Unauthorized \d+ 401 - - -\|${nothing}$`));
});

test('[LOG-10] a signature is the phase authenticate, what its owner may do the phase authorize; an open method has neither', async () => {
  assert.equal(await phasesOf('/open'), `${nothing}|${noAuthorizer}|${nothing}`);
  assert.match(
    await phasesOf('/signed'),
    new RegExp(String.raw`^Missing Authentication Token \d+ 403\|${noAuthorizer}\|${nothing}$`),
  );
  const iam = iamUnderTest(gatewright);
  try {
    const may = await iam.user('may', policyOf(allowInvoke()));
    const mayNot = await iam.user('may-not');
    assert.equal((await signedFetch(api.url('s', '/signed'), may)).status, 200);
    assert.equal((await signedFetch(api.url('s', '/signed'), mayNot)).status, 403);
    const lines = (await linesOf(gatewright, 'guards')).slice(-2).map((line) => line.slice(line.indexOf('|') + 1));
    assert.match(lines[0]!, new RegExp(String.raw`^- \d+ 200\|${noAuthorizer}\|- \d+ 200$`));
    assert.match(
      lines[1]!,
      new RegExp(String.raw`^- \d+ 200\|${noAuthorizer}\|User: ${mayNot.arn} is not authorized .* \d+ 403$`),
    );
  } finally {
    iam.close();
  }
});

test('[LOG-12] handshakes of WebSocket APIs tell of their authorizer, messages of none', async () => {
  const v2 = new ApiGatewayV2Client(clientConfig(gatewright.endpoint));
  try {
    const ApiId = await createSocketApi(v2, { $default: { integration: {} } });
    const { AuthorizerId } = await v2.send(
      new CreateV2Authorizer({
        ...{ ApiId, Name: 'connect', AuthorizerType: 'REQUEST', AuthorizerUri: uriOf(guard) },
        IdentitySource: ['route.request.header.X-Say'],
      }),
    );
    await createRoute(v2, ApiId, '$connect', {
      ...{ AuthorizationType: 'CUSTOM', AuthorizerId },
      integration: { RequestTemplates: { $default: '{"statusCode":200}' }, TemplateSelectionExpression: '\\$default' },
    });
    await v2.send(new CreateDeploymentCommand({ ApiId, StageName: 'dev' }));
    const DestinationArn = 'arn:aws:logs:us-east-1:000000000000:log-group:socket-guards';
    await v2.send(
      new UpdateV2Stage({
        ...{ ApiId, StageName: 'dev' },
        AccessLogSettings: { DestinationArn, Format: format.replace('requestId', 'requestId|$context.eventType') },
      }),
    );
    const url = gatewright.invokeUrl(ApiId, 'dev').replace(/^http/, 'ws');
    const client = await openSocket(url, [], { headers: { 'x-say': 'allow' } });
    await client.close(1000, 'bye');
    await assert.rejects(openSocket(url, [], { headers: { 'x-say': 'deny' } }));
    const rows = (await awaitLines(gatewright, 'socket-guards', 3)).map((row) => row.slice(row.indexOf('|') + 1));
    const connects = rows.filter((row) => row.startsWith('CONNECT'));
    assert.match(connects[0]!, new RegExp(String.raw`^CONNECT\|${nothing}\|- \d+ 200 \d+ 200 ${uuid}\|- \d+ 200$`));
    assert.match(
      connects[1]!,
      new RegExp(String.raw`^CONNECT\|${nothing}\|- \d+ 200 \d+ 200 ${uuid}\|User is not .* \d+ 403$`),
    );
  } finally {
    v2.destroy();
  }
});
