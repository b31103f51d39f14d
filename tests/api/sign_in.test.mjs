// Signing in to desk and insights, and what every answer says to browsers about itself.
import assert from "node:assert/strict";
import test from "node:test";
import { site, until } from "../lib/deflect.mjs";

const make = (place, args) => JSON.parse(place.run(["token", "create", "--json", ...args]).stdout);
const listed = (place, id) =>
  JSON.parse(place.run(["token", "list", "--json"]).stdout).find((token) => token.id === id);

const form = (server, path, fields, headers = {}) =>
  fetch(server.url + path, {
    method: "POST", redirect: "manual", body: new URLSearchParams(fields),
    headers: { origin: server.url, ...headers },
  });

/** The session's cookie as a browser sends it back. */
const cookie = (response) =>
  response.headers.getSetCookie().find((text) => text.startsWith("deflect_session="))?.split(";")[0];

const mayRead = async (server, session) =>
  (await fetch(`${server.url}/v1/flags`, { headers: { cookie: session } })).status;

test("a link from the command line signs a browser in once, and looking at it does not spend it", async (t) => {
  const place = site(t);
  const server = await place.serve(["--public-url", "https://help.example.com"]);
  const token = make(place, ["--role", "writer", "--name", "Kim"]);
  const { stdout, code: exit } = place.run(["--public-url", "https://help.example.com", "token", "link", token.id]);
  assert.equal(exit, 0);
  const link = new URL(stdout.trim());
  assert.equal(link.origin + link.pathname, "https://help.example.com/sign-in");
  assert.doesNotMatch(stdout, /dfl_/);
  for (let i = 0; i < 2; i++) {
    const page = await (await fetch(server.url + link.pathname + link.search)).text();
    assert.match(page, new RegExp(`name="code" value="${link.searchParams.get("code")}"`));
    assert.doesNotMatch(page, /type="password"/);
  }
  const fields = { code: link.searchParams.get("code") };
  const origin = { origin: "https://help.example.com" };
  const answers = await Promise.all([1, 2, 3].map(() => form(server, "/sign-in", fields, origin)));
  assert.deepEqual(answers.map((answer) => answer.status).sort(), [303, 403, 403], "of three at once, one gets in");
  const entered = answers.find((answer) => answer.status === 303);
  assert.equal(entered.headers.get("location"), "/insights");
  assert.equal(await mayRead(server, cookie(entered)), 200);
  const spent = answers.find((answer) => answer.status === 403);
  assert.match(await spent.text(), /This link has been used already/);
  assert.equal(place.run(["token", "revoke", token.id]).code, 0);
  assert.equal(await mayRead(server, cookie(entered)), 401, "revoking the token ends its sessions");
});

test("a link ends with its time and with its token; none is made for a token that is not valid", async (t) => {
  const place = site(t);
  const server = await place.serve();
  const token = make(place, ["--role", "agent"]);
  const code = (args) => new URL(place.run(["token", "link", token.id, ...args]).stdout.trim()).searchParams.get("code");
  const old = code(["--expires", "1s"]);
  const revoked = code(["--expires", "24h"]);
  await new Promise((done) => setTimeout(done, 1100));
  assert.equal((await form(server, "/sign-in", { code: old })).status, 403);
  place.run(["token", "revoke", token.id]);
  assert.equal((await form(server, "/sign-in", { code: revoked })).status, 403);
  for (const [id, message] of [[token.id, /this token was revoked/], ["nobody", /not known/]]) {
    const { code: exit, stderr } = place.run(["token", "link", id]);
    assert.equal(exit, 2);
    assert.match(stderr, message);
  }
});

test("the session's cookie is for this server alone, and Secure behind https", async (t) => {
  const place = site(t);
  for (const [url, secure] of [["https://help.example.com", true], ["http://help.example.com", false]]) {
    const server = await place.serve(["--public-url", url]);
    const { token } = make(place, ["--role", "agent"]);
    const response = await form(server, "/sign-in", { token }, { origin: url });
    const [session] = response.headers.getSetCookie().filter((text) => text.startsWith("deflect_session="));
    assert.match(session, /; Path=\/; HttpOnly; Max-Age=1209600/);
    assert.match(session, /; SameSite=Lax/);
    assert.equal(/; Secure/.test(session), secure, session);
    assert.equal(response.headers.get("cache-control"), "private, no-cache");
    await server.stop();
  }
});

test("a session lasts no longer than its token, and each use of it is noted", async (t) => {
  const place = site(t);
  const server = await place.serve();
  const token = make(place, ["--role", "agent", "--expires", "2s"]);
  assert.equal(listed(place, token.id).used, null);
  const session = cookie(await form(server, "/sign-in", { token: token.token }));
  assert.equal(await mayRead(server, session), 200);
  assert.notEqual(listed(place, token.id).used, null);
  await until(async () => (await mayRead(server, session)) === 401);
  await until(async () => (await form(server, "/sign-in", { token: token.token })).status === 403);
  assert.match(place.run(["token", "list"]).stdout, /used 2\d\d\d-\d\d-\d\d, expires .*, expired/);
});

test("a cookie that was tampered with signs nobody in", async (t) => {
  const place = site(t);
  const server = await place.serve();
  const { token } = make(place, ["--role", "agent"]);
  const session = cookie(await form(server, "/sign-in", { token }));
  const [id, end, mac] = session.split("=")[1].split(".");
  for (const forged of [`${id}.${Number(end) + 1}.${mac}`, `${id}.${end}.${mac.replace(/^./, (c) => (c === "0" ? "1" : "0"))}`,
    `${id}.${end}`, `x.${end}.${mac}`, "", "."])
    assert.equal(await mayRead(server, `deflect_session=${forged}`), 401, forged);
  assert.equal(await mayRead(server, session), 200);
});

test("what changes something needs the page's own token, and another site's form is refused", async (t) => {
  const place = site(t);
  const server = await place.serve();
  const { token } = make(place, ["--role", "agent"]);
  const session = cookie(await form(server, "/sign-in", { token }));
  const post = (headers) =>
    fetch(`${server.url}/v1/agent/flags`, {
      method: "POST", body: JSON.stringify({ kind: "missing", note: "x" }),
      headers: { "content-type": "application/json", cookie: session, ...headers },
    });
  assert.equal((await post({})).status, 401, "the cookie alone does not do");
  assert.equal((await post({ "x-csrf-token": "0".repeat(64) })).status, 401);
  const page = await (await fetch(`${server.url}/desk`, { headers: { cookie: session } })).text();
  const csrf = /[0-9a-f]{64}/.exec(page)[0];
  assert.ok((await post({ "x-csrf-token": csrf })).ok);
  const foreign = { origin: "https://evil.example.com" };
  assert.equal((await form(server, "/sign-in", { token }, foreign)).status, 403);
  assert.equal((await form(server, "/sign-out", { csrf }, { ...foreign, cookie: session })).status, 403);
  assert.equal((await form(server, "/sign-out", {}, { cookie: session })).status, 403);
  assert.equal(await mayRead(server, session), 200);
});

test("signing in leads to the team's pages only", async (t) => {
  const place = site(t);
  const server = await place.serve();
  const { token } = make(place, ["--role", "agent"]);
  for (const [to, target] of [["/insights?days=7", "/insights?days=7"], ["//evil.example.com", "/desk"],
    ["https://evil.example.com/desk", "/desk"], ["/desk/../..//evil.example.com", null], ["/deskevil", null]]) {
    const response = await form(server, "/sign-in", { token, to });
    const location = response.headers.get("location");
    if (target) assert.equal(location, target);
    assert.equal(new URL(location ?? "/", server.url).origin, server.url, `${to} → ${location}`);
  }
});

test("every answer tells browsers to guess nothing, run nothing inline, and tell nobody", async (t) => {
  const place = site(t);
  const server = await place.serve();
  const { token } = make(place, ["--role", "admin"]);
  const session = cookie(await form(server, "/sign-in", { token }));
  const paths = ["/", "/articles/account/reset-password", "/search?q=invoice", "/contact", "/desk", "/insights", "/sign-in",
    "/nothing/here", "/v1/suggest?q=x", "/v1/nothing", "/v1/articles", "/widget.js", "/healthz", "/metrics"];
  for (const path of paths) {
    const response = await fetch(server.url + path, { headers: { cookie: session } });
    const header = (name) => response.headers.get(name) ?? "";
    await response.text();
    assert.equal(header("x-content-type-options"), "nosniff", path);
    assert.equal(header("referrer-policy"), "same-origin", path);
    assert.match(header("permissions-policy"), /camera=\(\).*geolocation=\(\).*microphone=\(\)/, path);
    assert.match(header("content-security-policy"), /^default-src 'none'/, path);
    assert.doesNotMatch(header("content-security-policy"), /unsafe|\*|http:\/\/(?!127\.0\.0\.1)/, path);
    assert.match(header("content-security-policy"), /frame-ancestors 'none'/, path);
    assert.equal(header("x-frame-options"), "DENY", path);
    if (header("content-type").startsWith("text/html"))
      assert.match(header("content-security-policy"), /base-uri 'none'; form-action 'self'/, path);
  }
});
