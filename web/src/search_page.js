/** The page of search results: counts the search, and remembers which result was followed. */

const CHOICE = 'deflect-choice';

/** The server rendered the results without knowing the visit; the page tells what was asked and shown. */
export function countSearch(results, { events }) {
  const query = new URLSearchParams(location.search).get('q');
  const shown = [...results.querySelectorAll('[data-article-link]')].map((link) => link.dataset.articleLink);
  if (query) events.add({ type: 'search', query, query_id: results.dataset.queryId, place: 'search', results: shown });
}

/** The article's own page says which search led to it. */
export function rememberChoice(results, { config }) {
  results.addEventListener('click', (event) => {
    const link = event.target.closest('[data-article-link]');
    if (!link) return;
    const rank = [...results.querySelectorAll('[data-article-link]')].indexOf(link) + 1;
    keepChoice(config, { article: link.dataset.articleLink, query_id: results.dataset.queryId, rank });
  });
}

/** For this tab alone, and not for those who ask not to be counted. */
export function keepChoice({ silent }, choice) {
  try {
    if (!silent) sessionStorage.setItem(CHOICE, JSON.stringify(choice));
  } catch {
    // Storage is off: the view is counted without the search that led to it.
  }
}

/** The search that led to this article, once. */
export function takeChoice(article) {
  try {
    const choice = JSON.parse(sessionStorage.getItem(CHOICE) || '{}');
    sessionStorage.removeItem(CHOICE);
    return choice.article === article ? { query_id: choice.query_id, rank: choice.rank } : {};
  } catch {
    return {};
  }
}
