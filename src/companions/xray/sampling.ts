/**
 * Sampling rules: which requests are traced (X-Ray developer guide, sampling rules). The first rule by priority that matches decides: so many a second
 * from its reservoir, then a share by chance. Rules are kept in the store, and read once for decisions.
 */
import { headerValue } from '../../base/headers.ts';
import { collection, type Store } from '../../ports/store.ts';
import type { SamplingQuestion } from '../../ports/tracing.ts';
import type { SamplingRule } from '../../wire/generated/xray.ts';
import type { Place } from './trace-store.ts';

export interface RuleRecord {
  readonly rule: SamplingRule & { readonly RuleName: string };
  readonly createdMs: number;
  readonly modifiedMs: number;
  readonly tags?: Readonly<Record<string, string>>;
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
  /** The second of the last request, and how many it took from the reservoir. */
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

export function createSampler(options: { readonly store: Store; readonly random?: () => number }): Sampler {
  const { store, random = Math.random } = options;
  /** By account, then by region: two look-ups of texts that are there cost less than one of a text put together. */
  const ready = new Map<string, Map<string, ReadyRule[]>>();

  function keepReady({ account, region }: Place, rules: ReadyRule[]): void {
    const ofAccount = ready.get(account) ?? new Map<string, ReadyRule[]>();
    ready.set(account, ofAccount.set(region, rules));
  }

  async function rules(place: Place): Promise<RuleRecord[]> {
    const { account, region } = place;
    const stored = await store.read((tx) => tx.list(samplingRules, [account, region]));
    const records = stored.map(({ value }) => value);
    const hasDefault = records.some(({ rule }) => rule.RuleName === defaultRuleName);
    return [...records, ...(hasDefault ? [] : [defaultRule(region, account)])].sort(byPriority);
  }

  async function reload(place: Place): Promise<void> {
    keepReady(place, (await rules(place)).map(readyRule));
  }

  return {
    rules,
    reload,
    decide(question) {
      let known = ready.get(question.account)?.get(question.region);
      if (known === undefined) {
        // The first request of a region goes by the default; the rules there are decide about those after it.
        known = [readyRule(defaultRule(question.region, question.account))];
        const { account, region } = question;
        keepReady({ account, region }, known);
        reload({ account, region }).catch(() => ready.get(account)?.delete(region));
      }
      const found = known.find((each) => each.matches(question));
      if (found === undefined) return undefined;
      const { rule } = found.record;
      const second = Math.floor(question.atMs / 1000);
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
  const tests: ((question: SamplingQuestion) => boolean)[] = [];
  // What matches everything is not asked.
  function ask(pattern: string, of: (question: SamplingQuestion) => string): void {
    if (pattern === '*') return;
    const matches = wildcard(pattern);
    tests.push((question) => matches(of(question)));
  }
  ask(rule.ServiceName, ({ serviceName }) => serviceName);
  ask(rule.ServiceType, ({ serviceType }) => serviceType);
  ask(rule.Host, ({ host }) => host);
  ask(rule.HTTPMethod, ({ method }) => method);
  ask(rule.URLPath, ({ path }) => path);
  ask(rule.ResourceARN, ({ resourceArn }) => resourceArn);
  for (const [name, pattern] of Object.entries(rule.Attributes ?? {})) {
    ask(pattern, ({ headers }) => headerValue(headers, name.toLowerCase()) ?? '');
  }
  return {
    record,
    second: 0,
    taken: 0,
    matches: (question) => tests.every((matches) => matches(question)),
  };
}

/** `*` is any text, `?` one character; case does not count. */
function wildcard(pattern: string): (text: string) => boolean {
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
