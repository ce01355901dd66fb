/** The ARNs by which functions are granted to APIs: each kind of caller is let in by its own and by no other. */
import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';
import { ApiGatewayV2Client, CreateAuthorizerCommand, CreateRouteCommand } from '@aws-sdk/client-apigatewayv2';
import { AddPermissionCommand, CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { createApi } from '../support/api-under-test.ts';
import { clientConfig, startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { createHttpApi, lambdaRoute } from '../support/http-api-under-test.ts';
import { zipOf } from '../support/lambda-under-test.ts';
import { createSocketApi } from '../support/socket-api.ts';
import { openSocket } from '../support/socket-client.ts';

const region = 'us-east-1';
const account = '000000000000';

let gatewright: TestGatewright;
let v2: ApiGatewayV2Client;
let lambda: LambdaClient;

before(async () => {
  gatewright = await startTestGatewright({ strict: true });
  v2 = new ApiGatewayV2Client(clientConfig(gatewright.endpoint));
  lambda = new LambdaClient(clientConfig(gatewright.endpoint));
});
after(async () => {
  v2.destroy();
  lambda.destroy();
  await gatewright.close();
});

/** A function nobody may invoke yet. It is an authorizer that says yes and a backend that says 200. */
async function ungranted(FunctionName: string): Promise<string> {
  const answer = `event.type === 'REQUEST' ? { isAuthorized: true } : { statusCode: 200, body: 'in' }`;
  const source = `exports.handler = async (event) => (${answer});`;
  const { FunctionArn } = await lambda.send(
    new CreateFunctionCommand({
      ...{ FunctionName, Runtime: 'nodejs22.x', Handler: 'index.handler', Role: `arn:aws:iam::${account}:role/any` },
      Code: { ZipFile: zipOf({ 'index.js': source }) },
    }),
  );
  return FunctionArn!;
}

async function grant(FunctionName: string, sourceArn: string): Promise<void> {
  await lambda.send(
    new AddPermissionCommand({
      ...{ FunctionName, Action: 'lambda:InvokeFunction', Principal: 'apigateway.amazonaws.com' },
      StatementId: `s${sourceArn.replace(/\W/g, '-')}`.slice(0, 100),
      SourceArn: `arn:aws:execute-api:${region}:${account}:${sourceArn}`,
    }),
  );
}

const statusOf = async (url: string, headers: Record<string, string> = {}): Promise<number> =>
  (await fetch(url, { headers })).status;

test('[CP-22] {api}/{stage}/{METHOD}/{path} lets a method of a REST API in, another stage, method or path does not', async () => {
  const functionArn = await ungranted('rest');
  const uri = `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${functionArn}/invocations`;
  const api = await createApi(gatewright, { 'GET /pets/{id}': { type: 'AWS_PROXY', verb: 'POST', uri } });
  await api.deploy('dev');
  const url = api.url('dev', '/pets/7');
  for (const other of ['prod/GET/pets/*', 'dev/POST/pets/*', 'dev/GET/cats/*'])
    await grant('rest', `${api.id}/${other}`);
  assert.equal(await statusOf(url), 500);
  await grant('rest', `${api.id}/dev/GET/pets/*`);
  assert.equal(await statusOf(url), 200);
});

test('[CP-22] the same lets a route of an HTTP API in', async () => {
  const functionArn = await ungranted('http');
  const api = await createHttpApi(gatewright, { 'GET /pets/{id}': lambdaRoute(functionArn) });
  const url = api.url('/pets/7');
  for (const other of ['dev/GET/pets/*', '$default/POST/pets/*', 'authorizers/*'])
    await grant('http', `${api.id}/${other}`);
  assert.equal(await statusOf(url), 500);
  await grant('http', `${api.id}/$default/GET/pets/*`);
  assert.equal(await statusOf(url), 200);
  api.client.destroy();
});

test('[CP-22] {api}/authorizers/{id} lets an authorizer in, a grant to the integration does not', async () => {
  const [guard, backend] = [await ungranted('guard'), await ungranted('backend')];
  const api = await createHttpApi(gatewright, { 'GET /': lambdaRoute(backend) });
  await grant('backend', `${api.id}/*`);
  const { AuthorizerId } = await v2.send(
    new CreateAuthorizerCommand({
      ...{ ApiId: api.id, Name: 'guard', AuthorizerType: 'REQUEST', IdentitySource: ['$request.header.who'] },
      AuthorizerUri: `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${guard}/invocations`,
      ...{ AuthorizerPayloadFormatVersion: '2.0', EnableSimpleResponses: true, AuthorizerResultTtlInSeconds: 0 },
    }),
  );
  await v2.send(
    new CreateRouteCommand({
      ...{ ApiId: api.id, RouteKey: 'GET /guarded', AuthorizationType: 'CUSTOM', AuthorizerId },
    }),
  );
  await api.deploy('guarded');
  const url = api.url('/guarded', 'guarded');
  // A route without an integration: who is let in finds nothing.
  await grant('guard', `${api.id}/guarded/GET/guarded`);
  assert.equal(await statusOf(url, { who: 'ann' }), 500);
  await grant('guard', `${api.id}/authorizers/${AuthorizerId}`);
  assert.equal(await statusOf(url, { who: 'ann' }), 404);
  api.client.destroy();
});

test('[CP-22] {api}/{stage}/{route key} lets a route of a WebSocket API in', async () => {
  const functionArn = await ungranted('sockets');
  const integration = {
    ...{ IntegrationType: 'AWS_PROXY' as const, IntegrationMethod: 'POST' },
    IntegrationUri: `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${functionArn}/invocations`,
  };
  const apiId = await createSocketApi(v2, {
    say: { integration, twoWay: true, RouteResponseSelectionExpression: '$default' },
  });
  const client = await openSocket(`${gatewright.endpoint.replace('http', 'ws')}/_aws/execute-api/${apiId}/dev`);
  await grant('sockets', `${apiId}/dev/shout`);
  client.send({ action: 'say' });
  assert.match(await client.next(), /Internal server error/);
  await grant('sockets', `${apiId}/dev/say`);
  client.send({ action: 'say' });
  assert.equal(await client.next(), 'in');
  await client.close();
});
