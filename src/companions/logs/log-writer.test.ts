import { strict as assert } from 'node:assert';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { ManualClock } from '../../base/clock.ts';
import { type Log, silentLog } from '../../ports/telemetry.ts';
import { packEvents } from '../packed-events.ts';
import type { StreamBatch } from './log-database.ts';
import { keepInFile, type LogKeeper } from './log-keeper.ts';
import { createLogWriter } from './log-writer.ts';
import { createLogs } from './logs.ts';
import { groupArn } from './names.ts';

const group = { account: '000000000000', region: 'us-east-1', name: '/app' };

/** A database that takes a batch and finishes when told: a disk as slow as it gets. */
function slowKeeper() {
  const taken: StreamBatch[][] = [];
  const finish: ((error?: Error) => void)[] = [];
  const ask = ((_name: string, batches: StreamBatch[]) => {
    taken.push(batches);
    return new Promise<void>((resolve, reject) => finish.push((error) => (error ? reject(error) : resolve())));
  }) as LogKeeper['ask'];
  return { ask, taken, finish };
}

function collectingLog(): { log: Log; warnings: [string, unknown][] } {
  const warnings: [string, unknown][] = [];
  return { log: { ...silentLog, warn: (message, fields) => warnings.push([message, fields]) }, warnings };
}

test('lines of one stream are handed over as one batch', () => {
  const keeper = slowKeeper();
  const writer = createLogWriter({ keeper, clock: new ManualClock(), log: silentLog });
  const one = writer.streamWriter(group, 's');
  const same = writer.streamWriter({ ...group }, 's');
  const other = writer.streamWriter(group, 't');
  one.write(1, 'a');
  same.write(2, 'b');
  other.write(3, 'c');
  assert.equal(keeper.taken.length, 0);
  writer.flush();
  writer.flush();
  assert.deepEqual(keeper.taken, [
    [
      {
        group,
        stream: 's',
        events: packEvents([
          [1, 'a'],
          [2, 'b'],
        ]),
      },
      { group, stream: 't', events: packEvents([[3, 'c']]) },
    ],
  ]);
});

test('a database that does not keep up loses lines, which are counted and told of, and nobody waits', async () => {
  const keeper = slowKeeper();
  const clock = new ManualClock();
  const { log, warnings } = collectingLog();
  const writer = createLogWriter({ keeper, clock, log, maxWaitingBytes: 10 * (12 + 4) });
  const stream = writer.streamWriter(group, 's');
  for (let i = 0; i < 6; i++) stream.write(i, 'line');
  writer.flush();
  for (let i = 0; i < 6; i++) stream.write(i, 'line');
  assert.equal(writer.dropped(), 2);
  assert.deepEqual(warnings, [
    ['Log lines dropped: the log database does not keep up', { lines: 1, linesSinceStart: 1 }],
  ]);
  clock.advance(10_000);
  stream.write(9, 'line');
  assert.deepEqual(warnings[1]![1], { lines: 2, linesSinceStart: 3 });
  // Room again as soon as the batch is kept.
  keeper.finish[0]!();
  await new Promise(setImmediate);
  stream.write(10, 'line');
  assert.equal(writer.dropped(), 3);
});

test('a batch that cannot be kept counts as dropped, and the reason is told', async () => {
  const keeper = slowKeeper();
  const { log, warnings } = collectingLog();
  const writer = createLogWriter({ keeper, clock: new ManualClock(), log });
  writer.streamWriter(group, 's').write(1, 'a');
  writer.streamWriter(group, 's').write(1, 'b');
  const closed = writer.close();
  keeper.finish[0]!(new Error('disk full'));
  await closed;
  assert.equal(writer.dropped(), 2);
  assert.equal(warnings[0]![0], 'Log lines dropped: disk full');
});

test('logs outlive the process in a file of their own, and the thread that holds it ends with its owner', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gatewright-logs-'));
  try {
    for (const run of ['first', 'second']) {
      const logs = createLogs({ clock: new ManualClock(), log: silentLog, dataDirectory: folder });
      logs.writer.streamWriter(group, run).write(1, run);
      assert.equal(await logs.delivery.isThere(groupArn(group)), true);
      assert.equal(await logs.delivery.isThere(groupArn({ ...group, name: 'other' })), false);
      await logs.close();
    }
    const keeper = keepInFile(join(folder, 'logs.sqlite'));
    const query = { group, isDescending: false, pattern: '', limit: 10, nowMs: 1 };
    const { events } = await keeper.ask('events', query);
    assert.deepEqual(
      events.map(({ stream, message }) => [stream, message]),
      [
        ['first', 'first'],
        ['second', 'second'],
      ],
    );
    await assert.rejects(keeper.ask('events', { ...query, pattern: '{' }), { kind: 'InvalidParameterException' });
    await keeper.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a file that is no database is said, and lines for it are counted as dropped', async () => {
  const { log, warnings } = collectingLog();
  const logs = createLogs({ clock: new ManualClock(), log, dataDirectory: '/proc' });
  logs.writer.streamWriter(group, 's').write(1, 'a');
  await logs.close().catch(() => {});
  assert.equal(logs.writer.dropped(), 1);
  assert.match(warnings[0]![0], /^Log lines dropped: Cannot use \/proc\/logs\.sqlite: /);
});
