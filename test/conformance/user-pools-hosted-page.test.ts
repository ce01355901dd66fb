/** The hosted sign-in page in a real browser, from an application's link to its tokens, and amazon-cognito-identity-js's calls across origins. */
import { strict as assert } from 'node:assert';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import {
  AdminCreateUserCommand,
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { decodeJwt } from 'jose';
import { chromium } from 'playwright-core';
import { clientConfig, startTestGatewright } from '../support/gatewright-in-process.ts';

const executablePath = '/usr/bin/chromium';
const skip = existsSync(executablePath) ? false : `needs Chromium at ${executablePath}`;

/** An application of one page, at an origin of its own. */
async function application(): Promise<{ origin: string; close(): void }> {
  const server = createServer((request, response) => {
    response
      .writeHead(200, { 'content-type': 'text/html' })
      .end(`<title>App</title><p>Back at ${request.url!.split('?')[0]}</p>`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, close: () => void server.close() };
}

test('a user with a temporary password signs in on the hosted page and the application gets tokens', {
  skip,
}, async () => {
  const gatewright = await startTestGatewright();
  const admin = new CognitoIdentityProviderClient(clientConfig(gatewright.endpoint));
  const app = await application();
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  try {
    const { UserPool } = await admin.send(new CreateUserPoolCommand({ PoolName: 'riders' }));
    const UserPoolId = UserPool!.Id!;
    await admin.send(
      new AdminCreateUserCommand({
        UserPoolId,
        Username: 'ana',
        TemporaryPassword: 'Temporary-1',
        MessageAction: 'SUPPRESS',
      }),
    );
    const { UserPoolClient } = await admin.send(
      new CreateUserPoolClientCommand({
        UserPoolId,
        ClientName: 'app',
        AllowedOAuthFlowsUserPoolClient: true,
        AllowedOAuthFlows: ['code'],
        AllowedOAuthScopes: ['openid'],
        CallbackURLs: [`${app.origin}/back`],
      }),
    );
    const hosted = `${gatewright.endpoint}/_aws/cognito/${UserPoolId}`;
    const asked = new URLSearchParams({
      response_type: 'code',
      client_id: UserPoolClient!.ClientId!,
      redirect_uri: `${app.origin}/back`,
      state: 's1',
    });
    const page = await browser.newPage();
    await page.goto(`${hosted}/oauth2/authorize?${asked}`);
    assert.equal(await page.title(), 'Sign in');
    await page.getByLabel('Username').fill('ana');
    await page.getByLabel('Password').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    assert.equal(await page.getByRole('alert').textContent(), 'Incorrect username or password.');
    await page.getByLabel('Password').fill('Temporary-1');
    await page.keyboard.press('Enter');
    await page.getByLabel('New password').fill('Sesame-1234');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.waitForURL(`${app.origin}/back**`);
    const back = new URL(page.url());
    assert.equal(back.searchParams.get('state'), 's1');

    // The application is on another origin: only with CORS can its script redeem the code.
    const tokens = await page.evaluate(
      async ([url, form]) => {
        const reply = await fetch(url!, {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          body: form!,
        });
        return (await reply.json()) as Record<string, string>;
      },
      [
        `${hosted}/oauth2/token`,
        new URLSearchParams({
          grant_type: 'authorization_code',
          client_id: UserPoolClient!.ClientId!,
          redirect_uri: `${app.origin}/back`,
          code: back.searchParams.get('code')!,
        }).toString(),
      ],
    );
    assert.equal(decodeJwt(tokens['id_token']!)['cognito:username'], 'ana');

    // So are the calls of browser SDKs, which carry headers that need a preflight.
    const status = await page.evaluate(async (url) => {
      const reply = await fetch(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-amz-json-1.1',
          'x-amz-target': 'AWSCognitoIdentityProviderService.InitiateAuth',
        },
        body: JSON.stringify({ ClientId: 'nobody', AuthFlow: 'USER_SRP_AUTH' }),
      });
      return [reply.status, ((await reply.json()) as { __type: string }).__type];
    }, `${gatewright.endpoint}/`);
    assert.deepEqual(status, [400, 'ResourceNotFoundException']);
  } finally {
    await browser.close();
    app.close();
    admin.destroy();
    await gatewright.close();
  }
});
