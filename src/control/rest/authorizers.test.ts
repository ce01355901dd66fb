import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import {
  assertRefused,
  deploy,
  makeApi,
  makePets,
  patch,
  type RestControl,
  restControl,
} from '../../../test/support/rest-control.ts';
import type { RestSnapshot } from '../../definition/snapshot.ts';
import { authorizers, snapshots } from '../../ports/records.ts';
import type { Authorizer, CreateAuthorizerRequest } from '../../wire/generated/apigateway.ts';

const uri =
  'arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-central-1:123456789012:function:guard/invocations';
const pool = 'arn:aws:cognito-idp:eu-central-1:123456789012:userpool/eu-central-1_abc';
const header = 'method.request.header.Authorization';
const token = { name: 'guard', type: 'TOKEN', authorizerUri: uri, identitySource: header } as const;

type Input = Omit<CreateAuthorizerRequest, 'restApiId'>;

async function create(
  control: RestControl,
  restApiId: string,
  input: Input = token,
): Promise<Authorizer & { id: string }> {
  return (await control.call('CreateAuthorizer', { restApiId, ...input })) as Authorizer & { id: string };
}

test('[V1-21] each type comes back as it was given, authType filled in and no TTL unless one was given', async () => {
  const control = restControl();
  const { id: restApiId } = await makeApi(control);
  const made = await create(control, restApiId);
  assert.match(made.id, /^[a-z0-9]{6}$/);
  assert.deepEqual(made, { id: made.id, ...token, authType: 'custom' });
  const request: Input = {
    name: 'by-query',
    type: 'REQUEST',
    authorizerUri: uri,
    authorizerCredentials: 'arn:aws:iam::123456789012:role/caller',
    identitySource: 'method.request.header.a, method.request.querystring.b,stageVariables.c,context.identity.sourceIp',
    identityValidationExpression: '',
    authorizerResultTtlInSeconds: 0,
    authType: 'own',
  };
  const { identityValidationExpression: _, ...kept } = request;
  const second = await create(control, restApiId, request);
  assert.deepEqual(second, { id: second.id, ...kept });
  const cognito: Input = { name: 'pool', type: 'COGNITO_USER_POOLS', providerARNs: [pool], identitySource: header };
  const third = await create(control, restApiId, cognito);
  assert.deepEqual(third, { id: third.id, ...cognito, authType: 'cognito_user_pools' });

  assert.deepEqual(await control.call('GetAuthorizer', { restApiId, authorizerId: second.id }), second);
  const { items = [] } = await control.call('GetAuthorizers', { restApiId });
  assert.deepEqual(
    items.map(({ id }) => id),
    [made.id, second.id, third.id].sort(),
  );
  const page = await control.call('GetAuthorizers', { restApiId, limit: 2 });
  assert.equal(page.items?.length, 2);
  const rest = await control.call('GetAuthorizers', { restApiId, limit: 2, position: page.position! });
  assert.deepEqual([...page.items!, ...rest.items!], items);
});

const request = { name: 'guard', type: 'REQUEST', authorizerUri: uri } as const;
const cognito = { name: 'pool', type: 'COGNITO_USER_POOLS', identitySource: header } as const;
const refused: [string, Input, string | RegExp][] = [
  [
    'a URI that is no invocation',
    { ...token, authorizerUri: 'arn:aws:lambda:eu-central-1:123456789012:function:guard' },
    'Invalid Authorizer URI: arn:aws:lambda:eu-central-1:123456789012:function:guard. Authorizer URI should be a valid API Gateway ARN that represents a Lambda function invocation.',
  ],
  ['no URI', { name: 'guard', type: 'TOKEN', identitySource: header }, /authorizer URI/],
  ['a token without a source', { name: 'guard', type: 'TOKEN', authorizerUri: uri }, /identity source/],
  [
    'a token in the query',
    { ...token, identitySource: 'method.request.querystring.a' },
    /Invalid token identity source/,
  ],
  ['two tokens', { ...token, identitySource: `${header},method.request.header.b` }, /Invalid token identity source/],
  ['a source that is none', { ...request, identitySource: 'method.request.body.a' }, /Invalid request identity source/],
  ['caching without a source', request, /Identity source must be set/],
  ['a TTL too long', { ...token, authorizerResultTtlInSeconds: 3601 }, /between 0 and 3600/],
  ['a negative TTL', { ...token, authorizerResultTtlInSeconds: -1 }, /between 0 and 3600/],
  ['a role that is none', { ...token, authorizerCredentials: 'me' }, 'Invalid ARN specified in the request'],
  ['a pattern that is none', { ...token, identityValidationExpression: '(' }, /identity validation expression/],
  ['no pool', cognito, /provider ARN/],
  ['a pool that is none', { ...cognito, providerARNs: ['eu-central-1_abc'] }, /Cognito User Pool ARN specified: eu-/],
  ['a nameless one', { ...token, name: '' }, /name/],
];
for (const [what, input, message] of refused) {
  test(`[V1-22] ${what} is refused, and nothing is kept`, async () => {
    const control = restControl();
    const { id: restApiId } = await makeApi(control);
    await assertRefused(create(control, restApiId, input), 'BadRequestException', message);
    assert.deepEqual((await control.call('GetAuthorizers', { restApiId })).items, []);
  });
}

test('[SV-07] stage variables may stand in the function and in the user pool', async () => {
  const control = restControl();
  const { id: restApiId } = await makeApi(control);
  await create(control, restApiId, { ...token, authorizerUri: uri.replace('guard', '${stageVariables.guard}') });
  await create(control, restApiId, { ...cognito, providerARNs: ['${stageVariables.pool}'] });
});

test('a REQUEST authorizer that keeps nothing needs no identity source', async () => {
  const control = restControl();
  const { id: restApiId } = await makeApi(control);
  await create(control, restApiId, { ...request, authorizerResultTtlInSeconds: 0 });
});

test('names are unique within the API, ten to an API', async () => {
  const control = restControl();
  const { id: restApiId } = await makeApi(control);
  await create(control, restApiId);
  const taken = 'Authorizer name must be unique. Authorizer guard already exists in this RestApi.';
  await assertRefused(create(control, restApiId), 'BadRequestException', taken);
  const second = await create(control, restApiId, { ...token, name: 'second' });
  const rename = { restApiId, authorizerId: second.id, patchOperations: [patch('replace', '/name', 'guard')] };
  await assertRefused(control.call('UpdateAuthorizer', rename), 'BadRequestException', taken);
  for (let i = 3; i <= 10; i++) await create(control, restApiId, { ...token, name: `guard ${i}` });
  await assertRefused(create(control, restApiId, { ...token, name: 'eleventh' }), 'LimitExceededException');
});

test('what is not there: a missing API is a conflict when creating, else the authorizer is complained of', async () => {
  const control = restControl();
  const { id: restApiId } = await makeApi(control);
  const { id: authorizerId } = await create(control, restApiId);
  await assertRefused(
    create(control, 'nosuch'),
    'ConflictException',
    'Unable to complete operation due to concurrent modification. Please try again later.',
  );
  const missing = 'Invalid Authorizer identifier specified';
  for (const call of [
    control.call('GetAuthorizer', { restApiId: 'nosuch', authorizerId }),
    control.call('GetAuthorizer', { restApiId, authorizerId: 'nosuch' }),
    control.call('GetAuthorizer', { restApiId, authorizerId }, { account: '999999999999' }),
    control.call('UpdateAuthorizer', { restApiId, authorizerId: 'nosuch' }),
    control.call('DeleteAuthorizer', { restApiId, authorizerId: 'nosuch' }),
  ]) {
    await assertRefused(call, 'NotFoundException', missing);
  }
  await assertRefused(
    control.call('GetAuthorizers', { restApiId: 'nosuch' }),
    'NotFoundException',
    'Invalid API identifier specified 123456789012:nosuch',
  );
});

const other = pool.replace('abc', 'def');
const patches: [
  start: Input,
  operation: [op: 'add' | 'replace' | 'remove', path: string, value?: string],
  Partial<Authorizer>,
][] = [
  [token, ['replace', '/name', 'other'], { name: 'other' }],
  [token, ['replace', '/authType', 'own'], { authType: 'own' }],
  [
    token,
    ['replace', '/authorizerUri', `${uri}`.replace('guard', 'other')],
    { authorizerUri: uri.replace('guard', 'other') },
  ],
  [
    token,
    ['replace', '/identitySource', 'method.request.header.Auth'],
    { identitySource: 'method.request.header.Auth' },
  ],
  [token, ['replace', '/identityValidationExpression', '^x-[a-z]+'], { identityValidationExpression: '^x-[a-z]+' }],
  [token, ['replace', '/authorizerResultTtlInSeconds', '180'], { authorizerResultTtlInSeconds: 180 }],
  [
    token,
    ['replace', '/authorizerCredentials', 'arn:aws:iam::123456789012:role/r'],
    { authorizerCredentials: 'arn:aws:iam::123456789012:role/r' },
  ],
  [
    { ...token, identityValidationExpression: 'a' },
    ['replace', '/identityValidationExpression', ''],
    { identityValidationExpression: undefined as unknown as string },
  ],
  [{ ...cognito, providerARNs: [pool] }, ['add', '/providerARNs', other], { providerARNs: [pool, other] }],
  [{ ...cognito, providerARNs: [pool] }, ['replace', '/providerARNs', other], { providerARNs: [other] }],
  [{ ...cognito, providerARNs: [pool, other] }, ['remove', '/providerARNs', pool], { providerARNs: [other] }],
  [
    { ...cognito, providerARNs: [pool], authorizerUri: uri },
    ['replace', '/type', 'TOKEN'],
    { type: 'TOKEN', authType: 'custom' },
  ],
];
for (const [start, [op, path, value], changes] of patches) {
  test(`[PATCH-03] ${op} ${path} ${value} on ${start.type}`, async () => {
    const control = restControl();
    const { id: restApiId } = await makeApi(control);
    const before = await create(control, restApiId, start);
    const patchOperations = [patch(op, path, value)];
    const after = await control.call('UpdateAuthorizer', { restApiId, authorizerId: before.id, patchOperations });
    const expected = Object.entries({ ...before, ...changes }).filter(([, each]) => each !== undefined);
    assert.deepEqual(after, Object.fromEntries(expected));
    assert.deepEqual(await control.call('GetAuthorizer', { restApiId, authorizerId: before.id }), after);
  });
}

const wrongPatches: [['add' | 'replace' | 'remove', string, string?], string | RegExp][] = [
  [
    ['remove', '/authorizerCredentials'],
    "Invalid patch path  '/authorizerCredentials' specified for op 'remove'. Must be one of: [replace]",
  ],
  [['add', '/name', 'x'], "Invalid patch path  '/name' specified for op 'add'. Must be one of: [replace]"],
  [['replace', '/id', 'x'], /^Invalid patch path {2}'\/id' specified for op 'replace'\. Must be one of: \[\/name, /],
  [['replace', '/authorizerResultTtlInSeconds', 'soon'], /between 0 and 3600/],
  [['replace', '/authorizerResultTtlInSeconds', '3601'], /between 0 and 3600/],
  [['replace', '/authorizerUri', ''], /authorizer URI/],
  [['replace', '/type', 'OTHER'], /authorizer type/],
  [['replace', '/type', 'COGNITO_USER_POOLS'], /provider ARN/],
];
for (const [[op, path, value], message] of wrongPatches) {
  test(`[PATCH-03] ${op} ${path} ${value ?? ''} is refused and changes nothing`, async () => {
    const control = restControl();
    const { id: restApiId } = await makeApi(control);
    const before = await create(control, restApiId);
    const patchOperations = [patch('replace', '/authType', 'changed'), patch(op, path, value)];
    const authorizerId = before.id;
    await assertRefused(
      control.call('UpdateAuthorizer', { restApiId, authorizerId, patchOperations }),
      'BadRequestException',
      message,
    );
    assert.deepEqual(await control.call('GetAuthorizer', { restApiId, authorizerId }), before);
  });
}

test('[V1-23] an authorizer a method uses is not deleted; afterwards it is', async () => {
  const control = restControl();
  const pets = await makePets(control);
  const { restApiId } = pets;
  const { id: authorizerId } = await create(control, restApiId);
  await control.call('UpdateMethod', {
    ...pets,
    patchOperations: [
      patch('replace', '/authorizationType', 'CUSTOM'),
      patch('replace', '/authorizerId', authorizerId),
    ],
  });
  await assertRefused(
    control.call('DeleteAuthorizer', { restApiId, authorizerId }),
    'ConflictException',
    "Cannot delete authorizer 'guard', is referenced in method: GET//pets",
  );
  const opened = await control.call('UpdateMethod', {
    ...pets,
    patchOperations: [patch('replace', '/authorizationType', 'NONE')],
  });
  assert.equal(opened.authorizerId, undefined);
  assert.equal(await control.call('DeleteAuthorizer', { restApiId, authorizerId }), undefined);
  await assertRefused(control.call('GetAuthorizer', { restApiId, authorizerId }), 'NotFoundException');
});

test('[V1-13] a method names an authorizer of its own kind: CUSTOM no user pool, COGNITO_USER_POOLS no function', async () => {
  const control = restControl();
  const pets = await makePets(control);
  const { restApiId } = pets;
  const { id: custom } = await create(control, restApiId);
  const { id: userPool } = await create(control, restApiId, { ...cognito, providerARNs: [pool] });
  const method = { ...pets, httpMethod: 'PUT' };
  const invalid =
    'Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.';
  for (const [authorizationType, authorizerId] of [
    ['CUSTOM', userPool],
    ['COGNITO_USER_POOLS', custom],
  ] as const) {
    await assertRefused(
      control.call('PutMethod', { ...method, authorizationType, authorizerId }),
      'BadRequestException',
      invalid,
    );
  }
  const put = await control.call('PutMethod', { ...method, authorizationType: 'CUSTOM', authorizerId: custom });
  assert.equal(put.authorizerId, custom);
});

test('[V1-14] scopes belong to user pools, and are added and removed one by one', async () => {
  const control = restControl();
  const pets = await makePets(control);
  const { restApiId } = pets;
  const { id: custom } = await create(control, restApiId);
  const { id: userPool } = await create(control, restApiId, { ...cognito, providerARNs: [pool] });
  const method = { ...pets, httpMethod: 'PUT', authorizationScopes: ['a/read', 'a/write'] };
  await assertRefused(
    control.call('PutMethod', { ...method, authorizationType: 'CUSTOM', authorizerId: custom }),
    'BadRequestException',
  );
  const put = await control.call('PutMethod', {
    ...method,
    authorizationType: 'COGNITO_USER_POOLS',
    authorizerId: userPool,
  });
  assert.deepEqual(put.authorizationScopes, ['a/read', 'a/write']);
  const after = await control.call('UpdateMethod', {
    ...pets,
    httpMethod: 'PUT',
    patchOperations: [
      patch('add', '/authorizationScopes', 'email'),
      patch('remove', '/authorizationScopes', 'a/write'),
    ],
  });
  assert.deepEqual(after.authorizationScopes, ['a/read', 'email']);
});

test('[DEP-01] a deployment freezes the authorizers; a deleted API takes its own with it', async () => {
  const control = restControl();
  const { restApiId } = await makePets(control);
  const made = await create(control, restApiId);
  const deploymentId = await deploy(control, restApiId);
  const { id: authorizerId } = made;
  await control.call('UpdateAuthorizer', {
    restApiId,
    authorizerId,
    patchOperations: [patch('replace', '/name', 'new')],
  });
  const snapshot = (await control.store.read((tx) => tx.get(snapshots, [restApiId, deploymentId]))) as RestSnapshot;
  assert.deepEqual(snapshot.authorizers, [made]);
  await control.call('DeleteRestApi', { restApiId });
  assert.deepEqual(await control.store.read((tx) => tx.list(authorizers, [])), []);
});

test('[V1-05] a clone has the authorizers its methods name', async () => {
  const control = restControl();
  const pets = await makePets(control);
  const { id: authorizerId } = await create(control, pets.restApiId);
  await control.call('PutMethod', { ...pets, httpMethod: 'PUT', authorizationType: 'CUSTOM', authorizerId });
  const { id: restApiId } = await makeApi(control, { cloneFrom: pets.restApiId });
  assert.equal((await control.call('GetAuthorizer', { restApiId, authorizerId })).name, 'guard');
  await assertRefused(control.call('DeleteAuthorizer', { restApiId, authorizerId }), 'ConflictException');
});

test('[V1-37] flushing what authorizers decided tells the gateway, and changes nothing', async () => {
  const control = restControl();
  const { restApiId } = await makePets(control);
  await deploy(control, restApiId, 'prod');
  assert.equal(await control.call('FlushStageAuthorizersCache', { restApiId, stageName: 'prod' }), undefined);
  assert.deepEqual(control.changes.at(-1), { apiId: restApiId, stageName: 'prod', flushes: 'authorizers' });
});
