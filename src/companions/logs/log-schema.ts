/** Tables of the log database, and what was done to bring files of earlier versions to them. */
import type { DatabaseSync } from 'node:sqlite';
import { openDatabase } from '../open-database.ts';
import { packEvents } from '../packed-events.ts';
import { chunkSchema, EventChunks } from './event-chunks.ts';

/** Schema changes, oldest first; the database remembers in `user_version` how many it has had. Never edit one that was released. */
const migrations: readonly ((db: DatabaseSync) => void)[] = [
  (db) =>
    db.exec(`CREATE TABLE groups (
     id INTEGER PRIMARY KEY, account TEXT NOT NULL, region TEXT NOT NULL, name TEXT NOT NULL, created_ms INTEGER NOT NULL,
     retention_days INTEGER, class TEXT NOT NULL, stored_bytes INTEGER NOT NULL DEFAULT 0, tags TEXT NOT NULL DEFAULT '{}',
     UNIQUE (account, region, name));
   CREATE TABLE streams (
     id INTEGER PRIMARY KEY, group_id INTEGER NOT NULL, name TEXT NOT NULL, created_ms INTEGER NOT NULL,
     first_event_ms INTEGER, last_event_ms INTEGER, last_ingestion_ms INTEGER, UNIQUE (group_id, name));
   CREATE TABLE events (
     id INTEGER PRIMARY KEY AUTOINCREMENT, group_id INTEGER NOT NULL, stream_id INTEGER NOT NULL, at_ms INTEGER NOT NULL,
     ingested_ms INTEGER NOT NULL, message TEXT NOT NULL);
   CREATE INDEX events_of_group ON events (group_id, at_ms, id);
   CREATE INDEX events_of_stream ON events (stream_id, at_ms, id);`),
  function packEventsOfRows(db) {
    db.exec(chunkSchema);
    const chunks = new EventChunks(db, true);
    const streams = db.prepare('SELECT id, group_id FROM streams').all() as { id: number; group_id: number }[];
    const some = db.prepare(
      'SELECT id, at_ms, ingested_ms, message FROM events WHERE stream_id = ? AND id > ? ORDER BY id LIMIT 2000',
    );
    type OldRow = {
      readonly id: number;
      readonly at_ms: number;
      readonly ingested_ms: number;
      readonly message: string;
    };
    for (const { id: streamId, group_id: groupId } of streams) {
      for (let last = 0; ; ) {
        const rows = some.all(streamId, last) as OldRow[];
        if (rows.length === 0) break;
        const packed = packEvents(rows.map(({ at_ms, message }) => [at_ms, message] as const));
        chunks.add({ groupId, streamId }, packed, rows.at(-1)!.ingested_ms);
        last = rows.at(-1)!.id;
      }
    }
    db.exec('DROP TABLE events;');
  },
];

/** `file` is a path or `:memory:`. Throws when it cannot be opened, and when a later version wrote it. */
export const openLogFile = (file: string): DatabaseSync => openDatabase(file, migrations);
