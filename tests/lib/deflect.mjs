// deflect.mjs: runs the program under test: one command, or a server for as long as a test needs it.
//
// The program is $DEFLECT, else build/deflect. Every test has a folder of its own, which is removed
// at its end; servers listen on a free port of 127.0.0.1.
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
export const program = process.env.DEFLECT ?? join(root, "build/deflect");

/** The environment without what the person at the keyboard has set for Deflect. */
function cleanEnvironment(extra) {
  const clean = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith("DEFLECT")),
  );
  // libxapian frees a few of its own objects with another size than they were made with.
  return { ASAN_OPTIONS: "new_delete_type_mismatch=0", ...clean, ...extra };
}

const endings = new WeakMap();

/** What is to be done at the end of TEST, the latest first: a server stops before its folder goes. */
export function atEnd(test, action) {
  if (!endings.has(test)) {
    const list = [];
    endings.set(test, list);
    test.after(async () => {
      const failures = [];
      while (list.length) await (async () => list.pop()())().catch((error) => failures.push(error));
      if (failures.length) throw failures[0];
    });
  }
  endings.get(test).push(action);
}

/** A fresh folder, removed when TEST (node:test's context) ends. */
export function folder(test) {
  const path = mkdtempSync(join(tmpdir(), "deflect-test-"));
  atEnd(test, () => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Writes FILES ({"a/b.md": text}) below PATH. */
export function write(path, files) {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(path, name)), { recursive: true });
    writeFileSync(join(path, name), text);
  }
  return path;
}

/** Three small articles, one of them for agents. */
export const articles = {
  "account/reset-password.md":
    "---\ntitle: Reset your password\nquestions: [I forgot my password]\n---\n\n" +
    "You can set a new password at any time.\n\n## By e-mail\n\n" +
    "Choose **Forgot password** on the sign-in page. We send you a link.\n",
  "billing/invoices.md":
    "# Download an invoice\n\nInvoices stand under Settings, Billing, each as a PDF. See [your password](../account/reset-password.md).\n",
  "internal/refunds.md":
    "---\ntitle: Refund a customer\naudience: agents\n---\n\nRefunds over 100 euros need a second agent.\n",
};

/** A folder with `articles/` and room for `data/`, and functions that run the program on it. */
export function site(test, files = articles) {
  const path = folder(test);
  mkdirSync(join(path, "articles"));
  write(join(path, "articles"), files);
  const flags = ["--articles", join(path, "articles"), "--data", join(path, "data")];
  return {
    path,
    articles: join(path, "articles"),
    data: join(path, "data"),
    run: (args, options) => run([...flags, ...args], { cwd: path, ...options }),
    serve: (args = [], options) => serve(test, [...flags, ...args], { cwd: path, ...options }),
  };
}

/** Runs the program to its end: {code, stdout, stderr}. */
export function run(args, { input, env, cwd } = {}) {
  const result = spawnSync(program, args, {
    input, cwd, encoding: "utf8", env: cleanEnvironment(env), maxBuffer: 1 << 28,
  });
  if (result.error) throw result.error;
  return { code: result.status, signal: result.signal, stdout: result.stdout, stderr: result.stderr };
}

/** Runs the program without waiting: a promise of {code, stdout, stderr}. */
export function start(args, { env, cwd } = {}) {
  const child = spawn(program, args, { cwd, env: cleanEnvironment(env) });
  let stdout = "", stderr = "";
  child.stdout.on("data", (text) => (stdout += text));
  child.stderr.on("data", (text) => (stderr += text));
  return new Promise((done) => child.on("close", (code) => done({ code, stdout, stderr })));
}

/** Starts a server and waits until it listens; it is stopped at the end of TEST. */
export async function serve(test, args, { env, cwd } = {}) {
  const child = spawn(program, ["--listen", "127.0.0.1:0", "--rate-limit", "0", ...args, "serve"], {
    cwd, env: cleanEnvironment(env), stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "", stderr = "";
  const ended = new Promise((done) =>
    child.on("close", (code, signal) => done({ code, signal, stdout, stderr })),
  );
  child.stderr.on("data", (text) => (stderr += text));
  const url = await new Promise((done, fail) => {
    child.stdout.on("data", (text) => {
      stdout += text;
      const match = /listening on (https?:\/\/\S+)/.exec(stdout);
      if (match) done(match[1]);
    });
    ended.then(() => fail(new Error(`the server ended before it listened:\n${stderr}`)));
  });
  const stop = (signal = "SIGTERM") => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    return ended;
  };
  atEnd(test, () => stop("SIGKILL"));
  return { url, child, stop, ended, log: () => stderr };
}

/** Repeats CHECK every 20 ms until it gives something true; fails after LIMIT milliseconds. */
export async function until(check, limit = 10000) {
  const end = Date.now() + limit;
  for (;;) {
    const value = await check();
    if (value) return value;
    if (Date.now() > end) throw new Error(`not within ${limit} ms: ${check}`);
    await new Promise((done) => setTimeout(done, 20));
  }
}

export async function getJson(url, options) {
  const response = await fetch(url, options);
  return { status: response.status, headers: response.headers, body: await response.json() };
}

export function postJson(url, body, headers = {}) {
  return getJson(url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
}

/** The events that `export events` prints, of a site. */
export function exported(place, args = []) {
  const { code, stdout, stderr } = place.run(["export", "events", ...args]);
  if (code !== 0) throw new Error(stderr);
  return stdout.split("\n").filter(Boolean).map((line) => JSON.parse(line));
}
