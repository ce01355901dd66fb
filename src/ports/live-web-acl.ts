/** A web ACL with everything its rules refer to, as plans are compiled from it. */
import type { Collection, ReadTransaction } from './store.ts';
import {
  ipSets,
  type LiveWebAcl,
  type Rule,
  referencesOf,
  regexSets,
  ruleGroups,
  type WafRecord,
  type WafReferred,
  wafKey,
  webAcls,
} from './web-acls.ts';

/** Undefined where there is no web ACL with this ARN. */
export async function liveWebAcl(tx: ReadTransaction, arn: string): Promise<LiveWebAcl | undefined> {
  const key = wafKey(arn, 'webacl');
  const acl = key && (await tx.get(webAcls, key));
  return acl && { acl, ...(await referredBy(tx, acl)) };
}

/** What rules, and the groups among them, refer to; what is missing is not among it. */
export async function referredBy(
  tx: ReadTransaction,
  { Rules: own }: { readonly Rules: readonly Rule[] },
): Promise<WafReferred> {
  const groups = await load(tx, ruleGroups, 'rulegroup', referencesOf(own).ruleGroups);
  const rules = [...own, ...[...groups.values()].flatMap(({ Rules }) => Rules)];
  const found = referencesOf(rules);
  return {
    ruleGroups: groups,
    ipSets: await load(tx, ipSets, 'ipset', found.ipSets),
    regexSets: await load(tx, regexSets, 'regexpatternset', found.regexSets),
  };
}

async function load<T extends WafRecord>(
  tx: ReadTransaction,
  from: Collection<T>,
  kind: Parameters<typeof wafKey>[1],
  arns: readonly string[],
): Promise<ReadonlyMap<string, T>> {
  const found = new Map<string, T>();
  for (const arn of arns) {
    const key = wafKey(arn, kind);
    const record = key && (await tx.get(from, key));
    if (record !== undefined) found.set(arn, record);
  }
  return found;
}
