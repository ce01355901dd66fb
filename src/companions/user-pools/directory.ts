/** Who is who in a pool: finds pools, clients and users as callers name them, and keeps the index of other names with the users. */
import type { ReadTransaction, WriteTransaction } from '../../ports/store.ts';
import type { Call } from '../../wire/call.ts';
import { aliasExists, clientNotFound, poolNotFound, userNotFound } from './pool-errors.ts';
import {
  type ClientRecord,
  clientPools,
  clients,
  groupMembers,
  type PoolRecord,
  pools,
  sessions,
  type UserRecord,
  userAliases,
  userGroups,
  users,
} from './records.ts';

/** The pool an operation names, which must be of the caller's account and region. Throws ResourceNotFoundException. */
export async function poolNamed(
  tx: ReadTransaction,
  id: string,
  call: Pick<Call, 'account' | 'region'>,
): Promise<PoolRecord> {
  const pool = await tx.get(pools, [id]);
  if (pool === undefined || pool.account !== call.account || pool.region !== call.region) throw poolNotFound(id);
  return pool;
}

/** A client and its pool, for the public operations, which name nothing else. Throws ResourceNotFoundException. */
export async function clientAlone(
  tx: ReadTransaction,
  clientId: string,
): Promise<{ pool: PoolRecord; client: ClientRecord }> {
  const poolId = (await tx.get(clientPools, [clientId]))?.poolId;
  const client = poolId === undefined ? undefined : await tx.get(clients, [poolId, clientId]);
  const pool = poolId === undefined ? undefined : await tx.get(pools, [poolId]);
  if (client === undefined || pool === undefined) throw clientNotFound(clientId);
  return { pool, client };
}

/** A client of a pool. Throws ResourceNotFoundException. */
export async function clientOf(tx: ReadTransaction, poolId: string, clientId: string): Promise<ClientRecord> {
  const client = await tx.get(clients, [poolId, clientId]);
  if (client === undefined) throw clientNotFound(clientId);
  return client;
}

export const isCaseSensitive = (pool: PoolRecord): boolean =>
  pool.settings.UsernameConfiguration?.CaseSensitive !== false;

/** The segment a username has in keys. */
export const userKey = (pool: PoolRecord, username: string): string =>
  isCaseSensitive(pool) ? username : username.toLowerCase();

/** Attributes by which users of a pool may be named beside their username. */
function namingAttributes(pool: PoolRecord): readonly string[] {
  return [...(pool.settings.UsernameAttributes ?? []), ...(pool.settings.AliasAttributes ?? [])];
}

/** E-mail addresses are compared without regard to case unless the pool regards it. */
const folded = (pool: PoolRecord, value: string): string => (isCaseSensitive(pool) ? value : value.toLowerCase());

/** Whether a user can be named by this attribute now: as the username always, as an alias once it is verified. */
function namesUser(pool: PoolRecord, user: UserRecord, attribute: string): boolean {
  if (pool.settings.UsernameAttributes?.includes(attribute as 'email') === true) return true;
  if (attribute === 'preferred_username') return user.status !== 'UNCONFIRMED';
  return user.attributes[`${attribute}_verified`] === 'true';
}

function aliasesOf(pool: PoolRecord, user: UserRecord): [kind: string, value: string][] {
  const found: [string, string][] = [['sub', user.sub]];
  for (const attribute of namingAttributes(pool)) {
    const value = user.attributes[attribute];
    if (value !== undefined && value !== '' && namesUser(pool, user, attribute)) {
      found.push([attribute, folded(pool, value)]);
    }
  }
  return found;
}

/** A user by username, `sub` or alias; undefined when nobody is called so. */
export async function findUser(tx: ReadTransaction, pool: PoolRecord, name: string): Promise<UserRecord | undefined> {
  if (name === '') return undefined;
  const direct = await tx.get(users, [pool.id, userKey(pool, name)]);
  if (direct !== undefined) return direct;
  for (const kind of ['sub', ...namingAttributes(pool)]) {
    const alias = await tx.get(userAliases, [pool.id, kind, kind === 'sub' ? name : folded(pool, name)]);
    if (alias !== undefined) return tx.get(users, [pool.id, alias.key]);
  }
  return undefined;
}

/** As findUser; throws UserNotFoundException. */
export async function userNamed(tx: ReadTransaction, pool: PoolRecord, name: string): Promise<UserRecord> {
  const user = await findUser(tx, pool, name);
  if (user === undefined) throw userNotFound();
  return user;
}

/** The user another name stands for, whoever that is. */
export async function holderOf(
  tx: ReadTransaction,
  pool: PoolRecord,
  attribute: string,
  value: string,
): Promise<UserRecord | undefined> {
  const alias = await tx.get(userAliases, [pool.id, attribute, folded(pool, value)]);
  return alias === undefined ? undefined : tx.get(users, [pool.id, alias.key]);
}

/** Stores a user with all names; throws AliasExistsException when another user has one of them, unless it is to be taken from that user. */
export async function putUser(
  tx: WriteTransaction,
  pool: PoolRecord,
  user: UserRecord,
  { takesAliases = false }: { readonly takesAliases?: boolean } = {},
): Promise<void> {
  const key = userKey(pool, user.username);
  const before = await tx.get(users, [pool.id, key]);
  const now = aliasesOf(pool, user);
  for (const [kind, value] of before === undefined ? [] : aliasesOf(pool, before)) {
    if (!now.some(([k, v]) => k === kind && v === value)) tx.delete(userAliases, [pool.id, kind, value]);
  }
  for (const [kind, value] of now) {
    const holder = await tx.get(userAliases, [pool.id, kind, value]);
    if (holder !== undefined && holder.key !== key) {
      if (!takesAliases) throw aliasExists(kind);
      await loseAlias(tx, pool, holder.key, kind);
    }
    tx.put(userAliases, [pool.id, kind, value], { key });
  }
  tx.put(users, [pool.id, key], user);
}

/** ForceAliasCreation: the one who had the alias keeps the address, unverified. */
async function loseAlias(tx: WriteTransaction, pool: PoolRecord, key: string, attribute: string): Promise<void> {
  const holder = await tx.get(users, [pool.id, key]);
  if (holder === undefined) return;
  const attributes = { ...holder.attributes };
  if (attribute === 'preferred_username') delete attributes[attribute];
  else attributes[`${attribute}_verified`] = 'false';
  tx.put(users, [pool.id, key], { ...holder, attributes });
}

/** Deletes a user and everything that was theirs. */
export async function removeUser(tx: WriteTransaction, pool: PoolRecord, user: UserRecord): Promise<void> {
  const key = userKey(pool, user.username);
  for (const [kind, value] of aliasesOf(pool, user)) tx.delete(userAliases, [pool.id, kind, value]);
  for (const entry of await tx.list(userGroups, [pool.id, key])) {
    tx.delete(groupMembers, [pool.id, entry.key[2]!, key]);
  }
  await tx.deleteAll(userGroups, [pool.id, key]);
  await tx.deleteAll(sessions, [pool.id, user.sub]);
  tx.delete(users, [pool.id, key]);
}
