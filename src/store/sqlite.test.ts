import { strict as assert } from 'node:assert';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { collection } from '../ports/store.ts';
import { openSqliteStore } from './sqlite.ts';
import { storeContract } from './store-contract.ts';

const base = mkdtempSync(join(tmpdir(), 'gatewright-sqlite-'));
let directories = 0;
const newDirectory = (): string => join(base, String(directories++));
after(() => rmSync(base, { recursive: true, force: true }));

storeContract('sqlite store', () => openSqliteStore({ directory: newDirectory() }));

const notes = collection<{ readonly text: string }>('note');

test('sqlite store: records survive closing and opening again', async () => {
  const directory = newDirectory();
  const first = openSqliteStore({ directory });
  await first.write(async (tx) => tx.put(notes, ['a'], { text: 'kept' }));
  await first.close();
  const second = openSqliteStore({ directory, durability: 'power' });
  assert.deepEqual(await second.read((tx) => tx.get(notes, ['a'])), { text: 'kept' });
  await second.close();
});

test('sqlite store: a second opening of the same directory is refused in one sentence', async () => {
  const directory = newDirectory();
  const first = openSqliteStore({ directory });
  assert.throws(() => openSqliteStore({ directory }), {
    message: `Cannot use data directory ${directory}: another Gatewright process has it open`,
  });
  await first.close();
  await openSqliteStore({ directory }).close();
});

test('sqlite store: a file that is no database is refused in one sentence, not overwritten', async () => {
  const broken = newDirectory();
  await openSqliteStore({ directory: broken }).close();
  writeFileSync(join(broken, 'gatewright.db'), 'this is not a database, and long enough to be read as a header of one');
  assert.throws(
    () => openSqliteStore({ directory: broken }),
    /^Error: Cannot use data directory .*: file is not a database/,
  );
});
