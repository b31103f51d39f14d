// The container file: what can be said of it without building it.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { program, root, run } from "../lib/deflect.mjs";

const text = readFileSync(join(root, "Containerfile"), "utf8").replace(/^#.*\n/gm, "").replace(/\\\n/g, " ");
const instructions = text.split("\n").filter(Boolean).map((line) => /^(\S+)\s+(.*)$/.exec(line).slice(1));
const last = instructions.findLastIndex(([word]) => word === "FROM");
const image = instructions.slice(last);
const all = (word) => image.filter(([name]) => name === word).map(([, rest]) => rest);

test("the image is built in two stages and runs without privilege", () => {
  const known = ["FROM", "RUN", "WORKDIR", "COPY", "USER", "ENV", "VOLUME", "EXPOSE", "STOPSIGNAL", "HEALTHCHECK", "ENTRYPOINT", "CMD"];
  assert.deepEqual(instructions.filter(([word]) => !known.includes(word)), []);
  assert.ok(last > 0);
  assert.match(all("USER")[0], /^[1-9]\d+$/, "a number, so that orchestrators can see it is not root");
  assert.match(all("HEALTHCHECK")[0], /\/readyz/);
  for (const [, rest] of instructions.filter(([, rest]) => /apt-get install/.test(rest)))
    assert.match(rest, /--no-install-recommends.*rm -rf \/var\/lib\/apt\/lists/);
});

test("nothing that building needs is kept out of the build", () => {
  const rules = readFileSync(join(root, ".containerignore"), "utf8").split("\n").filter(Boolean);
  const matches = (rule, name) => new RegExp(`^${rule.replace(/\./g, "\\.").replace(/\*/g, "[^/]*")}(/|$)`).test(name);
  const ignored = (name) => rules.reduce((out, rule) => (rule.startsWith("!") ? out && !matches(rule.slice(1), name) : out || matches(rule, name)), false);
  for (const name of ["build", "build-test/plain", ".git", "node_modules"]) assert.ok(ignored(name), name);
  for (const name of ["build-aux/install-sh", "configure", "Makefile.in", "web/dist/site.js", "widget/dist/widget.js", "articles", "src/cli/main.c"])
    assert.ok(!ignored(name), name);
});

test("what it sets in the environment is configuration that the program knows", (t) => {
  const env = Object.fromEntries(all("ENV")[0].split(/\s+/).map((pair) => pair.split("=")));
  assert.equal(run(["routes"], { env }).code, 0);
  assert.equal(env.DEFLECT_LISTEN.split(":")[1], all("EXPOSE")[0]);
});

test("it holds every library that the program is linked with", () => {
  const dependencies = readFileSync(join(root, "debian/control"), "utf8");
  assert.match(dependencies, /shlibs:Depends/);
  const linked = spawnSync("readelf", ["-d", program], { encoding: "utf8" }).stdout;
  const installed = all("RUN").join(" ");
  for (const [, library] of linked.matchAll(/\(NEEDED\)\s+.*\[lib([a-z]+[a-z0-9-]*?)(?:-0)?\.so/g)) {
    if (["c", "m", "stdc", "gcc_s", "asan", "ubsan", "gslcblas"].includes(library) || library.startsWith("stdc")) continue;
    assert.match(installed, new RegExp(`lib${library.split("-")[0]}`), library);
  }
});
