/**
 * The shared store: one PostgreSQL database that any number of nodes write to. Writers of all nodes run one after the other, behind an advisory lock of their
 * transaction; readers see one state in a repeatable-read transaction and wait for nobody. A commit tells the other nodes what it changed (LISTEN, NOTIFY).
 */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { Store } from '../ports/store.ts';
import type { Log } from '../ports/telemetry.ts';
import { type BlobChange, Overlay, type Reader, type RecordChange } from './overlay.ts';
import { type NodeNews, openNodeNews } from './postgres-news.ts';

/** Schema changes, oldest first; the database remembers in `gatewright_schema` how many it has had. Never edit one that was released. */
const migrations: readonly string[] = [
  // Keys are compared by bytes whatever the database's language is, as the other adapters do.
  `CREATE TABLE gatewright_records (collection text NOT NULL, key text COLLATE "C" NOT NULL, value text NOT NULL, PRIMARY KEY (collection, key));
   CREATE TABLE gatewright_blobs (key text PRIMARY KEY, bytes bytea NOT NULL);`,
];

/** Any number nobody else uses for an advisory lock in this database. */
const writersLock = 4_566_001;

export interface PostgresOptions {
  /** `postgres://user:password@host:5432/database?sslmode=verify-full` */
  readonly url: string;
  readonly log: Log;
  /** Most connections of this node, beside the one that listens. */
  readonly maxConnections?: number;
}

export interface SharedStore {
  readonly store: Store;
  readonly otherNodes: NodeNews;
}

/** A transaction that takes longer has lost its node, or will: others must not wait for it. */
const statementTimeoutMs = 30_000;

/** Opens the database and brings its tables up to date. Rejects with one clear sentence. */
export async function openPostgresStore({ url, log, maxConnections = 10 }: PostgresOptions): Promise<SharedStore> {
  const pool = new pg.Pool({
    connectionString: url,
    max: maxConnections,
    application_name: 'gatewright',
    connectionTimeoutMillis: 10_000,
    statement_timeout: statementTimeoutMs,
    idle_in_transaction_session_timeout: statementTimeoutMs,
  });
  // A connection that breaks while idle; the next query takes another.
  pool.on('error', (error) => log.warn('A connection to PostgreSQL broke', { why: error.message }));
  const node = randomUUID();
  try {
    await migrate(pool);
    const otherNodes = await openNodeNews({ url, pool, node, log });
    return { store: storeOver(pool, node, otherNodes), otherNodes };
  } catch (error) {
    await pool.end();
    throw new Error(`Cannot use PostgreSQL at ${withoutPassword(url)}: ${messageOf(error)}`, { cause: error });
  }
}

async function migrate(pool: pg.Pool): Promise<void> {
  await inTransaction(pool, 'BEGIN', async (client) => {
    // Nodes that start together make the tables once.
    await client.query('SELECT pg_advisory_xact_lock($1)', [writersLock]);
    await client.query('CREATE TABLE IF NOT EXISTS gatewright_schema (version integer NOT NULL)');
    const { rows } = await client.query<{ version: number }>('SELECT version FROM gatewright_schema');
    const version = rows[0]?.version ?? 0;
    if (version > migrations.length) {
      throw new Error(`it has schema ${version}, this version knows ${migrations.length}; start a newer Gatewright`);
    }
    for (const migration of migrations.slice(version)) await client.query(migration);
    await client.query('DELETE FROM gatewright_schema');
    await client.query('INSERT INTO gatewright_schema VALUES ($1)', [migrations.length]);
  });
}

function storeOver(pool: pg.Pool, node: string, news: NodeNews): Store {
  let lastWrite: Promise<unknown> = Promise.resolve();
  let closed = false;

  function refuseWhenClosed(): void {
    if (closed) throw new Error('Cannot use the store: it is closed');
  }

  /** Writers of this node queue here, so that they hold one connection between them while they wait for those of other nodes. */
  function inTurn<R>(work: () => Promise<R>): Promise<R> {
    const mine = lastWrite.then(work);
    lastWrite = mine.catch(() => undefined);
    return mine;
  }

  function writing<R>(work: (client: pg.PoolClient) => Promise<R>): Promise<R> {
    return inTurn(async () => {
      refuseWhenClosed();
      return inTransaction(pool, 'BEGIN', async (client) => {
        await client.query({ name: 'lock', text: 'SELECT pg_advisory_xact_lock($1)', values: [writersLock] });
        return work(client);
      });
    });
  }

  return {
    async read(work) {
      refuseWhenClosed();
      const begin = 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY';
      return inTransaction(pool, begin, (client) => work(new Overlay(readerOf(client))));
    },
    write: (work) =>
      writing(async (client) => {
        const tx = new Overlay(readerOf(client));
        const result = await work(tx);
        const { records, blobs } = tx.changes();
        await keepRecords(client, records);
        await keepBlobs(client, blobs);
        if (records.length > 0) await news.tellCommit(client, node, records);
        return result;
      }),
    clear: () =>
      writing(async (client) => {
        await client.query('DELETE FROM gatewright_records; DELETE FROM gatewright_blobs;');
        await news.tellCommit(client, node, undefined);
      }),
    close: () =>
      inTurn(async () => {
        if (closed) return;
        closed = true;
        await news.close();
        await pool.end();
      }),
  };
}

/** Commits what `work` did, or nothing. A connection on which even the end fails is not used again. */
async function inTransaction<R>(pool: pg.Pool, begin: string, work: (client: pg.PoolClient) => Promise<R>): Promise<R> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query(begin);
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch((end: Error) => {
      broken = end;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

function readerOf(client: pg.PoolClient): Reader {
  return {
    async get(collection, key) {
      const text = 'SELECT value FROM gatewright_records WHERE collection = $1 AND key = $2';
      const { rows } = await client.query<{ value: string }>({ name: 'get', text, values: [collection, key] });
      return rows[0]?.value;
    },
    async list(collection, { exact, from, below }, after, limit) {
      const text = `SELECT key, value FROM gatewright_records
        WHERE collection = $1 AND ((key >= $2 AND ($3::text IS NULL OR key < $3)) OR key = $4) AND key > $5 ORDER BY key LIMIT $6`;
      const values = [collection, from, below ?? null, exact ?? '', after ?? '', limit ?? null];
      const { rows } = await client.query<{ key: string; value: string }>({ name: 'list', text, values });
      return rows.map(({ key, value }) => [key, value]);
    },
    async getBlob(key) {
      const text = 'SELECT bytes FROM gatewright_blobs WHERE key = $1';
      const { rows } = await client.query<{ bytes: Buffer }>({ name: 'blob', text, values: [key] });
      return rows[0]?.bytes;
    },
  };
}

async function keepRecords(client: pg.PoolClient, records: readonly RecordChange[]): Promise<void> {
  const kept = records.filter((record): record is RecordChange & { value: string } => record.value !== undefined);
  const gone = records.filter(({ value }) => value === undefined);
  if (kept.length > 0) {
    const text = `INSERT INTO gatewright_records (collection, key, value) SELECT * FROM unnest($1::text[], $2::text[], $3::text[])
      ON CONFLICT (collection, key) DO UPDATE SET value = excluded.value`;
    const values = [
      kept.map(({ collection }) => collection),
      kept.map(({ key }) => key),
      kept.map(({ value }) => value),
    ];
    await client.query({ name: 'put', text, values });
  }
  if (gone.length > 0) {
    const text = `DELETE FROM gatewright_records USING unnest($1::text[], $2::text[]) AS gone (collection, key)
      WHERE gatewright_records.collection = gone.collection AND gatewright_records.key = gone.key`;
    await client.query({
      name: 'delete',
      text,
      values: [gone.map(({ collection }) => collection), gone.map(({ key }) => key)],
    });
  }
}

async function keepBlobs(client: pg.PoolClient, blobs: readonly BlobChange[]): Promise<void> {
  for (const { key, bytes } of blobs) {
    if (bytes === undefined) await client.query('DELETE FROM gatewright_blobs WHERE key = $1', [key]);
    else {
      const text =
        'INSERT INTO gatewright_blobs VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET bytes = excluded.bytes';
      await client.query(text, [key, Buffer.from(bytes)]);
    }
  }
}

/** For messages: the address, not the secret. */
export function withoutPassword(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null) return 'the address given';
  parsed.password = '';
  return parsed.href;
}

/** Several addresses that refuse make an AggregateError without a message of its own. */
function messageOf(error: unknown): string {
  const { message, errors } = error as { message?: string; errors?: readonly Error[] };
  return message || errors?.map((each) => each.message).join(', ') || String(error);
}
