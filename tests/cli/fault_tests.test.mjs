// docs/faults.md names a test in each row of its tables: each exists, and each row has one.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { root } from "../lib/deflect.mjs";

const text = readFileSync(join(root, "docs/faults.md"), "utf8");
const isHead = (row) => /^\|( *(fault|attack|promise|what happens|test|---) *\|)+$/.test(row);
const rows = text.split("\n").filter((row) => row.startsWith("|") && !isHead(row)).map((row) => row.split("|").slice(1, -1).map((cell) => cell.trim()));
const folders = { api: ["api", ".test.mjs"], browser: ["browser", ".test.mjs"], cli: ["cli", ".test.mjs"], unit: ["unit", ".c"], store: ["store", ".c"], fuzz: ["fuzz", ".c"] };
const escape = (words) => words.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** The names of the tests in a file; what a template fills in is `…`. */
function titles(source) {
  const quoted = [...source.matchAll(/\btest\(\s*("(?:[^"\\]|\\.)*"|`[^`]*`)/g)].map(([, name]) => name.slice(1, -1).replace(/\$\{[^}]*\}/g, "…"));
  return [...quoted, ...[...source.matchAll(/\bvoid (\w+)\(void \*\*state\)/g)].map(([, name]) => name)];
}

/** True where NAME of the table, with its `…`, is TITLE of a file, with its own. */
function same(name, title) {
  const pattern = (words, gap) => words.split(/\s*…\s*/).map((part) => escape(part)).join(gap);
  return new RegExp(`^${pattern(name, ".*")}$`).test(title) || new RegExp(`^${pattern(title, ".*")}$`).test(name);
}

/** What CELL names: {file, name}; name undefined for all of a file. A test without a file belongs to the file before it. */
function named(cell) {
  const found = [];
  let file;
  for (const [, folder, base, title, name] of cell.matchAll(/(?:\b(api|browser|cli|unit|store|fuzz)\/([a-z_]*))|"([^"]*)"|`([a-z]\w*_[\w…]*)`/g)) {
    if (folder) found.push({ file: (file = base ? join(root, "tests", folders[folder][0], base + folders[folder][1]) : join(root, "tests", folder)) });
    else found.push({ file, name: title ?? name });
  }
  return found;
}

test("each fault, attack and promise has a test, and the test exists", () => {
  assert.ok(rows.length > 30);
  const missing = [];
  for (const row of rows) {
    const tests = named(row.at(-1));
    if (!tests.length) missing.push(`${row[0]}: no test`);
    for (const { file, name } of tests) {
      if (!file || !existsSync(file)) missing.push(`${row[0]}: no file ${file}`);
      else if (name && !titles(readFileSync(file, "utf8")).some((title) => same(name, title))) missing.push(`${row[0]}: no test "${name}" in ${file}`);
    }
  }
  assert.deepEqual(missing, []);
});
