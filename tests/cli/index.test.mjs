// `deflect index`, `search` and `check`: from a folder of files to answers.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { articles, getJson, site, write } from "../lib/deflect.mjs";

const line = /^indexed (\d+) articles \((\d+) added, (\d+) changed, (\d+) removed, (\d+) skipped\) in [\d.]+ s\n$/;

function index(place, ...args) {
  const result = place.run(["index", ...args]);
  const match = line.exec(result.stdout);
  assert.ok(match, result.stdout + result.stderr);
  const [articles_, added, changed, removed, skipped] = match.slice(1).map(Number);
  return { ...result, articles: articles_, added, changed, removed, skipped };
}

test("index counts what is added, changed, removed, and does nothing twice", (context) => {
  const place = site(context);
  let counts = index(place);
  assert.deepEqual([counts.articles, counts.added, counts.changed, counts.removed, counts.skipped], [3, 3, 0, 0, 0]);
  assert.equal(counts.code, 0);
  counts = index(place);
  assert.deepEqual([counts.articles, counts.added, counts.changed, counts.removed], [3, 0, 0, 0]);
  write(place.articles, { "billing/invoices.md": "# Get an invoice\n\nNew text.\n", "new.md": "# New\n\nText.\n" });
  rmSync(join(place.articles, "internal"), { recursive: true });
  counts = index(place);
  assert.deepEqual([counts.articles, counts.added, counts.changed, counts.removed], [3, 1, 1, 1]);
  counts = index(place, "--rebuild");
  assert.equal(counts.articles, 3);
});

test("files that cannot be read are named with line and reason, skipped, and the exit code is 1", (context) => {
  const place = site(context, {
    ...articles,
    "bad/yaml.md": "---\ntitle: Fine\ntags: [a, b\n---\n\nText.\n",
    "bad/latin.md": Buffer.from([0x23, 0x20, 0xe4, 0x0a]),
    "bad/huge.md": "x".repeat(1024 * 1024 + 1),
    "one.md": "---\nid: same\n---\n# One\n",
    "two.md": "---\nid: same\n---\n# Two\n",
  });
  const counts = index(place);
  assert.equal(counts.code, 1);
  assert.equal(counts.skipped, 4);
  assert.equal(counts.articles, 4);
  assert.match(counts.stderr, /^deflect: bad\/yaml\.md:\d+: error: /m);
  assert.match(counts.stderr, /^deflect: bad\/latin\.md(:\d+)?: error: .*UTF-8/m);
  assert.match(counts.stderr, /^deflect: bad\/huge\.md(:\d+)?: error: /m);
  assert.match(counts.stderr, /^deflect: two\.md(:\d+)?: error: .*same/m);
  assert.equal(index(place).code, 1, "they are still wrong the next time");
});

test("--json prints the same figures", (context) => {
  const { stdout } = site(context).run(["index", "--json"]);
  const figures = JSON.parse(stdout);
  assert.equal(figures.articles, 3);
  assert.equal(figures.added, 3);
  assert.equal(typeof figures.seconds, "number");
});

test("a missing folder of articles is a clear refusal", (context) => {
  const place = site(context);
  rmSync(place.articles, { recursive: true });
  const { code, stderr } = place.run(["index"]);
  assert.equal(code, 2);
  assert.match(stderr, /^deflect: .*articles/);
});

test("a folder that vanished does not empty the index", (context) => {
  const place = site(context);
  index(place);
  renameSync(place.articles, place.articles + ".away");
  assert.equal(place.run(["index"]).code, 2);
  renameSync(place.articles + ".away", place.articles);
  assert.equal(index(place).added, 0);
});

test("links that lead out of the folder are not followed", (context) => {
  const place = site(context);
  write(place.path, { "outside/secret.md": "# Secret plans\n" });
  symlinkSync(join(place.path, "outside"), join(place.articles, "inside"));
  symlinkSync(join(place.path, "outside/secret.md"), join(place.articles, "secret.md"));
  assert.equal(index(place).articles, 3);
});

test("search finds by the customer's words, and tells section and address", (context) => {
  const place = site(context);
  index(place);
  const { code, stdout } = place.run(["search", "forgot", "my", "password", "--json"]);
  assert.equal(code, 0);
  const answer = JSON.parse(stdout);
  assert.equal(answer.query, "forgot my password");
  assert.equal(answer.results[0].article, "account/reset-password");
  assert.match(answer.results[0].url, /^\/articles\/account\/reset-password/);
  assert.match(answer.results[0].title_html, /<mark>/);
  assert.ok(["high", "medium", "low"].includes(answer.results[0].confidence));
});

test("search shows agents' articles only when asked to", (context) => {
  const place = site(context);
  index(place);
  const ids = (...args) =>
    JSON.parse(place.run(["search", "refund a customer", "--json", ...args]).stdout).results.map((hit) => hit.article);
  assert.ok(!ids().includes("internal/refunds"));
  assert.equal(ids("--audience", "agents")[0], "internal/refunds");
});

test("search --explain shows what made the score", (context) => {
  const place = site(context);
  index(place);
  const { stdout } = place.run(["search", "invoice", "--explain"]);
  assert.match(stdout, /1\. .*[Ii]nvoice/);
  const [hit] = JSON.parse(place.run(["search", "invoice", "--explain", "--json"]).stdout).results;
  assert.equal(typeof hit.explain, "object");
});

test("search without an index says how to get one", (context) => {
  const { code, stderr } = site(context).run(["search", "x"]);
  assert.equal(code, 2);
  assert.match(stderr, /deflect index/);
});

test("a damaged index is built anew from the articles", (context) => {
  const place = site(context);
  index(place);
  const damage = (path) => {
    for (const name of readdirSync(path)) {
      const file = join(path, name);
      if (statSync(file).isDirectory()) damage(file);
      else if (statSync(file).size > 0) truncateSync(file, Math.floor(statSync(file).size / 2));
    }
  };
  damage(join(place.data, "index"));
  const { code, stdout, stderr } = place.run(["search", "forgot my password", "--json"]);
  assert.equal(code, 0, stderr);
  assert.equal(JSON.parse(stdout).results[0].article, "account/reset-password");
});

for (const [kind, spoil] of Object.entries({
  "cut short": (file) => truncateSync(file, Math.floor(statSync(file).size / 2)),
  "overwritten inside": (file) => {
    const bytes = readFileSync(file);
    writeFileSync(file, bytes.fill(0xee, 200, 7200));
  },
  "overwritten from the start": (file) => writeFileSync(file, readFileSync(file).fill(0xee, 0, 7900)),
}))
  test(`index and serve build an index anew whose tables are ${kind}`, async (context) => {
    const place = site(context);
    index(place);
    const folder = join(place.data, "index", "articles-1");
    const copies = readdirSync(folder).map((name) => [name, readFileSync(join(folder, name))]);
    const tables = copies.map(([name]) => join(folder, name)).filter((file) => file.endsWith(".glass"));
    tables.forEach(spoil);
    const counts = index(place);
    assert.equal(counts.signal, null);
    assert.deepEqual([counts.code, counts.added], [0, 3], counts.stderr);
    const [again] = readdirSync(join(place.data, "index")).filter((name) => /^articles-/.test(name));
    readdirSync(join(place.data, "index", again)).map((name) => join(place.data, "index", again, name))
      .filter((file) => file.endsWith(".glass")).forEach(spoil);
    const server = await place.serve();
    const { body } = await getJson(`${server.url}/v1/suggest?q=forgot+my+password`);
    assert.equal(body.results[0].article, "account/reset-password");
  });

test("another default language makes other articles", (context) => {
  const place = site(context);
  index(place);
  const lang = () => JSON.parse(place.run(["search", "invoice", "--json"]).stdout).results[0].lang;
  assert.equal(lang(), "en");
  index(place, "--default-lang", "de");
  assert.equal(lang(), "de");
});

test("check finds dead links, and what tests miss", (context) => {
  const place = site(context, {
    ...articles,
    "links.md": "# Links\n\n[gone](nowhere.md) [anchor](account/reset-password.md#nothing) ![image](no.png)\n",
    "tests.md": "---\ntitle: Opening hours\ntests: [download an invoice]\nstatus: unsure\n---\n\nFrom nine to five.\n",
    "twice.md": "# Reset your password\n\nAnother one.\n",
  });
  const { code, stdout } = place.run(["check"]);
  assert.equal(code, 1);
  assert.match(stdout, /^links\.md:3: error: .*nowhere\.md/m);
  assert.match(stdout, /^links\.md:3: error: .*#nothing/m);
  assert.match(stdout, /^links\.md:3: error: .*no\.png/m);
  assert.match(stdout, /^tests\.md(:\d+)?: error: .*download an invoice/m);
  assert.match(stdout, /^tests\.md(:\d+)?: warning: .*unsure/m);
  assert.match(stdout, /warning: .*Reset your password/);
});

test("an address in angle brackets may hold spaces, and is no tag", (context) => {
  const place = site(context, {
    "a price list.pdf": "%PDF-1.4\n",
    "one.md": "# One\n\nSee [prices](<a price list.pdf>), [gone](<a lost list.pdf>).\n",
  });
  const { code, stdout } = place.run(["check"]);
  assert.equal(code, 1);
  assert.match(stdout, /^one\.md:3: error: .*a lost list\.pdf/m);
  assert.equal(stdout.match(/error:/g).length, 1, stdout);
});

test("check is content with good articles", (context) => {
  const { code, stdout } = site(context).run(["check"]);
  assert.equal(code, 0, stdout);
  const json = site(context).run(["check", "--json"]);
  assert.deepEqual(JSON.parse(json.stdout).problems, []);
});

test("a data folder that cannot be written is refused", { skip: process.getuid?.() === 0 }, (context) => {
  const place = site(context);
  mkdirSync(place.data, { mode: 0o500 });
  assert.equal(place.run(["index"]).code, 2);
});

test("a data path that is a file is refused", (context) => {
  const place = site(context);
  writeFileSync(place.data, "");
  const { code, stderr } = place.run(["index"]);
  assert.equal(code, 2);
  assert.match(stderr, /^deflect: /);
});

test("a question that is the title leads to the opening, one about a section to that section", (context) => {
  const place = site(context, {
    "backup.md": "---\ntitle: Back up your data\n---\n\nRun the command every night; it stops nothing.\n\n" +
      "## Check it\n\nOpen the copy of a backup, and see whether a backup holds data.\n\n## Restore it\n\nStop the server and copy it back.\n",
    "other.md": "# Something else\n\nNothing of this kind.\n",
  });
  assert.equal(place.run(["index"]).code, 0);
  const anchor = (question) => JSON.parse(place.run(["search", "--json", question]).stdout).results[0].anchor;
  assert.equal(anchor("how to back up data"), "");
  assert.equal(anchor("check backup data"), "check-it");
  assert.equal(anchor("restore data"), "restore-it");
});

test("a short unknown word is not taken for two words that everybody uses", (context) => {
  const place = site(context, {
    "what.md": "# What it is\n\nIt is de facto the standard.\n",
    "deploy.md": "# Releases\n\nThe deployment runs after each change.\n",
  });
  assert.equal(place.run(["index"]).code, 0);
  const { results } = JSON.parse(place.run(["search", "--json", "deis deployment"]).stdout);
  assert.deepEqual(results.map((hit) => hit.article), ["deploy"]);
});
