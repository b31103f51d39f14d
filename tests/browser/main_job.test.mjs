/** The main job, on the real program and its own articles: the answer comes before the request is written, and everything is counted. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pageWith, startHostSite, USUAL } from './lib/host_page.mjs';
import { place, usePages } from './lib/pages.mjs';
import { onPage, typeInto, until } from './lib/widget_setup.mjs';

const QUESTION = 'how do I see whether articles help';
const ANSWER = 'writers/see-whether-your-articles-help';
const TITLE = 'See whether your articles help';

const bench = usePages(async (scope) => {
  const here = place(scope);
  return { here, ...(await here.serve(['--demo'])) };
});

/** A company's contact page on an origin of its own, with the widget of a service that knows that origin. */
async function startCompany(context) {
  const site = await startHostSite();
  context.after(() => site.close());
  const here = place(context);
  const service = await here.serve(['--origins', site.origin, '--contact-url', site.origin + '/contact']);
  site.page = pageWith(service.url + '/widget.js', { attributes: USUAL + ' data-contact="#email" data-ref="#ref"' });
  return { site, here, service };
}

const ofType = (events, type) => events.filter((event) => event.type === type);

test('typing a question into the contact form shows the article that answers it', async () => {
  const page = await bench.open('/contact');
  await typeInto(page, '#subject', QUESTION);
  const widget = onPage(page);
  await widget.titles.first().getByText(TITLE, { exact: true }).waitFor();
  await widget.suggestions.filter({ has: page.locator('b').getByText(TITLE, { exact: true }) }).click();
  await page.getByRole('region', { name: TITLE }).getByText('deflect report --kind deflection').first().waitFor();
});

test('what a visitor typed, opened, said and sent stands in the exported events', async () => {
  const page = await bench.open('/contact');
  await page.fill('#email', 'jane@customer.example');
  await page.fill('#subject', QUESTION); // at one stroke, so that what is clicked answers the whole of it
  const widget = onPage(page);
  await widget.suggestions.first().click();
  await widget.yes.click();
  await widget.anyway.waitFor();
  await page.fill('#message', 'I would still like to know it from you. Write to jane@customer.example.');
  await page.getByRole('button', { name: 'Send request' }).click();
  await page.getByText('This is a demonstration, so nothing was sent.').waitFor();

  const session = await page.evaluate(() => sessionStorage.getItem('deflect'));
  const events = await until(() => {
    const mine = bench.here.events().filter((event) => event.session === session);
    return ofType(mine, 'ticket').length && ofType(mine, 'search').length && mine;
  });
  const [search] = ofType(events, 'search').filter(({ query }) => query.startsWith(QUESTION));
  assert.ok(search, 'the question as it was typed');
  assert.equal(search.place, 'form');
  assert.equal(search.results[0], ANSWER);
  const view = ofType(events, 'view').find(({ part }) => part !== 'passage');
  assert.equal(view.article, ANSWER);
  assert.equal(view.source, 'widget');
  assert.equal(view.rank, 1);
  const [vote] = ofType(events, 'vote');
  assert.deepEqual([vote.article, vote.value], [ANSWER, 'up']);
  assert.equal(ofType(events, 'solved')[0].article, ANSWER);
  assert.equal(ofType(events, 'contact').length, 1);
  const tickets = ofType(events, 'ticket');
  assert.equal(tickets.length, 1);
  assert.equal(tickets[0].subject, QUESTION);
  assert.match(tickets[0].body, /^I would still like to know it from you\./);
  assert.doesNotMatch(JSON.stringify(events), /jane@customer/, 'no address is stored');
  assert.equal(new Set(events.map(({ contact_hash: hash }) => hash).filter(Boolean)).size, 1);
  assert.deepEqual([...new Set(events.map(({ arm }) => arm))], ['suggest']);
});

test('the form is sent as ever when the service stops after the page was loaded', async (context) => {
  const { site, service } = await startCompany(context);
  bench.expectConsole(/ERR_/);
  const page = await bench.tab();
  await page.goto(site.origin + '/contact', { waitUntil: 'load' });
  await typeInto(page, '#subject', 'how do I install');
  await onPage(page).suggestions.first().waitFor();
  const { code } = await service.stop();
  assert.equal(code, 0);
  await page.fill('#email', 'jane@customer.example');
  await typeInto(page, '#message', 'The service is down, and I must not notice it.');
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByRole('heading', { name: 'Sent' }).waitFor();
  assert.equal(site.posts.length, 1);
  assert.equal(site.posts[0].get('subject'), 'how do I install');
  assert.equal(site.posts[0].get('message'), 'The service is down, and I must not notice it.');
});

test("a visit goes on from the help centre to a form on another origin", async (context) => {
  const { site, here, service } = await startCompany(context);
  const page = await bench.tab();
  await page.goto(service.url + '/articles/' + ANSWER, { waitUntil: 'load' });
  await page.locator('.contact-box').getByRole('link', { name: 'Contact us' }).click();
  await page.waitForURL(site.origin + '/contact');
  const session = await page.evaluate(() => sessionStorage.getItem('deflect'));
  await typeInto(page, '#subject', 'My articles do not help');
  await typeInto(page, '#message', 'What now?');
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByRole('heading', { name: 'Sent' }).waitFor();
  assert.equal(site.posts[0].get('ref'), session);
  const [ticket] = await until(() => {
    const found = ofType(here.events(), 'ticket');
    return found.length && found;
  });
  const view = ofType(here.events(), 'view').find(({ source }) => source === 'help');
  assert.equal(view.article, ANSWER);
  assert.equal(view.session, session);
  assert.equal(ticket.session, session);
});

test("the service's own contact address leads to the company's form, the visit in its fragment", async (context) => {
  const { site, service } = await startCompany(context);
  const page = await bench.tab();
  await page.goto(service.url + '/contact#deflect=visit-7', { waitUntil: 'load' });
  assert.equal(page.url(), site.origin + '/contact');
  assert.equal(await page.evaluate(() => sessionStorage.getItem('deflect')), 'visit-7');
});

test('where there is no form, the contact address says so', async (context) => {
  const service = await place(context).serve();
  bench.expectConsole(/404/);
  const page = await bench.tab();
  const answer = await page.goto(service.url + '/contact', { waitUntil: 'load' });
  assert.equal(answer.status(), 404);
  await page.getByRole('heading', { level: 1, name: 'There is no contact form here' }).waitFor();
});
