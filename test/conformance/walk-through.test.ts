/** docs/walk-through.md is true: its commands run as they stand there against the sample, with the real AWS CLI; and no token but a good one gets a ride. */
import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { APIGatewayClient, DeleteStageCommand, GetRestApisCommand } from '@aws-sdk/client-api-gateway';
import {
  CognitoIdentityProviderClient,
  InitiateAuthCommand,
  ListUserPoolClientsCommand,
  ListUserPoolsCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { defaultSettings } from '../../src/app/settings.ts';
import { start } from '../../src/app/start.ts';
import { runPage } from '../support/aws-cli.ts';
import { clientConfig } from '../support/gatewright-in-process.ts';
import { skipWithout } from '../support/programs.ts';

const root = join(import.meta.dirname, '../..');
const settings = { dataDirectory: undefined, port: 0, sample: ['walk-through'], logLevel: 'silent' } as const;

test('[E2E-01] [E2E-02] [E2E-05] the commands of docs/walk-through.md: 401, a token, its claims, a unicorn, the row and the log line', {
  skip: skipWithout('aws', 'curl'),
}, async (t) => {
  const running = await start({ ...defaultSettings, ...settings });
  t.after(() => running.close());
  const page = readFileSync(join(root, 'docs/walk-through.md'), 'utf8');
  const lines = (await runPage(page, running.endpoint, root)).trim().split('\n');
  assert.equal(lines[0], 'without a token: 401');
  assert.equal(lines[1], '0\tana@example.com');
  assert.equal((JSON.parse(lines[2]!) as { Unicorn: { Name: string } }).Unicorn.Name, 'Aurora');
  assert.deepEqual(lines.slice(3), ['with the token: 201', 'ana\tAurora', '1']);
});

test('[E2E-03] no token, a spoilt one and one of another kind are 401 and leave no row; without a stage all is 403', async (t) => {
  const running = await start({ ...defaultSettings, ...settings });
  const config = clientConfig(running.endpoint);
  const cognito = new CognitoIdentityProviderClient(config);
  const apigateway = new APIGatewayClient(config);
  const lambda = new LambdaClient(config);
  t.after(async () => {
    for (const client of [cognito, apigateway, lambda]) client.destroy();
    await running.close();
  });
  const { UserPools } = await cognito.send(new ListUserPoolsCommand({ MaxResults: 10 }));
  const UserPoolId = UserPools![0]!.Id!;
  const { UserPoolClients } = await cognito.send(new ListUserPoolClientsCommand({ UserPoolId }));
  const ClientId = UserPoolClients![0]!.ClientId!;
  const AuthParameters = { USERNAME: 'ana', PASSWORD: 'Sesame-1234' };
  const signIn = async () =>
    (await cognito.send(new InitiateAuthCommand({ ClientId, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters })))
      .AuthenticationResult!;
  const { items } = await apigateway.send(new GetRestApisCommand({}));
  const restApiId = items![0]!.id!;
  const ask = async (authorization?: string): Promise<[number, string]> => {
    const reply = await fetch(`${running.endpoint}/_aws/execute-api/${restApiId}/prod/ride`, {
      method: 'POST',
      headers: { ...(authorization !== undefined && { authorization }) },
      body: '{"PickupLocation":{"Latitude":47.61,"Longitude":-122.33}}',
    });
    return [reply.status, await reply.text()];
  };
  const { IdToken, AccessToken } = await signIn();
  const unauthorized = [401, '{"message":"Unauthorized"}'];
  assert.deepEqual(await ask(), unauthorized);
  assert.deepEqual(await ask(''), unauthorized);
  assert.deepEqual(await ask(AccessToken!), unauthorized);
  const [head, claims, signature] = IdToken!.split('.') as [string, string, string];
  assert.deepEqual(await ask(`${head}.${claims}.${signature.split('').reverse().join('')}`), unauthorized);
  assert.deepEqual(await ask(`${Buffer.from('{"alg":"none"}').toString('base64url')}.${claims}.`), unauthorized);

  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: 'WalkThroughRide' }));
  const table = new DynamoDBClient({ ...config, endpoint: Environment!.Variables!['DYNAMODB_ENDPOINT']! });
  t.after(() => table.destroy());
  const rows = async (): Promise<number> => (await table.send(new ScanCommand({ TableName: 'Rides' }))).Count!;
  assert.equal(await rows(), 0);
  assert.equal((await ask(IdToken!))[0], 201);
  assert.equal((await ask(`Bearer ${IdToken}`))[0], 201);
  assert.equal(await rows(), 2);

  await apigateway.send(new DeleteStageCommand({ restApiId, stageName: 'prod' }));
  assert.deepEqual(await ask(IdToken!), [403, '{"message":"Forbidden"}']);
});
