/** The writers' pages: the chart, copying, and the switch between light and dark. Everything else is HTML. */

import { attachThemeSwitch } from '../theme_switch.js';
import { attachCopy } from './copy.js';
import { drawTrend } from './trend.js';

attachThemeSwitch(document.querySelector('[data-theme-switch]'));
document.querySelectorAll('[data-copy]').forEach(attachCopy);
const chart = document.querySelector('[data-trend]');
if (chart) drawTrend(chart);
