/**
 * Watches the page's form. Every listener stands on the document and only looks on: it finds the form when
 * something happens in it, so that a form rendered late, or anew, is watched all the same; nothing is ever
 * prevented, delayed or altered.
 */

import { select } from './config.js';
import { isPlain } from './dom.js';
import { createInline } from './inline.js';
import { cut } from './query.js';
import { randomId } from './session.js';
import { createSuggester } from './suggest.js';

const ADDRESS = /^\s*\S+@\S+\.\S+\s*$/;
const SUBMIT = '[type=submit],button:not([type]),[type=image]';

/** @typedef {{begun: boolean, id: string, sent: string[], refused: boolean}} Request  one form's request */

const textOf = (/** @type {any} */ field) => (field ? (field.value ?? field.innerText) : '');

/** @param {import('./types.js').App} app */
export function watchForm(app) {
  const { config, session, events, emit, signal } = app;
  /** @type {WeakMap<Element, Request>} */
  const requests = new WeakMap();
  /** @type {Element|undefined} */
  let form;
  /** @type {any} the field that is written in */
  let field;

  const within = (/** @type {Element} */ around, /** @type {string|undefined} */ selector) =>
    select(selector).find((element) => around.contains(element)) || select(selector)[0];
  const subjectOf = (/** @type {Element} */ around) => within(around, config.subject);
  const bodyOf = (/** @type {Element} */ around) =>
    within(around, config.body) || (config.subject ? undefined : around.querySelector('textarea'));
  const textsOf = (/** @type {Element} */ around) => [cut(textOf(subjectOf(around)), 500), cut(textOf(bodyOf(around)), 8000)];

  const toField = () => field?.focus();
  const inline = createInline(app, {
    leave: toField,
    still: () => (form && /** @type {any} */ (bodyOf(form)) || field)?.focus(),
    send: () => {
      const button = /** @type {any} */ (form?.querySelector(SUBMIT));
      if (button) button.click();
      else /** @type {any} */ (form)?.requestSubmit?.();
    },
  });
  const suggester = createSuggester(app, 'form', inline.show);

  /** The request written in a form; one that came back from the server as it was sent had been refused. */
  function requestIn(/** @type {Element} */ around) {
    let request = requests.get(around);
    if (!request) {
      const [id, length] = session.noted().split(' ');
      const sent = textsOf(around);
      const refused = !!id && sent.join('').length == length;
      request = { begun: false, id: refused ? id : '', sent, refused };
      requests.set(around, request);
    }
    return request;
  }

  function begin(/** @type {Element} */ around, /** @type {Request} */ request) {
    if (!request.begun) emit('contact');
    request.begun = true;
  }

  /** Lets the form name its session to the desk. */
  function fillReference(/** @type {Element} */ around) {
    const hidden = /** @type {any} */ (within(around, config.ref));
    if (hidden) hidden.value = session.id;
  }

  /** Handles an event of the form it happened in, if it is one that is watched. */
  function on(
    /** @type {string} */ type,
    /** @type {(element: any, around: Element, request: Request, event: any) => void} */ handle,
  ) {
    const listen = (/** @type {Event} */ event) => {
      const element = /** @type {any} */ (event.target);
      const around = select(config.form).find((one) => one.contains(element) || (element.form && element.form == one));
      if (around) handle(element, around, requestIn(around), event);
    };
    document.addEventListener(type, listen, { capture: true, signal });
  }

  const isWatched = (/** @type {Element} */ element, /** @type {Element} */ around) =>
    element == subjectOf(around) || element == bodyOf(around);

  function typed(/** @type {any} */ element, /** @type {Element} */ around, /** @type {Request} */ request, /** @type {any} */ event) {
    if (event.isComposing) return;
    begin(around, request);
    takeBack(around, request);
    if (!isWatched(element, around)) return;
    write(element, around);
    inline.answers.hush();
    const [subject, body] = textsOf(around);
    suggester.type({ subject, body });
  }

  function write(/** @type {any} */ element, /** @type {Element} */ around) {
    field = element;
    form = around;
    inline.place(field, form);
  }

  /** The form was refused and typing goes on in it: then no ticket was filed. */
  function takeBack(/** @type {Element} */ around, /** @type {Request} */ request) {
    const doubtful = request.refused && request.id;
    request.refused = false;
    if (!doubtful) return;
    const now = textsOf(around);
    if (!request.sent.some((text, index) => text && now[index].length * 2 >= text.length)) return;
    emit('ticket', { id: request.id, withdrawn: true });
    settle(request);
  }

  /** Nothing more is to be learnt about the ticket filed last. */
  function settle(/** @type {Request} */ request) {
    request.id = '';
    session.note('');
  }

  function submitted(/** @type {any} */ _, /** @type {Element} */ around, /** @type {Request} */ request, /** @type {Event} */ event) {
    fillReference(around);
    tellContact(within(around, config.contact));
    const sent = textsOf(around);
    if (!request.id || sent.join() != request.sent.join()) file(around, request, sent);
    setTimeout(() => (request.refused = event.defaultPrevented));
  }

  /**
   * Tells that the form was sent.
   *
   * @param {Element} around
   * @param {Request} request
   * @param {string[]} sent  subject and message
   * @param {string} [ticket]  the desk's own id, where the page knows it
   */
  function file(around, request, sent, ticket) {
    begin(around, request);
    Object.assign(request, { id: randomId(), sent });
    session.note(`${request.id} ${sent.join('').length}`);
    const [subject, body] = sent;
    emit('ticket', { id: request.id, ticket, ref: config.ref && session.id, subject, body });
    events.flush();
  }

  function tellContact(/** @type {any} */ element) {
    if (element && ADDRESS.test(element.value)) events.identify(element.value);
  }

  on('focusin', (element, around, request) => {
    fillReference(around);
    // A field focused by the page itself, as at its load, is nobody's beginning.
    if (navigator.userActivation?.hasBeenActive ?? true) begin(around, request);
    if (!isWatched(element, around)) return;
    const follow = () => write(element, around);
    // While the finger is still down nothing may move under it.
    if (element.matches(':active')) addEventListener('pointerup', follow, { once: true, signal });
    else follow();
  });
  // Its page emptied the form: it was sent after all, and what comes now, typed or pasted, is another request.
  on('beforeinput', (_, around, request) => {
    if (!textsOf(around).join('')) request.refused = false;
  });
  on('input', typed);
  on('compositionend', typed);
  on('submit', submitted);
  on('focusout', (element, around) => element == within(around, config.contact) && tellContact(element));
  on('keydown', (element, around, _, event) => {
    if (event.key == 'ArrowDown' && isPlain(event) && element.localName == 'input' && isWatched(element, around) && !inline.answers.isEmpty) {
      event.preventDefault();
      inline.answers.focus();
    }
  });
  return {
    /** Suggests for a text that the page hands over, under the field written in, or the first. */
    suggest(/** @type {string} */ text) {
      const around = form || select(config.form)[0];
      if (!around) return;
      write(field || subjectOf(around) || bodyOf(around), around);
      suggester.type({ subject: text, final: true });
    },
    close: () => inline.show(undefined),
    /** The page filed the request itself: this is its ticket, in place of what the submit was taken for. */
    ticket(/** @type {string|undefined} */ id) {
      const around = form || select(config.form)[0];
      if (!around) return emit('ticket', { ticket: id });
      const request = requestIn(around);
      const sent = request.id ? request.sent : textsOf(around);
      if (request.id) emit('ticket', { id: request.id, withdrawn: true });
      file(around, request, sent, id);
      settle(request);
    },
    refill: () => select(config.form).forEach(fillReference),
  };
}
