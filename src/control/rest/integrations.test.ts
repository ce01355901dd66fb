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
import type { Integration, IntegrationResponse, PutIntegrationRequest } from '../../wire/generated/apigateway.ts';

const lambdaUri =
  'arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-central-1:123456789012:function:f/invocations';

const put = async (
  control: RestControl,
  settings: Omit<PutIntegrationRequest, 'restApiId' | 'resourceId' | 'httpMethod'>,
) => {
  const pets = await makePets(control);
  return { pets, integration: await control.call('PutIntegration', { ...pets, ...settings }) };
};

test('[V1-18] a MOCK integration has its defaults, and no verb even when one was sent', async () => {
  const control = restControl();
  const { pets, integration } = await put(control, { type: 'MOCK', integrationHttpMethod: 'POST' });
  assert.deepEqual(integration, {
    type: 'MOCK',
    passthroughBehavior: 'WHEN_NO_MATCH',
    timeoutInMillis: 29_000,
    cacheNamespace: pets.resourceId,
    cacheKeyParameters: [],
    responseTransferMode: 'BUFFERED',
  });
});

test('[V1-18] only HTTP types show a connection type; INTERNET unless told otherwise', async () => {
  const control = restControl();
  const http = await put(control, { type: 'HTTP_PROXY', integrationHttpMethod: 'GET', uri: 'http://localhost:8080/' });
  assert.equal(http.integration.connectionType, 'INTERNET');
  const lambda = await put(control, { type: 'AWS_PROXY', integrationHttpMethod: 'POST', uri: lambdaUri });
  assert.equal('connectionType' in lambda.integration, false);
});

test('credentials that are empty or absent are left out; a role that does not exist is kept', async () => {
  const control = restControl();
  const settings = { type: 'AWS_PROXY', integrationHttpMethod: 'POST', uri: lambdaUri } as const;
  assert.equal('credentials' in (await put(control, settings)).integration, false);
  assert.equal('credentials' in (await put(control, { ...settings, credentials: '' })).integration, false);
  const credentials = 'arn:aws:iam::123456789012:role/nosuch';
  assert.equal((await put(control, { ...settings, credentials })).integration.credentials, credentials);
});

test('empty templates read back as null', async () => {
  const control = restControl();
  const { integration } = await put(control, { type: 'MOCK', requestTemplates: { 'a/b': '', 'c/d': 'x' } });
  assert.deepEqual(integration.requestTemplates, { 'a/b': null, 'c/d': 'x' });
});

test('[V1-19] putting an integration again replaces it wholesale and drops its responses', async () => {
  const control = restControl();
  const { pets } = await put(control, { type: 'MOCK', requestTemplates: { 'a/b': 'x' } });
  await control.call('PutIntegrationResponse', { ...pets, statusCode: '200' });
  await control.call('PutIntegration', { ...pets, type: 'MOCK' });
  const integration = await control.call('GetIntegration', pets);
  assert.equal(integration.requestTemplates, undefined);
  assert.equal(integration.integrationResponses, undefined);
});

type Settings = Parameters<typeof put>[1];

const badIntegrations: readonly [string, Settings, string | RegExp][] = [
  [
    'AWS_PROXY without a verb',
    { type: 'AWS_PROXY', uri: lambdaUri },
    'Enumeration value for HttpMethod must be non-empty',
  ],
  [
    'HTTP with a verb of its own',
    { type: 'HTTP', integrationHttpMethod: 'FETCH', uri: 'http://backend/' },
    'Invalid HttpMethod specified. Valid options are GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,ANY',
  ],
  ['HTTP without a uri', { type: 'HTTP', integrationHttpMethod: 'GET' }, 'Invalid HTTP endpoint specified for URI'],
  ['AWS without a uri', { type: 'AWS', integrationHttpMethod: 'POST' }, 'Invalid ARN specified in the request'],
  [
    'AWS to an ARN that is not API Gateway’s',
    { type: 'AWS', integrationHttpMethod: 'POST', uri: 'arn:aws:lambda:eu-central-1:123456789012:function:f' },
    'AWS ARN for integration must contain path or action',
  ],
  [
    'AWS_PROXY to what is no ARN',
    { type: 'AWS_PROXY', integrationHttpMethod: 'POST', uri: 'arn:aws:lambda' },
    'Invalid ARN specified in the request',
  ],
  [
    'AWS to an ARN without path or action',
    { type: 'AWS', integrationHttpMethod: 'POST', uri: 'arn:aws:apigateway:eu-central-1:lambda:functions/f' },
    'AWS ARN for integration must contain path or action',
  ],
  [
    'AWS_PROXY to another service',
    {
      type: 'AWS_PROXY',
      integrationHttpMethod: 'POST',
      uri: 'arn:aws:apigateway:eu-central-1:sqs:path/123456789012/q',
    },
    /^Integrations of type 'AWS_PROXY' currently only supports/,
  ],
  [
    'AWS to another service without a role',
    { type: 'AWS', integrationHttpMethod: 'POST', uri: 'arn:aws:apigateway:eu-central-1:sqs:path/123456789012/q' },
    'Role ARN must be specified for AWS integrations',
  ],
  ...[
    'ftp://example.com',
    'example.com',
    'http://',
    'http://:80/',
    'http://a:81/',
    'http://a:65536/',
    'http://a:x/',
  ].map((uri): [string, Settings, string] => [
    `HTTP to ${uri}`,
    { type: 'HTTP', integrationHttpMethod: 'GET', uri },
    'Invalid HTTP endpoint specified for URI',
  ]),
];

for (const [what, settings, message] of badIntegrations) {
  test(`[V1-20] ${what} is refused`, async () => {
    await assertRefused(put(restControl(), settings), 'BadRequestException', message);
  });
}

for (const uri of [
  'http://example.com',
  'https://example.com:443/a?b=c',
  'http://localhost:3000/{proxy}',
  'http://[::1]:8080/',
  'https://${stageVariables.host}/pets',
  'http://${stageVariables.host}:${stageVariables.port}/pets/{id}',
]) {
  test(`[V1-20] HTTP to ${uri} is accepted`, async () => {
    const { integration } = await put(restControl(), { type: 'HTTP', integrationHttpMethod: 'GET', uri });
    assert.equal(integration.uri, uri);
  });
}

test('a Lambda URI with a doubled slash, and a verb other than POST, are accepted', async () => {
  const uri = lambdaUri.replace('path/', 'path//');
  const { integration } = await put(restControl(), { type: 'AWS_PROXY', integrationHttpMethod: 'GET', uri });
  assert.equal(integration.uri, uri);
});

test('a URI of a million open braces is refused at once', async () => {
  const uri = `http://${'${'.repeat(1_000_000)}`;
  const call = put(restControl(), { type: 'HTTP', integrationHttpMethod: 'GET', uri });
  await assertRefused(call, 'BadRequestException', 'Invalid HTTP endpoint specified for URI');
});

test('[SV-05] a stage variable may stand for a role, for its name or its account', async () => {
  const arns = [
    'arn:aws:iam::123456789012:role/${stageVariables.name}',
    'arn:aws:iam::123456789012:${stageVariables.role}',
    'arn:aws:iam::${stageVariables.account}:role/api',
  ];
  for (const credentials of arns) {
    const { integration } = await put(restControl(), { type: 'MOCK', credentials });
    assert.equal(integration.credentials, credentials);
  }
});

for (const timeoutInMillis of [49, 29_001]) {
  test(`[LIM-03] a timeout of ${timeoutInMillis} ms is refused`, async () => {
    const message = 'Timeout should be between 50 ms and 29000 ms';
    await assertRefused(put(restControl(), { type: 'MOCK', timeoutInMillis }), 'BadRequestException', message);
  });
}

const otherRefusals: readonly [string, Settings][] = [
  ['a passthrough behaviour that does not exist', { type: 'MOCK', passthroughBehavior: 'ALWAYS' }],
  ['a streaming MOCK', { type: 'MOCK', responseTransferMode: 'STREAM' }],
  ['credentials that are no role', { type: 'MOCK', credentials: 'secret' }],
  ['the caller’s credentials without AWS_IAM', { type: 'MOCK', credentials: 'arn:aws:iam::*:user/*' }],
  [
    'a VPC link that does not exist',
    { type: 'HTTP', integrationHttpMethod: 'GET', uri: 'http://a/', connectionType: 'VPC_LINK', connectionId: 'x' },
  ],
  [
    'a VPC link for Lambda',
    {
      type: 'AWS_PROXY',
      integrationHttpMethod: 'POST',
      uri: lambdaUri,
      connectionType: 'VPC_LINK',
      connectionId: '${stageVariables.x}',
    },
  ],
  [
    'a VPC link without an id',
    { type: 'HTTP', integrationHttpMethod: 'GET', uri: 'http://a/', connectionType: 'VPC_LINK' },
  ],
];

for (const [what, settings] of otherRefusals) {
  test(`${what} is refused`, async () => {
    await assertRefused(put(restControl(), settings), 'BadRequestException');
  });
}

test('a method whose integration calls as the caller cannot give up AWS_IAM', async () => {
  const control = restControl();
  const pets = await makePets(control);
  const authorize = (type: string) =>
    control.call('UpdateMethod', { ...pets, patchOperations: [patch('replace', '/authorizationType', type)] });
  await authorize('AWS_IAM');
  await control.call('PutIntegration', { ...pets, type: 'MOCK', credentials: 'arn:aws:iam::*:user/*' });
  await assertRefused(authorize('NONE'), 'BadRequestException');
});

test('[MAP-02] a mapping from a parameter the method does not declare is refused', async () => {
  const control = restControl();
  const pets = await makePets(control);
  const mapping = (source: string) =>
    control.call('PutIntegration', {
      ...pets,
      type: 'HTTP_PROXY',
      integrationHttpMethod: 'GET',
      uri: 'http://a/',
      requestParameters: { 'integration.request.header.X': source },
    });
  await assertRefused(
    mapping('method.request.querystring.page'),
    'BadRequestException',
    'Invalid mapping expression specified: Validation Result: warnings : [], errors : [Invalid mapping expression parameter specified: ' +
      'method.request.querystring.page]',
  );
  const declare = [patch('add', '/requestParameters/method.request.querystring.page', 'false')];
  await control.call('UpdateMethod', { ...pets, patchOperations: declare });
  await mapping('method.request.querystring.page');
  await mapping('method.request.multivaluequerystring.page');
});

for (const [destination, source, accepted] of [
  ['integration.request.header.X', "'literal'", true],
  ['integration.request.querystring.x', 'stageVariables.host', true],
  ['integration.request.path.x', 'context.requestId', true],
  ['integration.request.header.X', 'method.request.body', true],
  ['integration.request.header.X', 'method.request.body.pet.name', true],
  ['integration.request.header.X Y', "'a'", false],
  ['integration.request.cookie.x', "'a'", false],
  ['integration.request.header.X', '"literal"', false],
  ['integration.request.header.X', 'literal', false],
  ['integration.request.header.X', 'method.request.header.a b', false],
] as const) {
  test(`[MAP-03] the mapping ${destination} from ${source} is ${accepted ? 'accepted' : 'refused'}`, async () => {
    const requestParameters = { [destination]: source };
    const call = put(restControl(), {
      type: 'HTTP_PROXY',
      integrationHttpMethod: 'GET',
      uri: 'http://a/',
      requestParameters,
    });
    if (accepted) assert.deepEqual((await call).integration.requestParameters, requestParameters);
    else await assertRefused(call, 'BadRequestException', /^Invalid mapping expression specified: Validation Result/);
  });
}

test('[INT-30] a cache key parameter must be declared by the method or the integration', async () => {
  const control = restControl();
  const http = { type: 'HTTP_PROXY', integrationHttpMethod: 'GET', uri: 'http://a/' } as const;
  await assertRefused(
    put(control, { ...http, cacheKeyParameters: ['method.request.querystring.page'] }),
    'BadRequestException',
    'Invalid cache key parameter specified',
  );
  await assertRefused(put(control, { ...http, cacheKeyParameters: ['constructor'] }), 'BadRequestException');
  const cacheKeyParameters = ['integration.request.header.X'];
  const requestParameters = { 'integration.request.header.X': "'a'" };
  const { integration } = await put(control, {
    ...http,
    cacheKeyParameters,
    requestParameters,
    cacheNamespace: 'shared',
  });
  assert.deepEqual(integration.cacheKeyParameters, cacheKeyParameters);
  assert.equal(integration.cacheNamespace, 'shared');
});

const integrationPatches: readonly [readonly PatchOperation[], Partial<Integration>][] = [
  [[patch('replace', '/uri', 'http://b/')], { uri: 'http://b/' }],
  [[patch('replace', '/httpMethod', 'PUT')], { httpMethod: 'PUT' }],
  [
    [patch('replace', '/credentials', 'arn:aws:iam::123456789012:role/r')],
    { credentials: 'arn:aws:iam::123456789012:role/r' },
  ],
  [
    [patch('replace', '/credentials', 'arn:aws:iam::123456789012:role/r'), patch('replace', '/credentials', '')],
    { credentials: undefined as unknown as string },
  ],
  [
    [patch('replace', '/connectionType', 'VPC_LINK'), patch('replace', '/connectionId', '${stageVariables.link}')],
    { connectionType: 'VPC_LINK', connectionId: '${stageVariables.link}' },
  ],
  [[patch('replace', '/contentHandling', 'CONVERT_TO_TEXT')], { contentHandling: 'CONVERT_TO_TEXT' }],
  [[patch('replace', '/passthroughBehavior', 'NEVER')], { passthroughBehavior: 'NEVER' }],
  [[patch('replace', '/timeoutInMillis', '500')], { timeoutInMillis: 500 }],
  [[patch('replace', '/cacheNamespace', 'shared')], { cacheNamespace: 'shared' }],
  [
    [patch('replace', '/tlsConfig/insecureSkipVerification', 'true')],
    { tlsConfig: { insecureSkipVerification: true } },
  ],
  [[patch('replace', '/responseTransferMode', 'STREAM')], { responseTransferMode: 'STREAM' }],
  [
    [patch('replace', '/integrationTarget', 'arn:aws:elasticloadbalancing:x')],
    { integrationTarget: 'arn:aws:elasticloadbalancing:x' },
  ],
  [
    [
      patch('add', '/requestTemplates/application~1json', 'a'),
      patch('replace', '/requestTemplates/application~1json', 'b'),
    ],
    { requestTemplates: { 'application/json': 'b' } },
  ],
  [
    [patch('add', '/requestTemplates/a~1b', 'a'), patch('remove', '/requestTemplates/a~1b')],
    { requestTemplates: undefined as unknown as Record<string, string> },
  ],
  [
    [
      patch('add', '/requestParameters/integration.request.header.X', "'a'"),
      patch('replace', '/requestParameters/integration.request.header.X', "'b'"),
      patch('add', '/cacheKeyParameters/integration.request.header.X'),
    ],
    {
      requestParameters: { 'integration.request.header.X': "'b'" },
      cacheKeyParameters: ['integration.request.header.X'],
    },
  ],
  [
    [
      patch('add', '/requestParameters/integration.request.header.X', "'a'"),
      patch('add', '/cacheKeyParameters/integration.request.header.X'),
      patch('remove', '/cacheKeyParameters/integration.request.header.X'),
      patch('remove', '/requestParameters/integration.request.header.X'),
    ],
    { requestParameters: undefined as unknown as Record<string, string>, cacheKeyParameters: [] },
  ],
];

for (const [patchOperations, expect] of integrationPatches) {
  const what = patchOperations.map(({ op, path, value }) => [op, path, value].filter(Boolean).join(' ')).join(', ');
  test(`[PATCH-09] UpdateIntegration: ${what}`, async () => {
    const control = restControl();
    const { pets } = await put(control, { type: 'HTTP_PROXY', integrationHttpMethod: 'GET', uri: 'http://a/' });
    const answer = await control.call('UpdateIntegration', { ...pets, patchOperations });
    for (const [member, value] of Object.entries(expect)) {
      assert.deepEqual(answer[member as keyof Integration], value, member);
    }
    assert.deepEqual(await control.call('GetIntegration', pets), answer);
  });
}

for (const [operation, message] of [
  [patch('add', '/credentials', 'x'), 'Invalid patch path /credentials'],
  [patch('remove', '/credentials'), 'Invalid patch path /credentials'],
  [patch('replace', '/nope', 'x'), 'Invalid patch path /nope'],
  [patch('replace', '/uri', 'nonsense'), 'Invalid HTTP endpoint specified for URI'],
  [patch('replace', '/timeoutInMillis', 'soon'), 'Invalid timeoutInMillis specified: soon'],
] as const) {
  test(`[PATCH-09] UpdateIntegration refuses ${operation.op} ${operation.path}`, async () => {
    const control = restControl();
    const { pets } = await put(control, { type: 'HTTP_PROXY', integrationHttpMethod: 'GET', uri: 'http://a/' });
    const call = control.call('UpdateIntegration', { ...pets, patchOperations: [operation] });
    await assertRefused(call, 'BadRequestException', message);
  });
}

test('a deleted integration is gone, the method stays', async () => {
  const control = restControl();
  const pets = await makePets(control);
  await control.call('DeleteIntegration', pets);
  assert.equal((await control.call('GetMethod', pets)).methodIntegration, undefined);
  const message = 'Invalid Integration identifier specified';
  await assertRefused(control.call('GetIntegration', pets), 'NotFoundException', message);
  await assertRefused(control.call('DeleteIntegration', pets), 'NotFoundException', message);
});

test('an integration response keeps what was set; an empty selection pattern is echoed, an empty template is null', async () => {
  const control = restControl();
  const pets = await makePets(control);
  const statusCode = '200';
  const answer = await control.call('PutIntegrationResponse', {
    ...pets,
    statusCode,
    selectionPattern: '',
    responseTemplates: { 'application/json': '' },
    contentHandling: 'CONVERT_TO_TEXT',
  });
  assert.deepEqual(answer, {
    statusCode,
    selectionPattern: '',
    responseTemplates: { 'application/json': null },
    contentHandling: 'CONVERT_TO_TEXT',
  });
  assert.deepEqual(await control.call('GetIntegrationResponse', { ...pets, statusCode }), answer);
  assert.deepEqual((await control.call('GetIntegration', pets)).integrationResponses, { '200': answer });
});

test('[V1-17] an integration response maps only to headers its method response declares', async () => {
  const control = restControl();
  const pets = await makePets(control);
  const mapped = (source: string) =>
    control.call('PutIntegrationResponse', {
      ...pets,
      statusCode: '200',
      responseParameters: { 'method.response.header.X': source },
    });
  const wrapped = (complaint: string) =>
    `Invalid mapping expression specified: Validation Result: warnings : [], errors : [${complaint}]`;
  await assertRefused(mapped("'a'"), 'BadRequestException', wrapped('No method response exists for method.'));
  await control.call('PutMethodResponse', { ...pets, statusCode: '200' });
  await assertRefused(
    mapped("'a'"),
    'BadRequestException',
    wrapped('Invalid mapping expression parameter specified: method.response.header.X'),
  );
  const declare = [patch('add', '/responseParameters/method.response.header.X', 'false')];
  await control.call('UpdateMethodResponse', { ...pets, statusCode: '200', patchOperations: declare });
  await assertRefused(mapped('"*"'), 'BadRequestException', wrapped('Invalid mapping expression specified: "*"'));
  for (const source of ["'*'", 'integration.response.header.Y', 'integration.response.body.a', 'context.requestId']) {
    assert.deepEqual((await mapped(source)).responseParameters, { 'method.response.header.X': source });
  }
});

const integrationResponsePatches: readonly [readonly PatchOperation[], IntegrationResponse][] = [
  [[patch('replace', '/selectionPattern', '4\\d\\d')], { statusCode: '200', selectionPattern: '4\\d\\d' }],
  [
    [patch('replace', '/contentHandling', 'CONVERT_TO_BINARY')],
    { statusCode: '200', contentHandling: 'CONVERT_TO_BINARY' },
  ],
  [[patch('replace', '/statusCode', '201')], { statusCode: '201' }],
  [
    [
      patch('add', '/responseParameters/method.response.header.X', "'a'"),
      patch('replace', '/responseParameters/method.response.header.X', "'b'"),
    ],
    { statusCode: '200', responseParameters: { 'method.response.header.X': "'b'" } },
  ],
  [
    [
      patch('add', '/responseParameters/method.response.header.X', "'a'"),
      patch('remove', '/responseParameters/method.response.header.X'),
    ],
    { statusCode: '200' },
  ],
  [
    [patch('add', '/responseTemplates/a~1b', 'x'), patch('replace', '/responseTemplates/a~1b', '')],
    { statusCode: '200', responseTemplates: { 'a/b': null as unknown as string } },
  ],
  [[patch('add', '/responseTemplates/a~1b', 'x'), patch('remove', '/responseTemplates/a~1b')], { statusCode: '200' }],
];

for (const [patchOperations, expect] of integrationResponsePatches) {
  const what = patchOperations.map(({ op, path, value }) => [op, path, value].filter(Boolean).join(' ')).join(', ');
  test(`[PATCH-10] UpdateIntegrationResponse: ${what}`, async () => {
    const control = restControl();
    const pets = await makePets(control);
    await control.call('PutMethodResponse', {
      ...pets,
      statusCode: '200',
      responseParameters: { 'method.response.header.X': false },
    });
    await control.call('PutIntegrationResponse', { ...pets, statusCode: '200' });
    const answer = await control.call('UpdateIntegrationResponse', { ...pets, statusCode: '200', patchOperations });
    assert.deepEqual(answer, expect);
    assert.deepEqual((await control.call('GetIntegration', pets)).integrationResponses, {
      [expect.statusCode!]: expect,
    });
  });
}

test('a status code that is taken by another response cannot be had', async () => {
  const control = restControl();
  const pets = await makePets(control);
  for (const statusCode of ['200', '201']) await control.call('PutIntegrationResponse', { ...pets, statusCode });
  const patchOperations = [patch('replace', '/statusCode', '201')];
  await assertRefused(
    control.call('UpdateIntegrationResponse', { ...pets, statusCode: '200', patchOperations }),
    'ConflictException',
  );
});

test('the status code of an integration response can only become another one', async () => {
  const control = restControl();
  const method = await makePets(control);
  await control.call('PutIntegrationResponse', { ...method, statusCode: '200' });
  for (const value of ['600', '20', '', 'ok']) {
    const patchOperations = [patch('replace', '/statusCode', value)];
    await assertRefused(
      control.call('UpdateIntegrationResponse', { ...method, statusCode: '200', patchOperations }),
      'BadRequestException',
      `Invalid status code specified: ${value}`,
    );
  }
});

test('a wrong verb is called a wrong method by GetIntegrationResponse and a wrong integration by DeleteIntegrationResponse', async () => {
  const control = restControl();
  const wrong = { ...(await makePets(control)), httpMethod: 'PUT', statusCode: '200' };
  const method = 'Invalid Method identifier specified';
  const integration = 'Invalid Integration identifier specified';
  await assertRefused(control.call('GetIntegrationResponse', wrong), 'NotFoundException', method);
  await assertRefused(control.call('DeleteIntegrationResponse', wrong), 'NotFoundException', integration);
});

test('a deleted integration response is gone; an unknown one is named', async () => {
  const control = restControl();
  const response = { ...(await makePets(control)), statusCode: '200' };
  await control.call('PutIntegrationResponse', response);
  await control.call('DeleteIntegrationResponse', response);
  const message = 'Invalid Response status code specified';
  await assertRefused(control.call('GetIntegrationResponse', response), 'NotFoundException', message);
  await assertRefused(control.call('DeleteIntegrationResponse', response), 'NotFoundException', message);
});

test('[NEW-03] a raised quota lets integrations of regional APIs take longer than 29 s, those of edge-optimized ones not', async () => {
  const control = restControl({ limits: { maximumTimeoutMs: 60_000 } });
  const put = async (types: string[], timeoutInMillis: number) => {
    const { id: restApiId, rootResourceId: resourceId } = await makeApi(control, {
      endpointConfiguration: { types: types as ['EDGE'] },
    });
    const root = { restApiId, resourceId, httpMethod: 'GET' };
    await control.call('PutMethod', { ...root, authorizationType: 'NONE' });
    return control.call('PutIntegration', { ...root, type: 'MOCK', timeoutInMillis });
  };
  assert.equal((await put(['REGIONAL'], 60_000)).timeoutInMillis, 60_000);
  await assertRefused(put(['REGIONAL'], 60_001), 'BadRequestException', 'Timeout should be between 50 ms and 60000 ms');
  await assertRefused(put(['EDGE'], 29_001), 'BadRequestException', 'Timeout should be between 50 ms and 29000 ms');
});
