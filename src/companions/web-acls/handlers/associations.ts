/** Web ACLs before stages of REST APIs: put there, taken away, looked up from both sides (row WAF-01). */
import type { StageChange } from '../../../ports/deployments.ts';
import { stages } from '../../../ports/records.ts';
import type { Store } from '../../../ports/store.ts';
import { wafKey, webAcls } from '../../../ports/web-acls.ts';
import type { Handlers } from '../../../wire/call.ts';
import type { Operations } from '../../../wire/generated/wafv2.ts';
import { find } from '../entities.ts';
import { findStage, type Protection, stageArn, stagesBehind } from '../protected-stages.ts';
import { badArn, nonexistent } from '../waf-errors.ts';
import { shown } from './web-acls.ts';

export function associationHandlers(parts: {
  readonly store: Store;
  readonly protection: Protection;
  publish(change: StageChange): void;
}): Handlers<Operations> {
  const { store, protection, publish } = parts;
  return {
    async AssociateWebACL({ WebACLArn, ResourceArn }, call) {
      const changed = await store.write(async (tx) => {
        // What belongs to CloudFront stands before no stage.
        if (wafKey(WebACLArn, 'webacl')?.[2] !== 'REGIONAL') throw badArn(WebACLArn);
        const acl = await find(tx, call, 'webacl', webAcls, { ARN: WebACLArn });
        const { apiId, stageName } = await findStage(tx, call, ResourceArn);
        await protection.check(tx, acl);
        const stage = (await tx.get(stages, [apiId, stageName]))!;
        tx.put(stages, [apiId, stageName], { ...stage, webAclArn: WebACLArn });
        return { apiId, stageName };
      });
      publish(changed);
      return {};
    },

    async DisassociateWebACL({ ResourceArn }, call) {
      const changed = await store.write(async (tx) => {
        const { apiId, stageName } = await findStage(tx, call, ResourceArn);
        const { webAclArn: _, ...stage } = (await tx.get(stages, [apiId, stageName]))!;
        tx.put(stages, [apiId, stageName], stage);
        return { apiId, stageName };
      });
      publish(changed);
      return {};
    },

    GetWebACLForResource: ({ ResourceArn }, call) =>
      store.read(async (tx) => {
        const { apiId, stageName } = await findStage(tx, call, ResourceArn);
        const { webAclArn } = (await tx.get(stages, [apiId, stageName]))!;
        const key = webAclArn === undefined ? undefined : wafKey(webAclArn, 'webacl');
        const acl = key && (await tx.get(webAcls, key));
        return acl === undefined ? {} : { WebACL: shown(acl) };
      }),

    ListResourcesForWebACL: ({ WebACLArn, ResourceType = 'APPLICATION_LOAD_BALANCER' }, call) =>
      store.read(async (tx) => {
        const key = wafKey(WebACLArn, 'webacl');
        if (key === undefined) throw badArn(WebACLArn);
        if ((await tx.get(webAcls, key)) === undefined || key[0] !== call.account) throw nonexistent();
        if (ResourceType !== 'API_GATEWAY') return { ResourceArns: [] };
        const found = await stagesBehind(tx, new Set([WebACLArn]));
        return { ResourceArns: found.map((stage) => stageArn(call.region, stage)) };
      }),
  };
}
