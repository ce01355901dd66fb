/** The hosted pages: discovery, authorization code with PKCE, implicit grant, client credentials, userInfo, revocation, logout; by plain HTTP. */
import { strict as assert } from 'node:assert';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  CreateResourceServerCommand,
  CreateUserPoolClientCommand,
  type CreateUserPoolClientCommandInput,
  CreateUserPoolCommand,
  CreateUserPoolDomainCommand,
  type UserPoolClientType,
} from '@aws-sdk/client-cognito-identity-provider';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { clientConfig, startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { type PlainBrowser, plainBrowser } from '../support/plain-browser.ts';

let gatewright: TestGatewright;
let admin: CognitoIdentityProviderClient;
let UserPoolId: string;
let hosted: string;
const app = 'http://localhost:3000/back';

before(async () => {
  gatewright = await startTestGatewright({ fixedCode: '424242' });
  admin = new CognitoIdentityProviderClient(clientConfig(gatewright.endpoint));
  UserPoolId = (await admin.send(new CreateUserPoolCommand({ PoolName: 'riders', AutoVerifiedAttributes: ['email'] })))
    .UserPool!.Id!;
  await admin.send(new CreateUserPoolDomainCommand({ UserPoolId, Domain: 'riders-in' }));
  await admin.send(
    new AdminCreateUserCommand({
      UserPoolId,
      Username: 'ana',
      MessageAction: 'SUPPRESS',
      UserAttributes: [
        { Name: 'email', Value: 'ana@example.com' },
        { Name: 'email_verified', Value: 'true' },
        { Name: 'name', Value: 'Ana' },
      ],
    }),
  );
  await admin.send(
    new AdminSetUserPasswordCommand({ UserPoolId, Username: 'ana', Password: 'Sesame-1234', Permanent: true }),
  );
  hosted = `${gatewright.endpoint}/_aws/cognito/riders-in`;
});
after(async () => {
  admin.destroy();
  await gatewright.close();
});

async function newClient(more: Partial<CreateUserPoolClientCommandInput> = {}): Promise<UserPoolClientType> {
  const made = await admin.send(
    new CreateUserPoolClientCommand({
      UserPoolId,
      ClientName: 'site',
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ['code', 'implicit'],
      AllowedOAuthScopes: ['openid', 'email', 'profile'],
      CallbackURLs: [app],
      LogoutURLs: ['http://localhost:3000/bye'],
      SupportedIdentityProviders: ['COGNITO'],
      ...more,
    }),
  );
  return made.UserPoolClient!;
}

const query = (parameters: Record<string, string>): string => new URLSearchParams(parameters).toString();
const hiddenField = (html: string, name: string): string =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(html)![1]!;

/** Signs in on the hosted page; where the browser is sent. */
async function signIn(
  visit: PlainBrowser,
  parameters: Record<string, string>,
  password = 'Sesame-1234',
): Promise<Response> {
  const asked = await visit(`${hosted}/oauth2/authorize?${query(parameters)}`);
  assert.equal(asked.status, 302);
  const login = new URL(asked.headers.get('location')!, hosted).href;
  const form = await (await visit(login)).text();
  return visit(login, { form: { _csrf: hiddenField(form, '_csrf'), username: 'ana', password } });
}

const post = (path: string, form: Record<string, string>, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${hosted}${path}`, { method: 'POST', headers, body: new URLSearchParams(form) });

test('an authorization code with PKCE is redeemed once, for tokens that the published keys verify', async () => {
  const { ClientId } = await newClient();
  const verifier = 'a-verifier-of-at-least-forty-three-characters-length';
  const code_challenge = createHash('sha256').update(verifier).digest('base64url');
  const visit = plainBrowser();
  const asked = {
    response_type: 'code',
    client_id: ClientId!,
    redirect_uri: app,
    scope: 'openid email',
    state: 'x&y',
    nonce: 'n1',
  };
  const back = await signIn(visit, { ...asked, code_challenge, code_challenge_method: 'S256' });
  const location = new URL(back.headers.get('location')!);
  assert.deepEqual(
    [back.status, location.origin + location.pathname, location.searchParams.get('state')],
    [302, app, 'x&y'],
  );
  const code = location.searchParams.get('code')!;

  const exchange = { grant_type: 'authorization_code', client_id: ClientId!, redirect_uri: app, code };
  const without = await post('/oauth2/token', exchange);
  assert.deepEqual([without.status, await without.json()], [400, { error: 'invalid_grant' }]);

  const again = new URL(
    (
      await visit(`${hosted}/oauth2/authorize?${query({ ...asked, code_challenge, code_challenge_method: 'S256' })}`)
    ).headers.get('location')!,
  );
  const second = { ...exchange, code: again.searchParams.get('code')!, code_verifier: verifier };
  const reply = await post('/oauth2/token', second);
  assert.equal(reply.status, 200);
  const tokens = (await reply.json()) as Record<string, string>;
  assert.deepEqual(Object.keys(tokens), ['id_token', 'access_token', 'refresh_token', 'expires_in', 'token_type']);
  const keys = createRemoteJWKSet(new URL(`${gatewright.endpoint}/${UserPoolId}/.well-known/jwks.json`));
  const { payload } = await jwtVerify(tokens['id_token']!, keys, { audience: ClientId! });
  assert.deepEqual([payload['nonce'], payload['email'], payload['name']], ['n1', 'ana@example.com', undefined]);
  assert.equal(decodeJwt(tokens['access_token']!)['scope'], 'openid email');

  const info = await fetch(`${hosted}/oauth2/userInfo`, {
    headers: { authorization: `Bearer ${tokens['access_token']}` },
  });
  assert.deepEqual(await info.json(), {
    sub: payload.sub,
    email: 'ana@example.com',
    email_verified: 'true',
    username: 'ana',
  });

  const refresh = { grant_type: 'refresh_token', client_id: ClientId!, refresh_token: tokens['refresh_token']! };
  assert.deepEqual(Object.keys((await (await post('/oauth2/token', refresh)).json()) as object), [
    'id_token',
    'access_token',
    'expires_in',
    'token_type',
  ]);
  assert.equal((await post('/oauth2/revoke', { client_id: ClientId!, token: tokens['refresh_token']! })).status, 200);
  assert.deepEqual(await (await post('/oauth2/token', refresh)).json(), { error: 'invalid_grant' });
  assert.deepEqual(await (await post('/oauth2/token', second)).json(), { error: 'invalid_grant' });
});

test('the implicit grant brings tokens in the fragment', async () => {
  const { ClientId } = await newClient();
  const back = await signIn(plainBrowser(), {
    response_type: 'token',
    client_id: ClientId!,
    redirect_uri: app,
    scope: 'openid',
    state: 's',
  });
  const fragment = new URLSearchParams(new URL(back.headers.get('location')!).hash.slice(1));
  assert.deepEqual([...fragment.keys()], ['id_token', 'access_token', 'expires_in', 'token_type', 'state']);
  assert.equal(decodeJwt(fragment.get('id_token')!)['name'], 'Ana');
});

test('a wrong password, a form without its token and a form from another site sign nobody in', async () => {
  const { ClientId } = await newClient();
  const asked = { response_type: 'code', client_id: ClientId!, redirect_uri: app, scope: 'openid' };
  const wrong = await signIn(plainBrowser(), asked, 'wrong"><script>');
  assert.equal(wrong.status, 400);
  assert.match(await wrong.text(), /<p role="alert">Incorrect username or password\.<\/p>/);
  const login = `${hosted}/login?${query(asked)}`;
  const visit = plainBrowser();
  const csrf = hiddenField(await (await visit(login)).text(), '_csrf');
  const form = { _csrf: csrf, username: 'ana', password: 'Sesame-1234' };
  assert.equal((await visit(login, { form: { ...form, _csrf: 'x' } })).status, 403);
  assert.equal((await plainBrowser()(login, { form })).status, 403);
  assert.equal((await visit(login, { form, headers: { origin: 'https://evil.example.com' } })).status, 403);
});

test('what comes from outside is escaped on the page', async () => {
  const { ClientId } = await newClient();
  const asked = {
    response_type: 'code',
    client_id: ClientId!,
    redirect_uri: app,
    scope: 'openid',
    login_hint: '"><script>alert(1)</script>',
  };
  const html = await (await fetch(`${hosted}/login?${query(asked)}`)).text();
  assert.ok(!html.includes('<script'), html);
  assert.match(html, /value="&#34;&#62;&#60;script&#62;/);
});

test('a redirect URI that is not registered is never led to; other mistakes are told to the application', async () => {
  const { ClientId } = await newClient();
  const asked = { response_type: 'code', client_id: ClientId!, redirect_uri: app, scope: 'openid' };
  const visit = (changes: Record<string, string>): Promise<Response> =>
    fetch(`${hosted}/oauth2/authorize?${query({ ...asked, ...changes })}`, { redirect: 'manual' });
  assert.deepEqual(
    [
      (await visit({ redirect_uri: 'https://evil.example.com/' })).status,
      (await visit({ client_id: 'nobody' })).status,
    ],
    [400, 400],
  );
  for (const [changes, error] of [
    [{ scope: 'openid phone' }, 'invalid_scope'],
    [{ response_type: 'id_token' }, 'unsupported_response_type'],
    [{ prompt: 'none' }, 'login_required'],
    [{ identity_provider: 'Google' }, 'invalid_request'],
    [{ code_challenge: 'x', code_challenge_method: 'plain' }, 'invalid_request'],
  ] as const) {
    const reply = await visit(changes);
    assert.equal(new URL(reply.headers.get('location')!).searchParams.get('error'), error);
  }
});

test('client credentials bring an access token with the scopes of a resource server', async () => {
  await admin.send(
    new CreateResourceServerCommand({
      UserPoolId,
      Identifier: 'rides',
      Name: 'Rides',
      Scopes: [
        { ScopeName: 'read', ScopeDescription: 'see rides' },
        { ScopeName: 'write', ScopeDescription: 'ask for rides' },
      ],
    }),
  );
  const { ClientId, ClientSecret } = await newClient({
    GenerateSecret: true,
    AllowedOAuthFlows: ['client_credentials'],
    AllowedOAuthScopes: ['rides/read'],
  });
  const basic = { authorization: `Basic ${Buffer.from(`${ClientId}:${ClientSecret}`).toString('base64')}` };
  const reply = await post('/oauth2/token', { grant_type: 'client_credentials', scope: 'rides/read' }, basic);
  const { access_token, ...rest } = (await reply.json()) as Record<string, unknown>;
  assert.deepEqual(rest, { expires_in: 3600, token_type: 'Bearer' });
  const { sub, client_id, scope, token_use, version } = decodeJwt(String(access_token));
  assert.deepEqual(
    { sub, client_id, scope, token_use, version },
    { sub: ClientId, client_id: ClientId, scope: 'rides/read', token_use: 'access', version: 2 },
  );
  for (const [form, headers, error] of [
    [{ grant_type: 'client_credentials', scope: 'rides/write' }, basic, 'invalid_scope'],
    [{ grant_type: 'client_credentials', client_id: ClientId!, client_secret: 'wrong' }, {}, 'invalid_client'],
    [{ grant_type: 'password', client_id: ClientId!, client_secret: ClientSecret! }, {}, 'unsupported_grant_type'],
    [{ client_id: ClientId! }, {}, 'invalid_request'],
  ] as const) {
    const refused = await post('/oauth2/token', form, headers);
    assert.deepEqual([refused.status, await refused.json()], [400, { error }]);
  }
});

test('an account is made and confirmed on the sign-up page', async () => {
  const { ClientId } = await newClient({ GenerateSecret: true });
  const visit = plainBrowser();
  const asked = { response_type: 'code', client_id: ClientId!, redirect_uri: app, scope: 'openid' };
  const signup = `${hosted}/signup?${query(asked)}`;
  const csrf = hiddenField(await (await visit(signup)).text(), '_csrf');
  const weak = await visit(signup, {
    form: { _csrf: csrf, username: 'dan', email: 'dan@example.com', password: 'weak' },
  });
  assert.match(
    await weak.text(),
    /<p role="alert">Password did not conform with policy: Password not long enough<\/p>/,
  );
  const account = { _csrf: csrf, username: 'dan', email: 'dan@example.com', password: 'Sesame-1234' };
  const made = await (await visit(signup, { form: account })).text();
  assert.match(made, /<h1>Confirm your account<\/h1>/);
  const wrong = await visit(signup, { form: { _csrf: csrf, username: 'dan', code: '000000' } });
  assert.match(await wrong.text(), /Invalid verification code provided, please try again\./);
  const confirmed = await visit(signup, { form: { _csrf: csrf, username: 'dan', code: '424242' } });
  assert.match(confirmed.headers.get('location')!, /\/login\?/);
  const back = await visit(`${hosted}/login?${query(asked)}`, {
    form: { _csrf: csrf, username: 'dan', password: 'Sesame-1234' },
  });
  assert.ok(new URL(back.headers.get('location')!).searchParams.get('code'));
});

test('logging out ends the browser’s session and leads only to registered addresses', async () => {
  const { ClientId } = await newClient();
  const visit = plainBrowser();
  const asked = { response_type: 'code', client_id: ClientId!, redirect_uri: app, scope: 'openid' };
  await signIn(visit, asked);
  assert.equal(
    (await visit(`${hosted}/logout?${query({ client_id: ClientId!, logout_uri: 'https://evil.example.com/' })}`))
      .status,
    400,
  );
  const bye = await visit(
    `${hosted}/logout?${query({ client_id: ClientId!, logout_uri: 'http://localhost:3000/bye' })}`,
  );
  assert.equal(bye.headers.get('location'), 'http://localhost:3000/bye');
  const next = await visit(`${hosted}/oauth2/authorize?${query(asked)}`);
  assert.match(next.headers.get('location')!, /\/login\?/);
});

test('discovery names the endpoints of this server', async () => {
  const reply = await fetch(`${gatewright.endpoint}/${UserPoolId}/.well-known/openid-configuration`);
  const found = (await reply.json()) as Record<string, string>;
  assert.equal(found['issuer'], `https://cognito-idp.us-east-1.amazonaws.com/${UserPoolId}`);
  assert.equal(found['jwks_uri'], `${gatewright.endpoint}/${UserPoolId}/.well-known/jwks.json`);
  assert.equal(found['token_endpoint'], `${gatewright.endpoint}/_aws/cognito/${UserPoolId}/oauth2/token`);
  assert.equal(reply.headers.get('access-control-allow-origin'), '*');
});
