/** Identity pools, their roles and tags. */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../base/clock.ts';
import type { Store } from '../../../ports/store.ts';
import type { Call, Handlers } from '../../../wire/call.ts';
import type { IdentityPool, Operations } from '../../../wire/generated/cognito-identity.ts';
import { pageOf } from '../../list-pages.ts';
import { poolNamed, removeIdentity } from '../directory.ts';
import { invalidParameter, notBuilt } from '../identity-errors.ts';
import { type IdentityPoolRecord, type IdentityPoolSettings, identities, identityPools } from '../records.ts';

/** Handlers over pools. */
export function poolHandlers({ store }: { readonly store: Store; readonly clock: Clock }): Handlers<Operations> {
  async function change(
    id: string,
    call: Call,
    changed: (pool: IdentityPoolRecord) => IdentityPoolRecord,
  ): Promise<IdentityPoolRecord> {
    return store.write(async (tx) => {
      const after = changed(await poolNamed(tx, id, call));
      tx.put(identityPools, [id], after);
      return after;
    });
  }

  return {
    async CreateIdentityPool(input, call) {
      const { IdentityPoolName: name, IdentityPoolTags = {}, ...settings } = input;
      checkSettings(settings);
      const pool: IdentityPoolRecord = {
        account: call.account,
        region: call.region,
        id: `${call.region}:${randomUUID()}`,
        name,
        settings,
        roles: {},
        roleMappings: {},
        tags: { ...IdentityPoolTags },
      };
      await store.write(async (tx) => tx.put(identityPools, [pool.id], pool));
      return shown(pool);
    },

    async DescribeIdentityPool(input, call) {
      return shown(await store.read((tx) => poolNamed(tx, input.IdentityPoolId, call)));
    },

    async UpdateIdentityPool(input, call) {
      const { IdentityPoolId, IdentityPoolName: name, IdentityPoolTags, ...settings } = input;
      checkSettings(settings);
      return shown(
        await change(IdentityPoolId, call, (pool) => ({
          ...pool,
          name,
          settings,
          tags: IdentityPoolTags === undefined ? pool.tags : { ...IdentityPoolTags },
        })),
      );
    },

    async DeleteIdentityPool(input, call) {
      await store.write(async (tx) => {
        const pool = await poolNamed(tx, input.IdentityPoolId, call);
        for (const { value } of await tx.list(identities, [pool.id])) removeIdentity(tx, value);
        tx.delete(identityPools, [pool.id]);
      });
    },

    async ListIdentityPools(input, call) {
      const all = await store.read((tx) => tx.list(identityPools, []));
      const own = all
        .map(({ value }) => value)
        .filter(({ account, region }) => account === call.account && region === call.region);
      const { items, next } = pageOf(own, ({ id }) => id, input.NextToken, input.MaxResults);
      return {
        IdentityPools: items.map(({ id, name }) => ({ IdentityPoolId: id, IdentityPoolName: name })),
        ...(next !== undefined && { NextToken: next }),
      };
    },

    async SetIdentityPoolRoles(input, call) {
      const { Roles, RoleMappings = {} } = input;
      const unknown = Object.keys(Roles).find((name) => name !== 'authenticated' && name !== 'unauthenticated');
      if (unknown !== undefined) throw invalidParameter(`Unknown role type ${unknown}.`);
      for (const { Type, AmbiguousRoleResolution, RulesConfiguration } of Object.values(RoleMappings)) {
        if (AmbiguousRoleResolution === undefined)
          throw invalidParameter('AmbiguousRoleResolution is required for a role mapping.');
        if (Type === 'Rules' && RulesConfiguration === undefined)
          throw invalidParameter('RulesConfiguration is required for a role mapping of type Rules.');
      }
      await change(input.IdentityPoolId, call, (pool) => ({
        ...pool,
        roles: { ...Roles },
        roleMappings: { ...RoleMappings },
      }));
    },

    async GetIdentityPoolRoles(input, call) {
      const { id, roles, roleMappings } = await store.read((tx) => poolNamed(tx, input.IdentityPoolId, call));
      return {
        IdentityPoolId: id,
        Roles: { ...roles },
        ...(Object.keys(roleMappings).length > 0 && { RoleMappings: { ...roleMappings } }),
      };
    },

    async TagResource(input, call) {
      await change(poolIdIn(input.ResourceArn), call, (pool) => ({ ...pool, tags: { ...pool.tags, ...input.Tags } }));
      return {};
    },

    async UntagResource(input, call) {
      const isKept = ([key]: [string, string]): boolean => !input.TagKeys.includes(key);
      await change(poolIdIn(input.ResourceArn), call, (pool) => ({
        ...pool,
        tags: Object.fromEntries(Object.entries(pool.tags).filter(isKept)),
      }));
      return {};
    },

    async ListTagsForResource(input, call) {
      const { tags } = await store.read((tx) => poolNamed(tx, poolIdIn(input.ResourceArn), call));
      return { Tags: { ...tags } };
    },
  };
}

/** Refuses what nothing here would keep to. */
function checkSettings({ CognitoIdentityProviders = [], SamlProviderARNs = [] }: IdentityPoolSettings): void {
  if (SamlProviderARNs.length > 0) throw notBuilt('SamlProviderARNs');
  for (const { ClientId, ProviderName } of CognitoIdentityProviders) {
    if (ClientId === undefined || ProviderName === undefined) {
      throw invalidParameter('ClientId and ProviderName are required for a Cognito identity provider.');
    }
  }
}

function poolIdIn(arn: string): string {
  const id = /^arn:aws[\w-]*:cognito-identity:[\w-]+:\d{12}:identitypool\/([\w-]+:[0-9a-f-]+)$/.exec(arn)?.[1];
  if (id === undefined) throw invalidParameter(`Invalid ARN: ${arn}`);
  return id;
}

const shown = (pool: IdentityPoolRecord): IdentityPool => ({
  ...pool.settings,
  IdentityPoolId: pool.id,
  IdentityPoolName: pool.name,
  IdentityPoolTags: { ...pool.tags },
});
