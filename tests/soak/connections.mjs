// connections.mjs: what clients that only hold connections cost the others.
//
// 200 slow clients (headers a byte at a time, bodies likewise, kept and silent) beside made-up visitors, in turns with none: the
// ratio of the visitors' 99th percentiles, a median of the turns. Then 10,000 connections at once, half of which ask: each is
// answered, ended or never taken up, the server answers others meanwhile and afterwards, and gives its descriptors back.
// Exit code 1 where a goal is missed.
import { readdirSync } from "node:fs";
import { connect } from "node:net";
import { availableParallelism, loadavg } from "node:os";
import { until } from "../lib/deflect.mjs";
import { makeWorld, serve, visit } from "./world.mjs";

const TURNS = 9, TURN_SECONDS = 3, SLOW = 200, CROWD = 10000, EACH_ADDRESS = 290;
const MOST_RATIO = 2;

const world = makeWorld();
const server = await serve(world);
const port = Number(new URL(server.url).port);
const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const descriptors = () => readdirSync(`/proc/${server.child.pid}/fd`).length;

/** A connection from an address of its own crowd; `state` says what became of it. */
function open(number) {
  const socket = connect({ host: "127.0.0.1", port, localAddress: `127.0.1.${1 + Math.floor(number / EACH_ADDRESS)}` });
  const one = { socket, state: "waiting" };
  socket.on("connect", () => (one.state = "open"));
  socket.on("data", (bytes) => (one.state = bytes.toString("latin1", 9, 12)));
  socket.on("error", () => {});
  socket.on("close", () => (one.state = /^\d/.test(one.state) ? one.state : "ended"));
  return one;
}

// ---- Slow clients ----

const slowBeginnings = [
  "GET /v1/suggest?q=pass HTTP/1.1\r\nHost: x\r\nX-Slow: ",
  "POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n{",
  "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
];

/** SLOW connections that hold their places; the function that ends them. */
async function hold() {
  const all = Array.from({ length: SLOW }, (_, i) => open(i));
  await until(() => all.every((one) => one.state === "open"));
  all.forEach((one, i) => one.socket.write(slowBeginnings[i % 3]));
  const trickle = setInterval(() => all.forEach((one, i) => i % 3 < 2 && one.socket.write(" ")), 100);
  return async () => {
    clearInterval(trickle);
    if (!all.every((one) => one.state === "open" || one.state === "200")) throw new Error("a slow client lost its place");
    all.forEach((one) => one.socket.destroy());
    await wait(200);
  };
}

async function measure(name, rate) {
  const { p50_ms, p99_ms } = await visit(world, server, { name, seconds: TURN_SECONDS, rate, clients: 16 });
  return { p50_ms, p99_ms };
}

async function slowClients() {
  const { per_second } = await visit(world, server, { name: "peak", seconds: TURN_SECONDS, clients: 16 });
  const rate = per_second / 4, ratios = [], halves = [];
  console.log(`${SLOW} slow clients beside ${rate.toFixed(0)} requests a second, a quarter of the peak; ${availableParallelism()} cores, load ${loadavg()[0].toFixed(1)}`);
  for (let turn = 0; turn < TURNS; turn++) {
    const quiet = await measure("quiet", rate);
    const release = await hold();
    const slow = await measure("slow", rate);
    await release();
    ratios.push(slow.p99_ms / quiet.p99_ms);
    halves.push(slow.p50_ms / quiet.p50_ms);
    console.log(`  quiet p50 ${quiet.p50_ms.toFixed(2)} p99 ${quiet.p99_ms.toFixed(1)} ms   slow p50 ${slow.p50_ms.toFixed(2)} p99 ${slow.p99_ms.toFixed(1)} ms`);
  }
  console.log(`  medians of the ratios: p50 ${median(halves).toFixed(2)}, p99 ${median(ratios).toFixed(2)} (goal at most ${MOST_RATIO})`);
  return median(ratios) <= MOST_RATIO;
}

// ---- A crowd ----

async function answers() {
  const begun = performance.now();
  const { status } = await fetch(`${server.url}/v1/suggest?q=password&final=1`, { headers: { connection: "close" } });
  return status === 200 ? performance.now() - begun : Infinity;
}

async function crowd() {
  const before = descriptors(), all = [];
  for (let i = 0; i < CROWD; i++) {
    all.push(open(i));
    if (i % 2) all[i].socket.write("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    if (i % 500 === 499) await wait(0);
  }
  await wait(3000);
  const times = [];
  for (let i = 0; i < 20; i++) times.push(await answers());
  const most = descriptors(), states = {};
  for (const { state } of all) states[state] = (states[state] ?? 0) + 1;
  console.log(`${CROWD} connections at once: ${Object.entries(states).map(([state, count]) => `${count} ${state}`).join(", ")}; ${most} descriptors`);
  console.log(`  others meanwhile: median ${median(times).toFixed(1)}, slowest ${Math.max(...times).toFixed(1)} ms`);
  for (const { socket } of all) socket.destroy();
  await until(() => descriptors() <= before + 2, 60000);
  console.log(`  descriptors before ${before}, afterwards ${descriptors()}`);
  return times.every(Number.isFinite);
}

const slow = await slowClients(), served = await crowd();
const normal = await answers();
server.child.kill("SIGTERM");
const { code, signal } = await server.ended;
console.log(`afterwards an answer in ${normal.toFixed(1)} ms, and the server ended with ${signal ?? code}`);
world.remove();
process.exit(slow && served && code === 0 ? 0 : 1);
