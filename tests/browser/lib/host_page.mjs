/** Pages of somebody else's site, on an origin of their own, that embed the widget; their form's posts are kept. */

import { reply, startServer } from './http.mjs';

export const FORM = `<form id="contact" method="post" action="/sent">
  <p><label>Your e-mail <input id="email" name="email" type="email"></label></p>
  <p><label for="subject">Subject</label><br><input id="subject" name="subject"></p>
  <p><label for="message">Message</label><br><textarea id="message" name="message" rows="5"></textarea></p>
  <input type="hidden" name="ref" id="ref">
  <button>Send</button>
</form>`;

/** The attributes of a usual embedding. */
export const USUAL = 'data-form="#contact" data-subject="#subject" data-body="#message"';

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:640px;margin:32px auto;padding:0 16px;background:#fff;color:#222}
  input:not([type=hidden]),textarea{font:inherit;width:100%;box-sizing:border-box;padding:8px;border:1px solid #888;border-radius:6px}
  button{font:inherit;padding:8px 20px}`;

/**
 * @param {string} script  address of widget.js
 * @param {object} [options]
 * @param {string} [options.attributes]  of the script tag
 * @param {string} [options.body]  the page's content
 * @param {string} [options.html]  attributes of <html>
 * @param {string} [options.style]  further style
 * @param {string} [options.before]  a script that runs before the widget's tag
 * @param {string} [options.tag]  the embedding in full, instead of script and attributes
 */
export const pageWith = (script, { attributes = USUAL, body = FORM, html = 'lang="en"', style = '', before = '', tag } = {}) => `<!doctype html>
<html ${html}><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Contact</title><link rel="stylesheet" href="/style.css?${encodeURIComponent(style)}">
${before && `<script>${before}</script>`}
${tag ?? `<script src="${script}" async ${attributes}></script>`}
</head><body><main><h1>Contact us</h1>${body}</main></body></html>`;

export async function startHostSite() {
  const site = {
    /** What every path but a few answers with. */
    page: '',
    headers: {},
    /** What the form sent, one URLSearchParams a post. */
    posts: [],
  };
  const server = await startServer(({ method, url, body }, response) => {
    if (url.pathname == '/style.css') return reply(response, 200, STYLE + decodeURIComponent(url.search.slice(1)), { 'Content-Type': 'text/css' });
    if (url.pathname == '/favicon.ico') return reply(response, 404, '');
    if (method == 'POST') {
      site.posts.push(new URLSearchParams(body));
      if (!site.refuses) return reply(response, 200, '<!doctype html><title>Sent</title><h1>Sent</h1>');
    }
    reply(response, 200, site.page, site.headers);
  });
  return Object.assign(site, server);
}
