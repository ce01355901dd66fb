/**
 * Access keys and sessions as callers: whose they are and what their policies allow. A key is put together when first used and kept until anything in IAM
 * changes, so that a signed request costs no query.
 */
import { allPermissions, type Permissions, permissionsOf } from '../../base/permissions.ts';
import { type CompiledPolicy, compilePolicy } from '../../base/policy.ts';
import { type AccessKey, type Caller, type Credentials, rootAccessKey, rootCaller } from '../../ports/credentials.ts';
import type { Roles } from '../../ports/roles.ts';
import type { ReadTransaction, Store } from '../../ports/store.ts';
import { compiledAwsPolicy } from './aws-managed-policies.ts';
import { iamArn, parseIamArn } from './names.ts';
import {
  accessKeyOwners,
  groups,
  type IdentityRecord,
  keyOf,
  policies,
  roles,
  rootKeys,
  type SessionRecord,
  sessions,
  type UserRecord,
  users,
} from './records.ts';
import { trustOf } from './trust.ts';

export interface KeyRing extends Credentials, Roles {
  /** Something in IAM has changed. */
  forget(): void;
}

/** Most keys kept at once; what does not fit is put together again. */
const maxKeys = 10_000;

/** Keys over a store; reads nothing yet. */
export function createKeyRing(store: Store): KeyRing {
  let known = new Map<string, AccessKey>();
  let acting = new Map<string, Caller | string>();

  async function load(accessKeyId: string): Promise<AccessKey | undefined> {
    const asOf = known;
    const key = await store.read((tx) => keyFrom(tx, accessKeyId));
    // What was read may be old by now: then it is used once and not kept.
    if (key !== undefined && asOf === known) {
      if (known.size >= maxKeys) known.clear();
      known.set(accessKeyId, key);
    }
    return key;
  }

  async function loadRole(roleArn: string, service: string): Promise<Caller | string> {
    const asOf = acting;
    const found = await store.read((tx) => actingRole(tx, roleArn, service));
    if (asOf === acting) {
      if (acting.size >= maxKeys) acting.clear();
      acting.set(`${service} ${roleArn}`, found);
    }
    return found;
  }

  return {
    actingAs: (roleArn, service) => acting.get(`${service} ${roleArn}`) ?? loadRole(roleArn, service),
    accessKey: (accessKeyId) => known.get(accessKeyId) ?? (isKeyId(accessKeyId) ? load(accessKeyId) : undefined),
    forget() {
      known = new Map();
      acting = new Map();
    },
  };
}

/** A role as the gateway acts in it; a sentence when it may not. */
async function actingRole(tx: ReadTransaction, roleArn: string, service: string): Promise<Caller | string> {
  const named = parseIamArn('role', roleArn);
  const role = named && (await tx.get(roles, keyOf(named.account, named.name)));
  if (role === undefined || role.path !== named?.path) return `there is no role ${roleArn}`;
  if (trustOf(role, { principal: { kind: 'Service', names: [service] } }).decision !== 'allow') {
    return `the role ${roleArn} does not trust ${service}`;
  }
  // Recorded: API Gateway's own name for the session.
  const caller = await roleCaller(
    tx,
    role.account,
    { roleArn, roleId: role.id, sessionName: 'BackplaneAssumeRoleSession', exists: true },
    [],
    [],
  );
  return caller ?? `there is no role ${roleArn}`;
}

/** What IAM made; anything else need not be looked up. */
function isKeyId(text: string): boolean {
  return /^A[KS]IA[A-Z2-7]{16}$/.test(text);
}

async function keyFrom(tx: ReadTransaction, accessKeyId: string): Promise<AccessKey | undefined> {
  if (accessKeyId.startsWith('ASIA')) {
    const session = await tx.get(sessions, [accessKeyId]);
    return session === undefined ? undefined : sessionKey(tx, session);
  }
  const root = await tx.get(rootKeys, [accessKeyId]);
  if (root !== undefined) return rootAccessKey(root);
  const owner = await tx.get(accessKeyOwners, [accessKeyId]);
  const user = owner && (await tx.get(users, keyOf(owner.account, owner.userName)));
  const key = user?.accessKeys.find(({ id }) => id === accessKeyId);
  if (user === undefined || key === undefined || key.status !== 'Active') return undefined;
  return { accessKeyId, secretAccessKey: key.secret, ...(await userCaller(tx, user)) };
}

async function sessionKey(tx: ReadTransaction, session: SessionRecord): Promise<AccessKey | undefined> {
  const caller = await sessionCaller(tx, session);
  if (caller === undefined) return undefined;
  const { accessKeyId, secret: secretAccessKey, token: sessionToken, expiresAtMs, cognito } = session;
  return { accessKeyId, secretAccessKey, sessionToken, expiresAtMs, ...caller, ...(cognito && { cognito }) };
}

/** A user as a caller, with further policies when simulated. */
export async function userCaller(
  tx: ReadTransaction,
  user: UserRecord,
  more: readonly CompiledPolicy[] = [],
): Promise<Caller> {
  const own = await policiesOfUser(tx, user);
  const callerArn = iamArn('user', user);
  return {
    account: user.account,
    callerArn,
    userId: user.id,
    principal: { kind: 'AWS', names: [callerArn] },
    permissions: permissionsOf({ ...own, identity: [...own.identity, ...more] }),
    context: new Map<string, string>([
      ...user.tags.map(({ Key, Value }) => [`aws:principaltag/${Key.toLowerCase()}`, Value] as const),
      ['aws:username', user.name],
      ['aws:userid', user.id],
      ['aws:principalarn', callerArn],
      ['aws:principalaccount', user.account],
      ['aws:principaltype', 'User'],
    ]),
  };
}

async function policiesOfUser(tx: ReadTransaction, user: UserRecord) {
  const identity = await policiesOf(tx, user);
  for (const name of user.groups) {
    const group = await tx.get(groups, keyOf(user.account, name));
    if (group !== undefined) identity.push(...(await policiesOf(tx, group)));
  }
  return withBoundary(tx, identity, user);
}

async function withBoundary(tx: ReadTransaction, identity: CompiledPolicy[], { boundary }: IdentityRecord) {
  return boundary === undefined ? { identity } : { identity, boundary: await managedPolicy(tx, boundary) };
}

/** Inline and attached policies of one identity, compiled. */
export async function policiesOf(tx: ReadTransaction, { inline, attached }: IdentityRecord): Promise<CompiledPolicy[]> {
  const found = Object.values(inline).map(compileText);
  for (const arn of attached) found.push(await managedPolicy(tx, arn));
  return found;
}

/** A managed policy's default version. One that is not there allows nothing. */
export async function managedPolicy(tx: ReadTransaction, arn: string): Promise<CompiledPolicy> {
  const ofAws = compiledAwsPolicy(arn);
  if (ofAws !== undefined) return ofAws;
  const named = parseIamArn('policy', arn);
  const record = named && (await tx.get(policies, keyOf(named.account, named.name)));
  const version = record?.versions.find(({ id }) => id === record.defaultVersionId);
  return compileText(version?.document ?? '{}');
}

export function compileText(document: string): CompiledPolicy {
  return compilePolicy(JSON.parse(document), 'identity');
}

/** Whoever holds temporary credentials; undefined once the user or role is gone. */
async function sessionCaller(tx: ReadTransaction, session: SessionRecord): Promise<Caller | undefined> {
  const { subject, account } = session;
  const issued = new Date(session.issuedAtMs).toISOString();
  const ofSession: [string, string][] = [
    ['aws:tokenissuetime', issued],
    ['aws:multifactorauthpresent', 'false'],
    ...session.tags.map(({ Key, Value }): [string, string] => [`aws:principaltag/${Key.toLowerCase()}`, Value]),
    ...(session.federatedProvider === undefined
      ? []
      : [['aws:federatedprovider', session.federatedProvider] as [string, string]]),
    ...(session.sourceIdentity === undefined
      ? []
      : [['aws:sourceidentity', session.sourceIdentity] as [string, string]]),
  ];
  const limits = await sessionPolicies(tx, session);
  switch (subject.kind) {
    case 'root': {
      const root = rootCaller(account);
      return { ...root, context: new Map([...root.context, ...ofSession]) };
    }
    case 'user': {
      const user = await tx.get(users, keyOf(account, subject.userName));
      if (user === undefined || user.id !== subject.userId) return undefined;
      const caller = await userCaller(tx, user);
      return { ...caller, context: new Map([...caller.context, ...ofSession]) };
    }
    case 'federated': {
      const callerArn = `arn:aws:sts::${account}:federated-user/${subject.name}`;
      const userId = `${account}:${subject.name}`;
      return {
        account,
        callerArn,
        userId,
        principal: { kind: 'AWS', names: [callerArn] },
        permissions: await federatedPermissions(tx, account, subject.userName, limits),
        context: new Map([
          ['aws:userid', userId],
          ['aws:principalarn', callerArn],
          ['aws:principalaccount', account],
          ['aws:principaltype', 'FederatedUser'],
          ...ofSession,
        ]),
      };
    }
    case 'role':
      return roleCaller(tx, account, subject, ofSession, limits);
  }
}

/** A session of a role as a caller; undefined when the role is gone. */
export async function roleCaller(
  tx: ReadTransaction,
  account: string,
  { roleArn, sessionName, roleId, exists }: { roleArn: string; sessionName: string; roleId: string; exists: boolean },
  ofSession: readonly (readonly [string, string])[],
  limits: readonly CompiledPolicy[],
  more: readonly CompiledPolicy[] = [],
): Promise<Caller | undefined> {
  const name = roleArn.slice(roleArn.lastIndexOf('/') + 1);
  const isOfAccount = roleArn.startsWith(`arn:aws:iam::${account}:`);
  const role = isOfAccount ? await tx.get(roles, keyOf(account, name)) : undefined;
  // A role deleted, or made anew under the name, is not the one that was assumed.
  if (exists && role?.id !== roleId) return undefined;
  const callerArn = `arn:aws:sts::${account}:assumed-role/${name}/${sessionName}`;
  const userId = `${role?.id ?? roleId}:${sessionName}`;
  const own = role === undefined ? { identity: [] } : await withBoundary(tx, await policiesOf(tx, role), role);
  return {
    account,
    callerArn,
    userId,
    principal: { kind: 'AWS', names: [callerArn, roleArn] },
    permissions: permissionsOf({ ...own, identity: [...own.identity, ...more], session: limits }),
    context: new Map([
      ...(role?.tags ?? []).map(({ Key, Value }): [string, string] => [`aws:principaltag/${Key.toLowerCase()}`, Value]),
      ['aws:userid', userId],
      ['aws:principalarn', roleArn],
      ['aws:principalaccount', account],
      ['aws:principaltype', 'AssumedRole'],
      ...ofSession,
    ]),
  };
}

async function sessionPolicies(tx: ReadTransaction, session: SessionRecord): Promise<CompiledPolicy[]> {
  const found = session.policies.map(compileText);
  for (const arn of session.policyArns) found.push(await managedPolicy(tx, arn));
  return found;
}

/** Without policies of its own a federated user may do nothing. */
async function federatedPermissions(
  tx: ReadTransaction,
  account: string,
  userName: string | undefined,
  limits: readonly CompiledPolicy[],
): Promise<Permissions> {
  if (limits.length === 0) return permissionsOf({ identity: [] });
  if (userName === undefined) return permissionsOf({ identity: [compileText(allowEverything)], session: limits });
  const user = await tx.get(users, keyOf(account, userName));
  return permissionsOf({
    ...(user === undefined ? { identity: [] } : await policiesOfUser(tx, user)),
    session: limits,
  });
}

const allowEverything = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}';

/** Whether nothing limits a caller: the root of an account. */
export function isRoot({ permissions }: Caller): boolean {
  return permissions === allPermissions;
}
