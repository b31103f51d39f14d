/** Past tickets like this one, and the articles they were answered with. */

import { badge, day, make } from './nodes.js';

const SOLVED = ['solved', 'closed'];

/** What is solved stands first; COPY takes one of the articles. */
export function drawSimilar(box, answer, { texts, lang, warnings, copy }) {
  const solved = ({ status }) => (SOLVED.includes(status) ? 0 : 1);
  const tickets = (answer.tickets || []).sort((a, b) => solved(a) - solved(b));
  box.hidden = tickets.length === 0;
  box.replaceChildren(make('h2', {}, texts.similar), make('ul', {}, ...tickets.map((ticket) => item(ticket, { texts, lang, warnings, copy }))));
}

function item(ticket, { texts, lang, warnings, copy }) {
  return make(
    'li',
    {},
    make('a', { href: '?ticket=' + encodeURIComponent(ticket.ticket) }, ticket.subject || ticket.ticket),
    make('span', { class: 'note' }, [texts['status_' + ticket.status], day(ticket.created, lang)].filter(Boolean).join(' · ')),
    ...ticket.articles.map((article) => answerItem(article, { texts, warnings, copy })),
  );
}

/** An article that is gone cannot be copied. */
function answerItem(article, { texts, warnings, copy }) {
  const button = article.paste && make('button', { type: 'button', class: 'button small' }, texts.copy, make('span', { class: 'visually-hidden' }, ' ' + article.title));
  button?.addEventListener('click', () => copy(article));
  return make(
    'span',
    { class: 'answer' },
    make('a', { href: article.url, target: '_blank', rel: 'noopener' }, '→ ' + article.title),
    ...warnings.of(article).map(badge),
    button,
  );
}
