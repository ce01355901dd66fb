/** Records as IAM answers them. */
import type { Group, InstanceProfile, Policy, Role, User } from '../../wire/generated/iam.ts';
import { type AwsManagedPolicy, awsManagedPolicies } from './aws-managed-policies.ts';
import { encodedDocument } from './directory.ts';
import { iamArn } from './names.ts';
import type {
  GroupRecord,
  IdentityRecord,
  InstanceProfileRecord,
  PolicyRecord,
  RoleRecord,
  UserRecord,
} from './records.ts';

function boundaryOf({ boundary }: IdentityRecord) {
  return boundary === undefined
    ? {}
    : {
        PermissionsBoundary: {
          PermissionsBoundaryType: 'PermissionsBoundaryPolicy' as const,
          PermissionsBoundaryArn: boundary,
        },
      };
}

/** Lists leave out tags and boundaries (API reference, ListUsers); an empty list of tags is never shown. */
export function userAnswer(
  user: UserRecord,
  isListed = false,
): User & { Path: string; UserName: string; UserId: string; Arn: string; CreateDate: number } {
  return {
    Path: user.path,
    UserName: user.name,
    UserId: user.id,
    Arn: iamArn('user', user),
    CreateDate: user.createdAtMs,
    ...(!isListed && boundaryOf(user)),
    ...(!isListed && user.tags.length > 0 && { Tags: user.tags }),
  };
}

export function groupAnswer(
  group: GroupRecord,
): Group & { Path: string; GroupName: string; GroupId: string; Arn: string; CreateDate: number } {
  return {
    Path: group.path,
    GroupName: group.name,
    GroupId: group.id,
    Arn: iamArn('group', group),
    CreateDate: group.createdAtMs,
  };
}

export function roleAnswer(
  role: RoleRecord,
  detail: 'created' | 'whole' | 'listed',
): Role & { Path: string; RoleName: string; RoleId: string; Arn: string; CreateDate: number } {
  return {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: iamArn('role', role),
    CreateDate: role.createdAtMs,
    AssumeRolePolicyDocument: encodedDocument(role.trust),
    ...(role.description !== undefined && { Description: role.description }),
    MaxSessionDuration: role.maxSessionSeconds,
    ...(detail !== 'listed' && boundaryOf(role)),
    ...(detail !== 'listed' && role.tags.length > 0 && { Tags: role.tags }),
    ...(detail === 'whole' && { RoleLastUsed: {} }),
  };
}

export function policyAnswer(policy: PolicyRecord, attachments: number, bounds: number, isListed = false): Policy {
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: iamArn('policy', policy),
    Path: policy.path,
    DefaultVersionId: policy.defaultVersionId,
    AttachmentCount: attachments,
    PermissionsBoundaryUsageCount: bounds,
    IsAttachable: true,
    ...(!isListed && policy.description !== undefined && { Description: policy.description }),
    CreateDate: policy.createdAtMs,
    UpdateDate: policy.updatedAtMs,
    ...(!isListed && policy.tags.length > 0 && { Tags: policy.tags }),
  };
}

/** AWS's own are older than any account. */
export const awsPoliciesSinceMs = Date.UTC(2015, 1, 6, 18, 39, 46);

export function awsPolicyAnswer(policy: AwsManagedPolicy, attachments: number, bounds: number): Policy {
  return {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: 'v1',
    AttachmentCount: attachments,
    PermissionsBoundaryUsageCount: bounds,
    IsAttachable: true,
    CreateDate: awsPoliciesSinceMs,
    UpdateDate: awsPoliciesSinceMs,
  };
}

export function profileAnswer(
  profile: InstanceProfileRecord,
  role: RoleRecord | undefined,
): InstanceProfile & {
  Path: string;
  InstanceProfileName: string;
  InstanceProfileId: string;
  Arn: string;
  CreateDate: number;
  Roles: readonly Role[];
} {
  return {
    Path: profile.path,
    InstanceProfileName: profile.name,
    InstanceProfileId: profile.id,
    Arn: iamArn('instance-profile', profile),
    CreateDate: profile.createdAtMs,
    Roles: (role === undefined ? [] : [roleAnswer(role, 'created')]) as never,
    ...(profile.tags.length > 0 && { Tags: profile.tags }),
  };
}

/** `AdministratorAccess` of its ARN. */
export function attachedPolicy(arn: string): { PolicyName: string; PolicyArn: string } {
  return { PolicyName: awsManagedPolicies.get(arn)?.name ?? arn.slice(arn.lastIndexOf('/') + 1), PolicyArn: arn };
}
