/**
 * A web ACL, compiled: its rules in the order of their priorities, each a condition and what follows ("How AWS WAF handles rules and rule groups in a web ACL").
 * Allow and block end the evaluation; count goes on, and leaves labels and headers behind.
 */
import type {
  CustomHeader,
  CustomResponse,
  CustomResponseBody,
  LiveWebAcl,
  Rule,
  RuleAction,
  RuleGroupRecord,
  RuleMatch,
  Visibility,
} from '../../ports/web-acls.ts';
import type { Exchange } from '../exchange.ts';
import type { WebAclMemory } from './memory.ts';
import { compileStatement, type Matcher, type StatementScope } from './statements.ts';

export interface Verdict {
  readonly action: 'ALLOW' | 'BLOCK';
  /** The rule that decided, of a group with the group before it; undefined for the default action. */
  readonly rule: string | undefined;
  /** What a block answers, where it is not the API's gateway response. */
  readonly response: BlockResponse | undefined;
  /** `x-amzn-waf-…` for the backend. */
  readonly insertedHeaders: readonly CustomHeader[];
  /** In full, in the order they were given. */
  readonly labels: readonly string[];
  /** Those that counted, then the one that decided. */
  readonly matches: readonly RuleMatch[];
}

export interface BlockResponse {
  readonly status: number;
  readonly headers: readonly CustomHeader[];
  readonly body: CustomResponseBody | undefined;
}

export interface Firewall {
  readonly arn: string;
  readonly name: string;
  readonly visibility: Visibility;
  inspect(x: Exchange): Verdict;
}

/** AWS inspects so much of a body unless the ACL's AssociationConfig says more (row WAF-03). */
const defaultBodyBytes = 8_192;

export function compileFirewall(
  live: LiveWebAcl,
  { rates, countries }: Pick<WebAclMemory, 'rates' | 'countries'>,
  complain: (what: string) => void,
): Firewall {
  const { acl } = live;
  const rules = compileRules(acl.Rules, {
    ...{ live, rates, countries },
    maxBodyBytes: inspectedBodyBytes(acl.settings),
    holder: acl,
    holderKey: acl.ARN,
    complain: (what) => complain(`web ACL ${acl.Name}: ${what}`),
  });
  const byDefault = compileAction(acl.DefaultAction, acl, complain);

  return {
    arn: acl.ARN,
    name: acl.Name,
    visibility: acl.VisibilityConfig,
    inspect(x) {
      const found: Findings = { labels: [], insertedHeaders: [], matches: [] };
      for (const rule of rules) {
        const end = rule(x, found);
        if (end === undefined) continue;
        found.insertedHeaders.push(...end.outcome.insertedHeaders);
        return { action: end.outcome.kind as 'ALLOW', rule: end.rule, response: end.outcome.response, ...found };
      }
      found.insertedHeaders.push(...byDefault.insertedHeaders);
      return { action: byDefault.kind as 'ALLOW', rule: undefined, response: byDefault.response, ...found };
    },
  };
}

interface Findings {
  readonly labels: string[];
  readonly insertedHeaders: CustomHeader[];
  readonly matches: RuleMatch[];
}

interface Outcome {
  readonly kind: 'ALLOW' | 'BLOCK' | 'COUNT';
  readonly response: BlockResponse | undefined;
  readonly insertedHeaders: readonly CustomHeader[];
}

interface Ending {
  readonly rule: string;
  readonly outcome: Outcome;
}

/** Undefined where the next rule goes on. */
type CompiledRule = (x: Exchange, found: Findings) => Ending | undefined;

type Holder = Pick<RuleGroupRecord, 'Name' | 'LabelNamespace' | 'CustomResponseBodies'>;

interface RulesScope extends Omit<StatementScope, 'ruleKey' | 'labelNamespace'> {
  readonly holder: Holder;
  readonly holderKey: string;
  /** Actions that a reference to a group puts in place of the group's own, by rule. */
  readonly overrides?: ReadonlyMap<string, RuleAction>;
}

function compileRules(rules: readonly Rule[], scope: RulesScope): CompiledRule[] {
  return [...rules]
    .sort((a, b) => a.Priority - b.Priority)
    .map((rule) => {
      const complain = (what: string): void => scope.complain(`rule ${rule.Name}: ${what}`);
      const { RuleGroupReferenceStatement } = rule.Statement;
      const inRule = { ...scope, complain };
      return RuleGroupReferenceStatement
        ? compileGroup(rule, RuleGroupReferenceStatement, inRule)
        : compileRule(rule, inRule);
    });
}

function compileRule(rule: Rule, scope: RulesScope): CompiledRule {
  const { holder, holderKey, complain } = scope;
  const matches: Matcher = compileStatement(rule.Statement, {
    ...scope,
    ruleKey: `${holderKey}/${rule.Name}`,
    labelNamespace: holder.LabelNamespace,
  });
  const outcome = compileAction(scope.overrides?.get(rule.Name) ?? rule.Action ?? {}, holder, complain);
  const match: RuleMatch = {
    name: rule.Name,
    type: rule.Statement.RateBasedStatement === undefined ? 'REGULAR' : 'RATE_BASED',
    visibility: rule.VisibilityConfig,
    action: outcome.kind,
  };
  const labels = (rule.RuleLabels ?? []).map(({ Name }) => holder.LabelNamespace + Name);
  return function runRule(x, found) {
    if (!matches(x, found.labels)) return undefined;
    found.labels.push(...labels);
    found.matches.push(match);
    if (outcome.kind !== 'COUNT') return { rule: rule.Name, outcome };
    found.insertedHeaders.push(...outcome.insertedHeaders);
    return undefined;
  };
}

function compileGroup(
  rule: Rule,
  reference: NonNullable<Rule['Statement']['RuleGroupReferenceStatement']>,
  scope: RulesScope,
): CompiledRule {
  const group = scope.live.ruleGroups.get(reference.ARN);
  if (group === undefined) {
    scope.complain(`there is no rule group ${reference.ARN}`);
    return () => undefined;
  }
  const excluded = (reference.ExcludedRules ?? []).map(({ Name }): [string, RuleAction] => [Name, { Count: {} }]);
  const overridden = (reference.RuleActionOverrides ?? []).map(({ Name, ActionToUse }): [string, RuleAction] => [
    Name,
    ActionToUse,
  ]);
  const inner = compileRules(group.Rules, {
    ...scope,
    holder: group,
    holderKey: `${scope.holderKey}/${rule.Name}`,
    overrides: new Map([...excluded, ...overridden]),
  });
  const isCounted = rule.OverrideAction?.Count !== undefined;
  return function runGroup(x, found) {
    for (const each of inner) {
      const end = each(x, found);
      if (end === undefined) continue;
      const { kind } = end.outcome;
      const action = isCounted ? 'COUNT' : kind;
      found.matches.push({
        name: rule.Name,
        type: 'GROUP',
        visibility: rule.VisibilityConfig,
        action,
        withinGroup: end.rule,
      });
      return isCounted ? undefined : { ...end, rule: `${rule.Name}/${end.rule}` };
    }
    return undefined;
  };
}

function compileAction(action: RuleAction, holder: Holder, complain: (what: string) => void): Outcome {
  const inserted = (handling: RuleAction['Allow']): CustomHeader[] =>
    (handling?.CustomRequestHandling?.InsertHeaders ?? []).map(({ Name, Value }) => ({
      Name: `x-amzn-waf-${Name}`,
      Value,
    }));
  if (action.Block) {
    const { CustomResponse } = action.Block;
    const response = CustomResponse && blockResponse(CustomResponse, holder, complain);
    return { kind: 'BLOCK', response, insertedHeaders: [] };
  }
  if (action.Allow) return { kind: 'ALLOW', response: undefined, insertedHeaders: inserted(action.Allow) };
  if (action.Count) return { kind: 'COUNT', response: undefined, insertedHeaders: inserted(action.Count) };
  complain(`the action ${Object.keys(action).join(', ') || 'that is missing'} cannot be taken here`);
  return { kind: 'BLOCK', response: undefined, insertedHeaders: [] };
}

function blockResponse(custom: CustomResponse, holder: Holder, complain: (what: string) => void): BlockResponse {
  const { ResponseCode: status, ResponseHeaders: headers = [], CustomResponseBodyKey: key } = custom;
  const body = key === undefined ? undefined : holder.CustomResponseBodies?.[key];
  if (key !== undefined && body === undefined) complain(`there is no custom response body ${key}`);
  return { status, headers, body };
}

function inspectedBodyBytes(settings: Readonly<Record<string, unknown>> | undefined): number {
  const config = settings?.['AssociationConfig'] as
    | { readonly RequestBody?: Readonly<Record<string, { readonly DefaultSizeInspectionLimit?: string }>> }
    | undefined;
  const kilobytes = /^KB_(\d+)$/.exec(config?.RequestBody?.['API_GATEWAY']?.DefaultSizeInspectionLimit ?? '')?.[1];
  return kilobytes === undefined ? defaultBodyBytes : Number(kilobytes) * 1_024;
}
