import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { assertRefused } from '../../../test/support/rest-control.ts';
import { makeHttpApi, makeWebSocketApi, v2Control } from '../../../test/support/v2-control.ts';
import { Problem } from '../../base/problem.ts';

const AuthorizerUri =
  'arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-central-1:123456789012:function:guard/invocations';

async function apiOf(protocol: 'HTTP' | 'WEBSOCKET', options: Parameters<typeof v2Control>[0] = {}) {
  const control = v2Control(options);
  const ApiId = await (protocol === 'HTTP' ? makeHttpApi(control) : makeWebSocketApi(control));
  const create = (input: object) =>
    control.call('CreateAuthorizer', {
      ApiId,
      Name: 'guard',
      AuthorizerType: 'REQUEST',
      AuthorizerUri,
      IdentitySource: [protocol === 'HTTP' ? '$request.header.Authorization' : 'route.request.header.Auth'],
      ...(protocol === 'HTTP' && { AuthorizerPayloadFormatVersion: '2.0' }),
      ...input,
    });
  return { control, ApiId, create };
}

const jwt = {
  AuthorizerType: 'JWT',
  AuthorizerUri: undefined,
  AuthorizerPayloadFormatVersion: undefined,
  JwtConfiguration: { Issuer: 'https://issuer.example.com/', Audience: ['app'] },
};

test('[V2-13] authorizers of HTTP APIs, by function and by token, go through create, read, update, delete', async () => {
  const { control, ApiId, create } = await apiOf('HTTP');
  const made = await create({ EnableSimpleResponses: true });
  assert.match(made.AuthorizerId!, /^[a-z0-9]{6}$/);
  assert.deepEqual(made, {
    AuthorizerId: made.AuthorizerId,
    AuthorizerPayloadFormatVersion: '2.0',
    AuthorizerType: 'REQUEST',
    AuthorizerUri,
    EnableSimpleResponses: true,
    IdentitySource: ['$request.header.Authorization'],
    Name: 'guard',
  });
  const AuthorizerId = made.AuthorizerId!;
  const changed = await control.call('UpdateAuthorizer', { ApiId, AuthorizerId, AuthorizerResultTtlInSeconds: 0 });
  assert.deepEqual(changed, { ...made, AuthorizerResultTtlInSeconds: 0 });
  const token = await create(jwt);
  assert.deepEqual(token.JwtConfiguration, jwt.JwtConfiguration);
  const moved = await control.call('UpdateAuthorizer', {
    ApiId,
    AuthorizerId: token.AuthorizerId!,
    JwtConfiguration: { Audience: ['a', 'b'] },
  });
  assert.deepEqual(moved.JwtConfiguration, { Issuer: 'https://issuer.example.com/', Audience: ['a', 'b'] });
  assert.equal((await control.call('GetAuthorizers', { ApiId })).Items!.length, 2);
  await control.call('DeleteAuthorizer', { ApiId, AuthorizerId });
  await assertRefused(
    control.call('GetAuthorizer', { ApiId, AuthorizerId }),
    'NotFoundException',
    'Invalid Authorizer identifier specified',
  );
});

test('[V2-13] combinations that make no authorizer of an HTTP API are refused', async () => {
  const { create } = await apiOf('HTTP');
  const refused = (input: object, message?: string) => assertRefused(create(input), 'BadRequestException', message);
  await refused(
    { AuthorizerPayloadFormatVersion: undefined },
    'AuthorizerPayloadFormatVersion is a required parameter for REQUEST authorizer',
  );
  await refused({ AuthorizerPayloadFormatVersion: '3.0' });
  await refused(
    { AuthorizerPayloadFormatVersion: '1.0', EnableSimpleResponses: true },
    'EnableSimpleResponses can only be set for AuthorizerPayloadFormatVersion "2.0".',
  );
  for (const AuthorizerResultTtlInSeconds of [-1, 3601]) {
    await refused(
      { AuthorizerResultTtlInSeconds },
      'Authorizer result TTL outside allowable range. TTL must be between 0 and 3600 seconds.',
    );
  }
  await refused(
    { AuthorizerResultTtlInSeconds: 1, IdentitySource: [] },
    'Identity source must be set if authorizer caching is enabled (TTL is greater than 0)',
  );
  await refused({ AuthorizerType: 'TOKEN' });
  await refused({ AuthorizerUri: undefined });
  await refused({ AuthorizerUri: 'arn:aws:lambda:eu-central-1:123456789012:function:guard' });
  await refused({ AuthorizerCredentialsArn: '' }, 'Invalid role ARN');
  await refused({ AuthorizerCredentialsArn: 'nonsense' }, 'Invalid role ARN');
  await refused({ IdentitySource: ['route.request.header.x'] });
  await refused({ JwtConfiguration: jwt.JwtConfiguration });
  await refused({ ...jwt, JwtConfiguration: undefined });
  await refused({ ...jwt, JwtConfiguration: { Audience: ['a'] } });
  await refused({ ...jwt, JwtConfiguration: { Issuer: 'https://issuer.example.com' } });
  await refused({ ...jwt, IdentitySource: ['$request.header.a', '$request.header.b'] });
  await refused({ ...jwt, AuthorizerUri });
  await refused(
    { ...jwt, JwtConfiguration: { Issuer: 'issuer', Audience: ['a'] } },
    "Invalid issuer: issuer. Issuer must have a valid discovery endpoint ended with '/.well-known/openid-configuration'",
  );
});

test('[HLA-11] an authorizer has 50 audiences, a route 10 scopes', async () => {
  const { control, ApiId, create } = await apiOf('HTTP');
  const audience = (n: number) => Array.from({ length: n }, (_, i) => `a${i}`);
  const withAudiences = (n: number) =>
    create({ ...jwt, JwtConfiguration: { ...jwt.JwtConfiguration, Audience: audience(n) } });
  const { AuthorizerId } = await withAudiences(50);
  await assertRefused(withAudiences(51), 'BadRequestException');
  const route = (path: string, n: number) =>
    control.call('CreateRoute', {
      ApiId,
      RouteKey: `GET /${path}`,
      AuthorizationType: 'JWT',
      AuthorizerId: AuthorizerId!,
      AuthorizationScopes: audience(n),
    });
  await route('a', 10);
  await assertRefused(route('b', 11), 'BadRequestException');
});

test('a role is kept when an update leaves it out and cleared by the empty text', async () => {
  const { control, ApiId, create } = await apiOf('HTTP');
  const AuthorizerCredentialsArn = 'arn:aws:iam::123456789012:role/caller';
  const { AuthorizerId } = await create({ AuthorizerCredentialsArn });
  const at = { ApiId, AuthorizerId: AuthorizerId! };
  const renamed = await control.call('UpdateAuthorizer', { ...at, Name: 'other' });
  assert.equal(renamed.AuthorizerCredentialsArn, AuthorizerCredentialsArn);
  const cleared = await control.call('UpdateAuthorizer', { ...at, AuthorizerCredentialsArn: '' });
  assert.equal(cleared.AuthorizerCredentialsArn, undefined);
});

test('an authorizer of a WebSocket API shows no TTL, and its sources may be empty', async () => {
  const { control, ApiId, create } = await apiOf('WEBSOCKET');
  const made = await create({ IdentityValidationExpression: 'x' });
  assert.deepEqual(made, {
    AuthorizerId: made.AuthorizerId,
    AuthorizerType: 'REQUEST',
    AuthorizerUri,
    IdentitySource: ['route.request.header.Auth'],
    IdentityValidationExpression: 'x',
    Name: 'guard',
  });
  const at = { ApiId, AuthorizerId: made.AuthorizerId! };
  const cleared = await control.call('UpdateAuthorizer', { ...at, IdentityValidationExpression: '' });
  assert.equal(cleared.IdentityValidationExpression, undefined);
  for (const IdentitySource of [[], [''], undefined]) {
    assert.equal('IdentitySource' in (await create({ IdentitySource })), false);
  }
});

test('[LA-12] an authorizer of a WebSocket API refuses what is for HTTP APIs, whatever its value, and stays as it was', async () => {
  const { control, ApiId, create } = await apiOf('WEBSOCKET');
  const type = 'Invalid authorizer type. Only REQUEST authorizer type is supported on WEBSOCKET protocol Apis.';
  for (const AuthorizerType of ['JWT', 'TOKEN'])
    await assertRefused(create({ AuthorizerType }), 'BadRequestException', type);
  const made = await create({});
  const values: Record<string, readonly unknown[]> = {
    AuthorizerPayloadFormatVersion: ['', '1.0', '2.0', '3.0'],
    AuthorizerResultTtlInSeconds: [0, 1, 60, 3600, -1, 3601],
    EnableSimpleResponses: [true, false],
  };
  for (const [member, each] of Object.entries(values)) {
    const message = `${member} cannot be set for WEBSOCKET protocol Apis.`;
    for (const value of each) {
      await assertRefused(create({ [member]: value }), 'BadRequestException', message);
      await assertRefused(
        control.call('UpdateAuthorizer', { ApiId, AuthorizerId: made.AuthorizerId!, Name: 'x', [member]: value }),
        'BadRequestException',
        message,
      );
    }
  }
  assert.deepEqual(await control.call('GetAuthorizer', { ApiId, AuthorizerId: made.AuthorizerId! }), made);
});

test('identity sources of a WebSocket API are named in their own way', async () => {
  const { create } = await apiOf('WEBSOCKET');
  for (const source of ['route.request.querystring.a', 'stageVariables.a', 'context.connectionId']) {
    await create({ IdentitySource: [source] });
  }
  for (const source of [
    '$request.header.a',
    '$context.a',
    'method.request.header.a',
    'route.request.header.',
    'route.request.body.a',
    'invalid',
  ]) {
    await assertRefused(
      create({ IdentitySource: [source] }),
      'BadRequestException',
      `Invalid request identity source expression: ${source}. The sources must be separated by comma, and each source must be either a request parameter, matching 'route.request.querystring|header.[a-zA-Z0-9._-]+', or a stage variable, matching 'stageVariables.[a-zA-Z0-9._-]+', or a context parameter, matching 'context.[a-zA-Z0-9._-]+'`,
    );
  }
});

test('[V2-14] where issuers are asked, one that does not answer, or not by https, makes no authorizer', async () => {
  const asked: string[] = [];
  const issuers = {
    async keysOf(issuer: string) {
      asked.push(issuer);
      if (issuer.includes('gone')) throw new Problem('AUTHORIZER_CONFIGURATION_ERROR', 'x', { why: 'nobody there' });
      return [];
    },
  };
  const { control, ApiId, create } = await apiOf('HTTP', { issuers });
  const of = (Issuer: string) => ({ ...jwt, JwtConfiguration: { Issuer, Audience: ['app'] } });
  const refusal =
    'Caught exception when connecting to https://gone.example.com/.well-known/openid-configuration for issuer https://gone.example.com/. ' +
    "Please try again later. Error: Invalid issuer: https://gone.example.com/. Issuer must have a valid discovery endpoint ended with '/.well-known/openid-configuration'";
  await assertRefused(create(of('https://gone.example.com/')), 'BadRequestException', refusal);
  await assertRefused(
    create(of('http://issuer.example.com')),
    'BadRequestException',
    "Invalid issuer: http://issuer.example.com. Issuer must have a valid discovery endpoint ended with '/.well-known/openid-configuration'",
  );
  const { AuthorizerId } = await create(of('https://issuer.example.com'));
  await create(of('http://localhost:4566/us-east-1_pool'));
  const at = { ApiId, AuthorizerId: AuthorizerId! };
  const moved = { Issuer: 'https://gone.example.com/' };
  await assertRefused(
    control.call('UpdateAuthorizer', { ...at, JwtConfiguration: moved }),
    'BadRequestException',
    refusal,
  );
  assert.equal((await control.call('GetAuthorizer', at)).JwtConfiguration?.Issuer, 'https://issuer.example.com');
  const guard = {
    ...{ type: 'jwt', identitySource: '$request.header.Authorization' },
    jwtConfiguration: { issuer: 'https://gone.example.com/', audience: ['app'] },
  };
  const document = {
    ...{ openapi: '3.0.1', info: { title: 'pets', version: '1' }, paths: {} },
    components: {
      securitySchemes: { guard: { type: 'oauth2', flows: {}, 'x-amazon-apigateway-authorizer': guard } },
    },
  };
  await assertRefused(
    control.call('ImportApi', { Body: JSON.stringify(document) }),
    'BadRequestException',
    `Errors found during import:\n\tUnable to create authorizer 'guard': ${refusal}`,
  );
  await create({});
  assert.equal(asked.length, 5);
});

test('[V2-13] what an authorizer needs is asked for by name', async () => {
  const { create } = await apiOf('HTTP');
  const { JwtConfiguration } = jwt;
  for (const [input, message] of [
    [{ Name: '' }, 'Name is a required parameter for Authorizer'],
    [{ AuthorizerUri: undefined }, 'AuthorizerUri is a required parameter for REQUEST authorizer'],
    [{ ...jwt, JwtConfiguration: { Audience: ['app'] } }, 'Issuer is a required parameter for JWT authorizer'],
    [
      { ...jwt, JwtConfiguration: { Issuer: JwtConfiguration.Issuer } },
      'Audience is a required parameter for JWT authorizer',
    ],
    [{ ...jwt, IdentitySource: [] }, 'IdentitySource is a required parameter for JWT authorizer'],
  ] as const) {
    await assertRefused(create(input), 'BadRequestException', message);
  }
});
