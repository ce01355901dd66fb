/**
 * Sampling rules: which requests are traced (X-Ray developer guide, sampling rules). The first rule by priority that matches decides: so many a second
 * from its reservoir, then a share by chance. Rules are kept in the store, and read once for decisions.
 */
import type { Clock } from '../../base/clock.ts';
import { headerValue } from '../../base/headers.ts';
import { collection, type Store } from '../../ports/store.ts';
import type { SamplingQuestion } from '../../ports/tracing.ts';
import type { SamplingRule } from '../../wire/generated/xray.ts';
import type { Place } from './trace-store.ts';

export interface RuleRecord {
  readonly rule: SamplingRule & { readonly RuleName: string };
  readonly createdMs: number;
  readonly modifiedMs: number;
}

export const samplingRules = collection<RuleRecord>('xray-sampling-rules');

export const defaultRuleName = 'Default';

/** What every account has: one a second, and 5 %. It cannot be deleted and matches everything. */
export function defaultRule(region: string, account: string): RuleRecord {
  return {
    rule: {
      ...{ RuleName: defaultRuleName, RuleARN: `arn:aws:xray:${region}:${account}:sampling-rule/Default` },
      ...{ ResourceARN: '*', Priority: 10_000, FixedRate: 0.05, ReservoirSize: 1 },
      ...{ ServiceName: '*', ServiceType: '*', Host: '*', HTTPMethod: '*', URLPath: '*', Version: 1, Attributes: {} },
    },
    createdMs: 0,
    modifiedMs: 0,
  };
}

interface ReadyRule {
  readonly record: RuleRecord;
  matches(question: SamplingQuestion): boolean;
  /** Second of the wall clock, and how many it took from the reservoir. */
  second: number;
  taken: number;
}

export interface Sampler {
  /** In order of priority, the default last. */
  rules(place: Place): Promise<RuleRecord[]>;
  decide(question: SamplingQuestion): string | undefined;
  /** Rules have changed. */
  reload(place: Place): Promise<void>;
  clear(): void;
}

export function createSampler(options: {
  readonly store: Store;
  readonly clock: Clock;
  readonly random?: () => number;
}): Sampler {
  const { store, clock, random = Math.random } = options;
  const ready = new Map<string, ReadyRule[]>();
  const keyOf = ({ account, region }: Place): string => `${account}/${region}`;

  async function rules(place: Place): Promise<RuleRecord[]> {
    const { account, region } = place;
    const stored = await store.read((tx) => tx.list(samplingRules, [account, region]));
    const records = stored.map(({ value }) => value);
    const hasDefault = records.some(({ rule }) => rule.RuleName === defaultRuleName);
    return [...records, ...(hasDefault ? [] : [defaultRule(region, account)])].sort(byPriority);
  }

  async function reload(place: Place): Promise<void> {
    ready.set(keyOf(place), (await rules(place)).map(readyRule));
  }

  return {
    rules,
    reload,
    decide(question) {
      let known = ready.get(keyOf(question));
      if (known === undefined) {
        // The first request of a region goes by the default; the rules there are decide about those after it.
        known = [readyRule(defaultRule(question.region, question.account))];
        ready.set(keyOf(question), known);
        reload(question).catch(() => ready.delete(keyOf(question)));
      }
      const found = known.find((each) => each.matches(question));
      if (found === undefined) return undefined;
      const { rule } = found.record;
      const second = Math.floor(clock.now() / 1000);
      if (found.second !== second) {
        found.second = second;
        found.taken = 0;
      }
      if (found.taken < rule.ReservoirSize) {
        found.taken++;
        return rule.RuleName;
      }
      return random() < rule.FixedRate ? rule.RuleName : undefined;
    },
    clear: () => ready.clear(),
  };
}

const byPriority = (a: RuleRecord, b: RuleRecord): number =>
  a.rule.Priority - b.rule.Priority || (a.rule.RuleName < b.rule.RuleName ? -1 : 1);

function readyRule(record: RuleRecord): ReadyRule {
  const { rule } = record;
  const [service, type, host, method, path, arn] = [
    rule.ServiceName,
    rule.ServiceType,
    rule.Host,
    rule.HTTPMethod,
    rule.URLPath,
    rule.ResourceARN,
  ].map(wildcard);
  const attributes = Object.entries(rule.Attributes ?? {}).map(([name, value]) => [name, wildcard(value)] as const);
  return {
    record,
    second: 0,
    taken: 0,
    matches: (question) =>
      service!(question.serviceName) &&
      type!(question.serviceType) &&
      host!(question.host) &&
      method!(question.method) &&
      path!(question.path) &&
      arn!(question.resourceArn) &&
      attributes.every(([name, matches]) => matches(headerValue(question.headers, name.toLowerCase()) ?? '')),
  };
}

/** `*` is any text, `?` one character; case does not count. */
function wildcard(pattern: string): (text: string) => boolean {
  if (pattern === '*') return () => true;
  const wanted = pattern.toLowerCase();
  return function matchesWildcard(given) {
    const text = given.toLowerCase();
    // The usual walk with one point to come back to: no expression whose time could explode.
    let [at, in_, star, mark] = [0, 0, -1, 0];
    while (in_ < text.length) {
      if (at < wanted.length && (wanted[at] === '?' || wanted[at] === text[in_]) && wanted[at] !== '*') {
        at++;
        in_++;
      } else if (wanted[at] === '*') {
        star = at++;
        mark = in_;
      } else if (star !== -1) {
        at = star + 1;
        in_ = ++mark;
      } else return false;
    }
    while (wanted[at] === '*') at++;
    return at === wanted.length;
  };
}
