/**
 * The event history in one SQLite database of its own, `trail.sqlite` in the data directory or in memory: what CloudTrail shows of the last 90 days, bounded besides by the
 * bytes it may hold. Synchronous; where there is a disk it runs in a thread beside the gateway's.
 */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { inTransaction, openDatabase } from '../open-database.ts';
import type { TrailResource } from './resources.ts';

/** Schema changes, oldest first; the database remembers in `user_version` how many it has had. Never edit one that was released. */
const migrations: readonly ((db: DatabaseSync) => void)[] = [
  (db) =>
    db.exec(`CREATE TABLE events (
     id INTEGER PRIMARY KEY AUTOINCREMENT, event_id TEXT NOT NULL, account TEXT NOT NULL, region TEXT NOT NULL, at_ms INTEGER NOT NULL, name TEXT NOT NULL,
     source TEXT NOT NULL, read_only INTEGER NOT NULL, user_name TEXT, access_key_id TEXT, resources TEXT NOT NULL, record TEXT NOT NULL);
   CREATE INDEX events_by_time ON events (account, region, at_ms, id);
   CREATE INDEX events_by_name ON events (account, region, name, at_ms, id);
   CREATE INDEX events_by_age ON events (at_ms);`),
];

export interface NewTrailEvent {
  readonly eventId: string;
  readonly account: string;
  readonly region: string;
  readonly atMs: number;
  readonly name: string;
  readonly source: string;
  readonly isReadOnly: boolean;
  readonly userName: string | null;
  readonly accessKeyId: string | null;
  readonly resources: readonly TrailResource[];
  /** The whole record as JSON. */
  readonly record: string;
}

/** Where a page ended. */
export interface TrailPlace {
  readonly atMs: number;
  readonly id: number;
}

export interface KeptTrailEvent extends NewTrailEvent {
  readonly id: number;
}

export type TrailAttribute =
  | { readonly key: 'EventId' | 'EventName' | 'EventSource' | 'Username' | 'AccessKeyId'; readonly value: string }
  | { readonly key: 'ReadOnly'; readonly value: boolean }
  | { readonly key: 'ResourceType' | 'ResourceName'; readonly value: string };

export interface TrailQuery {
  readonly account: string;
  readonly region: string;
  /** Both ends are within. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly attribute?: TrailAttribute;
  readonly after?: TrailPlace;
  readonly limit: number;
}

const columns = {
  EventId: 'event_id',
  EventName: 'name',
  EventSource: 'source',
  Username: 'user_name',
  AccessKeyId: 'access_key_id',
  ReadOnly: 'read_only',
} as const;

/** Event history keeps 90 days. */
export const keptMs = 90 * 86_400_000;

export class TrailDatabase {
  readonly #db: DatabaseSync;
  readonly #maxBytes: number;
  #bytes: number;

  /** `file` is a path or `:memory:`; of more than `maxBytes` of records the oldest go. Throws when it cannot be opened. */
  constructor(file: string, maxBytes: number) {
    this.#maxBytes = maxBytes;
    this.#db = openDatabase(file, migrations);
    this.#bytes = this.#heldBytes();
  }

  add(events: readonly NewTrailEvent[], nowMs: number): void {
    inTransaction(this.#db, () => {
      const insert = this.#db.prepare(
        `INSERT INTO events (event_id, account, region, at_ms, name, source, read_only, user_name, access_key_id, resources, record)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      );
      for (const event of events) {
        insert.run(
          ...[event.eventId, event.account, event.region, event.atMs, event.name, event.source],
          ...[event.isReadOnly ? 1 : 0, event.userName, event.accessKeyId],
          ...[JSON.stringify(event.resources), event.record],
        );
        this.#bytes += event.record.length;
      }
    });
    if (this.#bytes > this.#maxBytes) this.#forgetOldest();
    this.sweep(nowMs);
  }

  /** The newest first. */
  lookUp(query: TrailQuery): { readonly events: KeptTrailEvent[]; readonly next: TrailPlace | undefined } {
    const { account, region, fromMs, toMs, attribute, after, limit } = query;
    const conditions = ['account = ?', 'region = ?', 'at_ms >= ?', 'at_ms <= ?'];
    const values: SQLInputValue[] = [account, region, fromMs, toMs];
    if (attribute !== undefined) {
      if (attribute.key === 'ResourceType' || attribute.key === 'ResourceName') {
        const member = attribute.key === 'ResourceType' ? 'type' : 'name';
        conditions.push(`EXISTS (SELECT 1 FROM json_each(resources) WHERE json_extract(value, '$.${member}') = ?)`);
      } else conditions.push(`${columns[attribute.key]} = ?`);
      values.push(typeof attribute.value === 'boolean' ? Number(attribute.value) : attribute.value);
    }
    if (after !== undefined) {
      conditions.push('(at_ms, id) < (?, ?)');
      values.push(after.atMs, after.id);
    }
    const rows = this.#db
      .prepare(`SELECT * FROM events WHERE ${conditions.join(' AND ')} ORDER BY at_ms DESC, id DESC LIMIT ?`)
      .all(...values, limit + 1);
    const events = rows.slice(0, limit).map(eventOf);
    const last = events.at(-1);
    return { events, next: rows.length > limit && last !== undefined ? { atMs: last.atMs, id: last.id } : undefined };
  }

  /** Removes what is older than 90 days. */
  sweep(nowMs: number): void {
    const { changes } = this.#db.prepare('DELETE FROM events WHERE at_ms < ?').run(nowMs - keptMs);
    if (changes > 0) this.#bytes = this.#heldBytes();
  }

  clear(): void {
    this.#db.exec('DELETE FROM events');
    this.#bytes = 0;
  }

  close(): void {
    this.#db.close();
  }

  /** An eighth of all events, so that it is not done again for every batch. */
  #forgetOldest(): void {
    this.#db.exec(
      'DELETE FROM events WHERE id IN (SELECT id FROM events ORDER BY id LIMIT (SELECT 1 + count(*) / 8 FROM events))',
    );
    this.#bytes = this.#heldBytes();
  }

  #heldBytes(): number {
    return Number(this.#db.prepare('SELECT ifnull(sum(length(record)), 0) AS bytes FROM events').get()!['bytes']);
  }
}

function eventOf(row: Record<string, unknown>): KeptTrailEvent {
  return {
    id: Number(row['id']),
    eventId: String(row['event_id']),
    account: String(row['account']),
    region: String(row['region']),
    atMs: Number(row['at_ms']),
    name: String(row['name']),
    source: String(row['source']),
    isReadOnly: row['read_only'] === 1,
    userName: row['user_name'] as string | null,
    accessKeyId: row['access_key_id'] as string | null,
    resources: JSON.parse(String(row['resources'])) as TrailResource[],
    record: String(row['record']),
  };
}
