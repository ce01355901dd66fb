/**
 * Log groups, streams and events in one SQLite database of their own, `logs.sqlite` in the data directory or in memory. Everything here is synchronous and runs
 * in a thread beside the gateway's (log-keeper.ts) where there is a disk. Arguments and answers are plain data, to cross over.
 */
import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import { EventChunks, type EventPlace, eventOverheadBytes } from './event-chunks.ts';
import { compileFilterPattern } from './filter-pattern.ts';
import { groupExists, noSuchGroup, noSuchStream, streamExists } from './log-errors.ts';
import { openLogFile } from './log-schema.ts';
import type { GroupId } from './names.ts';

export interface GroupRecord extends GroupId {
  readonly createdMs: number;
  readonly retentionDays: number | undefined;
  readonly class: string;
  readonly storedBytes: number;
  readonly tags: Readonly<Record<string, string>>;
}

export interface StreamRecord {
  readonly name: string;
  readonly createdMs: number;
  readonly firstEventMs: number | undefined;
  readonly lastEventMs: number | undefined;
  readonly lastIngestionMs: number | undefined;
}

export interface StreamBatch {
  readonly group: GroupId;
  readonly stream: string;
  /** Packed (packed-events.ts), in any order of time. */
  readonly events: Uint8Array;
}

export interface EventRecord {
  /** Rises with every event that comes in. */
  readonly id: number;
  readonly stream: string;
  readonly atMs: number;
  readonly ingestedMs: number;
  readonly message: string;
}

export interface EventQuery {
  readonly group: GroupId;
  /** All of the group when neither these nor `streamPrefix` is given. */
  readonly streams?: readonly string[];
  readonly streamPrefix?: string;
  /** Inclusive. */
  readonly fromMs?: number;
  /** Exclusive. */
  readonly toMs?: number;
  /** Only events behind this place in the direction of reading. */
  readonly after?: EventPlace;
  readonly isDescending: boolean;
  readonly pattern: string;
  readonly limit: number;
  readonly nowMs: number;
}

export interface EventPage {
  /** In the direction of reading. */
  readonly events: readonly EventRecord[];
  /** Where to go on; undefined when everything was read. */
  readonly next: EventPlace | undefined;
}

/** A page ends after about this many bytes (AWS: 1 MB), or when this many events were looked at, whatever was found. */
const maxPageBytes = 1_048_576;
const maxLookedAt = 20_000;
export const dayMs = 86_400_000;

type Row = Record<string, number | string | null>;

export class LogDatabase {
  readonly #db: DatabaseSync;
  readonly #chunks: EventChunks;
  readonly #maxBytes: number;
  #bytes: number;

  /** `file` is a path or `:memory:`; of more than `maxBytes` the oldest events go. Throws when it cannot be opened. */
  constructor(file: string, maxBytes = Number.POSITIVE_INFINITY) {
    this.#maxBytes = maxBytes;
    this.#db = openLogFile(file);
    this.#chunks = new EventChunks(this.#db, file !== ':memory:');
    this.#bytes = this.#chunks.bytes();
  }

  createGroup(
    group: GroupId,
    more: { createdMs: number; class: string; tags: Readonly<Record<string, string>> },
  ): void {
    if (this.#find(group) !== undefined) throw groupExists();
    this.#insertGroup(group, more);
  }

  /** Throws for a group that does not exist, as everything below does. */
  deleteGroup(group: GroupId): void {
    const id = this.#groupId(group);
    this.#inTransaction(() => {
      this.#run('DELETE FROM chunks WHERE group_id = ?', id);
      this.#run('DELETE FROM streams WHERE group_id = ?', id);
      this.#run('DELETE FROM groups WHERE id = ?', id);
    });
  }

  group(group: GroupId): GroupRecord {
    return this.#groupRow(group);
  }

  /** Those whose name is after `after`, by name, at most `limit`. `part` may stand anywhere in the name, whatever its case. */
  groups(query: {
    readonly account: string;
    readonly region: string;
    readonly prefix?: string;
    readonly part?: string;
    readonly class?: string;
    readonly after?: string;
    readonly limit: number;
  }): GroupRecord[] {
    const { account, region, prefix, part, after, limit } = query;
    const rows = this.#all(
      `SELECT * FROM groups WHERE account = ? AND region = ? AND name > ? AND substr(name, 1, ?) = ? AND instr(lower(name), ?) > 0
       AND (? IS NULL OR class = ?) ORDER BY name LIMIT ?`,
      account,
      region,
      after ?? '',
      prefix?.length ?? 0,
      prefix ?? '',
      part?.toLowerCase() ?? '',
      query.class ?? null,
      query.class ?? null,
      limit,
    );
    return rows.map(groupOf);
  }

  setRetention(group: GroupId, days: number | null): void {
    this.#run('UPDATE groups SET retention_days = ? WHERE id = ?', days, this.#groupId(group));
  }

  setTags(group: GroupId, tags: Readonly<Record<string, string>>): void {
    this.#run('UPDATE groups SET tags = ? WHERE id = ?', JSON.stringify(tags), this.#groupId(group));
  }

  createStream(group: GroupId, stream: string, nowMs: number): void {
    const groupId = this.#groupId(group);
    if (this.#findStream(groupId, stream) !== undefined) throw streamExists();
    this.#run('INSERT INTO streams (group_id, name, created_ms) VALUES (?, ?, ?)', groupId, stream, nowMs);
  }

  deleteStream(group: GroupId, stream: string): void {
    const id = this.#streamId(this.#groupId(group), stream);
    this.#inTransaction(() => {
      this.#run('DELETE FROM chunks WHERE stream_id = ?', id);
      this.#run('DELETE FROM streams WHERE id = ?', id);
    });
  }

  /** By name, or by the time of the newest event; `offset` counts from the beginning of that order. */
  streams(
    group: GroupId,
    query: {
      readonly prefix: string;
      readonly byLastEvent: boolean;
      readonly isDescending: boolean;
      readonly offset: number;
      readonly limit: number;
    },
  ): StreamRecord[] {
    const direction = query.isDescending ? 'DESC' : 'ASC';
    const order = query.byLastEvent ? `last_event_ms ${direction}, name ${direction}` : `name ${direction}`;
    const rows = this.#all(
      `SELECT * FROM streams WHERE group_id = ? AND substr(name, 1, ?) = ? ORDER BY ${order} LIMIT ? OFFSET ?`,
      this.#groupId(group),
      query.prefix.length,
      query.prefix,
      query.limit,
      query.offset,
    );
    return rows.map(streamOf);
  }

  /** PutLogEvents: group and stream must be there. */
  put(batch: StreamBatch, nowMs: number): void {
    this.#streamId(this.#groupId(batch.group), batch.stream);
    this.append([batch], nowMs);
  }

  /** Lines of the gateway and of functions, whose groups and streams come into being with them. */
  append(batches: readonly StreamBatch[], nowMs: number): void {
    this.#inTransaction(() => {
      for (const { group, stream, events } of batches) {
        const groupId =
          this.#find(group) ?? this.#insertGroup(group, { createdMs: nowMs, class: 'STANDARD', tags: {} });
        const streamId = this.#findStream(groupId, stream) ?? this.#insertStream(groupId, stream, nowMs);
        const added = this.#chunks.add({ groupId, streamId }, events, nowMs);
        if (added === undefined) continue;
        const { bytes, firstMs, lastMs } = added;
        this.#bytes += bytes;
        this.#run('UPDATE groups SET stored_bytes = stored_bytes + ? WHERE id = ?', bytes, groupId);
        this.#run(
          `UPDATE streams SET first_event_ms = min(ifnull(first_event_ms, ?), ?), last_event_ms = max(ifnull(last_event_ms, ?), ?),
           last_ingestion_ms = ? WHERE id = ?`,
          firstMs,
          firstMs,
          lastMs,
          lastMs,
          nowMs,
          streamId,
        );
      }
    });
    if (this.#bytes > this.#maxBytes) this.#forgetOldest();
  }

  /** One page of events, by time. What is older than the group keeps is not there, swept or not. */
  events(query: EventQuery): EventPage {
    const { group, fromMs = 0, toMs = Number.MAX_SAFE_INTEGER, after, isDescending, limit, nowMs } = query;
    const row = this.#groupRow(group);
    const oldest = row.retentionDays === undefined ? 0 : nowMs - row.retentionDays * dayMs;
    const streamNames = this.#streamNames(row.id, query);
    if (streamNames.size === 0) return { events: [], next: undefined };
    const isWanted = compileFilterPattern(query.pattern);
    const [only, ...others] = streamNames.keys();
    const ofOne = others.length === 0 && (query.streams !== undefined || query.streamPrefix !== undefined);
    const found = this.#chunks.inOrder({
      of: ofOne ? { streamId: only! } : { groupId: row.id, wanted: streamNames },
      ...{ fromMs: Math.max(fromMs, oldest), toMs, after, isDescending },
    });
    const events: EventRecord[] = [];
    let bytes = 0;
    let lookedAt = 0;
    for (const { id, atMs, streamId, ingestedMs, message } of found) {
      lookedAt++;
      if (isWanted(message)) {
        events.push({ id, stream: streamNames.get(streamId)!, atMs, ingestedMs, message });
        bytes += message.length + eventOverheadBytes;
      }
      if (events.length >= limit || bytes >= maxPageBytes || lookedAt >= maxLookedAt) {
        return { events, next: { atMs, id } };
      }
    }
    return { events, next: undefined };
  }

  /** Removes what is older than its group keeps it. */
  sweep(nowMs: number): void {
    for (const row of this.#all('SELECT id, retention_days FROM groups WHERE retention_days IS NOT NULL')) {
      const oldest = nowMs - Number(row['retention_days']) * dayMs;
      this.#inTransaction(() => {
        this.#chunks.removeBefore(Number(row['id']), oldest);
      });
    }
  }

  clear(): void {
    this.#db.exec('BEGIN IMMEDIATE; DELETE FROM chunks; DELETE FROM streams; DELETE FROM groups; COMMIT;');
  }

  close(): void {
    this.#db.close();
  }

  /** An eighth of all events, so that it is not done again for every batch. */
  #forgetOldest(): void {
    this.#inTransaction(() => this.#chunks.removeOldest());
    this.#bytes = this.#chunks.bytes();
  }

  /** Ids and names of the streams a query reads; a name that is no stream is refused. */
  #streamNames(groupId: number, { streams, streamPrefix }: EventQuery): ReadonlyMap<number, string> {
    const found = new Map<number, string>();
    for (const name of streams ?? []) found.set(this.#streamId(groupId, name), name);
    if (streams !== undefined) return found;
    const prefix = streamPrefix ?? '';
    const sql = 'SELECT id, name FROM streams WHERE group_id = ? AND substr(name, 1, ?) = ?';
    for (const row of this.#all(sql, groupId, prefix.length, prefix)) found.set(Number(row['id']), String(row['name']));
    return found;
  }

  #groupRow(group: GroupId): GroupRecord & { readonly id: number } {
    const { account, region, name } = group;
    const row = this.#db
      .prepare('SELECT * FROM groups WHERE account = ? AND region = ? AND name = ?')
      .get(account, region, name) as Row | undefined;
    if (row === undefined) throw noSuchGroup();
    return { ...groupOf(row), id: Number(row['id']) };
  }

  #find({ account, region, name }: GroupId): number | undefined {
    const row = this.#db
      .prepare('SELECT id FROM groups WHERE account = ? AND region = ? AND name = ?')
      .get(account, region, name);
    return row && Number(row['id']);
  }

  #groupId(group: GroupId): number {
    const id = this.#find(group);
    if (id === undefined) throw noSuchGroup();
    return id;
  }

  #findStream(groupId: number, name: string): number | undefined {
    const row = this.#db.prepare('SELECT id FROM streams WHERE group_id = ? AND name = ?').get(groupId, name);
    return row && Number(row['id']);
  }

  #streamId(groupId: number, name: string): number {
    const id = this.#findStream(groupId, name);
    if (id === undefined) throw noSuchStream();
    return id;
  }

  #insertGroup(
    { account, region, name }: GroupId,
    more: { createdMs: number; class: string; tags: Readonly<Record<string, string>> },
  ): number {
    return this.#run(
      'INSERT INTO groups (account, region, name, created_ms, class, tags) VALUES (?, ?, ?, ?, ?, ?)',
      account,
      region,
      name,
      more.createdMs,
      more.class,
      JSON.stringify(more.tags),
    );
  }

  #insertStream(groupId: number, name: string, nowMs: number): number {
    return this.#run('INSERT INTO streams (group_id, name, created_ms) VALUES (?, ?, ?)', groupId, name, nowMs);
  }

  #all(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#db.prepare(sql).all(...values) as Row[];
  }

  /** The id of the last row inserted. */
  #run(sql: string, ...values: SQLInputValue[]): number {
    return Number(this.#db.prepare(sql).run(...values).lastInsertRowid);
  }

  #inTransaction(change: () => void): void {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      change();
      this.#db.exec('COMMIT');
    } catch (error) {
      // Of a disk that is full SQLite takes everything back by itself; its reason must not give way to ours.
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }
}

const orUndefined = (value: number | string | null | undefined): number | undefined =>
  value === null || value === undefined ? undefined : Number(value);

function groupOf(row: Row): GroupRecord {
  return {
    account: String(row['account']),
    region: String(row['region']),
    name: String(row['name']),
    createdMs: Number(row['created_ms']),
    retentionDays: orUndefined(row['retention_days']),
    class: String(row['class']),
    storedBytes: Number(row['stored_bytes']),
    tags: JSON.parse(String(row['tags'])) as Record<string, string>,
  };
}

function streamOf(row: Row): StreamRecord {
  return {
    name: String(row['name']),
    createdMs: Number(row['created_ms']),
    firstEventMs: orUndefined(row['first_event_ms']),
    lastEventMs: orUndefined(row['last_event_ms']),
    lastIngestionMs: orUndefined(row['last_ingestion_ms']),
  };
}
