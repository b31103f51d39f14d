/** The search field: suggests articles as the reader types; Enter works as it does without a script. */

import { keepChoice } from './search_page.js';

const LEAST = 2;
const PAUSE_MS = 120;
const LIMIT = 6;

export function attachSearch(form, site) {
  const input = form.querySelector('input[type=search]');
  const list = document.createElement('ul');
  list.className = 'search-list';
  list.id = 'search-list';
  list.hidden = true;
  list.setAttribute('role', 'listbox');
  list.setAttribute('aria-label', input.getAttribute('aria-label'));
  form.append(list);
  for (const [name, value] of Object.entries({ role: 'combobox', 'aria-expanded': 'false', 'aria-controls': list.id, 'aria-autocomplete': 'list' }))
    input.setAttribute(name, value);

  let asked = 0;
  let timer = 0;
  let chosen = -1;
  let queryId;

  const links = () => [...list.querySelectorAll('a')];
  const open = (yes) => {
    list.hidden = !yes;
    input.setAttribute('aria-expanded', String(yes));
    if (!yes) choose(-1);
  };
  const choose = (index) => {
    chosen = index;
    links().forEach((link, i) => link.setAttribute('aria-selected', String(i === index)));
    if (index < 0) input.removeAttribute('aria-activedescendant');
    else input.setAttribute('aria-activedescendant', links()[index].id);
  };

  async function ask() {
    const number = ++asked;
    const text = input.value.trim();
    if ([...text].length < LEAST) return open(false);
    const query = new URLSearchParams({ q: text.slice(0, 500), limit: String(LIMIT), lang: site.config.lang, session: site.session.id, place: 'search', final: '0' });
    try {
      const response = await fetch('/v1/suggest?' + query);
      const answer = response.ok ? await response.json() : { results: [] };
      if (number === asked && document.activeElement === input) show(answer);
    } catch {
      // The service does not answer: Enter still searches.
    }
  }

  function show(answer) {
    queryId = answer.query_id;
    list.replaceChildren(...answer.results.map(option));
    open(answer.results.length > 0);
  }

  function option(result, index) {
    const item = document.createElement('li');
    const link = document.createElement('a');
    const title = document.createElement('b');
    const passage = document.createElement('span');
    item.setAttribute('role', 'presentation');
    link.setAttribute('role', 'option');
    link.id = 'search-option-' + index;
    link.tabIndex = -1;
    link.href = result.url;
    link.dataset.article = result.article;
    title.append(...marked(result.title_html || ''));
    passage.textContent = result.snippet || result.category || '';
    link.append(title, passage);
    item.append(link);
    return item;
  }

  const remember = (link) =>
    keepChoice(site.config, { article: link.dataset.article, query_id: queryId, rank: links().indexOf(link) + 1 });

  input.addEventListener('input', (event) => {
    clearTimeout(timer);
    if (!event.isComposing) timer = setTimeout(ask, PAUSE_MS);
  });
  input.addEventListener('keydown', (event) => {
    const count = links().length;
    if (event.isComposing || list.hidden) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      choose(((chosen + 1 + step + count + 1) % (count + 1)) - 1);
    } else if (event.key === 'Escape') {
      event.preventDefault();
      open(false);
    } else if (event.key === 'Enter' && chosen >= 0) {
      event.preventDefault();
      links()[chosen].click();
    }
  });
  list.addEventListener('mousedown', (event) => event.preventDefault());
  list.addEventListener('click', (event) => {
    const link = event.target.closest('a');
    if (link) remember(link);
  });
  input.addEventListener('blur', () => open(false));
  input.addEventListener('focus', () => list.childElementCount && open(true));
}

/** Escaped text with <mark> only, as nodes. */
function marked(html) {
  const body = new DOMParser().parseFromString(html, 'text/html').body;
  return [...body.childNodes].map((node) => {
    if (node.nodeName !== 'MARK') return node.textContent;
    const mark = document.createElement('mark');
    mark.textContent = node.textContent;
    return mark;
  });
}
