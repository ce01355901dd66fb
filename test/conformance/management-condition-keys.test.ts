/** Secure mode: conditions of policies about calls to API Gateway itself, with the policies of AWS's guide and the official clients. */
import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';
import {
  APIGatewayClient,
  CreateAuthorizerCommand,
  CreateDeploymentCommand,
  CreateResourceCommand,
  CreateRestApiCommand,
  CreateStageCommand,
  CreateUsagePlanCommand,
  DeleteStageCommand,
  GetTagsCommand,
  GetUsagePlanKeysCommand,
  ImportRestApiCommand,
  PutMethodCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateAuthorizerCommand,
  UpdateRestApiCommand,
  UpdateStageCommand,
} from '@aws-sdk/client-api-gateway';
import {
  ApiGatewayV2Client,
  CreateApiCommand,
  CreateRouteCommand,
  DeleteApiCommand,
  ImportApiCommand,
  UpdateRouteCommand,
} from '@aws-sdk/client-apigatewayv2';
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from '@aws-sdk/client-iam';
import { signatureHeaders } from '../../src/base/sigv4-signer.ts';
import { startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { type Keys, policyOf } from '../support/iam-under-test.ts';

const account = '123456789012';
const root = { accessKeyId: 'AKIAROOT', secretAccessKey: 'the secret of the root', account };
let gatewright: TestGatewright;
const clients: { destroy(): void }[] = [];

before(async () => {
  gatewright = await startTestGatewright({ mode: 'secure', credentials: [root] });
});

after(async () => {
  for (const client of clients) client.destroy();
  await gatewright.close();
});

function clientOf<Client extends { destroy(): void }>(
  Client: new (config: { endpoint: string; region: string; credentials: Keys; maxAttempts: number }) => Client,
  credentials: Keys,
): Client {
  const client = new Client({ endpoint: gatewright.endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  clients.push(client);
  return client;
}

async function userWith(name: string, ...statements: object[]): Promise<Keys> {
  const iam = clientOf(IAMClient, root);
  await iam.send(new CreateUserCommand({ UserName: name }));
  const PolicyDocument = policyOf(...statements);
  await iam.send(new PutUserPolicyCommand({ UserName: name, PolicyName: 'own', PolicyDocument }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: name }));
  return { accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! };
}

const all = { Effect: 'Allow', Action: 'apigateway:*', Resource: '*' };
const denied = { name: 'AccessDeniedException' };
const rootRest = () => clientOf(APIGatewayClient, root);
const openApi = (paths: object, more: object = {}) =>
  Buffer.from(JSON.stringify({ openapi: '3.0.1', info: { title: 'imported', version: '1' }, paths, ...more }));

test('[CP-25] who may make private APIs only makes no edge API by saying nothing, nor turns a private one into another', async () => {
  const user = await userWith(
    'private-only',
    {
      Effect: 'Allow',
      Action: ['apigateway:DELETE', 'apigateway:PATCH', 'apigateway:POST', 'apigateway:PUT'],
      Resource: ['arn:aws:apigateway:us-east-1::/restapis', 'arn:aws:apigateway:us-east-1::/restapis/??????????'],
      Condition: {
        'ForAllValues:StringEqualsIfExists': {
          'apigateway:Request/EndpointType': 'PRIVATE',
          'apigateway:Resource/EndpointType': 'PRIVATE',
        },
      },
    },
    { Effect: 'Allow', Action: 'apigateway:UpdateRestApiPolicy', Resource: '*' },
  );
  const rest = clientOf(APIGatewayClient, user);
  const create = (types?: ('EDGE' | 'PRIVATE' | 'REGIONAL')[]) =>
    rest.send(new CreateRestApiCommand({ name: 'x', ...(types && { endpointConfiguration: { types } }) }));
  await assert.rejects(create(), denied);
  await assert.rejects(create(['REGIONAL']), denied);
  const { id: restApiId } = await create(['PRIVATE']);
  const to = (value: string) =>
    rest.send(
      new UpdateRestApiCommand({
        restApiId: restApiId!,
        patchOperations: [{ op: 'replace', path: '/endpointConfiguration/types/PRIVATE', value }],
      }),
    );
  await assert.rejects(to('REGIONAL'), denied);
  await rest.send(
    new UpdateRestApiCommand({
      restApiId: restApiId!,
      patchOperations: [{ op: 'replace', path: '/name', value: 'y' }],
    }),
  );
  await assert.rejects(rest.send(new ImportRestApiCommand({ body: openApi({}) })), denied);
  const parameters = { endpointConfigurationTypes: 'PRIVATE' };
  await rest.send(new ImportRestApiCommand({ body: openApi({}), parameters }));
  const { id: regional } = await rootRest().send(
    new CreateRestApiCommand({ name: 'other', endpointConfiguration: { types: ['REGIONAL'] } }),
  );
  await assert.rejects(
    rest.send(
      new UpdateRestApiCommand({
        restApiId: regional!,
        patchOperations: [{ op: 'replace', path: '/name', value: 'mine' }],
      }),
    ),
    denied,
  );
});

test('[CP-25] who must guard routes makes none open: by creating, changing, importing or quick create', async () => {
  const denies = {
    Effect: 'Deny',
    Action: ['apigateway:POST', 'apigateway:PATCH', 'apigateway:PUT'],
    Resource: ['arn:aws:apigateway:us-east-1::/apis', 'arn:aws:apigateway:us-east-1::/apis/*'],
    Condition: { 'ForAnyValue:StringEqualsIgnoreCase': { 'apigateway:Request/RouteAuthorizationType': 'NONE' } },
  };
  const user = await userWith('guards-routes', all, denies);
  const v2 = clientOf(ApiGatewayV2Client, user);
  const { ApiId } = await v2.send(new CreateApiCommand({ Name: 'x', ProtocolType: 'HTTP' }));
  await assert.rejects(v2.send(new CreateRouteCommand({ ApiId, RouteKey: 'GET /' })), denied);
  const { RouteId } = await v2.send(new CreateRouteCommand({ ApiId, RouteKey: 'GET /', AuthorizationType: 'AWS_IAM' }));
  await v2.send(new UpdateRouteCommand({ ApiId, RouteId, OperationName: 'read' }));
  await assert.rejects(v2.send(new UpdateRouteCommand({ ApiId, RouteId, AuthorizationType: 'NONE' })), denied);
  const quick = { Name: 'q', ProtocolType: 'HTTP', Target: 'https://a.example' } as const;
  await assert.rejects(v2.send(new CreateApiCommand(quick)), denied);
  const imported = (paths: object, more: object = {}) =>
    v2.send(new ImportApiCommand({ Body: openApi(paths, more).toString() }));
  const open = { get: { responses: {} } };
  const signed = { get: { security: [{ iam: [] }], responses: {} } };
  const components = {
    securitySchemes: {
      iam: { type: 'apiKey', name: 'Authorization', in: 'header', 'x-amazon-apigateway-authtype': 'awsSigv4' },
    },
  };
  await assert.rejects(imported({ '/': open, '/b': signed }, { components }), denied);
  await imported({ '/b': signed }, { components });
});

test('[CP-25] user pools, kinds of authorizer, names, stages and closed endpoints can be asked about', async () => {
  const pool = (id: string) => `arn:aws:cognito-idp:us-east-1:${account}:userpool/us-east-1_${id}`;
  const user = await userWith(
    'conditions',
    { Effect: 'Allow', Action: 'apigateway:GET', Resource: '*' },
    {
      Effect: 'Allow',
      Action: ['apigateway:POST', 'apigateway:PATCH'],
      Resource: 'arn:aws:apigateway:*::/restapis/*/authorizers*',
      Condition: { ArnLike: { 'apigateway:CognitoUserPoolProviderArn': pool('good') } },
    },
    {
      Effect: 'Allow',
      Action: 'apigateway:POST',
      Resource: ['arn:aws:apigateway:*::/apis', 'arn:aws:apigateway:*::/restapis'],
      Condition: {
        Bool: { 'apigateway:Request/DisableExecuteApiEndpoint': 'true' },
        StringLike: { 'apigateway:Request/ApiName': 'team-*' },
      },
    },
    {
      Effect: 'Allow',
      Action: 'apigateway:*',
      Resource: 'arn:aws:apigateway:*::/restapis/*/stages*',
      Condition: { StringEquals: { 'apigateway:Request/StageName': 'beta' } },
    },
    {
      Effect: 'Allow',
      Action: 'apigateway:PUT',
      Resource: 'arn:aws:apigateway:*::/restapis/*/resources/*/methods/*',
      Condition: { Bool: { 'apigateway:Request/ApiKeyRequired': 'true' } },
    },
  );
  const rest = clientOf(APIGatewayClient, user);
  const v2 = clientOf(ApiGatewayV2Client, user);
  const { id, rootResourceId } = await rootRest().send(new CreateRestApiCommand({ name: 'x' }));
  const restApiId = id!;
  const authorizer = (...ids: string[]) =>
    rest.send(
      new CreateAuthorizerCommand({
        ...{ restApiId, name: `a${ids.join('')}`, type: 'COGNITO_USER_POOLS', providerARNs: ids.map(pool) },
        identitySource: 'method.request.header.Authorization',
      }),
    );
  const { id: authorizerId } = await authorizer('good');
  await assert.rejects(authorizer('bad'), denied);
  const provider = (value: string) =>
    rest.send(
      new UpdateAuthorizerCommand({
        ...{ restApiId, authorizerId: authorizerId! },
        patchOperations: [{ op: 'add', path: '/providerARNs', value }],
      }),
    );
  await assert.rejects(provider(pool('bad')), denied);

  const create = (Name: string, DisableExecuteApiEndpoint?: boolean) =>
    v2.send(new CreateApiCommand({ Name, ProtocolType: 'HTTP', DisableExecuteApiEndpoint }));
  await assert.rejects(create('team-a'), denied);
  await assert.rejects(create('other', true), denied);
  await create('team-a', true);
  await rest.send(new CreateRestApiCommand({ name: 'team-b', disableExecuteApiEndpoint: true }));
  await assert.rejects(rest.send(new CreateRestApiCommand({ name: 'team-b' })), denied);

  const at = { restApiId, resourceId: rootResourceId!, authorizationType: 'NONE' };
  await assert.rejects(rest.send(new PutMethodCommand({ ...at, httpMethod: 'GET' })), denied);
  await rest.send(new PutMethodCommand({ ...at, httpMethod: 'GET', apiKeyRequired: true }));
  const stage = (stageName: string) =>
    rest.send(new CreateStageCommand({ restApiId, stageName, deploymentId: 'nosuch' }));
  await assert.rejects(stage('prod'), denied);
  await assert.rejects(stage('beta'), { name: /NotFoundException|BadRequestException/ });
});

test('[CP-25] tags in a request: asked for by name, and which there may be', async () => {
  const stagesOf = 'arn:aws:apigateway:*::/restapis/*/stages';
  const user = await userWith(
    'tags-stages',
    all,
    {
      Effect: 'Deny',
      Action: 'apigateway:POST',
      Resource: stagesOf,
      Condition: { Null: { 'aws:RequestTag/stage': 'true' } },
    },
    {
      Effect: 'Deny',
      Action: 'apigateway:POST',
      Resource: stagesOf,
      Condition: { StringNotEquals: { 'aws:RequestTag/stage': ['beta', 'gamma'] } },
    },
    {
      Effect: 'Deny',
      Action: ['apigateway:PUT', 'apigateway:DELETE'],
      Resource: 'arn:aws:apigateway:*::/tags/*',
      Condition: { 'ForAnyValue:StringLike': { 'aws:TagKeys': 'billing*' } },
    },
  );
  const rest = clientOf(APIGatewayClient, user);
  const { id } = await rest.send(new CreateRestApiCommand({ name: 'x' }));
  const make = (tags?: Record<string, string>) =>
    rest.send(new CreateStageCommand({ restApiId: id!, stageName: 's', deploymentId: 'nosuch', tags }));
  await assert.rejects(make(), denied);
  await assert.rejects(make({ stage: 'prod' }), denied);
  await assert.rejects(make({ stage: 'beta' }), { name: /NotFoundException|BadRequestException/ });
  const resourceArn = `arn:aws:apigateway:us-east-1::/restapis/${id}`;
  await rest.send(new TagResourceCommand({ resourceArn, tags: { team: 'a' } }));
  await assert.rejects(rest.send(new TagResourceCommand({ resourceArn, tags: { billing: 'b' } })), denied);
  await assert.rejects(rest.send(new UntagResourceCommand({ resourceArn, tagKeys: ['team', 'billing-2'] })), denied);
});

test('[CP-29] a tag of an API holds for its children in policies, a stage’s own beats it, and GetTags shows none of it', async () => {
  const changes = ['apigateway:PATCH', 'apigateway:PUT', 'apigateway:POST', 'apigateway:DELETE'];
  const user = await userWith('no-prod', all, {
    Effect: 'Deny',
    Action: changes,
    Resource: '*',
    Condition: { StringEquals: { 'aws:ResourceTag/environment': 'prod' } },
  });
  const rest = clientOf(APIGatewayClient, user);
  const owner = rootRest();
  const { id, rootResourceId } = await owner.send(
    new CreateRestApiCommand({ name: 'x', tags: { environment: 'prod', team: 'a' } }),
  );
  const restApiId = id!;
  const parentId = rootResourceId!;
  const part = (pathPart: string) => rest.send(new CreateResourceCommand({ restApiId, parentId, pathPart }));
  await assert.rejects(part('pets'), {
    ...denied,
    message:
      /apigateway:POST on resource: arn:aws:apigateway:us-east-1::\/restapis\/\w+\/resources\/\w+ with an explicit deny/,
  });
  await owner.send(
    new PutMethodCommand({ restApiId, resourceId: parentId, httpMethod: 'GET', authorizationType: 'NONE' }),
  );
  const put = JSON.stringify({ statusCode: 200 });
  const mock = openApi({
    '/': {
      get: {
        responses: {},
        'x-amazon-apigateway-integration': { type: 'MOCK', requestTemplates: { 'application/json': put } },
      },
    },
  });
  const deployable = await owner.send(new ImportRestApiCommand({ body: mock }));
  const arn = `arn:aws:apigateway:us-east-1::/restapis/${deployable.id}`;
  const api = deployable.id!;
  await owner.send(new TagResourceCommand({ resourceArn: arn, tags: { environment: 'prod' } }));
  for (const stageName of ['inherits', 'own']) {
    await owner.send(new CreateDeploymentCommand({ restApiId: api, stageName }));
  }
  await owner.send(new TagResourceCommand({ resourceArn: `${arn}/stages/own`, tags: { environment: 'test' } }));
  const describe = (stageName: string) =>
    rest.send(
      new UpdateStageCommand({
        ...{ restApiId: api, stageName },
        patchOperations: [{ op: 'replace', path: '/description', value: 'changed' }],
      }),
    );
  await assert.rejects(describe('inherits'), denied);
  await describe('own');
  await rest.send(new DeleteStageCommand({ restApiId: api, stageName: 'own' }));
  const { tags } = await owner.send(new GetTagsCommand({ resourceArn: `${arn}/stages/inherits` }));
  assert.deepEqual(tags, {});
  // Taking the tag away is a change of what is tagged, too.
  await assert.rejects(rest.send(new UntagResourceCommand({ resourceArn: arn, tagKeys: ['environment'] })), denied);
});

test('[CP-29] a tag of a usage plan holds for its keys; of HTTP APIs nothing is inherited', async () => {
  const user = await userWith('tagged-only', {
    Effect: 'Allow',
    Action: 'apigateway:*',
    Resource: '*',
    Condition: { StringEquals: { 'aws:ResourceTag/team': 'a' } },
  });
  const owner = rootRest();
  const { id: usagePlanId } = await owner.send(new CreateUsagePlanCommand({ name: 'p', tags: { team: 'a' } }));
  const { id: other } = await owner.send(new CreateUsagePlanCommand({ name: 'q' }));
  const rest = clientOf(APIGatewayClient, user);
  await rest.send(new GetUsagePlanKeysCommand({ usagePlanId: usagePlanId! }));
  await assert.rejects(rest.send(new GetUsagePlanKeysCommand({ usagePlanId: other! })), denied);
  const { ApiId } = await clientOf(ApiGatewayV2Client, root).send(
    new CreateApiCommand({ Name: 'x', ProtocolType: 'HTTP', Tags: { team: 'a' } }),
  );
  const v2 = clientOf(ApiGatewayV2Client, user);
  await assert.rejects(v2.send(new CreateRouteCommand({ ApiId, RouteKey: 'GET /' })), denied);
  await v2.send(new DeleteApiCommand({ ApiId }));
});

test('[CP-23] HTTP APIs are /apis/… in policies, and what stands before a path leads past no statement', async () => {
  const user = await userWith('all-but-apis', all, {
    Effect: 'Deny',
    Action: 'apigateway:*',
    Resource: ['arn:aws:apigateway:*::/apis*', 'arn:aws:apigateway:*::/restapis*'],
  });
  const v2 = clientOf(ApiGatewayV2Client, user);
  await assert.rejects(v2.send(new CreateApiCommand({ Name: 'x', ProtocolType: 'HTTP' })), {
    ...denied,
    message: /on resource: arn:aws:apigateway:us-east-1::\/apis with an explicit deny/,
  });
  for (const path of ['/restapis', '/any/restapis', '/a/b/restapis/', '/v2/apis', '/any/v2/apis', '/%72estapis']) {
    const signed = signatureHeaders({
      ...{ method: 'GET', path, query: '', body: '', headers: ['Host', new URL(gatewright.endpoint).host], keys: user },
      ...{ service: 'apigateway', region: 'us-east-1', nowMs: Date.now() },
    });
    const headers = new Headers();
    for (let i = 0; i < signed.length; i += 2) headers.append(signed[i]!, signed[i + 1]!);
    const reply = await fetch(`${gatewright.endpoint}${path}`, { headers });
    assert.doesNotMatch(await reply.clone().text(), /signature/);
    assert.ok([403, 404].includes(reply.status), `${path} answered ${reply.status}`);
  }
});
