/** The REST control plane over the wire: the official SDK as the client, and plain HTTP where statuses and raw bodies are what matters. */
import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';
import {
  BadRequestException,
  ConflictException,
  CreateDeploymentCommand,
  CreateResourceCommand,
  CreateRestApiCommand,
  DeleteRestApiCommand,
  GetMethodCommand,
  GetResourcesCommand,
  GetRestApiCommand,
  GetStageCommand,
  GetTagsCommand,
  LimitExceededException,
  NotFoundException,
  PutIntegrationCommand,
  PutIntegrationResponseCommand,
  PutMethodCommand,
  PutMethodResponseCommand,
  paginateGetRestApis,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateStageCommand,
} from '@aws-sdk/client-api-gateway';
import { defaultSettings } from '../../src/app/settings.ts';
import { startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';

let gatewright: TestGatewright;
before(async () => {
  gatewright = await startTestGatewright({ restLimits: { ...defaultSettings.restLimits, stagesPerApi: 2 } });
});
after(() => gatewright.close());

/** One raw call; the body as JSON, undefined when there is none. */
async function raw(method: string, path: string, body?: unknown, accept = 'application/json') {
  const reply = await fetch(`${gatewright.endpoint}${path}`, {
    method,
    headers: { accept, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await reply.text();
  return { reply, status: reply.status, json: text === '' ? undefined : (JSON.parse(text) as Record<string, unknown>) };
}

/** For calls whose answer does not matter. */
const send = (command: unknown): Promise<unknown> => gatewright.apigateway.send(command as never);

/** An API with a deployable `GET /pets`. */
async function makePets(name: string) {
  const { apigateway } = gatewright;
  const api = await apigateway.send(new CreateRestApiCommand({ name, tags: { of: name } }));
  const restApiId = api.id!;
  const parentId = api.rootResourceId!;
  const resource = await apigateway.send(new CreateResourceCommand({ restApiId, parentId, pathPart: 'pets' }));
  const pets = { restApiId, resourceId: resource.id!, httpMethod: 'GET' };
  await apigateway.send(
    new PutMethodCommand({
      ...pets,
      authorizationType: 'NONE',
      requestParameters: { 'method.request.querystring.page': false },
    }),
  );
  await apigateway.send(
    new PutIntegrationCommand({
      ...pets,
      type: 'MOCK',
      requestTemplates: { 'application/json': '{"statusCode": 200}' },
    }),
  );
  await apigateway.send(new PutMethodResponseCommand({ ...pets, statusCode: '200' }));
  await apigateway.send(new PutIntegrationResponseCommand({ ...pets, statusCode: '200', selectionPattern: '' }));
  return { ...pets, rootResourceId: parentId };
}

test('an API made, deployed, read, changed and deleted with the SDK', async () => {
  const { apigateway } = gatewright;
  const pets = await makePets('round-trip');
  const { restApiId } = pets;

  const { items } = await apigateway.send(new GetResourcesCommand({ restApiId, embed: ['methods'] }));
  const method = items?.find(({ path }) => path === '/pets')?.resourceMethods?.['GET'];
  assert.equal(method?.methodIntegration?.type, 'MOCK');
  assert.deepEqual(method.requestParameters, { 'method.request.querystring.page': false });
  assert.equal((await apigateway.send(new GetMethodCommand(pets))).methodResponses?.['200']?.statusCode, '200');

  const deployment = await apigateway.send(new CreateDeploymentCommand({ restApiId, stageName: 'prod' }));
  assert.ok(deployment.createdDate instanceof Date);
  await apigateway.send(
    new UpdateStageCommand({
      restApiId,
      stageName: 'prod',
      patchOperations: [{ op: 'replace', path: '/*/*/throttling/rateLimit', value: '12.5' }],
    }),
  );
  const stage = await apigateway.send(new GetStageCommand({ restApiId, stageName: 'prod' }));
  assert.equal(stage.deploymentId, deployment.id);
  assert.equal(stage.methodSettings?.['*/*']?.throttlingRateLimit, 12.5);

  await apigateway.send(new DeleteRestApiCommand({ restApiId }));
  await assert.rejects(apigateway.send(new GetRestApiCommand({ restApiId })), NotFoundException);
});

test('[CP-03] each refusal is the typed exception of the SDK', async () => {
  const { restApiId, rootResourceId } = await makePets('refusals');
  const pets = new CreateResourceCommand({ restApiId, parentId: rootResourceId, pathPart: 'pets' });
  await assert.rejects(send(pets), ConflictException);
  await assert.rejects(send(new GetRestApiCommand({ restApiId: 'nosuch' })), NotFoundException);
  const mixed = new CreateResourceCommand({ restApiId, parentId: rootResourceId, pathPart: 'a{b}' });
  await assert.rejects(send(mixed), BadRequestException);
  for (const stageName of ['a', 'b']) await send(new CreateDeploymentCommand({ restApiId, stageName }));
  await assert.rejects(send(new CreateDeploymentCommand({ restApiId, stageName: 'c' })), LimitExceededException);
});

test('[CP-04] a used-up quota is a 429 with Retry-After', async () => {
  const { restApiId } = await makePets('quota');
  for (const stageName of ['a', 'b']) await send(new CreateDeploymentCommand({ restApiId, stageName }));
  const { reply, status } = await raw('POST', `/restapis/${restApiId}/deployments`, { stageName: 'c' });
  assert.equal(status, 429);
  assert.equal(reply.headers.get('x-amzn-errortype'), 'LimitExceededException');
  assert.match(reply.headers.get('retry-after') ?? '', /^\d+$/);
});

test('[CP-09] [CP-10] statuses: 201 for create and put, 200 for get and update, 202 or 204 for delete, 201 for UpdateMethodResponse', async () => {
  const created = await raw('POST', '/restapis', { name: 'statuses' });
  assert.equal(created.status, 201);
  const api = `/restapis/${created.json?.['id']}`;
  const resource = await raw('POST', `${api}/resources/${created.json?.['rootResourceId']}`, { pathPart: 'a' });
  const method = `${api}/resources/${resource.json?.['id']}/methods/GET`;
  const nothing = { patchOperations: [] };
  const steps: readonly [string, string, unknown, number][] = [
    ['GET', api, undefined, 200],
    ['PATCH', api, nothing, 200],
    ['GET', `${api}/resources`, undefined, 200],
    ['PUT', method, { authorizationType: 'NONE' }, 201],
    ['PATCH', method, nothing, 200],
    ['PUT', `${method}/integration`, { type: 'MOCK' }, 201],
    ['PATCH', `${method}/integration`, nothing, 200],
    ['PUT', `${method}/responses/200`, {}, 201],
    ['PATCH', `${method}/responses/200`, nothing, 201],
    ['PUT', `${method}/integration/responses/200`, {}, 201],
    ['PATCH', `${method}/integration/responses/200`, nothing, 200],
    ['POST', `${api}/deployments`, { stageName: 'a' }, 201],
    ['GET', `${api}/deployments`, undefined, 200],
    ['PATCH', `${api}/stages/a`, nothing, 200],
    ['DELETE', `${api}/stages/a/cache/data`, undefined, 202],
    ['DELETE', `${api}/stages/a/cache/authorizers`, undefined, 202],
    ['GET', '/account', undefined, 200],
    ['PATCH', '/account', nothing, 200],
    ['DELETE', `${api}/stages/a`, undefined, 202],
    ['DELETE', `${method}/integration/responses/200`, undefined, 204],
    ['DELETE', `${method}/integration`, undefined, 204],
    ['DELETE', `${method}/responses/200`, undefined, 204],
    ['DELETE', method, undefined, 204],
    ['DELETE', `${api}/resources/${resource.json?.['id']}`, undefined, 202],
    ['DELETE', api, undefined, 202],
  ];
  assert.equal(resource.status, 201);
  for (const [verb, path, body, expected] of steps) {
    const { status, json } = await raw(verb, path, body);
    assert.equal(status, expected, `${verb} ${path}: ${JSON.stringify(json)}`);
  }
});

test('[V1-37] flushing a cache that holds nothing answers 202', async () => {
  const { restApiId } = await makePets('flush');
  await send(new CreateDeploymentCommand({ restApiId, stageName: 'a' }));
  for (const cache of ['data', 'authorizers']) {
    const { status, json } = await raw('DELETE', `/restapis/${restApiId}/stages/a/cache/${cache}`);
    assert.deepEqual([status, json], [202, undefined]);
  }
});

test('[CP-06] lists are paged by the SDK’s own paginator; the wire name is item', async () => {
  for (let i = 0; i < 3; i++) await gatewright.apigateway.send(new CreateRestApiCommand({ name: `page-${i}` }));
  const ids: string[] = [];
  const pages = paginateGetRestApis({ client: gatewright.apigateway, pageSize: 2 }, {});
  for await (const { items } of pages) ids.push(...(items ?? []).map(({ id }) => id!));
  assert.deepEqual(ids, [...new Set(ids)].sort());
  const { json } = await raw('GET', '/restapis?limit=500');
  const listed = (json?.['item'] ?? []) as unknown[];
  assert.equal(listed.length, ids.length);
  assert.equal(json?.['position'], undefined);
});

test('[CP-28] tags travel by escaped ARN, keys one by one or as a list', async () => {
  const { restApiId } = await makePets('tags');
  const resourceArn = `arn:aws:apigateway:us-east-1::/restapis/${restApiId}`;
  await send(new TagResourceCommand({ resourceArn, tags: { a: '1', b: '2', c: '3', d: '4' } }));
  await send(new UntagResourceCommand({ resourceArn, tagKeys: ['a', 'b'] }));
  const path = `/tags/${encodeURIComponent(resourceArn)}`;
  assert.equal((await raw('DELETE', `${path}?tagKeys=c,of`)).status, 204);
  const { tags } = await gatewright.apigateway.send(new GetTagsCommand({ resourceArn }));
  assert.deepEqual(tags, { d: '4' });
});

test('[CP-12] a client that does not ask for plain JSON sees _links; SDKs do not', async () => {
  const { restApiId } = await makePets('links');
  const { json } = await raw('GET', `/restapis/${restApiId}`, undefined, 'application/hal+json');
  const links = json?.['_links'] as Record<string, unknown>;
  assert.deepEqual(links['self'], { href: `/restapis/${restApiId}` });
  assert.equal((await raw('GET', `/restapis/${restApiId}`)).json?.['_links'], undefined);
});

test('an empty template is null on the wire', async () => {
  const pets = await makePets('null');
  const path = `/restapis/${pets.restApiId}/resources/${pets.resourceId}/methods/GET/integration/responses/200`;
  const put = await raw('PUT', path, { responseTemplates: { 'application/json': '' } });
  assert.deepEqual(put.json?.['responseTemplates'], { 'application/json': null });
  const nul = await raw('PUT', path, { responseTemplates: { 'application/json': null } });
  assert.deepEqual(nul.json?.['responseTemplates'], { 'application/json': null });
});
