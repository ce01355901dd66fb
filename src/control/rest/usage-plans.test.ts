import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import {
  assertRefused,
  deploy,
  makePets,
  type PatchOperation,
  patch,
  type RestControl,
  restControl,
} from '../../../test/support/rest-control.ts';
import type { CreateUsagePlanRequest } from '../../wire/generated/apigateway.ts';

async function makePlan(control: RestControl, input: Partial<CreateUsagePlanRequest> = {}) {
  const { id, ...rest } = await control.call('CreateUsagePlan', { name: 'plan', ...input });
  return { id: id!, ...rest };
}

const makeKey = async (control: RestControl) => (await control.call('CreateApiKey', { enabled: true })).id!;

async function deployedApi(control: RestControl, ...stages: string[]): Promise<string> {
  const { restApiId } = await makePets(control);
  for (const stage of stages) await deploy(control, restApiId, stage);
  return restApiId;
}

const join = (control: RestControl, usagePlanId: string, keyId: string) =>
  control.call('CreateUsagePlanKey', { usagePlanId, keyId, keyType: 'API_KEY' });

const update = (control: RestControl, usagePlanId: string, ...patchOperations: PatchOperation[]) =>
  control.call('UpdateUsagePlan', { usagePlanId, patchOperations });

test('[V1-40] a plan comes back as it was made; tags show when it is read alone', async () => {
  const control = restControl();
  const apiId = await deployedApi(control, 'dev');
  const input = {
    name: 'gold',
    description: 'for the rich',
    apiStages: [{ apiId, stage: 'dev', throttle: { '/pets/GET': { rateLimit: 1, burstLimit: 5 } } }],
    throttle: { rateLimit: 10.5, burstLimit: 200 },
    quota: { limit: 100, period: 'WEEK' as const, offset: 2 },
  };
  const plan = await makePlan(control, input);
  assert.match(plan.id, /^[a-z0-9]{6}$/);
  assert.deepEqual(plan, { id: plan.id, ...input });
  assert.deepEqual(await control.call('GetUsagePlan', { usagePlanId: plan.id }), { ...plan, tags: {} });
  assert.deepEqual(await control.call('GetUsagePlans', {}), { items: [plan] });
  assert.deepEqual((await makePlan(control)).apiStages, []);
});

test('[V1-40] what a plan may not be', async () => {
  const control = restControl();
  const apiId = await deployedApi(control, 'dev');
  const refused = (input: Partial<CreateUsagePlanRequest>, kind: string, message: string) =>
    assertRefused(makePlan(control, input), kind, message);
  const bad = 'BadRequestException';
  await refused({ quota: { period: 'DAY' } }, bad, 'Usage Plan quota limit must be a non-negative numeric');
  await refused(
    { quota: { limit: 1 } },
    bad,
    'Invalid Usage Plan quota period specified. Must be one of [DAY, WEEK, MONTH]',
  );
  await refused(
    { quota: { limit: 1, period: 'DAY', offset: 1 } },
    bad,
    'Usage Plan quota offset must be zero in the DAY period',
  );
  await assert.rejects(makePlan(control, { quota: { limit: 1, period: 'WEEK', offset: 7 } }));
  await assert.rejects(makePlan(control, { throttle: { rateLimit: -1 } }));
  await refused({ apiStages: [{ apiId }] }, bad, 'Invalid API Stage {api: %s, stage: %s} specified for usageplan %s');
  await refused({ apiStages: [{ apiId, stage: 'none' }] }, 'NotFoundException', `API Stage not found: ${apiId}:none`);
  await refused(
    { apiStages: [{ apiId: 'nosuch', stage: 'dev' }] },
    'NotFoundException',
    'Invalid API identifier specified 123456789012:nosuch',
  );
  assert.deepEqual(await control.call('GetUsagePlans', {}), { items: [] });
});

test('[PATCH-19] UpdateUsagePlan changes every member, and any change shows the quota’s offset', async () => {
  const control = restControl();
  const apiId = await deployedApi(control, 'dev', 'prod');
  const { id } = await makePlan(control);
  const plan = await update(
    control,
    id,
    patch('replace', '/name', 'n'),
    patch('replace', '/description', 'd'),
    patch('replace', '/productCode', 'p'),
    patch('replace', '/throttle/burstLimit', '7'),
    patch('add', '/throttle/rateLimit', '3.5'),
    patch('replace', '/quota/limit', '9'),
    patch('replace', '/quota/period', 'MONTH'),
    patch('add', '/apiStages', `${apiId}:dev`),
    patch('add', '/apiStages', `${apiId}:prod`),
  );
  assert.deepEqual(plan, {
    id,
    name: 'n',
    description: 'd',
    productCode: 'p',
    throttle: { burstLimit: 7, rateLimit: 3.5 },
    quota: { limit: 9, period: 'MONTH', offset: 0 },
    apiStages: [
      { apiId, stage: 'dev' },
      { apiId, stage: 'prod' },
    ],
    tags: {},
  });
  const bare = await update(
    control,
    id,
    patch('remove', '/throttle'),
    patch('remove', '/quota'),
    patch('remove', '/productCode'),
    patch('remove', '/apiStages', `${apiId}:dev`),
  );
  assert.deepEqual(bare, { id, name: 'n', description: 'd', apiStages: [{ apiId, stage: 'prod' }], tags: {} });
  assert.equal((await update(control, id, patch('add', '/productCode', 'q'))).productCode, 'q');
});

test('[PATCH-19] limits of methods are set and removed by any spelling of their path', async () => {
  const control = restControl();
  const apiId = await deployedApi(control, 'dev');
  const { id } = await makePlan(control, { apiStages: [{ apiId, stage: 'dev' }] });
  const at = `/apiStages/${apiId}:dev/throttle`;
  const throttleAfter = async (...operations: PatchOperation[]) =>
    (await update(control, id, ...operations)).apiStages![0]!.throttle;
  assert.deepEqual(
    await throttleAfter(
      patch('replace', `${at}/~1pets~1{id}/GET/rateLimit`, '0.5'),
      patch('add', `${at}//pets/{id}/GET/burstLimit`, '2'),
      patch('replace', `${at}///GET/rateLimit`, '1'),
    ),
    { '/pets/{id}/GET': { rateLimit: 0.5, burstLimit: 2 }, '//GET': { rateLimit: 1 } },
  );
  assert.deepEqual(await throttleAfter(patch('remove', `${at}/pets/{id}/GET`, '')), { '//GET': { rateLimit: 1 } });
  assert.equal(await throttleAfter(patch('remove', `${at}/~1/GET`)), undefined);
  const limits = { '/pets/GET': { rateLimit: 1, burstLimit: 1 }, '//GET': { rateLimit: 2, burstLimit: 2 } };
  for (const value of [JSON.stringify(limits), JSON.stringify(JSON.stringify(limits))]) {
    assert.deepEqual(await throttleAfter(patch('replace', at, value)), limits);
  }
  assert.equal(await throttleAfter(patch('remove', at, '')), undefined);
  for (const value of ['{', '[]', '{"/pets/GET":{"rateLimit":"fast"}}']) {
    await assertRefused(update(control, id, patch('replace', at, value)), 'BadRequestException');
  }
});

test('[PATCH-19] a path a plan does not have is refused with the list of those it has', async () => {
  const control = restControl();
  const { id } = await makePlan(control);
  await assertRefused(
    update(control, id, patch('remove', '/apiStages/abc:dev')),
    'BadRequestException',
    "Invalid patch path  '/apiStages/abc:dev' specified for op 'remove'. Must be one of: [/apiStages, /quota, /throttle, /productCode, " +
      '/apiStages/<apidId:stageName>/throttle/<resourcePath>/<httpMethod>, /apiStages/<apidId:stageName>/throttle]',
  );
  await assertRefused(
    update(control, id, patch('remove', '/apiStages', 'abc')),
    'BadRequestException',
    'Invalid API Stage specified',
  );
  await assertRefused(
    update(control, id, patch('replace', '/id', 'x')),
    'BadRequestException',
    /Must be one of: \[\/name, /,
  );
});

test('a stage that is not there cannot be added, whatever is taken for one', async () => {
  const control = restControl();
  const apiId = await deployedApi(control, 'dev');
  const { id } = await makePlan(control);
  for (const [value, named] of [
    [`${apiId}:prod`, `${apiId}:prod`],
    ['nosuch:dev', 'nosuch:dev'],
    [`{"apiId": "${apiId}", "stage": "dev"}`, `{"apiId": "${apiId}", "stage"`],
  ] as const) {
    const add = update(control, id, patch('add', '/apiStages', value));
    await assertRefused(add, 'NotFoundException', `API Stage not found: ${named}`);
  }
});

test('a method limit is of a stage of the plan, and no limit is below zero', async () => {
  const control = restControl();
  const apiId = await deployedApi(control, 'dev', 'prod');
  const { id } = await makePlan(control, { apiStages: [{ apiId, stage: 'dev' }] });
  const limit = (stage: string) => patch('replace', `/apiStages/${apiId}:${stage}/throttle/~1pets/GET/rateLimit`, '1');
  await assertRefused(update(control, id, limit('prod')), 'BadRequestException', 'Invalid API Stage specified');
  assert.deepEqual((await update(control, id, limit('dev'))).apiStages?.[0]?.throttle, {
    '/pets/GET': { rateLimit: 1 },
  });
  for (const throttle of [{ rateLimit: -1 }, { burstLimit: -1 }]) {
    await assertRefused(makePlan(control, { throttle }), 'BadRequestException', /must be a non-negative numeric$/);
  }
});

test('what a key has left is known only of a plan with a quota', async () => {
  const control = restControl();
  const { id: usagePlanId } = await makePlan(control);
  const keyId = await makeKey(control);
  await join(control, usagePlanId, keyId);
  const patchOperations = [patch('replace', '/remaining', '5')];
  await assertRefused(
    control.call('UpdateUsage', { usagePlanId, keyId, patchOperations }),
    'BadRequestException',
    'Usage Plan does not have a quota',
  );
});

test('[V1-41] a key joins a plan once', async () => {
  const control = restControl();
  const { id } = await makePlan(control);
  const keyId = (await control.call('CreateApiKey', { name: 'k', value: 'x'.repeat(20) })).id!;
  const joined = await join(control, id, keyId);
  assert.deepEqual(joined, { id: keyId, type: 'API_KEY', value: 'x'.repeat(20), name: 'k' });
  await assertRefused(join(control, id, keyId), 'ConflictException');
  assert.deepEqual(await control.call('GetUsagePlanKey', { usagePlanId: id, keyId }), joined);
  assert.deepEqual(await control.call('GetUsagePlanKeys', { usagePlanId: id }), { items: [joined] });
  assert.deepEqual(await control.call('GetUsagePlanKeys', { usagePlanId: id, nameQuery: 'x' }), { items: [] });
  assert.deepEqual(await control.call('GetUsagePlanKeys', { usagePlanId: 'nosuch' }), { items: [] });
  assert.deepEqual(
    (await control.call('GetUsagePlans', { keyId })).items?.map((plan) => plan.id),
    [id],
  );
  await control.call('DeleteUsagePlanKey', { usagePlanId: id, keyId });
  assert.deepEqual(await control.call('GetUsagePlans', { keyId }), { items: [] });
  const noKey = 'Invalid API Key identifier specified';
  await assertRefused(control.call('GetUsagePlanKey', { usagePlanId: id, keyId }), 'NotFoundException', noKey);
  await assertRefused(control.call('DeleteUsagePlanKey', { usagePlanId: id, keyId }), 'NotFoundException', noKey);
  await assertRefused(join(control, id, 'nosuch'), 'NotFoundException', noKey);
  await assertRefused(join(control, 'nosuch', keyId), 'NotFoundException', 'Invalid Usage Plan ID specified');
  await assertRefused(
    control.call('CreateUsagePlanKey', { usagePlanId: id, keyId, keyType: 'CARD' }),
    'BadRequestException',
  );
});

test('[UP-04] [V1-41] a key has one plan per stage, whichever way a second would come about', async () => {
  const control = restControl({ limits: { usagePlansPerApiKey: 3 } });
  const apiId = await deployedApi(control, 'dev', 'prod');
  const dev = await makePlan(control, { apiStages: [{ apiId, stage: 'dev' }] });
  const alsoDev = await makePlan(control, { apiStages: [{ apiId, stage: 'dev' }] });
  const prod = await makePlan(control, { apiStages: [{ apiId, stage: 'prod' }] });
  const keyId = await makeKey(control);
  await join(control, dev.id, keyId);
  await join(control, prod.id, keyId);
  const conflict = (planId: string): string =>
    `Usage Plan ${planId} cannot be added because API Key ${keyId} cannot reference multiple Usage Plans with the same API stage: ${apiId}:dev`;
  await assertRefused(join(control, alsoDev.id, keyId), 'ConflictException', conflict(alsoDev.id));
  await assertRefused(
    update(control, prod.id, patch('add', '/apiStages', `${apiId}:dev`)),
    'ConflictException',
    conflict(prod.id),
  );
  await join(control, (await makePlan(control)).id, keyId);
  await assertRefused(join(control, (await makePlan(control)).id, keyId), 'LimitExceededException');
});

test('[V1-43] a plan with stages stays, one without goes with its keys', async () => {
  const control = restControl();
  const apiId = await deployedApi(control, 'dev');
  const { id } = await makePlan(control, { apiStages: [{ apiId, stage: 'dev' }] });
  await join(control, id, await makeKey(control));
  await assertRefused(
    control.call('DeleteUsagePlan', { usagePlanId: id }),
    'BadRequestException',
    `Cannot delete Usage Plan ${id} because there are API Stages associated with it, including ${apiId}:dev`,
  );
  await update(control, id, patch('remove', '/apiStages', `${apiId}:dev`));
  await control.call('DeleteUsagePlan', { usagePlanId: id });
  const missing = 'Invalid Usage Plan ID specified';
  await assertRefused(control.call('GetUsagePlan', { usagePlanId: id }), 'NotFoundException', missing);
  await assertRefused(update(control, id), 'NotFoundException', missing);
  await assertRefused(control.call('DeleteUsagePlan', { usagePlanId: id }), 'NotFoundException', missing);
  assert.deepEqual(await control.call('GetUsagePlanKeys', { usagePlanId: id }), { items: [] });
});

test('a deleted stage or API is in no plan any more', async () => {
  const control = restControl();
  const apiId = await deployedApi(control, 'dev', 'prod');
  const other = await deployedApi(control, 'dev');
  const apiStages = [
    { apiId, stage: 'dev' },
    { apiId, stage: 'prod' },
    { apiId: other, stage: 'dev' },
  ];
  const { id } = await makePlan(control, { apiStages });
  await control.call('DeleteStage', { restApiId: apiId, stageName: 'dev' });
  assert.deepEqual((await control.call('GetUsagePlan', { usagePlanId: id })).apiStages, apiStages.slice(1));
  await control.call('DeleteRestApi', { restApiId: apiId });
  assert.deepEqual((await control.call('GetUsagePlan', { usagePlanId: id })).apiStages, apiStages.slice(2));
});

test('[CP-26] keys and plans have tags', async () => {
  const control = restControl();
  const { id } = await makePlan(control, { tags: { a: '1' } });
  const key = await makeKey(control);
  for (const path of [`/usageplans/${id}`, `/apikeys/${key}`]) {
    const resourceArn = `arn:aws:apigateway:eu-central-1::${path}`;
    await control.call('TagResource', { resourceArn, tags: { b: '2' } });
    await control.call('UntagResource', { resourceArn, tagKeys: ['a'] });
    assert.deepEqual(await control.call('GetTags', { resourceArn }), { tags: { b: '2' } });
  }
  assert.deepEqual((await control.call('GetApiKey', { apiKey: key })).tags, { b: '2' });
  assert.deepEqual((await control.call('GetUsagePlan', { usagePlanId: id })).tags, { b: '2' });
});
