// The wall clock is set back and forth while the server runs: nothing is lost, nothing is counted twice, answers go on.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { exported, getJson, postJson, root, site, until } from "../lib/deflect.mjs";

const hour = 3600, day = 24 * hour;

/** Builds the shim; an environment that loads it, and a function that moves the clock by SECONDS of what it really is. */
function movable(place) {
  const shim = join(place.path, "clock_shim.so"), file = join(place.path, "offset");
  const built = spawnSync("cc", ["-shared", "-fPIC", "-O1", "-o", shim, join(root, "tests/lib/clock_shim.c")], { encoding: "utf8" });
  assert.equal(built.status, 0, built.stderr);
  const move = (seconds) => {
    const bytes = Buffer.alloc(8), at = openSync(file, "a+");
    closeSync(at);
    bytes.writeBigInt64LE(BigInt(seconds));
    const writing = openSync(file, "r+");
    writeSync(writing, bytes, 0, 8, 0);
    closeSync(writing);
  };
  move(0);
  return { move, env: { LD_PRELOAD: shim, CLOCK_SHIM: file, ASAN_OPTIONS: "new_delete_type_mismatch=0:verify_asan_link_order=0" } };
}

test("the clock is set back and forth while serving: nothing is lost, and the figures add up", async (context) => {
  const place = site(context);
  const { move, env } = movable(place);
  const server = await place.serve(["--metrics-public"], { env });
  const steps = [0, -hour, 2 * hour, -3 * day, 40 * day, -300 * day, 0, 1, -1, 0];
  for (const [i, seconds] of steps.entries()) {
    move(seconds);
    const events = [{ id: "c", type: "contact" }, { id: "v", type: "view", article: "billing/invoices", source: "widget" }, { id: "s", type: "solved" }];
    for (let again = 0; again < 2; again++) {
      const { status, body } = await postJson(`${server.url}/v1/events`, { session: `s${i}`, events });
      assert.deepEqual([status, body.accepted, body.rejected ?? []], [202, 3, []], `${seconds} s`);
    }
    const { status, body } = await getJson(`${server.url}/v1/suggest?q=${encodeURIComponent(`forgot my password ${i}`)}&session=s${i}`);
    assert.deepEqual([status, body.results[0]?.article], [200, "account/reset-password"], `${seconds} s`);
    assert.equal((await getJson(`${server.url}/readyz`)).status, 200, `${seconds} s`);
    assert.equal((await fetch(`${server.url}/metrics`)).status, 200);
  }
  // A question is settled by the clock that is never set: all of them come, whatever the other one says.
  await until(() => exported(place).filter(({ type }) => type === "search").length === steps.length);
  assert.deepEqual((await server.stop()).code, 0);
  const stored = exported(place);
  const found = stored.filter(({ type }) => type !== "search").map(({ session, id }) => `${session} ${id}`).sort();
  assert.deepEqual(found, steps.flatMap((_, i) => ["c", "s", "v"].map((id) => `s${i} ${id}`)).sort());
  const from = new Date(Date.now() - 301 * day * 1000).toISOString().slice(0, 10);
  const to = new Date(Date.now() + 42 * day * 1000).toISOString().slice(0, 10);
  const told = place.run(["report", "--json", "--from", from, "--to", to]);
  assert.equal(told.code, 0, told.stderr);
  const { totals } = JSON.parse(told.stdout);
  assert.deepEqual([totals.solved, totals.ticket, totals.closed + totals.open], [totals.closed, 0, steps.length], told.stdout.slice(-800));
  const checks = JSON.parse(place.run(["doctor", "--recount", "--json", "--listen", "127.0.0.1:0"]).stdout);
  const recount = checks.find(({ check }) => check === "totals");
  assert.ok(recount.ok, recount.found);
  const again = await place.serve();
  assert.equal((await getJson(`${again.url}/readyz`)).status, 200);
});

test("events that say their time are refused while the clock is wrong, with the reason, and taken when it is right", async (context) => {
  const place = site(context);
  const { move, env } = movable(place);
  const server = await place.serve([], { env });
  const send = async (id) => (await postJson(`${server.url}/v1/events`, { session: "s", events: [{ id, type: "contact", at: new Date().toISOString() }] })).body;
  assert.equal((await send("right")).accepted, 1);
  move(-2 * day);
  const { accepted, rejected } = await send("ahead");
  assert.deepEqual([accepted, rejected.length], [0, 1]);
  assert.match(rejected[0].reason, /\bat\b/);
  move(0);
  assert.equal((await send("ahead")).accepted, 1);
  assert.deepEqual(exported(place).map(({ id }) => id), ["right", "ahead"]);
});
