/** The trend: the share of requests answered, by week of days, each with the band of its interval. */

import uPlot from 'uplot';

const WEEK = 7;

/** Wilson's interval at 95 %, as the reports have it, for days taken together. */
function wilson(hits, count) {
  if (!count) return [null, null, null];
  const z2 = 1.959964 ** 2;
  const p = hits / count;
  const middle = (p + z2 / (2 * count)) / (1 + z2 / count);
  const half = (Math.sqrt(z2) / (1 + z2 / count)) * Math.sqrt((p * (1 - p)) / count + z2 / (4 * count * count));
  return [p, middle - half, middle + half];
}

/** Each day stands for the week that ends with it: single days are too few to show anything but noise. */
function series(days) {
  const columns = { time: [], confirmed: [], potential: [] };
  days.forEach((day, i) => {
    const week = days.slice(Math.max(0, i - WEEK + 1), i + 1);
    const sum = (name) => week.reduce((total, one) => total + one[name], 0);
    columns.time.push(Date.parse(day.day) / 1000);
    columns.confirmed.push(wilson(sum('solved'), sum('closed')));
    columns.potential.push(wilson(sum('solved') + sum('read'), sum('closed')));
  });
  const column = (rows, at) => rows.map((row) => row[at]);
  return [columns.time, ...[0, 1, 2].map((at) => column(columns.potential, at)), ...[0, 1, 2].map((at) => column(columns.confirmed, at))];
}

const percent = (value) => (value == null ? '–' : Math.round(value * 100) + ' %');

export function drawTrend(element) {
  const data = series(JSON.parse(element.dataset.trend));
  let plot;
  const draw = () => {
    plot?.destroy();
    plot = new uPlot(options(element), data, element);
  };
  draw();
  new ResizeObserver(() => plot.setSize(size(element))).observe(element);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
  new MutationObserver(draw).observe(document.documentElement, { attributeFilter: ['data-theme'] });
}

const size = (element) => ({ width: element.clientWidth, height: element.clientHeight });

/** Draws lines over the days before UNTIL: they are too new to be compared with. */
function hatch(plot, until, colour) {
  const { ctx, bbox } = plot;
  const end = Math.min(plot.valToPos(until, 'x', true), bbox.left + bbox.width);
  if (end <= bbox.left) return;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, end - bbox.left, bbox.height);
  ctx.clip();
  ctx.beginPath();
  for (let x = bbox.left - bbox.height; x < end; x += 8 * devicePixelRatio) {
    ctx.moveTo(x, bbox.top + bbox.height);
    ctx.lineTo(x + bbox.height, bbox.top);
  }
  ctx.lineWidth = devicePixelRatio;
  ctx.strokeStyle = colour;
  ctx.stroke();
  ctx.restore();
}

function options(element) {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const edge = { stroke: 'transparent', width: 0, points: { show: false } };
  const day = new Intl.DateTimeFormat(document.documentElement.lang, { day: 'numeric', month: 'short', timeZone: 'UTC' });
  const axis = { stroke: colour('--ink-soft'), grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false }, font: '12px ' + style.getPropertyValue('--font') };
  const line = (name, dash) => ({ stroke: colour(name), width: 2, dash, points: { show: false } });
  const faint = (name) => colour(name) + '22';
  const newUntil = Date.parse(element.dataset.newUntil) / 1000;
  return {
    ...size(element),
    hooks: newUntil ? { drawClear: [(plot) => hatch(plot, newUntil, colour('--line'))] } : {},
    tzDate: (stamp) => uPlot.tzDate(new Date(stamp * 1e3), 'Etc/UTC'),
    cursor: { y: false },
    legend: { show: false },
    scales: { y: { range: (_, low, high) => [0, Math.min(1, Math.max(0.1, (high || 0) * 1.1))] } },
    axes: [{ ...axis, space: 64, size: 28, values: (_, stamps) => stamps.map((stamp) => day.format(stamp * 1000)) }, { ...axis, values: (_, values) => values.map(percent), size: 48 }],
    series: [
      {},
      line('--ink-soft', [6, 4]),
      edge,
      edge,
      line('--accent'),
      edge,
      edge,
    ],
    bands: [
      { series: [3, 2], fill: faint('--line-strong') },
      { series: [6, 5], fill: faint('--accent') },
    ],
  };
}
