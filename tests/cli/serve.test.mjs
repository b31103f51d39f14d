// `deflect serve`: starting, watching, stopping, and losing nothing that it acknowledged.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { articles, exported, getJson, postJson, run, site, until, write } from "../lib/deflect.mjs";

const suggest = async (server, q, extra = "") =>
  (await getJson(`${server.url}/v1/suggest?q=${encodeURIComponent(q)}&final=1${extra}`)).body;
const finds = async (server, q, id) =>
  (await suggest(server, q)).results.some((result) => result.article === id);

test("a missing data folder is created, and the server answers once it says so", async (context) => {
  const place = site(context);
  const server = await place.serve();
  assert.ok(await finds(server, "forgot my password", "account/reset-password"));
  const { code, stderr } = await server.stop();
  assert.equal(code, 0, stderr);
});

test("a second server on the same data folder is refused", async (context) => {
  const place = site(context);
  await place.serve();
  const { code, stderr } = place.run(["--listen", "127.0.0.1:0", "serve"]);
  assert.equal(code, 2);
  assert.match(stderr, /^deflect: .*server/);
});

test("a damaged store is refused, untouched, with the way back", async (context) => {
  const place = site(context);
  assert.equal(place.run(["index"]).code, 0);
  const file = join(place.data, "deflect.db");
  writeFileSync(file, "This is no database, whatever its name says.".repeat(100));
  const { code, stderr } = place.run(["--listen", "127.0.0.1:0", "serve"]);
  assert.equal(code, 2);
  assert.match(stderr, /^deflect: .*damaged/);
  assert.match(stderr, /^deflect: hint: .*backup/m);
  assert.match(readFileSync(file, "utf8"), /^This is no database/);
});

test("an index that is damaged while serving is built anew", async (context) => {
  const place = site(context);
  const server = await place.serve();
  const current = join(place.data, "index");
  for (const name of readdirSync(current, { recursive: true })) {
    const file = join(current, name);
    if (statSync(file).isFile() && statSync(file).size > 4096) {
      const bytes = readFileSync(file);
      bytes.fill(0x5a, 2048);
      writeFileSync(file, bytes);
    }
  }
  await until(() => finds(server, "I forgot my password, so how can I sign in?", "account/reset-password").catch(() => false));
  assert.ok(await finds(server, "where is my invoice", "billing/invoices"));
});

test("a port that is taken is named", async (context) => {
  const place = site(context);
  const other = createServer().listen(0, "127.0.0.1");
  context.after(() => other.close());
  await until(() => other.address());
  const { port } = other.address();
  const { code, stderr } = place.run(["--listen", `127.0.0.1:${port}`, "serve"]);
  assert.equal(code, 2);
  assert.match(stderr, new RegExp(`${port}`));
});

test("edits of every kind are live while the server runs", async (context) => {
  const place = site(context);
  const server = await place.serve();
  const path = (name) => join(place.articles, name);
  await context.test("a changed file", async () => {
    writeFileSync(path("billing/invoices.md"), "# Zebra invoices\n\nText.\n");
    await until(() => finds(server, "zebra", "billing/invoices"));
  });
  await context.test("an editor that writes by rename", async () => {
    writeFileSync(path("billing/.invoices.tmp"), "# Giraffe invoices\n\nText.\n");
    renameSync(path("billing/.invoices.tmp"), path("billing/invoices.md"));
    await until(() => finds(server, "giraffe", "billing/invoices"));
  });
  await context.test("new folders, several deep", async () => {
    mkdirSync(path("a/b/c"), { recursive: true });
    writeFileSync(path("a/b/c/deep.md"), "# Elephant\n\nText.\n");
    await until(() => finds(server, "elephant", "a/b/c/deep"));
    writeFileSync(path("a/b/c/deep.md"), "# Hippopotamus\n\nText.\n");
    await until(() => finds(server, "hippopotamus", "a/b/c/deep"));
  });
  await context.test("a moved folder", async () => {
    renameSync(path("a"), path("moved"));
    await until(() => finds(server, "hippopotamus", "moved/b/c/deep"));
    writeFileSync(path("moved/b/c/deep.md"), "# Rhinoceros\n\nText.\n");
    await until(() => finds(server, "rhinoceros", "moved/b/c/deep"));
  });
  await context.test("a deleted file", async () => {
    unlinkSync(path("moved/b/c/deep.md"));
    await until(async () => !(await finds(server, "rhinoceros", "moved/b/c/deep")));
  });
  await context.test("an index run beside the server", async () => {
    writeFileSync(path("beside.md"), "# Flamingo\n\nText.\n");
    assert.equal(place.run(["index"]).code, 0);
    await until(() => finds(server, "flamingo", "beside"));
  });
});

test("a folder of articles that goes away and comes back empties nothing", async (context) => {
  const place = site(context);
  const server = await place.serve();
  renameSync(place.articles, place.articles + ".away");
  await until(() => server.log().includes("articles.gone"));
  assert.ok(await finds(server, "forgot my password", "account/reset-password"));
  write(place.articles + ".away", { "later.md": "# Flamingo\n\nText.\n" });
  renameSync(place.articles + ".away", place.articles);
  await until(() => finds(server, "flamingo", "later"));
  assert.ok(await finds(server, "forgot my password", "account/reset-password"));
});

test("a link to the folder that is turned to another folder is followed", async (context) => {
  const place = site(context);
  const [one, two] = [join(place.path, "one"), join(place.path, "two")];
  renameSync(place.articles, one);
  write(two, { ...articles, "later.md": "# Flamingo\n\nText.\n" });
  symlinkSync(one, place.articles);
  const server = await place.serve();
  assert.ok(!(await finds(server, "flamingo", "later")));
  symlinkSync(two, place.articles + ".new");
  renameSync(place.articles + ".new", place.articles);
  await until(() => finds(server, "flamingo", "later"));
});

test("a question is logged once it is settled, with what was shown", async (context) => {
  const place = site(context);
  const server = await place.serve();
  const ask = (q, extra) => getJson(`${server.url}/v1/suggest?q=${encodeURIComponent(q)}&session=s1${extra}`);
  await ask("forg", "");
  await ask("forgot", "");
  const shown = (await ask("forgot pass", "")).body; // the last one typed: settled by silence
  await until(() => exported(place).length > 0);
  await ask("invoice for jane@example.com", "&final=1&place=search");
  await until(() => exported(place).length > 1);
  const [first, second, ...rest] = exported(place);
  assert.equal(rest.length, 0);
  assert.equal(first.query, "forgot pass");
  assert.equal(first.query_id, shown.query_id);
  assert.equal(first.place, "form");
  assert.deepEqual(first.results, shown.results.map((result) => result.article));
  assert.equal(second.place, "search");
  assert.ok(!second.query.includes("jane@"));
});

test("a view settles the question that it names", async (context) => {
  const place = site(context);
  const server = await place.serve();
  const { body } = await getJson(`${server.url}/v1/suggest?q=forgot%20pass&session=s1`);
  await getJson(`${server.url}/v1/suggest?q=something%20else&session=s1`);
  await postJson(server.url + "/v1/events", { session: "s1", events: [
    { type: "view", article: "account/reset-password", source: "widget", query_id: body.query_id }] });
  const events = exported(place);
  assert.deepEqual(events.filter((event) => event.query_id === body.query_id).map((event) => event.type), ["search", "view"]);
});

test("who does not want to be counted is answered and not stored", async (context) => {
  const place = site(context);
  const server = await place.serve();
  for (const header of [{ "sec-gpc": "1" }, { dnt: "1" }]) {
    const { body } = await getJson(`${server.url}/v1/suggest?q=forgot%20password&session=s1&final=1`, { headers: header });
    assert.ok(body.results.length > 0);
    const answer = await postJson(server.url + "/v1/events", { session: "s1", events: [{ type: "contact" }] }, header);
    assert.equal(answer.status, 202);
    assert.deepEqual(answer.body, { accepted: 0, rejected: [{ index: 0, reason: "opted out" }] });
  }
  await server.stop();
  assert.deepEqual(exported(place), []);
});

test("a hold-out session gets nothing unasked, is logged, and stays in its arm", async (context) => {
  const place = site(context);
  const server = await place.serve(["--holdout", "0.5"]);
  const arms = { suggest: 0, holdout: 0 };
  for (let i = 0; i < 40; i++) {
    const session = `&session=s${i}`;
    const form = await suggest(server, "forgot my password", session);
    arms[form.arm]++;
    assert.equal(form.results.length === 0, form.arm === "holdout");
    assert.equal((await suggest(server, "forgot my password", session)).arm, form.arm);
    const searched = await suggest(server, "forgot my password", session + "&place=search");
    assert.equal(searched.arm, form.arm);
    assert.ok(searched.results.length > 0);
  }
  assert.ok(arms.holdout > 5 && arms.suggest > 5, JSON.stringify(arms));
  await server.stop();
  const events = exported(place);
  assert.equal(events.length, 120);
  assert.ok(events.every((event) => event.holdout === 0.5));
  assert.equal(events.filter((event) => event.arm === "holdout").length, 3 * arms.holdout);
});

test("the hold-out ends by itself when the sample can tell", async (context) => {
  const place = site(context);
  const at = new Date(Date.now() - 5 * 24 * 3600 * 1000).toISOString();
  const lines = Array.from({ length: 600 }, (_, i) => JSON.stringify({ session: `old${i}`, type: "contact", at,
    arm: i % 2 ? "holdout" : "suggest", holdout: 0.5 }) + "\n").join("");
  assert.equal(place.run(["import", "events", "-"], { input: lines }).code, 0);
  const server = await place.serve(["--holdout", "0.5"]);
  await until(() => server.log().includes("holdout.over"));
  for (let i = 0; i < 20; i++) assert.equal((await suggest(server, "password", `&session=s${i}`)).arm, "suggest");
});

test("events are checked one by one", async (context) => {
  const place = site(context);
  const server = await place.serve();
  const post = (body) => postJson(server.url + "/v1/events", body);
  const minute = 60 * 1000, now = Date.now();
  const time = (ms) => new Date(now + ms).toISOString();
  const { status, body } = await post({ session: "s1", events: [
    { type: "contact", id: "one" },
    { type: "dance" },
    { type: "view", article: "a" },
    { type: "view", article: "never heard of it", source: "other" },
    { type: "contact", at: time(6 * minute) },
    { type: "contact", at: time(-31 * 24 * 60 * minute) },
    { type: "contact", at: time(4 * minute) },
    { type: "contact", at: "2026-13-45" },
    "nonsense",
    { type: "contact", id: "one" },
  ] });
  assert.equal(status, 202);
  assert.equal(body.accepted, 4);
  assert.deepEqual(body.rejected.map((one) => one.index), [1, 2, 4, 5, 7, 8]);
  assert.ok(body.rejected.every((one) => one.reason.length > 5));
  assert.equal(exported(place).length, 3);
  for (const [envelope, field] of [
    [{ events: [] }, "session"], [{ session: "ä", events: [] }, "session"], [{ session: "s" }, "events"],
    [{ session: "s", events: {} }, "events"], [{ session: "s", events: Array(101).fill({ type: "contact" }) }, "events"],
    [{ session: "s", contact: 5, events: [] }, "contact"],
  ]) {
    const answer = await post(envelope);
    assert.equal(answer.status, 422, JSON.stringify(envelope).slice(0, 80));
    assert.ok(answer.body.detail.includes(field), answer.body.detail);
  }
});

test("SIGHUP reads the configuration again, and a bad one changes nothing", async (context) => {
  const place = site(context);
  const file = join(place.path, "deflect.yaml");
  writeFileSync(file, "holdout: 0\n");
  const server = await place.serve(["--config", file]);
  const anyHeldOut = async () => {
    for (let i = 0; i < 20; i++)
      if ((await suggest(server, "password", `&session=s${i}`)).arm === "holdout") return true;
    return false;
  };
  assert.equal(await anyHeldOut(), false);
  writeFileSync(file, "holdout: 0.5\n");
  server.child.kill("SIGHUP");
  await until(() => server.log().includes("config.reloaded"));
  assert.equal(await anyHeldOut(), true);
  writeFileSync(file, "holdout: lots\n");
  server.child.kill("SIGHUP");
  await until(() => server.log().includes("config.refused"));
  assert.equal(await anyHeldOut(), true);
});

test("what was acknowledged survives kill -9, once", async (context) => {
  const place = site(context);
  const acknowledged = new Set();
  for (let round = 0; round < 10; round++) {
    const server = await place.serve();
    let stopping = false;
    const work = Array.from({ length: 8 }, async (_, worker) => {
      for (let i = 0; !stopping; i++) {
        const ids = [0, 1, 2].map((n) => `r${round}w${worker}i${i}n${n}`);
        try {
          const { status } = await postJson(server.url + "/v1/events", {
            session: `w${worker}`, events: ids.map((id) => ({ id, type: "contact" })) });
          if (status === 202) ids.forEach((id) => acknowledged.add(id));
        } catch {
          return; // the connection broke: nothing was acknowledged
        }
      }
    });
    const enough = acknowledged.size + 60;
    await until(() => acknowledged.size > enough, 30000);
    await server.stop("SIGKILL");
    stopping = true;
    await Promise.all(work);
  }
  const stored = exported(place).map((event) => event.id);
  assert.equal(new Set(stored).size, stored.length, "each is there once");
  const there = new Set(stored);
  assert.deepEqual([...acknowledged].filter((id) => !there.has(id)), []);
});

test("a kill in the middle of indexing leaves an index that is whole", async (context) => {
  const many = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`many/a${i}.md`, `# Article ${i}\n\nText ${i}.\n`]));
  const place = site(context, { ...articles, ...many });
  assert.equal(place.run(["index"]).code, 0);
  for (let i = 0; i < 300; i++) writeFileSync(join(place.articles, `many/a${i}.md`), `# Article ${i}\n\nOther text ${i}.\n`);
  const server = await place.serve();
  rmSync(join(place.articles, "many"), { recursive: true });
  await server.stop("SIGKILL");
  const { code, stdout } = place.run(["search", "forgot my password", "--json"]);
  assert.equal(code, 0);
  assert.equal(JSON.parse(stdout).results[0].article, "account/reset-password");
  assert.match(place.run(["index"]).stdout, /^indexed 3 articles/);
});

test("--demo offers a contact form that sends nothing", async (context) => {
  const place = site(context);
  const plain = await place.serve();
  assert.equal((await fetch(plain.url + "/contact")).status, 404);
  await plain.stop();
  const demo = await place.serve(["--demo"]);
  assert.equal((await fetch(demo.url + "/contact")).status, 200);
});

test("sample events are marked as such, and never mixed with real ones", (context) => {
  const place = site(context);
  place.run(["index"]);
  const first = place.run(["simulate", "--days", "20", "--visits", "20"]);
  assert.equal(first.code, 0, first.stderr);
  const count = exported(place).length;
  assert.ok(count > 100);
  assert.equal(place.run(["simulate"]).code, 0);
  assert.equal(exported(place).length, count, "a second time adds nothing");
  const real = site(context);
  real.run(["index"]);
  real.run(["import", "events", "-"], { input: `{"session":"s","type":"contact","at":"2026-11-01T00:00:00Z"}\n` });
  const refused = run(["--articles", real.articles, "--data", real.data, "simulate"]);
  assert.equal(refused.code, 2);
  assert.match(refused.stderr, /real events/);
});

test("the first page lists what helped readers within the month, and no agents' article", async (context) => {
  const place = site(context);
  assert.equal(place.run(["index"]).code, 0);
  const at = (days) => new Date(Date.now() - days * 86400000).toISOString();
  const visits = ["a", "b", "c"].flatMap((session) => [
    ["billing/invoices", "up", 3], ["internal/refunds", "up", 3], ["account/reset-password", "up", 60],
  ].flatMap(([article, value, days], i) => [
    { id: `s${i}`, at: at(days + 0.001), session: session + days, type: "search", query: "help", results: [article], place: "form" },
    { id: `v${i}`, at: at(days), session: session + days, type: "view", article, source: "help" },
    { id: `o${i}`, at: at(days - 0.001), session: session + days, type: "vote", article, value },
  ]));
  const input = visits.map((event) => JSON.stringify(event) + "\n").join("");
  assert.match(place.run(["import", "events", "-"], { input }).stdout, /^imported 27 /);
  const server = await place.serve();
  const helpful = async () =>
    /What helped most people this month<\/h2>(.*?)<\/section>/s.exec(await (await fetch(`${server.url}/`)).text())?.[1];
  const list = await until(helpful);
  assert.deepEqual([...list.matchAll(/href="([^"]*)"/g)].map((match) => match[1]), ["/articles/billing/invoices"]);
});

test("an article's address is forgiven its ending, and its former id leads to it", async (context) => {
  const place = site(context, { ...articles, "moved.md": "---\nredirect_from: [/articles/old/place]\n---\n# Moved\n\nHere.\n" });
  const server = await place.serve();
  const at = async (path) => {
    const answer = await fetch(server.url + path, { redirect: "manual" });
    return [answer.status, answer.headers.get("location")];
  };
  for (const ending of ["/", ".md", ".html", "/index.html"])
    assert.deepEqual(await at(`/articles/billing/invoices${ending}`), [301, "/articles/billing/invoices"]);
  assert.deepEqual(await at("/articles/old/place"), [301, "/articles/moved"]);
  for (const path of ["/articles/internal/refunds/", "/articles/nothing.md", "/articles/", "/articles/.md"])
    assert.equal((await at(path))[0], 404, path);
});
