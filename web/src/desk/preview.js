/** The article beside the list, opened at the section that answers. */

import { fill, make } from './nodes.js';

const KEPT = 30;

export function createPreview(box, { api, texts, warnings, pane }) {
  const known = new Map();
  let shown = 0;

  async function load(article) {
    if (!known.has(article)) {
      if (known.size >= KEPT) known.delete(known.keys().next().value);
      known.set(article, api.article(article));
    }
    try {
      return await known.get(article);
    } catch (error) {
      known.delete(article);
      throw error;
    }
  }

  function draw(result, article) {
    const parsed = new DOMParser().parseFromString(article.html, 'text/html').body;
    for (const link of parsed.querySelectorAll('a[href]')) {
      if (link.getAttribute('href').startsWith('#')) continue;
      link.target = '_blank';
      link.rel = 'noopener';
    }
    box.lang = article.lang;
    box.replaceChildren(
      make('p', { class: 'place' }, [result.category, result.audience === 'agents' && texts.agents_only].filter(Boolean).join(' · ')),
      ...warnings.of({ ...result, status: article.status }).flatMap(({ sentence }) => (sentence ? [make('p', { class: 'notice warn' }, sentence)] : [])),
      make('h2', {}, make('a', { href: result.url, target: '_blank', rel: 'noopener' }, article.title)),
      ...(article.sent?.tickets ? [make('p', { class: 'note' }, ...fill(texts.sent, { tickets: String(article.sent.tickets), returned: String(article.sent.returned) }))] : []),
      make('div', { class: 'text' }, ...parsed.childNodes),
    );
    showSection(result.anchor);
  }

  function showSection(anchor) {
    const heading = anchor && box.querySelector(`[id="${CSS.escape(anchor)}"]`);
    pane.scrollTop = 0;
    if (!heading) return;
    heading.classList.add('answers');
    pane.scrollTop = heading.getBoundingClientRect().top - pane.getBoundingClientRect().top - 16;
  }

  return {
    async show(result) {
      const number = ++shown;
      if (!result) return box.replaceChildren();
      try {
        const article = await load(result.article);
        if (number === shown) draw(result, article);
      } catch (error) {
        if (number === shown) box.replaceChildren(make('p', { class: 'notice problem' }, error.message));
      }
    },
  };
}
