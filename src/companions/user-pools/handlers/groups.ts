/** Groups and who is in them. */
import { Problem } from '../../../base/problem.ts';
import type { ReadTransaction } from '../../../ports/store.ts';
import type { Handlers } from '../../../wire/call.ts';
import type { GroupType, Operations } from '../../../wire/generated/cognito-idp.ts';
import { pageOf } from '../../list-pages.ts';
import { poolNamed, userKey, userNamed } from '../directory.ts';
import { groupsOf } from '../groups-of-user.ts';
import type { PoolParts } from '../parts.ts';
import { groupNotFound } from '../pool-errors.ts';
import { type GroupRecord, groupMembers, groups, type PoolRecord, userGroups, users } from '../records.ts';
import { userShown } from '../user-shown.ts';

/** Handlers over groups. */
export function groupHandlers({ store, clock }: PoolParts): Handlers<Operations> {
  return {
    async CreateGroup(input, call) {
      const nowMs = clock.now();
      const group: GroupRecord = {
        ...settingsOf(input),
        poolId: input.UserPoolId,
        name: input.GroupName,
        createdMs: nowMs,
        modifiedMs: nowMs,
      };
      await store.write(async (tx) => {
        const pool = await poolNamed(tx, input.UserPoolId, call);
        if ((await tx.get(groups, [pool.id, group.name])) !== undefined) {
          throw new Problem('GroupExistsException', 'A group with the name already exists.');
        }
        tx.put(groups, [pool.id, group.name], group);
      });
      return { Group: shown(group) };
    },

    async GetGroup(input, call) {
      return store.read(async (tx) => {
        const pool = await poolNamed(tx, input.UserPoolId, call);
        return { Group: shown(await groupNamed(tx, pool, input.GroupName)) };
      });
    },

    async UpdateGroup(input, call) {
      return store.write(async (tx) => {
        const pool = await poolNamed(tx, input.UserPoolId, call);
        const before = await groupNamed(tx, pool, input.GroupName);
        const group: GroupRecord = { ...before, ...settingsOf(input), modifiedMs: clock.now() };
        tx.put(groups, [pool.id, group.name], group);
        return { Group: shown(group) };
      });
    },

    async DeleteGroup(input, call) {
      await store.write(async (tx) => {
        const pool = await poolNamed(tx, input.UserPoolId, call);
        const { name } = await groupNamed(tx, pool, input.GroupName);
        for (const { key } of await tx.list(groupMembers, [pool.id, name]))
          tx.delete(userGroups, [pool.id, key[2]!, name]);
        await tx.deleteAll(groupMembers, [pool.id, name]);
        tx.delete(groups, [pool.id, name]);
      });
    },

    async ListGroups(input, call) {
      return store.read(async (tx) => {
        const pool = await poolNamed(tx, input.UserPoolId, call);
        const all = (await tx.list(groups, [pool.id])).map(({ value }) => value);
        const { items, next } = pageOf(all, ({ name }) => name, input.NextToken, input.Limit ?? 60);
        return { Groups: items.map(shown), ...(next !== undefined && { NextToken: next }) };
      });
    },

    async AdminAddUserToGroup(input, call) {
      await store.write(async (tx) => {
        const pool = await poolNamed(tx, input.UserPoolId, call);
        const { name } = await groupNamed(tx, pool, input.GroupName);
        const key = userKey(pool, (await userNamed(tx, pool, input.Username)).username);
        tx.put(groupMembers, [pool.id, name, key], { sinceMs: clock.now() });
        tx.put(userGroups, [pool.id, key, name], { sinceMs: clock.now() });
      });
    },

    async AdminRemoveUserFromGroup(input, call) {
      await store.write(async (tx) => {
        const pool = await poolNamed(tx, input.UserPoolId, call);
        const { name } = await groupNamed(tx, pool, input.GroupName);
        const key = userKey(pool, (await userNamed(tx, pool, input.Username)).username);
        tx.delete(groupMembers, [pool.id, name, key]);
        tx.delete(userGroups, [pool.id, key, name]);
      });
    },

    async AdminListGroupsForUser(input, call) {
      return store.read(async (tx) => {
        const pool = await poolNamed(tx, input.UserPoolId, call);
        const user = await userNamed(tx, pool, input.Username);
        const sorted = (await groupsOf(tx, pool, user)).sort((a, b) => (a.name < b.name ? -1 : 1));
        const { items, next } = pageOf(sorted, ({ name }) => name, input.NextToken, input.Limit ?? 60);
        return { Groups: items.map(shown), ...(next !== undefined && { NextToken: next }) };
      });
    },

    async ListUsersInGroup(input, call) {
      return store.read(async (tx) => {
        const pool = await poolNamed(tx, input.UserPoolId, call);
        const { name } = await groupNamed(tx, pool, input.GroupName);
        const keys = (await tx.list(groupMembers, [pool.id, name])).map(({ key }) => key[2]!);
        const { items, next } = pageOf(keys, (key) => key, input.NextToken, input.Limit ?? 60);
        const members = await Promise.all(items.map((key) => tx.get(users, [pool.id, key])));
        return {
          Users: members.flatMap((user) => (user === undefined ? [] : [userShown(user)])),
          ...(next !== undefined && { NextToken: next }),
        };
      });
    },
  };
}

async function groupNamed(tx: ReadTransaction, pool: PoolRecord, name: string): Promise<GroupRecord> {
  const group = await tx.get(groups, [pool.id, name]);
  if (group === undefined) throw groupNotFound();
  return group;
}

function settingsOf(input: {
  Description?: string;
  Precedence?: number;
  RoleArn?: string;
}): Pick<GroupRecord, 'description' | 'precedence' | 'roleArn'> {
  return {
    ...(input.Description !== undefined && { description: input.Description }),
    ...(input.Precedence !== undefined && { precedence: input.Precedence }),
    ...(input.RoleArn !== undefined && { roleArn: input.RoleArn }),
  };
}

function shown(group: GroupRecord): GroupType {
  return {
    GroupName: group.name,
    UserPoolId: group.poolId,
    ...(group.description !== undefined && { Description: group.description }),
    ...(group.roleArn !== undefined && { RoleArn: group.roleArn }),
    ...(group.precedence !== undefined && { Precedence: group.precedence }),
    LastModifiedDate: group.modifiedMs,
    CreationDate: group.createdMs,
  };
}
