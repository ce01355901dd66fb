/** Web ACL capacity units (WCU) that rules take ("Rule statements list" in the WAF developer guide). */
import type { FieldStatement, Rule, RuleGroupRecord, Statement } from '../../ports/web-acls.ts';

/** AWS's own groups, as its list of managed rule groups has them; of another vendor's nothing is known. */
const managedGroups: Readonly<Record<string, number>> = {
  AWSManagedRulesCommonRuleSet: 700,
  AWSManagedRulesAdminProtectionRuleSet: 100,
  AWSManagedRulesKnownBadInputsRuleSet: 200,
  AWSManagedRulesSQLiRuleSet: 200,
  AWSManagedRulesLinuxRuleSet: 200,
  AWSManagedRulesUnixRuleSet: 100,
  AWSManagedRulesWindowsRuleSet: 200,
  AWSManagedRulesPHPRuleSet: 100,
  AWSManagedRulesWordPressRuleSet: 100,
  AWSManagedRulesAmazonIpReputationList: 25,
  AWSManagedRulesAnonymousIpList: 50,
  AWSManagedRulesBotControlRuleSet: 50,
  AWSManagedRulesATPRuleSet: 50,
  AWSManagedRulesACFPRuleSet: 50,
  AWSManagedRulesAntiDDoSRuleSet: 50,
};

type Groups = ReadonlyMap<string, Pick<RuleGroupRecord, 'Capacity'>>;

export function capacityOf(rules: readonly Rule[], groups: Groups): number {
  return rules.reduce((sum, { Statement }) => sum + statementCapacity(Statement, groups), 0);
}

function statementCapacity(statement: Statement, groups: Groups): number {
  const together = (inner: readonly (Statement | undefined)[]): number =>
    inner.reduce((sum, each) => sum + (each === undefined ? 0 : statementCapacity(each, groups)), 0);
  const { ByteMatchStatement, SqliMatchStatement, XssMatchStatement, SizeConstraintStatement } = statement;
  const { RegexMatchStatement, RegexPatternSetReferenceStatement, IPSetReferenceStatement } = statement;
  const { RateBasedStatement, RuleGroupReferenceStatement, ManagedRuleGroupStatement } = statement;
  if (ByteMatchStatement) {
    return fieldCapacity(/^CONTAINS/.test(ByteMatchStatement.PositionalConstraint) ? 10 : 2, ByteMatchStatement);
  }
  if (SqliMatchStatement) {
    return fieldCapacity(SqliMatchStatement.SensitivityLevel === 'HIGH' ? 30 : 20, SqliMatchStatement);
  }
  if (XssMatchStatement) return fieldCapacity(40, XssMatchStatement);
  if (SizeConstraintStatement) return fieldCapacity(1, SizeConstraintStatement);
  if (RegexMatchStatement) return fieldCapacity(3, RegexMatchStatement);
  if (RegexPatternSetReferenceStatement) return fieldCapacity(25, RegexPatternSetReferenceStatement);
  if (IPSetReferenceStatement) return IPSetReferenceStatement.IPSetForwardedIPConfig?.Position === 'ANY' ? 5 : 1;
  if (RateBasedStatement) {
    const { CustomKeys = [], ScopeDownStatement } = RateBasedStatement;
    return 2 + 30 * CustomKeys.length + together([ScopeDownStatement]);
  }
  if (RuleGroupReferenceStatement) return groups.get(RuleGroupReferenceStatement.ARN)?.Capacity ?? 0;
  if (ManagedRuleGroupStatement) {
    const { Name, ScopeDownStatement } = ManagedRuleGroupStatement;
    return (Object.hasOwn(managedGroups, Name) ? managedGroups[Name]! : 0) + together([ScopeDownStatement]);
  }
  const { AndStatement, OrStatement, NotStatement } = statement;
  if (AndStatement ?? OrStatement) return together((AndStatement ?? OrStatement)!.Statements);
  return NotStatement ? together([NotStatement.Statement]) : 1;
}

/** All query arguments cost 10 more, a JSON body twice the base, each transformation 10. */
function fieldCapacity(base: number, { FieldToMatch, TextTransformations }: FieldStatement): number {
  const acting = TextTransformations.filter(({ Type }) => Type !== 'NONE').length;
  const ofField = FieldToMatch.JsonBody ? 2 * base : FieldToMatch.AllQueryArguments ? base + 10 : base;
  return ofField + 10 * acting;
}
