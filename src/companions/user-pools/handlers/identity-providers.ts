/** Identity providers of a pool: those whose users may sign in through the hosted pages. */
import { Problem } from '../../../base/problem.ts';
import type { ReadTransaction } from '../../../ports/store.ts';
import type { Handlers } from '../../../wire/call.ts';
import type { IdentityProviderType, Operations } from '../../../wire/generated/cognito-idp.ts';
import { pageOf } from '../../list-pages.ts';
import { poolNamed } from '../directory.ts';
import { checkDetails } from '../federation/provider-kinds.ts';
import type { PoolParts } from '../parts.ts';
import { resourceNotFound } from '../pool-errors.ts';
import { type IdentityProviderRecord, identityProviders, type PoolRecord } from '../records.ts';

/** Handlers over identity providers. */
export function identityProviderHandlers({ store, clock }: PoolParts): Handlers<Operations> {
  return {
    async CreateIdentityProvider(input, call) {
      return store.write(async (tx) => {
        const pool = await poolNamed(tx, input.UserPoolId, call);
        if ((await tx.get(identityProviders, [pool.id, input.ProviderName])) !== undefined) {
          throw new Problem('DuplicateProviderException', `Identity provider ${input.ProviderName} already exists.`);
        }
        checkDetails(input.ProviderType, input.ProviderDetails);
        const provider: IdentityProviderRecord = { ...input, createdMs: clock.now(), modifiedMs: clock.now() };
        tx.put(identityProviders, [pool.id, input.ProviderName], provider);
        return { IdentityProvider: shown(provider) };
      });
    },

    async DescribeIdentityProvider(input, call) {
      return store.read(async (tx) => {
        const pool = await poolNamed(tx, input.UserPoolId, call);
        return { IdentityProvider: shown(await providerNamed(tx, pool, input.ProviderName)) };
      });
    },

    async GetIdentityProviderByIdentifier(input, call) {
      return store.read(async (tx) => {
        const pool = await poolNamed(tx, input.UserPoolId, call);
        const all = (await tx.list(identityProviders, [pool.id])).map(({ value }) => value);
        const found = all.find(({ IdpIdentifiers }) => IdpIdentifiers?.includes(input.IdpIdentifier) === true);
        if (found === undefined) throw providerNotFound(input.IdpIdentifier);
        return { IdentityProvider: shown(found) };
      });
    },

    async UpdateIdentityProvider(input, call) {
      return store.write(async (tx) => {
        const pool = await poolNamed(tx, input.UserPoolId, call);
        const before = await providerNamed(tx, pool, input.ProviderName);
        const { AttributeMapping, IdpIdentifiers, ProviderDetails } = input;
        const provider: IdentityProviderRecord = {
          ...before,
          ...(AttributeMapping !== undefined && { AttributeMapping }),
          ...(IdpIdentifiers !== undefined && { IdpIdentifiers }),
          ...(ProviderDetails !== undefined && { ProviderDetails }),
          modifiedMs: clock.now(),
        };
        checkDetails(provider.ProviderType, provider.ProviderDetails);
        tx.put(identityProviders, [pool.id, provider.ProviderName], provider);
        return { IdentityProvider: shown(provider) };
      });
    },

    async DeleteIdentityProvider(input, call) {
      await store.write(async (tx) => {
        const pool = await poolNamed(tx, input.UserPoolId, call);
        const { ProviderName } = await providerNamed(tx, pool, input.ProviderName);
        tx.delete(identityProviders, [pool.id, ProviderName]);
      });
    },

    async ListIdentityProviders(input, call) {
      return store.read(async (tx) => {
        const pool = await poolNamed(tx, input.UserPoolId, call);
        const all = (await tx.list(identityProviders, [pool.id])).map(({ value }) => value);
        const { items, next } = pageOf(
          all,
          ({ ProviderName }) => ProviderName,
          input.NextToken,
          input.MaxResults ?? 60,
        );
        return {
          Providers: items.map(({ ProviderName, ProviderType, createdMs, modifiedMs }) => ({
            ProviderName,
            ProviderType,
            LastModifiedDate: modifiedMs,
            CreationDate: createdMs,
          })),
          ...(next !== undefined && { NextToken: next }),
        };
      });
    },
  };
}

export const providerNotFound = (name: string): Problem =>
  resourceNotFound(`Identity provider ${name} does not exist.`);

async function providerNamed(tx: ReadTransaction, pool: PoolRecord, name: string): Promise<IdentityProviderRecord> {
  const found = await tx.get(identityProviders, [pool.id, name]);
  if (found === undefined) throw providerNotFound(name);
  return found;
}

function shown({ createdMs, modifiedMs, ...provider }: IdentityProviderRecord): IdentityProviderType {
  return {
    AttributeMapping: { username: 'sub' },
    IdpIdentifiers: [],
    ...provider,
    LastModifiedDate: modifiedMs,
    CreationDate: createdMs,
  };
}
