/** The chat sample as its users see it: two windows, two people talking. */
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { defaultSettings } from '../../src/app/settings.ts';
import { start } from '../../src/app/start.ts';
import { startBrowser } from '../support/browser.ts';
import { skipWithout } from '../support/programs.ts';

async function join(page: Page, url: string, name: string): Promise<void> {
  await page.goto(url);
  await page.fill('#name', name);
  await page.click('#join button');
  await page.getByText(`Connected as ${name}`).waitFor();
}

async function say(page: Page, text: string): Promise<void> {
  await page.fill('#text', text);
  await page.click('#say button');
}

test('[WS-29] two people talk in the chat sample, and one who leaves is gone', {
  skip: skipWithout('chromium'),
}, async () => {
  const settings = { dataDirectory: undefined, port: 0, sample: ['chat'], logLevel: 'silent' } as const;
  const running = await start({ ...defaultSettings, ...settings });
  const browser = await startBrowser();
  try {
    const url = /http:\S+/.exec(running.introductions[0]!)![0];
    const [ada, bob] = [await browser.newPage(), await browser.newPage()];
    await join(ada, url, 'Ada');
    await join(bob, url, 'Bob');
    await say(ada, 'hello <b>Bob</b>');
    await bob.getByText('hello <b>Bob</b>').waitFor();
    await say(bob, 'hello Ada');
    await ada.getByText('hello Ada').waitFor();
    assert.deepEqual(await ada.locator('#messages li').allTextContents(), ['Adahello <b>Bob</b>', 'Bobhello Ada']);
    await bob.close();
    await say(ada, 'alone?');
    await ada.getByText('alone?').waitFor();
    assert.equal(await ada.locator('#messages li').count(), 3);
  } finally {
    await browser.close();
    await running.close();
  }
});
