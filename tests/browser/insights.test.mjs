/** The writers' pages, on the real program with sample visits, and with none. */

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { DESKTOP, follow, place, SCREENS, sticksOut, usePages, violations } from './lib/pages.mjs';

const bench = usePages(async (scope) => {
  const here = place(scope);
  for (const args of [['index'], ['simulate', '--days', '60', '--seed', '7']]) assert.equal(here.run(args).code, 0);
  const tokens = { writer: here.token('writer'), agent: here.token('agent') };
  return { here, tokens, ...(await here.serve()) };
});

const figures = (page) => page.locator('.figures > div');

const period = (page, name) => page.getByRole('navigation', { name: 'Period' }).getByRole('link', { name });

/** Signs in on the sign-in page, as a person does. */
async function signIn(page, token = bench.tokens.writer, origin = bench.url) {
  await page.goto(origin + '/insights', { waitUntil: 'load' });
  await page.getByLabel('Token').fill(token);
  await follow(page.getByRole('button', { name: 'Sign in' }));
  return page;
}

const insights = async (options) => signIn(await bench.tab(options));

/** The first article's own page of figures. */
const openArticle = (page) => follow(page.getByRole('region', { name: 'Articles', exact: true }).getByRole('link').first());

test('who is not signed in is asked to, and then led on', async () => {
  const page = await bench.open('/insights?days=7');
  assert.equal(new URL(page.url()).pathname, '/sign-in');
  assert.deepEqual(await violations(page), []);
  await page.getByLabel('Token').fill(bench.tokens.writer);
  await page.keyboard.press('Enter');
  await page.waitForURL(bench.url + '/insights?days=7');
});

test('a wrong token is told so, and one of too low a role as well', async () => {
  bench.expectConsole(/403/);
  const page = await bench.tab();
  await signIn(page, 'deflect_wrong');
  await page.getByText('This token is not valid. It may be mistyped, expired or revoked.').waitFor();
  assert.deepEqual(await violations(page), []);
  await signIn(page, bench.tokens.agent);
  await page.getByText('Your token may not open this page. Sign in with one of a higher role.').waitFor();
});

test('signing out ends it', async () => {
  const page = await insights();
  await follow(page.getByRole('button', { name: 'Sign out' }));
  await page.goto(bench.url + '/insights');
  assert.equal(new URL(page.url()).pathname, '/sign-in');
});

test('the first screen shows period, four figures, what to do today, and the trend', async () => {
  const page = await insights(DESKTOP);
  await page.getByText('These figures come from made-up visits').waitFor();
  assert.equal(await period(page, '30 days').getAttribute('aria-current'), 'page');
  assert.deepEqual(await figures(page).locator('dt').allInnerTexts(), ['Requests begun', 'Answered, confirmed', 'Perhaps answered', 'Tickets avoided']);
  assert.match(await figures(page).nth(0).innerText(), /\d+/);
  assert.match(await figures(page).nth(1).innerText(), /\d+\s%\s+\d+\s% before[^]+likely \d+–\d+\s%, of \d+/);
  const tasks = page.locator('.today > li');
  assert.ok((await tasks.count()) >= 1 && (await tasks.count()) <= 5);
  const kinds = await tasks.locator('.kind').allInnerTexts();
  assert.deepEqual(kinds.sort(), ['Check', 'Fix', 'Flagged', 'Review', 'Write']);
  await page.locator('.chart canvas').waitFor();
  for (const part of ['.periods', '.figures', '.today', '.chart']) {
    const box = await page.locator(part).boundingBox();
    assert.ok(box.y + box.height <= DESKTOP.viewport.height, part + ' ends at ' + (box.y + box.height));
  }
});

test('what the page shows is what the report says', async () => {
  const page = await insights();
  const { stdout } = bench.here.run(['report', '--kind', 'deflection', '--since', '30d', '--format', 'json']);
  const { totals, confirmed_rate: rate } = JSON.parse(stdout);
  assert.equal(await figures(page).nth(0).locator('b').innerText(), String(totals.closed + totals.open));
  assert.equal((await figures(page).nth(1).locator('b').innerText()).replace(/\s/g, ''), Math.round(100 * rate.value) + '%');
});

test('every table can be had as CSV', async () => {
  const page = await insights();
  const links = await page.getByRole('link', { name: 'CSV' }).evaluateAll((all) => all.map(({ href }) => href));
  assert.equal(links.length, 7);
  for (const link of links) {
    const answer = await page.request.get(link);
    assert.equal(answer.status(), 200, link);
    assert.match(answer.headers()['content-type'], /^text\/csv/);
    assert.ok((await answer.text()).split('\n').length > 2, link);
  }
  const waiting = page.waitForEvent('download');
  await page.getByRole('link', { name: 'CSV' }).first().click();
  assert.equal((await waiting).suggestedFilename(), 'articles.csv');
});

test('what no rate holds stands beside the rates', async () => {
  const page = await insights();
  for (const text of [/^In the help centre alone, \d+ visits searched/, /^\d+\s% of tickets came another way/, /^\d+ tickets are open/, /^In the next 28 days about \d+ tickets/, /^Left out: \d+ visits of your own team/])
    await page.getByText(text).waitFor();
  assert.deepEqual(await page.getByRole('region', { name: 'Who came back' }).locator('tbody th').allInnerTexts(), ['after 1 day', 'after 3 days', 'after 7 days']);
  assert.deepEqual((await page.getByRole('region', { name: 'How tickets came' }).locator('tbody th').allInnerTexts()).sort(), ['email', 'form', 'phone']);
});

/** Events of 40 visits that were shown a likely answer two days ago: 10 confirmed it, 14 said no. */
function judged() {
  const at = new Date(Date.now() - 2 * 86400000).toISOString();
  const article = 'start/try-the-demo';
  const about = { solved: { type: 'solved', article }, voted: { type: 'vote', article, value: 'down' } };
  return Array.from({ length: 40 }, (_, n) => {
    const search = { type: 'search', query: 'try the demo', results: [article], query_id: `q${n}`, confidence: 'high' };
    const said = n < 10 ? [about.solved] : n < 24 ? [about.voted] : [];
    return [search, ...said].map((event, i) => JSON.stringify({ id: `e${n}-${i}`, at, session: `s${n}`, ...event }));
  }).flat();
}

test('whether the search was rightly sure stands there, and that it became more careful', async (context) => {
  const here = place(context);
  const file = join(here.path, 'events.jsonl');
  await writeFile(file, judged().join('\n') + '\n');
  for (const args of [['index'], ['import', 'events', file]]) assert.equal(here.run(args).code, 0);
  const service = await here.serve();
  const page = await signIn(await bench.tab(), here.token('writer'), service.url);
  const rows = page.getByRole('region', { name: 'When the search was sure' }).locator('tbody tr');
  while (!(await rows.count())) await page.reload(); // counted in the background, once the server runs
  const table = await rows.evaluateAll((all) => all.map((row) => [...row.cells].map(({ textContent }) => textContent.replace(/\s/g, ' '))));
  assert.deepEqual(
    table.map(([name, share, , of]) => [name, share, of]),
    [
      ['Confirmed by the visitor', '25 %', '40'],
      ['The agent sent another article', '0 %', '40'],
      ['Right, where anybody judged', '42 %', '24'],
    ],
  );
  await page.getByText(/^Clearly fewer than 80\s% were right.* from a chance of 80\s% on, since \d{4}-\d\d-\d\d/).waitFor();
  await page.getByText('It cannot tell how many were right').waitFor();
  assert.deepEqual(await violations(page), []);
});

test('without such results it says that there are none', async () => {
  const page = await insights();
  await page.getByText(/results that the search was sure of. There are none yet/).waitFor();
});

for (const width of [1280, 1024])
  for (const [locale, button] of [['en-GB', 'Sign in'], ['de-DE', 'Anmelden'], ['fr-FR', 'Se connecter']])
    test(`no table hides a column at ${width} px: ${locale}`, async () => {
      const page = await bench.tab({ locale, viewport: { width, height: 800 } });
      await page.goto(bench.url + '/insights');
      await page.locator('input[name=token]').fill(bench.tokens.writer);
      await follow(page.getByRole('button', { name: button, exact: true }));
      await page.locator('#articles').waitFor();
      const cut = await page.locator(':not(details) > .table').evaluateAll((all) =>
        all.filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth).map((one) => one.ariaLabel ?? one.getAttribute('aria-labelledby')),
      );
      assert.deepEqual(cut, []);
    });

test('the trend has its figures as a table', async () => {
  const page = await insights();
  await page.getByText('The same as a table, day by day').click();
  assert.equal(await page.locator('.panel .chart-table tbody tr').count(), 30);
});

test('another period is a link away, and any other can be typed', async () => {
  const page = await insights();
  await follow(period(page, '7 days'));
  assert.equal(await period(page, '7 days').getAttribute('aria-current'), 'page');
  assert.equal(await page.locator('.panel .chart-table tbody tr').count(), 7);
  await page.locator('.own-period summary').click();
  const to = await page.getByLabel('Up to (not included)').inputValue();
  const from = new Date(Date.parse(to) - 14 * 86400000).toISOString().slice(0, 10);
  await page.getByLabel('From', { exact: true }).fill(from);
  await follow(page.getByRole('button', { name: 'Show' }));
  assert.ok(page.url().endsWith(`/insights?from=${from}&to=${to}&of=`), page.url());
  assert.equal(await page.locator('.panel .chart-table tbody tr').count(), 14);
});

test("an article's row leads to its own figures, and back in the same period", async () => {
  const page = await insights();
  await follow(period(page, '7 days'));
  await openArticle(page);
  assert.match(page.url(), /\/insights\/articles\//);
  assert.equal(await figures(page).count(), 5);
  for (const name of ['Questions that led here', 'Searched next', 'Comments', 'Tickets filed after reading it'])
    await page.getByRole('heading', { name }).waitFor();
  await follow(page.getByRole('navigation', { name: 'You are here' }).getByRole('link', { name: 'Insights' }));
  assert.equal(await period(page, '7 days').getAttribute('aria-current'), 'page');
});

for (const [screen, options] of SCREENS)
  test(`the pages are within everybody's reach and within the screen: ${screen}`, async () => {
    const page = await insights(options);
    await page.locator('.chart canvas').waitFor();
    assert.deepEqual(await violations(page), []);
    assert.equal(await sticksOut(page), false);
    await openArticle(page);
    assert.match(page.url(), /\/insights\/articles\//);
    assert.deepEqual(await violations(page), []);
    assert.equal(await sticksOut(page), false);
  });

/** The menu of the first task of a kind. */
const decide = async (page, kind) => {
  const task = page.locator('.today > li').filter({ has: page.locator('.kind', { hasText: kind }) }).first();
  await task.locator('.decide summary').click();
  return task;
};

const names = (page) => page.locator('.today > li').evaluateAll((all) => all.map((one) => one.querySelector('input[name=task]').value));

for (const javaScriptEnabled of [true, false])
  test(`a task is taken, and given back, with${javaScriptEnabled ? '' : 'out'} JavaScript`, async () => {
    const page = await insights({ javaScriptEnabled });
    const [first] = await names(page);
    await follow((await decide(page, 'Write')).getByRole('button', { name: 'Take it' }));
    assert.ok(!(await names(page)).includes(first));
    await follow(page.getByRole('link', { name: /All there is to do/ }));
    const taken = page.locator('.panel', { hasText: 'Taken by' });
    await taken.locator('.decide summary').click();
    if (javaScriptEnabled) assert.deepEqual(await violations(page), []);
    await follow(taken.getByRole('button', { name: 'Open it again' }));
    assert.equal(await page.getByText('Taken by').count(), 0);
    assert.ok((await names(page)).includes(first));
  });

test("what is not an article's job can be copied for the product team, with quotes", async () => {
  const page = await insights();
  await follow((await decide(page, 'Write')).getByRole('button', { name: "Not an article's job" }));
  assert.ok(page.url().endsWith('/insights/tasks#dismissed'), page.url());
  await page.locator('#dismissed .copy summary').click();
  const text = await page.locator('#dismissed textarea').inputValue();
  assert.match(text, /asked \d+ times, \d+ tickets/);
  assert.match(text, /“.+”/);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.locator('#dismissed').getByRole('button', { name: 'Copy' }).click();
  await page.locator('#dismissed').getByRole('button', { name: 'Copied' }).waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), text);
  assert.deepEqual(await violations(page), []);
  await page.locator('#dismissed .decide summary').click();
  await follow(page.locator('#dismissed').getByRole('button', { name: 'Open it again' }));
  assert.equal(await page.locator('#dismissed .copy').count(), 0);
});

test('a decision without the secret of the page changes nothing', async () => {
  const page = await insights();
  const [task] = await names(page);
  const answer = await page.request.post(bench.url + '/insights/tasks', { form: { task, state: 'taken', csrf: 'guessed' }, maxRedirects: 0 });
  assert.equal(answer.status(), 303);
  assert.match(answer.headers().location, /^\/sign-in/);
  // The first page may show other tasks by now; in the whole list one that was decided could be opened again.
  await page.goto(bench.url + '/insights/tasks');
  await page.locator('input[name=task]').first().waitFor({ state: 'attached' });
  assert.equal(await page.locator(`form:has(input[value="${task}"]) button[value=open]`).count(), 0);
});

for (const [screen, options] of SCREENS)
  test(`a gap leads to its draft, with the customers' words beside it: ${screen}`, async () => {
    const page = await insights(options);
    await follow(page.getByRole('link', { name: /^Draft it/ }).first());
    assert.match(page.url(), /\/insights\/gaps\//);
    assert.match(await page.getByRole('textbox', { name: 'Draft' }).inputValue(), /^---\ntitle: ".+"\nstatus: draft/);
    await page.getByRole('heading', { name: 'In their words' }).waitFor();
    assert.match(await page.locator('.reply').first().innerText(), /^Thank you for writing/);
    assert.doesNotMatch(await page.getByRole('textbox', { name: 'Draft' }).inputValue(), /Thank you for writing/);
    assert.deepEqual(await violations(page), []);
    assert.equal(await sticksOut(page), false);
    await page.goto(bench.url + '/insights/tasks');
    assert.deepEqual(await violations(page), []);
    assert.equal(await sticksOut(page), false);
  });

test('with edit_url, the new file is a link away at the Git host', async (context) => {
  const here = place(context);
  for (const args of [['index'], ['simulate']]) assert.equal(here.run(args).code, 0);
  const service = await here.serve(['--edit-url', 'https://github.com/acme/help/edit/main/docs/{path}']);
  const page = await signIn(await bench.tab(), here.token('writer'), service.url);
  await follow(page.getByRole('link', { name: /^Draft it/ }).first());
  const link = await page.getByRole('link', { name: 'Create the file' }).getAttribute('href');
  assert.match(link, /^https:\/\/github\.com\/acme\/help\/new\/main\/docs\?filename=[\w-]+\.md&value=---/);
});

test('visits can be narrowed to one language, and the address says so', async () => {
  const page = await insights();
  await page.locator('.own-period summary').click();
  await page.getByLabel('Language of the visits').selectOption('de');
  await follow(page.getByRole('button', { name: 'Show' }));
  assert.match(page.url(), /[?&]of=de/);
  assert.match(await page.getByRole('link', { name: '7 days' }).getAttribute('href'), /of=de/);
});

test('the days of the first four weeks are marked as new', async () => {
  const page = await insights();
  assert.equal(await page.locator('.hatch').count(), 0, 'the sample has 60 days');
  await follow(period(page, '90 days'));
  await page.getByText(/^Hatched, until \d{4}-\d\d-\d\d/).waitFor();
});

test('everything but the drawing works without JavaScript', async () => {
  const page = await insights({ javaScriptEnabled: false });
  assert.equal(await figures(page).count(), 4);
  await page.getByText('The same as a table, day by day').click();
  assert.ok(await page.locator('.panel .chart-table tbody tr').first().isVisible());
  await follow(period(page, '90 days'));
  await openArticle(page);
  assert.match(page.url(), /\/insights\/articles\//);
  assert.equal(await figures(page).count(), 5);
});

test('the page speaks the language of its reader', async () => {
  const page = await bench.tab({ locale: 'de-DE' });
  await page.goto(bench.url + '/insights');
  await page.getByLabel('Token').fill(bench.tokens.writer);
  await follow(page.getByRole('button', { name: 'Anmelden' }));
  await page.getByRole('heading', { name: 'Auswertung' }).waitFor();
  assert.equal(await figures(page).first().locator('dt').innerText(), 'Begonnene Anfragen');
});

test('with nothing to count yet, the page says when there will be something', async (context) => {
  const here = place(context);
  const token = here.token('writer');
  const service = await here.serve();
  const page = await signIn(await bench.tab(), token, service.url);
  await page.getByRole('heading', { name: 'Nothing to count yet' }).waitFor();
  await page.getByText('Thirty closed requests are enough for a first, rough figure.').waitFor();
  await page.getByText('Put the widget on the page where customers write to you').waitFor();
  assert.equal(await page.getByText('made-up visits').count(), 0);
  assert.equal(await figures(page).count(), 0);
  assert.deepEqual(await violations(page), []);
});
