/**
 * News between the nodes of a PostgreSQL store. What a commit changed travels with the commit itself (NOTIFY within the transaction), so it arrives once it can
 * be read, and in the order of commits. A connection that listens and breaks may have missed some: when it is back, listeners hear that anything may have changed.
 */
import pg from 'pg';
import type { ForeignChange, OtherNodes } from '../ports/other-nodes.ts';
import type { Log } from '../ports/telemetry.ts';
import { keyFrom, type RecordChange } from './overlay.ts';

export interface NodeNews extends OtherNodes {
  /** Tells what a transaction is about to commit; undefined for everything. */
  tellCommit(client: pg.PoolClient, node: string, changes: readonly RecordChange[] | undefined): Promise<void>;
  close(): Promise<void>;
}

export interface NodeNewsOptions {
  readonly url: string;
  readonly pool: pg.Pool;
  /** Of this node; what it tells it need not hear. */
  readonly node: string;
  readonly log: Log;
}

const channel = 'gatewright';
/** PostgreSQL takes 8,000 bytes in a notification. */
const maxPayloadBytes = 7_900;
const againAfterMs = 1_000;

type Told =
  | { readonly node: string; readonly changes: readonly (readonly [collection: string, key: string])[] | null }
  | { readonly node: string; readonly topic: string; readonly message: unknown };

/** Listens from here on; rejects when the database cannot be reached. */
export async function openNodeNews({ url, pool, node, log }: NodeNewsOptions): Promise<NodeNews> {
  const commitListeners: ((changes: readonly ForeignChange[] | undefined) => void)[] = [];
  const messageListeners = new Map<string, ((message: unknown) => void)[]>();
  const waiting: string[] = [];
  let telling: Promise<void> | undefined;
  let retry: NodeJS.Timeout | undefined;
  let isClosing = false;
  let listening: pg.Client | undefined;

  function heard(payload: string | undefined): void {
    const told = JSON.parse(payload ?? 'null') as Told | null;
    if (told === null || told.node === node) return;
    if ('topic' in told) {
      for (const listener of messageListeners.get(told.topic) ?? []) listener(told.message);
      return;
    }
    const changes = told.changes?.map(([collection, key]) => ({ collection, key: keyFrom(key) }));
    for (const listener of commitListeners) listener(changes);
  }

  async function listen(): Promise<void> {
    const client = new pg.Client({ connectionString: url, application_name: 'gatewright', keepAlive: true });
    client.on('notification', ({ payload }) => heard(payload));
    client.on('error', (error) => broken(client, error.message));
    client.on('end', () => broken(client, 'it ended'));
    try {
      await client.connect();
      await client.query(`LISTEN ${channel}`);
    } catch (error) {
      client.removeAllListeners();
      client.on('error', () => {});
      await client.end().catch(() => {});
      throw error;
    }
    listening = client;
  }

  function broken(client: pg.Client, why: string): void {
    if (isClosing || client !== listening) return;
    listening = undefined;
    log.warn('The connection that hears of other nodes broke; until it is back, their changes do not act here', {
      why,
    });
    listenAgain();
  }

  function listenAgain(): void {
    retry = setTimeout(() => {
      listen().then(
        () => {
          log.info('Other nodes are heard again');
          for (const listener of commitListeners) listener(undefined);
        },
        () => !isClosing && listenAgain(),
      );
    }, againAfterMs);
    retry.unref();
  }

  async function tellWaiting(): Promise<void> {
    while (waiting.length > 0 && !isClosing) {
      try {
        await pool.query('SELECT pg_notify($1, $2)', [channel, waiting[0]]);
        waiting.shift();
      } catch (error) {
        log.warn('Cannot tell other nodes; trying again', { why: String(error) });
        await new Promise((resolve) => setTimeout(resolve, againAfterMs).unref());
      }
    }
  }

  await listen();
  return {
    async tellCommit(client, from, changes) {
      const named: Told = { node: from, changes: changes?.map(({ collection, key }) => [collection, key]) ?? null };
      const text = JSON.stringify(named);
      const payload = Buffer.byteLength(text) <= maxPayloadBytes ? text : JSON.stringify({ node: from, changes: null });
      await client.query({ name: 'tell', text: 'SELECT pg_notify($1, $2)', values: [channel, payload] });
    },
    tell(topic, message) {
      waiting.push(JSON.stringify({ node, topic, message } satisfies Told));
      telling ??= tellWaiting().finally(() => {
        telling = undefined;
      });
    },
    onMessage(topic, listener) {
      messageListeners.set(topic, [...(messageListeners.get(topic) ?? []), listener]);
    },
    onCommit: (listener) => void commitListeners.push(listener),
    async close() {
      await telling;
      isClosing = true;
      clearTimeout(retry);
      await listening?.end();
    },
  };
}
