/**
 * deflect.mjs: a small client for Deflect's HTTP API, in one file without dependencies.
 *
 *     import { Deflect } from './deflect.mjs';
 *     const helpCentre = new Deflect('https://help.example.com', { token: 'dfl_…' });
 *     await helpCentre.putTicket({ id: '4711', subject: 'Export fails', body: 'The CSV is empty.',
 *                                  status: 'open', created: '2026-11-20T09:00:00Z' });
 *
 * Each method resolves to what the service answered; a refusal rejects with a DeflectError.
 */

/** The service refused: `status` is the HTTP status, the message says what to do. */
export class DeflectError extends Error {
  constructor(status, detail) {
    super(detail);
    this.name = 'DeflectError';
    this.status = status;
  }
}

const path = (text) => String(text).split('/').map(encodeURIComponent).join('/');

export class Deflect {
  #url;
  #token;
  #timeoutMs;

  constructor(url, { token, timeoutMs = 10000 } = {}) {
    this.#url = url.replace(/\/+$/, '');
    this.#token = token;
    this.#timeoutMs = timeoutMs;
  }

  // Customers' side: no token needed.

  /** Articles for a question. Options: limit, lang, session, place, final. */
  suggest(text, options = {}) {
    return this.#call('GET', '/v1/suggest', { params: { q: text, final: 1, ...options } });
  }

  article(article) {
    return this.#call('GET', `/v1/articles/${path(article)}`);
  }

  /** The public articles, page by page. Options: lang, category, cursor. */
  articles(options = {}) {
    return this.#call('GET', '/v1/articles', { params: options });
  }

  // Agents' side: a token of role agent or higher.

  /** As suggest, with agents' articles and `paste` links. Options: ticket, limit, lang. */
  search(text, options = {}) {
    return this.#call('GET', '/v1/agent/search', { params: { q: text, ...options } });
  }

  /** Creates or updates a ticket; the fields stand in the reference, "ticket fields". */
  putTicket(ticket) {
    return this.#call('POST', '/v1/tickets', { body: ticket });
  }

  changeTicket(ticket, fields) {
    return this.#call('PATCH', `/v1/tickets/${path(ticket)}`, { body: fields });
  }

  /** What the customer did before writing, advice, links. */
  ticket(ticket) {
    return this.#call('GET', `/v1/agent/tickets/${path(ticket)}`);
  }

  similar({ ticket, text } = {}) {
    return this.#call('GET', '/v1/agent/similar', { params: { ticket, q: text } });
  }

  draft({ subject, body, lang }) {
    return this.#call('POST', '/v1/agent/draft', { body: { subject, body, lang } });
  }

  /** This ticket was answered with this article: teaches the search. */
  link({ ticket, article, agent, text }) {
    return this.#call('POST', '/v1/agent/links', { body: { ticket, article, agent, text } });
  }

  unlink({ ticket, article }) {
    return this.#call('DELETE', '/v1/agent/links', { params: { ticket, article } });
  }

  flag({ kind, article, ticket, note = '' }) {
    return this.#call('POST', '/v1/agent/flags', { body: { kind, article, ticket, note } });
  }

  /** Flags that are open, taken or done; all of them where no state is given. */
  flags({ state } = {}) {
    return this.#call('GET', '/v1/flags', { params: { state } });
  }

  /** `answer` is what became of it, for the agent who raised it. */
  changeFlag(flag, { state, owner, answer }) {
    return this.#call('PATCH', `/v1/flags/${path(flag)}`, { body: { state, owner, answer } });
  }

  // Writers' side: a token of role writer or higher.

  /** deflection, articles, queries, gaps, topics or flow. Options: from, to, lang. */
  report(kind, options = {}) {
    return this.#call('GET', `/v1/reports/${path(kind)}`, { params: options });
  }

  /** The figures of one article. Options: from, to, lang. */
  articleReport(article, options = {}) {
    return this.report('articles/' + article, options);
  }

  /** What to write, fix, check or read again, by the tickets it would save. */
  tasks({ state } = {}) {
    return this.#call('GET', '/v1/tasks', { params: { state } });
  }

  changeTask(task, state) {
    return this.#call('PATCH', `/v1/tasks/${path(task)}`, { body: { state } });
  }

  async #call(method, address, { params = {}, body } = {}) {
    const query = new URLSearchParams(Object.entries(params).filter(([, value]) => value !== undefined));
    const response = await fetch(this.#url + address + (query.size ? `?${query}` : ''), {
      method,
      headers: { ...(this.#token && { Authorization: `Bearer ${this.#token}` }), ...(body && { 'Content-Type': 'application/json' }) },
      body: body && JSON.stringify(body),
      signal: AbortSignal.timeout(this.#timeoutMs),
    });
    const text = await response.text();
    let answer = null;
    try {
      answer = text ? JSON.parse(text) : null;
    } catch {
      // What is no JSON came from something in between; its status tells enough.
    }
    if (!response.ok) throw new DeflectError(response.status, answer?.detail || response.statusText);
    return answer;
  }
}
