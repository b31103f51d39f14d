/**
 * Turns the service's HTML (well-formed, attributes in double quotes) into nodes without ever handing a string to the
 * browser's own parser: that works under a strict Content-Security-Policy and Trusted Types, and only what stands in
 * the lists below can come out.
 */

const TAGS =
  /^(p|h\d|[uo]l|li|a|strong|em|code|pre|blockquote|t(able|head|body|[rdh])|img|[bh]r|del|su[bp]|mark|input)$/;
const VOID = /^(img|[bh]r|input)$/;
const ATTRIBUTES = /^(id|alt|width|height|start|align|checked|type)$/;
const HREF = /^(https?:|mailto:|tel:|[#/])/i;
const SRC = /^https?:/i;
const TOKEN = /<(\/?)(\w+)([^>]*)>|<[^>]*>?|[^<]+/g;
const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"' };

/** Text with its character references replaced. */
export const decode = (/** @type {string} */ text) =>
  text.replace(/&(#x?)?(\w{2,6});/g, (all, numeric, name) =>
    numeric ? String.fromCodePoint(parseInt(name, numeric[1] ? 16 : 10)) : (ENTITIES[name] ?? all),
  );

/**
 * @param {string} html
 * @param {RegExp} [unwanted]  further elements not to make; their text is kept without them
 * @returns {DocumentFragment}
 */
export function toNodes(html, unwanted = /^$/) {
  const root = document.createDocumentFragment();
  /** @type {any[]} innermost first */
  const open = [root];
  for (const [all, slash, tag, rest] of html.matchAll(TOKEN)) {
    if (all[0] != '<') open[0].append(decode(all));
    else if (!TAGS.test(tag) || unwanted.test(tag)) continue;
    else if (slash) open[0].localName == tag && open.shift();
    else {
      const element = document.createElement(tag);
      for (const [, name, raw] of rest.matchAll(/([\w-]+)="([^"]*)"/g)) {
        const value = decode(raw);
        if (ATTRIBUTES.test(name) || (name == 'href' && HREF.test(value)) || (name == 'src' && SRC.test(value)))
          element.setAttribute(name, value);
      }
      if (tag == 'input') element.setAttribute('disabled', '');
      open[0].append(element);
      if (!VOID.test(tag)) open.unshift(element);
    }
  }
  return root;
}

/**
 * The part of an article that one heading opens, without the heading; before the first heading where no anchor is named.
 *
 * @param {ParentNode} article
 * @param {string} [anchor]
 * @returns {Element[]}
 */
export function sectionOf(article, anchor) {
  const level = (/** @type {Element|null} */ element) => +(/^h(\d)$/.exec(element?.localName || '')?.[1] || 9);
  const heading = anchor && byId(article, anchor);
  const nodes = [];
  let next = heading ? heading.nextElementSibling : !anchor && article.firstElementChild;
  for (; next && level(next) > (heading ? level(heading) : 8); next = next.nextElementSibling) nodes.push(next);
  return nodes;
}

/** The element of an article that carries an id. */
export const byId = (/** @type {ParentNode} */ article, /** @type {string} */ id) =>
  article.querySelector('#' + CSS.escape(id));
