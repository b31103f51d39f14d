// Tickets that are answered without a person: only when allowed, only when sure, once, and counted apart.
import assert from "node:assert/strict";
import test from "node:test";
import { ago, agent, hook, token } from "../lib/agents.mjs";
import { articles, site, until } from "../lib/deflect.mjs";
import { httpReceiver } from "../lib/receiver.mjs";

const NEEDED = 50;
const words = { subject: "I forgot my password", body: "I forgot my password and want to set a new one." };
const ticket = (id, more = {}) => ({ id: String(id), ...words, contact: `customer${id}@example.com`, status: "open", created: ago(1), ...more });
const lines = (server, pattern) => server.log().split("\n").filter((line) => pattern.test(line));

/** A site where agents have judged COUNT sure answers, WRONG of them with another article. */
async function judged(context, count = NEEDED, wrong = 0) {
  const place = site(context, articles);
  const server = await place.serve(["--hooks.generic", "s3cret"]);
  const kim = agent(server, token(place));
  for (let i = 1; i <= count; i++) {
    assert.equal((await hook(server, "generic", ticket(`old-${i}`))).body.outcome, "stored");
    const article = i <= wrong ? "billing/invoices" : "account/reset-password";
    assert.equal((await kim.post("/v1/agent/links", { ticket: `old-${i}`, article })).status, 201);
  }
  await server.stop();
  return place;
}

const flags = (receiver, ...more) => ["--hooks.generic", "s3cret", "--auto-reply", `generic=${receiver.url}/reply`, "--auto-reply-holdout", "0", ...more];

test("it is refused at the start until 50 sure answers were judged, and says how many were", async (context) => {
  const receiver = await httpReceiver(context);
  const place = await judged(context, 3);
  const start = place.run([...flags(receiver), "--listen", "127.0.0.1:0", "serve"]);
  assert.equal(start.code, 2);
  assert.match(start.stderr, /auto_reply is refused: 3 of 50 answers/);
  const asked = place.run(["hooks", "auto-reply"]);
  assert.deepEqual([asked.code, asked.stdout], [1, "judged   3 of 50\nright    3\n"]);
  assert.match(asked.stderr, /3 of 50/);
  assert.deepEqual(JSON.parse(place.run(["hooks", "auto-reply", "--json"]).stdout), { judged: 3, right: 3, needed: 50, allowed: false });
  for (const [more, message] of [
    [["--auto-reply", "helpscout=https://api.example.com"], /replies cannot be sent to helpscout/],
    [["--auto-reply", "zendesk=https://x.example.com"], /hooks\.zendesk is not set/],
    [["--hooks.zendesk", "s", "--auto-reply", "zendesk=https://x.example.com"], /auto_reply_tokens names none for zendesk/],
    [["--auto-reply", "zendesk"], /auto_reply must be/],
  ]) {
    const { code, stderr } = place.run([...more, "--listen", "127.0.0.1:0", "serve"]);
    assert.equal(code, 2);
    assert.match(stderr, message);
  }
});

test("it is refused while the sure answers were mostly wrong", async (context) => {
  const place = await judged(context, NEEDED, 20);
  const { code, stderr } = place.run(["hooks", "auto-reply"]);
  assert.equal(code, 1);
  assert.match(stderr, /only 30 of the 50 judged answers/);
});

test("a sure answer is sent once, says that it is automatic, and teaches nothing when it comes back", async (context) => {
  const receiver = await httpReceiver(context);
  const place = await judged(context);
  assert.equal(place.run(["hooks", "auto-reply"]).code, 0);
  const server = await place.serve(flags(receiver, "--auto-reply-tokens", "generic=t0ken"));
  const kim = agent(server, token(place, "writer"));
  await hook(server, "generic", ticket(1));
  const call = await until(() => receiver.calls[0]);
  const reply = JSON.parse(call.body);
  assert.equal(call.headers.authorization, "Bearer t0ken");
  assert.deepEqual([reply.ticket, reply.article, reply.contact], ["1", "account/reset-password", "customer1@example.com"]);
  assert.match(reply.text, /^This is an automatic reply, made from our help articles\.\n\nHello,/);
  assert.match(reply.text, /articles\/account\/reset-password\?via=[\w-]{10}/);
  assert.match(reply.text, /a person will read it/);
  assert.match(reply.html, /^<p>This is an automatic reply/);

  const echo = { at: new Date().toISOString(), by: "agent", text: reply.text };
  assert.equal((await hook(server, "generic", ticket(1, { replies: [echo] }))).body.links, 0);
  assert.deepEqual((await kim.get("/v1/agent/tickets/1")).body.links, []);
  assert.deepEqual((await kim.get("/v1/agent/tickets/1")).body.replies, []);
  const person = { at: new Date(Date.now() + 3600000).toISOString(), by: "agent", text: `See ${server.url}/articles/billing/invoices\n> ${reply.text}` };
  assert.equal((await hook(server, "generic", ticket(1, { replies: [echo, person] }))).body.links, 1);
  assert.deepEqual((await kim.get("/v1/agent/tickets/1")).body.links.map(({ article }) => article), ["billing/invoices"]);
  assert.equal(receiver.calls.length, 1);
});

test("no reply to what is unsure, old, solved, answered, a machine's, or the same person's next ticket", async (context) => {
  const receiver = await httpReceiver(context);
  const place = await judged(context);
  const server = await place.serve(flags(receiver));
  const silent = [
    ticket("unsure", { subject: "zebra", body: "quantum stripes" }),
    ticket("old", { created: ago(120) }),
    ticket("solved", { status: "solved" }),
    ticket("answered", { replies: [{ at: ago(0), by: "agent", text: "Done." }] }),
    ticket("machine", { contact: "no-reply@example.com" }),
  ];
  for (const one of silent) assert.equal((await hook(server, "generic", one)).body.outcome, "stored");
  await hook(server, "generic", ticket("first", { contact: "ada@example.com" }));
  await until(() => lines(server, /auto_reply\.sent/).length === 1);
  await hook(server, "generic", ticket("second", { contact: "Ada@example.com" }));
  await hook(server, "generic", ticket("last"));
  await until(() => lines(server, /auto_reply\.sent/).length === 2);
  assert.deepEqual(receiver.calls.map((call) => JSON.parse(call.body).ticket), ["first", "last"]);
});

test("at most once, also after a crash and after a failure", async (context) => {
  let release;
  const held = new Promise((done) => (release = done));
  const receiver = await httpReceiver(context, { answer: () => held });
  const place = await judged(context);
  const first = await place.serve(flags(receiver));
  await hook(first, "generic", ticket(1));
  await until(() => receiver.calls.length === 1);
  await first.stop("SIGKILL"); // nobody knows whether the desk took it
  release(204);
  receiver.answer = () => 500;
  const again = await place.serve(flags(receiver));
  await hook(again, "generic", ticket(1, { subject: words.subject + "!" }));
  await hook(again, "generic", ticket(2));
  await until(() => lines(again, /auto_reply\.failed .*ticket=2/).length === 1);
  receiver.answer = () => 204;
  await hook(again, "generic", ticket(2, { subject: words.subject + "!" }));
  await hook(again, "generic", ticket(3));
  await until(() => lines(again, /auto_reply\.sent .*ticket=3/).length === 1);
  assert.deepEqual(receiver.calls.map((call) => JSON.parse(call.body).ticket), ["1", "2", "3"]);
});

test("a hold-out of its own, and a source of its own in the report", async (context) => {
  const receiver = await httpReceiver(context);
  const place = await judged(context);
  const server = await place.serve([...flags(receiver), "--auto-reply-holdout", "0.5"]);
  for (let i = 1; i <= 40; i++) await hook(server, "generic", ticket(i));
  const writer = agent(server, token(place, "writer"));
  const report = await until(async () => {
    const { auto_reply } = (await writer.get("/v1/reports/deflection")).body;
    return auto_reply.open === 40 && auto_reply;
  });
  assert.deepEqual([report.sent, report.held_out, report.came_back], [0, 0, null]); // a week has not passed
  await until(() => lines(server, /auto_reply\.sent/).length === receiver.calls.length);
  assert.ok(receiver.calls.length > 5 && receiver.calls.length < 35, `${receiver.calls.length} of 40 were sent`);
  assert.match(place.run(["report"]).stdout, /Automatic +0 replies a week old or more; 40 newer ones/);
});
