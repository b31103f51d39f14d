/** The widget on other people's pages: what it needs, what it leaves alone, and how pages speak with it. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FORM, USUAL } from './lib/host_page.mjs';
import { onPage, typeInto, until, useWidget } from './lib/widget_setup.mjs';

const bench = useWidget();
const QUEUE = 'window.Deflect=window.Deflect||function(){(Deflect.q=Deflect.q||[]).push(arguments)}';

test('it runs under a strict Content-Security-Policy with Trusted Types', async () => {
  const { origin } = bench.service;
  bench.site.headers = {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': `default-src 'none'; script-src ${origin}; connect-src ${origin}; style-src 'self'; form-action 'self'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types 'none'`,
  };
  const page = await bench.open();
  const widget = onPage(page);
  await typeInto(page, '#subject', 'how to reset password');
  await widget.passage.waitFor();
  assert.notEqual(await widget.passage.evaluate((element) => getComputedStyle(element).paddingLeft), '0px');
  await widget.suggestions.first().click();
  await widget.article.waitFor();
  await widget.yes.click();
  await widget.anyway.click();
  await page.getByRole('heading', { name: 'Sent' }).waitFor();
  await until(() => bench.service.ofType('ticket').length);
});

test('nothing that an article holds can run or lead astray', async () => {
  const page = await bench.open();
  const hostile = `<p onclick="alert(1)" style="position:fixed">One</p><script>window.hurt = 1</script><iframe src="/"></iframe>
    <img src="javascript:alert(1)" onerror="window.hurt = 1"><a href="javascript:window.hurt=1">Two</a><a href="data:text/html,x">Three</a>
    <p>&lt;b&gt; &amp; &quot;&#39;&#x41;</p><form action="/"><input name="x"></form></div></p><p>Four`;
  await page.route('**/v1/articles/**', (route) =>
    route.fulfill({ json: { id: 'x', title: '<b>Title</b>', html: hostile }, headers: { 'Access-Control-Allow-Origin': '*' } }),
  );
  await typeInto(page, '#subject', 'password');
  await onPage(page).suggestions.first().click();
  const { article } = onPage(page);
  await article.waitFor();
  const found = await article.evaluate((element) => ({
    names: [...new Set([...element.querySelectorAll('.text *')].map(({ localName }) => localName))].sort(),
    attributes: [...new Set([...element.querySelectorAll('.text *')].flatMap((one) => one.getAttributeNames()))].sort(),
    text: element.innerText,
  }));
  assert.deepEqual(found.names, ['a', 'img', 'input', 'p']);
  assert.deepEqual(found.attributes, ['disabled']);
  assert.match(found.text, /<b> & "'A/);
  assert.match(found.text, /^<b>Title<\/b>/);
  assert.equal(await page.evaluate(() => window.hurt), undefined);
});

test('it sets no cookie, and keeps its session in sessionStorage', async () => {
  const page = await bench.open();
  await typeInto(page, '#subject', 'password');
  await until(() => bench.service.queries().length);
  assert.equal(await page.evaluate(() => document.cookie), '');
  assert.equal(await page.evaluate(() => Object.keys(localStorage).length), 0);
  const { session } = bench.service.queries()[0];
  await page.reload();
  await typeInto(page, '#subject', 'password');
  await until(() => bench.service.queries().length == 2);
  assert.equal(bench.service.queries()[1].session, session);
});

test('data-session="memory" stores nothing in the browser', async () => {
  const page = await bench.open({ page: { attributes: USUAL + ' data-session="memory"' } });
  await typeInto(page, '#subject', 'password');
  await until(() => bench.service.queries().length);
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByRole('heading', { name: 'Sent' }).waitFor();
  assert.equal(await page.evaluate(() => Object.keys(sessionStorage).length), 0);
});

test('where storage is forbidden, memory does', async () => {
  const before = "Object.defineProperty(window, 'sessionStorage', { get() { throw new DOMException('no', 'SecurityError') } })";
  const page = await bench.open({ page: { before } });
  await typeInto(page, '#subject', 'password');
  await onPage(page).suggestions.first().waitFor();
  assert.match(bench.service.queries()[0].session, /^[0-9a-f]{32}$/);
});

test('a session in the fragment is taken over, and only it is removed', async () => {
  const page = await bench.open({ path: '/?a=1#subject&deflect=visit-1' });
  assert.equal(new URL(page.url()).search + new URL(page.url()).hash, '?a=1#subject');
  await typeInto(page, '#subject', 'password');
  await until(() => bench.service.queries().length);
  assert.equal(bench.service.queries()[0].session, 'visit-1');
  const other = await bench.open({ path: '/#deflect=visit-2' });
  assert.equal(new URL(other.url()).hash, '');
});

test('who asks not to be counted gets answers and is not counted', async () => {
  const before = "Object.defineProperty(navigator, 'globalPrivacyControl', { value: true })";
  const page = await bench.open({ page: { before, attributes: USUAL + ' data-ref="#ref"' } });
  await typeInto(page, '#subject', 'password');
  await onPage(page).suggestions.first().click();
  await onPage(page).article.waitFor();
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByRole('heading', { name: 'Sent' }).waitFor();
  assert.equal(bench.service.queries()[0].session, undefined);
  assert.deepEqual(bench.service.envelopes, []);
  assert.equal(bench.site.posts[0].get('ref'), '');
  assert.equal(await page.evaluate(() => Object.keys(sessionStorage).length), 0);
});

test('calls made before it is loaded are carried out', async () => {
  const before = `${QUEUE};Deflect('on','suggest',function(answer){window.heard=answer.query});Deflect('open')`;
  const page = await bench.open({ page: { before, attributes: '', body: '' } });
  await onPage(page).panel.waitFor();
  await page.keyboard.insertText('password');
  await page.waitForFunction(() => window.heard == 'password');
});

test("Deflect('on') tells of suggestions, views, votes, solved and tickets", async () => {
  const page = await bench.open();
  await page.evaluate(() => {
    window.heard = [];
    for (const name of ['suggest', 'view', 'vote', 'solved', 'ticket']) Deflect('on', name, (event) => heard.push([name, event.article || event.query || event.subject]));
    Deflect('on', 'view', () => {
      throw new Error('the page errs');
    });
  });
  bench.expectConsole(/the page errs/);
  const widget = onPage(page);
  await typeInto(page, '#subject', 'password');
  await widget.suggestions.first().click();
  await widget.article.waitFor();
  await widget.yes.click();
  await page.evaluate(() => document.addEventListener('submit', (event) => event.preventDefault()));
  await widget.anyway.click();
  await page.waitForFunction(() => heard.length == 5);
  assert.deepEqual(await page.evaluate(() => heard), [
    ['suggest', 'password'],
    ['view', 'reset-password'],
    ['vote', 'reset-password'],
    ['solved', 'reset-password'],
    ['ticket', 'password'],
  ]);
});

test("Deflect('identify') names the visitor with the first event; another visitor starts a new visit", async () => {
  const page = await bench.open({ page: { attributes: USUAL + ' data-ref="#ref"' } });
  await page.evaluate(() => Deflect('identify', { contact: 'ann@example.com' }));
  await page.click('#subject');
  const first = await until(() => bench.service.envelopes[0]);
  assert.equal(first.contact, 'ann@example.com');
  await page.evaluate(() => Deflect('identify', { contact: 'bob@example.com' }));
  const second = await until(() => bench.service.envelopes.find(({ contact }) => contact == 'bob@example.com'));
  assert.notEqual(second.session, first.session);
  assert.equal(await page.inputValue('#ref'), second.session);
});

test("Deflect('suggest', text) shows suggestions for a page's own editor", async () => {
  const page = await bench.open();
  await page.evaluate(() => Deflect('suggest', 'password'));
  await onPage(page).suggestions.first().waitFor();
  assert.equal(bench.service.queries()[0].place, 'form');
  await page.evaluate(() => Deflect('close'));
  await onPage(page).suggestions.first().waitFor({ state: 'detached' });
});

test('the module has the same interface', async () => {
  const tag = `<script type="module" src="/start.js"></script>`;
  const page = await bench.open({ page: { tag, before: 'window.noDeflect = true' } });
  await page.evaluate(async (address) => {
    const { default: Deflect } = await import(address);
    Deflect('on', 'suggest', (answer) => (window.heard = answer.query));
    Deflect('init', { form: '#contact', subject: '#subject', body: '#message', limit: 2 });
  }, bench.service.origin + '/widget.mjs');
  bench.expectConsole(/start.js|MIME/);
  await typeInto(page, '#subject', 'password');
  await onPage(page).suggestions.first().waitFor();
  await page.waitForFunction(() => window.heard == 'password');
  assert.equal(bench.service.queries()[0].limit, '2');
});

test('a module tag with data attributes starts by itself', async () => {
  const tag = `<script type="module" src="${bench.service.origin}/widget.mjs" ${USUAL}></script>`;
  const page = await bench.open({ page: { tag, before: 'window.noDeflect = true' } });
  await typeInto(page, '#subject', 'password');
  await onPage(page).suggestions.first().waitFor();
});

test('destroy leaves no element, listener or timer of it behind', async () => {
  const before = `window.live = 0;
    const { addEventListener: add } = EventTarget.prototype;
    EventTarget.prototype.addEventListener = function (type, fn, options) {
      if ((this == window || this == document) && new Error().stack.includes('widget.js')) {
        live++;
        options?.signal?.addEventListener('abort', () => live--);
      }
      return add.call(this, type, fn, options);
    };`;
  const page = await bench.open({ page: { before } });
  const widget = onPage(page);
  await page.evaluate(() => Deflect('open'));
  await widget.panel.waitFor();
  await page.keyboard.press('Escape');
  await typeInto(page, '#subject', 'how to reset password');
  await widget.passage.waitFor();
  await widget.suggestions.first().click();
  await widget.article.waitFor();
  assert.ok((await page.evaluate(() => live)) > 8);
  await page.evaluate(() => Deflect('destroy'));
  assert.deepEqual(await page.evaluate(() => [live, document.querySelectorAll('deflect-widget').length]), [0, 0]);
  await until(() => bench.service.ofType('read').length);
  const count = bench.service.requests.length;
  await page.fill('#subject', 'password');
  await page.evaluate(() => Deflect('init', { form: '#contact' }));
  await typeInto(page, '#message', 'messages');
  await widget.suggestions.first().waitFor();
  assert.ok(bench.service.requests.slice(count).every(({ query }) => !query || query.q == 'messages'));
});

test('two tags make one widget', async () => {
  const tag = `<script src="${bench.script}" async ${USUAL}></script>`.repeat(2);
  const page = await bench.open({ page: { tag } });
  await typeInto(page, '#subject', 'password');
  await onPage(page).suggestions.first().waitFor();
  assert.equal(await page.locator('deflect-widget').count(), 1);
});

test('a wrong embedding is told in one line that names what to change', async () => {
  bench.expectConsole(/^warning: Deflect: data-form="#contct" matches nothing on this page; data-contact="\[" matches nothing/);
  const page = await bench.open({ clock: true, page: { attributes: 'data-form="#contct" data-body="#message" data-contact="["' } });
  assert.deepEqual(bench.console, []);
  await page.clock.runFor(6000);
  await until(() => bench.console.length);
  assert.equal(bench.console.length, 1);
});

test('a field named without its form is told too', async () => {
  bench.expectConsole(/^warning: Deflect: data-form is missing/);
  const page = await bench.open({ clock: true, page: { attributes: 'data-subject="#subject"' } });
  await page.clock.runFor(6000);
  await until(() => bench.console.length);
});

test('an unknown command or event is told', async () => {
  const page = await bench.open();
  bench.expectConsole(/no command "opn"/);
  bench.expectConsole(/no event "votes", only suggest,view,vote,solved,ticket/);
  await page.evaluate(() => Deflect('opn') || Deflect('on', 'votes', () => {}));
  await until(() => bench.console.length == 2);
});

for (const [lang, text, expected] of [
  ['de', 'Passwort vergessen', 'Vielleicht ist das schon die Antwort'],
  ['ja', 'パスワード', 'こちらで解決するかもしれません'],
  ['pt-BR', 'password', 'Talvez a resposta já esteja aqui'],
]) {
  test(`a page in ${lang} is spoken to in its language`, async () => {
    const page = await bench.open({ page: { html: `lang="${lang}"` } });
    await page.click('#subject');
    await page.keyboard.insertText(text);
    await page.getByText(expected, { exact: true }).waitFor();
    assert.equal(bench.service.queries()[0].lang, lang);
  });
}

test('a language without texts of its own falls back to English, data-lang goes before the page', async () => {
  const page = await bench.open({ page: { html: 'lang="de"', attributes: USUAL + ' data-lang="sv"' } });
  await page.click('#subject');
  await onPage(page).notice.waitFor();
});

test('each text can be replaced, by data-strings and by Deflect("strings")', async () => {
  const page = await bench.open({ page: { attributes: USUAL + ' data-strings="/texts.json"' }, prepare: (tab) => tab.route('**/texts.json', (route) => route.fulfill({ json: { lead: 'Maybe so', notice: 'Mind what you write.' } })) });
  await page.evaluate(() => Deflect('strings', { notice: 'We look while you write.' }));
  await typeInto(page, '#subject', 'password');
  await page.getByText('We look while you write.').waitFor();
  await page.getByText('Maybe so', { exact: true }).waitFor();
});
