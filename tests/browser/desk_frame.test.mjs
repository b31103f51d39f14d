// The desk in the side bar of a help desk on another site, by https, with third-party cookies off; and its bookmark.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { agent, token } from "../lib/agents.mjs";
import { site, until } from "../lib/deflect.mjs";
import { closeTab, startBrowser } from "./lib/browser.mjs";
import { fileTicket, files } from "./lib/desk.mjs";
import { startTlsProxy, startTlsSite } from "./lib/tls.mjs";

let browser;

before(async () => (browser = await startBrowser(["--test-third-party-cookie-phaseout"])));
after(() => browser.close());

/** A help desk's page with a field to answer in, and the desk in a frame that has the leave ALLOW. */
const ticketPage = (desk, allow) => `<!doctype html><html lang="en"><title>Ticket 42</title>
<h1>Ticket 42</h1><p id="words">export without rows</p><textarea id="reply" aria-label="Reply" autofocus></textarea>
<iframe title="Deflect" width="360" height="700" src="${desk}/desk?ticket=42" allow="${allow}"></iframe>`;

/** Deflect behind https at one site, a help desk at another; STRANGER: one that is not named. */
async function open(context, { allow = "clipboard-write", stranger = false } = {}) {
  const proxy = await startTlsProxy();
  const helpDesk = await startTlsSite((request, response) => {
    response.setHeader("content-type", "text/html");
    response.end(ticketPage(proxy.origin, allow));
  });
  const place = site(context, files);
  const secret = token(place, "agent", "kim");
  const server = await place.serve(["--public-url", proxy.origin, "--frame-ancestors", stranger ? "https://desk.example.com" : helpDesk.origin]);
  proxy.target = server.url;
  await fileTicket({ server, kim: agent(server, secret) });
  const tab = await browser.newContext({ ignoreHTTPSErrors: true });
  const page = await tab.newPage();
  context.after(async () => {
    await closeTab(tab);
    await Promise.all([proxy.close(), helpDesk.close()]);
  });
  await page.goto(helpDesk.origin);
  return { page, tab, proxy, helpDesk, server, secret, kim: agent(server, secret), frame: page.frameLocator("iframe") };
}

async function signIn({ frame, secret }) {
  await frame.locator("#token").fill(secret);
  await frame.locator("#token").press("Enter");
  await frame.locator("[role=option] >> text=An export without rows").first().waitFor();
}

for (const [allow, how] of [["clipboard-write", "with leave for the clipboard"], ["", "without leave for the clipboard"]])
  test(`an agent signs in within the frame and copies a link, ${how}`, async (context) => {
    const desk = await open(context, { allow });
    const { page, frame, kim } = desk;
    await signIn(desk);
    await frame.locator("#results").focus();
    await page.keyboard.press("Enter");
    await frame.locator("[data-toast] >> text=Counted for ticket 42").waitFor();
    await page.click("#reply");
    await page.keyboard.press("Control+V");
    await until(async () => /^\[An export without rows\]\(https:.*via=/.test(await page.inputValue("#reply")));
    assert.equal((await kim.get("/v1/agent/tickets/42")).body.links.length, 1);
    const cookie = (await desk.tab.cookies(desk.proxy.origin)).find(({ name }) => name === "deflect_session");
    assert.deepEqual([cookie.sameSite, cookie.secure, cookie.httpOnly], ["None", true, true]);
    assert.ok(cookie.partitionKey, "the cookie belongs to this help desk alone");
  });

test("the frame takes neither focus nor keys from the help desk", async (context) => {
  const desk = await open(context);
  const { page } = desk;
  await signIn(desk);
  await page.reload();
  await page.focus("#reply");
  await desk.frame.locator("[data-similar] >> text=CSV export empty").waitFor();
  await page.keyboard.type("hm/f?");
  assert.equal(await page.inputValue("#reply"), "hm/f?");
  assert.equal(await desk.frame.locator("dialog[open]").count(), 0);
});

test("in a frame too, a session changes nothing without its own code, and nobody else can use it", async (context) => {
  const desk = await open(context);
  await signIn(desk);
  const raise = (origin) =>
    fetch(origin + "/v1/agent/flags", { method: "POST", credentials: "include", headers: { "content-type": "application/json" }, body: '{"kind":"missing"}' })
      .then(({ status }) => status, () => "refused");
  const within = desk.page.frames().find((frame) => frame.url().startsWith(desk.proxy.origin));
  assert.equal(await within.evaluate(raise, ""), 401);
  assert.equal(await desk.page.evaluate(raise, desk.proxy.origin), "refused");
  assert.deepEqual((await desk.kim.get("/v1/flags")).body.flags, []);
});

test("a site that is not named cannot frame the desk", async (context) => {
  const { page, frame } = await open(context, { stranger: true });
  await until(() => page.frames().some((one) => one.url().startsWith("chrome-error:")));
  assert.equal(await frame.locator("#token").count(), 0);
});

test("the bookmark takes the selected text to the desk as the question", async (context) => {
  const desk = await open(context);
  const { tab, page, proxy, secret } = desk;
  const own = await tab.newPage();
  await own.goto(proxy.origin + "/desk");
  await own.fill("#token", secret);
  await own.press("#token", "Enter");
  await own.waitForSelector("#q");
  const bookmark = await own.getAttribute("[data-bookmarklet]", "href");
  await page.evaluate(() => getSelection().selectAllChildren(document.getElementById("words")));
  const opened = tab.waitForEvent("page");
  await page.evaluate((code) => globalThis.eval(code), decodeURIComponent(bookmark.replace(/^javascript:/, "")));
  const there = await opened;
  await there.waitForSelector("[role=option] >> text=An export without rows");
  assert.equal(await there.inputValue("#q"), "export without rows");
});
