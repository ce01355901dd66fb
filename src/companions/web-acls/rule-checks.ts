/** What AWS checks of rules when somebody saves them: one member where one must be, what may stand in what, and that nothing is named twice. */
import {
  type FieldStatement,
  type Rule,
  type RuleAction,
  type Statement,
  statementsIn,
  type WafReferred,
} from '../../ports/web-acls.ts';
import { badNesting, badReference, duplicate, invalidParameter, notExactlyOne } from './waf-errors.ts';

type Within = 'web ACL' | 'rule group';
type Bodies = Readonly<Record<string, unknown>>;

const rateWindows = [60, 120, 300, 600];

/** Members of a union that are there. */
const given = (union: object): number => Object.values(union).filter((value) => value !== undefined).length;

/** Throws what AWS answers. A group holds no groups. */
export function checkRules(rules: readonly Rule[], within: Within, referred: WafReferred, bodies: Bodies = {}): void {
  const names = new Set(rules.map(({ Name }) => Name));
  const priorities = new Set(rules.map(({ Priority }) => Priority));
  if (names.size < rules.length || priorities.size < rules.length) throw duplicate();
  for (const rule of rules) {
    checkStatement(rule.Statement, within, true);
    checkActions(rule, bodies);
    for (const each of statementsIn(rule.Statement)) checkReferences(each, referred);
  }
}

function checkActions({ Statement, Action, OverrideAction }: Rule, bodies: Bodies): void {
  const isGroup = (Statement.RuleGroupReferenceStatement ?? Statement.ManagedRuleGroupStatement) !== undefined;
  if ((Action === undefined) === (OverrideAction === undefined)) throw notExactlyOne('RULE', 'Rule');
  if (isGroup !== (OverrideAction !== undefined)) throw notExactlyOne('RULE', 'Rule');
  if (OverrideAction && given(OverrideAction) !== 1) throw notExactlyOne('OVERRIDE_ACTION', 'OverrideAction');
  if (Action) checkAction(Action, bodies);
}

/** Of a rule, or what a web ACL does by default. */
export function checkAction(
  action: RuleAction,
  bodies: Bodies,
  field: 'RULE_ACTION' | 'DEFAULT_ACTION' = 'RULE_ACTION',
): void {
  if (given(action) !== 1) throw notExactlyOne(field, field === 'RULE_ACTION' ? 'RuleAction' : 'DefaultAction');
  const key = action.Block?.CustomResponse?.CustomResponseBodyKey;
  if (key !== undefined && !Object.hasOwn(bodies, key)) {
    throw invalidParameter('The custom response body is not valid.', 'CUSTOM_RESPONSE_BODY', key);
  }
}

function checkStatement(statement: Statement, within: Within, isTop: boolean): void {
  if (given(statement) !== 1) throw notExactlyOne('STATEMENT', 'Statement');
  const { RuleGroupReferenceStatement, ManagedRuleGroupStatement, RateBasedStatement } = statement;
  if (RuleGroupReferenceStatement && (!isTop || within === 'rule group'))
    throw badNesting('RuleGroupReferenceStatement');
  if (ManagedRuleGroupStatement && (!isTop || within === 'rule group')) throw badNesting('ManagedRuleGroupStatement');
  if (RateBasedStatement && !isTop) throw badNesting('RateBasedStatement');
  const { AndStatement, OrStatement, NotStatement } = statement;
  const lists = [AndStatement?.Statements, OrStatement?.Statements];
  if (lists.some((list) => list !== undefined && list.length < 2)) {
    throw notExactlyOne('STATEMENT', AndStatement ? 'AndStatement' : 'OrStatement');
  }
  const scopedDown = RateBasedStatement?.ScopeDownStatement ?? ManagedRuleGroupStatement?.ScopeDownStatement;
  for (const each of [...lists.flatMap((list) => list ?? []), NotStatement?.Statement, scopedDown]) {
    if (each !== undefined) checkStatement(each, within, false);
  }
  checkRate(statement);
  for (const part of Object.values(statement) as (Partial<FieldStatement> | undefined)[]) {
    if (part?.FieldToMatch !== undefined) checkField(part as FieldStatement);
  }
}

function checkRate({ RateBasedStatement: rate }: Statement): void {
  if (rate === undefined) return;
  const {
    EvaluationWindowSec: window,
    AggregateKeyType,
    ForwardedIPConfig,
    CustomKeys = [],
    ScopeDownStatement,
  } = rate;
  if (window !== undefined && !rateWindows.includes(window)) {
    const reason = 'The evaluation window must be 60, 120, 300 or 600 seconds.';
    throw invalidParameter(reason, 'RATE_BASED_STATEMENT', String(window));
  }
  const forwards = AggregateKeyType === 'FORWARDED_IP' || CustomKeys.some((key) => key.ForwardedIP !== undefined);
  if (forwards !== (ForwardedIPConfig !== undefined)) throw notExactlyOne('FORWARDED_IP_CONFIG', 'ForwardedIPConfig');
  if ((AggregateKeyType === 'CUSTOM_KEYS') !== CustomKeys.length > 0) throw notExactlyOne('CUSTOM_KEYS', 'CustomKeys');
  for (const key of CustomKeys) if (given(key) !== 1) throw notExactlyOne('CUSTOM_KEYS', 'CustomKeys');
  // A count of everything by everybody is no limit of anybody.
  if (AggregateKeyType === 'CONSTANT' && ScopeDownStatement === undefined) {
    throw notExactlyOne('STATEMENT', 'ScopeDownStatement');
  }
}

function checkField({ FieldToMatch, TextTransformations }: FieldStatement): void {
  if (given(FieldToMatch) !== 1) throw notExactlyOne('FIELD_TO_MATCH', 'FieldToMatch');
  const priorities = new Set(TextTransformations.map(({ Priority }) => Priority));
  if (priorities.size < TextTransformations.length) throw duplicate();
}

function checkReferences(statement: Statement, { ruleGroups, ipSets, regexSets }: WafReferred): void {
  const { RuleGroupReferenceStatement, IPSetReferenceStatement, RegexPatternSetReferenceStatement } = statement;
  const references = [
    [RuleGroupReferenceStatement, ruleGroups],
    [IPSetReferenceStatement, ipSets],
    [RegexPatternSetReferenceStatement, regexSets],
  ] as const;
  for (const [reference, known] of references) {
    if (reference !== undefined && !known.has(reference.ARN)) throw badReference(reference.ARN);
  }
}
