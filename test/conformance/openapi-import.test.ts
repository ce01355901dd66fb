/** A pet store described in OpenAPI, as its owner meets it: imported with the official SDK or the AWS CLI, deployed, and called. */
import { strict as assert } from 'node:assert';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  BadRequestException,
  CreateDeploymentCommand,
  GetResourcesCommand,
  GetRestApisCommand,
  ImportRestApiCommand,
  PutRestApiCommand,
  type RestApi,
} from '@aws-sdk/client-api-gateway';
import { awsCli } from '../support/aws-cli.ts';
import { type Backend, httpBackend } from '../support/backends.ts';
import { startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { skipWithout } from '../support/programs.ts';

let gatewright: TestGatewright;
let shelter: Backend;
before(async () => {
  gatewright = await startTestGatewright();
  shelter = await httpBackend((request, response) => {
    const isKnown = request.url === '/animals/7?detail=full';
    response.writeHead(isKnown ? 200 : 404, { 'content-type': 'application/json' });
    response.end(isKnown ? '{"name":"Rex"}' : '{"reason":"nobody of that name"}');
  });
});
after(async () => {
  await gatewright.close();
  await shelter.close();
});

const petStore = (): string => `
openapi: 3.0.1
info:
  title: Pet store
  version: 2024-05-01
servers:
  - url: https://pets.example.com/{basePath}
    variables: {basePath: {default: v1}}
x-amazon-apigateway-request-validators:
  everything: {validateRequestBody: true, validateRequestParameters: true}
x-amazon-apigateway-gateway-responses:
  BAD_REQUEST_BODY:
    statusCode: 422
    responseTemplates:
      application/json: '{"wrong":"$context.error.validationErrorString"}'
paths:
  /pets:
    post:
      operationId: addPet
      x-amazon-apigateway-request-validator: everything
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: '#/components/schemas/Pet'}
      responses:
        '201':
          description: added
          headers:
            Location: {schema: {type: string}}
      x-amazon-apigateway-integration:
        type: mock
        requestTemplates:
          application/json: '{"statusCode": 201}'
        responses:
          default:
            statusCode: 201
            responseParameters:
              method.response.header.Location: "'/pets/7'"
            responseTemplates:
              application/json: '{"added":true}'
  /pets/{id}:
    get:
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
      responses:
        '200': {description: the pet}
        '410': {description: gone}
      x-amazon-apigateway-integration:
        type: http
        httpMethod: GET
        uri: ${shelter.origin}/animals/{number}
        requestParameters:
          integration.request.path.number: method.request.path.id
          integration.request.querystring.detail: "'full'"
        responses:
          default: {statusCode: 200}
          4\\d\\d:
            statusCode: 410
            responseTemplates:
              application/json: '{"gone":true}'
  /files/{proxy+}:
    x-amazon-apigateway-any-method:
      responses: {'200': {description: any file}}
      x-amazon-apigateway-integration:
        type: mock
        requestTemplates:
          application/json: '{"statusCode": 200}'
        responses:
          default: {statusCode: 200, responseTemplates: {application/json: files}}
components:
  schemas:
    Pet:
      type: object
      required: [name]
      properties:
        name: {type: string}
        mother: {$ref: '#/components/schemas/Pet'}
`;

async function importAndDeploy(document: string): Promise<RestApi> {
  const { apigateway } = gatewright;
  const api = await apigateway.send(new ImportRestApiCommand({ body: Buffer.from(document) }));
  await apigateway.send(new CreateDeploymentCommand({ restApiId: api.id!, stageName: 'prod' }));
  return api;
}

async function ask(restApiId: string, path: string, init: RequestInit = {}): Promise<[number, string]> {
  const response = await fetch(`${gatewright.invokeUrl(restApiId, 'prod')}${path}`, init);
  return [response.status, await response.text()];
}

const post = (body: string): RequestInit => ({ method: 'POST', headers: { 'content-type': 'application/json' }, body });

test('[OAS-01] [OAS-11] a pet store in YAML is imported, deployed and called: mocks, a backend, models, gateway responses', async () => {
  const { id } = await importAndDeploy(petStore());
  assert.deepEqual(await ask(id!, '/pets', post('{"name":"Rex","mother":{"name":"Ria"}}')), [201, '{"added":true}']);
  assert.deepEqual(await ask(id!, '/pets', post('{"name":"Rex","mother":{}}')), [
    422,
    '{"wrong":"[object has missing required properties (["name"])]"}',
  ]);
  assert.deepEqual(await ask(id!, '/pets/7'), [200, '{"name":"Rex"}']);
  assert.deepEqual(await ask(id!, '/pets/8'), [410, '{"gone":true}']);
  assert.deepEqual(await ask(id!, '/files/a/b.txt', { method: 'DELETE' }), [200, 'files']);
});

test('the pet store of docs/openapi.md answers as the page says', async () => {
  const page = await readFile(join(import.meta.dirname, '../../docs/openapi.md'), 'utf8');
  const { id } = await importAndDeploy(/```yaml\n([\s\S]*?)```/.exec(page)![1]!);
  assert.deepEqual(await ask(id!, '/pets/7'), [200, '{"id": "7"}']);
});

test('[OAS-03] the parameters of an import reach it through the SDK', async () => {
  const { apigateway } = gatewright;
  const parameters = { basepath: 'prepend', endpointConfigurationTypes: 'REGIONAL' };
  const api = await apigateway.send(new ImportRestApiCommand({ body: Buffer.from(petStore()), parameters }));
  assert.deepEqual(api.endpointConfiguration?.types, ['REGIONAL']);
  const { items = [] } = await apigateway.send(new GetResourcesCommand({ restApiId: api.id! }));
  assert.deepEqual(items.map(({ path }) => path).sort(), [
    '/',
    '/v1',
    '/v1/files',
    '/v1/files/{proxy+}',
    '/v1/pets',
    '/v1/pets/{id}',
  ]);
});

test('[OAS-02] an import into a deployed API acts with its next deployment', async () => {
  const { apigateway } = gatewright;
  const { id: restApiId } = await importAndDeploy(petStore());
  const changed = petStore().replace('{"added":true}', '{"added":"again"}');
  await apigateway.send(
    new PutRestApiCommand({ restApiId: restApiId!, mode: 'overwrite', body: Buffer.from(changed) }),
  );
  assert.deepEqual(await ask(restApiId!, '/pets', post('{"name":"Rex"}')), [201, '{"added":true}']);
  await apigateway.send(new CreateDeploymentCommand({ restApiId: restApiId!, stageName: 'prod' }));
  assert.deepEqual(await ask(restApiId!, '/pets', post('{"name":"Rex"}')), [201, '{"added":"again"}']);
});

test('[OAS-05] the SDK reads the list of errors, and there is no API more than before', async () => {
  const { apigateway } = gatewright;
  const count = async () => (await apigateway.send(new GetRestApisCommand({ limit: 500 }))).items?.length;
  const before = await count();
  const broken = petStore().replace(shelter.origin, 'nowhere');
  await assert.rejects(apigateway.send(new ImportRestApiCommand({ body: Buffer.from(broken) })), (error: unknown) => {
    assert.ok(error instanceof BadRequestException);
    assert.equal(
      error.message,
      "Errors found during import:\n\tUnable to put integration on 'GET' for resource at path '/pets/{id}': Invalid HTTP endpoint specified for URI",
    );
    return true;
  });
  assert.equal(await count(), before);
});

test('a document of 200 paths and 1,000 methods is imported, deployed and served', async () => {
  const { apigateway } = gatewright;
  const paths: Record<string, unknown> = {};
  for (let i = 0; i < 200; i++) {
    const operation = (verb: string) => ({
      responses: {
        200: {
          description: '',
          content: { 'application/json': { schema: { $ref: `#/components/schemas/M${i % 20}` } } },
        },
      },
      'x-amazon-apigateway-integration': {
        type: 'mock',
        requestTemplates: { 'application/json': '{"statusCode": 200}' },
        responses: { default: { statusCode: '200', responseTemplates: { 'application/json': `${verb} ${i}` } } },
      },
    });
    paths[`/thing${i}`] = Object.fromEntries(
      ['get', 'put', 'post', 'delete', 'patch'].map((verb) => [verb, operation(verb)]),
    );
  }
  const schemas = Object.fromEntries(
    Array.from({ length: 20 }, (_, i) => [
      `M${i}`,
      { type: 'object', properties: { next: { $ref: `#/components/schemas/M${(i + 1) % 20}` } } },
    ]),
  );
  const document = { openapi: '3.0.1', info: { title: 'many', version: '1' }, paths, components: { schemas } };
  const api = await apigateway.send(new ImportRestApiCommand({ body: Buffer.from(JSON.stringify(document)) }));
  await apigateway.send(new CreateDeploymentCommand({ restApiId: api.id!, stageName: 'prod' }));
  assert.deepEqual(await ask(api.id!, '/thing199', { method: 'PATCH' }), [200, 'patch 199']);
});

test('[OAS-01] the AWS CLI imports a file', { skip: skipWithout('aws') }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'gatewright-'));
  try {
    await writeFile(join(folder, 'pets.yaml'), petStore());
    const api = JSON.parse(
      await aws(['import-rest-api', '--body', 'fileb://pets.yaml', '--parameters', 'basepath=split'], folder),
    );
    assert.equal(api.name, 'Pet store');
    assert.equal(api.version, '2024-05-01');
    const put = [
      'put-rest-api',
      '--rest-api-id',
      api.id,
      '--mode',
      'merge',
      '--fail-on-warnings',
      '--body',
      'fileb://pets.yaml',
    ];
    assert.equal(JSON.parse(await aws(put, folder)).id, api.id);
  } finally {
    await rm(folder, { recursive: true });
  }
});

const aws = (parameters: readonly string[], folder: string): Promise<string> =>
  awsCli(gatewright.endpoint, ['apigateway', ...parameters], folder);
