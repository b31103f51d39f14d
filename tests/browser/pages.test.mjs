/** The help centre's pages, on the real program and its own articles: with and without scripts, for everybody, and counted rightly. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { follow, place, SCREENS, sticksOut, usePages, violations } from './lib/pages.mjs';
import { focused, until } from './lib/widget_setup.mjs';

const EMBED = '/articles/operators/embed-the-widget';
const HELPS = '/articles/writers/see-whether-your-articles-help';
const PAGES = {
  home: '/',
  'home in German': '/?lang=de',
  article: EMBED,
  search: '/search?q=embed+the+widget',
  'search without results': '/search?q=zxqvbn',
  category: '/search?category=For+writers',
  contact: '/contact',
  'missing page': '/guides/embed-widget-on-site',
};

const bench = usePages(async (scope) => {
  const here = place(scope);
  return { here, ...(await here.serve(['--demo'])) };
});

const searchField = (page) => page.getByRole('combobox', { name: 'Search the help centre' });
const options = (page) => page.getByRole('option');
const sessionOf = (page) => page.evaluate(() => sessionStorage.getItem('deflect'));

/** Waits until the program's log of events holds one of a page's visit that fits. */
async function counted(page, fits) {
  const session = await sessionOf(page);
  return until(() => bench.here.events().find((event) => event.session === session && fits(event)), 'counted: ' + fits);
}

for (const [screen, options] of SCREENS)
  test(`every page is within everybody's reach and within the screen: ${screen}`, async () => {
    const page = await bench.tab(options);
    for (const [name, path] of Object.entries(PAGES)) {
      if (name === 'missing page') bench.expectConsole(/404/);
      await page.goto(bench.url + path, { waitUntil: 'load' });
      assert.deepEqual(await violations(page), [], name);
      assert.equal(await sticksOut(page), false, name + ' sticks out');
    }
  });

test('every page says what it has to say without JavaScript', async () => {
  const page = await bench.tab({ javaScriptEnabled: false });
  for (const [name, path] of Object.entries(PAGES)) {
    if (name === 'missing page') bench.expectConsole(/404/);
    const answer = await page.goto(bench.url + path);
    assert.equal(answer.status(), name === 'missing page' ? 404 : 200, name);
    assert.equal(await page.locator('h1').count(), 1, name);
    assert.ok((await page.locator('main').innerText()).length > 60, name);
  }
  await page.goto(bench.url + '/');
  await page.getByRole('searchbox').fill('embed the widget');
  await page.keyboard.press('Enter');
  await follow(page.getByRole('link', { name: 'Embed the widget', exact: true }));
  assert.equal(new URL(page.url()).pathname, EMBED);
  await follow(page.getByRole('link', { name: 'Contact us' }).last());
  await page.fill('#email', 'jane@customer.example');
  await page.fill('#subject', 'Hello');
  await page.fill('#message', 'Can you help?');
  await page.getByRole('button', { name: 'Send request' }).click();
  await page.getByText('This is a demonstration, so nothing was sent.').waitFor();
});

test('no page sets a cookie or asks another host', async () => {
  const page = await bench.tab();
  const foreign = [];
  page.on('request', (request) => !request.url().startsWith(bench.url) && foreign.push(request.url()));
  bench.expectConsole(/404/);
  for (const path of Object.values(PAGES)) await page.goto(bench.url + path, { waitUntil: 'networkidle' });
  assert.deepEqual(foreign, []);
  assert.deepEqual(await page.context().cookies(), []);
});

test('the search field suggests as one types, and works by keyboard', async () => {
  const page = await bench.open('/');
  await searchField(page).focus();
  await page.keyboard.type('embed the widg');
  await until(async () => (await options(page).first().textContent()).startsWith('Embed the widget'));
  await page.keyboard.press('ArrowDown');
  assert.equal(await options(page).first().getAttribute('aria-selected'), 'true');
  assert.equal(await searchField(page).getAttribute('aria-activedescendant'), await options(page).first().getAttribute('id'));
  assert.deepEqual(await violations(page), []);
  await page.keyboard.press('Escape');
  assert.equal(await options(page).count(), 0);
  await page.keyboard.type('e');
  await options(page).first().waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.pathname === EMBED);
});

test('Enter in the search field searches, with passages', async () => {
  const page = await bench.open('/');
  await searchField(page).fill('embed the widget');
  await searchField(page).press('Enter');
  await page.waitForURL(/\/search\?q=/);
  assert.equal(await page.locator('h1').innerText(), 'Results for “embed the widget”');
  const first = page.locator('.results > li').first();
  assert.equal(await first.locator('h2').innerText(), 'Embed the widget');
  assert.ok((await first.locator('.passage').innerText()).length > 20);
  assert.ok((await first.locator('mark').count()) > 0);
});

test('a search that finds nothing says what to try, and offers the contact form', async () => {
  const page = await bench.open('/search?q=zxqvbn');
  await page.getByRole('heading', { level: 1, name: 'Nothing found for “zxqvbn”' }).waitFor();
  await page.getByText('Try other words, or fewer of them.').waitFor();
  await page.getByRole('link', { name: 'Contact us' }).last().waitFor();
});

test('light or dark is remembered', async () => {
  const page = await bench.open('/');
  const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await paper();
  await page.getByRole('button', { name: 'Switch between light and dark' }).click();
  const dark = await paper();
  assert.notEqual(dark, light);
  await page.goto(bench.url + HELPS, { waitUntil: 'load' });
  assert.equal(await paper(), dark);
  assert.equal(await page.getByRole('button', { name: 'Switch between light and dark' }).getAttribute('aria-pressed'), 'true');
});

test('headings can be linked, and the contents name the section being read', async () => {
  const page = await bench.open(EMBED);
  const heading = page.locator('.prose h2').last();
  const id = await heading.getAttribute('id');
  await heading.hover();
  await heading.locator('a').click();
  await page.waitForURL(({ hash }) => hash === '#' + id);
  const current = () => page.locator('.contents [aria-current]').allInnerTexts();
  await page.evaluate(() => scrollTo(0, 0));
  await until(async () => (await current())[0] === 'Allow the page');
  await page.locator('#useful-attributes').evaluate((element) => element.scrollIntoView({ block: 'start' }));
  await until(async () => (await current())[0] === 'Useful attributes');
  assert.equal((await current()).length, 1);
});

test('code can be copied', async () => {
  const page = await bench.open(EMBED, { permissions: ['clipboard-read', 'clipboard-write'] });
  await page.getByRole('button', { name: 'Copy' }).first().click();
  await page.getByRole('button', { name: 'Copied' }).waitFor();
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^<script src=.*\n.*data-body="#message"><\/script>$/);
});

test('a missing page searches for what its address says', async () => {
  bench.expectConsole(/404/);
  const page = await bench.open('/guides/embed-widget.html');
  await page.getByRole('heading', { level: 1, name: 'This page does not exist' }).waitFor();
  await page.locator('main').getByRole('link', { name: 'Embed the widget', exact: true }).waitFor();
});

test('a moved article is found at its old address, by a permanent redirect', async () => {
  const answer = await fetch(bench.url + '/docs/widget', { redirect: 'manual' });
  assert.equal(answer.status, 301);
  assert.equal(answer.headers.get('location'), EMBED);
});

test('a page in German is in German, its own articles first', async () => {
  const page = await bench.open('/', { locale: 'de-DE' });
  assert.equal(await page.locator('html').getAttribute('lang'), 'de');
  await page.getByRole('heading', { level: 1, name: 'Wie können wir helfen?' }).waitFor();
  const headings = await page.locator('main h2').allInnerTexts();
  const border = headings.indexOf('In anderen Sprachen');
  assert.ok(border > 0, headings.join(', '));
  for (const name of ['Erste Schritte', 'Für Kunden', 'Für Redakteure']) assert.ok(headings.indexOf(name) < border, name);
  for (const name of ['For operators', 'Reference']) assert.ok(headings.indexOf(name) > border, name);
  await follow(page.getByRole('link', { name: 'Sehen, ob Ihre Artikel helfen' }));
  assert.equal(await page.locator('article').getAttribute('lang'), 'de');
  await page.getByRole('heading', { name: 'Hat das Ihre Frage beantwortet?' }).waitFor();
});

test('translations are named to readers and to search engines', async () => {
  const page = await bench.open(HELPS);
  const links = await page.locator('link[rel=alternate]').evaluateAll((all) => all.map(({ hreflang, href }) => [hreflang, href]));
  assert.deepEqual(links, [
    ['en', bench.url + HELPS],
    ['de', bench.url + HELPS.replace('writers', 'de/writers')],
    ['es', bench.url + HELPS.replace('writers', 'es/writers')],
  ]);
  await follow(page.locator('.article-meta').getByRole('link', { name: 'Deutsch' }));
  assert.equal(await page.locator('h1').innerText(), 'Sehen, ob Ihre Artikel helfen');
});

test('a search in the help centre and the article it led to are counted', async () => {
  const page = await bench.open('/search?q=embed+the+widget');
  await follow(page.getByRole('link', { name: 'Embed the widget', exact: true }));
  assert.equal(new URL(page.url()).pathname, EMBED);
  const search = await counted(page, ({ type }) => type === 'search');
  assert.equal(search.place, 'search');
  assert.equal(search.query, 'embed the widget');
  assert.equal(search.results[0], 'operators/embed-the-widget');
  const view = await counted(page, ({ type }) => type === 'view');
  assert.equal(view.article, 'operators/embed-the-widget');
  assert.equal(view.source, 'help');
  assert.equal(view.rank, 1);
  assert.equal(view.query_id, search.query_id);
});

test('what a reader answers below an article is counted, with what was missing', async () => {
  const page = await bench.open(HELPS);
  await page.getByRole('button', { name: 'No', exact: true }).click();
  await until(async () => (await focused(page)) === 'comment');
  await page.keyboard.type('A picture of the page.');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await page.getByText('Thank you. The authors will read it.').waitFor();
  const vote = await counted(page, ({ type, comment }) => type === 'vote' && comment);
  assert.deepEqual([vote.value, vote.comment], ['down', 'A picture of the page.']);
  const other = await bench.open(EMBED);
  await other.getByRole('button', { name: 'Yes', exact: true }).click();
  await other.getByText('Glad it helped.').waitFor();
  await counted(other, ({ type }) => type === 'solved');
});

test('a reader who asks not to be counted is not', async () => {
  const before = bench.here.events().length;
  const page = await bench.tab();
  await page.addInitScript(() => Object.defineProperty(navigator, 'globalPrivacyControl', { value: true }));
  await page.goto(bench.url + EMBED, { waitUntil: 'load' });
  await page.getByRole('button', { name: 'Yes', exact: true }).click();
  await page.getByText('Glad it helped.').waitFor();
  await page.goto(bench.url + '/search?q=embed', { waitUntil: 'networkidle' });
  assert.equal(bench.here.events().length, before);
});
