import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { assertRefused } from '../../../test/support/rest-control.ts';
import {
  makeHttpApi,
  makePetsApi,
  makeWebSocketApi,
  type V2Control,
  v2Control,
} from '../../../test/support/v2-control.ts';

const keysOf = async (control: V2Control, ApiId: string): Promise<(string | undefined)[]> =>
  (await control.call('GetRoutes', { ApiId })).Items!.map(({ RouteKey }) => RouteKey);

test('[V2-05] a route shows what it was given and AWS’s defaults, and goes through create, read, update, delete', async () => {
  const control = v2Control();
  const { ApiId, IntegrationId } = await makePetsApi(control);
  const Target = `integrations/${IntegrationId}`;
  const route = await control.call('CreateRoute', { ApiId, RouteKey: 'POST /pets', Target, OperationName: 'AddPet' });
  assert.match(route.RouteId!, /^[a-z0-9]{7}$/);
  assert.deepEqual(route, {
    ApiKeyRequired: false,
    AuthorizationType: 'NONE',
    OperationName: 'AddPet',
    RouteId: route.RouteId,
    RouteKey: 'POST /pets',
    Target,
  });
  const RouteId = route.RouteId!;
  assert.deepEqual(await control.call('GetRoute', { ApiId, RouteId }), route);
  const changed = await control.call('UpdateRoute', {
    ApiId,
    RouteId,
    OperationName: '',
    AuthorizationType: 'AWS_IAM',
  });
  assert.equal(changed.OperationName, undefined);
  assert.equal(changed.AuthorizationType, 'AWS_IAM');
  assert.equal(changed.Target, Target);
  await control.call('DeleteRoute', { ApiId, RouteId });
  await assertRefused(
    control.call('GetRoute', { ApiId, RouteId }),
    'NotFoundException',
    'Invalid route identifier specified',
  );
});

test('[V2-05] a second route with the same key is a conflict', async () => {
  const control = v2Control();
  const { ApiId, RouteId } = await makePetsApi(control);
  const message = 'Route with key GET /pets already exists for this API';
  await assertRefused(control.call('CreateRoute', { ApiId, RouteKey: 'GET /pets' }), 'ConflictException', message);
  const other = await control.call('CreateRoute', { ApiId, RouteKey: 'GET /cats' });
  await assertRefused(
    control.call('UpdateRoute', { ApiId, RouteId: other.RouteId!, RouteKey: 'GET /pets' }),
    'ConflictException',
    message,
  );
  await control.call('UpdateRoute', { ApiId, RouteId, RouteKey: 'GET /pets' });
});

test('[V2-06] an HTTP route key is a verb and a path, or $default', async () => {
  const control = v2Control();
  const ApiId = await makeHttpApi(control);
  for (const RouteKey of [
    'GET /',
    'ANY /{proxy+}',
    'POST /pets/{id}/toys/{toy-id}',
    '$default',
    'GET /a.b:c_d-e',
    'GET /pets/',
  ]) {
    await control.call('CreateRoute', { ApiId, RouteKey });
  }
  const format =
    'The provided route key is not formatted properly for HTTP protocol. Format should be "<HTTP METHOD> /<RESOURCE PATH>" or "$default"';
  for (const RouteKey of ['get /pets', 'GET pets', 'FETCH /pets', '/pets', '$connect', 'GET  /pets', '']) {
    await assertRefused(control.call('CreateRoute', { ApiId, RouteKey }), 'BadRequestException', format);
  }
  for (const RouteKey of ['GET /a//b', 'GET /{a}{b}', 'GET /a b', 'GET /@connections', 'GET /{}', 'GET /pets{id}']) {
    await assertRefused(
      control.call('CreateRoute', { ApiId, RouteKey }),
      'BadRequestException',
      'One or more path parts appear to be invalid. Parts are validated against this regular expression: ^(\\{[\\w.:-]+\\+?\\}|[a-zA-Z0-9.:_-]+)$',
    );
  }
  await assertRefused(control.call('CreateRoute', { ApiId, RouteKey: 'GET /{a+}/b' }), 'BadRequestException');
  await assertRefused(control.call('CreateRoute', { ApiId, RouteKey: 'GET /{a}/{a}' }), 'BadRequestException');
});

test('[V2-07] a WebSocket route key is one of three with a dollar, or a text without', async () => {
  const control = v2Control();
  const ApiId = await makeWebSocketApi(control);
  for (const RouteKey of ['$connect', '$disconnect', '$default', 'send message', 'GET /pets']) {
    await control.call('CreateRoute', { ApiId, RouteKey });
  }
  for (const RouteKey of ['$foo', '', 'a\nb', 'x'.repeat(129)]) {
    await assertRefused(
      control.call('CreateRoute', { ApiId, RouteKey }),
      'BadRequestException',
      'The provided route key is not formatted properly',
    );
  }
});

test('a route leads to an integration of its API that is there, and that integration stays while it does', async () => {
  const control = v2Control();
  const { ApiId, IntegrationId, RouteId } = await makePetsApi(control);
  const create = (Target: string) => control.call('CreateRoute', { ApiId, RouteKey: 'GET /x', Target });
  await assertRefused(create(IntegrationId), 'BadRequestException');
  await assertRefused(create('integrations/zzzzzzz'), 'BadRequestException');
  await assertRefused(
    control.call('DeleteIntegration', { ApiId, IntegrationId }),
    'ConflictException',
    `Cannot delete Integration because it is referenced by the following Routes with Ids: [${RouteId}]`,
  );
});

test('[VS-01] an HTTP API refuses API keys and request validation on its routes', async () => {
  const control = v2Control();
  const ApiId = await makeHttpApi(control);
  const create = (input: object) => control.call('CreateRoute', { ApiId, RouteKey: 'GET /x', ...input });
  await assertRefused(
    create({ ApiKeyRequired: true }),
    'BadRequestException',
    'ApiKeyRequired cannot be set for HTTP protocol Apis.',
  );
  await assertRefused(create({ RequestModels: { 'application/json': 'Pet' } }), 'BadRequestException');
  await assertRefused(
    create({ RequestParameters: { 'route.request.header.x': { Required: true } } }),
    'BadRequestException',
  );
  await assertRefused(create({ RouteResponseSelectionExpression: '$default' }), 'BadRequestException');
});

test('authorization types go with their protocol, and those that name an authorizer need one of the right kind', async () => {
  const control = v2Control();
  const ApiId = await makeHttpApi(control);
  const jwt = await control.call('CreateAuthorizer', {
    ApiId,
    Name: 'jwt',
    AuthorizerType: 'JWT',
    IdentitySource: ['$request.header.Authorization'],
    JwtConfiguration: { Issuer: 'https://issuer.example.com', Audience: ['a'] },
  });
  const create = (input: object) => control.call('CreateRoute', { ApiId, RouteKey: 'GET /x', ...input });
  await assertRefused(
    create({ AuthorizationType: 'JWT' }),
    'BadRequestException',
    'Invalid authorizer ID specified. Setting the authorization type to JWT requires a valid JWT authorizer.',
  );
  await assertRefused(
    create({ AuthorizationType: 'CUSTOM', AuthorizerId: jwt.AuthorizerId }),
    'BadRequestException',
    'Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.',
  );
  await assertRefused(create({ AuthorizationType: 'JWT', AuthorizerId: 'zzzzzz' }), 'BadRequestException');
  await assertRefused(create({ AuthorizationType: 'AWS_IAM', AuthorizationScopes: ['a'] }), 'BadRequestException');
  const route = await create({
    AuthorizationType: 'JWT',
    AuthorizerId: jwt.AuthorizerId,
    AuthorizationScopes: ['pets.read'],
  });
  assert.deepEqual(route.AuthorizationScopes, ['pets.read']);
  await assertRefused(
    control.call('DeleteAuthorizer', { ApiId, AuthorizerId: jwt.AuthorizerId! }),
    'ConflictException',
    "Cannot delete authorizer 'jwt', is referenced in route: GET /x",
  );
  const opened = await control.call('UpdateRoute', { ApiId, RouteId: route.RouteId!, AuthorizationType: 'NONE' });
  assert.equal(opened.AuthorizerId, undefined);
  await control.call('DeleteAuthorizer', { ApiId, AuthorizerId: jwt.AuthorizerId! });
});

test('[LA-12] authorization of a WebSocket API is for $connect alone', async () => {
  const control = v2Control();
  const ApiId = await makeWebSocketApi(control);
  const message = 'Currently, authorization is restricted to the $connect route only';
  await assertRefused(
    control.call('CreateRoute', { ApiId, RouteKey: '$default', AuthorizationType: 'AWS_IAM' }),
    'BadRequestException',
    message,
  );
  const route = await control.call('CreateRoute', { ApiId, RouteKey: 'send', ApiKeyRequired: true });
  await assertRefused(
    control.call('UpdateRoute', { ApiId, RouteId: route.RouteId!, AuthorizationType: 'AWS_IAM' }),
    'BadRequestException',
    message,
  );
  assert.equal((await control.call('GetRoute', { ApiId, RouteId: route.RouteId! })).AuthorizationType, 'NONE');
  await control.call('CreateRoute', { ApiId, RouteKey: '$connect', AuthorizationType: 'AWS_IAM' });
  await assertRefused(
    control.call('CreateRoute', { ApiId, RouteKey: '$disconnect', AuthorizationType: 'JWT' }),
    'BadRequestException',
  );
});

test('lists are sorted by id and go page by page', async () => {
  const control = v2Control();
  const ApiId = await makeHttpApi(control);
  for (const path of ['a', 'b', 'c', 'd', 'e']) await control.call('CreateRoute', { ApiId, RouteKey: `GET /${path}` });
  const { Items } = await control.call('GetRoutes', { ApiId });
  const ids = Items!.map(({ RouteId }) => RouteId!);
  assert.deepEqual(ids, ids.toSorted());
  const first = await control.call('GetRoutes', { ApiId, MaxResults: '3' });
  const second = await control.call('GetRoutes', { ApiId, MaxResults: '3', NextToken: first.NextToken! });
  assert.deepEqual([...first.Items!, ...second.Items!], Items);
  assert.equal(second.NextToken, undefined);
});

test('[LIM-04] the quotas of an API hold for routes, integrations, stages and authorizers', async () => {
  const control = v2Control({
    limits: { routesPerApi: 1, integrationsPerApi: 1, stagesPerApi: 1, authorizersPerApi: 1 },
  });
  const { ApiId } = await makePetsApi(control);
  await assertRefused(
    control.call('CreateRoute', { ApiId, RouteKey: 'GET /b' }),
    'TooManyRequestsException',
    'Maximum number of Routes for this API has been reached. Please contact AWS if you need additional Routes.',
  );
  await assertRefused(
    control.call('CreateIntegration', {
      ApiId,
      IntegrationType: 'HTTP_PROXY',
      IntegrationUri: 'http://example.com',
    }),
    'TooManyRequestsException',
  );
  await control.call('CreateStage', { ApiId, StageName: 'a' });
  await assertRefused(control.call('CreateStage', { ApiId, StageName: 'b' }), 'TooManyRequestsException');
  const authorizer = {
    ApiId,
    Name: 'jwt',
    AuthorizerType: 'JWT' as const,
    IdentitySource: ['$request.header.Authorization'],
    JwtConfiguration: { Issuer: 'https://issuer.example.com', Audience: ['a'] },
  };
  await control.call('CreateAuthorizer', authorizer);
  await assertRefused(
    control.call('CreateAuthorizer', authorizer),
    'TooManyRequestsException',
    'Maximum number of Authorizers for this API has been reached. Please contact AWS if you need additional Authorizers.',
  );
});

test('[LIM-05] [WS-31] a WebSocket API has 300 routes, 300 integrations and 10 stages', async () => {
  const control = v2Control();
  const ApiId = await makeWebSocketApi(control);
  const refused = (call: Promise<unknown>) => assertRefused(call, 'TooManyRequestsException');
  const route = (i: number) => control.call('CreateRoute', { ApiId, RouteKey: `r${i}` });
  const integration = () => control.call('CreateIntegration', { ApiId, IntegrationType: 'MOCK' });
  const stage = (i: number) => control.call('CreateStage', { ApiId, StageName: `s${i}` });
  for (let i = 0; i < 300; i++) {
    await route(i);
    await integration();
  }
  for (let i = 0; i < 10; i++) await stage(i);
  await refused(route(300));
  await refused(integration());
  await refused(stage(10));
});

test('[V2-12] a route response of a WebSocket API has the key $default and no other', async () => {
  const control = v2Control();
  const ApiId = await makeWebSocketApi(control);
  const { RouteId } = await control.call('CreateRoute', { ApiId, RouteKey: 'ask' });
  const at = { ApiId, RouteId: RouteId! };
  await assertRefused(control.call('CreateRouteResponse', { ...at, RouteResponseKey: '200' }), 'BadRequestException');
  const response = await control.call('CreateRouteResponse', {
    ...at,
    RouteResponseKey: '$default',
    ResponseParameters: { 'route.response.header.x': { Required: true } },
  });
  const RouteResponseId = response.RouteResponseId!;
  assert.deepEqual(await control.call('GetRouteResponse', { ...at, RouteResponseId }), response);
  assert.deepEqual((await control.call('GetRouteResponses', at)).Items, [response]);
  await assertRefused(
    control.call('CreateRouteResponse', { ...at, RouteResponseKey: '$default' }),
    'ConflictException',
  );
  const changed = await control.call('UpdateRouteResponse', {
    ...at,
    RouteResponseId,
    ModelSelectionExpression: '$default',
    ResponseParameters: {},
  });
  assert.deepEqual(changed, { RouteResponseId, RouteResponseKey: '$default', ModelSelectionExpression: '$default' });
  assert.equal('RouteResponses' in (await control.call('GetRoute', at)), false);
  await control.call('DeleteRouteResponse', { ...at, RouteResponseId });
  await assertRefused(control.call('GetRouteResponse', { ...at, RouteResponseId }), 'NotFoundException');
  assert.deepEqual(await keysOf(control, ApiId), ['ask']);
});

test('one request parameter of a route is deleted by its name', async () => {
  const control = v2Control();
  const ApiId = await makeWebSocketApi(control);
  const { RouteId } = await control.call('CreateRoute', {
    ApiId,
    RouteKey: '$connect',
    RequestParameters: {
      'route.request.querystring.token': { Required: true },
      'route.request.header.x': { Required: false },
    },
  });
  const at = { ApiId, RouteId: RouteId! };
  const RequestParameterKey = 'route.request.header.x';
  await control.call('DeleteRouteRequestParameter', { ...at, RequestParameterKey });
  assert.deepEqual((await control.call('GetRoute', at)).RequestParameters, {
    'route.request.querystring.token': { Required: true },
  });
  await assertRefused(control.call('DeleteRouteRequestParameter', { ...at, RequestParameterKey }), 'NotFoundException');
  const { RequestParameters } = await control.call('UpdateRoute', {
    ...at,
    RequestParameters: { 'route.request.header.x': {} },
  });
  assert.deepEqual(RequestParameters, {
    'route.request.querystring.token': { Required: true },
    'route.request.header.x': { Required: false },
  });
});
