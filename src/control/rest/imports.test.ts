import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import {
  assertRefused,
  deploy,
  exampleCall,
  makeApi,
  makePets,
  type RestControl,
  restControl,
} from '../../../test/support/rest-control.ts';
import type { Method, Operations, RestApi } from '../../wire/generated/apigateway.ts';

type Json = Record<string, unknown>;

const mock = { type: 'mock', requestTemplates: { 'application/json': '{"statusCode": 200}' } };
const answers = (statusCode = '200') => ({
  responses: { [statusCode]: { description: '' } },
  'x-amazon-apigateway-integration': { ...mock, responses: { default: { statusCode } } },
});

const swagger = (members: Json): Json => ({
  swagger: '2.0',
  info: { title: 'Pets', version: '1.0.0' },
  paths: {},
  ...members,
});
const openapi = (members: Json): Json => ({
  openapi: '3.0.1',
  info: { title: 'Pets', version: '1.0.0' },
  paths: {},
  ...members,
});
const bytes = (document: Json | string): Uint8Array =>
  Buffer.from(typeof document === 'string' ? document : JSON.stringify(document));

type ImportInput = Partial<Operations['ImportRestApi']['input']>;
type PutInput = Partial<Operations['PutRestApi']['input']>;

async function imported(
  control: RestControl,
  document: Json | string,
  more: ImportInput = {},
): Promise<RestApi & { id: string }> {
  const api = await control.call('ImportRestApi', { body: bytes(document), ...more });
  return api as RestApi & { id: string };
}

const put = (control: RestControl, restApiId: string, document: Json | string, more: PutInput = {}) =>
  control.call('PutRestApi', { restApiId, body: bytes(document), ...more });

async function resourcesOf(control: RestControl, restApiId: string) {
  const { items = [] } = await control.call('GetResources', { restApiId, embed: ['methods'], limit: 500 });
  return [...items].sort((a, b) => (a.path! < b.path! ? -1 : 1));
}

const pathsOf = async (control: RestControl, restApiId: string): Promise<string[]> =>
  (await resourcesOf(control, restApiId)).map(({ path }) => path!);

/** By label, `GET /pets`. */
async function methodsOf(control: RestControl, restApiId: string): Promise<Record<string, Method>> {
  const all = (await resourcesOf(control, restApiId)).flatMap(({ path, resourceMethods }) =>
    Object.entries(resourceMethods ?? {}).map(([verb, method]) => [`${verb} ${path}`, method] as const),
  );
  return Object.fromEntries(all) as Record<string, Method>;
}

const yaml = `
swagger: "2.0"
info: {title: Pets, version: 1.0.0, description: All our pets}
paths:
  /pets/{id}:
    parameters:
      - {name: id, in: path, required: true, type: string}
      - {name: view, in: query, type: string}
    get:
      operationId: getPet
      parameters:
        - {name: view, in: query, required: true, type: string}
      responses:
        200: {description: ok, headers: {X-A: {type: string}}, schema: {$ref: '#/definitions/Pet'}}
        default: {description: what else}
      x-amazon-apigateway-integration:
        type: HTTP
        httpMethod: get
        uri: http://example.com/pets/{id}
        passthroughBehavior: when_no_templates
        timeoutInMillis: 1000
        requestParameters: {integration.request.path.id: method.request.path.id}
        responses:
          default: {statusCode: 200, responseParameters: {method.response.header.X-A: "'a'"}}
          4\\d\\d: {statusCode: "400", responseTemplates: {application/json: ~}}
definitions:
  Pet: {type: object, properties: {name: {type: string}, mother: {$ref: '#/definitions/Pet'}}}
`;

test('[OAS-01] [OAS-10] [OAS-11] a Swagger 2.0 document in YAML becomes an API, all of its method as AWS shows it', async () => {
  const control = restControl();
  const api = await imported(control, yaml);
  assert.equal(api.name, 'Pets');
  assert.equal(api.description, 'All our pets');
  assert.equal(api.version, '1.0.0');
  assert.equal('tags' in api, false);
  const resources = await resourcesOf(control, api.id);
  assert.deepEqual(Object.values(await methodsOf(control, api.id)), [
    {
      httpMethod: 'GET',
      authorizationType: 'NONE',
      apiKeyRequired: false,
      operationName: 'getPet',
      requestParameters: { 'method.request.querystring.view': true, 'method.request.path.id': true },
      methodResponses: {
        200: {
          statusCode: '200',
          responseParameters: { 'method.response.header.X-A': false },
          responseModels: { 'application/json': 'Pet' },
        },
      },
      methodIntegration: {
        type: 'HTTP',
        httpMethod: 'GET',
        uri: 'http://example.com/pets/{id}',
        connectionType: 'INTERNET',
        requestParameters: { 'integration.request.path.id': 'method.request.path.id' },
        passthroughBehavior: 'WHEN_NO_TEMPLATES',
        timeoutInMillis: 1000,
        cacheNamespace: resources.at(-1)!.id,
        cacheKeyParameters: [],
        responseTransferMode: 'BUFFERED',
        integrationResponses: {
          200: { statusCode: '200', responseParameters: { 'method.response.header.X-A': "'a'" } },
          400: { statusCode: '400', selectionPattern: '4\\d\\d', responseTemplates: { 'application/json': null } },
        },
      },
    },
  ]);
  await deploy(control, api.id);
});

test('[OAS-01] OpenAPI 3 in JSON says the same in its own places, references followed', async () => {
  const control = restControl();
  const api = await imported(
    control,
    openapi({
      paths: {
        '/pets': {
          post: {
            parameters: [{ $ref: '#/components/parameters/Store' }],
            requestBody: { $ref: '#/components/requestBodies/Pet' },
            ...answers(),
            responses: { 200: { $ref: '#/components/responses/Pet' } },
          },
        },
      },
      components: {
        parameters: { Store: { name: 'store', in: 'header', required: true, schema: { type: 'string' } } },
        requestBodies: { Pet: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Pet' } } } } },
        responses: {
          Pet: {
            description: '',
            headers: { Location: { schema: { type: 'string' } } },
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Pet' } } },
          },
        },
        schemas: { Pet: { type: 'object' } },
      },
    }),
  );
  const method = (await methodsOf(control, api.id))['POST /pets']!;
  assert.deepEqual(method.requestParameters, { 'method.request.header.store': true });
  assert.deepEqual(method.requestModels, { 'application/json': 'Pet' });
  assert.deepEqual(method.methodResponses?.['200'], {
    statusCode: '200',
    responseParameters: { 'method.response.header.Location': false },
    responseModels: { 'application/json': 'Pet' },
  });
});

test('[OAS-14] an imported API has the models of its document and no others, each referring to the others by address', async () => {
  const control = restControl();
  const api = await imported(
    control,
    swagger({
      definitions: {
        Pets: { type: 'array', items: { $ref: '#/definitions/Pet' } },
        Pet: { type: 'object', properties: { sibling: { $ref: '#/definitions/Pet' }, name: { type: 'string' } } },
      },
      paths: {
        '/names': {
          post: {
            parameters: [{ name: 'names', in: 'body', schema: { type: 'array', items: { type: 'string' } } }],
            ...answers(),
          },
        },
      },
    }),
  );
  const { items = [] } = await control.call('GetModels', { restApiId: api.id });
  const schemas = new Map(items.map(({ name, schema }) => [name!, JSON.parse(schema!)]));
  const generated = (await methodsOf(control, api.id))['POST /names']!.requestModels!['application/json']!;
  assert.match(generated, /^MODEL[0-9a-f]{6}$/);
  assert.deepEqual([...schemas.keys()].sort(), [generated, 'Pet', 'Pets'].sort());
  const $ref = `https://apigateway.amazonaws.com/restapis/${api.id}/models/Pet`;
  assert.deepEqual(schemas.get('Pets'), { type: 'array', items: { $ref } });
  assert.deepEqual(schemas.get('Pet').properties.sibling, { $ref });
  assert.deepEqual(schemas.get(generated), { type: 'array', items: { type: 'string' } });
  await assertRefused(
    imported(control, swagger({ definitions: { a_b: { type: 'object' } } })),
    'BadRequestException',
    "Errors found during import:\n\tUnable to create model 'a_b': Model name must be alphanumeric: a_b",
  );
});

test('[OAS-07] resources between are made, and a path with a slash at its end is the same path', async () => {
  const control = restControl();
  const api = await imported(control, swagger({ paths: { '/a/b/': { get: answers() } } }));
  assert.deepEqual(await pathsOf(control, api.id), ['/', '/a', '/a/b']);
});

for (const [basepath, expected] of [
  [undefined, ['/', '/e', '/f']],
  ['ignore', ['/', '/e', '/f']],
  ['prepend', ['/', '/a', '/a/b', '/a/b/c', '/a/b/c/e', '/a/b/c/f']],
  ['split', ['/', '/b', '/b/c', '/b/c/e', '/b/c/f']],
] as const) {
  test(`[OAS-03] basepath ${basepath} of /a/b/c, whichever way the document says it`, async () => {
    const control = restControl();
    const paths = { '/e': { get: answers() }, '/f': { get: answers() } };
    const more = basepath === undefined ? {} : { parameters: { basepath } };
    for (const document of [
      swagger({ basePath: '/a/b/c', paths }),
      openapi({ servers: [{ url: 'https://example.com/a/b/c' }], paths }),
      openapi({
        servers: [{ url: 'https://example.com/{basePath}', variables: { basePath: { default: 'a/b/c' } } }],
        paths,
      }),
    ]) {
      const { id } = await imported(control, document, more);
      assert.deepEqual(await pathsOf(control, id), expected);
    }
  });
}

test('[OAS-04] endpointConfigurationTypes says the type of a new API; other values of parameters are refused', async () => {
  const control = restControl();
  const typed = await imported(control, swagger({}), { parameters: { endpointConfigurationTypes: 'REGIONAL' } });
  assert.deepEqual(typed.endpointConfiguration, { types: ['REGIONAL'], ipAddressType: 'ipv4' });
  const wrong: Record<string, string>[] = [
    { endpointConfigurationTypes: 'LOCAL' },
    { basepath: 'cut' },
    { ignore: 'errors' },
  ];
  for (const parameters of wrong) {
    await assertRefused(
      imported(control, swagger({}), { parameters }),
      'BadRequestException',
      /^Invalid .* specified: /,
    );
  }
});

test('[OAS-04] [DOC-05] the documentation of a document is kept, unless it is to be ignored', async () => {
  const control = restControl();
  const documentationParts = [{ location: { type: 'API' }, properties: { description: 'all of it' } }];
  const document = swagger({ 'x-amazon-apigateway-documentation': { version: '1', documentationParts } });
  const { id, warnings } = await imported(control, document);
  assert.equal(warnings, undefined);
  const { items } = await control.call('GetDocumentationParts', { restApiId: id });
  assert.deepEqual(
    items?.map(({ properties }) => properties),
    ['{"description":"all of it"}'],
  );
  const ignored = await imported(control, document, { parameters: { ignore: 'documentation' } });
  assert.deepEqual(await control.call('GetDocumentationParts', { restApiId: ignored.id }), { items: [] });
});

const withMissingModel = swagger({
  paths: {
    '/pets': { get: { ...answers(), responses: { 200: { description: '', schema: { $ref: '#/definitions/Pet' } } } } },
  },
});

test('[OAS-05] a warning is told, and under failonwarnings nothing of the import is left', async () => {
  const control = restControl();
  const api = await imported(control, withMissingModel);
  assert.deepEqual(api.warnings, ["Reference to model 'Pet' not found. Ignoring."]);
  const message = "Warnings found during import:\n\tReference to model 'Pet' not found. Ignoring.";
  await assertRefused(imported(control, withMissingModel, { failOnWarnings: true }), 'BadRequestException', message);
  await assertRefused(
    put(control, api.id, withMissingModel, { failOnWarnings: true, mode: 'overwrite' }),
    'BadRequestException',
    message,
  );
  assert.deepEqual(await pathsOf(control, api.id), ['/', '/pets']);
  assert.equal((await control.call('GetRestApis', {})).items?.length, 1);
});

test('[OAS-05] errors are collected, each with its place, and always discard the import', async () => {
  const control = restControl();
  const http = (uri: string) => ({
    ...answers(),
    'x-amazon-apigateway-integration': { type: 'http_proxy', httpMethod: 'GET', uri },
  });
  const unmapped = {
    ...mock,
    responses: { default: { statusCode: '200', responseParameters: { 'method.response.header.X': "'x'" } } },
  };
  const document = swagger({
    paths: {
      '/': { get: http('nowhere'), post: { ...answers(), 'x-amazon-apigateway-integration': unmapped } },
      '/{proxy+}': { 'x-amazon-apigateway-any-method': http('nowhere') },
    },
  });
  const lines = [
    'Errors found during import:',
    "Unable to put integration on 'GET' for resource at path '/': Invalid HTTP endpoint specified for URI",
    "Unable to put integration response on 'POST' for resource at path '/': Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression parameter specified: method.response.header.X]",
    "Unable to put integration on 'ANY' for resource at path '/{proxy+}': Invalid HTTP endpoint specified for URI",
  ];
  await assertRefused(imported(control, document), 'BadRequestException', lines.join('\n\t'));
  assert.deepEqual(await control.call('GetRestApis', {}), { items: [] });

  const { restApiId } = await makePets(control);
  await assertRefused(put(control, restApiId, document, { mode: 'overwrite' }), 'BadRequestException');
  assert.deepEqual(Object.keys(await methodsOf(control, restApiId)), ['GET /pets']);
  assert.equal((await control.call('GetModels', { restApiId })).items?.length, 2);
});

test('[OAS-05] what cannot stand in the resource tree is told for its path', async () => {
  const control = restControl();
  const document = swagger({
    paths: { '/{a}': { get: answers() }, '/{b}/c': { get: answers() }, '/x y': { get: answers() } },
  });
  await assertRefused(
    imported(control, document),
    'BadRequestException',
    /^Errors found during import:\n\tUnable to create resource at path '\/\{b\}': A sibling \(\{a\}\) [^\n]*\n\tUnable to create resource at path '\/x y': Resource's path part only allow/,
  );
});

test('[OAS-06] the AWS variables stand for the account, region and partition of the import', async () => {
  const control = restControl();
  const uri =
    'arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:function:f/invocations';
  const operation = { ...answers(), 'x-amazon-apigateway-integration': { type: 'aws_proxy', httpMethod: 'POST', uri } };
  const { id } = await imported(control, swagger({ paths: { '/': { get: operation } } }));
  const { account, region } = exampleCall;
  assert.equal(
    (await methodsOf(control, id))['GET /']!.methodIntegration?.uri,
    `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/arn:aws:lambda:${region}:${account}:function:f/invocations`,
  );
});

test('[OAS-08] [OAS-12] security counts per operation: an API key, a signature; at the root it does not', async () => {
  const control = restControl();
  const { id, warnings } = await imported(
    control,
    swagger({
      security: [{ key: [] }],
      securityDefinitions: {
        key: { type: 'apiKey', name: 'X-API-Key', in: 'header' },
        signed: { type: 'apiKey', name: 'Authorization', in: 'header', 'x-amazon-apigateway-authtype': 'awsSigv4' },
        basic: { type: 'basic' },
      },
      paths: {
        '/': {
          get: answers(),
          put: { ...answers(), security: [{ key: [] }] },
          post: { ...answers(), security: [{ signed: [], key: [] }] },
          patch: { ...answers(), 'x-amazon-apigateway-auth': { type: 'AWS_IAM' } },
          delete: { ...answers(), security: [{ basic: [] }] },
        },
      },
    }),
  );
  const guards = Object.entries(await methodsOf(control, id)).map(([label, method]) => [
    label,
    method.authorizationType,
    method.apiKeyRequired,
  ]);
  assert.deepEqual(guards.sort(), [
    ['DELETE /', 'NONE', false],
    ['GET /', 'NONE', false],
    ['PATCH /', 'AWS_IAM', false],
    ['POST /', 'AWS_IAM', true],
    ['PUT /', 'NONE', true],
  ]);
  assert.deepEqual(warnings, [
    'The security of the whole document does not count, only that of each operation. Ignoring.',
    "Security scheme 'basic' has no authorizer. Ignoring. ('DELETE' at path '/')",
  ]);
});

const guardUri =
  'arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-central-1:123456789012:function:guard/invocations';
const inHeader = { type: 'apiKey', name: 'Authorization', in: 'header' };
const tokenScheme = {
  ...inHeader,
  'x-amazon-apigateway-authtype': 'custom',
  'x-amazon-apigateway-authorizer': {
    type: 'token',
    authorizerUri: guardUri,
    identityValidationExpression: '^x-[a-z]+',
    authorizerResultTtlInSeconds: '60',
  },
};
const poolScheme = {
  ...inHeader,
  'x-amazon-apigateway-authtype': 'cognito_user_pools',
  'x-amazon-apigateway-authorizer': {
    type: 'cognito_user_pools',
    providerARNs: ['arn:aws:cognito-idp:eu-central-1:123456789012:userpool/eu-central-1_abc'],
  },
};
const guardedBy = (...security: Json[]): Json => ({ ...answers(), security });

test('[COG-12] [OAS-13] schemes with an authorizer make authorizers, and operations name them with their scopes', async () => {
  const control = restControl();
  const requestScheme = {
    ...{ type: 'apiKey', name: 'Unused', in: 'header', 'x-amazon-apigateway-authtype': 'custom' },
    'x-amazon-apigateway-authorizer': {
      type: 'request',
      authorizerUri: guardUri,
      identitySource: 'method.request.header.a, method.request.querystring.b',
    },
  };
  const securityDefinitions = { guard: tokenScheme, both: requestScheme, pool: poolScheme };
  const { id: restApiId, warnings } = await imported(
    control,
    swagger({
      securityDefinitions,
      paths: {
        '/': {
          get: guardedBy({ guard: [] }),
          put: guardedBy({ both: [] }),
          post: guardedBy({ pool: [] }),
          delete: guardedBy({ pool: ['rides/write'] }),
          patch: answers(),
        },
      },
    }),
  );
  assert.equal(warnings, undefined);
  const { items = [] } = await control.call('GetAuthorizers', { restApiId });
  const idOf = new Map(items.map(({ name, id }) => [name, id]));
  assert.deepEqual(
    items.map(({ id: _, ...members }) => members).sort((a, b) => (a.name! < b.name! ? -1 : 1)),
    [
      {
        name: 'both',
        type: 'REQUEST',
        authType: 'custom',
        authorizerUri: guardUri,
        identitySource: 'method.request.header.a, method.request.querystring.b',
      },
      {
        name: 'guard',
        type: 'TOKEN',
        authType: 'custom',
        authorizerUri: guardUri,
        identitySource: 'method.request.header.Authorization',
        identityValidationExpression: '^x-[a-z]+',
        authorizerResultTtlInSeconds: 60,
      },
      {
        name: 'pool',
        type: 'COGNITO_USER_POOLS',
        authType: 'cognito_user_pools',
        providerARNs: ['arn:aws:cognito-idp:eu-central-1:123456789012:userpool/eu-central-1_abc'],
        identitySource: 'method.request.header.Authorization',
      },
    ],
  );
  const [root] = await resourcesOf(control, restApiId);
  const guards = Object.values(root!.resourceMethods!)
    .map((each) => each ?? {})
    .map((method) => [method.httpMethod, method.authorizationType, method.authorizerId, method.authorizationScopes]);
  assert.deepEqual(guards.sort(), [
    ['DELETE', 'COGNITO_USER_POOLS', idOf.get('pool'), ['rides/write']],
    ['GET', 'CUSTOM', idOf.get('guard'), undefined],
    ['PATCH', 'NONE', undefined, undefined],
    ['POST', 'COGNITO_USER_POOLS', idOf.get('pool'), undefined],
    ['PUT', 'CUSTOM', idOf.get('both'), undefined],
  ]);
});

test('an authorizer the document names keeps its id; others go when overwriting and stay when merging', async () => {
  const control = restControl();
  const securityDefinitions = { guard: tokenScheme, pool: poolScheme };
  const { id: restApiId } = await imported(control, swagger({ securityDefinitions }));
  const named = async () =>
    new Map((await control.call('GetAuthorizers', { restApiId })).items!.map((each) => [each.name, each]));
  const before = await named();
  const scheme = { ...tokenScheme, 'x-amazon-apigateway-authorizer': { type: 'token', authorizerUri: guardUri } };
  await put(control, restApiId, swagger({ securityDefinitions: { guard: scheme } }), { mode: 'merge' });
  assert.equal((await named()).size, 2);
  await put(control, restApiId, swagger({ securityDefinitions: { guard: scheme } }), { mode: 'overwrite' });
  const after = await named();
  assert.deepEqual([...after.keys()], ['guard']);
  assert.equal(after.get('guard')!.id, before.get('guard')!.id);
  assert.equal(after.get('guard')!.authorizerResultTtlInSeconds, undefined);
});

test('an operation whose guard cannot be made is refused by name, never left open', async () => {
  const control = restControl();
  const refusals: [Json, Json, RegExp][] = [
    [{}, guardedBy({ guard: [] }), /Security scheme 'guard' is not defined/],
    [
      { guard: { ...tokenScheme, 'x-amazon-apigateway-authorizer': { type: 'token', authorizerUri: 'x' } } },
      guardedBy({ guard: [] }),
      /Unable to create authorizer 'guard': Invalid Authorizer URI: x\./,
    ],
    [
      { guard: { ...tokenScheme, 'x-amazon-apigateway-authorizer': { type: 'jwt' } } },
      guardedBy({ guard: [] }),
      /Unable to create authorizer 'guard': type must be one of/,
    ],
    [
      { guard: { ...tokenScheme, 'x-amazon-apigateway-authorizer': {} } },
      answers(),
      /Unable to create authorizer 'guard': type is missing/,
    ],
    [
      { guard: { ...inHeader, 'x-amazon-apigateway-authtype': 'custom' } },
      guardedBy({ guard: [] }),
      /Unable to put method 'GET' on resource at path '\/': Invalid authorizer ID specified/,
    ],
    [
      { guard: tokenScheme, pool: poolScheme },
      guardedBy({ guard: [] }, { pool: [] }),
      /Security scheme 'pool' is one too many/,
    ],
  ];
  for (const [securityDefinitions, get, message] of refusals) {
    await assertRefused(
      imported(control, swagger({ securityDefinitions, paths: { '/': { get } } })),
      'BadRequestException',
      message,
    );
  }
});

const everything = swagger({
  'x-amazon-apigateway-binary-media-types': ['image/png', '*/*'],
  'x-amazon-apigateway-minimum-compression-size': 100,
  'x-amazon-apigateway-api-key-source': 'AUTHORIZER',
  'x-amazon-apigateway-policy': { Version: '2012-10-17', Statement: [] },
  'x-amazon-apigateway-endpoint-configuration': { disableExecuteApiEndpoint: true },
  'x-amazon-apigateway-security-policy': 'TLS_1_2',
  'x-amazon-apigateway-importexport-version': '1.0',
  'x-amazon-apigateway-request-validators': {
    all: { validateRequestBody: true, validateRequestParameters: true },
    none: {},
  },
  'x-amazon-apigateway-request-validator': 'all',
  'x-amazon-apigateway-gateway-responses': {
    DEFAULT_4XX: {
      statusCode: 418,
      responseParameters: { 'gatewayresponse.header.X': "'x'" },
      responseTemplates: { 'text/plain': 'no' },
    },
  },
  paths: {
    '/': {
      'x-amazon-apigateway-any-method': answers(),
      get: { ...answers(), 'x-amazon-apigateway-request-validator': 'none' },
      put: {
        responses: {},
        'x-amazon-apigateway-integration': {
          type: 'http_proxy',
          httpMethod: 'ANY',
          uri: 'https://example.com',
          connectionType: 'internet',
          credentials: 'arn:aws:iam::123456789012:role/r',
          contentHandling: 'convert_to_text',
          cacheNamespace: 'n',
          cacheKeyParameters: ['integration.request.header.A'],
          requestParameters: { 'integration.request.header.A': "'a'" },
          tlsConfig: { insecureSkipVerification: true },
          responseTransferMode: 'stream',
        },
      },
    },
  },
});

test('the x-amazon-apigateway extensions of one file, each in its place', async () => {
  const control = restControl();
  const { id, warnings, ...api } = await imported(control, everything);
  assert.equal(warnings, undefined);
  assert.deepEqual(api.binaryMediaTypes, ['image/png', '*/*']);
  assert.equal(api.minimumCompressionSize, 100);
  assert.equal(api.apiKeySource, 'AUTHORIZER');
  assert.equal(api.policy, '{\\"Version\\":\\"2012-10-17\\",\\"Statement\\":[]}');
  assert.equal(api.disableExecuteApiEndpoint, true);
  assert.equal(api.securityPolicy, 'TLS_1_2');
  const { items: validators = [] } = await control.call('GetRequestValidators', { restApiId: id });
  const validatorId = (name: string) => validators.find((validator) => validator.name === name)?.id;
  const all = await methodsOf(control, id);
  assert.equal(all['ANY /']!.requestValidatorId, validatorId('all'));
  assert.equal(all['GET /']!.requestValidatorId, validatorId('none'));
  assert.equal(validators.find(({ name }) => name === 'all')?.validateRequestBody, true);
  assert.deepEqual(all['PUT /']!.methodIntegration, {
    type: 'HTTP_PROXY',
    httpMethod: 'ANY',
    uri: 'https://example.com',
    connectionType: 'INTERNET',
    credentials: 'arn:aws:iam::123456789012:role/r',
    requestParameters: { 'integration.request.header.A': "'a'" },
    passthroughBehavior: 'WHEN_NO_MATCH',
    contentHandling: 'CONVERT_TO_TEXT',
    timeoutInMillis: 29000,
    cacheNamespace: 'n',
    cacheKeyParameters: ['integration.request.header.A'],
    tlsConfig: { insecureSkipVerification: true },
    responseTransferMode: 'STREAM',
  });
  assert.deepEqual(await control.call('GetGatewayResponse', { restApiId: id, responseType: 'DEFAULT_4XX' }), {
    responseType: 'DEFAULT_4XX',
    statusCode: '418',
    responseParameters: { 'gatewayresponse.header.X': "'x'" },
    responseTemplates: { 'text/plain': 'no' },
    defaultResponse: false,
  });
});

for (const [what, document] of [
  [
    'a validator that is not defined',
    { paths: { '/': { get: { ...answers(), 'x-amazon-apigateway-request-validator': 'x' } } } },
  ],
  ['an unknown gateway response', { 'x-amazon-apigateway-gateway-responses': { DEFAULT_3XX: {} } }],
  ['a status that is none', { 'x-amazon-apigateway-gateway-responses': { DEFAULT_4XX: { statusCode: '99' } } }],
  ['a compression size that is none', { 'x-amazon-apigateway-minimum-compression-size': -1 }],
  ['an unknown API key source', { 'x-amazon-apigateway-api-key-source': 'COOKIE' }],
  ['an unknown security policy', { 'x-amazon-apigateway-security-policy': 'TLS_9' }],
  ['a policy that is none', { 'x-amazon-apigateway-policy': 'nonsense' }],
  ['media types that are no list', { 'x-amazon-apigateway-binary-media-types': 'image/png' }],
  [
    'an integration that is no object',
    { paths: { '/': { get: { ...answers(), 'x-amazon-apigateway-integration': 'mock' } } } },
  ],
  [
    'an integration response without a status',
    {
      paths: {
        '/': { get: { ...answers(), 'x-amazon-apigateway-integration': { type: 'mock', responses: { default: {} } } } },
      },
    },
  ],
  [
    'an unknown verb of the backend',
    {
      paths: {
        '/': { get: { ...answers(), 'x-amazon-apigateway-integration': { type: 'http', uri: 'http://example.com' } } },
      },
    },
  ],
  ['the same method twice', { paths: { '/a': { get: answers() }, '/a/': { get: answers() } } }],
  ['a path item elsewhere', { paths: { '/a': { $ref: 'other.json' } } }],
  ['a model elsewhere', { definitions: { A: { type: 'object', properties: { b: { $ref: 'file:///etc/passwd' } } } } }],
  [
    'a schema that is none',
    { definitions: { A: { type: 'object', properties: { b: { type: 'string', pattern: '(' } } } } },
  ],
] as const) {
  test(`[OAS-05] ${what} is an error, and there is no API afterwards`, async () => {
    const control = restControl();
    await assertRefused(
      imported(control, swagger(document)),
      'BadRequestException',
      /^(Errors found during import:\n\t|Unable to parse API definition(: | because of a malformed integration at path \/$))/,
    );
    assert.deepEqual(await control.call('GetRestApis', {}), { items: [] });
  });
}

const getA = (status: string) => swagger({ paths: { '/a': { get: answers(status) } } });
const twoMethods = swagger({
  info: { title: 'B', version: '1', description: 'first' },
  'x-amazon-apigateway-binary-media-types': ['image/png'],
  'x-amazon-apigateway-request-validators': { all: { validateRequestBody: true } },
  definitions: { Pet: { type: 'object' } },
  paths: { '/a': { get: answers('206'), post: answers('206') }, '/b/c': { get: answers() } },
});

test('[OAS-02] a mode that is neither merge nor overwrite has a refusal of its own', async () => {
  const control = restControl();
  const { id } = await imported(control, twoMethods);
  await assertRefused(
    put(control, id, getA('400'), { mode: 'replace' as 'merge' }),
    'BadRequestException',
    'Enumeration value of OpenAPI import mode must be "overwrite" or "merge"',
  );
});

test('[OAS-02] merge is the default: the methods named are replaced whole, all else stays', async () => {
  const control = restControl();
  const { id } = await imported(control, twoMethods);
  const before = await resourcesOf(control, id);
  const api = await put(control, id, getA('400'));
  assert.deepEqual(api.tags, {});
  assert.equal(api.name, 'Pets');
  assert.equal(api.description, 'first');
  assert.deepEqual(api.binaryMediaTypes, ['image/png']);
  const all = await methodsOf(control, id);
  assert.deepEqual(Object.keys(all).sort(), ['GET /a', 'GET /b/c', 'POST /a']);
  assert.deepEqual(Object.keys(all['GET /a']!.methodResponses!), ['400']);
  assert.deepEqual(Object.keys(all['POST /a']!.methodResponses!), ['206']);
  assert.deepEqual(
    (await resourcesOf(control, id)).map((each) => each.id),
    before.map((each) => each.id),
  );
  assert.deepEqual(
    (await control.call('GetModels', { restApiId: id })).items?.map(({ name }) => name),
    ['Pet'],
  );
});

test('[OAS-02] overwrite deletes what the document does not name; stages and the root stay', async () => {
  const control = restControl();
  const { id, rootResourceId } = await imported(control, twoMethods);
  const deploymentId = await deploy(control, id, 'prod');
  const before = new Map((await resourcesOf(control, id)).map(({ path, id: resourceId }) => [path, resourceId]));
  const api = await put(control, id, getA('400'), { mode: 'overwrite' });
  assert.equal(api.rootResourceId, rootResourceId);
  assert.equal(api.description, undefined);
  assert.equal(api.binaryMediaTypes, undefined);
  const after = await resourcesOf(control, id);
  assert.deepEqual(
    after.map(({ path, id: resourceId }) => [path, resourceId]),
    [
      ['/', before.get('/')],
      ['/a', before.get('/a')],
    ],
  );
  assert.deepEqual(Object.keys(await methodsOf(control, id)), ['GET /a']);
  assert.deepEqual((await control.call('GetModels', { restApiId: id })).items, []);
  assert.deepEqual((await control.call('GetRequestValidators', { restApiId: id })).items, []);
  assert.equal((await control.call('GetStage', { restApiId: id, stageName: 'prod' })).deploymentId, deploymentId);
});

test('[OAS-02] the endpoint configuration of an existing API is never touched, and that is said', async () => {
  const control = restControl();
  const { id } = await makeApi(control, { endpointConfiguration: { types: ['REGIONAL'] } });
  const api = await put(control, id, swagger({}), {
    mode: 'overwrite',
    parameters: { endpointConfigurationTypes: 'EDGE' },
  });
  assert.deepEqual(api.endpointConfiguration?.types, ['REGIONAL']);
  assert.deepEqual(api.warnings, [
    'The endpoint configuration of an existing API is not changed by an import. Ignoring.',
  ]);
});

test('[OAS-02] the same document once more changes nothing, ids included', async () => {
  const control = restControl();
  const { id } = await imported(control, everything);
  const shown = async () => [
    await resourcesOf(control, id),
    (await control.call('GetRequestValidators', { restApiId: id })).items,
  ];
  const before = await shown();
  await put(control, id, everything);
  assert.deepEqual(await shown(), before);
});

test('an API of someone else is not there to be overwritten', async () => {
  const control = restControl();
  const { id } = await makeApi(control);
  const call = control.call('PutRestApi', { restApiId: id, body: bytes(swagger({})) }, { account: '999999999999' });
  await assertRefused(call, 'NotFoundException', `Invalid API identifier specified 999999999999:${id}`);
});

test('a used-up quota ends the import as it ends a create', async () => {
  const control = restControl({ limits: { resourcesPerApi: 3 } });
  const document = swagger({ paths: { '/a/b/c': { get: answers() } } });
  await assertRefused(imported(control, document), 'LimitExceededException');
  assert.deepEqual(await control.call('GetRestApis', {}), { items: [] });
});

test('what SAM generates and Terraform users write is taken without a warning', async () => {
  const integration = {
    type: 'HTTP_PROXY',
    httpMethod: 'GET',
    payloadFormatVersion: '1.0',
    uri: 'https://example.com/a',
  };
  const ofTerraform = { ...answers(), 'x-amazon-apigateway-integration': integration };
  const document = openapi({ paths: { '/a': { get: ofTerraform } } });
  assert.equal((await imported(restControl(), document, { failOnWarnings: true })).name, 'Pets');
  const operation = { responses: {}, 'x-amazon-apigateway-integration': { ...integration, type: 'http_proxy' } };
  const { name } = await imported(restControl(), swagger({ paths: { '/a': { get: operation } } }), {
    failOnWarnings: true,
  });
  assert.equal(name, 'Pets');
});

test('[OAS-05] an integration of no known type is left out with a warning, and its method cannot be deployed', async () => {
  for (const [integration, type] of [
    [{}, 'null'],
    [{ type: 'ftp' }, 'ftp'],
  ] as const) {
    const control = restControl();
    const document = swagger({
      paths: { '/a': { get: { ...answers(), 'x-amazon-apigateway-integration': integration } } },
    });
    const { id, warnings } = await imported(control, document);
    assert.deepEqual(warnings, [`Unknown integration type '${type}' for 'GET /a'. Ignoring.`]);
    await assertRefused(
      control.call('CreateDeployment', { restApiId: id }),
      'BadRequestException',
      'No integration defined for method',
    );
  }
});

test('an unknown member of an integration is warned of', async () => {
  const integration = { ...mock, typo: 1 };
  const operation = { responses: {}, 'x-amazon-apigateway-integration': integration };
  const { warnings } = await imported(restControl(), openapi({ paths: { '/a': { get: operation } } }));
  assert.deepEqual(warnings, ["Integration member 'typo' is not known to REST APIs. Ignoring. ('GET' at path '/a')"]);
});

test('of many faulty models the first ten are told', async () => {
  const faulty = { type: 'object', properties: { a: { type: 'string', pattern: '(' } } };
  const definitions = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`M${i}`, faulty]));
  const lines = Array.from(
    { length: 10 },
    (_, i) => `\\n\\tUnable to create model 'M${i}': Invalid model specified: [^\\n]*`,
  );
  await assertRefused(
    imported(restControl(), swagger({ definitions })),
    'BadRequestException',
    new RegExp(`^Errors found during import:${lines.join('')}$`),
  );
});
