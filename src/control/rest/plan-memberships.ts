/** UsagePlanKey: CreateUsagePlanKey, GetUsagePlanKey, GetUsagePlanKeys, DeleteUsagePlanKey, and what makes a key's plans go together (rows V1-41, UP-04). */
import type { ApiKey, UsagePlan } from '../../definition/usage.ts';
import { apiKeys, planMemberships, usagePlans } from '../../ports/records.ts';
import type { ReadTransaction } from '../../ports/store.ts';
import type { Call, Handlers } from '../../wire/call.ts';
import type { UsagePlanKey as AnsweredKey, Operations } from '../../wire/generated/apigateway.ts';
import { findApiKey } from './api-keys.ts';
import {
  invalidKeyType,
  keyIsInPlan,
  noSuchApiKey,
  noSuchUsagePlan,
  secondPlanOfStage,
  tooManyPlansOfKey,
} from './chosen-usage-refusals.ts';
import type { RestLimits } from './limits.ts';
import { pageOf } from './paging.ts';
import type { RestPorts } from './ports.ts';

type Owner = Pick<Call, 'account' | 'region'>;

export function planMembershipHandlers({ store, usage, clock, limits }: RestPorts): Handlers<Operations> {
  return {
    async CreateUsagePlanKey({ usagePlanId, keyId, keyType }, call) {
      const key = await store.write(async (tx) => {
        const plan = await findUsagePlan(tx, call, usagePlanId);
        if (keyType !== 'API_KEY') throw invalidKeyType();
        const found = await findApiKey(tx, call, keyId);
        const membership = [call.account, call.region, plan.id, keyId];
        if ((await tx.get(planMemberships, membership)) !== undefined) throw keyIsInPlan(keyId, plan.id);
        checkMembership(plan, keyId, await plansOfKey(tx, call, keyId), limits);
        tx.put(planMemberships, membership, { addedAtMs: clock.now() });
        return found;
      });
      usage.publish({ owner: call, planIds: [usagePlanId] });
      return answerPlanKey(key);
    },

    GetUsagePlanKey: ({ usagePlanId, keyId }, call) =>
      store.read(async (tx) => {
        await findUsagePlan(tx, call, usagePlanId);
        const membership = await tx.get(planMemberships, [call.account, call.region, usagePlanId, keyId]);
        if (membership === undefined) throw noSuchApiKey();
        return answerPlanKey(await findApiKey(tx, call, keyId));
      }),

    // An unknown plan has no keys (recorded: an empty 200).
    GetUsagePlanKeys: ({ usagePlanId, nameQuery, ...paging }, call) =>
      store.read(async (tx) => {
        const keys = await keysOfPlan(tx, call, usagePlanId);
        const wanted = nameQuery === undefined ? keys : keys.filter(({ name }) => name?.startsWith(nameQuery) === true);
        const page = pageOf(wanted, ({ id }) => id, paging, limits);
        return { ...page, items: page.items.map(answerPlanKey) };
      }),

    async DeleteUsagePlanKey({ usagePlanId, keyId }, call) {
      await store.write(async (tx) => {
        await findUsagePlan(tx, call, usagePlanId);
        const membership = [call.account, call.region, usagePlanId, keyId];
        if ((await tx.get(planMemberships, membership)) === undefined) throw noSuchApiKey();
        // What was used stays: leaving a plan and coming back gives no new quota.
        tx.delete(planMemberships, membership);
      });
      usage.publish({ owner: call, planIds: [usagePlanId] });
    },
  };
}

export async function findUsagePlan(tx: ReadTransaction, { account, region }: Owner, id: string): Promise<UsagePlan> {
  const plan = await tx.get(usagePlans, [account, region, id]);
  if (plan === undefined) throw noSuchUsagePlan();
  return plan;
}

/** Ids of a plan's keys, in order. */
export async function keyIdsOfPlan(tx: ReadTransaction, { account, region }: Owner, planId: string): Promise<string[]> {
  return (await tx.list(planMemberships, [account, region, planId])).map(({ key }) => key[3]!);
}

async function keysOfPlan(tx: ReadTransaction, owner: Owner, planId: string): Promise<ApiKey[]> {
  const ids = await keyIdsOfPlan(tx, owner, planId);
  const keys = await Promise.all(ids.map((id) => tx.get(apiKeys, [owner.account, owner.region, id])));
  return keys.filter((key) => key !== undefined);
}

/** The plans a key belongs to, by id. */
export async function plansOfKey(tx: ReadTransaction, owner: Owner, keyId: string): Promise<UsagePlan[]> {
  const { account, region } = owner;
  const all = (await tx.list(usagePlans, [account, region])).map(({ value }) => value);
  const memberships = await Promise.all(all.map(({ id }) => tx.get(planMemberships, [account, region, id, keyId])));
  return all.filter((_, i) => memberships[i] !== undefined);
}

/** Throws when a key may not join the plan: one of its `others` has a stage of it already, or they are enough. */
export function checkMembership(
  plan: UsagePlan,
  keyId: string,
  others: readonly UsagePlan[],
  { usagePlansPerApiKey }: RestLimits,
): void {
  if (others.length >= usagePlansPerApiKey) throw tooManyPlansOfKey();
  const stage = plan.apiStages.find((mine) => others.some((other) => hasStage(other, mine)));
  if (stage !== undefined) throw secondPlanOfStage(plan.id, keyId, `${stage.apiId}:${stage.stage}`);
}

export const hasStage = (plan: UsagePlan, { apiId, stage }: { apiId: string; stage: string }): boolean =>
  plan.apiStages.some((each) => each.apiId === apiId && each.stage === stage);

const answerPlanKey = ({ id, value, name }: ApiKey): AnsweredKey => ({
  id,
  type: 'API_KEY',
  value,
  ...(name !== undefined && { name }),
});
