// Requests written on /contact: taken once they are on disk, delivered once the other side is there, lost never.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { existsSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { createServer as createTlsServer } from "node:tls";
import { postJson, site, until } from "../lib/deflect.mjs";
import { deadPort, httpReceiver, smtpServer } from "../lib/receiver.mjs";

const request = { email: "ada@example.com", subject: "I cannot sign in", message: "My password is hunter2.\nPlease help." };

/** A stamp of the form as the server would have made it AGO milliseconds ago: nobody waits in a test. */
function stamp(place, ago = 60000) {
  const key = readFileSync(join(place.data, readdirSync(place.data).find((name) => name.endsWith("key"))));
  const head = `${Date.now() - ago}.${Math.random().toString(36).slice(2)}`;
  return `${head}.${createHmac("sha256", key).update("form:" + head).digest("hex")}`;
}

const send = (place, service, fields = {}, path = "/contact") =>
  fetch(service.url + path, { method: "POST", body: new URLSearchParams({ ...request, stamp: stamp(place), ...fields }) });
const listed = (place) => JSON.parse(place.run(["outbox", "list", "--json"]).stdout);
const files = (place) => readdirSync(join(place.data, "outbox")).filter((name) => name !== "lock");

test("a request goes to the webhook, signed, with what was read, and is gone from the disk then", async (context) => {
  const receiver = await httpReceiver(context);
  const place = site(context);
  const service = await place.serve(["--contact-forward", receiver.url + "/in", "--contact-secret", "s3cret"]);
  await postJson(service.url + "/v1/events", { session: "visit-1", events: [
    { type: "search", query: "password" }, { type: "view", article: "account/reset-password", source: "widget" },
    { type: "read", article: "account/reset-password", ms: 9000, scroll: 1 }] });
  const form = await (await fetch(service.url + "/contact")).text();
  assert.doesNotMatch(form, /demonstration/);
  assert.match(form, /name="stamp" value="\d+\.[^"]+"/);
  const answer = await send(place, service, { ref: "visit-1" });
  assert.equal(answer.status, 200);
  assert.match(await answer.text(), /Your request has arrived/);
  const call = await until(() => receiver.calls[0]);
  const body = JSON.parse(call.body);
  assert.equal(call.path, "/in");
  assert.equal(call.headers["x-deflect-signature"], "sha256=" + createHmac("sha256", "s3cret").update(call.body).digest("hex"));
  assert.equal(call.headers["x-deflect-delivery"], body.id);
  assert.deepEqual([body.contact, body.subject, body.body, body.session, body.status],
    [request.email, request.subject, request.message, "visit-1", "open"]);
  assert.deepEqual(body.read, [{ article: "account/reset-password", title: "Reset your password",
    url: service.url + "/articles/account/reset-password", ms: 9000 }]);
  await until(() => files(place).length === 0);
  assert.equal(receiver.calls.length, 1);
});

test("while the other side is down requests wait on disk, for their owner alone, through kill -9", async (context) => {
  const port = await deadPort();
  const place = site(context);
  const flags = ["--contact-forward", `http://127.0.0.1:${port}/`, "--metrics-public"];
  const service = await place.serve(flags);
  assert.equal((await send(place, service)).status, 200);
  await service.stop("SIGKILL");
  const [name] = files(place);
  assert.match(name, /^[0-9a-f]{24}\.json$/);
  assert.equal(statSync(join(place.data, "outbox", name)).mode & 0o777, 0o600);
  assert.equal(statSync(join(place.data, "outbox")).mode & 0o777, 0o700);
  writeFileSync(join(place.data, "outbox", name + ".1.tmp"), "half a requ");

  const again = await place.serve(flags);
  assert.equal(existsSync(join(place.data, "outbox", name + ".1.tmp")), false); // what a crash left half written
  await until(() => listed(place)[0].attempts > 0);
  assert.match(listed(place)[0].problem, /127\.0\.0\.1/);
  assert.match(await (await fetch(again.url + "/metrics")).text(), /^deflect_outbox_waiting 1$/m);
  const doctor = place.run(["--contact-forward", "http://127.0.0.1:1/", "doctor"]).stdout;
  assert.match(doctor, /BAD +outbox +1 requests wait, 0 are held: 127\.0\.0\.1/);

  const receiver = await httpReceiver(context, { port });
  assert.equal(place.run(["outbox", "retry", "--all"]).stdout, "due now: 1\n");
  const { subject } = JSON.parse((await until(() => receiver.calls[0])).body);
  assert.equal(subject, request.subject);
  await until(() => files(place).length === 0);
  await until(async () => /^deflect_outbox_delivered_total 1$/m.test(await (await fetch(again.url + "/metrics")).text()));
});

test("it is tried again by itself, and a refused request does not hold up the others", async (context) => {
  const receiver = await httpReceiver(context, { answer: (call) => (call.body.includes("poison") ? 422 : receiver.calls.length < 3 ? 503 : 200) });
  const place = site(context);
  const service = await place.serve(["--contact-forward", receiver.url]);
  await send(place, service, { subject: "poison" });
  await until(() => receiver.calls.length === 1);
  await send(place, service, { subject: "healthy" });
  await until(() => files(place).length === 1, 20000);
  assert.equal(listed(place)[0].request.subject, "poison");
  assert.match(listed(place)[0].problem, /answered 422/);
});

test("the same form sent twice is one request", async (context) => {
  const place = site(context);
  const service = await place.serve(["--contact-forward", `http://127.0.0.1:${await deadPort()}/`]);
  const same = stamp(place);
  await send(place, service, { stamp: same });
  await send(place, service, { stamp: same });
  assert.equal(listed(place).length, 1);
  await send(place, service, { stamp: same, message: "another" });
  assert.equal(listed(place).length, 2);
});

test("by mail: to the team, answerable to the customer, no header of the customer's making", async (context) => {
  const server = await smtpServer(context, { user: "deflect", password: "pa ss" });
  const place = site(context);
  const service = await place.serve(["--contact-forward", "mailto:team@example.com", "--mail-server", server.url,
    "--mail-user", "deflect", "--mail-from", "help@example.com"], { env: { DEFLECT_MAIL_PASSWORD: "pa ss" } });
  await send(place, service, { subject: "Größe\r\nBcc: all@example.com", message: "Grüße\n.\nRCPT TO:<x@y.z>" });
  const mail = await until(() => server.mails[0]);
  assert.deepEqual([mail.from, mail.to, mail.user], ["<help@example.com>", ["<team@example.com>"], "deflect"]);
  assert.equal(mail.headers["reply-to"], "<ada@example.com>");
  assert.equal(mail.headers.subject, "Größe  Bcc: all@example.com");
  assert.deepEqual(mail.names, ["Date", "From", "To", "Reply-To", "Subject", "Message-ID", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"]);
  assert.match(mail.text, /^Grüße\r\n\.\r\nRCPT TO:<x@y\.z>\r\n\r\n-- \r\nada@example\.com/);
  await until(() => files(place).length === 0);
});

test("an address that would add a header is refused, and nothing of the form is lost", async (context) => {
  const place = site(context);
  const service = await place.serve(["--contact-forward", `http://127.0.0.1:${await deadPort()}/`]);
  for (const [fields, words] of [
    [{ email: "ada@example.com\r\nBcc: all@example.com" }, /enter an e-mail address/],
    [{ email: "ada" }, /enter an e-mail address/],
    [{ subject: "  " }, /fill in subject and request/],
    [{ message: "x".repeat(32001) }, /at most 32,000 characters/],
  ]) {
    const answer = await send(place, service, { ...fields, message: fields.message ?? "kept <text>" });
    const page = await answer.text();
    assert.equal(answer.status, 422);
    assert.match(page, words);
    if (!fields.message) assert.match(page, /kept &lt;text&gt;<\/textarea>/);
  }
  assert.deepEqual(listed(place), []);
  const long = await send(place, service, { message: "あ".repeat(32000) });
  assert.equal(long.status, 200);
  assert.equal(listed(place)[0].request.body.length, 32000);
  assert.equal((await send(place, service, { message: "x".repeat(1 << 21) })).status, 413);
});

test("what looks like a program's is held apart, and can be let go or dropped", async (context) => {
  const receiver = await httpReceiver(context);
  const place = site(context);
  const service = await place.serve(["--contact-forward", receiver.url]);
  const shown = /name="stamp" value="([^"]+)"/.exec(await (await fetch(service.url + "/contact")).text())[1];
  for (const [subject, fields] of [
    ["filled", { website: "http://spam.example" }], ["fast", { stamp: shown }], ["forged", { stamp: `1.x.${"0".repeat(64)}` }], ["bare", { stamp: "" }]]) {
    const answer = await send(place, service, { subject, ...fields });
    assert.equal(answer.status, 200);
    assert.match(await answer.text(), /Your request has arrived/); // a program learns nothing
  }
  await send(place, service, { subject: "by a person" });
  assert.equal(JSON.parse((await until(() => receiver.calls[0])).body).subject, "by a person");
  await until(() => listed(place).length === 4);
  const reason = Object.fromEntries(listed(place).map((item) => [item.request.subject, `${item.state} ${item.problem}`]));
  assert.deepEqual(reason, { filled: "held trap", fast: "held fast", forged: "held stamp", bare: "held stamp" });
  assert.match(place.run(["outbox", "list"]).stderr, /0 waiting, 4 held/);

  const { id } = listed(place).find((item) => item.request.subject === "fast");
  assert.equal(place.run(["outbox", "retry", id]).stdout, "due now: 1\n");
  await until(() => receiver.calls.length === 2);
  assert.equal(JSON.parse(receiver.calls[1].body).subject, "fast");
  await until(() => listed(place).length === 3);
  assert.equal(place.run(["outbox", "drop", "--all"]).stdout, "dropped: 3\n");
  assert.deepEqual(files(place), []);
  const gone = place.run(["outbox", "drop", id]);
  assert.equal(gone.code, 2);
  assert.match(gone.stderr, /no request/);
  assert.equal(place.run(["outbox", "drop", "../../../etc/passwd"]).code, 2);
});

test("erase removes what a person sent; backup and export never hold it", async (context) => {
  const place = site(context);
  const service = await place.serve(["--contact-forward", `http://127.0.0.1:${await deadPort()}/`]);
  await send(place, service, { ref: "visit-2" });
  await send(place, service, { email: "bob@example.com" });
  await send(place, service, { email: "Ada@Example.com", website: "x" });
  const backup = join(place.path, "copy");
  assert.equal(place.run(["backup", backup]).code, 0);
  assert.equal(existsSync(join(backup, "outbox")), false);
  for (const name of readdirSync(backup)) assert.equal(readFileSync(join(backup, name)).includes("hunter2"), false, name);
  assert.doesNotMatch(place.run(["export", "events"]).stdout, /hunter2|example\.com/);
  assert.match(place.run(["erase", "--contact", " ada@example.com"]).stdout, /2 requests of the outbox/);
  assert.deepEqual(listed(place).map((item) => item.request.contact), ["bob@example.com"]);
  await send(place, service, { ref: "visit-3" });
  assert.match(place.run(["erase", "--session", "visit-3"]).stdout, /1 requests of the outbox/);
  assert.equal(listed(place).length, 1);
});

test("what cannot be written is not thanked for", async (context) => {
  const place = site(context);
  const service = await place.serve(["--contact-forward", `http://127.0.0.1:${await deadPort()}/`]);
  await until(() => existsSync(join(place.data, "outbox")));
  rmSync(join(place.data, "outbox"), { recursive: true });
  writeFileSync(join(place.data, "outbox"), "in the way");
  const answer = await send(place, service, { message: "kept" });
  assert.equal(answer.status, 503);
  const page = await answer.text();
  assert.match(page, /nothing was sent/);
  assert.match(page, /kept<\/textarea>/);
});

test("after 14 days a request is given up, with an error in the log", async (context) => {
  const place = site(context);
  const flags = ["--contact-forward", `http://127.0.0.1:${await deadPort()}/`, "--metrics-public"];
  const service = await place.serve(flags);
  await send(place, service);
  await until(() => listed(place)[0].attempts > 0);
  await service.stop();
  const path = join(place.data, "outbox", files(place)[0]);
  const item = JSON.parse(readFileSync(path, "utf8"));
  writeFileSync(path, JSON.stringify({ ...item, created_ms: item.created_ms - 14 * 86400000 }));
  const again = await place.serve(flags);
  await until(() => files(place).length === 0);
  await until(() => /outbox\.expired request=[0-9a-f]{24}/.test(again.log()));
  assert.match(await (await fetch(again.url + "/metrics")).text(), /^deflect_outbox_expired_total 1$/m);
});

test("a file that makes no sense harms nobody", async (context) => {
  const receiver = await httpReceiver(context);
  const place = site(context);
  const service = await place.serve(["--contact-forward", receiver.url]);
  for (const text of ["", "{", "[]", "null", '{"request":7}', "\0\0\0", '{"created_ms":"x","request":{"contact":5}}'])
    writeFileSync(join(place.data, "outbox", `${Buffer.from(text).toString("hex").padEnd(24, "0").slice(0, 24)}.json`), text);
  await send(place, service);
  await until(() => receiver.calls.some((call) => call.body.includes(request.subject)));
  assert.equal(place.run(["outbox", "list"]).code, 0);
  assert.equal((await fetch(service.url + "/healthz")).status, 200);
});

test("the demo sends nothing, and says so, even where forwarding is set up", async (context) => {
  const receiver = await httpReceiver(context);
  const place = site(context);
  const service = await place.serve(["--demo", "--contact-forward", receiver.url]);
  assert.match(await (await send(place, service)).text(), /demonstration, so nothing was sent/);
  assert.deepEqual(listed(place), []);
  assert.equal(receiver.calls.length, 0);
});

test("without forwarding there is no form; half a configuration is refused at the start", async (context) => {
  const place = site(context);
  const service = await place.serve();
  assert.equal((await fetch(service.url + "/contact")).status, 404);
  await service.stop();
  for (const [flags, message] of [
    [["--contact-forward", "mailto:team@example.com"], /mail_server is not set/],
    [["--contact-forward", "mailto:team@example.com", "--mail-server", "smtp://127.0.0.1"], /mail_from is not set/],
    [["--contact-forward", "mailto:team@example.com?bcc=x@y.z"], /contact_forward must be/],
    [["--contact-forward", "ftp://example.com"], /contact_forward must be/],
    [["--mail-server", "smtp://me:secret@example.com"], /mail_server must be/],
    [["--mail-from", "Help <help@example.com>"], /mail_from must be/],
  ]) {
    const { code, stderr } = place.run([...flags, "--listen", "127.0.0.1:0", "serve"]);
    assert.equal(code, 2, flags.join(" "));
    assert.match(stderr, message);
  }
});

test("a mail that is refused waits with the reason, and no password stands in log or list", async (context) => {
  const server = await smtpServer(context, { user: "deflect", password: "right" });
  const place = site(context);
  const service = await place.serve(["--contact-forward", "mailto:team@example.com", "--mail-server", server.url,
    "--mail-user", "deflect", "--mail-password", "wrong", "--mail-from", "help@example.com"]);
  await send(place, service);
  await until(() => listed(place)[0].attempts > 0);
  assert.match(listed(place)[0].problem, /answered 535/);
  assert.doesNotMatch(service.log() + JSON.stringify(listed(place)), /wrong/);
});

test("a certificate that nobody vouches for is refused, by https and smtps", async (context) => {
  const place = site(context);
  const key = join(place.path, "key.pem"), cert = join(place.path, "cert.pem");
  execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost",
    "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", cert], { stdio: "ignore" });
  let received = "";
  const server = createTlsServer({ key: readFileSync(key), cert: readFileSync(cert) }, (socket) => {
    socket.on("error", () => {});
    socket.on("data", (chunk) => (received += chunk));
  });
  server.on("tlsClientError", () => {});
  context.after(() => server.close());
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address();
  for (const flags of [["--contact-forward", `https://127.0.0.1:${port}/`],
    ["--contact-forward", "mailto:team@example.com", "--mail-server", `smtps://127.0.0.1:${port}`, "--mail-from", "help@example.com"]]) {
    const service = await place.serve(flags);
    await send(place, service);
    await until(() => listed(place)[0].attempts > 0);
    assert.match(listed(place)[0].problem, /certificate/i);
    assert.equal(place.run(["outbox", "drop", listed(place)[0].id]).code, 0);
    await service.stop();
  }
  assert.equal(received, "");
});
