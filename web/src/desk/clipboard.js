/** Copying in one of three forms; HTML goes along with its plain text, for editors that want either. */

import { make } from './nodes.js';

const FORMS = ['markdown', 'html', 'text'];
const KEPT = 'deflect-desk-form';

/** The agent's chosen form, remembered in this browser. */
export function createForms(inputs) {
  const choose = (form) => {
    for (const input of inputs) input.checked = input.value === form;
    try {
      localStorage.setItem(KEPT, form);
    } catch {
      // Storage is off: the choice holds for this page.
    }
  };
  let kept;
  try {
    kept = localStorage.getItem(KEPT);
  } catch {
    // As above.
  }
  choose(FORMS.includes(kept) ? kept : 'markdown');
  for (const input of inputs) input.addEventListener('change', () => choose(input.value));
  return { choose, current: () => [...inputs].find((input) => input.checked).value };
}

/** Copies PASTE ({markdown, html, text}) in FORM; resolves to whether the browser let us. */
export async function copy(paste, form) {
  const text = form === 'html' ? paste.text : paste[form];
  try {
    if (form !== 'html') await navigator.clipboard.writeText(text);
    else
      await navigator.clipboard.write([
        new ClipboardItem({ 'text/html': new Blob([paste.html], { type: 'text/html' }), 'text/plain': new Blob([text], { type: 'text/plain' }) }),
      ]);
    return true;
  } catch {
    return copyByCommand(text, form === 'html' && paste.html);
  }
}

/** In another site's frame the clipboard API is often refused; the older command still works there. */
function copyByCommand(text, html) {
  const field = make('textarea', { class: 'visually-hidden', 'aria-hidden': 'true' });
  const focused = document.activeElement;
  const set = (event) => {
    event.preventDefault();
    event.clipboardData.setData('text/plain', text);
    if (html) event.clipboardData.setData('text/html', html);
  };
  field.value = text;
  document.body.append(field);
  field.select();
  document.addEventListener('copy', set);
  const done = document.execCommand('copy');
  document.removeEventListener('copy', set);
  field.remove();
  focused?.focus();
  return done;
}
