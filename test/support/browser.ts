/** Debian's Chromium, driven by playwright-core; nothing is downloaded. */
import { type Browser, chromium } from 'playwright-core';
import { programPath } from './programs.ts';

/** A headless browser that asks nobody but the pages it is told to open. Close it when done. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: programPath('chromium')!,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
