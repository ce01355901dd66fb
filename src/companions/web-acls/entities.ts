/** What web ACLs, rule groups, IP sets and regex pattern sets have in common: names that are unique, ids, ARNs, lock tokens, lists. */
import { newRequestId } from '../../base/ids.ts';
import type { Collection, ReadTransaction, WriteTransaction } from '../../ports/store.ts';
import { ipSets, regexSets, ruleGroups, type Scope, type WafRecord, wafKey, webAcls } from '../../ports/web-acls.ts';
import type { Call } from '../../wire/call.ts';
import { badArn, badScope, changedMeanwhile, duplicate, invalidParameter, nonexistent } from './waf-errors.ts';

export type Kind = Parameters<typeof wafKey>[1];

const collections = { webacl: webAcls, rulegroup: ruleGroups, ipset: ipSets, regexpatternset: regexSets } as const;

/** How callers name one of them; get operations also take its ARN alone. */
export interface Named {
  readonly Name?: string | undefined;
  readonly Id?: string | undefined;
  readonly Scope?: Scope | undefined;
  readonly ARN?: string | undefined;
}

interface Made {
  readonly Name: string;
  readonly Scope: Scope;
  readonly Description?: string | undefined;
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[] | undefined;
}

/** What CloudFront uses is kept in one region, as on AWS. */
function checkScope(call: Call, scope: Scope): void {
  if (scope === 'CLOUDFRONT' && call.region !== 'us-east-1') throw badScope(scope);
}

/** The members every record begins with. Throws when the name is taken. */
export async function newRecord<T extends WafRecord>(
  tx: ReadTransaction,
  call: Call,
  kind: Kind,
  from: Collection<T>,
  { Name, Scope: scope, Description, Tags = [] }: Made,
): Promise<WafRecord> {
  checkScope(call, scope);
  const all = await tx.list(from, [call.account, call.region, scope]);
  if (all.some(({ value }) => value.Name === Name)) throw duplicate();
  const Id = newRequestId();
  const folder = scope === 'REGIONAL' ? 'regional' : 'global';
  return {
    Id,
    Name,
    ARN: `arn:aws:wafv2:${call.region}:${call.account}:${folder}/${kind}/${Name}/${Id}`,
    ...(Description !== undefined && { Description }),
    lockToken: newRequestId(),
    tags: Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])),
  };
}

export function keyOf(record: WafRecord, kind: Kind): string[] {
  return wafKey(record.ARN, kind)!;
}

/** The record that is named, of the caller's own account and region. */
export async function find<T extends WafRecord>(
  tx: ReadTransaction,
  call: Call,
  kind: Kind,
  from: Collection<T>,
  { Name, Id, Scope: scope, ARN }: Named,
): Promise<T> {
  const key = ARN === undefined ? [call.account, call.region, scope ?? '', Id ?? ''] : wafKey(ARN, kind);
  if (key === undefined) throw badArn(ARN!);
  if (ARN === undefined && (scope === undefined || Id === undefined || Name === undefined)) {
    throw invalidParameter('Name, scope and id, or the ARN, are required.', 'RESOURCE_ARN', 'null');
  }
  if (scope !== undefined) checkScope(call, scope);
  if (key[0] !== call.account || key[1] !== call.region) throw nonexistent();
  const record = await tx.get(from, key);
  if (record === undefined || (Name !== undefined && record.Name !== Name)) throw nonexistent();
  return record;
}

/** As find, for whoever means to change it: the token must be the one that was read. */
export async function findToChange<T extends WafRecord>(
  tx: ReadTransaction,
  call: Call,
  kind: Kind,
  from: Collection<T>,
  named: Named & { readonly LockToken: string },
): Promise<T> {
  const record = await find(tx, call, kind, from, named);
  if (record.lockToken !== named.LockToken) throw changedMeanwhile();
  return record;
}

export interface Listed {
  readonly items: Summary[];
  readonly NextMarker?: string;
}

export interface Summary {
  readonly Name: string;
  readonly Id: string;
  readonly ARN: string;
  readonly LockToken: string;
  /** The empty text where none was given. */
  readonly Description: string;
}

export const summaryOf = ({ Name, Id, ARN, lockToken, Description = '' }: WafRecord): Summary => ({
  ...{ Name, Id, Description, LockToken: lockToken, ARN },
});

/** By name; the marker is the last name of the page before. */
export async function listed<T extends WafRecord>(
  tx: ReadTransaction,
  call: Call,
  from: Collection<T>,
  page: { readonly Scope: Scope; readonly Limit?: number | undefined; readonly NextMarker?: string | undefined },
): Promise<Listed> {
  const { Scope: scope, Limit = 100, NextMarker } = page;
  checkScope(call, scope);
  const all = (await tx.list(from, [call.account, call.region, scope])).map(({ value }) => value);
  const behind = all
    .sort((a, b) => (a.Name < b.Name ? -1 : 1))
    .filter(({ Name }) => NextMarker === undefined || Name > NextMarker);
  const items = behind.slice(0, Limit).map(summaryOf);
  return { items, ...(behind.length > Limit && { NextMarker: items.at(-1)!.Name }) };
}

export interface TaggedRecord {
  readonly record: WafRecord;
  keep(tx: WriteTransaction, tags: Readonly<Record<string, string>>): void;
}

/** Whatever an ARN names, to be tagged. */
export async function findTagged(tx: ReadTransaction, call: Call, arn: string): Promise<TaggedRecord> {
  for (const kind of Object.keys(collections) as Kind[]) {
    if (wafKey(arn, kind) === undefined) continue;
    const from = collections[kind] as Collection<WafRecord>;
    const record = await find(tx, call, kind, from, { ARN: arn });
    return { record, keep: (writing, tags) => writing.put(from, keyOf(record, kind), { ...record, tags }) };
  }
  throw badArn(arn);
}
