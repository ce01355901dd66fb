/** The walk-through in a real browser: the site of the sample, on an origin of its own, signs in, gets a unicorn, and the ride is in DynamoDB. */
import { strict as assert } from 'node:assert';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { APIGatewayClient, CreateDeploymentCommand, GetRestApisCommand } from '@aws-sdk/client-api-gateway';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { chromium } from 'playwright-core';
import { defaultSettings } from '../../src/app/settings.ts';
import { start } from '../../src/app/start.ts';
import { clientConfig } from '../support/gatewright-in-process.ts';
import { programPath, skipWithout } from '../support/programs.ts';

const settings = { dataDirectory: undefined, port: 0, sample: ['walk-through'], logLevel: 'silent' } as const;

test('[E2E-01] [CORS-01] the page of the walk-through: 401 to a stranger, a wrong password, a token, a unicorn, a row', {
  skip: skipWithout('chromium'),
}, async (t) => {
  const running = await start({ ...defaultSettings, ...settings });
  t.after(() => running.close());
  const site = /open (\S+)/.exec(running.introductions[0]!)![1]!;
  const dynamodb = /DynamoDB ([^;]+)/.exec(running.introductions[0]!)![1]!;
  const browser = await chromium.launch({ executablePath: programPath('chromium')!, args: ['--no-sandbox'] });
  t.after(() => browser.close());
  const page = await browser.newPage();
  await page.goto(site);
  assert.notEqual(new URL(site).origin, new URL(running.endpoint).origin);

  const ask = page.getByRole('button', { name: 'Request a ride' });
  await ask.click();
  await page.getByText('401 Unauthorized').waitFor();

  await page.getByLabel('Username').fill('ana');
  await page.getByLabel('Password').fill('wrong');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('Incorrect username or password.').waitFor();
  await page.getByLabel('Password').fill('Sesame-1234');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('ana is signed in.').waitFor();
  assert.match(await page.getByLabel('ID token').inputValue(), /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/);

  await ask.click();
  await page.getByText('Aurora is on the way: 1 minute').waitFor();
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const table = new DynamoDBClient({ endpoint: dynamodb, region: 'us-east-1', credentials });
  t.after(() => table.destroy());
  const { Items } = await table.send(new ScanCommand({ TableName: 'Rides' }));
  assert.deepEqual(
    Items!.map(({ User, UnicornName }) => [User?.S, UnicornName?.S]),
    [['ana', 'Aurora']],
  );
});

test('[E2E-04] a saved js/config.js redeploys the site, and the page posts to the new invokeUrl + /ride; a broken one changes nothing', {
  skip: skipWithout('chromium'),
}, async (t) => {
  const running = await start({ ...defaultSettings, ...settings });
  t.after(() => running.close());
  const [introduction] = running.introductions;
  const site = /open (\S+)/.exec(introduction!)![1]!;
  const config = join(/the site lies in (.+);/.exec(introduction!)![1]!, 'js/config.js');
  const apigateway = new APIGatewayClient(clientConfig(running.endpoint));
  t.after(() => apigateway.destroy());
  const { items } = await apigateway.send(new GetRestApisCommand({}));
  const restApiId = items![0]!.id!;
  await apigateway.send(new CreateDeploymentCommand({ restApiId, stageName: 'beta' }));

  const browser = await chromium.launch({ executablePath: programPath('chromium')!, args: ['--no-sandbox'] });
  t.after(() => browser.close());
  const page = await browser.newPage();
  const asked: string[] = [];
  page.on('request', (request) => {
    if (request.method() === 'POST' && request.url().endsWith('/ride')) asked.push(new URL(request.url()).pathname);
  });
  await page.goto(site);
  await page.getByLabel('Username').fill('ana');
  await page.getByLabel('Password').fill('Sesame-1234');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('ana is signed in.').waitFor();
  const ask = async (): Promise<void> => {
    await page.getByRole('button', { name: 'Request a ride' }).click();
    await page.getByText('is on the way').waitFor();
  };
  /** Loads the page again until its site is the deployment of this number: watching folders is the operating system's, and takes its time. */
  const untilDeployment = async (number: number): Promise<void> => {
    for (;;) {
      const reply = await page.goto(site);
      if (reply!.headers()['x-deployment'] === String(number)) return;
    }
  };
  await ask();

  const before = readFileSync(config, 'utf8');
  writeFileSync(config, before.replace('/prod', '/beta'));
  await untilDeployment(2);
  await page.getByText('ana is signed in.').waitFor();
  await ask();

  writeFileSync(config, before.slice(0, -4));
  writeFileSync(join(config, '../later.js'), 'window.later = true;');
  // The broken file keeps the good one beside it out, too.
  assert.equal((await fetch(`${site}/js/later.js`)).status, 404);
  writeFileSync(config, before);
  await untilDeployment(3);
  await page.getByText('ana is signed in.').waitFor();
  await ask();
  const path = (stage: string): string => `/_aws/execute-api/${restApiId}/${stage}/ride`;
  assert.deepEqual(asked, [path('prod'), path('beta'), path('prod')]);
});
