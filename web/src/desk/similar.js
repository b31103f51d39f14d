/** Past tickets like this one, and the articles they were answered with. */

import { day, make } from './nodes.js';

export function drawSimilar(box, answer, { texts, lang }) {
  const tickets = answer.tickets || [];
  box.hidden = tickets.length === 0;
  box.replaceChildren(make('h2', {}, texts.similar), make('ul', {}, ...tickets.map((ticket) => item(ticket, { texts, lang }))));
}

function item(ticket, { texts, lang }) {
  return make(
    'li',
    {},
    make('a', { href: '?ticket=' + encodeURIComponent(ticket.ticket) }, ticket.subject || ticket.ticket),
    make('span', { class: 'note' }, [texts['status_' + ticket.status], day(ticket.created, lang)].filter(Boolean).join(' · ')),
    ...ticket.articles.map((article) => make('a', { class: 'answer', href: article.url, target: '_blank', rel: 'noopener' }, '→ ' + article.title)),
  );
}
