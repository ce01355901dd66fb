/** The people and roles of an account in the store: found or refused in IAM's words, and changed in one transaction that key holders hear of. */
import type { Clock } from '../../base/clock.ts';
import { readPolicyDocument } from '../../base/policy-document.ts';
import type { Collection, ReadTransaction, Store, WriteTransaction } from '../../ports/store.ts';
import { awsManagedPolicies } from './aws-managed-policies.ts';
import { invalidInput, limitExceeded, malformedPolicy, noSuchEntity, notFound, validation } from './iam-errors.ts';
import { parseIamArn } from './names.ts';
import {
  type GroupRecord,
  groups,
  type IdentityRecord,
  keyOf,
  type PolicyRecord,
  policies,
  type RoleRecord,
  roles,
  type Tag,
  type UserRecord,
  users,
} from './records.ts';

export interface Directory {
  readonly clock: Clock;
  read<R>(work: (tx: ReadTransaction) => Promise<R>): Promise<R>;
  /** As the store's; afterwards no key is what it was. */
  write<R>(work: (tx: WriteTransaction) => Promise<R>): Promise<R>;
}

export function createDirectory(store: Store, clock: Clock, changed: () => void): Directory {
  return {
    // IAM's times are whole seconds.
    clock: { ...clock, now: () => Math.floor(clock.now() / 1000) * 1000 },
    read: (work) => store.read(work),
    async write(work) {
      const result = await store.write(work);
      changed();
      return result;
    },
  };
}

/** The three kinds that hold policies. */
export type IdentityKind = 'user' | 'group' | 'role';

const collections = { user: users, group: groups, role: roles } as unknown as Readonly<
  Record<IdentityKind, Collection<IdentityRecord>>
>;

export async function identity(
  tx: ReadTransaction,
  kind: IdentityKind,
  account: string,
  name: string,
): Promise<IdentityRecord> {
  const found = await tx.get(collections[kind], keyOf(account, name));
  if (found === undefined) throw notFound(kind, name);
  return found;
}

export const userNamed = (tx: ReadTransaction, account: string, name: string): Promise<UserRecord> =>
  identity(tx, 'user', account, name) as Promise<UserRecord>;
export const groupNamed = (tx: ReadTransaction, account: string, name: string): Promise<GroupRecord> =>
  identity(tx, 'group', account, name);
export const roleNamed = (tx: ReadTransaction, account: string, name: string): Promise<RoleRecord> =>
  identity(tx, 'role', account, name) as Promise<RoleRecord>;

export function keep<T extends IdentityRecord>(tx: WriteTransaction, kind: IdentityKind, record: T): T {
  tx.put(collections[kind], keyOf(record.account, record.name), record);
  return record;
}

export async function identitiesOf(
  tx: ReadTransaction,
  kind: IdentityKind,
  account: string,
): Promise<readonly IdentityRecord[]> {
  return (await tx.list(collections[kind], [account])).map(({ value }) => value);
}

/** A customer's policy. AWS's own exist, too, but cannot be changed. */
export async function policyRecord(tx: ReadTransaction, account: string, arn: string): Promise<PolicyRecord> {
  const found = await customerPolicy(tx, account, arn);
  if (found === undefined) throw noSuchEntity(`Policy ${arn} was not found.`);
  return found;
}

export async function customerPolicy(
  tx: ReadTransaction,
  account: string,
  arn: string,
): Promise<PolicyRecord | undefined> {
  const named = parseIamArn('policy', arn);
  if (named === undefined) throw validation(`ARN ${arn} is not valid.`);
  if (named.account !== account) return undefined;
  const record = await tx.get(policies, keyOf(account, named.name));
  return record?.path === named.path ? record : undefined;
}

/** Throws unless a policy may be attached by this ARN. */
export async function requireAttachable(tx: ReadTransaction, account: string, arn: string): Promise<void> {
  if (awsManagedPolicies.has(arn)) return;
  if (parseIamArn('policy', arn) === undefined) throw invalidInput(`ARN ${arn} is not valid.`);
  if ((await customerPolicy(tx, account, arn)) === undefined) {
    throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
  }
}

/** How many users, groups and roles a policy is attached to, and how many it bounds. */
export async function usesOf(
  tx: ReadTransaction,
  account: string,
  arn: string,
): Promise<{
  readonly attached: readonly [IdentityKind, IdentityRecord][];
  readonly bounded: readonly [IdentityKind, IdentityRecord][];
}> {
  const attached: [IdentityKind, IdentityRecord][] = [];
  const bounded: [IdentityKind, IdentityRecord][] = [];
  for (const kind of ['group', 'role', 'user'] as const) {
    for (const record of await identitiesOf(tx, kind, account)) {
      if (record.attached.includes(arn)) attached.push([kind, record]);
      if (record.boundary === arn) bounded.push([kind, record]);
    }
  }
  return { attached, bounded };
}

/** Throws MalformedPolicyDocument in IAM's words. */
export function checkPolicyText(text: string, use: 'identity' | 'trust'): void {
  const read = readPolicyDocument(text, use);
  if (typeof read === 'string') throw malformedPolicy(read);
}

/** Documents are measured without white space, as AWS does. */
export function policySize(text: string): number {
  return text.replace(/\s/g, '').length;
}

/** RFC 3986, as IAM gives documents back. */
export function encodedDocument(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

const maxTags = 50;

/** Tags with others over them: keys are compared without regard to case. Throws beyond 50. */
export function withTags(present: readonly Tag[], added: readonly Tag[]): readonly Tag[] {
  const seen = new Set<string>();
  for (const { Key } of added) {
    if (Key.toLowerCase().startsWith('aws:')) throw invalidInput('System tags cannot be added/updated by requester.');
    if (seen.has(Key.toLowerCase())) {
      throw invalidInput('Duplicate tag keys found. Please note that Tag keys are case insensitive.');
    }
    seen.add(Key.toLowerCase());
  }
  const kept = present.filter(({ Key }) => !seen.has(Key.toLowerCase()));
  const all = [...kept, ...added.map(({ Key, Value }) => ({ Key, Value }))];
  if (all.length > maxTags) throw limitExceeded(`The number of tags has reached the maximum limit.`);
  return all;
}

export function withoutTags(present: readonly Tag[], keys: readonly string[]): readonly Tag[] {
  const removed = new Set(keys.map((key) => key.toLowerCase()));
  return present.filter(({ Key }) => !removed.has(Key.toLowerCase()));
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly IsTruncated: boolean;
  readonly Marker?: string;
}

/** One page of a list, 100 items unless told otherwise; a Marker is where the next one begins. */
export function pageOf<T>(
  all: readonly T[],
  { Marker, MaxItems }: { readonly Marker?: string; readonly MaxItems?: number },
): Page<T> {
  const text = Marker === undefined ? '0' : Buffer.from(Marker, 'base64').toString();
  if (!/^\d{1,9}$/.test(text)) throw validation('Invalid Marker.');
  const start = Number(text);
  const end = start + (MaxItems ?? 100);
  const items = all.slice(start, end);
  if (end >= all.length) return { items, IsTruncated: false };
  return { items, IsTruncated: true, Marker: Buffer.from(String(end)).toString('base64') };
}
