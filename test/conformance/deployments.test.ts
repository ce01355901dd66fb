/** Deployments and stages as callers of an API see them: what is live, from when on, for whom. */
import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';
import {
  CreateResourceCommand,
  CreateStageCommand,
  DeleteDeploymentCommand,
  DeleteMethodCommand,
  DeleteResourceCommand,
  DeleteRestApiCommand,
  DeleteStageCommand,
  GetDeploymentsCommand,
  GetStageCommand,
  type PatchOperation,
  PutIntegrationCommand,
  PutMethodCommand,
  UpdateRestApiCommand,
  UpdateStageCommand,
} from '@aws-sdk/client-api-gateway';
import {
  CreateAliasCommand,
  PublishVersionCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { type ApiUnderTest, createApi, createFunction, lambdaProxy, mock } from '../support/api-under-test.ts';
import { startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { ask } from '../support/plain-http.ts';

const unknownStage = '403 {"message":"Forbidden"}';
const unknownPath = '403 {"message":"Missing Authentication Token"}';
const throttled = '429 {"message":"Too Many Requests"}';

let gatewright: TestGatewright;

before(async () => {
  gatewright = await startTestGatewright();
});

after(() => gatewright.close());

/** Status and text of one GET. */
async function at(
  api: ApiUnderTest,
  stage: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<string> {
  const reply = await fetch(api.url(stage, path), { headers });
  return `${reply.status} ${await reply.text()}`;
}

const updateStage = (api: ApiUnderTest, stageName: string, ...patchOperations: PatchOperation[]) =>
  gatewright.apigateway.send(new UpdateStageCommand({ restApiId: api.id, stageName, patchOperations }));

const replace = (path: string, value: string): PatchOperation => ({ op: 'replace', path, value });

test('[DEP-01] no edit of resources, methods, integrations or the API shows before it is deployed', async () => {
  const { apigateway } = gatewright;
  const echo = await createFunction(
    gatewright,
    'echo',
    'exports.handler = async ({ body, isBase64Encoded }) => ({ statusCode: 200, body: JSON.stringify([body, isBase64Encoded]) });',
  );
  const api = await createApi(gatewright, {
    'GET /pets': mock('old'),
    'GET /old': mock('still here'),
    'POST /upload': lambdaProxy(echo),
  });
  const restApiId = api.id;
  await api.deploy('s');
  const upload = async (): Promise<string> =>
    (
      await fetch(api.url('s', '/upload'), { method: 'POST', headers: { 'content-type': 'image/png' }, body: 'png' })
    ).text();
  const seen = async (): Promise<string[]> => [
    await at(api, 's', '/pets'),
    await at(api, 's', '/old'),
    await at(api, 's', '/new'),
    await upload(),
  ];
  const before = ['200 old', '200 still here', unknownPath, '["png",false]'];
  assert.deepEqual(await seen(), before);

  await api.integrate('GET /pets', mock('new'));
  await apigateway.send(new DeleteResourceCommand({ restApiId, resourceId: api.resourceIds.get('/old')! }));
  const added = await apigateway.send(
    new CreateResourceCommand({ restApiId, parentId: api.resourceIds.get('/')!, pathPart: 'new' }),
  );
  const method = { restApiId, resourceId: added.id!, httpMethod: 'GET' };
  await apigateway.send(new PutMethodCommand({ ...method, authorizationType: 'NONE' }));
  await apigateway.send(new PutIntegrationCommand({ ...method, ...lambdaIntegration(echo) }));
  const setting = { restApiId, patchOperations: [{ op: 'add', path: '/binaryMediaTypes/image~1png' } as const] };
  await apigateway.send(new UpdateRestApiCommand(setting));
  assert.deepEqual(await seen(), before);

  await api.deploy('s');
  assert.deepEqual(await seen(), [
    '200 new',
    unknownPath,
    '200 [null,false]',
    `["${Buffer.from('png').toString('base64')}",true]`,
  ]);
  await apigateway.send(new DeleteMethodCommand(method));
  assert.equal(await at(api, 's', '/new'), '200 [null,false]');
  await api.deploy('s');
  assert.equal(await at(api, 's', '/new'), unknownPath);
});

/** As PutIntegration takes it. */
function lambdaIntegration(functionArn: string) {
  const { verb, type, uri } = lambdaProxy(functionArn);
  return { type, uri, integrationHttpMethod: verb! };
}

test('[EP-08] a default endpoint switched off is 403 for every stage once deployed, and back with the next deployment', async () => {
  const api = await createApi(gatewright, { 'GET /': mock('open') });
  await api.deploy('s');
  const set = (value: string): Promise<unknown> =>
    gatewright.apigateway.send(
      new UpdateRestApiCommand({
        restApiId: api.id,
        patchOperations: [{ op: 'replace', path: '/disableExecuteApiEndpoint', value }],
      }),
    );
  await set('true');
  assert.equal(await at(api, 's', '/'), '200 open');
  await api.deploy('s');
  assert.equal(await at(api, 's', '/'), unknownStage);
  await set('false');
  assert.equal(await at(api, 's', '/'), unknownStage);
  await api.deploy('s');
  assert.equal(await at(api, 's', '/'), '200 open');
});

test('[DEP-03, DEP-04, DEP-05] stages share a deployment, move on alone, and roll back to any earlier one', async () => {
  const api = await createApi(gatewright, { 'GET /': mock('v1') });
  const first = await api.deploy();
  for (const stageName of ['dev', 'test', 'prod', 'v1']) {
    await gatewright.apigateway.send(
      new CreateStageCommand({ restApiId: api.id, stageName, deploymentId: first, variables: { name: stageName } }),
    );
    assert.equal(await at(api, stageName, '/'), '200 v1');
  }
  await api.integrate('GET /', mock('v2'));
  const second = await api.deploy('dev');
  await api.integrate('GET /', mock('v3'));
  const third = await api.deploy('test');
  const live = async (): Promise<string[]> =>
    Promise.all(['dev', 'test', 'prod'].map((stageName) => at(api, stageName, '/')));
  assert.deepEqual(await live(), ['200 v2', '200 v3', '200 v1']);

  await updateStage(api, 'test', replace('/deploymentId', first));
  await updateStage(api, 'prod', replace('/deploymentId', second));
  assert.deepEqual(await live(), ['200 v2', '200 v1', '200 v2']);
  await updateStage(api, 'test', replace('/deploymentId', third));
  assert.deepEqual(await live(), ['200 v2', '200 v3', '200 v2']);
  const { items } = await gatewright.apigateway.send(new GetDeploymentsCommand({ restApiId: api.id }));
  assert.deepEqual(items!.map(({ id }) => id!).sort(), [first, second, third].sort());
});

test('[V1-34] a deployment in use cannot be deleted; its callers notice nothing', async () => {
  const api = await createApi(gatewright, { 'GET /': mock('in use') });
  const deploymentId = await api.deploy('s');
  const remove = (): Promise<unknown> =>
    gatewright.apigateway.send(new DeleteDeploymentCommand({ restApiId: api.id, deploymentId }));
  await assert.rejects(remove(), { name: 'BadRequestException' });
  assert.equal(await at(api, 's', '/'), '200 in use');
});

test('[DEP-08] a deleted stage is 403 at once, made again it answers at once', async () => {
  const { apigateway } = gatewright;
  const api = await createApi(gatewright, { 'GET /': mock('here') });
  const deploymentId = await api.deploy('s');
  const stage = { restApiId: api.id, stageName: 's' };
  for (let i = 0; i < 3; i++) {
    assert.equal(await at(api, 's', '/'), '200 here');
    await apigateway.send(new DeleteStageCommand(stage));
    assert.equal(await at(api, 's', '/'), unknownStage);
    await apigateway.send(new CreateStageCommand({ ...stage, deploymentId }));
  }
  await apigateway.send(new DeleteRestApiCommand({ restApiId: api.id }));
  assert.equal(await at(api, 's', '/'), unknownStage);
});

test('a stage asked for before it exists is there as soon as it does', async () => {
  const api = await createApi(gatewright, { 'GET /': mock('here') });
  assert.equal(await at(api, 'later', '/'), unknownStage);
  await api.deploy('later');
  assert.equal(await at(api, 'later', '/'), '200 here');
});

test('[DEP-09, THR-01, THR-03, THR-05] limits of stage and method act at once: 429 when used up, the method’s before the stage’s', async () => {
  const api = await createApi(gatewright, { 'GET /pets': mock('pets'), 'GET /toys': mock('toys') });
  await api.deploy('s');
  const several = async (path: string, n: number): Promise<string[]> => {
    const seen: string[] = [];
    for (let i = 0; i < n; i++) seen.push(await at(api, 's', path));
    return seen;
  };
  assert.deepEqual(await several('/pets', 5), Array(5).fill('200 pets'));
  // A rate so low that no token comes back while the test runs.
  await updateStage(
    api,
    's',
    replace('/*/*/throttling/rateLimit', '0.001'),
    replace('/*/*/throttling/burstLimit', '3'),
    replace('/~1pets/GET/throttling/rateLimit', '0.001'),
    replace('/~1pets/GET/throttling/burstLimit', '1'),
  );
  assert.deepEqual(await several('/pets', 3), ['200 pets', throttled, throttled]);
  assert.deepEqual(await several('/toys', 4), ['200 toys', '200 toys', '200 toys', throttled]);
  const refused = await ask({ port: gatewright.port, path: `/_aws/execute-api/${api.id}/s/toys` });
  assert.deepEqual(refused.all('x-amzn-errortype'), ['TooManyRequestsException']);

  // A new deployment or an unrelated setting is no way around a limit.
  await api.deploy('s');
  await updateStage(api, 's', replace('/variables/a', 'b'));
  assert.deepEqual(await several('/toys', 1), [throttled]);

  await updateStage(
    api,
    's',
    replace('/~1pets/GET/throttling/burstLimit', '1000'),
    replace('/~1pets/GET/throttling/rateLimit', '1000'),
  );
  assert.deepEqual(await several('/pets', 5), Array(5).fill('200 pets'));
  assert.deepEqual(await several('/toys', 1), [throttled]);
  await updateStage(api, 's', { op: 'remove', path: '/*/*' });
  assert.deepEqual(await several('/toys', 5), Array(5).fill('200 toys'));
});

test('[THR-09] a limit of 0 blocks everything', async () => {
  const api = await createApi(gatewright, { 'GET /': mock('never') });
  await api.deploy('s');
  await updateStage(api, 's', replace('/*/*/throttling/rateLimit', '0'), replace('/*/*/throttling/burstLimit', '0'));
  for (let i = 0; i < 3; i++) assert.equal(await at(api, 's', '/'), throttled);
});

test('[DEP-10] one method setting brings all the others with their defaults', async () => {
  const api = await createApi(gatewright, { 'GET /': mock('x') });
  await api.deploy('s');
  await updateStage(api, 's', replace('/*/*/throttling/burstLimit', '7'));
  const { methodSettings } = await gatewright.apigateway.send(
    new GetStageCommand({ restApiId: api.id, stageName: 's' }),
  );
  assert.deepEqual(methodSettings, {
    '*/*': {
      metricsEnabled: false,
      loggingLevel: 'OFF',
      dataTraceEnabled: false,
      throttlingBurstLimit: 7,
      throttlingRateLimit: 10000,
      cachingEnabled: false,
      cacheTtlInSeconds: 300,
      cacheDataEncrypted: false,
      requireAuthorizationForCacheControl: true,
      unauthorizedCacheControlHeaderStrategy: 'SUCCEED_WITH_RESPONSE_HEADER',
    },
  });
});

test('[THR-07] one API that uses up the account’s limit starves the others', async () => {
  const small = await startTestGatewright({ accountThrottle: { ratePerSecond: 0.001, burst: 3 } });
  try {
    const apis = [
      await createApi(small, { 'GET /': mock('a') }),
      await createApi(small, { 'GET /': mock('b') }),
    ] as const;
    for (const api of apis) await api.deploy('s');
    for (let i = 0; i < 3; i++) assert.equal(await at(apis[0], 's', '/'), '200 a');
    assert.equal(await at(apis[0], 's', '/'), throttled);
    assert.equal(await at(apis[1], 's', '/'), throttled);
  } finally {
    await small.close();
  }
});

test('[CAN-05, CAN-06, CAN-10, CAN-11] a canary gets its share at random, with its own variables, is promoted and removed', async () => {
  const saying = (version: string): string =>
    `exports.handler = async ({ stageVariables }) => ({ statusCode: 200, body: '${version} ' + JSON.stringify(stageVariables) });`;
  const v1 = await createFunction(gatewright, 'v1', saying('v1'));
  const v2 = await createFunction(gatewright, 'v2', saying('v2'));
  const api = await createApi(gatewright, { 'GET /': lambdaProxy(v1) });
  await api.deploy('s', { variables: { both: 'stage', own: 'kept' } });
  await api.integrate('GET /', lambdaProxy(v2));
  const canary = await api.deploy('s', {
    canarySettings: { percentTraffic: 0, stageVariableOverrides: { both: 'canary', more: 'new' } },
  });
  const stageAnswer = '200 v1 {"both":"stage","own":"kept"}';
  const canaryAnswer = '200 v2 {"both":"canary","own":"kept","more":"new"}';
  const share = async (n: number): Promise<number> => {
    let ofCanary = 0;
    for (let i = 0; i < n; i++) {
      const answer = await at(api, 's', '/');
      assert.ok(answer === stageAnswer || answer === canaryAnswer, answer);
      if (answer === canaryAnswer) ofCanary++;
    }
    return ofCanary;
  };
  assert.equal(await share(20), 0);
  await updateStage(api, 's', replace('/canarySettings/percentTraffic', '100.0'));
  assert.equal(await share(20), 20);
  await updateStage(api, 's', replace('/canarySettings/percentTraffic', '50.0'));
  // Beyond these bounds once in 10^12 runs.
  const half = await share(200);
  assert.ok(half > 50 && half < 150, `${half} of 200 went to the canary`);

  await updateStage(
    api,
    's',
    replace('/canarySettings/percentTraffic', '0.0'),
    { op: 'copy', from: '/canarySettings/deploymentId', path: '/deploymentId' },
    { op: 'copy', from: '/canarySettings/stageVariableOverrides', path: '/variables' },
  );
  const promoted = await at(api, 's', '/');
  assert.match(promoted, /^200 v2 /);
  assert.deepEqual(JSON.parse(promoted.slice('200 v2 '.length)), { both: 'canary', own: 'kept', more: 'new' });
  const stage = await updateStage(api, 's', { op: 'remove', path: '/canarySettings' });
  assert.equal(stage.canarySettings, undefined);
  assert.equal(stage.deploymentId, canary);
  assert.match(await at(api, 's', '/'), /^200 v2 /);
});

test('[CAN-12] an alias chosen by a canary’s stage variable shifts traffic to another version without a deployment', async () => {
  const { lambda } = gatewright;
  const FunctionName = 'coloured';
  const source = 'exports.handler = async (_, { functionVersion }) => ({ body: `version ${functionVersion}` });';
  const arn = await createFunction(gatewright, FunctionName, source);
  for (const [Name, MemorySize] of [['blue', 128] as const, ['green', 256] as const]) {
    // A version is only published when something differs from the last.
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, MemorySize }));
    await waitUntilFunctionUpdatedV2({ client: lambda, maxWaitTime: 5 }, { FunctionName });
    const { Version } = await lambda.send(new PublishVersionCommand({ FunctionName }));
    await lambda.send(new CreateAliasCommand({ FunctionName, Name, FunctionVersion: Version }));
  }
  const api = await createApi(gatewright, { 'GET /': lambdaProxy(`${arn}:\${stageVariables.alias}`) });
  await api.deploy('s', { variables: { alias: 'blue' } });
  assert.equal(await at(api, 's', '/'), '200 version 1');
  await updateStage(
    api,
    's',
    replace('/canarySettings/percentTraffic', '50.0'),
    replace('/canarySettings/stageVariableOverrides/alias', 'green'),
  );
  const seen = new Set<string>();
  for (let i = 0; i < 100; i++) seen.add(await at(api, 's', '/'));
  assert.deepEqual([...seen].sort(), ['200 version 1', '200 version 2']);
  await updateStage(api, 's', replace('/canarySettings/percentTraffic', '100.0'));
  assert.equal(await at(api, 's', '/'), '200 version 2');
});

test('while deployments follow one another no request is refused or sees half of one', async () => {
  const api = await createApi(gatewright, { 'GET /': mock('v0') });
  await api.deploy('s');
  let isOver = false;
  const callers = Array.from({ length: 4 }, async () => {
    const seen: number[] = [];
    while (!isOver) {
      const answer = await at(api, 's', '/');
      assert.match(answer, /^200 v\d+$/);
      seen.push(Number(answer.slice('200 v'.length)));
    }
    assert.deepEqual(
      seen,
      [...seen].sort((a, b) => a - b),
      'nobody is thrown back to what was before',
    );
    return seen.length;
  });
  for (let version = 1; version <= 15; version++) {
    await api.integrate('GET /', mock(`v${version}`));
    await api.deploy('s');
    assert.equal(await at(api, 's', '/'), `200 v${version}`);
  }
  isOver = true;
  for (const count of await Promise.all(callers)) assert.ok(count > 1);
});

test('what cannot be enforced is refused with the deployment, and what was live stays', async () => {
  const api = await createApi(gatewright, { 'GET /': mock('open'), 'GET /secret': mock('secret') });
  await api.deploy('s');
  await api.integrate('GET /secret', {
    ...mock('secret'),
    responses: [{ statusCode: '200', selectionPattern: 'a(' }],
  });
  await assert.rejects(api.deploy('s'), { name: 'BadRequestException', message: /GET \/secret: selectionPattern/ });
  assert.equal(await at(api, 's', '/'), '200 open');
  assert.equal(await at(api, 's', '/secret'), '200 secret');
});
