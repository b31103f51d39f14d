// Behind nginx and Caddy, with the configurations that the help article gives.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { createServer } from "node:net";
import { join } from "node:path";
import test from "node:test";
import { atEnd, exported, root, site, until, write } from "../lib/deflect.mjs";

const article = readFileSync(join(root, "articles/operators/reverse-proxy.md"), "utf8");
const nginxBlock = /```nginx\n([^]*?)```/.exec(article)[1];
const caddyBlock = /```text\n(help\.example\.com [^]*?)```/.exec(article)[1];
const hasCaddy = spawnSync("caddy", ["version"]).status === 0;

const freePort = () =>
  new Promise((done) => {
    const holder = createServer().listen(0, "127.0.0.1", () => {
      const { port } = holder.address();
      holder.close(() => done(port));
    });
  });

/** A certificate for the name that the article uses, in PLACE. */
function makeCertificate(place) {
  const pem = join(place.path, "proxy.pem"), key = join(place.path, "proxy.key");
  const made = spawnSync("openssl", ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
    "-subj", "/CN=help.example.com", "-addext", "subjectAltName=DNS:help.example.com", "-keyout", key, "-out", pem]);
  assert.equal(made.status, 0, String(made.stderr));
  return { pem, key };
}

/** Runs COMMAND until the test ends; waits for READY in what it says. */
async function runProxy(t, command, args, ready, options) {
  const child = spawn(command, args, { stdio: ["ignore", "ignore", "pipe"], ...options });
  let log = "";
  child.stderr.on("data", (text) => (log += text));
  const closed = new Promise((done) => child.on("close", done));
  atEnd(t, () => { child.kill("SIGTERM"); return closed; });
  await until(() => { if (child.exitCode !== null) throw new Error(log); return ready.test(log); }, 30000);
}

/** A function that asks the proxy at PORT as a visitor from 127.0.0.7. */
function visitor(port, pem) {
  const agent = new Agent({ ca: readFileSync(pem), keepAlive: false, servername: "help.example.com" });
  return (path, { method = "GET", headers = {}, body } = {}) =>
    new Promise((done, fail) => {
      const sent = request({ host: "127.0.0.1", localAddress: "127.0.0.7", port, path, method, agent, headers: { host: "help.example.com", ...headers } }, (answer) => {
        let text = "";
        answer.on("data", (part) => (text += part)).on("end", () => done({ status: answer.statusCode, headers: answer.headers, text }));
      });
      sent.on("error", fail).end(body);
    });
}

/** nginx with the article's server block in front of SERVER. */
async function nginx(t, place, server) {
  const port = await freePort(), { pem, key } = makeCertificate(place);
  const at = (name) => join(place.path, name);
  const own = nginxBlock.replace("listen 443 ssl", `listen 127.0.0.1:${port} ssl`)
    .replace("http://127.0.0.1:8080", server.url)
    .replace("/etc/ssl/help.example.com.pem", pem).replace("/etc/ssl/help.example.com.key", key);
  for (const name of ["body", "proxy", "fastcgi", "uwsgi", "scgi"]) mkdirSync(at(`nginx-${name}`));
  write(place.path, { "nginx.conf": `worker_processes 1; daemon off; pid ${at("nginx.pid")}; error_log stderr notice;
events { worker_connections 256; }
http { access_log ${at("access.log")}; client_body_temp_path ${at("nginx-body")}; proxy_temp_path ${at("nginx-proxy")};
fastcgi_temp_path ${at("nginx-fastcgi")}; uwsgi_temp_path ${at("nginx-uwsgi")}; scgi_temp_path ${at("nginx-scgi")};
${own} }
` });
  const user = process.getuid() === 0 ? ["-g", "user root;"] : [];
  await runProxy(t, "nginx", ["-p", place.path, "-c", at("nginx.conf"), ...user], /start worker process \d/);
  return visitor(port, pem);
}

/** Caddy with the article's site in front of SERVER; only the port and a certificate of the test's own are put in. */
async function caddy(t, place, server) {
  const port = await freePort(), { pem, key } = makeCertificate(place);
  const own = caddyBlock.replace("help.example.com {", `help.example.com:${port} {\n    bind 127.0.0.1\n    tls ${pem} ${key}`)
    .replace("127.0.0.1:8080", new URL(server.url).host);
  write(place.path, { Caddyfile: `{\n    admin off\n    auto_https disable_redirects\n}\n${own}` });
  const env = { ...process.env, HOME: place.path, XDG_DATA_HOME: place.path, XDG_CONFIG_HOME: place.path };
  await runProxy(t, "caddy", ["run", "--config", join(place.path, "Caddyfile"), "--adapter", "caddyfile"], /serving initial configuration/, { env });
  return visitor(port, pem);
}

for (const [name, proxy, skip] of [["nginx", nginx, false], ["Caddy", caddy, !hasCaddy && "caddy is not installed"]])
test(`behind ${name} as the article sets it up, everything works and the visitor's own address counts`, { skip }, async (t) => {
  const place = site(t);
  const server = await place.serve(["--public-url", "https://help.example.com", "--trusted-proxies", "127.0.0.1",
    "--staff-networks", "203.0.113.0/24", "--log-json"]);
  const get = await proxy(t, place, server);
  const page = await get("/articles/account%2Freset-password");
  assert.equal(page.status, 200, "paths pass as they are");
  assert.match(page.headers["content-security-policy"], /script-src 'self' https:\/\/help\.example\.com/);
  const etag = (await get("/v1/articles/billing/invoices")).headers.etag;
  assert.equal((await get("/v1/articles/billing/invoices", { headers: { "if-none-match": etag } })).status, 304);

  const id = page.headers["x-request-id"];
  assert.match(id, /^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/, "the proxy's own name for the request");
  const line = JSON.parse(await until(() => server.log().split("\n").find((one) => one.includes(id))));
  assert.equal(line.client, "127.0.0.7", "the visitor's, not the proxy's");

  const send = (session, forwarded) =>
    get("/v1/events", { method: "POST", body: JSON.stringify({ session, events: [{ type: "contact" }] }),
      headers: { "content-type": "application/json", origin: "https://help.example.com", "x-forwarded-for": forwarded } });
  assert.equal((await send("liar", "203.0.113.9")).status, 202);
  assert.deepEqual(exported(place).find((event) => event.session === "liar").marks ?? [], [], "what a visitor writes of its address counts for nothing");

  const large = JSON.stringify({ subject: "x", body: "y".repeat(100 * 1024) });
  const refused = await get("/v1/suggest", { method: "POST", body: large, headers: { "content-type": "application/json" } });
  assert.equal(refused.status, 413);
  assert.equal(refused.headers["content-type"], "application/problem+json");
});

test("Caddy takes the article's configuration word for word", { skip: !hasCaddy && "caddy is not installed" }, (t) => {
  const place = site(t);
  write(place.path, { Caddyfile: caddyBlock });
  const env = { ...process.env, HOME: place.path, XDG_DATA_HOME: place.path, XDG_CONFIG_HOME: place.path };
  const { status, stderr } = spawnSync("caddy", ["validate", "--config", join(place.path, "Caddyfile"), "--adapter", "caddyfile"], { env, encoding: "utf8" });
  assert.equal(status, 0, stderr);
  const complaints = stderr.split("\n").filter((line) => /"level":"(warn|error)"/.test(line) && !/is not formatted/.test(line)); // it wants tabs
  assert.deepEqual(complaints, []);
});

test("without trusted proxies all visitors are the proxy, and share its rate limit", async (t) => {
  const place = site(t);
  const server = await place.serve(["--public-url", "https://help.example.com", "--rate-limit", "40"]);
  const get = await nginx(t, place, server);
  const statuses = [];
  for (let i = 0; i < 12; i++) statuses.push((await get("/v1/suggest?q=x")).status);
  assert.ok(statuses.includes(429), statuses.join());
  assert.match((await get("/v1/suggest?q=x")).headers["x-request-id"], /^[0-9a-f]{8}-/);
});
