import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { assertRefused } from '../../../test/support/rest-control.ts';
import { makeHttpApi, makePetsApi, v2Control } from '../../../test/support/v2-control.ts';

const functionArn = 'arn:aws:lambda:eu-central-1:123456789012:function:pets';

test('[V2-03] an API with a target has its route, integration and stage at once, deployed', async () => {
  const control = v2Control();
  const ApiId = await makeHttpApi(control, { Target: 'https://backend.example.com' });
  const [integration] = (await control.call('GetIntegrations', { ApiId })).Items!;
  assert.deepEqual(integration, {
    ApiGatewayManaged: true,
    ConnectionType: 'INTERNET',
    IntegrationId: integration!.IntegrationId,
    IntegrationMethod: 'ANY',
    IntegrationType: 'HTTP_PROXY',
    IntegrationUri: 'https://backend.example.com',
    PayloadFormatVersion: '1.0',
    TimeoutInMillis: 30_000,
  });
  const [route] = (await control.call('GetRoutes', { ApiId })).Items!;
  assert.equal(route!.RouteKey, '$default');
  assert.equal(route!.ApiGatewayManaged, true);
  assert.equal(route!.Target, `integrations/${integration!.IntegrationId}`);
  const stage = await control.call('GetStage', { ApiId, StageName: '$default' });
  assert.equal(stage.ApiGatewayManaged, true);
  assert.equal(stage.AutoDeploy, true);
  assert.ok(await control.live.liveStage(ApiId, '$default'));
});

test('[V2-03] a function as target gets payload 2.0, the given route key and the given role', async () => {
  const control = v2Control();
  const CredentialsArn = 'arn:aws:iam::123456789012:role/caller';
  const ApiId = await makeHttpApi(control, { Target: functionArn, RouteKey: 'POST /pets', CredentialsArn });
  const [integration] = (await control.call('GetIntegrations', { ApiId })).Items!;
  assert.equal(integration!.IntegrationType, 'AWS_PROXY');
  assert.equal(integration!.PayloadFormatVersion, '2.0');
  assert.equal(integration!.CredentialsArn, CredentialsArn);
  assert.equal((await control.call('GetRoutes', { ApiId })).Items![0]!.RouteKey, 'POST /pets');
});

test('[V2-03] what API Gateway manages refuses to be edited by hand', async () => {
  const control = v2Control();
  const ApiId = await makeHttpApi(control, { Target: 'https://backend.example.com' });
  const { IntegrationId } = (await control.call('GetIntegrations', { ApiId })).Items![0]!;
  const { RouteId } = (await control.call('GetRoutes', { ApiId })).Items![0]!;
  const StageName = '$default';
  await assertRefused(
    control.call('DeleteIntegration', { ApiId, IntegrationId: IntegrationId! }),
    'BadRequestException',
  );
  await assertRefused(control.call('DeleteRoute', { ApiId, RouteId: RouteId! }), 'BadRequestException');
  await assertRefused(
    control.call('UpdateRoute', { ApiId, RouteId: RouteId!, RouteKey: 'GET /x' }),
    'BadRequestException',
  );
  await assertRefused(control.call('DeleteStage', { ApiId, StageName }), 'BadRequestException');
});

test('[V2-03] integration and stage of a quick-created API can be changed, and stay managed', async () => {
  const control = v2Control();
  const ApiId = await makeHttpApi(control, { Target: 'https://backend.example.com' });
  const { IntegrationId } = (await control.call('GetIntegrations', { ApiId })).Items![0]!;
  const RequestParameters = { 'append:header.x-api-key': 'secret' };
  const integration = await control.call('UpdateIntegration', {
    ApiId,
    IntegrationId: IntegrationId!,
    RequestParameters,
  });
  assert.deepEqual(integration.RequestParameters, RequestParameters);
  assert.equal(integration.ApiGatewayManaged, true);
  const StageName = '$default';
  const stage = await control.call('UpdateStage', { ApiId, StageName, StageVariables: { a: 'b' } });
  assert.deepEqual(stage.StageVariables, { a: 'b' });
  assert.equal(stage.ApiGatewayManaged, true);
  await control.call('DeleteAccessLogSettings', { ApiId, StageName });
});

test('[V2-03] UpdateApi leads a quick-created API elsewhere, and refuses to make one of another', async () => {
  const control = v2Control();
  const ApiId = await makeHttpApi(control, { Target: 'https://backend.example.com' });
  await control.call('UpdateApi', { ApiId, Target: functionArn, RouteKey: 'ANY /{proxy+}' });
  const [integration] = (await control.call('GetIntegrations', { ApiId })).Items!;
  assert.equal(integration!.IntegrationUri, functionArn);
  assert.equal(integration!.ApiGatewayManaged, true);
  const live = await control.live.liveStage(ApiId, '$default');
  assert.equal(live?.kind === 'http' && live.snapshot.routes[0]!.routeKey, 'ANY /{proxy+}');
  const { ApiId: other } = await makePetsApi(control);
  await assertRefused(control.call('UpdateApi', { ApiId: other, Target: functionArn }), 'BadRequestException');
  await assertRefused(makeHttpApi(control, { RouteKey: 'GET /x' }), 'BadRequestException');
  await assertRefused(makeHttpApi(control, { ProtocolType: 'WEBSOCKET', Target: functionArn }), 'BadRequestException');
});
