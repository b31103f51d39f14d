// tsan.mjs SECONDS: puts a server (built with ThreadSanitizer) under load for that long, with reloads and edits, and stops it.
// Prints what was seen, if anything; exit code 1 then.
import { spawn } from "node:child_process";
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { articles, program, write } from "./deflect.mjs";

const seconds = Number(process.argv[2] ?? 15);
const path = mkdtempSync(join(tmpdir(), "deflect-tsan-"));
mkdirSync(join(path, "articles"));
write(join(path, "articles"), articles);
writeFileSync(join(path, "deflect.yaml"), "origins: []\n");
const child = spawn(program, ["--config", join(path, "deflect.yaml"), "--articles", join(path, "articles"), "--data", join(path, "data"),
  "--listen", "127.0.0.1:0", "--rate-limit", "0", "--metrics-public", "serve"], { cwd: path, stdio: ["ignore", "pipe", "pipe"] });
let log = "", answered = 0;
child.stderr.on("data", (text) => (log += text));
const ended = new Promise((done) => child.on("close", (code, signal) => done({ code, signal })));
const url = await new Promise((done, fail) => {
  let printed = "";
  child.stdout.on("data", (text) => {
    printed += text;
    const match = /listening on (\S+)/.exec(printed);
    if (match) done(match[1]);
  });
  ended.then(() => fail(new Error(log)));
});
const end = Date.now() + seconds * 1000;
const paths = ["/", "/articles/billing/invoices", "/search?q=invoice", "/v1/suggest?q=forgot+password", "/healthz", "/readyz", "/metrics", "/widget.js"];

async function ask(who) {
  for (let i = 0; Date.now() < end; i++, answered++) {
    const session = `s${who}-${i >> 3}`;
    const body = JSON.stringify({ session, events: [{ type: "contact", id: `c${i}` }, { type: "view", id: `v${i}`, article: "billing/invoices", source: "widget" }] });
    await (i % 4 === 0
      ? fetch(`${url}/v1/events`, { method: "POST", headers: { "content-type": "application/json" }, body })
      : fetch(`${url}${paths[(who + i) % paths.length]}`)).then((response) => response.text());
  }
}

async function disturb() {
  for (let i = 0; Date.now() < end; i++) {
    writeFileSync(join(path, "articles/new.md"), `# New ${i}\n\nWords about number ${i}.\n`);
    writeFileSync(join(path, "deflect.yaml"), `origins: [https://shop${i}.example.com]\n`);
    child.kill("SIGHUP");
    await new Promise((done) => setTimeout(done, 300));
  }
}
await Promise.all([disturb(), ...Array.from({ length: 12 }, (_, who) => ask(who))]);
child.kill("SIGTERM");
const { code, signal } = await ended;
rmSync(path, { recursive: true, force: true });
const reports = log.split("==================\n").filter((part) => part.startsWith("WARNING: ThreadSanitizer"));
for (const report of reports) console.error(report);
if (reports.length || code !== 0 || !answered) {
  console.error(`tsan: ${reports.length} reports, ${answered} answers, ended with ${signal ?? code}`);
  process.exit(1);
}
