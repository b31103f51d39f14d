/** The page's form: it always goes through, whatever becomes of the service, and what is told about it is true. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FORM, pageWith, USUAL } from './lib/host_page.mjs';
import { focused, onPage, typeInto, until, useWidget } from './lib/widget_setup.mjs';

const bench = useWidget();

for (const [mode, means] of [
  ['hang', 'never answers'],
  ['error', 'answers 500'],
  ['garbage', 'answers garbage'],
]) {
  test(`the form is sent as ever while the service ${means}`, async () => {
    bench.expectConsole(/500/);
    const page = await bench.open();
    bench.service.mode = mode;
    await typeInto(page, '#subject', 'password');
    await until(() => mode != 'hang' || bench.service.queries().length);
    await typeInto(page, '#message', 'I forgot it');
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByRole('heading', { name: 'Sent' }).waitFor();
    assert.equal(bench.site.posts[0].get('message'), 'I forgot it');
    assert.equal(await onPage(page).suggestions.count(), 0);
  });
}

test('the form is sent as ever while the service is down', async () => {
  bench.expectConsole(/ERR_/);
  const page = await bench.open();
  await page.context().route(bench.service.origin + '/**', (route) => route.abort('connectionrefused'));
  await typeInto(page, '#subject', 'password');
  await typeInto(page, '#message', 'I forgot it');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Sent' }).waitFor();
  assert.equal(bench.site.posts.length, 1);
});

test('answers of the wrong shape are ignored', async () => {
  const page = await bench.open();
  const strange = [null, 7, {}, { results: 'none' }, { results: [null] }, { results: [{}, { article: 'a' }] }, { results: [{ article: 'a', title: 'A&#xFFFFFF;', title_html: 'A&#xFFFFFF;' }] }];
  for (const [index, answer] of strange.entries()) {
    bench.service.alter = () => answer;
    const before = bench.service.queries().length;
    await page.fill('#subject', `question ${index}`);
    await until(() => bench.service.queries().length > before);
  }
  bench.service.alter = (answer) => answer;
  await page.fill('#subject', 'password');
  await onPage(page).suggestions.first().waitFor();
});

test('the submit is neither prevented nor changed, and the ticket is told', async () => {
  const page = await bench.open({ page: { attributes: USUAL + ' data-ref="#ref"' } });
  await page.evaluate(() => document.addEventListener('submit', (event) => (document.title = String(event.defaultPrevented))));
  await typeInto(page, '#subject', 'password');
  await typeInto(page, '#message', 'x'.repeat(20));
  await page.fill('#message', 'm'.repeat(9000));
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByRole('heading', { name: 'Sent' }).waitFor();
  const [post] = bench.site.posts;
  assert.deepEqual([...post.keys()], ['email', 'subject', 'message', 'ref']);
  assert.equal(post.get('message').length, 9000);
  const ticket = await until(() => bench.service.ofType('ticket')[0]);
  assert.equal(ticket.subject, 'password');
  assert.equal(ticket.body.length, 8000);
  assert.equal(ticket.ref, post.get('ref'));
  assert.equal(ticket.ref, ticket.session);
  assert.equal(bench.service.ofType('ticket').length, 1);
});

test('Enter in the field sends the form, as without the widget', async () => {
  const page = await bench.open();
  await typeInto(page, '#subject', 'password');
  await onPage(page).suggestions.first().waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Sent' }).waitFor();
});

test('a form that its page refuses takes its ticket back once typing goes on', async () => {
  const refuse = "addEventListener('submit', (event) => { event.preventDefault(); document.title = 'refused'; })";
  const page = await bench.open({ page: { before: refuse } });
  await typeInto(page, '#subject', 'password');
  await page.getByRole('button', { name: 'Send' }).click();
  const ticket = await until(() => bench.service.ofType('ticket')[0]);
  await typeInto(page, '#message', 'a');
  const back = await until(() => bench.service.ofType('ticket').find(({ withdrawn }) => withdrawn));
  assert.equal(back.id, ticket.id);
  await page.getByRole('button', { name: 'Send' }).click();
  const again = await until(() => bench.service.ofType('ticket')[2]);
  assert.notEqual(again.id, ticket.id);
  assert.equal(again.body, 'a');
});

for (const way of ['type', 'insertText']) {
  test(`a form that its page sent and emptied keeps its ticket when a new request is begun: ${way}`, async () => {
    const send = "addEventListener('submit', (event) => { event.preventDefault(); event.target.reset(); })";
    const page = await bench.open({ page: { before: send } });
    await typeInto(page, '#subject', 'password');
    await page.getByRole('button', { name: 'Send' }).click();
    await until(() => bench.service.ofType('ticket')[0]);
    await page.click('#subject');
    await page.keyboard[way]('exporting');
    await page.getByRole('button', { name: 'Send' }).click();
    const tickets = await until(() => bench.service.ofType('ticket').length >= 2 && bench.service.ofType('ticket'));
    assert.deepEqual(tickets.map(({ subject, withdrawn }) => [subject, withdrawn]), [['password', undefined], ['exporting', undefined]]);
  });
}

test('a form that the browser refuses files no ticket', async () => {
  const page = await bench.open({ page: { body: FORM.replace('<textarea', '<textarea required') } });
  await typeInto(page, '#subject', 'password');
  await page.getByRole('button', { name: 'Send' }).click();
  await typeInto(page, '#message', 'password');
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByRole('heading', { name: 'Sent' }).waitFor();
  const tickets = await until(() => bench.service.ofType('ticket').length && bench.service.ofType('ticket'));
  assert.deepEqual(tickets.map(({ body }) => body), ['password']);
});

test('a form that the server sends back takes its ticket back once typing goes on', async () => {
  const page = await bench.open();
  bench.site.refuses = true;
  bench.site.page = pageWith(bench.script, { body: FORM.replace('</textarea>', 'I forgot it</textarea>') });
  await typeInto(page, '#message', 'I forgot it');
  await page.getByRole('button', { name: 'Send' }).click();
  const ticket = await until(() => bench.service.ofType('ticket')[0]);
  await page.waitForURL('**/sent');
  await typeInto(page, '#message', '. Help.');
  const back = await until(() => bench.service.ofType('ticket').find(({ withdrawn }) => withdrawn));
  assert.equal(back.id, ticket.id);
});

test("Deflect('ticket') names the desk's ticket, in place of what the submit was taken for", async () => {
  const page = await bench.open({ page: { before: "addEventListener('submit', (event) => event.preventDefault())" } });
  await typeInto(page, '#subject', 'password');
  await page.getByRole('button', { name: 'Send' }).click();
  const first = await until(() => bench.service.ofType('ticket')[0]);
  await page.evaluate(() => {
    document.querySelector('form').reset();
    Deflect('ticket', { id: 'T-17' });
  });
  const [, back, named] = await until(() => bench.service.ofType('ticket').length == 3 && bench.service.ofType('ticket'));
  assert.deepEqual([back.id, back.withdrawn], [first.id, true]);
  assert.deepEqual([named.ticket, named.subject], ['T-17', 'password']);
});

test('a request is begun with the first key or focus, never at page load', async () => {
  const body = FORM.replace('name="subject"', 'name="subject" autofocus');
  const page = await bench.open({ page: { body } });
  assert.equal(await focused(page), 'subject');
  assert.deepEqual(bench.service.events, []);
  await page.click('#email');
  await until(() => bench.service.ofType('contact').length);
  await typeInto(page, '#subject', 'password');
  await onPage(page).suggestions.first().waitFor();
  await page.getByRole('button', { name: 'Send' }).click();
  await until(() => bench.service.ofType('ticket').length);
  assert.deepEqual(bench.service.events.map(({ type }) => type), ['contact', 'ticket']);
});

test('data-ref is filled with the session, at once and in a form that is rendered anew', async () => {
  const page = await bench.open({ page: { attributes: USUAL + ' data-ref="#ref"' } });
  const session = await page.evaluate(() => sessionStorage.deflect);
  assert.match(session, /^[0-9a-f]{32}$/);
  assert.equal(await page.inputValue('#ref'), session);
  await page.evaluate((form) => (document.querySelector('form').outerHTML = form), FORM);
  await page.click('#email');
  assert.equal(await page.inputValue('#ref'), session);
});

test('data-contact is told when the field is left with a valid address, and on submit', async () => {
  const page = await bench.open({ page: { attributes: USUAL + ' data-contact="#email"' } });
  await typeInto(page, '#email', 'ann@');
  await page.keyboard.press('Tab');
  await typeInto(page, '#subject', 'password');
  await until(() => bench.service.queries().length);
  assert.ok(bench.service.envelopes.every(({ contact }) => !contact));
  await page.fill('#email', 'ann@example.com');
  await page.click('#message');
  await until(() => bench.service.envelopes.some(({ contact }) => contact == 'ann@example.com'));
  await page.getByRole('button', { name: 'Send' }).click();
  const last = await until(() => bench.service.envelopes.find(({ events }) => events.some(({ type }) => type == 'ticket')));
  assert.equal(last.contact, 'ann@example.com');
});

test('events are sent in a way that needs no preflight', async () => {
  const page = await bench.open();
  await page.click('#subject');
  const event = await until(() => bench.service.requests.find(({ path }) => path == '/v1/events'));
  assert.match(event.type, /^text\/plain/);
});

test('a form that is rendered late is helped', async () => {
  const page = await bench.open({ page: { body: '<div id="app"></div>' } });
  await page.evaluate((form) => (document.querySelector('#app').innerHTML = form), FORM);
  await typeInto(page, '#subject', 'password');
  await onPage(page).suggestions.first().waitFor();
});

test('a form that is taken away and rendered anew is helped again', async () => {
  const page = await bench.open();
  await typeInto(page, '#subject', 'password');
  await onPage(page).suggestions.first().waitFor();
  await page.evaluate((form) => (document.querySelector('form').outerHTML = form), FORM);
  assert.equal(await onPage(page).suggestions.count(), 0);
  await typeInto(page, '#subject', 'reset');
  await onPage(page).suggestions.first().waitFor();
});

test('of two forms each is helped where it is written in', async () => {
  const two = ['one', 'two'].map((name) => `<form class="ask"><input class="about" id="${name}"><button>Send</button></form>`).join('');
  const page = await bench.open({ page: { body: two, attributes: 'data-form=".ask" data-subject=".about"' } });
  await typeInto(page, '#one', 'password');
  await onPage(page).suggestions.first().waitFor();
  await typeInto(page, '#two', 'reset');
  await until(() => bench.service.queries().some(({ q }) => q == 'reset'));
  const form = await page.evaluate(() => document.querySelector('deflect-widget').parentElement.querySelector('input').id);
  assert.equal(form, 'two');
});

for (const layout of ['display:block', 'display:grid', 'display:grid;grid-template-columns:1fr 1fr', 'display:flex;flex-wrap:wrap', 'display:flex;flex-direction:column;align-items:flex-start']) {
  test(`the suggestions are as wide as a form with ${layout}, and do not widen it`, async () => {
    const body = FORM.replace('<form', `<form style="${layout}"`);
    const page = await bench.open({ page: { body }, context: { viewport: { width: 500, height: 900 } } });
    const width = (selector) => page.locator(selector).evaluate((element) => element.getBoundingClientRect().width);
    const before = await width('form');
    bench.service.alter = (answer) => ({ ...answer, results: answer.results.map((one) => ({ ...one, snippet_html: 'Long '.repeat(100) })) });
    await typeInto(page, '#subject', 'password');
    await onPage(page).suggestions.first().waitFor();
    assert.equal(await width('form'), before);
    assert.equal(await width('deflect-widget'), before);
  });
}

test('suggestions stand below the label or group of their field, never in it', async () => {
  const body = `<form id="contact" style="display:flex;flex-wrap:wrap"><label>Subject <input id="subject"></label>
    <div><label for="message">Message</label><textarea id="message"></textarea><small>Be brief.</small></div><button>Send</button></form>`;
  const page = await bench.open({ page: { body } });
  const before = () => page.evaluate(() => document.querySelector('deflect-widget').previousElementSibling.localName);
  await typeInto(page, '#subject', 'password');
  await onPage(page).suggestions.first().waitFor();
  assert.equal(await before(), 'label');
  await page.click('#message');
  await until(async () => (await before()) == 'div');
});
