#!/usr/bin/env node
// Memory of a server that was asked much, by the number of its articles (`make bench-memory`).
//
//   memory.mjs [ARTICLES …]     1,000 to 100,000 where none are given
//
// For each a made-up knowledge base is written, indexed and served; 300 questions, what is typed of them, 300 tickets and 300 pages are asked
// for, without the cache of answers. Prints a table and writes memory.svg to MEMORY_OUT (here, where not set). Resident memory counts
// pages of files that the kernel takes back when it needs room; what is the server's own is told apart. The goal: at most 64 MiB at 100,000.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { folder, program, serve } from "../lib/deflect.mjs";
import { plot, sizes } from "../lib/plot.mjs";

const PAGES = 300;
const numbers = process.argv.slice(2).map(Number);
const counts = numbers.length ? numbers : [1000, 3000, 10000, 30000, 100000];
const maker = join(dirname(program), "tests/bench/bench_peers");

function run(command, ...args) {
  const { status, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${stderr}`);
}

/** MiB of the process: all that is resident, and what no file can be asked for again. */
function memory(pid) {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const mib = (key) => Number(new RegExp(`^${key}:\\s+(\\d+) kB`, "m").exec(status)[1]) / 1024;
  return { resident: mib("VmRSS"), own: mib("RssAnon") };
}

async function ask(url, init) {
  const answer = await fetch(url, init);
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  await answer.arrayBuffer();
}

async function ask_all(url, place, articles) {
  const texts = (kind) => readFileSync(join(place, `${kind}.txt`), "utf8").trimEnd().split("\n");
  for (const kind of ["typed", "short"])
    for (const text of texts(kind)) await ask(`${url}/v1/suggest?final=${kind === "short" ? 1 : 0}&q=${encodeURIComponent(text)}`);
  for (const body of texts("ticket"))
    await ask(`${url}/v1/suggest`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ body }) });
  for (let page = 0; page < PAGES; page++) await ask(`${url}/articles/article-${Math.floor((page * articles) / PAGES)}`);
}

async function measure(articles) {
  const ends = [], context = { after: (action) => ends.push(action) }, place = folder(context);
  try {
    const flags = ["--articles", join(place, "articles"), "--data", join(place, "data"), "--cache-bytes", "0"];
    run(maker, "write", String(articles), place);
    run(program, ...flags, "index");
    const server = await serve(context, flags);
    const started = memory(server.child.pid);
    await ask_all(server.url, place, articles);
    return { articles, started, asked: memory(server.child.pid) };
  } finally {
    for (const end of ends) await end();
  }
}

const rows = [];
console.log("MiB: articles, resident at the start, after all questions, of it the server's own");
for (const count of counts) {
  rows.push(await measure(count));
  const { articles, started, asked } = rows.at(-1);
  console.log([articles, ...[started.resident, asked.resident, asked.own].map((mib) => mib.toFixed(1))].join("\t"));
}
const line = (name, value) => ({ name, values: rows.map(value) });
writeFileSync(join(process.env.MEMORY_OUT ?? ".", "memory.svg"), plot(rows.map(({ articles }) => articles), [
  { title: "Memory of the server", unit: "MiB", lines: [line("after questions", (row) => row.asked.resident), line("of it its own", (row) => row.asked.own), line("at the start", (row) => row.started.resident)] },
], sizes("articles")));
