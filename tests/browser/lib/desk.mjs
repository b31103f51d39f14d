/** The agent's desk in a browser: a server with a few articles, an agent, and a page to sign in on. */

import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { agent, ago, token, visit } from "../../lib/agents.mjs";
import { site, until } from "../../lib/deflect.mjs";
import { closeTab } from "./browser.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
export const shots = process.env.SHOTS;
export const files = {
  "billing/export.md":
    "---\ntitle: Export your data\n---\n\nYou can take your data with you at any time.\n\n## As a spreadsheet\n\n1. Open Settings.\n2. Choose **Export**.\n3. Pick *CSV*.\n\n| Format | Rows |\n| --- | --- |\n| CSV | all |\n\n## By the API\n\n```sh\ncurl https://api.example.com/export\n```\n",
  "billing/export-empty.md": "# An export without rows\n\nAn export is empty when the period has no bookings. Choose a longer period and export again.\n",
  "billing/invoices.md": "# Download an invoice\n\nInvoices stand under Settings, Billing.\n",
  "de/konto.md": "---\ntitle: Daten exportieren\nlang: de\n---\n\nDer Export Ihrer Daten als CSV steht in den Einstellungen.\n",
  "internal/refunds.md": "---\ntitle: Export for auditors\naudience: agents\n---\n\nAn export for auditors needs a second agent.\n",
};

export async function open(browser, context, { path = "/desk", width = 1280, height = 800, scheme = "light", args = [], articles = files } = {}) {
  const place = site(context, articles);
  const secret = token(place, "agent", "kim");
  const server = await place.serve(args);
  const kim = agent(server, secret);
  const page = await (await browser.newContext({ viewport: { width, height }, colorScheme: scheme, permissions: ["clipboard-read", "clipboard-write"] })).newPage();
  const problems = [];
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  page.on("pageerror", (error) => problems.push(String(error)));
  context.after(() => closeTab(page.context()));
  const signIn = async (to = path) => {
    await page.goto(server.url + to);
    await page.waitForFunction(() => document.activeElement?.name === "token");
    await page.keyboard.type(secret);
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => url.pathname === "/desk");
  };
  return { place, server, kim, page, secret, signIn, problems };
}

export async function fileTicket({ server, kim }) {
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

export const clean = async (page) => {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`), []);
};

export const shoot = async (page, name) => {
  if (!shots) return;
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: `${shots}/${name}.png` });
};

export const said = (page, pattern) => until(async () => pattern.test(await page.textContent("[data-toast]")));

