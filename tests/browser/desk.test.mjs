// The agent's desk in a browser: from ticket to sent link by keyboard, flags, sign-in, side bar, accessibility.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ago } from "../lib/agents.mjs";
import { until } from "../lib/deflect.mjs";
import { startBrowser } from "./lib/browser.mjs";
import { clean, fileTicket, open as openDesk, said, shoot, shots } from "./lib/desk.mjs";

let browser;
const open = (context, options) => openDesk(browser, context, options);

before(async () => (browser = await startBrowser()));
after(() => browser.close());

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
  await page.waitForSelector(".similar .answer >> text=An export without rows");
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

test("the chosen result is in sight when the desk opens, however long the list", async (context) => {
  const { page, signIn } = await open(context, { path: "/desk?q=export", height: 320 });
  await signIn();
  await page.waitForSelector("[aria-selected=true]");
  await page.waitForFunction(() => document.activeElement?.getAttribute("role") === "listbox");
  const [chosen, list] = [await page.locator("[aria-selected=true]").boundingBox(), await page.locator(".results").boundingBox()];
  assert.ok(chosen.y >= list.y, `${chosen.y} is above ${list.y}`);
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
  await kim.patch(`/v1/flags/${flags[0].id}`, { state: "done", owner: "wil", answer: "Rewritten today, thank you." });
  await page.reload();
  await said(page, /Your flag is answered: Outdated · Export your data/);
  await page.waitForSelector("[data-flags-answered]:not([hidden])");
  await page.click("[data-open=my-flags]");
  await page.waitForSelector("#my-flags >> text=Done: wil");
  await page.waitForSelector("#my-flags >> text=Rewritten today, thank you.");
  await page.waitForSelector("#my-flags >> text=Export your data");
  await page.reload();
  await page.waitForSelector("[aria-selected=true]");
  assert.ok(await page.isHidden("[data-flags-answered]"), "what was seen is no news");
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

test("the strip names the topic that a ticket is about", async (context) => {
  const desk = await open(context);
  const file = (id, subject, body, minutes) => desk.kim.post("/v1/tickets", { id, subject, body, status: "open", created: ago(minutes) });
  for (let i = 0; i < 5; i++) {
    await file(`e${i}`, "Export spreadsheet empty", "", 100 + i);
    await file(`a${i}`, "Change invoice address", "", 100 + i);
  }
  await file("n", "Help", "Why is the spreadsheet of my export empty again?", 5);
  await desk.signIn();
  await desk.page.goto(desk.server.url + "/desk?ticket=n");
  await desk.page.locator(".advice").getByText(/^About .*export/i).waitFor();
  assert.deepEqual(desk.problems, []);
});

test("why a ticket is urgent is said in the reader's language", async (context) => {
  const desk = await open(context);
  await fileTicket(desk);
  await desk.signIn();
  await desk.page.goto(desk.server.url + "/desk?lang=de&ticket=42");
  await desk.page.locator(".advice summary").click();
  await desk.page.getByText("+3 der Kunde schreibt „urgent“").waitFor();
  assert.deepEqual(desk.problems, []);
});
