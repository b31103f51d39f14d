/** What an agent should know before sending an article: short in the list, in a sentence beside it and when it is copied. */

import { day } from './nodes.js';

export function createWarnings({ texts, lang }) {
  let wanted = '';
  let read = new Set();
  let sent = new Set();

  const kinds = {
    agents: ({ audience }) => audience === 'agents' && [texts.agents_only],
    unpublished: ({ status }) => status && status !== 'published' && [texts['is_' + status], texts.warn_unpublished],
    overdue: ({ overdue, review_due: due }) => overdue && [texts.overdue, texts.warn_overdue.replace('{day}', day(due, lang))],
    lang: (article) => foreign(article) && [languageName(article.lang, lang), texts.warn_lang.replace('{language}', languageName(article.lang, lang))],
    read: ({ article }) => read.has(article) && [texts.already_read, texts.warn_read],
    sent: ({ article }) => sent.has(article) && [texts.already_sent, texts.warn_sent],
  };
  const foreign = (article) => wanted && article.lang && article.lang.split('-')[0] !== wanted.split('-')[0];

  return {
    /** The language of the customer; '' where it is not known. */
    setLanguage: (tag) => (wanted = tag || ''),
    /** What the ticket's customer has read, and what was sent for it. */
    setTicket(ticket) {
      read = new Set((ticket.already_read || []).map(({ article }) => article));
      sent = new Set((ticket.links || []).map(({ article }) => article));
    },
    addSent: (article) => sent.add(article),
    removeSent: (article) => sent.delete(article),
    /** [{kind, badge, sentence?}] of an article as the API gives it to agents. */
    of: (article) =>
      Object.entries(kinds).flatMap(([kind, test]) => {
        const [badge, sentence] = test(article) || [];
        return badge ? [{ kind, badge, sentence }] : [];
      }),
  };
}

function languageName(tag, lang) {
  try {
    return new Intl.DisplayNames(lang, { type: 'language' }).of(tag);
  } catch {
    return tag;
  }
}
