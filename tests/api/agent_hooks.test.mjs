// Every help desk's own bodies, from a request to its solution: stored, counted once, taught from; or refused.
import assert from "node:assert/strict";
import { test } from "node:test";
import { exported, site } from "../lib/deflect.mjs";
import { ago, agent, hook, token, visit } from "../lib/agents.mjs";
import { recorded } from "./lib/desk_bodies.mjs";

const DESKS = Object.keys(recorded("", ago));
const EVENT_HEADERS = { helpscout: "x-helpscout-event", freescout: "x-freescout-event", github: "x-github-event" };

async function open(context, name) {
  const place = site(context);
  const secret = token(place);
  const server = await place.serve([`--hooks.${name}`, "s3cret"]);
  return { place, server, kim: agent(server, secret) };
}

/** Sends the body of WHAT as DESK does, with the header that names its event. */
function send(server, desk, bodies, what, options = {}) {
  const event = bodies.events?.[what === "created" ? 0 : 1];
  return hook(server, desk, bodies[what], { ...options, headers: event ? { [EVENT_HEADERS[desk]]: event } : {} });
}

for (const desk of DESKS) {
  test(`${desk}: from request to solution`, async (context) => {
    const { place, server, kim } = await open(context, desk);
    const bodies = recorded(`${server.url}/articles/billing/invoices?via=abc`, ago)[desk];
    await visit(server, "s1", [{ type: "search", query: "export", at: ago(40), place: "form", results: [] }, { type: "contact", at: ago(31) }], "ann@example.com");
    assert.equal((await send(server, desk, bodies, "created")).body.outcome, "stored");
    const before = (await kim.get(`/v1/agent/tickets/${encodeURIComponent(bodies.id)}`)).body;
    assert.deepEqual([before.status, before.subject, before.body], ["open", bodies.subject ?? "Export fails", "The CSV is empty."]);
    const answer = await send(server, desk, bodies, "solved");
    assert.equal(answer.body.outcome, "stored", JSON.stringify(answer.body));
    assert.equal(answer.body.links, 1);
    const after = (await kim.get(`/v1/agent/tickets/${encodeURIComponent(bodies.id)}`)).body;
    assert.deepEqual([after.status, after.body], ["solved", "The CSV is empty."]);
    assert.deepEqual(after.links.map(({ article }) => article), ["billing/invoices"]);
    assert.match(after.replies.at(-1).text, /Please see/);
    const counted = exported(place).filter(({ type }) => type === "ticket");
    assert.equal(counted.length, bodies.contact ? 1 : 0, "a request of a known visitor counts, once");
    assert.doesNotMatch(JSON.stringify([before, after, exported(place)]), /ann@example/);
  });

  test(`${desk}: the same bodies wrongly signed change nothing`, async (context) => {
    const { server, kim } = await open(context, desk);
    const bodies = recorded(`${server.url}/articles/billing/invoices`, ago)[desk];
    for (const what of ["created", "solved"]) assert.equal((await send(server, desk, bodies, what, { secret: "guessed" })).status, 401);
    assert.equal((await kim.get(`/v1/agent/tickets/${encodeURIComponent(bodies.id)}`)).status, 404);
  });

  test(`${desk}: the solution before the request is the same in the end`, async (context) => {
    const { server, kim } = await open(context, desk);
    const bodies = recorded(`${server.url}/articles/billing/invoices`, ago)[desk];
    await send(server, desk, bodies, "solved");
    await send(server, desk, bodies, "created");
    const { body } = await kim.get(`/v1/agent/tickets/${encodeURIComponent(bodies.id)}`);
    assert.equal(body.status, "solved");
    assert.equal(body.links.length, 1);
  });
}
