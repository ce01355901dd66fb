/** Usage: GetUsage and UpdateUsage (rows V1-42, UP-09). */
import { dayOf, daysBetween, periodAt, startOfDay } from '../../base/quota-period.ts';
import type { Quota, UsageDay } from '../../definition/usage.ts';
import { usageDays } from '../../ports/records.ts';
import type { ReadTransaction } from '../../ports/store.ts';
import type { Call, Handlers } from '../../wire/call.ts';
import type { Operations } from '../../wire/generated/apigateway.ts';
import { datesReversed, invalidDate, noSuchUsageKey, planWithoutQuota, tooManyDays } from './chosen-usage-refusals.ts';
import { pageOf } from './paging.ts';
import { applyPatch, integerOf, type PatchTable } from './patch.ts';
import { findUsagePlan, keyIdsOfPlan } from './plan-memberships.ts';
import type { RestPorts } from './ports.ts';

/** Longer spans would be long answers: a pair of numbers per key and day. */
const maxDays = 366;

const usagePatches: PatchTable<{ readonly remaining?: number }> = {
  rows: [
    {
      path: '/remaining',
      replace: (_, { value }) => ({ remaining: integerOf('remaining', value, 0, Number.MAX_SAFE_INTEGER) }),
    },
  ],
};

export function usageHandlers({ store, usage, clock, limits }: RestPorts): Handlers<Operations> {
  return {
    async GetUsage({ usagePlanId, keyId, startDate, endDate, ...paging }, call) {
      const days = daysAsked(startDate, endDate);
      // Answers tell of what is stored, so what was counted up to now has to be.
      await usage.flush();
      return store.read(async (tx) => {
        const plan = await findUsagePlan(tx, call, usagePlanId);
        const keyIds = await keyIdsOfPlan(tx, call, usagePlanId);
        if (keyId !== undefined && !keyIds.includes(keyId)) throw noSuchUsageKey();
        const { items, ...page } = pageOf(keyId === undefined ? keyIds : [keyId], (id) => id, paging, limits);
        const values: Record<string, readonly (readonly number[])[]> = {};
        for (const id of items) values[id] = await useByDay(tx, call, { planId: plan.id, keyId: id }, plan.quota, days);
        return { usagePlanId, startDate, endDate, ...page, items: values };
      });
    },

    async UpdateUsage({ usagePlanId, keyId, patchOperations }, call) {
      const { quota, remaining } = await store.read(async (tx) => {
        const plan = await findUsagePlan(tx, call, usagePlanId);
        if (!(await keyIdsOfPlan(tx, call, usagePlanId)).includes(keyId)) throw noSuchUsageKey();
        const patched = applyPatch(usagePatches, {}, patchOperations);
        if (plan.quota === undefined) throw planWithoutQuota();
        return { quota: plan.quota, ...patched };
      });
      const of = { planId: usagePlanId, keyId };
      const today =
        remaining === undefined
          ? await usage.today(call, of, quota)
          : await usage.setRemaining(call, of, quota, remaining);
      const day = dayOf(clock.now());
      const values = { [keyId]: [[today.used, today.remaining]] };
      return { usagePlanId, startDate: day, endDate: day, items: values };
    },
  };
}

function daysAsked(startDate: string, endDate: string): string[] {
  const startMs = startOfDay(startDate);
  const endMs = startOfDay(endDate);
  if (startMs === undefined) throw invalidDate('start date');
  if (endMs === undefined) throw invalidDate('end date');
  if (startMs > endMs) throw datesReversed();
  if (endMs - startMs >= maxDays * 86_400_000) throw tooManyDays(maxDays);
  return daysBetween(startMs, endMs);
}

/** `[used, remaining]` per day. A day without calls ends with what the day before it had left, or with a fresh quota in a new period. */
async function useByDay(
  tx: ReadTransaction,
  { account, region }: Call,
  { planId, keyId }: { readonly planId: string; readonly keyId: string },
  quota: Quota | undefined,
  days: readonly string[],
): Promise<number[][]> {
  const kept = await tx.list(usageDays, [account, region, planId, keyId]);
  const byDay = new Map<string, UsageDay>(kept.map(({ key, value }) => [key[4]!, value]));
  const periodOf = (day: string): number =>
    quota === undefined ? 0 : periodAt(quota.period, quota.offset ?? 0, startOfDay(day)!).startMs;
  const before = kept.filter(({ key }) => key[4]! < days[0]!).at(-1);
  let last = before && { day: before.key[4]!, remaining: before.value.remaining };
  return days.map((day) => {
    const use = byDay.get(day);
    if (use !== undefined) {
      last = { day, remaining: use.remaining };
      return [use.used, use.remaining];
    }
    const isSamePeriod = last !== undefined && periodOf(last.day) === periodOf(day);
    return [0, isSamePeriod ? last!.remaining : (quota?.limit ?? 0)];
  });
}
