import { strict as assert } from 'node:assert';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { packEvents } from '../packed-events.ts';
import { dayMs, type EventQuery, LogDatabase } from './log-database.ts';

const group = { account: '000000000000', region: 'us-east-1', name: '/app' };
const query: EventQuery = { group, isDescending: false, pattern: '', limit: 100, nowMs: 10 * dayMs };
const messages = (database: LogDatabase, more: Partial<EventQuery> = {}): string[] =>
  database.events({ ...query, ...more }).events.map(({ message }) => message);

test('events of all streams come in the order of time, page by page in both directions', () => {
  const database = new LogDatabase(':memory:');
  database.append(
    [
      { group, stream: 'a', events: packEvents([1, 3, 5, 7].map((n) => [n, `a${n}`] as const)) },
      { group, stream: 'b', events: packEvents([2, 4, 4, 6].map((n, i) => [n, `b${n}${i}`] as const)) },
    ],
    8,
  );
  const all = ['a1', 'b20', 'a3', 'b41', 'b42', 'a5', 'b63', 'a7'];
  assert.deepEqual(messages(database), all);
  assert.deepEqual(messages(database, { isDescending: true }), [...all].reverse());
  for (const isDescending of [false, true]) {
    const seen: string[] = [];
    let after: EventQuery['after'];
    do {
      const page = database.events({ ...query, limit: 3, isDescending, ...(after && { after }) });
      seen.push(...page.events.map(({ message }) => message));
      after = page.next;
    } while (after !== undefined);
    assert.deepEqual(seen, isDescending ? [...all].reverse() : all);
  }
  assert.deepEqual(messages(database, { streams: ['b'] }), ['b20', 'b41', 'b42', 'b63']);
  assert.deepEqual(messages(database, { streams: ['a', 'b'], fromMs: 3, toMs: 5 }), ['a3', 'b41', 'b42']);
  assert.deepEqual(messages(database, { streamPrefix: 'a' }), ['a1', 'a3', 'a5', 'a7']);
  assert.deepEqual(messages(database, { streamPrefix: 'c' }), []);
  assert.deepEqual(messages(database, { pattern: '?5 ?63' }), ['a5', 'b63']);
  assert.throws(() => database.events({ ...query, streams: ['c'] }), { kind: 'ResourceNotFoundException' });
  database.close();
});

test('a filter that finds little looks at so many events and says where to go on', () => {
  const database = new LogDatabase(':memory:');
  const events = Array.from({ length: 50_000 }, (_, i) => [i, i === 45_000 ? 'needle' : 'hay'] as const);
  database.append([{ group, stream: 's', events: packEvents(events) }], 0);
  let pages = 0;
  let found = 0;
  let after: EventQuery['after'];
  do {
    const page = database.events({ ...query, pattern: 'needle', ...(after && { after }) });
    pages++;
    found += page.events.length;
    after = page.next;
  } while (after !== undefined);
  assert.deepEqual([pages, found], [3, 1]);
  database.close();
});

test('a write that SQLite takes back by itself, as it does when the disk is full, fails with its own reason', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatewright-logs-'));
  const file = join(folder, 'logs.sqlite');
  const database = new LogDatabase(file);
  const other = new DatabaseSync(file);
  other.exec(
    `CREATE TRIGGER full AFTER INSERT ON chunks BEGIN SELECT RAISE(ROLLBACK, 'database or disk is full'); END`,
  );
  const batch = { group, stream: 's', events: packEvents([[1, 'x']]) };
  assert.throws(() => database.append([batch], 1), /database or disk is full/);
  other.exec('DROP TRIGGER full');
  other.close();
  database.append([batch], 2);
  assert.deepEqual(messages(database), ['x']);
  database.close();
  rmSync(folder, { recursive: true });
});

test('what a group no longer keeps is not shown, and then is gone', () => {
  const database = new LogDatabase(':memory:');
  database.append(
    [
      {
        group,
        stream: 's',
        events: packEvents([
          [dayMs, 'old'],
          [9 * dayMs, 'new'],
        ]),
      },
    ],
    9 * dayMs,
  );
  assert.equal(database.group(group).storedBytes, 2 * (3 + 26));
  database.setRetention(group, 3);
  assert.deepEqual(messages(database), ['new']);
  database.sweep(10 * dayMs);
  assert.equal(database.group(group).storedBytes, 3 + 26);
  database.setRetention(group, null);
  assert.deepEqual(messages(database), ['new']);
  database.close();
});

test('names with quotes, percent signs and wildcards are names', () => {
  const database = new LogDatabase(':memory:');
  for (const stream of ["it's", '100%', '1_0', '10'])
    database.append([{ group, stream, events: packEvents([[1, stream]]) }], 1);
  const named = (prefix: string): string[] =>
    database
      .streams(group, { prefix, byLastEvent: false, isDescending: false, offset: 0, limit: 10 })
      .map(({ name }) => name);
  assert.deepEqual(named('1_'), ['1_0']);
  assert.deepEqual(named('100%'), ['100%']);
  assert.deepEqual(named("it'"), ["it's"]);
  database.close();
});

test('a database with a bound forgets its oldest events, and counts what is left', () => {
  const database = new LogDatabase(':memory:', 100_000);
  for (let i = 0; i < 100; i++) {
    const events = Array.from({ length: 100 }, (_, n) => [i * 100 + n, String(i * 100 + n).padStart(6)] as const);
    database.append([{ group, stream: 's', events: packEvents(events) }], i);
  }
  const { storedBytes } = database.group(group);
  assert.ok(storedBytes <= 100_000 && storedBytes > 80_000, String(storedBytes));
  const kept = messages(database, { limit: 10_000 });
  assert.equal(kept.length * 32, storedBytes);
  assert.equal(kept.at(-1), '  9999');
  database.close();
});
