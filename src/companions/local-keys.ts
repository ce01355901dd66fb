/**
 * Keys for what companions keep encrypted: SecureStrings of Parameter Store, objects of S3. All are derived from one key of this server's own; there is no KMS here
 * and no key policy (decisions/0067).
 */
import { hkdfSync, randomBytes } from 'node:crypto';
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { collection, type Store } from '../ports/store.ts';
import { once } from './lazy-handlers.ts';

const keyBytes = 32;

/** `['local']`, only where several nodes share the store; base64. */
const rootKeys = collection<{ readonly key: string }>('local-key');

/** A key for one purpose: the same purpose, the same key. */
export type KeyFor = (purpose: string) => Buffer;

export interface LocalKeys {
  /** Not to be awaited for the first time within a transaction of the store. */
  get(): Promise<KeyFor>;
  /** After the store was emptied: a key that lay in it is another one now. */
  reset(): void;
}

/** `folder`: where a file holds the key; undefined keeps it in the store, which nodes share or which is memory. */
export function createLocalKeys(store: Store, folder: string | undefined): LocalKeys {
  const load = async (): Promise<KeyFor> => {
    const root = folder === undefined ? await keyInStore(store) : keyInFile(join(folder, 'local.key'));
    return (purpose) => Buffer.from(hkdfSync('sha256', root, Buffer.alloc(0), purpose, keyBytes));
  };
  let root = once(load);
  return {
    get: () => root.get(),
    reset() {
      if (folder === undefined) root = once(load);
    },
  };
}

function keyInStore(store: Store): Promise<Buffer> {
  return store.write(async (tx) => {
    const known = await tx.get(rootKeys, ['local']);
    const key = known?.key ?? randomBytes(keyBytes).toString('base64');
    if (known === undefined) tx.put(rootKeys, ['local'], { key });
    return Buffer.from(key, 'base64');
  });
}

/** Beside the database, not in it: a copy of the database alone opens nothing. Written whole or not at all. */
function keyInFile(file: string): Buffer {
  const known = readKey(file);
  if (known !== undefined) return known;
  const draft = `${file}.${process.pid}.new`;
  writeFileSync(draft, randomBytes(keyBytes).toString('base64'), { mode: 0o600 });
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return readKey(file)!;
}

function readKey(file: string): Buffer | undefined {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const key = Buffer.from(text, 'base64');
  if (key.length !== keyBytes) throw new Error(`Cannot use ${file}: it holds no key of ${keyBytes} bytes`);
  return key;
}
