/** Entry of widget.js: <script src="https://help.example.com/widget.js" async data-form="#contact">. */

import { createDeflect } from './deflect.js';

const script = /** @type {HTMLScriptElement|null} */ (document.currentScript);
const page = /** @type {any} */ (window);

if (!script?.src) console.warn('Deflect: load it by <script src async>, or import widget.mjs');
else if (!page.Deflect?.running) {
  const { q = [] } = page.Deflect || {};
  page.Deflect = createDeflect(script.src);
  page.Deflect.running = true;
  page.Deflect('init', script.dataset);
  for (const call of q) page.Deflect(...call);
}
