/** What the widget's tests share: browser, stand-in service and host site, and a page that embeds the widget. */

import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach } from 'node:test';
import { closeTab, startBrowser } from './browser.mjs';
import { pageWith, startHostSite } from './host_page.mjs';
import { startMockService } from './mock_service.mjs';

/** Waits until a condition holds, whose value it returns. */
export async function until(condition, what = condition.toString()) {
  const end = Date.now() + 30000;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > end) assert.fail('never came true: ' + what);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/**
 * Registers the hooks of a test file.
 *
 * @returns {{service: any, site: any, script: string, open: (options?: object) => Promise<import('playwright-core').Page>,
 *   console: string[], expectConsole: (pattern: RegExp) => void}}
 */
export function useWidget() {
  const bench = { console: [], expected: [], expectConsole: (pattern) => bench.expected.push(pattern) };
  let browser;
  const contexts = [];

  before(async () => {
    [browser, bench.site] = await Promise.all([startBrowser(), startHostSite()]);
  });
  // A service of its own for each test: what the last one's page sends as it goes would come late.
  beforeEach(async () => {
    bench.service = await startMockService();
    bench.script = bench.service.origin + '/widget.js';
    Object.assign(bench.site, { posts: [], headers: {}, refuses: false });
    bench.console.length = bench.expected.length = 0;
  });
  afterEach(async () => {
    await Promise.all(contexts.splice(0).map(closeTab));
    await bench.service.close();
    const surprises = bench.console.filter((line) => !bench.expected.some((pattern) => pattern.test(line)));
    assert.deepEqual(surprises, [], 'the console stays empty');
  });
  after(async () => {
    await browser?.close();
    await bench.site?.close();
  });

  /**
   * Opens a page of the host site. `page` is handed to pageWith; `clock` stops the page's time once it stands, to
   * be moved by the test alone; `path` and `context`
   * are the address and the browser context's options.
   */
  bench.open = async ({ page: content = {}, context: options = {}, path = '/', clock = false, prepare } = {}) => {
    const context = await browser.newContext({ viewport: { width: 1024, height: 900 }, ...options });
    contexts.push(context);
    const page = await context.newPage();
    page.on('console', (message) => {
      if (!message.location().url.endsWith('/favicon.ico')) bench.console.push(`${message.type()}: ${message.text()}`);
    });
    page.on('pageerror', (error) => bench.console.push('error: ' + error.message));
    if (clock) await page.clock.install();
    await prepare?.(page);
    bench.site.page = pageWith(bench.script, content);
    await page.goto(bench.site.origin + path, { waitUntil: 'load' });
    await page.waitForFunction(() => globalThis.Deflect?.running !== undefined || globalThis.noDeflect);
    if (clock) await page.clock.pauseAt(Date.now() + 1000);
    return page;
  };
  return bench;
}

/** The widget's elements on a page, as a person would name them. */
export const onPage = (page) => ({
  suggestions: page.locator('deflect-widget .hit'),
  titles: page.locator('deflect-widget .hit b'),
  passage: page.locator('deflect-widget .standing .text'),
  article: page.getByRole('region'),
  yes: page.getByRole('button', { name: "Yes, I'm done" }),
  no: page.getByRole('button', { name: 'No, I still need help' }),
  back: page.getByRole('button', { name: 'Back' }),
  anyway: page.getByRole('button', { name: 'Send it anyway' }),
  status: page.locator('deflect-widget [role=status]'),
  peek: page.locator('deflect-widget .peek'),
  notice: page.getByText('What you write here is used to look for answers.'),
  launcher: page.getByRole('button', { name: 'Help' }),
  panel: page.getByRole('dialog', { name: 'Help' }),
  search: page.getByRole('searchbox'),
});

/** Clicks into a field and puts text in at once, so that there is one answer and none to the half of it. */
export async function typeInto(page, selector, text) {
  await page.click(selector);
  await page.keyboard.insertText(text);
}

/** The name of the focused element, through shadow roots: its id, else its text. */
export const focused = (page) =>
  page.evaluate(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    return element.id || element.textContent.trim();
  });
