/** Sign-in of a user pool through other providers, by plain HTTP: OpenID Connect, Google, Facebook, Amazon, Apple and SAML; what tokens then say; and what signs nobody in. */
import { strict as assert } from 'node:assert';
import { after, before, test } from 'node:test';
import { inflateRawSync } from 'node:zlib';
import { CreateAuthorizerCommand, UpdateMethodCommand } from '@aws-sdk/client-api-gateway';
import {
  AdminCreateUserCommand,
  AdminDisableProviderForUserCommand,
  AdminDisableUserCommand,
  AdminGetUserCommand,
  AdminLinkProviderForUserCommand,
  CognitoIdentityProviderClient,
  CreateIdentityProviderCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  type IdentityProviderTypeType,
} from '@aws-sdk/client-cognito-identity-provider';
import { decodeJwt, exportPKCS8, generateKeyPair, jwtVerify } from 'jose';
import { createApi, createFunction, lambdaProxy } from '../support/api-under-test.ts';
import { clientConfig, startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { clientId, clientSecret, type OpenIdProvider, startOpenIdProvider } from '../support/open-id-provider.ts';
import { type PlainBrowser, plainBrowser } from '../support/plain-browser.ts';
import { makeSamlProvider, type SamlProvider, samlEntity, samlSignOn } from '../support/saml-provider.ts';

let gatewright: TestGatewright;
let admin: CognitoIdentityProviderClient;
let corp: OpenIdProvider;
let google: OpenIdProvider;
let amazon: OpenIdProvider;
let apple: OpenIdProvider;
let saml: SamlProvider;
let UserPoolId: string;
let ClientId: string;
let hosted: string;
const app = 'http://localhost:3000/back';

before(async () => {
  corp = await startOpenIdProvider();
  google = await startOpenIdProvider('https://accounts.google.com');
  amazon = await startOpenIdProvider();
  apple = await startOpenIdProvider('https://appleid.apple.com');
  saml = await makeSamlProvider();
  gatewright = await startTestGatewright({
    issuerAliases: {
      'https://accounts.google.com': google.origin,
      'https://www.facebook.com': corp.origin,
      'https://graph.facebook.com': corp.origin,
      'https://www.amazon.com': amazon.origin,
      'https://api.amazon.com': amazon.origin,
      'https://appleid.apple.com': apple.origin,
    },
  });
  admin = new CognitoIdentityProviderClient(clientConfig(gatewright.endpoint));
  UserPoolId = (await admin.send(new CreateUserPoolCommand({ PoolName: 'riders' }))).UserPool!.Id!;
  hosted = `${gatewright.endpoint}/_aws/cognito/${UserPoolId}`;
  const social = { client_id: clientId, client_secret: clientSecret, authorize_scopes: 'openid email' };
  await newProvider('Corp', 'OIDC', { ...social, oidc_issuer: corp.origin, attributes_request_method: 'GET' });
  await newProvider('Google', 'Google', social);
  await newProvider('Facebook', 'Facebook', { ...social, authorize_scopes: 'public_profile,email' });
  await newProvider('Office', 'SAML', { MetadataFile: saml.metadata });
  await newProvider('LoginWithAmazon', 'LoginWithAmazon', { ...social, authorize_scopes: 'profile' });
  const teamKey = await generateKeyPair('ES256', { extractable: true });
  const private_key = (await exportPKCS8(teamKey.privateKey)).replace(/-----[^-]+-----|\n/g, '');
  const team = { client_id: clientId, team_id: 'TEAM', key_id: 'KEY', private_key, authorize_scopes: 'email name' };
  await newProvider('SignInWithApple', 'SignInWithApple', team);
  apple.isSecret = (secret) => isSignedBy(teamKey.publicKey, secret);
  ClientId = await newClient(['COGNITO', 'LoginWithAmazon', 'SignInWithApple', 'Corp', 'Google', 'Facebook', 'Office']);
});
after(async () => {
  admin.destroy();
  corp.close();
  google.close();
  amazon.close();
  apple.close();
  await gatewright.close();
});

/** What Apple asks of a client's secret ("Creating a client secret" in its documentation of Sign in with Apple). */
async function isSignedBy(key: CryptoKey, secret: string): Promise<boolean> {
  const wanted = { issuer: 'TEAM', subject: clientId, audience: 'https://appleid.apple.com', algorithms: ['ES256'] };
  const { protectedHeader } = await jwtVerify(secret, key, wanted);
  return protectedHeader.kid === 'KEY';
}

async function newProvider(
  ProviderName: string,
  ProviderType: IdentityProviderTypeType,
  ProviderDetails: Record<string, string>,
): Promise<void> {
  const AttributeMapping = { email: 'email', name: 'name' };
  await admin.send(
    new CreateIdentityProviderCommand({ UserPoolId, ProviderName, ProviderType, ProviderDetails, AttributeMapping }),
  );
}

async function newClient(SupportedIdentityProviders: string[]): Promise<string> {
  const made = await admin.send(
    new CreateUserPoolClientCommand({
      UserPoolId,
      ClientName: 'site',
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ['code'],
      AllowedOAuthScopes: ['openid', 'email', 'profile'],
      CallbackURLs: [app],
      SupportedIdentityProviders,
    }),
  );
  return made.UserPoolClient!.ClientId!;
}

const authorizeUrl = (more: Record<string, string> = {}): string =>
  `${hosted}/oauth2/authorize?${new URLSearchParams({ response_type: 'code', client_id: ClientId, redirect_uri: app, scope: 'openid email profile', state: 's1', ...more })}`;

const locationOf = (reply: Response): URL => new URL(reply.headers.get('location')!, hosted);

/** Follows redirects until the browser would leave for the application, or stay on a page. */
async function follow(visit: PlainBrowser, url: string): Promise<URL | Response> {
  for (let at = url, steps = 0; steps < 10; steps++) {
    const reply = await visit(at);
    if (reply.headers.get('location') === null) return reply;
    const next = locationOf(reply);
    if (next.href.startsWith(app)) return next;
    at = next.href;
  }
  throw new Error('Redirected in a circle');
}

/** Where the application finds its user after a sign-in with a provider. */
const signIn = async (identity_provider: string, visit = plainBrowser()): Promise<URL> => {
  const back = await follow(visit, authorizeUrl({ identity_provider }));
  assert.ok(back instanceof URL, 'the browser never left the pages');
  return back;
};

async function idToken(back: URL): Promise<string> {
  assert.equal(back.searchParams.get('error_description'), null);
  const form = {
    grant_type: 'authorization_code',
    client_id: ClientId,
    redirect_uri: app,
    code: back.searchParams.get('code')!,
  };
  const reply = await fetch(`${hosted}/oauth2/token`, { method: 'POST', body: new URLSearchParams(form) });
  assert.equal(reply.status, 200);
  return ((await reply.json()) as { id_token: string }).id_token;
}

const errorOf = (back: URL): unknown[] => [
  back.searchParams.get('error'),
  back.searchParams.get('error_description'),
  back.searchParams.get('code'),
];

test('[COG-10] whoever signs in with an OpenID provider gets tokens of the pool, and a gateway that sees nothing else', async () => {
  corp.user = { sub: 'u-1', email: 'ana@corp.example', name: 'Ana' };
  const back = await signIn('Corp');
  assert.equal(back.searchParams.get('state'), 's1');
  const token = await idToken(back);
  const claims = decodeJwt(token);
  assert.deepEqual(
    [claims['iss'], claims['cognito:username'], claims['email'], claims['name'], claims['cognito:groups']],
    [
      `https://cognito-idp.us-east-1.amazonaws.com/${UserPoolId}`,
      'Corp_u-1',
      'ana@corp.example',
      'Ana',
      [`${UserPoolId}_Corp`],
    ],
  );
  const [identity] = claims['identities'] as Record<string, unknown>[];
  assert.match(String(identity!['dateCreated']), /^\d{13}$/);
  assert.deepEqual(
    { ...identity, dateCreated: '' },
    { userId: 'u-1', providerName: 'Corp', providerType: 'OIDC', issuer: null, primary: 'true', dateCreated: '' },
  );
  const user = await admin.send(new AdminGetUserCommand({ UserPoolId, Username: 'Corp_u-1' }));
  assert.deepEqual([user.UserStatus, user.Enabled], ['EXTERNAL_PROVIDER', true]);

  const seen = await callGuardedMethod(token);
  assert.deepEqual([seen['cognito:username'], seen['email']], ['Corp_u-1', 'ana@corp.example']);
});

/** The claims a function behind a Cognito authorizer gets. */
async function callGuardedMethod(token: string): Promise<Record<string, string>> {
  const { apigateway } = gatewright;
  const echo = await createFunction(
    gatewright,
    'claims',
    'exports.handler = async (event) => ({ statusCode: 200, body: JSON.stringify(event.requestContext.authorizer.claims) });',
  );
  const rest = await createApi(gatewright, { 'GET /': lambdaProxy(echo) });
  const { id } = await apigateway.send(
    new CreateAuthorizerCommand({
      restApiId: rest.id,
      name: 'riders',
      type: 'COGNITO_USER_POOLS',
      providerARNs: [`arn:aws:cognito-idp:us-east-1:000000000000:userpool/${UserPoolId}`],
      identitySource: 'method.request.header.Authorization',
    }),
  );
  const patchOperations = [
    { op: 'replace', path: '/authorizationType', value: 'COGNITO_USER_POOLS' },
    { op: 'replace', path: '/authorizerId', value: id! },
  ] as const;
  await apigateway.send(new UpdateMethodCommand({ ...rest.method('GET /'), patchOperations: [...patchOperations] }));
  await rest.deploy('prod');
  const reply = await fetch(rest.url('prod', '/'), { headers: { authorization: token } });
  assert.equal(reply.status, 200);
  return (await reply.json()) as Record<string, string>;
}

test('[COG-10] Google and Facebook by their own addresses; what a provider says later replaces what it said before', async () => {
  google.user = { sub: '107', email: 'old@gmail.example', name: 'Bo' };
  assert.equal(decodeJwt(await idToken(await signIn('Google')))['email'], 'old@gmail.example');
  google.user = { sub: '107', email: 'new@gmail.example' };
  const claims = decodeJwt(await idToken(await signIn('Google')));
  assert.deepEqual(
    [claims['cognito:username'], claims['email'], claims['name']],
    ['Google_107', 'new@gmail.example', 'Bo'],
  );

  corp.user = { id: '42', sub: 'unused', email: 'cy@face.example', name: 'Cy' };
  const cy = decodeJwt(await idToken(await signIn('Facebook')));
  assert.deepEqual([cy['cognito:username'], cy['email']], ['Facebook_42', 'cy@face.example']);
  assert.ok(corp.asked.includes('/me'));
});

test('[COG-10] Amazon gives an access token alone, and its users have an id of its own', async () => {
  amazon.user = { user_id: 'amzn1.account.X', email: 'di@amazon.example', name: 'Di' };
  const claims = decodeJwt(await idToken(await signIn('LoginWithAmazon')));
  assert.deepEqual(
    [claims['cognito:username'], claims['email'], claims['name']],
    ['LoginWithAmazon_amzn1.account.X', 'di@amazon.example', 'Di'],
  );
  assert.deepEqual(amazon.asked, ['/ap/oa', '/auth/o2/token', '/user/profile']);
});

test('[COG-10] Apple posts its answer in a form, and takes a token signed with the team’s key as the secret', async () => {
  apple.user = { sub: '001.abc', email: 'al@apple.example' };
  apple.spoiled = { email: 'al@apple.example' };
  const visit = plainBrowser();
  const atApple = locationOf(await visit(authorizeUrl({ identity_provider: 'SignInWithApple' })));
  assert.equal(atApple.searchParams.get('scope'), 'email name');
  const page = (await (await visit(atApple.href)).json()) as { action: string; form: Record<string, string> };
  // From another site: the browser sends no cookie with such a form.
  const posted = await plainBrowser()(page.action, { form: page.form });
  const back = await follow(visit, locationOf(posted).href);
  assert.ok(back instanceof URL);
  const claims = decodeJwt(await idToken(back));
  assert.deepEqual([claims['cognito:username'], claims['email']], ['SignInWithApple_001.abc', 'al@apple.example']);

  apple.isSecret = () => false;
  const other = plainBrowser();
  const refused = locationOf(await other(authorizeUrl({ identity_provider: 'SignInWithApple' })));
  const again = (await (await other(refused.href)).json()) as { action: string; form: Record<string, string> };
  const end = await follow(other, locationOf(await other(again.action, { form: again.form })).href);
  assert.ok(end instanceof URL);
  assert.deepEqual([errorOf(end)[0], errorOf(end)[2]], ['server_error', null]);
});

test('the sign-in page offers every provider; a client with a single one is sent there at once', async () => {
  const page = (await follow(plainBrowser(), authorizeUrl())) as Response;
  const html = await page.text();
  for (const name of ['Corp', 'Google', 'Facebook', 'Office'])
    assert.match(html, new RegExp(`identity_provider&#61;${name}|identity_provider=${name}`));
  assert.match(html, /name="password"/);
  const only = await newClient(['Corp']);
  const first = await plainBrowser()(authorizeUrl({ client_id: only }));
  assert.equal(locationOf(first).origin, corp.origin);
  const foreign = await follow(plainBrowser(), authorizeUrl({ client_id: only, identity_provider: 'Google' }));
  assert.equal((foreign as URL).searchParams.get('error'), 'invalid_request');
});

test('a browser that did not begin the sign-in, a forged state and a code used twice sign nobody in', async () => {
  corp.user = { sub: 'u-2' };
  const visit = plainBrowser();
  const atProvider = locationOf(await visit(authorizeUrl({ identity_provider: 'Corp' })));
  const response = locationOf(await visit(atProvider.href)).href;
  assert.equal((await plainBrowser()(response)).status, 400);
  const forged = new URL(response);
  forged.searchParams.set('state', `A${forged.searchParams.get('state')!.slice(1)}`);
  assert.equal((await visit(forged.href)).status, 400);
  assert.equal((await visit(`${hosted}/oauth2/idpresponse?code=x`)).status, 400);
  const back = locationOf(await visit(response));
  assert.deepEqual([back.href.startsWith(app), back.searchParams.get('error')], [true, null]);
  assert.equal((await visit(response)).status, 400);
});

test('an ID token of another sign-in, issuer or audience, one that is over, and attributes of somebody else are refused', async () => {
  corp.user = { sub: 'u-3' };
  const past = Math.floor(Date.now() / 1000) - 600;
  for (const spoiled of [{ nonce: 'other' }, { iss: 'https://evil.example' }, { aud: 'other' }, { exp: past }]) {
    corp.spoiled = spoiled;
    const [error, , code] = errorOf(await signIn('Corp'));
    assert.deepEqual([error, code], ['server_error', null], JSON.stringify(spoiled));
  }
  corp.spoiled = {};
  corp.told = { sub: 'somebody-else' };
  assert.deepEqual(errorOf(await signIn('Corp')).slice(0, 2), [
    'server_error',
    'Corp tells attributes of another user than its ID token',
  ]);
  corp.told = {};
  await assert.rejects(admin.send(new AdminGetUserCommand({ UserPoolId, Username: 'Corp_u-3' })), {
    name: 'UserNotFoundException',
  });
});

test('a disabled user is refused; a linked identity signs in as the user it was linked to until it is taken away', async () => {
  corp.user = { sub: 'u-4' };
  await idToken(await signIn('Corp'));
  await admin.send(new AdminDisableUserCommand({ UserPoolId, Username: 'Corp_u-4' }));
  assert.deepEqual(errorOf(await signIn('Corp')), ['invalid_request', 'User is disabled.', null]);

  await admin.send(new AdminCreateUserCommand({ UserPoolId, Username: 'dana', MessageAction: 'SUPPRESS' }));
  const SourceUser = { ProviderName: 'Corp', ProviderAttributeName: 'Cognito_Subject', ProviderAttributeValue: 'u-5' };
  const DestinationUser = { ProviderName: 'Cognito', ProviderAttributeValue: 'dana' };
  await admin.send(new AdminLinkProviderForUserCommand({ UserPoolId, DestinationUser, SourceUser }));
  corp.user = { sub: 'u-5', name: 'Dana' };
  const linked = decodeJwt(await idToken(await signIn('Corp')));
  assert.deepEqual([linked['cognito:username'], linked['name']], ['dana', 'Dana']);

  await admin.send(new AdminDisableProviderForUserCommand({ UserPoolId, User: SourceUser }));
  assert.equal(decodeJwt(await idToken(await signIn('Corp')))['cognito:username'], 'Corp_u-5');
  await assert.rejects(admin.send(new AdminLinkProviderForUserCommand({ UserPoolId, DestinationUser, SourceUser })), {
    name: 'InvalidParameterException',
    message: 'SourceUser is already linked to DestinationUser',
  });
});

test('[COG-10] a SAML provider: request by redirect, signed response by form, attributes into the token', async () => {
  const { visit, state, requestId } = await samlRequest();
  const response = saml.response({
    ...answerTo(requestId),
    attributes: { email: ['eve@corp.example'], name: ['Eve', 'Eva'] },
  });
  const back = await post(visit, state, response);
  const claims = decodeJwt(await idToken(back));
  assert.deepEqual(
    [claims['cognito:username'], claims['email'], claims['name'], claims['cognito:groups']],
    ['Office_eve', 'eve@corp.example', '[Eve,Eva]', [`${UserPoolId}_Office`]],
  );
});

test('SAML responses that are unsigned, changed, late, for others or to another request sign nobody in', async () => {
  const other = await makeSamlProvider();
  const spoilt: [string, (requestId: string) => string][] = [
    ['of another subject', (id) => saml.response(answerTo(id), (xml) => xml.replace('>eve<', '>boss<'))],
    [
      'without signature',
      (id) => saml.response(answerTo(id), (xml) => xml.replace(/<ds:Signature .*<\/ds:Signature>/s, '')),
    ],
    ['signed by somebody else', (id) => other.response(answerTo(id))],
    [
      'for another pool',
      (id) => saml.response({ ...answerTo(id), audience: 'urn:amazon:cognito:sp:us-east-1_Other1234' }),
    ],
    ['of another issuer', (id) => saml.response({ ...answerTo(id), issuer: 'https://evil.example' })],
    ['an hour late', (id) => saml.response({ ...answerTo(id), ageSeconds: 3600 })],
    ['to another request', () => saml.response(answerTo('_another'))],
    [
      'with a second assertion before the signed one',
      (id) =>
        saml.response(answerTo(id), (xml) => {
          const assertion = /<saml:Assertion .*<\/saml:Assertion>/s.exec(xml)![0];
          const forged = assertion
            .replace(/<ds:Signature .*<\/ds:Signature>/s, '')
            .replace('_assertion', '_forged')
            .replace('>eve<', '>boss<');
          return xml.replace(assertion, forged + assertion);
        }),
    ],
    ['no XML', () => Buffer.from('boss').toString('base64')],
  ];
  for (const [what, make] of spoilt) {
    const { visit, state, requestId } = await samlRequest();
    const [error, description, code] = errorOf(await post(visit, state, make(requestId)));
    assert.deepEqual([error, code], ['server_error', null], what);
    assert.match(String(description), /^Invalid SAML response received: /, what);
  }
  await assert.rejects(admin.send(new AdminGetUserCommand({ UserPoolId, Username: 'Office_boss' })), {
    name: 'UserNotFoundException',
  });
});

test('a SAML response that another browser brings signs nobody in', async () => {
  const { state, requestId } = await samlRequest();
  const posted = await plainBrowser()(`${hosted}/saml2/idpresponse`, {
    form: { SAMLResponse: saml.response(answerTo(requestId)), RelayState: state },
  });
  assert.equal(posted.status, 303);
  assert.equal((await plainBrowser()(locationOf(posted).href)).status, 400);
});

/** Begins a sign-in with the SAML provider. */
async function samlRequest(): Promise<{ visit: PlainBrowser; state: string; requestId: string }> {
  const visit = plainBrowser();
  const request = locationOf(await visit(authorizeUrl({ identity_provider: 'Office' })));
  assert.equal(request.origin + request.pathname, samlSignOn);
  const xml = inflateRawSync(Buffer.from(request.searchParams.get('SAMLRequest')!, 'base64')).toString();
  assert.match(xml, new RegExp(`urn:amazon:cognito:sp:${UserPoolId}`));
  return { visit, state: request.searchParams.get('RelayState')!, requestId: / ID="([^"]+)"/.exec(xml)![1]! };
}

const answerTo = (inResponseTo: string) => ({
  inResponseTo,
  audience: `urn:amazon:cognito:sp:${UserPoolId}`,
  destination: `${hosted}/saml2/idpresponse`,
  nameId: 'eve',
  issuer: samlEntity,
});

async function post(visit: PlainBrowser, RelayState: string, SAMLResponse: string): Promise<URL> {
  const posted = await visit(`${hosted}/saml2/idpresponse`, { form: { SAMLResponse, RelayState } });
  assert.equal(posted.status, 303);
  return locationOf(await visit(locationOf(posted).href));
}
