/** The console where calls need a key: signing in, and what the server then believes. */
import { strict as assert } from 'node:assert';
import { describe, test } from 'node:test';
import { APIGatewayClient, GetRestApisCommand } from '@aws-sdk/client-api-gateway';
import { startBrowser } from '../../support/browser.ts';
import { openConsole, skipConsole } from '../../support/console-under-test.ts';
import { clientConfig, startTestGatewright } from '../../support/gatewright-in-process.ts';

const root = { accessKeyId: 'AKIACONSOLEROOT00001', secretAccessKey: 'a secret/with+signs', account: '123456789012' };

describe('the console in secure mode', { skip: skipConsole }, () => {
  test('asks for a key, tries it before keeping it, signs every call with it, and forgets it when one signs out', async (t) => {
    const gatewright = await startTestGatewright({ mode: 'secure', credentials: [root] });
    t.after(() => gatewright.close());
    const browser = await startBrowser();
    t.after(() => browser.close());
    const context = await browser.newContext();
    const page = await openConsole(context, gatewright.endpoint, '/apis', t);
    await page.getByLabel('Access key ID').fill(root.accessKeyId);
    await page.getByLabel('Secret access key').fill('another secret');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText(/signature we calculated does not match/).waitFor();
    await page.getByLabel('Secret access key').fill(root.secretAccessKey);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('There is no API in this region yet.').waitFor();
    const account = page.getByRole('button', { name: new RegExp(`Account ${root.account}`) });
    await account.waitFor();

    await page.goto(`${gatewright.endpoint}/_/console/apis/create/rest`);
    await page.getByLabel('API name').fill("signed & sealed (it's)");
    await page.getByRole('button', { name: 'Create API' }).click();
    await page.getByRole('heading', { name: 'Resource details' }).waitFor();
    const client = new APIGatewayClient({ ...clientConfig(gatewright.endpoint), credentials: root });
    t.after(() => client.destroy());
    const { items } = await client.send(new GetRestApisCommand({}));
    assert.deepEqual(
      items!.map(({ name }) => name),
      ["signed & sealed (it's)"],
    );

    const stored = 'JSON.stringify({ ...localStorage }) + JSON.stringify({ ...sessionStorage })';
    assert.match((await page.evaluate(stored)) as string, /with\+signs/);
    await account.click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
    assert.doesNotMatch((await page.evaluate(stored)) as string, /with\+signs/);
    await page.goto(`${gatewright.endpoint}/_/console/apis`);
    await page.getByRole('button', { name: 'Sign in' }).waitFor();
  });

  test('a server that cannot tell who calls is asked a few times, not in a circle, and the page is shown and says so', async (t) => {
    const gatewright = await startTestGatewright();
    t.after(() => gatewright.close());
    const browser = await startBrowser();
    t.after(() => browser.close());
    const context = await browser.newContext({ reducedMotion: 'reduce' });
    let asked = 0;
    await context.route(`${gatewright.endpoint}/`, (route) => {
      asked++;
      return route.fulfill({ status: 405, body: 'not here' });
    });
    const page = await openConsole(context, gatewright.endpoint, '/apis', t);
    await page.getByText('Cannot tell whose calls these are').first().waitFor();
    await page.getByText('There is no API in this region yet.').waitFor();
    await page.getByRole('button', { name: 'Create API' }).first().click();
    await page.getByRole('button', { name: 'Build REST API' }).waitFor();
    assert.ok(asked < 5, `asked ${asked} times`);
  });
});
