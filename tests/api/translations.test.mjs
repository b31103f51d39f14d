// One answer in several languages: the customer gets the one in his own, by whichever of them it was found.
import assert from "node:assert/strict";
import test from "node:test";
import { getJson, postJson, site } from "../lib/deflect.mjs";

const english = "---\ntitle: Duplicate payments\n---\n\n## Refund\n\nWe return the second charge within three days.\n";
const german = "---\ntitle: Doppelte Zahlungen\n---\n\n## Erstattung\n\nDer zweite Betrag kommt binnen drei Tagen zurück.\n";

test("what only the English original says leads a German customer to the translation", async (t) => {
  const server = await site(t, {
    "billing/twice.md": english,
    "de/billing/twice.md": german,
    "fr/billing/twice.md": german.replace("---\n", "---\nstatus: draft\n"),
    "es/billing/twice.md": german.replace("---\n", "---\naudience: agents\n"),
  }).serve();
  const first = async (lang) => {
    const { body } = await getJson(`${server.url}/v1/suggest?q=second+charge+returned&lang=${lang}`);
    assert.equal(body.results.length, 1);
    return body.results[0];
  };
  const shown = await first("de-AT");
  assert.equal(shown.article, "de/billing/twice");
  assert.equal(shown.lang, "de");
  assert.equal(shown.title, "Doppelte Zahlungen");
  assert.equal(shown.url, "/articles/de/billing/twice#erstattung");
  assert.match(shown.snippet, /binnen drei Tagen/);
  assert.equal((await first("en")).article, "billing/twice");
  assert.equal((await first("it")).article, "billing/twice");
  assert.equal((await first("fr")).article, "billing/twice", "a draft is shown to nobody");
  assert.equal((await first("es")).article, "billing/twice", "an article for agents is not shown to customers");
  const ticket = { subject: "charged twice", body: "A second charge was made, will it be returned?", lang: "de" };
  assert.equal((await postJson(`${server.url}/v1/suggest`, ticket)).body.results[0].article, "de/billing/twice");
});
