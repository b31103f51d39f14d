/** Puts one widget together and takes it apart again; the commands of the JavaScript interface. */

import { createApi } from './api.js';
import { findProblems, readConfig } from './config.js';
import { createEvents } from './events.js';
import { watchForm } from './form.js';
import { createPanel } from './panel.js';
import { createSession } from './session.js';
import { createStrings } from './strings.js';

const LATE_MS = 5000;
const EVENTS = ['suggest', 'view', 'vote', 'solved', 'ticket'];

const warn = (/** @type {string} */ text) => console.warn('Deflect: ' + text);

/**
 * @param {Record<string, string|undefined>} data  the embedding, as data attributes of the script
 * @param {string} src  the script's address
 * @param {(name: string, value: unknown) => void} tell
 */
function start(data, src, tell) {
  const end = new AbortController();
  const { signal } = end;
  const config = readConfig(data, src);
  const session = createSession(config);
  const api = createApi(config);
  const events = createEvents(config, session, signal);
  const strings = createStrings(config, api.json);
  const emit = (/** @type {string} */ type, /** @type {object} */ fields) => tell(type, events.add({ type, ...fields }));
  const app = { config, signal, session, api, events, strings, emit, tell };
  const form = config.form ? watchForm(app) : undefined;
  /** @type {Promise<ReturnType<typeof createPanel>|undefined>|undefined} */
  let panel;
  /** @type {string|undefined} */
  let contact;

  const preparePanel = () =>
    (panel ??= strings.ready().then((ready) => (ready && !signal.aborted ? createPanel(app, !form) : undefined)));

  // One line in the console, once it is clear that what was named will not come by itself.
  const check = setTimeout(() => {
    const problems = findProblems(config);
    if (problems.length) warn(problems.join('; ') + '. Change the tag of ' + src);
  }, LATE_MS);
  signal.addEventListener('abort', () => clearTimeout(check));

  const begin = () => (form ? form.refill() : preparePanel());
  if (document.readyState == 'loading') document.addEventListener('DOMContentLoaded', begin, { signal });
  else begin();

  /** @param {string} [text] */
  const open = (text) => preparePanel().then((it) => it?.open(text));

  return {
    open: () => open(),
    close() {
      panel?.then((it) => it?.close());
      form?.close();
    },
    suggest(/** @type {string} */ text) {
      if (form) form.suggest(text);
      else open(text);
    },
    identify(/** @type {{contact: string}} */ who) {
      if (contact && contact != who.contact) {
        events.leave();
        session.renew();
        form?.refill();
      }
      events.identify((contact = who.contact));
    },
    ticket(/** @type {{id?: string}} */ { id } = {}) {
      if (form) form.ticket(id);
      else emit('ticket', { ticket: id });
      events.flush();
    },
    strings: strings.replace,
    destroy() {
      end.abort();
      events.leave();
    },
  };
}

/**
 * The function that pages call: Deflect('open'), Deflect('on', 'vote', fn), … 
 *
 * @param {string} src  the script's address
 */
export function createDeflect(src) {
  /** @type {[string, Function][]} */
  let listeners = [];
  /** @type {any} */
  let running;

  const tell = (/** @type {string} */ name, /** @type {unknown} */ value) =>
    listeners.forEach(([event, listener]) => {
      // Out of our own way: a listener that throws is the page's affair.
      if (event == name) setTimeout(listener, 0, value);
    });

  const own = {
    init(/** @type {Record<string, any>} */ data = {}) {
      running?.destroy();
      running = start(data, src, tell);
    },
    destroy() {
      running?.destroy();
      running = undefined;
      listeners = [];
    },
    on(/** @type {string} */ event, /** @type {Function} */ listener) {
      if (EVENTS.includes(event)) listeners.push([event, listener]);
      else warn(`no event "${event}", only ${EVENTS}`);
    },
  };

  /**
   * @param {string} command
   * @param {...any} values  what belongs to it
   */
  function Deflect(command, ...values) {
    const run = own[command] || running?.[command];
    if (run) run(...values);
    else warn(`no command "${command}"`);
  }
  return Deflect;
}
