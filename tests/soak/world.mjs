// world.mjs: a folder with the product's own articles, a server on a free port for it, and made-up visitors (visitors.c).
import { spawn, spawnSync } from "node:child_process";
import { closeSync, cpSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { getJson, program, root, until } from "../lib/deflect.mjs";

export const CLIENTS = 64;
export const HOOK_SECRET = "s3cret";

/** Copies the articles to FOLDER; what people ask: their titles, questions and tests. */
function takeArticles(folder) {
  cpSync(join(root, "articles"), folder, { recursive: true });
  const ids = [], questions = new Set();
  for (const name of readdirSync(folder, { recursive: true })) {
    const match = /^((?:customers|operators|writers|agents|start|reference)\/.*)\.md$/.exec(name);
    if (!match) continue;
    const text = readFileSync(join(folder, name), "utf8");
    if (/^audience: agents|^status: (draft|archived)/m.test(text)) continue;
    ids.push(match[1]);
    for (const [, line] of text.slice(0, text.indexOf("\n---", 4)).matchAll(/^(?:title: |\s+- )(.*)$/gm)) questions.add(line);
  }
  return { ids, questions: [...questions] };
}

/** A new world: its `place` has `run` as those of tests/lib/deflect.mjs. `remove` takes it away again. */
export function makeWorld() {
  const path = mkdtempSync(join(tmpdir(), "deflect-soak-"));
  const articles = join(path, "articles"), data = join(path, "data"), flags = ["--articles", articles, "--data", data];
  const { ids, questions } = takeArticles(articles);
  writeFileSync(join(path, "ids"), ids.join("\n") + "\n");
  writeFileSync(join(path, "questions"), questions.join("\n") + "\n");
  const run = (args) => {
    const { status, ...rest } = spawnSync(program, [...flags, ...args], { encoding: "utf8", maxBuffer: 1 << 28 });
    return { code: status, ...rest };
  };
  return { path, flags, ids, questions, place: { articles, data, run }, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Starts the server of WORLD, its log in a file there, and waits until it answers. It believes 127.0.0.1 whose visitor asks. */
export async function serve({ path, flags }, args = []) {
  const log = openSync(join(path, "log"), "w");
  const child = spawn(program, [...flags, "--listen", "127.0.0.1:0", "--trusted-proxies", "127.0.0.1", "--hooks.generic", HOOK_SECRET, ...args, "serve"],
    { cwd: path, stdio: ["ignore", "pipe", log] });
  closeSync(log);
  const ended = new Promise((done) => child.on("close", (code, signal) => done({ code, signal })));
  const url = await new Promise((done, fail) => {
    child.stdout.on("data", (text) => /listening on (\S+)/.test(text) && done(/listening on (\S+)/.exec(text)[1]));
    ended.then(() => fail(new Error(readFileSync(join(path, "log"), "utf8"))));
  });
  await until(async () => (await getJson(`${url}/v1/suggest?q=password&final=1`)).body.results?.length, 60000);
  return { child, url, ended };
}

/** Lets visitors come to SERVER for SECONDS, RATE requests a second (0: as many as are answered). Each line of figures, one every
    INTERVAL seconds, goes to TAKE. Resolves with the last one: the sum. */
export function visit({ path }, server, { name, seconds, rate = 0, clients = CLIENTS, interval = seconds, take = () => {} }) {
  const args = [new URL(server.url).port, seconds, rate, clients, interval, name, join(path, "questions"), join(path, "ids"), join(path, `${name}.acknowledged`)];
  const child = spawn(join(dirname(program), "tests/soak/visitors"), args.map(String), { stdio: ["ignore", "pipe", "pipe"] });
  let last, complaints = 0;
  createInterface({ input: child.stdout }).on("line", (line) => {
    last = JSON.parse(line);
    if (last.seconds) take(last);
  });
  createInterface({ input: child.stderr }).on("line", (line) => complaints++ < 20 && console.error(line));
  return new Promise((done, fail) => child.on("close", (code) => (code === 0 ? done(last) : fail(new Error(`visitors ended with ${code}`)))));
}
