/** Launcher and panel, where the page names no form. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FORM } from './lib/host_page.mjs';
import { focused, onPage, until, useWidget } from './lib/widget_setup.mjs';

const bench = useWidget();
const PLAIN = { attributes: '', body: '<p>Hello</p><p><a id="other" href="/">Other</a></p>' };
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

test('a round button of 56 pixels in the lower corner opens a panel of 380 × 560', async () => {
  const page = await bench.open({ page: PLAIN });
  const { launcher, panel } = onPage(page);
  await launcher.waitFor();
  const { x, y, width, height } = await launcher.boundingBox();
  assert.deepEqual([width, height], [56, 56]);
  assert.ok(x > 900 && y > 800);
  assert.equal(await launcher.getAttribute('aria-haspopup'), 'dialog');
  await launcher.click();
  const box = await panel.boundingBox();
  assert.deepEqual([box.width, box.height], [380, 560]);
  assert.equal(await focused(page), 'q');
});

for (const [position, dir, onLeft] of [
  ['start', 'ltr', true],
  ['left', 'ltr', true],
  ['right', 'ltr', false],
  ['start', 'rtl', false],
  ['left', 'rtl', true],
  ['right', 'rtl', false],
]) {
  test(`data-position="${position}" puts both into that corner of a page with dir="${dir}"`, async () => {
    const page = await bench.open({ page: { ...PLAIN, html: `lang="en" dir="${dir}"`, attributes: `data-position="${position}"` } });
    const { launcher, panel } = onPage(page);
    await launcher.click();
    for (const one of [launcher, panel]) assert.equal((await one.boundingBox()).x < 100, onLeft);
  });
}

test('what is typed in the panel is a search', async () => {
  const page = await bench.open({ page: PLAIN });
  const widget = onPage(page);
  await widget.launcher.click();
  await page.keyboard.insertText('password');
  await widget.suggestions.first().waitFor();
  assert.deepEqual(bench.service.queries().at(-1).place, 'search');
  await page.keyboard.press('Enter');
  await until(() => bench.service.queries().at(-1).final == '1');
  await page.keyboard.press('ArrowDown');
  assert.match(await focused(page), /^Reset your password/);
  assert.equal(bench.service.events.length, 0);
});

test('nothing found is said, and a person can be reached', async () => {
  const page = await bench.open({ page: PLAIN });
  const widget = onPage(page);
  await widget.launcher.click();
  await page.keyboard.type('zzzzzz');
  await page.getByText('Nothing found. Try other words.').first().waitFor();
  const href = await page.getByRole('link', { name: 'Contact us' }).getAttribute('href');
  const session = await page.evaluate(() => sessionStorage.deflect);
  assert.equal(href, `${bench.service.origin}/contact#deflect=${session}`);
});

test('in the panel an article is read and voted on; no leads to a person', async () => {
  const page = await bench.open({ page: PLAIN });
  const widget = onPage(page);
  await widget.launcher.click();
  await page.keyboard.insertText('password');
  await widget.suggestions.first().click();
  await widget.article.waitFor();
  await widget.no.click();
  assert.equal(await focused(page), 'Contact us');
  await widget.suggestions.first().click();
  await widget.yes.click();
  await page.getByText('Glad it helped.', { exact: true }).waitFor();
  assert.equal(await widget.anyway.count(), 0);
  await until(() => bench.service.ofType('solved').length);
  assert.deepEqual(bench.service.ofType('vote').map(({ value }) => value), ['down', 'up']);
});

test('Escape closes the panel and gives the focus back', async () => {
  const page = await bench.open({ page: PLAIN });
  const widget = onPage(page);
  await widget.launcher.focus();
  await page.keyboard.press('Enter');
  await widget.panel.waitFor();
  await page.keyboard.press('Escape');
  await widget.panel.waitFor({ state: 'hidden' });
  assert.equal(await focused(page), '?');
});

test('beside the open panel the page can be used', async () => {
  const page = await bench.open({ page: PLAIN });
  await onPage(page).launcher.click();
  await page.focus('#other');
  assert.equal(await focused(page), 'other');
  assert.equal(await onPage(page).panel.isVisible(), true);
});

test('on a phone the panel takes the whole screen and holds the focus', async () => {
  const page = await bench.open({ page: PLAIN, context: PHONE });
  const { launcher, panel } = onPage(page);
  await launcher.tap();
  const { x, y, width, height } = await panel.boundingBox();
  assert.deepEqual([x, y, width, height], [0, 0, 390, 844]);
  const seen = new Set();
  for (let press = 0; press < 12; press++) {
    await page.keyboard.press('Tab');
    seen.add(await focused(page));
  }
  assert.ok(!seen.has('other') && !seen.has('?'), [...seen].join());
  await page.getByRole('button', { name: 'Close' }).tap();
  await panel.waitFor({ state: 'hidden' });
});

test("Deflect('open'), Deflect('suggest', text) and Deflect('close') steer the panel", async () => {
  const page = await bench.open({ page: PLAIN });
  const { panel, suggestions, search } = onPage(page);
  await page.evaluate(() => Deflect('open'));
  await panel.waitFor();
  await page.evaluate(() => Deflect('close'));
  await panel.waitFor({ state: 'hidden' });
  await page.evaluate(() => Deflect('suggest', 'reset password'));
  await suggestions.first().waitFor();
  assert.equal(await search.inputValue(), 'reset password');
});

test("where a form is named there is no launcher, but Deflect('open') has its panel all the same", async () => {
  const page = await bench.open({ page: { body: FORM } });
  await page.click('#subject');
  await onPage(page).notice.waitFor();
  assert.equal(await onPage(page).launcher.count(), 0);
  await page.evaluate(() => Deflect('open'));
  await onPage(page).panel.waitFor();
  await page.keyboard.press('Escape');
  assert.equal(await focused(page), 'subject');
});
