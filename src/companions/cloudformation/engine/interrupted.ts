/** Stacks whose change ended with the process that made it: they say so, with what is known of their resources. */
import type { Store } from '../../../ports/store.ts';
import type { StackStatus } from '../../../wire/generated/cloudformation.ts';
import { isInProgress, ownKey, type StackRecord, stackKey, stackResources, stacks } from '../records.ts';
import { type RunParts, StackRun } from './stack-run.ts';

const ends: Readonly<Record<string, StackStatus>> = {
  CREATE_IN_PROGRESS: 'CREATE_FAILED',
  ROLLBACK_IN_PROGRESS: 'ROLLBACK_FAILED',
  DELETE_IN_PROGRESS: 'DELETE_FAILED',
  UPDATE_IN_PROGRESS: 'UPDATE_FAILED',
  UPDATE_COMPLETE_CLEANUP_IN_PROGRESS: 'UPDATE_COMPLETE',
  UPDATE_ROLLBACK_IN_PROGRESS: 'UPDATE_ROLLBACK_FAILED',
  UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS: 'UPDATE_ROLLBACK_COMPLETE',
  IMPORT_IN_PROGRESS: 'IMPORT_ROLLBACK_FAILED',
  IMPORT_ROLLBACK_IN_PROGRESS: 'IMPORT_ROLLBACK_FAILED',
};

const reason = 'The process that carried this out ended before it was done.';

/** Whether nobody carries on with a change that says it is in progress. `isShared`: other processes use the store, and are believed for a while. */
export function isInterrupted(stack: StackRecord, parts: RunParts, isShared: boolean): boolean {
  if (!isInProgress(stack.status) || stack.driver?.id === parts.processId) return false;
  return !isShared || stack.driver === undefined || stack.driver.untilMs < parts.clock.now();
}

/** The stack as it truly is, written if it was interrupted. */
export async function settled(
  stack: StackRecord,
  parts: RunParts & { store: Store },
  isShared: boolean,
): Promise<StackRecord> {
  if (!isInterrupted(stack, parts, isShared)) return stack;
  const current = await parts.store.write(async (tx) => {
    const now = await tx.get(stacks, stackKey(stack));
    if (now === undefined || !isInterrupted(now, parts, isShared)) return undefined;
    // Whoever takes it first tells of it.
    tx.put(stacks, stackKey(now), { ...now, driver: { id: parts.processId, untilMs: parts.clock.now() } });
    return now;
  });
  if (current === undefined) return (await parts.store.read((tx) => tx.get(stacks, stackKey(stack)))) ?? stack;
  const resources = await parts.store.read((tx) => tx.list(stackResources, ownKey(stack)));
  const run = new StackRun(
    parts,
    current,
    resources.map(({ value }) => value),
    undefined,
  );
  for (const record of [...run.resources.values()]) {
    if (!record.status.endsWith('_IN_PROGRESS')) continue;
    const status = record.status.replace('_IN_PROGRESS', '_FAILED') as typeof record.status;
    await run.resource({ ...record, status, reason, atMs: run.now() });
  }
  await run.become(ends[current.status]!, reason);
  return run.stack;
}
