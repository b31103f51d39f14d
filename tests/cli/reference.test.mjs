// The reference articles and the manual name every command and every key that the program knows.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { root, run } from "../lib/deflect.mjs";

const read = (path) => readFileSync(join(root, path), "utf8");
const help = run(["--help"]).stdout;
const commands = [...help.split("Commands:\n")[1].split("\n\n")[0].matchAll(/^ {2}(\S+(?: [a-z]+)?) {2}/gm)].map((match) => match[1].trim());
const keys = [...help.split("which win:\n")[1].matchAll(/^ {2}--([a-zA-Z.-]+)/gm)].map((match) => match[1].replaceAll("-", "_"));

test("help can be read by these tests", () => {
  assert.ok(commands.includes("serve") && commands.includes("token create"), commands.join());
  assert.ok(keys.includes("default_lang") && keys.includes("hooks.DESK"), keys.join());
});

test("the command reference names every command", () => {
  const text = read("articles/reference/commands.md");
  assert.deepEqual(commands.filter((command) => !text.includes("`" + command)), []);
});

test("the configuration reference names every key with its default, and no other", () => {
  const rows = [...read("articles/reference/config.md").matchAll(/^\| (`[a-z_]+`(?:, `[a-z_]+`)*) \|/gm)].flatMap((match) => match[1].match(/[a-z_]+/g));
  const known = keys.map((key) => key.split(".")[0]);
  assert.deepEqual(known.filter((key) => !rows.includes(key)), []);
  assert.deepEqual(rows.filter((row) => !known.includes(row)), []);
});
