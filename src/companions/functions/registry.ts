/**
 * Functions in memory, loaded from the store at first use: invoke and the permission check must cost microseconds, not a query.
 * Every change is one store transaction; the memory follows once it is durable.
 */
import type { Key, Store, WriteTransaction } from '../../ports/store.ts';
import { functionNotFound } from './function-errors.ts';
import { type FunctionId, functionArn } from './names.ts';
import { codeBlob, type FunctionRecord, functionRecords } from './records.ts';

export interface Registry {
  /** Undefined once loaded, so that a caller in a hurry need not await. */
  loading(): Promise<void> | undefined;
  /** Call only when loaded. */
  find(id: FunctionId): FunctionRecord | undefined;
  /** The functions of one account and region by name, or all without arguments; call only when loaded. */
  list(account?: string, region?: string): FunctionRecord[];
  /** Stores a new function; `make` may write blobs. */
  create(
    id: FunctionId,
    make: (present: FunctionRecord | undefined, tx: WriteTransaction) => FunctionRecord,
  ): Promise<FunctionRecord>;
  /** Changes a function that exists; a Problem thrown by `change` leaves it as it was. */
  change(
    id: FunctionId,
    change: (record: FunctionRecord, tx: WriteTransaction) => FunctionRecord,
  ): Promise<FunctionRecord>;
  remove(id: FunctionId): Promise<void>;
  /** Told after each change is durable; `after` is undefined for a deleted function. */
  onChange(listener: (before: FunctionRecord | undefined, after: FunctionRecord | undefined) => void): void;
  /** Reads functions again that another node changed; without keys all of them. */
  readAgain(keys?: readonly Key[]): Promise<void>;
  /** Forgets everything, because the store was emptied. */
  reset(): void;
}

const keyOf = (id: FunctionId): string[] => [id.account, id.region, id.name];
const nameOf = (id: FunctionId): string => `${id.account}/${id.region}/${id.name}`;

/** Opens the registry over a store; reads nothing yet. */
export function createRegistry(store: Store): Registry {
  let functions = new Map<string, FunctionRecord>();
  let loaded = false;
  let load: Promise<void> | undefined;
  const listeners: ((before: FunctionRecord | undefined, after: FunctionRecord | undefined) => void)[] = [];

  function loading(): Promise<void> | undefined {
    if (loaded) return undefined;
    load ??= store
      .read((tx) => tx.list(functionRecords, []))
      .then((entries) => {
        for (const { value } of entries) functions.set(nameOf(value), value);
        loaded = true;
      })
      .finally(() => {
        load = undefined;
      });
    return load;
  }

  function remember(before: FunctionRecord | undefined, after: FunctionRecord | undefined): void {
    const name = nameOf((after ?? before)!);
    if (after === undefined) functions.delete(name);
    else functions.set(name, after);
    for (const listener of listeners) listener(before, after);
  }

  /** Zips no version uses any more. A zip is shared by all versions with the same content, in whatever function. */
  function unusedCode(before: FunctionRecord, after: FunctionRecord | undefined): string[] {
    const candidates = codeOf(before);
    if (after !== undefined) for (const sha256 of codeOf(after)) candidates.delete(sha256);
    if (candidates.size === 0) return [];
    for (const record of functions.values()) {
      if (nameOf(record) === nameOf(before)) continue;
      for (const sha256 of codeOf(record)) candidates.delete(sha256);
    }
    return [...candidates];
  }

  return {
    loading,
    find: (id) => functions.get(nameOf(id)),
    list(account, region) {
      const found: FunctionRecord[] = [];
      for (const record of functions.values()) {
        if (
          (account === undefined || record.account === account) &&
          (region === undefined || record.region === region)
        ) {
          found.push(record);
        }
      }
      return found.sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    async create(id, make) {
      await loading();
      const record = await store.write(async (tx) => {
        const made = make(await tx.get(functionRecords, keyOf(id)), tx);
        tx.put(functionRecords, keyOf(id), made);
        return made;
      });
      remember(undefined, record);
      return record;
    },
    async change(id, change) {
      await loading();
      const { before, after } = await store.write(async (tx) => {
        const present = await tx.get(functionRecords, keyOf(id));
        if (present === undefined) throw functionNotFound(functionArn(id));
        const changed = change(present, tx);
        tx.put(functionRecords, keyOf(id), changed);
        for (const sha256 of unusedCode(present, changed)) tx.deleteBlob(codeBlob(sha256));
        return { before: present, after: changed };
      });
      remember(before, after);
      return after;
    },
    async remove(id) {
      await loading();
      const before = await store.write(async (tx) => {
        const present = await tx.get(functionRecords, keyOf(id));
        if (present === undefined) throw functionNotFound(functionArn(id));
        tx.delete(functionRecords, keyOf(id));
        for (const sha256 of unusedCode(present, undefined)) tx.deleteBlob(codeBlob(sha256));
        return present;
      });
      remember(before, undefined);
    },
    onChange: (listener) => void listeners.push(listener),
    async readAgain(keys) {
      if (!loaded) return;
      const asked = keys ?? [...functions.values()].map(keyOf);
      for (const key of asked) {
        const after = await store.read((tx) => tx.get(functionRecords, key));
        const before = functions.get(key.join('/'));
        if (before !== undefined || after !== undefined) remember(before, after);
      }
      if (keys !== undefined) return;
      for (const { value } of await store.read((tx) => tx.list(functionRecords, []))) {
        if (!functions.has(nameOf(value))) remember(undefined, value);
      }
    },
    reset() {
      const before = [...functions.values()];
      functions = new Map();
      loaded = false;
      for (const record of before) for (const listener of listeners) listener(record, undefined);
    },
  };
}

function codeOf(record: FunctionRecord): Set<string> {
  const found = new Set<string>();
  for (const { code } of [record.latest, ...record.versions]) if (code.kind === 'zip') found.add(code.sha256);
  return found;
}
