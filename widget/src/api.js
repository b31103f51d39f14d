/** Asks the service. Every failure (down, slow, refused, garbage) is a rejected promise, never anything worse. */

export const TIMEOUT_MS = 5000;

/** @param {import('./types.js').Config} config */
export function createApi({ base }) {
  /** @type {Map<string, Promise<import('./types.js').Article>>} */
  const articles = new Map();

  /**
   * @param {string} path  below the service's address, or absolute
   * @param {RequestInit} [init]
   */
  async function json(path, init) {
    const response = await fetch(new URL(path, base), { signal: AbortSignal.timeout(TIMEOUT_MS), ...init });
    if (!response.ok) throw response.status;
    return response.json();
  }

  /** An article, asked once and remembered; a failure is forgotten. */
  function article(/** @type {string} */ id) {
    let found = articles.get(id);
    if (!found) {
      found = json('v1/articles/' + encodeURI(id));
      found.catch(() => articles.delete(id));
      articles.set(id, found);
    }
    return found;
  }

  return { json, article };
}
