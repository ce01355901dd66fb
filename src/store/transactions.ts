/**
 * Transactions over a plain synchronous backend, shared by every embedded adapter.
 *
 * A writer collects its changes in an overlay and commits them in one synchronous step, so a half-made change can be neither seen nor stored.
 * Writers run one after the other. A commit waits for the readers under way and holds new ones back, so a reader sees one state
 * from beginning to end. Transactions are short and never nest: a write begun inside a read would wait for itself.
 */
import type { Collection, Entry, Key, ListOptions, ReadTransaction, Store, WriteTransaction } from '../ports/store.ts';

/** One committed change; `value` is JSON text, undefined deletes. */
export interface RecordChange {
  readonly collection: string;
  readonly key: string;
  readonly value: string | undefined;
}

export interface BlobChange {
  readonly key: string;
  readonly bytes: Uint8Array | undefined;
}

/** Keys of one collection between two texts: `from` and `below` frame a prefix, `exact` is the prefix itself. */
export interface KeyRange {
  readonly exact: string | undefined;
  readonly from: string;
  /** Exclusive; undefined is no bound. */
  readonly below: string | undefined;
}

/** What an adapter brings; everything is synchronous and immediate. */
export interface Backend {
  get(collection: string, key: string): string | undefined;
  /** In key order (byte-wise), `after` exclusive. */
  list(
    collection: string,
    range: KeyRange,
    after: string | undefined,
    limit: number | undefined,
  ): [key: string, value: string][];
  getBlob(key: string): Uint8Array | undefined;
  /** All or nothing, durable when it returns. */
  commit(records: readonly RecordChange[], blobs: readonly BlobChange[]): void;
  clear(): void;
  close(): void;
}

/** Segments are percent-encoded and joined by `/`, so that text order groups children under their owner. */
export function keyText(key: Key): string {
  return key.map(encodeURIComponent).join('/');
}

function keyFrom(text: string): Key {
  return text.split('/').map(decodeURIComponent);
}

/** `0` is the character after `/`: everything below `{prefix}/` sorts before `{prefix}0`. */
export function rangeOf(prefix: Key): KeyRange {
  if (prefix.length === 0) return { exact: undefined, from: '', below: undefined };
  const text = keyText(prefix);
  return { exact: text, from: `${text}/`, below: `${text}0` };
}

export function isInRange(key: string, range: KeyRange): boolean {
  return key === range.exact || (key >= range.from && (range.below === undefined || key < range.below));
}

class Overlay implements WriteTransaction {
  readonly #backend: Backend;
  readonly #records = new Map<string, Map<string, string | undefined>>();
  readonly #blobs = new Map<string, Uint8Array | undefined>();

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  async get<T>(from: Collection<T>, key: Key): Promise<T | undefined> {
    const text = keyText(key);
    const changed = this.#records.get(from.name);
    const value = changed?.has(text) ? changed.get(text) : this.#backend.get(from.name, text);
    return value === undefined ? undefined : (JSON.parse(value) as T);
  }

  async list<T>(from: Collection<T>, prefix: Key, options: ListOptions = {}): Promise<Entry<T>[]> {
    const range = rangeOf(prefix);
    const after = options.after === undefined ? undefined : keyText(options.after);
    const changed = this.#records.get(from.name);
    if (changed === undefined) return entries(this.#backend.list(from.name, range, after, options.limit));
    const merged = new Map<string, string>(this.#backend.list(from.name, range, after, undefined));
    for (const [key, value] of changed) {
      if (!isInRange(key, range) || (after !== undefined && key <= after)) continue;
      if (value === undefined) merged.delete(key);
      else merged.set(key, value);
    }
    const sorted = [...merged].sort(([a], [b]) => (a < b ? -1 : 1));
    return entries(options.limit === undefined ? sorted : sorted.slice(0, options.limit));
  }

  async getBlob(key: string): Promise<Uint8Array | undefined> {
    return this.#blobs.has(key) ? this.#blobs.get(key) : this.#backend.getBlob(key);
  }

  put<T>(into: Collection<T>, key: Key, value: T): void {
    this.#change(into.name, keyText(key), JSON.stringify(value));
  }

  delete<T>(from: Collection<T>, key: Key): void {
    this.#change(from.name, keyText(key), undefined);
  }

  async deleteAll<T>(from: Collection<T>, prefix: Key): Promise<void> {
    for (const entry of await this.list(from, prefix)) this.#change(from.name, keyText(entry.key), undefined);
  }

  putBlob(key: string, bytes: Uint8Array): void {
    this.#blobs.set(key, bytes);
  }

  deleteBlob(key: string): void {
    this.#blobs.set(key, undefined);
  }

  commit(): void {
    if (this.#records.size === 0 && this.#blobs.size === 0) return;
    const records: RecordChange[] = [];
    for (const [collection, changes] of this.#records) {
      for (const [key, value] of changes) records.push({ collection, key, value });
    }
    this.#backend.commit(
      records,
      [...this.#blobs].map(([key, bytes]) => ({ key, bytes })),
    );
  }

  #change(collection: string, key: string, value: string | undefined): void {
    let changes = this.#records.get(collection);
    if (changes === undefined) {
      changes = new Map();
      this.#records.set(collection, changes);
    }
    changes.set(key, value);
  }
}

function entries<T>(rows: readonly [key: string, value: string][]): Entry<T>[] {
  return rows.map(([key, value]) => ({ key: keyFrom(key), value: JSON.parse(value) as T }));
}

/** A Store over `backend`. */
export function createStore(backend: Backend): Store {
  let lastWrite: Promise<unknown> = Promise.resolve();
  let readers = 0;
  let commitWaiting: { readonly done: Promise<void>; readersLeft: () => void } | undefined;
  let closed = false;

  function refuseWhenClosed(): void {
    if (closed) throw new Error('Cannot use the store: it is closed');
  }

  function tellWaitingCommit(): void {
    commitWaiting?.readersLeft();
  }

  async function read<R>(work: (tx: ReadTransaction) => Promise<R>): Promise<R> {
    while (commitWaiting !== undefined) await commitWaiting.done;
    refuseWhenClosed();
    readers++;
    try {
      return await work(new Overlay(backend));
    } finally {
      readers--;
      if (readers === 0) tellWaitingCommit();
    }
  }

  /** Runs `change` at a moment when nobody reads. */
  async function betweenReaders(change: () => void): Promise<void> {
    if (readers === 0) return change();
    const left = Promise.withResolvers<void>();
    const done = Promise.withResolvers<void>();
    commitWaiting = { done: done.promise, readersLeft: left.resolve };
    try {
      await left.promise;
      change();
    } finally {
      commitWaiting = undefined;
      done.resolve();
    }
  }

  function inTurn<R>(work: () => Promise<R>): Promise<R> {
    const mine = lastWrite.then(work);
    lastWrite = mine.catch(() => undefined);
    return mine;
  }

  return {
    read,
    write: (work) =>
      inTurn(async () => {
        refuseWhenClosed();
        const tx = new Overlay(backend);
        const result = await work(tx);
        await betweenReaders(() => tx.commit());
        return result;
      }),
    clear: () =>
      inTurn(async () => {
        refuseWhenClosed();
        await betweenReaders(() => backend.clear());
      }),
    close: () =>
      inTurn(async () => {
        if (closed) return;
        await betweenReaders(() => {
          closed = true;
          backend.close();
        });
      }),
  };
}
