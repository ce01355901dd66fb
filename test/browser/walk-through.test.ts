/** The walk-through in a real browser: the site of the sample, on an origin of its own, signs in, gets a unicorn, and the ride is in DynamoDB. */
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { chromium } from 'playwright-core';
import { defaultSettings } from '../../src/app/settings.ts';
import { start } from '../../src/app/start.ts';
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
