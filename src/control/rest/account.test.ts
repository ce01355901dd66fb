import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { assertRefused, type PatchOperation, patch, restControl } from '../../../test/support/rest-control.ts';

const fresh = {
  throttleSettings: { burstLimit: 5000, rateLimit: 10000 },
  features: ['UsagePlans'],
  apiKeyVersion: '4',
};

test('[V1-01] a fresh account has its defaults and no logging role', async () => {
  assert.deepEqual(await restControl().call('GetAccount', {}), fresh);
});

test('[PATCH-01] the logging role is set, and taken away by the empty text', async () => {
  const control = restControl();
  const role = (value: string) =>
    control.call('UpdateAccount', { patchOperations: [patch('replace', '/cloudwatchRoleArn', value)] });
  assert.deepEqual(await role(''), fresh);
  const cloudwatchRoleArn = 'arn:aws:iam::123456789012:role/logs';
  assert.deepEqual(await role(cloudwatchRoleArn), { cloudwatchRoleArn, ...fresh });
  assert.deepEqual(await control.call('GetAccount', {}), { cloudwatchRoleArn, ...fresh });
  assert.deepEqual(await role(''), fresh);
});

test('settings belong to one account in one region', async () => {
  const control = restControl();
  const patchOperations = [patch('replace', '/cloudwatchRoleArn', 'arn:aws:iam::123456789012:role/logs')];
  await control.call('UpdateAccount', { patchOperations });
  assert.deepEqual(await control.call('GetAccount', {}, { region: 'us-east-1' }), fresh);
  assert.deepEqual(await control.call('GetAccount', {}, { account: '999999999999' }), fresh);
});

test('[PATCH-01] usage plans can be added, which changes nothing', async () => {
  const patchOperations = [patch('add', '/features', 'UsagePlans')];
  assert.deepEqual(await restControl().call('UpdateAccount', { patchOperations }), fresh);
});

const refused: readonly PatchOperation[] = [
  patch('replace', '/cloudwatchRoleArn', 'nonsense'),
  patch('remove', '/features', 'UsagePlans'),
  patch('add', '/features', 'Teleport'),
  patch('replace', '/features', 'UsagePlans'),
  patch('replace', '/throttleSettings/rateLimit', '1'),
];

for (const operation of refused) {
  test(`[PATCH-01] UpdateAccount refuses ${operation.op} ${operation.path} ${operation.value}`, async () => {
    const control = restControl();
    await assertRefused(control.call('UpdateAccount', { patchOperations: [operation] }), 'BadRequestException');
    assert.deepEqual(await control.call('GetAccount', {}), fresh);
  });
}
