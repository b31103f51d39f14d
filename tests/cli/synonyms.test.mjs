// synonyms.yaml beside the articles: words that a knowledge base says mean the same, in every command and in the service.
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { getJson, site, until, write } from "../lib/deflect.mjs";

const shelf = {
  "capacitors.md": "# Replace the capacitors\n\nUnplug the machine first.\n",
  "payments.md": "# Duplicate payments\n\nWe send the second amount back.\n",
  "hours.md": "# Opening hours\n\nNine to five.\n",
  "de/rechnungen.md": "# Rechnungen herunterladen\n\nUnter Einstellungen.\n",
};

/** The first article that `deflect search` finds for QUERY, "" for none. */
function first(place, query, ...args) {
  const { code, stdout, stderr } = place.run(["search", query, "--json", ...args]);
  assert.ok(code <= 1, stderr);
  return JSON.parse(stdout).results[0]?.article ?? "";
}

test("a synonym finds its article, however both are inflected, and is not taken for a misspelling", (context) => {
  const place = site(context, { ...shelf, "synonyms.yaml": "- [doodads, capacitors]\n- belastungsbeleg, rechnung\n" });
  assert.equal(place.run(["index"]).code, 0);
  for (const query of ["doodads", "doodad", "Doodad broken"]) assert.equal(first(place, query), "capacitors", query);
  assert.equal(first(place, "Belastungsbelege", "--lang", "de"), "de/rechnungen");
});

test("phrases are synonyms too, and lead across languages", (context) => {
  const place = site(context, {
    ...shelf,
    "synonyms.yaml": "- [taken out thrice, duplicate payments]\n- [rechnungen, billing papers]\n- [doppelbuchung, duplicate payments]\n",
  });
  assert.equal(place.run(["index"]).code, 0);
  assert.equal(first(place, "it was taken out thrice"), "payments");
  assert.equal(first(place, "Ich habe eine Doppelbuchung, was kann ich tun?"), "payments");
});

test("without the file, or the group, the words stay apart", (context) => {
  const place = site(context, { ...shelf, "synonyms.yaml": "- [gizmo, capacitor]\n" });
  place.run(["index"]);
  assert.equal(first(place, "gizmo"), "capacitors");
  assert.equal(first(place, "wotsit"), "");
  rmSync(join(place.articles, "synonyms.yaml"));
  place.run(["index"]);
  assert.equal(first(place, "gizmo"), "");
});

test("a wrong group is named with its line, and the others serve", (context) => {
  const long = Array(9).fill("word").join(" ");
  const place = site(context, {
    ...shelf,
    "synonyms.yaml": `- [gizmo, capacitor]\n- lonely\n- [wotsit, hours\n- {a, b]\n- doodad, payment\n- [${long}, a, b]\n`,
  });
  const { code, stderr } = place.run(["index"]);
  assert.equal(code, 0);
  for (const line of [2, 3, 4, 6]) assert.match(stderr, new RegExp(`synonyms\\.yaml:${line}: warning: `), stderr);
  assert.doesNotMatch(stderr, /synonyms\.yaml:[15]:/);
  assert.equal(first(place, "gizmo"), "capacitors");
  assert.equal(first(place, "doodad"), "payments");
  assert.equal(first(place, "wotsit"), "");
});

test("broken UTF-8 and a file that is no list are named; the articles are indexed all the same", (context) => {
  const place = site(context, { ...shelf, "synonyms.yaml": Buffer.from("- [gizmo, capacitor]\n- [\xe4\xf6, b]\n", "latin1") });
  let result = place.run(["index"]);
  assert.equal(result.code, 0);
  assert.match(result.stderr, /synonyms\.yaml:2: warning: /);
  assert.equal(first(place, "gizmo"), "capacitors");
  write(place.articles, { "synonyms.yaml": "gizmo: capacitor\n" });
  result = place.run(["index"]);
  assert.match(result.stderr, /synonyms\.yaml:1: warning: .*list/);
  assert.equal(first(place, "capacitor"), "capacitors");
});

test("more synonyms than fit are named where the room ends", (context) => {
  const groups = Array.from({ length: 9000 }, (_, i) => `- [some word number ${i}, another word ${i}]\n`).join("");
  const place = site(context, { ...shelf, "synonyms.yaml": `- [gizmo, capacitor]\n${groups}` });
  const { code, stderr } = place.run(["index"]);
  assert.equal(code, 0);
  assert.match(stderr, /synonyms\.yaml:\d{4}: warning: .*too many/);
  assert.equal(first(place, "gizmo"), "capacitors");
});

test("check knows the synonyms too", (context) => {
  const place = site(context, {
    "capacitors.md": "---\ntitle: Replace the capacitors\ntests: [gizmos are broken]\n---\n\nUnplug it.\n",
    "synonyms.yaml": "- [gizmo, capacitor]\n",
  });
  assert.equal(place.run(["check"]).code, 0);
  rmSync(join(place.articles, "synonyms.yaml"));
  assert.equal(place.run(["check"]).code, 1);
});

test("a server follows the file", async (context) => {
  const place = site(context, shelf);
  const server = await place.serve();
  const finds = async (query, article) =>
    (await getJson(`${server.url}/v1/suggest?q=${query}&final=1`)).body.results[0]?.article === article;
  assert.ok(await finds("gizmo", undefined));
  write(place.articles, { "synonyms.yaml": "- [gizmo, capacitor]\n" });
  await until(() => finds("gizmo", "capacitors"));
  write(place.articles, { "synonyms.yaml": "- [gizmo, hours]\n" });
  await until(() => finds("gizmo", "hours"));
  rmSync(join(place.articles, "synonyms.yaml"));
  await until(() => finds("gizmo", undefined));
});
