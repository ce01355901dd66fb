import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { assertRefused, deploy, makeApi, makePets, restControl } from '../../../test/support/rest-control.ts';

const arnOf = (path: string) => `arn:aws:apigateway:eu-central-1::${path}`;

test('[CP-21] [CP-26] [CP-28] an API is tagged by its ARN, which has no account', async () => {
  const control = restControl();
  const { id } = await makeApi(control, { tags: { a: '1' } });
  const resourceArn = arnOf(`/restapis/${id}`);
  await control.call('TagResource', { resourceArn, tags: { b: '2' } });
  assert.deepEqual(await control.call('GetTags', { resourceArn }), { tags: { a: '1', b: '2' } });
  assert.deepEqual((await control.call('GetRestApi', { restApiId: id })).tags, { a: '1', b: '2' });
  await control.call('UntagResource', { resourceArn, tagKeys: ['a'] });
  assert.deepEqual(await control.call('GetTags', { resourceArn }), { tags: { b: '2' } });
});

test('[CP-26] [CP-28] a stage has tags of its own', async () => {
  const control = restControl();
  const { restApiId } = await makePets(control);
  await deploy(control, restApiId, 'prod');
  const resourceArn = arnOf(`/restapis/${restApiId}/stages/prod`);
  assert.deepEqual(await control.call('GetTags', { resourceArn }), { tags: {} });
  await control.call('TagResource', { resourceArn, tags: { a: '1', b: '2', c: '3' } });
  assert.deepEqual((await control.call('GetStage', { restApiId, stageName: 'prod' })).tags, { a: '1', b: '2', c: '3' });
  assert.deepEqual((await control.call('GetRestApi', { restApiId })).tags, {});
  await control.call('UntagResource', { resourceArn, tagKeys: ['a,b'] });
  assert.deepEqual(await control.call('GetTags', { resourceArn }), { tags: { c: '3' } });
});

test('[CP-07] GetTags does not look at limit and position', async () => {
  const control = restControl();
  const { id } = await makeApi(control, { tags: { a: '1', b: '2' } });
  const answer = await control.call('GetTags', { resourceArn: arnOf(`/restapis/${id}`), limit: 1, position: 'x' });
  assert.deepEqual(answer, { tags: { a: '1', b: '2' } });
});

test('[CP-26] what has no tags is refused, and so is what is no ARN of this region', async () => {
  const control = restControl();
  const { id } = await makeApi(control);
  for (const resourceArn of [
    arnOf(`/restapis/${id}/authorizers/abc123`),
    arnOf('/account'),
    `arn:aws:apigateway:us-east-1::/restapis/${id}`,
    `arn:aws:apigateway:eu-central-1:123456789012:/restapis/${id}`,
    'nonsense',
  ]) {
    await assertRefused(control.call('GetTags', { resourceArn }), 'BadRequestException');
  }
  await assertRefused(control.call('GetTags', { resourceArn: arnOf('/restapis/nosuch') }), 'NotFoundException');
});

const badTags: readonly [string, Record<string, string>][] = [
  ['51 of them', Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`k${i}`, 'v']))],
  ['a key of 129', { ['k'.repeat(129)]: 'v' }],
  ['a value of 257', { k: 'v'.repeat(257) }],
  ['the prefix aws:', { 'aws:mine': 'v' }],
  ['the prefix AWS:', { 'AWS:mine': 'v' }],
  ['a letter outside the set', { 'k*': 'v' }],
  ['a value with a letter outside the set', { k: '<v>' }],
];

for (const [what, tags] of badTags) {
  test(`[CP-27] tags with ${what} are refused, on create and later`, async () => {
    const control = restControl();
    await assertRefused(makeApi(control, { tags }), 'BadRequestException');
    const { id } = await makeApi(control);
    const resourceArn = arnOf(`/restapis/${id}`);
    await assertRefused(control.call('TagResource', { resourceArn, tags }), 'BadRequestException');
    assert.deepEqual(await control.call('GetTags', { resourceArn }), { tags: {} });
  });
}

test('[CP-27] the limit of 50 counts tags that are there already; keys are case-sensitive', async () => {
  const control = restControl();
  const tags = Object.fromEntries(Array.from({ length: 49 }, (_, i) => [`k${i}`, '']));
  const { id } = await makeApi(control, { tags });
  const resourceArn = arnOf(`/restapis/${id}`);
  const two = control.call('TagResource', { resourceArn, tags: { K0: 'x', 'ä .:+=@_/-': 'y' } });
  await assertRefused(two, 'BadRequestException');
  await control.call('TagResource', { resourceArn, tags: { K0: 'other than k0' } });
  const kept = (await control.call('GetTags', { resourceArn })).tags!;
  assert.equal(kept['k0'], '');
  assert.equal(kept['K0'], 'other than k0');
});
