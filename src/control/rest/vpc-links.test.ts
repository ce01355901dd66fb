import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { assertRefused, makePets, patch, type RestControl, restControl } from '../../../test/support/rest-control.ts';

const targetArn = 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/net/orders/50dc6c495c0c9188';

async function makeLink(control: RestControl): Promise<string> {
  return (await control.call('CreateVpcLink', { name: 'orders', targetArns: [targetArn] })).id!;
}

/** `GET /pets` through this link. */
async function linkedPets(control: RestControl, connectionId: string) {
  const pets = await makePets(control);
  await control.call('PutIntegration', {
    ...pets,
    type: 'HTTP_PROXY',
    integrationHttpMethod: 'GET',
    uri: 'http://orders.internal/pets',
    connectionType: 'VPC_LINK',
    connectionId,
  });
  return pets;
}

test('[V1-45] a link is PENDING when it is made and AVAILABLE when one looks again', async () => {
  const control = restControl();
  const made = await control.call('CreateVpcLink', { name: 'orders', description: 'd', targetArns: [targetArn] });
  const { id = '' } = made;
  assert.deepEqual(made, { id, name: 'orders', description: 'd', targetArns: [targetArn], status: 'PENDING' });
  const ready = {
    ...made,
    status: 'AVAILABLE',
    statusMessage: 'Your vpc link is ready for use',
  };
  assert.deepEqual(await control.call('GetVpcLink', { vpcLinkId: id }), { ...ready, tags: {} });
  assert.deepEqual(await control.call('GetVpcLinks', {}), { items: [ready] });
});

test('[V1-45] a link whose target is an ARN of something else has FAILED', async () => {
  const control = restControl();
  const arn = 'arn:aws:s3:::bucket';
  const { id = '', status } = await control.call('CreateVpcLink', { name: 'orders', targetArns: [arn] });
  assert.equal(status, 'PENDING');
  const found = await control.call('GetVpcLink', { vpcLinkId: id });
  assert.deepEqual([found.status, found.statusMessage], ['FAILED', 'NLB ARN is malformed.']);
  const pets = await linkedPets(control, id);
  await assertRefused(control.call('CreateDeployment', { restApiId: pets.restApiId }), 'BadRequestException', /FAILED/);
});

test('[V1-45] an integration does not change to a link that is not there', async () => {
  const control = restControl();
  const pets = await linkedPets(control, await makeLink(control));
  const patchOperations = [patch('replace', '/connectionId', 'nosuch')];
  await assertRefused(
    control.call('UpdateIntegration', { ...pets, patchOperations }),
    'BadRequestException',
    'Invalid Vpc Link identifier specified',
  );
});

test('[V1-45] a link leads to one load balancer', async () => {
  const control = restControl();
  const create = (targetArns: string[]) => control.call('CreateVpcLink', { name: 'orders', targetArns });
  await assertRefused(
    create([targetArn, targetArn]),
    'BadRequestException',
    'More than one target arn specified for vpc link.',
  );
  await assertRefused(create([]), 'BadRequestException');
});

test('[PATCH-13] name and description of a link can be changed, its target cannot', async () => {
  const control = restControl();
  const vpcLinkId = await makeLink(control);
  const update = (...patchOperations: ReturnType<typeof patch>[]) =>
    control.call('UpdateVpcLink', { vpcLinkId, patchOperations });
  const changed = await update(patch('replace', '/name', 'n'), patch('replace', '/description', 'd'));
  assert.deepEqual([changed.name, changed.description, changed.tags], ['n', 'd', {}]);
  for (const path of ['/targetArns', '/targetArns/0']) {
    await assertRefused(
      update(patch('replace', path, targetArn)),
      'BadRequestException',
      'Target arns are not allowed to be changed/added.',
    );
  }
  await assertRefused(update(patch('add', '/name', 'x')), 'BadRequestException');
  await assertRefused(update(patch('replace', '/name', '')), 'BadRequestException', 'name cannot be an empty string');
});

test('a renamed link is told to the stages of its account, for settings may know it by its name', async () => {
  const control = restControl();
  const vpcLinkId = await makeLink(control);
  const { restApiId } = await makePets(control);
  await control.call('CreateDeployment', { restApiId, stageName: 'prod' });
  const before = control.changes.length;
  await control.call('UpdateVpcLink', { vpcLinkId, patchOperations: [patch('replace', '/name', 'n')] });
  assert.deepEqual(control.changes.slice(before), [{ apiId: restApiId, stageName: 'prod' }]);
});

test('[V1-45] a link that a deployed method goes through is not deleted, and the refusal names the method', async () => {
  const control = restControl();
  const vpcLinkId = await makeLink(control);
  const { restApiId, resourceId } = await linkedPets(control, vpcLinkId);
  await control.call('CreateDeployment', { restApiId, stageName: 'prod' });
  const remove = () => control.call('DeleteVpcLink', { vpcLinkId });
  await assertRefused(
    remove(),
    'BadRequestException',
    `Cannot delete vpc link. Vpc link '${vpcLinkId}', is referenced in [${restApiId}:GET:${resourceId}:prod] ` +
      'in format of [RESTApiId:Method:Resource:Stage].',
  );
  await control.call('DeleteStage', { restApiId, stageName: 'prod' });
  await remove();
  await assertRefused(remove(), 'NotFoundException', 'Invalid Vpc Link identifier specified');
});

test('[INT-20] the target of an integration is a load balancer, no service of Cloud Map', async () => {
  const control = restControl();
  const vpcLinkId = await makeLink(control);
  const pets = await linkedPets(control, vpcLinkId);
  const target = (value: string) =>
    control.call('UpdateIntegration', { ...pets, patchOperations: [patch('replace', '/integrationTarget', value)] });
  await assertRefused(
    target('arn:aws:servicediscovery:eu-central-1:123456789012:service/srv-abc'),
    'BadRequestException',
    /Load Balancer/,
  );
  assert.equal((await target(targetArn)).integrationTarget, targetArn);
  assert.equal((await target('${stageVariables.balancer}')).integrationTarget, '${stageVariables.balancer}');
});

test('[SV-06] a link that a stage variable names is in use too', async () => {
  const control = restControl();
  const vpcLinkId = await makeLink(control);
  const { restApiId } = await linkedPets(control, '${stageVariables.link}');
  await control.call('CreateDeployment', { restApiId, stageName: 'prod', variables: { link: vpcLinkId } });
  await assertRefused(control.call('DeleteVpcLink', { vpcLinkId }), 'BadRequestException', /:prod\]/);
});

test('[INT-19] an integration names a link there is, or a stage variable', async () => {
  const control = restControl();
  await assertRefused(linkedPets(control, 'nosuch'), 'BadRequestException', 'Invalid Vpc Link identifier specified');
  await linkedPets(control, '${stageVariables.link}');
});

test('[DEP-07] what goes through a link just made can be deployed; through one deleted since, it cannot', async () => {
  const control = restControl();
  const vpcLinkId = await makeLink(control);
  const { restApiId } = await linkedPets(control, vpcLinkId);
  await control.call('CreateDeployment', { restApiId });
  await control.call('DeleteVpcLink', { vpcLinkId });
  await assertRefused(control.call('CreateDeployment', { restApiId }), 'BadRequestException', /Vpc Link/);
});

test('[LIM-02] the 21st link of a region is refused', async () => {
  const control = restControl();
  for (let i = 0; i < 20; i++) await makeLink(control);
  await assertRefused(makeLink(control), 'LimitExceededException', /Maximum number of Vpc Links/);
});

test('[CP-26] a link is tagged by its ARN', async () => {
  const control = restControl();
  const vpcLinkId = await makeLink(control);
  const resourceArn = `arn:aws:apigateway:eu-central-1::/vpclinks/${vpcLinkId}`;
  await control.call('TagResource', { resourceArn, tags: { a: '1' } });
  assert.deepEqual((await control.call('GetVpcLink', { vpcLinkId })).tags, { a: '1' });
  assert.deepEqual(await control.call('GetTags', { resourceArn }), { tags: { a: '1' } });
});
