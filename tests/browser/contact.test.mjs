// The contact form and the team's list of what waits, in a browser: with and without JavaScript.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, test } from "node:test";
import { token } from "../lib/agents.mjs";
import { site, until } from "../lib/deflect.mjs";
import { deadPort, httpReceiver } from "../lib/receiver.mjs";
import { closeTab, startBrowser } from "./lib/browser.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const shots = process.env.SHOTS;
let browser;

before(async () => (browser = await startBrowser()));
after(() => browser.close());

async function open(context, url, options = {}) {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })).newPage();
  context.after(() => closeTab(page.context()));
  await page.goto(url);
  return page;
}

async function shoot(page, name) {
  if (!shots) return;
  mkdirSync(shots, { recursive: true });
  for (const colorScheme of ["light", "dark"])
    for (const width of [390, 1280]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      await page.screenshot({ path: `${shots}/${name}-${width}-${colorScheme}.png`, fullPage: true });
    }
}

async function isAccessible(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => axe.run());
  assert.deepEqual(violations.map((violation) => violation.id), []);
}

const fill = async (page) => {
  await page.fill("#email", "ada@example.com");
  await page.fill("#subject", "I forgot my password");
  await page.fill("#message", "How do I set a new one?");
};

test("with JavaScript the request names the visit, and what was read goes along", async (context) => {
  const receiver = await httpReceiver(context);
  const place = site(context);
  const service = await place.serve(["--contact-forward", receiver.url]);
  const page = await open(context, service.url + "/articles/account/reset-password");
  await page.waitForFunction(() => sessionStorage.length > 0);
  await Promise.all([page.waitForURL("**/contact**"), page.locator("a[href^='/contact']").last().click()]);
  await isAccessible(page);
  await fill(page);
  // Nobody fills a form in less than three seconds; this browser would.
  await page.waitForFunction((shown) => Date.now() - shown > 3100, Number((await page.inputValue("[name=stamp]")).split(".")[0]));
  await page.click("button[type=submit]");
  await page.waitForSelector("[role=status]");
  assert.match(await page.textContent("[role=status]"), /Your request has arrived/);
  const body = JSON.parse((await until(() => receiver.calls[0])).body);
  assert.ok(body.session);
  assert.deepEqual(body.read.map((article) => article.article), ["account/reset-password"]);
});

test("without JavaScript the form works, and the hidden field is out of sight and reach", async (context) => {
  const place = site(context);
  const service = await place.serve(["--contact-forward", `http://127.0.0.1:${await deadPort()}/`]);
  const page = await open(context, service.url + "/contact", { javaScriptEnabled: false });
  assert.ok((await page.locator("div:has(> #website)").boundingBox()).width <= 1);
  await shoot(page, "contact");
  await fill(page);
  await page.focus("#message");
  await page.keyboard.press("Tab");
  assert.equal(await page.locator("button[type=submit]:focus").count(), 1);
  await page.keyboard.press("Enter"); // within seconds: held
  await page.waitForSelector("[role=status]");
  assert.match(place.run(["outbox", "list"]).stderr, /0 waiting, 1 held/);
});

test("the team sees what waits, lets a held one go and drops another", async (context) => {
  const receiver = await httpReceiver(context);
  const place = site(context);
  const secret = token(place, "agent", "kim");
  const service = await place.serve(["--contact-forward", receiver.url]);
  for (const subject of ["First <b>bold</b>", "Second"])
    await fetch(service.url + "/contact", { method: "POST", body: new URLSearchParams({ email: "ada@example.com", subject, message: "Line one\nLine two", stamp: "" }) });
  const page = await open(context, service.url + "/outbox");
  await page.fill("[name=token]", secret);
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.pathname === "/outbox");
  assert.deepEqual(await page.locator(".outbox-item h2").allTextContents(), ["First <b>bold</b>", "Second"]);
  assert.match(await page.textContent(".outbox-item"), /Held as spam/);
  await isAccessible(page);
  await shoot(page, "outbox");
  const desk = await open(context, service.url + "/desk");
  await desk.fill("[name=token]", secret);
  await desk.keyboard.press("Enter");
  await desk.waitForURL((url) => url.pathname === "/desk");
  await until(async () => (await desk.reload(), await desk.locator("a[href='/outbox']").count()) === 1);
  assert.equal(await desk.textContent("a[href='/outbox']"), "2 requests wait");
  await shoot(desk, "desk");
  await page.locator(".outbox-item").first().getByRole("button", { name: "Deliver now" }).click();
  await until(() => receiver.calls.length === 1);
  await page.locator(".outbox-item", { hasText: "Second" }).getByRole("button", { name: "Drop for good" }).click();
  await until(async () => (await page.goto(service.url + "/outbox"), await page.getByText("Nothing waits").count()) === 1);
  assert.equal(receiver.calls.length, 1);
  const forged = await fetch(service.url + "/outbox", { method: "POST", redirect: "manual", body: new URLSearchParams({ id: "x", action: "drop" }) });
  assert.equal(forged.status, 303);
  assert.match(forged.headers.get("location"), /^\/sign-in/);
});
