/** The list of suggestions; with high confidence its first one stands open with the answer itself. */

import { h, onPlainClick } from './dom.js';
import { sectionOf, toNodes } from './markup.js';
import { createQuestion } from './question.js';
import { primary } from './strings.js';

const BUT_MARK = /^(?!mark$)/;
const LIVELY = /^(a|img|input)$/;
const PASSAGE_CHARACTERS = 500;
const PATIENCE_MS = 300;

/** @typedef {import('./types.js').Result} Result */

/** Whether the result is written in a language other than the page's. */
const isForeign = (/** @type {import('./types.js').App} */ { config }, /** @type {Result} */ { lang }) =>
  !!lang && primary(lang) != primary(config.lang);

const marked = (/** @type {string|undefined} */ html, /** @type {string|undefined} */ text) =>
  html ? toNodes(html, BUT_MARK) : text || '';

/** Keeps whole blocks and list items, up to about `left` characters. */
function shorten(/** @type {Element[]} */ nodes, left = PASSAGE_CHARACTERS) {
  for (const node of nodes) {
    if (left <= 0) node.remove();
    else if (/^[uod]l$/.test(node.localName)) left = shorten([...node.children], left);
    else left -= (node.textContent || '').length;
  }
  return left;
}

/** The answering section as plain blocks; the snippet where the article is slow to come or lacks it. */
async function passageOf(/** @type {import('./types.js').App} */ { api }, /** @type {Result} */ result) {
  const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
  const passage = h('div', { class: 'text pad', dir: 'auto', lang: result.lang });
  try {
    const { html } = /** @type {any} */ (await Promise.race([api.article(result.article), patience]));
    passage.append(...sectionOf(toNodes(html, LIVELY), result.anchor));
    shorten([...passage.children]);
  } catch {}
  if (!passage.textContent.trim()) passage.replaceChildren(marked(result.snippet_html, result.snippet));
  return passage;
}

function linkTo(
  /** @type {import('./types.js').App} */ app,
  /** @type {Result} */ result,
  /** @type {string} */ style,
  /** @type {() => void} */ open,
  /** @type {any[]} */ ...children
) {
  const { article, anchor } = result;
  const href = app.session.link(`articles/${encodeURI(article)}${anchor ? '#' + anchor : ''}`);
  return h('a', { class: style, href, target: '_blank', rel: 'noopener', click: onPlainClick(open) }, ...children);
}

/** Title, and below it category and language. */
function heading(/** @type {import('./types.js').App} */ app, /** @type {any} */ result, /** @type {any} */ line) {
  const { lang, category } = result;
  const names = new Intl.DisplayNames([app.strings.lang], { type: 'language' });
  const language = isForeign(app, result) && app.strings.t('other', { language: names.of(lang) });
  const about = [category, language].filter(Boolean).join(' · ');
  return [
    h('b', { dir: 'auto', lang }, marked(result.title_html, result.title)),
    line && h('span', { dir: 'auto', lang }, line),
    about && h('small', {}, about),
  ];
}

/**
 * @param {import('./types.js').App} app
 * @param {Result[]} results
 * @param {object} then
 * @param {(article: string) => boolean} then.isDismissed  the customer said that it does not answer
 * @param {(result: Result, rank: number) => void} then.open
 * @param {() => void} then.yes
 * @param {(article: string) => void} then.no
 * @param {{key: string, element: Element}|undefined} then.standing  the passage that stands open now: kept while it stays the answer
 * @returns {Promise<{rows: Element[], standing: {key: string, element: Element}|undefined}>} rows for a list; one may be in the page now
 */
export async function createList(app, results, then) {
  const [first] = results;
  let { standing } = then;
  if (first.confidence == 'high' && !isForeign(app, first) && !then.isDismissed(first.article)) {
    const key = `${first.article}#${first.anchor}`;
    if (standing?.key != key) {
      const open = () => then.open(first, 1);
      const element = h(
        'li',
        { class: 'standing' },
        linkTo(app, first, 'hit pad', open, ...heading(app, first, '')),
        await passageOf(app, first),
        linkTo(app, first, 'more', open, app.strings.t('more')),
        createQuestion(app, first.article, { yes: then.yes, no: () => then.no(first.article) }),
      );
      standing = { key, element };
    }
  } else standing = undefined;

  const rows = results.map((result, index) =>
    !index && standing
      ? standing.element
      : h('li', {}, linkTo(app, result, 'hit pad', () => then.open(result, index + 1), ...heading(app, result, marked(result.snippet_html, result.snippet)))),
  );
  return { rows, standing };
}
