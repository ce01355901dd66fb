/** The stack a caller names: by its name while it is not deleted, by its ARN always. */
import type { ReadTransaction } from '../../../ports/store.ts';
import type { Call } from '../../../wire/call.ts';
import { type StackRecord, stackIdOfArn, stackKey, stacks } from '../records.ts';

type Caller = Pick<Call, 'account' | 'region'>;

export async function findStack(
  tx: ReadTransaction,
  named: string,
  { account, region }: Caller,
): Promise<StackRecord | undefined> {
  if (named.startsWith('arn:')) {
    const id = stackIdOfArn(named);
    return id === undefined || id.account !== account || id.region !== region
      ? undefined
      : tx.get(stacks, stackKey(id));
  }
  const all = await tx.list(stacks, [account, region, named]);
  return all.map(({ value }) => value).find(({ status }) => status !== 'DELETE_COMPLETE');
}
