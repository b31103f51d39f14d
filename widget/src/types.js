/**
 * The shapes that pass between the modules, for editors and the type check. Nothing of this file is in the bundle.
 *
 * @typedef {{article: string, title: string, title_html?: string, snippet?: string, snippet_html?: string,
 *   anchor?: string, section?: string, category?: string, lang?: string, url?: string,
 *   confidence?: 'high'|'medium'|'low'}} Result
 * @typedef {{query_id?: string, lang?: string, arm?: string, results: Result[]}} Answer
 * @typedef {{id: string, title: string, lang?: string, category?: string, html: string, updated?: string}} Article
 *
 * @typedef {object} Config
 * @property {string} base     address of the service, ending in a slash
 * @property {string} [form]   selector of the form; without it there is a launcher
 * @property {string} [subject]  selector of the subject field
 * @property {string} [body]   selector of the message field
 * @property {string} [contact]  selector of the e-mail field
 * @property {string} [ref]    selector of the hidden field that takes the session
 * @property {string} lang     BCP 47 tag of the page
 * @property {number} limit    how many results to ask for, 1 to 20
 * @property {string} position corner of the launcher: start, end, left or right
 * @property {string} [theme]  light, dark or auto
 * @property {string} [strings]  address of a JSON file of texts
 * @property {boolean} memory  keep the session out of the browser's storage
 * @property {boolean} notice  show the line that tells what typing is used for
 * @property {boolean} silent  the visitor asked not to be counted (GPC or DNT)
 *
 * @typedef {object} App  what every part of one running widget shares
 * @property {Config} config
 * @property {AbortSignal} signal  aborted by destroy(): listeners and timers end with it
 * @property {ReturnType<typeof import('./session.js').createSession>} session
 * @property {ReturnType<typeof import('./api.js').createApi>} api
 * @property {ReturnType<typeof import('./events.js').createEvents>} events
 * @property {ReturnType<typeof import('./strings.js').createStrings>} strings
 * @property {(type: string, fields?: object) => void} emit  logs an event and tells who listens
 * @property {(name: string, value: unknown) => void} tell  calls the listeners of Deflect('on', name, …)
 */
export {};
