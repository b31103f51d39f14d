/** The list of results: one stop for Tab, arrows move, the chosen one is announced. */

import { badge, make, marked } from './nodes.js';

export function createResults(list, { warnings, onChoose }) {
  let results = [];
  let chosen = -1;

  function option(result, index) {
    return make(
      'li',
      { id: 'result-' + index, role: 'option', 'aria-selected': 'false' },
      make('span', { class: 'title' }, ...marked(result.title_html)),
      ...warnings.of(result).map(badge),
      make('span', { class: 'passage' }, ...marked(result.snippet_html)),
      make('span', { class: 'place' }, [result.category, result.section].filter(Boolean).join(' › ')),
    );
  }

  function mark(index) {
    [...list.children].forEach((item, i) => item.setAttribute('aria-selected', String(i === index)));
    if (index < 0) list.removeAttribute('aria-activedescendant');
    else list.setAttribute('aria-activedescendant', 'result-' + index);
  }

  function choose(index, { scroll = true } = {}) {
    chosen = index;
    mark(index);
    if (index < 0) return;
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
    show(answer) {
      const before = results[chosen]?.article;
      results = answer.results;
      draw();
      const same = results.findIndex((result) => result.article === before);
      if (results.length) choose(Math.max(same, 0), { scroll: false });
      else choose(-1);
      return results.length;
    },
    /** Draws the list anew, as what there is to warn of has changed; the preview stays as it is being read. */
    refresh() {
      draw();
      if (chosen >= 0) mark(chosen);
    },
    chosen: () => results[chosen],
    focus: () => list.focus({ preventScroll: true }),
  };
}
