// How often an article was sent, and which tickets came back: in the API, in reports and on the article's pages.
import assert from "node:assert/strict";
import { test } from "node:test";
import { site } from "../lib/deflect.mjs";
import { ago, agent, token } from "../lib/agents.mjs";

const ticket = (id, status, updated) => ({ id, subject: "Invoice", body: "Where is it?", status, created: ago(90), updated: ago(updated) });

test("an article tells how many tickets it was sent for, and how many of these came back", async (context) => {
  const place = site(context);
  const server = await place.serve();
  const secret = token(place, "writer"), writer = agent(server, secret);
  const sent = async () => (await writer.get("/v1/articles/billing/invoices")).body.sent;
  assert.deepEqual(await sent(), { tickets: 0, returned: 0 });
  const replies = [{ at: ago(60), by: "agent", text: `See ${server.url}/articles/billing/invoices` }];
  for (const id of ["1", "2", "3", "4"]) await writer.post("/v1/tickets", { ...ticket(id, "solved", 50), replies });
  assert.deepEqual(await sent(), { tickets: 4, returned: 0 });
  await writer.post("/v1/tickets", ticket("1", "open", 40));
  await writer.post("/v1/tickets", { ...ticket("1", "solved", 30), replies: [{ at: ago(35), by: "agent", text: `Again: ${server.url}/articles/billing/invoices` }] });
  await writer.post("/v1/tickets", ticket("2", "pending", 45));
  await writer.post("/v1/tickets", ticket("3", "closed", 20));
  await writer.post("/v1/tickets", ticket("4", "spam", 20));
  assert.deepEqual(await sent(), { tickets: 3, returned: 2 }, "solved again, it came back all the same; spam counts nowhere");
  const report = (await writer.get("/v1/reports/articles/billing/invoices")).body;
  assert.deepEqual(report.sent, { tickets: 3, returned: 2 });
  assert.deepEqual((await writer.get("/v1/reports/articles/billing/invoices?from=2020-01-01&to=2020-02-01")).body.sent, { tickets: 0, returned: 0 });
  const page = async (path, headers) => (await fetch(server.url + path, { headers })).text();
  const bearer = { authorization: `Bearer ${secret}` };
  assert.match(await page("/articles/billing/invoices", bearer), /Sent for tickets: 3 · came back: 2/);
  assert.doesNotMatch(await page("/articles/billing/invoices"), /Sent for tickets/);
  assert.match(await page("/insights/articles/billing/invoices", bearer), /Sent by agents[^]*<b>3<\/b>[^]*2 were opened again/);
  assert.equal((await (await fetch(server.url + "/v1/articles/billing/invoices")).json()).sent, undefined);
});

test("what was opened again before the article was sent did not come back after it", async (context) => {
  const place = site(context);
  const server = await place.serve();
  const kim = agent(server, token(place));
  for (const [status, minutes] of [["solved", 80], ["open", 70], ["solved", 10]]) await kim.post("/v1/tickets", ticket("1", status, minutes));
  await kim.post("/v1/agent/links", { ticket: "1", article: "billing/invoices" });
  assert.deepEqual((await kim.get("/v1/articles/billing/invoices")).body.sent, { tickets: 1, returned: 0 });
});
