/**
 * `gatewright credentials …`: users and their access keys without the AWS CLI. Everything goes through IAM's own operations, signed with the keys of the
 * environment, so in secure mode it may what those keys may.
 */
import { allOf, createIamClient, type IamClient } from './iam-client.ts';
import { remoteFromEnvironment } from './remote-aws-client.ts';
import { UsageError } from './usage-error.ts';

export interface CredentialsFlags {
  readonly policy?: readonly string[] | undefined;
  readonly endpoint?: string | undefined;
}

const expected = 'expected: credentials list | create NAME [--policy ARN]… | key NAME | revoke NAME KEY | delete NAME';

/** Resolves to the exit code. */
export async function credentialsCommand(words: readonly string[], flags: CredentialsFlags): Promise<number> {
  const [action, user, key, ...more] = words;
  const iam = createIamClient(remoteFromEnvironment(process.env, flags.endpoint));
  const takes = (count: number): boolean => words.length === count && more.length === 0;
  if (action !== 'create' && flags.policy !== undefined) throw new UsageError('--policy belongs to create');
  if (action === 'list' && takes(1)) await list(iam);
  else if (action === 'create' && takes(2)) await create(iam, user!, flags.policy ?? []);
  else if (action === 'key' && takes(2)) await newKey(iam, user!);
  else if (action === 'revoke' && takes(3)) {
    await iam('DeleteAccessKey', { UserName: user!, AccessKeyId: key! });
    console.log(`${key} of ${user} is good for nothing any more`);
  } else if (action === 'delete' && takes(2)) await remove(iam, user!);
  else throw new UsageError(expected);
  return 0;
}

async function list(iam: IamClient): Promise<void> {
  const users = await allOf(iam, 'ListUsers', 'Users');
  if (users.length === 0) console.log('There are no users; the root of an account needs none');
  for (const found of users) {
    const UserName = found.text('UserName')!;
    console.log(found.text('Arn'));
    for (const key of await allOf(iam, 'ListAccessKeys', 'AccessKeyMetadata', { UserName })) {
      console.log(`  ${key.text('AccessKeyId')} ${key.text('Status')}, made ${key.text('CreateDate')}`);
    }
  }
}

async function create(iam: IamClient, UserName: string, policies: readonly string[]): Promise<void> {
  const made = await iam('CreateUser', { UserName });
  // A user whose policies cannot be attached would be found half made by the next try.
  try {
    for (const PolicyArn of policies) await iam('AttachUserPolicy', { UserName, PolicyArn });
  } catch (error) {
    await remove(iam, UserName);
    throw error;
  }
  console.log(made.text('Arn'));
  await newKey(iam, UserName);
}

async function newKey(iam: IamClient, UserName: string): Promise<void> {
  const key = await iam('CreateAccessKey', { UserName });
  console.log(`AWS_ACCESS_KEY_ID=${key.text('AccessKeyId')}`);
  console.log(`AWS_SECRET_ACCESS_KEY=${key.text('SecretAccessKey')}`);
}

/** With everything that keeps IAM from deleting a user: keys, policies, groups. */
async function remove(iam: IamClient, UserName: string): Promise<void> {
  const of = { UserName };
  for (const key of await allOf(iam, 'ListAccessKeys', 'AccessKeyMetadata', of)) {
    await iam('DeleteAccessKey', { ...of, AccessKeyId: key.text('AccessKeyId')! });
  }
  for (const policy of await allOf(iam, 'ListAttachedUserPolicies', 'AttachedPolicies', of)) {
    await iam('DetachUserPolicy', { ...of, PolicyArn: policy.text('PolicyArn')! });
  }
  for (const { own: PolicyName } of await allOf(iam, 'ListUserPolicies', 'PolicyNames', of)) {
    await iam('DeleteUserPolicy', { ...of, PolicyName });
  }
  for (const group of await allOf(iam, 'ListGroupsForUser', 'Groups', of)) {
    await iam('RemoveUserFromGroup', { ...of, GroupName: group.text('GroupName')! });
  }
  await iam('DeleteUser', of);
  console.log(`${UserName} is deleted`);
}
