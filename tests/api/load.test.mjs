// Many clients at once, slow ones and rude ones: the others are served, and nothing ends.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { connect } from "node:net";
import test from "node:test";
import { postJson, site, until } from "../lib/deflect.mjs";
import { parse, value } from "../lib/prometheus.mjs";

/** Opens a connection from the loopback address FROM; resolves with the socket, or null where it was refused. */
function open(url, from = "127.0.0.1") {
  const { hostname, port } = new URL(url);
  return new Promise((done) => {
    const socket = connect({ host: hostname, port: Number(port), localAddress: from });
    socket.on("connect", () => done(socket));
    socket.on("error", () => done(null));
  });
}

const close = (sockets) => sockets.forEach((socket) => socket?.destroy());

/** COUNT connections, from as many addresses as no address has too many. */
async function openCrowd(url, count) {
  const crowd = [];
  for (let i = 0; i < count; i += 290) {
    const from = `127.0.0.${2 + i / 290}`;
    crowd.push(...(await Promise.all(Array.from({ length: Math.min(290, count - i) }, () => open(url, from)))));
  }
  return crowd;
}

/** What /metrics says of the connections that the server refused, for REASON. */
async function refused(server, reason) {
  const families = parse(await (await fetch(`${server.url}/metrics`)).text());
  return value(families, "deflect_http_connections_refused_total", { reason });
}

test("200 slow clients do not keep the others waiting", async (t) => {
  const server = await site(t).serve();
  const slow = await Promise.all(Array.from({ length: 200 }, () => open(server.url)));
  t.after(() => close(slow));
  slow.forEach((socket, i) => {
    if (i % 3 === 0) socket.write("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"); // and then nothing
    else if (i % 3 === 1) socket.write("GET /v1/suggest?q=pass HTTP/1.1\r\nHost: x\r\nX-Slow: ");
    else socket.write("POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 60000\r\n\r\n{");
  });
  const trickle = setInterval(() => slow.forEach((socket, i) => i % 3 && socket.write(" ")), 50);
  t.after(() => clearInterval(trickle));
  for (let round = 0; round < 20; round++) {
    const answers = await Promise.all([
      ...Array.from({ length: 8 }, () => fetch(`${server.url}/v1/suggest?q=password`).then(({ status }) => status)),
      postJson(`${server.url}/v1/events`, { session: "s", events: [{ type: "contact" }] }).then(({ status }) => status),
    ]);
    assert.deepEqual(answers, [...Array(8).fill(200), 202]);
  }
  assert.ok(slow.every((socket) => !socket.destroyed), "the slow ones are still there");
});

test("one address has a bounded share of connections, and others are still served", async (t) => {
  const server = await site(t).serve(["--metrics-public"]);
  const rude = await Promise.all(Array.from({ length: 1500 }, () => open(server.url, "127.0.0.2")));
  t.after(() => close(rude));
  const { status } = await fetch(`${server.url}/healthz`);
  assert.equal(status, 200);
  await until(async () => (await refused(server, "address")) >= 1500 - 512);
});

test("a crowd that holds every place and says nothing makes room for who asks, is counted, and leaves nothing behind", async (t) => {
  const server = await site(t).serve(["--metrics-public"]);
  const descriptors = () => readdirSync(`/proc/${server.child.pid}/fd`).length;
  assert.equal((await fetch(`${server.url}/v1/suggest?q=password`, { headers: { connection: "close" } })).status, 200);
  const before = descriptors();
  const crowd = await openCrowd(server.url, 2600); // more than there are places
  t.after(() => close(crowd));
  for (let i = 0; i < 20; i++) {
    const answer = await fetch(`${server.url}/v1/suggest?q=password`, { headers: { connection: "close" } });
    assert.equal(answer.status, 200);
    await answer.text();
  }
  assert.ok((await refused(server, "crowd")) > 0);
  assert.ok(descriptors() < 2200, `${descriptors()}`);
  close(crowd);
  await until(() => descriptors() <= before + 2, 30000);
});

test("thousands of connections are refused or served, and all is well afterwards", async (t) => {
  const server = await site(t).serve();
  const crowd = await openCrowd(server.url, 2900); // more than the server holds
  crowd.forEach((socket) => socket?.write("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"));
  close(crowd);
  for (let i = 0; i < 20; i++) assert.equal((await fetch(`${server.url}/healthz`)).status, 200);
  const { code, signal } = await server.stop();
  assert.deepEqual([code, signal], [0, null]);
});

test("clients that leave before their answer do no harm", async (t) => {
  const server = await site(t).serve();
  const body = JSON.stringify({ session: "s", events: [{ type: "contact" }] });
  for (let i = 0; i < 200; i++) {
    const socket = await open(server.url);
    socket.write(
      i % 2
        ? `POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`
        : "GET /articles/account/reset-password HTTP/1.1\r\nHost: x\r\n\r\n",
      () => socket.destroy(),
    );
  }
  assert.equal((await fetch(`${server.url}/readyz`)).status, 200);
});
