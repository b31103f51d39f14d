// The one-file clients in sdk/: the same story told in both languages.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { Deflect, DeflectError } from "../../sdk/deflect.mjs";
import { ago, token } from "../lib/agents.mjs";
import { root, site } from "../lib/deflect.mjs";

const ticket = { id: "o/r#1", subject: "Password", body: "I forgot my password", status: "open", created: ago(5) };

test("deflect.mjs sends tickets, links and flags, and reads reports", async (context) => {
  const place = site(context);
  const server = await place.serve();
  const client = new Deflect(server.url + "/", { token: token(place, "writer") });
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
  assert.equal((await client.flag({ kind: "missing", note: "n" })).state, "open");
  assert.ok((await client.report("deflection")).totals);
  await assert.rejects(client.ticket("nosuch"), (error) => error instanceof DeflectError && error.status === 404 && /nosuch/.test(error.message));
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
assert client.flag("missing", note="n")["state"] == "open"
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
  const place = site(context);
  const server = await place.serve();
  const { status, stderr } = spawnSync("python3", ["-B", "-c", story, join(root, "sdk"), server.url, token(place, "writer"), JSON.stringify(ticket)], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
});
