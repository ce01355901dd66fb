/**
 * The filters of all log groups: kept in the store, compiled here, and shown every event on its way into a group. A group without filters costs its lines a comparison of two
 * numbers.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../../base/clock.ts';
import type { Store } from '../../../ports/store.ts';
import type { Log } from '../../../ports/telemetry.ts';
import type { GroupId } from '../names.ts';
import {
  filterKey,
  groupKey,
  type MetricFilterRecord,
  metricFilters,
  type SubscriptionRecord,
  subscriptions,
} from './filter-records.ts';
import { createMetricFilter, type MetricFilter, type MetricValue } from './metric-filter.ts';
import { createSubscription, type Subscription } from './subscription.ts';

/** Takes the events of one group. */
export interface GroupTap {
  take(stream: string, atMs: number, message: string): void;
}

/** Whom filters hand things to; known once functions and metrics are there. */
export interface FilterTargets {
  /** Rejects when the function cannot be called. */
  invoke(functionArn: string, payload: string): Promise<void>;
  /** Whether CloudWatch Logs may call the function for this group. */
  mayInvoke(functionArn: string, group: GroupId): Promise<boolean>;
  put(value: MetricValue): void;
}

export interface LogFilters {
  /** Changes with every change of a filter: whoever keeps a tap asks again when it did. */
  readonly version: number;
  /** Undefined for a group without filters. */
  tap(group: GroupId): GroupTap | undefined;
  readonly targets: FilterTargets;
  connect(targets: FilterTargets): void;
  subscriptionsOf(group: GroupId): readonly SubscriptionRecord[];
  /** Of one group, or of a whole account and region. */
  metricFiltersOf(
    place: Pick<GroupId, 'account' | 'region'> & { readonly name?: string },
  ): readonly MetricFilterRecord[];
  keepSubscription(record: SubscriptionRecord): Promise<void>;
  keepMetricFilter(record: MetricFilterRecord): Promise<void>;
  drop(kind: 'subscription' | 'metric', filter: GroupId & { readonly filterName: string }): Promise<void>;
  /** The group is gone. */
  forget(group: GroupId): Promise<void>;
  /** Filters as they were kept; resolves at once the second time. */
  ready(): Promise<void>;
  /** Another node changed filters: reads them again. */
  reload(): Promise<void>;
  reset(): void;
  close(): Promise<void>;
}

interface OfGroup {
  readonly subscriptions: Map<string, { readonly record: SubscriptionRecord; readonly active: Subscription }>;
  readonly metrics: Map<string, { readonly record: MetricFilterRecord; readonly active: MetricFilter }>;
  readonly tap: GroupTap;
}

const closeMinutesEveryMs = 10_000;

export function createLogFilters({ store, clock, log }: { store: Store; clock: Clock; log: Log }): LogFilters {
  const groups = new Map<string, OfGroup>();
  let version = 0;
  let targets: FilterTargets = {
    invoke: () => Promise.reject(new Error('functions are not there yet')),
    mayInvoke: async () => false,
    put() {},
  };
  const keyOf = ({ account, region, name }: GroupId): string => `${account}/${region}/${name}`;

  function ofGroup(group: GroupId): OfGroup {
    const key = keyOf(group);
    const known = groups.get(key);
    if (known !== undefined) return known;
    const made: OfGroup = {
      subscriptions: new Map(),
      metrics: new Map(),
      tap: {
        take(stream, atMs, message) {
          for (const { active } of made.subscriptions.values()) active.take(stream, atMs, message);
          for (const { active } of made.metrics.values()) active.take(atMs, message);
        },
      },
    };
    groups.set(key, made);
    return made;
  }

  function activateSubscription(record: SubscriptionRecord): void {
    const active = createSubscription(record, {
      invoke: (functionArn, payload) => targets.invoke(functionArn, payload),
      warn: log.warn,
    });
    ofGroup(record).subscriptions.set(record.filterName, { record, active });
    version++;
  }

  function activateMetricFilter(record: MetricFilterRecord): void {
    const active = createMetricFilter(record, (value) => targets.put(value));
    ofGroup(record).metrics.set(record.filterName, { record, active });
    version++;
  }

  let loaded: Promise<void> | undefined;
  function ready(): Promise<void> {
    loaded ??= store.read(async (tx) => {
      for (const { value } of await tx.list(subscriptions, [])) activateSubscription(value);
      for (const { value } of await tx.list(metricFilters, [])) activateMetricFilter(value);
    });
    return loaded;
  }
  ready().catch((error: unknown) => log.error(`Cannot read the filters of log groups: ${String(error)}`));

  const timer = setInterval(() => {
    for (const { metrics } of groups.values())
      for (const { active } of metrics.values()) active.closeMinutes(clock.now());
  }, closeMinutesEveryMs);
  timer.unref();

  const flushAll = async (): Promise<void> => {
    const all = [...groups.values()].flatMap((each) => [...each.subscriptions.values()]);
    await Promise.all(all.map(({ active }) => active.flush()));
  };

  return {
    get version() {
      return version;
    },
    get targets() {
      return targets;
    },
    tap: (group) => groups.get(keyOf(group))?.tap,
    connect(given) {
      targets = given;
    },
    subscriptionsOf: (group) =>
      [...(groups.get(keyOf(group))?.subscriptions.values() ?? [])].map(({ record }) => record),
    metricFiltersOf: ({ account, region, name }) =>
      [...groups.values()]
        .flatMap(({ metrics }) => [...metrics.values()].map(({ record }) => record))
        .filter(
          (record) =>
            record.account === account && record.region === region && (name === undefined || record.name === name),
        ),
    async keepSubscription(record) {
      await store.write(async (tx) => tx.put(subscriptions, filterKey(record), record));
      activateSubscription(record);
    },
    async keepMetricFilter(record) {
      await store.write(async (tx) => tx.put(metricFilters, filterKey(record), record));
      activateMetricFilter(record);
    },
    async drop(kind, filter) {
      if (kind === 'subscription') {
        await store.write(async (tx) => tx.delete(subscriptions, filterKey(filter)));
        const active = ofGroup(filter).subscriptions.get(filter.filterName)?.active;
        ofGroup(filter).subscriptions.delete(filter.filterName);
        void active?.flush();
      } else {
        await store.write(async (tx) => tx.delete(metricFilters, filterKey(filter)));
        ofGroup(filter).metrics.delete(filter.filterName);
      }
      const { subscriptions: left, metrics } = ofGroup(filter);
      if (left.size === 0 && metrics.size === 0) groups.delete(keyOf(filter));
      version++;
    },
    async forget(group) {
      if (!groups.has(keyOf(group))) return;
      await store.write(async (tx) => {
        await tx.deleteAll(subscriptions, groupKey(group));
        await tx.deleteAll(metricFilters, groupKey(group));
      });
      groups.delete(keyOf(group));
      version++;
    },
    ready,
    async reload() {
      await ready();
      const [kept, counted] = await store.read(async (tx) => [
        (await tx.list(subscriptions, [])).map(({ value }) => value),
        (await tx.list(metricFilters, [])).map(({ value }) => value),
      ]);
      for (const own of groups.values()) {
        dropMissing(own.subscriptions, kept);
        dropMissing(own.metrics, counted);
      }
      for (const record of kept) if (!isKnown(ofGroup(record).subscriptions, record)) activateSubscription(record);
      for (const record of counted) if (!isKnown(ofGroup(record).metrics, record)) activateMetricFilter(record);
      version++;
    },
    reset() {
      groups.clear();
      version++;
    },
    async close() {
      clearInterval(timer);
      await flushAll();
    },
  };
}

type Kept<Record> = Map<string, { readonly record: Record }>;

/** The same filter, put at the same time with the same settings. */
function isKnown<Record extends { readonly filterName: string }>(known: Kept<Record>, record: Record): boolean {
  return isDeepStrictEqual(known.get(record.filterName)?.record, record);
}

function dropMissing<Record extends { readonly filterName: string }>(
  known: Kept<Record>,
  kept: readonly Record[],
): void {
  for (const [name, { record }] of known) {
    if (!kept.some((each) => isDeepStrictEqual(each, record))) known.delete(name);
  }
}
