/** From a suggestion to an answer: reading in place, the one question, and the way on or back. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { focused, onPage, typeInto, until, useWidget } from './lib/widget_setup.mjs';

const bench = useWidget();

/** Types until the first suggestion stands there, and opens it. */
async function openFirst(page, text = 'password') {
  await typeInto(page, '#subject', text);
  await onPage(page).suggestions.first().click();
  await onPage(page).article.waitFor();
  return onPage(page);
}

test('an article opens in place, at the section that answers, and its opening is counted', async () => {
  const page = await bench.open();
  bench.service.alter = (answer) => ({ ...answer, query_id: 'asked-' + answer.query });
  const { article } = await openFirst(page);
  assert.equal(await article.getAttribute('aria-label'), 'Reset your password');
  assert.match(await article.innerText(), /Account · May 3, 2026/);
  const [box, section] = [await article.boundingBox(), await page.locator('#by-e-mail').boundingBox()];
  assert.ok(section.y >= box.y && section.y < box.y + 40, 'the section stands at the top');
  const view = await until(() => bench.service.ofType('view')[0]);
  const { id, session, ...fields } = view;
  assert.deepEqual(fields, { type: 'view', article: 'reset-password', query_id: 'asked-password', rank: 1, source: 'widget' });
});

test('the way back leads to the list and to the suggestion that was opened', async () => {
  const page = await bench.open();
  await typeInto(page, '#subject', 'password');
  const widget = onPage(page);
  await widget.suggestions.nth(1).click();
  await widget.article.waitFor();
  await widget.back.click();
  assert.equal(await widget.suggestions.count(), 2);
  assert.match(await focused(page), /^Choose a password that holds/);
});

test('the time an article was read is counted, and how far', async () => {
  const page = await bench.open({ clock: true });
  await page.click('#subject');
  await page.keyboard.type('password');
  await page.clock.runFor(300);
  const widget = onPage(page);
  await widget.suggestions.first().click();
  await widget.article.waitFor();
  await widget.article.evaluate((element) => new Promise((resolve) => {
    new IntersectionObserver(resolve).observe(element);
    element.scrollTop = element.scrollHeight;
  }));
  await page.clock.runFor(7000);
  await widget.back.click();
  await page.clock.runFor(100);
  const read = await until(() => bench.service.ofType('read')[0]);
  assert.equal(read.article, 'reset-password');
  assert.equal(read.scroll, 1);
  assert.ok(read.ms >= 6900 && read.ms <= 7100, `${read.ms} ms`);
});

test('what was being read is counted when the page goes', async () => {
  const page = await bench.open();
  await openFirst(page);
  await until(() => bench.service.ofType('view').length);
  await page.goto('about:blank');
  const read = await until(() => bench.service.ofType('read')[0]);
  assert.equal(read.article, 'reset-password');
  assert.ok(read.ms > 0 && read.scroll > 0);
});

test('a passage counts as a view after five seconds in sight, once', async () => {
  const page = await bench.open({ clock: true });
  await page.click('#subject');
  await page.keyboard.type('how to reset password');
  await page.clock.runFor(300);
  const { passage } = onPage(page);
  await passage.waitFor();
  await passage.evaluate((element) => new Promise((resolve) => new IntersectionObserver(resolve).observe(element)));
  await page.clock.runFor(4500);
  await page.keyboard.type(' please');
  await page.clock.runFor(400);
  assert.equal(bench.service.ofType('view').length, 0);
  await page.clock.runFor(300);
  const view = await until(() => bench.service.ofType('view')[0]);
  assert.deepEqual([view.part, view.article, view.source], ['passage', 'reset-password', 'widget']);
  await page.clock.runFor(20000);
  await page.keyboard.type(' now');
  await page.clock.runFor(20000);
  assert.equal(bench.service.ofType('view').length, 1);
});

test('a link to another article is followed in place, any other in a new tab with the session', async () => {
  const page = await bench.open();
  const { article } = await openFirst(page);
  await page.getByRole('link', { name: 'messages that do not arrive' }).click();
  await page.getByRole('region', { name: 'Messages that do not arrive' }).waitFor();
  assert.equal(await article.count(), 1);
  const views = await until(() => bench.service.ofType('view').length == 2 && bench.service.ofType('view'));
  assert.deepEqual([views[1].article, views[1].rank, views[1].query_id], ['messages', undefined, undefined]);
});

test('a suggestion opened in a new tab leads to the help centre, at its section, with the session', async () => {
  const page = await bench.open();
  await typeInto(page, '#subject', 'password');
  const hit = onPage(page).suggestions.first();
  const session = await until(() => bench.service.queries()[0]?.session);
  assert.equal(await hit.getAttribute('href'), `${bench.service.origin}/articles/reset-password#by-e-mail&deflect=${session}`);
  const [tab] = await Promise.all([page.context().waitForEvent('page'), hit.click({ modifiers: ['Control'] })]);
  assert.match(tab.url(), /\/articles\/reset-password/);
  bench.expectConsole(/404/);
  assert.equal(await onPage(page).article.count(), 0);
});

test('yes: a vote, solved, and the request is not sent', async () => {
  const page = await bench.open();
  const widget = await openFirst(page);
  await widget.yes.click();
  await page.getByText('Glad it helped. Your request was not sent.').waitFor();
  const [vote, solved] = await until(() => bench.service.ofType('solved').length && [bench.service.ofType('vote')[0], bench.service.ofType('solved')[0]]);
  assert.deepEqual([vote.value, vote.article, solved.article], ['up', 'reset-password', 'reset-password']);
  assert.equal(bench.site.posts.length, 0);
});

test('"Send it anyway" sends the form as its own button does', async () => {
  const page = await bench.open();
  await page.fill('#message', 'I forgot it');
  const widget = await openFirst(page);
  await widget.yes.click();
  await widget.anyway.click();
  await page.getByRole('heading', { name: 'Sent' }).waitFor();
  assert.equal(bench.site.posts[0].get('message'), 'I forgot it');
  const ticket = await until(() => bench.service.ofType('ticket')[0]);
  assert.equal(ticket.subject, 'password');
});

test('no: a vote, and the focus is back in the message with nothing lost', async () => {
  const page = await bench.open();
  await page.fill('#message', 'I forgot it');
  const widget = await openFirst(page);
  await widget.no.click();
  assert.equal(await focused(page), 'message');
  assert.equal(await page.inputValue('#message'), 'I forgot it');
  assert.equal(await page.inputValue('#subject'), 'password');
  const vote = await until(() => bench.service.ofType('vote')[0]);
  assert.equal(vote.value, 'down');
  assert.equal(bench.service.ofType('solved').length, 0);
  await widget.suggestions.first().waitFor();
});

test('an answer that did not help stands open no more', async () => {
  const page = await bench.open();
  await typeInto(page, '#subject', 'how to reset password');
  const widget = onPage(page);
  await widget.no.click();
  await widget.passage.waitFor({ state: 'detached' });
  await page.click('#subject');
  await page.keyboard.type(' please');
  await until(() => bench.service.queries().some(({ q }) => q?.endsWith('please')));
  await widget.suggestions.first().waitFor();
  assert.equal(await widget.passage.count(), 0);
});

test('typing on does not take an article from under its reader', async () => {
  const page = await bench.open();
  const { article } = await openFirst(page);
  await typeInto(page, '#message', 'four words');
  await until(() => bench.service.queries().some(({ body }) => body == 'four words'));
  await page.evaluate(() => new Promise((resolve) => Deflect('on', 'suggest', resolve) || Deflect('suggest', 'messages')));
  assert.equal(await article.getAttribute('aria-label'), 'Reset your password');
});

test('an article that cannot be had opens on its own page', async () => {
  bench.expectConsole(/404/);
  const page = await bench.open();
  bench.service.alter = (answer) => ({ ...answer, results: answer.results.map((one) => ({ ...one, article: 'a/b' })) });
  await typeInto(page, '#subject', 'password');
  const [tab] = await Promise.all([page.context().waitForEvent('page'), onPage(page).suggestions.first().click()]);
  assert.match(tab.url(), /\/articles\/a\/b#deflect=/);
});
