/** The help centre's script: everything here makes a page that works without it quicker or kinder. */

import { readConfig } from '../../widget/src/config.js';
import { createEvents } from '../../widget/src/events.js';
import { createSession } from '../../widget/src/session.js';
import { readArticle } from './reading.js';
import { attachSearch } from './search_field.js';
import { countSearch, rememberChoice } from './search_page.js';
import { attachThemeSwitch } from './theme_switch.js';

const config = readConfig({ lang: document.body.dataset.lang }, location.origin + '/');
const session = createSession(config);
const events = createEvents(config, session, new AbortController().signal);
const site = { config, session, events };

attachThemeSwitch(document.querySelector('[data-theme-switch]'));
for (const form of document.querySelectorAll('[data-search]')) attachSearch(form, site);
for (const link of document.querySelectorAll('[data-carry-session]'))
  link.addEventListener('click', () => (link.href = carry(link.href)));

const results = document.querySelector('.results');
if (results) {
  countSearch(results, site);
  rememberChoice(results, site);
}
const article = document.querySelector('[data-article]');
if (article) readArticle(article, site);

/** The contact page may stand on another origin: the reader's way goes along in the fragment. */
function carry(address) {
  const url = new URL(address);
  if (session.id && /^https?:$/.test(url.protocol)) url.hash = (url.hash ? url.hash + '&' : '') + 'deflect=' + session.id;
  return url.href;
}
