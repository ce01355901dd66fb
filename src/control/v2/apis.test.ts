import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { assertRefused } from '../../../test/support/rest-control.ts';
import { makeHttpApi, makePetsApi, makeWebSocketApi, v2Control } from '../../../test/support/v2-control.ts';
import { routes } from '../../ports/records.ts';

test('[V2-01] an HTTP API and a WebSocket API are created with the defaults AWS was recorded to show', async () => {
  const control = v2Control();
  const http = await control.call('CreateApi', { Name: 'pets', ProtocolType: 'HTTP' });
  assert.match(http.ApiId!, /^[a-z0-9]{10}$/);
  assert.deepEqual(http, {
    ApiEndpoint: `http://localhost:4566/_aws/execute-api/${http.ApiId}`,
    ApiId: http.ApiId,
    ApiKeySelectionExpression: '$request.header.x-api-key',
    CreatedDate: control.clock.now(),
    DisableExecuteApiEndpoint: false,
    IpAddressType: 'ipv4',
    Name: 'pets',
    ProtocolType: 'HTTP',
    RouteSelectionExpression: '$request.method $request.path',
  });
  const webSocket = await control.call('CreateApi', { Name: 'chat', ProtocolType: 'WEBSOCKET' });
  assert.equal(webSocket.RouteSelectionExpression, '$request.body.action');
  assert.equal(webSocket.ApiEndpoint, `ws://localhost:4566/_aws/execute-api/${webSocket.ApiId}`);
});

test('the tag _custom_id_ chooses the id of a new API, in a definition as well', async () => {
  const control = v2Control();
  const Tags = { _custom_id_: 'chat' };
  const create = () => control.call('CreateApi', { Name: 'chat', ProtocolType: 'WEBSOCKET', Tags });
  assert.equal((await create()).ApiEndpoint, 'ws://localhost:4566/_aws/execute-api/chat');
  await assertRefused(create(), 'ConflictException', 'There is an API with the identifier chat already.');
  const tags = [{ name: '_custom_id_', 'x-amazon-apigateway-tag-value': 'orders' }];
  const Body = JSON.stringify({ openapi: '3.0.1', info: { title: 'orders', version: '1' }, tags, paths: {} });
  assert.equal((await control.call('ImportApi', { Body })).ApiId, 'orders');
  await assertRefused(control.call('ImportApi', { Body }), 'ConflictException');
});

test('[V2-01] the protocol is one of two, and each has its own kind of route selection', async () => {
  const control = v2Control();
  const create = (input: object) => control.call('CreateApi', { Name: 'x', ProtocolType: 'HTTP', ...input });
  await assertRefused(
    create({ ProtocolType: 'FTP' }),
    'BadRequestException',
    'Invalid protocol specified. Must be one of [HTTP, WEBSOCKET]',
  );
  await assertRefused(create({ RouteSelectionExpression: '$request.body.action' }), 'BadRequestException');
  await assertRefused(
    create({ ProtocolType: 'WEBSOCKET', RouteSelectionExpression: '$request.header.x' }),
    'BadRequestException',
  );
  const braces = await create({ RouteSelectionExpression: '${request.method} ${request.path}' });
  assert.equal(braces.RouteSelectionExpression, '$request.method $request.path');
});

test('[V2-02] an API shows everything it was given, and empty tags once it is there', async () => {
  const control = v2Control();
  const given = {
    Name: 'pets',
    Description: 'All of them',
    Version: '3',
    CorsConfiguration: {
      AllowCredentials: false,
      AllowOrigins: ['https://example.com'],
      AllowMethods: ['GET'],
      MaxAge: 60,
    },
    DisableExecuteApiEndpoint: true,
    IpAddressType: 'dualstack' as const,
  };
  const created = await control.call('CreateApi', { ...given, ProtocolType: 'HTTP', Tags: { team: 'a' } });
  const api = await control.call('GetApi', { ApiId: created.ApiId! });
  for (const [member, value] of Object.entries({ ...given, Tags: { team: 'a' } })) {
    assert.deepEqual(api[member as keyof typeof api], value, member);
  }
  assert.deepEqual((await control.call('GetApi', { ApiId: await makeHttpApi(control) })).Tags, {});
});

test('[V2-02] texts have the lengths of the model: a name 128 characters, a description 1024, a version 64', async () => {
  const control = v2Control();
  const x = (n: number): string => 'x'.repeat(n);
  const ApiId = await makeHttpApi(control, { Name: x(128), Description: x(1024), Version: x(64) });
  for (const [change, message] of [
    [{ Name: x(129) }, 'Name cannot be longer than 128 characters'],
    [{ Description: x(1025) }, 'Description cannot be longer than 1024 characters'],
    [{ Version: x(65) }, 'Version cannot be longer than 64 characters'],
  ] as const) {
    await assertRefused(makeHttpApi(control, change), 'BadRequestException', message);
    await assertRefused(control.call('UpdateApi', { ApiId, ...change }), 'BadRequestException', message);
  }
  await assertRefused(
    control.call('CreateRoute', { ApiId, RouteKey: 'GET /x', OperationName: x(65) }),
    'BadRequestException',
  );
});

test('the endpoint follows how the caller addressed us', async () => {
  const control = v2Control();
  const endpointFor = async (endpoint: string, ProtocolType: 'HTTP' | 'WEBSOCKET' = 'HTTP'): Promise<string> => {
    const { ApiId, ApiEndpoint } = await control.call('CreateApi', { Name: 'x', ProtocolType }, { endpoint });
    return ApiEndpoint!.replace(ApiId!, '{id}');
  };
  assert.equal(
    await endpointFor('https://apigateway.eu-west-1.amazonaws.com'),
    'https://{id}.execute-api.eu-west-1.amazonaws.com',
  );
  assert.equal(
    await endpointFor('http://localhost.localstack.cloud:4566', 'WEBSOCKET'),
    'ws://{id}.execute-api.localhost.localstack.cloud:4566',
  );
  assert.equal(await endpointFor('https://127.0.0.1:4566'), 'https://127.0.0.1:4566/_aws/execute-api/{id}');
  assert.equal(await endpointFor('https://10.0.0.7', 'WEBSOCKET'), 'wss://10.0.0.7/_aws/execute-api/{id}');
});

test('[CP-05] a missing API is 404 with the recorded words and nothing beside them', async () => {
  const control = v2Control();
  const missing = control.call('GetApi', { ApiId: 'nothere' });
  await assertRefused(missing, 'NotFoundException', 'Invalid API identifier specified 123456789012:nothere');
  await missing.catch((error) => assert.equal(Object.keys(error.members).length, 0));
  const apiId = await makeHttpApi(control);
  await assertRefused(control.call('GetApi', { ApiId: apiId }, { region: 'us-west-2' }), 'NotFoundException');
  await assertRefused(control.call('GetApi', { ApiId: apiId }, { account: '999999999999' }), 'NotFoundException');
});

test('[CP-18] an update changes what it names, keeps the rest, and an empty text or list clears', async () => {
  const control = v2Control();
  const ApiId = await makeHttpApi(control, {
    Description: 'first',
    Version: '1',
    CorsConfiguration: { AllowOrigins: ['*'] },
  });
  const renamed = await control.call('UpdateApi', { ApiId, Name: 'cats' });
  assert.equal(renamed.Name, 'cats');
  assert.equal(renamed.Description, 'first');
  assert.deepEqual(renamed.CorsConfiguration, { AllowCredentials: false, AllowOrigins: ['*'] });
  const cleared = await control.call('UpdateApi', { ApiId, Description: '' });
  assert.equal(cleared.Description, undefined);
  assert.equal(cleared.Version, '1');
});

test('[CORS-05] a CORS configuration is kept as given; origins, methods and headers must be some', async () => {
  const control = v2Control();
  const CorsConfiguration = {
    AllowCredentials: true,
    AllowHeaders: ['Authorization', 'x-custom'],
    AllowMethods: ['GET', 'POST'],
    AllowOrigins: ['https://*', 'http://localhost:3000'],
    ExposeHeaders: ['date'],
    MaxAge: 300,
  };
  const ApiId = await makeHttpApi(control, { CorsConfiguration });
  assert.deepEqual((await control.call('GetApi', { ApiId })).CorsConfiguration, CorsConfiguration);
  for (const wrong of [{ AllowOrigins: ['example.com'] }, { AllowMethods: ['FETCH'] }, { AllowHeaders: ['a b'] }]) {
    await assertRefused(control.call('UpdateApi', { ApiId, CorsConfiguration: wrong }), 'BadRequestException');
  }
  await control.call('DeleteCorsConfiguration', { ApiId });
  assert.equal((await control.call('GetApi', { ApiId })).CorsConfiguration, undefined);
});

test('[CORS-05] a CORS configuration changes member by member and says that credentials are not allowed', async () => {
  const control = v2Control();
  const ApiId = await makeHttpApi(control, {
    CorsConfiguration: { AllowHeaders: ['header1', 'header2'], AllowMethods: ['GET', 'OPTIONS'] },
  });
  const change = async (CorsConfiguration: object) =>
    (await control.call('UpdateApi', { ApiId, CorsConfiguration })).CorsConfiguration;
  const merged = {
    AllowCredentials: false,
    AllowHeaders: ['header1', 'header2'],
    AllowMethods: ['GET', 'OPTIONS'],
    AllowOrigins: ['https://www.example.com'],
  };
  assert.deepEqual(await change({ AllowOrigins: ['https://www.example.com'] }), merged);
  assert.deepEqual(await change({}), merged);
  const { AllowHeaders: _, ...withoutHeaders } = merged;
  assert.deepEqual(await change({ AllowHeaders: [] }), withoutHeaders);
  assert.equal((await control.call('GetApi', { ApiId: await makeHttpApi(control) })).CorsConfiguration, undefined);
  const none = await makeHttpApi(control, { CorsConfiguration: {} });
  assert.equal((await control.call('GetApi', { ApiId: none })).CorsConfiguration, undefined);
});

test('[CORS-05] a WebSocket API has no CORS configuration, no API an empty name, and an account as many as its quota says', async () => {
  const control = v2Control({ limits: { apis: 1 } });
  const CorsConfiguration = { AllowOrigins: ['*'] };
  await assertRefused(
    control.call('CreateApi', { Name: 'chat', ProtocolType: 'WEBSOCKET', CorsConfiguration }),
    'BadRequestException',
    'CorsConfiguration cannot be set for WEBSOCKET protocol Apis.',
  );
  await assertRefused(
    makeHttpApi(control, { Name: '' }),
    'BadRequestException',
    'Name is a required parameter for Api',
  );
  await makeHttpApi(control);
  await assertRefused(
    makeHttpApi(control),
    'TooManyRequestsException',
    'Maximum number of APIs for this account has been reached. Please contact AWS if you need additional APIs.',
  );
});

test('[CORS-08] credentials with any origin are refused', async () => {
  const control = v2Control();
  await assertRefused(
    makeHttpApi(control, { CorsConfiguration: { AllowOrigins: ['*'], AllowCredentials: true } }),
    'BadRequestException',
    "allow-credentials is not supported if 'allow-origin' is *",
  );
});

test('[CP-08] GetApis goes page by page', async () => {
  const control = v2Control();
  const made = [await makeHttpApi(control), await makeHttpApi(control), await makeWebSocketApi(control)].sort();
  const seen: string[] = [];
  let NextToken: string | undefined;
  do {
    const page = await control.call('GetApis', { MaxResults: '2', ...(NextToken && { NextToken }) });
    seen.push(...page.Items!.map(({ ApiId }) => ApiId!));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  assert.deepEqual(seen, made);
  await assertRefused(control.call('GetApis', { MaxResults: '0' }), 'BadRequestException');
  await assertRefused(control.call('GetApis', { NextToken: 'abc' }), 'BadRequestException');
});

test('a deleted API takes everything below it along, and the gateway hears of it', async () => {
  const control = v2Control();
  const { ApiId } = await makePetsApi(control);
  await control.call('DeleteApi', { ApiId });
  await assertRefused(control.call('GetApi', { ApiId }), 'NotFoundException');
  assert.deepEqual(await control.store.read((tx) => tx.list(routes, [ApiId])), []);
  assert.deepEqual(control.changes.at(-1), { apiId: ApiId });
});

test('[VS-03] what converts messages is refused by an HTTP API', async () => {
  const control = v2Control();
  const ApiId = await makeHttpApi(control);
  const create = (input: object) =>
    control.call('CreateIntegration', {
      ApiId,
      IntegrationType: 'HTTP_PROXY',
      IntegrationUri: 'http://example.com',
      ...input,
    });
  await assertRefused(
    create({ RequestTemplates: { 'application/json': '{}' } }),
    'BadRequestException',
    'RequestTemplates cannot be set for HTTP protocol Apis.',
  );
  await assertRefused(create({ PassthroughBehavior: 'NEVER' }), 'BadRequestException');
  // Terraform says the default for every integration.
  assert.equal('PassthroughBehavior' in (await create({ PassthroughBehavior: 'WHEN_NO_MATCH' })), false);
  await assertRefused(create({ ContentHandlingStrategy: 'CONVERT_TO_TEXT' }), 'BadRequestException');
});
