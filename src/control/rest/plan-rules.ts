/** What a usage plan may limit and which stages it may have (rows UP-04 to UP-06). */
import type { PlanStage, Quota, ThrottleLimit, UsagePlan } from '../../definition/usage.ts';
import { restApis, stages, usagePlans, v2Apis, v2Stages } from '../../ports/records.ts';
import type { ReadTransaction, WriteTransaction } from '../../ports/store.ts';
import type { Call } from '../../wire/call.ts';
import type { ApiStage } from '../../wire/generated/apigateway.ts';
import {
  incompletePlanStage,
  invalidQuotaPeriod,
  negativeLimit,
  noSuchPlanStage,
  offsetOfDay,
  offsetOutOfRange,
  quotaLimitMissing,
  secondPlanOfStage,
} from './chosen-usage-refusals.ts';
import { noSuchApi } from './errors.ts';
import { hasStage, keyIdsOfPlan } from './plan-memberships.ts';

/** A burst above the rate is fine (recorded). */
export function checkThrottle(throttle: ThrottleLimit | undefined): void {
  if ((throttle?.rateLimit ?? 0) < 0) throw negativeLimit('throttle rate limit');
  if ((throttle?.burstLimit ?? 0) < 0) throw negativeLimit('throttle burst limit');
}

const lastOffset = { WEEK: 6, MONTH: 27 } as const;

/** Recorded U7: a limit must be said, whatever the model has as its default. */
export function checkQuota(quota: Partial<Quota> | undefined): void {
  if (quota === undefined) return;
  const { limit, period, offset = 0 } = quota;
  if (limit === undefined || limit < 0) throw quotaLimitMissing();
  if (period !== 'DAY' && period !== 'WEEK' && period !== 'MONTH') throw invalidQuotaPeriod();
  if (period === 'DAY') {
    if (offset !== 0) throw offsetOfDay();
  } else if (offset < 0 || offset > lastOffset[period]) throw offsetOutOfRange(period, lastOffset[period]);
}

/** Stages as CreateUsagePlan is given them. */
export function newPlanStages(given: readonly ApiStage[]): PlanStage[] {
  return given.map(({ apiId, stage, throttle }) => {
    if (!apiId || !stage) throw incompletePlanStage();
    return { apiId, stage, ...(throttle && Object.keys(throttle).length > 0 && { throttle }) };
  });
}

/** Throws unless every stage the plan did not have before exists, and no key of the plan has another plan for it. */
export async function checkPlanStages(
  tx: ReadTransaction,
  call: Call,
  plan: UsagePlan,
  before: UsagePlan | undefined,
): Promise<void> {
  for (const stage of plan.apiStages) {
    for (const limit of Object.values(stage.throttle ?? {})) checkThrottle(limit);
    if (before !== undefined && hasStage(before, stage)) continue;
    await requireStage(tx, call, stage, before !== undefined);
    if (before !== undefined) await checkOnePlanPerKey(tx, call, plan, stage);
  }
}

/** Plan by plan, not key by key: a plan may have a hundred thousand keys. */
async function checkOnePlanPerKey(tx: ReadTransaction, call: Call, plan: UsagePlan, stage: PlanStage): Promise<void> {
  const { account, region } = call;
  const others = (await tx.list(usagePlans, [account, region])).filter(
    ({ value }) => value.id !== plan.id && hasStage(value, stage),
  );
  if (others.length === 0) return;
  const mine = new Set(await keyIdsOfPlan(tx, call, plan.id));
  for (const { value: other } of others) {
    const keyId = (await keyIdsOfPlan(tx, call, other.id)).find((id) => mine.has(id));
    if (keyId !== undefined) throw secondPlanOfStage(plan.id, keyId, `${stage.apiId}:${stage.stage}`);
  }
}

/** Of a REST or a WebSocket API: those can ask for keys. A change of a plan is told of the stage even where the API is missing (users' logs). */
async function requireStage(
  tx: ReadTransaction,
  call: Call,
  { apiId, stage }: PlanStage,
  isChange: boolean,
): Promise<void> {
  const rest = await tx.get(restApis, [apiId]);
  const api = rest ?? (await tx.get(v2Apis, [apiId]));
  if (api?.account !== call.account || api.region !== call.region) {
    throw isChange ? noSuchPlanStage(apiId, stage) : noSuchApi(call, apiId);
  }
  const found = rest ? await tx.get(stages, [apiId, stage]) : await tx.get(v2Stages, [apiId, stage]);
  if (found === undefined) throw noSuchPlanStage(apiId, stage);
}

/**
 * Takes a deleted stage, or all stages of a deleted API, out of every plan: a stage made later under the same name is another one. Ids of the plans
 * that had it, to be published.
 */
export async function leavePlans(
  tx: WriteTransaction,
  { account, region }: Pick<Call, 'account' | 'region'>,
  apiId: string,
  stageName?: string,
): Promise<string[]> {
  const left: string[] = [];
  for (const { key, value: plan } of await tx.list(usagePlans, [account, region])) {
    const staying = plan.apiStages.filter(
      (each) => each.apiId !== apiId || (stageName !== undefined && each.stage !== stageName),
    );
    if (staying.length === plan.apiStages.length) continue;
    tx.put(usagePlans, key, { ...plan, apiStages: staying });
    left.push(plan.id);
  }
  return left;
}
