/** An article read in place: opened at the section that answers, with a way back and the question below. */

import { h, onPlainClick } from './dom.js';
import { byId, toNodes } from './markup.js';
import { createQuestion } from './question.js';
import { whileRead } from './visible.js';

/**
 * @param {import('./types.js').App} app
 * @param {import('./types.js').Article} article
 * @param {object} then
 * @param {() => void} then.back
 * @param {() => void} then.yes
 * @param {() => void} then.no
 * @param {(id: string, anchor: string) => void} then.open  a link to another article was followed
 */
export function createArticle(app, article, then) {
  const { strings, session, config, emit } = app;
  const { id, title, lang, category, updated } = article;
  const date = new Date(updated || NaN);
  const about = [category, +date && date.toLocaleDateString(strings.lang, { dateStyle: 'medium' })];
  const text = h('div', { class: 'text', lang, dir: 'auto' }, toNodes(article.html));
  const scroller = h(
    'div',
    { class: 'scroller pad', tabindex: 0, role: 'region', 'aria-label': title },
    h('h2', { lang, dir: 'auto' }, title),
    h('small', {}, about.filter(Boolean).join(' · ')),
    text,
  );

  const goTo = (/** @type {string} */ anchor) => {
    const target = anchor && byId(text, anchor);
    if (target) scroller.scrollTop += target.getBoundingClientRect().top - scroller.getBoundingClientRect().top - 8;
  };

  /** A link to an article is followed in place, any other in a new tab. */
  function tie(/** @type {HTMLAnchorElement} */ link) {
    const here = config.base + 'articles/';
    const url = new URL(link.getAttribute('href') || '', here + encodeURI(id));
    const [path, anchor] = url.href.split('#').map(decodeURIComponent);
    const other = path.startsWith(here) && path.slice(here.length);
    link.target = '_blank';
    link.rel = 'noopener';
    link.href = session.link(url.href);
    if (other) link.onclick = onPlainClick(() => (other == id ? goTo(anchor) : then.open(other, anchor)));
  }
  text.querySelectorAll('a[href]').forEach(tie);

  return {
    element: h(
      'div',
      { class: 'article' },
      h('button', { class: 'back', click: then.back }, strings.t('back')),
      scroller,
      createQuestion(app, id, then),
    ),
    /** To be called once it stands in the page. Returns what ends the reading. */
    begin(/** @type {string|undefined} */ anchor) {
      scroller.focus();
      goTo(anchor || '');
      return whileRead(scroller, (reading) => emit('read', { article: id, ...reading }));
    },
  };
}
