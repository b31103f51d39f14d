/** Events on their way: sent together, tried again with the same ids, given up in the end. */

import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { createEvents } from '../src/events.js';

let answers;
let sent;
let beacons;
let onPage;

beforeEach(() => {
  mock.timers.enable({ apis: ['setTimeout'] });
  answers = [];
  sent = [];
  beacons = [];
  onPage = new EventTarget();
  globalThis.addEventListener = (...listener) => onPage.addEventListener(...listener);
  globalThis.document = new EventTarget();
  Object.defineProperty(globalThis, 'navigator', {
    configurable: true,
    value: { sendBeacon: (url, text) => beacons.push(JSON.parse(text)) },
  });
  mock.method(globalThis, 'fetch', async (url, { body }) => {
    sent.push(JSON.parse(body));
    const status = answers.shift() ?? 202;
    if (!status) throw new TypeError('no network');
    return { status };
  });
});

afterEach(() => {
  mock.timers.reset();
  mock.restoreAll();
});

const start = (config = {}) =>
  createEvents({ base: 'https://help.example.com/', silent: false, ...config }, { id: 's1' }, new AbortController().signal);

/** Lets time pass, and what waits for it come to its end. */
async function pass(ms) {
  mock.timers.tick(ms);
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

test('events of one moment go in one envelope, each with an id', async () => {
  const events = start();
  events.add({ type: 'vote' });
  events.add({ type: 'solved' });
  await pass(1);
  assert.equal(sent.length, 1);
  assert.deepEqual(sent[0].events.map(({ type }) => type), ['vote', 'solved']);
  assert.match(sent[0].events[0].id, /^[0-9a-f]{32}$/);
  assert.equal(sent[0].session, 's1');
});

test('what was not taken is sent again with the same id', async () => {
  answers = [503, 0, 429, 202];
  const events = start();
  events.add({ type: 'vote' });
  for (const ms of [1, 1000, 4000, 9000]) await pass(ms);
  assert.equal(sent.length, 4);
  assert.equal(new Set(sent.map((envelope) => envelope.events[0].id)).size, 1);
  await pass(60000);
  assert.equal(sent.length, 4);
});

test('after a few tries it is given up, and the next event is sent', async () => {
  answers = [0, 0, 0, 0, 0];
  const events = start();
  events.add({ type: 'vote' });
  for (let turn = 0; turn < 20; turn++) await pass(20000);
  assert.equal(sent.length, 5);
  events.add({ type: 'solved' });
  await pass(1);
  assert.deepEqual(sent[5].events.map(({ type }) => type), ['solved']);
});

test('a refused envelope is not repeated', async () => {
  answers = [422];
  start().add({ type: 'vote' });
  await pass(1);
  await pass(60000);
  assert.equal(sent.length, 1);
});

test('a contact is told with the first event, never before one', async () => {
  const events = start();
  events.identify(' ann@example.com ');
  await pass(60000);
  assert.equal(sent.length, 0);
  events.add({ type: 'contact' });
  await pass(1);
  assert.equal(sent[0].contact, 'ann@example.com');
});

test('a contact named later is told at once', async () => {
  const events = start();
  events.add({ type: 'contact' });
  await pass(1);
  events.identify('ann@example.com');
  await pass(1);
  assert.deepEqual(sent[1], { session: 's1', contact: 'ann@example.com', events: [] });
  await pass(60000);
  assert.equal(sent.length, 2);
});

test('when the page goes, the browser takes what is left', async () => {
  answers = [0];
  const events = start();
  events.add({ type: 'vote' });
  await pass(1);
  onPage.dispatchEvent(new Event('pagehide'));
  assert.equal(beacons.length, 1);
  assert.equal(beacons[0].events[0].id, sent[0].events[0].id);
  await pass(60000);
  assert.equal(sent.length, 1);
});

test('who asked not to be counted is not', async () => {
  const events = start({ silent: true });
  assert.equal(events.add({ type: 'vote' }).type, 'vote');
  events.identify('ann@example.com');
  await pass(60000);
  onPage.dispatchEvent(new Event('pagehide'));
  assert.equal(sent.length + beacons.length, 0);
});
