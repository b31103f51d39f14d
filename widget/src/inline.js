/** The place under a field of the page's form: suggestions, the notice, and the room they keep. */

import { createAnswers } from './answers.js';
import { createHost, h } from './dom.js';

const CONTROLS = 'input:not([type=hidden]),textarea,select,button';
const NO_PLACE = 'tr,ul,ol,dl';

/**
 * The outermost element around a field that holds no other control: label, field and hint together.
 *
 * @param {Element} field
 * @param {Element} form
 */
function groupOf(field, form) {
  let group = field;
  for (
    let around = group.parentElement;
    around && around != form && form.contains(around) && !around.matches(NO_PLACE) && around.querySelectorAll(CONTROLS).length < 2;
    around = around.parentElement
  )
    group = around;
  return group;
}

/**
 * @param {import('./types.js').App} app
 * @param {object} form
 * @param {() => void} form.leave  focus to the field that is written in
 * @param {() => void} form.still  focus to the message
 * @param {() => void} form.send  submit as if nothing had been shown
 */
export function createInline(app, form) {
  const { config, strings, signal } = app;
  const { host, box, paint } = createHost(app);
  let room = 0;

  /** A list keeps the room that it once took, so that nothing moves under the finger. */
  function keepRoom() {
    room = answers.screen == 'list' ? Math.max(room, answers.element.getBoundingClientRect().height) : 0;
    answers.element.style.minHeight = room + 'px';
  }
  const answers = createAnswers(app, { ...form, changed: keepRoom });
  const notice = config.notice && h('small');
  answers.element.classList.add('card');
  box.append(answers.status, answers.element, ...(notice ? [notice] : []));

  return {
    answers,
    /** Stands under this field from now on; the field itself stays where it is on the screen. */
    async place(/** @type {HTMLElement} */ field, /** @type {Element} */ around) {
      if (!(await strings.ready()) || signal.aborted || !field.isConnected) return;
      const group = groupOf(field, around);
      if (answers.screen == 'article' || group.nextElementSibling == host) return;
      if (notice) notice.textContent = strings.t('notice');
      const { top } = field.getBoundingClientRect();
      room = 0;
      answers.element.style.minHeight = '';
      group.after(host);
      paint();
      keepRoom();
      scrollBy({ top: field.getBoundingClientRect().top - top, behavior: 'instant' });
    },
    async show(/** @type {import('./types.js').Answer|undefined} */ answer) {
      if (!(await strings.ready())) return;
      paint();
      await answers.show(answer);
    },
  };
}
