/** Rate-based statements: requests of one key beyond a limit, over a window that moves with time. */
import { headerValue } from '../../base/headers.ts';
import { compileIpRange } from '../../base/ip-ranges.ts';
import type { RateBased, RateKey, TextTransformation } from '../../ports/web-acls.ts';
import type { Exchange } from '../exchange.ts';
import { cookiesOf, forwardedAddresses, queryArguments, uriPath } from './fields.ts';
import type { RequestRates } from './rates.ts';
import { compileStatement, type Matcher, type StatementScope } from './statements.ts';
import { compileTransformations, type Transform } from './transformations.ts';

/** A part of the key; undefined where the request lacks it, and then is not counted. */
type KeyPart = (x: Exchange, labels: readonly string[]) => string | undefined;

const defaultWindowSec = 300;

export function compileRateBased(statement: RateBased, scope: StatementScope): Matcher {
  const { Limit, EvaluationWindowSec = defaultWindowSec, ScopeDownStatement, ForwardedIPConfig } = statement;
  const { rates } = scope;
  const counts = ScopeDownStatement === undefined ? undefined : compileStatement(ScopeDownStatement, scope);
  const parts = keyParts(statement, scope);
  const rule = countedAs(scope.ruleKey, statement);
  const windowMs = EvaluationWindowSec * 1_000;

  return function isBeyondLimit(x, labels) {
    if (counts !== undefined && !counts(x, labels)) return false;
    const values: string[] = [];
    for (const part of parts) {
      const value = part(x, labels);
      if (value === undefined) return false;
      // The header held no address: what happens then is configured, and nobody is counted.
      if (value === '' && ForwardedIPConfig !== undefined) return ForwardedIPConfig.FallbackBehavior === 'MATCH';
      values.push(value);
    }
    return rates.count(rule, JSON.stringify(values), windowMs, Limit) > Limit;
  };
}

/** Another limit, window or key is another count. */
const countedAs = (ruleKey: string, statement: RateBased): string => `${ruleKey} ${JSON.stringify(statement)}`;

/**
 * Addresses that a rule limits now. `rule` names it: `{ARN of the web ACL}/{rule}`, with the rule of the group in front where it stands in one. Nothing for
 * rules that count by other keys.
 */
export function limitedAddresses(rates: RequestRates, rule: string, statement: RateBased): string[] {
  const { Limit, EvaluationWindowSec = defaultWindowSec, AggregateKeyType } = statement;
  if (AggregateKeyType !== 'IP' && AggregateKeyType !== 'FORWARDED_IP') return [];
  const keys = rates.above(countedAs(rule, statement), Limit, EvaluationWindowSec * 1_000);
  return keys.flatMap((key) => JSON.parse(key) as string[]);
}

function keyParts(statement: RateBased, scope: StatementScope): KeyPart[] {
  const { AggregateKeyType, ForwardedIPConfig, CustomKeys = [] } = statement;
  switch (AggregateKeyType) {
    case 'IP':
      return [(x) => x.request.sourceIp];
    case 'CONSTANT':
      return [];
    case 'FORWARDED_IP':
      return [forwardedIp(ForwardedIPConfig?.HeaderName ?? 'X-Forwarded-For')];
    case 'CUSTOM_KEYS':
      return CustomKeys.map((key) => customKey(key, statement, scope));
    default:
      scope.complain(`the aggregate key type ${String(AggregateKeyType)} is unknown`);
      return [];
  }
}

function forwardedIp(headerName: string): KeyPart {
  return function firstForwarded(x) {
    const first = forwardedAddresses(x, headerName)?.[0];
    if (first === undefined) return undefined;
    return compileIpRange(first) === undefined ? '' : first;
  };
}

function customKey(key: RateKey, { ForwardedIPConfig }: RateBased, scope: StatementScope): KeyPart {
  const { Header, Cookie, QueryArgument, QueryString, UriPath, LabelNamespace } = key;
  const transformed = (list: readonly TextTransformation[]): Transform => {
    const transform = compileTransformations(list);
    if (transform === undefined) scope.complain('a text transformation is unknown');
    return transform ?? ((text) => text);
  };
  const namedPart = (
    named: NonNullable<typeof Header>,
    find: (x: Exchange, name: string) => string | undefined,
  ): KeyPart => {
    const transform = transformed(named.TextTransformations);
    const name = named.Name.toLowerCase();
    return function namedValue(x) {
      const value = find(x, name);
      return value === undefined ? undefined : transform(value);
    };
  };
  if (Header) return namedPart(Header, (x, name) => headerValue(x.request.headers, name));
  if (Cookie) return namedPart(Cookie, (x, name) => cookiesOf(x).find(([each]) => each.toLowerCase() === name)?.[1]);
  if (QueryArgument)
    return namedPart(QueryArgument, (x, name) => queryArguments(x).find(([each]) => each.toLowerCase() === name)?.[1]);
  if (QueryString) {
    const transform = transformed(QueryString.TextTransformations);
    return (x) => (x.request.query === '' ? undefined : transform(x.request.query));
  }
  if (UriPath) {
    const transform = transformed(UriPath.TextTransformations);
    return (x) => transform(uriPath(x));
  }
  if (key.HTTPMethod) return (x) => x.request.method;
  if (key.IP) return (x) => x.request.sourceIp;
  if (key.ForwardedIP) return forwardedIp(ForwardedIPConfig?.HeaderName ?? 'X-Forwarded-For');
  if (LabelNamespace) {
    const { Namespace } = LabelNamespace;
    return function labelsBelow(_x, labels) {
      const found = labels.filter(
        (label) => label.startsWith(Namespace) && !label.slice(Namespace.length).includes(':'),
      );
      return found.length === 0 ? undefined : found.sort().join();
    };
  }
  scope.complain(`requests cannot be counted by ${Object.keys(key).join(', ')} here`);
  return () => undefined;
}
