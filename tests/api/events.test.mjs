// What visitors did: on disk when the answer is sent, once, and of nobody who asked not to be counted.
import assert from "node:assert/strict";
import test from "node:test";
import { exported, postJson, site } from "../lib/deflect.mjs";

const view = (id, more = {}) => ({ type: "view", id, article: "account/reset-password", source: "widget", ...more });
const ids = (place) => exported(place).map((event) => event.id);

test("an accepted event survives a power cut right after the answer", async (t) => {
  const place = site(t);
  const server = await place.serve();
  const { status, body } = await postJson(`${server.url}/v1/events`, { session: "s", events: [view("a"), view("b")] });
  await server.stop("SIGKILL");
  assert.equal(status, 202);
  assert.deepEqual(body, { accepted: 2, rejected: [] });
  assert.deepEqual(ids(place).sort(), ["a", "b"]);
});

test("an event sent twice is accepted twice and stored once", async (t) => {
  const place = site(t);
  const server = await place.serve();
  for (const events of [[view("a"), view("a")], [view("a")]]) {
    const { body } = await postJson(`${server.url}/v1/events`, { session: "s", events });
    assert.deepEqual(body, { accepted: events.length, rejected: [] });
  }
  await postJson(`${server.url}/v1/events`, { session: "other", events: [view("a")] });
  assert.deepEqual(ids(place), ["a", "a"], "once in each session");
});

test("good events are taken though others of the batch are refused", async (t) => {
  const place = site(t);
  const server = await place.serve();
  const events = [
    { type: "nonsense" }, view("good"), "text", view("bad id!"), view("late", { at: "2001-01-01T00:00:00Z" }),
    { type: "read", article: "x", ms: 86400001, scroll: 0 }, { type: "vote", article: "x", value: "maybe" },
  ];
  const { status, body } = await postJson(`${server.url}/v1/events`, { session: "s", events });
  assert.equal(status, 202);
  assert.equal(body.accepted, 1);
  assert.deepEqual(body.rejected.map(({ index }) => index), [0, 2, 3, 4, 5, 6]);
  for (const { reason } of body.rejected) assert.match(reason, /\w/);
  assert.deepEqual(ids(place), ["good"]);
});

test("a contact that is blank, or no e-mail address, costs no event", async (t) => {
  const place = site(t);
  const server = await place.serve();
  for (const [session, contact] of [["blank", " "], ["named", "user-4711"]]) {
    const { status, body } = await postJson(`${server.url}/v1/events`, { session, contact, events: [view("a")] });
    assert.deepEqual([status, body], [202, { accepted: 1, rejected: [] }]);
  }
  const hashes = Object.fromEntries(exported(place).map((event) => [event.session, event.contact_hash]));
  assert.ok(!hashes.blank && /^[0-9a-f]{64}$/.test(hashes.named), JSON.stringify(hashes));
});

test("what a leaving page sends as text is taken", async (t) => {
  const place = site(t);
  const server = await place.serve();
  const response = await fetch(`${server.url}/v1/events`, {
    method: "POST",
    headers: { "content-type": "text/plain;charset=UTF-8" },
    body: JSON.stringify({ session: "s", events: [view("beacon")] }),
  });
  assert.equal(response.status, 202);
  assert.deepEqual(ids(place), ["beacon"]);
});

for (const header of ["Sec-GPC", "DNT"])
  test(`with ${header}: 1 suggestions work and nothing is stored`, async (t) => {
    const place = site(t);
    const server = await place.serve();
    const headers = { [header]: "1" };
    const found = await fetch(`${server.url}/v1/suggest?q=password&session=s&final=1`, { headers });
    const { status, body } = await postJson(`${server.url}/v1/events`, { session: "s", contact: "a@example.com", events: [view("a")] }, headers);
    assert.equal((await found.json()).results[0].article, "account/reset-password");
    assert.equal(status, 202);
    assert.deepEqual(body, { accepted: 0, rejected: [{ index: 0, reason: "opted out" }] });
    await server.stop();
    assert.deepEqual(exported(place), []);
  });

test("a settled question is logged with its session, an unsettled one is not", async (t) => {
  const place = site(t);
  const server = await place.serve();
  await fetch(`${server.url}/v1/suggest?q=passw&session=s&final=0`);
  await fetch(`${server.url}/v1/suggest?q=password&session=s&final=1&place=search`);
  await fetch(`${server.url}/v1/suggest?q=invoice&final=1`);
  await server.stop();
  const searches = exported(place).filter(({ type }) => type == "search");
  assert.deepEqual(searches.map(({ query, place: where, session }) => [query, where, session]), [["password", "search", "s"]]);
});

test("every acknowledged event is there once after a kill under load, whatever was waiting", async (t) => {
  const place = site(t);
  const acknowledged = new Set();
  for (let round = 0; round < 3; round++) {
    const server = await place.serve();
    let sent = 0;
    const client = async (name) => {
      for (;;) {
        const events = Array.from({ length: 5 }, () => view(`${name}.${sent++}`));
        try {
          const { status, body } = await postJson(`${server.url}/v1/events`, { session: `s${round}`, events });
          if (status == 202 && body.accepted == 5) for (const { id } of events) acknowledged.add(id);
        } catch {
          return; // the connection ended with the server
        }
        if (acknowledged.size >= (round + 1) * 1000) void server.stop("SIGKILL");
      }
    };
    await Promise.all(Array.from({ length: 16 }, (_, i) => client(`r${round}c${i}`)));
    await server.ended;
  }
  const stored = ids(place);
  assert.ok(acknowledged.size >= 3000);
  assert.equal(new Set(stored).size, stored.length, "none twice");
  const present = new Set(stored);
  assert.deepEqual([...acknowledged].filter((id) => !present.has(id)), [], "none lost");
});

test("stopping answers what was accepted", async (t) => {
  const place = site(t);
  const server = await place.serve();
  const posts = Array.from({ length: 50 }, (_, i) =>
    postJson(`${server.url}/v1/events`, { session: "s", events: [view(`e${i}`)] }).then(({ status }) => status, () => 0),
  );
  await Promise.race(posts);
  const { code } = await server.stop();
  const statuses = await Promise.all(posts);
  assert.equal(code, 0);
  const present = new Set(ids(place));
  statuses.forEach((status, i) => status == 202 && assert.ok(present.has(`e${i}`)));
});
