// The agent's desk in a browser: from ticket to sent link by keyboard, flags, sign-in, side bar, accessibility.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { agent, ago, token, visit } from "../lib/agents.mjs";
import { site, until } from "../lib/deflect.mjs";
import { startBrowser } from "./lib/browser.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const shots = process.env.SHOTS;
let browser;

before(async () => (browser = await startBrowser()));
after(() => browser.close());

const files = {
  "billing/export.md":
    "---\ntitle: Export your data\n---\n\nYou can take your data with you at any time.\n\n## As a spreadsheet\n\n1. Open Settings.\n2. Choose **Export**.\n3. Pick *CSV*.\n\n| Format | Rows |\n| --- | --- |\n| CSV | all |\n\n## By the API\n\n```sh\ncurl https://api.example.com/export\n```\n",
  "billing/export-empty.md": "# An export without rows\n\nAn export is empty when the period has no bookings. Choose a longer period and export again.\n",
  "billing/invoices.md": "# Download an invoice\n\nInvoices stand under Settings, Billing.\n",
  "de/konto.md": "---\ntitle: Daten exportieren\nlang: de\n---\n\nDer Export Ihrer Daten als CSV steht in den Einstellungen.\n",
  "internal/refunds.md": "---\ntitle: Export for auditors\naudience: agents\n---\n\nAn export for auditors needs a second agent.\n",
};

async function open(context, { path = "/desk", width = 1280, height = 800, scheme = "light", args = [] } = {}) {
  const place = site(context, files);
  const secret = token(place, "agent", "kim");
  const server = await place.serve(args);
  const kim = agent(server, secret);
  const page = await (await browser.newContext({ viewport: { width, height }, colorScheme: scheme, permissions: ["clipboard-read", "clipboard-write"] })).newPage();
  const problems = [];
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  page.on("pageerror", (error) => problems.push(String(error)));
  context.after(() => page.context().close());
  const signIn = async (to = path) => {
    await page.goto(server.url + to);
    await page.keyboard.type(secret);
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => url.pathname === "/desk");
  };
  return { place, server, kim, page, secret, signIn, problems };
}

async function fileTicket({ server, kim }) {
  await visit(server, "s1", [
    { type: "search", at: ago(9), query: "export csv", results: ["billing/export"] },
    { type: "view", at: ago(8), article: "billing/export", source: "widget" },
    { type: "read", at: ago(7), article: "billing/export", ms: 40000, scroll: 1 },
    { type: "vote", at: ago(6), article: "billing/export", value: "down" },
    { type: "ticket", at: ago(5), ref: "r1" },
  ]);
  const past = { subject: "CSV export empty", body: "The exported spreadsheet has no rows at all", status: "solved", created: ago(9000), category: "Export" };
  await kim.post("/v1/tickets", { id: "31", ...past });
  await kim.post("/v1/agent/links", { ticket: "31", article: "billing/export-empty" });
  await kim.post("/v1/tickets", { id: "42", ref: "r1", subject: "Export without rows", body: "My exported spreadsheet has no rows. Is this urgent?", status: "open", created: ago(4.9) });
}

const clean = async (page) => {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`), []);
};

const shoot = async (page, name) => {
  if (!shots) return;
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: `${shots}/${name}.png` });
};

const said = (page, pattern) => until(async () => pattern.test(await page.textContent("[data-toast]")));

test("from ticket to sent link by keyboard alone, in one key", async (context) => {
  const desk = await open(context, { path: "/desk?ticket=42" });
  const { page, kim } = desk;
  await fileTicket(desk);
  await desk.signIn();
  await page.waitForSelector("[role=option] >> text=An export without rows");
  assert.equal(new URL(page.url()).search, "?ticket=42");
  await page.waitForSelector("[data-ticket] >> text=Export without rows");
  const way = (await page.textContent(".way")).replace(/\s+/g, " ");
  assert.match(way, /searched export csv.*read Export your data 40 sec?.*voted no.*wrote/);
  await page.waitForSelector("[role=option]:has-text('Export your data') >> text=Already read");
  await page.waitForSelector("[data-similar] >> text=CSV export empty");
  await page.waitForSelector("[data-draft] textarea");
  await until(() => page.evaluate(() => document.activeElement.id === "results"));
  await shoot(page, "desk-1280-light");
  await clean(page);
  const chosen = await page.textContent("[aria-selected=true] .title");
  await page.keyboard.press("Enter");
  await said(page, /Link copied as Markdown\. Counted for ticket 42/);
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^\[.+\]\(http.+\/articles\/.+\?via=[\w-]+/);
  assert.deepEqual((await kim.get("/v1/agent/tickets/42")).body.links.map(({ title }) => title), [chosen]);
  await page.keyboard.press("u");
  await said(page, /Taken back/);
  assert.deepEqual((await kim.get("/v1/agent/tickets/42")).body.links, []);
  assert.deepEqual(desk.problems, []);
});

test("typing searches, arrows move and the preview follows, letters choose the form", async (context) => {
  const { page, signIn, problems } = await open(context);
  await signIn();
  await page.keyboard.press("/");
  await page.keyboard.type("export");
  await page.waitForSelector("[role=option]");
  await page.keyboard.press("ArrowDown");
  const titles = await page.locator("[role=option] .title").allTextContents();
  assert.ok(titles.length >= 3);
  await page.keyboard.press("ArrowDown");
  await page.waitForSelector(`[data-preview] h2:has-text("${titles[1]}")`);
  await page.keyboard.press("h");
  await said(page, /copied as HTML/);
  while (!(await page.locator("[aria-selected=true] .agents").count())) await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await said(page, /Passage copied\. There is no link/);
  assert.doesNotMatch(await page.evaluate(() => navigator.clipboard.readText()), /http/);
  await page.keyboard.press("/");
  assert.equal(await page.evaluate(() => document.activeElement.id), "q");
  assert.deepEqual(problems, []);
});

test("two keystrokes flag an article, and its agent sees the answer", async (context) => {
  const { page, signIn, kim } = await open(context, { path: "/desk?q=export+data" });
  await signIn();
  await page.waitForSelector("[aria-selected=true]");
  await page.keyboard.press("f");
  await page.waitForSelector("dialog[open]");
  await shoot(page, "desk-flag");
  await clean(page);
  await page.keyboard.press("o");
  await said(page, /Flagged: Outdated/);
  const { flags } = (await kim.get("/v1/flags?state=open")).body;
  assert.deepEqual(flags.map(({ kind, agent: who }) => [kind, who]), [["outdated", "kim"]]);
  await kim.patch(`/v1/flags/${flags[0].id}`, { state: "done" });
  await page.reload();
  await page.waitForSelector("[data-flags-answered]:not([hidden])");
  await page.click("[data-open=my-flags]");
  await page.waitForSelector("#my-flags >> text=Done");
});

test("letter keys can be turned off, and stay off", async (context) => {
  const { page, signIn } = await open(context, { path: "/desk?q=export" });
  await signIn();
  await page.waitForSelector("[aria-selected=true]");
  await page.keyboard.press("?");
  await page.waitForSelector("#keys[open]");
  await shoot(page, "desk-keys");
  await clean(page);
  await page.uncheck("[data-letters]");
  await page.keyboard.press("Escape");
  await page.reload();
  await page.waitForSelector("[aria-selected=true]");
  await page.focus("#results");
  await page.keyboard.press("f");
  assert.equal(await page.locator("dialog[open]").count(), 0);
  await page.keyboard.press("Enter");
  await said(page, /Link copied/);
});

test("a wrong token does not sign in; signing out ends the session", async (context) => {
  const { page, server, signIn } = await open(context);
  await page.goto(server.url + "/desk");
  await shoot(page, "sign-in");
  await clean(page);
  await page.keyboard.type("dfl_wrong");
  await page.keyboard.press("Enter");
  await page.waitForSelector("[role=alert]");
  await signIn();
  const cookie = (await page.context().cookies()).find(({ name }) => name === "deflect_session");
  assert.ok(cookie.httpOnly);
  assert.equal(cookie.sameSite, "Lax");
  const forged = await page.evaluate(() =>
    fetch("/v1/agent/flags", { method: "POST", headers: { "content-type": "application/json" }, body: '{"kind":"missing"}' }).then(({ status }) => status));
  assert.equal(forged, 401, "a cookie without the CSRF token changes nothing");
  await page.click("[data-open=keys]");
  await page.click("#keys >> text=Sign out");
  await page.waitForURL(/sign-in/);
  await page.goto(server.url + "/desk");
  assert.match(page.url(), /\/sign-in/);
});

test("the desk is usable in a side bar of 320 pixels, and in the dark", async (context) => {
  const desk = await open(context, { path: "/desk?ticket=42", width: 320, height: 700, scheme: "dark" });
  const { page } = desk;
  await fileTicket(desk);
  await desk.signIn();
  await page.waitForSelector("[data-similar] >> text=CSV export empty");
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "no sideways scrolling");
  await shoot(page, "desk-320-dark");
  await clean(page);
  if (shots) await page.screenshot({ path: `${shots}/desk-320-dark-full.png`, fullPage: true });
  await page.setViewportSize({ width: 1280, height: 800 });
  await shoot(page, "desk-1280-dark");
  await clean(page);
});
