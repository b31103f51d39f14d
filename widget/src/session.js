/** The visit's id: random, kept for this tab only, taken over from the address when a reader arrives with one. */

const KEY = 'deflect';
const ARRIVED = /[#&]deflect=([\w.:-]{1,128})(?=&|$)/;

/** A random id of 32 hexadecimal digits; works on pages without https too. */
export const randomId = () =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => (byte + 256).toString(16).slice(1)).join('');

/**
 * Splits an address's fragment into the session it carries and what is left of it.
 *
 * @param {string} hash  with its `#`, or empty
 * @returns {{id?: string, rest: string}}  `rest` without `#`
 */
export const splitFragment = (hash) => ({ id: ARRIVED.exec(hash)?.[1], rest: hash.replace(ARRIVED, '').slice(1) });

/** Where to keep things for this tab: its storage, or memory where that is unwanted or forbidden. */
function storage(/** @type {boolean} */ inMemory) {
  const kept = {};
  try {
    if (!inMemory) {
      sessionStorage.setItem(KEY, sessionStorage.getItem(KEY) || '');
      return sessionStorage;
    }
  } catch {}
  return { getItem: (key) => kept[key], setItem: (key, value) => (kept[key] = value) };
}

/** @param {import('./types.js').Config} config */
export function createSession({ memory, silent, base }) {
  const store = storage(memory || silent);
  const { id, rest } = splitFragment(location.hash);
  if (id) {
    history.replaceState(history.state, '', location.pathname + location.search + (rest && '#' + rest));
    if (rest) document.getElementById(rest)?.scrollIntoView();
  }
  let current = '';
  const use = (/** @type {string} */ session) => {
    if (!silent) store.setItem(KEY, (current = session));
  };
  use(id || store.getItem(KEY) || randomId());

  return {
    get id() {
      return current;
    },
    /** Starts a new visit: somebody else sits here now. */
    renew: () => use(randomId()),
    /** Notes something for the next page of this visit. */
    note: (/** @type {string} */ text) => store.setItem(KEY + 1, text),
    noted: () => store.getItem(KEY + 1) || '',
    /** Where a link leads; one to the service carries the session along, after the section it names. */
    link(/** @type {string} */ address) {
      const url = new URL(address, base);
      if (current && url.href.startsWith(base)) url.hash += (url.hash && '&') + KEY + '=' + current;
      return url.href;
    },
  };
}
