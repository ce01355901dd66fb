import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { assertRefused } from '../../../test/support/rest-control.ts';
import { makeHttpApi, makePetsApi, makeWebSocketApi, v2Control } from '../../../test/support/v2-control.ts';

test('[V2-17] a deployment is DEPLOYED at once, and the stage it names shows it', async () => {
  const control = v2Control();
  const { ApiId } = await makePetsApi(control);
  await control.call('CreateStage', { ApiId, StageName: 'test' });
  const deployment = await control.call('CreateDeployment', { ApiId, StageName: 'test', Description: 'first' });
  assert.match(deployment.DeploymentId!, /^[a-z0-9]{6}$/);
  assert.deepEqual(deployment, {
    AutoDeployed: false,
    CreatedDate: control.clock.now(),
    DeploymentId: deployment.DeploymentId,
    DeploymentStatus: 'DEPLOYED',
    Description: 'first',
  });
  assert.equal((await control.call('GetStage', { ApiId, StageName: 'test' })).DeploymentId, deployment.DeploymentId);
  assert.deepEqual(control.changes.at(-1), { apiId: ApiId, stageName: 'test' });
  const live = await control.live.liveStage(ApiId, 'test');
  assert.equal(live?.kind, 'http');
  assert.deepEqual(live?.kind === 'http' && live.snapshot.routes.map(({ routeKey }) => routeKey), ['GET /pets']);
});

test('[DEP-03] a deployment keeps what was, whatever is changed afterwards; two stages may share it', async () => {
  const control = v2Control();
  const { ApiId, RouteId } = await makePetsApi(control);
  const { DeploymentId } = await control.call('CreateDeployment', { ApiId });
  for (const StageName of ['one', 'two']) await control.call('CreateStage', { ApiId, StageName, DeploymentId });
  await control.call('UpdateRoute', { ApiId, RouteId, RouteKey: 'GET /cats' });
  for (const stage of ['one', 'two']) {
    const live = await control.live.liveStage(ApiId, stage);
    assert.equal(live?.kind === 'http' && live.snapshot.routes[0]?.routeKey, 'GET /pets');
  }
});

test('an API without routes, or with what cannot be served, is not deployed', async () => {
  const control = v2Control();
  const ApiId = await makeHttpApi(control);
  await assertRefused(
    control.call('CreateDeployment', { ApiId }),
    'BadRequestException',
    'Unable to deploy API because no routes exist in this API',
  );
  await assertRefused(
    control.call('CreateDeployment', { ApiId: await makeWebSocketApi(control) }),
    'BadRequestException',
    'At least one route is required before deploying the Api.',
  );
  const pets = await makePetsApi(control);
  control.complain(['GET /pets: no', 'GET /cats: no']);
  await assertRefused(
    control.call('CreateDeployment', { ApiId: pets.ApiId }),
    'BadRequestException',
    'GET /pets: no; GET /cats: no',
  );
  await assertRefused(
    control.call('CreateDeployment', { ApiId: pets.ApiId, StageName: 'none' }),
    'NotFoundException',
    'Invalid stage identifier specified',
  );
});

test('[DEP-06] a stage with AutoDeploy shows every change, and says what it deployed', async () => {
  const control = v2Control();
  const { ApiId, RouteId, IntegrationId } = await makePetsApi(control);
  const created = await control.call('CreateStage', { ApiId, StageName: 'live', AutoDeploy: true });
  // AWS deploys after its answer.
  assert.equal(created.DeploymentId, undefined);
  assert.equal(created.LastDeploymentStatusMessage, undefined);
  const stage = await control.call('GetStage', { ApiId, StageName: 'live' });
  assert.equal(
    stage.LastDeploymentStatusMessage,
    `Successfully deployed stage with deployment ID '${stage.DeploymentId}'`,
  );
  await control.call('UpdateRoute', { ApiId, RouteId, RouteKey: 'GET /cats' });
  await control.call('CreateRoute', { ApiId, RouteKey: '$default', Target: `integrations/${IntegrationId}` });
  const live = await control.live.liveStage(ApiId, 'live');
  assert.deepEqual(live?.kind === 'http' && live.snapshot.routes.map(({ routeKey }) => routeKey).sort(), [
    '$default',
    'GET /cats',
  ]);
  const { Items } = await control.call('GetDeployments', { ApiId });
  assert.equal(Items!.length, 3);
  assert.ok(Items!.every(({ AutoDeployed }) => AutoDeployed));
  assert.equal(Items![0]!.Description, 'Automatic deployment triggered by changes to the Api configuration');
});

test('a stage of a WebSocket API may have AutoDeploy too, as CDK gives it', async () => {
  const control = v2Control();
  const ApiId = await makeWebSocketApi(control);
  await control.call('CreateStage', { ApiId, StageName: 'dev', AutoDeploy: true });
  assert.equal(
    (await control.call('GetStage', { ApiId, StageName: 'dev' })).LastDeploymentStatusMessage,
    'Deployment attempt failed: At least one route is required before deploying the Api.',
  );
  await control.call('CreateRoute', { ApiId, RouteKey: 'send' });
  const live = await control.live.liveStage(ApiId, 'dev');
  assert.equal(live?.kind === 'websocket' && live.snapshot.routes[0]!.routeKey, 'send');
});

test('[DEP-06] a failed automatic deployment leaves the stage where it was and says why', async () => {
  const control = v2Control();
  const { ApiId, RouteId } = await makePetsApi(control);
  await control.call('CreateStage', { ApiId, StageName: 'live', AutoDeploy: true });
  const { DeploymentId } = await control.call('GetStage', { ApiId, StageName: 'live' });
  control.complain(['GET /cats: cannot be served']);
  await control.call('UpdateRoute', { ApiId, RouteId, RouteKey: 'GET /cats' });
  const stage = await control.call('GetStage', { ApiId, StageName: 'live' });
  assert.equal(stage.DeploymentId, DeploymentId);
  assert.equal(stage.LastDeploymentStatusMessage, 'Deployment attempt failed: GET /cats: cannot be served');
  const { Items } = await control.call('GetDeployments', { ApiId });
  assert.deepEqual(
    Items!.map((each) => each.DeploymentId),
    [DeploymentId],
  );
});

test('automatic deployments that nobody shows do not pile up, those made by hand stay', async () => {
  const control = v2Control({ limits: { idleAutoDeployments: 2 } });
  const { ApiId } = await makePetsApi(control);
  const { DeploymentId } = await control.call('CreateDeployment', { ApiId });
  await control.call('CreateStage', { ApiId, StageName: 'live', AutoDeploy: true });
  for (let i = 0; i < 5; i++) {
    control.clock.advance(1000);
    await control.call('UpdateApi', { ApiId, Description: `change ${i}` });
  }
  const { Items } = await control.call('GetDeployments', { ApiId });
  assert.equal(Items!.length, 4);
  assert.ok(Items!.some((each) => each.DeploymentId === DeploymentId));
});

test('[DEP-04] a stage goes back to an earlier deployment; one that is shown cannot be deleted', async () => {
  const control = v2Control();
  const { ApiId, RouteId } = await makePetsApi(control);
  const first = (await control.call('CreateDeployment', { ApiId })).DeploymentId!;
  await control.call('UpdateRoute', { ApiId, RouteId, RouteKey: 'GET /cats' });
  const second = (await control.call('CreateDeployment', { ApiId })).DeploymentId!;
  await control.call('CreateStage', { ApiId, StageName: 'test', DeploymentId: second });
  await control.call('UpdateStage', { ApiId, StageName: 'test', DeploymentId: first });
  const live = await control.live.liveStage(ApiId, 'test');
  assert.equal(live?.kind === 'http' && live.snapshot.routes[0]?.routeKey, 'GET /pets');
  await assertRefused(
    control.call('DeleteDeployment', { ApiId, DeploymentId: first }),
    'BadRequestException',
    'Active stages pointing to this deployment must be moved or deleted',
  );
  await control.call('DeleteDeployment', { ApiId, DeploymentId: second });
  const { Items } = await control.call('GetDeployments', { ApiId });
  assert.deepEqual(
    Items!.map(({ DeploymentId }) => DeploymentId),
    [first],
  );
});
