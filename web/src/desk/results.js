/** The list of results: one stop for Tab, arrows move, the chosen one is announced. */

import { make, marked } from './nodes.js';

export function createResults(list, { texts, lang, onChoose }) {
  let results = [];
  let chosen = -1;
  let read = new Map();
  let wanted = '';

  function option(result, index) {
    const warns = [
      result.audience === 'agents' && ['agents', texts.agents_only],
      read.has(result.article) && ['read', texts.already_read],
      wanted && result.lang && !sameLanguage(result.lang, wanted) && ['lang', languageName(result.lang, lang)],
    ].filter(Boolean);
    return make(
      'li',
      { id: 'result-' + index, role: 'option', 'aria-selected': 'false' },
      make('span', { class: 'title' }, ...marked(result.title_html)),
      ...warns.map(([kind, text]) => make('span', { class: 'badge ' + kind }, text)),
      make('span', { class: 'passage' }, ...marked(result.snippet_html)),
      make('span', { class: 'place' }, [result.category, result.section].filter(Boolean).join(' › ')),
    );
  }

  function choose(index, { scroll = true } = {}) {
    chosen = index;
    [...list.children].forEach((item, i) => item.setAttribute('aria-selected', String(i === index)));
    if (index < 0) return list.removeAttribute('aria-activedescendant');
    list.setAttribute('aria-activedescendant', 'result-' + index);
    if (scroll) list.children[index].scrollIntoView({ block: 'nearest' });
    onChoose(results[index]);
  }

  list.addEventListener('keydown', (event) => {
    const last = results.length - 1;
    const next = { ArrowDown: Math.min(chosen + 1, last), ArrowUp: Math.max(chosen - 1, 0), Home: 0, End: last }[event.key];
    if (next === undefined || last < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (next !== chosen) choose(next);
  });
  list.addEventListener('click', (event) => {
    const item = event.target.closest('[role=option]');
    if (item) choose([...list.children].indexOf(item), { scroll: false });
  });

  function draw() {
    list.replaceChildren(...results.map(option));
    list.hidden = results.length === 0;
  }

  return {
    show(answer, language) {
      const before = results[chosen]?.article;
      results = answer.results;
      wanted = language || '';
      draw();
      const same = results.findIndex((result) => result.article === before);
      if (results.length) choose(Math.max(same, 0), { scroll: false });
      else choose(-1);
      return results.length;
    },
    /** What the customer read already: article → milliseconds. */
    markRead(articles) {
      read = articles;
      const kept = chosen;
      draw();
      if (kept >= 0) choose(kept, { scroll: false });
    },
    chosen: () => results[chosen],
    focus: () => list.focus(),
  };
}

function sameLanguage(a, b) {
  return a.split('-')[0] === b.split('-')[0];
}

export function languageName(tag, lang) {
  try {
    return new Intl.DisplayNames(lang, { type: 'language' }).of(tag);
  } catch {
    return tag;
  }
}
