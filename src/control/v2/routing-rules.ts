/** RoutingRule: CreateRoutingRule, GetRoutingRule, ListRoutingRules, PutRoutingRule, DeleteRoutingRule (row V2-23). Put replaces a rule there is. */
import { newChildId } from '../../base/ids.ts';
import type { CustomDomain, RoutingCondition, RoutingRule } from '../../definition/custom-domain.ts';
import { routingRules } from '../../ports/records.ts';
import type { ReadTransaction } from '../../ports/store.ts';
import type { Call, Handlers } from '../../wire/call.ts';
import type {
  RoutingRule as AnsweredRule,
  RoutingRuleAction as GivenAction,
  RoutingRuleCondition as GivenCondition,
  Operations,
} from '../../wire/generated/apigatewayv2.ts';
import { routingRuleArn } from '../domains/arns.ts';
import { publish } from '../domains/change-domain.ts';
import { oneAction } from '../domains/chosen-refusals.ts';
import { belowDomain, domainKey, findDomain } from '../domains/find.ts';
import { checkRoutingRule } from '../domains/routing-rule-rules.ts';
import { limitExceeded, noSuchApi, noSuchDomain, noSuchRoutingRule } from './errors.ts';
import { pageOf } from './paging.ts';
import type { V2Ports } from './ports.ts';

interface GivenRule {
  readonly Actions: readonly GivenAction[];
  readonly Conditions: readonly GivenCondition[];
  readonly Priority: number;
}

interface NamedDomain {
  readonly DomainName: string;
  readonly DomainNameId?: string;
}

export function routingRuleHandlers({ store, domains, limits }: V2Ports): Handlers<Operations> {
  /** Checks and keeps a rule of the domain, and tells gateways. */
  async function keep(
    call: Call,
    find: (tx: ReadTransaction) => Promise<CustomDomain>,
    make: (tx: ReadTransaction, domain: CustomDomain) => Promise<RoutingRule> | RoutingRule,
  ): Promise<AnsweredRule> {
    const { domain, rule } = await store.write(async (tx) => {
      const owner = await find(tx);
      const made = await make(tx, owner);
      await checkRoutingRule(tx, owner, made, domains.limits, {
        noSuchApi: () => noSuchApi(call, made.action.apiId),
        tooMany: (things) => limitExceeded(things, 'domain name'),
      });
      tx.put(routingRules, [...domainKey(owner), made.routingRuleId], made);
      return { domain: owner, rule: made };
    });
    publish(domain, domains);
    return answerRule(domain, rule);
  }

  return {
    CreateRoutingRule: (input, call) =>
      keep(
        call,
        (tx) => findNamed(tx, call, input),
        () => ruleOf(newChildId(), input),
      ),

    PutRoutingRule: (input, call) =>
      keep(
        call,
        (tx) => findNamed(tx, call, input),
        async (tx, domain) => {
          const { routingRuleId } = await findRule(tx, domain, input.RoutingRuleId);
          return ruleOf(routingRuleId, input);
        },
      ),

    GetRoutingRule: (input, call) =>
      store.read(async (tx) => {
        const domain = await findNamed(tx, call, input);
        return answerRule(domain, await findRule(tx, domain, input.RoutingRuleId));
      }),

    // In the order in which they are tried.
    ListRoutingRules: (input, call) =>
      store.read(async (tx) => {
        const domain = await findNamed(tx, call, input);
        const all = (await belowDomain(tx, routingRules, domain)).sort((a, b) => a.priority - b.priority);
        const paging = {
          ...(input.MaxResults !== undefined && { MaxResults: String(input.MaxResults) }),
          ...(input.NextToken !== undefined && { NextToken: input.NextToken }),
        };
        const { Items, ...rest } = pageOf(all, placeOf, (rule) => answerRule(domain, rule), paging, limits);
        return { ...rest, RoutingRules: Items };
      }),

    async DeleteRoutingRule(input, call) {
      const domain = await store.write(async (tx) => {
        const owner = await findNamed(tx, call, input);
        const { routingRuleId } = await findRule(tx, owner, input.RoutingRuleId);
        tx.delete(routingRules, [...domainKey(owner), routingRuleId]);
        return owner;
      });
      publish(domain, domains);
    },
  };
}

const findNamed = (tx: ReadTransaction, call: Call, { DomainName, DomainNameId }: NamedDomain): Promise<CustomDomain> =>
  findDomain(tx, call, { domainName: DomainName, domainNameId: DomainNameId }, noSuchDomain);

async function findRule(tx: ReadTransaction, domain: CustomDomain, routingRuleId: string): Promise<RoutingRule> {
  const rule = await tx.get(routingRules, [...domainKey(domain), routingRuleId]);
  if (rule === undefined) throw noSuchRoutingRule();
  return rule;
}

/** Sorts as the priority does, which is what pages go by. */
const placeOf = ({ priority }: RoutingRule): string => String(priority).padStart(7, '0');

function ruleOf(routingRuleId: string, { Actions, Conditions, Priority }: GivenRule): RoutingRule {
  const [action] = Actions;
  if (action === undefined || Actions.length > 1) throw oneAction();
  const { ApiId: apiId, Stage: stage, StripBasePath: stripBasePath = false } = action.InvokeApi;
  return {
    routingRuleId,
    priority: Priority,
    conditions: Conditions.map(conditionOf),
    action: { apiId, stage, stripBasePath },
  };
}

const conditionOf = ({ MatchBasePaths, MatchHeaders }: GivenCondition): RoutingCondition => ({
  ...(MatchHeaders && {
    matchHeaders: MatchHeaders.AnyOf.map(({ Header, ValueGlob }) => ({ header: Header, valueGlob: ValueGlob })),
  }),
  ...(MatchBasePaths && { matchBasePaths: MatchBasePaths.AnyOf }),
});

function answerRule(domain: CustomDomain, { routingRuleId, priority, conditions, action }: RoutingRule): AnsweredRule {
  const { apiId, stage, stripBasePath } = action;
  return {
    Actions: [{ InvokeApi: { ApiId: apiId, Stage: stage, StripBasePath: stripBasePath } }],
    Conditions: conditions.map(({ matchHeaders, matchBasePaths }) => ({
      ...(matchHeaders && {
        MatchHeaders: {
          AnyOf: matchHeaders.map(({ header, valueGlob }) => ({ Header: header, ValueGlob: valueGlob })),
        },
      }),
      ...(matchBasePaths && { MatchBasePaths: { AnyOf: matchBasePaths } }),
    })),
    Priority: priority,
    RoutingRuleArn: routingRuleArn(domain, routingRuleId),
    RoutingRuleId: routingRuleId,
  };
}
