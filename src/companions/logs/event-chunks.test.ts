import { strict as assert } from 'node:assert';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { EventPacker, PackedEvents, packEvents } from '../packed-events.ts';
import { type EventQuery, LogDatabase } from './log-database.ts';

const group = { account: '000000000000', region: 'us-east-1', name: '/app' };
const query: EventQuery = { group, isDescending: false, pattern: '', limit: 10_000, nowMs: 0 };

/** The same numbers each time. */
function numbersFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

test('whatever comes in whatever order, pages in both directions are what sorting all events gives', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const draw = numbersFrom(seed);
    const database = new LogDatabase(':memory:');
    const all: { atMs: number; message: string; stream: string }[] = [];
    // Times that collide, and some far apart.
    const spread = [3, 50, 200_000][seed % 3]!;
    for (let batch = 0; batch < 25; batch++) {
      const stream = `s${draw(4)}`;
      const events = Array.from({ length: draw(12) }, (_, n) => ({
        ...{ atMs: draw(spread), message: `${batch}.${n} äöü 😀`.slice(0, 4 + draw(12)), stream },
      }));
      database.append([{ group, stream, events: packEvents(events.map((e) => [e.atMs, e.message] as const)) }], 0);
      all.push(...events.toSorted((a, b) => a.atMs - b.atMs));
    }
    const inOrder = all.map((event, i) => ({ ...event, i })).sort((a, b) => a.atMs - b.atMs || a.i - b.i);
    for (const isDescending of [false, true]) {
      for (const more of [{}, { streams: ['s1'] }, { streams: ['s1', 's3'] }, { fromMs: 2, toMs: spread / 2 }]) {
        const { streams, fromMs = 0, toMs = Number.MAX_SAFE_INTEGER } = more as Partial<EventQuery>;
        const expected = inOrder
          .filter((e) => (streams?.includes(e.stream) ?? true) && e.atMs >= fromMs && e.atMs < toMs)
          .map((e) => `${e.atMs} ${e.stream} ${Buffer.from(e.message).toString()}`);
        const seen: string[] = [];
        for (let after: EventQuery['after'] | null = null; after !== undefined; ) {
          const page = database.events({
            ...query,
            ...more,
            isDescending,
            limit: 1 + draw(9),
            ...(after && { after }),
          });
          seen.push(...page.events.map((e) => `${e.atMs} ${e.stream} ${e.message}`));
          after = page.next;
        }
        assert.deepEqual(seen, isDescending ? expected.reverse() : expected, `seed ${seed}`);
      }
    }
    database.close();
  }
});

test('many more events than a row takes are all there, in memory and compressed in a file', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatewright-logs-'));
  try {
    for (const file of [':memory:', join(folder, 'logs.sqlite')]) {
      const database = new LogDatabase(file);
      const events = Array.from({ length: 9_000 }, (_, i) => [i * 20, `m${i}`] as const);
      database.append([{ group, stream: 's', events: packEvents(events) }], 0);
      const { events: found } = database.events(query);
      assert.deepEqual([found.length, found[0]!.message, found.at(-1)!.message], [9_000, 'm0', 'm8999']);
      assert.equal(new Set(found.map(({ id }) => id)).size, 9_000);
      database.close();
    }
    assert.ok(statSync(join(folder, 'logs.sqlite')).size < 9_000 * 12);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('logs of earlier versions, a row for each event, are packed when their file is opened', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatewright-logs-'));
  try {
    const file = join(folder, 'logs.sqlite');
    const old = new DatabaseSync(file);
    old.exec(`
      CREATE TABLE groups (
        id INTEGER PRIMARY KEY, account TEXT NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL, created_ms INTEGER NOT NULL,
        retention_days INTEGER, class TEXT NOT NULL, stored_bytes INTEGER NOT NULL DEFAULT 0, tags TEXT NOT NULL DEFAULT '{}',
        UNIQUE (account, region, name));
      CREATE TABLE streams (
        id INTEGER PRIMARY KEY, group_id INTEGER NOT NULL, name TEXT NOT NULL, created_ms INTEGER NOT NULL,
        first_event_ms INTEGER, last_event_ms INTEGER, last_ingestion_ms INTEGER, UNIQUE (group_id, name));
      CREATE TABLE events (
        id INTEGER PRIMARY KEY AUTOINCREMENT, group_id INTEGER NOT NULL, stream_id INTEGER NOT NULL, at_ms INTEGER NOT NULL,
        ingested_ms INTEGER NOT NULL, message TEXT NOT NULL);
      INSERT INTO groups (account, region, name, created_ms, class, stored_bytes) VALUES ('000000000000', 'us-east-1', '/app', 1, 'STANDARD', 81);
      INSERT INTO streams (group_id, name, created_ms) VALUES (1, 'a', 1), (1, 'b', 1);
      INSERT INTO events (group_id, stream_id, at_ms, ingested_ms, message) VALUES (1, 1, 30, 40, 'a3'), (1, 2, 20, 40, 'b2'), (1, 1, 10, 40, 'ä');
      PRAGMA user_version = 1;`);
    old.close();
    for (let opened = 0; opened < 2; opened++) {
      const database = new LogDatabase(file);
      const { events } = database.events(query);
      assert.deepEqual(
        events.map(({ stream, atMs, ingestedMs, message }) => [stream, atMs, ingestedMs, message]),
        [
          ['a', 10, 40, 'ä'],
          ['b', 20, 40, 'b2'],
          ['a', 30, 40, 'a3'],
        ],
      );
      assert.equal(database.group(group).storedBytes, 81);
      database.close();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('packed events come out as they went in, whatever their length and characters', () => {
  const messages = ['', 'a', 'ß'.repeat(1_000), '😀\u0000\n', 'x'.repeat(100_000), '\ud800'];
  const packer = new EventPacker();
  messages.forEach((message, i) => {
    packer.add(i + 0.5, message);
  });
  const packed = packer.packed();
  assert.equal(packed.length, packer.bytes);
  const events = new PackedEvents(packed);
  assert.deepEqual(
    Array.from({ length: events.count }, (_, i) => [events.atMs(i), events.message(i)]),
    messages.map((message, i) => [i + 0.5, Buffer.from(message).toString()]),
  );
  assert.equal(events.messageBytes(0, events.count), Buffer.byteLength(messages.join('')));
});
