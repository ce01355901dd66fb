/** What web ACLs saw: counts by the minute for CloudWatch (namespace AWS/WAFV2), and the latest requests of each rule for GetSampledRequests. In memory. */
import type { WebAclSighting } from '../../ports/web-acls.ts';
import type { Dimension, MetricSeries, Point, SeriesSource } from '../cloudwatch/series.ts';
import { ones } from '../telemetry/distribution.ts';

export interface Sighted {
  /** With its one match, for which it was kept. */
  readonly sighting: WebAclSighting;
  readonly action: 'ALLOW' | 'BLOCK' | 'COUNT';
  readonly withinGroup: string | undefined;
}

export interface WebAclSightings extends SeriesSource {
  saw(sighting: WebAclSighting): void;
  /** Newest first; how many there were, kept or not. */
  sampled(
    aclArn: string,
    metric: string,
    fromMs: number,
    untilMs: number,
  ): { readonly kept: Sighted[]; readonly count: number };
  clear(): void;
}

const minuteMs = 60_000;
/** AWS gives at most 500 of the last three hours. */
const keptPerRule = 500;
const keptMinutes = 3 * 1_440;
/** Rules of deleted web ACLs go when there are more. */
const maxRules = 5_000;

const names = { ALLOW: 'AllowedRequests', BLOCK: 'BlockedRequests', COUNT: 'CountedRequests' } as const;
type Action = keyof typeof names;

/** Every request, and those that no rule decided. */
const allRules = 'ALL';
const defaultAction = 'Default_Action';

interface Seen {
  readonly account: string;
  readonly region: string;
  /** Metric names. */
  readonly acl: string;
  readonly rule: string;
  readonly isMeasured: boolean;
  readonly minutes: Map<number, Record<Action, number>>;
  kept: Sighted[];
}

export function createSightings(): WebAclSightings {
  const rules = new Map<string, Seen>();

  function seenOf({ aclArn, acl }: WebAclSighting, rule: string, isMeasured: boolean): Seen {
    const key = `${aclArn} ${rule}`;
    let seen = rules.get(key);
    if (seen === undefined) {
      if (rules.size >= maxRules) rules.delete(rules.keys().next().value!);
      const [, , , region = '', account = ''] = aclArn.split(':');
      seen = { account, region, acl: acl.MetricName, rule, isMeasured, minutes: new Map(), kept: [] };
      rules.set(key, seen);
    }
    return seen;
  }

  function count(seen: Seen, atMs: number, action: Action): void {
    const minute = Math.floor(atMs / minuteMs);
    let counts = seen.minutes.get(minute);
    if (counts === undefined) {
      counts = { ALLOW: 0, BLOCK: 0, COUNT: 0 };
      seen.minutes.set(minute, counts);
      if (seen.minutes.size > keptMinutes) seen.minutes.delete(seen.minutes.keys().next().value!);
    }
    counts[action]++;
  }

  function keep(seen: Seen, sighted: Sighted): void {
    seen.kept.push(sighted);
    if (seen.kept.length >= 2 * keptPerRule) seen.kept = seen.kept.slice(-keptPerRule);
  }

  return {
    saw(sighting) {
      const { acl, atMs, action, matches } = sighting;
      const all = seenOf(sighting, allRules, acl.CloudWatchMetricsEnabled);
      count(all, atMs, action);
      if (acl.SampledRequestsEnabled) keep(all, { sighting, action, withinGroup: undefined });
      for (const { visibility, action: done, withinGroup } of matches) {
        const seen = seenOf(sighting, visibility.MetricName, visibility.CloudWatchMetricsEnabled);
        count(seen, atMs, done);
        if (visibility.SampledRequestsEnabled) keep(seen, { sighting, action: done, withinGroup });
      }
      if (matches.some(({ action: done }) => done !== 'COUNT')) return;
      const byDefault = seenOf(sighting, defaultAction, acl.CloudWatchMetricsEnabled);
      count(byDefault, atMs, action);
      if (acl.SampledRequestsEnabled) keep(byDefault, { sighting, action, withinGroup: undefined });
    },

    sampled(aclArn, metric, fromMs, untilMs) {
      const seen = rules.get(`${aclArn} ${metric}`);
      const within = (seen?.kept ?? []).filter(({ sighting: { atMs } }) => atMs >= fromMs && atMs < untilMs);
      let total = 0;
      for (const [minute, counts] of seen?.minutes ?? []) {
        const atMs = minute * minuteMs;
        if (atMs + minuteMs > fromMs && atMs < untilMs) total += counts.ALLOW + counts.BLOCK + counts.COUNT;
      }
      return { kept: within.slice(-keptPerRule).reverse(), count: Math.max(total, within.length) };
    },

    *series(account, region) {
      for (const seen of rules.values()) {
        if (seen.account !== account || seen.region !== region || !seen.isMeasured) continue;
        for (const action of Object.keys(names) as Action[]) {
          if ([...seen.minutes.values()].some((counts) => counts[action] > 0)) yield seriesOf(seen, action);
        }
      }
    },

    clear: () => rules.clear(),
  };
}

function seriesOf({ acl, rule, region, minutes }: Seen, action: Action): MetricSeries {
  const dimensions: Dimension[] = [
    { Name: 'Region', Value: region },
    { Name: 'Rule', Value: rule },
    { Name: 'WebACL', Value: acl },
  ];
  function* points(fromMs: number, untilMs: number): Iterable<Point> {
    for (const [minute, counts] of minutes) {
      const atMs = minute * minuteMs;
      if (counts[action] > 0 && atMs >= fromMs && atMs < untilMs) yield { atMs, distribution: ones(counts[action]) };
    }
  }
  return {
    ...{ namespace: 'AWS/WAFV2', name: names[action], dimensions, unit: 'Count', points },
    lastAtMs: () =>
      Math.max(...[...points(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY)].map(({ atMs }) => atMs)),
  };
}
