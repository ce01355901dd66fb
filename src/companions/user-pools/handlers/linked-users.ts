/** Identities elsewhere that sign in as a user who is there already. */
import type { Handlers } from '../../../wire/call.ts';
import type { Operations, ProviderUserIdentifierType } from '../../../wire/generated/cognito-idp.ts';
import { poolNamed, putUser, userKey, userNamed } from '../directory.ts';
import { type Identity, identitiesOf, subjectAttribute, withIdentities } from '../federation/federated-user.ts';
import type { PoolParts } from '../parts.ts';
import { invalidParameter, userNotFound } from '../pool-errors.ts';
import { identityLinks, identityProviders, type UserRecord, users } from '../records.ts';
import { providerNotFound } from './identity-providers.ts';

/** Handlers over links. */
export function linkedUserHandlers({ store, clock }: PoolParts): Handlers<Operations> {
  return {
    async AdminLinkProviderForUser(input, call) {
      const source = namedIdentity(input.SourceUser);
      const destination = namedIdentity(input.DestinationUser);
      await store.write(async (tx) => {
        const pool = await poolNamed(tx, input.UserPoolId, call);
        const provider = await tx.get(identityProviders, [pool.id, source.provider]);
        if (provider === undefined) throw providerNotFound(source.provider);
        const isLocal = destination.provider === 'Cognito';
        const user = await userNamed(
          tx,
          pool,
          isLocal ? destination.value : `${destination.provider}_${destination.value}`,
        );
        const key = userKey(pool, user.username);
        const link = [pool.id, source.provider, source.attribute, source.value] as const;
        const holder = await tx.get(identityLinks, link);
        const own = await tx.get(users, [pool.id, userKey(pool, `${source.provider}_${source.value}`)]);
        if ((holder !== undefined && holder.key !== key) || (own !== undefined && own.username !== user.username)) {
          throw invalidParameter('SourceUser is already linked to DestinationUser', `somebody else is ${source.value}`);
        }
        const identity: Identity = {
          userId: source.value,
          providerName: source.provider,
          providerType: provider.ProviderType,
          issuer: null,
          primary: false,
          dateCreated: clock.now(),
        };
        const others = identitiesOf(user).filter((each) => !isSame(each, source));
        tx.put(identityLinks, link, { key });
        await putUser(tx, pool, withThese(user, [...others, identity], clock.now()));
      });
      return {};
    },

    async AdminDisableProviderForUser(input, call) {
      const named = namedIdentity({ ProviderAttributeName: subjectAttribute, ...input.User });
      await store.write(async (tx) => {
        const pool = await poolNamed(tx, input.UserPoolId, call);
        const links = await tx.list(identityLinks, [pool.id, named.provider]);
        const link = links.find(({ key }) => key[3] === named.value);
        const user =
          link === undefined
            ? await userNamed(tx, pool, `${named.provider}_${named.value}`)
            : await tx.get(users, [pool.id, link.value.key]);
        if (user === undefined) throw userNotFound();
        if (link !== undefined) tx.delete(identityLinks, [pool.id, named.provider, link.key[2]!, named.value]);
        const kept = identitiesOf(user).filter((each) => !isSame(each, named));
        // Who came by the provider alone can come no more.
        const isAlone = link === undefined && user.status === 'EXTERNAL_PROVIDER';
        await putUser(tx, pool, { ...withThese(user, kept, clock.now()), ...(isAlone && { enabled: false }) });
      });
      return {};
    },
  };
}

interface NamedIdentity {
  readonly provider: string;
  readonly attribute: string;
  readonly value: string;
}

function namedIdentity(given: ProviderUserIdentifierType): NamedIdentity {
  const { ProviderName: provider, ProviderAttributeName: attribute, ProviderAttributeValue: value } = given;
  if ((provider ?? '') === '') throw invalidParameter('ProviderName is missing.');
  if ((value ?? '') === '') throw invalidParameter('ProviderAttributeValue is missing.');
  return { provider: provider!, attribute: attribute || subjectAttribute, value: value! };
}

const isSame = (identity: Identity, { provider, value }: NamedIdentity): boolean =>
  identity.providerName === provider && identity.userId === value;

function withThese(user: UserRecord, identities: readonly Identity[], nowMs: number): UserRecord {
  return { ...user, attributes: withIdentities(user.attributes, identities), modifiedMs: nowMs };
}
