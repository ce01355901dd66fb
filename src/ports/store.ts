/**
 * The store as the control plane and the companions see it: named collections of JSON records under hierarchical keys.
 * One AWS call is one transaction. Adapters live in src/store and all pass test/contract of this port (src/store/store-contract.ts).
 */

/** A collection of records of type T; `name` is part of the stored data, so renaming one needs a migration. */
export interface Collection<T> {
  readonly name: string;
  /** Only for the type checker; never set. */
  readonly record?: T;
}

export function collection<T>(name: string): Collection<T> {
  return { name };
}

/** Key segments from the outermost owner inwards, e.g. `[apiId, resourceId, 'GET']`. A segment is any non-empty text. */
export type Key = readonly string[];

export interface Entry<T> {
  readonly key: Key;
  readonly value: T;
}

export interface ListOptions {
  /** Begin after this key (exclusive). */
  readonly after?: Key;
  /** At most so many entries. */
  readonly limit?: number;
}

/** What a reader may do. A record handed out is never shared with another caller: it may be kept, not changed. */
export interface ReadTransaction {
  get<T>(from: Collection<T>, key: Key): Promise<T | undefined>;
  /** All records whose key begins with `prefix`, in key order. `[]` lists the whole collection. */
  list<T>(from: Collection<T>, prefix: Key, options?: ListOptions): Promise<Entry<T>[]>;
  getBlob(key: string): Promise<Uint8Array | undefined>;
}

/** Writes are seen by later reads of the same transaction at once, by everyone else at commit, all together. */
export interface WriteTransaction extends ReadTransaction {
  put<T>(into: Collection<T>, key: Key, value: T): void;
  delete<T>(from: Collection<T>, key: Key): void;
  /** Deletes every record whose key begins with `prefix`. */
  deleteAll<T>(from: Collection<T>, prefix: Key): Promise<void>;
  putBlob(key: string, bytes: Uint8Array): void;
  deleteBlob(key: string): void;
}

export interface Store {
  read<R>(work: (tx: ReadTransaction) => Promise<R>): Promise<R>;
  /** Writers run one after the other. When `work` throws nothing is kept. Resolves once the commit is durable. */
  write<R>(work: (tx: WriteTransaction) => Promise<R>): Promise<R>;
  /** Deletes every record and blob, for `POST /_/reset`. */
  clear(): Promise<void>;
  /** Finishes the write under way, then closes. */
  close(): Promise<void>;
}
