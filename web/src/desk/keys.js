/** The keyboard: "/" from anywhere; letters only while the list has the focus, and only if wanted. */

const KEPT = 'deflect-desk-letters';

export function createKeys({ list, input, letters, checkbox }) {
  let on = true;
  try {
    on = localStorage.getItem(KEPT) !== 'off';
  } catch {
    // Storage is off: letters work, as they do for everybody at first.
  }
  checkbox.checked = on;
  checkbox.addEventListener('change', () => {
    on = checkbox.checked;
    try {
      localStorage.setItem(KEPT, on ? 'on' : 'off');
    } catch {
      // The choice holds for this page.
    }
  });

  document.addEventListener('keydown', (event) => {
    const typing = event.target.closest('input, textarea, select, dialog');
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.key === '/' && !typing) {
      event.preventDefault();
      input.select();
    } else if (event.target === list && letters[event.key] && (on || event.key.length > 1)) {
      event.preventDefault();
      letters[event.key]();
    }
  });
  input.addEventListener('keydown', (event) => {
    if (event.isComposing || (event.key !== 'ArrowDown' && event.key !== 'Escape')) return;
    event.preventDefault();
    if (!list.hidden) list.focus({ preventScroll: true });
  });
}
