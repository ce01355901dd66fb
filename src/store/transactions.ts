/**
 * Transactions over a plain synchronous backend, shared by every embedded adapter.
 *
 * A writer collects its changes in an overlay and commits them in one synchronous step, so a half-made change can be neither seen nor stored.
 * Writers run one after the other. A commit waits for the readers under way and holds new ones back, so a reader sees one state
 * from beginning to end. Transactions are short and never nest: a write begun inside a read would wait for itself.
 */
import type { ReadTransaction, Store } from '../ports/store.ts';
import { type BlobChange, type KeyRange, Overlay, type RecordChange } from './overlay.ts';

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
        const { records, blobs } = tx.changes();
        if (records.length + blobs.length > 0) await betweenReaders(() => backend.commit(records, blobs));
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
