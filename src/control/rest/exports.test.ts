import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { parse } from 'yaml';
import {
  assertRefused,
  deploy,
  makePets,
  patch,
  type RestControl,
  restControl,
} from '../../../test/support/rest-control.ts';
import type { RestSnapshot } from '../../definition/snapshot.ts';
import { snapshots } from '../../ports/records.ts';

// biome-ignore lint/suspicious/noExplicitAny: a document is looked into at every depth, and a wrong look fails the test
type Document = Record<string, any>;

async function exported(
  control: RestControl,
  restApiId: string,
  exportType: 'swagger' | 'oas30',
  input: { extensions?: string; accepts?: string } = {},
): Promise<{ document: Document; text: string; disposition: string | undefined; type: string | undefined }> {
  const answer = await control.call('GetExport', {
    restApiId,
    stageName: 'dev',
    exportType,
    ...(input.accepts && { accepts: input.accepts }),
    ...(input.extensions && { parameters: { extensions: input.extensions } }),
  });
  const text = Buffer.from(answer.body!).toString();
  const document = (input.accepts?.includes('yaml') ? parse(text) : JSON.parse(text)) as Document;
  return { document, text, disposition: answer.contentDisposition, type: answer.contentType };
}

/** An API with most of what a document can say. */
const source = {
  openapi: '3.0.1',
  info: { title: 'shop', description: 'sells', version: '1.2.0' },
  'x-amazon-apigateway-binary-media-types': ['image/png'],
  'x-amazon-apigateway-minimum-compression-size': 100,
  'x-amazon-apigateway-api-key-source': 'AUTHORIZER',
  'x-amazon-apigateway-request-validators': { all: { validateRequestBody: true, validateRequestParameters: true } },
  'x-amazon-apigateway-gateway-responses': {
    THROTTLED: { statusCode: '503', responseTemplates: { 'text/plain': 'slow down' } },
  },
  components: {
    schemas: {
      Pet: { type: 'object', properties: { name: { type: 'string' }, mother: { $ref: '#/components/schemas/Pet' } } },
      Pets: { type: 'array', items: { $ref: '#/components/schemas/Pet' } },
    },
    securitySchemes: {
      api_key: { type: 'apiKey', name: 'x-api-key', in: 'header' },
      guard: {
        type: 'apiKey',
        name: 'Authorization',
        in: 'header',
        'x-amazon-apigateway-authtype': 'custom',
        'x-amazon-apigateway-authorizer': {
          type: 'token',
          authorizerUri:
            'arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-central-1:123456789012:function:f/invocations',
          authorizerResultTtlInSeconds: 60,
          identityValidationExpression: '^x',
        },
      },
    },
  },
  paths: {
    '/pets/{id}': {
      post: {
        operationId: 'putPet',
        parameters: [
          { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
          { name: 'limit', in: 'query', required: true, schema: { type: 'string' } },
          { name: 'X-Trace', in: 'header', schema: { type: 'string' } },
        ],
        requestBody: {
          required: true,
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Pet' } } },
        },
        responses: {
          '200': {
            description: 'ok',
            headers: { 'X-Count': { schema: { type: 'string' } } },
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Pets' } } },
          },
          '400': { description: 'no' },
        },
        security: [{ api_key: [] }, { guard: [] }],
        'x-amazon-apigateway-request-validator': 'all',
        'x-amazon-apigateway-integration': {
          type: 'http',
          httpMethod: 'PUT',
          uri: 'https://backend.example/{id}',
          passthroughBehavior: 'never',
          timeoutInMillis: 5000,
          cacheKeyParameters: ['method.request.querystring.limit'],
          requestParameters: { 'integration.request.path.id': 'method.request.path.id' },
          requestTemplates: { 'application/json': '$input.body' },
          responses: {
            default: {
              statusCode: '200',
              responseParameters: { 'method.response.header.X-Count': "'1'" },
              responseTemplates: { 'application/json': '' },
            },
            '4\\d\\d': { statusCode: '400' },
          },
        },
      },
      'x-amazon-apigateway-any-method': {
        responses: { '200': { description: 'ok' } },
        'x-amazon-apigateway-auth': { type: 'AWS_IAM' },
        'x-amazon-apigateway-integration': {
          type: 'mock',
          requestTemplates: { 'application/json': '{"statusCode": 200}' },
          responses: { default: { statusCode: '200' } },
        },
      },
    },
  },
};

async function imported(control: RestControl, document: unknown): Promise<string> {
  const body = Buffer.from(JSON.stringify(document));
  const { id } = await control.call('ImportRestApi', { body, failOnWarnings: true });
  await deploy(control, id!, 'dev');
  return id!;
}

/** The snapshot of stage dev, without the ids that every API has of its own. */
async function content(control: RestControl, restApiId: string): Promise<unknown> {
  const stage = await control.call('GetStage', { restApiId, stageName: 'dev' });
  const snapshot = (await control.store.read((tx) => tx.get(snapshots, [restApiId, stage.deploymentId!])))!;
  const names = new Map<string, string>([
    [restApiId, 'API'],
    [snapshot.deploymentId, 'DEPLOYMENT'],
  ]);
  for (const { id, path } of snapshot.resources) names.set(id, `RESOURCE ${path}`);
  const { models = [], requestValidators = [], authorizers = [] } = snapshot as RestSnapshot;
  for (const { id, name } of [...models, ...requestValidators, ...authorizers]) names.set(id, `ID OF ${name}`);
  let text = JSON.stringify(snapshot);
  for (const [id, name] of names) text = text.replaceAll(id, name);
  return JSON.parse(text, (key, value) => (key === 'createdAtMs' ? 0 : key === 'schema' ? JSON.parse(value) : value));
}

for (const kind of ['swagger', 'oas30'] as const) {
  test(`[OAS-21] [GWR-11] what ${kind} exports with all extensions makes the same API again`, async () => {
    const control = restControl();
    const first = await imported(control, source);
    const { document } = await exported(control, first, kind, { extensions: 'apigateway' });
    const second = await imported(control, document);
    assert.deepEqual(await content(control, second), await content(control, first));
    assert.deepEqual(
      (await exported(control, second, kind, { extensions: 'apigateway' })).document.paths,
      document['paths'],
    );
  });
}

test('[OAS-15] [OAS-17] a document is of the stage: its host, its path, the version of what was deployed', async () => {
  const control = restControl();
  const id = await imported(control, source);
  const swagger = await exported(control, id, 'swagger');
  assert.equal(swagger.type, 'application/octet-stream');
  assert.equal(swagger.disposition, 'attachment; filename="swagger_1.2.0.json"');
  const { swagger: version, info, host, basePath, schemes } = swagger.document;
  assert.deepEqual(
    [version, info, host, basePath, schemes],
    [
      '2.0',
      { title: 'shop', description: 'sells', version: '1.2.0' },
      `${id}.execute-api.eu-central-1.amazonaws.com`,
      '/dev',
      ['https'],
    ],
  );
  const oas30 = await exported(control, id, 'oas30', { accepts: 'application/yaml' });
  assert.equal(oas30.disposition, 'attachment; filename="oas30_1.2.0.yaml"');
  assert.equal(oas30.document['openapi'], '3.0.1');
  assert.deepEqual(oas30.document['servers'], [
    {
      url: `https://${id}.execute-api.eu-central-1.amazonaws.com/{basePath}`,
      variables: { basePath: { default: 'dev' } },
    },
  ]);
  // What was changed since is not deployed.
  await control.call('UpdateRestApi', { restApiId: id, patchOperations: [patch('replace', '/version', '2')] });
  assert.equal((await exported(control, id, 'oas30')).document['info'].version, '1.2.0');
});

test('[OAS-17] an API without a version has the time of its deployment', async () => {
  const control = restControl();
  const { restApiId } = await makePets(control);
  await deploy(control, restApiId, 'dev');
  assert.equal((await exported(control, restApiId, 'swagger')).document['info'].version, '2026-01-01T00:00:00Z');
});

test('[OAS-15] a method without responses has none in OpenAPI 3, and an empty object in Swagger, with JSON as what it produces', async () => {
  const control = restControl();
  const { restApiId } = await makePets(control);
  await deploy(control, restApiId, 'dev');
  const operationIn = async (kind: 'swagger' | 'oas30') =>
    (await exported(control, restApiId, kind)).document['paths']['/pets'].get;
  assert.deepEqual(await operationIn('oas30'), {});
  assert.deepEqual(await operationIn('swagger'), { produces: ['application/json'], responses: {} });
});

test('[OAS-15] extensions come in sets; without any there are none', async () => {
  const control = restControl();
  const id = await imported(control, source);
  const found = async (extensions?: string): Promise<string[]> => {
    const { text } = await exported(control, id, 'oas30', extensions === undefined ? {} : { extensions });
    return [...new Set(text.match(/x-amazon-apigateway-[a-z-]+/g))]
      .sort()
      .map((name) => name.slice('x-amazon-apigateway-'.length));
  };
  const always = ['any-method', 'authtype'];
  assert.deepEqual(await found(), always);
  assert.deepEqual(await found('integrations'), [
    'any-method',
    'authtype',
    'binary-media-types',
    'gateway-responses',
    'integration',
    'minimum-compression-size',
  ]);
  assert.deepEqual(await found('validators, authorizers'), [
    'any-method',
    'api-key-source',
    'authorizer',
    'authtype',
    'request-validator',
    'request-validators',
  ]);
  await assertRefused(exported(control, id, 'oas30', { extensions: 'poems' }), 'BadRequestException');
  await assertRefused(exported(control, id, 'oas30', { extensions: 'postman' }), 'BadRequestException');
  await assertRefused(
    control.call('GetExport', { restApiId: id, stageName: 'dev', exportType: 'raml' }),
    'BadRequestException',
    "No API exporter for type 'raml'",
  );
  await assertRefused(
    control.call('GetExport', { restApiId: id, stageName: 'none', exportType: 'oas30' }),
    'NotFoundException',
    'Invalid stage identifier specified',
  );
});

test('[OAS-16] a body that no JSON model describes cannot be exported', async () => {
  const control = restControl();
  const pets = await makePets(control);
  await control.call('UpdateMethod', {
    ...pets,
    patchOperations: [patch('add', '/requestModels/application~1xml', 'Empty')],
  });
  await deploy(control, pets.restApiId, 'dev');
  await assertRefused(
    exported(control, pets.restApiId, 'swagger'),
    'BadRequestException',
    /^Only found non-JSON body models for /,
  );
});

test('[OAS-18] [DOC-07] [DOC-03] the documentation a stage shows is put where OpenAPI has a place for it, and all of it beside', async () => {
  const control = restControl();
  const restApiId = await imported(control, source);
  const parts = [
    [{ type: 'API' }, { info: { description: 'documented' }, mine: 1 }],
    [
      { type: 'METHOD', path: '/pets' },
      { summary: 'of every pet', 'x-own': true, odd: 'not OpenAPI' },
    ],
    [{ type: 'RESPONSE', statusCode: '400' }, { description: 'any 400' }],
    [{ type: 'RESPONSE', path: '/pets', statusCode: '400' }, { description: 'no such pet' }],
    [{ type: 'QUERY_PARAMETER', path: '/pets/{id}', method: 'POST', name: 'limit' }, { description: 'how many' }],
    [{ type: 'MODEL', name: 'Pet' }, { title: 'A pet' }],
  ] as const;
  for (const [location, properties] of parts) {
    await control.call('CreateDocumentationPart', { restApiId, location, properties: JSON.stringify(properties) });
  }
  await control.call('CreateDocumentationVersion', { restApiId, documentationVersion: 'v1', stageName: 'dev' });
  const { document } = await exported(control, restApiId, 'oas30');
  assert.equal(document['info'].description, 'documented');
  const post = document['paths']['/pets/{id}'].post;
  assert.deepEqual([post.summary, post['x-own'], post.odd], ['of every pet', true, undefined]);
  assert.equal(post.responses['400'].description, 'no such pet');
  assert.equal(post.responses['200'].description, '200 response');
  assert.equal(post.parameters.find((each: { name: string }) => each.name === 'limit').description, 'how many');
  assert.equal(document['components'].schemas.Pet.title, 'A pet');
  const whole = document['x-amazon-apigateway-documentation'];
  assert.deepEqual(
    [whole.version, whole.createdDate, whole.documentationParts.length],
    ['v1', '2026-01-01T00:00:00Z', 6],
  );
  assert.equal('x-amazon-apigateway-integration' in post, false);
  const without = await exported(control, restApiId, 'oas30', { extensions: 'integrations' });
  assert.equal('x-amazon-apigateway-documentation' in without.document, false);
});
