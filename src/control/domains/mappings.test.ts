import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import {
  type DomainControl,
  domainControl,
  edgeCertificateArn,
  makeDeployedApi,
  makeV2Api,
  regionalCertificateArn,
  regionalDomain,
} from '../../../test/support/domains-under-test.ts';
import { assertRefused, patch } from '../../../test/support/rest-control.ts';

const domainName = 'api.example.com';
const DomainName = domainName;

async function mappedTo(
  options: Parameters<typeof domainControl>[0] = {},
): Promise<DomainControl & { restApiId: string }> {
  const control = domainControl(options);
  await control.v1('CreateDomainName', regionalDomain(domainName));
  return { ...control, restApiId: await makeDeployedApi(control) };
}

test('[V1-47] a base path mapping is made, read, listed and deleted; the empty one is called (none)', async () => {
  const control = await mappedTo();
  const { restApiId } = control;
  const pets = { basePath: 'pets', restApiId, stage: 'prod' };
  assert.deepEqual(await control.v1('CreateBasePathMapping', { domainName, ...pets }), pets);
  const empty = { basePath: '(none)', restApiId, stage: 'prod' };
  assert.deepEqual(await control.v1('CreateBasePathMapping', { domainName, restApiId, stage: 'prod' }), empty);
  assert.deepEqual(await control.v1('GetBasePathMapping', { domainName, basePath: '(none)' }), empty);
  assert.deepEqual(await control.v1('GetBasePathMapping', { domainName, basePath: 'pets' }), pets);
  const first = await control.v1('GetBasePathMappings', { domainName, limit: 1 });
  assert.deepEqual(first.items, [empty]);
  const second = await control.v1('GetBasePathMappings', { domainName, limit: 1, position: first.position! });
  assert.deepEqual(second, { items: [pets] });

  await control.v1('DeleteBasePathMapping', { domainName, basePath: '(none)' });
  await assertRefused(
    control.v1('GetBasePathMapping', { domainName, basePath: '(none)' }),
    'NotFoundException',
    'Invalid base path mapping identifier specified',
  );
  assert.equal(control.changes.length, 4);
  const live = await control.live.liveDomain('eu-central-1', domainName);
  assert.deepEqual(
    live?.mappings.map(({ apiMappingKey, apiId, stage }) => [apiMappingKey, apiId, stage]),
    [['pets', restApiId, 'prod']],
  );
});

test('[V1-47] (none) and nothing are the same, for the path and for the stage', async () => {
  const control = await mappedTo();
  const { restApiId } = control;
  const made = await control.v1('CreateBasePathMapping', {
    domainName,
    basePath: '(none)',
    restApiId,
    stage: '(none)',
  });
  assert.deepEqual(made, { basePath: '(none)', restApiId });
  await assertRefused(
    control.v1('CreateBasePathMapping', { domainName, basePath: '', restApiId }),
    'ConflictException',
    'Base path already exists for this domain name',
  );
  // What is optional there is a member of every mapping in v2.
  const { Items } = await control.v2('GetApiMappings', { DomainName });
  assert.deepEqual(
    Items?.map(({ ApiMappingKey, Stage }) => [ApiMappingKey, Stage]),
    [['', '']],
  );
});

test('[PATCH-04] path, API and stage of a base path mapping change', async () => {
  const control = await mappedTo();
  const { restApiId } = control;
  const other = await makeDeployedApi(control, 'test');
  await control.v1('CreateBasePathMapping', { domainName, basePath: 'a', restApiId, stage: 'prod' });
  const update = (basePath: string, ...patchOperations: ReturnType<typeof patch>[]) =>
    control.v1('UpdateBasePathMapping', { domainName, basePath, patchOperations });
  assert.deepEqual(await update('a', patch('replace', '/basePath', 'b')), { basePath: 'b', restApiId, stage: 'prod' });
  await assertRefused(
    update('b', patch('replace', '/stage', 'test')),
    'BadRequestException',
    'Invalid stage identifier specified',
  );
  assert.deepEqual(await update('b', patch('replace', '/restapiId', other), patch('replace', '/stage', 'test')), {
    basePath: 'b',
    restApiId: other,
    stage: 'test',
  });
  assert.deepEqual(await update('b', patch('replace', '/basePath', '(none)'), patch('replace', '/stage', '(none)')), {
    basePath: '(none)',
    restApiId: other,
  });
  await control.v1('CreateBasePathMapping', { domainName, basePath: 'c', restApiId });
  await assertRefused(update('c', patch('replace', '/basePath', '')), 'ConflictException');
  await assertRefused(
    update('c', patch('add', '/stage', 'x')),
    'BadRequestException',
    "Invalid patch path  '/stage' specified for op 'add'. Please choose supported operations",
  );
});

test('[DOM-06] v1 has one segment; several come through v2, and v1 shows them', async () => {
  const control = await mappedTo();
  const { restApiId } = control;
  await assertRefused(
    control.v1('CreateBasePathMapping', { domainName, basePath: 'orders/v1', restApiId, stage: 'prod' }),
    'BadRequestException',
    "API Gateway V1 doesn't support the slash character (/) in base path mappings. To create a multi-level base path mapping, use API Gateway V2.",
  );
  const made = await control.v2('CreateApiMapping', {
    DomainName,
    ApiMappingKey: 'orders/v1/items',
    ApiId: restApiId,
    Stage: 'prod',
  });
  const { ApiMappingId, ...rest } = made;
  assert.match(ApiMappingId!, /^[a-z0-9]{6}$/);
  assert.deepEqual(rest, { ApiId: restApiId, ApiMappingKey: 'orders/v1/items', Stage: 'prod' });
  const shown = await control.v1('GetBasePathMapping', { domainName, basePath: 'orders/v1/items' });
  assert.deepEqual(shown, { basePath: 'orders/v1/items', restApiId, stage: 'prod' });
});

test('[DOM-06] several segments want a REGIONAL domain with TLS 1.2, as everything through v2 does', async () => {
  const control = domainControl();
  const ApiId = await makeDeployedApi(control);
  await control.v1('CreateDomainName', { domainName: 'edge.example.com', certificateArn: edgeCertificateArn });
  await control.v1('CreateDomainName', regionalDomain('old.example.com', { securityPolicy: 'TLS_1_0' }));
  const mapping = { ApiMappingKey: 'a/b', ApiId, Stage: 'prod' };
  await assertRefused(
    control.v2('CreateApiMapping', { DomainName: 'edge.example.com', ...mapping }),
    'BadRequestException',
    /^Only REGIONAL domain names can be managed through the API Gateway V2 API\./,
  );
  await assertRefused(
    control.v2('CreateApiMapping', { DomainName: 'old.example.com', ...mapping }),
    'BadRequestException',
    /^Only REGIONAL domain names with a security policy of TLS 1\.2 can be managed through the API Gateway V2 API\./,
  );
  await control.v1('CreateBasePathMapping', { domainName: 'edge.example.com', basePath: 'a', restApiId: ApiId });
});

test('[DOM-06] a domain with several segments cannot go back to TLS 1.0', async () => {
  const control = domainControl();
  const ApiId = await makeDeployedApi(control);
  await control.v1('CreateDomainName', regionalDomain(domainName));
  const made = await control.v2('CreateApiMapping', { DomainName, ApiMappingKey: 'a/b', ApiId, Stage: 'prod' });
  const old = { domainName, patchOperations: [patch('replace', '/securityPolicy', 'TLS_1_0')] };
  await assertRefused(control.v1('UpdateDomainName', old), 'BadRequestException', /multi-level/);
  await control.v2('DeleteApiMapping', { DomainName, ApiMappingId: made.ApiMappingId! });
  assert.equal((await control.v1('UpdateDomainName', old)).securityPolicy, 'TLS_1_0');
});

for (const [key, message] of [
  ['a b', "An ApiMapping key may contain only letters, numbers and one of $-_.+!*'()"],
  ['ä', "An ApiMapping key may contain only letters, numbers and one of $-_.+!*'()"],
  ['/', "An ApiMapping key may contain only letters, numbers and one of $-_.+!*'()"],
  ['/a', 'An ApiMapping key may not begin or end with a slash (/) or contain consecutive slashes.'],
  ['a/', 'An ApiMapping key may not begin or end with a slash (/) or contain consecutive slashes.'],
  ['a//b', 'An ApiMapping key may not begin or end with a slash (/) or contain consecutive slashes.'],
  ['a'.repeat(301), 'A base path may not be longer than 300 characters.'],
] as const) {
  test(`[V2-22] the mapping key ${JSON.stringify(key.slice(0, 10))} (${key.length}) is refused`, async () => {
    const control = await mappedTo();
    const ApiId = control.restApiId;
    await assertRefused(
      control.v2('CreateApiMapping', { DomainName, ApiMappingKey: key, ApiId, Stage: 'prod' }),
      'BadRequestException',
      message,
    );
  });
}

test('[V2-22] API mappings are made with every allowed character, read, changed, listed and deleted', async () => {
  const control = await mappedTo();
  const ApiId = control.restApiId;
  const key = "aZ0$-_.+!*'()/b";
  const { ApiMappingId } = await control.v2('CreateApiMapping', {
    DomainName,
    ApiMappingKey: key,
    ApiId,
    Stage: 'prod',
  });
  const named = { DomainName, ApiMappingId: ApiMappingId! };
  assert.equal((await control.v2('GetApiMapping', named)).ApiMappingKey, key);
  const empty = await control.v2('CreateApiMapping', { DomainName, ApiId, Stage: 'prod' });
  assert.equal(empty.ApiMappingKey, '');
  await assertRefused(
    control.v2('UpdateApiMapping', { ...named, ApiId, ApiMappingKey: '' }),
    'ConflictException',
    'ApiMapping key already exists for this domain name',
  );
  const other = await makeDeployedApi(control, 'test');
  assert.deepEqual(await control.v2('UpdateApiMapping', { ...named, ApiId: other, Stage: 'test' }), {
    ApiId: other,
    ApiMappingId,
    ApiMappingKey: key,
    Stage: 'test',
  });
  const first = await control.v2('GetApiMappings', { DomainName, MaxResults: '1' });
  const second = await control.v2('GetApiMappings', { DomainName, MaxResults: '1', NextToken: first.NextToken! });
  assert.equal(new Set([...first.Items!, ...second.Items!].map(({ ApiMappingId: id }) => id)).size, 2);
  await control.v2('DeleteApiMapping', named);
  const missing = ['NotFoundException', 'Invalid API mapping identifier specified'] as const;
  await assertRefused(control.v2('GetApiMapping', named), ...missing);
  await assertRefused(control.v2('DeleteApiMapping', named), ...missing);
});

test('[V2-22] the API and its stage have to be there, and the caller’s own', async () => {
  const control = await mappedTo();
  const foreign = await makeDeployedApi(control, 'prod', { account: '210987654321' });
  const mapping = { DomainName, ApiMappingKey: 'x', Stage: 'prod' };
  for (const ApiId of [foreign, 'nothere123']) {
    await assertRefused(
      control.v2('CreateApiMapping', { ...mapping, ApiId }),
      'NotFoundException',
      `Invalid API identifier specified 123456789012:${ApiId}`,
    );
    await assertRefused(
      control.v1('CreateBasePathMapping', { domainName, restApiId: ApiId, stage: 'prod' }),
      'BadRequestException',
      'Invalid REST API identifier specified',
    );
  }
  await assertRefused(
    control.v2('CreateApiMapping', { ...mapping, ApiId: control.restApiId, Stage: 'no' }),
    'BadRequestException',
    'Invalid stage identifier specified',
  );
  await assertRefused(
    control.v2('CreateApiMapping', { ...mapping, DomainName: 'no.example.com', ApiId: control.restApiId }),
    'NotFoundException',
    'Invalid domain name identifier specified',
  );
});

test('[DOM-05] REST and HTTP APIs share a domain through v2; WebSocket APIs keep to themselves', async () => {
  const control = await mappedTo();
  const http = await makeV2Api(control, 'HTTP');
  const sockets = await makeV2Api(control, 'WEBSOCKET');
  const map = (ApiId: string, ApiMappingKey: string, name = DomainName) =>
    control.v2('CreateApiMapping', { DomainName: name, ApiMappingKey, ApiId, Stage: 'prod' });
  await map(control.restApiId, 'rest');
  await map(http, 'http');
  const apart = 'Currently, WebSocket APIs can only be attached to a domain name with other WebSocket APIs.';
  await assertRefused(map(sockets, 'ws'), 'BadRequestException', apart);
  // v1 would not know what it mixes.
  await assertRefused(
    control.v1('CreateBasePathMapping', { domainName, basePath: 'b', restApiId: control.restApiId, stage: 'prod' }),
    'BadRequestException',
    /^Mixing of REST APIs and HTTP APIs on the same domain name can only be accomplished through API Gateway's V2 DomainName interface\./,
  );

  await control.v1('CreateDomainName', regionalDomain('ws.example.com'));
  await assertRefused(
    map(sockets, 'a/b', 'ws.example.com'),
    'BadRequestException',
    'Multi-level base path mappings are not supported for WebSocket APIs.',
  );
  await map(sockets, 'chat', 'ws.example.com');
  await map(await makeV2Api(control, 'WEBSOCKET'), 'news', 'ws.example.com');
  await assertRefused(map(http, 'http', 'ws.example.com'), 'BadRequestException', apart);
  await assertRefused(map(control.restApiId, 'rest', 'ws.example.com'), 'BadRequestException', apart);
});

test('[DOM-13] [DOM-12] HTTP APIs are not mapped where an enhanced policy holds', async () => {
  const control = domainControl();
  await control.v1(
    'CreateDomainName',
    regionalDomain(domainName, { securityPolicy: 'SecurityPolicy_TLS13_1_3_2025_09', endpointAccessMode: 'STRICT' }),
  );
  const ApiId = await makeV2Api(control, 'HTTP');
  await assertRefused(
    control.v2('CreateApiMapping', { DomainName, ApiId, Stage: 'prod' }),
    'BadRequestException',
    'HTTP APIs and WebSocket APIs can only be attached to a domain name with the security policy TLS_1_2.',
  );
});

test('[DOM-25] private domains lead to private APIs, public ones to public', async () => {
  const control = await mappedTo();
  const made = await control.v1('CreateDomainName', {
    domainName: 'p.example.com',
    certificateArn: regionalCertificateArn,
    endpointConfiguration: { types: ['PRIVATE'] },
  });
  await assertRefused(
    control.v1('CreateBasePathMapping', {
      domainName: 'p.example.com',
      domainNameId: made.domainNameId!,
      restApiId: control.restApiId,
    }),
    'BadRequestException',
    'Private APIs can only be attached to private custom domain names, and public APIs to public ones.',
  );
  const { id } = await control.v1('CreateRestApi', { name: 'p', endpointConfiguration: { types: ['PRIVATE'] } });
  const mapping = { domainName: 'p.example.com', basePath: 'v1', restApiId: id! };
  await assertRefused(
    control.v1('CreateBasePathMapping', mapping),
    'NotFoundException',
    'Invalid domain name identifier specified',
  );
  await control.v1('CreateBasePathMapping', { ...mapping, domainNameId: made.domainNameId! });
  await assertRefused(
    control.v1('CreateBasePathMapping', { ...mapping, domainName }),
    'BadRequestException',
    'Private APIs can only be attached to private custom domain names, and public APIs to public ones.',
  );
});

test('[LIM-02] [LIM-06] mappings of a domain are counted; the number is a setting', async () => {
  const control = await mappedTo({ limits: { mappingsPerDomain: 1 } });
  const restApiId = control.restApiId;
  await control.v1('CreateBasePathMapping', { domainName, basePath: 'a', restApiId });
  await control.v1('UpdateBasePathMapping', {
    domainName,
    basePath: 'a',
    patchOperations: [patch('replace', '/basePath', 'b')],
  });
  await assertRefused(
    control.v1('CreateBasePathMapping', { domainName, basePath: 'c', restApiId }),
    'LimitExceededException',
    /^Maximum number of API mappings for this domain name has been reached\./,
  );
});

test('[V1-06] an API that a domain leads to is not deleted, in either API’s words', async () => {
  const control = await mappedTo();
  const restApiId = control.restApiId;
  await control.v1('CreateDomainName', regionalDomain('other.example.com'));
  for (const name of [domainName, 'other.example.com']) {
    await control.v1('CreateBasePathMapping', { domainName: name, restApiId, stage: 'prod' });
  }
  await assertRefused(
    control.v1('DeleteRestApi', { restApiId }),
    'BadRequestException',
    `Deleting RestApi ${restApiId} failed. Please remove all base path mappings related to the RestApi in your domains: api.example.com, other.example.com`,
  );
  for (const name of [domainName, 'other.example.com']) {
    await control.v1('DeleteBasePathMapping', { domainName: name, basePath: '(none)' });
  }
  const ApiId = await makeV2Api(control, 'HTTP');
  const { ApiMappingId } = await control.v2('CreateApiMapping', { DomainName, ApiId, Stage: 'prod' });
  await assertRefused(
    control.v2('DeleteApi', { ApiId }),
    'BadRequestException',
    `Deleting API ${ApiId} failed. Please remove all API mappings for the API from your custom domain names.`,
  );
  await assertRefused(
    control.v2('DeleteStage', { ApiId, StageName: 'prod' }),
    'BadRequestException',
    /in your domains: api\.example\.com$/,
  );
  await control.v2('DeleteApiMapping', { DomainName, ApiMappingId: ApiMappingId! });
  await control.v2('DeleteStage', { ApiId, StageName: 'prod' });
  await control.v2('DeleteApi', { ApiId });
  await control.v1('DeleteRestApi', { restApiId });
});

test('[V1-47] a deleted domain takes its mappings along', async () => {
  const control = await mappedTo();
  await control.v1('CreateBasePathMapping', { domainName, restApiId: control.restApiId });
  await control.v1('DeleteDomainName', { domainName });
  assert.equal(await control.live.liveDomain('eu-central-1', domainName), undefined);
  await control.v1('CreateDomainName', regionalDomain(domainName));
  assert.deepEqual((await control.v1('GetBasePathMappings', { domainName })).items, []);
  await control.v1('DeleteRestApi', { restApiId: control.restApiId });
});
