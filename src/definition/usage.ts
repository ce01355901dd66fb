/** API keys and usage plans as readonly records (rows V1-38 to V1-42). They belong to an account in a region, not to an API; times are epoch milliseconds. */

export interface ApiKey {
  readonly id: string;
  /** What clients send. Never changes. */
  readonly value: string;
  readonly name?: string;
  readonly description?: string;
  readonly customerId?: string;
  readonly enabled: boolean;
  /** `{apiId}/{stage}`, from before there were usage plans: kept and shown, they let nobody in (recorded U1). */
  readonly stageKeys: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
  readonly createdAtMs: number;
  readonly lastUpdatedAtMs: number;
}

/** A member that was never set does not limit. */
export interface ThrottleLimit {
  readonly burstLimit?: number;
  /** Requests per second. */
  readonly rateLimit?: number;
}

export type QuotaPeriod = 'DAY' | 'WEEK' | 'MONTH';

export interface Quota {
  /** Requests per key and period. */
  readonly limit: number;
  readonly period: QuotaPeriod;
  /** Days by which the period's first day is later than Sunday or the first of the month; absent is 0. */
  readonly offset?: number;
}

/** A stage whose methods the plan's keys may call. */
export interface PlanStage {
  readonly apiId: string;
  readonly stage: string;
  /** `/pets/{id}/GET`, of the root `//GET`. */
  readonly throttle?: Readonly<Record<string, ThrottleLimit>>;
}

export interface UsagePlan {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  readonly apiStages: readonly PlanStage[];
  readonly throttle?: ThrottleLimit;
  readonly quota?: Quota;
  readonly productCode?: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** That a key belongs to a plan. */
export interface PlanMembership {
  readonly addedAtMs: number;
}

/** What a key has used of a plan's quota in the period that is under way, or was when it last called. */
export interface QuotaCount {
  /** First day of the period, `2026-11-26`. */
  readonly periodStart: string;
  readonly period: QuotaPeriod;
  readonly used: number;
  /** Requests granted (or, negative, taken away) beyond the plan's limit by UpdateUsage; for this period only. */
  readonly extra: number;
}

/** A key's use of a plan on one day, as GetUsage shows it. */
export interface UsageDay {
  readonly used: number;
  /** Of the period's quota, when the day ended. */
  readonly remaining: number;
}
