import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { isConnectionId, newConnectionId, newMessageId, nodeOfConnection } from './connection-ids.ts';

const now = Date.UTC(2026, 10, 26);

test('[WS-27] a connection id is 20 characters of URL-safe base64 ending in ==', () => {
  const id = newConnectionId(now);
  assert.match(id, /^[A-Za-z0-9_-]{18}==$/);
  assert.equal(Buffer.from(id, 'base64url').length, 13);
  assert.equal(isConnectionId(id), true);
});

test('messages share the last ten characters with their connection and sort by time', () => {
  const id = newConnectionId(now);
  const first = newMessageId(id, now + 1);
  const second = newMessageId(id, now + 2);
  assert.equal(first.slice(-10), id.slice(-10));
  assert.equal(second.slice(-10), id.slice(-10));
  const time = (text: string) => Buffer.from(text, 'base64url').readBigUInt64BE();
  assert.ok(time(id) < time(first) && time(first) < time(second));
});

test('an id says which node holds the connection, and is an id like any other', () => {
  for (const node of [0, 258, 65_535]) {
    const id = newConnectionId(now, node);
    assert.equal(nodeOfConnection(id), node);
    assert.equal(isConnectionId(id), true);
  }
  assert.equal(new Set(Array.from({ length: 10_000 }, () => newConnectionId(now, 7))).size, 10_000);
});

test('ids of one millisecond differ', () => {
  const ids = new Set(Array.from({ length: 10_000 }, () => newConnectionId(now)));
  assert.equal(ids.size, 10_000);
  const id = newConnectionId(now);
  assert.equal(new Set(Array.from({ length: 10_000 }, () => newMessageId(id, now))).size, 10_000);
});

test('an id that was never given out is told from one that was', () => {
  const id = newConnectionId(now);
  const other = id[0] === 'A' ? 'B' : 'A';
  for (const wrong of [
    `${other}${id.slice(1)}`,
    'AAAAAAAAAAAAAAA=',
    '',
    'x',
    `${id}=`,
    id.slice(1),
    newMessageId(id, now + 5),
  ]) {
    assert.equal(isConnectionId(wrong), false, wrong);
  }
});
