/** Asks while somebody types: waits for a pause, and never lets a late answer replace a newer one. */

import { TIMEOUT_MS } from './api.js';
import { suggestRequest } from './query.js';

const PAUSE_MS = 200;
const IN_FLIGHT = 3;

/**
 * @param {import('./types.js').App} app
 * @param {'form'|'search'} place
 * @param {(answer?: import('./types.js').Answer) => Promise<void>} show  gets each new answer; nothing when the text is too short
 */
export function createSuggester(app, place, show) {
  let timer = 0;
  let last = '';
  /** @type {AbortController[]} questions that may still be answered, oldest first */
  const flying = [];

  const abort = (/** @type {number} */ count) => flying.splice(0, count).forEach((question) => question.abort());

  async function send(/** @type {NonNullable<ReturnType<typeof suggestRequest>>} */ { path, init }) {
    const question = new AbortController();
    setTimeout(() => question.abort(), TIMEOUT_MS);
    abort(flying.push(question) - IN_FLIGHT);
    try {
      const answer = await app.api.json(path, { ...init, signal: question.signal });
      const at = flying.indexOf(question);
      if (at < 0) return;
      abort(at + 1);
      answer.results = answer.results.filter((/** @type {any} */ { article, title }) => article && title);
      await show(answer);
      app.tell('suggest', answer);
    } catch {
      // No answer is no harm: the form stays as it is.
    }
  }

  function ask(/** @type {Parameters<typeof suggestRequest>[0]} */ query) {
    const { limit, lang } = app.config;
    const request = suggestRequest(query, { limit, lang, session: app.session.id, place });
    const key = request ? request.path + request.init.body : '';
    if (key == last) return;
    last = key;
    if (request) return send(request);
    abort(IN_FLIGHT);
    show();
  }

  app.signal.addEventListener('abort', () => {
    clearTimeout(timer);
    abort(IN_FLIGHT);
  });

  return {
    /** @param {Parameters<typeof suggestRequest>[0]} query */
    type(query) {
      clearTimeout(timer);
      timer = setTimeout(ask, query.final ? 0 : PAUSE_MS, query);
    },
  };
}
