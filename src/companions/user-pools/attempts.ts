/** Wrong passwords and codes: after five the user waits, each time twice as long ("Lockout behavior for failed sign-in attempts" in the developer guide). */

import { userKey } from './directory.ts';
import type { PoolParts } from './parts.ts';
import { notAuthorized } from './pool-errors.ts';
import { type PoolRecord, type UserRecord, users } from './records.ts';

const freeAttempts = 5;
const longestWaitMs = 15 * 60_000;

/** Throws NotAuthorizedException while the user has to wait. */
export function checkAttempts(user: UserRecord, nowMs: number): void {
  const { count, lastMs } = user.failedPasswords ?? { count: 0, lastMs: 0 };
  if (count < freeAttempts) return;
  const waitMs = Math.min(1000 * 2 ** (count - freeAttempts), longestWaitMs);
  if (nowMs < lastMs + waitMs) throw notAuthorized('Password attempts exceeded');
}

/** Counts one more wrong attempt, or forgets all of them after a right one. Resolves to the user as it is now. */
export async function countAttempt(
  parts: PoolParts,
  pool: PoolRecord,
  user: UserRecord,
  isRight: boolean,
): Promise<UserRecord> {
  if (isRight && user.failedPasswords === undefined) return user;
  return parts.store.write(async (tx) => {
    const key = [pool.id, userKey(pool, user.username)];
    const present = await tx.get(users, key);
    if (present === undefined) return user;
    const { failedPasswords, ...rest } = present;
    const after: UserRecord = isRight
      ? rest
      : { ...present, failedPasswords: { count: (failedPasswords?.count ?? 0) + 1, lastMs: parts.clock.now() } };
    tx.put(users, key, after);
    return after;
  });
}
