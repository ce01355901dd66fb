/** Documents of the size and kind people bring: the guide's pet store, and one of 200 paths. Imported, deployed and served by the whole product. */
import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  CreateDeploymentCommand,
  GetModelsCommand,
  GetResourcesCommand,
  ImportRestApiCommand,
} from '@aws-sdk/client-api-gateway';
import { type Backend, httpBackend } from '../support/backends.ts';
import { startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';

const petStore = readFileSync(join(import.meta.dirname, '../corpora/pet-store.yaml'), 'utf8');

let gatewright: TestGatewright;
let backend: Backend;

/** The shop behind the example: ten pets to a page, 20 pages, and a friendly word for a new one. */
before(async () => {
  gatewright = await startTestGatewright();
  backend = await httpBackend((request, response) => {
    const url = new URL(request.url!, 'http://petstore');
    const id = /^\/petstore\/pets\/(\d+)$/.exec(url.pathname)?.[1];
    response.setHeader('Content-Type', 'application/json');
    if (request.method === 'POST') {
      let body = '';
      request.on('data', (piece) => {
        body += piece;
      });
      request.on('end', () => response.end(JSON.stringify({ pet: JSON.parse(body), message: 'success' })));
    } else if (id !== undefined) response.end(JSON.stringify({ id: Number(id), type: 'cat', price: 123.11 }));
    else response.end(JSON.stringify({ path: url.pathname, query: Object.fromEntries(url.searchParams) }));
  });
});

after(async () => {
  await gatewright.close();
  await backend.close();
});

async function deployed(document: string): Promise<{ id: string; url: string }> {
  const { id = '', warnings } = await gatewright.apigateway.send(
    new ImportRestApiCommand({ body: Buffer.from(document), parameters: { ignore: 'documentation' } }),
  );
  assert.equal(warnings, undefined);
  await gatewright.apigateway.send(new CreateDeploymentCommand({ restApiId: id, stageName: 'test' }));
  return { id, url: gatewright.invokeUrl(id, 'test') };
}

test('[OAS-01] [INT-01] [INT-03] the pet store of the guide is imported, deployed and open for business', async () => {
  const { id, url } = await deployed(
    petStore.replaceAll('http://petstore-demo-endpoint.execute-api.com', backend.origin),
  );
  const { items = [] } = await gatewright.apigateway.send(new GetModelsCommand({ restApiId: id }));
  assert.deepEqual(items.map(({ name }) => name).sort(), [
    'Empty',
    'NewPet',
    'NewPetResponse',
    'Pet',
    'PetType',
    'Pets',
  ]);

  const page = await fetch(url);
  assert.equal(page.headers.get('content-type'), 'text/html');
  assert.match(await page.text(), /<h1>Welcome to your Pet Store API<\/h1>\s+<p>GET \/test\/pets lists/);

  const list = await fetch(`${url}/pets?type=dog&page=2&secret=1`);
  assert.equal(list.headers.get('access-control-allow-origin'), '*');
  assert.deepEqual(await list.json(), { path: '/petstore/pets', query: { page: '2', type: 'dog' } });

  assert.deepEqual(await (await fetch(`${url}/pets/3`)).json(), { id: 3, type: 'cat', price: 123.11 });

  const body = '{"type": "dog","price": 249.99}';
  const added = await fetch(`${url}/pets`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body });
  assert.deepEqual(await added.json(), { pet: { type: 'dog', price: 249.99 }, message: 'success' });

  const preflight = await fetch(`${url}/pets/3`, { method: 'OPTIONS' });
  assert.equal(preflight.headers.get('access-control-allow-methods'), 'GET,OPTIONS');
  assert.equal((await fetch(`${url}/owners`)).status, 403);
});

/** Every other path is below the one before: `/things6`, `/things6/{id}`. */
const pathOf = (n: number, id: string): string => (n % 2 === 0 ? `/things${n}` : `/things${n - 1}/${id}`);

/** 200 paths, each with three methods, parameters, models of its own and templates. */
function largeDocument(): object {
  const paths: Record<string, unknown> = {};
  const schemas: Record<string, unknown> = {};
  for (let n = 0; n < 200; n++) {
    const name = `Thing${n}`;
    const schema = { $ref: `#/components/schemas/${name}` };
    const content = { 'application/json': { schema } };
    schemas[name] = {
      type: 'object',
      required: ['name'],
      properties: {
        name: { type: 'string' },
        size: { type: 'integer', minimum: n },
        parts: { type: 'array', items: schema },
      },
    };
    const integration = (template: string) => ({
      type: 'mock',
      requestTemplates: { 'application/json': '{"statusCode": 200}' },
      responses: { default: { statusCode: '200', responseTemplates: { 'application/json': template } } },
    });
    const answers = { '200': { description: 'done', content } };
    const id = n % 2 === 1 ? [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }] : [];
    paths[pathOf(n, '{id}')] = {
      get: {
        operationId: `get${name}`,
        parameters: [...id, { name: 'view', in: 'query', required: n % 2 === 1, schema: { type: 'string' } }],
        responses: answers,
        'x-amazon-apigateway-request-validator': 'all',
        'x-amazon-apigateway-integration': integration(
          `{"thing": ${n}, "id": "$input.params('id')", "view": "$input.params('view')"}`,
        ),
      },
      put: {
        operationId: `put${name}`,
        parameters: id,
        requestBody: { required: true, content },
        responses: answers,
        'x-amazon-apigateway-request-validator': 'all',
        'x-amazon-apigateway-integration': integration(`{"put": ${n}, "id": "$input.params('id')"}`),
      },
      delete: {
        parameters: id,
        responses: answers,
        'x-amazon-apigateway-integration': {
          type: 'http_proxy',
          httpMethod: 'DELETE',
          uri: `${backend.origin}/deleted${pathOf(n, '{id}')}`,
          requestParameters: n % 2 === 1 ? { 'integration.request.path.id': 'method.request.path.id' } : {},
        },
      },
    };
  }
  return {
    openapi: '3.0.1',
    info: { title: 'Large', version: '1' },
    paths,
    components: { schemas },
    'x-amazon-apigateway-request-validators': { all: { validateRequestBody: true, validateRequestParameters: true } },
  };
}

test('[OAS-01] a document of 200 paths and 600 methods is imported whole, and every path answers for itself', async () => {
  const { id, url } = await deployed(JSON.stringify(largeDocument()));
  const { items = [] } = await gatewright.apigateway.send(new GetResourcesCommand({ restApiId: id, limit: 500 }));
  assert.equal(items.filter(({ resourceMethods }) => resourceMethods !== undefined).length, 200);
  for (let n = 0; n < 200; n++) {
    const path = `${url}${pathOf(n, 'a%20b')}`;
    const view = n % 2 === 1 ? '?view=full' : '';
    const got = await fetch(`${path}${view}`);
    assert.deepEqual(await got.json(), { thing: n, id: n % 2 === 1 ? 'a b' : '', view: n % 2 === 1 ? 'full' : '' });
    if (n % 2 === 1) assert.equal((await fetch(path)).status, 400);
  }
  const put = (n: number, thing: unknown) =>
    fetch(`${url}${pathOf(n, '7')}`, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(thing),
    });
  assert.deepEqual(await (await put(151, { name: 'x', size: 151 })).json(), { put: 151, id: '7' });
  assert.equal((await put(151, { name: 'x', size: 150 })).status, 400);
  assert.equal((await put(151, { name: 'x', parts: [{ size: 200 }] })).status, 400);
  const deleted = await fetch(`${url}/things42/x`, { method: 'DELETE' });
  assert.deepEqual(await deleted.json(), { path: '/deleted/things42/x', query: {} });
  assert.equal((await fetch(`${url}/things43/x`, { method: 'DELETE' })).status, 403);
});

test('while a large API is deployed again and again, every request of its callers is answered', async () => {
  const { id, url } = await deployed(JSON.stringify(largeDocument()));
  let isOver = false;
  const wrong: string[] = [];
  const callers = Array.from({ length: 16 }, async (_, caller) => {
    let asked = 0;
    for (; !isOver; asked++) {
      const n = ((asked * 16 + caller) % 100) * 2;
      const reply = await fetch(`${url}${pathOf(n, '')}`);
      const text = await reply.text();
      if (text !== `{"thing": ${n}, "id": "", "view": ""}`) wrong.push(`${reply.status} ${text}`);
    }
    return asked;
  });
  for (let i = 0; i < 5; i++) {
    await gatewright.apigateway.send(new CreateDeploymentCommand({ restApiId: id, stageName: 'test' }));
  }
  isOver = true;
  for (const asked of await Promise.all(callers)) assert.ok(asked > 0);
  assert.deepEqual(wrong, []);
});
