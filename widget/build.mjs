/**
 * Builds dist/: widget.js for <script async>, widget.mjs for import, and under assets/ the texts of each language with
 * their digest in the name. Prints the sizes as a browser receives them, and fails above the budget.
 */

import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { build, transform } from 'esbuild';
import { minify } from 'terser';

const BUDGET_BYTES = 10_000;
const here = new URL('.', import.meta.url);

/** Style sheets are imported as minified strings. */
const minifiedCss = {
  name: 'minified-css',
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, 'utf8'), { loader: 'css', minify: true, target: TARGET });
      return { contents: code.trim(), loader: 'text' };
    });
  },
};
const TARGET = ['chrome117', 'firefox120', 'safari17'];

/** Writes each language's texts, under one digest of them all; returns it and the languages, "1a2b3c4d de en …". */
async function writeStrings() {
  const texts = new Map();
  for (const file of (await readdir(new URL('strings/', here))).sort()) {
    const text = JSON.stringify(JSON.parse(await readFile(new URL(`strings/${file}`, here), 'utf8')));
    texts.set(file.replace('.json', ''), text);
  }
  const digest = createHash('sha256').update([...texts.values()].join('\n')).digest('hex').slice(0, 8);
  for (const [lang, text] of texts) await writeFile(new URL(`dist/assets/widget.${lang}.${digest}.json`, here), text);
  return [digest, ...texts.keys()].join(' ');
}

await rm(new URL('dist/', here), { recursive: true, force: true });
await mkdir(new URL('dist/assets/', here), { recursive: true });
const strings = await writeStrings();

for (const [entry, out, format] of [
  ['widget.js', 'widget.js', 'iife'],
  ['module.js', 'widget.mjs', 'esm'],
]) {
  const outfile = new URL(`dist/${out}`, here);
  const {
    outputFiles: [bundle],
  } = await build({
    entryPoints: [new URL(`src/${entry}`, here).pathname],
    write: false,
    format,
    bundle: true,
    charset: 'utf8',
    target: TARGET,
    define: { __STRINGS__: JSON.stringify(strings) },
    plugins: [minifiedCss],
  });
  // esbuild bundles; terser makes it some 4 % smaller than esbuild would.
  const { code } = await minify(bundle.text, {
    module: true,
    ecma: 2020,
    compress: { passes: 3, sequences: false, inline: 0 },
    format: { preamble: '/*! Deflect widget, MIT */' },
  });
  await writeFile(new URL(`dist/${out}`, here), code);
  const bytes = gzipSync(code, { level: 9 }).length;
  console.log(`${out}: ${bytes} bytes gzip, ${((bytes / BUDGET_BYTES) * 100).toFixed(1)} % of ${BUDGET_BYTES}`);
  if (bytes > BUDGET_BYTES) {
    console.error(`${out} is ${bytes - BUDGET_BYTES} bytes above its budget`);
    process.exitCode = 1;
  }
}
