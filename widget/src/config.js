/** Reads the embedding: the script tag's data attributes, and what is wrong with them. */

/**
 * @param {Record<string, string|undefined>} data  the attributes, as in `script.dataset`
 * @param {string} src  address the script came from; its folder is the service
 * @returns {import('./types.js').Config}
 */
export function readConfig(data, src) {
  const { limit, session, notice, lang, position, ...rest } = data;
  return {
    ...rest,
    base: new URL('.', src).href,
    lang: lang || document.documentElement.lang || navigator.language || 'en',
    limit: Math.min(20, Math.max(1, +(limit || 0) || 3)),
    position: position == 'start' || position == (document.dir == 'rtl' ? 'right' : 'left') ? 'start' : 'end',
    memory: session == 'memory',
    notice: notice != 'off',
    silent: /** @type {any} */ (navigator).globalPrivacyControl === true || navigator.doNotTrack == '1',
  };
}

/** The elements that match a selector; none where the selector is missing or no selector. */
export function select(/** @type {string|undefined} */ selector) {
  try {
    return selector ? [...document.querySelectorAll(selector)] : [];
  } catch {
    return [];
  }
}

/**
 * What a person who embeds the widget has to change, a phrase for each problem.
 *
 * @param {import('./types.js').Config} config
 */
export function findProblems(config) {
  const problems = ['form', 'subject', 'body', 'contact', 'ref']
    .filter((name) => config[name] && !select(config[name]).length)
    .map((name) => `data-${name}="${config[name]}" matches nothing on this page`);
  if (!config.form && (config.subject || config.body)) problems.push('data-form is missing');
  return problems;
}
