// Events, tokens, backups and erasure on the command line.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { exported, site, write } from "../lib/deflect.mjs";

const hour = 3600 * 1000;
const at = (ago) => new Date(Date.now() - ago).toISOString();

/** What one visitor did three days ago. */
const visit = (session, ago = 72 * hour) => [
  { id: "s1", at: at(ago), session, type: "search", query: "reset my password", results: ["account/reset-password"], place: "form" },
  { id: "v1", at: at(ago - 1000), session, type: "view", article: "account/reset-password", source: "widget", rank: 1 },
  { id: "o1", at: at(ago - 2000), session, type: "vote", article: "account/reset-password", value: "up", comment: "thanks" },
  { id: "y1", at: at(ago - 3000), session, type: "solved", article: "account/reset-password" },
];
const lines = (events) => events.map((event) => JSON.stringify(event) + "\n").join("");

test("what is imported is exported, once, however often it is imported", (context) => {
  const place = site(context);
  const file = "events.jsonl";
  write(place.path, { [file]: lines([...visit("a"), ...visit("b")]) });
  const first = place.run(["import", "events", file]);
  assert.equal(first.stdout, "imported 8 events (0 known already, 0 rejected)\n");
  assert.equal(first.code, 0);
  assert.equal(place.run(["import", "events", file]).stdout, "imported 0 events (8 known already, 0 rejected)\n");
  const events = exported(place);
  assert.equal(events.length, 8);
  const view = events.find((event) => event.session === "a" && event.type === "view");
  assert.equal(view.article, "account/reset-password");
  assert.equal(view.rank, 1);
  assert.equal(view.arm, "suggest");
  const out = place.run(["export", "events"]).stdout;
  const other = site(context);
  assert.equal(other.run(["import", "events", "-"], { input: out }).code, 0);
  assert.equal(other.run(["export", "events"]).stdout, out, "an export is its own import");
});

test("lines without an id get one that stays the same", (context) => {
  const place = site(context);
  const [one] = visit("a");
  delete one.id;
  const text = lines([one, one]); // twice the same: two events
  for (const expected of ["imported 2 events (0 known", "imported 0 events (2 known"])
    assert.ok(place.run(["import", "events", "-"], { input: text }).stdout.startsWith(expected));
  assert.equal(exported(place).length, 2);
});

test("wrong lines are named and the others taken", (context) => {
  const place = site(context);
  write(place.path, { "e.jsonl": "not json\n\n" + lines([{ session: "a", type: "view", at: at(0) }, ...visit("a"),
    { type: "contact", at: at(0) }, { type: "contact", session: "a" }]) });
  const { code, stdout, stderr } = place.run(["import", "events", "e.jsonl"]);
  assert.equal(code, 1);
  assert.equal(stdout, "imported 4 events (0 known already, 4 rejected)\n");
  assert.match(stderr, /^deflect: e\.jsonl:1: /m);
  assert.match(stderr, /^deflect: e\.jsonl:3: field article/m);
  assert.match(stderr, /^deflect: e\.jsonl:8: field session/m);
  assert.match(stderr, /^deflect: e\.jsonl:9: field at/m);
});

test("personal data in imported texts is not stored", (context) => {
  const place = site(context);
  const [one] = visit("a");
  one.query = "write to jane@example.com please";
  place.run(["import", "events", "-"], { input: lines([one]) });
  const text = place.run(["export", "events"]).stdout;
  assert.ok(!text.includes("jane@example.com"));
  assert.ok(text.includes("please"));
});

test("export knows a start and CSV", (context) => {
  const place = site(context);
  place.run(["import", "events", "-"], { input: lines([...visit("old", 50 * 24 * hour), ...visit("new")]) });
  assert.equal(exported(place, ["--since", "30d"]).length, 4);
  const csv = place.run(["export", "events", "--format", "csv"]).stdout.trim().split("\n");
  assert.equal(csv.length, 9);
  assert.match(csv[0], /^id,at,session,/);
});

test("report speaks text, JSON and CSV of the same figures", (context) => {
  const place = site(context);
  place.run(["index"]);
  place.run(["import", "events", "-"], { input: lines([...visit("a"), ...visit("b")]) });
  const json = JSON.parse(place.run(["report", "--json"]).stdout);
  assert.equal(json.totals.solved, 2);
  assert.equal(json.days.length, 30);
  const week = JSON.parse(place.run(["report", "--since", "7d", "--format", "json"]).stdout);
  assert.equal(week.days.length, 7);
  assert.match(place.run(["report"]).stdout, /2/);
  const csv = place.run(["report", "--kind", "articles", "--format", "csv"]).stdout;
  assert.match(csv, /account\/reset-password/);
  assert.equal(place.run(["report", "--kind", "nonsense"]).code, 2);
});

test("export hands out what is known of one person, and nothing of others", async (context) => {
  const place = site(context);
  place.run(["import", "events", "-"], { input: lines([...visit("a"), ...visit("b")]) });
  assert.deepEqual(new Set(exported(place, ["--session", "a"]).map((event) => event.session)), new Set(["a"]));
  const server = await place.serve();
  for (const [session, contact] of [["c", "Jane@Example.com"], ["d", " jane@example.COM"], ["e", "bo@example.com"]])
    await fetch(server.url + "/v1/events", { method: "POST", headers: { "content-type": "application/json" },
      body: JSON.stringify({ session, contact, events: [{ type: "contact" }] }) });
  await server.stop();
  const own = exported(place, ["--contact", "jane@example.com"]);
  assert.deepEqual(new Set(own.map((event) => event.session)), new Set(["c", "d"]));
  assert.doesNotMatch(JSON.stringify(own), /jane/i, "the address itself was never stored");
  assert.deepEqual(exported(place, ["--contact", "nobody@example.com"]), []);
  assert.equal(place.run(["export", "events", "--contact", "a@b.example", "--session", "a"]).code, 2);
});

test("erase removes a session, and a contact with all its sessions", async (context) => {
  const place = site(context);
  place.run(["import", "events", "-"], { input: lines([...visit("a"), ...visit("b")]) });
  assert.match(place.run(["erase", "--session", "a"]).stdout, /^erased 4 events of 1 sessions/);
  assert.deepEqual(new Set(exported(place).map((event) => event.session)), new Set(["b"]));
  const server = await place.serve();
  await fetch(server.url + "/v1/events", { method: "POST", headers: { "content-type": "application/json" },
    body: JSON.stringify({ session: "c", contact: "Jane@Example.com", events: [{ type: "contact" }] }) });
  await server.stop();
  const erased = JSON.parse(place.run(["erase", "--contact", " jane@example.COM ", "--json"]).stdout);
  assert.equal(erased.events, 1);
  assert.deepEqual(new Set(exported(place).map((event) => event.session)), new Set(["b"]));
  assert.equal(place.run(["erase"]).code, 2);
});

test("a data folder that is not there is not backed up, and not made", (context) => {
  const place = site(context);
  const { code, stderr } = place.run(["backup", join(place.path, "copy")]);
  assert.equal(code, 2);
  assert.match(stderr, /^deflect: .*data/);
  assert.ok(!existsSync(place.data) && !existsSync(join(place.path, "copy")));
});

test("a backup is a data folder", (context) => {
  const place = site(context);
  place.run(["import", "events", "-"], { input: lines(visit("a")) });
  place.run(["index"]);
  const copy = join(place.path, "copy");
  assert.equal(place.run(["backup", copy]).code, 0);
  const before = place.run(["export", "events"]).stdout;
  const restored = place.run(["--data", copy, "export", "events"]);
  assert.equal(restored.stdout, before);
  assert.equal(place.run(["--data", copy, "index"]).code, 0);
  assert.equal(place.run(["backup", copy]).code, 2, "a folder that holds data is not overwritten");
});

test("a token is shown once, and only its hash is kept", (context) => {
  const place = site(context);
  const { stdout, code } = place.run(["token", "create", "--role", "writer", "--name", "Docs team", "--expires", "90d"]);
  assert.equal(code, 0);
  const secret = stdout.trim();
  assert.match(secret, /^[A-Za-z0-9_-]{20,}$/);
  const list = place.run(["token", "list"]).stdout;
  assert.match(list, /writer .*Docs team/);
  assert.ok(!list.includes(secret));
  for (const name of readdirSync(place.data)) {
    const file = join(place.data, name);
    if (statSync(file).isFile()) assert.ok(!readFileSync(file).includes(secret), name);
  }
  const [token] = JSON.parse(place.run(["token", "list", "--json"]).stdout);
  assert.equal(token.role, "writer");
  assert.equal(place.run(["token", "revoke", token.id]).code, 0);
  assert.notEqual(JSON.parse(place.run(["token", "list", "--json"]).stdout)[0].revoked, null);
  assert.equal(place.run(["token", "revoke", "nothing"]).code, 2);
  assert.equal(place.run(["token", "create", "--role", "king"]).code, 2);
  assert.equal(place.run(["token", "create"]).code, 2);
});

test("doctor finds a healthy house healthy, and names what is wrong", (context) => {
  const place = site(context);
  place.run(["index"]);
  const well = place.run(["--listen", "127.0.0.1:0", "doctor", "--json"]);
  const findings = JSON.parse(well.stdout);
  assert.deepEqual(findings.filter((finding) => !finding.ok), []);
  assert.equal(well.code, 0);
  for (const check of ["configuration", "versions", "clock", "articles", "store", "permissions", "writing", "index", "search", "port"])
    assert.ok(findings.some((finding) => finding.check === check), check);
  const ill = place.run(["--articles", "/nowhere", "--listen", "127.0.0.1:0", "doctor"]);
  assert.equal(ill.code, 1);
  assert.match(ill.stdout, /BAD +articles/);
});

test("past tickets are imported with their columns guessed, and again without harm", (context) => {
  const place = site(context);
  write(place.path, {
    "tickets.csv": "Ticket ID;Subject;Description;Created at;Status;Requester email\n" +
      '17;"Cannot sign in; help";"I forgot\nmy password";2026-10-01 10:00;solved;jane@example.com\n' +
      "18;Refund;Twice charged;2026-10-02;open;joe@example.com\n",
    "tickets.jsonl": '{"id":"19","subject":"Invoice","body":"Where?","created":"2026-10-03T00:00:00Z"}\n{"subject":"no id"}\n',
  });
  const first = place.run(["import", "tickets", "tickets.csv"]);
  assert.equal(first.code, 0, first.stderr);
  assert.match(first.stderr, /Ticket ID → id/);
  assert.match(first.stderr, /Description → body/);
  assert.equal(first.stdout, "imported 2 tickets (0 known already, 0 rejected)\n");
  assert.equal(place.run(["import", "tickets", "tickets.csv"]).stdout, "imported 0 tickets (2 known already, 0 rejected)\n");
  const second = place.run(["import", "tickets", "tickets.jsonl"]);
  assert.equal(second.code, 1);
  assert.equal(second.stdout, "imported 1 tickets (0 known already, 1 rejected)\n");
  assert.match(second.stderr, /tickets\.jsonl:2: field id is missing/);
  const odd = write(place.path, { "odd.csv": "a,b,c\n1,Broken,2026-10-04\n" });
  const unmapped = place.run(["import", "tickets", "odd.csv"]);
  assert.equal(unmapped.code, 2);
  assert.match(unmapped.stderr, /--map/);
  assert.equal(place.run(["import", "tickets", join(odd, "odd.csv"), "--map", "a=id", "--map", "b=subject", "--map", "c=created"]).code, 0);
  const erased = JSON.parse(place.run(["erase", "--contact", "jane@example.com", "--json"]).stdout);
  assert.equal(erased.tickets, 1);
});
