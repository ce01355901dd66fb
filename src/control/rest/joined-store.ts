/** A store whose every read and write takes part in one transaction that is already open: operations made of operations, all or nothing. */
import type { Collection, Entry, Key, Store, WriteTransaction } from '../../ports/store.ts';

/** Whoever opened `tx` decides on commit and close; work that throws must make the owner throw too, for nothing is rolled back here. */
export function joinedStore(tx: WriteTransaction): Store {
  const notHere = () => Promise.reject(new Error('Cannot clear or close a store: a transaction is open'));
  return {
    read: (work) => work(tx),
    write: (work) => work(tx),
    clear: notHere,
    close: notHere,
  };
}

/** The transaction, with lists of these collections read once and kept: for work that asks for them a thousand times and writes none of them. */
export function withKeptLists(tx: WriteTransaction, collections: readonly Collection<unknown>[]): WriteTransaction {
  const kept = new Map<string, Promise<Entry<unknown>[]>>();
  return {
    get: (from, key) => tx.get(from, key),
    list<T>(from: Collection<T>, prefix: Key, options?: { readonly after?: Key; readonly limit?: number }) {
      if (options !== undefined || !collections.some(({ name }) => name === from.name))
        return tx.list(from, prefix, options);
      const key = JSON.stringify([from.name, prefix]);
      const entries = kept.get(key) ?? tx.list(from, prefix);
      kept.set(key, entries);
      return entries as Promise<Entry<T>[]>;
    },
    getBlob: (key) => tx.getBlob(key),
    put: (into, key, value) => tx.put(into, key, value),
    delete: (from, key) => tx.delete(from, key),
    deleteAll: (from, prefix) => tx.deleteAll(from, prefix),
    putBlob: (key, bytes) => tx.putBlob(key, bytes),
    deleteBlob: (key) => tx.deleteBlob(key),
  };
}
