/** What is shown for a question: the list, an article opened in it, or the thanks. Used under a field and in the panel. */

import { createAnnouncer } from './announce.js';
import { createArticle } from './article.js';
import { h } from './dom.js';
import { createList } from './list.js';
import { afterSeen } from './visible.js';

const PASSAGE_SEEN_MS = 5000;

/** @typedef {import('./types.js').Result} Result */

/**
 * @param {import('./types.js').App} app
 * @param {object} place
 * @param {() => void} place.leave  Escape, or ArrowUp on the first suggestion: back to where the question is typed
 * @param {() => void} place.still  it did not answer: on to a person
 * @param {() => void} [place.send]  submits the request all the same; without it there is no request
 * @param {string} [place.none]  what to say where nothing was found; nothing by default
 * @param {() => void} [place.changed]  something else is shown now
 */
export function createAnswers(app, place) {
  const { t } = app.strings;
  const dismissed = new Set();
  const seen = new Set();
  /** @type {import('./types.js').Answer|undefined} */
  let answer;
  /** @type {Awaited<ReturnType<typeof createList>>|undefined} */
  let list;
  let screen = /** @type {'list'|'article'|'thanks'} */ ('list');
  /** @type {Element|null} what to return to from an article */
  let opener = null;
  let stopReading = () => {};
  let stopWatching = () => {};
  /** @type {Element|undefined} the passage whose time in sight is taken */
  let watched;

  const announcer = createAnnouncer(app.signal);
  const peek = h('button', { class: 'peek', 'aria-expanded': false, click: unfold });
  const element = h('div', { class: 'answers', keydown: onKey });
  app.signal.addEventListener('abort', () => {
    stopReading();
    stopWatching();
  });

  function unfold() {
    peek.setAttribute('aria-expanded', element.classList.toggle('unfolded'));
  }

  /** Tab meets the suggestions once; arrows move among them. */
  const stops = () => /** @type {HTMLElement[]} */ ([...element.querySelectorAll('a,button')].filter((node) => node.getClientRects().length));
  const rove = (/** @type {any} */ to) => {
    for (const stop of stops()) stop.tabIndex = stop == to ? 0 : -1;
    return to;
  };

  function onKey(/** @type {KeyboardEvent} */ event) {
    const all = stops();
    const at = all.indexOf(/** @type {any} */ (event.target));
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (event.key == 'Escape') {
      if (screen == 'article') showList();
      place.leave();
    } else if (screen == 'list' && to != null) {
      event.preventDefault();
      if (to < 0) place.leave();
      else rove(all[to] || all[at])?.focus();
    }
  }

  function put(/** @type {typeof screen} */ name, /** @type {any[]} */ ...children) {
    stopReading();
    stopReading = () => {};
    screen = name;
    element.replaceChildren(...children);
    place.changed?.();
  }

  function showList() {
    if (!list || !answer) return put('list', ...(answer && place.none ? [h('small', { class: 'pad' }, place.none)] : []));
    const [{ title }] = answer.results;
    // Drawn by the style sheet, so that the page holds each text once.
    Object.assign(peek.dataset, { title, lead: t('lead') });
    put('list', h('small', { class: 'pad' }, t('lead')), peek, h('ol', { class: 'list' }, ...list.rows));
    rove(stops()[0]);
    watchPassage(answer.results[0].article, list.standing?.element);
  }

  /** A passage counts as read once a visit, when it was in sight for a while; typing on does not start that anew. */
  function watchPassage(/** @type {string} */ article, /** @type {Element|undefined} */ passage) {
    if (passage == watched) return;
    stopWatching();
    watched = passage;
    if (passage && !seen.has(article))
      stopWatching = afterSeen(passage, PASSAGE_SEEN_MS, () => {
        stopWatching();
        seen.add(article);
        app.emit('view', { article, query_id: answer?.query_id, rank: 1, source: 'widget', part: 'passage' });
      });
  }

  function showThanks() {
    const text = place.send ? `${t('thanks')} ${t('unsent')}` : t('thanks');
    const note = h('div', { tabindex: -1 }, text);
    const send = place.send && h('button', { click: place.send }, t('send'));
    put('thanks', h('div', { class: 'ask pad' }, note, send));
    note.focus();
  }

  async function refuse(/** @type {string} */ article) {
    dismissed.add(article);
    if (answer) list = await build(answer);
    showList();
    place.still();
  }

  /**
   * Opens an article in place: a suggestion by its rank for a query, or one that an article links to.
   *
   * @param {Pick<Result, 'article'|'anchor'>} result
   * @param {number} [rank]
   * @param {string} [query_id]
   */
  async function open({ article: id, anchor }, rank, query_id) {
    const from = screen == 'list' && /** @type {ShadowRoot} */ (element.getRootNode()).activeElement;
    if (from) opener = from;
    try {
      const view = createArticle(app, await app.api.article(id), {
        back,
        yes: showThanks,
        no: () => refuse(id),
        open: (article, anchor) => open({ article, anchor }),
      });
      app.emit('view', { article: id, query_id, rank, source: 'widget' });
      put('article', view.element);
      stopReading = view.begin(anchor);
    } catch {
      window.open(app.session.link('articles/' + encodeURI(id)), '_blank', 'noopener');
    }
  }

  function back() {
    showList();
    rove(stops().find((stop) => stop == opener) || stops()[0])?.focus();
  }

  const build = (/** @type {import('./types.js').Answer} */ { results, query_id }) =>
    createList(app, results, {
      isDismissed: (article) => dismissed.has(article),
      open: (result, rank) => open(result, rank, query_id),
      yes: showThanks,
      no: refuse,
      standing: list?.standing,
    });

  return {
    element,
    /** What is shown. */
    get screen() {
      return screen;
    },
    /** Whether there is something that keys could reach. */
    get isEmpty() {
      return !stops().length;
    },
    focus: () => rove(stops()[0]).focus(),
    /** Where a screen reader is told what was found. */
    status: announcer.element,
    hush: announcer.hush,
    /**
     * Shows an answer, unless somebody reads or chooses at this moment.
     *
     * @param {import('./types.js').Answer} [next]
     */
    async show(next) {
      answer = next;
      const built = next?.results.length ? await build(next) : undefined;
      if (answer != next) return;
      list = built;
      if (screen == 'article' || element.matches(':focus-within,:active')) return;
      showList();
      const n = next?.results.length;
      if (n) announcer.say(n + next.results[0].article, t('found', { n }));
      else if (next && place.none) announcer.say('', place.none);
    },
  };
}
