/** The panel to search in, and the round button that opens it where the page names no form. */

import { createAnswers } from './answers.js';
import { createHost, h, isPlain } from './dom.js';
import { createSuggester } from './suggest.js';

const PHONE = '(max-width:480px)';

/**
 * @param {import('./types.js').App} app
 * @param {boolean} withLauncher
 */
export function createPanel(app, withLauncher) {
  const { config, strings, session } = app;
  const { t } = strings;
  const { host, box, paint } = createHost(app);
  const toField = () => input.focus();

  const ask = (final = false) => suggester.type({ subject: input.value, final });
  const input = h('input', {
    id: 'q',
    type: 'search',
    autocomplete: 'off',
    input: (/** @type {InputEvent} */ event) => {
      answers.hush();
      if (!event.isComposing) ask();
    },
    compositionend: () => ask(),
    keydown: (/** @type {KeyboardEvent} */ event) => {
      if (!isPlain(event)) return;
      if (event.key == 'Enter') ask(true);
      if (event.key == 'ArrowDown' && !answers.isEmpty) {
        event.preventDefault();
        answers.focus();
      }
    },
  });
  const contact = h('a', { class: 'more', href: session.link('contact') }, t('contact'));
  const answers = createAnswers(app, { leave: toField, still: () => contact.focus(), none: t('none') });
  answers.element.classList.add('unfolded');
  const dialog = h(
    'dialog',
    {
      'aria-label': t('help'),
      keydown: (/** @type {KeyboardEvent} */ event) => event.key == 'Escape' && close(),
    },
    h(
      'div',
      { class: 'head pad' },
      h('label', { for: 'q' }, t('search')),
      h('button', { class: 'close', 'aria-label': t('close'), click: () => close() }, '×'),
      input,
    ),
    answers.status,
    answers.element,
    h(
      'div',
      {},
      config.notice && h('small', { class: 'pad' }, t('notice')),
      h('a', { class: 'more', href: session.link(''), target: '_blank', rel: 'noopener' }, t('all')),
      contact,
    ),
  );
  const launcher = withLauncher
    ? h(
      'button',
      { class: 'launcher', 'aria-label': t('help'), 'aria-haspopup': 'dialog', click: () => (dialog.open ? close() : open()) },
      '?',
      )
    : undefined;
  const suggester = createSuggester(app, 'search', answers.show);

  box.classList.add('panel', config.position);
  box.append(...[launcher, dialog].filter(Boolean));
  document.body.append(host);
  paint();

  function open(text = '') {
    paint();
    if (!dialog.open) dialog[matchMedia(PHONE).matches ? 'showModal' : 'show']();
    toField();
    if (text) {
      input.value = text;
      ask(true);
    }
  }

  function close() {
    if (!dialog.open) return;
    dialog.close();
    launcher?.focus();
  }

  return { open, close };
}
