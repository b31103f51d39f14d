/** Each recipe of the help, as it stands there, on a page with such a form: suggestions appear, the request is sent and counted once. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { root } from '../lib/deflect.mjs';
import { closeTab, startBrowser } from './lib/browser.mjs';
import { startHostSite } from './lib/host_page.mjs';
import { place } from './lib/pages.mjs';
import { onPage, until } from './lib/widget_setup.mjs';

const article = readFileSync(join(root, 'articles/operators/form-recipes.md'), 'utf8');
const require = createRequire(import.meta.url);
const QUESTION = 'how do I see whether articles help';
const TITLE = 'See whether your articles help';
let browser;

before(async () => (browser = await startBrowser()));
after(() => browser.close());

/** The tag that the help gives under HEADING, for the service at URL. */
function recipe(heading, url) {
  const section = article.split('\n## ').find((part) => part.startsWith(heading));
  return /```html\n([^]*?)```/.exec(section)[1].replaceAll('https://help.example.com', url);
}

/** Opens a host page with FORM and the recipe of HEADING. */
async function open(context, heading, form) {
  const site = await startHostSite();
  context.after(() => site.close());
  const here = place(context);
  const service = await here.serve(['--origins', site.origin]);
  site.page = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Contact</title></head><body><main>${form}</main>${recipe(heading, service.url)}</body></html>`;
  const page = await browser.newPage();
  context.after(() => closeTab(page.context()));
  const problems = [];
  page.on('console', (message) => message.location().url.endsWith('/favicon.ico') || problems.push(message.text()));
  page.on('pageerror', (error) => problems.push(String(error)));
  await page.goto(site.origin);
  return { site, here, page, problems };
}

/** Types the question where SELECTOR says and waits for the answer. */
async function ask(page, selector) {
  await page.locator(selector).pressSequentially(QUESTION);
  await until(async () => (await onPage(page).titles.first().textContent()) === TITLE, 'the right article stands first');
}

const ofType = (events, type) => events.filter((event) => event.type === type);

/** The log once it holds a ticket: one, after one beginning, of the address that was left. */
async function counted(here) {
  await until(() => ofType(here.events(), 'ticket').some(({ withdrawn }) => !withdrawn));
  const events = here.events();
  assert.equal(ofType(events, 'ticket').filter(({ withdrawn }) => !withdrawn).length, 1, 'the request counts once');
  assert.equal(ofType(events, 'contact').length, 1);
  assert.ok(events.every((event) => event.contact_hash), 'the address matches a later e-mail');
  return ofType(events, 'ticket').find(({ withdrawn }) => !withdrawn);
}

test('plain HTML', async (context) => {
  const { site, here, page, problems } = await open(context, 'Plain HTML', `<form id="contact" method="post" action="/sent">
    <label>E-mail <input id="email" name="email" type="email" required></label>
    <label>Subject <input id="subject" name="subject"></label>
    <label>Message <textarea id="message" name="message"></textarea></label>
    <input type="hidden" id="ref" name="ref"><button>Send</button></form>`);
  await page.fill('#email', 'ann@example.com');
  await ask(page, '#subject');
  await page.click('button:text("Send")');
  await page.waitForURL(/sent/);
  const ticket = await counted(here);
  assert.equal(site.posts[0].get('ref'), ticket.session);
  assert.equal(site.posts[0].get('subject'), QUESTION);
  assert.deepEqual(problems, []);
});

test('Zendesk, Copenhagen theme: the request form of a visitor who is not signed in', async (context) => {
  const { site, here, page, problems } = await open(context, 'Zendesk', `<div id="main-content" class="form">
    <form id="new_request" class="request-form" data-form="" data-form-type="request" action="/hc/en-us/requests" accept-charset="UTF-8" method="post">
      <input name="utf8" type="hidden" value="&#x2713;" autocomplete="off"><input type="hidden" name="authenticity_token" value="x" autocomplete="off">
      <div class="form-field string required request_anonymous_requester_email"><label id="request_anonymous_requester_email_label" for="request_anonymous_requester_email">Your email address</label>
        <input type="text" name="request[anonymous_requester_email]" id="request_anonymous_requester_email" aria-required="true" aria-labelledby="request_anonymous_requester_email_label"></div>
      <div class="form-field string required request_subject"><label id="request_subject_label" for="request_subject">Subject</label>
        <input type="text" name="request[subject]" id="request_subject" maxlength="150" size="150" aria-required="true" aria-labelledby="request_subject_label"></div>
      <div class="suggestion-list" data-hc-class="searchbox" data-hc-suggestion-list="true"></div>
      <div class="form-field text required request_description"><label id="request_description_label" for="request_description">Description</label>
        <textarea name="request[description]" id="request_description" aria-required="true" aria-describedby="request_description_hint" aria-labelledby="request_description_label"></textarea>
        <input type="hidden" name="request[description_mimetype]" id="request_description_mimetype" value="text/plain"></div>
      <footer><input type="submit" name="commit" value="Submit"></footer>
    </form></div>`);
  await page.fill('#request_anonymous_requester_email', 'ann@example.com');
  await ask(page, '#request_subject');
  await page.fill('#request_description', 'Please explain.');
  await page.click('[name=commit]');
  await page.waitForURL(/requests/);
  const ticket = await counted(here);
  assert.deepEqual([ticket.subject, ticket.body], [QUESTION, 'Please explain.']);
  assert.equal(site.posts[0].get('request[subject]'), QUESTION);
  assert.deepEqual(problems, []);
});

test('WordPress, Contact Form 7: sent by script, refused at first', async (context) => {
  const { site, here, page, problems } = await open(context, 'WordPress', `<div class="wpcf7 js" id="wpcf7-f12-p34-o1" lang="en-US" dir="ltr">
    <div class="screen-reader-response"><p role="status" aria-live="polite" aria-atomic="true"></p><ul></ul></div>
    <form action="/#wpcf7-f12-p34-o1" method="post" class="wpcf7-form init" aria-label="Contact form" novalidate="novalidate" data-status="init">
      <div style="display: none;"><input type="hidden" name="_wpcf7" value="12"><input type="hidden" name="_wpcf7_unit_tag" value="wpcf7-f12-p34-o1"></div>
      <p><label>Your email<br><span class="wpcf7-form-control-wrap" data-name="your-email"><input size="40" class="wpcf7-form-control wpcf7-email" aria-required="true" type="email" name="your-email"></span></label></p>
      <p><label>Subject<br><span class="wpcf7-form-control-wrap" data-name="your-subject"><input size="40" class="wpcf7-form-control wpcf7-text" type="text" name="your-subject"></span></label></p>
      <p><label>Your message (optional)<br><span class="wpcf7-form-control-wrap" data-name="your-message"><textarea cols="40" rows="10" class="wpcf7-form-control wpcf7-textarea" name="your-message"></textarea></span></label></p>
      <input class="wpcf7-form-control wpcf7-hidden" id="deflect-ref" type="hidden" name="deflect-ref" value="">
      <p><input class="wpcf7-form-control wpcf7-submit has-spinner" type="submit" value="Submit"></p><div class="wpcf7-response-output" aria-hidden="true"></div>
    </form></div>
    <script>
      document.querySelector('.wpcf7-form').addEventListener('submit', async (event) => {
        event.preventDefault();
        const form = event.target;
        if (!form.elements['your-message'].value) {
          form.dataset.status = 'invalid';
          return form.dispatchEvent(new CustomEvent('wpcf7invalid', { bubbles: true }));
        }
        await fetch('/wp-json/contact-form-7/v1/contact-forms/12/feedback', { method: 'POST', body: new URLSearchParams(new FormData(form)) });
        form.reset();
        form.dataset.status = 'sent';
        form.dispatchEvent(new CustomEvent('wpcf7mailsent', { bubbles: true }));
      });
    </script>`);
  await page.fill('[name=your-email]', 'ann@example.com');
  await ask(page, '[name=your-subject]');
  await page.click('.wpcf7-submit');
  await page.waitForSelector('[data-status=invalid]');
  await page.locator('[name=your-message]').pressSequentially('Please explain.');
  await page.click('.wpcf7-submit');
  await page.waitForSelector('[data-status=sent]');
  const ticket = await counted(here);
  assert.equal(ticket.body, 'Please explain.');
  assert.equal(site.posts[0].get('deflect-ref'), ticket.session);
  assert.deepEqual(problems, []);
});

test("Zammad's form: rendered late, without a subject, replaced by thanks", async (context) => {
  const { site, here, page, problems } = await open(context, "Zammad's form", `<div id="zammad-feedback-form"></div>
    <script>
      function render() {
        document.getElementById('zammad-feedback-form').innerHTML = '<h2>Feedback</h2><form class="zammad-form"><div class="form-group"><label class="control-label" for="zammad-form-name">Your Name</label><input class="form-control" id="zammad-form-name" type="text" name="name" required placeholder="Your Name"></div><div class="form-group"><label class="control-label" for="zammad-form-email">Your Email</label><input class="form-control" id="zammad-form-email" type="email" name="email" required placeholder="Your Email"></div><div class="form-group"><label class="control-label" for="zammad-form-body">Your Message</label><textarea class="form-control" id="zammad-form-body" name="body" rows="8" placeholder="Your Message"></textarea></div><button type="submit" class="btn">Submit</button></form>';
        document.querySelector('.zammad-form').addEventListener('submit', async (event) => {
          event.preventDefault();
          await fetch('/api/v1/form_submit', { method: 'POST', body: new URLSearchParams(new FormData(event.target)) });
          event.target.outerHTML = '<div class="js-thankyou">Thank you for your inquiry.</div>';
        });
      }
      fetch('/api/v1/form_config').then(render);
    </script>`);
  await page.fill('.zammad-form [name=name]', 'Ann');
  await page.fill('.zammad-form [name=email]', 'ann@example.com');
  await ask(page, '.zammad-form [name=body]');
  await page.click('.zammad-form button');
  await page.waitForSelector('.js-thankyou');
  const ticket = await counted(here);
  assert.equal(ticket.body, QUESTION);
  assert.equal(site.posts[0].get('body'), QUESTION);
  assert.deepEqual(problems, []);
});

test('React: controlled inputs, sent by the app, with the ticket that its server gave', async (context) => {
  const library = (name) => readFileSync(join(require.resolve(`${name}/package.json`), `../umd/${name}.production.min.js`), 'utf8');
  const { site, here, page, problems } = await open(context, 'React', `<div id="app"></div><script>${library('react')}</script><script>${library('react-dom')}</script>
    <script>
      const { createElement: h, useState } = React;
      function Contact() {
        const [values, set] = useState({ email: '', subject: '', message: '' });
        const [done, setDone] = useState(false);
        const field = (name, tag = 'input') => h('label', { key: name }, name, h(tag, { id: name, name, value: values[name], onChange: (event) => set({ ...values, [name]: event.target.value }) }));
        async function send(event) {
          event.preventDefault();
          await fetch('/requests', { method: 'POST', body: new URLSearchParams({ ...values, ref: event.target.elements.ref.value }) });
          Deflect('ticket', { id: 'T-7' });
          setDone(true);
        }
        if (done) return h('p', { id: 'thanks' }, 'Thank you');
        return h('form', { id: 'contact', onSubmit: send }, field('email'), field('subject'), field('message', 'textarea'), h('input', { type: 'hidden', id: 'ref', name: 'ref', defaultValue: '' }), h('button', null, 'Send'));
      }
      ReactDOM.createRoot(document.getElementById('app')).render(h(Contact));
    </script>`);
  await page.fill('#email', 'ann@example.com');
  await ask(page, '#subject');
  assert.equal(await page.inputValue('#subject'), QUESTION, "the app's state holds what was typed");
  await page.click('button:text("Send")');
  await page.waitForSelector('#thanks');
  await until(() => ofType(here.events(), 'ticket').some(({ ticket }) => ticket === 'T-7'));
  const ticket = await counted(here);
  assert.equal(ticket.ticket, 'T-7');
  assert.equal(site.posts[0].get('ref'), ticket.session);
  assert.deepEqual(problems, []);
});
