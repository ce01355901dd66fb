/** A published portal in a real browser: browsed, searched, tried, signed in to; and what it must not show. */
import { strict as assert } from 'node:assert';
import { describe, test } from 'node:test';
import {
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
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { createApi, mock } from '../support/api-under-test.ts';
import { startBrowser } from '../support/browser.ts';
import { clientConfig, startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { createPortal } from '../support/portal-under-test.ts';
import { skipWithout } from '../support/programs.ts';

/** A busy machine is slow, not wrong. */
const options = { skip: skipWithout('chromium'), timeout: 300_000 };

const petMock = {
  ...mock('unused'),
  declared: { 'method.request.path.id': true, 'method.request.querystring.view': false },
  responses: [
    {
      statusCode: '200',
      responseTemplates: {
        'application/json':
          '{"id":"$input.params(\'id\')","view":"$input.params(\'view\')","secret":"$input.params(\'x-secret\')"}',
      },
    },
  ],
};

async function deployedApi(gatewright: TestGatewright): Promise<string> {
  const api = await createApi(gatewright, { 'GET /pets/{id}': petMock });
  await api.deploy('prod');
  return api.id;
}

/** Everything a page complained of, and every host it asked. */
function watched(page: Page): { complaints: string[]; hosts: Set<string> } {
  const complaints: string[] = [];
  const hosts = new Set<string>();
  page.on('console', (message) => complaints.push(message.text()));
  page.on('dialog', (dialog) => {
    complaints.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('request', (request) => hosts.add(new URL(request.url()).host));
  return { complaints, hosts };
}

describe('portals in a browser', () => {
  let browser: Browser;
  let gatewright: TestGatewright;

  const started = async (t: { after(end: () => unknown): void }): Promise<void> => {
    gatewright = await startTestGatewright();
    t.after(() => gatewright.close());
    browser = await startBrowser();
    t.after(() => browser.close());
  };

  const newContext = async (more: Parameters<Browser['newContext']>[0] = {}): Promise<BrowserContext> => {
    const context = await browser.newContext(more);
    context.setDefaultTimeout(100_000);
    return context;
  };

  test(
    '[NEW-05] a published portal is browsed, searched and its endpoint tried, and asks nobody else',
    options,
    async (t) => {
      await started(t);
      const portal = await createPortal(gatewright, {
        apiId: await deployedApi(gatewright),
        endpoints: ['GET /pets/{id}'],
        terms:
          '# Be kind\n\nSee ![paw](https://elsewhere.example/paw.png) <img src=x onerror=alert(1)>\n\n- to *every* dog',
      });
      t.after(() => portal.client.destroy());
      const page = await (await newContext()).newPage();
      const { complaints, hosts } = watched(page);
      assert.equal((await page.goto(portal.byName))!.status(), 404);
      await portal.publish();
      complaints.length = 0;
      await page.goto(portal.byName);
      assert.equal(await page.title(), 'Pet APIs');
      const accent = await page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--accent')");
      assert.equal(accent, '#0b5cad');
      await page.getByLabel('Filter products').fill('cars');
      assert.equal(await page.locator('#filtered').textContent(), '0 products');
      assert.equal(await page.getByRole('link', { name: 'Adoption' }).isVisible(), false);
      await page.getByLabel('Filter products').fill('adopt');
      await page.getByRole('link', { name: 'Adoption' }).click();
      assert.match((await page.locator('main').textContent())!, /Find a friend/);

      await page.getByRole('link', { name: 'Terms' }).click();
      assert.equal(await page.locator('main h2').textContent(), 'Be kind');
      assert.equal(await page.locator('main img').count(), 0);
      assert.match((await page.locator('main').textContent())!, /<img src=x onerror=alert\(1\)>/);

      await page.getByRole('searchbox', { name: 'Search the portal' }).fill('every dog');
      await page.keyboard.press('Enter');
      assert.equal(await page.getByRole('status').textContent(), '1 result for “every dog”');
      await page.getByRole('searchbox', { name: 'Search the portal' }).fill('/pets');
      await page.keyboard.press('Enter');
      await page.getByRole('link', { name: 'GET /pets/{id}' }).click();
      assert.match(
        await page.locator('.address').textContent().then(String),
        /^GEThttps:\/\/\w+\.execute-api\.us-east-1/,
      );

      await page.getByLabel('id path parameter').fill('a b/ü');
      await page.getByLabel('view query parameter').fill('full');
      await page.getByLabel('More headers').fill('X-Secret: sesame');
      await page.getByRole('button', { name: 'Try it' }).click();
      await page.locator('#result .status').waitFor();
      assert.equal(await page.locator('#result .status').textContent(), '200');
      const answer = JSON.parse((await page.locator('#result .answer').textContent())!);
      assert.deepEqual(answer, { id: 'a b/ü', view: 'full', secret: 'sesame' });
      await page.getByLabel('More headers').fill('Host: elsewhere');
      await page.getByRole('button', { name: 'Try it' }).click();
      assert.equal(await page.getByRole('alert').textContent(), 'The header Host cannot be set here.');

      assert.deepEqual(
        complaints.filter((each) => !each.includes('status of 400')),
        [],
      );
      assert.deepEqual([...hosts], [new URL(portal.byName).host]);

      // The same without its script, by path.
      const plain = await (await newContext({ javaScriptEnabled: false })).newPage();
      await plain.goto(`${portal.byPath}/products/${portal.productId}/endpoints/${portal.endpointIds[0]}`);
      await plain.getByLabel('id path parameter').fill('7');
      await plain.getByRole('button', { name: 'Try it' }).click();
      assert.match((await plain.locator('.answer').textContent())!, /"id": "7"/);
      assert.equal(await plain.title(), '/pets/{id} - Pet APIs');
    },
  );

  test(
    '[NEW-05] a guarded portal shows nothing until its user signed in, and nothing after sign-out',
    options,
    async (t) => {
      await started(t);
      const cognito = new CognitoIdentityProviderClient(clientConfig(gatewright.endpoint));
      t.after(() => cognito.destroy());
      const { UserPool } = await cognito.send(new CreateUserPoolCommand({ PoolName: 'friends' }));
      const UserPoolId = UserPool!.Id!;
      const oauth = {
        AllowedOAuthFlowsUserPoolClient: true,
        AllowedOAuthFlows: ['code' as const],
        AllowedOAuthScopes: ['openid'],
        SupportedIdentityProviders: ['COGNITO'],
      };
      const { UserPoolClient } = await cognito.send(
        new CreateUserPoolClientCommand({
          UserPoolId,
          ClientName: 'portal',
          ...oauth,
          CallbackURLs: ['https://later.example'],
        }),
      );
      const ClientId = UserPoolClient!.ClientId!;
      await cognito.send(new AdminCreateUserCommand({ UserPoolId, Username: 'ana', MessageAction: 'SUPPRESS' }));
      await cognito.send(
        new AdminSetUserPasswordCommand({ UserPoolId, Username: 'ana', Password: 'Sesame-1234', Permanent: true }),
      );
      const portal = await createPortal(gatewright, {
        apiId: await deployedApi(gatewright),
        endpoints: ['GET /pets/{id}'],
        portal: {
          Authorization: {
            CognitoConfig: {
              AppClientId: ClientId,
              UserPoolArn: UserPool!.Arn!,
              UserPoolDomain: 'https://friends.auth.us-east-1.amazoncognito.com',
            },
          },
        },
      });
      t.after(() => portal.client.destroy());
      // Cognito takes callback URLs of other names than localhost with TLS only.
      const byName = portal.byName.replace('http:', 'https:');
      await cognito.send(
        new UpdateUserPoolClientCommand({
          UserPoolId,
          ClientId,
          ...oauth,
          CallbackURLs: [byName, `${portal.byPath}/`],
        }),
      );
      await portal.publish();

      const terms = `/products/${portal.productId}/pages/${portal.termsId}`;
      for (const [start, name] of [
        [byName, 'by its name'],
        [portal.byPath, 'by path'],
      ] as const) {
        const context = await newContext({ ignoreHTTPSErrors: true });
        const page = await context.newPage();
        const { hosts } = watched(page);
        const reply = await page.goto(`${start}${terms}`);
        assert.equal(reply!.status(), 200, name);
        assert.equal(await page.title(), 'Sign in', name);
        assert.doesNotMatch(await page.content(), /Pet APIs|Be kind|Adoption/, name);
        await page.getByLabel('Username').fill('ana');
        await page.getByLabel('Password').fill('Sesame-1234');
        await page.getByRole('button', { name: 'Sign in' }).click();
        await page.waitForURL(`${start}${terms}`);
        assert.equal(await page.locator('main p').textContent(), 'Be kind.', name);
        const [session] = (await context.cookies()).filter((each) => each.name.endsWith('-session'));
        assert.deepEqual([session!.httpOnly, session!.sameSite], [true, 'Lax'], name);

        await page.goto(`${start}/products/${portal.productId}/endpoints/${portal.endpointIds[0]}`);
        await page.getByLabel('id path parameter').fill('7');
        await page.getByRole('button', { name: 'Try it' }).click();
        assert.equal(await page.locator('#result .status').textContent(), '200', name);

        await page.getByRole('button', { name: 'Sign out' }).click();
        assert.equal(await page.title(), 'Sign in', name);
        await page.goto(`${start}${terms}`);
        assert.equal(await page.title(), 'Sign in', name);
        assert.deepEqual([...hosts], [new URL(start).host], name);
        await context.close();
      }
      // By plain HTTP the name leads on to where its users may come back to.
      const context = await newContext({ ignoreHTTPSErrors: true });
      const page = await context.newPage();
      await page.goto(`${portal.byName}${terms}`);
      assert.equal(new URL(page.url()).origin, byName);
      assert.equal(await page.title(), 'Sign in');
    },
  );

  test(
    '[NEW-05] a preview shows the draft and lets nobody try; a disabled portal shows nothing',
    options,
    async (t) => {
      await started(t);
      const portal = await createPortal(gatewright, {
        apiId: await deployedApi(gatewright),
        endpoints: ['GET /pets/{id}'],
      });
      t.after(() => portal.client.destroy());
      await portal.publish();
      const PortalId = portal.portalId;
      const made = await portal.client.send(new GetPortalCommand({ PortalId }));
      await portal.client.send(
        new UpdatePortalCommand({
          PortalId,
          PortalContent: { DisplayName: 'Cat APIs', Theme: made.PortalContent!.Theme! },
        }),
      );
      await portal.client.send(new PreviewPortalCommand({ PortalId }));
      const { Preview } = await portal.client.send(new GetPortalCommand({ PortalId }));
      const page = await (await newContext()).newPage();
      await page.goto(Preview!.PreviewUrl!);
      assert.equal(await page.locator('h1').textContent(), 'Cat APIs');
      assert.match((await page.locator('.preview').textContent())!, /^This is a preview/);
      await page.getByRole('link', { name: 'Adoption' }).click();
      await page.getByRole('link', { name: '/pets/{id}' }).first().click();
      assert.equal(await page.locator('h1').textContent(), '/pets/{id}');
      assert.equal(await page.getByRole('button', { name: 'Try it' }).count(), 0);

      await page.goto(portal.byName);
      assert.equal(await page.locator('h1').textContent(), 'Pet APIs');
      await portal.client.send(new PublishPortalCommand({ PortalId }));
      await page.reload();
      assert.equal(await page.locator('h1').textContent(), 'Cat APIs');
    },
  );
});
