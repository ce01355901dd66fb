/** SQLite databases that companions keep for themselves: opened with their schema brought up to date. */
import { DatabaseSync } from 'node:sqlite';

/**
 * Opens `file`, a path or `:memory:`. `migrations` are schema changes, oldest first; the database remembers in `user_version` how many it has had. Throws when it cannot be
 * opened, and for one that a newer version wrote.
 */
export function openDatabase(file: string, migrations: readonly ((db: DatabaseSync) => void)[]): DatabaseSync {
  const db = new DatabaseSync(file);
  try {
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    const version = Number(db.prepare('PRAGMA user_version').get()!['user_version']);
    if (version > migrations.length) {
      throw new Error(`${file} has schema ${version}, this version knows ${migrations.length}`);
    }
    for (let next = version; next < migrations.length; next++) {
      db.exec('BEGIN IMMEDIATE');
      migrations[next]!(db);
      db.exec(`PRAGMA user_version = ${next + 1}; COMMIT;`);
    }
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Everything `change` does, or nothing of it. */
export function inTransaction(db: DatabaseSync, change: () => void): void {
  db.exec('BEGIN IMMEDIATE');
  try {
    change();
    db.exec('COMMIT');
  } catch (error) {
    db.exec('ROLLBACK');
    throw error;
  }
}
