// /metrics as a monitoring system reads it, and the log beside it.
import assert from "node:assert/strict";
import { join } from "node:path";
import test from "node:test";
import { parse, value } from "../lib/prometheus.mjs";
import { postJson, site, until, write } from "../lib/deflect.mjs";

const scrape = async (server) => {
  const response = await fetch(`${server.url}/metrics`);
  assert.equal(response.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  return parse(await response.text());
};

test("the strict reader refuses what is not the format", () => {
  const head = "# HELP a_total x\n# TYPE a_total counter\n";
  for (const [text, why] of [
    ["a 1\n", /own TYPE/], [head + "a_total 1", /does not end/], [head + 'a_total{b="c} 1\n', /labels/], [head + "a_total{b=c} 1\n", /labels/],
    [head + 'a_total{b="\\x"} 1\n', /labels/], [head + "a_total one\n", /value/], [head + "a_total 1\na_total 1\n", /twice/],
    [head + head, /twice/], [head + "a_total -1\n", /negative/], ["# HELP a x\n# TYPE a counter\na 1\n", /_total/],
    ["# HELP a_ms x\n# TYPE a_ms gauge\na_ms 1\n", /base unit/],
    ['# HELP h x\n# TYPE h histogram\nh_bucket{le="1"} 2\nh_bucket{le="+Inf"} 1\nh_sum 1\nh_count 1\n', /rise/],
    ['# HELP h x\n# TYPE h histogram\nh_bucket{le="1"} 1\nh_sum 1\nh_count 1\n', /\+Inf/],
  ]) assert.throws(() => parse(text), why, text);
});

test("everything stands there in the exposition format, in base units, each counter with its type and help", async (t) => {
  const server = await site(t).serve(["--metrics-public", "--hooks.generic", "s3cret"]);
  await (await fetch(`${server.url}/v1/suggest?q=password`)).text();
  await (await fetch(`${server.url}/no/such/page"\\`)).text();
  await (await fetch(`${server.url}/v1/hooks/generic`, { method: "POST", body: "{}", headers: { "content-type": "application/json" } })).text();
  const events = [{ type: "contact" }, { type: "contact", at: "2020-01-01T00:00:00Z" }, { type: "contact", at: "2099-01-01T00:00:00Z" }, { type: "nonsense" }];
  await postJson(`${server.url}/v1/events`, { session: "s", events });
  await postJson(`${server.url}/v1/events`, { session: "s", events }, { "sec-gpc": "1" });
  const metrics = await until(async () => {
    const found = await scrape(server);
    return value(found, "deflect_http_requests_total", { method: "POST", route: "/v1/events", code: "2xx" }) === 2 && found;
  });
  const of = (name, labels) => value(metrics, name, labels);
  assert.deepEqual([of("deflect_events_total", { outcome: "accepted" }), of("deflect_events_total", { outcome: "refused" })], [1, 7]);
  assert.equal(of("deflect_events_refused_total", { reason: "opted_out" }), 4);
  assert.equal(of("deflect_events_refused_total", { reason: "time" }), 2);
  assert.equal(of("deflect_events_refused_total", { reason: "malformed" }), 1);
  assert.equal(of("deflect_event_queue_depth"), 0);
  assert.ok(of("deflect_index_age_seconds") >= 0 && of("deflect_index_age_seconds") < 600);
  assert.equal(of("deflect_http_request_duration_seconds_count", { method: "GET", route: "/v1/suggest" }), 1);
  assert.ok(of("deflect_http_request_duration_seconds_sum", { method: "GET", route: "/v1/suggest" }) < 60);
  assert.ok(of("process_resident_memory_bytes") > 1e6);
  assert.ok(of("process_cpu_seconds_total") > 0);
  const versions = metrics.get("deflect_library_info").samples.map(({ labels }) => labels);
  assert.deepEqual(versions.map(({ name }) => name), ["libmicrohttpd", "sqlite", "xapian"]);
  for (const { name, version } of versions) assert.match(version, /^\d+\.\d+/, name);
  assert.ok([...metrics.keys()].some((name) => name.startsWith("deflect_hook")), [...metrics.keys()].join());
});

test("a request's name is the proxy's where the proxy is trusted, and stands in the log and in the answer", async (t) => {
  const place = site(t);
  const id = "5f0c7e0a-9d0e-4b7e-8f5f-0c7e0a9d0e4b";
  const ask = async (server, given) => (await fetch(`${server.url}/v1/suggest?q=x`, { headers: { "x-request-id": given } })).headers.get("x-request-id");
  const trusting = await place.serve(["--trusted-proxies", "127.0.0.1", "--log-json"]);
  assert.equal(await ask(trusting, id), id);
  const line = await until(() => trusting.log().split("\n").find((one) => one.includes(id)));
  assert.equal(JSON.parse(line).id, id);
  for (const wrong of ['x" event="forged', "x".repeat(200), "a b", "ä"]) assert.match(await ask(trusting, encodeURI(wrong) === wrong ? wrong : wrong.replace("ä", "%")), /^[0-9a-f]{8}-[0-9a-f]+$/);
  await trusting.stop();
  const other = await place.serve();
  assert.match(await ask(other, id), /^[0-9a-f]{8}-[0-9a-f]+$/, "a stranger names nothing");
});

test("the log's level is set by the configuration, and again by a reload", async (t) => {
  const place = site(t);
  write(place.path, { "deflect.yaml": "log_level: warning\n" });
  const server = await place.serve(["--config", join(place.path, "deflect.yaml")]);
  await (await fetch(`${server.url}/v1/suggest?q=quiet`)).text();
  write(place.path, { "deflect.yaml": "log_level: info\n" });
  server.child.kill("SIGHUP");
  await until(() => /config\.reloaded/.test(server.log()));
  await (await fetch(`${server.url}/search?q=told`)).text();
  await until(() => /path=\/search/.test(server.log()));
  assert.doesNotMatch(server.log(), /path=\/v1\/suggest/);
  const { code, stderr } = place.run(["--log-level", "loud", "routes"]);
  assert.equal(code, 2);
  assert.match(stderr, /log_level must be debug, info, warning or error, not "loud"/);
});
