/** Groups and who is in them. */
import type { Handlers } from '../../../wire/call.ts';
import type { Operations } from '../../../wire/generated/iam.ts';
import { groupAnswer, userAnswer } from '../answers.ts';
import { type Directory, groupNamed, identitiesOf, keep, pageOf, userNamed } from '../directory.ts';
import { alreadyExists, deleteConflict, limitExceeded } from '../iam-errors.ts';
import { newUniqueId } from '../names.ts';
import { type GroupRecord, groups, keyOf, type UserRecord } from '../records.ts';

const maxGroupsPerUser = 10;
const isSame = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

export function groupHandlers(directory: Directory): Handlers<Operations> {
  const { clock } = directory;

  async function membersOf(tx: Parameters<typeof identitiesOf>[0], group: GroupRecord): Promise<readonly UserRecord[]> {
    const users = (await identitiesOf(tx, 'user', group.account)) as readonly UserRecord[];
    return users.filter((user) => user.groups.some((name) => isSame(name, group.name)));
  }

  return {
    CreateGroup: (input, { account }) =>
      directory.write(async (tx) => {
        if ((await tx.get(groups, keyOf(account, input.GroupName))) !== undefined) {
          throw alreadyExists(`Group with name ${input.GroupName} already exists.`);
        }
        const group: GroupRecord = {
          account,
          name: input.GroupName,
          path: input.Path ?? '/',
          id: newUniqueId('AGPA'),
          createdAtMs: clock.now(),
          tags: [],
          inline: {},
          attached: [],
        };
        return { Group: groupAnswer(keep(tx, 'group', group)) };
      }),

    GetGroup: (input, { account }) =>
      directory.read(async (tx) => {
        const group = await groupNamed(tx, account, input.GroupName);
        const { items, ...page } = pageOf(await membersOf(tx, group), input);
        return { Group: groupAnswer(group), Users: items.map((user) => userAnswer(user, true)), ...page };
      }),

    ListGroups: (input, { account }) =>
      directory.read(async (tx) => {
        const found = await identitiesOf(tx, 'group', account);
        const { items, ...page } = pageOf(
          found.filter(({ path }) => path.startsWith(input.PathPrefix ?? '/')),
          input,
        );
        return { Groups: items.map(groupAnswer), ...page };
      }),

    UpdateGroup: (input, { account }) =>
      directory.write(async (tx) => {
        const group = await groupNamed(tx, account, input.GroupName);
        const name = input.NewGroupName ?? group.name;
        if (!isSame(name, group.name)) {
          if ((await tx.get(groups, keyOf(account, name))) !== undefined) {
            throw alreadyExists(`Group with name ${name} already exists.`);
          }
          tx.delete(groups, keyOf(account, group.name));
        }
        for (const user of await membersOf(tx, group)) {
          keep(tx, 'user', { ...user, groups: user.groups.map((each) => (isSame(each, group.name) ? name : each)) });
        }
        keep(tx, 'group', { ...group, name, path: input.NewPath ?? group.path });
      }),

    DeleteGroup: (input, { account }) =>
      directory.write(async (tx) => {
        const group = await groupNamed(tx, account, input.GroupName);
        if ((await membersOf(tx, group)).length > 0) {
          throw deleteConflict('Cannot delete entity, must remove users from group first.');
        }
        if (group.attached.length > 0) throw deleteConflict('Cannot delete entity, must detach all policies first.');
        if (Object.keys(group.inline).length > 0)
          throw deleteConflict('Cannot delete entity, must delete policies first.');
        tx.delete(groups, keyOf(account, group.name));
      }),

    AddUserToGroup: (input, { account }) =>
      directory.write(async (tx) => {
        const group = await groupNamed(tx, account, input.GroupName);
        const user = await userNamed(tx, account, input.UserName);
        if (user.groups.some((name) => isSame(name, group.name))) return;
        if (user.groups.length >= maxGroupsPerUser) {
          throw limitExceeded(`Cannot exceed quota for GroupsPerUser: ${maxGroupsPerUser}`);
        }
        keep(tx, 'user', { ...user, groups: [...user.groups, group.name] });
      }),

    RemoveUserFromGroup: (input, { account }) =>
      directory.write(async (tx) => {
        const group = await groupNamed(tx, account, input.GroupName);
        const user = await userNamed(tx, account, input.UserName);
        keep(tx, 'user', { ...user, groups: user.groups.filter((name) => !isSame(name, group.name)) });
      }),

    ListGroupsForUser: (input, { account }) =>
      directory.read(async (tx) => {
        const user = await userNamed(tx, account, input.UserName);
        const { items, ...page } = pageOf(user.groups, input);
        const found = [];
        for (const name of items) found.push(groupAnswer(await groupNamed(tx, account, name)));
        return { Groups: found, ...page };
      }),
  };
}
