/** Resource servers: APIs with scopes of their own, for the access tokens of OAuth. */
import type { ReadTransaction } from '../../../ports/store.ts';
import type { Handlers } from '../../../wire/call.ts';
import type { Operations, ResourceServerType } from '../../../wire/generated/cognito-idp.ts';
import { pageOf } from '../../list-pages.ts';
import { poolNamed } from '../directory.ts';
import type { PoolParts } from '../parts.ts';
import { invalidParameter, resourceNotFound } from '../pool-errors.ts';
import { type PoolRecord, type ResourceServerRecord, resourceServers } from '../records.ts';

/** Handlers over resource servers. */
export function resourceServerHandlers({ store }: PoolParts): Handlers<Operations> {
  return {
    async CreateResourceServer(input, call) {
      return store.write(async (tx) => {
        const pool = await poolNamed(tx, input.UserPoolId, call);
        const { Identifier: identifier, Name: name, Scopes: scopes = [] } = input;
        if ((await tx.get(resourceServers, [pool.id, identifier])) !== undefined) {
          throw invalidParameter(`${identifier} already exists in user pool ${pool.id}.`);
        }
        const server: ResourceServerRecord = { poolId: pool.id, identifier, name, scopes };
        tx.put(resourceServers, [pool.id, identifier], server);
        return { ResourceServer: shown(server) };
      });
    },

    async DescribeResourceServer(input, call) {
      return store.read(async (tx) => {
        const pool = await poolNamed(tx, input.UserPoolId, call);
        return { ResourceServer: shown(await serverNamed(tx, pool, input.Identifier)) };
      });
    },

    async UpdateResourceServer(input, call) {
      return store.write(async (tx) => {
        const pool = await poolNamed(tx, input.UserPoolId, call);
        const before = await serverNamed(tx, pool, input.Identifier);
        const server = { ...before, name: input.Name, scopes: input.Scopes ?? [] };
        tx.put(resourceServers, [pool.id, server.identifier], server);
        return { ResourceServer: shown(server) };
      });
    },

    async DeleteResourceServer(input, call) {
      await store.write(async (tx) => {
        const pool = await poolNamed(tx, input.UserPoolId, call);
        const { identifier } = await serverNamed(tx, pool, input.Identifier);
        tx.delete(resourceServers, [pool.id, identifier]);
      });
    },

    async ListResourceServers(input, call) {
      return store.read(async (tx) => {
        const pool = await poolNamed(tx, input.UserPoolId, call);
        const all = (await tx.list(resourceServers, [pool.id])).map(({ value }) => value);
        const { items, next } = pageOf(all, ({ identifier }) => identifier, input.NextToken, input.MaxResults ?? 50);
        return { ResourceServers: items.map(shown), ...(next !== undefined && { NextToken: next }) };
      });
    },
  };
}

async function serverNamed(tx: ReadTransaction, pool: PoolRecord, identifier: string): Promise<ResourceServerRecord> {
  const server = await tx.get(resourceServers, [pool.id, identifier]);
  if (server === undefined) throw resourceNotFound(`Resource server with identifier ${identifier} does not exist.`);
  return server;
}

const shown = ({ poolId, identifier, name, scopes }: ResourceServerRecord): ResourceServerType => ({
  UserPoolId: poolId,
  Identifier: identifier,
  Name: name,
  Scopes: scopes,
});
