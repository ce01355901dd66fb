/**
 * Authorizers that believe tokens, on the whole product: a user pool of ours and an OpenID provider that is not ours, made and asked through the official
 * clients; REST and HTTP APIs.
 */
import { strict as assert } from 'node:assert';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { CreateAuthorizerCommand, TestInvokeAuthorizerCommand, UpdateMethodCommand } from '@aws-sdk/client-api-gateway';
import {
  CreateDeploymentCommand,
  CreateAuthorizerCommand as CreateHttpAuthorizerCommand,
  GetRoutesCommand,
  UpdateRouteCommand,
  UpdateStageCommand,
} from '@aws-sdk/client-apigatewayv2';
import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { Provider } from 'oidc-provider';
import { type ApiUnderTest, createApi, createFunction, lambdaProxy } from '../support/api-under-test.ts';
import { clientConfig, startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { createHttpApi, type HttpApiUnderTest, lambdaRoute } from '../support/http-api-under-test.ts';
import { ask } from '../support/plain-http.ts';

let gatewright: TestGatewright;
let rest: ApiUnderTest;
let http: HttpApiUnderTest;
let provider: Server;
/** Of the pool's user. */
let tokens: { id: string; access: string };
let poolId: string;
let clientId: string;
let authorizerId: string;

/** Its own address leads nowhere: only the alias does. */
const issuer = 'https://issuer.example/realm';

async function startProvider(): Promise<Server> {
  const oidc = new Provider(issuer, {
    clients: [
      {
        client_id: 'machine',
        client_secret: 'secret',
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
        scope: 'rides/write',
      },
    ],
    scopes: ['rides/write'],
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => 'https://rides.example',
        getResourceServerInfo: () => ({
          scope: 'rides/write rides/read',
          audience: 'rides',
          accessTokenFormat: 'jwt',
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
  });
  oidc.proxy = true;
  const callback = oidc.callback();
  const server = createServer((request, response) => {
    // As a proxy in front of it would say.
    request.headers['x-forwarded-proto'] = 'https';
    request.headers['x-forwarded-host'] = 'issuer.example';
    const mounted = Object.assign(request, { originalUrl: request.url });
    mounted.url = request.url!.replace(/^\/realm/, '') || '/';
    void callback(mounted, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

const providerUrl = (): string => `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;

async function machineToken(scope: string): Promise<string> {
  const reply = await fetch(`${providerUrl()}/realm/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from('machine:secret').toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope }),
  });
  const answer = (await reply.json()) as { access_token?: string };
  assert.ok(answer.access_token, JSON.stringify(answer));
  return answer.access_token;
}

async function signIn(): Promise<void> {
  const cognito = new CognitoIdentityProviderClient(clientConfig(gatewright.endpoint));
  const { UserPool } = await cognito.send(new CreateUserPoolCommand({ PoolName: 'riders' }));
  poolId = UserPool!.Id!;
  const made = await cognito.send(
    new CreateUserPoolClientCommand({
      UserPoolId: poolId,
      ClientName: 'site',
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    }),
  );
  clientId = made.UserPoolClient!.ClientId!;
  const user = { UserPoolId: poolId, Username: 'ann' };
  await cognito.send(new AdminCreateUserCommand({ ...user, MessageAction: 'SUPPRESS' }));
  await cognito.send(new AdminSetUserPasswordCommand({ ...user, Password: 'Wild.Rydes.1', Permanent: true }));
  const { AuthenticationResult } = await cognito.send(
    new InitiateAuthCommand({
      AuthFlow: 'USER_PASSWORD_AUTH',
      ClientId: clientId,
      AuthParameters: { USERNAME: 'ann', PASSWORD: 'Wild.Rydes.1' },
    }),
  );
  tokens = { id: AuthenticationResult!.IdToken!, access: AuthenticationResult!.AccessToken! };
  cognito.destroy();
}

before(async () => {
  provider = await startProvider();
  gatewright = await startTestGatewright({ issuerAliases: { [issuer]: `${providerUrl()}/realm` } });
  await signIn();
  const echo = await createFunction(
    gatewright,
    'echo',
    'exports.handler = async (event) => ({ statusCode: 200, body: JSON.stringify(event.requestContext.authorizer) });',
  );
  rest = await createApi(gatewright, { 'POST /ride': lambdaProxy(echo), 'GET /rides': lambdaProxy(echo) });
  const { id } = await gatewright.apigateway.send(
    new CreateAuthorizerCommand({
      restApiId: rest.id,
      name: 'riders',
      type: 'COGNITO_USER_POOLS',
      providerARNs: [`arn:aws:cognito-idp:us-east-1:000000000000:userpool/${poolId}`],
      identitySource: 'method.request.header.Authorization',
    }),
  );
  authorizerId = id!;
  const guard = [
    { op: 'replace', path: '/authorizationType', value: 'COGNITO_USER_POOLS' },
    { op: 'replace', path: '/authorizerId', value: authorizerId },
  ] as const;
  const scope = { op: 'add', path: '/authorizationScopes', value: 'aws.cognito.signin.user.admin' } as const;
  const { apigateway } = gatewright;
  await apigateway.send(new UpdateMethodCommand({ ...rest.method('POST /ride'), patchOperations: [...guard] }));
  await apigateway.send(new UpdateMethodCommand({ ...rest.method('GET /rides'), patchOperations: [...guard, scope] }));
  await rest.deploy('prod');

  http = await createHttpApi(gatewright, {
    'GET /pool': lambdaRoute(echo),
    'GET /scoped': lambdaRoute(echo),
    'GET /machine': lambdaRoute(echo),
  });
  await guardRoutes();
});

async function guardRoutes(): Promise<void> {
  const { client, id: ApiId } = http;
  const made = { ApiId, AuthorizerType: 'JWT' as const, IdentitySource: ['$request.header.Authorization'] };
  const pool = await client.send(
    new CreateHttpAuthorizerCommand({
      ...made,
      Name: 'pool',
      JwtConfiguration: { Issuer: `https://cognito-idp.us-east-1.amazonaws.com/${poolId}`, Audience: [clientId] },
    }),
  );
  const foreign = await client.send(
    new CreateHttpAuthorizerCommand({
      ...made,
      Name: 'foreign',
      JwtConfiguration: { Issuer: issuer, Audience: ['rides'] },
    }),
  );
  const guards: Record<string, [string, string[]]> = {
    'GET /pool': [pool.AuthorizerId!, []],
    'GET /scoped': [pool.AuthorizerId!, ['aws.cognito.signin.user.admin']],
    'GET /machine': [foreign.AuthorizerId!, ['rides/write']],
  };
  const { Items = [] } = await client.send(new GetRoutesCommand({ ApiId }));
  for (const { RouteId, RouteKey } of Items) {
    const [AuthorizerId, AuthorizationScopes] = guards[RouteKey!]!;
    const guard = { AuthorizationType: 'JWT', AuthorizerId, AuthorizationScopes } as const;
    await client.send(new UpdateRouteCommand({ ApiId, RouteId, ...guard }));
  }
  const { DeploymentId } = await client.send(new CreateDeploymentCommand({ ApiId }));
  await client.send(new UpdateStageCommand({ ApiId, StageName: '$default', DeploymentId }));
}

after(async () => {
  http.client.destroy();
  await gatewright.close();
  provider.close();
  provider.closeAllConnections();
});

const send = (url: string, token?: string, method = 'GET') =>
  ask({
    port: gatewright.port,
    path: new URL(url).pathname,
    method,
    headers: token === undefined ? [] : ['Authorization', token],
  });

test('[E2E-02] [COG-08] the token of a signed-in user, tried on the authorizer, shows the user’s claims', async () => {
  const tried = async (Authorization: string) =>
    gatewright.apigateway.send(
      new TestInvokeAuthorizerCommand({ restApiId: rest.id, authorizerId, headers: { Authorization } }),
    );
  const { clientStatus, claims } = await tried(tokens.id);
  assert.equal(clientStatus, 0);
  assert.equal(claims!['cognito:username'], 'ann');
  assert.equal((await tried(tokens.access)).clientStatus, 401);
});

test('[COG-01] [COG-03] [COG-07] POST /ride asks for the ID token and hands its claims to the function', async () => {
  const ride = (token?: string) => send(rest.url('prod', '/ride'), token, 'POST');
  const good = await ride(tokens.id);
  assert.equal(good.status, 200, good.text);
  const { claims } = good.json as { claims: Record<string, string> };
  assert.equal(claims['cognito:username'], 'ann');
  assert.match(claims['exp']!, /^\w{3} \w{3} \d\d \d\d:\d\d:\d\d UTC \d{4}$/);
  assert.match(claims['auth_time']!, /^\d+$/);
  for (const token of [undefined, tokens.access, `${tokens.id}x`]) {
    const bad = await ride(token);
    assert.deepEqual([bad.status, bad.text], [401, '{"message":"Unauthorized"}']);
  }
});

test('[COG-03] a method with scopes asks for an access token that has one', async () => {
  assert.equal((await send(rest.url('prod', '/rides'), `Bearer ${tokens.access}`)).status, 200);
  assert.equal((await send(rest.url('prod', '/rides'), tokens.id)).status, 401);
});

test('[HLA-07] [HLA-10] an HTTP API believes both tokens of our pool, claims as texts and scopes null', async () => {
  for (const token of [tokens.id, `Bearer ${tokens.access}`]) {
    const reply = await send(http.url('/pool'), token);
    assert.equal(reply.status, 200, reply.text);
    const { jwt } = reply.json as { jwt: { claims: Record<string, string>; scopes: unknown } };
    assert.match(jwt.claims['exp']!, /^\d+$/);
    assert.equal(jwt.scopes, null);
  }
});

test('[HLA-08] [HLA-09] scopes: the access token has it, the ID token does not and is told so', async () => {
  const good = await send(http.url('/scoped'), tokens.access);
  assert.equal(good.status, 200, good.text);
  assert.deepEqual((good.json as { jwt: { scopes: string[] } }).jwt.scopes, ['aws.cognito.signin.user.admin']);
  const bad = await send(http.url('/scoped'), tokens.id);
  assert.deepEqual([bad.status, bad.text], [403, '{"message":"Forbidden"}']);
  assert.deepEqual(bad.all('www-authenticate'), [
    'Bearer scope="aws.cognito.signin.user.admin" error="insufficient_scope" error_description="expected scopes within the token"',
  ]);
  const none = await send(http.url('/scoped'));
  assert.deepEqual(
    [none.status, none.text, none.all('www-authenticate')],
    [401, '{"message":"Unauthorized"}', ['Bearer']],
  );
});

test('[HLA-08] an issuer that is not ours is found by discovery, at the address its alias says', async () => {
  const token = await machineToken('rides/write');
  const good = await send(http.url('/machine'), token);
  assert.equal(good.status, 200, `${good.text} ${good.all('www-authenticate').join()} ${gatewright.complaints.join()}`);
  const { jwt } = good.json as { jwt: { claims: Record<string, string>; scopes: string[] } };
  assert.deepEqual([jwt.claims['iss'], jwt.claims['aud'], jwt.scopes], [issuer, 'rides', ['rides/write']]);
  assert.equal((await send(http.url('/machine'), tokens.access)).status, 401);
  const [head, claims, signature] = token.split('.') as [string, string, string];
  const forged = `${head}.${claims}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`;
  assert.equal((await send(http.url('/machine'), forged)).status, 401);
});
