/** What a page of another origin gets to read, in a real browser, before and after `gatewright cors enable`. */
import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { chromium, type Page } from 'playwright-core';
import { type ApiUnderTest, createApi, mock } from '../support/api-under-test.ts';
import { httpBackend } from '../support/backends.ts';
import { startTestGatewright, type TestGatewright } from '../support/gatewright-in-process.ts';
import { programPath, skipWithout } from '../support/programs.ts';

const main = join(import.meta.dirname, '../../bin/gatewright.mjs');

let gatewright: TestGatewright;
let page: Page;
let api: ApiUnderTest;

/** What the page's script sees: status and body, or the error the browser gives it instead. */
function seenByPage(path: string): Promise<string> {
  const url = api.url('s', path);
  // The script runs in the page; its text is what the browser gets.
  const script = `fetch(${JSON.stringify(url)}, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' })
    .then(async (reply) => reply.status + ' ' + await reply.text(), (error) => error.name)`;
  return page.evaluate(script) as Promise<string>;
}

async function enableCors(...flags: string[]): Promise<void> {
  const args = [main, 'cors', 'enable', '--api', api.id, '--endpoint', gatewright.endpoint, '--resource', '/orders'];
  const env = { ...process.env, AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
  await promisify(execFile)(process.execPath, [...args, '--stage', 's', ...flags], { env });
}

test('[CORS-01] [CORS-03] [CORS-04] a page reads answers once CORS is enabled, refusals once the gateway responses say so, and nothing for another origin', {
  skip: skipWithout('chromium'),
}, async (t) => {
  // Not in a before hook: those of all files run first, and a browser is too much to keep for a whole run.
  gatewright = await startTestGatewright();
  t.after(() => gatewright.close());
  const shop = await httpBackend((_, response) => response.end('<title>shop</title>'));
  t.after(() => shop.close());
  const browser = await chromium.launch({ executablePath: programPath('chromium')!, args: ['--no-sandbox'] });
  t.after(() => browser.close());
  page = await browser.newPage();
  await page.goto(shop.origin);
  api = await createApi(gatewright, { 'POST /orders': mock('{"order": 7}') });
  await api.deploy('s');

  assert.equal(await seenByPage('/orders'), 'TypeError');
  await enableCors('--keep-gateway-responses');
  assert.equal(await seenByPage('/orders'), '200 {"order": 7}');
  assert.equal(await seenByPage('/nothing'), 'TypeError');
  await enableCors('--origin', 'https://other.example');
  assert.equal(await seenByPage('/orders'), 'TypeError');
  await enableCors('--origin', shop.origin);
  assert.equal(await seenByPage('/orders'), '200 {"order": 7}');
});
