/** The main job with the official SDK as client: an API made from zero, deployed, invoked, a Lambda function behind it. */
import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { request as secureRequest } from 'node:https';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  CreateDeploymentCommand,
  CreateResourceCommand,
  CreateRestApiCommand,
  GetResourcesCommand,
  PutIntegrationCommand,
  PutIntegrationResponseCommand,
  PutMethodCommand,
  PutMethodResponseCommand,
  UpdateIntegrationResponseCommand,
} from '@aws-sdk/client-api-gateway';
import { AddPermissionCommand, CreateFunctionCommand, InvokeCommand } from '@aws-sdk/client-lambda';
import { zipSync } from 'fflate';
import { startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';

const source = readFileSync(join(import.meta.dirname, '../../examples/rides/request-unicorn/index.mjs'));
const pickup = JSON.stringify({ PickupLocation: { Latitude: 47.61, Longitude: -122.33 } });

let gatewright: TestGatewright;
let apiId: string;
let rideId: string;

before(async () => {
  gatewright = await startTestGatewright({ strict: true });
  const { apigateway, lambda } = gatewright;

  const { FunctionArn } = await lambda.send(
    new CreateFunctionCommand({
      FunctionName: 'RequestUnicorn',
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Role: 'arn:aws:iam::000000000000:role/WildRydesLambda',
      Code: { ZipFile: zipSync({ 'index.mjs': source }) },
    }),
  );
  const api = await apigateway.send(new CreateRestApiCommand({ name: 'WildRydes' }));
  apiId = api.id!;
  const { items } = await apigateway.send(new GetResourcesCommand({ restApiId: apiId }));
  assert.deepEqual(
    items!.map(({ path }) => path),
    ['/'],
  );
  const ride = await apigateway.send(
    new CreateResourceCommand({ restApiId: apiId, parentId: items![0]!.id, pathPart: 'ride' }),
  );
  rideId = ride.id!;
  const post = { restApiId: apiId, resourceId: rideId, httpMethod: 'POST' };
  await apigateway.send(new PutMethodCommand({ ...post, authorizationType: 'NONE' }));
  await apigateway.send(
    new PutIntegrationCommand({
      ...post,
      type: 'AWS_PROXY',
      integrationHttpMethod: 'POST',
      uri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${FunctionArn}/invocations`,
    }),
  );
  await lambda.send(
    new AddPermissionCommand({
      FunctionName: 'RequestUnicorn',
      StatementId: 'api',
      Action: 'lambda:InvokeFunction',
      Principal: 'apigateway.amazonaws.com',
      SourceArn: `arn:aws:execute-api:us-east-1:000000000000:${apiId}/*/POST/ride`,
    }),
  );

  const options = { restApiId: apiId, resourceId: rideId, httpMethod: 'OPTIONS' };
  await apigateway.send(new PutMethodCommand({ ...options, authorizationType: 'NONE' }));
  await apigateway.send(
    new PutIntegrationCommand({
      ...options,
      type: 'MOCK',
      requestTemplates: { 'application/json': '{"statusCode": 200}' },
    }),
  );
  const cors: Record<string, string> = {
    'method.response.header.Access-Control-Allow-Headers':
      "'Content-Type,X-Amz-Date,Authorization,X-Api-Key,X-Amz-Security-Token'",
    'method.response.header.Access-Control-Allow-Methods': "'POST,OPTIONS'",
    'method.response.header.Access-Control-Allow-Origin': "'*'",
  };
  const declared = Object.fromEntries(Object.keys(cors).map((name) => [name, false]));
  await apigateway.send(new PutMethodResponseCommand({ ...options, statusCode: '200', responseParameters: declared }));
  await apigateway.send(new PutIntegrationResponseCommand({ ...options, statusCode: '200', responseParameters: cors }));
  await apigateway.send(new CreateDeploymentCommand({ restApiId: apiId, stageName: 'prod' }));
});

after(() => gatewright.close());

test('[E2E-01, V1-32] POST /ride reaches the function and answers 201 with a unicorn and the CORS header', async () => {
  const reply = await fetch(`${gatewright.invokeUrl(apiId, 'prod')}/ride`, { method: 'POST', body: pickup });
  assert.equal(reply.status, 201);
  assert.equal(reply.headers.get('access-control-allow-origin'), '*');
  assert.match(reply.headers.get('x-amzn-requestid')!, /^[0-9a-f]{8}-[0-9a-f]{4}-4/);
  const body = (await reply.json()) as { RideId: string; Unicorn: { Name: string }; Eta: string };
  assert.deepEqual(Object.keys(body), ['RideId', 'Unicorn', 'Eta']);
  assert.equal(body.Unicorn.Name, 'Aurora');
});

test('[CORS-03] OPTIONS /ride is answered by the mock with the three CORS headers', async () => {
  const reply = await fetch(`${gatewright.invokeUrl(apiId, 'prod')}/ride`, { method: 'OPTIONS' });
  assert.equal(reply.status, 200);
  assert.equal(reply.headers.get('access-control-allow-methods'), 'POST,OPTIONS');
  assert.equal(reply.headers.get('access-control-allow-origin'), '*');
  assert.match(reply.headers.get('access-control-allow-headers')!, /^Content-Type,X-Amz-Date/);
});

test('[RT-05] an unknown path answers 403 Missing Authentication Token', async () => {
  const reply = await fetch(`${gatewright.invokeUrl(apiId, 'prod')}/rides`);
  assert.equal(reply.status, 403);
  assert.equal(reply.headers.get('x-amzn-errortype'), 'MissingAuthenticationTokenException');
  assert.equal(await reply.text(), '{"message":"Missing Authentication Token"}');
});

test('[EP-09] an unknown stage answers 403 Forbidden', async () => {
  const reply = await fetch(`${gatewright.invokeUrl(apiId, 'prdo')}/ride`, { method: 'POST', body: pickup });
  assert.equal(reply.status, 403);
  assert.equal(reply.headers.get('x-amzn-errortype'), 'ForbiddenException');
  assert.equal(await reply.text(), '{"message":"Forbidden"}');
});

/** One request over http or https to a Host of our choosing. */
function ask(secure: boolean, host: string, path: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const options = {
      host: '127.0.0.1',
      port: gatewright.port,
      path,
      method: 'POST',
      headers: { host },
      rejectUnauthorized: false,
      agent: false as const,
    };
    const outgoing = (secure ? secureRequest : request)(options, (incoming) => {
      let text = '';
      incoming.setEncoding('utf8');
      incoming.on('data', (chunk: string) => {
        text += chunk;
      });
      incoming.on('end', () => resolve({ status: incoming.statusCode!, text }));
    });
    outgoing.on('error', reject);
    outgoing.end(pickup);
  });
}

test('[EP-01, EP-02] every address form reaches the same stage, over http and https on one port', async () => {
  const local = `localhost:${gatewright.port}`;
  const addresses: [host: string, path: string][] = [
    [`${apiId}.execute-api.localhost:${gatewright.port}`, '/prod/ride'],
    [`${apiId}.execute-api.us-east-1.amazonaws.com`, '/prod/ride'],
    [`${apiId}.execute-api.localhost.localstack.cloud:${gatewright.port}`, '/prod/ride'],
    [local, `/_aws/execute-api/${apiId}/prod/ride`],
    [local, `/execute-api/${apiId}/prod/ride`],
    [local, `/restapis/${apiId}/prod/_user_request_/ride`],
  ];
  for (const [host, path] of addresses) {
    for (const secure of [false, true]) {
      const { status, text } = await ask(secure, host, path);
      assert.equal(status, 201, `${secure ? 'https' : 'http'} ${host}${path} answered ${status} ${text}`);
    }
  }
});

test('[DEP-01] an edit is invisible until it is deployed', async () => {
  const { apigateway } = gatewright;
  const url = `${gatewright.invokeUrl(apiId, 'prod')}/ride`;
  const origin = async (): Promise<string | null> =>
    (await fetch(url, { method: 'OPTIONS' })).headers.get('access-control-allow-origin');
  await apigateway.send(
    new UpdateIntegrationResponseCommand({
      restApiId: apiId,
      resourceId: rideId,
      httpMethod: 'OPTIONS',
      statusCode: '200',
      patchOperations: [
        {
          op: 'replace',
          path: '/responseParameters/method.response.header.Access-Control-Allow-Origin',
          value: "'https://rides.example'",
        },
      ],
    }),
  );
  assert.equal(await origin(), '*');
  await apigateway.send(new CreateDeploymentCommand({ restApiId: apiId, stageName: 'prod' }));
  assert.equal(await origin(), 'https://rides.example');
});

test('the function answers a direct Invoke too', async () => {
  const { Payload, StatusCode, FunctionError } = await gatewright.lambda.send(
    new InvokeCommand({ FunctionName: 'RequestUnicorn', Payload: Buffer.from(JSON.stringify({ body: pickup })) }),
  );
  assert.equal(StatusCode, 200);
  assert.equal(FunctionError, undefined);
  assert.equal((JSON.parse(Buffer.from(Payload!).toString()) as { statusCode: number }).statusCode, 201);
});

test('the plan prints itself at /_/plans/{api}/{stage}', async () => {
  const text = await (await fetch(`${gatewright.endpoint}/_/plans/${apiId}/prod`)).text();
  assert.match(text, /POST \/ride: .*lambda-proxy/);
  assert.match(text, /OPTIONS \/ride: .*mock 200/);
});
