// Faults of the machine: what becomes of data and answers when disk, memory, descriptors or files give way.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { closeSync, cpSync, openSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync, writeSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { articles, exported, getJson, postJson, program, site, until } from "../lib/deflect.mjs";

const contact = (server, id, session = "s") =>
  postJson(`${server.url}/v1/events`, { session, events: [{ id, type: "contact" }] });
const ids = (place) => exported(place).map((event) => event.id);
const finds = async (server) => {
  const { status, body } = await getJson(`${server.url}/v1/suggest?q=forgot+my+password&final=1`);
  return status === 200 && body.results[0]?.article === "account/reset-password";
};
const serve = (place, args) => place.serve(args);

/** Runs the program under LIMITS of the shell ("ulimit -n 64"). */
function limited(place, limits, args) {
  const command = `${limits}; exec "$0" "$@"`;
  return spawnSync("sh", ["-c", command, program, "--articles", place.articles, "--data", place.data, ...args], { encoding: "utf8" });
}
const isSanitized = /sanitizers/.test(program);

for (const [what, tear] of Object.entries({
  "cut in the middle of its last page": (file) => truncateSync(file, statSync(file).size - 1500),
  "followed by garbage": (file) => writeFileSync(file, Buffer.alloc(5000, 0xee), { flag: "a" }),
  "with a last page of zeros": (file) => {
    const at = openSync(file, "r+");
    writeSync(at, Buffer.alloc(2000), 0, 2000, statSync(file).size - 2000);
    closeSync(at);
  },
}))
  test(`after a power cut that leaves the log ${what}, all before it is there and the server starts`, async (context) => {
    const place = site(context);
    const server = await serve(place);
    for (let i = 0; i < 20; i++) assert.equal((await contact(server, `e${i}`)).status, 202);
    await server.stop("SIGKILL");
    const log = join(place.data, "deflect.db-wal");
    assert.ok(statSync(log).size > 8000);
    tear(log);
    const again = await serve(place);
    assert.equal((await contact(again, "after")).status, 202);
    await again.stop();
    const stored = ids(place), torn = what === "followed by garbage" ? 20 : stored.length - 1;
    assert.ok(stored.length > 15 && stored.length <= 21, `${stored.length}`);
    assert.deepEqual(stored, [...Array.from({ length: torn }, (_, i) => `e${i}`), "after"], "a prefix, and what came after");
  });

test("a full disk: events get 503 with the reason, answers go on, nothing acknowledged is lost, and room mends it", async (context) => {
  const place = site(context);
  assert.equal(place.run(["index"]).code, 0);
  const server = await serve(place);
  const acknowledged = [];
  assert.equal((await contact(server, "before")).status, 202);
  acknowledged.push("before");
  const limit = (bytes) => assert.equal(spawnSync("prlimit", ["--pid", `${server.child.pid}`, `--fsize=${bytes}:`]).status, 0);
  limit(statSync(join(place.data, "deflect.db-wal")).size + 20000);
  let refused;
  for (let i = 0; i < 200 && !refused; i++) {
    const answer = await contact(server, `e${i}`, `s${i}`);
    if (answer.status === 202) acknowledged.push(`e${i}`);
    else refused = answer;
  }
  assert.equal(refused?.status, 503);
  assert.ok(Number(refused.headers.get("retry-after")) > 0);
  assert.match(refused.headers.get("content-type"), /problem\+json/);
  assert.ok(await finds(server), "answers do not depend on it");
  limit("unlimited");
  await until(async () => (await contact(server, "late", "late")).status === 202);
  acknowledged.push("late");
  await server.stop();
  assert.deepEqual(acknowledged.filter((id) => !ids(place).includes(id)), []);
});

test("doctor says that the index is damaged, and not that all is well", (context) => {
  const place = site(context);
  assert.equal(place.run(["index"]).code, 0);
  const folder = join(place.data, "index", "articles-1");
  for (const name of readdirSync(folder).filter((name) => name.endsWith(".glass"))) {
    const file = join(folder, name), bytes = readFileSync(file);
    writeFileSync(file, bytes.fill(0xee, 200, 7200));
  }
  const { code, stdout } = place.run(["--listen", "127.0.0.1:0", "doctor"]);
  assert.equal(code, 1);
  assert.match(stdout, /BAD +index/);
  assert.match(stdout, /index --rebuild/);
});

test("a backup made under load is a whole: all that was acknowledged before it, and a prefix of each sender's", async (context) => {
  const place = site(context);
  const server = await serve(place);
  const sent = Array.from({ length: 4 }, () => 0);
  let stopping = false;
  const work = sent.map(async (_, sender) => {
    while (!stopping) {
      const { status } = await contact(server, `${sender}-${sent[sender]}`, `s${sender}`);
      assert.equal(status, 202);
      sent[sender]++;
    }
  });
  await until(() => sent.every((count) => count > 20), 60000);
  const before = [...sent];
  const copy = join(place.path, "copy");
  const backup = await new Promise((done) =>
    spawn(program, ["--articles", place.articles, "--data", place.data, "backup", copy]).on("close", done));
  stopping = true;
  await Promise.all(work);
  assert.equal(backup, 0);
  await server.stop();
  const restored = { run: (args) => place.run(["--data", copy, ...args]) };
  const stored = exported(restored);
  for (let sender = 0; sender < 4; sender++) {
    const own = stored.filter((event) => event.session === `s${sender}`).map((event) => event.id);
    assert.ok(own.length >= before[sender]);
    assert.deepEqual(own, own.map((_, i) => `${sender}-${i}`));
  }
  const whole = new Map(exported(place).map((event) => [event.id, event]));
  for (const event of stored) assert.deepEqual(event, whole.get(event.id));
  const again = await place.serve(["--data", copy]);
  assert.equal((await contact(again, "restored")).status, 202);
});

test("thousands of files that change at once are all found, and gone when they go", async (context) => {
  const many = (word) => Object.fromEntries(Array.from({ length: 2000 }, (_, i) => [`many/a${i}.md`, `# Article ${i}\n\n${word} ${i}.\n`]));
  const place = site(context);
  const server = await serve(place);
  const total = async (word) => (await getJson(`${server.url}/v1/suggest?q=${word}&final=1&limit=1`)).body.total;
  cpSync(site(context, many("Marmalade")).articles, place.articles, { recursive: true });
  await until(async () => (await total("marmalade")) >= 1500, 120000);
  assert.ok(await finds(server));
  rmSync(join(place.articles, "many"), { recursive: true });
  await until(async () => (await total("marmalade")) === 0, 120000);
  assert.ok(await finds(server));
  await server.stop();
  assert.match(place.run(["index"]).stdout, /^indexed 3 articles/);
});

test("with few descriptors connections wait, the server lives, and serves again", async (context) => {
  const place = site(context);
  assert.equal(place.run(["index"]).code, 0);
  const server = await serve(place);
  assert.equal(spawnSync("prlimit", ["--pid", `${server.child.pid}`, "--nofile=64:"]).status, 0);
  const port = Number(new URL(server.url).port);
  const held = Array.from({ length: 200 }, () => connect(port, "127.0.0.1").on("error", () => {}));
  await until(() => held.every((socket) => !socket.connecting));
  held.forEach((socket) => socket.destroy());
  await until(async () => finds(server).catch(() => false), 30000);
  assert.equal((await contact(server, "e")).status, 202);
});

test("with too little memory a command ends with words, not with a signal", { skip: isSanitized }, (context) => {
  const place = site(context);
  assert.equal(place.run(["index"]).code, 0);
  for (let kilobytes = 60000; kilobytes <= 200000; kilobytes += 20000) {
    const { status, signal, stderr } = limited(place, `ulimit -v ${kilobytes}`, ["search", "forgot my password"]);
    assert.equal(signal, null, `${kilobytes} KiB: ${stderr}`);
    assert.ok(status === 0 || stderr.length > 0, `${kilobytes} KiB: exit ${status}`);
  }
});
