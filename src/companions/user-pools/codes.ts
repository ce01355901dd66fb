/** Codes that were sent: checks one that comes back, counting wrong ones. */

import { putUser, userNamed } from './directory.ts';
import type { PoolParts } from './parts.ts';
import { codeMismatch, expiredCode, tooManyAttempts } from './pool-errors.ts';
import type { CodeRecord, PoolRecord, UserRecord } from './records.ts';
import { isSameSecret } from './secret-hash.ts';

const maxFailures = 5;
export const hour = 3_600_000;
export const day = 24 * hour;

/** A new code for a purpose; the one before no longer counts. */
export function codeFor(parts: PoolParts, lifetimeMs: number, newValue?: string): CodeRecord {
  const code = parts.messenger.newCode();
  return { code, expiresMs: parts.clock.now() + lifetimeMs, failures: 0, ...(newValue !== undefined && { newValue }) };
}

/** The user with a code kept. Resolves to the user as stored. */
export async function keepCode(
  parts: PoolParts,
  pool: PoolRecord,
  user: UserRecord,
  purpose: string,
  code: CodeRecord,
): Promise<UserRecord> {
  return parts.store.write(async (tx) => {
    const now = await userNamed(tx, pool, user.username);
    const after: UserRecord = { ...now, codes: { ...now.codes, [purpose]: code } };
    await putUser(tx, pool, after);
    return after;
  });
}

/** Throws CodeMismatchException, ExpiredCodeException or LimitExceededException unless this is the code that was sent. */
export async function checkCode(
  parts: PoolParts,
  pool: PoolRecord,
  user: UserRecord,
  purpose: string,
  given: string,
): Promise<CodeRecord> {
  const kept = user.codes[purpose];
  if (kept === undefined || parts.clock.now() >= kept.expiresMs) throw expiredCode();
  if (kept.failures >= maxFailures) throw tooManyAttempts();
  if (isSameSecret(given, kept.code)) return kept;
  await keepCode(parts, pool, user, purpose, { ...kept, failures: kept.failures + 1 });
  throw codeMismatch();
}
