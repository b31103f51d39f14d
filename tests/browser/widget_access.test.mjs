/** For everybody: by keyboard, by screen reader, on a phone, in the dark, from right to left. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { focused, onPage, typeInto, until, useWidget } from './lib/widget_setup.mjs';

const bench = useWidget();
const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const DARK = 'body{background:#101216;color:#eee}input:not([type=hidden]),textarea,button{background:#222;color:#eee}';

/** What axe finds wrong with the page, its colours included. */
async function violations(page) {
  await page.evaluate(axe);
  const found = await page.evaluate(() => axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'wcag2aaa', 'best-practice'] }));
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target, failureSummary }) => `${target} ${failureSummary}`).join(' | ')}`);
}

/** Only what the widget is answerable for: the host's own controls and colours are the host's. */
const ofWidget = (lines) => lines.filter((line) => line.includes('deflect-widget'));

for (const [name, page, query] of [
  ['light', {}, 'how to reset password'],
  ['dark', { style: DARK }, 'how to reset password'],
  ['right to left', { html: 'lang="ar" dir="rtl"' }, 'كلمة المرور تسجيل'],
]) {
  test(`axe finds nothing wrong: list, passage, article and thanks, ${name}`, async () => {
    const tab = await bench.open({ page });
    const widget = onPage(tab);
    await typeInto(tab, '#subject', query);
    await widget.passage.waitFor();
    assert.deepEqual(ofWidget(await violations(tab)), []);
    await widget.suggestions.first().click();
    await widget.article.waitFor();
    assert.deepEqual(ofWidget(await violations(tab)), []);
    await widget.yes.click();
    await widget.anyway.waitFor();
    assert.deepEqual(ofWidget(await violations(tab)), []);
  });
}

for (const [name, attributes, context] of [
  ['light', '', {}],
  ['dark', 'data-theme="dark"', {}],
  ['on a phone', '', PHONE],
]) {
  test(`axe finds nothing wrong: launcher and panel, ${name}`, async () => {
    const page = await bench.open({ page: { attributes, body: '<p>Hello</p>' }, context });
    const widget = onPage(page);
    await widget.launcher.waitFor();
    assert.deepEqual(ofWidget(await violations(page)), []);
    await widget.launcher.click();
    await page.keyboard.type('how to reset password');
    await widget.passage.waitFor();
    assert.deepEqual(ofWidget(await violations(page)), []);
    await widget.suggestions.first().click();
    await widget.article.waitFor();
    assert.deepEqual(ofWidget(await violations(page)), []);
  });
}

test('Tab reaches the suggestions in one stop, and the next stop is the next field', async () => {
  const page = await bench.open();
  await typeInto(page, '#subject', 'how to reset password');
  await onPage(page).passage.waitFor();
  await page.keyboard.press('Tab');
  assert.match(await focused(page), /^Reset your password/);
  await page.keyboard.press('Tab');
  assert.equal(await focused(page), 'message');
});

test('ArrowDown from a one-line field reaches the suggestions, arrows move among them, Escape returns', async () => {
  const page = await bench.open();
  await typeInto(page, '#subject', 'password');
  await onPage(page).suggestions.first().waitFor();
  await page.keyboard.press('ArrowDown');
  assert.match(await focused(page), /^Reset your password/);
  await page.keyboard.press('ArrowDown');
  assert.match(await focused(page), /^Choose a password/);
  await page.keyboard.press('ArrowDown');
  assert.match(await focused(page), /^Choose a password/);
  await page.keyboard.press('Home');
  assert.match(await focused(page), /^Reset your password/);
  await page.keyboard.press('End');
  await page.keyboard.press('Escape');
  assert.equal(await focused(page), 'subject');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowUp');
  assert.equal(await focused(page), 'subject');
});

test('with the answer open, arrows reach its question too', async () => {
  const page = await bench.open();
  await typeInto(page, '#subject', 'how to reset password');
  await onPage(page).passage.waitFor();
  const path = [];
  for (let press = 0; press < 5; press++) {
    await page.keyboard.press('ArrowDown');
    path.push((await focused(page)).slice(0, 12));
  }
  assert.deepEqual(path, ['Reset your p', 'Read the who', "Yes, I'm don", 'No, I still ', 'Choose a pas']);
});

test('a late answer with the same passage takes neither it nor the focus from whoever is in it', async () => {
  const page = await bench.open();
  let release;
  bench.service.hold = (text) => text.endsWith('again') && new Promise((resolve) => (release = resolve));
  await typeInto(page, '#subject', 'how to reset password');
  await onPage(page).passage.waitFor();
  const late = page.waitForResponse((response) => response.url().includes('again'));
  await page.keyboard.type(' again');
  await until(() => release);
  await page.keyboard.press('ArrowDown');
  assert.match(await focused(page), /^Reset your password/);
  release();
  await (await late).finished();
  await page.evaluate(() => new Promise((shown) => setTimeout(shown, 200)));
  assert.match(await focused(page), /^Reset your password/);
  assert.ok(await onPage(page).passage.isVisible());
});

test('ArrowDown stays with a message of several lines, and with a field without suggestions', async () => {
  const page = await bench.open();
  await typeInto(page, '#message', 'password');
  await onPage(page).suggestions.first().waitFor();
  await page.keyboard.press('ArrowDown');
  assert.equal(await focused(page), 'message');
  const other = await bench.open();
  await typeInto(other, '#subject', 'pa');
  await other.keyboard.press('ArrowDown');
  assert.equal(await focused(other), 'subject');
});

test('an article is opened, read and left by keyboard alone', async () => {
  const page = await bench.open();
  await typeInto(page, '#subject', 'password');
  await onPage(page).suggestions.first().waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await onPage(page).article.waitFor();
  assert.match(await focused(page), /^Reset your password/);
  await page.keyboard.press('Escape');
  assert.equal(await focused(page), 'subject');
  assert.equal(await onPage(page).article.count(), 0);
});

test("keys pressed in the widget are not for the page's shortcuts, and do not send the form", async () => {
  const page = await bench.open({ page: { before: 'addEventListener("keydown", (event) => { if (event.target.localName == "deflect-widget") document.title = event.key; })' } });
  await typeInto(page, '#subject', 'password');
  await onPage(page).suggestions.first().waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await onPage(page).article.waitFor();
  assert.equal(await page.title(), 'Contact');
  assert.equal(bench.site.posts.length, 0);
});

test('on a phone the suggestions are one line, opened by a tap', async () => {
  const page = await bench.open({ context: PHONE });
  await page.tap('#subject');
  await page.keyboard.type('how to reset password');
  const { peek, passage, suggestions } = onPage(page);
  await peek.waitFor();
  await page.getByRole('button', { name: /^Perhaps this answers it\s*Reset your password/ }).waitFor();
  assert.equal((await peek.boundingBox()).height, 44);
  assert.equal(await suggestions.first().isVisible(), false);
  assert.equal(await peek.getAttribute('aria-expanded'), 'false');
  await peek.tap();
  await passage.waitFor();
  assert.equal(await peek.getAttribute('aria-expanded'), 'true');
});

test('everything to be touched is at least 44 pixels high', async () => {
  const page = await bench.open({ context: PHONE });
  await page.tap('#subject');
  await page.keyboard.type('how to reset password');
  await onPage(page).peek.tap();
  const heights = await page.evaluate(() =>
    [...document.querySelector('deflect-widget').shadowRoot.querySelectorAll('a,button')].map((one) => one.getBoundingClientRect().height),
  );
  assert.ok(heights.length > 5 && heights.every((height) => height >= 44), heights.join());
});

test('the colours follow what the page shows, and the system where it shows nothing', async () => {
  const dark = (page) => page.locator('deflect-widget .box').evaluate((box) => box.classList.contains('dark'));
  for (const [style, colorScheme, expected, theme] of [
    ['', 'dark', false, ''],
    [DARK, 'light', true, ''],
    ['body{background:none}', 'dark', true, ''],
    ['body{background:none}', 'light', false, 'auto'],
    [DARK, 'dark', false, 'light'],
    ['', 'light', true, 'dark'],
  ]) {
    const page = await bench.open({ page: { style, attributes: `data-form="#contact" data-theme="${theme}"` }, context: { colorScheme } });
    await page.click('#message');
    await onPage(page).notice.waitFor();
    assert.equal(await dark(page), expected, `${style} ${colorScheme} ${theme}`);
  }
});

test("the host sets accent, font, radius, paper and ink, and nothing else of its style comes in", async () => {
  const style = `deflect-widget{--deflect-accent:rgb(160,0,80);--deflect-font:monospace;--deflect-radius:0px;--deflect-paper:rgb(255,250,240);--deflect-ink:rgb(40,30,20)}
    *{color:red;letter-spacing:9px;text-transform:uppercase;line-height:3} a,button,li{border:9px solid red}`;
  const page = await bench.open({ page: { style } });
  await typeInto(page, '#subject', 'how to reset password');
  await onPage(page).passage.waitFor();
  const look = await page.evaluate(() => {
    const root = document.querySelector('deflect-widget').shadowRoot;
    const of = (selector, property) => getComputedStyle(root.querySelector(selector))[property];
    return [of('.more', 'color'), of('.box', 'fontFamily'), of('.card', 'borderRadius'), of('.card', 'backgroundColor'), of('.box', 'color'),
      of('.hit', 'letterSpacing'), of('.hit', 'textTransform'), of('li', 'borderTopWidth')];
  });
  assert.deepEqual(look, ['rgb(160, 0, 80)', 'monospace', '0px', 'rgb(255, 250, 240)', 'rgb(40, 30, 20)', 'normal', 'none', '0px']);
});

test('from right to left, everything stands on the other side', async () => {
  const page = await bench.open({ page: { html: 'lang="ar" dir="rtl"', body: '', attributes: '' } });
  const { launcher } = onPage(page);
  const box = await launcher.boundingBox();
  assert.ok(box.x < 100, 'the launcher is in the left corner');
  await launcher.click();
  await page.keyboard.type('كلمة المرور');
  const title = onPage(page).titles.first();
  await title.waitFor();
  assert.equal(await title.evaluate((element) => getComputedStyle(element).direction), 'rtl');
});
