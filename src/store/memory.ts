/** The store in memory: for tests and `--memory`. Records are kept as JSON text, so they behave exactly as stored ones do. */
import type { Store } from '../ports/store.ts';
import { isInRange } from './overlay.ts';
import { type Backend, createStore } from './transactions.ts';

export function createMemoryStore(): Store {
  const collections = new Map<string, Map<string, string>>();
  const blobs = new Map<string, Uint8Array>();

  const backend: Backend = {
    get: (collection, key) => collections.get(collection)?.get(key),
    list(collection, range, after, limit) {
      const found = [...(collections.get(collection) ?? [])]
        .filter(([key]) => isInRange(key, range) && (after === undefined || key > after))
        .sort(([a], [b]) => (a < b ? -1 : 1));
      return limit === undefined ? found : found.slice(0, limit);
    },
    getBlob: (key) => blobs.get(key),
    commit(recordChanges, blobChanges) {
      for (const { collection, key, value } of recordChanges) {
        let records = collections.get(collection);
        if (records === undefined) {
          records = new Map();
          collections.set(collection, records);
        }
        if (value === undefined) records.delete(key);
        else records.set(key, value);
      }
      for (const { key, bytes } of blobChanges) {
        if (bytes === undefined) blobs.delete(key);
        else blobs.set(key, bytes.slice());
      }
    },
    clear() {
      collections.clear();
      blobs.clear();
    },
    close() {},
  };
  return createStore(backend);
}
