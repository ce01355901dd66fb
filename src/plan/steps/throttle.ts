/**
 * Rate limits on the way in. Two steps at most: the method's own limit (a method setting of the stage), then the account's (row THR-04).
 * Time is the exchange's arrival, so a check reads no clock.
 */
import type { MethodSetting, Stage } from '../../definition/rest-api.ts';
import { type Bucket, type Buckets, ownBuckets } from '../../ports/rate-limits.ts';
import { gatewayProblem } from '../gateway-responses.ts';
import type { Step } from '../plan.ts';
import { verbsOfAny } from '../router.ts';

export interface RateLimit {
  readonly ratePerSecond: number;
  readonly burst: number;
}

/**
 * The buckets of all plans. They belong to no plan, because a bucket must outlive a recompile of its stage: otherwise every change of a stage
 * would hand its callers a fresh burst.
 */
export class ThrottleBuckets {
  readonly accountLimit: RateLimit | undefined;
  readonly #buckets: Buckets;
  readonly #accounts = new Map<string, Bucket>();
  readonly #stages = new Map<string, Map<string, Bucket>>();

  /** `accountLimit` holds for each account and region over all its stages; undefined means no such limit. AWS's default is 10000/s, burst 5000. */
  constructor(accountLimit: RateLimit | undefined, buckets = ownBuckets) {
    this.accountLimit = accountLimit;
    this.#buckets = buckets;
  }

  /** The bucket that all stages of an account in one region share; undefined when accounts are not limited (rows THR-05, THR-07). */
  account(account: string, region: string): Bucket | undefined {
    if (this.accountLimit === undefined) return undefined;
    const key = `${account}/${region}`;
    let bucket = this.#accounts.get(key);
    if (bucket === undefined) {
      bucket = this.#buckets.bucket(`account/${key}`, this.accountLimit.ratePerSecond, this.accountLimit.burst);
      this.#accounts.set(key, bucket);
    }
    return bucket;
  }

  /**
   * Gives the buckets for one compilation of a stage: a method keeps its bucket with what is left in it, also when its limit changes; buckets no longer
   * asked for are dropped.
   */
  stage(apiId: string, stageName: string): (method: string, limit: RateLimit) => Bucket {
    const key = `${apiId}/${stageName}`;
    const before = this.#stages.get(key);
    const now = new Map<string, Bucket>();
    // Most stages limit nothing: they leave no trace here.
    this.#stages.delete(key);
    return (method, limit) => {
      if (now.size === 0) this.#stages.set(key, now);
      const { ratePerSecond, burst } = limit;
      const bucket =
        before?.get(method)?.limitedTo(ratePerSecond, burst) ??
        this.#buckets.bucket(`stage/${key}/${method}`, ratePerSecond, burst);
      now.set(method, bucket);
      return bucket;
    };
  }

  /** Drops the buckets of a deleted stage. */
  forget(apiId: string, stageName: string): void {
    this.#stages.delete(`${apiId}/${stageName}`);
  }
}

/**
 * The limit a stage sets for one method: its own key (`~1pets~1{id}/GET`), else the stage's (the key of two stars), else none (rows THR-05,
 * DEP-09). The stage's setting is a default for each method, so every method has a bucket of its own. A negative number switches a limit off,
 * but never a 0 beside it, which lets nobody in (row THR-09).
 */
export function methodLimit(stage: Stage, resourcePath: string, httpMethod: string): RateLimit | undefined {
  const setting = methodSetting(stage, resourcePath, httpMethod);
  return setting === undefined ? undefined : limitOf(setting);
}

/** What a stage sets for a method: under its own key, else for all. */
export function methodSetting(stage: Stage, resourcePath: string, httpMethod: string): MethodSetting | undefined {
  return ownSetting(stage, resourcePath, httpMethod) ?? stage.methodSettings['*/*'];
}

/**
 * The limits a stage sets for single verbs of a path, for a method that takes ANY: settings name verbs, never ANY. Undefined for a verb whose limit is
 * switched off.
 */
export function verbLimits(stage: Stage, resourcePath: string): ReadonlyMap<string, RateLimit | undefined> {
  const limits = new Map<string, RateLimit | undefined>();
  for (const verb of verbsOfAny) {
    const setting = ownSetting(stage, resourcePath, verb);
    if (setting !== undefined) limits.set(verb, limitOf(setting));
  }
  return limits;
}

/** The setting for one verb of a path; undefined when the stage has none of its own for it. */
export function ownSetting(stage: Stage, resourcePath: string, httpMethod: string): MethodSetting | undefined {
  const escaped = resourcePath.replaceAll('~', '~0').replaceAll('/', '~1');
  const settings = stage.methodSettings;
  // All spellings of the key are in use: with the leading slash (recorded) and without (guide), escaped and, by Terraform, not.
  for (const path of [escaped, escaped.slice(2), resourcePath.slice(1), resourcePath]) {
    const setting = settings[`${path}/${httpMethod}`];
    if (setting !== undefined) return setting;
  }
  return undefined;
}

function limitOf({
  throttlingRateLimit: ratePerSecond,
  throttlingBurstLimit: burst,
}: MethodSetting): RateLimit | undefined {
  if (ratePerSecond === 0 || burst === 0) return { ratePerSecond: 0, burst: 0 };
  if (ratePerSecond < 0) return undefined;
  // A rate alone needs some burst to let anything through: that of one second.
  return { ratePerSecond, burst: burst < 0 ? Math.max(1, Math.ceil(ratePerSecond)) : burst };
}

/** Refuses with THROTTLED when the bucket is empty (row THR-03). `whose` says in the plan and the log whose limit it is. */
export function throttle(bucket: Bucket, whose: 'method' | 'account'): Step {
  const limit = `${bucket.ratePerSecond}/s burst ${bucket.burst}`;
  // One Problem for all refusals: under a flood, capturing a stack per request would cost more than the request.
  const refusal = gatewayProblem('THROTTLED', `the ${whose} limit of ${limit} is used up`);
  return {
    name: whose === 'method' ? `throttle ${limit}` : `account throttle ${limit}`,
    callsNobody: true,
    run: function takeToken(x) {
      if (bucket.take(x.startedMonotonicMs)) return undefined;
      throw refusal;
    },
  };
}

/** As `throttle` for a method that takes ANY: each verb with a limit of its own draws on its own bucket, the others on `rest`. */
export function throttleByVerb(byVerb: ReadonlyMap<string, Bucket | undefined>, rest: Bucket | undefined): Step {
  const steps = new Map([...byVerb].map(([verb, bucket]) => [verb, bucket && throttle(bucket, 'method')]));
  const others = rest && throttle(rest, 'method');
  const names = [...steps].map(([verb, step]) => `${verb} ${step?.name ?? 'not throttled'}`);
  return {
    name: [...names, ...(others ? [`others ${others.name}`] : [])].join(', '),
    callsNobody: true,
    run: function takeTokenOfVerb(x) {
      return (steps.has(x.method) ? steps.get(x.method) : others)?.run(x);
    },
  };
}
