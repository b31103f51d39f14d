// HTTPS without a proxy: certificates, their renewal, and what is wrong with them.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, readFileSync } from "node:fs";
import { Agent, request } from "node:https";
import { connect } from "node:net";
import { join } from "node:path";
import test from "node:test";
import { connect as connectTls } from "node:tls";
import { site, until } from "../lib/deflect.mjs";

/** A self-signed certificate in PLACE: NAME.pem and NAME.key. */
function certificate(place, name, days = 30) {
  const [chain, key, wish] = ["pem", "key", "csr"].map((end) => join(place.path, `${name}.${end}`));
  const openssl = (...args) => {
    const made = spawnSync("openssl", args);
    assert.equal(made.status, 0, String(made.stderr));
  };
  openssl("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", `/CN=${name}`,
    "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", wish);
  openssl("x509", "-req", "-copy_extensions", "copy", "-in", wish, "-signkey", key, "-days", String(days), "-out", chain);
  return { chain, key, flags: ["--tls-cert", chain, "--tls-key", key] };
}

/** One request over AGENT: status, body, and the name in the server's certificate. */
const get = (url, { agent, ca, method = "GET", body } = {}) =>
  new Promise((done, fail) => {
    const sent = request(url, { agent, ca, method, headers: body && { "content-type": "application/json" } }, (answer) => {
      let text = "";
      const name = answer.socket.getPeerCertificate().subject?.CN;
      answer.on("data", (part) => (text += part)).on("end", () => done({ status: answer.statusCode, text, name }));
    });
    sent.on("error", fail).end(body);
  });

test("it serves over TLS 1.2 and 1.3 with the certificate that is named, and nothing older", async (t) => {
  const place = site(t);
  const own = certificate(place, "first");
  const server = await place.serve(own.flags);
  const ca = readFileSync(own.chain);
  assert.match(server.url, /^https:\/\/127\.0\.0\.1:\d+$/);
  const page = await get(`${server.url}/articles/billing/invoices`, { ca });
  assert.deepEqual([page.status, page.name], [200, "first"]);
  const body = JSON.stringify({ session: "s", events: [{ type: "contact" }] });
  assert.equal((await get(`${server.url}/v1/events`, { ca, method: "POST", body })).status, 202);
  const port = Number(new URL(server.url).port);
  const speaks = (version) => new Promise((done) => {
    const socket = connectTls({ host: "127.0.0.1", port, ca, minVersion: version, maxVersion: version, ciphers: "DEFAULT@SECLEVEL=0" });
    socket.on("secureConnect", () => { done(socket.getProtocol()); socket.end(); }).on("error", () => done(null));
  });
  assert.equal(await speaks("TLSv1.3"), "TLSv1.3");
  assert.equal(await speaks("TLSv1.2"), "TLSv1.2");
  assert.equal(await speaks("TLSv1.1"), null);
});

test("who speaks plain HTTP, or nonsense, to it disturbs nobody", async (t) => {
  const place = site(t);
  const own = certificate(place, "first");
  const server = await place.serve(own.flags);
  for (const bytes of ["GET / HTTP/1.1\r\nHost: x\r\n\r\n", "\x16\x03\x01\xff\xff", "\0".repeat(5000)])
    await new Promise((done) => {
      const socket = connect(Number(new URL(server.url).port), "127.0.0.1", () => socket.end(bytes, "latin1"));
      socket.on("error", done).on("close", done).resume();
    });
  assert.equal((await get(`${server.url}/healthz`, { ca: readFileSync(own.chain) })).status, 200);
});

test("a renewed certificate is in force after SIGHUP, and open connections live on", async (t) => {
  const place = site(t);
  const own = certificate(place, "first");
  const server = await place.serve(own.flags);
  const old = readFileSync(own.chain);
  const kept = new Agent({ keepAlive: true, maxSockets: 1, ca: old });
  t.after(() => kept.destroy());
  assert.equal((await get(`${server.url}/healthz`, { agent: kept })).name, "first");
  const renewed = certificate(place, "second");
  copyFileSync(renewed.chain, own.chain);
  copyFileSync(renewed.key, own.key);
  server.child.kill("SIGHUP");
  await until(() => /config\.reloaded/.test(server.log()));
  assert.equal((await get(`${server.url}/healthz`, { ca: readFileSync(own.chain) })).name, "second");
  assert.equal((await get(`${server.url}/healthz`, { agent: kept })).name, "first");
});

test("a renewal that does not match is told, and the former stays in force", async (t) => {
  const place = site(t);
  const own = certificate(place, "first");
  const server = await place.serve(own.flags);
  const ca = readFileSync(own.chain);
  copyFileSync(certificate(place, "second").key, own.key);
  server.child.kill("SIGHUP");
  await until(() => /config\.refused.*does not belong to the certificate/.test(server.log()));
  assert.equal((await get(`${server.url}/healthz`, { ca })).name, "first");
});

test("what is wrong with a certificate is said at the start", (t) => {
  const place = site(t);
  const first = certificate(place, "first"), second = certificate(place, "second");
  const article = join(place.articles, "billing/invoices.md");
  for (const [flags, message] of [
    [["--tls-cert", first.chain, "--tls-key", second.key], /the key in \S+second\.key does not belong to the certificate in \S+first\.pem/],
    [["--tls-cert", first.chain], /tls_cert is set, but not tls_key/],
    [["--tls-key", first.key], /tls_key is set, but not tls_cert/],
    [["--tls-cert", article, "--tls-key", first.key], /invoices\.md holds no certificate/],
    [["--tls-cert", first.chain, "--tls-key", article], /invoices\.md holds no key/],
    [["--tls-cert", join(place.path, "none.pem"), "--tls-key", first.key], /none\.pem/],
  ]) {
    const { code, stderr } = place.run([...flags, "--listen", "127.0.0.1:0", "serve"]);
    assert.equal(code, 2, stderr);
    assert.match(stderr, message);
  }
});

test("an expired certificate is served, and warned of", async (t) => {
  const place = site(t);
  const own = certificate(place, "first", -1);
  const server = await place.serve(own.flags);
  assert.match(server.log(), /level=warning event=tls\.expired/);
});
