/** The embedded store: one SQLite file in the data directory, write-ahead log, held by one process at a time. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Store } from '../ports/store.ts';
import { type Backend, createStore } from './transactions.ts';

/** Schema changes, oldest first; the database remembers in `user_version` how many it has had. Never edit one that was released. */
const migrations: readonly string[] = [
  `CREATE TABLE records (collection TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (collection, key)) WITHOUT ROWID;
   CREATE TABLE blobs (key TEXT PRIMARY KEY, bytes BLOB NOT NULL);`,
];

export interface SqliteOptions {
  /** Made when it does not exist. */
  readonly directory: string;
  /**
   * What an acknowledged write survives: `process` the end of this process by any means (15 µs a commit), `power` also a power cut (an fsync a commit).
   */
  readonly durability?: 'process' | 'power';
}

/** Throws an Error with one clear sentence when the directory cannot be used or another process holds it. */
export function openSqliteStore(options: SqliteOptions): Store {
  const database = openDatabase(options);
  const backend = sqliteBackend(database);
  return createStore(backend);
}

function openDatabase({ directory, durability = 'process' }: SqliteOptions): DatabaseSync {
  const file = join(directory, 'gatewright.db');
  let database: DatabaseSync | undefined;
  try {
    mkdirSync(directory, { recursive: true });
    database = new DatabaseSync(file, { timeout: 0 });
    // The file lock belongs to the process: it is gone the moment the process is, however it ended, so no stale lock file can keep us out.
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL;');
    database.exec(`PRAGMA synchronous = ${durability === 'power' ? 'FULL' : 'NORMAL'};`);
    database.exec('BEGIN IMMEDIATE; COMMIT;');
    migrate(database, file);
    return database;
  } catch (error) {
    database?.close();
    const { errcode, message } = error as { errcode?: number; message: string };
    // Primary result codes 5 SQLITE_BUSY and 6 SQLITE_LOCKED.
    const isHeld = errcode !== undefined && ((errcode & 0xff) === 5 || (errcode & 0xff) === 6);
    if (isHeld) throw new Error(`Cannot use data directory ${directory}: another Gatewright process has it open`);
    throw new Error(`Cannot use data directory ${directory}: ${message}`, { cause: error });
  }
}

function migrate(database: DatabaseSync, file: string): void {
  const version = Number(database.prepare('PRAGMA user_version').get()!['user_version']);
  if (version > migrations.length) {
    throw new Error(`${file} has schema ${version}, this version knows ${migrations.length}; start a newer Gatewright`);
  }
  for (let next = version; next < migrations.length; next++) {
    database.exec(`BEGIN IMMEDIATE; ${migrations[next]} PRAGMA user_version = ${next + 1}; COMMIT;`);
  }
}

function sqliteBackend(database: DatabaseSync): Backend {
  const getRecord = database.prepare('SELECT value FROM records WHERE collection = ? AND key = ?');
  const listRecords = database.prepare(
    `SELECT key, value FROM records WHERE collection = ? AND ((key >= ? AND key < ?) OR key = ?) AND key > ? ORDER BY key LIMIT ?`,
  );
  const putRecord = database.prepare(
    'INSERT INTO records (collection, key, value) VALUES (?, ?, ?) ON CONFLICT (collection, key) DO UPDATE SET value = excluded.value',
  );
  const deleteRecord = database.prepare('DELETE FROM records WHERE collection = ? AND key = ?');
  const getBlob = database.prepare('SELECT bytes FROM blobs WHERE key = ?');
  const putBlob = database.prepare(
    'INSERT INTO blobs (key, bytes) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET bytes = excluded.bytes',
  );
  const deleteBlob = database.prepare('DELETE FROM blobs WHERE key = ?');
  /** After every percent-encoded key, for ranges without an upper bound. */
  const lastKey = '~~~~';

  function inTransaction(change: () => void): void {
    database.exec('BEGIN IMMEDIATE');
    try {
      change();
      database.exec('COMMIT');
    } catch (error) {
      database.exec('ROLLBACK');
      throw error;
    }
  }

  return {
    get: (collection, key) => getRecord.get(collection, key)?.['value'] as string | undefined,
    list: (collection, range, after, limit) =>
      listRecords
        .all(collection, range.from, range.below ?? lastKey, range.exact ?? '', after ?? '', limit ?? -1)
        .map((row) => [row['key'] as string, row['value'] as string]),
    getBlob: (key) => getBlob.get(key)?.['bytes'] as Uint8Array | undefined,
    commit: (records, blobs) =>
      inTransaction(() => {
        for (const { collection, key, value } of records) {
          if (value === undefined) deleteRecord.run(collection, key);
          else putRecord.run(collection, key, value);
        }
        for (const { key, bytes } of blobs) {
          if (bytes === undefined) deleteBlob.run(key);
          else putBlob.run(key, bytes);
        }
      }),
    clear: () => inTransaction(() => database.exec('DELETE FROM records; DELETE FROM blobs;')),
    close: () => database.close(),
  };
}
