/** Finds pools and identities, and makes identities for logins. */
import { randomUUID } from 'node:crypto';
import type { ReadTransaction, WriteTransaction } from '../../ports/store.ts';
import type { Call } from '../../wire/call.ts';
import { identityNotFound, poolNotFound } from './identity-errors.ts';
import {
  type IdentityPoolRecord,
  type IdentityRecord,
  identities,
  identityLogins,
  identityPoolOf,
  identityPools,
} from './records.ts';

/** The pool an administrator's operation names, of the caller's account and region. */
export async function poolNamed(
  tx: ReadTransaction,
  id: string,
  call: Pick<Call, 'account' | 'region'>,
): Promise<IdentityPoolRecord> {
  const pool = await tx.get(identityPools, [id]);
  if (pool === undefined || pool.account !== call.account || pool.region !== call.region) throw poolNotFound(id);
  return pool;
}

/** A pool for the public operations, whoever owns it. */
export async function anyPool(tx: ReadTransaction, id: string): Promise<IdentityPoolRecord> {
  const pool = await tx.get(identityPools, [id]);
  if (pool === undefined) throw poolNotFound(id);
  return pool;
}

/** An identity and its pool. Throws ResourceNotFoundException. */
export async function identityNamed(
  tx: ReadTransaction,
  id: string,
): Promise<{ pool: IdentityPoolRecord; identity: IdentityRecord }> {
  const poolId = (await tx.get(identityPoolOf, [id]))?.poolId;
  const identity = poolId === undefined ? undefined : await tx.get(identities, [poolId, id]);
  if (poolId === undefined || identity === undefined) throw identityNotFound(id);
  return { pool: await anyPool(tx, poolId), identity };
}

/** A new identity. */
export function newIdentity(
  tx: WriteTransaction,
  pool: IdentityPoolRecord,
  logins: Readonly<Record<string, string>>,
  nowMs: number,
): IdentityRecord {
  const identity: IdentityRecord = {
    poolId: pool.id,
    id: `${pool.region}:${randomUUID()}`,
    logins: {},
    createdMs: nowMs,
    modifiedMs: nowMs,
  };
  tx.put(identityPoolOf, [identity.id], { poolId: pool.id });
  return linkLogins(tx, identity, logins, nowMs);
}

/** The identity with more logins. */
export function linkLogins(
  tx: WriteTransaction,
  identity: IdentityRecord,
  logins: Readonly<Record<string, string>>,
  nowMs: number,
): IdentityRecord {
  const linked: IdentityRecord = { ...identity, logins: { ...identity.logins, ...logins }, modifiedMs: nowMs };
  for (const [provider, subject] of Object.entries(logins)) {
    tx.put(identityLogins, [identity.poolId, provider, subject], { id: identity.id });
  }
  tx.put(identities, [identity.poolId, identity.id], linked);
  return linked;
}

/** Takes an identity away with its logins. */
export function removeIdentity(tx: WriteTransaction, identity: IdentityRecord): void {
  for (const [provider, subject] of Object.entries(identity.logins))
    tx.delete(identityLogins, [identity.poolId, provider, subject]);
  tx.delete(identities, [identity.poolId, identity.id]);
  tx.delete(identityPoolOf, [identity.id]);
}
