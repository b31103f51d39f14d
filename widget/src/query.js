/** What of a text is worth asking, and how it is sent. Pure. */

const CJK = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}]/u;
const LONGEST_ADDRESS = 300;

/** Cuts a text to `max` UTF-16 units, leaving no half character at the end. */
export const cut = (/** @type {string} */ text, /** @type {number} */ max) =>
  text.slice(0, max).replace(/[\uD800-\uDBFF]$/, '');

/** The text to ask with: trimmed and cut; empty below three characters, two in Chinese, Japanese and Korean. */
export function askable(/** @type {string|undefined} */ text, /** @type {number} */ max) {
  const trimmed = cut((text || '').trim(), max);
  return [...trimmed].length < (CJK.test(trimmed) ? 2 : 3) ? '' : trimmed;
}

/**
 * The request for suggestions: GET while one short text is typed, POST when there are two or a long one.
 *
 * @param {{subject?: string, body?: string, final?: boolean}} query  raw texts of the fields
 * @param {{limit: number, lang: string, session: string, place: 'form'|'search'}} options
 * @returns {{path: string, init: RequestInit}|undefined}  nothing where there is nothing to ask
 */
export function suggestRequest(query, { session, ...options }) {
  const subject = askable(query.subject, 500);
  const body = askable(query.body, 8000);
  const final = !!query.final;
  const common = session ? { ...options, session } : options;
  if ((subject && body) || (subject + body).length > LONGEST_ADDRESS)
    return {
      path: 'v1/suggest',
      init: {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ subject, body, final, ...common }),
      },
    };
  if (subject || body)
    return {
      path: 'v1/suggest?' + new URLSearchParams(/** @type {any} */ ({ q: subject || body, final: +final, ...common })),
      init: {},
    };
}
