// Every `sh` block of the operators' articles is run, in a folder such as the article supposes: articles, data, a server
// on 127.0.0.1:8080 (here on a free port), and $TOKEN. What cannot be run like that stands in `text` blocks.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { articles, program, root, site, write } from "../lib/deflect.mjs";

const folder = join(root, "articles/operators");

/** The sh blocks of an article. */
const blocks = (text) => [...text.matchAll(/^```sh\n([^]*?)^```/gm)].map((match) => match[1]);

/** `deflect`, but `serve` is stopped in good order once it listens, and works on a data folder of its own. */
const wrapper = `#!/bin/sh
case " $* " in *" serve "*) ;; *) exec "$PROGRAM" "$@" ;; esac
: >served.out # what the one before said is not taken for this one's
"$PROGRAM" "$@" --data "$PWD/served" --listen 127.0.0.1:0 >>served.out &
server=$!
until grep -q '^listening on ' served.out; do kill -0 $server || exit 1; sleep 0.05; done
kill $server
wait $server
`;

const input = {
  "tickets.csv": "id,subject,body,created,status,contact\n17,Cannot sign in,I forgot my password,2026-10-01T10:00:00Z,solved,jane@example.com\n",
  "events.jsonl": '{"session":"s1","type":"contact","at":"2026-11-01T10:00:00Z"}\n',
  "queries.jsonl": '{"id":"q1","text":"forgot my password"}\n',
  "qrels.tsv": "q1\taccount/reset-password.md\t1\n",
};

async function sandbox(t) {
  const place = site(t, { ...articles, "account/export.md": "# Export your data\n\nUnder Settings, Export.\n" });
  write(place.path, { ...input, "bin/deflect": wrapper });
  chmodSync(join(place.path, "bin/deflect"), 0o755);
  mkdirSync(join(place.path, "backups"));
  const token = place.run(["token", "create", "--role", "admin"]).stdout.trim();
  const server = await place.serve();
  const env = { ...process.env, PATH: `${join(place.path, "bin")}:${process.env.PATH}`, PROGRAM: program, TOKEN: token,
    ASAN_OPTIONS: "new_delete_type_mismatch=0" };
  for (const name of Object.keys(env)) if (name.startsWith("DEFLECT")) delete env[name];
  const runBlock = (text) =>
    new Promise((done) => {
      const child = spawn("sh", ["-eu", "-c", text.replaceAll("http://127.0.0.1:8080", server.url)], { cwd: place.path, env });
      let output = "";
      child.stdout.on("data", (part) => (output += part));
      child.stderr.on("data", (part) => (output += part));
      child.on("close", (code) => done({ code, output }));
    });
  return { ...place, runBlock };
}

for (const name of readdirSync(folder).filter((one) => one.endsWith(".md"))) {
  const list = blocks(readFileSync(join(folder, name), "utf8"));
  if (!list.length) continue;
  test(`the commands of ${name} do what they say`, async (t) => {
    const { runBlock } = await sandbox(t);
    for (const block of list) {
      const { code, output } = await runBlock(block);
      assert.equal(code, 0, `${block}\n${output}`);
    }
  });
}

test("no article of the operators is left out unseen", () => {
  for (const name of ["install.md", "back-up-and-restore.md", "upgrade.md", "tokens.md", "health-and-metrics.md", "https.md", "sizing.md"])
    assert.ok(blocks(readFileSync(join(folder, name), "utf8")).length, name);
});
