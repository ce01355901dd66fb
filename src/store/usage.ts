/**
 * ports/usage within one process: every key and plan in memory, so that a request costs a look into a map however many there are. It is read when the
 * process starts; a published change is read again, and whoever asks meanwhile waits, so that nobody is judged by what was before.
 */
import type { Clock } from '../base/clock.ts';
import { type Buckets, ownBuckets } from '../ports/rate-limits.ts';
import { apiKeys, planMemberships, usagePlans } from '../ports/records.ts';
import type { ReadTransaction, Store } from '../ports/store.ts';
import type { Log } from '../ports/telemetry.ts';
import type {
  ApiKey,
  KeyDirectory,
  KnownKey,
  Subscription,
  Usage,
  UsageChange,
  UsageOwner,
  UsagePlan,
} from '../ports/usage.ts';
import { PlanBuckets, subscriptionTo } from './plan-subscription.ts';
import { createQuotaCounts, type QuotaCounts } from './quota-counts.ts';

/** Starts reading at once. */
export function createUsage(
  store: Store,
  clock: Clock,
  log: Log,
  options: { readonly isShared?: boolean; readonly buckets?: Buckets } = {},
): Usage {
  const owners = new Map<string, Owned>();
  const counts = createQuotaCounts(store, log, options);
  const { buckets = ownBuckets } = options;
  /** Set while something is being read. */
  let loading: Promise<void> | undefined;
  /** The last reading failed: what is in memory is not to be trusted. */
  let isStale = false;

  function ownedBy(owner: UsageOwner): Owned {
    const name = `${owner.account}/${owner.region}`;
    let owned = owners.get(name);
    if (owned === undefined) {
      owned = new Owned(owner, counts, buckets);
      owners.set(name, owned);
    }
    return owned;
  }

  /** Readings follow each other in the order of their changes. */
  function read(work: () => Promise<void>): void {
    const mine: Promise<void> = (loading ?? Promise.resolve())
      .catch(() => {})
      .then(work)
      .then(
        () => {
          if (loading === mine) loading = undefined;
        },
        (error: unknown) => {
          isStale = true;
          if (loading === mine) loading = undefined;
          log.error('Cannot read API keys and usage plans', { why: String(error) });
          throw error;
        },
      );
    loading = mine;
    // Whoever waits sees the failure; a reading nobody waits for must not end the process.
    mine.catch(() => {});
  }

  /** `withCounts` also takes over the counts that are stored; otherwise those in memory go on, which are never behind. */
  async function readAll(withCounts: boolean): Promise<void> {
    const found = await store.read(async (tx) => ({
      keys: await tx.list(apiKeys, []),
      plans: await tx.list(usagePlans, []),
      memberships: await tx.list(planMemberships, []),
    }));
    if (withCounts) {
      counts.forget(() => true);
      await counts.load(clock.now());
    }
    for (const owned of owners.values()) owned.clear();
    const ownerOf = ([account, region]: readonly string[]) => ownedBy({ account: account!, region: region! });
    for (const { key, value } of found.keys) ownerOf(key).putKey(value);
    for (const { key, value } of found.plans) ownerOf(key).putPlan(value);
    for (const { key } of found.memberships) ownerOf(key).join(key[2]!, key[3]!);
    isStale = false;
  }

  async function readChange({ owner, keyIds = [], planIds = [] }: UsageChange & { owner: UsageOwner }): Promise<void> {
    if (isStale) return readAll(false);
    const owned = ownedBy(owner);
    await store.read((tx) => owned.readAgain(tx, keyIds, planIds));
  }

  read(() => readAll(true));

  return {
    keysOf(owner): KeyDirectory {
      const owned = ownedBy(owner);
      return {
        find(value) {
          if (loading === undefined && !isStale) return owned.find(value);
          if (loading === undefined) read(() => readAll(false));
          return loading!.then(() => owned.find(value));
        },
      };
    },
    publish(change) {
      const { owner, keyIds = [], planIds = [] } = change;
      if (owner !== undefined && keyIds.length + planIds.length === 0) return;
      read(() => (owner === undefined ? readAll(true) : readChange({ ...change, owner })));
    },
    async today({ account, region }, { planId, keyId }, quota) {
      await loading;
      const counter = counts.counter([account, region, planId, keyId]);
      counter.today(quota, clock.now());
      // Written down, it takes in what other nodes have counted.
      counter.touch();
      await counts.flush();
      return counter.today(quota, clock.now());
    },
    async setRemaining({ account, region }, { planId, keyId }, quota, remaining) {
      await loading;
      const counter = counts.counter([account, region, planId, keyId]);
      counter.today(quota, clock.now());
      counter.touch();
      await counts.flush();
      const today = counter.setRemaining(quota, remaining, clock.now());
      await counts.flush();
      return today;
    },
    countedElsewhere: (keys) => counts.takeIn(keys),
    flush: () => counts.flush(),
    close: () => counts.close(),
  };
}

/** A key as the request line sees it. */
class Key implements KnownKey {
  readonly id: string;
  readonly value: string;
  readonly enabled: boolean;
  readonly #owned: Owned;
  /** The stage asked for last and how the key reaches it: most keys are sent to one stage, and a map of its own is memory that every call would fetch. */
  #stage = '';
  #subscription: Subscription | undefined;
  /** The same for every stage, worked out when first asked. */
  #byStage: Map<string, Subscription | undefined> | undefined;
  #version = -1;

  constructor({ id, value, enabled }: ApiKey, owned: Owned) {
    this.id = id;
    this.value = value;
    this.enabled = enabled;
    this.#owned = owned;
  }

  subscription(stage: string): Subscription | undefined {
    if (this.#stage === stage && this.#version === this.#owned.version) return this.#subscription;
    if (this.#version !== this.#owned.version) {
      this.#byStage = undefined;
      this.#version = this.#owned.version;
    }
    this.#byStage ??= new Map();
    // Any stage a client can name is asked for with its key, but only those that exist have plans compiled.
    if (!this.#byStage.has(stage)) this.#byStage.set(stage, this.#owned.subscribe(this.id, stage));
    this.#stage = stage;
    this.#subscription = this.#byStage.get(stage);
    return this.#subscription;
  }
}

/** Keys and plans of one account in one region. */
class Owned {
  /** Rises with every change of a plan or its keys. */
  version = 0;
  readonly #owner: UsageOwner;
  readonly #counts: QuotaCounts;
  readonly #made: Buckets;
  readonly #keysByValue = new Map<string, Key>();
  readonly #keysById = new Map<string, Key>();
  readonly #plans = new Map<string, UsagePlan>();
  readonly #plansOfKey = new Map<string, Set<string>>();
  readonly #keysOfPlan = new Map<string, Set<string>>();
  /** By `{planId}/{keyId}`: they outlive changes of the plan. */
  readonly #buckets = new Map<string, PlanBuckets>();

  constructor(owner: UsageOwner, counts: QuotaCounts, made: Buckets) {
    this.#owner = owner;
    this.#counts = counts;
    this.#made = made;
  }

  find(value: string): Key | undefined {
    return this.#keysByValue.get(value);
  }

  clear(): void {
    this.version++;
    for (const map of [this.#keysByValue, this.#keysById, this.#plans, this.#plansOfKey, this.#keysOfPlan]) map.clear();
    this.#buckets.clear();
  }

  putKey(key: ApiKey): void {
    const known = new Key(key, this);
    this.#keysByValue.set(key.value, known);
    this.#keysById.set(key.id, known);
  }

  putPlan(plan: UsagePlan): void {
    this.version++;
    this.#plans.set(plan.id, plan);
  }

  join(planId: string, keyId: string): void {
    this.version++;
    setOf(this.#plansOfKey, keyId).add(planId);
    setOf(this.#keysOfPlan, planId).add(keyId);
  }

  subscribe(keyId: string, stage: string): Subscription | undefined {
    for (const planId of this.#plansOfKey.get(keyId) ?? []) {
      const plan = this.#plans.get(planId);
      const planStage = plan?.apiStages.find((each) => `${each.apiId}/${each.stage}` === stage);
      if (plan === undefined || planStage === undefined) continue;
      const name = `${planId}/${keyId}`;
      const { account, region } = this.#owner;
      const buckets = this.#buckets.get(name) ?? new PlanBuckets(`plan/${account}/${region}/${name}`, this.#made);
      this.#buckets.set(name, buckets);
      return subscriptionTo(plan, planStage, buckets, this.#counts.counter([account, region, planId, keyId]));
    }
    return undefined;
  }

  async readAgain(tx: ReadTransaction, keyIds: readonly string[], planIds: readonly string[]): Promise<void> {
    const { account, region } = this.#owner;
    const keys = await Promise.all(keyIds.map((id) => tx.get(apiKeys, [account, region, id])));
    const plans = await Promise.all(planIds.map((id) => tx.get(usagePlans, [account, region, id])));
    const members = await Promise.all(planIds.map((id) => tx.list(planMemberships, [account, region, id])));
    this.version++;
    keyIds.forEach((id, i) => {
      this.#dropKey(id, keys[i] === undefined);
      if (keys[i] !== undefined) this.putKey(keys[i]);
    });
    planIds.forEach((id, i) => {
      this.#dropPlan(id, plans[i]);
      if (plans[i] === undefined) return;
      this.putPlan(plans[i]);
      for (const { key } of members[i]!) this.join(id, key[3]!);
    });
  }

  #dropKey(id: string, isGone: boolean): void {
    const known = this.#keysById.get(id);
    if (known !== undefined) this.#keysByValue.delete(known.value);
    this.#keysById.delete(id);
    if (!isGone) return;
    for (const planId of this.#plansOfKey.get(id) ?? []) {
      this.#keysOfPlan.get(planId)?.delete(id);
      this.#buckets.delete(`${planId}/${id}`);
    }
    this.#plansOfKey.delete(id);
    this.#forgetCounts(([, keyId]) => keyId === id);
  }

  #dropPlan(id: string, now: UsagePlan | undefined): void {
    for (const keyId of this.#keysOfPlan.get(id) ?? []) {
      this.#plansOfKey.get(keyId)?.delete(id);
      if (now === undefined) this.#buckets.delete(`${id}/${keyId}`);
    }
    this.#keysOfPlan.delete(id);
    this.#plans.delete(id);
    // A quota that is taken away and set again begins anew (recorded: counts start when it is configured).
    if (now?.quota === undefined) this.#forgetCounts(([planId]) => planId === id);
  }

  #forgetCounts(isGone: (planAndKey: readonly string[]) => boolean): void {
    const { account, region } = this.#owner;
    this.#counts.forget(([a, r, ...planAndKey]) => a === account && r === region && isGone(planAndKey));
  }
}

function setOf(map: Map<string, Set<string>>, name: string): Set<string> {
  let set = map.get(name);
  if (set === undefined) {
    set = new Set();
    map.set(name, set);
  }
  return set;
}
