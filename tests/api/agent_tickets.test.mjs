// Tickets and webhooks: what comes in, what is refused, and that one request counts once.
import assert from "node:assert/strict";
import { test } from "node:test";
import { exported, postJson, site } from "../lib/deflect.mjs";
import { ago, agent, hook, token, visit } from "../lib/agents.mjs";

const DESKS = ["zendesk", "freshdesk", "zammad", "chatwoot", "helpscout", "freescout", "github", "generic"];

async function desk(context, { desks = [], args = [] } = {}) {
  const place = site(context);
  const secret = token(place);
  const server = await place.serve([...desks.flatMap((name) => [`--hooks.${name}`, "s3cret"]), ...args]);
  return { place, server, kim: agent(server, secret) };
}

const ticket = (id, more = {}) => ({ id, subject: "Export", body: "It fails", status: "open", created: ago(5), ...more });
const tickets = (place) => exported(place).filter(({ type, withdrawn }) => type === "ticket" && !withdrawn);

test("a ticket is created, updated, reopened; texts and contact are stored without personal data", async (context) => {
  const { place, kim } = await desk(context);
  assert.equal((await kim.post("/v1/tickets", ticket("1", { body: "write to bob@example.com", contact: "Ann@Example.com" }))).status, 201);
  assert.equal((await kim.post("/v1/tickets", ticket("1", { body: "again", status: "solved", solved: ago(2) }))).status, 200);
  assert.equal((await kim.get("/v1/agent/tickets/1")).body.status, "solved");
  assert.equal((await kim.patch("/v1/tickets/1", { status: "open" })).status, 200);
  const { body } = await kim.get("/v1/agent/tickets/1");
  assert.equal(body.status, "open");
  assert.equal(body.body, "again");
  assert.equal((await kim.patch("/v1/tickets/nosuch", { status: "open" })).status, 404);
  assert.doesNotMatch(JSON.stringify(exported(place)), /example\.com/i);
});

test("a wrong ticket is refused with the name of the field", async (context) => {
  const { kim } = await desk(context);
  for (const [field, value] of Object.entries({ status: "odd", created: "yesterday", subject: 5, id: "", replies: [{ by: "x" }], tags: "a", session: "a b" })) {
    const { status, body } = await kim.post("/v1/tickets", ticket("1", { [field]: value }));
    assert.equal(status, 422, field);
    assert.match(body.detail, new RegExp(field));
  }
  const { subject, ...without } = ticket("1");
  assert.match((await kim.post("/v1/tickets", without)).body.detail, new RegExp("subject"), subject);
  assert.equal((await kim.post("/v1/tickets", ticket("2", { body: "x".repeat(1.2e6) }))).status, 413);
  assert.equal((await kim.post("/v1/tickets", ticket("3", { subject: "🙂🙂", body: "" }))).status, 201);
  assert.equal((await kim.post("/v1/tickets", ticket("4", { body: "log line\n".repeat(90000) }))).status, 201);
  assert.ok((await kim.get("/v1/agent/tickets/4")).body.body.length <= 8000);
});

test("the widget's ticket and the desk's are one request: by ref, or by contact within 15 minutes", async (context) => {
  const { place, server, kim } = await desk(context);
  await visit(server, "s1", [{ type: "contact", at: ago(31) }, { type: "ticket", at: ago(30), ref: "r1" }]);
  await visit(server, "s2", [{ type: "contact", at: ago(31) }, { type: "ticket", at: ago(30) }], "ann@example.com");
  await kim.post("/v1/tickets", ticket("1", { ref: "r1", created: ago(29) }));
  await kim.post("/v1/tickets", ticket("2", { contact: "ANN@example.com ", created: ago(20) }));
  assert.equal(tickets(place).length, 2);
  await kim.post("/v1/tickets", ticket("3", { contact: "ann@example.com", created: ago(19) }));
  assert.equal(tickets(place).length, 3, "a second ticket of the same person is another request");
  await kim.post("/v1/tickets", ticket("3", { contact: "ann@example.com", created: ago(19), status: "pending" }));
  assert.equal(tickets(place).length, 3, "an update is no new request");
});

test("a ticket by e-mail closes the episode of the reader it came from, and spam does not", async (context) => {
  const { place, server, kim } = await desk(context, { args: ["--window", "30m"] });
  const day = 24 * 60;
  await visit(server, "s1", [
    { type: "search", at: ago(day), query: "invoice", place: "form", results: [] },
    { type: "view", at: ago(day - 1), article: "billing/invoices", source: "widget" },
  ], "ann@example.com");
  const outcome = async () => {
    const { totals } = JSON.parse(place.run(["--window", "30m", "report", "--kind", "deflection", "--format", "json"]).stdout);
    return totals.ticket * 10 + totals.read;
  };
  assert.equal(await outcome(), 1);
  await kim.post("/v1/tickets", ticket("9", { contact: "ann@example.com", channel: "email", created: ago(day - 10) }));
  assert.equal(await outcome(), 10);
  await kim.patch("/v1/tickets/9", { status: "spam" });
  assert.equal(await outcome(), 1);
});

const bodies = {
  zendesk: { type: "zen:event-type:ticket.created", id: "e1", time: ago(1), detail: { id: "5", status: "OPEN", subject: "s", description: "b", created_at: ago(2), updated_at: ago(2) }, event: {} },
  freshdesk: { id: "5", subject: "s", body: "b", status: 2, created: ago(2) },
  zammad: { ticket: { number: "5", title: "s", state: "new", created_at: ago(2), article_count: 1 }, article: { body: "b", sender: "Customer" } },
  chatwoot: { event: "conversation_created", id: 5, status: "open", created_at: 1700000000, messages: [{ content: "b", message_type: 0 }] },
  helpscout: { id: 5, subject: "s", status: "active", createdAt: ago(2), _embedded: { threads: [{ type: "customer", body: "b" }] } },
  freescout: { id: 5, subject: "s", status: "active", createdAt: ago(2), _embedded: { threads: [{ type: "customer", body: "b" }] } },
  github: { action: "opened", issue: { number: 5, title: "s", body: "b", state: "open", created_at: ago(2) }, repository: { full_name: "o/r" } },
  generic: { id: "5", subject: "s", body: "b", status: "open", created: ago(2) },
};

for (const name of DESKS)
  test(`${name}: a signed call is stored once; an unsigned or wrongly signed one is refused`, async (context) => {
    const { server, kim } = await desk(context, { desks: [name] });
    const id = name === "github" ? "o/r%235" : "5";
    assert.equal((await hook(server, name, bodies[name], { secret: "wrong" })).status, 401);
    assert.equal((await postJson(`${server.url}/v1/hooks/${name}`, bodies[name])).status, 401);
    assert.equal((await kim.get(`/v1/agent/tickets/${id}`)).status, 404);
    const { status, body } = await hook(server, name, bodies[name]);
    assert.equal(status, 200, JSON.stringify(body));
    assert.equal(body.outcome, "stored");
    const stored = (await kim.get(`/v1/agent/tickets/${id}`)).body;
    assert.equal(stored.body, "b");
    assert.equal(stored.status, "open");
    assert.equal((await hook(server, name, bodies[name])).body.outcome, "seen");
  });

test("a desk without a secret, a stale call, an unknown desk and no JSON are refused", async (context) => {
  const { server } = await desk(context, { desks: ["chatwoot", "generic"] });
  assert.equal((await hook(server, "zammad", bodies.zammad)).status, 401);
  assert.equal((await hook(server, "chatwoot", bodies.chatwoot, { stamp: String(Math.floor(Date.now() / 1000) - 301) })).status, 401);
  assert.equal((await postJson(`${server.url}/v1/hooks/nosuch`, {})).status, 404);
  assert.equal((await hook(server, "generic", [1])).status, 422);
  assert.equal((await hook(server, "generic", {})).status, 422);
});

test("a late 'created' does not reopen what was solved; a later reopening does", async (context) => {
  const { server, kim } = await desk(context, { desks: ["zendesk"] });
  const call = (type, status, minutes) =>
    hook(server, "zendesk", { ...bodies.zendesk, type: `zen:event-type:ticket.${type}`, id: `${type}${minutes}`, time: ago(minutes), detail: { ...bodies.zendesk.detail, status, updated_at: ago(minutes) } });
  const state = async () => (await kim.get("/v1/agent/tickets/5")).body.status;
  await call("status_changed", "SOLVED", 3);
  await call("created", "OPEN", 9);
  assert.equal(await state(), "solved");
  await call("status_changed", "OPEN", 1);
  assert.equal(await state(), "open");
  await call("merged", "CLOSED", 0);
  assert.equal(await state(), "merged");
});

test("the operator says what a desk's states mean", async (context) => {
  const { server, kim } = await desk(context, { desks: ["zendesk"], args: ["--hook-states", "zendesk.hold=solved"] });
  await hook(server, "zendesk", { ...bodies.zendesk, detail: { ...bodies.zendesk.detail, status: "HOLD" } });
  assert.equal((await kim.get("/v1/agent/tickets/5")).body.status, "solved");
});

test("where several desks send, tickets of one number are told apart", async (context) => {
  const { server, kim } = await desk(context, { desks: ["zammad", "helpscout"] });
  await hook(server, "zammad", bodies.zammad);
  await hook(server, "helpscout", { ...bodies.helpscout, subject: "other" });
  assert.equal((await kim.get("/v1/agent/tickets/zammad:5")).body.subject, "s");
  assert.equal((await kim.get("/v1/agent/tickets/helpscout:5")).body.subject, "other");
});

test("a replay is dropped whatever delivery id it claims; the same words at another time are another call", async (context) => {
  const { server, kim } = await desk(context, { desks: ["zendesk", "github"] });
  const as = (id, header = "x-zendesk-webhook-invocation-id") => ({ headers: { [header]: id } });
  const stamp = new Date().toISOString(), later = new Date(Date.now() + 1000).toISOString();
  const call = (status, options) => hook(server, "zendesk", { id: "5", subject: "s", body: "b", status }, options);
  assert.equal((await call("open", { stamp, ...as("i1") })).body.outcome, "stored");
  assert.equal((await call("open", { stamp: later, ...as("i1") })).body.outcome, "seen", "the desk tries again");
  assert.equal((await call("open", { stamp, ...as("i2") })).body.outcome, "seen", "a replay under another id");
  assert.equal((await call("solved", as("i3"))).body.outcome, "stored");
  assert.equal((await call("open", { stamp: later, ...as("i4") })).body.outcome, "stored");
  assert.equal((await kim.get("/v1/agent/tickets/zendesk:5")).body.status, "open", "reopened by a rule that sends no times");
  assert.equal((await hook(server, "github", bodies.github, as("d1", "x-github-delivery"))).body.outcome, "stored");
  assert.equal((await hook(server, "github", bodies.github, as("d2", "x-github-delivery"))).body.outcome, "seen");
});

test("/metrics counts what desks sent, and what was refused, by reason", async (context) => {
  const { server } = await desk(context, { desks: ["zendesk", "generic"], args: ["--metrics-public"] });
  const old = new Date(Date.now() - 301000).toISOString();
  await hook(server, "zammad", bodies.zammad);
  await postJson(`${server.url}/v1/hooks/zendesk`, bodies.zendesk);
  await hook(server, "zendesk", bodies.zendesk, { secret: "wrong" });
  await hook(server, "zendesk", bodies.zendesk, { stamp: old });
  await hook(server, "zendesk", bodies.zendesk, { stamp: "noon" });
  await hook(server, "generic", {});
  await hook(server, "generic", bodies.generic);
  await hook(server, "generic", bodies.generic);
  await hook(server, "zendesk", { ...bodies.zendesk, type: "zen:event-type:user.created" });
  const lines = (await (await fetch(server.url + "/metrics")).text()).split("\n").filter((line) => line.startsWith("deflect_hooks_"));
  assert.deepEqual(lines.sort(), [
    'deflect_hooks_refused_total{desk="generic",reason="unreadable"} 1',
    'deflect_hooks_refused_total{desk="zammad",reason="no secret"} 1',
    'deflect_hooks_refused_total{desk="zendesk",reason="no signature"} 1',
    'deflect_hooks_refused_total{desk="zendesk",reason="no time"} 1',
    'deflect_hooks_refused_total{desk="zendesk",reason="stale"} 1',
    'deflect_hooks_refused_total{desk="zendesk",reason="wrong signature"} 1',
    'deflect_hooks_taken_total{desk="generic",outcome="seen"} 1',
    'deflect_hooks_taken_total{desk="generic",outcome="stored"} 1',
    'deflect_hooks_taken_total{desk="zendesk",outcome="ignored"} 1',
  ]);
  assert.match(server.log(), /hook\.refused.*zendesk/);
});

test("`hooks test` says what arrived last and what became of it", async (context) => {
  const { place, server } = await desk(context, { desks: ["generic"] });
  const last = (name) => place.run(["--hooks.generic", "s3cret", "hooks", "test", name]);
  assert.match(last("generic").stderr, /nothing has arrived from generic yet/);
  assert.match(last("zammad").stderr, /zammad has no secret/);
  await hook(server, "generic", bodies.generic);
  assert.match(last("generic").stdout, /outcome\s+stored\nticket\s+5\n/);
  await hook(server, "generic", bodies.generic);
  assert.match(last("generic").stdout, /outcome\s+seen/);
  await hook(server, "generic", bodies.generic, { secret: "wrong" });
  const { code, stdout } = last("generic");
  assert.equal(code, 1);
  assert.match(stdout, /outcome\s+refused: the signature in X-Deflect-Signature is wrong/);
});

test("strange tickets are taken, cut or refused, and the desk can show them", async (context) => {
  const { server, kim } = await desk(context, { desks: ["zammad", "generic"] });
  const log = "2026-11-20 ERROR at Foo.bar(Foo.java:10) connection refused\n";
  assert.equal((await hook(server, "generic", { ...bodies.generic, id: "6", body: log.repeat(80000) })).status, 413);
  assert.equal((await kim.post("/v1/tickets", ticket("7", { body: log.repeat(80000) }))).status, 413);
  const strange = {
    none: { subject: "", body: "" },
    emoji: { subject: "🙂🔥", body: "🔥".repeat(5000) },
    klingon: { subject: "nuqneH", body: "bIpIv'a' qaStaH nuq HIjol tlhIngan maH" },
    thai: { subject: "ลืมรหัสผ่าน", body: "ฉันเข้าสู่ระบบไม่ได้ ช่วยด้วย" },
    log: { subject: "log", body: log.repeat(15000) },
    words: { subject: "x", body: "a ".repeat(400000) },
  };
  for (const [id, texts] of Object.entries(strange)) {
    assert.equal((await hook(server, "generic", { ...bodies.generic, id, ...texts })).status, 200, id);
    const { status, body } = await kim.get(`/v1/agent/tickets/generic:${id}`);
    assert.equal(status, 200, id);
    assert.ok((body.body ?? "").length <= 16000, id);
    for (const path of [`/v1/agent/similar?ticket=generic:${id}`, `/v1/agent/search?ticket=generic:${id}`]) assert.equal((await kim.get(path)).status, 200, path);
    const draft = await kim.post("/v1/agent/draft", texts);
    assert.equal(draft.status, 200, id);
    assert.equal(draft.body.send, false, id);
  }
  assert.equal((await hook(server, "zammad", { ...bodies.zammad, ticket: { ...bodies.zammad.ticket, number: "8", title: undefined } })).status, 200);
  assert.equal((await kim.get("/v1/agent/tickets/zammad:8")).body.subject, "b", "its first line stands for the subject");
});
