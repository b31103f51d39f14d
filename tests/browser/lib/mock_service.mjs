/**
 * A stand-in for the service as the widget sees it: suggestions, articles, events and the widget's own files, all as
 * the public contract has them. Tests look into what it received and make it slow, silent or strange.
 */

import { readFile } from 'node:fs/promises';
import { articles } from './articles.mjs';
import { reply, startServer } from './http.mjs';

const DIST = new URL('../../../widget/dist/', import.meta.url);
const TYPES = { js: 'text/javascript', mjs: 'text/javascript', json: 'application/json' };

const mark = (text, words) =>
  words.reduce((html, word) => html.replace(new RegExp(`(?<!<[^>]*)(${word})`, 'giu'), '<mark>$1</mark>'), text);

/** Articles whose title or snippet holds a word of the query, the page's language first. */
function search(query, lang, limit) {
  const words = query.toLowerCase().match(/[\p{L}\p{N}]{2,}/gu) || [];
  const found = articles
    .map((article) => {
      const text = `${article.title} ${article.snippet}`.toLowerCase();
      const hits = words.filter((word) => text.includes(word)).length;
      return { article, score: hits && hits + (article.lang == lang ? 10 : 0) };
    })
    .filter(({ score }) => score)
    .sort((one, other) => other.score - one.score);
  const results = found.slice(0, limit).map(({ article: { id, title, anchor, snippet, category, lang }, score }) => ({
    article: id,
    title,
    title_html: mark(title, words),
    url: `/articles/${id}${anchor && '#' + anchor}`,
    section: anchor,
    anchor,
    snippet,
    snippet_html: mark(snippet, words),
    category,
    lang,
    confidence: words.length > 2 ? 'high' : 'medium',
    score,
  }));
  return { results, total: found.length };
}

/** Starts the stand-in. */
export async function startMockService() {
  const service = {
    /** How suggestions, articles and events are answered: ok, hang, error or garbage. */
    mode: 'ok',
    /** Called with each query's text; resolves when it may be answered. */
    hold: async () => {},
    /** Changes an answer before it is sent. */
    alter: (answer) => answer,
    requests: [],
    events: [],
    envelopes: [],
    /** Everything that a person typed and that came here. */
    queries: () => service.requests.filter(({ path }) => path == '/v1/suggest').map(({ query }) => query),
    ofType: (type) => service.events.filter((event) => event.type == type),
  };

  async function suggest({ method, url, body }, response) {
    const asked = method == 'POST' ? JSON.parse(body) : Object.fromEntries(url.searchParams);
    const text = method == 'POST' ? `${asked.subject} ${asked.body}`.trim() : asked.q;
    service.requests.push({ path: url.pathname, method, query: asked });
    await service.hold(text);
    const answer = { query_id: `q${service.requests.length}`, query: text, corrected: null, lang: asked.lang, arm: 'suggest' };
    reply(response, 200, service.alter({ ...answer, ...search(text, asked.lang, +asked.limit) }), CORS);
  }

  function article({ url }, response) {
    const id = decodeURIComponent(url.pathname.slice('/v1/articles/'.length));
    const found = articles.find((one) => one.id == id);
    service.requests.push({ path: url.pathname });
    if (!found) return reply(response, 404, { status: 404, title: 'Not found' }, CORS);
    reply(response, 200, { sections: [], version: '1', ...found, html: found.html(service.origin + '/') }, CORS);
  }

  function record({ headers, body }, response) {
    const envelope = JSON.parse(body);
    service.requests.push({ path: '/v1/events', type: headers['content-type'] });
    service.envelopes.push(envelope);
    for (const event of envelope.events)
      if (event.withdrawn || !service.events.some(({ id }) => id == event.id)) service.events.push({ ...event, session: envelope.session });
    reply(response, 202, { accepted: envelope.events.length, rejected: [] }, CORS);
  }

  async function file({ url }, response) {
    const name = url.pathname.slice(1);
    try {
      const headers = { ...CORS, 'Content-Type': TYPES[name.split('.').pop()] };
      service.requests.push({ path: url.pathname });
      reply(response, 200, await readFile(new URL(name, DIST), 'utf8'), headers);
    } catch {
      reply(response, 404, 'Not found', CORS);
    }
  }

  const CORS = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Allow-Headers': 'content-type', 'Access-Control-Max-Age': '600' };
  const server = await startServer((request, response) => {
    const { pathname } = request.url;
    if (request.method == 'OPTIONS') return reply(response, 204, '', CORS);
    if (!pathname.startsWith('/v1/')) return file(request, response);
    if (service.mode == 'hang') return service.requests.push({ path: pathname, query: {} });
    if (service.mode == 'error') return reply(response, 500, { status: 500, title: 'Broken' }, CORS);
    if (service.mode == 'garbage') return reply(response, 200, '<!doctype html><p>Proxy error', CORS);
    if (pathname == '/v1/suggest') return suggest(request, response);
    if (pathname == '/v1/events') return record(request, response);
    if (pathname.startsWith('/v1/articles/')) return article(request, response);
    reply(response, 404, { status: 404, title: 'Not found' }, CORS);
  });
  return Object.assign(service, server);
}
