/** Suggestions while somebody types: when they come, what they replace, and what they never disturb. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { onPage, typeInto, until, useWidget } from './lib/widget_setup.mjs';

const bench = useWidget();

test('nothing is sent at page load, nor before three characters', async () => {
  const page = await bench.open();
  const asked = () => bench.service.requests.map(({ path }) => path);
  assert.deepEqual(asked(), ['/widget.js']);
  await typeInto(page, '#subject', 'pa');
  await typeInto(page, '#message', 'password');
  await until(() => bench.service.queries().length);
  const [first] = bench.service.queries();
  assert.equal(first.q, 'password');
  const paths = asked().filter((path) => path != '/v1/events'); // on a slow machine it is time to tell that writing began
  assert.deepEqual(paths.slice(0, 2), ['/widget.js', paths.find((path) => path.startsWith('/assets/widget.en.'))]);
});

test('suggestions come while a person types letter by letter, under the field being typed in', async () => {
  const page = await bench.open();
  const widget = onPage(page);
  await page.click('#subject');
  await page.keyboard.type('passw', { delay: 60 });
  await widget.suggestions.first().waitFor();
  // On a slow machine the pauses between letters are long enough for a question of their own.
  await until(() => bench.service.queries().at(-1).q == 'passw');
  const query = bench.service.queries().at(-1);
  assert.deepEqual([query.q, query.final, query.place, query.limit, query.lang], ['passw', '0', 'form', '3', 'en']);
  assert.match(query.session, /^[0-9a-f]{32}$/);
  const [field, list, next] = await Promise.all(
    [page.locator('#subject'), widget.suggestions.first(), page.locator('#message')].map((one) => one.boundingBox()),
  );
  assert.ok(field.y + field.height <= list.y && list.y + list.height <= next.y);
});

test('the matched words are marked, with one line of passage and the category', async () => {
  const page = await bench.open();
  await typeInto(page, '#subject', 'password');
  const hit = onPage(page).suggestions.first();
  await hit.waitFor();
  assert.deepEqual(await hit.locator('b mark').allTextContents(), ['password']);
  assert.match(await hit.innerText(), /Reset your password\nOpen the sign-in page.*\nAccount/);
});

test('subject and message are asked together once both are known', async () => {
  const page = await bench.open();
  await typeInto(page, '#subject', 'password');
  await typeInto(page, '#message', 'I lost mine');
  const posted = await until(() => bench.service.queries().find(({ subject }) => subject));
  assert.equal(posted.subject, 'password');
  assert.equal(posted.final, false);
});

test('a late answer never replaces a newer one', async () => {
  const page = await bench.open();
  const titles = page.locator('deflect-widget .hit');
  let release;
  bench.service.hold = (text) => (text == 'password' ? new Promise((resolve) => (release = resolve)) : undefined);
  bench.service.alter = (answer) => ({ ...answer, results: answer.results.map((one) => ({ ...one, title_html: '', title: 'About ' + answer.query })) });
  await typeInto(page, '#subject', 'password');
  await until(() => release);
  await page.keyboard.type(' reset');
  await titles.getByText('About password reset', { exact: true }).first().waitFor();
  release();
  await page.keyboard.type(' link');
  await titles.getByText('About password reset link', { exact: true }).first().waitFor();
  assert.equal(await titles.getByText('About password', { exact: true }).count(), 0);
});

test('an answer to older words is shown until the newest is there', async () => {
  const page = await bench.open();
  let release;
  bench.service.hold = (text) => (text == 'password reset' ? new Promise((resolve) => (release = resolve)) : undefined);
  await typeInto(page, '#subject', 'password');
  await onPage(page).suggestions.first().waitFor();
  await page.keyboard.type(' reset');
  await until(() => release);
  assert.ok(await onPage(page).suggestions.count());
  release();
});

test('text being composed in an input method is left alone', async () => {
  const page = await bench.open({ page: { html: 'lang="ja"' } });
  await page.click('#subject');
  const session = await page.context().newCDPSession(page);
  await session.send('Input.imeSetComposition', { text: 'ぱすわ', selectionStart: 3, selectionEnd: 3 });
  await session.send('Input.imeSetComposition', { text: 'ぱすわーど', selectionStart: 5, selectionEnd: 5 });
  await session.send('Input.insertText', { text: 'パスワード' });
  await onPage(page).suggestions.first().waitFor();
  assert.deepEqual(bench.service.queries().map(({ q }) => q), ['パスワード']);
});

test('two characters are enough in Japanese', async () => {
  const page = await bench.open({ page: { html: 'lang="ja"' } });
  await page.click('#subject');
  await page.keyboard.insertText('画面');
  await onPage(page).suggestions.first().waitFor();
  assert.equal(await onPage(page).titles.first().innerText(), 'パスワードを再設定する');
});

test('with high confidence the answer itself stands open, with the question below it', async () => {
  const page = await bench.open();
  await typeInto(page, '#subject', 'how to reset password');
  const widget = onPage(page);
  await widget.passage.waitFor();
  assert.match(await widget.passage.innerText(), /Follow the link in the message within one hour/);
  assert.equal(await widget.passage.locator('a').count(), 0);
  assert.equal(await widget.yes.count(), 1);
  assert.match(await page.locator('deflect-widget .standing').innerText(), /Did this answer your question\?/);
});

test('the passage is the snippet where the article is slow or missing', async () => {
  bench.expectConsole(/404/);
  const page = await bench.open();
  bench.service.alter = (answer) => ({ ...answer, results: answer.results.map((one) => ({ ...one, article: 'gone' })) });
  await typeInto(page, '#subject', 'how to reset password');
  await onPage(page).passage.waitFor();
  assert.equal(await onPage(page).passage.innerText(), 'Open the sign-in page and choose Forgot your password?');
});

test('the answer that stands open is not drawn anew while it stays the answer', async () => {
  const page = await bench.open();
  await typeInto(page, '#subject', 'how to reset password');
  await onPage(page).passage.evaluate((element) => (element.marked = true));
  bench.service.alter = (answer) => ({ ...answer, results: answer.results.slice(0, 1) });
  await page.keyboard.type(' sign-in');
  await until(async () => (await onPage(page).suggestions.count()) == 1);
  assert.equal(await onPage(page).passage.evaluate((element) => element.marked), true);
});

test('a result in another language says so and never stands open', async () => {
  const page = await bench.open();
  await typeInto(page, '#subject', 'Passwort vergessen zurücksetzen');
  const hit = onPage(page).suggestions.first();
  await hit.waitFor();
  assert.match(await hit.innerText(), /Passwort zurücksetzen[^]*Konto · In German/);
  assert.equal(await onPage(page).passage.count(), 0);
});

test('a session that is held out sees nothing', async () => {
  const page = await bench.open();
  bench.service.alter = (answer) => ({ ...answer, arm: 'holdout', results: [] });
  await typeInto(page, '#subject', 'password');
  await until(() => bench.service.queries().length);
  bench.service.alter = (answer) => answer;
  await page.keyboard.type(' reset');
  await onPage(page).suggestions.first().waitFor();
  assert.equal(bench.service.queries().length, 2);
});

test('a screen reader hears once, when typing rests', async () => {
  const page = await bench.open({ clock: true });
  const { status, suggestions } = onPage(page);
  bench.service.alter = (answer) => ({ ...answer, results: answer.results.slice(0, 2) });
  await page.click('#subject');
  await page.keyboard.type('password');
  await page.clock.runFor(250);
  await suggestions.first().waitFor();
  assert.equal(await status.textContent(), '');
  await page.clock.runFor(1000);
  assert.equal(await status.textContent(), '2 likely answers, after this field');
  await page.keyboard.type(' reset');
  assert.equal(await status.textContent(), '');
  await page.clock.runFor(250);
  await until(() => bench.service.queries().length == 2);
  await page.clock.runFor(1500);
  assert.equal(await status.textContent(), '');
});

test('room once taken is kept, and nothing moves under the person who types', async () => {
  const page = await bench.open();
  await typeInto(page, '#subject', 'how to reset password');
  const widget = onPage(page);
  await widget.passage.waitFor();
  const before = (await page.locator('#message').boundingBox()).y;
  await page.keyboard.type(' xyzzy');
  await page.keyboard.press('Control+A');
  await page.keyboard.type('zzzzzz');
  await widget.suggestions.first().waitFor({ state: 'detached' });
  assert.equal((await page.locator('#message').boundingBox()).y, before);
});

test('the field that is clicked next stays under the finger when the suggestions follow it', async () => {
  const page = await bench.open({ page: { style: 'body{padding:600px 0}' } });
  await typeInto(page, '#subject', 'password');
  const widget = onPage(page);
  await widget.suggestions.first().waitFor();
  await page.hover('#message');
  const before = (await page.locator('#message').boundingBox()).y;
  await page.click('#message');
  await until(async () => (await widget.suggestions.first().boundingBox()).y > (await page.locator('#message').boundingBox()).y);
  assert.ok(Math.abs((await page.locator('#message').boundingBox()).y - before) < 1);
});

test('one line tells what typing is used for, before anything is sent; data-notice="off" leaves it out', async () => {
  const page = await bench.open();
  await page.click('#subject');
  await onPage(page).notice.waitFor();
  assert.equal(bench.service.queries().length, 0);
  const other = await bench.open({ page: { attributes: 'data-form="#contact" data-body="#message" data-notice="off"' } });
  await typeInto(other, '#message', 'password');
  await onPage(other).suggestions.first().waitFor();
  assert.equal(await onPage(other).notice.count(), 0);
});

test('data-limit asks for more or fewer', async () => {
  const page = await bench.open({ page: { attributes: 'data-form="#contact" data-subject="#subject" data-limit="1"' } });
  await typeInto(page, '#subject', 'password');
  await onPage(page).suggestions.first().waitFor();
  assert.equal(bench.service.queries()[0].limit, '1');
  assert.equal(await onPage(page).suggestions.count(), 1);
});

test('a form without a subject field is helped from its message alone', async () => {
  const page = await bench.open({ page: { attributes: 'data-form="#contact"' } });
  await typeInto(page, '#message', 'password');
  await onPage(page).suggestions.first().waitFor();
});

test('a message in an editor of its own, no field, is read too', async () => {
  const body = '<form id="contact"><div id="message" contenteditable="true"></div><button>Send</button></form>';
  const page = await bench.open({ page: { body, attributes: 'data-form="#contact" data-body="#message"' } });
  await typeInto(page, '#message', 'password');
  await onPage(page).suggestions.first().waitFor();
});
