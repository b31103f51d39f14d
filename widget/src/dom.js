/** Makes elements, and the shadow root that keeps them apart from the page. */

import css from './style.css';

/** @type {CSSStyleSheet|undefined} */
let sheet;

/**
 * h('a', {class: 'hit', click: fn}, 'text', node): functions become listeners, empty values are left out.
 *
 * @param {string} tag
 * @param {Record<string, unknown>} [attributes]
 * @param {...(Node|string|undefined|false)} children
 * @returns {any}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes))
    if (typeof value == 'function') element.addEventListener(name, /** @type {any} */ (value));
    else if (value != null) element.setAttribute(name, String(value));
  element.append(.../** @type {Node[]} */ (children.filter(Boolean)));
  return element;
}

/** Whether no key is held that gives a click or a keystroke another meaning, and no input method composes. */
export const isPlain = (/** @type {any} */ { altKey, ctrlKey, metaKey, shiftKey, isComposing }) =>
  !(altKey || ctrlKey || metaKey || shiftKey || isComposing);

/** A click that opens something in place; with a key held it does what it does on any link. */
export const onPlainClick = (/** @type {() => void} */ open) => (/** @type {MouseEvent} */ event) => {
  if (!isPlain(event)) return;
  event.preventDefault();
  open();
};

/** The background that shows behind an element: dark, light, or not to be told. */
function isDarkBehind(/** @type {Element|null} */ element) {
  for (; element; element = element.parentElement) {
    const [, r, g, b, alpha = 1] = /^rgba?\((\d+), (\d+), (\d+)(?:, ([\d.]+))?/.exec(getComputedStyle(element).backgroundColor) || [];
    if (r && +alpha > 0.5) return +r * 3 + +g * 6 + +b < 1280;
  }
}

/**
 * A host element with a shadow root and, in it, the box that everything of the widget stands in.
 *
 * @param {import('./types.js').App} app
 */
export function createHost({ config, strings, signal }) {
  const host = document.createElement('deflect-widget');
  const root = host.attachShadow({ mode: 'open' });
  if (!sheet) (sheet = new CSSStyleSheet()).replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  const box = h('div', { class: 'box', lang: strings.lang });
  // Keys pressed in here are not for the page's shortcuts or for its form.
  box.onkeydown = box.onkeypress = box.onkeyup = (/** @type {Event} */ event) => event.stopPropagation();
  root.append(box);
  signal.addEventListener('abort', () => host.remove());

  /** Fits the colours to what the page shows behind, or to the system where it shows nothing. */
  function paint() {
    const { theme } = config;
    const dark =
      theme == 'dark' || (theme != 'light' && (isDarkBehind(host) ?? matchMedia('(prefers-color-scheme:dark)').matches));
    box.classList.toggle('dark', dark);
  }

  return { host, root, box, paint };
}
