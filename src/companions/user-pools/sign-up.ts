/** The confirmation of a sign-up, by code, by an administrator or by the pre sign-up function. */
import { putUser, userNamed } from './directory.ts';
import type { PoolParts } from './parts.ts';
import type { PoolRecord, UserRecord } from './records.ts';
import { triggerAttributes } from './triggers.ts';

export interface Confirmation {
  readonly pool: PoolRecord;
  readonly user: UserRecord;
  readonly clientId: string | undefined;
  readonly metadata: { readonly [key: string]: string } | undefined;
  /** The attribute whose code was given. */
  readonly verifies: 'email' | 'phone_number' | undefined;
  readonly takesAliases: boolean;
}

/** Confirms a user and tells the post confirmation function. */
export async function confirmSignUp(parts: PoolParts, confirmation: Confirmation): Promise<UserRecord> {
  const { pool, user, verifies, takesAliases } = confirmation;
  const confirmed = await parts.store.write(async (tx) => {
    const now = await userNamed(tx, pool, user.username);
    const { 'sign-up': _code, ...codes } = now.codes;
    const attributes =
      verifies === undefined ? now.attributes : { ...now.attributes, [`${verifies}_verified`]: 'true' };
    const after: UserRecord = { ...now, status: 'CONFIRMED', codes, attributes, modifiedMs: parts.clock.now() };
    await putUser(tx, pool, after, { takesAliases });
    return after;
  });
  await postConfirmation(parts, confirmation, confirmed, 'PostConfirmation_ConfirmSignUp');
  return confirmed;
}

/** Tells the post confirmation function, if there is one. */
export async function postConfirmation(
  parts: PoolParts,
  { pool, clientId, metadata }: Pick<Confirmation, 'pool' | 'clientId' | 'metadata'>,
  user: UserRecord,
  source: string,
): Promise<void> {
  await parts.triggers.call({
    trigger: 'PostConfirmation',
    source,
    pool,
    clientId,
    username: user.username,
    request: { userAttributes: triggerAttributes(user), ...(metadata !== undefined && { clientMetadata: metadata }) },
    response: {},
  });
}
