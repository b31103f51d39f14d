/** The switch between light and dark; the choice is remembered in this browser. */

const dark = matchMedia('(prefers-color-scheme: dark)');

export function attachThemeSwitch(button) {
  if (!button) return;
  const root = document.documentElement;
  const isDark = () => (root.dataset.theme ? root.dataset.theme === 'dark' : dark.matches);
  const show = () => button.setAttribute('aria-pressed', String(isDark()));
  button.hidden = false;
  button.addEventListener('click', () => {
    root.dataset.theme = isDark() ? 'light' : 'dark';
    try {
      localStorage.setItem('deflect-theme', root.dataset.theme);
    } catch {
      // Storage is off: the choice holds for this page.
    }
    show();
  });
  dark.addEventListener('change', show);
  show();
}
