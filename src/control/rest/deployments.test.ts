import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { assertRefused, deploy, makeApi, makePets, patch, restControl } from '../../../test/support/rest-control.ts';
import type { LiveRestStage } from '../../ports/deployments.ts';
import { snapshots } from '../../ports/records.ts';

test('CreateDeployment answers only id and created date, and the description when one was given', async () => {
  const control = restControl();
  const { restApiId } = await makePets(control);
  const plain = await control.call('CreateDeployment', { restApiId });
  assert.deepEqual(plain, { id: plain.id, createdDate: Date.UTC(2026, 0, 1) });
  const described = await control.call('CreateDeployment', { restApiId, description: 'first' });
  assert.equal(described.description, 'first');
  assert.deepEqual(await control.call('GetDeployment', { restApiId, deploymentId: described.id! }), described);
});

test('[V1-31] embed=apisummary shows how each method is guarded', async () => {
  const control = restControl();
  const pets = await makePets(control);
  const { restApiId } = pets;
  const deploymentId = await deploy(control, restApiId);
  // An edit after the deployment is not in its summary.
  await control.call('UpdateMethod', { ...pets, patchOperations: [patch('replace', '/apiKeyRequired', 'true')] });
  const { apiSummary } = await control.call('GetDeployment', { restApiId, deploymentId, embed: ['apisummary'] });
  assert.deepEqual(apiSummary, { '/pets': { GET: { authorizationType: 'NONE', apiKeyRequired: false } } });
  assert.equal('apiSummary' in (await control.call('GetDeployment', { restApiId, deploymentId })), false);
});

test('[V1-33] an API without methods, or with a method without integration, is not deployed', async () => {
  const control = restControl();
  const { id } = await makeApi(control);
  const empty = "The REST API doesn't contain any methods";
  await assertRefused(control.call('CreateDeployment', { restApiId: id }), 'BadRequestException', empty);
  const pets = await makePets(control);
  await control.call('PutMethod', { ...pets, httpMethod: 'POST', authorizationType: 'NONE' });
  const message = 'No integration defined for method';
  await assertRefused(deploy(control, pets.restApiId), 'BadRequestException', message);
  assert.deepEqual((await control.call('GetDeployments', { restApiId: pets.restApiId })).items, []);
});

test('a private API is deployed only once it has a resource policy', async () => {
  const control = restControl();
  const { restApiId } = await makePets(control);
  const becomePrivate = [patch('replace', '/endpointConfiguration/types/EDGE', 'PRIVATE')];
  await control.call('UpdateRestApi', { restApiId, patchOperations: becomePrivate });
  const message = "Private REST API doesn't have a resource policy attached to it";
  await assertRefused(deploy(control, restApiId), 'BadRequestException', message);
});

test('what cannot be served is refused with every complaint at once, and nothing is kept or published', async () => {
  const control = restControl({ complaints: () => ['GET /pets: first', 'GET /pets: second'] });
  const { restApiId } = await makePets(control);
  const call = control.call('CreateDeployment', { restApiId, stageName: 'prod' });
  await assertRefused(call, 'BadRequestException', 'GET /pets: first; GET /pets: second');
  assert.deepEqual((await control.call('GetDeployments', { restApiId })).items, []);
  assert.deepEqual((await control.call('GetStages', { restApiId })).item, []);
  assert.deepEqual(control.changes, []);
});

test('[DEP-03] a deployment is a snapshot: later edits are not in it, and two stages may share it', async () => {
  const control = restControl();
  const pets = await makePets(control);
  const { restApiId } = pets;
  const deploymentId = await deploy(control, restApiId);
  await control.call('DeleteMethod', pets);
  await control.call('UpdateRestApi', { restApiId, patchOperations: [patch('replace', '/name', 'dogs')] });
  const snapshot = await control.store.read((tx) => tx.get(snapshots, [restApiId, deploymentId]));
  assert.equal(snapshot?.api.name, 'pets');
  assert.equal(snapshot.resources.find(({ path }) => path === '/pets')?.methods['GET']?.integration?.type, 'MOCK');
  for (const stageName of ['a', 'b']) {
    assert.equal(
      (await control.call('CreateStage', { restApiId, stageName, deploymentId })).deploymentId,
      deploymentId,
    );
  }
});

test('[V1-32] CreateDeployment with a stage name makes the stage with its settings, or moves it', async () => {
  const control = restControl();
  const { restApiId } = await makePets(control);
  const first = await control.call('CreateDeployment', {
    restApiId,
    stageName: 'prod',
    stageDescription: 'live',
    variables: { host: 'a' },
    tracingEnabled: true,
  });
  const made = await control.call('GetStage', { restApiId, stageName: 'prod' });
  assert.equal(made.deploymentId, first.id);
  assert.equal(made.description, 'live');
  assert.deepEqual(made.variables, { host: 'a' });
  assert.equal(made.tracingEnabled, true);

  control.clock.advance(5000);
  const second = await deploy(control, restApiId, 'prod');
  const moved = await control.call('GetStage', { restApiId, stageName: 'prod' });
  assert.deepEqual(moved, { ...made, deploymentId: second, lastUpdatedDate: Date.UTC(2026, 0, 1) + 5000 });
  assert.deepEqual(control.changes, [
    { apiId: restApiId, stageName: 'prod' },
    { apiId: restApiId, stageName: 'prod' },
  ]);
});

test('[CAN-01] [CAN-02] a canary deployment leaves the stage where it is and overwrites an earlier canary', async () => {
  const control = restControl();
  const { restApiId } = await makePets(control);
  const base = await deploy(control, restApiId, 'prod');
  for (const percentTraffic of [10, 20]) {
    const { id } = await control.call('CreateDeployment', {
      restApiId,
      stageName: 'prod',
      canarySettings: { percentTraffic, stageVariableOverrides: { host: 'canary' } },
    });
    const stage = await control.call('GetStage', { restApiId, stageName: 'prod' });
    assert.equal(stage.deploymentId, base);
    assert.deepEqual(stage.canarySettings, {
      percentTraffic,
      deploymentId: id,
      stageVariableOverrides: { host: 'canary' },
      useStageCache: false,
    });
  }
});

test('[CAN-02] a canary needs a stage, and one that is there', async () => {
  const control = restControl();
  const { restApiId } = await makePets(control);
  const canarySettings = { percentTraffic: 10 };
  await assertRefused(
    control.call('CreateDeployment', { restApiId, canarySettings }),
    'BadRequestException',
    'Invalid deployment content specified.Non null and non empty stageName must be provided for canary deployment. Provided value is null',
  );
  await assertRefused(
    control.call('CreateDeployment', { restApiId, stageName: 'prod', canarySettings }),
    'BadRequestException',
    'Invalid deployment content specified.Stage prod must already be created before making a canary release deployment',
  );
});

test('where a stage has a canary, only another canary is deployed to it; without one a deployment moves the stage again', async () => {
  const control = restControl();
  const { restApiId } = await makePets(control);
  const base = await deploy(control, restApiId, 'prod');
  const { id: canary } = await control.call('CreateDeployment', {
    restApiId,
    stageName: 'prod',
    canarySettings: { percentTraffic: 25 },
  });
  await assertRefused(
    control.call('CreateDeployment', { restApiId, stageName: 'prod' }),
    'BadRequestException',
    'Invalid deployment content specified.Non canary deployment not supported on stage prod because Canary is enabled. ' +
      'Provide CanarySettings in deploymentInput.',
  );
  const stage = await control.call('GetStage', { restApiId, stageName: 'prod' });
  assert.deepEqual([stage.deploymentId, stage.canarySettings?.deploymentId], [base, canary]);
  assert.equal((await control.call('GetDeployments', { restApiId })).items?.length, 2);
  await control.call('UpdateStage', {
    restApiId,
    stageName: 'prod',
    patchOperations: [{ op: 'remove', path: '/canarySettings' }],
  });
  const last = await deploy(control, restApiId, 'prod');
  assert.equal((await control.call('GetStage', { restApiId, stageName: 'prod' })).deploymentId, last);
});

test('[V1-34] a deployment that a stage or its canary points at is not deleted', async () => {
  const control = restControl();
  const { restApiId } = await makePets(control);
  const message = 'Active stages pointing to this deployment must be moved or deleted';
  const base = await deploy(control, restApiId, 'prod');
  const { id: canary } = await control.call('CreateDeployment', {
    restApiId,
    stageName: 'prod',
    canarySettings: { percentTraffic: 1 },
  });
  for (const deploymentId of [base, canary!]) {
    await assertRefused(control.call('DeleteDeployment', { restApiId, deploymentId }), 'BadRequestException', message);
  }
  await control.call('DeleteStage', { restApiId, stageName: 'prod' });
  await control.call('DeleteDeployment', { restApiId, deploymentId: base });
  assert.deepEqual(
    (await control.call('GetDeployments', { restApiId })).items?.map(({ id }) => id),
    [canary],
  );
  await assertRefused(
    control.call('GetDeployment', { restApiId, deploymentId: base }),
    'NotFoundException',
    'Invalid Deployment identifier specified',
  );
});

test('[DEP-04] a stage goes back to an earlier deployment, all of which are listed', async () => {
  const control = restControl();
  const { restApiId } = await makePets(control);
  const first = await deploy(control, restApiId, 'prod');
  const second = await deploy(control, restApiId, 'prod');
  const listed = (await control.call('GetDeployments', { restApiId })).items?.map(({ id }) => id);
  assert.deepEqual(listed, [first, second].sort());
  const patchOperations = [patch('replace', '/deploymentId', first)];
  const stage = await control.call('UpdateStage', { restApiId, stageName: 'prod', patchOperations });
  assert.equal(stage.deploymentId, first);
});

test('[DEP-08] a deleted stage is live no more; made again on the same deployment it serves the same', async () => {
  const control = restControl();
  const { restApiId } = await makePets(control);
  const deploymentId = await deploy(control, restApiId, 'prod');
  const before = await control.live.liveStage(restApiId, 'prod');
  await control.call('DeleteStage', { restApiId, stageName: 'prod' });
  assert.equal(await control.live.liveStage(restApiId, 'prod'), undefined);
  await control.call('CreateStage', { restApiId, stageName: 'prod', deploymentId });
  assert.deepEqual(await control.live.liveStage(restApiId, 'prod'), before);
});

test('[DEP-01] an edit is not live before it is deployed', async () => {
  const control = restControl();
  const pets = await makePets(control);
  const { restApiId } = pets;
  await deploy(control, restApiId, 'prod');
  const template = async () => {
    const live = (await control.live.liveStage(restApiId, 'prod')) as LiveRestStage | undefined;
    const resource = live?.snapshot.resources.find(({ path }) => path === '/pets');
    return resource?.methods['GET']?.integration?.requestTemplates?.['application/json'];
  };
  const patchOperations = [patch('replace', '/requestTemplates/application~1json', '{"statusCode": 201}')];
  await control.call('UpdateIntegration', { ...pets, patchOperations });
  assert.equal(await template(), '{"statusCode": 200}');
  await deploy(control, restApiId, 'prod');
  assert.equal(await template(), '{"statusCode": 201}');
});

test('[PATCH-05] UpdateDeployment replaces the description and nothing else', async () => {
  const control = restControl();
  const { restApiId } = await makePets(control);
  const deploymentId = await deploy(control, restApiId);
  const update = (path: string) =>
    control.call('UpdateDeployment', { restApiId, deploymentId, patchOperations: [patch('replace', path, 'new')] });
  assert.equal((await update('/description')).description, 'new');
  assert.equal((await control.call('GetDeployment', { restApiId, deploymentId })).description, 'new');
  await assertRefused(
    update('/id'),
    'BadRequestException',
    "Invalid patch path  '/id' specified for op 'replace'. Must be one of: [/description]",
  );
});
