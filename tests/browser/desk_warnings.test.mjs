// What the desk warns of before an article is sent: overdue, archived, another language, read or sent already.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ago } from "../lib/agents.mjs";
import { write } from "../lib/deflect.mjs";
import { startBrowser } from "./lib/browser.mjs";
import { clean, fileTicket, files, open, said, shoot } from "./lib/desk.mjs";

let browser;

before(async () => (browser = await startBrowser()));
after(() => browser.close());

const old = "---\ntitle: Export as XML\nreviewed: 2020-01-31\nreview_every: 90d\n---\n\nAn XML export stands under Settings, Export, XML.\n";
const german = "---\ntitle: Export in Zeilen\nlang: de\n---\n\nEin leerer Export hat keine Zeilen: Wählen Sie einen längeren Zeitraum.\n";

const clipboard = (page) => page.evaluate(() => navigator.clipboard.readText());

/** Moves down to the result that SELECTOR finds something in. */
async function choose(page, selector) {
  await page.focus("#results");
  await page.keyboard.press("Home");
  for (let i = 0; i < 12 && !(await page.locator(`[aria-selected=true] ${selector}`).count()); i++) await page.keyboard.press("ArrowDown");
  assert.equal(await page.locator(`[aria-selected=true] ${selector}`).count(), 1);
}

test("an article whose review is overdue is marked, and copying it warns", async (context) => {
  const { page, signIn, problems } = await open(browser, context, { path: "/desk?q=xml+export", articles: { "xml.md": old } });
  await signIn();
  await choose(page, ".badge.overdue");
  await page.waitForSelector("[data-preview] .notice >> text=Its review was due on Apr 30, 2020");
  await page.keyboard.press("Enter");
  await said(page, /Link copied as Markdown\. Its review was due on/);
  assert.match(await clipboard(page), /via=/);
  await clean(page);
  assert.deepEqual(problems, []);
});

test("with a ticket, another language and what was read or sent already are marked, and copying warns", async (context) => {
  const desk = await open(browser, context, { path: "/desk?ticket=42", articles: { ...files, "de/export.md": german } });
  const { page } = desk;
  await fileTicket(desk);
  await desk.signIn();
  await page.waitForSelector(".badge.lang >> text=German");
  await choose(page, ".badge.lang");
  await page.keyboard.press("Enter");
  await said(page, /Link copied.* It is in German, not in the customer's language/);
  await page.waitForSelector("[aria-selected=true] .badge.sent");
  await choose(page, ".badge.read");
  await page.waitForSelector("[data-preview] .notice >> text=The customer has read it already");
  await page.keyboard.press("Enter");
  await said(page, /The customer has read it already/);
  await page.keyboard.press("u");
  await said(page, /Taken back/);
  assert.equal(await page.locator("[aria-selected=true] .badge.sent").count(), 0);
});

test("what solved a similar ticket can be sent again, unless it is archived since: then only as text", async (context) => {
  const desk = await open(browser, context, { path: "/desk?ticket=42" });
  const { page, place, kim } = desk;
  await fileTicket(desk);
  await desk.signIn();
  await page.waitForSelector(".similar .answer >> text=An export without rows");
  await page.click(".similar .answer button");
  await said(page, /Link copied.*Counted for ticket 42/);
  assert.match(await clipboard(page), /\/articles\/billing\/export-empty\?via=/);
  write(place.articles, { "billing/export-empty.md": "---\ntitle: An export without rows\nstatus: archived\n---\n\nChoose a longer period.\n" });
  place.run(["index"]);
  for (let archived = false; !archived; )
    archived = (await kim.get("/v1/agent/similar?ticket=42")).body.tickets[0].articles[0].status === "archived";
  await page.reload();
  await page.waitForSelector(".similar .badge.unpublished >> text=Archived");
  await shoot(page, "desk-archived");
  await page.click(".similar .answer button");
  await said(page, /Passage copied\..* Customers cannot open it/);
  assert.equal(await clipboard(page), "Choose a longer period.");
});

test("similar tickets that are solved stand before those that are not", async (context) => {
  const desk = await open(browser, context, { path: "/desk?ticket=42" });
  await fileTicket(desk);
  await desk.kim.post("/v1/tickets", { id: "41", subject: "Export without rows", body: "My exported spreadsheet has no rows.", status: "open", created: ago(60) });
  await desk.signIn();
  await desk.page.waitForSelector(".similar li:nth-child(2)");
  assert.match(await desk.page.textContent(".similar li:nth-child(1)"), /CSV export empty/);
  assert.match(await desk.page.textContent(".similar li:nth-child(2)"), /Export without rows/);
});
