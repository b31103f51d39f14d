/** The widget's own words, asked of the service in the page's language when they are first needed. */

/** The digest in the files' names and the languages there are: "1a2b3c4d de en es …", set by the build. */
const FILES = __STRINGS__;

/** @typedef {typeof import('../strings/en.json')} Strings */

/** The language of a BCP 47 tag, without its region. */
export const primary = (/** @type {string} */ tag) => tag.toLowerCase().split(/[-_]/)[0];

/**
 * @param {import('./types.js').Config} config
 * @param {(path: string) => Promise<any>} json
 */
export function createStrings({ lang, strings }, json) {
  /** @type {Partial<Strings>} */
  let own = {};
  /** @type {Strings} */
  let loaded;
  const [digest, ...languages] = FILES.split(' ');
  const spoken = languages.includes(primary(lang)) ? primary(lang) : 'en';
  /** @type {Promise<boolean>|undefined} */
  let loading;

  async function load() {
    try {
      loaded = await json(`assets/widget.${spoken}.${digest}.json`);
      if (strings) own = { ...(await json(new URL(strings, location.href).href)), ...own };
    } catch {}
    if (!loaded) loading = undefined;
    return !!loaded;
  }

  return {
    /** Resolves to whether there are texts, without which nothing can be shown. Never rejects. */
    ready: () => (loading ??= load()),
    /** The language of the texts. */
    lang: spoken,
    /** Puts other texts in place of some. */
    replace: (/** @type {Partial<Strings>} */ texts) => void (own = { ...own, ...texts }),
    /**
     * One text, its `{name}` filled in; where it has plural forms, `n` chooses.
     *
     * @param {keyof Strings} key
     * @param {Record<string, any>} [values]
     */
    t(key, values = {}) {
      /** @type {any} */
      let text = own[key] || loaded[key];
      if (text.other) text = text[new Intl.PluralRules(spoken).select(+values.n)] || text.other;
      // The mark keeps a full stop with its sentence where that stands on a page written from right to left.
      const mark = document.dir == 'rtl' ? '\u200e' : '';
      return text.replace(/{(\w+)}/g, (/** @type {string} */ _, /** @type {string} */ name) => values[name]) + mark;
    },
  };
}
