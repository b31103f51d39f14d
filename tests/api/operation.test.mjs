// What operators rely on: logs, health, metrics, limits, reload, stop, refusals at the start.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import test from "node:test";
import { getJson, postJson, run, site, until, write } from "../lib/deflect.mjs";

const lines = (server, pattern) => server.log().split("\n").filter((line) => pattern.test(line));

test("the log has one line a request, with its id and without what was asked", async (t) => {
  const server = await site(t).serve();
  const response = await fetch(`${server.url}/v1/suggest?q=secret-question&session=secret-session`);
  await response.text();
  const [line] = await until(() => {
    const found = lines(server, /event=request /);
    return found.length && found;
  });
  assert.match(line, new RegExp(`id=${response.headers.get("x-request-id")}`));
  assert.match(line, /method=GET path=\/v1\/suggest status=200 ms=[\d.]+ bytes=\d+/);
  assert.doesNotMatch(server.log(), /secret/);
});

test("no address can forge a line of the log", async (t) => {
  const server = await site(t).serve(["--log-json"]);
  await (await fetch(`${server.url}/a%0A{"event":"forged"}%22,"x":"`)).text();
  const found = await until(() => {
    const some = lines(server, /forged/);
    return some.length && some;
  });
  assert.equal(found.length, 1);
  const line = JSON.parse(found[0]);
  assert.equal(line.event, "request");
  assert.equal(line.path, '/a\n{"event":"forged"}","x":"');
});

test("an address that is not UTF-8 gets a page where people ask, JSON where programs do", async (t) => {
  const server = await site(t).serve();
  for (const path of ["/articles/%FF", "/%FF", "/search?q=%FF", "/search?q=%0"]) {
    const answer = await fetch(server.url + path);
    assert.equal(answer.status, 400, path);
    assert.match(answer.headers.get("content-type"), /^text\/html/, path);
    assert.match(answer.headers.get("content-security-policy"), /default-src/, path);
    assert.match(await answer.text(), /<h1[^>]*>This request cannot be answered/, path);
  }
  for (const path of ["/v1/suggest?q=%FF", "/v1/articles/%FF", "/v1/%FF"]) {
    const { status, body } = await getJson(server.url + path);
    assert.equal(status, 400, path);
    assert.match(body.detail, /percent-encoded UTF-8/, path);
  }
});

test("numbers of the log are numbers in JSON, and names that look like one are texts", async (t) => {
  const place = site(t);
  const server = await place.serve(["--log-json"]);
  await (await fetch(`${server.url}/healthz`, { headers: { "x-request-id": "42" } })).text();
  const line = JSON.parse(await until(() => lines(server, /healthz/)[0]));
  assert.equal(line.status, 200);
  assert.equal(typeof line.ms, "number");
  assert.ok(line.bytes > 0);
  assert.equal(typeof line.id, "string");
  write(place.articles, { "newer.md": "# A newer article\n\nSome text.\n" });
  const updated = JSON.parse(await until(() => lines(server, /index.updated/)[0]));
  assert.ok(updated.put === 1 && updated.removed === 0 && updated.ms >= 0, JSON.stringify(updated));
});

test("health, readiness and metrics tell how it goes", async (t) => {
  const place = site(t);
  const server = await place.serve(["--metrics-public"]);
  assert.equal((await getJson(`${server.url}/healthz`)).body.status, "ok");
  assert.equal((await getJson(`${server.url}/readyz`)).status, 200);
  await postJson(`${server.url}/v1/events`, { session: "s", events: [{ type: "contact" }, { type: "nonsense" }] });
  const metrics = await until(async () => {
    const text = await (await fetch(`${server.url}/metrics`)).text();
    return /deflect_http_requests_total\{method="POST",route="\/v1\/events",code="2xx"\} 1/.test(text) && text;
  });
  assert.match(metrics, /deflect_build_info\{version="[\d.]+"\} 1/);
  assert.match(metrics, /deflect_events_total\{outcome="accepted"\} 1/);
  assert.match(metrics, /deflect_events_total\{outcome="refused"\} 1/);
  assert.match(metrics, /deflect_event_queue_depth 0/);
  assert.match(metrics, /deflect_index_age_seconds [\d.]+/);
  const bucket = 'deflect_http_request_duration_seconds_bucket{method="GET",route="/healthz",le="+Inf"} 1';
  assert.ok(metrics.includes(bucket), metrics);
  for (const line of metrics.split("\n"))
    assert.match(line, /^(#.*|[a-z_]+(\{[^{}]*("[^"]*"[^{}]*)*\})? [-+\d.e]+|)$/, "exposition format");
});

test("an address that asks too often is told when to come back; /healthz and tokens are not", async (t) => {
  const place = site(t);
  const server = await place.serve(["--rate-limit", "40"]); // a burst of ten
  const token = place.run(["token", "create", "--role", "agent"]).stdout.trim();
  const statuses = [];
  for (let i = 0; i < 12; i++) statuses.push((await fetch(`${server.url}/v1/suggest?q=x`)).status);
  assert.deepEqual(statuses.slice(0, 10), Array(10).fill(200));
  assert.equal(statuses.at(-1), 429);
  const refused = await fetch(`${server.url}/v1/suggest?q=x`);
  assert.ok(Number(refused.headers.get("retry-after")) >= 1);
  assert.equal(refused.headers.get("content-type"), "application/problem+json");
  assert.equal((await fetch(`${server.url}/healthz`)).status, 200);
  const headers = { authorization: `Bearer ${token}` };
  assert.equal((await fetch(`${server.url}/v1/suggest?q=x`, { headers })).status, 200);
});

test("a changed configuration is in force after SIGHUP, a wrong one is refused and told", async (t) => {
  const place = site(t);
  const file = join(place.path, "deflect.yaml");
  const origin = "https://shop.example.com";
  const allowed = async (url) =>
    (await fetch(`${url}/v1/suggest?q=x`, { headers: { origin } })).headers.get("access-control-allow-origin");
  write(place.path, { "deflect.yaml": "origins: []\n" });
  const server = await place.serve(["--config", file]);
  assert.equal(await allowed(server.url), null);
  write(place.path, { "deflect.yaml": `origins: [${origin}]\n` });
  server.child.kill("SIGHUP");
  await until(async () => (await allowed(server.url)) == origin);
  write(place.path, { "deflect.yaml": "trusted_proxies: [nonsense]\n" });
  server.child.kill("SIGHUP");
  await until(() => /config\.refused.*nonsense/.test(server.log()));
  assert.equal(await allowed(server.url), origin, "the former stays in force");
});

test("a port that is taken, an address that is none and a wrong origin are refused with what to do", async (t) => {
  const holder = createServer().listen(0, "127.0.0.1");
  t.after(() => holder.close());
  await new Promise((done) => holder.on("listening", done));
  const place = site(t);
  const taken = place.run(["--listen", `127.0.0.1:${holder.address().port}`, "serve"]);
  assert.equal(taken.code, 2);
  assert.match(taken.stderr, /^deflect: cannot listen on 127\.0\.0\.1:\d+: Address already in use/m);
  assert.match(taken.stderr, /--listen/);
  for (const flags of [["--listen", "nonsense"], ["--origins", "shop.example.com"], ["--trusted-proxies", "everybody"]]) {
    const refused = place.run([...flags, "serve"]);
    assert.equal(refused.code, 2, flags.join(" "));
    assert.match(refused.stderr, new RegExp(flags[1]));
  }
});

test("SIGTERM ends it in good order though clients hold their connections", async (t) => {
  const server = await site(t).serve();
  await (await fetch(`${server.url}/healthz`)).text(); // the connection is kept alive
  const { code, signal } = await server.stop();
  assert.deepEqual([code, signal], [0, null]);
});

test("visits of the team's network, robots and marked browsers are told apart", async (t) => {
  const place = site(t);
  const server = await place.serve(["--staff-networks", "198.51.100.0/24", "--trusted-proxies", "127.0.0.1"]);
  const send = (session, headers) =>
    postJson(`${server.url}/v1/events`, { session, events: [{ type: "contact", id: "c" }] }, headers);
  await send("customer", { "x-forwarded-for": "203.0.113.7" });
  await send("office", { "x-forwarded-for": "198.51.100.7" });
  await send("liar", { "x-forwarded-for": "198.51.100.7, 203.0.113.7" });
  await send("robot", { "user-agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)" });
  const page = await fetch(`${server.url}/?staff=1`);
  await send("marked", { cookie: page.headers.get("set-cookie").split(";")[0] });
  const { stdout } = place.run(["export", "events"]);
  const marks = Object.fromEntries(stdout.trim().split("\n").map((line) => {
    const event = JSON.parse(line);
    return [event.session, event.marks ?? []];
  }));
  assert.deepEqual(marks, { customer: [], office: ["staff"], liar: [], robot: ["robot"], marked: ["staff"] });
});

test("every route is listed with its role", () => {
  const { code, stdout } = run(["routes"]);
  assert.equal(code, 0);
  assert.match(stdout, /^GET +\/v1\/suggest +none /m);
  assert.match(stdout, /^GET +\/metrics +admin /m);
  assert.match(readFileSync(new URL("../../man/deflect.1", import.meta.url), "utf8"), /^\.It Cm routes/m);
});

test("a page that refuses a request says so, and not that the help centre is not ready", async (t) => {
  const server = await site(t).serve();
  const response = await fetch(`${server.url}/search?q=${"a".repeat(5000)}`);
  assert.equal(response.status, 422);
  assert.match(await response.text(), /<h1>This request cannot be answered<\/h1>/);
});
