/**
 * Entry of widget.mjs, the ES module: import Deflect from 'https://help.example.com/widget.mjs', then
 * Deflect('init', {form: '#contact'}). A <script type="module" src> with data attributes starts by itself.
 */

import { createDeflect } from './deflect.js';

const { url } = import.meta;

export const Deflect = createDeflect(url);
export default Deflect;

const script = [...document.scripts].find(({ src }) => src == url);
if (script) Deflect('init', script.dataset);
