/** The strip above the panes: the ticket, the customer's way to it, and advice on how to treat it. */

import { fill, make, seconds } from './nodes.js';

export function drawTicket(box, ticket, { texts, lang }) {
  const number = make('span', { class: 'number' }, ticket.ticket);
  box.replaceChildren(
    make('h2', {}, ticket.subject || texts.no_subject, ' ', number),
    make('ol', { class: 'way', 'aria-label': texts.way }, ...ticket.way.map((step, i) => make('li', {}, ...words(step, ticket.way[i - 1], { texts, lang })))),
    advice(ticket.advice, { texts, lang }),
  );
  if (!ticket.way.length) box.querySelector('.way').replaceWith(make('p', { class: 'note' }, texts.no_way));
  box.hidden = false;
}

function words(step, before, { texts, lang }) {
  const article = step.article && make('a', { href: '/articles/' + step.article.split('/').map(encodeURIComponent).join('/'), target: '_blank', rel: 'noopener' }, step.title || step.article);
  switch (step.type) {
    case 'search':
      return fill(texts.way_search, { query: make('q', {}, step.query) });
    case 'read':
      return fill(texts.way_read, { article, time: seconds(step.ms, lang) });
    case 'view':
      return fill(texts.way_view, { article });
    case 'vote':
      if (before?.article === step.article) return [step.value === 'up' ? texts.way_up_it : texts.way_down_it];
      return fill(step.value === 'up' ? texts.way_up : texts.way_down, { article });
    case 'solved':
      return [texts.way_solved];
    case 'contact':
      return [texts.way_contact];
    default:
      return [texts.way_ticket];
  }
}

const percent = (share, lang) => new Intl.NumberFormat(lang, { style: 'percent' }).format(share);

/** Why points were given, in the reader's language. */
const reason = ({ rule, word, reason: plain }, texts) => fill(texts['points_' + rule] ?? plain, { word }).join('');

/** Advice only: each point of the priority says where it comes from. */
function advice(given, { texts, lang }) {
  if (!given) return undefined;
  const items = [];
  if (given.priority) {
    const points = given.priority.points.map((point) => make('li', {}, `${point.points > 0 ? '+' : ''}${point.points} ${reason(point, texts)}`));
    items.push(make('details', {}, make('summary', {}, ...fill(texts.priority, { score: String(given.priority.score) })), make('ul', {}, ...points)));
  }
  if (given.category) items.push(make('span', {}, ...fill(texts.category, { category: given.category.value, share: percent(given.category.confidence, lang) })));
  if (given.topic) items.push(make('span', {}, ...fill(texts.topic, { topic: given.topic.label })));
  for (const twin of given.duplicates || [])
    items.push(make('a', { href: '?ticket=' + encodeURIComponent(twin.ticket) }, ...fill(texts.duplicate, { ticket: twin.ticket })));
  return items.length ? make('div', { class: 'advice' }, ...items) : undefined;
}
