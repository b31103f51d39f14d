// prometheus.mjs: a strict reader of the Prometheus text format (exposition format 0.0.4): what it does not allow throws.

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/;
const TYPES = ["counter", "gauge", "histogram", "summary", "untyped"];

function fail(line, why) {
  throw new Error(`line ${line.number}: ${why}: ${line.text}`);
}

/** The labels of `{a="b",c="d"}` as an object, and what stands behind. */
function readLabels(line, text) {
  const labels = {};
  let rest = text.slice(1);
  while (!rest.startsWith("}")) {
    const match = /^([^=,{}"]+)="((?:[^"\\\n]|\\[\\n"])*)"(,|(?=}))/.exec(rest);
    if (!match) fail(line, "labels");
    if (!LABEL.test(match[1]) || match[1].startsWith("__")) fail(line, `label name ${match[1]}`);
    if (match[1] in labels) fail(line, `label ${match[1]} twice`);
    labels[match[1]] = match[2].replace(/\\(.)/g, (_, c) => (c === "n" ? "\n" : c));
    rest = rest.slice(match[0].length);
  }
  return [labels, rest.slice(1)];
}

function readSample(line) {
  const name = /^[^{ ]+/.exec(line.text)?.[0] ?? "";
  if (!NAME.test(name)) fail(line, "name");
  let rest = line.text.slice(name.length), labels = {};
  if (rest.startsWith("{")) [labels, rest] = readLabels(line, rest);
  const match = /^ ([-+]?(?:\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|Inf)|NaN)$/.exec(rest);
  if (!match) fail(line, "value");
  return { name, labels, value: Number(match[1].replace("Inf", "Infinity")), line };
}

const suffix = { histogram: /^(_bucket|_sum|_count)$/, summary: /^(|_sum|_count)$/ };

/** Series of a histogram: buckets rise, end with +Inf, and that is the count. */
function checkHistogram(name, samples) {
  const series = new Map();
  for (const { name: own, labels, value, line } of samples) {
    const { le, ...others } = labels;
    const key = JSON.stringify(Object.entries(others).sort());
    if (!series.has(key)) series.set(key, { buckets: [] });
    const one = series.get(key);
    if (own === `${name}_bucket`) {
      if (le === undefined) fail(line, "a bucket without le");
      one.buckets.push([le === "+Inf" ? Infinity : Number(le), value]);
    } else {
      one[own.slice(name.length + 1)] = value;
    }
  }
  for (const [key, { buckets, sum, count }] of series) {
    if (sum === undefined || count === undefined) throw new Error(`${name}${key}: no sum or count`);
    buckets.forEach(([bound, value], i) => {
      if (Number.isNaN(bound) || (i && (bound <= buckets[i - 1][0] || value < buckets[i - 1][1])))
        throw new Error(`${name}${key}: buckets do not rise`);
    });
    if (buckets.at(-1)?.[0] !== Infinity || buckets.at(-1)[1] !== count) throw new Error(`${name}${key}: +Inf is not the count`);
  }
}

/** Reads TEXT: a map from a metric's name to {type, help, samples}. */
export function parse(text) {
  if (!text.endsWith("\n")) throw new Error("the last line does not end");
  const families = new Map();
  let family;
  text.slice(0, -1).split("\n").forEach((row, i) => {
    const line = { number: i + 1, text: row };
    const meta = /^# (HELP|TYPE) (\S+) (.+)$/.exec(row);
    if (meta) {
      const [, kind, name, rest] = meta;
      if (!NAME.test(name)) fail(line, "name");
      if (kind === "HELP") {
        if (families.has(name)) fail(line, "a metric twice, or not in one piece");
        if (/\\(?![\\n])/.test(rest)) fail(line, "escape in help");
        families.set(name, (family = { name, help: rest, samples: [] }));
      } else {
        if (family?.name !== name || family.type || family.samples.length) fail(line, "TYPE comes once, behind its HELP");
        if (!TYPES.includes(rest)) fail(line, "type");
        family.type = rest;
      }
      return;
    }
    if (row.startsWith("#") || row.trim() !== row || !row) fail(line, "no such line");
    const sample = readSample(line);
    const end = sample.name.startsWith(family?.name) ? sample.name.slice(family.name.length) : null;
    if (end === null || !(suffix[family.type] ?? /^$/).test(end)) fail(line, "not under its own TYPE");
    if (family.samples.some((one) => one.name === sample.name && JSON.stringify(one.labels) === JSON.stringify(sample.labels)))
      fail(line, "a series twice");
    family.samples.push(sample);
  });
  for (const { name, type, samples } of families.values()) {
    if (!type) throw new Error(`${name} has no TYPE`);
    if (type === "counter" && !name.endsWith("_total")) throw new Error(`${name}: a counter ends with _total`);
    if (type !== "counter" && name.endsWith("_total")) throw new Error(`${name}: only a counter ends with _total`);
    if (/_(ms|millis|milliseconds|us|kb|mb|percent)(_|$)/.test(name)) throw new Error(`${name}: not in a base unit`);
    if (type === "histogram") checkHistogram(name, samples);
    if (type === "counter" && samples.some(({ value }) => value < 0)) throw new Error(`${name} is negative`);
  }
  return families;
}

/** The value of one series, undefined where there is none. */
export function value(families, name, labels = {}) {
  const wanted = JSON.stringify(Object.entries(labels).sort());
  const family = [...families.values()].find((one) => one.samples.some((sample) => sample.name === name));
  return family?.samples.find((sample) => sample.name === name && JSON.stringify(Object.entries(sample.labels).sort()) === wanted)?.value;
}
