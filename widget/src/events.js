/** What happened, on its way to the service: sent at once, tried again a few times, kept in memory only. */

import { TIMEOUT_MS } from './api.js';
import { randomId } from './session.js';

const AT_MOST = 100;
const RETRIES = 4;
const RETRY_MS = 1000;

/**
 * @param {import('./types.js').Config} config
 * @param {ReturnType<typeof import('./session.js').createSession>} session
 * @param {AbortSignal} signal
 */
export function createEvents({ base, silent }, session, signal) {
  const url = base + 'v1/events';
  /** @type {{id: string, type: string}[]} */
  let waiting = [];
  /** @type {string|undefined} */
  let contact;
  let untold = false;
  let sending = false;
  let begun = false;
  let tries = 0;
  let timer = 0;

  // A plain string is sent as text/plain, which needs no preflight and so outlives the page.
  const envelope = () => JSON.stringify({ session: session.id, contact, events: waiting.slice(0, AT_MOST) });
  const isDue = () => waiting.length || (begun && untold);

  async function flush() {
    clearTimeout(timer);
    if (sending || !isDue()) return;
    sending = begun = true;
    const batch = waiting.slice(0, AT_MOST);
    untold = false;
    try {
      const signal = AbortSignal.timeout(TIMEOUT_MS);
      const response = await fetch(url, { method: 'POST', body: envelope(), keepalive: true, signal });
      if (response.status == 429 || response.status > 499) throw 0;
      tries = 0;
    } catch {
      tries++;
      untold = !!contact;
    }
    sending = false;
    if (tries > RETRIES) {
      tries = 0;
      untold = false;
    }
    if (!tries) waiting = waiting.filter((event) => !batch.includes(event));
    if (!signal.aborted && isDue()) timer = setTimeout(flush, RETRY_MS * tries ** 2);
  }

  /** The page goes: the browser takes what is left. Ids make it harmless that some of it may arrive twice. */
  function leave() {
    clearTimeout(timer);
    if (isDue()) navigator.sendBeacon?.(url, envelope());
    waiting = [];
    untold = false;
  }

  addEventListener('pagehide', leave, { signal });
  document.addEventListener('visibilitychange', () => document.hidden && flush(), { signal });

  return {
    /** @param {{type: string, id?: string}} event */
    add(event) {
      const full = { id: randomId(), ...event };
      if (!silent) {
        waiting = [...waiting, full].slice(-AT_MOST);
        if (!tries) timer = setTimeout(flush);
      }
      return full;
    },
    /**
     * Names who writes. Nothing is sent before something else happened on the page.
     *
     * @param {string} address
     */
    identify(address) {
      if (silent) return;
      untold = true;
      contact = address.trim();
      if (begun) flush();
    },
    flush,
    leave,
  };
}
