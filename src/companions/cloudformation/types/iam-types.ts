/** AWS::IAM::*. */
import { isDeepStrictEqual } from 'node:util';
import { ignoringGone } from '../engine/failure-reason.ts';
import { modelled, tagList, withoutUndefined } from './modelled.ts';
import { randomLetters } from './names.ts';
import type { Answer, Properties, ResourceContext, ResourceType } from './resource-type.ts';

const service = 'iam';

type Kind = 'Role' | 'User' | 'Group';

interface InlinePolicy {
  readonly PolicyName: string;
  readonly PolicyDocument: unknown;
}

const list = (value: unknown): readonly string[] => (value ?? []) as readonly string[];
const gone = (before: readonly string[], after: readonly string[]): string[] =>
  before.filter((each) => !after.includes(each));

/** Brings the policies of a role, user or group from what they were to what they are. */
async function changePolicies(
  kind: Kind,
  name: string,
  before: Properties,
  after: Properties,
  context: ResourceContext,
): Promise<void> {
  const who = { [`${kind}Name`]: name };
  const was = (before['Policies'] ?? []) as InlinePolicy[];
  const is = (after['Policies'] ?? []) as InlinePolicy[];
  for (const PolicyName of gone(
    was.map((each) => each.PolicyName),
    is.map((each) => each.PolicyName),
  )) {
    await context.call(service, `Delete${kind}Policy`, { ...who, PolicyName });
  }
  for (const policy of is) {
    if (was.some((each) => isDeepStrictEqual(each, policy))) continue;
    await context.call(service, `Put${kind}Policy`, { ...who, ...policy });
  }
  const [wasManaged, isManaged] = [list(before['ManagedPolicyArns']), list(after['ManagedPolicyArns'])];
  for (const PolicyArn of gone(wasManaged, isManaged))
    await context.call(service, `Detach${kind}Policy`, { ...who, PolicyArn });
  for (const PolicyArn of gone(isManaged, wasManaged))
    await context.call(service, `Attach${kind}Policy`, { ...who, PolicyArn });
}

async function changeBoundary(
  kind: 'Role' | 'User',
  name: string,
  before: Properties,
  after: Properties,
  context: ResourceContext,
): Promise<void> {
  const boundary = after['PermissionsBoundary'];
  if (boundary === before['PermissionsBoundary']) return;
  const who = { [`${kind}Name`]: name };
  if (boundary === undefined) await context.call(service, `Delete${kind}PermissionsBoundary`, who);
  else await context.call(service, `Put${kind}PermissionsBoundary`, { ...who, PermissionsBoundary: boundary });
}

async function changeIamTags(
  what: string,
  who: Record<string, unknown>,
  before: Properties,
  after: Properties,
  context: ResourceContext,
): Promise<void> {
  const was = tagList(before['Tags'], { ...context, tags: [] });
  const is = tagList(after['Tags'], context);
  const TagKeys = gone(
    was.map(({ Key }) => Key),
    is.map(({ Key }) => Key),
  );
  if (TagKeys.length > 0) await context.call(service, `Untag${what}`, { ...who, TagKeys });
  const Tags = is.filter((tag) => !was.some((each) => isDeepStrictEqual(each, tag)));
  if (Tags.length > 0) await context.call(service, `Tag${what}`, { ...who, Tags });
}

/** Everything that hangs on it goes first, also what others hung on it since. */
async function deleteIdentity(kind: Kind, name: string, context: ResourceContext): Promise<void> {
  const who = { [`${kind}Name`]: name };
  const { PolicyNames } = await context.call(service, `List${kind}Policies`, who);
  for (const PolicyName of PolicyNames as string[])
    await context.call(service, `Delete${kind}Policy`, { ...who, PolicyName });
  const { AttachedPolicies } = await context.call(service, `ListAttached${kind}Policies`, who);
  for (const { PolicyArn } of AttachedPolicies as Answer[])
    await context.call(service, `Detach${kind}Policy`, { ...who, PolicyArn });
  await context.call(service, `Delete${kind}`, who);
}

const withTags = (properties: Properties, context: ResourceContext): Record<string, unknown> => {
  const Tags = tagList(properties['Tags'], context);
  return Tags.length > 0 ? { Tags } : {};
};

const role: ResourceType = {
  needs: ['iam:CreateRole'],
  identifiers: ['RoleName'],
  replacedBy: ['RoleName', 'Path'],
  required: ['AssumeRolePolicyDocument'],
  properties: new Set([
    ...['AssumeRolePolicyDocument', 'Description', 'ManagedPolicyArns', 'MaxSessionDuration', 'Path'],
    ...['PermissionsBoundary', 'Policies', 'RoleName', 'Tags'],
  ]),
  async create(properties, context) {
    const { Policies: _, ManagedPolicyArns: __, Tags: ___, ...rest } = properties;
    const RoleName = properties['RoleName'] ?? context.newName(64);
    const { Role } = await context.call(service, 'CreateRole', { ...rest, RoleName, ...withTags(properties, context) });
    try {
      await changePolicies('Role', RoleName, {}, properties, context);
    } catch (error) {
      await ignoringGone(deleteIdentity('Role', RoleName, context));
      throw error;
    }
    return { physicalId: RoleName, attributes: { Arn: Role.Arn, RoleId: Role.RoleId } };
  },
  async update(made, properties, before, context) {
    const RoleName = made.physicalId;
    if (!isDeepStrictEqual(properties['AssumeRolePolicyDocument'], before['AssumeRolePolicyDocument'])) {
      const PolicyDocument = properties['AssumeRolePolicyDocument'];
      await context.call(service, 'UpdateAssumeRolePolicy', { RoleName, PolicyDocument });
    }
    if (
      properties['Description'] !== before['Description'] ||
      properties['MaxSessionDuration'] !== before['MaxSessionDuration']
    ) {
      const { Description = '', MaxSessionDuration = 3600 } = properties;
      await context.call(service, 'UpdateRole', { RoleName, Description, MaxSessionDuration });
    }
    await changeBoundary('Role', RoleName, before, properties, context);
    await changePolicies('Role', RoleName, before, properties, context);
    await changeIamTags('Role', { RoleName }, before, properties, context);
    return made;
  },
  delete: ({ physicalId }, _properties, context) => deleteIdentity('Role', physicalId, context),
  async read({ RoleName }, _properties, context) {
    const { Role } = await context.call(service, 'GetRole', { RoleName });
    return { physicalId: Role.RoleName, attributes: { Arn: Role.Arn, RoleId: Role.RoleId } };
  },
};

const user: ResourceType = {
  needs: ['iam:CreateUser'],
  identifiers: ['UserName'],
  replacedBy: ['UserName'],
  properties: new Set(['Groups', 'ManagedPolicyArns', 'Path', 'PermissionsBoundary', 'Policies', 'Tags', 'UserName']),
  async create(properties, context) {
    const { Path, PermissionsBoundary } = properties;
    const UserName = properties['UserName'] ?? context.newName(64);
    const input = withoutUndefined({ UserName, Path, PermissionsBoundary });
    const { User } = await context.call(service, 'CreateUser', { ...input, ...withTags(properties, context) });
    try {
      await changePolicies('User', UserName, {}, properties, context);
      await changeGroups(UserName, [], list(properties['Groups']), context);
    } catch (error) {
      await ignoringGone(deleteUser(UserName, context));
      throw error;
    }
    return { physicalId: UserName, attributes: { Arn: User.Arn } };
  },
  async update(made, properties, before, context) {
    const UserName = made.physicalId;
    if (properties['Path'] !== before['Path']) {
      await context.call(service, 'UpdateUser', { UserName, NewPath: properties['Path'] ?? '/' });
    }
    await changeBoundary('User', UserName, before, properties, context);
    await changePolicies('User', UserName, before, properties, context);
    await changeGroups(UserName, list(before['Groups']), list(properties['Groups']), context);
    await changeIamTags('User', { UserName }, before, properties, context);
    const { User } = await context.call(service, 'GetUser', { UserName });
    return { ...made, attributes: { Arn: User.Arn } };
  },
  delete: ({ physicalId }, _properties, context) => deleteUser(physicalId, context),
};

async function changeGroups(
  UserName: string,
  before: readonly string[],
  after: readonly string[],
  context: ResourceContext,
): Promise<void> {
  for (const GroupName of gone(before, after))
    await context.call(service, 'RemoveUserFromGroup', { UserName, GroupName });
  for (const GroupName of gone(after, before)) await context.call(service, 'AddUserToGroup', { UserName, GroupName });
}

async function deleteUser(UserName: string, context: ResourceContext): Promise<void> {
  const { Groups } = await context.call(service, 'ListGroupsForUser', { UserName });
  await changeGroups(
    UserName,
    (Groups as Answer[]).map(({ GroupName }) => GroupName),
    [],
    context,
  );
  await deleteIdentity('User', UserName, context);
}

const group: ResourceType = {
  needs: ['iam:CreateGroup'],
  identifiers: ['GroupName'],
  replacedBy: ['GroupName'],
  properties: new Set(['GroupName', 'ManagedPolicyArns', 'Path', 'Policies']),
  async create(properties, context) {
    const GroupName = properties['GroupName'] ?? context.newName(128);
    const { Group } = await context.call(
      service,
      'CreateGroup',
      withoutUndefined({ GroupName, Path: properties['Path'] }),
    );
    try {
      await changePolicies('Group', GroupName, {}, properties, context);
    } catch (error) {
      await ignoringGone(deleteIdentity('Group', GroupName, context));
      throw error;
    }
    return { physicalId: GroupName, attributes: { Arn: Group.Arn } };
  },
  async update(made, properties, before, context) {
    if (properties['Path'] !== before['Path']) {
      await context.call(service, 'UpdateGroup', { GroupName: made.physicalId, NewPath: properties['Path'] ?? '/' });
    }
    await changePolicies('Group', made.physicalId, before, properties, context);
    return made;
  },
  delete: ({ physicalId }, _properties, context) => deleteIdentity('Group', physicalId, context),
};

const kinds: readonly [property: string, kind: Kind][] = [
  ['Roles', 'Role'],
  ['Users', 'User'],
  ['Groups', 'Group'],
];

/** An inline policy that one resource puts on several roles, users and groups. */
const policy: ResourceType = {
  needs: ['iam:PutRolePolicy'],
  identifiers: ['Id'],
  replacedBy: [],
  required: ['PolicyDocument', 'PolicyName'],
  properties: new Set(['Groups', 'PolicyDocument', 'PolicyName', 'Roles', 'Users']),
  async create(properties, context) {
    const { PolicyName, PolicyDocument } = properties;
    if (kinds.every(([property]) => list(properties[property]).length === 0)) {
      throw new Error('At least one of [Groups,Roles,Users] must be non-empty.');
    }
    for (const [property, kind] of kinds) {
      for (const name of list(properties[property])) {
        await context.call(service, `Put${kind}Policy`, { [`${kind}Name`]: name, PolicyName, PolicyDocument });
      }
    }
    const id = `${context.stackName.slice(0, 5)}-${context.logicalId.slice(0, 4)}-${randomLetters(12)}`;
    return { physicalId: id, attributes: { Id: id } };
  },
  async update(made, properties, before, context) {
    const { PolicyName, PolicyDocument } = properties;
    for (const [property, kind] of kinds) {
      for (const name of list(properties[property])) {
        await context.call(service, `Put${kind}Policy`, { [`${kind}Name`]: name, PolicyName, PolicyDocument });
      }
      const old =
        before['PolicyName'] === PolicyName
          ? gone(list(before[property]), list(properties[property]))
          : list(before[property]);
      await removeInline(kind, old, before['PolicyName'], context);
    }
    return made;
  },
  async delete(_made, properties, context) {
    for (const [property, kind] of kinds)
      await removeInline(kind, list(properties[property]), properties['PolicyName'], context);
  },
};

async function removeInline(
  kind: Kind,
  names: readonly string[],
  PolicyName: string,
  context: ResourceContext,
): Promise<void> {
  for (const name of names) {
    await ignoringGone(context.call(service, `Delete${kind}Policy`, { [`${kind}Name`]: name, PolicyName }));
  }
}

/** AWS::IAM::RolePolicy and its kin: one policy of one identity. */
function inlinePolicyOf(kind: Kind): ResourceType {
  const whose = `${kind}Name`;
  return {
    needs: [`iam:Put${kind}Policy`],
    identifiers: ['PolicyName', whose],
    replacedBy: ['PolicyName', whose],
    required: ['PolicyName', whose],
    properties: new Set(['PolicyDocument', 'PolicyName', whose]),
    async create(properties, context) {
      await context.call(service, `Put${kind}Policy`, properties);
      return { physicalId: `${properties['PolicyName']}|${properties[whose]}` };
    },
    async update(made, properties, _before, context) {
      await context.call(service, `Put${kind}Policy`, properties);
      return made;
    },
    delete: (_made, properties, context) => removeInline(kind, [properties[whose]], properties['PolicyName'], context),
  };
}

const managedPolicy: ResourceType = {
  needs: ['iam:CreatePolicy'],
  identifiers: ['PolicyArn'],
  replacedBy: ['Description', 'ManagedPolicyName', 'Path'],
  required: ['PolicyDocument'],
  properties: new Set([
    'Description',
    'Groups',
    'ManagedPolicyName',
    'Path',
    'PolicyDocument',
    'Roles',
    'Tags',
    'Users',
  ]),
  async create(properties, context) {
    const { Description, Path, PolicyDocument } = properties;
    const PolicyName = properties['ManagedPolicyName'] ?? context.newName(128);
    const { Policy } = await context.call(service, 'CreatePolicy', {
      ...withoutUndefined({ PolicyName, Description, Path, PolicyDocument }),
      ...withTags(properties, context),
    });
    const made = { physicalId: Policy.Arn, attributes: { PolicyArn: Policy.Arn, PolicyId: Policy.PolicyId } };
    await attach(Policy.Arn, {}, properties, context);
    return made;
  },
  async update(made, properties, before, context) {
    const PolicyArn = made.physicalId;
    if (!isDeepStrictEqual(properties['PolicyDocument'], before['PolicyDocument'])) {
      // Five versions are kept; the oldest makes room.
      const { Versions } = await context.call(service, 'ListPolicyVersions', { PolicyArn });
      const old = (Versions as Answer[]).filter((each) => each['IsDefaultVersion'] !== true);
      if (Versions.length >= 5)
        await context.call(service, 'DeletePolicyVersion', { PolicyArn, VersionId: old.at(-1)!['VersionId'] });
      const PolicyDocument = properties['PolicyDocument'];
      await context.call(service, 'CreatePolicyVersion', { PolicyArn, PolicyDocument, SetAsDefault: true });
    }
    await attach(PolicyArn, before, properties, context);
    await changeIamTags('Policy', { PolicyArn }, before, properties, context);
    return made;
  },
  async delete({ physicalId: PolicyArn }, _properties, context) {
    const on = await context.call(service, 'ListEntitiesForPolicy', { PolicyArn });
    for (const [property, kind] of kinds) {
      for (const entity of (on[`Policy${property}`] ?? []) as Answer[]) {
        const whose = `${kind}Name`;
        await context.call(service, `Detach${kind}Policy`, { [whose]: entity[whose], PolicyArn });
      }
    }
    const { Versions } = await context.call(service, 'ListPolicyVersions', { PolicyArn });
    for (const { VersionId, IsDefaultVersion } of Versions as Answer[]) {
      if (IsDefaultVersion !== true) await context.call(service, 'DeletePolicyVersion', { PolicyArn, VersionId });
    }
    await context.call(service, 'DeletePolicy', { PolicyArn });
  },
};

async function attach(
  PolicyArn: string,
  before: Properties,
  after: Properties,
  context: ResourceContext,
): Promise<void> {
  for (const [property, kind] of kinds) {
    const [was, is] = [list(before[property]), list(after[property])];
    for (const name of gone(was, is))
      await context.call(service, `Detach${kind}Policy`, { [`${kind}Name`]: name, PolicyArn });
    for (const name of gone(is, was))
      await context.call(service, `Attach${kind}Policy`, { [`${kind}Name`]: name, PolicyArn });
  }
}

const accessKey: ResourceType = {
  needs: ['iam:CreateAccessKey'],
  identifiers: ['Id'],
  replacedBy: ['Serial', 'UserName'],
  required: ['UserName'],
  properties: new Set(['Serial', 'Status', 'UserName']),
  async create({ UserName, Status }, context) {
    const { AccessKey } = await context.call(service, 'CreateAccessKey', { UserName });
    const { AccessKeyId, SecretAccessKey } = AccessKey;
    if (Status === 'Inactive') await context.call(service, 'UpdateAccessKey', { UserName, AccessKeyId, Status });
    return { physicalId: AccessKeyId, attributes: { SecretAccessKey } };
  },
  async update(made, { UserName, Status = 'Active' }, _before, context) {
    await context.call(service, 'UpdateAccessKey', { UserName, AccessKeyId: made.physicalId, Status });
    return made;
  },
  async delete({ physicalId }, { UserName }, context) {
    await context.call(service, 'DeleteAccessKey', { UserName, AccessKeyId: physicalId });
  },
};

const instanceProfile: ResourceType = {
  needs: ['iam:CreateInstanceProfile'],
  identifiers: ['InstanceProfileName'],
  replacedBy: ['InstanceProfileName', 'Path'],
  required: ['Roles'],
  properties: new Set(['InstanceProfileName', 'Path', 'Roles']),
  async create({ Path, Roles, InstanceProfileName: given }, context) {
    const InstanceProfileName = given ?? context.newName(128);
    const { InstanceProfile } = await context.call(
      service,
      'CreateInstanceProfile',
      withoutUndefined({ InstanceProfileName, Path }),
    );
    for (const RoleName of list(Roles))
      await context.call(service, 'AddRoleToInstanceProfile', { InstanceProfileName, RoleName });
    return { physicalId: InstanceProfileName, attributes: { Arn: InstanceProfile.Arn } };
  },
  async update(made, properties, before, context) {
    const InstanceProfileName = made.physicalId;
    const [was, is] = [list(before['Roles']), list(properties['Roles'])];
    for (const RoleName of gone(was, is))
      await context.call(service, 'RemoveRoleFromInstanceProfile', { InstanceProfileName, RoleName });
    for (const RoleName of gone(is, was))
      await context.call(service, 'AddRoleToInstanceProfile', { InstanceProfileName, RoleName });
    return made;
  },
  async delete({ physicalId: InstanceProfileName }, { Roles }, context) {
    for (const RoleName of list(Roles)) {
      await ignoringGone(context.call(service, 'RemoveRoleFromInstanceProfile', { InstanceProfileName, RoleName }));
    }
    await context.call(service, 'DeleteInstanceProfile', { InstanceProfileName });
  },
};

const userToGroup: ResourceType = {
  needs: ['iam:AddUserToGroup'],
  identifiers: ['Id'],
  replacedBy: ['GroupName'],
  required: ['GroupName', 'Users'],
  properties: new Set(['GroupName', 'Users']),
  async create({ GroupName, Users }, context) {
    for (const UserName of list(Users)) await context.call(service, 'AddUserToGroup', { GroupName, UserName });
    const id = context.newName(64);
    return { physicalId: id, attributes: { Id: id } };
  },
  async update(made, { GroupName, Users }, before, context) {
    const [was, is] = [list(before['Users']), list(Users)];
    for (const UserName of gone(was, is))
      await ignoringGone(context.call(service, 'RemoveUserFromGroup', { GroupName, UserName }));
    for (const UserName of gone(is, was)) await context.call(service, 'AddUserToGroup', { GroupName, UserName });
    return made;
  },
  async delete(_made, { GroupName, Users }, context) {
    for (const UserName of list(Users))
      await ignoringGone(context.call(service, 'RemoveUserFromGroup', { GroupName, UserName }));
  },
};

export const iamTypes: Readonly<Record<string, ResourceType>> = {
  Role: role,
  User: user,
  Group: group,
  Policy: policy,
  RolePolicy: inlinePolicyOf('Role'),
  UserPolicy: inlinePolicyOf('User'),
  GroupPolicy: inlinePolicyOf('Group'),
  ManagedPolicy: managedPolicy,
  AccessKey: accessKey,
  InstanceProfile: instanceProfile,
  UserToGroupAddition: userToGroup,
  ServiceLinkedRole: modelled({
    ...{ service, create: 'CreateServiceLinkedRole', delete: 'DeleteServiceLinkedRole' },
    ...{ id: 'Role.RoleName', idMember: 'RoleName' },
    properties: ['AWSServiceName', 'CustomSuffix', 'Description'],
    attributes: ({ Role }) => ({ RoleName: Role?.RoleName }),
  }),
  OIDCProvider: modelled({
    ...{ service, create: 'CreateOpenIDConnectProvider', delete: 'DeleteOpenIDConnectProvider' },
    ...{ id: 'OpenIDConnectProviderArn', idMember: 'OpenIDConnectProviderArn' },
    properties: ['ClientIdList', 'Tags', 'ThumbprintList', 'Url'],
    attributes: ({ OpenIDConnectProviderArn }) => ({ Arn: OpenIDConnectProviderArn }),
  }),
};
