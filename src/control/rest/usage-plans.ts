/** UsagePlan: CreateUsagePlan, GetUsagePlan, GetUsagePlans, UpdateUsagePlan, DeleteUsagePlan (rows V1-40, V1-43). */
import { newChildId } from '../../base/ids.ts';
import type { UsagePlan } from '../../definition/usage.ts';
import { planMemberships, quotaCounts, usageDays, usagePlans } from '../../ports/records.ts';
import type { Handlers } from '../../wire/call.ts';
import type { UsagePlan as AnsweredPlan, CreateUsagePlanRequest, Operations } from '../../wire/generated/apigateway.ts';
import { findApiKey } from './api-keys.ts';
import { noSuchUsageKey, planHasStages, requireText, tooManyUsagePlans } from './chosen-usage-refusals.ts';
import { pageOf } from './paging.ts';
import { findUsagePlan, plansOfKey } from './plan-memberships.ts';
import { checkPlanStages, checkQuota, checkThrottle, newPlanStages } from './plan-rules.ts';
import type { RestPorts } from './ports.ts';
import { checkTags } from './tag-rules.ts';
import { patchedPlan } from './usage-plan-patches.ts';

export function usagePlanHandlers({ store, usage, limits }: RestPorts): Handlers<Operations> {
  return {
    async CreateUsagePlan(input, call) {
      const plan = await store.write(async (tx) => {
        const created = newUsagePlan(input);
        requireText(created.name, 'Name');
        checkThrottle(created.throttle);
        checkQuota(created.quota);
        checkTags(created.tags, limits);
        await checkPlanStages(tx, call, created, undefined);
        const existing = await tx.list(usagePlans, [call.account, call.region], { limit: limits.usagePlans });
        if (existing.length >= limits.usagePlans) throw tooManyUsagePlans();
        tx.put(usagePlans, [call.account, call.region, created.id], created);
        return created;
      });
      usage.publish({ owner: call, planIds: [plan.id] });
      return answerPlan(plan, { emptyTags: false });
    },

    GetUsagePlan: ({ usagePlanId }, call) =>
      store.read(async (tx) => answerPlan(await findUsagePlan(tx, call, usagePlanId), { emptyTags: true })),

    GetUsagePlans: ({ keyId, ...paging }, call) =>
      store.read(async (tx) => {
        if (keyId !== undefined) await findApiKey(tx, call, keyId).catch(() => Promise.reject(noSuchUsageKey()));
        const all =
          keyId === undefined
            ? (await tx.list(usagePlans, [call.account, call.region])).map(({ value }) => value)
            : await plansOfKey(tx, call, keyId);
        const page = pageOf(all, ({ id }) => id, paging, limits);
        return { ...page, items: page.items.map((plan) => answerPlan(plan, { emptyTags: false })) };
      }),

    async UpdateUsagePlan({ usagePlanId, patchOperations }, call) {
      const plan = await store.write(async (tx) => {
        const before = await findUsagePlan(tx, call, usagePlanId);
        const patched = patchedPlan(before, patchOperations);
        requireText(patched.name, 'Name');
        checkThrottle(patched.throttle);
        checkQuota(patched.quota);
        await checkPlanStages(tx, call, patched, before);
        const owner = [call.account, call.region, usagePlanId];
        // A quota that is set again later begins anew; the days that were counted stay.
        if (patched.quota === undefined) await tx.deleteAll(quotaCounts, owner);
        tx.put(usagePlans, owner, patched);
        return patched;
      });
      usage.publish({ owner: call, planIds: [usagePlanId] });
      return answerPlan(plan, { emptyTags: true });
    },

    async DeleteUsagePlan({ usagePlanId }, call) {
      await store.write(async (tx) => {
        const { apiStages } = await findUsagePlan(tx, call, usagePlanId);
        const first = apiStages[0];
        if (first !== undefined) throw planHasStages(usagePlanId, `${first.apiId}:${first.stage}`);
        const owner = [call.account, call.region, usagePlanId];
        tx.delete(usagePlans, owner);
        for (const below of [planMemberships, quotaCounts, usageDays]) await tx.deleteAll<unknown>(below, owner);
      });
      usage.publish({ owner: call, planIds: [usagePlanId] });
    },
  };
}

function newUsagePlan(input: CreateUsagePlanRequest): UsagePlan {
  const { name, description, throttle, quota, tags } = input;
  return {
    id: newChildId(),
    name,
    ...(description !== undefined && { description }),
    apiStages: newPlanStages(input.apiStages ?? []),
    ...(throttle !== undefined && { throttle }),
    // Completeness is checked by checkQuota.
    ...(quota !== undefined && { quota: quota as NonNullable<UsagePlan['quota']> }),
    tags: tags ?? {},
  };
}

function answerPlan({ tags, ...members }: UsagePlan, { emptyTags }: { readonly emptyTags: boolean }): AnsweredPlan {
  return { ...members, ...((emptyTags || Object.keys(tags).length > 0) && { tags }) };
}
