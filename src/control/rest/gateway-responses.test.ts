import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import {
  assertRefused,
  deploy,
  makeApi,
  makePets,
  type PatchOperation,
  patch,
  type RestControl,
  restControl,
} from '../../../test/support/rest-control.ts';
import type { LiveRestStage } from '../../ports/deployments.ts';
import { gatewayResponses } from '../../ports/records.ts';
import type { GatewayResponse, GatewayResponseType } from '../../wire/generated/apigateway.ts';
import { halLinks } from './links.ts';

const defaultTemplates = { 'application/json': '{"message":$context.error.messageString}' };

async function statusesOf(control: RestControl, restApiId: string): Promise<Record<string, string | undefined>> {
  const { items } = await control.call('GetGatewayResponses', { restApiId });
  return Object.fromEntries(items!.map(({ responseType, statusCode }) => [responseType, statusCode]));
}

test('[V1-30] [GWR-01] [GWR-02] a new API lists all 21 types alphabetically, each with its default status and template', async () => {
  const control = restControl();
  const { id: restApiId } = await makeApi(control);
  const { items, position } = await control.call('GetGatewayResponses', { restApiId });
  assert.equal(position, undefined);
  assert.deepEqual(await statusesOf(control, restApiId), {
    ACCESS_DENIED: '403',
    API_CONFIGURATION_ERROR: '500',
    AUTHORIZER_CONFIGURATION_ERROR: '500',
    AUTHORIZER_FAILURE: '500',
    BAD_REQUEST_BODY: '400',
    BAD_REQUEST_PARAMETERS: '400',
    DEFAULT_4XX: undefined,
    DEFAULT_5XX: undefined,
    EXPIRED_TOKEN: '403',
    INTEGRATION_FAILURE: '504',
    INTEGRATION_TIMEOUT: '504',
    INVALID_API_KEY: '403',
    INVALID_SIGNATURE: '403',
    MISSING_AUTHENTICATION_TOKEN: '403',
    QUOTA_EXCEEDED: '429',
    REQUEST_TOO_LARGE: '413',
    RESOURCE_NOT_FOUND: '404',
    THROTTLED: '429',
    UNAUTHORIZED: '401',
    UNSUPPORTED_MEDIA_TYPE: '415',
    WAF_FILTERED: '403',
  });
  const types = items!.map(({ responseType }) => responseType!);
  assert.deepEqual(types, [...types].sort());
  for (const item of items!) {
    assert.equal(item.defaultResponse, true);
    assert.deepEqual(item.responseParameters, {});
    assert.deepEqual(item.responseTemplates, defaultTemplates);
    const { responseType } = item;
    assert.deepEqual(await control.call('GetGatewayResponse', { restApiId, responseType: responseType! }), item);
  }
});

test('[CP-07] GetGatewayResponses does not look at limit and position', async () => {
  const control = restControl();
  const { id: restApiId } = await makeApi(control);
  const { items, position } = await control.call('GetGatewayResponses', { restApiId, limit: 1, position: 'x' });
  assert.equal(items!.length, 21);
  assert.equal(position, undefined);
});

test('[V1-30] PUT replaces the whole response, DELETE gives the default back', async () => {
  const control = restControl();
  const { id: restApiId } = await makeApi(control);
  const unauthorized = { restApiId, responseType: 'UNAUTHORIZED' } as const;
  const full = {
    statusCode: '403',
    responseParameters: { 'gatewayresponse.header.WWW-Authenticate': "'Basic'" },
    responseTemplates: { 'text/plain': 'no' },
  };
  const put = await control.call('PutGatewayResponse', { ...unauthorized, ...full });
  assert.deepEqual(put, { responseType: 'UNAUTHORIZED', ...full, defaultResponse: false });
  assert.deepEqual(await control.call('GetGatewayResponse', unauthorized), put);

  const emptied = await control.call('PutGatewayResponse', unauthorized);
  assert.deepEqual(emptied, {
    responseType: 'UNAUTHORIZED',
    statusCode: '401',
    responseParameters: {},
    responseTemplates: {},
    defaultResponse: false,
  });

  await control.call('DeleteGatewayResponse', unauthorized);
  assert.deepEqual(await control.call('GetGatewayResponse', unauthorized), {
    responseType: 'UNAUTHORIZED',
    statusCode: '401',
    responseParameters: {},
    responseTemplates: defaultTemplates,
    defaultResponse: true,
  });
});

test('[V1-30] deleting what was never customised is 404', async () => {
  const control = restControl();
  const { id: restApiId } = await makeApi(control);
  await assertRefused(
    control.call('DeleteGatewayResponse', { restApiId, responseType: 'THROTTLED' }),
    'NotFoundException',
    'Gateway response type not defined on api',
  );
});

test('[GWR-03] a customised DEFAULT_4XX shows through the 4XX types that are not set, and is no customisation of theirs', async () => {
  const control = restControl();
  const { id: restApiId } = await makeApi(control);
  const shown = {
    responseParameters: { 'gatewayresponse.header.Access-Control-Allow-Origin': "'*'" },
    responseTemplates: { 'application/json': '"no"' },
  };
  await control.call('PutGatewayResponse', { restApiId, responseType: 'DEFAULT_4XX', ...shown });
  await control.call('PutGatewayResponse', { restApiId, responseType: 'THROTTLED', statusCode: '503' });
  const get = (responseType: GatewayResponseType) => control.call('GetGatewayResponse', { restApiId, responseType });
  assert.deepEqual(await get('UNAUTHORIZED'), {
    responseType: 'UNAUTHORIZED',
    statusCode: '401',
    ...shown,
    defaultResponse: true,
  });
  assert.deepEqual((await get('THROTTLED')).responseParameters, {});
  assert.deepEqual((await get('INTEGRATION_FAILURE')).responseTemplates, defaultTemplates);
  assert.equal((await get('DEFAULT_4XX')).statusCode, undefined);
});

test('[GWR-04] the status of DEFAULT_4XX shows through until it is reset', async () => {
  const control = restControl();
  const { id: restApiId } = await makeApi(control);
  const defaults = await statusesOf(control, restApiId);
  await control.call('PutGatewayResponse', { restApiId, responseType: 'DEFAULT_4XX', statusCode: '400' });
  const changed = await statusesOf(control, restApiId);
  assert.deepEqual(
    [changed['UNAUTHORIZED'], changed['THROTTLED'], changed['DEFAULT_4XX'], changed['API_CONFIGURATION_ERROR']],
    ['400', '400', '400', '500'],
  );
  await control.call('UpdateGatewayResponse', {
    restApiId,
    responseType: 'DEFAULT_4XX',
    patchOperations: [patch('replace', '/statusCode')],
  });
  assert.deepEqual(await statusesOf(control, restApiId), defaults);
});

const parameter = 'gatewayresponse.header.x';
const before = {
  statusCode: '444',
  responseParameters: { [parameter]: "'old'" },
  responseTemplates: { 'application/json': 'old', 'text/plain': 'old' },
};

const patches: readonly [PatchOperation, Partial<GatewayResponse>][] = [
  [patch('replace', '/statusCode', '450'), { statusCode: '450' }],
  [patch('remove', '/statusCode'), { statusCode: '429' }],
  [
    patch('add', '/responseParameters/gatewayresponse.header.y', "'new'"),
    { responseParameters: { [parameter]: "'old'", 'gatewayresponse.header.y': "'new'" } },
  ],
  [
    patch('replace', `/responseParameters/${parameter}`, 'context.stage'),
    { responseParameters: { [parameter]: 'context.stage' } },
  ],
  [patch('remove', `/responseParameters/${parameter}`), { responseParameters: {} }],
  [
    patch('add', '/responseTemplates/application~1xml', '<x/>'),
    { responseTemplates: { ...before.responseTemplates, 'application/xml': '<x/>' } },
  ],
  [
    patch('replace', '/responseTemplates/text~1plain', 'new'),
    { responseTemplates: { 'application/json': 'old', 'text/plain': 'new' } },
  ],
  [patch('remove', '/responseTemplates/application~1json'), { responseTemplates: { 'text/plain': 'old' } }],
];

for (const [operation, expected] of patches) {
  test(`[PATCH-08] ${operation.op} ${operation.path}`, async () => {
    const control = restControl();
    const { id: restApiId } = await makeApi(control);
    const throttled = { restApiId, responseType: 'THROTTLED' } as const;
    const put = await control.call('PutGatewayResponse', { ...throttled, ...before });
    const patched = await control.call('UpdateGatewayResponse', { ...throttled, patchOperations: [operation] });
    assert.deepEqual(patched, { ...put, ...expected });
    assert.deepEqual(await control.call('GetGatewayResponse', throttled), patched);
  });
}

const refusedPatches: readonly [PatchOperation, string, string][] = [
  [patch('replace', '/statusCode', '999'), 'BadRequestException', 'Invalid status code specified: 999'],
  [
    patch('remove', '/responseParameters/gatewayresponse.header.none'),
    'NotFoundException',
    'Invalid parameter name specified',
  ],
  [patch('remove', '/responseTemplates/image~1png'), 'NotFoundException', 'Content-Type specified was not found'],
  [
    patch('add', '/statusCode', '400'),
    'BadRequestException',
    "Invalid patch path  '/statusCode' specified for op 'add'. Must be one of: [remove, replace]",
  ],
  [
    patch('replace', '/responseType', 'UNAUTHORIZED'),
    'BadRequestException',
    "Invalid patch path  '/responseType' specified for op 'replace'. Must be one of: [/statusCode, /responseParameters/{name}, /responseTemplates/{contentType}]",
  ],
  [
    patch('add', '/responseParameters/gatewayresponse.header.y', 'new'),
    'BadRequestException',
    'Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression specified: new]',
  ],
];

for (const [operation, kind, message] of refusedPatches) {
  test(`[PATCH-08] refused: ${operation.op} ${operation.path} ${operation.value ?? ''}`, async () => {
    const control = restControl();
    const { id: restApiId } = await makeApi(control);
    const throttled = { restApiId, responseType: 'THROTTLED' } as const;
    await control.call('PutGatewayResponse', { ...throttled, ...before });
    const patchOperations = [patch('replace', '/statusCode', '450'), operation];
    await assertRefused(control.call('UpdateGatewayResponse', { ...throttled, patchOperations }), kind, message);
    assert.equal((await control.call('GetGatewayResponse', throttled)).statusCode, '444');
  });
}

test('[PATCH-08] updating a response that is not set makes what was shown its own', async () => {
  const control = restControl();
  const { id: restApiId } = await makeApi(control);
  const update = (responseType: GatewayResponseType) =>
    control.call('UpdateGatewayResponse', {
      restApiId,
      responseType,
      patchOperations: [patch('add', `/responseParameters/${parameter}`, "'x'")],
    });
  assert.deepEqual(await update('THROTTLED'), {
    responseType: 'THROTTLED',
    statusCode: '429',
    responseParameters: { [parameter]: "'x'" },
    responseTemplates: defaultTemplates,
    defaultResponse: false,
  });
  await control.call('PutGatewayResponse', { restApiId, responseType: 'DEFAULT_4XX', statusCode: '400' });
  await update('UNAUTHORIZED');
  await control.call('DeleteGatewayResponse', { restApiId, responseType: 'DEFAULT_4XX' });
  const { items } = await control.call('GetGatewayResponses', { restApiId });
  assert.deepEqual(
    items!.flatMap(({ responseType, defaultResponse }) => (defaultResponse ? [] : [responseType])),
    ['THROTTLED', 'UNAUTHORIZED'],
  );
});

const badMappings: readonly [name: string, value: string, complaint: string][] = [
  // The first two are AWS's answers as quoted by its users (aws-cli issue 2879, aws-cdk issue 11306).
  ['method.response.header.A', "'*'", 'method.response.header.A'],
  ['gatewayresponse.header.test-key', 'test-value', 'test-value'],
  ['gatewayresponse.path.a', "'a'", 'gatewayresponse.path.a'],
  ['gatewayresponse.header.', "'a'", 'gatewayresponse.header.'],
  ['gatewayresponse.header.a', 'method.request.body', 'method.request.body'],
  ['gatewayresponse.header.a', 'integration.response.header.a', 'integration.response.header.a'],
  ['gatewayresponse.header.a', "'a", "'a"],
];

for (const [name, value, complaint] of badMappings) {
  test(`[GWR-05] refused as a header mapping: ${name} from ${value}`, async () => {
    const control = restControl();
    const { id: restApiId } = await makeApi(control);
    await assertRefused(
      control.call('PutGatewayResponse', {
        restApiId,
        responseType: 'DEFAULT_4XX',
        responseParameters: { [name]: value },
      }),
      'BadRequestException',
      `Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression specified: ${complaint}]`,
    );
  });
}

test('a stranger finds no API to customise', async () => {
  const control = restControl();
  const { id: restApiId } = await makeApi(control);
  const throttled = { restApiId, responseType: 'THROTTLED' } as const;
  const stranger = { account: '999999999999' };
  const message = `Invalid API identifier specified 999999999999:${restApiId}`;
  for (const call of [
    control.call('PutGatewayResponse', throttled, stranger),
    control.call('GetGatewayResponse', throttled, stranger),
    control.call('GetGatewayResponses', { restApiId }, stranger),
    control.call('UpdateGatewayResponse', throttled, stranger),
    control.call('DeleteGatewayResponse', throttled, stranger),
  ]) {
    await assertRefused(call, 'NotFoundException', message);
  }
});

test('[DEP-01] a deployment freezes the responses there are; later changes wait for the next one', async () => {
  const control = restControl();
  const { restApiId } = await makePets(control);
  await control.call('PutGatewayResponse', { restApiId, responseType: 'THROTTLED', statusCode: '503' });
  await deploy(control, restApiId, 'dev');
  await control.call('DeleteGatewayResponse', { restApiId, responseType: 'THROTTLED' });
  const frozen = async () =>
    ((await control.live.liveStage(restApiId, 'dev')) as LiveRestStage).snapshot.gatewayResponses;
  assert.deepEqual(await frozen(), [{ responseType: 'THROTTLED', statusCode: '503' }]);
  await deploy(control, restApiId, 'dev');
  assert.equal(await frozen(), undefined);
});

test('a clone has the gateway responses of its source; deleting an API deletes its own', async () => {
  const control = restControl();
  const source = await makeApi(control);
  await control.call('PutGatewayResponse', { restApiId: source.id, responseType: 'THROTTLED', statusCode: '503' });
  const clone = await makeApi(control, { cloneFrom: source.id });
  await control.call('DeleteRestApi', { restApiId: source.id });
  assert.equal((await statusesOf(control, clone.id))['THROTTLED'], '503');
  const left = await control.store.read((tx) => tx.list(gatewayResponses, []));
  assert.deepEqual(
    left.map(({ key }) => key),
    [[clone.id, 'THROTTLED']],
  );
});

test('[CP-12] a response links what can be done with it; only a customised one can be deleted', async () => {
  const control = restControl();
  const { id: restApiId } = await makeApi(control);
  const throttled = { restApiId, responseType: 'THROTTLED' } as const;
  const path = `/restapis/${restApiId}/gatewayresponses`;
  const expected = {
    curies: [
      {
        href: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/restapi-gatewayresponse-{rel}.html',
        name: 'gatewayresponse',
        templated: true,
      },
    ],
    self: { href: `${path}/THROTTLED` },
    'gatewayresponse:put': { href: `${path}/{response_type}`, templated: true },
    'gatewayresponse:update': { href: `${path}/THROTTLED` },
  };
  const usual = await control.call('GetGatewayResponse', throttled);
  assert.deepEqual(halLinks('GetGatewayResponse', throttled, { ...usual }), expected);
  const put = await control.call('PutGatewayResponse', throttled);
  assert.deepEqual(halLinks('PutGatewayResponse', throttled, { ...put }), {
    ...expected,
    'gatewayresponse:delete': { href: `${path}/THROTTLED` },
  });
  const links = halLinks(
    'GetGatewayResponses',
    { restApiId },
    { ...(await control.call('GetGatewayResponses', { restApiId })) },
  )!;
  assert.deepEqual(links['self'], { href: path });
  assert.deepEqual(links['first'], { href: path });
  assert.deepEqual(links['gatewayresponse:by-type'], { href: `${path}/{response_type}`, templated: true });
  assert.equal((links['item'] as unknown[]).length, 21);
});
