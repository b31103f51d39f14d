// `deflect doctor` finds each fault that is planted, and gives the command that mends it.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readFileSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { program, site, write } from "../lib/deflect.mjs";

/** A healthy house, and what doctor says of one part of it. */
function house(t) {
  const place = site(t);
  assert.equal(place.run(["index"]).code, 0);
  const examine = (flags = [], run = place.run) => {
    const { code, stdout, stderr } = run(["--listen", "127.0.0.1:0", ...flags, "doctor", "--json"]);
    return { code, stderr, of: (check) => JSON.parse(stdout).find((row) => row.check === check), all: stdout ? JSON.parse(stdout) : [] };
  };
  return { ...place, examine };
}

const old = (days) => new Date(Date.now() - days * 86400000).toISOString();

/** Checks that CHECK alone is bad (others may suffer with it), says WHAT, and hints COMMAND. */
function expectBad(result, check, what, command) {
  assert.equal(result.code, 1);
  const found = result.of(check);
  assert.equal(found.ok, false, JSON.stringify(found));
  assert.match(found.found, what);
  assert.match(found.hint, command);
}

test("a healthy house is healthy, and the versions of what it stands on are told", (t) => {
  const { code, all, of } = house(t).examine();
  assert.deepEqual(all.filter((row) => !row.ok), []);
  assert.equal(code, 0);
  for (const library of ["deflect", "Xapian", "SQLite", "libmicrohttpd", "cmark-gfm", "jansson", "libyaml", "GnuTLS", "libcurl"])
    assert.match(of("versions").found, new RegExp(`${library} \\d+\\.\\d`), library);
});

test("folders that are missing, or open to everybody", (t) => {
  const place = house(t);
  expectBad(place.examine(["--articles", "/nowhere/at/all"]), "articles", /cannot use \/nowhere/, /--articles DIR/);
  expectBad(place.examine(["--articles", program]), "articles", /Not a directory/, /--articles DIR/);
  chmodSync(place.data, 0o755);
  expectBad(place.examine(), "permissions", /mode 755/, /^chmod o-rwx \S+data$/);
  chmodSync(place.data, 0o700);
  const mistyped = join(place.path, "dta");
  expectBad(place.examine(["--data", mistyped]), "store", /no database in the data folder/, /--data DIR/);
  assert.equal(existsSync(mistyped), false, "looking makes nothing");
});

test("secrets in a configuration that others can read", (t) => {
  const place = house(t);
  write(place.path, { "deflect.yaml": "hooks:\n  zendesk: secret\n" });
  const file = join(place.path, "deflect.yaml");
  chmodSync(file, 0o644);
  expectBad(place.examine(["--config", file]), "permissions", /deflect\.yaml has mode 644/, /^chmod o-rwx \S+deflect\.yaml$/);
  chmodSync(file, 0o640);
  assert.equal(place.examine(["--config", file]).code, 0);
});

test("a key of the configuration that nobody knows", (t) => {
  const place = house(t);
  write(place.path, { "deflect.yaml": "articels: x\n" });
  const { code, stderr } = place.run(["--config", join(place.path, "deflect.yaml"), "doctor"]);
  assert.equal(code, 2);
  assert.match(stderr, /deflect\.yaml line 1: unknown key articels; did you mean articles\?/);
});

const indexFiles = (place) =>
  readdirSync(join(place.data, "index"), { recursive: true }).filter((name) => name.endsWith(".glass")).map((name) => join(place.data, "index", name));

test("an index that is damaged, missing, or made with another stemmer", (t) => {
  const place = house(t);
  renameSync(join(place.data, "index"), join(place.data, "index.away"));
  expectBad(place.examine(), "index", /index/, /^deflect index$/);
  renameSync(join(place.data, "index.away"), join(place.data, "index"));
  assert.equal(place.examine().code, 0);

  let planted = 0;
  for (const file of indexFiles(place)) {
    const bytes = readFileSync(file).toString("latin1");
    const other = bytes.replace(/libstemmer[ -]?(\d)/g, (text) => (planted++, text.slice(0, -1) + "9"));
    if (other !== bytes) writeFileSync(file, other, "latin1");
  }
  assert.ok(planted, "the index names its stemmer");
  expectBad(place.examine(), "index", /another version, or with another stemmer/, /^deflect index --rebuild$/);
  assert.equal(place.run(["index", "--rebuild"]).code, 0, "and the command mends it");
  assert.equal(place.examine().code, 0);

  for (const file of indexFiles(place)) writeFileSync(file, "not an index");
  expectBad(place.examine(), "index", /./, /^deflect index --rebuild$/);
  assert.equal(place.run(["index", "--rebuild"]).code, 0);
  assert.equal(place.examine().code, 0);
});

test("a damaged database", (t) => {
  const place = house(t);
  const database = readdirSync(place.data).find((name) => /\.(db|sqlite3?)$/.test(name));
  writeFileSync(join(place.data, database), "x".repeat(8192));
  const result = place.examine();
  assert.equal(result.of("store").ok, false);
  assert.equal(result.code, 1);
});

test("a clock that is behind what was logged", (t) => {
  const place = house(t);
  write(place.path, { "events.jsonl": `{"session":"s","type":"contact","at":"${old(-2)}"}\n` });
  assert.equal(place.run(["import", "events", "events.jsonl"]).code, 0);
  expectBad(place.examine(), "clock", /holds an event of 2\d{3}/, /timedatectl/);
});

test("a week of events without a copy, until there is one", (t) => {
  const place = house(t);
  write(place.path, { "events.jsonl": `{"session":"s","type":"contact","at":"${old(9)}"}\n` });
  assert.equal(place.run(["import", "events", "events.jsonl"]).code, 0);
  expectBad(place.examine(), "backup", /never/, /^deflect backup/);
  assert.equal(place.run(["backup", join(place.path, "copy")]).code, 0);
  const { code, of } = place.examine();
  assert.equal(code, 0);
  assert.match(of("backup").found, /the last one: 2\d{3}-/);
});

test("certificates: expired, about to, of another key, half of a pair", (t) => {
  const place = house(t);
  const make = (name, days) => {
    const [pem, key, csr] = ["pem", "key", "csr"].map((end) => join(place.path, `${name}.${end}`));
    spawnSync("openssl", ["req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=x", "-keyout", key, "-out", csr]);
    assert.equal(spawnSync("openssl", ["x509", "-req", "-in", csr, "-signkey", key, "-days", String(days), "-out", pem]).status, 0);
    chmodSync(key, 0o600);
    return { pem, key, flags: ["--tls-cert", pem, "--tls-key", key] };
  };
  const good = make("good", 90), soon = make("soon", 10), expired = make("expired", -1);
  assert.equal(place.examine(good.flags).code, 0);
  expectBad(place.examine(soon.flags), "certificate", /soon\.pem ends on/, /certbot renew.*systemctl reload deflect/);
  expectBad(place.examine(expired.flags), "certificate", /expired\.pem has expired on/, /certbot renew/);
  expectBad(place.examine(["--tls-cert", good.pem, "--tls-key", soon.key]), "certificate", /does not belong/, /pair/);
  expectBad(place.examine(["--tls-cert", good.pem]), "certificate", /only one/, /--tls-key/);
  chmodSync(good.key, 0o644);
  expectBad(place.examine(good.flags), "permissions", /good\.key has mode 644/, /^chmod o-rwx \S+good\.key$/);
});

const mayMount = process.getuid() === 0 && spawnSync("unshare", ["--mount", "true"]).status === 0;

test("a disk that is nearly full", { skip: !mayMount }, (t) => {
  const place = house(t);
  const result = place.examine([], (args) => {
    const { status, stdout, stderr } = spawnSync("unshare", ["--mount", "sh", "-ec",
      'mount -t tmpfs -o size=60m tmpfs "$1"; cd "$1"; shift; chmod 700 .; "$@" index >&2; shift 0; exec "$@" doctor --json', "sh",
      place.data, program, "--articles", place.articles, "--data", place.data, "--listen", "127.0.0.1:0"],
    { encoding: "utf8", env: { ASAN_OPTIONS: "new_delete_type_mismatch=0", PATH: process.env.PATH } });
    return { code: status, stdout, stderr };
  });
  expectBad(result, "room", /\d+ MiB \(\d+ %\) are free/, /make room/);
});
