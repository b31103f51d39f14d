// What a writer is told to do, and that what was decided about it holds.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { root, site } from "../lib/deflect.mjs";
import { agent, ago, token, visit } from "../lib/agents.mjs";

const QUESTION = "can I pay by bank transfer";

/** COUNT visitors ask what no article answers, and write. */
async function gap(server, count, name) {
  for (let n = 0; n < count; n++)
    await visit(server, `${name}${n}`, [
      { type: "contact", at: ago(9) },
      { type: "search", at: ago(8), query: QUESTION, results: [] },
      { type: "ticket", at: ago(7), id: `t${name}${n}`, subject: QUESTION },
    ]);
}

async function writer(context, args = []) {
  const place = site(context);
  const secret = token(place, "writer");
  const server = await place.serve(args);
  const will = agent(server, secret);
  const tasks = async (state) => (await will.get(`/v1/tasks${state ? `?state=${state}` : ""}`)).body.tasks;
  return { place, secret, server, will, tasks };
}

const mark = (will, task, state) => will.patch(`/v1/tasks/${task}`, { state });

test("a gap is a task, with the customers' words, for writers alone", async (context) => {
  const { place, server, tasks } = await writer(context);
  await gap(server, 4, "a");
  const [task] = (await tasks()).filter(({ kind }) => kind === "write");
  assert.equal(task.title, QUESTION);
  assert.equal(task.tickets, 4);
  assert.equal(task.state, "open");
  assert.deepEqual(task.about.quotes, [QUESTION]);
  const kim = agent(server, token(place, "agent"));
  assert.equal((await kim.get("/v1/tasks")).status, 403);
});

test("what is dismissed stays away until its figure has changed clearly", async (context) => {
  const { server, will, tasks } = await writer(context);
  await gap(server, 4, "a");
  const [{ task }] = await tasks("open");
  const { status, body } = await mark(will, task, "dismissed");
  assert.equal(status, 200);
  assert.equal(body.state, "dismissed");
  assert.deepEqual(await tasks("open"), []);
  await gap(server, 2, "b"); // half as many more, but only two
  assert.deepEqual(await tasks("open"), []);
  assert.equal((await tasks("dismissed"))[0].tickets, 6);
  await gap(server, 1, "c");
  assert.deepEqual((await tasks("open")).map((one) => [one.task, one.tickets]), [[task, 7]]);
});

test("a decision outlives the server, and can be taken back", async (context) => {
  const { place, secret, server, will, tasks } = await writer(context);
  await gap(server, 3, "a");
  const [{ task }] = await tasks();
  await mark(will, task, "taken");
  await server.stop();
  const again = agent(await place.serve(), secret);
  const [taken] = (await again.get("/v1/tasks?state=taken")).body.tasks;
  assert.equal(taken.task, task);
  assert.ok(taken.owner);
  await mark(again, task, "open");
  assert.equal((await again.get("/v1/tasks?state=open")).body.tasks.length, 1);
});

test("what is postponed says until when", async (context) => {
  const { server, will, tasks } = await writer(context);
  await gap(server, 3, "a");
  const [{ task }] = await tasks();
  await mark(will, task, "postponed");
  const [later] = await tasks("postponed");
  const fourWeeksOn = new Date(Date.parse(later.marked) + 28 * 86400000);
  assert.equal(later.until, fourWeeksOn.toISOString().slice(0, 10));
});

test("a flag is a task, and what agents see of it follows the writer", async (context) => {
  const { will, tasks } = await writer(context);
  await will.post("/v1/agent/flags", { kind: "outdated", article: "account/reset-password", note: "The button has another name." });
  const [flag] = await tasks("open");
  assert.equal(flag.kind, "flag");
  assert.equal(flag.title, "Reset your password");
  assert.equal(flag.about.kind, "outdated");
  await mark(will, flag.task, "taken");
  assert.equal((await will.get("/v1/flags?state=taken")).body.flags.length, 1);
  await will.patch("/v1/tasks/" + flag.task, { state: "dismissed", answer: "It is called Renew now, wrote bob@example.com." });
  const [done] = (await will.get("/v1/flags?state=done")).body.flags;
  assert.match(done.answer, /^It is called Renew now, wrote (?!bob)/, "its agent reads the answer, and nobody's address");
  assert.deepEqual(await tasks(), []);
});

test("a review that is due is a task", async (context) => {
  const { tasks } = await writer(context, ["--review-every", "90d"]);
  assert.deepEqual(await tasks(), []);
  const old = site(context, { "old.md": "---\ntitle: Old\nreviewed: 2020-01-01\nreview_every: 30d\n---\n\nText.\n" });
  const server = await old.serve();
  const will = agent(server, token(old, "writer"));
  const [task] = (await will.get("/v1/tasks")).body.tasks;
  assert.equal(task.kind, "review");
  assert.equal(task.about.last, "2020-01-01");
});

test("sample data has a task of every kind", async (context) => {
  const place = site(context);
  place.run(["--articles", join(root, "articles"), "index"]);
  assert.equal(place.run(["--articles", join(root, "articles"), "simulate"]).code, 0);
  const server = await place.serve(["--articles", join(root, "articles")]);
  const will = agent(server, token(place, "writer"));
  const kinds = new Set((await will.get("/v1/tasks?state=open")).body.tasks.map(({ kind }) => kind));
  assert.deepEqual([...kinds].sort(), ["check", "fix", "flag", "review", "write"]);
});

test("a task that there is not, and a state that there is not, are refused", async (context) => {
  const { will, server, tasks } = await writer(context);
  assert.equal((await mark(will, "write:00000000", "taken")).status, 404);
  await gap(server, 3, "a");
  const [{ task }] = await tasks();
  assert.equal((await mark(will, task, "gone")).status, 422);
  assert.equal((await will.get("/v1/tasks?state=gone")).status, 422);
});
