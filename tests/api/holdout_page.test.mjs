// While a hold-out runs, the article on privacy says so by itself.
import assert from "node:assert/strict";
import { test } from "node:test";
import { site } from "../lib/deflect.mjs";

const files = {
  "privacy.md": "---\ntitle: Privacy\ntags: [privacy]\n---\n\nWe keep little.\n",
  "other.md": "# Something else\n\nNothing of it.\n",
};

const page = async (server, path) => (await fetch(server.url + path)).text();

test("the share that sees no suggestions is told where privacy is explained, and only there", async (context) => {
  const server = await site(context, files).serve(["--holdout", "0.1"]);
  assert.match(await page(server, "/articles/privacy"), /At present 10 % of visitors see no suggestions/);
  assert.match(await page(server, "/articles/privacy?lang=de"), /Zurzeit sehen 10 % der Besucher/);
  assert.doesNotMatch(await page(server, "/articles/other"), /see no suggestions/);
});

test("without a hold-out, and when it is over, nothing is said", async (context) => {
  for (const args of [[], ["--holdout", "0.1", "--holdout-until", "2020-01-01"]]) {
    const server = await site(context, files).serve(args);
    assert.doesNotMatch(await page(server, "/articles/privacy"), /see no suggestions/);
  }
});
