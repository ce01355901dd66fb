/** Roles, service-linked ones among them, and the instance profiles that hold them. */
import type { ReadTransaction } from '../../../ports/store.ts';
import type { Handlers } from '../../../wire/call.ts';
import type { Operations } from '../../../wire/generated/iam.ts';
import { profileAnswer, roleAnswer } from '../answers.ts';
import {
  checkPolicyText,
  type Directory,
  identitiesOf,
  keep,
  pageOf,
  policySize,
  requireAttachable,
  roleNamed,
  withoutTags,
  withTags,
} from '../directory.ts';
import {
  alreadyExists,
  deleteConflict,
  invalidInput,
  limitExceeded,
  noSuchEntity,
  unmodifiable,
} from '../iam-errors.ts';
import { newUniqueId } from '../names.ts';
import { type InstanceProfileRecord, instanceProfiles, keyOf, type RoleRecord, roles } from '../records.ts';
import { linkedRole, linkedRoleName, makeLinkedRole, serviceRolePath } from '../service-linked-roles.ts';

const defaultSessionSeconds = 3600;
/** AWS's quota, 2,048 characters unless raised. */
const maxTrustCharacters = 2048;

function checkTrust(text: string): void {
  checkPolicyText(text, 'trust');
  if (policySize(text) > maxTrustCharacters) {
    throw limitExceeded(`Cannot exceed quota for ACLSizePerRole: ${maxTrustCharacters}`);
  }
}

/** Only its service may change a service-linked role. */
function requireOwn(role: RoleRecord): RoleRecord {
  if (!role.path.startsWith(serviceRolePath)) return role;
  throw unmodifiable(
    `Cannot perform the operation on the protected role '${role.name}' - this role is only modifiable by AWS`,
  );
}

export function roleHandlers(directory: Directory): Handlers<Operations> {
  const { clock } = directory;

  async function update(account: string, name: string, change: (role: RoleRecord) => RoleRecord): Promise<RoleRecord> {
    return directory.write(async (tx) => keep(tx, 'role', change(requireOwn(await roleNamed(tx, account, name)))));
  }

  async function profilesOf(tx: ReadTransaction, account: string, role?: RoleRecord): Promise<InstanceProfileRecord[]> {
    const all = (await tx.list(instanceProfiles, [account])).map(({ value }) => value);
    return role === undefined ? all : all.filter((profile) => profile.role?.toLowerCase() === role.name.toLowerCase());
  }

  async function profileNamed(tx: ReadTransaction, account: string, name: string): Promise<InstanceProfileRecord> {
    const profile = await tx.get(instanceProfiles, keyOf(account, name));
    if (profile === undefined) throw noSuchEntity(`Instance Profile ${name} cannot be found.`);
    return profile;
  }

  async function shown(tx: ReadTransaction, profile: InstanceProfileRecord) {
    const role = profile.role === undefined ? undefined : await tx.get(roles, keyOf(profile.account, profile.role));
    return profileAnswer(profile, role);
  }

  return {
    CreateRole: (input, { account }) =>
      directory.write(async (tx) => {
        checkTrust(input.AssumeRolePolicyDocument);
        if ((await tx.get(roles, keyOf(account, input.RoleName))) !== undefined) {
          throw alreadyExists(`Role with name ${input.RoleName} already exists.`);
        }
        if (input.PermissionsBoundary !== undefined) await requireAttachable(tx, account, input.PermissionsBoundary);
        const role: RoleRecord = {
          account,
          name: input.RoleName,
          path: input.Path ?? '/',
          id: newUniqueId('AROA'),
          createdAtMs: clock.now(),
          tags: withTags([], input.Tags ?? []),
          inline: {},
          attached: [],
          ...(input.PermissionsBoundary !== undefined && { boundary: input.PermissionsBoundary }),
          trust: input.AssumeRolePolicyDocument,
          ...(input.Description !== undefined && { description: input.Description }),
          maxSessionSeconds: input.MaxSessionDuration ?? defaultSessionSeconds,
        };
        const { MaxSessionDuration: _, ...answer } = roleAnswer(keep(tx, 'role', role), 'created');
        // CreateRole shows a duration only when one was asked for.
        return {
          Role: {
            ...answer,
            ...(input.MaxSessionDuration !== undefined && { MaxSessionDuration: role.maxSessionSeconds }),
          },
        };
      }),

    GetRole: (input, { account }) =>
      directory.read(async (tx) => ({ Role: roleAnswer(await roleNamed(tx, account, input.RoleName), 'whole') })),

    ListRoles: (input, { account }) =>
      directory.read(async (tx) => {
        const found = (await identitiesOf(tx, 'role', account)) as readonly RoleRecord[];
        const { items, ...page } = pageOf(
          found.filter(({ path }) => path.startsWith(input.PathPrefix ?? '/')),
          input,
        );
        return { Roles: items.map((role) => roleAnswer(role, 'listed')), ...page };
      }),

    UpdateRole: async (input, { account }) => {
      await update(account, input.RoleName, (role) => ({
        ...role,
        ...(input.Description !== undefined && { description: input.Description }),
        ...(input.MaxSessionDuration !== undefined && { maxSessionSeconds: input.MaxSessionDuration }),
      }));
      return {};
    },

    UpdateRoleDescription: async (input, { account }) => {
      const role = await update(account, input.RoleName, (each) => ({ ...each, description: input.Description }));
      return { Role: roleAnswer(role, 'created') };
    },

    UpdateAssumeRolePolicy: async (input, { account }) => {
      checkTrust(input.PolicyDocument);
      await update(account, input.RoleName, (role) => ({ ...role, trust: input.PolicyDocument }));
    },

    DeleteRole: (input, { account }) =>
      directory.write(async (tx) => {
        const role = requireOwn(await roleNamed(tx, account, input.RoleName));
        if ((await profilesOf(tx, account, role)).length > 0) {
          throw deleteConflict('Cannot delete entity, must remove roles from instance profile first.');
        }
        if (role.attached.length > 0) throw deleteConflict('Cannot delete entity, must detach all policies first.');
        if (Object.keys(role.inline).length > 0)
          throw deleteConflict('Cannot delete entity, must delete policies first.');
        tx.delete(roles, keyOf(account, role.name));
      }),

    CreateServiceLinkedRole: (input, { account }) =>
      directory.write(async (tx) => {
        const { AWSServiceName: service, CustomSuffix: suffix, Description: description } = input;
        const name = linkedRoleName(service);
        if (name === undefined)
          throw invalidInput(`Service principal ${service} does not support service-linked roles.`);
        if (suffix !== undefined) throw invalidInput('Custom suffix is not allowed for ' + service);
        if ((await linkedRole(tx, account, service)) !== undefined) {
          throw invalidInput(
            `Service role name ${name} has been taken in this account, please try a different suffix.`,
          );
        }
        const role = makeLinkedRole(tx, { account, service, createdAtMs: clock.now(), description });
        const { MaxSessionDuration: _, ...answer } = roleAnswer(role, 'created');
        return { Role: answer };
      }),

    DeleteServiceLinkedRole: (input, { account }) =>
      directory.write(async (tx) => {
        const role = await roleNamed(tx, account, input.RoleName);
        if (!role.path.startsWith(serviceRolePath)) {
          throw invalidInput(`The role ${role.name} is not a service-linked role.`);
        }
        tx.delete(roles, keyOf(account, role.name));
        return { DeletionTaskId: `task${role.path}${role.name}/${newUniqueId('AROA')}` };
      }),

    // Deleted at once, so any task that was given out has succeeded.
    GetServiceLinkedRoleDeletionStatus: () => ({ Status: 'SUCCEEDED' }),

    CreateInstanceProfile: (input, { account }) =>
      directory.write(async (tx) => {
        const name = input.InstanceProfileName;
        if ((await tx.get(instanceProfiles, keyOf(account, name))) !== undefined) {
          throw alreadyExists(`Instance Profile ${name} already exists.`);
        }
        const profile: InstanceProfileRecord = {
          account,
          name,
          path: input.Path ?? '/',
          id: newUniqueId('AIPA'),
          createdAtMs: clock.now(),
          tags: withTags([], input.Tags ?? []),
        };
        tx.put(instanceProfiles, keyOf(account, name), profile);
        return { InstanceProfile: profileAnswer(profile, undefined) };
      }),

    GetInstanceProfile: (input, { account }) =>
      directory.read(async (tx) => ({
        InstanceProfile: await shown(tx, await profileNamed(tx, account, input.InstanceProfileName)),
      })),

    DeleteInstanceProfile: (input, { account }) =>
      directory.write(async (tx) => {
        const profile = await profileNamed(tx, account, input.InstanceProfileName);
        if (profile.role !== undefined)
          throw deleteConflict('Cannot delete entity, must remove roles from instance profile first.');
        tx.delete(instanceProfiles, keyOf(account, profile.name));
      }),

    ListInstanceProfiles: (input, { account }) =>
      directory.read(async (tx) => {
        const found = (await profilesOf(tx, account)).filter(({ path }) => path.startsWith(input.PathPrefix ?? '/'));
        const { items, ...page } = pageOf(found, input);
        return { InstanceProfiles: await Promise.all(items.map((profile) => shown(tx, profile))), ...page };
      }),

    ListInstanceProfilesForRole: (input, { account }) =>
      directory.read(async (tx) => {
        const role = await roleNamed(tx, account, input.RoleName);
        const { items, ...page } = pageOf(await profilesOf(tx, account, role), input);
        return { InstanceProfiles: items.map((profile) => profileAnswer(profile, role)), ...page };
      }),

    AddRoleToInstanceProfile: (input, { account }) =>
      directory.write(async (tx) => {
        const profile = await profileNamed(tx, account, input.InstanceProfileName);
        const role = await roleNamed(tx, account, input.RoleName);
        if (profile.role !== undefined)
          throw limitExceeded('Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1');
        tx.put(instanceProfiles, keyOf(account, profile.name), { ...profile, role: role.name });
      }),

    RemoveRoleFromInstanceProfile: (input, { account }) =>
      directory.write(async (tx) => {
        const { role, ...profile } = await profileNamed(tx, account, input.InstanceProfileName);
        await roleNamed(tx, account, input.RoleName);
        if (role?.toLowerCase() !== input.RoleName.toLowerCase()) {
          throw noSuchEntity(`Role ${input.RoleName} in Instance Profile ${profile.name} cannot be found.`);
        }
        tx.put(instanceProfiles, keyOf(account, profile.name), profile);
      }),

    TagInstanceProfile: (input, { account }) =>
      directory.write(async (tx) => {
        const profile = await profileNamed(tx, account, input.InstanceProfileName);
        tx.put(instanceProfiles, keyOf(account, profile.name), {
          ...profile,
          tags: withTags(profile.tags, input.Tags),
        });
      }),

    UntagInstanceProfile: (input, { account }) =>
      directory.write(async (tx) => {
        const profile = await profileNamed(tx, account, input.InstanceProfileName);
        tx.put(instanceProfiles, keyOf(account, profile.name), {
          ...profile,
          tags: withoutTags(profile.tags, input.TagKeys),
        });
      }),

    ListInstanceProfileTags: (input, { account }) =>
      directory.read(async (tx) => {
        const { items, ...page } = pageOf((await profileNamed(tx, account, input.InstanceProfileName)).tags, input);
        return { Tags: items, ...page };
      }),
  };
}
