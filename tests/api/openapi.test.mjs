// The OpenAPI file and the server tell the same: routes, roles, and every answer's shape.
import assert from "node:assert/strict";
import test from "node:test";
import { articles, run, site } from "../lib/deflect.mjs";
import { findOperation, operations, problemsOf } from "./lib/openapi.mjs";

const table = JSON.parse(run(["routes", "--json"]).stdout);
const planned = operations.filter(({ operation }) => operation["x-planned"]);
const offered = operations.filter(({ operation }) => !operation["x-planned"]);

/** The row of the server's table that answers METHOD PATH. */
function rowFor(method, path) {
  const literal = (row) => row.path.split("{")[0];
  const fits = (row) => (row.path.includes("{") ? path.startsWith(literal(row)) && path != literal(row) : row.path == path);
  return table
    .filter((row) => row.method == method && fits(row))
    .sort((a, b) => literal(b).length - literal(a).length)[0];
}

test("every route of the server is described, with its role", () => {
  for (const row of table) {
    const concrete = row.path == "/v1/reports/{kind}" ? "/v1/reports/deflection" : row.path;
    const found = findOperation(row.method, concrete);
    assert.ok(found, `${row.method} ${row.path} is not in docs/openapi.yaml`);
    assert.ok(!found.operation["x-planned"], `${row.method} ${row.path} is there, and no longer planned`);
    assert.equal(found.operation["x-role"], row.role, `role of ${row.method} ${row.path}`);
  }
});

test("every operation that is described is a route of the server", () => {
  for (const { method, path } of offered) assert.ok(rowFor(method, path), `${method} ${path} has no route`);
});

test("what is planned is not answered yet", async (t) => {
  const place = site(t);
  const server = await place.serve();
  const headers = { authorization: `Bearer ${place.run(["token", "create", "--role", "admin"]).stdout.trim()}` };
  for (const { method, path } of planned) {
    const response = await fetch(server.url + path.replace(/\{\w+\}/, "x"), { method, headers });
    assert.ok([404, 405].includes(response.status), `${method} ${path}: ${response.status}`);
  }
});

test("real answers are as described", async (t) => {
  const place = site(t, { ...articles, "pixel.md": "# A picture\n\n![dot](pixel.png)\n" });
  const server = await place.serve(["--demo"]);
  const token = (role) => place.run(["token", "create", "--role", role]).stdout.trim();
  const admin = token("admin"), agent = token("agent");
  const json = { "content-type": "application/json" };
  const bearer = (secret) => ({ authorization: `Bearer ${secret}` });
  const post = (body, headers = json) => ({ method: "POST", headers, body: typeof body == "string" ? body : JSON.stringify(body) });

  const agents = { ...json, ...bearer(agent) };
  const by = (method, body) => ({ method, headers: agents, body: JSON.stringify(body) });
  const form = (body) => ({ ...post(body, { "content-type": "application/x-www-form-urlencoded" }), redirect: "manual" });
  const cases = [
    ["/v1/suggest?q=password&session=s1&final=1&limit=3&lang=en&place=search", {}, 200],
    ["/v1/suggest?q=", {}, 200],
    ["/v1/suggest?q=%zz", {}, 400],
    ["/v1/suggest?q=x&limit=0", {}, 422],
    ["/v1/suggest?q=x&limit=21", {}, 422],
    ["/v1/suggest?q=x&limit=two", {}, 422],
    ["/v1/suggest?q=x&final=2", {}, 422],
    ["/v1/suggest?q=x&place=desk", {}, 422],
    ["/v1/suggest?q=x&session=a%20b", {}, 422],
    ["/v1/suggest?q=x&lang=no_such-language!", {}, 422],
    [`/v1/suggest?q=${"x".repeat(4097)}`, {}, 422],
    ["/v1/suggest", post({ subject: "password", body: "I forgot it", limit: 2, session: "s2" }), 200],
    ["/v1/suggest", post({}), 200],
    ["/v1/suggest", post("{"), 400],
    ["/v1/suggest", post([]), 422],
    ["/v1/suggest", post({ subject: 1 }), 422],
    ["/v1/suggest", post({ limit: 1.5 }), 422],
    ["/v1/suggest", post({ final: "yes" }), 422],
    ["/v1/suggest", post({ subject: "x" }, { "content-type": "text/xml" }), 415],
    ["/v1/suggest", post({ body: "x".repeat(70000) }), 413],
    ["/v1/events", post({ session: "s3", events: [{ type: "view", article: "account/reset-password", source: "widget", rank: 1 }] }), 202],
    ["/v1/events", post({ session: "s3", events: [{ type: "nonsense" }, 7, { type: "read", article: "a", ms: -1, scroll: 0 }] }), 202],
    ["/v1/events", post({ session: "s3", events: [] }, { "content-type": "text/plain;charset=UTF-8" }), 202],
    ["/v1/events", post({ session: "a b", events: [] }), 422],
    ["/v1/events", post({ session: "s3", events: {} }), 422],
    ["/v1/events", post({ session: "s3", events: Array(101).fill({ type: "contact" }) }), 422],
    ["/v1/events", post("not json"), 400],
    ["/v1/events", post("<x/>", { "content-type": "text/xml" }), 415],
    ["/v1/events", post({ session: "s3", events: [], filler: "x".repeat(70000) }), 413],
    ["/v1/articles", {}, 200],
    ["/v1/articles?lang=en&category=Account", {}, 200],
    ["/v1/articles?lang=", {}, 200],
    ["/v1/articles/account/reset-password", {}, 200],
    ["/v1/articles/account%2Freset-password", {}, 200],
    ["/v1/articles/internal/refunds", {}, 404],
    ["/v1/articles/internal/refunds", { headers: bearer(agent) }, 200],
    ["/v1/articles/none", {}, 404],
    ["/v1/articles/%C3", {}, 400],
    ...operations
      .filter(({ path, operation }) => /^\/v1\/reports\/\w+$/.test(path) && !operation["x-planned"])
      .flatMap(({ path }) => [
        [path, { headers: bearer(admin) }, 200],
        [`${path}?format=csv`, { headers: bearer(admin) }, 200],
      ]),
    ["/v1/reports/nonsense", { headers: bearer(admin) }, 404],
    ["/v1/reports/deflection?from=2026-01-01&to=2026-01-08&lang=en", { headers: bearer(admin) }, 200],
    ["/v1/reports/deflection", {}, 401],
    ["/v1/reports/deflection", { headers: bearer("wrong") }, 401],
    ["/v1/reports/deflection", { headers: bearer(agent) }, 403],
    ["/v1/reports/deflection?from=yesterday", { headers: bearer(admin) }, 422],
    ["/v1/reports/deflection?from=2026-02-01&to=2026-01-01", { headers: bearer(admin) }, 422],
    ...["channels", "known_contacts", "confidence"].map((table) => ["/v1/reports/deflection?format=csv&table=" + table, { headers: bearer(admin) }, 200]),
    ["/v1/reports/deflection?format=csv&table=none", { headers: bearer(admin) }, 422],
    ["/v1/reports/deflection?table=channels", { headers: bearer(admin) }, 422],
    ["/v1/reports/articles/account/reset-password?format=csv&table=versions", { headers: bearer(admin) }, 200],
    ["/v1/reports/deflection?format=xml", { headers: bearer(admin) }, 422],
    ["/v1/reports/articles/account/reset-password", { headers: bearer(admin) }, 200],
    ["/healthz", {}, 200],
    ["/readyz", {}, 200],
    ["/metrics", {}, 401],
    ["/metrics", { headers: bearer(agent) }, 403],
    ["/metrics", { headers: bearer(admin) }, 200],
    ["/widget.js", {}, 200],
    ["/widget.mjs", {}, 200],
    ["/assets/none.js", {}, 404],
    ["/files/none.png", {}, 404],
    ["/", {}, 200],
    ["/articles/account/reset-password", {}, 200],
    ["/articles/none", {}, 404],
    ["/search?q=password", {}, 200],
    ["/healthz", { method: "HEAD" }, 200],
    ["/v1/tickets", by("POST", { id: "7", subject: "Password", body: "I forgot it", status: "open", created: "2026-01-01T00:00:00Z" }), "2XX"],
    ["/v1/tickets", by("POST", { subject: 1 }), 422],
    ["/v1/tickets", post({ id: "8" }), 401],
    ["/v1/tickets/7", by("PATCH", { status: "solved" }), "2XX"],
    ["/v1/tickets/none", by("PATCH", { status: "solved" }), 404],
    ["/v1/agent/search?q=password&ticket=7", { headers: agents }, 200],
    ["/v1/agent/search?q=password", {}, 401],
    ["/v1/agent/links", by("POST", { ticket: "7", article: "account/reset-password", text: "forgot my password" }), "2XX"],
    ["/v1/agent/links", by("POST", { ticket: "7" }), 422],
    ["/v1/agent/links?ticket=7&article=account/reset-password", { method: "DELETE", headers: bearer(agent) }, "2XX"],
    ["/v1/agent/links?ticket=none&article=none", { method: "DELETE", headers: bearer(agent) }, 404],
    ["/v1/agent/tickets/7", { headers: agents }, 200],
    ["/v1/agent/tickets/none", { headers: agents }, 404],
    ["/v1/agent/draft", by("POST", { subject: "Password", body: "I forgot it" }), 200],
    ["/v1/agent/draft", by("POST", { subject: 1 }), 422],
    ["/v1/agent/similar?q=password", { headers: agents }, 200],
    ["/v1/agent/flags", by("POST", { kind: "missing", note: "how to pay" }), "2XX"],
    ["/v1/agent/flags", by("POST", { kind: "ugly", note: "x" }), 422],
    ["/v1/flags?state=open", { headers: agents }, 200],
    ["/v1/flags?state=lost", { headers: agents }, 422],
    ["/v1/tasks?state=open", { headers: bearer(admin) }, 200],
    ["/v1/tasks", { headers: agents }, 403],
    ["/v1/tasks/flag:1", { ...by("PATCH", { state: "taken" }), headers: { ...json, ...bearer(admin) } }, "2XX"],
    ["/v1/tasks/flag:9", { ...by("PATCH", { state: "taken" }), headers: { ...json, ...bearer(admin) } }, 404],
    ["/v1/flags/none", by("PATCH", { state: "taken" }), 404],
    ["/v1/hooks/generic", post({ id: "9" }), 401],
    ["/desk", {}, 200],
    ["/insights", {}, 200],
    ["/insights/articles/account/reset-password", {}, 200],
    ["/outbox", {}, 200],
    ["/outbox", form("id=none&action=drop"), 303],
    ["/insights/gaps/0a1b2c3d", {}, 200],
    ["/insights/tasks", {}, 200],
    ["/insights/tasks", form("task=a&state=taken"), 303],
    ["/contact", {}, 200],
    ["/contact", form("name=Ada"), 200],
    ["/contact", post({}), 415],
    ["/sign-in", {}, 200],
    ["/sign-in", form("token=wrong"), 403],
    ["/sign-out", form(""), 403],
  ];
  const missed = new Set(offered.map(({ method, path }) => `${method} ${path}`));
  for (const [target, init, status] of cases) {
    const response = await fetch(server.url + target, init);
    const text = await response.text();
    const name = `${init.method ?? "GET"} ${target.slice(0, 80)}`;
    assert.ok(status == "2XX" ? response.ok : response.status == status, `${name}: ${response.status} ${text.slice(0, 300)}`);
    if (target.startsWith("/v1/reports/nonsense")) continue;
    const path = decodeURIComponent(target.split("?")[0].replace("%C3", "x"));
    const found = findOperation(init.method ?? "GET", path);
    missed.delete(`${found.method} ${found.path}`);
    assert.deepEqual(problemsOf(init.method ?? "GET", path, response, text), [], name);
  }
  assert.deepEqual([...missed], [], "operations without a case");
});
