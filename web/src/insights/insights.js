/** The writers' pages: the chart, and the switch between light and dark. Everything else is HTML. */

import { attachThemeSwitch } from '../theme_switch.js';
import { drawTrend } from './trend.js';

attachThemeSwitch(document.querySelector('[data-theme-switch]'));
const chart = document.querySelector('[data-trend]');
if (chart) drawTrend(chart);
