/** Sampling rules: create, update, delete, list, and the targets that programs sampling by themselves ask for. */
import type { Clock } from '../../../base/clock.ts';
import type { Store } from '../../../ports/store.ts';
import type { Call, Handlers } from '../../../wire/call.ts';
import type { Operations } from '../../../wire/generated/xray.ts';
import {
  badToken,
  defaultKeeps,
  defaultStays,
  nameOrArn,
  noSuchResource,
  noSuchRule,
  ruleExists,
} from '../refusals.ts';
import { defaultRuleName, type RuleRecord, type Sampler, samplingRules } from '../sampling.ts';

const pageSize = 100;
/** Seconds until a program asks for its targets again. */
const targetInterval = 10;

export function samplingRuleHandlers(parts: { store: Store; clock: Clock; sampler: Sampler }): Handlers<Operations> {
  const { store, clock, sampler } = parts;

  const arnOf = ({ region, account }: Call, name: string): string =>
    `arn:aws:xray:${region}:${account}:sampling-rule/${name}`;

  function nameOf(given: { RuleName?: string | undefined; RuleARN?: string | undefined }): string {
    const { RuleName, RuleARN } = given;
    if ((RuleName === undefined) === (RuleARN === undefined)) throw nameOrArn();
    return RuleName ?? RuleARN!.slice(RuleARN!.indexOf('/') + 1);
  }

  async function recordOf(call: Call, name: string): Promise<RuleRecord> {
    const record = (await sampler.rules(call)).find(({ rule }) => rule.RuleName === name);
    if (record === undefined) throw noSuchRule();
    return record;
  }

  /** Rules are all that X-Ray has here with tags. */
  async function taggedRule(call: Call, arn: string): Promise<RuleRecord> {
    const record = (await sampler.rules(call)).find(({ rule }) => arnOf(call, rule.RuleName) === arn);
    if (record === undefined) throw noSuchResource(arn);
    return record;
  }

  async function keep(call: Call, record: RuleRecord): Promise<void> {
    await store.write(async (tx) => tx.put(samplingRules, [call.account, call.region, record.rule.RuleName], record));
    await sampler.reload(call);
  }

  return {
    async CreateSamplingRule({ SamplingRule, Tags }, call) {
      const name = nameOf(SamplingRule);
      const known = await sampler.rules(call);
      if (known.some(({ rule }) => rule.RuleName === name)) throw ruleExists(name);
      const nowMs = clock.now();
      const record: RuleRecord = {
        rule: { Attributes: {}, ...SamplingRule, RuleName: name, RuleARN: arnOf(call, name) },
        createdMs: nowMs,
        modifiedMs: nowMs,
        ...(Tags && { tags: Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])) }),
      };
      await keep(call, record);
      return { SamplingRuleRecord: shown(record) };
    },

    async UpdateSamplingRule({ SamplingRuleUpdate }, call) {
      const { RuleName: _n, RuleARN: _a, ...changes } = SamplingRuleUpdate;
      const name = nameOf(SamplingRuleUpdate);
      const record = await recordOf(call, name);
      if (name === defaultRuleName) {
        // Of the default only the two rates are the account's own.
        const other = Object.keys(changes).find((member) => member !== 'FixedRate' && member !== 'ReservoirSize');
        if (other !== undefined) throw defaultKeeps(other);
      }
      const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
      const updated: RuleRecord = { ...record, rule: { ...record.rule, ...given }, modifiedMs: clock.now() };
      await keep(call, updated);
      return { SamplingRuleRecord: shown(updated) };
    },

    async DeleteSamplingRule(input, call) {
      const name = nameOf(input);
      if (name === defaultRuleName) throw defaultStays();
      const record = await recordOf(call, name);
      await store.write(async (tx) => tx.delete(samplingRules, [call.account, call.region, name]));
      await sampler.reload(call);
      return { SamplingRuleRecord: shown(record) };
    },

    async ListTagsForResource({ ResourceARN }, call) {
      const { tags = {} } = await taggedRule(call, ResourceARN);
      return { Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) };
    },

    async TagResource({ ResourceARN, Tags }, call) {
      const record = await taggedRule(call, ResourceARN);
      const added = Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value]));
      await keep(call, { ...record, tags: { ...record.tags, ...added } });
      return {};
    },

    async UntagResource({ ResourceARN, TagKeys }, call) {
      const record = await taggedRule(call, ResourceARN);
      const left = Object.entries(record.tags ?? {}).filter(([key]) => !TagKeys.includes(key));
      await keep(call, { ...record, tags: Object.fromEntries(left) });
      return {};
    },

    async GetSamplingRules({ NextToken }, call) {
      const rules = await sampler.rules(call);
      const from = NextToken === undefined ? 0 : Number(/^from-(\d{1,9})$/.exec(NextToken)?.[1] ?? Number.NaN);
      if (Number.isNaN(from)) throw badToken();
      return {
        SamplingRuleRecords: rules.slice(from, from + pageSize).map(shown),
        ...(rules.length > from + pageSize ? { NextToken: `from-${from + pageSize}` } : {}),
      };
    },

    async GetSamplingTargets({ SamplingStatisticsDocuments }, call) {
      const rules = await sampler.rules(call);
      const byName = new Map(rules.map((record) => [record.rule.RuleName, record]));
      const nowMs = clock.now();
      const unknown = SamplingStatisticsDocuments.filter(({ RuleName }) => !byName.has(RuleName));
      return {
        SamplingTargetDocuments: SamplingStatisticsDocuments.flatMap(({ RuleName }) => {
          const rule = byName.get(RuleName)?.rule;
          if (rule === undefined) return [];
          return {
            RuleName,
            FixedRate: rule.FixedRate,
            ReservoirQuota: rule.ReservoirSize,
            ReservoirQuotaTTL: nowMs + targetInterval * 1000,
            Interval: targetInterval,
          };
        }),
        LastRuleModification: Math.max(...rules.map(({ modifiedMs }) => modifiedMs)),
        UnprocessedStatistics: unknown.map(({ RuleName }) => ({
          ...{ RuleName, ErrorCode: '400', Message: 'Unknown rule' },
        })),
      };
    },
  };

  function shown({ rule, createdMs, modifiedMs }: RuleRecord) {
    return { SamplingRule: rule, CreatedAt: createdMs, ModifiedAt: modifiedMs };
  }
}
