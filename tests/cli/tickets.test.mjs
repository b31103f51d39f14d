// Past tickets from files: what help desks export is read as it comes; the audit; topics beside one.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { site, write } from "../lib/deflect.mjs";

const day = (number) => new Date(Date.UTC(2026, 2, number, 10)).toISOString().slice(0, 19) + "Z";

/** The same three tickets, the second broken, as each desk writes them. */
const exports = {
  "zendesk.json":
    '{"tickets":[\n' +
    `{"id":1,"subject":"Cannot export","description":"<p>I am Jane Doe.</p><p>It hangs, jane@x.com</p>","status":"solved","created_at":"${day(1)}","requester":{"name":"Jane Doe","email":"jane@x.com"},"type":"question"},\n` +
    '{"id":2,"subject":"Broken" "x":1},\n' +
    `{"id":3,"subject":"Refund","description":"Twice","status":"open","created_at":"${day(4)}"}\n],"next_page":null}\n`,
  "helpscout.json":
    '{"_embedded":{"conversations":[\n' +
    `{"number":1,"subject":"Cannot export","status":"closed","createdAt":"${day(1)}","primaryCustomer":{"email":"jane@x.com","first":"Jane"},"_embedded":{"threads":[{"type":"note","body":"inside"},{"type":"customer","body":"<p>I am Jane.</p>"}]}},\n` +
    '{"number":2,"subject":"no date"},\n' +
    `{"number":3,"subject":"Refund","status":"active","createdAt":"${day(4)}","preview":"Twice"}]}}\n`,
  "zammad.json":
    `[{"id":501,"number":"1","title":"Cannot export","state":"pending reminder","created_at":"${day(1)}","customer":"jane@x.com","articles":[{"sender":"Agent","body":"inside"},{"sender":"Customer","body":"It hangs"}]},\n` +
    '{"id":502,"number":"2","title":"x","created_at":"yesterday"},\n' +
    `{"id":503,"number":"3","title":"Refund","state":"closed","created_at":"${day(4)}"}]\n`,
  "freshdesk.csv":
    '"Ticket Id","Subject","Status","Type","Created time","Resolved time","Full name","Email"\n' +
    '"1","Cannot export","Resolved","Question","2026-03-01 10:00:00","2026-03-02 10:00:00","Jane Doe","jane@x.com"\n' +
    '"2","never closed,"Open"\n' +
    '"3","Refund","Waiting on Customer","","2026-03-04 10:00:00","","",""\n',
};

test("exports of four help desks are read as they come, the broken row named, the good ones taken", (context) => {
  for (const [file, text] of Object.entries(exports)) {
    const place = site(context);
    write(place.path, { [file]: text });
    const { code, stdout, stderr } = place.run(["import", "tickets", file]);
    assert.equal(stdout, "imported 2 tickets (0 known already, 1 rejected)\n", file + stderr);
    assert.equal(code, 1);
    const line = { "freshdesk.csv": 3, "zammad.json": 2 }[file] ?? 3;
    assert.match(stderr, new RegExp(`${file.replace(".", "\\.")}:${line}: `), stderr);
    const erased = JSON.parse(place.run(["erase", "--contact", "jane@x.com", "--json"]).stdout);
    assert.equal(erased.tickets, 1, `${file}: the requester is known`);
  }
});

test("a column that is mapped and not there is refused, with the nearest, before anything is read", (context) => {
  const place = site(context);
  write(place.path, exports);
  for (const [file, map, nearest] of [["freshdesk.csv", "Ticket Idd=id", "Ticket Id"], ["zammad.json", "titel=subject", "title"]]) {
    for (const command of [["import", "tickets"], ["audit"]]) {
      const { code, stderr, stdout } = place.run([...command, file, "--map", map]);
      assert.equal(code, 2);
      assert.equal(stdout, "");
      assert.match(stderr, /the file has no column/);
      assert.ok(stderr.includes(`the nearest is "${nearest}"`), stderr);
    }
  }
  assert.equal(place.run(["import", "tickets", "zammad.json", "--map", "id=nothing"]).code, 2);
});

/** A file of TICKETS ([subject, body, who]) one a row, an hour apart. */
const csv = (tickets, first = Date.UTC(2026, 2, 1)) =>
  "id,subject,body,status,created,solved,email,requester name\n" +
  tickets.map(([subject, body, who], i) => {
    const created = new Date(first + i * 3600e3).toISOString();
    const solved = new Date(first + i * 3600e3 + 7200e3).toISOString();
    return `${first + i},${subject},"${body}",solved,${created},${solved},${who}@example.com,${who} Miller\n`;
  }).join("");

const month = [
  ...Array.from({ length: 12 }, (_, i) => ["Reset my password", `Please, I forgot my password and cannot sign in`, `p${i}`]),
  ...Array.from({ length: 9 }, (_, i) => ["Where is my parcel", `The courier never rang and the parcel is lost. Yours, Zenobia${i} Miller, zenobia${i}@example.com`, `Zenobia${i}`]),
  ["Unlike all", "Something that nobody else has ever asked about", "u"],
];

test("an audit says what is answered, what repeats, and what to write first", (context) => {
  const place = site(context);
  write(place.path, { "tickets.csv": csv(month) + "broken,,,,,,,\n" });
  const { code, stdout, stderr } = place.run(["audit", "tickets.csv", "--format", "json"]);
  assert.equal(code, 1, "a row was broken");
  assert.match(stderr, /tickets\.csv:24: field created is missing/);
  const audit = JSON.parse(stdout);
  assert.equal(audit.tickets, 22);
  assert.equal(audit.rejected, 1);
  assert.deepEqual(audit.rejects, [{ line: 24, reason: "field created is missing" }]);
  assert.equal(audit.found.replayed, 22);
  assert.ok(audit.found.high.tickets >= 12, JSON.stringify(audit.found));
  assert.equal(audit.duplicates.same.tickets, 11 + 8, "the names are not part of what was said");
  assert.equal(audit.topics[0].tickets, 12);
  assert.equal(audit.topics[0].found.high.tickets, 12);
  assert.equal(audit.write[0].label, "Where is my parcel");
  assert.equal(audit.write.length, 1, "what is answered, or asked once, need not be written");
  assert.equal(audit.ages.median_hours, 2);
  assert.ok(!existsSync(place.data), "the data folder is left alone");
});

test("no form of the audit holds a person, and what customers wrote cannot become markup", (context) => {
  const place = site(context);
  const nasty = Array.from({ length: 4 }, (_, i) => ["<img src=x onerror=alert(1)> | *all* about badgers", "badgers <b>burrow</b>", `n${i}`]);
  write(place.path, { "tickets.csv": csv([...month, ...nasty]) });
  for (const format of ["text", "html", "markdown", "json"]) {
    const { code, stdout } = place.run(["audit", "tickets.csv", "--format", format]);
    assert.equal(code, 0);
    assert.match(stdout, /Where is my parcel/, format);
    assert.doesNotMatch(stdout, /zenobia|miller|@example/i, format);
    if (format === "html") assert.doesNotMatch(stdout, /<img|<script|https?:/);
    if (format === "markdown") assert.doesNotMatch(stdout, /[^\\]\| \*all|<img/);
  }
  assert.equal(place.run(["audit", "tickets.csv", "--format", "pdf"]).code, 2);
});

test("an audit needs no articles, and says so; a file without tickets is refused", (context) => {
  const place = site(context);
  write(place.path, { "tickets.csv": csv(month), "none.csv": "id,subject,created\n" });
  const { code, stdout } = place.run(["--articles", "/nowhere", "audit", "tickets.csv"]);
  assert.equal(code, 0);
  assert.match(stdout, /no folder of articles/);
  assert.match(stdout, /Reset my password +12 +12 +Write it/);
  const none = place.run(["audit", "none.csv"]);
  assert.equal(none.code, 2);
  assert.match(none.stderr, /no ticket to look at/);
});

test("topics are told beside those of an audit", (context) => {
  const place = site(context);
  const then = Date.UTC(2026, 2, 1);
  write(place.path, { "then.csv": csv(month, then), "now.csv": csv([...month.slice(0, 3), ...month.slice(12, 21), ...Array.from({ length: 5 }, (_, i) => ["Invoice without tax number", "The invoice shows no tax number", `i${i}`])], then + 86400e3 * 60) });
  write(place.path, { "audit.json": place.run(["audit", "then.csv", "--json"]).stdout });
  assert.equal(place.run(["import", "tickets", "now.csv"]).code, 0);
  const { code, stdout, stderr } = place.run(["report", "--baseline", "audit.json", "--from", "2026-04-30", "--to", "2026-05-01", "--json"]);
  assert.equal(code, 0, stderr);
  const report = JSON.parse(stdout);
  const row = (label) => report.rows.find((item) => item.label === label);
  assert.equal(report.baseline.file, "then.csv");
  assert.equal(row("Reset my password").tickets_then, 12);
  assert.equal(row("Reset my password").tickets, 3);
  assert.equal(row("Reset my password").change.value, -0.75);
  assert.equal(row("Invoice without tax number").state, "new");
  assert.match(place.run(["report", "--baseline", "audit.json", "--from", "2026-04-30", "--to", "2026-05-01"]).stdout, /Where is my parcel/);
  assert.equal(place.run(["report", "--baseline", "then.csv"]).code, 2);
  assert.equal(place.run(["report", "--kind", "flow", "--baseline", "audit.json"]).code, 2);
});
