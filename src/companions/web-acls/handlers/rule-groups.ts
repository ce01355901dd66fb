/** Rule groups: rules under one name, for several web ACLs. */
import { newRequestId } from '../../../base/ids.ts';
import { referredBy } from '../../../ports/live-web-acl.ts';
import type { ReadTransaction, Store } from '../../../ports/store.ts';
import { type RuleGroupRecord, ruleGroups, statementsIn } from '../../../ports/web-acls.ts';
import type { Handlers } from '../../../wire/call.ts';
import type { Operations, RuleGroup, UpdateRuleGroupRequest } from '../../../wire/generated/wafv2.ts';
import { capacityOf } from '../capacity.ts';
import { find, findToChange, keyOf, listed, newRecord, summaryOf } from '../entities.ts';
import { aclsReferringTo, type Protection } from '../protected-stages.ts';
import { checkRules } from '../rule-checks.ts';
import { shownRules, storedRules } from '../stored-rules.ts';
import { inUse, limitExceeded } from '../waf-errors.ts';

export function ruleGroupHandlers(parts: {
  readonly store: Store;
  readonly protection: Protection;
}): Handlers<Operations> {
  const { store, protection } = parts;
  return {
    CreateRuleGroup: (input, call) =>
      store.write(async (tx) => {
        const group: RuleGroupRecord = {
          ...(await newRecord(tx, call, 'rulegroup', ruleGroups, input)),
          LabelNamespace: `awswaf:${call.account}:rulegroup:${input.Name}:`,
          Capacity: input.Capacity,
          ...(await contentOf(tx, input, input.Capacity)),
        };
        tx.put(ruleGroups, keyOf(group, 'rulegroup'), group);
        return { Summary: summaryOf(group) };
      }),

    GetRuleGroup: (input, call) =>
      store.read(async (tx) => {
        const group = await find(tx, call, 'rulegroup', ruleGroups, input);
        return { RuleGroup: shown(group), LockToken: group.lockToken };
      }),

    ListRuleGroups: (input, call) =>
      store.read(async (tx) => {
        const { items, ...rest } = await listed(tx, call, ruleGroups, input);
        return { RuleGroups: items, ...rest };
      }),

    UpdateRuleGroup: (input, call) =>
      protection.change(call, async (tx) => {
        const known = await findToChange(tx, call, 'rulegroup', ruleGroups, input);
        const { Id, Name, ARN, LabelNamespace, Capacity, tags } = known;
        const group: RuleGroupRecord = {
          ...{ Id, Name, ARN, LabelNamespace, Capacity, tags, lockToken: newRequestId() },
          ...(input.Description !== undefined && { Description: input.Description }),
          ...(await contentOf(tx, input, Capacity)),
        };
        tx.put(ruleGroups, keyOf(group, 'rulegroup'), group);
        return { arn: ARN, answer: { NextLockToken: group.lockToken } };
      }),

    DeleteRuleGroup: (input, call) =>
      store.write(async (tx) => {
        const group = await findToChange(tx, call, 'rulegroup', ruleGroups, input);
        if ((await aclsReferringTo(tx, call, group.ARN)).length > 0) throw inUse();
        tx.delete(ruleGroups, keyOf(group, 'rulegroup'));
        return {};
      }),
  };
}

type Content = Pick<UpdateRuleGroupRequest, 'Rules' | 'VisibilityConfig' | 'CustomResponseBodies'>;

/** The capacity is chosen with the group and never changes: it is what the group costs where it is used. */
async function contentOf(
  tx: ReadTransaction,
  { Rules, VisibilityConfig, CustomResponseBodies }: Content,
  capacity: number,
): Promise<Pick<RuleGroupRecord, 'Rules' | 'VisibilityConfig' | 'CustomResponseBodies'>> {
  const rules = storedRules(Rules);
  const referred = await referredBy(tx, { Rules: rules });
  checkRules(rules, 'rule group', referred, CustomResponseBodies);
  if (capacityOf(rules, referred.ruleGroups) > capacity) throw limitExceeded();
  return { Rules: rules, VisibilityConfig, ...(CustomResponseBodies && { CustomResponseBodies }) };
}

function shown({ lockToken: _l, tags: _t, Rules, Description = '', ...group }: RuleGroupRecord): RuleGroup {
  const given = Rules.flatMap(({ RuleLabels }) => (RuleLabels ?? []).map(({ Name }) => group.LabelNamespace + Name));
  const asked = Rules.flatMap(({ Statement }) =>
    [...statementsIn(Statement)].flatMap(({ LabelMatchStatement }) => LabelMatchStatement?.Key ?? []),
  );
  const named = (names: readonly string[]) => [...new Set(names)].map((Name) => ({ Name }));
  return {
    ...{ ...group, Description, Rules: shownRules(Rules) },
    ...(given.length > 0 && { AvailableLabels: named(given) }),
    ...(asked.length > 0 && { ConsumedLabels: named(asked) }),
  };
}
