/**
 * What API keys and usage plans say of a request, at once and without a deployment (rows DEP-02, UP-*). Control publishes what changed; the request
 * line asks. Counting lies behind this port too, so that gateways which share their counts can stand here later.
 */
import type { Quota, UsageDay } from '../definition/usage.ts';
import type { Key } from './store.ts';

/** What an adapter of this port keeps in memory. */
export type { ApiKey, PlanStage, Quota, QuotaPeriod, ThrottleLimit, UsageDay, UsagePlan } from '../definition/usage.ts';

/** Who owns keys and plans. */
export interface UsageOwner {
  readonly account: string;
  readonly region: string;
}

/** Keys, plans or memberships were created, changed or deleted. Without an owner everything changed. */
export interface UsageChange {
  readonly owner?: UsageOwner;
  readonly keyIds?: readonly string[];
  readonly planIds?: readonly string[];
}

/** A key that exists, enabled or not. */
export interface KnownKey {
  readonly id: string;
  readonly value: string;
  readonly enabled: boolean;
  /** The plan by which the key reaches a stage, `{apiId}/{stage}`; undefined when no plan of the key has it. */
  subscription(stage: string): Subscription | undefined;
}

/** One key in one plan, seen from one stage. */
export interface Subscription {
  readonly planId: string;
  /**
   * Takes a token from the method's bucket and the plan's (rows UP-05, THR-04): undefined when both had one, otherwise the limit that is used up, in
   * words for the log. `verb` is the request's own, `configuredVerb` may be ANY. `nowMs` is monotonic.
   */
  refusedByRate(resourcePath: string, verb: string, configuredVerb: string, nowMs: number): string | undefined;
  /** Counts one request; false when the period's quota is used up (row UP-06). `nowMs` is wall time. A promise where counts are shared. */
  takeQuota(nowMs: number): boolean | Promise<boolean>;
}

/** The keys of one owner. */
export interface KeyDirectory {
  /** A promise only while the directory is being read; it rejects when that fails, for a key nobody could look up is not a good one. */
  find(value: string): KnownKey | undefined | Promise<KnownKey | undefined>;
}

export interface PlanAndKey {
  readonly planId: string;
  readonly keyId: string;
}

export interface Usage {
  keysOf(owner: UsageOwner): KeyDirectory;
  /** Told after the change is committed. */
  publish(change: UsageChange): void;
  /** What is left of the key's quota in this period, and what was used today. Resolves when it is stored. */
  today(owner: UsageOwner, of: PlanAndKey, quota: Quota): Promise<UsageDay>;
  /** Makes so much be left of the period's quota (UpdateUsage). Resolves when it is stored. */
  setRemaining(owner: UsageOwner, of: PlanAndKey, quota: Quota, remaining: number): Promise<UsageDay>;
  /** Another node wrote down what it counted; keys as those of records' `quotaCounts`. */
  countedElsewhere(keys: readonly Key[]): Promise<void>;
  /** Writes down what was counted. */
  flush(): Promise<void>;
  /** Flushes and stops. */
  close(): Promise<void>;
}
