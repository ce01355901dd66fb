import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import {
  assertRefused,
  makeApi,
  makePets,
  type PatchOperation,
  patch,
  type RestControl,
  restControl,
} from '../../../test/support/rest-control.ts';
import type { Method, MethodResponse } from '../../wire/generated/apigateway.ts';

/** `GET /pets` without an integration. */
async function bareMethod(control: RestControl) {
  const { id: restApiId, rootResourceId } = await makeApi(control);
  const { id } = await control.call('CreateResource', { restApiId, parentId: rootResourceId, pathPart: 'pets' });
  const method = { restApiId, resourceId: id!, httpMethod: 'GET' };
  await control.call('PutMethod', { ...method, authorizationType: 'NONE' });
  return method;
}

for (const httpMethod of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'ANY']) {
  test(`[V1-13] ${httpMethod} is a verb`, async () => {
    const control = restControl();
    const { id: restApiId, rootResourceId: resourceId } = await makeApi(control);
    const method = await control.call('PutMethod', { restApiId, resourceId, httpMethod, authorizationType: 'NONE' });
    assert.deepEqual(method, { httpMethod, authorizationType: 'NONE', apiKeyRequired: false });
  });
}

for (const httpMethod of ['get', 'TRACE', '']) {
  test(`[V1-13] "${httpMethod}" is no verb`, async () => {
    const control = restControl();
    const { id: restApiId, rootResourceId: resourceId } = await makeApi(control);
    await assertRefused(
      control.call('PutMethod', { restApiId, resourceId, httpMethod, authorizationType: 'NONE' }),
      'BadRequestException',
      'Invalid HttpMethod specified. Valid options are GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,ANY',
    );
  });
}

for (const authorizationType of ['CUSTOM', 'COGNITO_USER_POOLS']) {
  for (const authorizerId of [undefined, 'nosuch']) {
    test(`[V1-13] ${authorizationType} needs an authorizer that exists, not ${authorizerId ?? 'none'}`, async () => {
      const control = restControl();
      const { id: restApiId, rootResourceId: resourceId } = await makeApi(control);
      const method = {
        restApiId,
        resourceId,
        httpMethod: 'GET',
        authorizationType,
        ...(authorizerId && { authorizerId }),
      };
      await assertRefused(
        control.call('PutMethod', method),
        'BadRequestException',
        'Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.',
      );
    });
  }
}

test('[V1-13] an authorization type that does not exist is refused', async () => {
  const control = restControl();
  const { id: restApiId, rootResourceId: resourceId } = await makeApi(control);
  const method = { restApiId, resourceId, httpMethod: 'GET', authorizationType: 'none' };
  await assertRefused(control.call('PutMethod', method), 'BadRequestException');
});

test('[V1-14] a method keeps everything that was set, and GetMethod shows it', async () => {
  const control = restControl();
  const { id: restApiId, rootResourceId: resourceId } = await makeApi(control);
  const settings = {
    httpMethod: 'POST',
    authorizationType: 'AWS_IAM',
    apiKeyRequired: true,
    operationName: 'CreatePet',
    requestParameters: { 'method.request.querystring.dry': false, 'method.request.header.X-Trace': true },
    requestModels: { 'application/json': 'Empty' },
  };
  const method = await control.call('PutMethod', { restApiId, resourceId, ...settings });
  assert.deepEqual(method, settings);
  assert.deepEqual(await control.call('GetMethod', { restApiId, resourceId, httpMethod: 'POST' }), settings);
});

test('[V1-15] a verb that is there already is a conflict', async () => {
  const control = restControl();
  const method = await bareMethod(control);
  await assertRefused(
    control.call('PutMethod', { ...method, authorizationType: 'NONE' }),
    'ConflictException',
    'Method already exists for this resource',
  );
});

const badMethods: readonly [string, object, string | RegExp][] = [
  [
    'a model that does not exist',
    { requestModels: { 'application/json': 'Pet' } },
    'Invalid model identifier specified: Pet',
  ],
  [
    'a validator that does not exist',
    { requestValidatorId: 'nosuch' },
    'Invalid Request Validator identifier specified',
  ],
  [
    'one name in query and header',
    { requestParameters: { 'method.request.querystring.id': true, 'method.request.header.id': true } },
    'Parameter names must be unique across querystring, header and path',
  ],
  [
    'a parameter in no known place',
    { requestParameters: { 'method.request.cookie.id': true } },
    /Invalid mapping expression specified: method\.request\.cookie\.id\]$/,
  ],
  ['scopes without an authorizer', { authorizationScopes: ['read'] }, /Authorization scopes/],
];

for (const [what, settings, message] of badMethods) {
  test(`[V1-14] a method with ${what} is refused`, async () => {
    const control = restControl();
    const { id: restApiId, rootResourceId: resourceId } = await makeApi(control);
    const method = { restApiId, resourceId, httpMethod: 'GET', authorizationType: 'NONE', ...settings };
    await assertRefused(control.call('PutMethod', method), 'BadRequestException', message);
  });
}

const methodPatches: readonly [readonly PatchOperation[], Partial<Method>][] = [
  [[patch('replace', '/authorizationType', 'AWS_IAM')], { authorizationType: 'AWS_IAM' }],
  [[patch('replace', '/apiKeyRequired', 'true')], { apiKeyRequired: true }],
  [[patch('replace', '/operationName', 'ListPets')], { operationName: 'ListPets' }],
  [
    [
      patch('add', '/requestParameters/method.request.querystring.page', 'true'),
      patch('replace', '/requestParameters/method.request.querystring.page', 'nonsense'),
    ],
    { requestParameters: { 'method.request.querystring.page': false } },
  ],
  [
    [
      patch('add', '/requestParameters/method.request.header.A', 'true'),
      patch('remove', '/requestParameters/method.request.header.A'),
    ],
    { requestParameters: undefined as unknown as Record<string, boolean> },
  ],
  [[patch('add', '/requestModels/application~1json', 'Empty')], { requestModels: { 'application/json': 'Empty' } }],
  [
    [patch('add', '/requestModels/text~1xml', 'Empty'), patch('replace', '/requestModels/text~1xml', 'Error')],
    { requestModels: { 'text/xml': 'Error' } },
  ],
  [
    [patch('add', '/requestModels/text~1xml', 'Empty'), patch('remove', '/requestModels/text~1xml')],
    { requestModels: undefined as unknown as Record<string, string> },
  ],
  [
    [patch('add', '/authorizationScopes', 'a'), patch('remove', '/authorizationScopes', 'a')],
    { authorizationScopes: undefined as unknown as string[] },
  ],
  // Setting an authorizer while the type is NONE is silently ignored (recorded).
  [[patch('replace', '/authorizerId', 'nosuch')], { authorizerId: undefined as unknown as string }],
];

for (const [patchOperations, expect] of methodPatches) {
  const what = patchOperations.map(({ op, path, value }) => [op, path, value].filter(Boolean).join(' ')).join(', ');
  test(`[PATCH-11] UpdateMethod: ${what}`, async () => {
    const control = restControl();
    const method = await bareMethod(control);
    const answer = await control.call('UpdateMethod', { ...method, patchOperations });
    for (const [member, value] of Object.entries(expect))
      assert.deepEqual(answer[member as keyof Method], value, member);
    assert.deepEqual(await control.call('GetMethod', method), answer);
  });
}

const methodPatchRefusals: readonly [PatchOperation, string, string][] = [
  [
    patch('remove', '/requestParameters/method.request.header.A'),
    'NotFoundException',
    'Invalid parameter name specified',
  ],
  [patch('remove', '/requestModels/a~1b'), 'NotFoundException', 'Content-Type specified was not found'],
  [patch('add', '/requestModels/a~1b', 'Pet'), 'BadRequestException', 'Invalid model identifier specified: Pet'],
  [
    patch('replace', '/requestValidatorId', 'x'),
    'BadRequestException',
    'Invalid Request Validator identifier specified',
  ],
  [
    patch('replace', '/nope', 'x'),
    'BadRequestException',
    "Invalid patch path  '/nope' specified for op 'replace'. Must be one of: [/authorizationType, /authorizerId, /apiKeyRequired, " +
      '/operationName, /requestValidatorId, /requestParameters/{name}, /requestModels/{contentType}]',
  ],
];

for (const [operation, kind, message] of methodPatchRefusals) {
  test(`[PATCH-11] UpdateMethod refuses ${operation.op} ${operation.path}`, async () => {
    const control = restControl();
    const method = await bareMethod(control);
    await assertRefused(control.call('UpdateMethod', { ...method, patchOperations: [operation] }), kind, message);
  });
}

test('a deleted method is gone, with its integration', async () => {
  const control = restControl();
  const pets = await makePets(control);
  await control.call('DeleteMethod', pets);
  await assertRefused(control.call('GetMethod', pets), 'NotFoundException', 'Invalid Method identifier specified');
  await assertRefused(control.call('DeleteMethod', pets), 'NotFoundException', 'Invalid Method identifier specified');
});

test('[V1-16] a method response keeps its parameters and models; the same status twice is a conflict', async () => {
  const control = restControl();
  const method = await bareMethod(control);
  const response = {
    statusCode: '200',
    responseParameters: { 'method.response.header.X-A': false },
    responseModels: { 'application/json': 'Empty' },
  };
  assert.deepEqual(await control.call('PutMethodResponse', { ...method, ...response }), response);
  assert.deepEqual(await control.call('GetMethodResponse', { ...method, statusCode: '200' }), response);
  assert.deepEqual((await control.call('GetMethod', method)).methodResponses, { '200': response });
  await assertRefused(
    control.call('PutMethodResponse', { ...method, statusCode: '200' }),
    'ConflictException',
    'Response already exists for this resource',
  );
});

test('[V1-16] a method response refers to header parameters and to models that exist', async () => {
  const control = restControl();
  const method = await bareMethod(control);
  await assertRefused(
    control.call('PutMethodResponse', { ...method, statusCode: '200', responseModels: { 'a/b': 'Pet' } }),
    'BadRequestException',
    'Invalid model identifier specified: Pet',
  );
  await assertRefused(
    control.call('PutMethodResponse', { ...method, statusCode: '200', responseParameters: { 'header.X': true } }),
    'BadRequestException',
    'Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression specified: header.X]',
  );
});

const responsePatches: readonly [readonly PatchOperation[], MethodResponse][] = [
  [
    [patch('add', '/responseParameters/method.response.header.A', 'true')],
    { statusCode: '200', responseParameters: { 'method.response.header.A': true } },
  ],
  [
    [
      patch('add', '/responseParameters/method.response.header.A', 'true'),
      patch('replace', '/responseParameters/method.response.header.A', 'false'),
    ],
    { statusCode: '200', responseParameters: { 'method.response.header.A': false } },
  ],
  [
    [
      patch('add', '/responseParameters/method.response.header.A', 'true'),
      patch('remove', '/responseParameters/method.response.header.A'),
    ],
    { statusCode: '200' },
  ],
  [
    [patch('add', '/responseModels/a~1b', 'Empty'), patch('replace', '/responseModels/a~1b', 'Error')],
    { statusCode: '200', responseModels: { 'a/b': 'Error' } },
  ],
  [[patch('add', '/responseModels/a~1b', 'Empty'), patch('remove', '/responseModels/a~1b')], { statusCode: '200' }],
];

for (const [patchOperations, expect] of responsePatches) {
  const what = patchOperations.map(({ op, path, value }) => [op, path, value].filter(Boolean).join(' ')).join(', ');
  test(`[PATCH-12] UpdateMethodResponse: ${what}`, async () => {
    const control = restControl();
    const response = { ...(await bareMethod(control)), statusCode: '200' };
    await control.call('PutMethodResponse', response);
    assert.deepEqual(await control.call('UpdateMethodResponse', { ...response, patchOperations }), expect);
    assert.deepEqual(await control.call('GetMethodResponse', response), expect);
  });
}

for (const [path, message] of [
  ['/responseParameters/method.response.header.A', 'Invalid parameter name specified'],
  ['/responseModels/a~1b', 'Content-Type specified was not found'],
] as const) {
  test(`[PATCH-12] removing ${path} while it is not set is a 404`, async () => {
    const control = restControl();
    const response = { ...(await bareMethod(control)), statusCode: '200' };
    await control.call('PutMethodResponse', response);
    const call = control.call('UpdateMethodResponse', { ...response, patchOperations: [patch('remove', path)] });
    await assertRefused(call, 'NotFoundException', message);
  });
}

test('a deleted method response is gone; an unknown one is named', async () => {
  const control = restControl();
  const response = { ...(await bareMethod(control)), statusCode: '200' };
  await control.call('PutMethodResponse', response);
  await control.call('DeleteMethodResponse', response);
  assert.equal((await control.call('GetMethod', response)).methodResponses, undefined);
  const message = 'Invalid Response status code specified';
  await assertRefused(control.call('GetMethodResponse', response), 'NotFoundException', message);
  await assertRefused(control.call('DeleteMethodResponse', response), 'NotFoundException', message);
});

test('checks run in the order resource, method, response', async () => {
  const control = restControl();
  const method = await bareMethod(control);
  const wrong = { restApiId: method.restApiId, resourceId: 'nosuch', httpMethod: 'PUT', statusCode: '404' };
  const get = (input: typeof wrong) => control.call('GetMethodResponse', input);
  await assertRefused(get(wrong), 'NotFoundException', 'Invalid Resource identifier specified');
  const { resourceId } = method;
  await assertRefused(get({ ...wrong, resourceId }), 'NotFoundException', 'Invalid Method identifier specified');
  await assertRefused(
    get({ ...wrong, resourceId, httpMethod: 'GET' }),
    'NotFoundException',
    'Invalid Response status code specified',
  );
});
