/** The fragment that carries a visit from page to page. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { randomId, splitFragment } from '../src/session.js';

test('a session is found in the fragment, and the rest is kept', () => {
  assert.deepEqual(splitFragment('#deflect=ab.c:d-1_'), { id: 'ab.c:d-1_', rest: '' });
  assert.deepEqual(splitFragment('#form&deflect=abc'), { id: 'abc', rest: 'form' });
  assert.deepEqual(splitFragment('#deflect=abc&tab=2'), { id: 'abc', rest: 'tab=2' });
});

test('what is no session is left alone', () => {
  const tooLong = '#deflect=' + 'a'.repeat(129);
  for (const hash of ['', '#', '#form', '#deflect=', '#deflect=a/b', '#xdeflect=a', tooLong])
    assert.deepEqual(splitFragment(hash), { id: undefined, rest: hash.slice(1) });
});

test('ids are long, of safe characters, and differ', () => {
  const ids = new Set(Array.from({ length: 1000 }, randomId));
  assert.equal(ids.size, 1000);
  for (const id of ids) assert.match(id, /^[0-9a-f]{32}$/);
});
