/** A key's way to a stage through a plan: the buckets and the count it draws on (rows UP-05, UP-06). */
import { TokenBucket } from '../base/token-bucket.ts';
import type { PlanStage, Subscription, ThrottleLimit, UsagePlan } from '../ports/usage.ts';
import type { QuotaCounter } from './quota-counts.ts';

/** The buckets of one key in one plan; they outlive changes of the plan. */
export class PlanBuckets {
  /** All stages of the plan together, '' for the plan itself, `{apiId}/{stage}/pets/GET` for a method. */
  readonly #buckets = new Map<string, TokenBucket>();

  /** The bucket of that name under this limit; undefined when it limits nothing. */
  bucket(name: string, limit: ThrottleLimit | undefined): TokenBucket | undefined {
    const rates = limit && ratesOf(limit);
    if (rates === undefined) {
      this.#buckets.delete(name);
      return undefined;
    }
    const { rate, burst } = rates;
    const bucket = this.#buckets.get(name)?.limitedTo(rate, burst) ?? new TokenBucket(rate, burst);
    this.#buckets.set(name, bucket);
    return bucket;
  }
}

/** What an account may do at most, which is what a plan that names only a burst leaves as its rate. */
const accountRate = 10_000;

function ratesOf({ rateLimit, burstLimit }: ThrottleLimit): { rate: number; burst: number } | undefined {
  if (rateLimit === undefined && burstLimit === undefined) return undefined;
  const rate = rateLimit ?? accountRate;
  // A rate alone needs some burst to let anything through: that of one second.
  const burst = burstLimit ?? Math.max(1, Math.ceil(rate));
  // A 0 lets nobody in (row THR-09).
  return rate <= 0 || burst <= 0 ? { rate: 0, burst: 0 } : { rate, burst };
}

export function subscriptionTo(
  plan: UsagePlan,
  stage: PlanStage,
  buckets: PlanBuckets,
  counter: QuotaCounter,
): Subscription {
  const ofPlan = buckets.bucket('', plan.throttle);
  const ofMethods = new Map<string, TokenBucket>();
  for (const [method, limit] of Object.entries(stage.throttle ?? {})) {
    const bucket = buckets.bucket(`${stage.apiId}/${stage.stage}${method}`, limit);
    if (bucket !== undefined) ofMethods.set(method, bucket);
  }
  const { id: planId, name, quota } = plan;
  return {
    planId,
    refusedByRate(resourcePath, verb, configuredVerb, nowMs) {
      if (ofMethods.size > 0) {
        const bucket = ofMethods.get(`${resourcePath}/${verb}`) ?? ofMethods.get(`${resourcePath}/${configuredVerb}`);
        if (bucket !== undefined && !bucket.take(nowMs)) return `usage plan ${name} limits ${verb} ${resourcePath}`;
      }
      // Both hold: a method with a looser limit does not lift the plan's (recorded U4).
      return ofPlan === undefined || ofPlan.take(nowMs) ? undefined : `usage plan ${name} limits the key`;
    },
    takeQuota: quota === undefined ? () => true : (nowMs) => counter.take(quota, nowMs),
  };
}
