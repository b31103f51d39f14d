/** A button that copies the text field beside it, and says so. It shows only where scripts run. */

import { copy } from '../desk/clipboard.js';

export function attachCopy(button) {
  const field = button.closest('section, details').querySelector('textarea');
  const label = button.textContent;
  button.hidden = false;
  button.addEventListener('click', async () => {
    // Where the browser forbids copying, the text is selected, ready for the person to copy.
    if (!(await copy({ text: field.value }, 'text'))) return field.select();
    button.textContent = button.dataset.copy;
    button.addEventListener('blur', () => (button.textContent = label), { once: true });
  });
}
