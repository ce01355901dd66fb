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
import type { LiveRestStage } from '../../ports/deployments.ts';
import type { CreateStageRequest, Stage } from '../../wire/generated/apigateway.ts';

/** A stage `prod` of an API that can be deployed. */
async function makeStage(control: RestControl, settings: Partial<CreateStageRequest> = {}) {
  const { restApiId } = await makePets(control);
  const deploymentId = await deploy(control, restApiId);
  const stage = await control.call('CreateStage', { restApiId, stageName: 'prod', deploymentId, ...settings });
  const update = (...patchOperations: PatchOperation[]) =>
    control.call('UpdateStage', { restApiId, stageName: 'prod', patchOperations });
  return { restApiId, deploymentId, stage, update };
}

test('[V1-35] a new stage has its defaults; variables, tags and description are left out', async () => {
  const control = restControl();
  const { restApiId, deploymentId, stage } = await makeStage(control);
  assert.deepEqual(stage, {
    stageName: 'prod',
    deploymentId,
    cacheClusterEnabled: false,
    cacheClusterStatus: 'NOT_AVAILABLE',
    methodSettings: {},
    tracingEnabled: false,
    createdDate: Date.UTC(2026, 0, 1),
    lastUpdatedDate: Date.UTC(2026, 0, 1),
  });
  assert.deepEqual(await control.call('GetStage', { restApiId, stageName: 'prod' }), stage);
});

test('[V1-35] a stage keeps what was set', async () => {
  const settings = {
    description: 'live',
    variables: { host: 'a.example.com' },
    tags: { team: 'a' },
    tracingEnabled: true,
    cacheClusterSize: '1.6' as const,
    canarySettings: { percentTraffic: 5, stageVariableOverrides: { host: 'b' }, useStageCache: true },
  };
  const { stage, deploymentId } = await makeStage(restControl(), settings);
  const { canarySettings, ...others } = settings;
  for (const [member, value] of Object.entries(others)) assert.deepEqual(stage[member as keyof Stage], value, member);
  assert.deepEqual(stage.canarySettings, { ...canarySettings, deploymentId });
});

for (const [stageName, accepted] of [
  ['prod-1_x', true],
  ['a'.repeat(128), true],
  ['a'.repeat(129), false],
  ['a.b', false],
  ['a b', false],
  ['', false],
] as const) {
  test(`[V1-36] the stage name "${stageName.slice(0, 10)}" of ${stageName.length} is ${accepted ? 'accepted' : 'refused'}`, async () => {
    const made = makeStage(restControl(), { stageName });
    if (accepted) assert.equal((await made).stage.stageName, stageName);
    else await assertRefused(made, 'BadRequestException', 'Stage name only allows a-zA-Z0-9_-');
  });
}

test('[V1-36] the same stage name twice is a conflict', async () => {
  const control = restControl();
  const { restApiId, deploymentId } = await makeStage(control);
  const again = control.call('CreateStage', { restApiId, stageName: 'prod', deploymentId });
  await assertRefused(again, 'ConflictException', 'Stage already exists');
});

test('a stage needs a deployment that exists, on create and on update', async () => {
  const control = restControl();
  const message = 'Deployment id does not exist';
  await assertRefused(makeStage(control, { deploymentId: 'nosuch' }), 'BadRequestException', message);
  const { update } = await makeStage(control);
  await assertRefused(update(patch('replace', '/deploymentId', 'nosuch')), 'BadRequestException', message);
  const canary = update(patch('replace', '/canarySettings/deploymentId', 'nosuch'));
  await assertRefused(canary, 'BadRequestException', message);
});

test('an unknown stage is named', async () => {
  const control = restControl();
  const { restApiId } = await makeStage(control);
  const unknown = { restApiId, stageName: 'nosuch' };
  for (const operation of [
    'GetStage',
    'UpdateStage',
    'DeleteStage',
    'FlushStageCache',
    'FlushStageAuthorizersCache',
  ] as const) {
    await assertRefused(control.call(operation, unknown), 'NotFoundException', 'Invalid stage identifier specified');
  }
});

test('[V1-37] flushing answers for a stage that exists: nothing is cached, so nothing is left', async () => {
  const control = restControl();
  const { restApiId } = await makeStage(control);
  assert.equal(await control.call('FlushStageCache', { restApiId, stageName: 'prod' }), undefined);
  assert.equal(await control.call('FlushStageAuthorizersCache', { restApiId, stageName: 'prod' }), undefined);
});

test('stages are listed, all or those of one deployment', async () => {
  const control = restControl();
  const { restApiId, deploymentId } = await makeStage(control);
  const other = await deploy(control, restApiId, 'beta');
  const names = async (of?: string) =>
    (await control.call('GetStages', { restApiId, ...(of && { deploymentId: of }) })).item?.map(
      ({ stageName }) => stageName,
    );
  assert.deepEqual(await names(), ['beta', 'prod']);
  assert.deepEqual(await names(deploymentId), ['prod']);
  assert.deepEqual(await names(other), ['beta']);
  assert.deepEqual(await names('nosuch'), []);
});

test('[DEP-02] a change of a stage is live at once, and published after it is stored', async () => {
  const control = restControl();
  const { restApiId, update } = await makeStage(control);
  const seen: unknown[] = [];
  control.live.onChange(
    () =>
      void control.live
        .liveStage(restApiId, 'prod')
        .then((live) => seen.push((live as LiveRestStage | undefined)?.stage.variables)),
  );
  await update(patch('replace', '/variables/host', 'b'));
  await control.call('DeleteStage', { restApiId, stageName: 'prod' });
  await control.live.liveStage(restApiId, 'prod');
  assert.deepEqual(seen, [{ host: 'b' }, undefined]);
  assert.deepEqual(control.changes, Array(3).fill({ apiId: restApiId, stageName: 'prod' }));
});

test('[LIM-02] [LIM-06] [DEP-05] the number of stages is limited by a named setting, ten by default', async () => {
  const control = restControl();
  const { restApiId, deploymentId } = await makeStage(control);
  for (let i = 1; i < 10; i++) await control.call('CreateStage', { restApiId, stageName: `s${i}`, deploymentId });
  await assertRefused(
    control.call('CreateStage', { restApiId, stageName: 's10', deploymentId }),
    'LimitExceededException',
    'Maximum number of Stages for this API has been reached. Please contact AWS if you need additional Stages.',
  );
  await assertRefused(deploy(control, restApiId, 's10'), 'LimitExceededException');
});

for (const [name, value, accepted] of [
  ['host_1', 'a.example.com:80/p?q=1&r=,~#-', true],
  ['a'.repeat(64), 'x'.repeat(512), true],
  ['a'.repeat(65), 'x', false],
  ['a-b', 'x', false],
  ['a', 'x'.repeat(513), false],
  ['a', 'two words', false],
  ['a', '', false],
  ['a', 'umläut', false],
  ['a', 'a+b', false],
] as const) {
  test(`[SV-01] the stage variable ${name.slice(0, 8)}=${value.slice(0, 12)} (${name.length}, ${value.length}) is ${accepted ? 'accepted' : 'refused'}`, async () => {
    const made = makeStage(restControl(), { variables: { [name]: value } });
    if (accepted) assert.deepEqual((await made).stage.variables, { [name]: value });
    else await assertRefused(made, 'BadRequestException', /^Invalid stage variable (name|value)/);
  });
}

test('[SV-01] a stage has at most 100 variables', async () => {
  const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`v${i}`, 'x']));
  assert.equal(Object.keys((await makeStage(restControl(), { variables: many(100) })).stage.variables!).length, 100);
  await assertRefused(makeStage(restControl(), { variables: many(101) }), 'BadRequestException');
});

const stagePatches: readonly [readonly PatchOperation[], Partial<Stage>][] = [
  [[patch('replace', '/description', 'live')], { description: 'live' }],
  [[patch('replace', '/tracingEnabled', 'true')], { tracingEnabled: true }],
  [[patch('replace', '/tracingEnabled', 'TRUE')], { tracingEnabled: true }],
  [[patch('replace', '/tracingEnabled', 'yes')], { tracingEnabled: false }],
  [[patch('replace', '/cacheClusterEnabled', 'true')], { cacheClusterEnabled: true, cacheClusterSize: '0.5' }],
  [[patch('replace', '/cacheClusterSize', '6.1')], { cacheClusterSize: '6.1' }],
  [[patch('replace', '/clientCertificateId', '')], { clientCertificateId: undefined as unknown as string }],
  [[patch('replace', '/documentationVersion', '')], { documentationVersion: undefined as unknown as string }],
  [
    [patch('replace', '/variables/a', '1'), patch('replace', '/variables/b', '2'), patch('remove', '/variables/a')],
    { variables: { b: '2' } },
  ],
  [
    [patch('replace', '/variables/a', '1'), patch('remove', '/variables/a')],
    { variables: undefined as unknown as Record<string, string> },
  ],
];

for (const [patchOperations, expect] of stagePatches) {
  const what = patchOperations.map(({ op, path, value }) => [op, path, value].filter(Boolean).join(' ')).join(', ');
  test(`[PATCH-16] UpdateStage: ${what}`, async () => {
    const control = restControl();
    const { restApiId, update } = await makeStage(control);
    const answer = await update(...patchOperations);
    for (const [member, value] of Object.entries(expect))
      assert.deepEqual(answer[member as keyof Stage], value, member);
    assert.deepEqual(await control.call('GetStage', { restApiId, stageName: 'prod' }), answer);
  });
}

for (const [operation, kind, message] of [
  [
    patch('replace', '/cacheClusterSize', '7'),
    'BadRequestException',
    /^Invalid cache cluster size specified: 7\. Valid options are 0\.5, /,
  ],
  [
    patch('replace', '/clientCertificateId', 'x'),
    'BadRequestException',
    'Invalid Client Certificate identifier specified',
  ],
  [
    patch('replace', '/documentationVersion', 'x'),
    'BadRequestException',
    'Invalid Documentation version identifier specified',
  ],
  [patch('remove', '/variables/nosuch'), 'NotFoundException', 'Invalid stage variable name specified'],
  [
    patch('replace', '/nope', 'x'),
    'BadRequestException',
    /^Invalid method setting path: \/nope\. Must be one of: \[\/deploymentId, /,
  ],
  [patch('replace', '/tags/a', 'x'), 'BadRequestException', /^Invalid method setting path: \/tags\/a\. /],
] as const) {
  test(`[PATCH-16] UpdateStage refuses ${operation.op} ${operation.path}`, async () => {
    const { update } = await makeStage(restControl());
    await assertRefused(update(operation), kind, message);
  });
}

test('[CACHE-01] a cache is available with the call that asks for it, and gone with the one that ends it', async () => {
  const { update } = await makeStage(restControl());
  const on = await update(patch('replace', '/cacheClusterEnabled', 'true'));
  assert.deepEqual([on.cacheClusterStatus, on.cacheClusterSize], ['AVAILABLE', '0.5']);
  const off = await update(patch('replace', '/cacheClusterEnabled', 'false'));
  assert.equal(off.cacheClusterStatus, 'NOT_AVAILABLE');
});

test('[CACHE-10] FlushStageCache tells the gateway to forget the stage’s answers', async () => {
  const control = restControl();
  const { restApiId } = await makeStage(control);
  assert.equal(await control.call('FlushStageCache', { restApiId, stageName: 'prod' }), undefined);
  assert.deepEqual(control.changes.at(-1), { apiId: restApiId, stageName: 'prod', flushes: 'responses' });
});

test('an update changes the last-updated date, not the created date', async () => {
  const control = restControl();
  const { update } = await makeStage(control);
  control.clock.advance(60_000);
  const { createdDate, lastUpdatedDate } = await update(patch('replace', '/description', 'x'));
  assert.equal(createdDate, Date.UTC(2026, 0, 1));
  assert.equal(lastUpdatedDate, Date.UTC(2026, 0, 1) + 60_000);
});

const defaults = {
  metricsEnabled: false,
  loggingLevel: 'OFF',
  dataTraceEnabled: false,
  throttlingBurstLimit: 5000,
  throttlingRateLimit: 10000,
  cachingEnabled: false,
  cacheTtlInSeconds: 300,
  cacheDataEncrypted: false,
  requireAuthorizationForCacheControl: true,
  unauthorizedCacheControlHeaderStrategy: 'SUCCEED_WITH_RESPONSE_HEADER',
};

for (const [end, value, expect] of [
  ['metrics/enabled', 'true', { metricsEnabled: true }],
  ['metrics/enabled', 'nonsense', { metricsEnabled: false }],
  ['logging/dataTrace', 'true', { dataTraceEnabled: true }],
  ['logging/loglevel', 'OFF', { loggingLevel: 'OFF' }],
  ['throttling/burstLimit', '10', { throttlingBurstLimit: 10 }],
  ['throttling/rateLimit', '2.5', { throttlingRateLimit: 2.5 }],
  ['caching/enabled', 'true', { cachingEnabled: true }],
  ['caching/ttlInSeconds', '3600', { cacheTtlInSeconds: 3600 }],
  ['caching/dataEncrypted', 'true', { cacheDataEncrypted: true }],
  ['caching/requireAuthorizationForCacheControl', 'false', { requireAuthorizationForCacheControl: false }],
  [
    'caching/unauthorizedCacheControlHeaderStrategy',
    'FAIL_WITH_403',
    { unauthorizedCacheControlHeaderStrategy: 'FAIL_WITH_403' },
  ],
] as const) {
  test(`[PATCH-17] [DEP-10] a first setting ${end} ${value} makes the full default block`, async () => {
    for (const key of ['*/*', '~1pets/GET']) {
      const { update } = await makeStage(restControl());
      const { methodSettings } = await update(patch('replace', `/${key}/${end}`, value));
      assert.deepEqual(methodSettings, { [key]: { ...defaults, ...expect } });
    }
  });
}

test('[DEP-09] a method inherits what is set for the whole stage', async () => {
  const { update } = await makeStage(restControl());
  const { methodSettings } = await update(
    patch('replace', '/*/*/throttling/rateLimit', '7'),
    patch('replace', '/~1pets~1{id}/GET/metrics/enabled', 'true'),
  );
  assert.deepEqual(methodSettings, {
    '*/*': { ...defaults, throttlingRateLimit: 7 },
    '~1pets~1{id}/GET': { ...defaults, throttlingRateLimit: 7, metricsEnabled: true },
  });
});

test('[PATCH-17] a path may be sent unescaped too, as Terraform does', async () => {
  const { update } = await makeStage(restControl());
  const { methodSettings } = await update(patch('replace', '/pets/{proxy+}/GET/metrics/enabled', 'true'));
  assert.deepEqual(Object.keys(methodSettings!), ['pets/{proxy+}/GET']);
});

test('[PATCH-17] a setting is kept under the path as it was written: escaped, plain as Terraform writes it, with or without its slash', async () => {
  for (const path of ['~1pets~1{id}', 'pets/{id}', '/pets/{id}']) {
    const { update } = await makeStage(restControl());
    const { methodSettings } = await update(patch('replace', `/${path}/GET/metrics/enabled`, 'true'));
    assert.deepEqual(Object.keys(methodSettings ?? {}), [`${path}/GET`]);
    assert.deepEqual((await update(patch('remove', `/${path}/GET`))).methodSettings, {});
  }
});

test('[PATCH-17] removing a setting resets it; removing one that is not there is refused in AWS’s words', async () => {
  const { update } = await makeStage(restControl());
  await update(patch('replace', '/~1pets/GET/metrics/enabled', 'true'));
  assert.deepEqual((await update(patch('remove', '/~1pets/GET'))).methodSettings, {});
  await assertRefused(
    update(patch('remove', '/*/*')),
    'BadRequestException',
    'Cannot remove method setting */* because there is no method setting for this method ',
  );
});

for (const [path, value] of [
  ['/*/*/throttling/burstLimit', 'many'],
  ['/*/*/throttling/burstLimit', '1.5'],
  ['/*/*/throttling/rateLimit', ''],
  ['/*/*/throttling/rateLimit', '-2'],
  ['/*/*/caching/ttlInSeconds', '3601'],
  ['/*/*/caching/unauthorizedCacheControlHeaderStrategy', 'x'],
  ['/~1pets/ANY/metrics/enabled', 'true'],
  ['/~1pets/*/metrics/enabled', 'true'],
  ['/*/GET/nope/enabled', 'true'],
  ['/~1//logging/dataTrace', 'true'],
] as const) {
  test(`[PATCH-17] UpdateStage refuses ${path} ${value}`, async () => {
    const { update } = await makeStage(restControl());
    await assertRefused(update(patch('replace', path, value)), 'BadRequestException');
  });
}

const logGroup = 'arn:aws:logs:eu-central-1:123456789012:log-group:access';
const role = [patch('replace', '/cloudwatchRoleArn', 'arn:aws:iam::123456789012:role/logs')];

test('logging to CloudWatch needs the role of the account', async () => {
  const control = restControl();
  const { update } = await makeStage(control);
  const message = 'CloudWatch Logs role ARN must be set in account settings to enable logging';
  const level = patch('replace', '/*/*/logging/loglevel', 'INFO');
  const access = [
    patch('replace', '/accessLogSettings/destinationArn', logGroup),
    patch('replace', '/accessLogSettings/format', '$context.requestId'),
  ];
  await assertRefused(update(level), 'BadRequestException', message);
  await assertRefused(update(...access), 'BadRequestException', message);
  await control.call('UpdateAccount', { patchOperations: role });
  assert.equal((await update(level)).methodSettings?.['*/*']?.loggingLevel, 'INFO');
  assert.deepEqual((await update(...access)).accessLogSettings, {
    destinationArn: logGroup,
    format: '$context.requestId',
  });
});

test('[LOG-03] there is no level DEBUG; INFO with data tracing is the nearest', async () => {
  const control = restControl();
  const { update } = await makeStage(control);
  await control.call('UpdateAccount', { patchOperations: role });
  await assertRefused(
    update(patch('replace', '/*/*/logging/loglevel', 'DEBUG')),
    'BadRequestException',
    'Invalid logging level specified: DEBUG',
  );
  const { methodSettings } = await update(
    patch('replace', '/*/*/logging/loglevel', 'INFO'),
    patch('replace', '/*/*/logging/dataTrace', 'true'),
  );
  const { loggingLevel, dataTraceEnabled } = methodSettings!['*/*']!;
  assert.deepEqual([loggingLevel, dataTraceEnabled], ['INFO', true]);
});

test('a role taken away later does not stand in the way of other changes', async () => {
  const control = restControl();
  const { update } = await makeStage(control);
  await control.call('UpdateAccount', { patchOperations: role });
  await update(patch('replace', '/*/*/logging/loglevel', 'ERROR'));
  await control.call('UpdateAccount', { patchOperations: [patch('replace', '/cloudwatchRoleArn', '')] });
  assert.equal((await update(patch('replace', '/description', 'x'))).description, 'x');
});

test('[PATCH-18] access log settings are replaced one by one and removed only whole', async () => {
  const control = restControl();
  const { update } = await makeStage(control);
  await control.call('UpdateAccount', { patchOperations: role });
  await update(patch('replace', '/accessLogSettings/destinationArn', logGroup));
  const both = await update(patch('replace', '/accessLogSettings/format', '$context.extendedRequestId\n'));
  assert.deepEqual(both.accessLogSettings, { destinationArn: logGroup, format: '$context.extendedRequestId\n' });
  for (const member of ['destinationArn', 'format']) {
    await assertRefused(update(patch('remove', `/accessLogSettings/${member}`)), 'BadRequestException');
  }
  assert.equal((await update(patch('remove', '/accessLogSettings'))).accessLogSettings, undefined);
});

for (const [path, value, message] of [
  ['destinationArn', 'nonsense', 'Invalid ARN specified in the request'],
  [
    'format',
    '$context.status',
    "Access Log format must include either $context.requestId or $context.extendedRequestId : '$context.status'",
  ],
  ['format', '$context.requestId\n$context.status', /^Access Log format must be single line/],
  ['format', `$context.requestId ${'x'.repeat(3072)}`, 'Access Log format must not be longer than 3072 bytes'],
  ['destinationArn', 'arn:aws:logs:us-east-1:000000000000:log-group:', 'Invalid ARN specified in the request'],
  ['destinationArn', 'arn:aws:logs:us-east-1:000000000000:stream:x', 'Invalid ARN specified in the request'],
  [
    'destinationArn',
    'arn:aws:firehose:us-east-1:000000000000:deliverystream/other',
    'Invalid ARN specified in the request',
  ],
] as const) {
  test(`[LOG-08] an access log ${path} of ${JSON.stringify(value).slice(0, 80)} is refused`, async () => {
    const { update } = await makeStage(restControl());
    await assertRefused(update(patch('replace', `/accessLogSettings/${path}`, value)), 'BadRequestException', message);
  });
}

test('[CAN-04] [PATCH-18] percentTraffic alone makes a canary on the stage’s own deployment', async () => {
  const { update, deploymentId } = await makeStage(restControl());
  const { canarySettings } = await update(patch('replace', '/canarySettings/percentTraffic', '12.5'));
  assert.deepEqual(canarySettings, { percentTraffic: 12.5, deploymentId, useStageCache: false });
});

test('[PATCH-18] canary settings are replaced one by one and removed whole', async () => {
  const control = restControl();
  const { restApiId, update } = await makeStage(control);
  const other = await deploy(control, restApiId);
  const set = await update(
    patch('replace', '/canarySettings/deploymentId', other),
    patch('replace', '/canarySettings/percentTraffic', '50'),
    patch('replace', '/canarySettings/useStageCache', 'true'),
    patch('replace', '/canarySettings/stageVariableOverrides/host', 'b'),
  );
  assert.deepEqual(set.canarySettings, {
    percentTraffic: 50,
    deploymentId: other,
    useStageCache: true,
    stageVariableOverrides: { host: 'b' },
  });
  const without = await update(patch('remove', '/canarySettings/stageVariableOverrides/host'));
  assert.equal(without.canarySettings?.stageVariableOverrides, undefined);
  assert.equal((await update(patch('remove', '/canarySettings'))).canarySettings, undefined);
});

for (const percent of ['101', '-1', 'half']) {
  test(`a canary cannot take ${percent} percent of the traffic`, async () => {
    const { update } = await makeStage(restControl());
    await assertRefused(update(patch('replace', '/canarySettings/percentTraffic', percent)), 'BadRequestException');
  });
}

test('[PATCH-16] promotion copies the deployment and merges the variables; the canary stays', async () => {
  const control = restControl();
  const { restApiId, update } = await makeStage(control, { variables: { host: 'a', keep: 'me' } });
  const { id: canary } = await control.call('CreateDeployment', {
    restApiId,
    stageName: 'prod',
    canarySettings: { percentTraffic: 10, stageVariableOverrides: { host: 'b' } },
  });
  const promoted = await update(
    { op: 'copy', from: '/canarySettings/deploymentId', path: '/deploymentId' },
    { op: 'copy', from: '/canarySettings/stageVariableOverrides', path: '/variables' },
  );
  assert.equal(promoted.deploymentId, canary);
  assert.deepEqual(promoted.variables, { host: 'b', keep: 'me' });
  assert.equal(promoted.canarySettings?.deploymentId, canary);
});

test('only a canary can be copied, and only to where it belongs', async () => {
  const control = restControl();
  const { update } = await makeStage(control);
  const copy = (from: string, path: string) => update({ op: 'copy', from, path });
  const noCanary = 'Promotion not available: Canary does not exist.';
  await assertRefused(copy('/canarySettings/deploymentId', '/deploymentId'), 'BadRequestException', noCanary);
  await update(patch('replace', '/canarySettings/percentTraffic', '1'));
  for (const [from, path] of [
    ['/description', '/deploymentId'],
    ['/canarySettings/deploymentId', '/variables'],
    ['/canarySettings/stageVariableOverrides', '/deploymentId'],
    ['/canarySettings/deploymentId', '/description'],
  ] as const) {
    await assertRefused(copy(from, path), 'BadRequestException');
  }
});
