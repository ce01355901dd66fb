/** Users and their access keys. */
import type { Call, Handlers } from '../../../wire/call.ts';
import type { Operations } from '../../../wire/generated/iam.ts';
import { userAnswer } from '../answers.ts';
import { type Directory, identitiesOf, keep, pageOf, requireAttachable, userNamed, withTags } from '../directory.ts';
import { alreadyExists, deleteConflict, limitExceeded, noSuchEntity, validation } from '../iam-errors.ts';
import { newSecret, newUniqueId } from '../names.ts';
import { accessKeyOwners, keyOf, type UserRecord, users } from '../records.ts';

const maxKeysPerUser = 2;

/** The user an operation is about: named, or the caller. */
export function userNameOf(given: string | undefined, call: Call): string {
  if (given !== undefined) return given;
  const name = /^arn:[^:]+:iam::\d{12}:user\/(?:.*\/)?([^/]+)$/.exec(call.callerArn)?.[1];
  if (name === undefined) throw validation('Must specify userName when calling with non-User credentials');
  return name;
}

export function userHandlers(directory: Directory): Handlers<Operations> {
  const { clock } = directory;
  return {
    CreateUser: (input, { account }) =>
      directory.write(async (tx) => {
        if ((await tx.get(users, keyOf(account, input.UserName))) !== undefined) {
          throw alreadyExists(`User with name ${input.UserName} already exists.`);
        }
        if (input.PermissionsBoundary !== undefined) await requireAttachable(tx, account, input.PermissionsBoundary);
        const user: UserRecord = {
          account,
          name: input.UserName,
          path: input.Path ?? '/',
          id: newUniqueId('AIDA'),
          createdAtMs: clock.now(),
          tags: withTags([], input.Tags ?? []),
          inline: {},
          attached: [],
          ...(input.PermissionsBoundary !== undefined && { boundary: input.PermissionsBoundary }),
          groups: [],
          accessKeys: [],
        };
        return { User: userAnswer(keep(tx, 'user', user)) };
      }),

    GetUser: (input, call) =>
      directory.read(async (tx) => {
        const { account } = call;
        if (input.UserName === undefined && call.callerArn.endsWith(':root')) {
          // The root is no user, but asks who it is all the same.
          const root = { UserId: account, Arn: call.callerArn, CreateDate: 0, Path: '/', UserName: account };
          return { User: root };
        }
        return { User: userAnswer(await userNamed(tx, account, userNameOf(input.UserName, call))) };
      }),

    ListUsers: (input, { account }) =>
      directory.read(async (tx) => {
        const found = (await identitiesOf(tx, 'user', account)) as readonly UserRecord[];
        const { items, ...page } = pageOf(
          found.filter(({ path }) => path.startsWith(input.PathPrefix ?? '/')),
          input,
        );
        return { Users: items.map((user) => userAnswer(user, true)), ...page };
      }),

    UpdateUser: (input, { account }) =>
      directory.write(async (tx) => {
        const user = await userNamed(tx, account, input.UserName);
        const name = input.NewUserName ?? user.name;
        if (name.toLowerCase() !== user.name.toLowerCase()) {
          if ((await tx.get(users, keyOf(account, name))) !== undefined) {
            throw alreadyExists(`User with name ${name} already exists.`);
          }
          tx.delete(users, keyOf(account, user.name));
        }
        for (const { id } of user.accessKeys) tx.put(accessKeyOwners, [id], { account, userName: name });
        keep(tx, 'user', { ...user, name, path: input.NewPath ?? user.path });
      }),

    DeleteUser: (input, { account }) =>
      directory.write(async (tx) => {
        const user = await userNamed(tx, account, input.UserName);
        if (user.attached.length > 0) throw deleteConflict('Cannot delete entity, must detach all policies first.');
        if (Object.keys(user.inline).length > 0)
          throw deleteConflict('Cannot delete entity, must delete policies first.');
        if (user.accessKeys.length > 0) throw deleteConflict('Cannot delete entity, must delete access keys first.');
        if (user.groups.length > 0) throw deleteConflict('Cannot delete entity, must remove users from group first.');
        tx.delete(users, keyOf(account, user.name));
      }),

    CreateAccessKey: (input, call) =>
      directory.write(async (tx) => {
        const { account } = call;
        const user = await userNamed(tx, account, userNameOf(input.UserName, call));
        if (user.accessKeys.length >= maxKeysPerUser) {
          throw limitExceeded(`Cannot exceed quota for AccessKeysPerUser: ${maxKeysPerUser}`);
        }
        const key = {
          id: newUniqueId('AKIA'),
          secret: newSecret(),
          status: 'Active',
          createdAtMs: clock.now(),
        } as const;
        keep(tx, 'user', { ...user, accessKeys: [...user.accessKeys, key] });
        tx.put(accessKeyOwners, [key.id], { account, userName: user.name });
        return {
          AccessKey: {
            UserName: user.name,
            AccessKeyId: key.id,
            Status: key.status,
            SecretAccessKey: key.secret,
            CreateDate: key.createdAtMs,
          },
        };
      }),

    ListAccessKeys: (input, call) =>
      directory.read(async (tx) => {
        const user = await userNamed(tx, call.account, userNameOf(input.UserName, call));
        const { items, ...page } = pageOf(user.accessKeys, input);
        const keys = items.map(({ id, status, createdAtMs }) => ({
          UserName: user.name,
          AccessKeyId: id,
          Status: status,
          CreateDate: createdAtMs,
        }));
        return { AccessKeyMetadata: keys, ...page };
      }),

    UpdateAccessKey: (input, call) =>
      directory.write(async (tx) => {
        const user = await ownerOf(input, call, tx);
        // Expired is what a key becomes, not what one makes it.
        const status = input.Status === 'Active' ? 'Active' : 'Inactive';
        const accessKeys = user.accessKeys.map((key) =>
          key.id === input.AccessKeyId ? ({ ...key, status } as const) : key,
        );
        keep(tx, 'user', { ...user, accessKeys });
      }),

    DeleteAccessKey: (input, call) =>
      directory.write(async (tx) => {
        const user = await ownerOf(input, call, tx);
        keep(tx, 'user', { ...user, accessKeys: user.accessKeys.filter(({ id }) => id !== input.AccessKeyId) });
        tx.delete(accessKeyOwners, [input.AccessKeyId]);
      }),

    GetAccessKeyLastUsed: (input, { account }) =>
      directory.read(async (tx) => {
        const owner = await tx.get(accessKeyOwners, [input.AccessKeyId]);
        if (owner?.account !== account) throw notFoundKey(input.AccessKeyId);
        // Uses are not recorded, as AWS answers for a key that was never used.
        return { UserName: owner.userName, AccessKeyLastUsed: { ServiceName: 'N/A', Region: 'N/A' } };
      }),

    // What users of Gatewright never have; asked before a user is deleted.
    ListSSHPublicKeys: () => ({ SSHPublicKeys: [], IsTruncated: false }),
    ListSigningCertificates: () => ({ Certificates: [], IsTruncated: false }),
    ListMFADevices: () => ({ MFADevices: [], IsTruncated: false }),
    ListVirtualMFADevices: () => ({ VirtualMFADevices: [], IsTruncated: false }),
    ListServiceSpecificCredentials: () => ({ ServiceSpecificCredentials: [] }),
    GetLoginProfile: (input, call) => noLoginProfile(input.UserName, call),
    DeleteLoginProfile: (input, call) => noLoginProfile(input.UserName, call),
  };

  async function noLoginProfile(given: string | undefined, call: Call): Promise<never> {
    const name = userNameOf(given, call);
    await directory.read((tx) => userNamed(tx, call.account, name));
    throw noSuchEntity(`Login Profile for User ${name} cannot be found.`);
  }
}

const notFoundKey = (id: string) => notFoundWithId('Access Key', id);
const notFoundWithId = (what: string, id: string) => noSuchEntity(`The ${what} with id ${id} cannot be found.`);

async function ownerOf(
  { UserName, AccessKeyId }: { UserName?: string; AccessKeyId: string },
  call: Call,
  tx: Parameters<typeof userNamed>[0],
): Promise<UserRecord> {
  const owner = await tx.get(accessKeyOwners, [AccessKeyId]);
  // Root may name the key alone; everybody else means one of their own.
  const name = UserName ?? (call.callerArn.endsWith(':root') ? owner?.userName : userNameOf(undefined, call));
  if (name === undefined) throw notFoundKey(AccessKeyId);
  const user = await userNamed(tx, call.account, name);
  if (!user.accessKeys.some(({ id }) => id === AccessKeyId)) throw notFoundKey(AccessKeyId);
  return user;
}
