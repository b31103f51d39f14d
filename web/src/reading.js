/** An article's page: what was read, the one question below it, code to copy, headings to link. */

import { whileRead } from '../../widget/src/visible.js';
import { takeChoice } from './search_page.js';

export function readArticle(article, { events }) {
  const id = article.dataset.article;
  events.add({ type: 'view', article: id, source: source(), part: 'article', ...takeChoice(id) });
  whileRead(document.documentElement, ({ ms, scroll }) => {
    if (ms > 0) events.add({ type: 'read', article: id, ms, scroll });
  });
  askWhetherItHelped(document.querySelector('[data-question]'), id, events);
  addCopyButtons(article);
  letCodeScroll(article);
  addHeadingLinks(article);
  followContents(document.querySelector('.contents'), article);
}

/** An agent's link tells its reader's view from others. */
function source() {
  return new URLSearchParams(location.search).has('via') ? 'agent_link' : 'help';
}

function askWhetherItHelped(box, id, events) {
  if (!box) return;
  const status = box.querySelector('[role=status]');
  const form = box.querySelector('form');
  box.hidden = false;
  box.addEventListener('click', (event) => {
    const answer = event.target.closest('[data-answer]')?.dataset.answer;
    if (!answer) return;
    events.add({ type: 'vote', article: id, value: answer });
    if (answer === 'up') events.add({ type: 'solved', article: id });
    box.querySelector('.answers').hidden = true;
    box.querySelector('h2').hidden = true;
    status.textContent = answer === 'up' ? box.dataset.yes : box.dataset.no;
    form.hidden = answer === 'up';
    if (answer === 'down') form.querySelector('textarea').focus();
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const comment = form.querySelector('textarea').value.trim();
    if (comment) events.add({ type: 'vote', article: id, value: 'down', comment });
    form.hidden = true;
    status.textContent = box.dataset.sent;
  });
}

function addCopyButtons(article) {
  if (!navigator.clipboard) return;
  for (const pre of article.querySelectorAll('pre')) {
    const wrap = document.createElement('div');
    const button = document.createElement('button');
    wrap.className = 'code';
    button.className = 'copy';
    button.type = 'button';
    button.textContent = article.dataset.copy;
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(pre.textContent.replace(/\n$/, ''));
      button.textContent = article.dataset.copied;
      setTimeout(() => (button.textContent = article.dataset.copy), 2000);
    });
    pre.replaceWith(wrap);
    wrap.append(pre, button);
  }
}

/** Code that is wider than the page scrolls by keyboard too. */
function letCodeScroll(article) {
  for (const pre of article.querySelectorAll('pre')) if (pre.scrollWidth > pre.clientWidth) pre.tabIndex = 0;
}

function addHeadingLinks(article) {
  for (const heading of article.querySelectorAll('h2[id], h3[id], h4[id]')) {
    const link = document.createElement('a');
    link.className = 'heading-link';
    link.href = '#' + heading.id;
    link.setAttribute('aria-label', `${article.dataset.link}: ${heading.textContent}`);
    link.textContent = '#';
    heading.append(link);
  }
}

/** Marks the section being read in the contents beside the text. */
function followContents(contents, article) {
  if (!contents) return;
  const links = new Map([...contents.querySelectorAll('a')].map((link) => [decodeURIComponent(link.hash.slice(1)), link]));
  const headings = [...article.querySelectorAll('h2[id], h3[id]')].filter((heading) => links.has(heading.id));
  const mark = () => {
    const passed = headings.filter((heading) => heading.getBoundingClientRect().top < 120);
    const current = passed[passed.length - 1] || headings[0];
    for (const [id, link] of links)
      if (current && id === current.id) link.setAttribute('aria-current', 'true');
      else link.removeAttribute('aria-current');
  };
  addEventListener('scroll', mark, { passive: true });
  mark();
}
