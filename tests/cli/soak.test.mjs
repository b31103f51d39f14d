// The soak (`make soak`) for seconds instead of an hour: nothing fails, nothing is lost, table and plot are written.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import test from "node:test";
import { folder, program, root } from "../lib/deflect.mjs";
import { plot } from "../lib/plot.mjs";

const build = dirname(program);
const skip = /sanitizers/.test(program) || !existsSync(join(build, "Makefile"));

test("a short soak loses no event, and writes its table and plot", { skip }, (context) => {
  const out = folder(context);
  const made = spawnSync("make", ["-C", build, "tests/soak/visitors"], { encoding: "utf8" });
  assert.equal(made.status, 0, made.stderr);
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, "tests/soak/soak.mjs"), "4"], {
    encoding: "utf8", env: { ...process.env, DEFLECT: program, SOAK_OUT: out },
  });
  assert.equal(status, 0, stdout + stderr);
  assert.match(stdout, /^[1-9]\d* events acknowledged, /m);
  const [head, ...rows] = readFileSync(join(out, "soak.csv"), "utf8").trim().split("\n").map((line) => line.split(","));
  assert.ok(rows.length >= 2);
  for (const kind of ["typed", "final", "page", "events", "ticket", "hook", "report", "edit", "backup"]) {
    const at = head.indexOf(`${kind}_count`);
    assert.ok(rows.some((row) => Number(row[at]) > 0), `no ${kind}`);
  }
  assert.equal(readFileSync(join(out, "soak.svg"), "utf8").match(/<path class="line"/g).length, 8);
});

test("a plot leaves gaps where nothing was measured, and shows every line with its name", () => {
  const svg = plot([10, 20, 30, 40], [{ title: "a < b", unit: "ms", logarithmic: true, lines: [{ name: "x", values: [1, null, 10, 100] }] }]);
  assert.match(svg, /a &#60; b/);
  const [, path] = /class="line"[^>]* d="([^"]*)"/.exec(svg);
  assert.equal(path.match(/M/g).length, 2);
  assert.equal(path.match(/L/g).length, 1);
});
