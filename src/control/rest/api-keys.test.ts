import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import {
  assertRefused,
  deploy,
  makePets,
  patch,
  type RestControl,
  restControl,
} from '../../../test/support/rest-control.ts';

const makeKey = async (control: RestControl, input: Record<string, unknown> = {}) => {
  const { id, value, ...rest } = await control.call('CreateApiKey', input);
  return { id: id!, value: value!, ...rest };
};

test('[V1-38] a key is off unless asked for, its value 40 letters and digits, shown when it is made', async () => {
  const control = restControl();
  const key = await makeKey(control, { name: 'mine' });
  assert.match(key.id, /^[a-z0-9]{10}$/);
  assert.match(key.value, /^[A-Za-z0-9]{40}$/);
  const now = control.clock.now();
  assert.deepEqual(key, {
    id: key.id,
    value: key.value,
    name: 'mine',
    enabled: false,
    stageKeys: [],
    createdDate: now,
    lastUpdatedDate: now,
  });
  const { value: _, ...hidden } = key;
  assert.deepEqual(await control.call('GetApiKey', { apiKey: key.id }), hidden);
  assert.equal((await control.call('GetApiKey', { apiKey: key.id, includeValue: true })).value, key.value);
  assert.equal((await control.call('GetApiKeys', {})).items![0]!.value, undefined);
  assert.equal((await control.call('GetApiKeys', { includeValues: true })).items![0]!.value, key.value);
});

test('[V1-38] a value is 20 to 128 characters and belongs to one key', async () => {
  const control = restControl();
  const value = 'my-own-value-of-a-key-0123';
  const key = await makeKey(control, { value, generateDistinctId: true });
  assert.equal(key.value, value);
  assert.notEqual(key.id, value);
  await assertRefused(makeKey(control, { value, name: 'other' }), 'ConflictException', 'API Key already exists');
  await assertRefused(
    makeKey(control, { value: 'x'.repeat(19) }),
    'BadRequestException',
    'API Key value should be at least 20 characters',
  );
  await assertRefused(makeKey(control, { value: 'x'.repeat(129) }), 'BadRequestException');
  await assertRefused(makeKey(control, { value: 'a value with blanks in it' }), 'BadRequestException');
  await assertRefused(makeKey(control, { name: 'n'.repeat(1025) }), 'BadRequestException');
  await assertRefused(
    makeKey(control, { customerId: '' }),
    'BadRequestException',
    'Customer Id cannot be an empty string',
  );
  assert.equal((await control.call('GetApiKeys', {})).items!.length, 1);
  // Another region is another account's world.
  assert.equal((await control.call('CreateApiKey', { value }, { region: 'us-east-1' })).value, value);
});

test('a list is newest first; a name is asked for by its beginning, a customer by its whole id', async () => {
  const control = restControl();
  for (const [name, customerId] of [
    ['beta-2', 'c1'],
    ['beta-1', 'c2'],
    ['alpha', 'c1'],
  ]) {
    // All within one millisecond.
    await makeKey(control, { name, customerId });
  }
  const names = async (input: Record<string, unknown>): Promise<(string | undefined)[]> =>
    (await control.call('GetApiKeys', input)).items!.map(({ name }) => name);
  assert.deepEqual(await names({}), ['alpha', 'beta-1', 'beta-2']);
  assert.deepEqual(await names({ nameQuery: 'beta' }), ['beta-1', 'beta-2']);
  assert.deepEqual(await names({ nameQuery: 'eta' }), []);
  assert.deepEqual(await names({ nameQuery: 'Beta' }), []);
  assert.deepEqual(await names({ customerId: 'c1' }), ['alpha', 'beta-2']);
  const first = await control.call('GetApiKeys', { limit: 2 });
  assert.deepEqual(
    first.items!.map(({ name }) => name),
    ['alpha', 'beta-1'],
  );
  const { position } = first;
  await control.call('DeleteApiKey', { apiKey: first.items![1]!.id! });
  const second = await control.call('GetApiKeys', { limit: 2, position: position! });
  assert.deepEqual(
    second.items!.map(({ name }) => name),
    ['beta-2'],
  );
  assert.equal(second.position, undefined);
  await assertRefused(control.call('GetApiKeys', { position: 'nonsense' }), 'BadRequestException');
});

test('[PATCH-02] UpdateApiKey replaces name, description, enabled and customer, adds and removes stages', async () => {
  const control = restControl();
  const { id: apiKey } = await makeKey(control);
  const update = (...operations: ReturnType<typeof patch>[]) =>
    control.call('UpdateApiKey', { apiKey, patchOperations: operations });
  control.clock.advance(5000);
  const updated = await update(
    patch('replace', '/name', 'n'),
    patch('replace', '/description', 'd'),
    patch('replace', '/enabled', 'true'),
    patch('replace', '/customerId', 'c'),
    patch('add', '/stages', 'abc/dev'),
  );
  const { createdDate, lastUpdatedDate, ...members } = updated;
  assert.deepEqual(members, {
    id: apiKey,
    name: 'n',
    description: 'd',
    enabled: true,
    customerId: 'c',
    stageKeys: ['abc/dev'],
    tags: {},
  });
  assert.equal(Number(lastUpdatedDate) - Number(createdDate), 5000);
  assert.deepEqual((await update(patch('remove', '/stages', 'abc/dev'))).stageKeys, []);
  assert.equal((await update(patch('replace', '/enabled', 'on'))).enabled, false);
  await update(patch('add', '/labels', 'x'), patch('remove', '/labels', 'x'));
  await assertRefused(
    update(patch('replace', '/value', 'x'.repeat(30))),
    'BadRequestException',
    "Invalid patch path  '/value' specified for op 'replace'. Must be one of: [/name, /description, /enabled, /customerId]",
  );
});

test('a key that is not there is a 404 in AWS’s words', async () => {
  const control = restControl();
  const missing = { apiKey: 'nosuchkey1' };
  for (const call of [
    control.call('GetApiKey', missing),
    control.call('UpdateApiKey', missing),
    control.call('DeleteApiKey', missing),
  ]) {
    await assertRefused(call, 'NotFoundException', 'Invalid API Key identifier specified');
  }
});

test('stage keys name stages that exist and come back as {api}/{stage}', async () => {
  const control = restControl();
  const { restApiId } = await makePets(control);
  await deploy(control, restApiId, 'dev');
  const key = await makeKey(control, { stageKeys: [{ restApiId, stageName: 'dev' }] });
  assert.deepEqual(key.stageKeys, [`${restApiId}/dev`]);
  await assertRefused(
    makeKey(control, { stageKeys: [{ restApiId, stageName: 'none' }] }),
    'NotFoundException',
    'Invalid stage identifier specified',
  );
});

test('[LIM-02] an account has so many keys and no more', async () => {
  const control = restControl({ limits: { apiKeys: 2 } });
  await makeKey(control);
  await makeKey(control);
  await assertRefused(makeKey(control), 'LimitExceededException');
});
