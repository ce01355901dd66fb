/**
 * A rule's statement becomes a function of the request. What cannot be decided here (where in the world an address is, what a vendor's managed rules say) is a
 * complaint: such a web ACL is refused where somebody would put it to work, and closes the stage it stands before all the same. It is never taken for
 * "does not match".
 */
import { compileIpRange, compileIpRanges } from '../../base/ip-ranges.ts';
import { compileSearchPattern } from '../../language/re2-pattern.ts';
import type { Countries } from '../../ports/countries.ts';
import type { FieldStatement, LiveWebAcl, Statement } from '../../ports/web-acls.ts';
import type { Exchange } from '../exchange.ts';
import { compileByteMatch } from './byte-match.ts';
import { compileField, forwardedAddresses } from './fields.ts';
import { compileRateBased } from './rate-based.ts';
import type { RequestRates } from './rates.ts';
import { isScriptInjection } from './script-injection.ts';
import { isSqlInjection } from './sql-injection.ts';
import { compileTransformations } from './transformations.ts';

/** Whether a request matches; `labels` are those that earlier rules gave it, in full, and where a statement adds its own. */
export type Matcher = (x: Exchange, labels: string[]) => boolean;

export interface StatementScope {
  readonly live: LiveWebAcl;
  readonly rates: RequestRates;
  /** Unique over all web ACLs: under it rates are counted. */
  readonly ruleKey: string;
  /** `awswaf:123456789012:webacl:name:` of the ACL or group the rule stands in. */
  readonly labelNamespace: string;
  readonly maxBodyBytes: number;
  /** Undefined where no file of countries is at hand. */
  readonly countries: Countries | undefined;
  readonly complain: (what: string) => void;
}

/** What a complaint leaves behind; the stage is closed by then. */
const never: Matcher = () => true;

export function compileStatement(statement: Statement, scope: StatementScope): Matcher {
  const { complain } = scope;
  const refused = (what: string): Matcher => {
    complain(what);
    return never;
  };
  const { ByteMatchStatement, SqliMatchStatement, XssMatchStatement, SizeConstraintStatement } = statement;
  const { RegexMatchStatement, RegexPatternSetReferenceStatement, IPSetReferenceStatement } = statement;
  const { LabelMatchStatement, RateBasedStatement, AndStatement, OrStatement, NotStatement } = statement;
  if (ByteMatchStatement) {
    const search = Buffer.from(ByteMatchStatement.SearchString, 'base64').toString('latin1');
    const test = compileByteMatch(search, ByteMatchStatement.PositionalConstraint);
    return test === undefined
      ? refused(`the positional constraint ${ByteMatchStatement.PositionalConstraint} is unknown`)
      : fieldMatcher(ByteMatchStatement, test, scope);
  }
  if (SqliMatchStatement) {
    const sensitivity = SqliMatchStatement.SensitivityLevel === 'HIGH' ? 'HIGH' : 'LOW';
    return fieldMatcher(SqliMatchStatement, (text) => isSqlInjection(text, sensitivity), scope);
  }
  if (XssMatchStatement) return fieldMatcher(XssMatchStatement, isScriptInjection, scope);
  if (SizeConstraintStatement) {
    const compare = comparisons[SizeConstraintStatement.ComparisonOperator];
    if (compare === undefined) return refused(`the operator ${SizeConstraintStatement.ComparisonOperator} is unknown`);
    const { Size } = SizeConstraintStatement;
    return fieldMatcher(SizeConstraintStatement, (text) => compare(text.length, Size), scope);
  }
  if (RegexMatchStatement) return patternMatcher(RegexMatchStatement, [RegexMatchStatement.RegexString], scope);
  if (RegexPatternSetReferenceStatement) {
    const { ARN } = RegexPatternSetReferenceStatement;
    const set = scope.live.regexSets.get(ARN);
    if (set === undefined) return refused(`there is no regex pattern set ${ARN}`);
    const patterns = set.RegularExpressionList.flatMap(({ RegexString }) => RegexString ?? []);
    return patternMatcher(RegexPatternSetReferenceStatement, patterns, scope);
  }
  if (IPSetReferenceStatement) return addressMatcher(IPSetReferenceStatement, scope, refused);
  if (LabelMatchStatement) return labelMatcher(LabelMatchStatement);
  if (RateBasedStatement) return compileRateBased(RateBasedStatement, scope);
  if (AndStatement) {
    const all = AndStatement.Statements.map((each) => compileStatement(each, scope));
    return (x, labels) => all.every((matches) => matches(x, labels));
  }
  if (OrStatement) {
    const any = OrStatement.Statements.map((each) => compileStatement(each, scope));
    return (x, labels) => any.some((matches) => matches(x, labels));
  }
  if (NotStatement) {
    const matches = compileStatement(NotStatement.Statement, scope);
    return (x, labels) => !matches(x, labels);
  }
  if (statement.GeoMatchStatement) {
    return scope.countries === undefined
      ? refused('geo match needs a file of countries (setting countryFile)')
      : countryMatcher(statement.GeoMatchStatement, scope.countries);
  }
  if (statement.AsnMatchStatement) return refused('ASN match needs a database of networks, which is not here');
  if (statement.ManagedRuleGroupStatement) {
    const { VendorName, Name } = statement.ManagedRuleGroupStatement;
    return refused(`the managed rule group ${VendorName} ${Name} is its vendor's own and is not here`);
  }
  return refused(`the statement ${Object.keys(statement).join(', ') || 'without a member'} is unknown`);
}

const comparisons: Readonly<Record<string, ((size: number, than: number) => boolean) | undefined>> = {
  EQ: (size, than) => size === than,
  NE: (size, than) => size !== than,
  LE: (size, than) => size <= than,
  LT: (size, than) => size < than,
  GE: (size, than) => size >= than,
  GT: (size, than) => size > than,
};

/** Any of the texts of the field, transformed. */
function fieldMatcher(statement: FieldStatement, test: (text: string) => boolean, scope: StatementScope): Matcher {
  const field = compileField(statement.FieldToMatch, scope.maxBodyBytes);
  const transform = compileTransformations(statement.TextTransformations);
  if (typeof field === 'string') scope.complain(field);
  if (transform === undefined) scope.complain('a text transformation is unknown');
  if (statement.PreParseTextTransformations?.length)
    scope.complain('text transformations before parsing are not built');
  if (typeof field === 'string' || transform === undefined) return never;
  return function matchesField(x) {
    const texts = field(x);
    if (typeof texts === 'boolean') return texts;
    for (const text of texts) if (test(transform(text))) return true;
    return false;
  };
}

function patternMatcher(statement: FieldStatement, patterns: readonly string[], scope: StatementScope): Matcher {
  // Texts are bytes as latin1, so a pattern is written in bytes too.
  const compiled = patterns.map((pattern) => compileSearchPattern(Buffer.from(pattern).toString('latin1')));
  for (const each of compiled) if (typeof each === 'string') scope.complain(each);
  return fieldMatcher(
    statement,
    (text) => compiled.some((pattern) => typeof pattern !== 'string' && pattern.test(text)),
    scope,
  );
}

function addressMatcher(
  { ARN, IPSetForwardedIPConfig: config }: NonNullable<Statement['IPSetReferenceStatement']>,
  { live }: StatementScope,
  refused: (what: string) => Matcher,
): Matcher {
  const set = live.ipSets.get(ARN);
  if (set === undefined) return refused(`there is no IP set ${ARN}`);
  const isInSet = compileIpRanges(set.Addresses);
  if (isInSet === undefined) return refused(`the IP set ${ARN} holds what is no range`);
  if (config === undefined) return (x) => isInSet(x.request.sourceIp);
  return function forwardedAddressInSet(x) {
    const addresses = forwardedAddresses(x, config.HeaderName);
    if (addresses === undefined) return false;
    const looked =
      config.Position === 'ANY' ? addresses : [config.Position === 'FIRST' ? addresses[0]! : addresses.at(-1)!];
    if (looked.some((address) => compileIpRange(address) === undefined)) return config.FallbackBehavior === 'MATCH';
    return looked.some(isInSet);
  };
}

/** Labels the request with its country, matched or not; `XX` where nobody knows it ("Geographic match rule statement"). */
function countryMatcher(
  { CountryCodes = [], ForwardedIPConfig: config }: NonNullable<Statement['GeoMatchStatement']>,
  countries: Countries,
): Matcher {
  const wanted = new Set(CountryCodes);
  return function isFromCountry(x, labels) {
    const address = config === undefined ? x.request.sourceIp : forwardedAddresses(x, config.HeaderName)?.[0];
    if (address === undefined) return false;
    if (config !== undefined && compileIpRange(address) === undefined) return config.FallbackBehavior === 'MATCH';
    const country = countries.of(address) ?? 'XX';
    const label = `awswaf:${config === undefined ? 'clientip' : 'forwardedip'}:geo:country:${country}`;
    if (!labels.includes(label)) labels.push(label);
    return wanted.has(country);
  };
}

/** A label is named in full, or by its end; a namespace by any part that begins and ends at a colon. */
function labelMatcher({ Scope, Key }: NonNullable<Statement['LabelMatchStatement']>): Matcher {
  if (Scope === 'LABEL') return (_x, labels) => labels.some((label) => label === Key || label.endsWith(`:${Key}`));
  const namespace = Key.endsWith(':') ? Key : `${Key}:`;
  return (_x, labels) => labels.some((label) => label.startsWith(namespace) || label.includes(`:${namespace}`));
}
