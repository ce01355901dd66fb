/** Secure mode asks IAM about every call of the control plane: what a user's policies do not allow is refused in AWS's words. */
import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';
import {
  APIGatewayClient,
  CreateRestApiCommand,
  GetRestApisCommand,
  ImportRestApiCommand,
  UpdateAccountCommand,
  UpdateRestApiCommand,
} from '@aws-sdk/client-api-gateway';
import { ApiGatewayManagementApiClient, PostToConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi';
import { ApiGatewayV2Client } from '@aws-sdk/client-apigatewayv2';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CognitoIdentityClient, DescribeIdentityPoolCommand } from '@aws-sdk/client-cognito-identity';
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GetUserCommand,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { CreateFunctionCommand, InvokeCommand, LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { signatureHeaders } from '../../src/base/sigv4-signer.ts';
import { startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { type Keys, policyOf, trusting } from '../support/iam-under-test.ts';
import { zipOf } from '../support/lambda-under-test.ts';
import { createSocketApi, mock } from '../support/socket-api.ts';
import { openSocket } from '../support/socket-client.ts';

const account = '123456789012';
const neighbour = { accessKeyId: 'AKIANEIGHBOUR', secretAccessKey: 'another secret', account: '210987654321' };
const root = { accessKeyId: 'AKIAROOT', secretAccessKey: 'the secret of the root', account };
let gatewright: TestGatewright;
let iam: IAMClient;
const clients: { destroy(): void }[] = [];

function clientOf<Client extends { destroy(): void }>(
  Client: new (config: { endpoint: string; region: string; credentials: Keys; maxAttempts: number }) => Client,
  credentials: Keys,
): Client {
  const client = new Client({ endpoint: gatewright.endpoint, region: 'eu-west-1', credentials, maxAttempts: 1 });
  clients.push(client);
  return client;
}

before(async () => {
  gatewright = await startTestGatewright({ mode: 'secure', credentials: [root, neighbour] });
  iam = clientOf(IAMClient, root);
});

after(async () => {
  for (const client of clients) client.destroy();
  await gatewright.close();
});

async function userWith(name: string, ...statements: object[]): Promise<Keys> {
  await iam.send(new CreateUserCommand({ UserName: name }));
  if (statements.length > 0) {
    const PolicyDocument = policyOf(...statements);
    await iam.send(new PutUserPolicyCommand({ UserName: name, PolicyName: 'own', PolicyDocument }));
  }
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: name }));
  return { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! };
}

test('[CP-23] a user with apigateway:GET reads and cannot create', async () => {
  const reader = await userWith('reader', {
    Effect: 'Allow',
    Action: 'apigateway:GET',
    Resource: 'arn:aws:apigateway:*::/*',
  });
  const apigateway = clientOf(APIGatewayClient, reader);
  assert.deepEqual((await apigateway.send(new GetRestApisCommand({}))).items ?? [], []);
  await assert.rejects(apigateway.send(new CreateRestApiCommand({ name: 'x' })), {
    name: 'AccessDeniedException',
    message:
      'User: arn:aws:iam::123456789012:user/reader is not authorized to perform: apigateway:POST on resource: arn:aws:apigateway:eu-west-1::/restapis because no identity-based policy allows the apigateway:POST action',
  });
});

test('[CP-23] a policy for an API asks for an action of its own', async () => {
  const action = 'arn:aws:apigateway:*::/*';
  const maker = await userWith('maker', {
    Effect: 'Allow',
    Action: ['apigateway:POST', 'apigateway:PATCH'],
    Resource: action,
  });
  const apigateway = clientOf(APIGatewayClient, maker);
  const { id } = await apigateway.send(new CreateRestApiCommand({ name: 'x' }));
  const named = [{ op: 'replace', path: '/name', value: 'y' }] as const;
  await apigateway.send(new UpdateRestApiCommand({ restApiId: id!, patchOperations: [...named] }));
  const policy = policyOf({
    Effect: 'Allow',
    Principal: '*',
    Action: 'execute-api:Invoke',
    Resource: 'execute-api:/*',
  });
  const patchOperations = [{ op: 'replace', path: '/policy', value: policy }] as const;
  await assert.rejects(
    apigateway.send(new UpdateRestApiCommand({ restApiId: id!, patchOperations: [...patchOperations] })),
    /perform: apigateway:UpdateRestApiPolicy on resource: arn:aws:apigateway:eu-west-1::\/restapis\//,
  );
});

test('[IAM-11] [WS-20] pushes at the bare endpoint need leave for the connection’s own API, whatever Host the caller writes', async () => {
  const v2 = clientOf(ApiGatewayV2Client, root);
  const apiId = await createSocketApi(v2, { id: mock('{"id":"$context.connectionId"}') });
  const socket = await openSocket(gatewright.invokeUrl(apiId, 'dev').replace(/^http/, 'ws'));
  socket.send({ action: 'id' });
  const ConnectionId = String((await socket.nextJson())['id']);
  const post = new PostToConnectionCommand({ ConnectionId, Data: 'pushed' });
  const pusherOf = (name: string, arn: string): Promise<Keys> =>
    userWith(name, { Effect: 'Allow', Action: 'execute-api:ManageConnections', Resource: arn });

  const own = await pusherOf('pusher', `arn:aws:execute-api:eu-west-1:${account}:${apiId}/dev/POST/@connections/*`);
  await clientOf(ApiGatewayManagementApiClient, own).send(post);
  assert.equal(await socket.next(), 'pushed');

  const other = await pusherOf('stranger', `arn:aws:execute-api:eu-west-1:${account}:another/dev/POST/@connections/*`);
  const disguised = new ApiGatewayManagementApiClient({
    endpoint: `${gatewright.endpoint}/dev`,
    region: 'eu-west-1',
    credentials: other,
    maxAttempts: 1,
  });
  clients.push(disguised);
  disguised.middlewareStack.add(
    (next) => (call) => {
      (call.request as { headers: Record<string, string> }).headers['host'] = 'another.example';
      return next(call);
    },
    { step: 'build' },
  );
  await assert.rejects(disguised.send(post), {
    name: 'AccessDeniedException',
    message: `User: arn:aws:iam::${account}:user/stranger is not authorized to perform: execute-api:ManageConnections on resource: arn:aws:execute-api:eu-west-1:********9012:${apiId}/dev/POST/@connections/{connectionId} because no identity-based policy allows the execute-api:ManageConnections action`,
  });

  const foreign = new ApiGatewayManagementApiClient({
    endpoint: gatewright.endpoint,
    region: 'eu-west-1',
    credentials: neighbour,
    maxAttempts: 1,
  });
  clients.push(foreign);
  await assert.rejects(foreign.send(post), {
    name: 'AccessDeniedException',
    message: /no resource-based policy allows/,
  });
  await socket.close();
});

test('without policies a user may ask who it is, and nothing else', async () => {
  const nobody = await userWith('nobody');
  const { Arn } = await clientOf(STSClient, nobody).send(new GetCallerIdentityCommand({}));
  assert.equal(Arn, 'arn:aws:iam::123456789012:user/nobody');
  await assert.rejects(clientOf(IAMClient, nobody).send(new GetUserCommand({})), {
    name: 'AccessDenied',
    message:
      /^User: arn:aws:iam::123456789012:user\/nobody is not authorized to perform: iam:GetUser on resource: arn:aws:iam::123456789012:user\/nobody because/,
  });
  await assert.rejects(clientOf(LambdaClient, nobody).send(new ListFunctionsCommand({})), {
    name: 'AccessDeniedException',
  });
});

test('a user may look after its own keys where a policy says ${aws:username}', async () => {
  const own = 'arn:aws:iam::*:user/${aws:username}';
  const keys = await userWith('selfish', { Effect: 'Allow', Action: 'iam:*AccessKey*', Resource: own });
  const client = clientOf(IAMClient, keys);
  assert.ok((await client.send(new CreateAccessKeyCommand({ UserName: 'selfish' }))).AccessKey);
  await assert.rejects(client.send(new CreateAccessKeyCommand({ UserName: 'nobody' })), { name: 'AccessDenied' });
});

test('a role assumed in secure mode may what its policies allow; a foreign user may not assume it', async () => {
  const { Role } = await iam.send(
    new CreateRoleCommand({ RoleName: 'deployer', AssumeRolePolicyDocument: trusting({ AWS: account }) }),
  );
  const PolicyDocument = policyOf({ Effect: 'Allow', Action: 'apigateway:*', Resource: '*' });
  await iam.send(new PutRolePolicyCommand({ RoleName: 'deployer', PolicyName: 'own', PolicyDocument }));
  const assume = new AssumeRoleCommand({ RoleArn: Role!.Arn!, RoleSessionName: 'ci' });
  const idle = await userWith('idle');
  await assert.rejects(clientOf(STSClient, idle).send(assume), { name: 'AccessDenied' });
  const { Credentials } = await clientOf(STSClient, root).send(assume);
  const session = {
    accessKeyId: Credentials!.AccessKeyId!,
    secretAccessKey: Credentials!.SecretAccessKey!,
    sessionToken: Credentials!.SessionToken!,
  };
  assert.ok((await clientOf(APIGatewayClient, session).send(new CreateRestApiCommand({ name: 'by-role' }))).id);
  await assert.rejects(clientOf(LambdaClient, session).send(new ListFunctionsCommand({})), {
    name: 'AccessDeniedException',
  });
});

const asksWho = `
const { createHmac, createHash } = require('node:crypto');
exports.handler = async () => {
  const { AWS_ACCESS_KEY_ID: id, AWS_SECRET_ACCESS_KEY: secret, AWS_SESSION_TOKEN: token, AWS_ENDPOINT_URL: endpoint } = process.env;
  const url = new URL('/restapis', endpoint);
  const date = new Date().toISOString().replace(/[-:]|\\.\\d{3}/g, '');
  const scope = date.slice(0, 8) + '/eu-west-1/apigateway/aws4_request';
  const hash = (text) => createHash('sha256').update(text).digest('hex');
  const names = 'host;x-amz-date;x-amz-security-token';
  const canonical = ['GET', '/restapis', '', 'host:' + url.host, 'x-amz-date:' + date, 'x-amz-security-token:' + token, '', names, hash('')].join('\\n');
  let key = 'AWS4' + secret;
  for (const part of scope.split('/')) key = createHmac('sha256', key).update(part).digest();
  const signature = createHmac('sha256', key).update(['AWS4-HMAC-SHA256', date, scope, hash(canonical)].join('\\n')).digest('hex');
  const authorization = 'AWS4-HMAC-SHA256 Credential=' + id + '/' + scope + ', SignedHeaders=' + names + ', Signature=' + signature;
  const reply = await fetch(url, { headers: { authorization, 'x-amz-date': date, 'x-amz-security-token': token, accept: 'application/json' } });
  return { status: reply.status, body: await reply.text() };
};`;

test('a function calls back with the credentials of its role', async () => {
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName: 'worker',
      AssumeRolePolicyDocument: trusting({ Service: 'lambda.amazonaws.com' }),
    }),
  );
  const lambda = clientOf(LambdaClient, root);
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: 'asks',
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Role: Role!.Arn!,
      Timeout: 20,
      Code: { ZipFile: zipOf({ 'index.js': asksWho }) },
    }),
  );
  const ask = async (): Promise<{ status: number; body: string }> => {
    const { Payload } = await lambda.send(new InvokeCommand({ FunctionName: 'asks' }));
    return JSON.parse(Buffer.from(Payload!).toString());
  };
  const refused = await ask();
  assert.equal(refused.status, 403);
  assert.match(
    refused.body,
    /User: arn:aws:sts::123456789012:assumed-role\/worker\/asks is not authorized to perform: apigateway:GET/,
  );
  const PolicyDocument = policyOf({ Effect: 'Allow', Action: 'apigateway:GET', Resource: '*' });
  await iam.send(new PutRolePolicyCommand({ RoleName: 'worker', PolicyName: 'own', PolicyDocument }));
  assert.equal((await ask()).status, 200);
});

test('[CP-23] no spelling of a call slips past a policy that names what it is about', async () => {
  const apigateway = clientOf(APIGatewayClient, root);
  const { id } = await apigateway.send(new CreateRestApiCommand({ name: 'kept' }));
  await iam.send(new CreateUserCommand({ UserName: 'Boss', Path: '/admins/' }));
  const curious = await userWith(
    'curious',
    { Effect: 'Allow', Action: '*', Resource: '*' },
    {
      Effect: 'Deny',
      Action: '*',
      Resource: [
        `arn:aws:apigateway:*::/restapis/${id}`,
        'arn:aws:iam::*:user/admins/*',
        'arn:aws:logs:*:*:log-group:secret:*',
        'arn:aws:cognito-identity:*:*:identitypool/eu-west-1:kept',
      ],
    },
  );
  for (const path of [
    `/restapis/${id}`,
    `/restapis/${id}/`,
    `/restapis/%${id!.charCodeAt(0).toString(16)}${id!.slice(1)}`,
  ]) {
    const nowMs = Date.now();
    const headers = ['Host', new URL(gatewright.endpoint).host];
    const signed = signatureHeaders({
      ...{ method: 'GET', path, query: '', headers, body: undefined, keys: curious, nowMs },
      region: 'eu-west-1',
      service: 'apigateway',
    });
    const pairs = signed.flatMap((name, i) => (i % 2 === 0 ? [[name, signed[i + 1]!] as [string, string]] : []));
    const reply = await fetch(`${gatewright.endpoint}${path}`, { headers: pairs });
    assert.match(await reply.text(), /with an explicit deny/, path);
    assert.equal(reply.status, 403, path);
  }
  const denied = { name: /^AccessDenied/ };
  // In any case, and without the path that the policy names.
  await assert.rejects(clientOf(IAMClient, curious).send(new GetUserCommand({ UserName: 'BOSS' })), denied);
  const logs = clientOf(CloudWatchLogsClient, curious);
  const logGroupIdentifier = 'arn:aws:logs:eu-west-1:123456789012:log-group:secret';
  await assert.rejects(logs.send(new FilterLogEventsCommand({ logGroupName: 'secret' })), denied);
  await assert.rejects(logs.send(new FilterLogEventsCommand({ logGroupIdentifier })), denied);
  const pools = clientOf(CognitoIdentityClient, curious);
  await assert.rejects(pools.send(new DescribeIdentityPoolCommand({ IdentityPoolId: 'eu-west-1:kept' })), denied);
});

test('[CP-24] roles and policies that come in a patch or a file ask for the same leave as those in a call', async () => {
  const importer = await userWith(
    'importer',
    { Effect: 'Allow', Action: ['apigateway:*'], Resource: '*' },
    {
      Effect: 'Deny',
      Action: 'apigateway:UpdateRestApiPolicy',
      Resource: '*',
    },
  );
  const apigateway = clientOf(APIGatewayClient, importer);
  const integration = { type: 'mock', credentials: 'arn:aws:iam::${AWS::AccountId}:role/admin' };
  const withRole = { paths: { '/': { get: { responses: {}, 'x-amazon-apigateway-integration': integration } } } };
  const withPolicy = { paths: {}, 'x-amazon-apigateway-policy': { Version: '2012-10-17', Statement: [] } };
  const fileOf = (more: object) => JSON.stringify({ swagger: '2.0', info: { title: 'a', version: '1' }, ...more });
  const importing = (body: string) => apigateway.send(new ImportRestApiCommand({ body: Buffer.from(body) }));
  await assert.rejects(importing(fileOf(withRole)), /iam:PassRole on resource: arn:aws:iam::123456789012:role\/admin/);
  await assert.rejects(importing(fileOf(withPolicy)), /apigateway:UpdateRestApiPolicy/);
  await assert.rejects(importing('swagger: "2.0"\nx-amazon-apigateway-policy: {}\n'), /apigateway:UpdateRestApiPolicy/);
  const { id } = await importing(fileOf({ paths: {} }));
  await assert.rejects(
    apigateway.send(
      new UpdateAccountCommand({
        patchOperations: [{ op: 'replace', path: '/cloudwatchRoleArn', value: 'arn:aws:iam::123456789012:role/admin' }],
      }),
    ),
    /iam:PassRole/,
  );
  assert.ok(id);
});
