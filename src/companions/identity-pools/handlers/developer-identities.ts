/** Identities of a developer's own sign-in: looked up, merged and unlinked by whoever runs the pool. */
import type { Clock } from '../../../base/clock.ts';
import { Problem } from '../../../base/problem.ts';
import type { ReadTransaction, Store } from '../../../ports/store.ts';
import type { Handlers } from '../../../wire/call.ts';
import type { Operations } from '../../../wire/generated/cognito-identity.ts';
import { identityNamed, linkLogins, poolNamed, removeIdentity } from '../directory.ts';
import { identityNotFound, invalidParameter } from '../identity-errors.ts';
import { type IdentityPoolRecord, type IdentityRecord, identities, identityLogins } from '../records.ts';

/** Handlers over developer identities. */
export function developerIdentityHandlers({
  store,
  clock,
}: {
  readonly store: Store;
  readonly clock: Clock;
}): Handlers<Operations> {
  return {
    async LookupDeveloperIdentity(input, call) {
      return store.read(async (tx) => {
        const pool = await poolNamed(tx, input.IdentityPoolId, call);
        const provider = developerProvider(pool);
        const { DeveloperUserIdentifier: user, IdentityId: id } = input;
        if (user === undefined && id === undefined) {
          throw invalidParameter('Please provide IdentityId or DeveloperUserIdentifier.');
        }
        const byUser = user === undefined ? undefined : await holder(tx, pool, provider, user);
        if (byUser !== undefined && id !== undefined && byUser.id !== id) {
          throw new Problem('ResourceConflictException', 'The developer user is linked to another identity.');
        }
        const identity = byUser ?? (await ownIdentity(tx, pool, id!));
        const subject = identity.logins[provider];
        return { IdentityId: identity.id, DeveloperUserIdentifierList: subject === undefined ? [] : [subject] };
      });
    },

    async MergeDeveloperIdentities(input, call) {
      return store.write(async (tx) => {
        const pool = await poolNamed(tx, input.IdentityPoolId, call);
        const provider = checkedProvider(pool, input.DeveloperProviderName);
        const source = await holder(tx, pool, provider, input.SourceUserIdentifier);
        const destination = await holder(tx, pool, provider, input.DestinationUserIdentifier);
        if (source.id === destination.id) return { IdentityId: destination.id };
        const { [provider]: _own, ...logins } = source.logins;
        const conflict = Object.keys(logins).find(
          (name) => (destination.logins[name] ?? logins[name]) !== logins[name],
        );
        if (conflict !== undefined) {
          throw new Problem('ResourceConflictException', `Both identities have a login of ${conflict}.`);
        }
        removeIdentity(tx, source);
        linkLogins(tx, destination, logins, clock.now());
        return { IdentityId: destination.id };
      });
    },

    async UnlinkDeveloperIdentity(input, call) {
      await store.write(async (tx) => {
        const pool = await poolNamed(tx, input.IdentityPoolId, call);
        const provider = checkedProvider(pool, input.DeveloperProviderName);
        const identity = await ownIdentity(tx, pool, input.IdentityId);
        if (identity.logins[provider] !== input.DeveloperUserIdentifier) throw identityNotFound(input.IdentityId);
        const { [provider]: _gone, ...logins } = identity.logins;
        tx.delete(identityLogins, [pool.id, provider, input.DeveloperUserIdentifier]);
        tx.put(identities, [pool.id, identity.id], { ...identity, logins, modifiedMs: clock.now() });
      });
    },
  };
}

function developerProvider({ settings }: IdentityPoolRecord): string {
  if (settings.DeveloperProviderName === undefined)
    throw invalidParameter('The identity pool has no developer provider.');
  return settings.DeveloperProviderName;
}

function checkedProvider(pool: IdentityPoolRecord, name: string): string {
  if (developerProvider(pool) !== name)
    throw invalidParameter(`${name} is not the developer provider of this identity pool.`);
  return name;
}

async function ownIdentity(tx: ReadTransaction, pool: IdentityPoolRecord, id: string): Promise<IdentityRecord> {
  const found = await identityNamed(tx, id);
  if (found.pool.id !== pool.id) throw identityNotFound(id);
  return found.identity;
}

async function holder(
  tx: ReadTransaction,
  pool: IdentityPoolRecord,
  provider: string,
  user: string,
): Promise<IdentityRecord> {
  const known = await tx.get(identityLogins, [pool.id, provider, user]);
  const identity = known === undefined ? undefined : await tx.get(identities, [pool.id, known.id]);
  if (identity === undefined) throw identityNotFound(user);
  return identity;
}
