/** Sets passwords: the policy, the history, and what becomes of the user's state. */
import { Problem } from '../../base/problem.ts';
import type { UserStatusType } from '../../wire/generated/cognito-idp.ts';
import { checkPassword, isPassword, passwordRecord } from './passwords.ts';
import type { PasswordRecord, PoolRecord, UserRecord } from './records.ts';

export type NewPassword = Pick<UserRecord, 'status' | 'password'> & {
  readonly formerPasswords?: readonly PasswordRecord[];
  readonly temporaryUntilMs?: number;
};

/** What a new password changes in a user. Throws InvalidPasswordException or PasswordHistoryPolicyViolationException. */
export async function newPassword(
  pool: PoolRecord,
  user: UserRecord,
  password: string,
  status: UserStatusType,
  wording = 'Password does not conform to policy',
): Promise<NewPassword> {
  const policy = pool.settings.Policies?.PasswordPolicy ?? {};
  checkPassword(policy, password, wording);
  const remembered = policy.PasswordHistorySize ?? 0;
  const former = [user.password, ...(user.formerPasswords ?? [])]
    .filter((kept) => kept !== undefined)
    .slice(0, remembered);
  for (const kept of former) {
    if (await isPassword(kept, password)) {
      throw new Problem('PasswordHistoryPolicyViolationException', 'Password has previously been used');
    }
  }
  return {
    status,
    password: await passwordRecord(pool, user.username, password),
    ...(former.length > 0 && { formerPasswords: former }),
  };
}

/** The user with a new password: no longer temporary, attempts and password codes forgotten. */
export function withPassword(user: UserRecord, changes: NewPassword, nowMs: number): UserRecord {
  const { temporaryUntilMs: _until, failedPasswords: _failed, codes, ...rest } = user;
  const { password: _code, ...otherCodes } = codes;
  return { ...rest, codes: otherCodes, ...changes, modifiedMs: nowMs };
}
