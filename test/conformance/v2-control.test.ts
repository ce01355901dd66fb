/** HTTP and WebSocket APIs as their owners make them: with the official SDK, plain requests and the AWS CLI, against the whole product. */
import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { CreateRestApiCommand, GetRestApisCommand } from '@aws-sdk/client-api-gateway';
import {
  ApiGatewayV2Client,
  BadRequestException,
  CreateApiCommand,
  CreateAuthorizerCommand,
  CreateIntegrationCommand,
  CreateRouteCommand,
  CreateStageCommand,
  CreateVpcLinkCommand,
  DeleteApiCommand,
  GetApiCommand,
  GetApisCommand,
  GetStageCommand,
  ImportApiCommand,
  NotFoundException,
  UpdateIntegrationCommand,
  UpdateStageCommand,
} from '@aws-sdk/client-apigatewayv2';
import { defaultSettings } from '../../src/app/settings.ts';
import { awsCli, runPage } from '../support/aws-cli.ts';
import { type Backend, httpBackend } from '../support/backends.ts';
import { clientConfig, startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { ask } from '../support/plain-http.ts';
import { skipWithout } from '../support/programs.ts';

let gatewright: TestGatewright;
let client: ApiGatewayV2Client;
let backend: Backend;

before(async () => {
  gatewright = await startTestGatewright({ httpLimits: { ...defaultSettings.httpLimits, routesPerApi: 3 } });
  client = new ApiGatewayV2Client(clientConfig(gatewright.endpoint));
  backend = await httpBackend((request, response) => response.end(`backend ${request.url}`));
});
after(async () => {
  client.destroy();
  await gatewright.close();
  await backend.close();
});

/** Status and body of a call of an API by its own address. */
async function called(url: string): Promise<string> {
  const reply = await fetch(url);
  return `${reply.status} ${await reply.text()}`;
}

const httpApi = async (): Promise<{ ApiId: string; ApiEndpoint: string }> => {
  const { ApiId, ApiEndpoint } = await client.send(new CreateApiCommand({ Name: 'shop', ProtocolType: 'HTTP' }));
  return { ApiId: ApiId!, ApiEndpoint: ApiEndpoint! };
};

async function route(ApiId: string, RouteKey: string, path: string): Promise<string> {
  const { IntegrationId } = await client.send(
    new CreateIntegrationCommand({
      ApiId,
      IntegrationType: 'HTTP_PROXY',
      IntegrationMethod: 'GET',
      IntegrationUri: `${backend.origin}${path}`,
      PayloadFormatVersion: '1.0',
    }),
  );
  await client.send(new CreateRouteCommand({ ApiId, RouteKey, Target: `integrations/${IntegrationId}` }));
  return IntegrationId!;
}

test('[V2-03] a quick-created API answers at once at the address it was created with', async () => {
  const { ApiEndpoint } = await client.send(
    new CreateApiCommand({ Name: 'quick', ProtocolType: 'HTTP', Target: backend.origin }),
  );
  assert.equal(await called(`${ApiEndpoint}/any/path`), '200 backend /any/path');
});

test('[DEP-06] a change of an integration is seen by the next request of a stage with AutoDeploy', async () => {
  const { ApiId, ApiEndpoint } = await httpApi();
  await client.send(new CreateStageCommand({ ApiId, StageName: 'live', AutoDeploy: true }));
  assert.match(
    (await client.send(new GetStageCommand({ ApiId, StageName: 'live' }))).LastDeploymentStatusMessage!,
    /no routes exist/,
  );
  const IntegrationId = await route(ApiId, 'GET /pets', '/one');
  assert.equal(await called(`${ApiEndpoint}/live/pets`), '200 backend /one');
  await client.send(new UpdateIntegrationCommand({ ApiId, IntegrationId, IntegrationUri: `${backend.origin}/two` }));
  assert.equal(await called(`${ApiEndpoint}/live/pets`), '200 backend /two');
  await client.send(new UpdateStageCommand({ ApiId, StageName: 'live', AutoDeploy: false }));
  await client.send(new UpdateIntegrationCommand({ ApiId, IntegrationId, IntegrationUri: backend.origin }));
  assert.equal(await called(`${ApiEndpoint}/live/pets`), '200 backend /two');
  await client.send(new DeleteApiCommand({ ApiId }));
  assert.match(await called(`${ApiEndpoint}/live/pets`), /^40[34] /);
});

test('[V2-04] each control plane lists its own APIs only', async () => {
  const rest = await gatewright.apigateway.send(new CreateRestApiCommand({ name: 'rest' }));
  const { ApiId } = await httpApi();
  const v1 = (await gatewright.apigateway.send(new GetRestApisCommand({ limit: 500 }))).items!.map(({ id }) => id);
  const v2 = (await client.send(new GetApisCommand({}))).Items!.map((api) => api.ApiId);
  assert.ok(v1.includes(rest.id) && !v1.includes(ApiId));
  assert.ok(v2.includes(ApiId) && !v2.includes(rest.id));
  await assert.rejects(client.send(new GetApiCommand({ ApiId: rest.id })), NotFoundException);
});

test('[CP-05] a missing API is told by its message alone, in the exception the SDK knows', async () => {
  const { status, json } = await ask({ port: gatewright.port, path: '/v2/apis/nothere' });
  assert.equal(status, 404);
  assert.deepEqual(json, { message: 'Invalid API identifier specified 000000000000:nothere' });
  await assert.rejects(client.send(new GetApiCommand({ ApiId: 'nothere' })), NotFoundException);
});

test('[CP-02] times of an API are ISO 8601', async () => {
  const { ApiId } = await httpApi();
  const { json } = await ask({ port: gatewright.port, path: `/v2/apis/${ApiId}` });
  assert.match((json as { createdDate: string }).createdDate, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
});

test('what AWS refuses in its own words reaches the operation, past the constraints of the model', async () => {
  const { ApiId } = await client.send(new CreateApiCommand({ Name: 'chat', ProtocolType: 'WEBSOCKET' }));
  const create = (input: object) =>
    client.send(
      new CreateAuthorizerCommand({
        ApiId,
        Name: 'guard',
        AuthorizerType: 'REQUEST',
        AuthorizerUri:
          'arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:000000000000:function:guard/invocations',
        IdentitySource: ['route.request.header.Auth'],
        ...input,
      }),
    );
  const refused = (input: object, message: string) =>
    assert.rejects(create(input), (error) => error instanceof BadRequestException && error.message === message);
  await refused(
    { AuthorizerType: 'TOKEN' },
    'Invalid authorizer type. Only REQUEST authorizer type is supported on WEBSOCKET protocol Apis.',
  );
  await refused(
    { AuthorizerResultTtlInSeconds: 3601 },
    'AuthorizerResultTtlInSeconds cannot be set for WEBSOCKET protocol Apis.',
  );
  assert.equal((await create({ IdentitySource: undefined })).IdentitySource, undefined);
});

test('[V2-09] what breaks a constraint of the model is a BadRequestException too', async () => {
  const { ApiId } = await httpApi();
  const create = (input: object) =>
    client.send(
      new CreateIntegrationCommand({
        ApiId,
        IntegrationType: 'HTTP_PROXY',
        IntegrationUri: 'http://example.com',
        ...input,
      }),
    );
  await assert.rejects(create({ TimeoutInMillis: 30_001 }), {
    name: 'BadRequestException',
    message: 'Timeout should be between 50 ms and 30000 ms',
  });
  await assert.rejects(create({ IntegrationType: 'FTP' as never }), {
    name: 'BadRequestException',
    message: /^1 validation error detected: Value 'FTP' at 'createIntegrationInput.integrationType'/,
  });
});

test('[CP-11] what is created answers 201, and so does UpdateRoute; what is deleted 204, a VPC link 202', async () => {
  const send = async (
    method: string,
    path: string,
    body?: object,
  ): Promise<{ status: number; json: { readonly apiId?: string; readonly routeId?: string } }> => {
    const headers = { 'content-type': 'application/json' };
    const reply = await fetch(`${gatewright.endpoint}/v2${path}`, {
      method,
      headers,
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await reply.text();
    return { status: reply.status, json: text === '' ? {} : JSON.parse(text) };
  };
  const api = await send('POST', '/apis', { name: 'raw', protocolType: 'HTTP' });
  const at = `/apis/${api.json.apiId}`;
  const made = await send('POST', `${at}/routes`, { routeKey: 'GET /x' });
  const linked = await client.send(new CreateVpcLinkCommand({ Name: 'inside', SubnetIds: ['subnet-1'] }));
  const statuses = [
    api.status,
    made.status,
    (await send('PATCH', `${at}/routes/${made.json.routeId}`, { operationName: 'x' })).status,
    (await send('DELETE', `${at}/routes/${made.json.routeId}`)).status,
    (await send('POST', `/tags/${encodeURIComponent(`arn:aws:apigateway:us-east-1::${at}`)}`, { tags: { a: 'b' } }))
      .status,
    (await send('DELETE', `${at}/cors`)).status,
    (await send('DELETE', at)).status,
    (await send('DELETE', `/vpclinks/${linked.VpcLinkId}`)).status,
  ];
  assert.deepEqual(statuses, [201, 201, 201, 204, 201, 204, 204, 202]);
});

test('[V2-19] what takes one part of an API, a route or a stage away answers 204 without a body', async () => {
  const { ApiId } = await client.send(new CreateApiCommand({ Name: 'chat', ProtocolType: 'WEBSOCKET' }));
  const { RouteId } = await client.send(
    new CreateRouteCommand({
      ApiId,
      RouteKey: '$connect',
      RequestParameters: { 'route.request.header.x': { Required: true } },
    }),
  );
  await client.send(new CreateStageCommand({ ApiId, StageName: 'dev' }));
  for (const path of [
    'cors',
    `routes/${RouteId}/requestparameters/route.request.header.x`,
    'stages/dev/accesslogsettings',
    'stages/dev/cache/authorizers',
  ]) {
    const reply = await ask({ port: gatewright.port, path: `/v2/apis/${ApiId}/${path}`, method: 'DELETE' });
    assert.equal(reply.status, 204, path);
    assert.equal(reply.text, '');
  }
});

test('[LIM-06] the quotas of HTTP APIs are settings', async () => {
  const { ApiId } = await httpApi();
  for (const path of ['a', 'b', 'c']) {
    await client.send(new CreateRouteCommand({ ApiId, RouteKey: `GET /${path}` }));
  }
  await assert.rejects(client.send(new CreateRouteCommand({ ApiId, RouteKey: 'GET /d' })), {
    name: 'TooManyRequestsException',
    LimitType: 'Routes',
  });
});

test('[OAS-19] an API imported with the SDK is deployed and called', async () => {
  const document = {
    openapi: '3.0.1',
    info: { title: 'imported', version: '1' },
    paths: {
      '/pets/{id}': {
        get: {
          responses: { default: { description: 'a pet' } },
          'x-amazon-apigateway-integration': {
            type: 'http_proxy',
            httpMethod: 'GET',
            uri: `${backend.origin}/animals/{id}`,
            payloadFormatVersion: '1.0',
          },
        },
      },
    },
  };
  const { ApiId, ApiEndpoint } = await client.send(new ImportApiCommand({ Body: JSON.stringify(document) }));
  await client.send(new CreateStageCommand({ ApiId, StageName: '$default', AutoDeploy: true }));
  assert.equal(await called(`${ApiEndpoint}/pets/7`), '200 backend /animals/7');
});

test('[OAS-20] the AWS CLI exports an API and imports what it exported', { skip: skipWithout('aws') }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gatewright-export-'));
  try {
    const { ApiId } = await httpApi();
    await route(ApiId, 'ANY /{proxy+}', '/{proxy}');
    const cli = (...parameters: string[]) => awsCli(gatewright.endpoint, ['apigatewayv2', ...parameters], folder);
    await cli('export-api', '--api-id', ApiId, '--output-type', 'YAML', '--specification', 'OAS30', 'api.yaml');
    const imported = JSON.parse(await cli('import-api', '--body', 'file://api.yaml'));
    const routes = JSON.parse(await cli('get-routes', '--api-id', imported.ApiId));
    assert.deepEqual(
      routes.Items.map(({ RouteKey }: { RouteKey: string }) => RouteKey),
      ['ANY /{proxy+}'],
    );
    const integrations = JSON.parse(await cli('get-integrations', '--api-id', imported.ApiId));
    assert.equal(integrations.Items[0].IntegrationUri, `${backend.origin}/{proxy}`);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('the commands of docs/http-apis.md build an HTTP API with the AWS CLI and call it', {
  skip: skipWithout('aws', 'curl', 'python3'),
}, async () => {
  const root = join(import.meta.dirname, '../..');
  const page = readFileSync(join(root, 'docs/http-apis.md'), 'utf8');
  const output = await runPage(page, gatewright.endpoint, root);
  assert.match(output, /healthy|running/);
});
