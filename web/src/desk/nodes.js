/** Small makers of DOM nodes; text always goes in as text. */

export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.filter((child) => child !== undefined && child !== null && child !== ''));
  return node;
}

/** Escaped text with <mark> only, as the API gives it, as nodes. */
export function marked(html) {
  const body = new DOMParser().parseFromString(html || '', 'text/html').body;
  return [...body.childNodes].map((node) => (node.nodeName === 'MARK' ? make('mark', {}, node.textContent) : node.textContent));
}

/** TEXT with {name} replaced by what VALUES has: texts or nodes. */
export function fill(text, values) {
  return text.split(/\{(\w+)\}/).map((part, i) => (i % 2 ? values[part] ?? '' : part)).filter((part) => part !== '');
}

/** "40 s", "2 min" in the page's language. */
export function seconds(ms, lang) {
  const s = Math.round(ms / 1000);
  const unit = s < 90 ? 'second' : 'minute';
  return new Intl.NumberFormat(lang, { style: 'unit', unit, unitDisplay: 'short' }).format(unit === 'second' ? s : Math.round(s / 60));
}

export function day(time, lang) {
  return new Intl.DateTimeFormat(lang, { dateStyle: 'medium' }).format(new Date(time));
}

/** A warning as a badge; WARNING as warnings.js gives it. */
export const badge = ({ kind, badge: text }) => make('span', { class: 'badge ' + kind }, text);
