/** Every language says everything, with the same blanks to fill in and with the plural forms it needs. */

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';

const folder = new URL('../strings/', import.meta.url);
const languages = new Map();
for (const file of await readdir(folder))
  languages.set(file.replace('.json', ''), JSON.parse(await readFile(new URL(file, folder), 'utf8')));
const english = languages.get('en');

const blanks = (text) => (text.match(/{\w+}/g) || []).sort().join();

test('there are eight languages', () => {
  assert.deepEqual([...languages.keys()].sort(), ['de', 'en', 'es', 'fr', 'it', 'ja', 'nl', 'pt']);
});

for (const [lang, texts] of languages) {
  test(`${lang} has each text of the English file, in the same order, and no other`, () => {
    assert.deepEqual(Object.keys(texts), Object.keys(english));
  });

  test(`${lang} fills in the same blanks`, () => {
    for (const key of Object.keys(english)) {
      const [one, other] = [english[key], texts[key]].map((text) => blanks(text.other ?? text));
      assert.equal(other, one, key);
    }
  });

  test(`${lang} has the plural forms that 1 to 20 results need`, () => {
    const rules = new Intl.PluralRules(lang);
    for (let n = 1; n <= 20; n++) assert.ok(texts.found[rules.select(n)], `no form for ${n}`);
    assert.ok(texts.found.other);
  });

  test(`${lang} leaves no text empty or untrimmed`, () => {
    for (const text of Object.values(texts).flatMap((text) => (text.other ? Object.values(text) : [text])))
      assert.ok(text && text == text.trim(), JSON.stringify(text));
  });
}
