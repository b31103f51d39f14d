// What no page should send and no clock should do: reports stay right, and say what they left out.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { exported, site, write } from "../lib/deflect.mjs";

const day = 86400e3;
const lines = (events) => events.map((event) => JSON.stringify(event) + "\n").join("");
const iso = (ms) => new Date(ms).toISOString();
const report = (place, ...args) => JSON.parse(place.run(["report", "--json", ...args]).stdout);
const recounted = (place) => {
  const rows = JSON.parse(place.run(["doctor", "--recount", "--json", "--listen", "127.0.0.1:0"]).stdout);
  return rows.find((row) => row.check === "totals");
};

test("a clock that jumps back and forth breaks no figure", (context) => {
  const place = site(context);
  const noon = Date.UTC(2026, 2, 10, 12);
  const events = [];
  for (let i = 0; i < 20; i++) {
    // The visitor's clock goes back an hour, a year, and on to where it was, in the order of arrival.
    const times = [noon, noon - 3600e3, noon - 365 * day, noon + 1000, noon + 2000];
    const types = [{ type: "contact" }, { type: "view", article: "a", source: "widget" }, { type: "view", article: "b", source: "widget" }, { type: "vote", article: "a", value: "up" }, { type: "solved" }];
    times.forEach((at, n) => events.push({ id: `e${n}`, session: `s${i}`, at: iso(at), ...types[n] }));
  }
  write(place.path, { "jumps.jsonl": lines(events) });
  assert.equal(place.run(["import", "events", "jumps.jsonl"]).code, 0);
  const { totals } = report(place, "--from", "2026-03-10", "--to", "2026-03-11");
  assert.deepEqual([totals.solved, totals.closed, totals.open], [20, 20, 0]);
  assert.ok(recounted(place).ok, recounted(place).found);
});

test("events from the future are taken from a file, and count when they are over", (context) => {
  const place = site(context);
  const ahead = Date.now() + 3 * day;
  write(place.path, {
    "ahead.jsonl": lines([
      { id: "1", session: "s", at: iso(ahead), type: "contact" },
      { id: "2", session: "s", at: iso(ahead + 1000), type: "ticket" },
      { id: "3", session: "far", at: "9999-12-31T23:59:59Z", type: "contact" },
    ]),
  });
  const imported = place.run(["import", "events", "ahead.jsonl"]);
  assert.equal(imported.code, 0, imported.stderr);
  assert.equal(exported(place).length, 3);
  const from = iso(ahead).slice(0, 10), to = iso(ahead + 2 * day).slice(0, 10);
  const { totals } = report(place, "--from", from, "--to", to);
  assert.deepEqual([totals.open, totals.closed], [1, 0], "open: nobody knows yet what comes of it");
  assert.equal(report(place).totals.closed, 0);
  for (const kind of ["articles", "queries", "gaps", "topics", "flow"])
    assert.equal(place.run(["report", "--kind", kind]).code, 0, kind);
  assert.ok(recounted(place).ok, recounted(place).found);
});

test("a session of 100,000 events stands in no figure, is counted apart, and takes no time", (context) => {
  const place = site(context);
  const start = Date.now() - 10 * day;
  const events = [{ id: "first", session: "good", at: iso(start), type: "contact" }];
  for (let i = 0; i < 100000; i++) {
    const kind = [{ type: "contact" }, { type: "view", article: `a${i % 7}`, source: "widget" }, { type: "search", query: `words ${i}`, results: ["a1"] }, { type: "ticket" }][i % 4];
    events.push({ id: `e${i}`, session: "flood", at: iso(start + i * 10), ...kind });
  }
  write(place.path, { "flood.jsonl": lines(events) });
  assert.equal(place.run(["import", "events", "flood.jsonl"]).code, 0);
  const { totals, left_out } = report(place);
  assert.deepEqual([totals.closed, totals.left, totals.ticket], [1, 1, 0]);
  assert.equal(left_out.capped, 1);
  assert.deepEqual(report(place, "--kind", "gaps").rows, []);
  assert.deepEqual(report(place, "--kind", "queries").rows, []);
  assert.deepEqual(report(place, "--kind", "articles").rows, []);
  assert.ok(recounted(place).ok, recounted(place).found);
});

test("of more different questions than a page can hold the 10,000 asked most are shown, and all are counted", (context) => {
  const place = site(context);
  const start = Date.now() - 10 * day, word = (i) => createHash("sha256").update(`${i}`).digest("hex").replace(/\d/g, (d) => "ghijklmnop"[d]).slice(0, 12);
  const events = Array.from({ length: 10100 }, (_, i) => ({
    id: "q", session: `s${i}`, at: iso(start + i * 10), type: "search", query: i > 10097 ? "asked often" : word(i), results: i % 2 ? ["a1"] : [],
  }));
  write(place.path, { "many.jsonl": lines(events) });
  assert.equal(place.run(["import", "events", "many.jsonl"]).code, 0);
  const { rows, questions, groups, zero_results, not_clicked } = report(place, "--kind", "queries");
  assert.deepEqual([rows[0].query, rows[0].count, rows.length], ["asked often", 2, 10000]);
  assert.deepEqual([questions, groups, zero_results, not_clicked], [10100, 10099, 5050, 5050]);
  assert.match(place.run(["report", "--kind", "queries"]).stdout, /^10100 questions in 10099 groups; 5050 found nothing/m);
});

test("a period with nothing in it is zeros and nulls, in every kind and form", (context) => {
  const place = site(context);
  place.run(["index"]);
  const period = ["--from", "2020-01-01", "--to", "2020-01-04"];
  const deflection = report(place, ...period);
  assert.equal(deflection.days.length, 3);
  assert.deepEqual([deflection.confirmed_rate, deflection.potential_rate, deflection.totals.closed], [null, null, 0]);
  for (const kind of ["articles", "queries", "gaps", "topics"]) assert.deepEqual(report(place, "--kind", kind, ...period).rows, [], kind);
  const flow = report(place, "--kind", "flow", ...period);
  for (const row of flow.days) assert.deepEqual([row.in, row.out, row.backlog], [0, 0, 0]);
  for (const kind of ["deflection", "articles", "queries", "gaps", "topics", "flow"]) {
    for (const format of ["text", "csv"]) {
      const { code, stdout } = place.run(["report", "--kind", kind, "--format", format, ...period]);
      assert.equal(code, 0);
      assert.doesNotMatch(stdout, /nan|inf|undefined|\(null\)/i, `${kind} ${format}`);
    }
  }
});

test("simulate says what is missing, and gives the same events for the same seed", (context) => {
  const place = site(context);
  const early = place.run(["simulate"]);
  assert.equal(early.code, 2);
  assert.match(early.stderr, /no index yet[\s\S]*hint: run `deflect index`/);
  const play = (seed) => {
    const other = site(context);
    other.run(["index"]);
    assert.equal(other.run(["simulate", "--days", "5", "--visits", "20", "--seed", seed]).code, 0);
    return exported(other).map(({ id, type, article }) => [id, type, article]);
  };
  assert.deepEqual(play("4"), play("4"));
  assert.notDeepEqual(play("4"), play("5"));
  assert.equal(place.run(["simulate", "--share", "0.6"]).code, 2);
});
