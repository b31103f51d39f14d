// What strangers try: to move an article's figures, to forge the log, to lead visitors away, to send from elsewhere.
import assert from "node:assert/strict";
import { symlinkSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import test from "node:test";
import { articles, exported, postJson, site, until, write } from "../lib/deflect.mjs";

const hour = 3600e3;
const article = "billing/invoices";
const robot = { "user-agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)" };
const report = (place, ...args) => JSON.parse(place.run(["report", "--json", ...args]).stdout);
const row = (place) => report(place, "--kind", "articles").rows.find((one) => one.article === article);

/** Twenty people of yesterday who read the article and found it helpful. */
function people() {
  const start = Date.now() - 30 * hour;
  const events = [];
  for (let i = 0; i < 20; i++)
    [{ type: "contact" }, { type: "view", article, source: "widget" }, { type: "vote", article, value: "up" }, { type: "solved" }].forEach((event, n) =>
      events.push({ id: `${n}`, session: `person${i}`, at: new Date(start + i * 60e3 + n * 5000).toISOString(), ...event }));
  return events.map((event) => JSON.stringify(event) + "\n").join("");
}

/** COUNT events of one visitor against the article, as the server takes them: a hundred a call. */
async function spam(server, session, count, headers) {
  const at = new Date(Date.now() - 26 * hour).toISOString();
  for (let sent = 0; sent < count; sent += 100) {
    const events = Array.from({ length: 100 }, (_, i) => ({
      id: `spam${sent + i}`, at, ...[{ type: "contact" }, { type: "view", article, source: "widget" }, { type: "vote", article, value: "down" }][i % 3],
    }));
    assert.equal((await postJson(`${server.url}/v1/events`, { session, events }, headers)).status, 202);
  }
}

test("one talkative visitor weighs as one, and who sends more than a person, or is a robot, weighs nothing", async (t) => {
  const place = site(t);
  write(place.path, { "people.jsonl": people() });
  assert.equal(place.run(["import", "events", "people.jsonl"]).code, 0);
  const server = await place.serve();
  const before = row(place);
  assert.deepEqual([before.viewed, before.up, before.down], [20, 20, 0], JSON.stringify(before));
  await spam(server, "talkative", 1000);
  const talkative = row(place);
  assert.deepEqual([talkative.viewed, talkative.up, talkative.down], [21, 20, 1], JSON.stringify(talkative));
  await spam(server, "flood", 2100);
  await spam(server, "crawler", 300, robot);
  const after = row(place);
  assert.deepEqual([after.viewed, after.up, after.down], [21, 20, 1], JSON.stringify(after));
  const { left_out } = report(place);
  assert.deepEqual([left_out.capped, left_out.robots], [1, 1], JSON.stringify(left_out));
});

test("an address cannot be more visitors than its rate allows", async (t) => {
  const place = site(t);
  const server = await place.serve(["--rate-limit", "40"]); // a burst of ten
  const statuses = [];
  for (let i = 0; i < 100; i++)
    statuses.push((await postJson(`${server.url}/v1/events`, { session: `s${i}`, events: [{ type: "vote", id: "v", article, value: "down" }] })).status);
  const taken = statuses.filter((status) => status === 202).length;
  assert.ok(taken >= 10 && taken < 50, `${taken} taken`);
  assert.equal(statuses.filter((status) => status === 429).length, 100 - taken);
  assert.equal(new Set(exported(place).map(({ session }) => session)).size, taken);
});

for (const flags of [[], ["--log-json"]])
  test(`no address, header or question can forge a line of the log ${flags}`, async (t) => {
    const server = await site(t).serve(["--trusted-proxies", "127.0.0.1", "--log-level", "debug", ...flags]);
    const forged = "\r\nat=2026-01-01 level=error event=forged \u001b[31m\u0085\u2028";
    const ask = async (path, headers = {}) => (await fetch(server.url + path, { headers })).text();
    await ask(`/${encodeURIComponent(forged)}`);
    await ask(`/%FF%0Aevent=forged%1b%7f`);
    await ask(`/search?q=${encodeURIComponent(forged)}`);
    await ask(`/v1/suggest?q=${encodeURIComponent(forged)}&session=${encodeURIComponent(forged)}`);
    await ask("/v1/suggest?q=x", { "x-request-id": 'a" event=forged', "x-forwarded-for": '203.0.113.7" event=forged', "user-agent": 'x" event=forged', origin: "https://x\u00851" });
    await postJson(`${server.url}/v1/events`, { session: forged, events: [{ type: forged }] });
    await ask("/the-end");
    await until(() => server.log().includes("/the-end"));
    for (const line of server.log().split(/\r|\n/).filter(Boolean)) {
      // eslint-disable-next-line no-control-regex
      assert.doesNotMatch(line, /[\x00-\x1f\x7f]/, JSON.stringify(line));
      if (flags.length) assert.notEqual(JSON.parse(line).event, "forged");
      else assert.match(line, /^at=20\d\d-\S+ level=\w+ event=(?!forged)[\w.]+( [\w.]+=([^\s"]+|"([^"\\]|\\.)*"))*$/);
    }
  });

test("no address, parameter or article leads a visitor to another host", async (t) => {
  const evil = ["https://evil.example.com/x", "//evil.example.com/x", "/\\evil.example.com", "javascript:alert(1)", "/%09/evil.example.com"];
  const place = site(t, {
    ...articles,
    "moved.md": `---\ntitle: Moved\nredirect_from: ${JSON.stringify(evil)}\npermalink: //evil.example.com/p\nslug: https://evil.example.com/s\n---\n\nText.\n`,
  });
  const server = await place.serve();
  const targets = evil.flatMap((to) => [to, encodeURIComponent(to)]);
  const paths = [
    ...targets.flatMap((to) => ["next", "to", "back", "return", "url", "redirect"].flatMap((name) => ["/sign-in", "/contact", "/search", "/insights/tasks"].map((path) => `${path}?${name}=${to}`))),
    "//evil.example.com/", "//evil.example.com/..", "/%2Fevil.example.com/", "/articles//evil.example.com/", "/articles/%2F%2Fevil.example.com/index", "/evil.example.com//", "/p", "/s", "/x", "/https:/evil.example.com/x",
  ];
  for (const path of paths) {
    const response = await fetch(server.url + path, { redirect: "manual" });
    await response.text();
    const location = response.headers.get("location");
    if (location) assert.equal(new URL(location, server.url).origin, server.url, `${path} → ${location}`);
  }
  for (const path of ["/sign-in", "/contact", "/insights/tasks", "/sign-out"])
    for (const to of evil) {
      const response = await fetch(server.url + path, {
        method: "POST", redirect: "manual", headers: { origin: server.url }, body: new URLSearchParams({ to, next: to, back: to, return: to }),
      });
      const location = response.headers.get("location");
      if (location) assert.equal(new URL(location, server.url).origin, server.url, `${path} ${to} → ${location}`);
    }
});

test("a page of another site changes nothing, whatever it sends and however it disguises it", async (t) => {
  const place = site(t);
  const server = await place.serve();
  const token = place.run(["token", "create", "--role", "admin"]).stdout.trim();
  const body = { session: "s", events: [{ type: "contact", id: "c" }] };
  const routes = place.run(["routes"]).stdout.split("\n").map((line) => line.split(/\s+/)).filter(([method]) => /^(POST|PUT|PATCH|DELETE)$/.test(method));
  assert.ok(routes.length > 10);
  for (const [method, path] of routes.filter(([, path]) => !path.startsWith("/v1/hooks/")))
    for (const origin of ["https://evil.example.com", "null", `${server.url}.evil.example.com`, server.url.replace("http:", "https:") + "@evil.example.com"])
      for (const type of ["text/plain", "application/json", "application/x-www-form-urlencoded"]) {
        const headers = { origin, "content-type": type, authorization: `Bearer ${token}` };
        const response = await fetch(server.url + path.replace(/[:{][^/]*/g, "x").replace("*", "x"), { method, headers, body: JSON.stringify(body) });
        await response.text();
        assert.equal(response.status, 403, `${method} ${path} from ${origin} as ${type}`);
        assert.equal(response.headers.get("access-control-allow-origin"), null);
      }
  assert.deepEqual(exported(place), []);
  assert.equal((await postJson(`${server.url}/v1/events`, body, { origin: server.url })).status, 202);
});

/** What the server answers to PATH as it stands here: fetch would straighten it. */
function raw(server, path) {
  const { hostname, port } = new URL(server.url);
  return new Promise((done, fail) => {
    let text = "";
    const socket = connect({ host: hostname, port: Number(port) }, () => socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`));
    socket.on("data", (part) => (text += part)).on("error", fail).on("close", () => done(text));
  });
}

test("no address shows a stranger drafts, agents' articles, or files that no public article links", async (t) => {
  const place = site(t, {
    ...articles,
    "internal/refunds.md": "---\ntitle: Refunds\naudience: agents\n---\n\nThe hushword is for agents: notforyou. ![plan](plan.png)\n",
    "later.md": "---\ntitle: Later\nstatus: draft\n---\n\nThe hushword is a draft: notforyou.\n",
    "internal/plan.png": "notforyou", "unlinked.png": "notforyou", "notes.txt": "notforyou",
  });
  write(place.path, { "secret.txt": "notforyou", "articles-old/a.png": "notforyou" });
  symlinkSync(join(place.path, "secret.txt"), join(place.articles, "link.png"));
  symlinkSync(join(place.path, "articles-old"), join(place.articles, "old"));
  const server = await place.serve();
  const files = ["internal/plan.png", "unlinked.png", "notes.txt", "internal/refunds.md", "later.md", "link.png", "old/a.png",
    "../secret.txt", "..%2Fsecret.txt", "%2e%2e/secret.txt", "internal/../../secret.txt", "/etc/passwd", "%2Fetc%2Fpasswd", "../data/secret.key", "..%5Csecret.txt", "unlinked.png%00.png"];
  const ids = ["internal/refunds", "internal%2Frefunds", "later", "../secret.txt"];
  const paths = [
    ...files.flatMap((name) => [`/files/${name}`, `/assets/${name}`, `/articles/${name}`, `/${name}`]),
    ...ids.flatMap((id) => [`/articles/${id}`, `/v1/articles/${id}`, `/${id}`, `/insights/articles/${id}`, `/v1/reports/articles/${id}`, `/articles/${id}?audience=agents&staff=1`]),
    ...["hushword", "draft hushword", "refunds"].flatMap((q) => ["search", "v1/suggest", "v1/agent/search"].map((at) => `/${at}?q=${encodeURIComponent(q)}&final=1&audience=agents&status=draft`)),
    "/v1/articles", "/v1/articles?audience=agents", "/", "/v1/agent/tickets/1", "/desk", "/insights", "/metrics",
  ];
  for (const path of paths) {
    const answer = await raw(server, path);
    assert.match(answer, /^HTTP\/1\.1 \d/, path);
    assert.doesNotMatch(answer, /notforyou|root:|Refunds|Later/, path);
  }
});
