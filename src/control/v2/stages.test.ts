import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { assertRefused, exampleCall } from '../../../test/support/rest-control.ts';
import { makeHttpApi, makePetsApi, makeWebSocketApi, v2Control } from '../../../test/support/v2-control.ts';
import { usagePlans } from '../../ports/records.ts';

const logs = 'arn:aws:logs:eu-central-1:123456789012:log-group:access';

test('[V2-15] a stage shows the members AWS was recorded to show, which differ by protocol', async () => {
  const control = v2Control();
  const stage = await control.call('CreateStage', { ApiId: await makeHttpApi(control), StageName: '$default' });
  assert.deepEqual(stage, {
    AutoDeploy: false,
    CreatedDate: control.clock.now(),
    DefaultRouteSettings: { DetailedMetricsEnabled: false },
    LastUpdatedDate: control.clock.now(),
    RouteSettings: {},
    StageName: '$default',
    StageVariables: {},
    Tags: {},
  });
  const webSocket = await control.call('CreateStage', { ApiId: await makeWebSocketApi(control), StageName: 'dev' });
  assert.deepEqual(webSocket.DefaultRouteSettings, {
    DataTraceEnabled: false,
    DetailedMetricsEnabled: false,
    LoggingLevel: 'OFF',
  });
});

test('[V2-15] $default is a stage of HTTP APIs only; a name is taken once; a deployment must be there', async () => {
  const control = v2Control();
  const { ApiId } = await makePetsApi(control);
  const webSocket = await makeWebSocketApi(control);
  await assertRefused(
    control.call('CreateStage', { ApiId: webSocket, StageName: '$default' }),
    'BadRequestException',
    'Stage name only allows a-zA-Z0-9_-',
  );
  await control.call('CreateStage', { ApiId, StageName: 'dev' });
  await assertRefused(
    control.call('CreateStage', { ApiId, StageName: 'dev' }),
    'ConflictException',
    'Stage already exists',
  );
  await assertRefused(
    control.call('CreateStage', { ApiId, StageName: 'test', DeploymentId: 'zzzzzz' }),
    'BadRequestException',
    'Deployment id does not exist',
  );
});

test('[V2-15] the deployment of a stage with AutoDeploy is not the caller’s to set', async () => {
  const control = v2Control();
  const { ApiId } = await makePetsApi(control);
  const DeploymentId = (await control.call('CreateDeployment', { ApiId })).DeploymentId!;
  await assertRefused(
    control.call('CreateStage', { ApiId, StageName: 'a', AutoDeploy: true, DeploymentId }),
    'BadRequestException',
  );
  await control.call('CreateStage', { ApiId, StageName: 'a', AutoDeploy: true });
  await assertRefused(control.call('UpdateStage', { ApiId, StageName: 'a', DeploymentId }), 'BadRequestException');
  const { DeploymentId: shown } = await control.call('GetStage', { ApiId, StageName: 'a' });
  await assertRefused(
    control.call('UpdateStage', { ApiId, StageName: 'a', DeploymentId: shown! }),
    'BadRequestException',
  );
  const byHand = await control.call('UpdateStage', { ApiId, StageName: 'a', AutoDeploy: false, DeploymentId });
  assert.equal(byHand.DeploymentId, DeploymentId);
  const again = await control.call('UpdateStage', { ApiId, StageName: 'a', AutoDeploy: true });
  assert.equal(again.DeploymentId, DeploymentId);
  assert.notEqual((await control.call('GetStage', { ApiId, StageName: 'a' })).DeploymentId, DeploymentId);
});

test('[V2-16] settings of routes are for routes there are, and are taken away by key', async () => {
  const control = v2Control();
  const { ApiId } = await makePetsApi(control);
  const at = { ApiId, StageName: 'dev' };
  const RouteSettings = { 'GET /pets': { ThrottlingRateLimit: 1.5, ThrottlingBurstLimit: 2 } };
  const stage = await control.call('CreateStage', { ...at, RouteSettings });
  assert.deepEqual(stage.RouteSettings, RouteSettings);
  await assertRefused(
    control.call('UpdateStage', { ...at, RouteSettings: { 'GET /cats': {} } }),
    'NotFoundException',
    'Unable to find Route by key GET /cats within the provided RouteSettings',
  );
  const changed = await control.call('UpdateStage', { ...at, DefaultRouteSettings: { ThrottlingBurstLimit: 5 } });
  assert.deepEqual(changed.DefaultRouteSettings, { DetailedMetricsEnabled: false, ThrottlingBurstLimit: 5 });
  assert.deepEqual(changed.RouteSettings, RouteSettings);
  await control.call('DeleteRouteSettings', { ...at, RouteKey: 'GET /pets' });
  assert.deepEqual((await control.call('GetStage', at)).RouteSettings, {});
  await assertRefused(control.call('DeleteRouteSettings', { ...at, RouteKey: 'GET /pets' }), 'NotFoundException');
});

test('[LOG-13] an HTTP API has no execution logs: any level is refused, a data trace too', async () => {
  const control = v2Control();
  const { ApiId } = await makePetsApi(control);
  const message = 'Execution logs are not supported on protocolType HTTP';
  for (const DefaultRouteSettings of [{ LoggingLevel: 'OFF' as const }, { DataTraceEnabled: true }]) {
    await assertRefused(
      control.call('CreateStage', { ApiId, StageName: 'a', DefaultRouteSettings }),
      'BadRequestException',
      message,
    );
  }
  const stage = await control.call('CreateStage', {
    ApiId,
    StageName: 'a',
    DefaultRouteSettings: { DataTraceEnabled: false },
  });
  assert.deepEqual(stage.DefaultRouteSettings, { DetailedMetricsEnabled: false });
  await assertRefused(
    control.call('UpdateStage', {
      ApiId,
      StageName: 'a',
      RouteSettings: { 'GET /pets': { LoggingLevel: 'INFO' } },
    }),
    'BadRequestException',
    message,
  );
});

test('a WebSocket stage takes an unknown level for OFF and keeps of a route’s settings what was set', async () => {
  const control = v2Control();
  const ApiId = await makeWebSocketApi(control);
  await control.call('CreateRoute', { ApiId, RouteKey: 'quiet' });
  const stage = await control.call('CreateStage', {
    ApiId,
    StageName: 'dev',
    DefaultRouteSettings: { LoggingLevel: 'DEBUG' as never },
    RouteSettings: { quiet: { DataTraceEnabled: false, LoggingLevel: 'INFO' } },
  });
  assert.equal(stage.DefaultRouteSettings!.LoggingLevel, 'OFF');
  assert.deepEqual(stage.RouteSettings, { quiet: { DataTraceEnabled: false, LoggingLevel: 'INFO' } });
});

test('stage variables merge; an empty map does nothing, an empty text takes one out', async () => {
  const control = v2Control();
  const ApiId = await makeHttpApi(control);
  const at = { ApiId, StageName: 'dev' };
  await control.call('CreateStage', { ...at, StageVariables: { a: '1', b: '2' } });
  const variables = async (StageVariables: Record<string, string>) =>
    (await control.call('UpdateStage', { ...at, StageVariables })).StageVariables;
  assert.deepEqual(await variables({ b: '3', c: '4' }), { a: '1', b: '3', c: '4' });
  assert.deepEqual(await variables({}), { a: '1', b: '3', c: '4' });
  assert.deepEqual(await variables({ a: '' }), { b: '3', c: '4' });
  await assertRefused(variables({ 'a b': '1' }), 'BadRequestException');
});

test('[LOG-08] access log settings need a destination and a format of one line with an id', async () => {
  const control = v2Control();
  const ApiId = await makeHttpApi(control);
  const at = { ApiId, StageName: 'dev' };
  await control.call('CreateStage', at);
  const set = (AccessLogSettings: { DestinationArn?: string; Format?: string }) =>
    control.call('UpdateStage', { ...at, AccessLogSettings });
  const missing = 'Access Log value missing. Expected destinationArn and format.';
  await assertRefused(set({}), 'BadRequestException', missing);
  await assertRefused(set({ Format: '$context.requestId' }), 'BadRequestException', missing);
  await assertRefused(set({ DestinationArn: logs }), 'BadRequestException', missing);
  const Format = '{"id":"$context.requestId","route":"$context.routeKey","who":"$context.authorizer.claims.sub"}';
  await set({ DestinationArn: logs, Format });
  assert.deepEqual((await set({ Format: '$context.extendedRequestId' })).AccessLogSettings, {
    DestinationArn: logs,
    Format: '$context.extendedRequestId',
  });
  assert.deepEqual((await set({})).AccessLogSettings?.DestinationArn, logs);
  // CloudWatch Logs ends its ARNs in `:*`; AWS answers this one without.
  assert.equal((await set({ DestinationArn: `${logs}:*` })).AccessLogSettings?.DestinationArn, logs);
  const heading = 'The following errors are found in Access Log Format: ';
  await assertRefused(
    set({ Format: '$context.status' }),
    'BadRequestException',
    `${heading}Access Log format must include either $context.requestId or $context.extendedRequestId : '$context.status'`,
  );
  await assertRefused(
    set({ Format: '$context.requestId $context.unknown $context.resourceId' }),
    'BadRequestException',
    'The following context variables are not supported: [$context.unknown, $context.resourceId]',
  );
  await assertRefused(set({ Format: '$context.requestId|x' }), 'BadRequestException');
  await assertRefused(set({ Format: '$context.requestId\n' }), 'BadRequestException', /must be single line/);
  await assertRefused(
    set({ DestinationArn: 'arn:aws:s3:::bucket' }),
    'BadRequestException',
    'Invalid ARN specified in the request. The ARN must be a valid CloudWatch Logs log group or Kinesis Data Firehose delivery stream ARN.',
  );
  await control.call('DeleteAccessLogSettings', at);
  assert.equal((await control.call('GetStage', at)).AccessLogSettings, undefined);
});

test('[CP-26] APIs, stages and VPC links have tags under both spellings of their ARN; nothing else has', async () => {
  const control = v2Control();
  const ApiId = await makeHttpApi(control);
  await control.call('CreateStage', { ApiId, StageName: '$default' });
  const { VpcLinkId } = await control.call('CreateVpcLink', { Name: 'x', SubnetIds: ['subnet-1'] });
  const arn = (path: string): string => `arn:aws:apigateway:eu-central-1::${path}`;
  for (const path of [`/apis/${ApiId}`, `/apis/${ApiId}/stages/$default`, `/vpclinks/${VpcLinkId}`]) {
    await control.call('TagResource', { ResourceArn: arn(path), Tags: { a: '1', b: '2' } });
    await control.call('UntagResource', { ResourceArn: arn(`/v2${path}`), TagKeys: ['a'] });
    assert.deepEqual((await control.call('GetTags', { ResourceArn: arn(path) })).Tags, { b: '2' });
  }
  assert.deepEqual((await control.call('GetApi', { ApiId })).Tags, { b: '2' });
  await assertRefused(
    control.call('GetTags', { ResourceArn: arn(`/apis/${ApiId}/authorizers/x`) }),
    'BadRequestException',
  );
  await assertRefused(control.call('GetTags', { ResourceArn: arn('/apis/nothere') }), 'NotFoundException');
  await assertRefused(control.call('GetTags', { ResourceArn: 'nonsense' }), 'BadRequestException');
});

test('[CP-27] tags that AWS would not take are refused', async () => {
  const control = v2Control();
  await assertRefused(makeHttpApi(control, { Tags: { 'aws:x': '1' } }), 'BadRequestException');
  const many = Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, 'v']));
  await assertRefused(makeHttpApi(control, { Tags: many }), 'BadRequestException');
});

test('a deleted stage or API is in no usage plan any more', async () => {
  const control = v2Control();
  const ApiId = await makeWebSocketApi(control);
  const apiStages = ['a', 'b'].map((stage) => ({ apiId: ApiId, stage }));
  for (const { stage } of apiStages) await control.call('CreateStage', { ApiId, StageName: stage });
  const { account, region } = exampleCall;
  const key = [account, region, 'plan01'];
  await control.store.write(async (tx) => tx.put(usagePlans, key, { id: 'plan01', name: 'p', apiStages, tags: {} }));
  const stagesLeft = async () => (await control.store.read((tx) => tx.get(usagePlans, key)))?.apiStages;
  await control.call('DeleteStage', { ApiId, StageName: 'a' });
  assert.deepEqual(await stagesLeft(), apiStages.slice(1));
  await control.call('DeleteApi', { ApiId });
  assert.deepEqual(await stagesLeft(), []);
});
