/** The groups a user is in. */
import type { ReadTransaction } from '../../ports/store.ts';
import { userKey } from './directory.ts';
import { type GroupRecord, groups, type PoolRecord, type UserRecord, userGroups } from './records.ts';

/** Highest precedence (lowest number) first, those without one last, then by name. */
export async function groupsOf(tx: ReadTransaction, pool: PoolRecord, user: UserRecord): Promise<GroupRecord[]> {
  const found: GroupRecord[] = [];
  for (const { key } of await tx.list(userGroups, [pool.id, userKey(pool, user.username)])) {
    const group = await tx.get(groups, [pool.id, key[2]!]);
    if (group !== undefined) found.push(group);
  }
  const rank = ({ precedence }: GroupRecord): number => precedence ?? Number.POSITIVE_INFINITY;
  return found.sort((a, b) => (rank(a) === rank(b) ? (a.name < b.name ? -1 : 1) : rank(a) - rank(b)));
}
