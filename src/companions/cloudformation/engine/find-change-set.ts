/** The change set a caller names: by its ARN, or by its name and its stack. */
import type { Store } from '../../../ports/store.ts';
import type { Call } from '../../../wire/call.ts';
import { type ChangeSetRecord, changeSets, ownKey, type StackRecord, stacks } from '../records.ts';
import { noSuchChangeSet, noSuchStack, validationError } from '../refusals.ts';
import { findStack } from './find-stack.ts';

export async function findChangeSet(
  store: Store,
  named: string,
  stackName: string | undefined,
  call: Call,
): Promise<{ stack: StackRecord; set: ChangeSetRecord }> {
  return store.read(async (tx) => {
    if (named.startsWith('arn:')) {
      const all = await tx.list(changeSets, [call.account, call.region]);
      const found = all.find(({ value }) => value.id === named);
      if (found === undefined) throw noSuchChangeSet(named);
      const uuid = found.key[2];
      const stack = (await tx.list(stacks, [call.account, call.region])).find(({ value }) => value.uuid === uuid);
      if (stack === undefined) throw noSuchChangeSet(named);
      return { stack: stack.value, set: found.value };
    }
    if (stackName === undefined)
      throw validationError('StackName must be specified if ChangeSetName is not specified as an ARN.');
    const stack = await findStack(tx, stackName, call);
    if (stack === undefined) throw noSuchStack(stackName);
    const set = await tx.get(changeSets, [...ownKey(stack), named]);
    if (set === undefined) throw noSuchChangeSet(named);
    return { stack, set };
  });
}
