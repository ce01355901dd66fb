/** Two nodes over one PostgreSQL database: what is made on one acts on the other, without a word between them but the store's. */
import { strict as assert } from 'node:assert';
import { after, before, describe, test } from 'node:test';
import {
  CreateApiKeyCommand,
  CreateUsagePlanCommand,
  CreateUsagePlanKeyCommand,
  DeleteStageCommand,
  GetRestApisCommand,
  GetUsageCommand,
  UpdateApiKeyCommand,
  UpdateMethodCommand,
  UpdateStageCommand,
} from '@aws-sdk/client-api-gateway';
import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  UpdateStackCommand,
  waitUntilStackCreateComplete,
  waitUntilStackDeleteComplete,
  waitUntilStackUpdateComplete,
} from '@aws-sdk/client-cloudformation';
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  IAMClient,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { UpdateFunctionCodeCommand } from '@aws-sdk/client-lambda';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { type ApiUnderTest, createApi, createFunction, lambdaProxy, mock } from '../support/api-under-test.ts';
import { clientConfig, startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { zipOf } from '../support/lambda-under-test.ts';
import { type PostgresUnderTest, skipWithoutPostgres, startPostgres } from '../support/postgres-under-test.ts';

describe('two nodes', { skip: skipWithoutPostgres() }, () => {
  let postgres: PostgresUnderTest;
  let store: string;
  let one: TestGatewright;
  let two: TestGatewright;
  before(async () => {
    postgres = await startPostgres();
    store = await postgres.newDatabase();
    [one, two] = await Promise.all([startTestGatewright({ store }), startTestGatewright({ store })]);
  });
  after(async () => {
    await Promise.all([one.close(), two.close()]);
    await postgres.stop();
  });

  const urlOn = (node: TestGatewright, api: ApiUnderTest, path = '/'): string =>
    `${node.invokeUrl(api.id, 'prod')}${path}`;

  /** Asks again until the answer is as wanted: what one node commits the other hears a moment later. */
  async function until(
    ask: () => Promise<Response>,
    isWanted: (status: number, body: string) => boolean,
  ): Promise<string> {
    let seen = '';
    for (let i = 0; i < 500; i++) {
      const reply = await ask();
      const body = await reply.text();
      if (isWanted(reply.status, body)) return body;
      seen = `${reply.status} ${body}`;
    }
    throw new Error(`The other node never answered as wanted; last ${seen}`);
  }

  test('a stack made on one node is changed and deleted on the other, and takes the answers of its functions at either', async () => {
    const [onOne, onTwo] = [one, two].map(({ endpoint }) => new CloudFormationClient(clientConfig(endpoint)));
    const trust = {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    };
    // It answers at the other node's address.
    const source = `exports.handler = async (event) => {
      const url = new URL(event.ResponseURL);
      url.port = event.ResourceProperties.Port;
      const body = { Status: 'SUCCESS', PhysicalResourceId: 'it', StackId: event.StackId, RequestId: event.RequestId, LogicalResourceId: event.LogicalResourceId };
      await fetch(url, { method: 'PUT', body: JSON.stringify(body) });
    };`;
    const template = (RetentionInDays: number) =>
      JSON.stringify({
        Resources: {
          Role: { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: trust } },
          Maker: {
            Type: 'AWS::Lambda::Function',
            Properties: {
              Runtime: 'nodejs22.x',
              Handler: 'index.handler',
              Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
              Code: { ZipFile: source },
            },
          },
          Thing: {
            Type: 'Custom::Thing',
            Properties: { ServiceToken: { 'Fn::GetAtt': ['Maker', 'Arn'] }, Port: two.port },
          },
          Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: `kept ${RetentionInDays}` } },
        },
      });
    const wait = { maxWaitTime: 60, minDelay: 1, maxDelay: 1 };
    const input = { StackName: 'shared', Capabilities: ['CAPABILITY_IAM'] as const };
    await onOne!.send(
      new CreateStackCommand({ ...input, Capabilities: [...input.Capabilities], TemplateBody: template(1) }),
    );
    await waitUntilStackCreateComplete({ client: onTwo!, ...wait }, { StackName: 'shared' });
    await onTwo!.send(
      new UpdateStackCommand({ ...input, Capabilities: [...input.Capabilities], TemplateBody: template(2) }),
    );
    await waitUntilStackUpdateComplete({ client: onOne!, ...wait }, { StackName: 'shared' });
    const { items } = await one.apigateway.send(new GetRestApisCommand({}));
    assert.ok(items!.some(({ name }) => name === 'kept 2'));
    await onTwo!.send(new DeleteStackCommand({ StackName: 'shared' }));
    await waitUntilStackDeleteComplete({ client: onOne!, ...wait }, { StackName: 'shared' });
    onOne!.destroy();
    onTwo!.destroy();
  });

  test('an API made on one node answers on the other, changes with it, and is gone with it', async () => {
    const api = await createApi(one, { 'GET /': mock('first') });
    // The other has looked, found nothing and remembers so.
    assert.equal((await fetch(urlOn(two, api))).status, 403);
    await api.deploy('prod');
    await until(
      () => fetch(urlOn(two, api)),
      (status, body) => status === 200 && body === 'first',
    );
    assert.ok((await two.apigateway.send(new GetRestApisCommand({}))).items!.some(({ id }) => id === api.id));

    await api.integrate('GET /', mock('second'));
    await api.deploy('prod');
    await until(
      () => fetch(urlOn(two, api)),
      (_, body) => body === 'second',
    );

    // A stage setting acts at once, there too.
    const stop = [
      { op: 'replace', path: '/*/*/throttling/rateLimit', value: '0' },
      { op: 'replace', path: '/*/*/throttling/burstLimit', value: '0' },
    ] as const;
    const stage = { restApiId: api.id, stageName: 'prod' };
    await one.apigateway.send(new UpdateStageCommand({ ...stage, patchOperations: [...stop] }));
    await until(
      () => fetch(urlOn(two, api)),
      (status) => status === 429,
    );
    await two.apigateway.send(new DeleteStageCommand(stage));
    await until(
      () => fetch(urlOn(one, api)),
      (status) => status === 403,
    );
  });

  test('an API key is good, and good no longer, on every node; what is used on one is used up on the other', async () => {
    const api = await createApi(one, { 'GET /': mock('in') });
    const needsKey = [{ op: 'replace', path: '/apiKeyRequired', value: 'true' }] as const;
    await one.apigateway.send(new UpdateMethodCommand({ ...api.method('GET /'), patchOperations: [...needsKey] }));
    await api.deploy('prod');
    const apiStages = [{ apiId: api.id, stage: 'prod' }];
    const quota = { limit: 10, period: 'DAY' as const };
    const { id: usagePlanId } = await one.apigateway.send(
      new CreateUsagePlanCommand({ name: 'ten a day', apiStages, quota }),
    );
    const key = await one.apigateway.send(new CreateApiKeyCommand({ enabled: true }));
    await one.apigateway.send(new CreateUsagePlanKeyCommand({ usagePlanId, keyId: key.id, keyType: 'API_KEY' }));
    const call = (node: TestGatewright): Promise<Response> =>
      fetch(urlOn(node, api), { headers: { 'x-api-key': key.value! } });

    await until(
      () => call(two),
      (status) => status === 200,
    );
    for (let i = 0; i < 4; i++) assert.equal((await call(two)).status, 200);
    for (let i = 0; i < 3; i++) assert.equal((await call(one)).status, 200);
    const today = new Date().toISOString().slice(0, 10);
    const usage = async (node: TestGatewright): Promise<unknown> => {
      const days = { usagePlanId, keyId: key.id, startDate: today, endDate: today };
      return (await node.apigateway.send(new GetUsageCommand(days))).items![key.id!];
    };
    // Asking writes down what the asked node has counted.
    await usage(two);
    assert.deepEqual(await usage(one), [[8, 2]]);
    assert.deepEqual(await usage(two), [[8, 2]]);
    assert.deepEqual([(await call(one)).status, (await call(one)).status, (await call(one)).status], [200, 200, 429]);
    await usage(one);
    await until(
      () => call(two),
      (status) => status === 429,
    );

    const disable = [{ op: 'replace', path: '/enabled', value: 'false' }] as const;
    await two.apigateway.send(new UpdateApiKeyCommand({ apiKey: key.id, patchOperations: [...disable] }));
    await until(
      () => call(one),
      (status) => status === 403,
    );
  });

  test('new code of a function runs on every node', async () => {
    const answer = (text: string): string => `exports.handler = async () => ({ statusCode: 200, body: '${text}' });`;
    const api = await createApi(one, { 'GET /': lambdaProxy(await createFunction(one, 'shared', answer('old'))) });
    await api.deploy('prod');
    await until(
      () => fetch(urlOn(two, api)),
      (status, body) => status === 200 && body === 'old',
    );
    await one.lambda.send(
      new UpdateFunctionCodeCommand({ FunctionName: 'shared', ZipFile: zipOf({ 'index.js': answer('new') }) }),
    );
    await until(
      () => fetch(urlOn(two, api)),
      (_, body) => body === 'new',
    );
  });

  test('an access key made on one node signs on the other; deleted, it is nobody’s there either', async () => {
    const iam = new IAMClient(clientConfig(one.endpoint));
    await iam.send(new CreateUserCommand({ UserName: 'ana' }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: 'ana' }));
    const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey } = AccessKey!;
    const sts = new STSClient({
      ...clientConfig(two.endpoint),
      credentials: { accessKeyId: accessKeyId!, secretAccessKey: secretAccessKey! },
    });
    const arn = async (): Promise<string | undefined> => (await sts.send(new GetCallerIdentityCommand({}))).Arn;
    assert.equal(await arn(), 'arn:aws:iam::000000000000:user/ana');
    await iam.send(
      new PutUserPolicyCommand({
        UserName: 'ana',
        PolicyName: 'p',
        PolicyDocument: '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}',
      }),
    );
    await iam.send(new DeleteAccessKeyCommand({ UserName: 'ana', AccessKeyId: accessKeyId }));
    // Dev mode takes keys nobody knows for the account's own: it is the user they stand for no longer.
    let last = await arn();
    for (let i = 0; i < 200 && last?.endsWith('user/ana'); i++) last = await arn();
    assert.equal(last, 'arn:aws:iam::000000000000:root');
    iam.destroy();
    sts.destroy();
  });

  test('a node that starts later finds everything; one that stops takes nothing along', async () => {
    const api = await createApi(one, { 'GET /': mock('kept') });
    await api.deploy('prod');
    const third = await startTestGatewright({ store });
    assert.equal(await (await fetch(urlOn(third, api))).text(), 'kept');
    await third.close();
    assert.equal(await (await fetch(urlOn(two, api))).text(), 'kept');
  });
});
