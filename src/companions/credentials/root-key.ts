/** The root access key of a secure Gatewright whose settings list none: made at the first start, told once, kept in the store. */
import type { Store } from '../../ports/store.ts';
import { newSecret, newUniqueId } from './names.ts';
import { type RootKeyRecord, rootKeys } from './records.ts';

/** The key when it was made just now; undefined when there is one already, whose secret whoever started first was told. */
export async function ensureRootKey(store: Store, account: string): Promise<RootKeyRecord | undefined> {
  return store.write(async (tx) => {
    if ((await tx.list(rootKeys, [], { limit: 1 })).length > 0) return undefined;
    const key: RootKeyRecord = { accessKeyId: newUniqueId('AKIA'), secretAccessKey: newSecret(), account };
    tx.put(rootKeys, [key.accessKeyId], key);
    return key;
  });
}
