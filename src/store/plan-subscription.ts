/** A key's way to a stage through a plan: the buckets and the count it draws on (rows UP-05, UP-06). */
import type { Bucket, Buckets } from '../ports/rate-limits.ts';
import type { PlanStage, Subscription, ThrottleLimit, UsagePlan } from '../ports/usage.ts';
import type { QuotaCounter } from './quota-counts.ts';

/** The buckets of one key in one plan; they outlive changes of the plan. */
export class PlanBuckets {
  /** All stages of the plan together, '' for the plan itself, `{apiId}/{stage}/pets/GET` for a method. */
  readonly #buckets = new Map<string, Bucket>();
  readonly #made: Buckets;
  readonly #owner: string;

  /** `owner` names the key in its plan among all that are limited. */
  constructor(owner: string, made: Buckets) {
    this.#owner = owner;
    this.#made = made;
  }

  /** The bucket of that name under this limit; undefined when it limits nothing. */
  bucket(name: string, limit: ThrottleLimit | undefined): Bucket | undefined {
    const rates = limit && ratesOf(limit);
    if (rates === undefined) {
      this.#buckets.delete(name);
      return undefined;
    }
    const { rate, burst } = rates;
    const bucket =
      this.#buckets.get(name)?.limitedTo(rate, burst) ?? this.#made.bucket(`${this.#owner}/${name}`, rate, burst);
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

/**
 * One key in one plan, seen from one stage. What a request needs stands in fields, not in maps of its own: with many keys each map is memory that no
 * cache of the processor holds (bench/limits.ts).
 */
class PlanSubscription implements Subscription {
  readonly planId: string;
  readonly #plan: UsagePlan;
  readonly #ofPlan: Bucket | undefined;
  readonly #ofMethods: ReadonlyMap<string, Bucket> | undefined;
  readonly #counter: QuotaCounter;
  /** Asked last, and its bucket. */
  #resourcePath = '';
  #verb = '';
  #ofMethod: Bucket | undefined;

  constructor(plan: UsagePlan, stage: PlanStage, buckets: PlanBuckets, counter: QuotaCounter) {
    this.planId = plan.id;
    this.#plan = plan;
    this.#counter = counter;
    this.#ofPlan = buckets.bucket('', plan.throttle);
    const ofMethods = new Map<string, Bucket>();
    for (const [method, limit] of Object.entries(stage.throttle ?? {})) {
      const bucket = buckets.bucket(`${stage.apiId}/${stage.stage}${method}`, limit);
      if (bucket !== undefined) ofMethods.set(method, bucket);
    }
    this.#ofMethods = ofMethods.size === 0 ? undefined : ofMethods;
  }

  refusedByRate(resourcePath: string, verb: string, configuredVerb: string, nowMs: number): string | undefined {
    if (this.#ofMethods !== undefined) {
      if (this.#resourcePath !== resourcePath || this.#verb !== verb) {
        this.#ofMethod =
          this.#ofMethods.get(`${resourcePath}/${verb}`) ?? this.#ofMethods.get(`${resourcePath}/${configuredVerb}`);
        this.#resourcePath = resourcePath;
        this.#verb = verb;
      }
      const bucket = this.#ofMethod;
      if (bucket !== undefined && !bucket.take(nowMs)) {
        return `usage plan ${this.#plan.name} limits ${verb} ${resourcePath}`;
      }
    }
    // Both hold: a method with a looser limit does not lift the plan's (recorded U4).
    if (this.#ofPlan === undefined || this.#ofPlan.take(nowMs)) return undefined;
    return `usage plan ${this.#plan.name} limits the key`;
  }

  takeQuota(nowMs: number): boolean {
    const { quota } = this.#plan;
    return quota === undefined || this.#counter.take(quota, nowMs);
  }
}

export function subscriptionTo(
  plan: UsagePlan,
  stage: PlanStage,
  buckets: PlanBuckets,
  counter: QuotaCounter,
): Subscription {
  return new PlanSubscription(plan, stage, buckets, counter);
}
