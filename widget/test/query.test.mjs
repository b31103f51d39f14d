/** What is asked of a text, and how. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askable, cut, suggestRequest } from '../src/query.js';

const options = { limit: 3, lang: 'en', session: 's1', place: 'form' };

test('nothing under three characters is asked', () => {
  assert.equal(askable('pa', 500), '');
  assert.equal(askable('  pa  ', 500), '');
  assert.equal(askable('pas', 500), 'pas');
  assert.equal(askable(undefined, 500), '');
});

test('two characters are enough in Chinese, Japanese and Korean', () => {
  for (const text of ['密码', '設定', 'ログ', '암호']) assert.equal(askable(text, 500), text);
  assert.equal(askable('密', 500), '');
});

test('an emoji counts as one character and is never cut in two', () => {
  assert.equal(askable('👍👍', 500), '');
  assert.equal(cut('ab👍', 3), 'ab');
  assert.equal(cut('ab👍', 4), 'ab👍');
});

test('one short text is asked by GET', () => {
  const { path, init } = suggestRequest({ subject: 'password & more' }, options);
  const query = new URLSearchParams(path.split('?')[1]);
  assert.equal(init.method, undefined);
  assert.deepEqual(Object.fromEntries(query), {
    q: 'password & more',
    final: '0',
    limit: '3',
    lang: 'en',
    place: 'form',
    session: 's1',
  });
});

test('subject and message together are asked by POST', () => {
  const { path, init } = suggestRequest({ subject: 'password', body: 'I lost it' }, options);
  assert.equal(path, 'v1/suggest');
  assert.equal(init.method, 'POST');
  assert.deepEqual(JSON.parse(init.body), { subject: 'password', body: 'I lost it', final: false, ...options });
});

test('a long message goes by POST, cut to 8,000 characters, a subject to 500', () => {
  const { init } = suggestRequest({ subject: 's'.repeat(600), body: 'b'.repeat(9000) }, options);
  const { subject, body } = JSON.parse(init.body);
  assert.deepEqual([subject.length, body.length], [500, 8000]);
  assert.equal(suggestRequest({ body: 'b'.repeat(301) }, options).init.method, 'POST');
});

test('a field with too little in it stays out of the question', () => {
  assert.match(suggestRequest({ subject: 'ab', body: 'password' }, options).path, /q=password/);
  assert.equal(suggestRequest({ subject: 'ab', body: 'cd' }, options), undefined);
});

test('without a session none is sent', () => {
  assert.doesNotMatch(suggestRequest({ subject: 'password' }, { ...options, session: '' }).path, /session/);
});
