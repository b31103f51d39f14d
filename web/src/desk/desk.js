/** The agent's desk: search, preview, copy; with a ticket also its way, a draft and similar ones. */

import { createApi } from './api.js';
import { copy, createForms } from './clipboard.js';
import { attachBookmarklet, attachDialogs, createToast } from './dialogs.js';
import { createDraft } from './draft.js';
import { createFlags, drawMyFlags } from './flags.js';
import { createKeys } from './keys.js';
import { createPreview } from './preview.js';
import { createResults } from './results.js';
import { drawSimilar } from './similar.js';
import { drawTicket } from './ticket.js';

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
const preview = createPreview(at('preview'), { api, texts, pane: at('reading') });
const results = createResults(list, { texts, lang, onChoose: (result) => preview.show(result) });
const draft = createDraft(at('draft'), { texts, copyText });
const flags = createFlags(at('flag'), { api, texts, say, ticket: () => ticketId || undefined });
let ticket;
let asked = 0;
let timer;
let sent;

async function search() {
  const number = ++asked;
  const text = input.value.trim();
  const byTicket = ticket && text === (ticket.subject || '').trim();
  if (!text && !byTicket) return;
  try {
    const answer = await api.search({ q: byTicket ? '' : text, ticket: ticketId, limit: LIMIT, lang: ticket?.lang || '' });
    if (number !== asked) return;
    const count = results.show(answer, ticket?.lang || answer.lang);
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
  if (alike.status === 'fulfilled') drawSimilar(at('similar'), alike.value, { texts, lang });
  if (written.status === 'fulfilled') draft.show(written.value);
}

async function openTicket() {
  try {
    ticket = await api.ticket(ticketId);
  } catch (error) {
    say(error.status === 404 ? texts.no_ticket.replace('{ticket}', ticketId) : error.message, 'bad');
    return;
  }
  drawTicket(at('ticket'), ticket, { texts, lang });
  results.markRead(new Map((ticket.already_read || []).map(({ article, ms }) => [article, ms])));
  if (!input.value) input.value = ticket.subject || '';
  showBeside({ ticket: ticketId }, { subject: ticket.subject || '', body: ticket.body || '', lang: ticket.lang || '' });
}

async function copyChosen() {
  const result = results.chosen();
  if (!result) return;
  if (!(await copy(result.paste, forms.current()))) return say(texts.copy_failed, 'bad');
  const what = result.audience === 'agents' ? texts.copied_passage : texts.copied.replace('{form}', texts['form_' + forms.current()]);
  if (!ticketId || result.audience === 'agents') return say(what);
  try {
    sent = { ticket: ticketId, article: result.article };
    await api.link({ ...sent, text: ticket ? `${ticket.subject || ''}\n${ticket.body || ''}`.trim() : undefined });
    say(`${what} ${texts.counted.replace('{ticket}', ticketId)}`);
  } catch (error) {
    sent = undefined;
    say(`${what} ${error.message}`, 'warn');
  }
}

async function takeBack() {
  if (!sent) return say(texts.nothing_sent);
  try {
    await api.unlink(sent);
    sent = undefined;
    say(texts.taken_back);
  } catch (error) {
    say(error.message, 'bad');
  }
}

async function copyText(text) {
  say((await copy({ text }, 'text')) ? texts.copied_draft : texts.copy_failed);
}

function chooseForm(form) {
  forms.choose(form);
  say(texts.form_chosen.replace('{form}', texts['form_' + form]));
}

async function showMyFlags() {
  const answered = await drawMyFlags(at('my-flags'), { api, texts, lang }).catch(() => 0);
  at('flags-answered').hidden = answered === 0;
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
attachDialogs((name) => name === 'my-flags' && (showMyFlags(), (at('flags-answered').hidden = true)));
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
  if (list.hidden) input.focus();
  else results.focus();
  await showMyFlags();
}

start();
