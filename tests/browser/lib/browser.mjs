/** The system's Chromium for a test file: headless, quiet, with a fresh profile; and how its tabs are closed. */

import { chromium } from 'playwright-core';

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const startBrowser = (flags = []) =>
  chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: [...FLAGS, ...flags] });

/** Leaves a page. A form that it has just sent may lead on meanwhile, which stops the first attempt. */
async function leave(page) {
  page.removeAllListeners();
  await page.goto('about:blank').catch(() => page.goto('about:blank'));
}

/** Closes a browser context; its pages are left before, as Chromium never closes one that is just changing to another. */
export async function closeTab(context) {
  await Promise.all(context.pages().map(leave));
  await context.close();
}
