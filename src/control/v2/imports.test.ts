import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { parse } from 'yaml';
import { assertRefused } from '../../../test/support/rest-control.ts';
import { makePetsApi, makeWebSocketApi, type V2Control, v2Control } from '../../../test/support/v2-control.ts';
import { Problem } from '../../base/problem.ts';

const guardUri =
  'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:function:guard/invocations';

/** One document with everything an HTTP API takes from one. */
const everything = {
  openapi: '3.0.1',
  info: { title: 'Pets', description: 'All of them', version: '7' },
  servers: [{ url: 'https://example.com/{basePath}', variables: { basePath: { default: 'v1/shop' } } }],
  tags: [{ name: 'team', 'x-amazon-apigateway-tag-value': 'a' }, { name: 'bare' }],
  'x-amazon-apigateway-cors': { allowOrigins: ['https://example.com'], allowMethods: ['GET'], maxAge: 60 },
  'x-amazon-apigateway-importexport-version': '1.0',
  paths: {
    '/pets/{id}': {
      get: {
        operationId: 'GetPet',
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
        responses: { default: { description: 'a pet' } },
        security: [{ tokens: ['pets.read'] }],
        'x-amazon-apigateway-integration': { $ref: '#/components/x-amazon-apigateway-integrations/backend' },
      },
      delete: {
        responses: { default: { description: 'gone' } },
        security: [{ iam: [] }],
        'x-amazon-apigateway-integration': { $ref: '#/components/x-amazon-apigateway-integrations/backend' },
      },
    },
    '/orders': {
      'x-amazon-apigateway-any-method': {
        responses: { default: { description: 'kept' } },
        security: [{ guard: [] }],
        'x-amazon-apigateway-integration': {
          type: 'aws_proxy',
          integrationSubtype: 'SQS-SendMessage',
          credentials: 'arn:aws:iam::${AWS::AccountId}:role/sender',
          payloadFormatVersion: '1.0',
          requestParameters: { QueueUrl: '$stageVariables.queue', MessageBody: '$request.body' },
          responseParameters: { '400': { 'overwrite:statuscode': '422' } },
        },
      },
    },
    '/$default': {
      'x-amazon-apigateway-any-method': {
        isDefaultRoute: true,
        responses: { default: { description: 'anything' } },
        'x-amazon-apigateway-integration': {
          type: 'AWS_PROXY',
          httpMethod: 'POST',
          uri: 'arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:function:rest',
          payloadFormatVersion: 2.0,
          timeoutInMillis: 1000,
        },
      },
    },
  },
  components: {
    securitySchemes: {
      tokens: {
        type: 'openIdConnect',
        openIdConnectUrl: 'https://issuer.example.com/.well-known/openid-configuration',
        'x-amazon-apigateway-authorizer': {
          type: 'jwt',
          identitySource: '$request.header.Authorization',
          jwtConfiguration: { audience: ['app'] },
        },
      },
      guard: {
        type: 'apiKey',
        name: 'Authorization',
        in: 'header',
        'x-amazon-apigateway-authorizer': {
          type: 'request',
          identitySource: '$request.header.Authorization, $context.routeKey',
          authorizerUri: guardUri,
          authorizerPayloadFormatVersion: '2.0',
          authorizerResultTtlInSeconds: 30,
          enableSimpleResponses: true,
        },
      },
      iam: { type: 'apiKey', name: 'Authorization', in: 'header', 'x-amazon-apigateway-authtype': 'awsSigv4' },
    },
    'x-amazon-apigateway-integrations': {
      backend: {
        type: 'http_proxy',
        httpMethod: 'ANY',
        uri: 'https://backend.example.com/pets/{id}',
        payloadFormatVersion: '1.0',
        requestParameters: { 'append:header.from': '$context.apiId' },
      },
    },
  },
};

const importOf = (control: V2Control, document: object | string, more: object = {}) =>
  control.call('ImportApi', { Body: typeof document === 'string' ? document : JSON.stringify(document), ...more });

/** Everything an API consists of, without the ids that differ from import to import. */
async function contentOf(control: V2Control, ApiId: string) {
  const { ApiId: _, ApiEndpoint: _endpoint, CreatedDate: _date, ...api } = await control.call('GetApi', { ApiId });
  const integrations = (await control.call('GetIntegrations', { ApiId })).Items!;
  const authorizers = (await control.call('GetAuthorizers', { ApiId })).Items!;
  const routes = (await control.call('GetRoutes', { ApiId })).Items!.map(
    ({ RouteId: _id, Target, AuthorizerId, ...route }) => {
      const integration = integrations.find(({ IntegrationId }) => Target === `integrations/${IntegrationId}`);
      const { IntegrationId: _integrationId, ...rest } = integration ?? {};
      return {
        ...route,
        integration: rest,
        authorizer: authorizers.find((each) => each.AuthorizerId === AuthorizerId)?.Name,
      };
    },
  );
  return {
    api,
    routes: routes.sort((a, b) => (a.RouteKey! < b.RouteKey! ? -1 : 1)),
    authorizers: authorizers.map(({ AuthorizerId: _id, ...rest }) => rest).sort((a, b) => (a.Name! < b.Name! ? -1 : 1)),
  };
}

/** A minimal document with these paths. */
const withPaths = (paths: object, more: object = {}) => ({
  openapi: '3.0.1',
  info: { title: 'x', version: '1' },
  paths,
  ...more,
});

const toBackend = {
  responses: { default: { description: '' } },
  'x-amazon-apigateway-integration': {
    type: 'http_proxy',
    httpMethod: 'GET',
    uri: 'https://example.com',
    payloadFormatVersion: '1.0',
  },
};

const routeKeysOf = async (control: V2Control, ApiId: string): Promise<string[]> =>
  (await control.call('GetRoutes', { ApiId })).Items!.map(({ RouteKey }) => RouteKey!).sort();

test('[OAS-09] one document makes a whole HTTP API: routes, integrations, authorizers, CORS and tags', async () => {
  const control = v2Control();
  const api = await importOf(control, everything);
  assert.equal(api.Name, 'Pets');
  assert.equal(api.Version, '7');
  assert.deepEqual(api.Tags, { team: 'a', bare: '' });
  assert.deepEqual(api.CorsConfiguration, {
    AllowCredentials: false,
    AllowOrigins: ['https://example.com'],
    AllowMethods: ['GET'],
    MaxAge: 60,
  });
  const { routes, authorizers } = await contentOf(control, api.ApiId!);
  assert.deepEqual(
    routes.map(({ RouteKey, AuthorizationType, authorizer }) => [RouteKey, AuthorizationType, authorizer]),
    [
      ['$default', 'NONE', undefined],
      ['ANY /orders', 'CUSTOM', 'guard'],
      ['DELETE /pets/{id}', 'AWS_IAM', undefined],
      ['GET /pets/{id}', 'JWT', 'tokens'],
    ],
  );
  assert.deepEqual(routes[3]!.AuthorizationScopes, ['pets.read']);
  assert.equal(routes[3]!.OperationName, 'GetPet');
  assert.equal((await control.call('GetIntegrations', { ApiId: api.ApiId! })).Items!.length, 3);
  assert.equal(routes[0]!.integration.PayloadFormatVersion, '2.0');
  assert.equal(routes[0]!.integration.TimeoutInMillis, 1000);
  assert.deepEqual(authorizers.find(({ Name }) => Name === 'tokens')!.JwtConfiguration, {
    Audience: ['app'],
    Issuer: 'https://issuer.example.com',
  });
  assert.deepEqual(authorizers.find(({ Name }) => Name === 'guard')!.IdentitySource, [
    '$request.header.Authorization',
    '$context.routeKey',
  ]);
});

test('[OAS-06] the account and region in a document are the caller’s', async () => {
  const control = v2Control();
  const { ApiId } = await importOf(control, everything);
  const { routes } = await contentOf(control, ApiId!);
  assert.equal(routes[0]!.integration.IntegrationUri, 'arn:aws:lambda:eu-central-1:123456789012:function:rest');
});

for (const OutputType of ['JSON', 'YAML'] as const) {
  test(`[OAS-20] what is exported as ${OutputType} and imported again is the same API`, async () => {
    const control = v2Control();
    const first = await importOf(control, everything);
    const { body } = await control.call('ExportApi', { ApiId: first.ApiId!, Specification: 'OAS30', OutputType });
    const second = await importOf(control, Buffer.from(body!).toString());
    assert.equal(second.Warnings, undefined);
    assert.deepEqual(await contentOf(control, second.ApiId!), await contentOf(control, first.ApiId!));
  });
}

test('[OAS-20] an export shows the stage asked for, else the latest; extensions can be left out', async () => {
  const control = v2Control();
  const { ApiId, RouteId } = await makePetsApi(control);
  await control.call('CreateStage', { ApiId, StageName: 'prod' });
  await control.call('CreateDeployment', { ApiId, StageName: 'prod' });
  await control.call('UpdateRoute', { ApiId, RouteId, RouteKey: 'GET /cats/{id}' });
  const exported = async (more: object) => {
    const { body } = await control.call('ExportApi', { ApiId, Specification: 'OAS30', OutputType: 'YAML', ...more });
    return parse(Buffer.from(body!).toString());
  };
  const stage = await exported({ StageName: 'prod' });
  assert.deepEqual(Object.keys(stage.paths), ['/pets']);
  assert.equal(stage.servers[0].variables.basePath.default, 'prod');
  const latest = await exported({ IncludeExtensions: false });
  assert.deepEqual(latest.paths, {
    '/cats/{id}': {
      get: { responses: { default: { description: 'Default response for GET /cats/{id}' } } },
      parameters: [
        {
          name: 'id',
          in: 'path',
          description: 'Generated path parameter for id',
          required: true,
          schema: { type: 'string' },
        },
      ],
    },
  });
  assert.equal(JSON.stringify(latest).includes('x-amazon'), false);
  await control.call('CreateStage', { ApiId, StageName: 'empty' });
  await assertRefused(exported({ StageName: 'empty' }), 'BadRequestException');
  await assertRefused(exported({ Specification: 'OAS20' }), 'BadRequestException');
  await assertRefused(exported({ ExportVersion: '2.0' }), 'BadRequestException');
});

test('[OAS-20] an export has the form of AWS: parameters of the path, a default timeout unsaid, CORS with its defaults', async () => {
  const control = v2Control();
  const CorsConfiguration = { AllowOrigins: ['https://a.example'], AllowMethods: ['GET'] };
  const { ApiId } = await control.call('CreateApi', { Name: 'pets', ProtocolType: 'HTTP', CorsConfiguration });
  const backend = { ApiId: ApiId!, IntegrationType: 'HTTP_PROXY', IntegrationUri: 'https://b.example' } as const;
  for (const [RouteKey, TimeoutInMillis] of [
    ['GET /pets/{proxy+}', undefined],
    ['ANY /pets/{proxy+}', 12_000],
  ] as const) {
    const { IntegrationId } = await control.call('CreateIntegration', {
      ...backend,
      ...(TimeoutInMillis && { TimeoutInMillis }),
    });
    await control.call('CreateRoute', { ApiId: ApiId!, RouteKey, Target: `integrations/${IntegrationId}` });
  }
  const { body } = await control.call('ExportApi', {
    ...{ ApiId: ApiId!, Specification: 'OAS30', OutputType: 'JSON' },
  });
  const document = JSON.parse(Buffer.from(body!).toString());
  const integration = {
    payloadFormatVersion: '1.0',
    type: 'http_proxy',
    httpMethod: 'ANY',
    uri: 'https://b.example',
    connectionType: 'INTERNET',
  };
  assert.deepEqual(document.paths, {
    '/pets/{proxy+}': {
      get: {
        responses: { default: { description: 'Default response for GET /pets/{proxy+}' } },
        'x-amazon-apigateway-integration': integration,
      },
      'x-amazon-apigateway-any-method': {
        responses: { default: { description: 'Default response for ANY /pets/{proxy+}' } },
        'x-amazon-apigateway-integration': { ...integration, timeoutInMillis: 12_000 },
      },
      parameters: [
        {
          name: 'proxy+',
          in: 'path',
          description: 'Generated path parameter for proxy+',
          required: true,
          schema: { type: 'string' },
        },
      ],
    },
  });
  assert.deepEqual(document['x-amazon-apigateway-cors'], {
    allowMethods: ['GET'],
    maxAge: 0,
    allowCredentials: false,
    allowOrigins: ['https://a.example'],
  });
  assert.deepEqual((await importOf(control, JSON.stringify(document))).Warnings, undefined);
});

test('[OAS-19] a document as SAM writes it: `$default` without a slash is a warning, OAuth 2 without flows is none', async () => {
  const control = v2Control();
  const jwt = { type: 'jwt', identitySource: '$request.header.Authorization' };
  const jwtConfiguration = { issuer: 'https://issuer.example.com', audience: ['shop'] };
  const document = withPaths(
    {
      $default: {
        'x-amazon-apigateway-any-method': {
          ...{ isDefaultRoute: true, responses: {}, security: [{ tokens: ['read'] }] },
          'x-amazon-apigateway-integration': toBackend['x-amazon-apigateway-integration'],
        },
      },
    },
    {
      components: {
        securitySchemes: {
          tokens: { type: 'oauth2', 'x-amazon-apigateway-authorizer': { ...jwt, jwtConfiguration } },
        },
      },
    },
  );
  const warning = 'Parse issue: attribute paths. Resource $default should start with /';
  const { ApiId, Warnings } = await importOf(control, document);
  assert.deepEqual(Warnings, [warning]);
  const [route] = (await control.call('GetRoutes', { ApiId: ApiId! })).Items!;
  assert.deepEqual(
    [route!.RouteKey, route!.AuthorizationType, route!.AuthorizationScopes],
    ['$default', 'JWT', ['read']],
  );
  await assertRefused(
    importOf(control, document, { FailOnWarnings: true }),
    'BadRequestException',
    `Warnings found during import:\n\t${warning}`,
  );
});

test('[OAS-05] a response whose model is nowhere is a warning, and refuses the import that fails on warnings', async () => {
  const control = v2Control();
  const schema = { $ref: '#/components/schemas/ModelThatDoesNotExist' };
  const responses = { 200: { description: 'd', content: { 'application/json': { schema } } } };
  const document = withPaths({ '/update': { get: { ...toBackend, responses } } });
  const warning =
    "Parse issue: attribute paths.'/update'(get).responses.200.content.schema.#/components/schemas/ModelThatDoesNotExist is missing";
  await assertRefused(
    importOf(control, document, { FailOnWarnings: true }),
    'BadRequestException',
    `Warnings found during import:\n\t${warning}`,
  );
  const { ApiId, Warnings } = await importOf(control, document);
  assert.deepEqual(Warnings, [warning]);
  assert.equal((await control.call('GetRoutes', { ApiId: ApiId! })).Items!.length, 1);
});

test('[OAS-13] schemes of an HTTP API: jwt and request, and `Unused` for a scheme whose authorizer has several sources', async () => {
  const control = v2Control();
  const guard = (name: string, identitySource: string) => ({
    ...{ type: 'apiKey', name, in: 'header' },
    'x-amazon-apigateway-authorizer': {
      ...{ type: 'request', identitySource, authorizerUri: guardUri },
      authorizerPayloadFormatVersion: '2.0',
    },
  });
  const securitySchemes = {
    one: guard('auth', '$request.header.auth'),
    several: guard('Unused', '$request.header.auth,$request.querystring.team'),
    tokens: {
      ...{ type: 'oauth2', flows: {} },
      'x-amazon-apigateway-authorizer': {
        ...{ type: 'jwt', identitySource: '$request.header.Authorization' },
        jwtConfiguration: { issuer: 'https://issuer.example.com', audience: ['shop'] },
      },
    },
  };
  const document = {
    openapi: '3.0.1',
    info: { title: 'Guarded', version: '1' },
    paths: {},
    components: { securitySchemes },
  };
  const { ApiId } = await control.call('ImportApi', { Body: JSON.stringify(document) });
  const { Items = [] } = await control.call('GetAuthorizers', { ApiId: ApiId! });
  assert.deepEqual(
    new Map(
      Items.map(({ Name, AuthorizerType, IdentitySource }) => [Name, [AuthorizerType, ...(IdentitySource ?? [])]]),
    ),
    new Map([
      ['one', ['REQUEST', '$request.header.auth']],
      ['several', ['REQUEST', '$request.header.auth', '$request.querystring.team']],
      ['tokens', ['JWT', '$request.header.Authorization']],
    ]),
  );
  const { body } = await control.call('ExportApi', { ApiId: ApiId!, Specification: 'OAS30', OutputType: 'JSON' });
  const { securitySchemes: exported } = (JSON.parse(Buffer.from(body!).toString()) as typeof document).components;
  assert.deepEqual([exported.one.name, exported.several.name, exported.tokens.type], ['auth', 'Unused', 'oauth2']);
});

test('[OAS-03] the base path of the document is left out, put before, or put before without its first part', async () => {
  const control = v2Control();
  const document = withPaths({ '/pets': { get: toBackend } }, { servers: everything.servers });
  for (const [Basepath, path] of [
    [undefined, '/pets'],
    ['ignore', '/pets'],
    ['prepend', '/v1/shop/pets'],
    ['split', '/shop/pets'],
  ] as const) {
    const { ApiId } = await importOf(control, document, Basepath && { Basepath });
    assert.deepEqual(await routeKeysOf(control, ApiId!), [`GET ${path}`]);
  }
  await assertRefused(importOf(control, document, { Basepath: 'sideways' }), 'BadRequestException');
});

test('[OAS-19] what is valid and means nothing here is told as info, what cannot be made as a warning', async () => {
  const control = v2Control();
  const document = withPaths({
    '/info': {
      post: { ...toBackend, requestBody: { content: { 'application/json': { schema: { type: 'object' } } } } },
    },
    '/warning': {
      get: {
        responses: { default: { description: '' } },
        'x-amazon-apigateway-integration': {
          type: 'AWS',
          httpMethod: 'POST',
          uri: 'arn:x',
          payloadFormatVersion: '1.0',
        },
      },
    },
  });
  const api = await importOf(control, document);
  assert.deepEqual(api.ImportInfo, ['requestBody of route POST /info is not supported for HTTP APIs. Ignoring.']);
  assert.deepEqual(api.Warnings, [
    'Integration type AWS of route GET /warning is not supported for HTTP APIs, which have AWS_PROXY and HTTP_PROXY. Ignoring.',
  ]);
  assert.deepEqual(await routeKeysOf(control, api.ApiId!), ['GET /warning', 'POST /info']);
});

test('[OAS-05] warnings make the import fail when asked, and then nothing is left of it; errors always do', async () => {
  const control = v2Control();
  const warned = withPaths({
    '/x': { get: { responses: { default: { description: '' } }, 'x-amazon-apigateway-integration': { type: 'mock' } } },
  });
  await assertRefused(
    importOf(control, warned, { FailOnWarnings: true }),
    'BadRequestException',
    /^Warnings found during import:\n\tIntegration type MOCK/,
  );
  const wrong = withPaths({
    '/a b': { get: toBackend },
    '/c': { get: { ...toBackend, 'x-amazon-apigateway-integration': { type: 'http_proxy', httpMethod: 'GET' } } },
  });
  await assertRefused(importOf(control, wrong), 'BadRequestException', /^Errors found during import:\n\t/);
  assert.deepEqual((await control.call('GetApis', {})).Items, []);
});

test('[OAS-19] Swagger 2.0, broken text and several guards of one route are errors', async () => {
  const control = v2Control();
  await assertRefused(
    importOf(control, { swagger: '2.0', info: { title: 'x', version: '1' }, paths: {} }),
    'BadRequestException',
    'Unable to parse API definition: HTTP APIs support only OpenAPI 3.0',
  );
  await assertRefused(importOf(control, '{'), 'BadRequestException');
  await assertRefused(importOf(control, ''), 'BadRequestException');
  const { securitySchemes } = everything.components;
  await assertRefused(
    importOf(
      control,
      withPaths(
        { '/x': { get: { ...toBackend, security: [{ tokens: [] }, { iam: [] }] } } },
        { components: { securitySchemes } },
      ),
    ),
    'BadRequestException',
    /Route GET \/x has multiple security requirements/,
  );
  await assertRefused(
    importOf(control, withPaths({ '/x': { get: { ...toBackend, security: [{ nobody: [] }] } } })),
    'BadRequestException',
  );
});

test('the security of the whole document guards the routes that say nothing themselves', async () => {
  const control = v2Control();
  const document = withPaths(
    { '/x': { get: toBackend }, '/open': { get: { ...toBackend, security: [] } } },
    { security: [{ iam: [] }], components: { securitySchemes: everything.components.securitySchemes } },
  );
  const { ApiId } = await importOf(control, document);
  const { routes } = await contentOf(control, ApiId!);
  assert.deepEqual(
    routes.map(({ RouteKey, AuthorizationType }) => [RouteKey, AuthorizationType]),
    [
      ['GET /open', 'NONE'],
      ['GET /x', 'AWS_IAM'],
    ],
  );
});

test('a reimport replaces what the document describes, keeps stages and the ids of routes that stay, and deploys once', async () => {
  const control = v2Control();
  const { ApiId, RouteId } = await makePetsApi(control);
  await control.call('CreateStage', { ApiId, StageName: '$default', AutoDeploy: true });
  const api = await control.call('ReimportApi', {
    ApiId,
    Body: JSON.stringify(withPaths({ '/pets': { get: toBackend }, '/cats': { get: toBackend } })),
  });
  assert.equal(api.Name, 'x');
  const routes = (await control.call('GetRoutes', { ApiId })).Items!;
  assert.deepEqual(routes.map(({ RouteKey }) => RouteKey).sort(), ['GET /cats', 'GET /pets']);
  assert.equal(routes.find(({ RouteKey }) => RouteKey === 'GET /pets')!.RouteId, RouteId);
  const live = await control.live.liveStage(ApiId, '$default');
  assert.equal(live?.kind === 'http' && live.snapshot.routes.length, 2);
  assert.equal((await control.call('GetDeployments', { ApiId })).Items!.length, 2);
  await assertRefused(control.call('ReimportApi', { ApiId, Body: '{' }), 'BadRequestException');
  assert.deepEqual(await routeKeysOf(control, ApiId), ['GET /cats', 'GET /pets']);
});

test('[OAS-22] a WebSocket API is neither exported nor made of a document', async () => {
  const control = v2Control();
  const ApiId = await makeWebSocketApi(control);
  await assertRefused(
    control.call('ExportApi', { ApiId, Specification: 'OAS30', OutputType: 'JSON' }),
    'BadRequestException',
  );
  await assertRefused(
    control.call('ReimportApi', { ApiId, Body: JSON.stringify(withPaths({})) }),
    'BadRequestException',
  );
});

test('a document with any part of it replaced by nonsense is imported or refused, never crashed over', async () => {
  const control = v2Control({ limits: { apis: 10_000 } });
  const nonsense = [
    null,
    0,
    -1,
    '',
    'x',
    [],
    {},
    true,
    [null],
    { $ref: '#/paths' },
    { $ref: 'x' },
    'constructor',
    '__proto__',
  ];
  const paths: (readonly string[])[] = [];
  const walk = (value: unknown, path: readonly string[]): void => {
    paths.push(path);
    if (typeof value !== 'object' || value === null) return;
    for (const [key, each] of Object.entries(value)) walk(each, [...path, key]);
  };
  walk(everything, []);
  let refused = 0;
  let i = 0;
  for (const path of paths) {
    const document = structuredClone(everything) as unknown as Record<string, unknown>;
    const parent = path.slice(0, -1).reduce((node, key) => node[key] as Record<string, unknown>, document);
    const last = path.at(-1);
    for (const value of [nonsense[i++ % nonsense.length], nonsense[(i * 5) % nonsense.length]]) {
      if (last !== undefined) parent[last] = value;
      try {
        await importOf(control, last === undefined ? JSON.stringify(value) : document);
      } catch (error) {
        assert.ok(error instanceof Problem, `${path.join('/')} = ${JSON.stringify(value)}: ${(error as Error).stack}`);
        refused++;
      }
    }
  }
  assert.ok(refused > 50, `${refused} refused`);
});
