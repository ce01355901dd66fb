/** The real console in a real browser against a real server: one of each for all test files that use it, started by the first test and ended after the last. */
import { strict as assert } from 'node:assert';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, type TestContext } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { startBrowser } from './browser.ts';
import { startTestGatewright, type TestGatewright } from './gatewright-in-process.ts';
import { skipWithout } from './programs.ts';

const built = existsSync(join(import.meta.dirname, '../../console/dist/index.html'));

/** For node:test's `skip`: false when there are a browser and a built console, else the sentence. */
export const skipConsole =
  skipWithout('chromium') || (built ? false : 'needs the built console: npm run console:build');

export interface ConsoleUnderTest {
  readonly gatewright: TestGatewright;
  /** A new tab with a page of the console, `/rest/a1b2/stages`. The test fails for what the browser complains about, a refused script or style among it. */
  open(t: TestContext, path: string): Promise<Page>;
}

let users = 0;
let started: Promise<{ console: ConsoleUnderTest; close(): Promise<void> }> | undefined;

/** Call it at the top of a `describe`, and what it returns within its tests. */
export function useConsole(): () => Promise<ConsoleUnderTest> {
  users++;
  after(async () => {
    users--;
    if (users > 0 || started === undefined) return;
    const { close } = await started;
    started = undefined;
    await close();
  });
  return async () => {
    started ??= startConsole();
    return (await started).console;
  };
}

async function startConsole() {
  const gatewright = await startTestGatewright();
  const browser: Browser = await startBrowser();
  // One for all: what a tab has loaded the next one has in its cache.
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, reducedMotion: 'reduce' });
  return {
    console: { gatewright, open: (t: TestContext, path: string) => openConsole(context, gatewright.endpoint, path, t) },
    async close() {
      await browser.close();
      await gatewright.close();
    },
  };
}

/** A tab of any browser at the console of any server. */
export async function openConsole(
  context: BrowserContext,
  endpoint: string,
  path: string,
  t: TestContext,
): Promise<Page> {
  const page = await context.newPage();
  page.setDefaultTimeout(45_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.stack ?? error.message));
  page.on('console', (message) => {
    // A refusal of a call is the page's to show.
    const isRefusal = message.text().startsWith('Failed to load resource: the server responded with a status of');
    if (message.type() === 'error' && !isRefusal) complaints.push(message.text());
  });
  t.after(async () => {
    await page.close();
    assert.deepEqual(complaints, []);
  });
  await page.goto(`${endpoint}/_/console${path}`);
  return page;
}
