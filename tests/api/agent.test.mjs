// The agents' API: searching, linking, what the search learns from it, drafts, flags.
import assert from "node:assert/strict";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { getJson, site, until, write } from "../lib/deflect.mjs";
import { ago, agent, token, visit } from "../lib/agents.mjs";

const files = {
  "billing/export.md":
    "---\ntitle: Export your data\n---\n\nYou can take your data with you.\n\n## As a spreadsheet\n\n1. Open Settings.\n2. Choose **Export**.\n3. Pick *CSV*.\n",
  "billing/invoices.md": "# Download an invoice\n\nInvoices stand under Settings, Billing.\n",
  "account/reset.md": "# Reset your password\n\nChoose Forgot password on the sign-in page. We send you a link.\n",
  "account/delete.md": "# Close your account\n\nClosing takes effect at once.\n",
  "internal/refunds.md": "---\ntitle: Refund a customer\naudience: agents\n---\n\nRefunds over 100 euros need a second agent.\n",
};

async function desk(context, args = []) {
  const place = site(context, files);
  const secret = token(place);
  const server = await place.serve(args);
  return { place, server, secret, kim: agent(server, secret) };
}

const ticket = (id, more = {}) => ({ id, subject: "Export", body: "x", status: "open", created: ago(5), ...more });

test("without a token the agents' side answers 401, with it what it was asked", async (context) => {
  const { server, kim } = await desk(context);
  for (const path of ["/v1/agent/search?q=a", "/v1/agent/tickets/1", "/v1/agent/similar?q=a", "/v1/flags"]) {
    const { status, headers } = await getJson(server.url + path);
    assert.equal(status, 401, path);
    assert.match(headers.get("www-authenticate"), /^Bearer/);
  }
  assert.equal((await kim.get("/v1/agent/search?q=export")).status, 200);
});

test("agents find their own articles too, and paste a link only where customers can read it", async (context) => {
  const { server, kim } = await desk(context);
  const open = (await kim.get("/v1/agent/search?q=export+my+data")).body.results[0];
  assert.equal(open.article, "billing/export");
  assert.match(open.paste.markdown, new RegExp(`^\\[Export your data\\]\\(${server.url}/articles/billing/export\\?via=[\\w-]+(#.*)?\\)$`));
  assert.match(open.paste.html, /^<a href="http.*\?via=/);
  assert.match(open.paste.text, /\?via=/);
  const closed = (await kim.get("/v1/agent/search?q=refund+a+customer")).body.results[0];
  assert.equal(closed.article, "internal/refunds");
  assert.doesNotMatch(JSON.stringify(closed.paste), /http/);
  assert.match(closed.paste.text, /second agent/);
});

test("three linked tickets put the article first for a fourth like them; taking them back undoes it", async (context) => {
  const { server, kim } = await desk(context);
  const words = (n) => `the quarterly moonbeam ledger wont balance anymore ${n}`;
  const first = async () =>
    (await getJson(`${server.url}/v1/suggest?q=${encodeURIComponent("quarterly moonbeam ledger does not balance")}&final=1`)).body.results[0]?.article;
  assert.notEqual(await first(), "account/delete");
  for (const n of [1, 2, 3])
    assert.equal((await kim.post("/v1/agent/links", { ticket: `t${n}`, article: "account/delete", agent: `a${n}`, text: words(n) })).status, 201);
  await until(async () => (await first()) === "account/delete", 3000);
  for (const n of [1, 2, 3])
    assert.equal((await kim.delete(`/v1/agent/links?ticket=t${n}&article=account/delete`)).status, 204);
  await until(async () => (await first()) !== "account/delete", 3000);
  assert.equal((await kim.delete("/v1/agent/links", { ticket: "t1", article: "account/delete" })).status, 404);
});

test("an article's address in an agent's reply is a link", async (context) => {
  const { server, kim } = await desk(context);
  const replies = [
    { at: ago(4), by: "customer", text: `I read ${server.url}/articles/billing/invoices` },
    { at: ago(3), by: "agent", text: `Please see ${server.url}/articles/billing/export?via=abc#as-a-spreadsheet.` },
  ];
  const { status, body } = await kim.post("/v1/tickets", ticket("7", { agent: "kim", replies }));
  assert.equal(status, 201, JSON.stringify(body));
  assert.equal(body.links, 1);
  const links = (await kim.get("/v1/agent/tickets/7")).body.links;
  assert.deepEqual(links.map((link) => [link.article, link.title, link.agent]), [["billing/export", "Export your data", "kim"]]);
});

test("a ticket shows what its customer searched, read and voted before writing", async (context) => {
  const { server, kim } = await desk(context);
  await visit(server, "s1", [
    { type: "search", at: ago(9), query: "export csv from anna@example.com", results: ["billing/export"] },
    { type: "view", at: ago(8), article: "billing/export", source: "widget" },
    { type: "read", at: ago(7.5), article: "billing/export", ms: 25000, scroll: 0.5 },
    { type: "read", at: ago(7), article: "billing/export", ms: 15000, scroll: 1 },
    { type: "vote", at: ago(6), article: "billing/export", value: "down" },
    { type: "ticket", at: ago(5), ref: "r-1" },
  ]);
  await kim.post("/v1/tickets", ticket("42", { ref: "r-1", created: ago(4.9) }));
  const { body } = await kim.get("/v1/agent/tickets/42");
  assert.deepEqual(body.way.map((step) => step.type), ["search", "read", "vote", "ticket"]);
  assert.equal(body.way[0].query, "export csv from [email]");
  assert.equal(body.way[1].ms, 40000);
  assert.equal(body.way[1].title, "Export your data");
  assert.deepEqual(body.already_read.map(({ article, ms }) => [article, ms]), [["billing/export", 40000]]);
  assert.equal((await kim.get("/v1/agent/tickets/nosuch")).status, 404);
});

test("past tickets like a new one are found, with what answered them, and advise", async (context) => {
  const { kim } = await desk(context);
  const past = { subject: "CSV export empty", body: "The exported spreadsheet has no rows at all since yesterday", status: "solved", created: ago(9000), category: "Export" };
  await kim.post("/v1/tickets", { id: "p1", ...past });
  await kim.post("/v1/tickets", { id: "p2", ...past, body: "Exported spreadsheet without rows" });
  await kim.post("/v1/tickets", { id: "p3", ...past, subject: "Invoice address", body: "Please change the address on my invoice", category: "Billing" });
  await kim.post("/v1/tickets", { id: "p4", ...past, status: "spam" });
  await kim.post("/v1/agent/links", { ticket: "p1", article: "billing/export" });
  await kim.post("/v1/tickets", ticket("n", { subject: "Urgent: export empty", body: "My exported spreadsheet has no rows. Why? What now? Who helps?", created: ago(3000) }));
  const { body } = await kim.get("/v1/agent/similar?ticket=n");
  assert.equal(body.tickets[0].ticket, "p1");
  assert.deepEqual(body.tickets[0].articles.map(({ article }) => article), ["billing/export"]);
  assert.ok(body.tickets.every(({ ticket: id }) => id !== "p4" && id !== "n"));
  assert.equal((await kim.get("/v1/agent/similar?q=exported+spreadsheet+rows")).body.tickets[0].ticket.slice(0, 1), "p");
  const { advice } = (await kim.get("/v1/agent/tickets/n")).body;
  assert.equal(advice.category.value, "Export");
  const reasons = advice.priority.points.map(({ points, reason }) => `${points} ${reason}`);
  assert.deepEqual(reasons, ["3 the customer writes “urgent”", "1 several questions at once", "1 open for over 48 hours"]);
  assert.equal(advice.priority.score, 5);
});

test("a ticket is told what topic it belongs to, or none", async (context) => {
  const { kim } = await desk(context);
  for (let i = 0; i < 5; i++) {
    await kim.post("/v1/tickets", ticket(`e${i}`, { subject: "Export spreadsheet empty", body: "", created: ago(100 + i) }));
    await kim.post("/v1/tickets", ticket(`a${i}`, { subject: "Change invoice address", body: "", created: ago(100 + i) }));
  }
  await kim.post("/v1/tickets", ticket("n", { subject: "Help", body: "Why is the spreadsheet of my export empty again?" }));
  await kim.post("/v1/tickets", ticket("x", { subject: "Good morning", body: "The office is closed on Friday." }));
  const { topic } = (await kim.get("/v1/agent/tickets/n")).body.advice;
  assert.match(topic.label, /export/i);
  assert.ok(topic.confidence >= 0.6 && topic.confidence <= 1, JSON.stringify(topic));
  assert.equal((await kim.get("/v1/agent/tickets/x")).body.advice.topic, null);
});

test("the operator decides what words, tags, length and age count; each point says what it is for", async (context) => {
  const { kim } = await desk(context, ["--priority-points", "urgent=0,export=4,gold=5,@questions=2,@48h=7"]);
  await kim.post("/v1/tickets", ticket("n", { subject: "Urgent: export empty", body: "Why? What now? Who helps?", tags: ["gold"], created: ago(3000) }));
  const { priority } = (await kim.get("/v1/agent/tickets/n")).body.advice;
  const reasons = priority.points.map(({ points, reason }) => `${points} ${reason}`);
  assert.deepEqual(reasons, ["4 the customer writes “export”", "5 tag “gold”", "2 several questions at once", "7 open for over 48 hours"]);
  assert.deepEqual(priority.points.map(({ rule, word }) => [rule, word]), [["word", "export"], ["tag", "gold"], ["questions", undefined], ["48h", undefined]]);
  assert.equal(priority.score, 18);
});

test("a draft keeps the steps whole, links the article, and is never sure of what is unknown", async (context) => {
  const { server, kim } = await desk(context);
  const { body } = await kim.post("/v1/agent/draft", { subject: "Export as a spreadsheet", body: "How do I export my data as CSV?" });
  assert.match(body.text, /1\. Open Settings\.\n2\. Choose Export\.\n3\. Pick CSV\./);
  assert.match(body.text, new RegExp(`${server.url}/articles/billing/export\\?via=`));
  assert.match(body.html, /<ol><li>Open Settings\.<\/li>/);
  assert.match(body.text, /a person will read it/);
  const unsure = (await kim.post("/v1/agent/draft", { subject: "Fish", body: "Do you sell aquariums?" })).body;
  assert.equal(unsure.send, false);
  const german = (await kim.post("/v1/agent/draft", { subject: "Export", body: "data", lang: "de" })).body;
  assert.match(german.text, /Guten Tag/);
  assert.equal(german.send, false);
});

test("flags go from open to done, and their agent sees what became of them", async (context) => {
  const { kim } = await desk(context);
  const raised = await kim.post("/v1/agent/flags", { kind: "outdated", article: "billing/export", note: "ask bob@example.com" });
  assert.equal(raised.status, 201);
  assert.equal(raised.body.note, "ask [email]");
  assert.equal((await kim.post("/v1/agent/flags", { kind: "odd", note: "" })).status, 422);
  assert.equal((await kim.post("/v1/agent/flags", { kind: "wrong", note: "" })).status, 422);
  const done = await kim.patch(`/v1/flags/${raised.body.id}`, { state: "done", owner: "wil", answer: "Rewritten, thank you." });
  assert.equal(done.body.state, "done");
  const mine = (await kim.get("/v1/flags?mine=1&state=done")).body.flags;
  assert.deepEqual(mine.map(({ id, owner, answer }) => [id, owner, answer]), [[raised.body.id, "wil", "Rewritten, thank you."]]);
  assert.equal((await kim.patch(`/v1/flags/${raised.body.id}`, {})).status, 422);
  assert.equal((await kim.get("/v1/flags?state=open")).body.flags.length, 0);
  assert.equal((await kim.patch("/v1/flags/999", { state: "done" })).status, 404);
  assert.equal((await kim.get("/v1/flags?state=odd")).status, 422);
});

test("links to an article that is gone are kept, unused, and told by doctor", async (context) => {
  const place = site(context, { ...files, "gone/old-page.md": "# Old page\n\nIt will go.\n" });
  const server = await place.serve();
  const kim = agent(server, token(place));
  const finds = async (article) =>
    (await getJson(`${server.url}/v1/suggest?q=purple+elephants+dance+at+night&final=1`)).body.results[0]?.article === article;
  const learning = () => /learning +(.*)/.exec(place.run(["doctor"]).stdout)[1];
  for (const n of [1, 2, 3])
    await kim.post("/v1/agent/links", { ticket: `g${n}`, article: "gone/old-page", agent: `a${n}`, text: "purple elephants dance at night" });
  await until(() => finds("gone/old-page"));
  assert.equal(learning(), "3 links of tickets and articles");
  rmSync(join(place.articles, "gone"), { recursive: true });
  await until(() => finds(undefined));
  assert.equal(learning(), "3 links of tickets and articles; 3 unused, of 1 articles that are gone, such as gone/old-page");
  write(place.articles, { "gone/old-page.md": "# Old page\n\nBack again.\n" });
  await until(() => finds("gone/old-page"));
  assert.equal(learning(), "3 links of tickets and articles");
});

test("what was learned is damaged: searches go on, doctor says so, and the next start learns it anew", async (context) => {
  const place = site(context, files);
  const first = await place.serve();
  const kim = agent(first, token(place));
  const finds = async (server) =>
    (await getJson(`${server.url}/v1/suggest?q=purple+elephants+dance+at+night&final=1`)).body.results[0]?.article === "billing/export";
  for (const n of [1, 2, 3])
    await kim.post("/v1/agent/links", { ticket: `g${n}`, article: "billing/export", agent: `a${n}`, text: "purple elephants dance at night" });
  await until(() => finds(first));
  await first.stop();
  const index = join(place.data, "index");
  const segments = readdirSync(index, { recursive: true }).filter((name) => /segment-\d+$/.test(name));
  assert.ok(segments.length);
  for (const name of segments) writeFileSync(join(index, name), "not what was learned");
  const { code, stdout } = place.run(["doctor"]);
  assert.equal(code, 1);
  assert.match(stdout, /learning .*segment-\d+ is damaged/);
  assert.match(stdout, /systemctl restart deflect/);
  assert.equal(place.run(["search", "export", "my", "data"]).code, 0);
  const second = await place.serve();
  await until(() => finds(second));
  assert.match(place.run(["doctor"]).stdout, /learning +3 links of tickets and articles/);
});
