// A server that is sure of wrong answers becomes more careful by itself, and says so wherever it is asked.
import assert from "node:assert/strict";
import { test } from "node:test";
import { exported, site, until, write } from "../lib/deflect.mjs";

const at = (ms) => new Date(Date.now() - 86400e3 + ms).toISOString();

/** COUNT visitors who were shown a sure answer and voted VALUE on it. */
const votes = (count, value) =>
  Array.from({ length: count }, (_, i) => [
    { id: "q", at: at(0), session: `${value}${i}`, type: "search", query: "how do I sign in", results: ["account/reset-password"], confidence: "high" },
    { id: "v", at: at(1000), session: `${value}${i}`, type: "vote", article: "account/reset-password", value },
  ]).flat();

test("the threshold of high rises where fewer than 80 % were right", async (context) => {
  const place = site(context);
  write(place.path, {
    "votes.jsonl": [...votes(10, "up"), ...votes(20, "down")].map((event) => JSON.stringify(event) + "\n").join(""),
    "queries.jsonl": '{"id":"1","text":"I forgot my password"}\n',
    "qrels.tsv": "1\taccount/reset-password\t1\n",
  });
  assert.equal(place.run(["import", "events", "votes.jsonl"]).code, 0);
  assert.equal(exported(place).filter((event) => event.confidence === "high").length, 30, "an export keeps it");
  const doctor = () => JSON.parse(place.run(["doctor", "--json", "--listen", "127.0.0.1:0"]).stdout).find((row) => row.check === "confidence");
  const evaluation = () => JSON.parse(place.run(["eval", "--queries", "queries.jsonl", "--qrels", "qrels.tsv", "--json"]).stdout);
  assert.match(doctor().found, /from a chance of 0\.75; nobody/);
  assert.equal(evaluation().high_from, 0.75);

  const server = await place.serve();
  await until(() => /raised/.test(doctor().found));
  const found = doctor();
  assert.ok(found.ok);
  assert.match(found.found, /0\.80, raised because fewer than 80 % were right; 33 % of 30 judged/);
  assert.equal(evaluation().high_from, 0.8);
  assert.match(server.log(), /event=confidence\.threshold high_from=0\.80 judged="10 of 30 right"/);
  const { confidence } = JSON.parse(place.run(["report", "--json"]).stdout);
  assert.equal(confidence.raised, 1);
  assert.equal(confidence.shown, 30);
  assert.match(place.run(["report"]).stdout, /fewer than 80 % were right/);
  await server.stop();
});

test("what the server shows is noted with how sure it was", async (context) => {
  const place = site(context);
  const server = await place.serve();
  const answer = await (await fetch(`${server.url}/v1/suggest?q=I+forgot+my+password&session=s1&final=1`)).json();
  await server.stop();
  const [search] = exported(place);
  assert.equal(search.confidence, answer.results[0].confidence);
});
