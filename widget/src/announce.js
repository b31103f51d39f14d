/** Tells a screen reader, once typing rests, how many answers there are. */

import { h } from './dom.js';

const REST_MS = 1000;

/** @param {AbortSignal} signal */
export function createAnnouncer(signal) {
  const element = h('div', { role: 'status', class: 'unseen' });
  let timer = 0;
  /** @type {string|undefined} */
  let last;
  signal.addEventListener('abort', () => clearTimeout(timer));
  return {
    element,
    /** Typing goes on: nothing is said now. */
    hush() {
      clearTimeout(timer);
      element.textContent = '';
    },
    /**
     * @param {string} key  what the text is about: the same is told once
     * @param {string} text
     */
    say(key, text) {
      clearTimeout(timer);
      timer = setTimeout(() => {
        if (key != last) element.textContent = text;
        last = key;
      }, REST_MS);
    },
  };
}
