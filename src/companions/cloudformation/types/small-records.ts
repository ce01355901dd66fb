/** Records of resources that no service here keeps: the repository of a CDK bootstrap, handles of wait conditions. */
import { collection, type Store } from '../../../ports/store.ts';
import type { JsonMap, StackId } from '../records.ts';
import type { SmallRecords } from './resource-type.ts';

/** `[account, region, kind, id]` */
export const smallRecordsKept = collection<JsonMap>('cfn-small');

export function smallRecords(store: Store, { account, region }: StackId): SmallRecords {
  const key = (kind: string, id: string): [string, string, string, string] => [account, region, kind, id];
  return {
    add: (kind, id, value) =>
      store.write(async (tx) => {
        if ((await tx.get(smallRecordsKept, key(kind, id))) !== undefined) return false;
        tx.put(smallRecordsKept, key(kind, id), value);
        return true;
      }),
    put: (kind, id, value) => store.write(async (tx) => tx.put(smallRecordsKept, key(kind, id), value)),
    remove: (kind, id) => store.write(async (tx) => tx.delete(smallRecordsKept, key(kind, id))),
  };
}
