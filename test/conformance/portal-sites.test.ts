/** Published portals as plain HTTP sees them: names, TLS, caching, and everything that must not be shown or done. */
import { strict as assert } from 'node:assert';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { ACMClient, RequestCertificateCommand } from '@aws-sdk/client-acm';
import { UpdateRestApiCommand } from '@aws-sdk/client-api-gateway';
import {
  DisablePortalCommand,
  GetPortalCommand,
  PreviewPortalCommand,
  PublishPortalCommand,
  UpdatePortalCommand,
} from '@aws-sdk/client-apigatewayv2';
import {
  AdminCreateUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  UpdateUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { defaultSettings } from '../../src/app/settings.ts';
import { createApi, mock } from '../support/api-under-test.ts';
import { askDomain } from '../support/domain-client.ts';
import { clientConfig, startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { plainBrowser } from '../support/plain-browser.ts';
import { createPortal, type PortalOptions, type PortalUnderTest } from '../support/portal-under-test.ts';
import { skipWithoutPostgres, startPostgres } from '../support/postgres-under-test.ts';

type Test = { after(end: () => unknown): void };

async function started(t: Test, settings = {}): Promise<TestGatewright> {
  const gatewright = await startTestGatewright(settings);
  t.after(() => gatewright.close());
  return gatewright;
}

async function madePortal(
  t: Test,
  gatewright: TestGatewright,
  more: Partial<PortalOptions> = {},
): Promise<PortalUnderTest & { readonly apiId: string }> {
  const api = await createApi(gatewright, { 'GET /pets': mock('pets') });
  await api.deploy('prod');
  const portal = await createPortal(gatewright, { apiId: api.id, endpoints: ['GET /pets'], ...more });
  t.after(() => portal.client.destroy());
  return { ...portal, apiId: api.id };
}

const status = async (url: string, init: RequestInit = {}): Promise<number> => {
  const reply = await fetch(url, { redirect: 'manual', ...init });
  await reply.text();
  return reply.status;
};

const tryUrl = ({ byPath, productId, endpointIds }: PortalUnderTest): string =>
  `${byPath}/products/${productId}/endpoints/${endpointIds[0]}/try-it`;

describe('sites of portals', () => {
  test('[NEW-05] a portal is served once it is published and no more once it is disabled', async (t) => {
    const gatewright = await started(t);
    const portal = await madePortal(t, gatewright);
    const PortalId = portal.portalId;
    assert.equal(await status(portal.byPath), 404);
    await portal.publish();
    const reply = await fetch(portal.byPath);
    assert.match(await reply.text(), /<h1>Pet APIs<\/h1>/);
    assert.match(reply.headers.get('content-security-policy')!, /default-src 'none'.*frame-ancestors 'none'/);
    assert.equal(await status(portal.byPath, { headers: { 'if-none-match': reply.headers.get('etag')! } }), 304);
    await portal.client.send(new PublishPortalCommand({ PortalId }));
    assert.equal(await status(portal.byPath, { headers: { 'if-none-match': reply.headers.get('etag')! } }), 200);
    assert.equal(await status(`${portal.byPath}/nothing`), 404);
    assert.equal(await status(`${portal.byPath}/products/${portal.productId}/pages/nothing`), 404);
    assert.equal(await status(`${portal.byPath}/`, { method: 'HEAD' }), 200);
    assert.equal(await status(`${portal.byPath}/`, { method: 'DELETE' }), 405);
    assert.equal(await status(`${gatewright.endpoint}/_aws/portals/nope`), 404);
    await portal.client.send(new DisablePortalCommand({ PortalId }));
    for (const path of ['', '/theme.css', `/products/${portal.productId}`, '/search?q=kind']) {
      assert.equal(await status(portal.byPath + path), 404, path);
    }
  });

  test('[NEW-05] under a name of its own a portal has its certificate, and the default name leads nowhere', async (t) => {
    const gatewright = await started(t);
    const acm = new ACMClient(clientConfig(gatewright.endpoint));
    t.after(() => acm.destroy());
    const portal = await madePortal(t, gatewright);
    const { port } = gatewright;
    const ask = (host: string, tls?: { minVersion?: 'TLSv1.2'; maxVersion?: 'TLSv1.1' }, path = '/') =>
      askDomain({ port, host, path, ...(tls !== undefined && { tls }) });
    await portal.publish();
    const defaultName = new URL(portal.byName).host;
    assert.equal((await ask(defaultName)).status, 200);

    const DomainName = 'Pets.Example.com';
    const { CertificateArn } = await acm.send(new RequestCertificateCommand({ DomainName: 'pets.example.com' }));
    const AcmManaged = { DomainName, CertificateArn: CertificateArn! };
    const PortalId = portal.portalId;
    await portal.client.send(new UpdatePortalCommand({ PortalId, EndpointConfiguration: { AcmManaged } }));
    // "The changes don't take effect until you republish your portal."
    assert.equal((await ask('pets.example.com')).status, 404);
    assert.equal((await ask(defaultName)).status, 200);
    await portal.publish();
    assert.equal((await ask(defaultName)).status, 404);
    const reply = await ask('pets.example.com', { minVersion: 'TLSv1.2' });
    assert.match(reply.text, /<h1>Pet APIs<\/h1>/);
    // Whatever is asked under the name is the portal's: no API, no service, no page of ours.
    for (const path of ['/_/health', '/v2/portals', `/execute-api/${portal.apiId}/prod/pets`, '/metrics']) {
      const answer = await ask('pets.example.com', undefined, path);
      assert.equal(answer.status, 404, path);
      assert.match(answer.text, /Page not found/, path);
    }
    await assert.rejects(ask('pets.example.com', { maxVersion: 'TLSv1.1' }));
    await portal.client.send(new UpdatePortalCommand({ PortalId, EndpointConfiguration: { None: {} } }));
    assert.notEqual((await ask('pets.example.com')).status, 200);
  });

  test('[NEW-05] a guarded portal tells nobody anything without a token of its own client', async (t) => {
    const gatewright = await started(t);
    const cognito = new CognitoIdentityProviderClient(clientConfig(gatewright.endpoint));
    t.after(() => cognito.destroy());
    const { UserPool } = await cognito.send(new CreateUserPoolCommand({ PoolName: 'friends' }));
    const UserPoolId = UserPool!.Id!;
    const { UserPoolClient } = await cognito.send(
      new CreateUserPoolClientCommand({
        UserPoolId,
        ClientName: 'portal',
        AllowedOAuthFlowsUserPoolClient: true,
        AllowedOAuthFlows: ['code'],
        AllowedOAuthScopes: ['openid'],
        CallbackURLs: ['https://later.example'],
      }),
    );
    const portal = await madePortal(t, gatewright, {
      portal: {
        Authorization: {
          CognitoConfig: {
            AppClientId: UserPoolClient!.ClientId!,
            UserPoolArn: UserPool!.Arn!,
            UserPoolDomain: 'friends.auth.us-east-1.amazoncognito.com',
          },
        },
      },
    });
    await portal.publish();
    const { portalId } = portal;
    const page = `${portal.byPath}/products/${portal.productId}?x=1`;
    const reply = await fetch(page, { redirect: 'manual' });
    assert.deepEqual([reply.status, await reply.text()], [303, '']);
    const location = new URL(reply.headers.get('location')!, portal.byPath);
    assert.equal(location.pathname, `/_aws/cognito/${UserPoolId}/oauth2/authorize`);
    assert.equal(location.searchParams.get('redirect_uri'), portal.byPath);
    assert.equal(location.searchParams.get('code_challenge_method'), 'S256');
    assert.match(reply.headers.get('set-cookie')!, /; HttpOnly; SameSite=Lax$/);

    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = {
      iss: `https://cognito-idp.us-east-1.amazonaws.com/${UserPoolId}`,
      client_id: UserPoolClient!.ClientId,
      token_use: 'access',
      exp: 9_999_999_999,
    };
    for (const token of [
      'x',
      `${part({ alg: 'none' })}.${part(claims)}.`,
      `${part({ alg: 'RS256', kid: 'k' })}.${part(claims)}.abcd`,
    ]) {
      const headers = { cookie: `portal-${portalId}-session=${token}` };
      assert.equal(await status(page, { headers }), 303, token);
      assert.equal(await status(`${portal.byPath}/theme.css`, { headers }), 401, token);
      assert.equal(await status(`${portal.byPath}/logo`, { headers }), 401, token);
      assert.equal(await status(tryUrl(portal), { method: 'POST', headers }), 401, token);
    }
    // Somebody else's code, or a state this browser did not ask with.
    for (const query of ['code=abc&state=def', 'error=access_denied&state=def']) {
      const callback = await fetch(`${portal.byPath}/?${query}`, { redirect: 'manual' });
      assert.equal(callback.status, 403);
      assert.doesNotMatch(await callback.text(), /Pet APIs/);
    }
    // What a sign-in brings back cannot lead out of the portal.
    const attempt = part({
      state: 's',
      verifier: 'v',
      nonce: 'n',
      redirectUri: portal.byPath,
      returnTo: '//evil.example',
    });
    const cookie = `portal-${portalId}-attempt=${attempt}`;
    assert.equal(await status(`${portal.byPath}/?code=abc&state=s`, { headers: { cookie } }), 403);
    // A client that is gone lets nobody in.
    assert.match(gatewright.complaints.join('\n'), /A sign-in to a portal failed/);
  });

  test('[NEW-05] a pool of elsewhere signs visitors in, too', async (t) => {
    const elsewhere = await started(t);
    const cognito = new CognitoIdentityProviderClient(clientConfig(elsewhere.endpoint));
    t.after(() => cognito.destroy());
    const { UserPool } = await cognito.send(new CreateUserPoolCommand({ PoolName: 'friends' }));
    const UserPoolId = UserPool!.Id!;
    const issuer = `https://cognito-idp.us-east-1.amazonaws.com/${UserPoolId}`;
    const issuerAliases = { [issuer]: `${elsewhere.endpoint}/${UserPoolId}` };
    const gatewright = await started(t, { issuerAliases });
    const oauth = {
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ['code' as const],
      AllowedOAuthScopes: ['openid'],
    };
    const { UserPoolClient } = await cognito.send(
      new CreateUserPoolClientCommand({
        UserPoolId,
        ClientName: 'p',
        ...oauth,
        CallbackURLs: ['https://later.example'],
      }),
    );
    const ClientId = UserPoolClient!.ClientId!;
    await cognito.send(new AdminCreateUserCommand({ UserPoolId, Username: 'ana', MessageAction: 'SUPPRESS' }));
    await cognito.send(
      new AdminSetUserPasswordCommand({ UserPoolId, Username: 'ana', Password: 'Sesame-1234', Permanent: true }),
    );
    const hosted = `${elsewhere.endpoint}/_aws/cognito/${UserPoolId}`;
    const CognitoConfig = { AppClientId: ClientId, UserPoolArn: UserPool!.Arn!, UserPoolDomain: hosted };
    const portal = await madePortal(t, gatewright, { portal: { Authorization: { CognitoConfig } } });
    await cognito.send(
      new UpdateUserPoolClientCommand({ UserPoolId, ClientId, ...oauth, CallbackURLs: [portal.byPath] }),
    );
    await portal.publish();

    const browser = plainBrowser();
    /** Where redirects end, and what is there. */
    async function landing(url: string, form?: Record<string, string>): Promise<{ url: string; body: string }> {
      const reply = await browser(url, { ...(form && { form }) });
      const location = reply.headers.get('location');
      return location === null ? { url, body: await reply.text() } : landing(new URL(location, url).href);
    }
    const product = `${portal.byPath}/products/${portal.productId}`;
    const login = await landing(product);
    assert.ok(login.url.startsWith(`${hosted}/login?`), login.url);
    const hidden = [...login.body.matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(([, name, value]) => [
      name,
      value,
    ]);
    const action = new URL(/action="([^"]*)"/.exec(login.body)![1]!.replaceAll('&#38;', '&'), login.url).href;
    const form = { ...Object.fromEntries(hidden), username: 'ana', password: 'Sesame-1234' };
    const shown = await landing(action, form);
    assert.equal(shown.url, product);
    assert.match(shown.body, /Find a friend/);
    assert.deepEqual(gatewright.complaints, []);
  });

  test('[NEW-05] a preview ends when its time is over', async (t) => {
    const gatewright = await started(t, { portalLimits: { ...defaultSettings.portalLimits, previewMinutes: 0 } });
    const portal = await madePortal(t, gatewright);
    const PortalId = portal.portalId;
    await portal.client.send(new PreviewPortalCommand({ PortalId }));
    assert.equal((await portal.client.send(new GetPortalCommand({ PortalId }))).Preview, undefined);
    assert.equal(await status(`${portal.byPath}/preview/${'0'.repeat(32)}/`), 404);
  });

  test('[NEW-05] trying is for visitors of the portal, three times a second, and for what may be tried', async (t) => {
    const gatewright = await started(t);
    const portal = await madePortal(t, gatewright);
    await portal.publish();
    const { byPath, productId, endpointIds, apiId } = portal;
    const url = `${byPath}/products/${productId}/endpoints/${endpointIds[0]}/try-it`;
    const attempt = (headers: Record<string, string> = {}) => status(url, { method: 'POST', headers, body: 'x=1' });
    assert.equal(await attempt({ origin: 'https://evil.example' }), 403);
    assert.equal(await attempt({ 'sec-fetch-site': 'cross-site' }), 403);
    assert.equal(await status(url), 405);
    const replies = await Promise.all(Array.from({ length: 40 }, () => attempt({ origin: gatewright.endpoint })));
    assert.equal(replies[0], 200);
    assert.ok(replies.includes(429), String(replies));

    // An API whose default endpoint is closed is shown, and not tried.
    const patch = { op: 'replace' as const, path: '/disableExecuteApiEndpoint', value: 'true' };
    await gatewright.apigateway.send(new UpdateRestApiCommand({ restApiId: apiId, patchOperations: [patch] }));
    await portal.publish();
    assert.equal(await attempt(), 404);
    assert.equal(await status(url.replace('/try-it', '')), 200);
  });

  test('[NEW-05] a logo is shown, and an SVG that is opened runs nothing', async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'gatewright-logos-'));
    t.after(() => rm(folder, { recursive: true }));
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>';
    await writeFile(join(folder, 'logo.svg'), svg);
    const gatewright = await started(t, { bucketFolders: { pictures: folder } });
    const portal = await madePortal(t, gatewright, { portal: { LogoUri: 's3://pictures/logo.svg' } });
    await portal.publish();
    assert.match(await (await fetch(portal.byPath)).text(), /<img src="[^"]+\/logo" alt="">/);
    const logo = await fetch(`${portal.byPath}/logo`);
    assert.equal(await logo.text(), svg);
    assert.equal(logo.headers.get('content-type'), 'image/svg+xml');
    assert.match(logo.headers.get('content-security-policy')!, /default-src 'none'.*sandbox/);
  });
});

describe('portals of two nodes', { skip: skipWithoutPostgres() }, () => {
  test('[NEW-05] what one node publishes the other serves, under new names, too', async (t) => {
    const postgres = await startPostgres();
    const store = await postgres.newDatabase();
    const [one, two] = await Promise.all([startTestGatewright({ store }), startTestGatewright({ store })]);
    t.after(async () => {
      await Promise.all([one.close(), two.close()]);
      await postgres.stop();
    });
    const AcmManaged = {
      DomainName: 'pets.example.com',
      CertificateArn: 'arn:aws:acm:us-east-1:000000000000:certificate/1',
    };
    const portal = await madePortal(t, one, { portal: { EndpointConfiguration: { AcmManaged } } });
    await portal.publish();
    const byPath = `${two.endpoint}/_aws/portals/${portal.portalId}`;
    assert.match(await (await fetch(byPath)).text(), /<h1>Pet APIs<\/h1>/);
    // A name is heard of a moment later.
    let seen = 0;
    for (let i = 0; i < 500 && seen !== 200; i++) {
      seen = (await askDomain({ port: two.port, host: 'pets.example.com' })).status;
    }
    assert.equal(seen, 200);
    await portal.client.send(new DisablePortalCommand({ PortalId: portal.portalId }));
    assert.equal(await status(byPath), 404);
  });
});
