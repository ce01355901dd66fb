/** A transaction as its writer sees it: changes in memory over what is stored, until they are committed. Keys as texts, shared by every adapter. */
import type { Collection, Entry, Key, ListOptions, WriteTransaction } from '../ports/store.ts';

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

/** What is stored, as one transaction reads it. */
export interface Reader {
  get(collection: string, key: string): Awaitable<string | undefined>;
  /** In key order (byte-wise), `after` exclusive. */
  list(
    collection: string,
    range: KeyRange,
    after: string | undefined,
    limit: number | undefined,
  ): Awaitable<[key: string, value: string][]>;
  getBlob(key: string): Awaitable<Uint8Array | undefined>;
}

type Awaitable<T> = T | Promise<T>;

/** Segments are percent-encoded and joined by `/`, so that text order groups children under their owner. */
export function keyText(key: Key): string {
  return key.map(encodeURIComponent).join('/');
}

/** The key a text stands for. */
export function keyFrom(text: string): Key {
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

export class Overlay implements WriteTransaction {
  readonly #under: Reader;
  readonly #records = new Map<string, Map<string, string | undefined>>();
  readonly #blobs = new Map<string, Uint8Array | undefined>();

  constructor(under: Reader) {
    this.#under = under;
  }

  async get<T>(from: Collection<T>, key: Key): Promise<T | undefined> {
    const text = keyText(key);
    const changed = this.#records.get(from.name);
    const value = changed?.has(text) ? changed.get(text) : await this.#under.get(from.name, text);
    return value === undefined ? undefined : (JSON.parse(value) as T);
  }

  async list<T>(from: Collection<T>, prefix: Key, options: ListOptions = {}): Promise<Entry<T>[]> {
    const range = rangeOf(prefix);
    const after = options.after === undefined ? undefined : keyText(options.after);
    const changed = this.#records.get(from.name);
    if (changed === undefined) return entries(await this.#under.list(from.name, range, after, options.limit));
    const merged = new Map<string, string>(await this.#under.list(from.name, range, after, undefined));
    for (const [key, value] of changed) {
      if (!isInRange(key, range) || (after !== undefined && key <= after)) continue;
      if (value === undefined) merged.delete(key);
      else merged.set(key, value);
    }
    const sorted = [...merged].sort(([a], [b]) => (a < b ? -1 : 1));
    return entries(options.limit === undefined ? sorted : sorted.slice(0, options.limit));
  }

  async getBlob(key: string): Promise<Uint8Array | undefined> {
    return this.#blobs.has(key) ? this.#blobs.get(key) : this.#under.getBlob(key);
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

  /** What the writer has changed, to be kept all together. */
  changes(): { readonly records: readonly RecordChange[]; readonly blobs: readonly BlobChange[] } {
    const records: RecordChange[] = [];
    for (const [collection, changes] of this.#records) {
      for (const [key, value] of changes) records.push({ collection, key, value });
    }
    return { records, blobs: [...this.#blobs].map(([key, bytes]) => ({ key, bytes })) };
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
