// plot.mjs: lines over time, or over sizes, as an SVG image: panels below each other, each with its own scale. Readable on light and dark pages.

const WIDTH = 960, LEFT = 76, RIGHT = 150, PANEL = 250, GAP = 62, TOP = 46;
const COLOURS = ["#1f77b4", "#e8710a", "#2ca02c", "#d62728", "#9467bd", "#8c564b", "#7f7f7f"];
const escape = (text) => String(text).replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
const round = (number) => Number(number.toFixed(1));

/** Marks of a scale from LOW to HIGH: powers of ten and, where those are few, twice and five times; or even steps. */
function marks(low, high, logarithmic) {
  if (logarithmic) {
    const all = [];
    for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++)
      for (const factor of [1, 2, 5]) all.push(factor * 10 ** power);
    const inside = all.filter((mark) => mark >= low && mark <= high);
    return inside.length > 8 ? inside.filter((mark) => Number.isInteger(Math.round(Math.log10(mark) * 1e9) / 1e9)) : inside;
  }
  const rough = (high - low) / 5, power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= rough) * power;
  return Array.from({ length: Math.floor(high / step) + 1 }, (_, i) => i * step).filter((mark) => mark >= low);
}

/** What lies across: where a value stands, from 0 to 1, and which values are marked how. */
export const minutes = {
  place: (seconds, all) => seconds / (all.at(-1) || 1),
  marks: (all) => marks(0, all.at(-1) / 60, false).map((mark) => [mark * 60, `${Number(mark.toPrecision(3))} min`]),
};
export const sizes = (unit) => ({
  place: (value, all) => Math.log(value / all[0]) / Math.log(all.at(-1) / all[0]),
  marks: (all) => all.map((value) => [value, `${value.toLocaleString("en")} ${unit}`]),
});

/** One panel as SVG: LINES are {name, values}, a value for each of ACROSS; null leaves a gap. */
function panel({ title, unit, logarithmic, lines }, across, axis, top) {
  const all = lines.flatMap(({ values }) => values).filter((value) => value !== null && (!logarithmic || value > 0));
  const low = logarithmic ? Math.min(...all) / 1.2 : 0, high = Math.max(...all) * (logarithmic ? 1.2 : 1.08) || 1;
  const scale = logarithmic ? Math.log10 : (value) => value;
  const width = WIDTH - LEFT - RIGHT;
  const x = (value) => round(LEFT + axis.place(value, across) * width);
  const y = (value) => round(top + PANEL - ((scale(value) - scale(low)) / (scale(high) - scale(low))) * PANEL);
  const out = [`<text class="title" x="${LEFT}" y="${top - 14}">${escape(title)}</text>`];
  for (const mark of marks(low, high, logarithmic))
    out.push(`<path class="grid" d="M${LEFT} ${y(mark)}h${width}"/><text x="${LEFT - 8}" y="${y(mark) + 4}" text-anchor="end">${Number(mark.toPrecision(3))} ${escape(unit)}</text>`);
  for (const [value, name] of axis.marks(across))
    out.push(`<text x="${x(value)}" y="${top + PANEL + 18}" text-anchor="middle">${escape(name)}</text>`);
  lines.forEach(({ name, values }, i) => {
    const points = values.map((value, at) => (value === null || (logarithmic && !value) ? null : `${x(across[at])} ${y(value)}`));
    const path = points.map((point, at) => point && (at && points[at - 1] ? "L" : "M") + point).filter(Boolean).join("");
    out.push(`<path class="line" stroke="${COLOURS[i % COLOURS.length]}" d="${path}"/>`);
    out.push(`<text x="${WIDTH - RIGHT + 14}" y="${top + 12 + i * 20}" fill="${COLOURS[i % COLOURS.length]}">${escape(name)}</text>`);
  });
  return out.join("\n");
}

/** The image. PANELS: {title, unit, logarithmic, lines}; ACROSS rises: seconds, or what AXIS takes. */
export function plot(across, panels, axis = minutes) {
  const height = TOP + panels.length * (PANEL + GAP);
  const body = panels.map((one, i) => panel(one, across, axis, TOP + i * (PANEL + GAP)));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img">
<style>
text { font: 12px system-ui, sans-serif } text:not([fill]) { fill: #333 } .title { font-size: 15px; font-weight: 600 }
.back { fill: #fff } .grid { stroke: #ccc; stroke-width: .5 } .line { fill: none; stroke-width: 1.3; stroke-linejoin: round }
@media (prefers-color-scheme: dark) { .back { fill: #16181c } text:not([fill]) { fill: #ddd } .grid { stroke: #444 } }
</style>
<rect class="back" width="${WIDTH}" height="${height}"/>
${body.join("\n")}
</svg>
`;
}
