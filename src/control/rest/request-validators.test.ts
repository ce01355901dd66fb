import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { assertRefused, makeApi, makePets, patch, restControl } from '../../../test/support/rest-control.ts';
import { requestValidators } from '../../ports/records.ts';

test('[V1-29] a validator checks nothing unless told to, and comes back as it was made', async () => {
  const control = restControl();
  const { id: restApiId } = await makeApi(control);
  const plain = await control.call('CreateRequestValidator', { restApiId });
  assert.match(plain.id ?? '', /^[a-z0-9]{6}$/);
  assert.deepEqual(plain, { id: plain.id, validateRequestBody: false, validateRequestParameters: false });
  const body = await control.call('CreateRequestValidator', { restApiId, name: 'body', validateRequestBody: true });
  assert.deepEqual(body, { id: body.id, name: 'body', validateRequestBody: true, validateRequestParameters: false });
  assert.deepEqual(await control.call('GetRequestValidator', { restApiId, requestValidatorId: body.id! }), body);
  const { items } = await control.call('GetRequestValidators', { restApiId });
  assert.deepEqual(new Set(items?.map(({ id }) => id)), new Set([plain.id, body.id]));
});

test('[PATCH-13] UpdateRequestValidator replaces name and flags; any text but true is false', async () => {
  const control = restControl();
  const { id: restApiId } = await makeApi(control);
  const { id } = await control.call('CreateRequestValidator', { restApiId });
  const update = (op: 'add' | 'replace', path: string, value: string) =>
    control.call('UpdateRequestValidator', {
      restApiId,
      requestValidatorId: id!,
      patchOperations: [patch(op, path, value)],
    });
  assert.equal((await update('replace', '/name', 'all')).name, 'all');
  assert.equal((await update('replace', '/validateRequestBody', 'true')).validateRequestBody, true);
  assert.equal((await update('replace', '/validateRequestParameters', 'true')).validateRequestParameters, true);
  const after = await update('replace', '/validateRequestBody', 'yes');
  assert.deepEqual(after, { id, name: 'all', validateRequestBody: false, validateRequestParameters: true });
  assert.deepEqual(await control.call('GetRequestValidator', { restApiId, requestValidatorId: id! }), after);
  await assertRefused(
    update('replace', '/id', 'x'),
    'BadRequestException',
    "Invalid patch path  '/id' specified for op 'replace'. Must be one of: [/name, /validateRequestBody, /validateRequestParameters]",
  );
  await assertRefused(update('add', '/name', 'x'), 'BadRequestException');
});

test('[V1-29] a name stands for one validator of an API, in another API for another', async () => {
  const control = restControl();
  const { id: restApiId } = await makeApi(control);
  const { id } = await control.call('CreateRequestValidator', { restApiId, name: 'body' });
  const taken = 'Request Validator name must be unique. Request Validator body already exists in this RestApi.';
  await assertRefused(
    control.call('CreateRequestValidator', { restApiId, name: 'body' }),
    'BadRequestException',
    taken,
  );
  const other = await control.call('CreateRequestValidator', { restApiId, name: 'other' });
  const rename = (requestValidatorId: string) =>
    control.call('UpdateRequestValidator', {
      restApiId,
      requestValidatorId,
      patchOperations: [patch('replace', '/name', 'body')],
    });
  await assertRefused(rename(other.id!), 'BadRequestException', taken);
  assert.equal((await rename(id!)).name, 'body');
  const { id: elsewhere } = await makeApi(control);
  assert.equal((await control.call('CreateRequestValidator', { restApiId: elsewhere, name: 'body' })).name, 'body');
  for (let i = 0; i < 2; i++) await control.call('CreateRequestValidator', { restApiId });
});

test('creating a validator for an unknown API is a 400, reading one there complains about the validator', async () => {
  const control = restControl();
  const { id: restApiId } = await makeApi(control);
  const { id } = await control.call('CreateRequestValidator', { restApiId });
  await assertRefused(
    control.call('CreateRequestValidator', { restApiId: 'nosuch' }),
    'BadRequestException',
    'Invalid REST API identifier specified',
  );
  const missing = 'Invalid Request Validator identifier specified';
  for (const call of [
    control.call('GetRequestValidator', { restApiId: 'nosuch', requestValidatorId: id! }),
    control.call('GetRequestValidator', { restApiId, requestValidatorId: 'nosuch' }),
    control.call('UpdateRequestValidator', { restApiId, requestValidatorId: 'nosuch' }),
    control.call('DeleteRequestValidator', { restApiId, requestValidatorId: 'nosuch' }),
    control.call('DeleteRequestValidator', { restApiId, requestValidatorId: id! }, { region: 'us-west-1' }),
  ]) {
    await assertRefused(call, 'NotFoundException', missing);
  }
  await assertRefused(
    control.call('GetRequestValidators', { restApiId: 'nosuch' }),
    'NotFoundException',
    'Invalid API identifier specified 123456789012:nosuch',
  );
});

test('[V1-14] a method takes a validator of its own API, and of no other', async () => {
  const control = restControl();
  const pets = await makePets(control);
  const { id: other } = await makeApi(control);
  const own = await control.call('CreateRequestValidator', { restApiId: pets.restApiId });
  const foreign = await control.call('CreateRequestValidator', { restApiId: other });
  const use = (id: string) =>
    control.call('UpdateMethod', { ...pets, patchOperations: [patch('replace', '/requestValidatorId', id)] });
  assert.equal((await use(own.id!)).requestValidatorId, own.id);
  await assertRefused(use(foreign.id!), 'BadRequestException', 'Invalid Request Validator identifier specified');
  assert.equal((await use('')).requestValidatorId, undefined);
});

test('[V1-29] a validator that a method uses cannot be deleted', async () => {
  const control = restControl();
  const pets = await makePets(control);
  const { restApiId } = pets;
  const { id } = await control.call('CreateRequestValidator', { restApiId });
  await control.call('UpdateMethod', { ...pets, patchOperations: [patch('replace', '/requestValidatorId', id!)] });
  const remove = () => control.call('DeleteRequestValidator', { restApiId, requestValidatorId: id! });
  await assertRefused(remove(), 'ConflictException', /\/pets\/GET$/);
  await control.call('DeleteMethod', pets);
  await remove();
  assert.deepEqual((await control.call('GetRequestValidators', { restApiId })).items, []);
});

test('validators go with their API', async () => {
  const control = restControl();
  const { id: restApiId } = await makeApi(control);
  await control.call('CreateRequestValidator', { restApiId });
  await control.call('DeleteRestApi', { restApiId });
  assert.deepEqual(await control.store.read((tx) => tx.list(requestValidators, [])), []);
});

test('the number of validators is limited by a named setting', async () => {
  const control = restControl({ limits: { requestValidatorsPerApi: 1 } });
  const { id: restApiId } = await makeApi(control);
  await control.call('CreateRequestValidator', { restApiId });
  await assertRefused(control.call('CreateRequestValidator', { restApiId }), 'LimitExceededException');
});
