/**
 * Events in the log database: rows of up to some thousand packed events of one stream, found by the time of their first and last. A row for each event cost a request more than everything
 * else about its log line (bench/stages.ts): four indexes to keep, where here a batch is one row. Reading merges the rows that overlap in time.
 */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { PackedEvents } from '../packed-events.ts';

/** A row spans at most this long, so that whoever looks for a time knows how far before it a row can begin. */
const maxSpanMs = 60_000;
const maxEventsOfRow = 4_096;
/** What a page of the database takes is not worth the work. */
const leastCompressedBytes = 4_096;
const fast = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };
/** CloudWatch counts an event as its message and 26 bytes more. */
export const eventOverheadBytes = 26;

export const chunkSchema = `CREATE TABLE chunks (
     first_id INTEGER PRIMARY KEY, group_id INTEGER NOT NULL, stream_id INTEGER NOT NULL, first_ms INTEGER NOT NULL, last_ms INTEGER NOT NULL,
     ingested_ms INTEGER NOT NULL, count INTEGER NOT NULL, bytes INTEGER NOT NULL, is_compressed INTEGER NOT NULL, events BLOB NOT NULL);
   CREATE INDEX chunks_of_group_up ON chunks (group_id, first_ms, first_id);
   CREATE INDEX chunks_of_group_down ON chunks (group_id, last_ms, first_id);
   CREATE INDEX chunks_of_stream_up ON chunks (stream_id, first_ms, first_id);
   CREATE INDEX chunks_of_stream_down ON chunks (stream_id, last_ms, first_id);`;

/** Where events belong, by the ids of the database. */
export interface StreamPlace {
  readonly groupId: number;
  readonly streamId: number;
}

/** A place between two events in the order of time. */
export interface EventPlace {
  readonly atMs: number;
  readonly id: number;
}

/** What was added; undefined when nothing was. */
export interface Added {
  /** As CloudWatch counts them. */
  readonly bytes: number;
  readonly firstMs: number;
  readonly lastMs: number;
}

export interface ChunkQuery {
  /** One stream, or a whole group of which some are `wanted`. */
  readonly of:
    | { readonly streamId: number }
    | { readonly groupId: number; readonly wanted: { has(id: number): boolean } };
  /** Inclusive. */
  readonly fromMs: number;
  /** Exclusive. */
  readonly toMs: number;
  /** Only events behind this place in the direction of reading. */
  readonly after: EventPlace | undefined;
  readonly isDescending: boolean;
}

export interface FoundEvent extends EventPlace {
  readonly streamId: number;
  readonly ingestedMs: number;
  readonly message: string;
}

interface ChunkRow {
  readonly first_id: number;
  readonly stream_id: number;
  readonly first_ms: number;
  readonly last_ms: number;
  readonly ingested_ms: number;
}

export class EventChunks {
  readonly #db: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #eventsOf: StatementSync;
  readonly #compresses: boolean;
  /** Rises with every event; an event's id is its row's with its place in the row. */
  #nextId: number;

  /** The table must be there. `compresses` saves four fifths of a disk, and with that more time than it takes. */
  constructor(db: DatabaseSync, compresses: boolean) {
    this.#db = db;
    this.#compresses = compresses;
    this.#insert = db.prepare(
      `INSERT INTO chunks (first_id, group_id, stream_id, first_ms, last_ms, ingested_ms, count, bytes, is_compressed, events)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.#eventsOf = db.prepare('SELECT is_compressed, events FROM chunks WHERE first_id = ?');
    this.#nextId = Number(db.prepare('SELECT ifnull(max(first_id + count), 1) AS next FROM chunks').get()!['next']);
  }

  add({ groupId, streamId }: StreamPlace, packed: Uint8Array, nowMs: number): Added | undefined {
    const events = new PackedEvents(packed).sorted();
    const { count } = events;
    if (count === 0) return undefined;
    let bytes = 0;
    for (let from = 0; from < count; ) {
      const firstMs = events.atMs(from);
      let to = from + 1;
      while (to < count && to - from < maxEventsOfRow && events.atMs(to) - firstMs <= maxSpanMs) to++;
      const own = events.messageBytes(from, to) + (to - from) * eventOverheadBytes;
      const lastMs = events.atMs(to - 1);
      const id = this.#nextId;
      const plain = events.slice(from, to);
      const isCompressed = this.#compresses && plain.length >= leastCompressedBytes;
      const kept = isCompressed ? zstdCompressSync(plain, fast) : plain;
      this.#insert.run(id, groupId, streamId, firstMs, lastMs, nowMs, to - from, own, isCompressed ? 1 : 0, kept);
      this.#nextId += to - from;
      bytes += own;
      from = to;
    }
    return { bytes, firstMs: events.atMs(0), lastMs: events.atMs(count - 1) };
  }

  /** In the direction of reading; those of one millisecond by id. */
  *inOrder(query: ChunkQuery): Generator<FoundEvent> {
    const { isDescending } = query;
    // The one to go on with stands last.
    const open: Cursor[] = [];
    for (const row of this.#rows(query)) {
      if ('wanted' in query.of && !query.of.wanted.has(row.stream_id)) continue;
      // Nothing in this row or a later one comes before that.
      const bound = isDescending ? row.last_ms : row.first_ms;
      while (open.length > 0 && (isDescending ? open.at(-1)!.atMs > bound : open.at(-1)!.atMs < bound)) {
        yield takeFirst(open);
      }
      const cursor = new Cursor(row, this.#read(row), query);
      if (!cursor.isAtEnd) insertInto(open, cursor);
    }
    while (open.length > 0) yield takeFirst(open);
  }

  #read({ first_id }: ChunkRow): PackedEvents {
    const kept = this.#eventsOf.get(first_id) as { readonly is_compressed: number; readonly events: Uint8Array };
    return new PackedEvents(kept.is_compressed === 1 ? zstdDecompressSync(kept.events) : kept.events);
  }

  #rows({ of, fromMs, toMs, after, isDescending }: ChunkQuery): Iterable<ChunkRow> {
    const [column, id] = 'streamId' in of ? ['stream_id', of.streamId] : ['group_id', of.groupId];
    const columns = 'first_id, stream_id, first_ms, last_ms, ingested_ms';
    if (isDescending) {
      const highest = Math.min(toMs - 1, after?.atMs ?? Number.MAX_SAFE_INTEGER);
      return this.#db
        .prepare(
          `SELECT ${columns} FROM chunks WHERE ${column} = ? AND last_ms >= ? AND last_ms <= ? AND first_ms <= ?
           ORDER BY last_ms DESC, first_id DESC`,
        )
        .iterate(id, fromMs, Math.min(highest + maxSpanMs, Number.MAX_SAFE_INTEGER), highest) as Iterable<never>;
    }
    const lowest = Math.max(fromMs, after?.atMs ?? 0);
    return this.#db
      .prepare(
        `SELECT ${columns} FROM chunks WHERE ${column} = ? AND first_ms >= ? AND first_ms < ? AND last_ms >= ?
         ORDER BY first_ms, first_id`,
      )
      .iterate(id, lowest - maxSpanMs, toMs, lowest) as Iterable<never>;
  }

  /** What groups keep no longer. A row goes when its last event is too old. */
  removeBefore(groupId: number, oldestMs: number): void {
    const where = 'WHERE group_id = ? AND last_ms < ?';
    const sum = this.#db.prepare(`SELECT ifnull(sum(bytes), 0) AS bytes FROM chunks ${where}`);
    const { bytes } = sum.get(groupId, oldestMs) as { bytes: number };
    if (bytes === 0) return;
    this.#db.prepare(`DELETE FROM chunks ${where}`).run(groupId, oldestMs);
    this.#db.prepare('UPDATE groups SET stored_bytes = max(0, stored_bytes - ?) WHERE id = ?').run(bytes, groupId);
  }

  /** The eighth of all rows that came first. */
  removeOldest(): void {
    this.#db.exec(
      `DELETE FROM chunks WHERE first_id IN
         (SELECT first_id FROM chunks ORDER BY first_id LIMIT (SELECT 1 + count(*) / 8 FROM chunks));
       UPDATE groups SET stored_bytes = ifnull((SELECT sum(bytes) FROM chunks WHERE group_id = groups.id), 0);`,
    );
  }

  /** Of all events. */
  bytes(): number {
    return Number(this.#db.prepare('SELECT ifnull(sum(bytes), 0) AS bytes FROM chunks').get()!['bytes']);
  }
}

/** The next event of a row that a query is to have. */
class Cursor {
  atMs = 0;
  id = 0;
  isAtEnd = false;
  readonly #row: ChunkRow;
  readonly #events: PackedEvents;
  readonly #query: ChunkQuery;
  #at: number;

  constructor(row: ChunkRow, events: PackedEvents, query: ChunkQuery) {
    this.#row = row;
    this.#events = events;
    this.#query = query;
    this.#at = query.isDescending ? events.count : -1;
    this.advance();
  }

  advance(): void {
    const { isDescending, fromMs, toMs, after } = this.#query;
    for (;;) {
      this.#at += isDescending ? -1 : 1;
      this.isAtEnd = this.#at < 0 || this.#at >= this.#events.count;
      if (this.isAtEnd) return;
      this.atMs = this.#events.atMs(this.#at);
      this.id = this.#row.first_id + this.#at;
      if (this.atMs < fromMs || this.atMs >= toMs) continue;
      if (after === undefined || (isDescending ? isEarlier(this, after) : isEarlier(after, this))) return;
    }
  }

  event(): FoundEvent {
    const { stream_id: streamId, ingested_ms: ingestedMs } = this.#row;
    return { id: this.id, atMs: this.atMs, streamId, ingestedMs, message: this.#events.message(this.#at) };
  }

  comesBefore(other: EventPlace): boolean {
    return this.#query.isDescending ? isEarlier(other, this) : isEarlier(this, other);
  }
}

const isEarlier = (a: EventPlace, b: EventPlace): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.id < b.id);

function takeFirst(open: Cursor[]): FoundEvent {
  const cursor = open.pop()!;
  const event = cursor.event();
  cursor.advance();
  if (!cursor.isAtEnd) insertInto(open, cursor);
  return event;
}

/** Rows that overlap have neighbouring events: the place is mostly found at once. */
function insertInto(open: Cursor[], cursor: Cursor): void {
  let at = open.length;
  while (at > 0 && open[at - 1]!.comesBefore(cursor)) {
    open[at] = open[at - 1]!;
    at--;
  }
  open[at] = cursor;
}
