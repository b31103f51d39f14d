// Alerts: what is worth telling goes to a receiver, each thing once; and the week in brief.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { token } from "../lib/agents.mjs";
import { site, start, until, write } from "../lib/deflect.mjs";

/** A stand-in for a chat's webhook: `messages` as they came; answers STATUS. */
async function receiver(context, status = 200) {
  const got = { messages: [], status };
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => (body += part));
    request.on("end", () => {
      got.messages.push({ method: request.method, type: request.headers["content-type"], ...JSON.parse(body) });
      response.writeHead(got.status).end("ok");
    });
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  context.after(() => server.close());
  got.url = `http://127.0.0.1:${server.address().port}/hook`;
  return got;
}

const DAY = 86400000;
const day = (daysAgo, hour = 12) => new Date(Math.floor(Date.now() / DAY) * DAY - daysAgo * DAY + hour * 3600000).toISOString();

/** Past tickets as lines of JSON: COUNT a day, SOLVED of them on the same day, from FROM days ago to TO. */
function tickets(from, to, count, solved, subject) {
  const lines = [];
  for (let ago = from; ago >= to; ago--)
    for (let n = 0; n < count; n++)
      lines.push({
        id: `${subject}-${ago}-${n}`, subject, body: subject, status: n < solved ? "solved" : "open",
        created: day(ago), ...(n < solved && { solved: day(ago, 13) }),
      });
  return lines;
}

function load(place, list) {
  write(place.path, { "tickets.jsonl": list.map((one) => JSON.stringify(one)).join("\n") });
  const { code, stderr } = place.run(["import", "tickets", "tickets.jsonl"]);
  assert.equal(code, 0, stderr);
}

const ids = (place) => JSON.parse(place.run(["alerts", "--json"]).stdout).map(({ alert }) => alert);

test("inflow above outflow three days running is told, and two days are not", (context) => {
  const place = site(context);
  load(place, [...tickets(20, 4, 2, 2, "slow export"), ...tickets(2, 1, 3, 1, "late invoice")]);
  assert.deepEqual(ids(place).filter((id) => id.startsWith("flow")), []);
  load(place, tickets(3, 3, 3, 1, "late invoice"));
  assert.deepEqual(ids(place).filter((id) => id.startsWith("flow")), [`flow:${day(3).slice(0, 10)}`]);
});

test("a topic that spikes is told, with how often", (context) => {
  const place = site(context);
  load(place, [...tickets(27, 1, 3, 3, "download my invoice"), ...tickets(27, 8, 1, 1, "slow export"), ...tickets(6, 1, 6, 6, "error nine at login")]);
  const [spike] = JSON.parse(place.run(["alerts", "--json"]).stdout).filter(({ kind }) => kind === "spike");
  assert.match(spike.text, /“error nine at login”, 36 tickets in seven days, 0 in the seven before/);
});

test("a server sends what holds once, and not again after a restart", async (context) => {
  const place = site(context);
  const chat = await receiver(context);
  load(place, tickets(9, 1, 3, 1, "late invoice"));
  const args = ["--alert-url", chat.url];
  const server = await place.serve(args);
  await until(() => chat.messages.length === 2);
  for (const { method, type, text } of chat.messages) {
    assert.equal(method, "POST");
    assert.match(type, /^application\/json/);
    assert.ok(text.length > 20);
  }
  assert.deepEqual(chat.messages.map(({ kind }) => kind).sort(), ["digest", "flow"]);
  await until(() => JSON.parse(place.run(["alerts", "--json"]).stdout).every(({ sent }) => sent));
  await server.stop();
  assert.equal(place.run([...args, "alerts", "--send"]).stderr.trim(), "deflect: sent 0 alerts");
  assert.equal(chat.messages.length, 2);
});

test("an edit after which more readers wrote is told", (context) => {
  const place = site(context);
  place.run(["index"]);
  assert.equal(place.run(["simulate", "--visits", "120"]).code, 0);
  const [edit] = JSON.parse(place.run(["--alerts", "edit", "alerts", "--json"]).stdout);
  assert.match(edit.alert, /^edit:check:/);
  assert.match(edit.text, /more readers wrote after the edit of \d{4}-\d\d-\d\d/);
});

test("what could not be sent stays to be sent", async (context) => {
  const place = site(context);
  const chat = await receiver(context, 503);
  const args = ["--alert-url", chat.url, "--alerts", "digest", "alerts", "--send"];
  const flags = ["--articles", place.articles, "--data", place.data];
  assert.notEqual((await start([...flags, ...args])).code, 0);
  chat.status = 200;
  assert.match((await start([...flags, ...args])).stderr, /sent 1 alerts/);
  assert.match((await start([...flags, ...args])).stderr, /sent 0 alerts/);
  assert.equal(chat.messages.length, 2);
});

test("without an address nothing can be sent, and an unknown kind is refused", (context) => {
  const place = site(context);
  assert.match(place.run(["alerts", "--send"]).stderr, /set alert_url/);
  const { code, stderr } = place.run(["--alerts", "weather", "alerts"]);
  assert.equal(code, 2);
  assert.match(stderr, /alerts must be/);
});

test("the digest tells the week as text, Markdown and HTML, escaping what customers wrote", (context) => {
  const place = site(context);
  load(place, tickets(6, 1, 2, 1, "is 3 < 4 & *allowed* now"));
  const text = place.run(["digest"]).stdout;
  assert.match(text, /^Deflect, \d{4}-\d\d-\d\d to \d{4}-\d\d-\d\d\n/);
  for (const part of ["Requests begun", "What to do", "12 came in, 6 were solved", "What these figures cannot say"]) assert.ok(text.includes(part), part + "\n" + text);
  assert.match(text, /Write “is 3 < 4 & \*allowed\* now”/);
  const markdown = place.run(["digest", "--format", "markdown"]).stdout;
  assert.match(markdown, /^# Deflect/);
  assert.match(markdown, /- \[Write “is 3 \\< 4 & \\\*allowed\\\* now”\]\(http:\/\/[^)]+\/insights\/gaps\/[0-9a-f]{8}\)/);
  const html = place.run(["digest", "--format", "html"]).stdout;
  assert.match(html, /^<!doctype html>\n<html lang="en">/);
  assert.ok(html.includes("is 3 &lt; 4 &amp; *allowed* now"));
  assert.doesNotMatch(html, /3 < 4/);
  assert.equal(place.run(["digest", "--format", "pdf"]).code, 2);
});

test("past tickets alone fill the writers' page", async (context) => {
  const place = site(context);
  const server = await place.serve();
  const headers = { authorization: `Bearer ${token(place, "writer")}` };
  const page = async () => (await fetch(`${server.url}/insights`, { headers })).text();
  assert.match(await page(), /Nothing to count yet/);
  load(place, tickets(9, 1, 2, 1, "late invoice"));
  const filled = await page();
  assert.doesNotMatch(filled, /Nothing to count yet/);
  assert.match(filled, /late invoice/);
  assert.match(filled, /9 tickets are open/);
});
