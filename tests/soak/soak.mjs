// soak.mjs [SECONDS]: a server for an hour, or for SECONDS, at half of the rate that it can reach. What it can reach is measured
// anew every minute: where others use the machine it changes.
//
// Made-up visitors (visitors.c, by the clock) type questions, read articles and send events; beside them tickets and webhooks come
// in, writers ask for reports and edit articles, and backups are made. At the end every acknowledged event must be in the log
// exactly once, every acknowledged ticket must be found, and memory at rest and descriptors must stay level. Writes soak.csv and soak.svg to
// $SOAK_OUT (default: here). Exit code 1 where something is not as it must be.
import { spawn } from "node:child_process";
import { createReadStream, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { agent, ago, hook, token } from "../lib/agents.mjs";
import { getJson, program, until } from "../lib/deflect.mjs";
import { plot } from "../lib/plot.mjs";
import { CLIENTS, HOOK_SECRET, makeWorld, serve, visit } from "./world.mjs";

const seconds = Number(process.argv[2] ?? 3600);
const legSeconds = Math.min(60, seconds), peakSeconds = Math.min(5, seconds / 3), interval = Math.min(10, seconds / 4);
const MOST_GROWTH = 0.5; // of resident memory at rest, since the first third, where it ran long enough to tell
const MOST_DESCRIPTORS = 400; // connections, and a few files for each of the readers: one that leaked would soon be over it
const LONG_ENOUGH = 600, REST_MS = 300000;
const reports = ["deflection", "articles", "queries", "gaps", "topics", "flow"];

const world = makeWorld(), { path, flags, place } = world;
const problems = [];
const check = (good, what) => good || problems.push(what);
let server;

// ---- What is done now and then ----

/** Does ACTION(n) every PERIOD seconds by the clock until stopped; its time counts from when it was due. */
function every(period, action) {
  const begun = performance.now(), samples = [], running = new Set();
  let count = 0, failed = 0, timer;
  const wait = () => (timer = setTimeout(act, begun + (count + 1) * period * 1000 - performance.now()));
  function act() {
    const number = count++, due = begun + count * period * 1000;
    const one = action(number)
      .catch((error) => (failed++, check(false, error.message)))
      .finally(() => (samples.push(performance.now() - due), running.delete(one)));
    running.add(one);
    wait();
  }
  wait();
  return {
    take: () => {
      const sorted = samples.splice(0).sort((a, b) => a - b), lost = failed;
      failed = 0;
      const at = (share) => (sorted.length ? sorted[Math.floor(sorted.length * share)] : null);
      return { count: sorted.length, failed: lost, p50_ms: at(0.5), p99_ms: at(0.99) };
    },
    stop: () => (clearTimeout(timer), Promise.all(running)),
  };
}

function expect(answer, ...statuses) {
  if (!statuses.includes(answer.status)) throw new Error(`status ${answer.status}: ${JSON.stringify(answer.body)}`);
}

function chores(server, { ids, questions }, tickets) {
  const writer = agent(server, token(place, "writer"));
  const file = (id, number) => ({
    id, subject: questions[number % questions.length], body: `${questions[(number * 7) % questions.length]} Number ${number}.`,
    status: number % 3 ? "open" : "solved", created: ago(number % 60), contact: `person${number}@example.com`,
  });
  return {
    ticket: every(0.5, async (number) => {
      expect(await writer.post("/v1/tickets", file(`t${number}`, number)), 200, 201);
      tickets.push(`t${number}`);
    }),
    hook: every(0.5, async (number) => {
      expect(await hook(server, "generic", file(`h${number}`, number), { secret: HOOK_SECRET }), 200, 201, 202);
      tickets.push(`generic:h${number}`);
    }),
    report: every(Math.min(15, seconds / 8), async (number) => expect(await writer.get(`/v1/reports/${reports[number % reports.length]}`), 200)),
    edit: every(Math.min(4, seconds / 8), async (number) => {
      const name = join(place.articles, `${ids[number % ids.length]}.md`);
      const text = readFileSync(name, "utf8").replace(/\n\nEdit number \w+\.\n$/, "\n");
      writeFileSync(name, `${text}\n\nEdit number soakedit${number}.\n`);
      tickets.edits = number;
    }),
    backup: every(Math.min(600, seconds / 2.5), async () => {
      const copy = join(path, "copy");
      const code = await new Promise((done) => spawn(program, [...flags, "backup", copy], { stdio: ["ignore", "ignore", "inherit"] }).on("close", done));
      rmSync(copy, { recursive: true, force: true });
      if (code !== 0) throw new Error(`backup ended with ${code}`);
    }),
  };
}

// ---- What is measured ----

function size(folder) {
  let sum = 0;
  for (const name of readdirSync(folder, { recursive: true })) sum += statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0;
  return sum;
}

function sample(server) {
  const status = readFileSync(`/proc/${server.child.pid}/status`, "utf8");
  const kib = (name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)[1]);
  const bytes = (name) => statSync(join(place.data, name), { throwIfNoEntry: false })?.size ?? 0;
  return {
    rss_mib: kib("VmRSS") / 1024, anonymous_mib: kib("RssAnon") / 1024,
    descriptors: readdirSync(`/proc/${server.child.pid}/fd`).length,
    database_mib: bytes("deflect.db") / 2 ** 20, log_mib: bytes("deflect.db-wal") / 2 ** 20, index_mib: size(join(place.data, "index")) / 2 ** 20,
    load: loadavg()[0],
  };
}

const kinds = ["typed", "final", "page", "events", "ticket", "hook", "report", "edit", "backup"];

/** A row of the table: a line of the visitors and what else was seen in that time. */
function row(line, rate, server, work) {
  const out = { seconds: line.seconds, rate, ...sample(server) };
  for (const kind of kinds) {
    const { count, failed, p50_ms, p99_ms } = line[kind] ?? work[kind].take();
    Object.assign(out, { [`${kind}_count`]: count, [`${kind}_failed`]: failed, [`${kind}_p50_ms`]: count ? p50_ms : null, [`${kind}_p99_ms`]: count ? p99_ms : null });
  }
  return out;
}

function write(rows) {
  const out = process.env.SOAK_OUT ?? ".", names = Object.keys(rows[0]);
  const cell = (value) => (value === null ? "" : Number(value.toFixed(3)));
  writeFileSync(join(out, "soak.csv"), [names.join(","), ...rows.map((one) => names.map((name) => cell(one[name])).join(","))].join("\n") + "\n");
  const line = (name, key) => ({ name, values: rows.map((one) => one[key]) });
  writeFileSync(join(out, "soak.svg"), plot(rows.map((one) => one.seconds), [
    { title: "99th percentile of the time until the answer, waiting included", unit: "ms", logarithmic: true,
      lines: [line("as typed", "typed_p99_ms"), line("question", "final_p99_ms"), line("article page", "page_p99_ms"), line("events, stored", "events_p99_ms")] },
    { title: "Memory of the server", unit: "MiB", lines: [line("resident", "rss_mib"), line("of it its own", "anonymous_mib")] },
    { title: "Requests a second: half of the peak just before", unit: "", lines: [line("visitors", "rate")] },
    { title: "Load of the machine (programs that want a core)", unit: "", lines: [line("load", "load")] },
  ]));
}

// ---- What must be true ----

/** Calls TAKE with each line of the file NAME. */
async function lines(input, take) {
  for await (const line of createInterface({ input, crlfDelay: Infinity })) take(line);
}

/** Every acknowledged event is in the log once; none is there twice. */
async function check_events(names) {
  const stored = new Map(); // "NAME-NUMBER": four bits each for three events: how often they are there
  const child = spawn(program, [...flags, "export", "events"], { stdio: ["ignore", "pipe", "inherit"] });
  let all = 0, twice = 0, lost = 0, acknowledged = 0;
  await lines(child.stdout, (line) => {
    const match = /"id": ?"([a-z]+\d*-\d+)-(\d)"/.exec(line);
    all++;
    if (!match) return;
    const seen = stored.get(match[1]) ?? 0, bit = 1 << match[2];
    twice += (seen & bit) !== 0;
    stored.set(match[1], seen | bit);
  });
  for (const name of names)
    await lines(createReadStream(join(path, `${name}.acknowledged`)), (line) => {
      const [id, count] = line.split(" ");
      const seen = stored.get(id) ?? 0;
      for (let i = 0; i < count; i++) lost += !(seen & (1 << i));
      acknowledged += Number(count);
    });
  check(lost === 0, `${lost} acknowledged events are lost`);
  check(twice === 0, `${twice} events are there twice`);
  check(acknowledged > 0, "no event was acknowledged");
  return { acknowledged, all };
}

async function check_tickets(server, tickets) {
  const kim = agent(server, token(place, "agent", "checks"));
  for (let i = 0; i < tickets.length; i += 8)
    await Promise.all(tickets.slice(i, i + 8).map(async (id) => {
      const { status } = await kim.get(`/v1/agent/tickets/${id}`);
      check(status === 200, `ticket ${id} is not there: ${status}`);
    }));
}

/** What the server wrote as error. */
async function check_log() {
  await lines(createReadStream(join(path, "log")), (line) => check(!/\berror\b/i.test(line.slice(0, 60)), line));
}

/** The memory at rest: the least within the first third, but for its beginning, and when all is over. What a report takes for a
    moment grows with the log that it reads, and is not asked for here: the last one is waited for. */
async function rest(rows) {
  const first = rows.filter((one) => one.seconds > seconds / 6 && one.seconds <= seconds / 3).map((one) => one.rss_mib);
  const early = Math.min(...first), most = early * (1 + MOST_GROWTH);
  let late = sample(server).rss_mib;
  const lower = () => (late = Math.min(late, sample(server).rss_mib)) <= most;
  if (seconds >= LONG_ENOUGH) await until(lower, REST_MS).catch(() => check(false, `memory at rest grew from ${early.toFixed(0)} to ${late.toFixed(0)} MiB`));
  return { early, late };
}

function summary(rows) {
  const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
  const worst = (key) => Math.max(...rows.map((one) => one[key] ?? 0));
  for (const kind of kinds) {
    const count = rows.reduce((sum, one) => sum + one[`${kind}_count`], 0), failed = rows.reduce((sum, one) => sum + one[`${kind}_failed`], 0);
    const mid = (key) => median(rows.map((one) => one[key]).filter((value) => value !== null))?.toFixed(1);
    console.log(`${kind.padEnd(8)} ${String(count).padStart(9)}  p50 ${mid(`${kind}_p50_ms`)} ms  p99 ${mid(`${kind}_p99_ms`)} ms  worst p99 ${worst(`${kind}_p99_ms`).toFixed(0)} ms  failed ${failed}`);
    check(failed === 0, `${failed} of ${count} ${kind} failed`);
  }
}

/** Half of the peak for a while; returns the names under which visitors came. */
async function leg(number, begun, take) {
  const names = [`peak${number}`, `soak${number}`], length = Math.min(legSeconds, seconds - begun);
  const rate = (await visit(world, server, { name: names[0], seconds: peakSeconds })).per_second / 2;
  await visit(world, server, { name: names[1], seconds: length, rate, interval, take: (line) => {
    if (line.seconds <= length) take({ ...line, seconds: begun + line.seconds }, rate); // else it came after the end
  } });
  return names;
}

async function main() {
  const tickets = [], rows = [], names = ["warm"];
  server = await serve(world);
  await visit(world, server, { name: "warm", seconds: peakSeconds });
  const work = chores(server, world, tickets);
  const take = (line, rate) => {
    rows.push(row(line, rate, server, work));
    write(rows);
  };
  for (let begun = 0; begun < seconds; begun += legSeconds) names.push(...(await leg(begun / legSeconds, begun, take)));
  for (const one of Object.values(work)) await one.stop();
  await until(async () => (await getJson(`${server.url}/v1/suggest?q=soakedit${tickets.edits}&final=1`)).body.total > 0, 30000)
    .catch(() => check(false, "the last edit is not found"));
  await check_tickets(server, tickets);
  const { early, late } = await rest(rows);
  server.child.kill("SIGTERM");
  const { code, signal } = await server.ended;
  check(code === 0, `the server ended with ${signal ?? code}`);
  const { acknowledged, all } = await check_events(names);
  await check_log();
  const rates = rows.map((one) => one.rate).sort((a, b) => a - b);
  console.log(`${seconds} s, ${CLIENTS} clients, ${availableParallelism()} cores, load ${rows[0].load.toFixed(1)} to ${rows.at(-1).load.toFixed(1)}; half of the peak was ${rates[0].toFixed(0)} to ${rates.at(-1).toFixed(0)} requests a second, mostly ${rates[rates.length >> 1].toFixed(0)}`);
  summary(rows);
  console.log(`${acknowledged} events acknowledged, ${all} stored with those of the server; ${tickets.length} tickets, ${tickets.edits + 1} edits`);
  const highest = (key) => Math.max(...rows.map((one) => one[key]));
  console.log(`memory at rest ${early.toFixed(1)} MiB in the first third, ${late.toFixed(1)} at the end; at most ${highest("rss_mib").toFixed(0)}, while reports were made`);
  check(highest("descriptors") <= MOST_DESCRIPTORS, `${highest("descriptors")} descriptors were open`);
  console.log(`at most ${highest("descriptors")} descriptors; database ${rows.at(-1).database_mib.toFixed(0)} MiB, its log at most ${highest("log_mib").toFixed(1)}`);
}

try {
  await main();
} catch (error) {
  check(false, error.stack);
  server?.child.kill("SIGKILL");
}
for (const problem of problems.slice(0, 20)) console.error(`soak: ${problem}`);
if (problems.length) console.error(`soak: the data, for a closer look: ${path}`);
else world.remove();
process.exit(problems.length ? 1 : 0);
