/** Which stages stand behind which web ACLs, and what a change of an ACL, or of what it refers to, means for them. */
import type { StageChange } from '../../ports/deployments.ts';
import { referredBy } from '../../ports/live-web-acl.ts';
import { restApis, stages } from '../../ports/records.ts';
import type { ReadTransaction, Store, WriteTransaction } from '../../ports/store.ts';
import { type LiveWebAcl, type WebAclRecord, webAcls } from '../../ports/web-acls.ts';
import type { Call } from '../../wire/call.ts';
import { badArn, nonexistent, notEnforceable } from './waf-errors.ts';

export interface StageKey {
  readonly apiId: string;
  readonly stageName: string;
}

/** `arn:aws:apigateway:us-east-1::/restapis/abc/stages/prod`: the only kind of resource there is here. Throws for what is none of the caller's. */
export async function findStage(tx: ReadTransaction, call: Call, arn: string): Promise<StageKey> {
  const [, region, apiId, stageName] =
    /^arn:aws[a-z-]*:apigateway:([a-z0-9-]+)::\/restapis\/([^/]+)\/stages\/([^/]+)$/.exec(arn) ?? [];
  if (apiId === undefined || stageName === undefined || region !== call.region) throw badArn(arn);
  const api = await tx.get(restApis, [apiId]);
  if (api === undefined || api.account !== call.account || api.region !== call.region) throw nonexistent();
  if ((await tx.get(stages, [apiId, stageName])) === undefined) throw nonexistent();
  return { apiId, stageName };
}

export const stageArn = (region: string, { apiId, stageName }: StageKey): string =>
  `arn:aws:apigateway:${region}::/restapis/${apiId}/stages/${stageName}`;

/** Stages behind any of these web ACLs. */
export async function stagesBehind(tx: ReadTransaction, aclArns: ReadonlySet<string>): Promise<StageKey[]> {
  const all = await tx.list(stages, []);
  return all.flatMap(({ key, value }) =>
    value.webAclArn !== undefined && aclArns.has(value.webAclArn)
      ? [{ apiId: key[0]!, stageName: value.stageName }]
      : [],
  );
}

/** Every web ACL of the account that refers, by a group or by itself, to one of these ARNs, or is one of them. */
export async function aclsReferringTo(tx: ReadTransaction, call: Call, arn: string): Promise<WebAclRecord[]> {
  const all = (await tx.list(webAcls, [call.account, call.region])).map(({ value }) => value);
  const found: WebAclRecord[] = [];
  for (const acl of all) {
    const { ruleGroups, ipSets, regexSets } = await referredBy(tx, acl);
    if (acl.ARN === arn || ruleGroups.has(arn) || ipSets.has(arn) || regexSets.has(arn)) found.push(acl);
  }
  return found;
}

export interface Protection {
  /**
   * Does a change, and tells the stages behind whatever web ACLs it reaches. Throws, and changes nothing, where one of those could no longer be enforced.
   * `work` gives what it changed by ARN.
   */
  change<R>(
    call: Call,
    work: (tx: WriteTransaction) => Promise<{ readonly arn: string; readonly answer: R }>,
  ): Promise<R>;
  /** Throws unless a web ACL can stand before a stage. */
  check(tx: ReadTransaction, acl: WebAclRecord): Promise<void>;
}

export function createProtection(parts: {
  readonly store: Store;
  complaints(live: LiveWebAcl): readonly string[];
  publish(change: StageChange): void;
}): Protection {
  async function check(tx: ReadTransaction, acl: WebAclRecord): Promise<void> {
    const complaints = parts.complaints({ acl, ...(await referredBy(tx, acl)) });
    if (complaints.length > 0) throw notEnforceable(complaints);
  }

  return {
    check,
    async change(call, work) {
      const [answer, changes] = await parts.store.write(async (tx) => {
        const done = await work(tx);
        const acls = await aclsReferringTo(tx, call, done.arn);
        const reached = await stagesBehind(tx, new Set(acls.map(({ ARN }) => ARN)));
        if (reached.length > 0) {
          for (const acl of acls) {
            if ((await stagesBehind(tx, new Set([acl.ARN]))).length > 0) await check(tx, acl);
          }
        }
        return [done.answer, reached] as const;
      });
      for (const { apiId, stageName } of changes) parts.publish({ apiId, stageName });
      return answer;
    },
  };
}
