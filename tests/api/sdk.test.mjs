// The one-file clients in sdk/: the same story told in both languages.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer, request as ask } from "node:http";
import { join } from "node:path";
import { test } from "node:test";
import { Deflect, DeflectError } from "../../sdk/deflect.mjs";
import { ago, token } from "../lib/agents.mjs";
import { root, site } from "../lib/deflect.mjs";
import { findOperation, operations } from "./lib/openapi.mjs";

const ticket = { id: "o/r#1", subject: "Password", body: "I forgot my password", status: "open", created: ago(5) };

/** A service, and between it and the client somebody who notes what is called. */
async function open(context) {
  const place = site(context);
  const service = await place.serve();
  const called = new Set();
  const recorder = createServer((request, response) => {
    const found = findOperation(request.method, decodeURIComponent(request.url.split("?")[0]));
    called.add(found ? `${found.method} ${found.path}` : `${request.method} ${request.url} is not described`);
    const onward = ask(service.url + request.url, { method: request.method, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  });
  recorder.listen(0, "127.0.0.1");
  await once(recorder, "listening");
  context.after(() => (recorder.closeAllConnections(), recorder.close()));
  return { url: `http://127.0.0.1:${recorder.address().port}`, secret: token(place, "writer"), called };
}

/** Pages and desks send these themselves. */
const NOT_FOR_CLIENTS = ["POST /v1/suggest", "POST /v1/events", "POST /v1/hooks/{desk}"];

function assertAllCalled(called) {
  const described = operations.map(({ method, path }) => `${method} ${path}`).filter((one) => one.includes(" /v1/") && !NOT_FOR_CLIENTS.includes(one));
  const reports = (one) => /reports\/\w+$/.test(one) && one !== "GET /v1/reports/deflection";
  assert.deepEqual([...called].filter((one) => !described.includes(one)), []);
  assert.deepEqual(described.filter((one) => !called.has(one) && !reports(one)), [], "operations without a function");
}

test("deflect.mjs sends tickets, links and flags, and reads reports", async (context) => {
  const { url, secret, called } = await open(context);
  const client = new Deflect(url + "/", { token: secret });
  assert.equal((await client.suggest("forgot my password", { limit: 1 })).results.length, 1);
  assert.equal((await client.article("billing/invoices")).title, "Download an invoice");
  assert.equal((await client.putTicket(ticket)).created, true);
  assert.equal((await client.changeTicket(ticket.id, { status: "solved" })).created, false);
  assert.equal((await client.link({ ticket: ticket.id, article: "account/reset-password" })).created, true);
  assert.equal((await client.ticket(ticket.id)).links[0].article, "account/reset-password");
  assert.equal((await client.similar({ text: "forgot password" })).tickets[0].ticket, ticket.id);
  assert.match((await client.draft({ subject: "Forgot password" })).text, /\?via=/);
  assert.equal((await client.search("refund a customer")).results[0].article, "internal/refunds");
  assert.equal(await client.unlink({ ticket: ticket.id, article: "account/reset-password" }), null);
  assert.equal((await client.articles({ lang: "en" })).articles.length, 2);
  const flag = await client.flag({ kind: "missing", note: "n" });
  assert.equal(flag.state, "open");
  assert.equal((await client.flags({ state: "open" })).flags[0].id, flag.id);
  const { owner, answer } = await client.changeFlag(flag.id, { state: "done", owner: "wil", answer: "written" });
  assert.deepEqual([owner, answer], ["wil", "written"]);
  assert.deepEqual((await client.articleReport("billing/invoices")).sent, { tickets: 0, returned: 0 });
  assert.ok(Array.isArray((await client.tasks({ state: "open" })).tasks));
  await assert.rejects(client.changeTask("nosuch", "taken"), (error) => error.status === 404);
  assert.ok((await client.report("deflection")).totals);
  await assert.rejects(client.ticket("nosuch"), (error) => error instanceof DeflectError && error.status === 404 && /nosuch/.test(error.message));
  assertAllCalled(called);
});

const story = `
import json, sys
sys.path.insert(0, sys.argv[1])
from deflect import Deflect, DeflectError
client = Deflect(sys.argv[2], token=sys.argv[3])
ticket = json.loads(sys.argv[4])
assert len(client.suggest("forgot my password", limit=1)["results"]) == 1
assert client.article("billing/invoices")["title"] == "Download an invoice"
assert client.put_ticket(ticket)["created"] is True
assert client.change_ticket(ticket["id"], status="solved")["created"] is False
assert client.link(ticket["id"], "account/reset-password")["created"] is True
assert client.ticket(ticket["id"])["links"][0]["article"] == "account/reset-password"
assert client.similar(text="forgot password")["tickets"][0]["ticket"] == ticket["id"]
assert "?via=" in client.draft("Forgot password")["text"]
assert client.search("refund a customer")["results"][0]["article"] == "internal/refunds"
assert client.unlink(ticket["id"], "account/reset-password") is None
assert len(client.articles(lang="en")["articles"]) == 2
flag = client.flag("missing", note="n")
assert flag["state"] == "open"
assert client.flags(state="open")["flags"][0]["id"] == flag["id"]
done = client.change_flag(flag["id"], state="done", owner="wil", answer="written")
assert (done["owner"], done["answer"]) == ("wil", "written")
assert client.article_report("billing/invoices")["sent"] == {"tickets": 0, "returned": 0}
assert isinstance(client.tasks(state="open")["tasks"], list)
try:
    client.change_task("nosuch", "taken")
    raise SystemExit("no error")
except DeflectError as error:
    assert error.status == 404
assert client.report("deflection", from_="2026-01-01", to="2026-02-01")["totals"]
try:
    client.ticket("nosuch")
    raise SystemExit("no error")
except DeflectError as error:
    assert error.status == 404 and "nosuch" in str(error)
`;

test("deflect.py does the same", async (context) => {
  const python = spawnSync("python3", ["--version"]);
  if (python.error) return context.skip("python3 is not installed");
  const { url, secret, called } = await open(context);
  const child = spawn("python3", ["-B", "-c", story, join(root, "sdk"), url, secret, JSON.stringify(ticket)], { stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  child.stderr.on("data", (text) => (stderr += text));
  const [status] = await once(child, "close");
  assert.equal(status, 0, stderr);
  assertAllCalled(called);
});
