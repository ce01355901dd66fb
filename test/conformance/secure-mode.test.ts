/** Secure mode on the whole product: nobody gets in without a key, and what is only a warning in dev mode is a refusal here. */
import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';
import {
  APIGatewayClient,
  CreateDeploymentCommand,
  CreateRestApiCommand,
  GetRestApisCommand,
  PutIntegrationCommand,
  PutMethodCommand,
} from '@aws-sdk/client-api-gateway';
import { CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { strToU8, zipSync } from 'fflate';
import { startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';

const key = {
  accessKeyId: 'AKIAGATEWRIGHTTEST01',
  secretAccessKey: 'a secret of forty characters, more or less',
  account: '123456789012',
};

let gatewright: TestGatewright;

before(async () => {
  gatewright = await startTestGatewright({ mode: 'secure', credentials: [key] });
});

after(() => gatewright.close());

const config = (credentials: { accessKeyId: string; secretAccessKey: string }) => ({
  endpoint: gatewright.endpoint,
  region: 'eu-west-1',
  credentials,
  maxAttempts: 1,
});

test('a call signed with a known key works, in the account of the key and the region of the signature', async () => {
  const client = new APIGatewayClient(config(key));
  const api = await client.send(new CreateRestApiCommand({ name: 'guarded' }));
  const { items } = await client.send(new GetRestApisCommand({}));
  assert.deepEqual(
    items!.map(({ id }) => id),
    [api.id],
  );
  client.destroy();
});

test('an unsigned call, a wrong secret and an unknown key are refused', async () => {
  const unsigned = await fetch(`${gatewright.endpoint}/restapis`, { headers: { accept: 'application/json' } });
  assert.equal(unsigned.status, 403);
  assert.equal(unsigned.headers.get('x-amzn-errortype'), 'MissingAuthenticationTokenException');
  await unsigned.text();
  const refusals = [
    [{ ...key, secretAccessKey: 'wrong' }, 'InvalidSignatureException'],
    [{ ...key, accessKeyId: 'AKIANOBODY' }, 'UnrecognizedClientException'],
    [{ ...key, accessKeyId: '123456789012' }, 'UnrecognizedClientException'],
  ] as const;
  for (const [credentials, name] of refusals) {
    const client = new APIGatewayClient(config(credentials));
    await assert.rejects(client.send(new GetRestApisCommand({})), { name });
    client.destroy();
  }
});

test('reset is refused', async () => {
  for (const path of ['/_/reset', '/_localstack/state/reset']) {
    const reply = await fetch(`${gatewright.endpoint}${path}`, { method: 'POST' });
    assert.equal(reply.status, 403);
    await reply.text();
  }
});

test('[INT-11] a function that has not permitted the API answers 500, and code from a folder of the server is refused', async () => {
  const client = new APIGatewayClient(config(key));
  const lambda = new LambdaClient(config(key));
  const role = 'arn:aws:iam::123456789012:role/r';
  const basics = { Runtime: 'nodejs22.x', Handler: 'index.handler', Role: role } as const;
  const { FunctionArn } = await lambda.send(
    new CreateFunctionCommand({
      ...basics,
      FunctionName: 'f',
      Code: { ZipFile: zipSync({ 'index.js': strToU8('exports.handler = async () => ({})') }) },
    }),
  );
  await assert.rejects(
    lambda.send(new CreateFunctionCommand({ ...basics, FunctionName: 'g', Code: { S3Bucket: 'file', S3Key: '/tmp' } })),
    { name: 'InvalidParameterValueException' },
  );
  const api = await client.send(new CreateRestApiCommand({ name: 'caller' }));
  const method = { restApiId: api.id!, resourceId: api.rootResourceId!, httpMethod: 'GET' };
  await client.send(new PutMethodCommand({ ...method, authorizationType: 'NONE' }));
  await client.send(
    new PutIntegrationCommand({
      ...method,
      type: 'AWS_PROXY',
      integrationHttpMethod: 'POST',
      uri: `arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${FunctionArn}/invocations`,
    }),
  );
  await client.send(new CreateDeploymentCommand({ restApiId: api.id!, stageName: 'prod' }));
  const reply = await fetch(`${gatewright.invokeUrl(api.id!, 'prod')}/`);
  assert.equal(reply.status, 500);
  assert.equal(await reply.text(), '{"message": "Internal server error"}');
  client.destroy();
  lambda.destroy();
});
