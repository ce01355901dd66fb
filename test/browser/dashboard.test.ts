/** The dashboard in a real browser: from the list to a stage, to another period, and to a range of one's own. */
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { createApi, mock } from '../support/api-under-test.ts';
import { startBrowser } from '../support/browser.ts';
import { startTestGatewright } from '../support/gatewright-in-process.ts';
import { skipWithout } from '../support/programs.ts';

test('[MET-06] the dashboard of a stage shows calls, latencies and errors over a time one chooses', {
  skip: skipWithout('chromium'),
}, async (t) => {
  const gatewright = await startTestGatewright();
  t.after(() => gatewright.close());
  const api = await createApi(gatewright, { 'GET /pets/{id}': mock('pet') });
  for (const stage of ['prod', 'quiet']) await api.deploy(stage);
  for (const path of ['/pets/1', '/pets/2', '/nowhere']) await (await fetch(api.url('prod', path))).text();

  const browser = await startBrowser();
  t.after(() => browser.close());
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  await page.goto(`${gatewright.endpoint}/_/dashboard`);
  await page.getByRole('link', { name: 'under test / prod' }).click();
  assert.deepEqual(await page.locator('section h2').allTextContents(), [
    ...['API Calls', '4xx Error', '5xx Error', 'Latency (ms)', 'Integration Latency (ms)'],
  ]);
  const totals = page.locator('section .legend');
  assert.equal(await totals.nth(0).textContent(), 'Sum 3');
  assert.equal(await totals.nth(1).textContent(), 'Sum 1');
  assert.match((await totals.nth(3).textContent())!, /^p50 [\d.]+ msp90 [\d.]+ msp99 [\d.]+ msAverage [\d.]+ ms$/);
  assert.deepEqual(await page.locator('tbody tr td:nth-child(-n+2)').allTextContents(), [
    ...['GET /pets/{id}', '2', 'no method', '1'],
  ]);
  assert.equal(await page.getByRole('img', { name: 'API Calls' }).count(), 1);

  await page.getByRole('link', { name: '1 week' }).click();
  assert.match((await page.locator('main > p').first().textContent())!, /in steps of 1 h\.$/);
  assert.equal(await totals.nth(0).textContent(), 'Sum 3');
  await page.getByLabel('From').fill('2020-01-01T00:00');
  await page.getByLabel('To').fill('2020-01-02T00:00');
  await page.getByRole('button', { name: 'Show' }).click();
  assert.equal(await totals.nth(0).textContent(), 'Sum 0');
  await page.getByRole('link', { name: 'quiet' }).click();
  assert.equal(await page.title(), 'under test / quiet');
  assert.deepEqual(complaints, []);
});

test('[MET-06] in secure mode the dashboard is shown on the machine itself only', async (t) => {
  const gatewright = await startTestGatewright({ mode: 'secure' });
  t.after(() => gatewright.close());
  const ask = (headers: Record<string, string>): Promise<Response> =>
    fetch(`${gatewright.endpoint}/_/dashboard`, { headers });
  assert.equal((await ask({})).status, 200);
  assert.equal((await ask({ 'x-forwarded-for': '203.0.113.9' })).status, 403);
});
