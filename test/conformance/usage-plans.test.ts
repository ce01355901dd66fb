/** API keys, usage plans, quotas and limits as an owner sets them up with AWS's own clients and as callers meet them. */
import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import {
  CreateApiKeyCommand,
  CreateAuthorizerCommand,
  CreateDeploymentCommand,
  CreateUsagePlanCommand,
  CreateUsagePlanKeyCommand,
  DeleteApiKeyCommand,
  DeleteUsagePlanKeyCommand,
  GetAccountCommand,
  GetApiKeysCommand,
  GetUsageCommand,
  ImportApiKeysCommand,
  ImportRestApiCommand,
  type PatchOperation,
  UpdateApiKeyCommand,
  UpdateMethodCommand,
  UpdateUsageCommand,
  UpdateUsagePlanCommand,
} from '@aws-sdk/client-api-gateway';
import { defaultSettings } from '../../src/app/settings.ts';
import { type ApiUnderTest, createApi, createFunction, mock } from '../support/api-under-test.ts';
import { createAwsClient } from '../support/aws-over-http.ts';
import { startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { startGatewright } from '../support/gatewright-process.ts';
import { programPath, skipWithout } from '../support/programs.ts';

let gatewright: TestGatewright;
before(async () => {
  gatewright = await startTestGatewright();
});
after(() => gatewright.close());

const { stringify } = JSON;
const forbidden = '403 {"message":"Forbidden"}';
const limitExceeded = '429 {"message":"Limit Exceeded"}';

async function call(url: string, key?: string): Promise<string> {
  const reply = await fetch(url, key === undefined ? {} : { headers: { 'x-api-key': key } });
  return `${reply.status} ${await reply.text()}`;
}

/** `GET /keyed` asks for a key, `GET /open` does not; deployed to `dev`. */
async function keyedApi(): Promise<ApiUnderTest> {
  const api = await createApi(gatewright, { 'GET /keyed': mock('in'), 'GET /open': mock('open') });
  await gatewright.apigateway.send(
    new UpdateMethodCommand({
      ...api.method('GET /keyed'),
      patchOperations: [{ op: 'replace', path: '/apiKeyRequired', value: 'true' }],
    }),
  );
  await api.deploy('dev');
  return api;
}

async function makeKey(enabled = true): Promise<{ id: string; value: string }> {
  const { id, value } = await gatewright.apigateway.send(new CreateApiKeyCommand({ name: 'key', enabled }));
  return { id: id!, value: value! };
}

async function makePlan(input: Partial<CreateUsagePlanCommand['input']> = {}): Promise<string> {
  return (await gatewright.apigateway.send(new CreateUsagePlanCommand({ name: 'plan', ...input }))).id!;
}

const joinPlan = (usagePlanId: string, keyId: string) =>
  gatewright.apigateway.send(new CreateUsagePlanKeyCommand({ usagePlanId, keyId, keyType: 'API_KEY' }));

const updatePlan = (usagePlanId: string, ...patchOperations: PatchOperation[]) =>
  gatewright.apigateway.send(new UpdateUsagePlanCommand({ usagePlanId, patchOperations }));

test('[UP-01] [UP-12] [DEP-02] keys, plans and their ties act on the very next call, without a deployment', async () => {
  const api = await keyedApi();
  const url = api.url('dev', '/keyed');
  const { apigateway } = gatewright;
  const key = await makeKey(false);
  assert.equal(await call(url), forbidden);
  assert.equal(await call(url, key.value), forbidden);
  const enable = (value: string) =>
    apigateway.send(
      new UpdateApiKeyCommand({ apiKey: key.id, patchOperations: [{ op: 'replace', path: '/enabled', value }] }),
    );
  await enable('true');
  assert.equal(await call(url, key.value), forbidden);
  const plan = await makePlan();
  await joinPlan(plan, key.id);
  assert.equal(await call(url, key.value), forbidden);
  await updatePlan(plan, { op: 'add', path: '/apiStages', value: `${api.id}:dev` });
  assert.equal(await call(url, key.value), '200 in');
  assert.equal(await call(url, `${key.value}x`), forbidden);
  await enable('false');
  assert.equal(await call(url, key.value), forbidden);
  await enable('true');
  assert.equal(await call(url, key.value), '200 in');
  await apigateway.send(new DeleteUsagePlanKeyCommand({ usagePlanId: plan, keyId: key.id }));
  assert.equal(await call(url, key.value), forbidden);
  await joinPlan(plan, key.id);
  await updatePlan(plan, { op: 'remove', path: '/apiStages', value: `${api.id}:dev` });
  assert.equal(await call(url, key.value), forbidden);
  await updatePlan(plan, { op: 'add', path: '/apiStages', value: `${api.id}:dev` });
  assert.equal(await call(url, key.value), '200 in');
  await apigateway.send(new DeleteApiKeyCommand({ apiKey: key.id }));
  assert.equal(await call(url, key.value), forbidden);
});

test('[THR-02] an account has 10,000 requests a second and a burst of 5,000, and GetAccount says so', async () => {
  const { throttleSettings } = await gatewright.apigateway.send(new GetAccountCommand({}));
  assert.deepEqual(throttleSettings, { burstLimit: 5000, rateLimit: 10_000 });
  assert.deepEqual(defaultSettings.accountThrottle, { ratePerSecond: 10_000, burst: 5000 });
});

test('stage keys alone admit nobody (recorded U1)', async () => {
  const api = await keyedApi();
  const { value } = await gatewright.apigateway.send(
    new CreateApiKeyCommand({ enabled: true, stageKeys: [{ restApiId: api.id, stageName: 'dev' }] }),
  );
  assert.equal(await call(api.url('dev', '/keyed'), value), forbidden);
});

test('[UP-06] [UP-09] [V1-42] [PATCH-13] a used-up quota refuses the key everywhere, its owner sees it and gives more', async () => {
  const { apigateway } = gatewright;
  const api = await keyedApi();
  await api.deploy('prod');
  const url = api.url('dev', '/keyed');
  const key = await makeKey();
  const other = await makeKey();
  const plan = await makePlan({
    apiStages: [
      { apiId: api.id, stage: 'dev' },
      { apiId: api.id, stage: 'prod' },
    ],
    quota: { limit: 2, period: 'MONTH' },
  });
  await joinPlan(plan, key.id);
  await joinPlan(plan, other.id);
  assert.equal(await call(url, key.value), '200 in');
  assert.equal(await call(api.url('prod', '/keyed'), key.value), '200 in');
  assert.equal(await call(url, key.value), limitExceeded);
  assert.equal(await call(api.url('dev', '/open'), key.value), limitExceeded);
  assert.equal(await call(api.url('dev', '/open')), '200 open');
  assert.equal(await call(url, other.value), '200 in');

  const day = new Date().toISOString().slice(0, 10);
  const asked = { usagePlanId: plan, startDate: day, endDate: day };
  const usage = await apigateway.send(new GetUsageCommand(asked));
  assert.deepEqual(usage.items, { [key.id]: [[2, 0]], [other.id]: [[1, 1]] });
  assert.deepEqual([usage.usagePlanId, usage.startDate, usage.endDate], [plan, day, day]);
  const ofOne = await apigateway.send(new GetUsageCommand({ ...asked, keyId: other.id }));
  assert.deepEqual(ofOne.items, { [other.id]: [[1, 1]] });
  await assert.rejects(apigateway.send(new GetUsageCommand({ ...asked, keyId: 'nosuch' })), {
    name: 'NotFoundException',
    message: 'Invalid Key identifier specified',
  });
  await assert.rejects(apigateway.send(new GetUsageCommand({ ...asked, startDate: 'yesterday' })), {
    name: 'BadRequestException',
  });

  const more = await apigateway.send(
    new UpdateUsageCommand({
      usagePlanId: plan,
      keyId: key.id,
      patchOperations: [{ op: 'replace', path: '/remaining', value: '1' }],
    }),
  );
  assert.deepEqual(more.items, { [key.id]: [[2, 1]] });
  assert.equal(await call(url, key.value), '200 in');
  assert.equal(await call(url, key.value), limitExceeded);
  await updatePlan(plan, { op: 'remove', path: '/quota' });
  assert.equal(await call(url, key.value), '200 in');
});

test('[UP-05] [THR-03] a plan’s limit and a method’s limit in it answer 429 Too Many Requests', async () => {
  const api = await keyedApi();
  const key = await makeKey();
  // So slow a rate that no second token comes while the test runs.
  const plan = await makePlan({
    apiStages: [{ apiId: api.id, stage: 'dev', throttle: { '/open/GET': { rateLimit: 0.0001, burstLimit: 1 } } }],
    throttle: { rateLimit: 0.0001, burstLimit: 3 },
  });
  await joinPlan(plan, key.id);
  const tooMany = '429 {"message":"Too Many Requests"}';
  assert.equal(await call(api.url('dev', '/open'), key.value), '200 open');
  assert.equal(await call(api.url('dev', '/open'), key.value), tooMany);
  assert.equal(await call(api.url('dev', '/keyed'), key.value), '200 in');
  assert.equal(await call(api.url('dev', '/keyed'), key.value), '200 in');
  assert.equal(await call(api.url('dev', '/keyed'), key.value), tooMany);
});

test('[UP-02] with the source AUTHORIZER the key is what the Lambda authorizer says; the header neither helps nor hurts', async () => {
  const { apigateway } = gatewright;
  const api = await createApi(gatewright, { 'GET /keyed': mock('in') }, { apiKeySource: 'AUTHORIZER' });
  const key = await makeKey();
  const plan = await makePlan();
  await joinPlan(plan, key.id);
  const guard = await createFunction(
    gatewright,
    `guard-${api.id}`,
    `exports.handler = async ({ authorizationToken, methodArn }) => ({
      principalId: 'ann',
      policyDocument: {
        Version: '2012-10-17',
        Statement: [{ Action: 'execute-api:Invoke', Effect: authorizationToken === 'deny' ? 'Deny' : 'Allow', Resource: methodArn }],
      },
      usageIdentifierKey: authorizationToken === 'none' ? undefined : authorizationToken === 'deny' ? '${key.value}' : authorizationToken,
    });`,
  );
  const { id } = await apigateway.send(
    new CreateAuthorizerCommand({
      restApiId: api.id,
      name: 'guard',
      type: 'TOKEN',
      identitySource: 'method.request.header.Authorization',
      authorizerUri: `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${guard}/invocations`,
    }),
  );
  const patchOperations: PatchOperation[] = [
    { op: 'replace', path: '/apiKeyRequired', value: 'true' },
    { op: 'replace', path: '/authorizationType', value: 'CUSTOM' },
    { op: 'replace', path: '/authorizerId', value: id! },
  ];
  await apigateway.send(new UpdateMethodCommand({ ...api.method('GET /keyed'), patchOperations }));
  await api.deploy('dev');
  await updatePlan(plan, { op: 'add', path: '/apiStages', value: `${api.id}:dev` });
  const asked = async (token: string, header?: string): Promise<number> => {
    const headers = { Authorization: token, ...(header !== undefined && { 'x-api-key': header }) };
    return (await fetch(api.url('dev', '/keyed'), { headers })).status;
  };
  assert.equal(await asked(key.value), 200);
  // From the authorizer's cache.
  assert.equal(await asked(key.value, 'a-bad-key-0123456789'), 200);
  assert.equal(await asked('none', key.value), 403);
  assert.equal(await asked('some-other-key-01234567'), 403);
  assert.equal(await asked('deny'), 403);
});

test('[V1-39] [UP-10] keys come from a CSV file and open what their plans open', async () => {
  const { apigateway } = gatewright;
  const api = await keyedApi();
  const plan = await makePlan({ apiStages: [{ apiId: api.id, stage: 'dev' }] });
  const value = `imported-${api.id}-0123456789012345`;
  const body = Buffer.from(
    `Name,key,description,Enabled,usageplanIds\nFromFile,${value},An imported key,TRUE,${plan}\n`,
  );
  const { ids, warnings } = await apigateway.send(
    new ImportApiKeysCommand({ body, format: 'csv', failOnWarnings: true }),
  );
  assert.deepEqual(warnings, []);
  const { items } = await apigateway.send(new GetApiKeysCommand({ nameQuery: 'FromFile', includeValues: true }));
  assert.deepEqual(
    items?.map((key) => [key.id, key.value]),
    [[ids?.[0], value]],
  );
  assert.equal(await call(api.url('dev', '/keyed'), value), '200 in');
});

test('[OAS-12] an OpenAPI document says where keys come from and which operations ask for one', async () => {
  const { apigateway } = gatewright;
  const integration = {
    type: 'mock',
    requestTemplates: { 'application/json': '{"statusCode": 200}' },
    responses: { default: { statusCode: '200' } },
  };
  const operation = (more: object) => ({
    ...more,
    responses: { '200': { description: 'ok' } },
    'x-amazon-apigateway-integration': integration,
  });
  const document = {
    openapi: '3.0.1',
    info: { title: 'keyed', version: '1' },
    'x-amazon-apigateway-api-key-source': 'header',
    components: { securitySchemes: { api_key: { type: 'apiKey', name: 'x-api-key', in: 'header' } } },
    paths: {
      '/keyed': { get: operation({ security: [{ api_key: [] }] }) },
      '/open': { get: operation({}) },
    },
  };
  const { id, apiKeySource, warnings } = await apigateway.send(
    new ImportRestApiCommand({ body: Buffer.from(stringify(document)), failOnWarnings: true }),
  );
  assert.deepEqual([apiKeySource, warnings], ['HEADER', undefined]);
  await apigateway.send(new CreateDeploymentCommand({ restApiId: id, stageName: 'dev' }));
  const key = await makeKey();
  await joinPlan(await makePlan({ apiStages: [{ apiId: id!, stage: 'dev' }] }), key.id);
  const url = gatewright.invokeUrl(id!, 'dev');
  assert.equal(await call(`${url}/keyed`), forbidden);
  assert.match(await call(`${url}/keyed`, key.value), /^200/);
  assert.match(await call(`${url}/open`), /^200/);
});

test('[UP-12] AWS CLI sets all of it up', { skip: skipWithout('aws') }, async () => {
  const api = await keyedApi();
  const { AWS_PROFILE: _, ...environment } = process.env;
  const aws = async (line: string): Promise<Record<string, unknown>> => {
    const { stdout } = await promisify(execFile)(
      programPath('aws')!,
      ['--endpoint-url', gatewright.endpoint, 'apigateway', ...line.split(' ')],
      {
        env: {
          ...environment,
          AWS_ACCESS_KEY_ID: 'test',
          AWS_SECRET_ACCESS_KEY: 'test',
          AWS_DEFAULT_REGION: 'us-east-1',
          AWS_PAGER: '',
        },
      },
    );
    return stdout === '' ? {} : (JSON.parse(stdout) as Record<string, unknown>);
  };
  const key = await aws('create-api-key --name cli --enabled');
  const plan = await aws(
    `create-usage-plan --name cli --api-stages apiId=${api.id},stage=dev --quota limit=1,period=DAY --throttle rateLimit=10,burstLimit=5`,
  );
  await aws(`create-usage-plan-key --usage-plan-id ${plan['id']} --key-id ${key['id']} --key-type API_KEY`);
  assert.equal(await call(api.url('dev', '/keyed'), String(key['value'])), '200 in');
  assert.equal(await call(api.url('dev', '/keyed'), String(key['value'])), limitExceeded);
  const day = new Date().toISOString().slice(0, 10);
  const usage = await aws(`get-usage --usage-plan-id ${plan['id']} --start-date ${day} --end-date ${day}`);
  assert.deepEqual(usage['items'], { [String(key['id'])]: [[1, 0]] });
});

test('[UP-06] a stopped gateway forgets nothing of a quota, a killed one at most its last second', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'gatewright-quota-'));
  const flags = ['--data', join(directory, 'data')];
  try {
    const first = await startGatewright(flags);
    const aws = createAwsClient(first.endpoint);
    const api = (await aws('POST', '/restapis', { name: 'keyed' })) as { id: string; rootResourceId: string };
    const method = `/restapis/${api.id}/resources/${api.rootResourceId}/methods/GET`;
    await aws('PUT', method, { authorizationType: 'NONE', apiKeyRequired: true });
    await aws('PUT', `${method}/integration`, {
      type: 'MOCK',
      requestTemplates: { 'application/json': '{"statusCode": 200}' },
    });
    await aws('PUT', `${method}/responses/200`, {});
    await aws('PUT', `${method}/integration/responses/200`, {});
    await aws('POST', `/restapis/${api.id}/deployments`, { stageName: 'dev' });
    const key = await aws('POST', '/apikeys', { enabled: true });
    const plan = await aws('POST', '/usageplans', {
      name: 'p',
      apiStages: [{ apiId: api.id, stage: 'dev' }],
      quota: { limit: 10, period: 'MONTH' },
    });
    await aws('POST', `/usageplans/${plan['id']}/keys`, { keyId: key['id'], keyType: 'API_KEY' });
    const statuses = async (endpoint: string, calls: number): Promise<string[]> => {
      const url = `${endpoint}/_aws/execute-api/${api.id}/dev/`;
      const found: string[] = [];
      for (let i = 0; i < calls; i++) found.push((await call(url, String(key['value']))).slice(0, 3));
      return found;
    };
    assert.deepEqual(await statuses(first.endpoint, 3), ['200', '200', '200']);
    await first.stop();

    const second = await startGatewright(flags);
    assert.deepEqual(await statuses(second.endpoint, 2), ['200', '200']);
    // Reading the usage writes down what was counted; the call after it is the one a kill may lose.
    const day = new Date().toISOString().slice(0, 10);
    await createAwsClient(second.endpoint)('GET', `/usageplans/${plan['id']}/usage?startDate=${day}&endDate=${day}`);
    second.child.kill('SIGKILL');

    const third = await startGatewright(flags);
    try {
      assert.deepEqual(await statuses(third.endpoint, 6), ['200', '200', '200', '200', '200', '429']);
    } finally {
      await third.stop();
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
