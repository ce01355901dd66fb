/**
 * The resource of a call to IAM, as its policies name it. A call names users, groups and roles without their path and in any case; a policy may name
 * both, so the identity is looked up: otherwise `Deny … user/admins/*` would stop nobody.
 */
import type { Collection, ReadTransaction } from '../../ports/store.ts';
import type { AuthorizedCall } from '../../wire/endpoint.ts';
import { type IamKind, iamArn } from './names.ts';
import { groups, instanceProfiles, keyOf, roles, users } from './records.ts';

interface Named {
  readonly account: string;
  readonly path: string;
  readonly name: string;
}

/** Member that names what an IAM call is about, most telling first, and where such things are kept. */
const named: readonly (readonly [string, IamKind, Collection<Named>])[] = [
  ['RoleName', 'role', roles],
  ['GroupName', 'group', groups],
  ['UserName', 'user', users],
  ['InstanceProfileName', 'instance-profile', instanceProfiles],
];

/** An ARN, or `*` for calls about nothing in particular. */
export async function iamResource(tx: ReadTransaction, { input, operation, call }: AuthorizedCall): Promise<string> {
  // Attaching a policy is done to the identity; everything else with an ARN is done to that.
  for (const [member, kind, kept] of named) {
    const name = input[member];
    if (typeof name !== 'string') continue;
    const found = await tx.get(kept, keyOf(call.account, name));
    return iamArn(kind, found ?? { account: call.account, path: pathOf(operation, input), name });
  }
  for (const member of ['PolicyArn', 'OpenIDConnectProviderArn', 'PolicySourceArn']) {
    if (typeof input[member] === 'string') return input[member];
  }
  if (typeof input['PolicyName'] === 'string') {
    return iamArn('policy', { account: call.account, path: pathOf(operation, input), name: input['PolicyName'] });
  }
  // Without a name users mean themselves.
  const isOwn = /^(?:GetUser|CreateAccessKey|ListAccessKeys|UpdateAccessKey|DeleteAccessKey)$/.test(operation);
  return isOwn ? call.callerArn : '*';
}

function pathOf(operation: string, { Path: path }: AuthorizedCall['input']): string {
  return operation.startsWith('Create') && typeof path === 'string' ? path : '/';
}
