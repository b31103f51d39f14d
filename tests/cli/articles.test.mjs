// Deflect's own help: without mistakes, and found by the questions that its writers promise it answers.
import assert from "node:assert/strict";
import { join } from "node:path";
import test from "node:test";
import { root, run, site } from "../lib/deflect.mjs";

test("our own articles pass `deflect check`", (context) => {
  const place = site(context);
  const { code, stdout, stderr } = run(["--articles", join(root, "articles"), "--data", place.data, "check"]);
  assert.equal(code, 0, stdout + stderr);
});
