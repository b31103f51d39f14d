/** The agent's desk: search, preview, copy; with a ticket also its way, a draft and similar ones. */

import { createApi } from './api.js';
import { copy, createForms } from './clipboard.js';
import { attachBookmarklet, attachDialogs, createToast } from './dialogs.js';
import { createDraft } from './draft.js';
import { createFlags, createMyFlags } from './flags.js';
import { createKeys } from './keys.js';
import { createPreview } from './preview.js';
import { createResults } from './results.js';
import { drawSimilar } from './similar.js';
import { drawTicket } from './ticket.js';
import { createWarnings } from './warnings.js';

const PAUSE_MS = 120;
const LIMIT = '12';
const config = JSON.parse(document.body.dataset.desk);
const { texts, lang } = config;
const at = (name) => document.querySelector(`[data-${name}]`);
const address = new URLSearchParams(location.search);
const ticketId = address.get('ticket') || '';
const input = document.getElementById('q');
const list = at('results');
const api = createApi(config);
const say = createToast(at('toast'));
const forms = createForms(document.querySelectorAll('[name=form]'));
const warnings = createWarnings({ texts, lang });
const preview = createPreview(at('preview'), { api, texts, warnings, pane: at('reading') });
const results = createResults(list, { warnings, onChoose: (result) => preview.show(result) });
const draft = createDraft(at('draft'), { texts, copyDraft });
const flags = createFlags(at('flag'), { api, texts, say, ticket: () => ticketId || undefined });
const myFlags = createMyFlags(at('my-flags'), { api, texts, lang, say, dot: at('flags-answered') });
let ticket;
let customerLang = ''; // of the ticket's text
let asked = 0;
let timer;
let sent;

async function search() {
  const number = ++asked;
  const text = input.value.trim();
  const byTicket = ticket && text === (ticket.subject || '').trim();
  if (!text && !byTicket) return;
  try {
    const answer = await api.search({ q: byTicket ? '' : text, ticket: ticketId, limit: LIMIT, lang: customerLang });
    if (number !== asked) return;
    warnings.setLanguage(customerLang || answer.lang);
    const count = results.show(answer);
    at('hint').textContent = count ? '' : texts.nothing;
    if (!count) preview.show(undefined);
    if (!ticket) showBeside({ q: text }, { subject: text, body: '', lang: '' });
  } catch (error) {
    if (number === asked) say(error.message, 'bad');
  }
}

/** What stands below the preview; nobody waits for it. */
async function showBeside(question, request) {
  const number = asked;
  const [alike, written] = await Promise.allSettled([api.similar(question), api.draft(request)]);
  if (number !== asked && !ticket) return;
  if (alike.status === 'fulfilled') drawSimilar(at('similar'), alike.value, { texts, lang, warnings, copy: copyArticle });
  if (written.status !== 'fulfilled') return;
  draft.show(written.value);
  if (ticket) setCustomerLanguage(written.value.lang);
}

function setCustomerLanguage(lang) {
  customerLang = lang || '';
  warnings.setLanguage(customerLang);
  results.refresh();
}

async function openTicket() {
  try {
    ticket = await api.ticket(ticketId);
  } catch (error) {
    say(error.status === 404 ? texts.no_ticket.replace('{ticket}', ticketId) : error.message, 'bad');
    return;
  }
  drawTicket(at('ticket'), ticket, { texts, lang });
  warnings.setTicket(ticket);
  if (!input.value) input.value = ticket.subject || '';
  showBeside({ ticket: ticketId }, { subject: ticket.subject || '', body: ticket.body || '', lang: '' });
}

/** Says what was copied, and what to beware of; a link to an article counts as sent for the ticket. */
async function copyArticle(article) {
  if (!(await copy(article.paste, forms.current()))) return say(texts.copy_failed, 'bad');
  const isLink = article.audience !== 'agents' && (article.status || 'published') === 'published';
  const careful = warnings.of(article).flatMap(({ sentence }) => sentence || []);
  const done = [isLink ? texts.copied.replace('{form}', texts['form_' + forms.current()]) : texts.copied_passage];
  if (isLink && ticketId) done.push(await count(article.article));
  say([...done, ...careful].join(' '), careful.length ? 'warn' : '');
}

async function count(article) {
  try {
    await api.link({ ticket: ticketId, article, text: ticket ? `${ticket.subject || ''}\n${ticket.body || ''}`.trim() : undefined });
    sent = { ticket: ticketId, article };
    markSent(() => warnings.addSent(article));
    return texts.counted.replace('{ticket}', ticketId);
  } catch (error) {
    return error.message;
  }
}

function markSent(change) {
  change();
  results.refresh();
}

const copyChosen = () => results.chosen() && copyArticle(results.chosen());

async function takeBack() {
  if (!sent) return say(texts.nothing_sent);
  try {
    await api.unlink(sent);
    const { article } = sent;
    sent = undefined;
    markSent(() => warnings.removeSent(article));
    say(texts.taken_back);
  } catch (error) {
    say(error.message, 'bad');
  }
}

async function copyDraft(text, articles) {
  if (!(await copy({ text }, 'text'))) return say(texts.copy_failed, 'bad');
  const careful = articles.flatMap((article) => warnings.of(article)).flatMap(({ sentence }) => sentence || []);
  const done = [texts.copied_draft];
  for (const { article } of ticketId ? articles : []) done.push(await count(article));
  say([...done, ...careful].join(' '), careful.length ? 'warn' : '');
}

function chooseForm(form) {
  forms.choose(form);
  say(texts.form_chosen.replace('{form}', texts['form_' + form]));
}

createKeys({
  list,
  input,
  checkbox: at('letters'),
  letters: {
    Enter: copyChosen,
    m: () => chooseForm('markdown'),
    h: () => chooseForm('html'),
    t: () => chooseForm('text'),
    d: () => draft.focus() || say(texts.no_draft),
    f: () => flags.open(results.chosen()),
    u: takeBack,
    '?': () => document.getElementById('keys').showModal(),
  },
});
attachDialogs(async (name) => {
  if (name !== 'my-flags') return;
  myFlags.seen();
  await myFlags.load().catch((error) => say(error.message, 'bad'));
  myFlags.seen();
});
attachBookmarklet(at('bookmarklet'), config.public_url);
list.addEventListener('dblclick', copyChosen);
at('search').addEventListener('submit', async (event) => {
  event.preventDefault();
  clearTimeout(timer);
  await search();
  if (!list.hidden) results.focus();
});
input.addEventListener('input', (event) => {
  clearTimeout(timer);
  if (!event.isComposing) timer = setTimeout(search, PAUSE_MS);
});

async function start() {
  input.value = address.get('q') || '';
  if (ticketId) await openTicket();
  await search();
  if (window === window.top) (list.hidden ? input : list).focus({ preventScroll: true }); // in a side bar the agent may be typing elsewhere
  await myFlags.load().catch(() => {}); // nobody asked for them yet
}

start();
