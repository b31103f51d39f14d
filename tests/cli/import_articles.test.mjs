// `deflect import articles`: dumps of other knowledge bases become files that Deflect reads as they were meant.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { agent, ago, hook, token } from "../lib/agents.mjs";
import { getJson, site, write } from "../lib/deflect.mjs";

const html =
  "<h2>Before you start</h2><p>You need <strong>admin</strong> rights &amp; patience.</p>" +
  "<ol><li>Open <em>Settings</em></li><li>Choose<ul><li>CSV or</li><li>JSON</li></ul></li></ol>" +
  "<table><tbody><tr><th>Plan</th><th>Rows</th></tr><tr><td>Free</td><td>100</td></tr></tbody></table>" +
  '<pre><code class="language-sh">export --all &lt; in.csv\n</code></pre>' +
  '<p><img src="https://cdn.example.com/a.png" alt="The menu"> See <a href="https://old.example.com/hc/en-us/articles/2-b">this</a>.</p>';

const dumps = {
  zendesk: [
    { sections: [{ id: 7, name: "Data & export", category_id: 1 }], categories: [{ id: 1, name: "General" }] },
    { articles: [{ id: 1, title: "Export your data", body: html, locale: "en-us", html_url: "https://old.example.com/hc/en-us/articles/1-Export", section_id: 7, label_names: ["csv"], updated_at: "2026-01-02T03:04:05Z", draft: false, vote_sum: 4, vote_count: 6 }], next_page: null },
  ],
  helpscout: [
    { categories: { page: 1, items: [{ id: "c1", name: "Data & export", slug: "data" }] } },
    { article: { id: "a1", name: "Export your data", text: html, status: "published", publicUrl: "https://old.example.com/article/1-export", categories: ["c1"], keywords: ["csv"], updatedAt: "2026-01-02T03:04:05Z" } },
  ],
  freshdesk: [
    [{ id: 7, name: "Data & export", visibility: 1 }],
    [{ id: 1, title: "Export your data", description: html, description_text: "…", status: 2, folder_id: 7, tags: ["csv"], thumbs_up: 5, thumbs_down: 1, updated_at: "2026-01-02T03:04:05Z" }],
  ],
  intercom: [
    { type: "list", data: [{ type: "collection", id: "7", name: "Data & export" }] },
    { type: "list", data: [{ type: "article", id: "1", title: "Export your data", description: "How to take it along", body: html, state: "published", parent_id: 7, url: "https://old.example.com/en/articles/1-export", default_locale: "en", updated_at: 1767323045 }] },
  ],
  zammad: [
    {
      KnowledgeBaseCategoryTranslation: { 3: { id: 3, title: "Data & export", category_id: 7, kb_locale_id: 1 } },
      KnowledgeBaseAnswer: { 1: { id: 1, category_id: 7, published_at: "2026-01-01T00:00:00Z" } },
      KnowledgeBaseAnswerTranslation: { 9: { id: 9, title: "Export your data", answer_id: 1, kb_locale_id: 1, content_id: 9, updated_at: "2026-01-02T03:04:05Z" } },
      KnowledgeBaseAnswerTranslationContent: { 9: { id: 9, body: html } },
    },
  ],
};

for (const [name, pages] of Object.entries(dumps))
  test(`${name}: text, tables, code, category and votes survive, and the article is found`, async (context) => {
    const place = site(context, {});
    write(place.path, Object.fromEntries(pages.map((page, i) => [`dump${i}.json`, JSON.stringify(page)])));
    const files = pages.map((_, i) => join(place.path, `dump${i}.json`));
    const { code, stdout, stderr } = place.run(["import", "articles", ...files]);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /wrote 1 articles/);
    assert.equal(stdout, "https://cdn.example.com/a.png\tdata-export/export-your-data.md\n");
    const text = readFileSync(join(place.articles, "data-export/export-your-data.md"), "utf8");
    assert.match(text, /^title: "Export your data"$/m);
    assert.match(text, /^category: "Data & export"$/m);
    assert.match(text, /^updated: 2026-01-02T03:04:05Z$/m);
    if (name === "zendesk" || name === "freshdesk") assert.match(text, /^votes: \{up: 5, down: 1\}$/m);
    assert.match(place.run(["import", "articles", ...files]).stderr, /kept 1 files/);
    const server = await place.serve();
    const { body } = await getJson(`${server.url}/v1/articles/data-export/export-your-data`);
    for (const part of ["<strong>admin</strong> rights &amp; patience", "<em>Settings</em>", "<li>JSON</li>", "<td>100</td>", "export --all &lt; in.csv", "<th>Plan</th>"])
      assert.ok(body.html.includes(part), `${part} in ${body.html}`);
    assert.equal(body.category, "Data & export");
    if (name === "zendesk") {
      const moved = await fetch(server.url + "/hc/en-us/articles/1-Export", { redirect: "manual" });
      assert.equal(moved.status, 301);
    }
  });

test("hooks test says what is missing, what arrived last, and what became of it", async (context) => {
  const place = site(context);
  assert.equal(place.run(["index"]).code, 0);
  assert.match(place.run(["hooks", "test", "zammad"]).stderr, /zammad has no secret: set hooks\.zammad/);
  assert.equal(place.run(["hooks", "test", "nosuch"]).code, 2);
  const secret = ["--hooks.generic", "s3cret"];
  assert.match(place.run([...secret, "hooks", "test", "generic"]).stderr, /nothing has arrived/);
  const server = await place.serve(secret);
  await hook(server, "generic", { id: "5", subject: "s", body: "b", status: "open", created: ago(1) });
  const good = place.run([...secret, "hooks", "test", "generic"]);
  assert.equal(good.code, 0, good.stderr);
  assert.match(good.stdout, /outcome +stored\nticket +5\n/);
  await hook(server, "generic", { id: "5" }, { secret: "wrong" });
  const bad = place.run([...secret, "hooks", "test", "generic"]);
  assert.equal(bad.code, 1);
  assert.match(bad.stdout, /refused: the signature in X-Deflect-Signature is wrong/);
});

test("an imported year of tickets with replies teaches at once, and closes no episode", async (context) => {
  const place = site(context);
  const lines = [1, 2, 3].map((n) =>
    JSON.stringify({
      id: `old${n}`, subject: "Moonbeam ledger", body: `The quarterly moonbeam ledger does not balance ${n}`, status: "solved", created: ago(90000 + n), agent: `a${n}`,
      replies: [{ at: ago(80000 + n), by: "agent", text: "See http://help.example.com/articles/billing/invoices" }],
    }));
  write(place.path, { "old.jsonl": lines.join("\n") + "\n" });
  const url = ["--public-url", "http://help.example.com"];
  place.run(["index"]);
  const { code, stderr, stdout } = place.run([...url, "import", "tickets", join(place.path, "old.jsonl")]);
  assert.equal(code, 0, stderr + stdout);
  const found = JSON.parse(place.run(["search", "quarterly", "moonbeam", "ledger", "--json"]).stdout);
  assert.equal(found.results[0]?.article, "billing/invoices");
  const server = await place.serve();
  const kim = agent(server, token(place));
  assert.equal((await kim.get("/v1/agent/similar?q=moonbeam+ledger+balance")).body.tickets[0].articles[0].article, "billing/invoices");
  assert.equal(place.run(["export", "events"]).stdout, "");
});
