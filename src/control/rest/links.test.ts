import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { deploy, makeApi, makePets, restControl } from '../../../test/support/rest-control.ts';
import { halLinks } from './links.ts';

test('[CP-12] an API says where it lives and what can be done next', async () => {
  const control = restControl();
  const { id } = await makeApi(control);
  const output = await control.call('GetRestApi', { restApiId: id });
  const links = halLinks('GetRestApi', { restApiId: id }, { ...output })!;
  assert.deepEqual(links['self'], { href: `/restapis/${id}` });
  assert.deepEqual(links['resource:create'], { href: `/restapis/${id}/resources/${output.rootResourceId}` });
  assert.deepEqual(links['stage:by-name'], { href: `/restapis/${id}/stages/{stage_name}`, templated: true });
  const curies = links['curies'] as { name: string; href: string; templated: boolean }[];
  assert.deepEqual(
    curies.map(({ name }) => name),
    ['deployment', 'resource', 'restapi', 'stage'],
  );
  assert.deepEqual(curies[0], {
    href: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/restapi-deployment-{rel}.html',
    name: 'deployment',
    templated: true,
  });
});

test('[CP-12] a method names itself, its integration and its responses', async () => {
  const control = restControl();
  const pets = await makePets(control);
  await control.call('PutMethodResponse', { ...pets, statusCode: '200' });
  const path = `/restapis/${pets.restApiId}/resources/${pets.resourceId}/methods/GET`;
  const links = halLinks('GetMethod', pets, { ...(await control.call('GetMethod', pets)) })!;
  assert.deepEqual(links, {
    curies: ['integration', 'method', 'methodresponse'].map((name) => ({
      href: `https://docs.aws.amazon.com/apigateway/latest/developerguide/restapi-${name.replace('response', '-response')}-{rel}.html`,
      name,
      templated: true,
    })),
    self: { href: path, name: 'GET', title: 'GET' },
    'integration:put': { href: `${path}/integration` },
    'method:delete': { href: path },
    'method:integration': { href: `${path}/integration` },
    'method:responses': { href: `${path}/responses/200`, name: '200', title: '200' },
    'method:update': { href: path },
    'methodresponse:put': { href: `${path}/responses/{status_code}`, templated: true },
  });
});

test('[CP-12] a page of a list links its items and the next page', async () => {
  const control = restControl();
  for (let i = 0; i < 2; i++) await makeApi(control);
  const output = await control.call('GetRestApis', { limit: 1 });
  const links = halLinks('GetRestApis', { limit: 1 }, { ...output })!;
  assert.deepEqual(links['self'], { href: '/restapis?limit=1' });
  assert.deepEqual(links['item'], { href: `/restapis/${output.items![0]!.id}` });
  assert.deepEqual(links['next'], { href: `/restapis?position=${encodeURIComponent(output.position!)}&limit=1` });
});

test('[CP-12] stages and deployments link each other', async () => {
  const control = restControl();
  const { restApiId } = await makePets(control);
  const deploymentId = await deploy(control, restApiId, 'prod');
  const deployment = await control.call('GetDeployment', { restApiId, deploymentId });
  const links = halLinks('GetDeployment', { restApiId, deploymentId }, { ...deployment })!;
  assert.deepEqual(links['deployment:stages'], { href: `/restapis/${restApiId}/stages?deployment_id=${deploymentId}` });
  const stage = await control.call('GetStage', { restApiId, stageName: 'prod' });
  const self = halLinks('GetStage', { restApiId, stageName: 'prod' }, { ...stage })!['self'];
  assert.deepEqual(self, { href: `/restapis/${restApiId}/stages/prod` });
});

test('[CP-12] models are linked by name, validators by id', async () => {
  const control = restControl();
  const { id: restApiId } = await makeApi(control);
  const models = await control.call('GetModels', { restApiId });
  const items = halLinks('GetModels', { restApiId }, { ...models })!['item'] as { href: string }[];
  assert.deepEqual(items.map(({ href }) => href).sort(), [
    `/restapis/${restApiId}/models/Empty`,
    `/restapis/${restApiId}/models/Error`,
  ]);
  const input = { restApiId, modelName: 'Empty' };
  const model = halLinks('GetModel', input, { ...(await control.call('GetModel', input)) })!;
  const template = `/restapis/${restApiId}/models/Empty/default_template`;
  assert.deepEqual(model['model:generate-template'], { href: template });
  const made = halLinks('GetModelTemplate', input, { ...(await control.call('GetModelTemplate', input)) })!;
  assert.deepEqual(made['self'], { href: template });
  const validator = await control.call('CreateRequestValidator', { restApiId });
  const self = halLinks('CreateRequestValidator', { restApiId }, { ...validator })!['self'];
  assert.deepEqual(self, { href: `/restapis/${restApiId}/requestvalidators/${validator.id}` });
});

test('[CP-12] keys, plans and usage link each other', async () => {
  const control = restControl();
  const key = await control.call('CreateApiKey', { name: 'k' });
  assert.deepEqual(halLinks('CreateApiKey', {}, { ...key })!['self'], { href: `/apikeys/${key.id}` });
  const plan = await control.call('CreateUsagePlan', { name: 'p' });
  const links = halLinks('CreateUsagePlan', {}, { ...plan })!;
  assert.deepEqual(links['usageplankey:create'], { href: `/usageplans/${plan.id}/keys` });
  const input = { usagePlanId: plan.id!, keyId: key.id!, keyType: 'API_KEY' };
  const member = halLinks('CreateUsagePlanKey', input, { ...(await control.call('CreateUsagePlanKey', input)) })!;
  assert.deepEqual(member['self'], { href: `/usageplans/${plan.id}/keys/${key.id}` });
  const keys = await control.call('GetApiKeys', {});
  assert.deepEqual(halLinks('GetApiKeys', {}, { ...keys })!['item'], { href: `/apikeys/${key.id}` });
});

test('an answer without a body, or of another family, has no links', () => {
  assert.equal(halLinks('DeleteRestApi', { restApiId: 'a' }, undefined), undefined);
  assert.equal(halLinks('GetTags', { resourceArn: 'a' }, { tags: {} }), undefined);
});

test('[CP-12] authorizers link to what can be done with them', async () => {
  const control = restControl();
  const { id: restApiId } = await makeApi(control);
  const made = await control.call('CreateAuthorizer', {
    restApiId,
    name: 'riders',
    type: 'COGNITO_USER_POOLS',
    providerARNs: ['arn:aws:cognito-idp:us-east-1:123456789012:userpool/us-east-1_AbCdEf123'],
    identitySource: 'method.request.header.Authorization',
  });
  const href = `/restapis/${restApiId}/authorizers/${made.id}`;
  const links = halLinks('CreateAuthorizer', { restApiId }, { ...made })!;
  for (const name of ['self', 'authorizer:delete', 'authorizer:test-invoke', 'authorizer:update']) {
    assert.deepEqual(links[name], { href }, name);
  }
  const list = await control.call('GetAuthorizers', { restApiId });
  assert.deepEqual(halLinks('GetAuthorizers', { restApiId }, { ...list })!['item'], { href });
});
