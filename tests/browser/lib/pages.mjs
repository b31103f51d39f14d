/** What tests of the service's own pages share: the real program on real articles, a browser, and a watched console. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, afterEach, before } from 'node:test';
import { exported, folder, root, run, serve } from '../../lib/deflect.mjs';
import { closeTab, startBrowser } from './browser.mjs';

const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'wcag2aaa', 'best-practice'];

export const DESKTOP = { viewport: { width: 1280, height: 800 } };
export const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

/** Every screen that a page must look right on. */
export const SCREENS = [
  ['desktop, light', { ...DESKTOP, colorScheme: 'light' }],
  ['desktop, dark', { ...DESKTOP, colorScheme: 'dark' }],
  ['phone, light', { ...PHONE, colorScheme: 'light' }],
  ['phone, dark', { ...PHONE, colorScheme: 'dark' }],
];

/** What axe finds wrong with the page, its colours included. */
export async function violations(page) {
  await page.evaluate(axe);
  const found = await page.evaluate((rules) => axe.run(document, { runOnly: rules }), RULES);
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`).join(' | ')}`);
}

/** True where the page is wider than its screen: something sticks out, or the whole page scrolls sideways. */
export const sticksOut = (page) => page.evaluate(() => document.documentElement.scrollWidth > innerWidth);

/** Clicks what leads to another page, and waits until that page stands: a click alone may be over before. */
export const follow = (locator) => Promise.all([locator.page().waitForEvent('load'), locator.click()]);

/**
 * A folder with data for the program, on the project's own articles or others.
 *
 * @param {{after: (action: () => void) => void}} scope  whose end removes it
 * @param {string} [articles]
 */
export function place(scope, articles = join(root, 'articles')) {
  const path = folder(scope);
  const flags = ['--articles', articles, '--data', join(path, 'data')];
  const here = {
    path,
    run: (args) => run([...flags, ...args], { cwd: path }),
    serve: (args = []) => serve(scope, [...flags, ...args], { cwd: path }),
    events: () => exported(here),
    /** A new token of a role. */
    token(role) {
      const { code, stdout, stderr } = here.run(['token', 'create', '--role', role]);
      assert.equal(code, 0, stderr);
      return /\S+/.exec(stdout)[0];
    },
  };
  return here;
}

/**
 * Registers the hooks of a test file: a browser, a server started by START, and after each test a look at what the
 * pages wrote to the console.
 *
 * @param {(scope: {after: (action: () => unknown) => void}) => Promise<object>} start  gives what the tests use, with `url`
 */
export function usePages(start) {
  const bench = { console: [], expected: [], expectConsole: (pattern) => bench.expected.push(pattern) };
  const endings = [];
  const contexts = [];
  let browser;

  before(async () => {
    [browser] = await Promise.all([startBrowser(), start({ after: (action) => endings.push(action) }).then((made) => Object.assign(bench, made))]);
  });
  afterEach(async () => {
    await Promise.all(contexts.splice(0).map(closeTab));
    const surprises = bench.console.splice(0).filter((line) => !bench.expected.some((pattern) => pattern.test(line)));
    bench.expected.length = 0;
    assert.deepEqual(surprises, [], 'the console stays empty');
  });
  after(async () => {
    await browser?.close();
    for (const end of endings.reverse()) await end();
  });

  /** A tab of its own, as on a person's first visit. */
  bench.tab = async (options = {}) => {
    const context = await browser.newContext({ locale: 'en-GB', ...DESKTOP, ...options });
    contexts.push(context);
    const page = await context.newPage();
    page.on('console', (message) => {
      // A test may type before the browser gets to the field that it should focus by itself, which it then remarks.
      if (/^Autofocus processing was blocked/.test(message.text())) return;
      if (!message.location().url.endsWith('/favicon.ico')) bench.console.push(`${message.type()}: ${message.text()}`);
    });
    page.on('pageerror', (error) => bench.console.push('error: ' + error.message));
    return page;
  };
  /** Opens an address of the service in a tab of its own. */
  bench.open = async (path, options) => {
    const page = await bench.tab(options);
    await page.goto(bench.url + path, { waitUntil: 'load' });
    return page;
  };
  return bench;
}
