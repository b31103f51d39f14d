// Under a service manager: the socket that is handed over, what is told, restarts that nobody notices, the unit files.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { dirname, join } from "node:path";
import test from "node:test";
import { atEnd, exported, folder, program, root, site, until, write } from "../lib/deflect.mjs";

/** A service manager that runs `serve` on PLACE; its port, what it printed, and ways to give it orders. */
async function supervise(t, place, { flags = [], env = {} } = {}) {
  const child = spawn("perl", [join(root, "tests/lib/supervise.pl"), program, "--articles", place.articles,
    "--data", place.data, "--rate-limit", "0", ...flags, "serve"],
  { cwd: place.path, stdio: ["pipe", "pipe", "pipe"], env: { ASAN_OPTIONS: "new_delete_type_mismatch=0", ...process.env, SUPERVISE_FOLDER: folder(t), ...env } });
  let printed = "", log = "";
  child.stdout.on("data", (text) => (printed += text));
  child.stderr.on("data", (text) => (log += text));
  const closed = new Promise((done) => child.on("close", done));
  const count = (pattern) => printed.match(new RegExp(pattern, "gm"))?.length ?? 0;
  const stuck = (what) => new Error(`${what}\n--- the manager printed\n${printed}--- the program logged last\n${log.slice(-2000)}`);
  const heard = (pattern, times = 1) => until(() => count(pattern) >= times, 30000).catch(() => { throw stuck(`/${pattern}/ was not heard ${times} times in 30 s`); });
  atEnd(t, async () => {
    child.stdin.end();
    const late = setTimeout(() => child.kill("SIGKILL"), 20000);
    const ended = await Promise.race([closed.then(() => true), new Promise((done) => setTimeout(done, 25000, false).unref())]);
    clearTimeout(late);
    if (!ended || child.signalCode) throw stuck("the manager did not end with its input");
  });
  await heard("^port");
  const order = (text) => child.stdin.write(text + "\n");
  return { port: Number(/^port (\d+)/m.exec(printed)[1]), order, heard, count, printed: () => printed, log: () => log };
}

/** One request on a connection of its own: its status, or the error's code. */
const ask = (port, path, body) =>
  new Promise((done) => {
    const sent = request({ host: "127.0.0.1", port, path, method: body ? "POST" : "GET", agent: false,
      timeout: 20000, headers: body && { "content-type": "application/json" } }, (answer) => {
      answer.resume().on("end", () => done(answer.statusCode)).on("error", (error) => done(error.code));
    });
    sent.on("error", (error) => done(error.code)).on("timeout", () => sent.destroy());
    sent.end(body && JSON.stringify(body));
  });

test("restarting under load refuses no connection, drops no answer and loses no event", async (t) => {
  const place = site(t);
  const manager = await supervise(t, place);
  manager.order("start");
  await manager.heard("told READY=1");
  const answers = {};
  let running = true, asked = 0, accepted = 0;
  t.after(() => (running = false));
  const note = (answer) => { answers[answer] = (answers[answer] ?? 0) + 1; asked++; };
  const clients = [1, 2, 3, 4].map(async (client) => {
    for (let i = 0; running; i++) {
      note(await ask(manager.port, "/v1/suggest?q=password"));
      const status = await ask(manager.port, "/v1/events", { session: `s${client}`, events: [{ type: "contact", id: `e${i}` }] });
      note(status);
      accepted += status === 202;
    }
  });
  for (let restart = 1; restart <= 3; restart++) {
    const before = asked;
    await until(() => asked > before + 40, 30000);
    manager.order("signal TERM");
    await manager.heard("^ended 0", restart);
    manager.order("start");
    await manager.heard("told READY=1", restart + 1);
  }
  const before = asked;
  await until(() => asked > before + 40, 30000);
  running = false;
  await Promise.all(clients);
  assert.deepEqual(Object.keys(answers).sort(), ["200", "202"], JSON.stringify(answers));
  manager.order("signal TERM");
  await manager.heard("^ended 0", 4);
  assert.equal(exported(place).filter((event) => event.type === "contact").length, accepted);
});

test("it tells when it is ready, reads its configuration again, and stops", async (t) => {
  const place = site(t);
  write(place.path, { "deflect.yaml": "origins: []\n" });
  const manager = await supervise(t, place, { flags: ["--config", join(place.path, "deflect.yaml")] });
  manager.order("start");
  await manager.heard("told READY=1");
  assert.match(manager.log(), /^$/m);
  write(place.path, { "deflect.yaml": "log_json: true\n" });
  manager.order("signal HUP");
  await manager.heard("told RELOADING=1 MONOTONIC_USEC=\\d+");
  await manager.heard("told READY=1", 2);
  assert.match(manager.log(), /\{"at":"[^"]+","level":"info","event":"config.reloaded"/, "in its new form at once");
  manager.order("signal TERM");
  await manager.heard("told STOPPING=1");
  await manager.heard("^ended 0");
});

test("the watchdog hears of it in half its time", async (t) => {
  const place = site(t);
  const manager = await supervise(t, place, { env: { WATCHDOG_USEC: "200000" } });
  manager.order("start");
  await manager.heard("told WATCHDOG=1", 3);
  assert.equal(await ask(manager.port, "/healthz"), 200);
});

test("variables that are meant for another process count for nothing", async (t) => {
  const server = await site(t).serve([], { env: { LISTEN_FDS: "1", LISTEN_PID: "1", NOTIFY_SOCKET: "/nowhere", WATCHDOG_USEC: "1", WATCHDOG_PID: "1" } });
  assert.equal((await fetch(`${server.url}/healthz`)).status, 200);
});

test("a socket that is none is refused with what to do", (t) => {
  const place = site(t);
  const { status, stderr } = spawnSync("sh", ["-c", 'LISTEN_PID=$$ LISTEN_FDS=1 exec "$@" 3</dev/null', "sh", program,
    "--articles", place.articles, "--data", place.data, "serve"], { encoding: "utf8" });
  assert.equal(status, 2);
  assert.match(stderr, /no listening stream socket/);
  assert.match(stderr, /Accept=no/);
});

const has = (command) => spawnSync("sh", ["-c", `command -v ${command}`]).status === 0;

test("the unit is confined: systemd-analyze rates its exposure below 2.0", { skip: !has("systemd-analyze") }, (t) => {
  const place = write(folder(t), {
    "deflect.service": readFileSync(join(root, "systemd/deflect.service.in"), "utf8")
      .replaceAll("@bindir@", dirname(program)).replaceAll("@sysconfdir@", "/etc"),
    "deflect.socket": readFileSync(join(root, "systemd/deflect.socket"), "utf8"),
  });
  const analyze = (args) => spawnSync("systemd-analyze", args, { cwd: place, encoding: "utf8" });
  const rated = analyze(["security", "--offline=true", "--no-pager", "--threshold=20", "./deflect.service"]);
  assert.match(rated.stdout, /Overall exposure level for deflect\.service: [01]\.\d/);
  assert.equal(rated.status, 0, rated.stdout);
  const verified = analyze(["verify", "--man=no", "./deflect.service", "./deflect.socket"]);
  assert.doesNotMatch(verified.stderr, /deflect\.(service|socket):\d+|Unknown|Failed to parse/, verified.stderr);
});
