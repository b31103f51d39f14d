/** The words of the pages: every language says the same things, with the same things filled in. */

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../lib/deflect.mjs';

const folder = join(root, 'web/strings');
const read = (name) => JSON.parse(readFileSync(join(folder, name), 'utf8'));
const isPlural = (value) => typeof value === 'object' && 'other' in value;

/** Each text with its path: {"home.more": {one, other}}. */
function texts(group, path = '') {
  return Object.entries(group).reduce((all, [name, value]) => {
    const here = path + name;
    const inner = typeof value === 'object' && !Array.isArray(value) && !isPlural(value);
    return inner ? { ...all, ...texts(value, here + '.') } : { ...all, [here]: value };
  }, {});
}

const placeholders = (text) => [...new Set(text.match(/\{[a-z_]+\}/g))].sort();
const english = texts(read('en.json'));

for (const name of readdirSync(folder).filter((one) => one !== 'en.json')) {
  const other = texts(read(name));
  const lang = name.replace('.json', '');

  test(`${lang} has every text, and no other`, () => {
    assert.deepEqual(Object.keys(other).sort(), Object.keys(english).sort());
  });

  test(`${lang} fills the same things in`, () => {
    for (const [path, text] of Object.entries(english)) {
      if (Array.isArray(text)) assert.equal(other[path].length, text.length, path);
      else if (isPlural(text)) {
        const needed = new Intl.PluralRules(lang).resolvedOptions().pluralCategories.filter((form) => form in text);
        assert.deepEqual(Object.keys(other[path]).sort(), needed.sort(), path);
        for (const form of needed) assert.deepEqual(placeholders(other[path][form]), placeholders(text.other), path);
      } else assert.deepEqual(placeholders(other[path]), placeholders(text), path);
    }
  });

  test(`${lang} leaves nothing empty`, () => {
    assert.deepEqual(Object.entries(other).filter(([, text]) => text === '').map(([path]) => path), []);
  });
}
