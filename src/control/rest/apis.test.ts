import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import {
  assertRefused,
  makeApi,
  makePets,
  type PatchOperation,
  patch,
  restControl,
} from '../../../test/support/rest-control.ts';
import type { V2Api } from '../../definition/v2-api.ts';
import { models, v2Apis } from '../../ports/records.ts';
import type { RestApi } from '../../wire/generated/apigateway.ts';

test('[V1-03] [V1-04] a new API has its defaults, and no tags when none were given', async () => {
  const control = restControl();
  const { id, rootResourceId, ...answer } = await makeApi(control);
  assert.match(id, /^[a-z0-9]{10}$/);
  assert.match(rootResourceId, /^[a-z0-9]{10}$/);
  assert.deepEqual(answer, {
    name: 'pets',
    createdDate: Date.UTC(2026, 0, 1),
    apiKeySource: 'HEADER',
    endpointConfiguration: { types: ['EDGE'], ipAddressType: 'ipv4' },
    disableExecuteApiEndpoint: false,
    securityPolicy: 'TLS_1_0',
    apiStatus: 'AVAILABLE',
  });
});

test('[V1-04] a new API has one resource, the root, and the models Empty and Error', async () => {
  const control = restControl();
  const { id: restApiId, rootResourceId } = await makeApi(control);
  assert.deepEqual(await control.call('GetResources', { restApiId }), { items: [{ id: rootResourceId, path: '/' }] });
  const names = await control.store.read(async (tx) =>
    (await tx.list(models, [restApiId])).map(({ value }) => value.name),
  );
  assert.deepEqual(names, ['Empty', 'Error']);
});

test('tags: {} is shown by GetRestApi and UpdateRestApi, not by creates and lists', async () => {
  const control = restControl();
  const created = await makeApi(control);
  const restApiId = created.id;
  assert.equal(created.tags, undefined);
  assert.deepEqual((await control.call('GetRestApi', { restApiId })).tags, {});
  assert.deepEqual((await control.call('UpdateRestApi', { restApiId, patchOperations: [] })).tags, {});
  assert.equal((await control.call('GetRestApis', {})).items?.[0]?.tags, undefined);
  assert.deepEqual((await makeApi(control, { tags: { team: 'a' } })).tags, { team: 'a' });
});

test('created dates are whole seconds', async () => {
  const control = restControl();
  control.clock.advance(1234);
  assert.equal((await makeApi(control)).createdDate, Date.UTC(2026, 0, 1) + 1000);
});

test('[CP-20] API ids are 10 lower-case alphanumerics, resource and deployment ids 6', async () => {
  const control = restControl();
  const { restApiId, resourceId } = await makePets(control);
  const { id } = await control.call('CreateDeployment', { restApiId });
  assert.match(restApiId, /^[a-z0-9]{10}$/);
  assert.match(resourceId, /^[a-z0-9]{6}$/);
  assert.match(id ?? '', /^[a-z0-9]{6}$/);
});

test('the tag _custom_id_ chooses an id that is a host name label and free, whichever kind of API holds it', async () => {
  const control = restControl();
  const tagged = (id: string) => makeApi(control, { tags: { _custom_id_: id } });
  const api = await tagged('pets-2');
  assert.equal(api.id, 'pets-2');
  assert.deepEqual(api.tags, { _custom_id_: 'pets-2' });
  await assertRefused(tagged('pets-2'), 'ConflictException', 'There is an API with the identifier pets-2 already.');
  for (const id of ['', 'Pets', '-pets', 'pets-', 'a/b', 'x'.repeat(64)]) {
    await assertRefused(tagged(id), 'BadRequestException');
  }
  await control.store.write(async (tx) => tx.put(v2Apis, ['chat'], { apiId: 'chat' } as V2Api));
  await assertRefused(tagged('chat'), 'ConflictException');
  await control.call('DeleteRestApi', { restApiId: 'pets-2' });
  assert.equal((await tagged('pets-2')).id, 'pets-2');
});

test('an unknown API is named with the account; ids are case-sensitive', async () => {
  const control = restControl();
  const { id } = await makeApi(control);
  const other = id.toUpperCase();
  assert.notEqual(other, id);
  for (const restApiId of ['nosuch', other]) {
    await assertRefused(
      control.call('GetRestApi', { restApiId }),
      'NotFoundException',
      `Invalid API identifier specified 123456789012:${restApiId}`,
    );
  }
});

test("another account's or region's API does not exist", async () => {
  const control = restControl();
  const { id: restApiId } = await makeApi(control);
  const message = `Invalid API identifier specified 999999999999:${restApiId}`;
  await assertRefused(
    control.call('GetRestApi', { restApiId }, { account: '999999999999' }),
    'NotFoundException',
    message,
  );
  await assertRefused(control.call('GetRestApi', { restApiId }, { region: 'us-west-2' }), 'NotFoundException');
  assert.deepEqual((await control.call('GetRestApis', {}, { account: '999999999999' })).items, []);
});

test('an empty description is refused, on create and on update', async () => {
  const control = restControl();
  const message = 'Description cannot be an empty string';
  await assertRefused(makeApi(control, { description: '' }), 'BadRequestException', message);
  const { id: restApiId } = await makeApi(control);
  const patchOperations = [patch('replace', '/description', '')];
  await assertRefused(control.call('UpdateRestApi', { restApiId, patchOperations }), 'BadRequestException', message);
});

test('[CP-06] lists come in pages of 25 with a position until the last', async () => {
  const control = restControl();
  for (let i = 0; i < 26; i++) await makeApi(control);
  const first = await control.call('GetRestApis', {});
  assert.equal(first.items?.length, 25);
  assert.ok(first.position);
  const last = await control.call('GetRestApis', { position: first.position });
  assert.equal(last.items?.length, 1);
  assert.equal(last.position, undefined);
  const ids = [...first.items, ...last.items].map(({ id }) => id!);
  assert.deepEqual(ids, [...new Set(ids)].sort());
  assert.equal((await control.call('GetRestApis', { limit: 1000 })).items?.length, 26);
});

test('a position that no list gave out is refused', async () => {
  await assertRefused(restControl().call('GetRestApis', { position: 'nonsense' }), 'BadRequestException');
});

test('[V1-05] a clone has the resources, methods, integrations and models of its source, under new ids', async () => {
  const control = restControl();
  const { restApiId } = await makePets(control);
  const clone = await makeApi(control, { name: 'clone', cloneFrom: restApiId });
  const shape = async (id: string) => {
    const { items } = await control.call('GetResources', { restApiId: id, embed: ['methods'] });
    return items
      ?.map(({ path, resourceMethods }) => ({
        path,
        type: resourceMethods?.['GET']?.methodIntegration?.type,
        templates: resourceMethods?.['GET']?.methodIntegration?.requestTemplates,
      }))
      .sort((a, b) => (a.path! < b.path! ? -1 : 1));
  };
  assert.deepEqual(await shape(clone.id), await shape(restApiId));
  const copied = (await control.call('GetResources', { restApiId: clone.id, embed: ['methods'] })).items!;
  const pets = copied.find(({ path }) => path === '/pets')!;
  assert.equal(pets.parentId, clone.rootResourceId);
  assert.equal(pets.resourceMethods?.['GET']?.methodIntegration?.cacheNamespace, pets.id);
});

test('a clone of an unknown API is refused', async () => {
  await assertRefused(makeApi(restControl(), { cloneFrom: 'nosuch' }), 'NotFoundException');
});

test('deleting an API deletes everything below it and tells the gateway', async () => {
  const control = restControl();
  const { restApiId } = await makePets(control);
  await control.call('CreateDeployment', { restApiId, stageName: 'prod' });
  await control.call('DeleteRestApi', { restApiId });
  await assertRefused(control.call('GetRestApi', { restApiId }), 'NotFoundException');
  await assertRefused(control.call('GetStage', { restApiId, stageName: 'prod' }), 'NotFoundException');
  assert.deepEqual(control.changes.at(-1), { apiId: restApiId });
  assert.deepEqual(await control.store.read((tx) => tx.list(models, [])), []);
});

test('a policy comes back as the inside of a JSON string, as clients expect to unquote it', async () => {
  const control = restControl();
  const policy =
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"execute-api:Invoke","Resource":"arn:aws:execute-api:eu-central-1:123456789012:abc/*"}]}';
  const { id: restApiId, policy: answered } = await makeApi(control, { policy });
  assert.equal(JSON.parse(`"${answered}"`), policy);
  assert.equal((await control.call('GetRestApi', { restApiId })).policy, answered);
  assert.match(answered ?? '', /^\{\\"Version\\"/);
});

test('[POL-01] the short form of a resource is a whole ARN once the policy is saved', async () => {
  const control = restControl();
  const policy = (Resource: unknown) =>
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: '*', Action: 'execute-api:Invoke', Resource }],
    });
  const { id: restApiId, policy: made } = await makeApi(control, { policy: policy('execute-api:/*') });
  const arn = `arn:aws:execute-api:eu-central-1:123456789012:${restApiId}`;
  assert.equal(JSON.parse(`"${made}"`), policy(`${arn}/*`));
  const patchOperations = [patch('replace', '/policy', policy(['execute-api:/prod/GET/pets', `${arn}/x`]))];
  const set = await control.call('UpdateRestApi', { restApiId, patchOperations });
  assert.equal(JSON.parse(`"${set.policy}"`), policy([`${arn}/prod/GET/pets`, `${arn}/x`]));
  const tooLong = policy(Array.from({ length: 300 }, (_, i) => `${arn}/${i}`));
  await assertRefused(makeApi(control, { policy: tooLong }), 'BadRequestException');
});

test('a policy that is no policy document is refused', async () => {
  const message = 'Invalid policy document. Please check the policy syntax and ensure that Principals are valid.';
  const ofNobody =
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"ann"},"Action":"*","Resource":"*"}]}';
  for (const policy of ['nonsense', '{}', '[]', ofNobody]) {
    await assertRefused(makeApi(restControl(), { policy }), 'BadRequestException', message);
  }
  await assertRefused(makeApi(restControl(), { policy: ' '.repeat(8193) }), 'BadRequestException');
});

test('[LIM-01] [LIM-06] the number of APIs is limited per endpoint type by a named setting', async () => {
  const control = restControl({ limits: { edgeApis: 1 } });
  await makeApi(control);
  await assertRefused(makeApi(control), 'LimitExceededException');
  await makeApi(control, { endpointConfiguration: { types: ['REGIONAL'] } });
});

interface PatchCase {
  readonly from?: Parameters<typeof makeApi>[1];
  readonly operations: readonly PatchOperation[];
  readonly expect: Partial<RestApi>;
}

const patchCases: readonly PatchCase[] = [
  { operations: [patch('replace', '/name', 'dogs')], expect: { name: 'dogs' } },
  { operations: [patch('replace', '/description', 'all of them')], expect: { description: 'all of them' } },
  { operations: [patch('replace', '/version', '2')], expect: { version: '2' } },
  { operations: [patch('replace', '/apiKeySource', 'AUTHORIZER')], expect: { apiKeySource: 'AUTHORIZER' } },
  { operations: [patch('replace', '/minimumCompressionSize', '10')], expect: { minimumCompressionSize: 10 } },
  { operations: [patch('replace', '/disableExecuteApiEndpoint', 'true')], expect: { disableExecuteApiEndpoint: true } },
  { operations: [patch('replace', '/securityPolicy', 'TLS_1_2')], expect: { securityPolicy: 'TLS_1_2' } },
  { operations: [patch('replace', '/endpointAccessMode', 'STRICT')], expect: { endpointAccessMode: 'STRICT' } },
  {
    operations: [patch('replace', '/endpointConfiguration/ipAddressType', 'dualstack')],
    expect: { endpointConfiguration: { types: ['EDGE'], ipAddressType: 'dualstack' } },
  },
  {
    operations: [patch('replace', '/endpointConfiguration/types/EDGE', 'REGIONAL')],
    expect: { endpointConfiguration: { types: ['REGIONAL'], ipAddressType: 'ipv4' } },
  },
  {
    // Repeated replaces of the index all apply (recorded).
    operations: [
      patch('replace', '/endpointConfiguration/types/0', 'REGIONAL'),
      patch('replace', '/endpointConfiguration/types/0', 'PRIVATE'),
    ],
    expect: { endpointConfiguration: { types: ['PRIVATE'], ipAddressType: 'dualstack' } },
  },
  {
    from: { endpointConfiguration: { types: ['PRIVATE'], vpcEndpointIds: ['vpce-1'] } },
    operations: [
      patch('add', '/endpointConfiguration/vpcEndpointIds', 'vpce-2'),
      patch('remove', '/endpointConfiguration/vpcEndpointIds', 'vpce-1'),
    ],
    expect: { endpointConfiguration: { types: ['PRIVATE'], ipAddressType: 'dualstack', vpcEndpointIds: ['vpce-2'] } },
  },
  {
    operations: [patch('add', '/binaryMediaTypes/image~1png'), patch('add', '/binaryMediaTypes/-')],
    expect: { binaryMediaTypes: ['image/png', '-'] },
  },
  {
    from: { binaryMediaTypes: ['a/a', 'b/b'] },
    operations: [patch('replace', '/binaryMediaTypes/a~1a', 'c/c')],
    expect: { binaryMediaTypes: ['b/b', 'c/c'] },
  },
  {
    from: { binaryMediaTypes: ['a/a'] },
    operations: [patch('remove', '/binaryMediaTypes/a~1a')],
    expect: { binaryMediaTypes: undefined as unknown as string[] },
  },
];

for (const { from, operations, expect } of patchCases) {
  const what = operations.map(({ op, path, value }) => [op, path, value].filter(Boolean).join(' ')).join(', ');
  test(`[PATCH-14] UpdateRestApi: ${what}`, async () => {
    const control = restControl();
    const { id: restApiId } = await makeApi(control, from);
    const answer = await control.call('UpdateRestApi', { restApiId, patchOperations: operations });
    for (const [member, value] of Object.entries(expect))
      assert.deepEqual(answer[member as keyof RestApi], value, member);
    assert.deepEqual(await control.call('GetRestApi', { restApiId }), answer);
  });
}

test('[CP-15] a media type with a slash is escaped in the path and read back whole', async () => {
  const control = restControl();
  const { id: restApiId } = await makeApi(control);
  await control.call('UpdateRestApi', { restApiId, patchOperations: [patch('add', '/binaryMediaTypes/image~1jpeg')] });
  assert.deepEqual((await control.call('GetRestApi', { restApiId })).binaryMediaTypes, ['image/jpeg']);
});

test('[PATCH-14] a policy is replaced, and removed by the empty text', async () => {
  const control = restControl();
  const { id: restApiId } = await makeApi(control);
  const policy = '{"Version":"2012-10-17","Statement":[]}';
  const set = await control.call('UpdateRestApi', {
    restApiId,
    patchOperations: [patch('replace', '/policy', policy)],
  });
  assert.equal(JSON.parse(`"${set.policy}"`), policy);
  const unset = await control.call('UpdateRestApi', { restApiId, patchOperations: [patch('replace', '/policy', '')] });
  assert.equal(unset.policy, undefined);
});

test('[PATCH-15] an empty or absent minimumCompressionSize switches compression off', async () => {
  for (const value of ['', undefined]) {
    const control = restControl();
    const { id: restApiId } = await makeApi(control, { minimumCompressionSize: 100 });
    const patchOperations = [patch('replace', '/minimumCompressionSize', value)];
    assert.equal(
      (await control.call('UpdateRestApi', { restApiId, patchOperations })).minimumCompressionSize,
      undefined,
    );
  }
});

test('an API has one endpoint type', async () => {
  const types = ['EDGE', 'REGIONAL'] as const;
  await assertRefused(
    makeApi(restControl(), { endpointConfiguration: { types: [...types] } }),
    'BadRequestException',
    'Cannot create an api with multiple Endpoint Types',
  );
});

test('a compression size is a whole number of bytes up to 10 MB', async () => {
  const control = restControl();
  const { id: restApiId } = await makeApi(control);
  const message = 'Invalid minimum compression size, must be between 0 to 10485760';
  for (const value of ['-1', '10485761', '1.5', 'abc', ' ']) {
    const patchOperations = [patch('replace', '/minimumCompressionSize', value)];
    await assertRefused(control.call('UpdateRestApi', { restApiId, patchOperations }), 'BadRequestException', message);
  }
  await assertRefused(makeApi(control, { minimumCompressionSize: -1 }), 'BadRequestException', message);
  for (const minimumCompressionSize of [0, 10_485_760]) {
    const patchOperations = [patch('replace', '/minimumCompressionSize', String(minimumCompressionSize))];
    assert.equal(
      (await control.call('UpdateRestApi', { restApiId, patchOperations })).minimumCompressionSize,
      minimumCompressionSize,
    );
  }
});

test('[CP-14] booleans are text, and any text but true is false', async () => {
  const control = restControl();
  const { id: restApiId } = await makeApi(control, { disableExecuteApiEndpoint: true });
  const patchOperations = [patch('replace', '/disableExecuteApiEndpoint', 'nonsense')];
  assert.equal((await control.call('UpdateRestApi', { restApiId, patchOperations })).disableExecuteApiEndpoint, false);
});

test('[CP-16] operations are atomic: an invalid one undoes the valid ones before it', async () => {
  const control = restControl();
  const { id: restApiId } = await makeApi(control);
  const patchOperations = [patch('replace', '/name', 'dogs'), patch('replace', '/nope', 'x')];
  await assertRefused(control.call('UpdateRestApi', { restApiId, patchOperations }), 'BadRequestException');
  assert.equal((await control.call('GetRestApi', { restApiId })).name, 'pets');
});

test('[CP-16] operations apply in order', async () => {
  const control = restControl();
  const { id: restApiId } = await makeApi(control);
  const patchOperations = [patch('replace', '/name', 'a'), patch('replace', '/name', 'b')];
  assert.equal((await control.call('UpdateRestApi', { restApiId, patchOperations })).name, 'b');
});

const refusals: readonly [PatchOperation, string][] = [
  [patch('replace', '/nope', 'x'), 'Invalid patch path /nope'],
  [patch('add', '/binaryMediaTypes/image/png', ''), 'Invalid patch path /binaryMediaTypes/image/png'],
  [patch('add', '/name', 'x'), "Invalid patch path  '/name' specified for op 'add'. Must be one of: [replace]"],
  [patch('move', '/name', 'x'), "Invalid patch operation specified. Must be 'add'|'remove'|'replace'"],
  [{ op: 'replace', value: 'x' }, 'Invalid patch path null'],
  [patch('replace', '/securityPolicy', 'TLS_9'), 'Invalid security policy specified: TLS_9'],
  [
    patch('replace', '/endpointAccessMode', 'x'),
    'Invalid endpoint access mode specified: x. Valid options are BASIC, STRICT',
  ],
];

for (const [operation, message] of refusals) {
  test(`[CP-13] UpdateRestApi refuses ${operation.op} ${operation.path ?? 'without a path'}`, async () => {
    const control = restControl();
    const { id: restApiId } = await makeApi(control);
    const call = control.call('UpdateRestApi', { restApiId, patchOperations: [operation] });
    await assertRefused(call, 'BadRequestException', message);
  });
}

for (const [from, to, allowed] of [
  ['EDGE', 'REGIONAL', true],
  ['EDGE', 'PRIVATE', true],
  ['REGIONAL', 'EDGE', true],
  ['REGIONAL', 'PRIVATE', true],
  ['PRIVATE', 'REGIONAL', true],
  ['PRIVATE', 'EDGE', false],
] as const) {
  test(`[EP-06] an endpoint ${allowed ? 'can' : 'cannot'} change from ${from} to ${to}`, async () => {
    const control = restControl();
    const { id: restApiId } = await makeApi(control, { endpointConfiguration: { types: [from] } });
    const patchOperations = [patch('replace', `/endpointConfiguration/types/${from}`, to)];
    const call = control.call('UpdateRestApi', { restApiId, patchOperations });
    if (allowed) assert.deepEqual((await call).endpointConfiguration?.types, [to]);
    else await assertRefused(call, 'BadRequestException');
  });
}

test('[EP-07] a private API is dualstack: by default, and refused otherwise', async () => {
  const control = restControl();
  const made = await makeApi(control, { endpointConfiguration: { types: ['PRIVATE'] } });
  assert.equal(made.endpointConfiguration?.ipAddressType, 'dualstack');
  const ipv4 = makeApi(control, { endpointConfiguration: { types: ['PRIVATE'], ipAddressType: 'ipv4' } });
  await assertRefused(ipv4, 'BadRequestException');
});

test('VPC endpoints are for private APIs only', async () => {
  const made = makeApi(restControl(), { endpointConfiguration: { types: ['REGIONAL'], vpcEndpointIds: ['vpce-1'] } });
  await assertRefused(made, 'BadRequestException', 'VPCEndpoints can only be specified with PRIVATE apis.');
});

test('[PRV-06] a private API takes TLS 1.2 and later: by default, when it becomes one, and refused otherwise', async () => {
  const control = restControl();
  const types: ('PRIVATE' | 'REGIONAL')[] = ['PRIVATE'];
  assert.equal((await makeApi(control, { endpointConfiguration: { types } })).securityPolicy, 'TLS_1_2');
  const older = makeApi(control, { endpointConfiguration: { types }, securityPolicy: 'TLS_1_0' });
  await assertRefused(older, 'BadRequestException');
  const { id: restApiId, securityPolicy } = await makeApi(control, { endpointConfiguration: { types: ['REGIONAL'] } });
  assert.equal(securityPolicy, 'TLS_1_0');
  const patchOperations = [patch('replace', '/endpointConfiguration/types/REGIONAL', 'PRIVATE')];
  assert.equal((await control.call('UpdateRestApi', { restApiId, patchOperations })).securityPolicy, 'TLS_1_2');
  const back = [patch('replace', '/securityPolicy', 'TLS_1_0')];
  await assertRefused(control.call('UpdateRestApi', { restApiId, patchOperations: back }), 'BadRequestException');
});

test('a change of the endpoint acts on every stage at once; any other change waits for a deployment', async () => {
  const control = restControl();
  const { id: restApiId, rootResourceId: resourceId } = await makeApi(control, {
    endpointConfiguration: { types: ['REGIONAL'] },
  });
  const method = { restApiId, resourceId, httpMethod: 'GET' };
  await control.call('PutMethod', { ...method, authorizationType: 'NONE' });
  await control.call('PutIntegration', { ...method, type: 'MOCK' });
  for (const stageName of ['a', 'b']) await control.call('CreateDeployment', { restApiId, stageName });
  const before = control.changes.length;
  const rename = [patch('replace', '/name', 'other')];
  await control.call('UpdateRestApi', { restApiId, patchOperations: rename });
  assert.equal(control.changes.length, before);
  const become = [patch('replace', '/endpointConfiguration/types/REGIONAL', 'PRIVATE')];
  await control.call('UpdateRestApi', { restApiId, patchOperations: become });
  assert.deepEqual(control.changes.slice(before), [
    { apiId: restApiId, stageName: 'a' },
    { apiId: restApiId, stageName: 'b' },
  ]);
});
