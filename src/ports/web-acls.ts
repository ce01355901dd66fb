/**
 * Web ACLs as the companion keeps them and plans compile them: AWS's own JSON (WAFV2's reference), every search string as base64. One file for both sides,
 * because what stands in the store is their agreement.
 */
import type { HttpRequest } from '../base/http.ts';
import { collection } from './store.ts';

export type Scope = 'REGIONAL' | 'CLOUDFRONT';

/** A rule's condition; exactly one member is there. */
export interface Statement {
  readonly ByteMatchStatement?: FieldStatement & {
    readonly SearchString: string;
    readonly PositionalConstraint: string;
  };
  readonly SqliMatchStatement?: FieldStatement & { readonly SensitivityLevel?: string };
  readonly XssMatchStatement?: FieldStatement;
  readonly SizeConstraintStatement?: FieldStatement & { readonly ComparisonOperator: string; readonly Size: number };
  readonly RegexMatchStatement?: FieldStatement & { readonly RegexString: string };
  readonly RegexPatternSetReferenceStatement?: FieldStatement & { readonly ARN: string };
  readonly IPSetReferenceStatement?: {
    readonly ARN: string;
    readonly IPSetForwardedIPConfig?: ForwardedIp & { readonly Position: 'FIRST' | 'LAST' | 'ANY' };
  };
  readonly GeoMatchStatement?: { readonly CountryCodes?: readonly string[]; readonly ForwardedIPConfig?: ForwardedIp };
  readonly AsnMatchStatement?: object;
  readonly LabelMatchStatement?: { readonly Scope: 'LABEL' | 'NAMESPACE'; readonly Key: string };
  readonly RateBasedStatement?: RateBased;
  readonly RuleGroupReferenceStatement?: {
    readonly ARN: string;
    readonly ExcludedRules?: readonly { readonly Name: string }[];
    readonly RuleActionOverrides?: readonly ActionOverride[];
  };
  readonly ManagedRuleGroupStatement?: {
    readonly VendorName: string;
    readonly Name: string;
    readonly ScopeDownStatement?: Statement;
  };
  readonly AndStatement?: { readonly Statements: readonly Statement[] };
  readonly OrStatement?: { readonly Statements: readonly Statement[] };
  readonly NotStatement?: { readonly Statement: Statement };
}

export interface ActionOverride {
  readonly Name: string;
  readonly ActionToUse: RuleAction;
}

export interface ForwardedIp {
  readonly HeaderName: string;
  readonly FallbackBehavior: 'MATCH' | 'NO_MATCH';
}

/** A statement that looks into a part of the request. */
export interface FieldStatement {
  readonly FieldToMatch: FieldToMatch;
  readonly TextTransformations: readonly TextTransformation[];
  readonly PreParseTextTransformations?: readonly TextTransformation[];
}

export interface TextTransformation {
  readonly Priority: number;
  readonly Type: string;
}

export interface FieldToMatch {
  readonly SingleHeader?: { readonly Name: string };
  readonly SingleQueryArgument?: { readonly Name: string };
  readonly AllQueryArguments?: object;
  readonly UriPath?: object;
  readonly UriFragment?: { readonly FallbackBehavior?: 'MATCH' | 'NO_MATCH' };
  readonly QueryString?: object;
  readonly Body?: { readonly OversizeHandling?: Oversize };
  readonly Method?: object;
  readonly JsonBody?: {
    readonly MatchPattern: { readonly All?: object; readonly IncludedPaths?: readonly string[] };
    readonly MatchScope: 'ALL' | 'KEY' | 'VALUE';
    readonly InvalidFallbackBehavior?: 'MATCH' | 'NO_MATCH' | 'EVALUATE_AS_STRING';
    readonly OversizeHandling?: Oversize;
  };
  readonly Headers?: NamedPattern & {
    readonly MatchPattern: {
      readonly All?: object;
      readonly IncludedHeaders?: readonly string[];
      readonly ExcludedHeaders?: readonly string[];
    };
  };
  readonly Cookies?: NamedPattern & {
    readonly MatchPattern: {
      readonly All?: object;
      readonly IncludedCookies?: readonly string[];
      readonly ExcludedCookies?: readonly string[];
    };
  };
  readonly HeaderOrder?: { readonly OversizeHandling: Oversize };
  readonly JA3Fingerprint?: object;
  readonly JA4Fingerprint?: object;
}

interface NamedPattern {
  readonly MatchScope: 'ALL' | 'KEY' | 'VALUE';
  readonly OversizeHandling: Oversize;
}

export type Oversize = 'CONTINUE' | 'MATCH' | 'NO_MATCH';

export interface RateBased {
  /** Requests of one key in the window; more of them match. */
  readonly Limit: number;
  /** 60, 120, 300 or 600; 300 unless given. */
  readonly EvaluationWindowSec?: number;
  readonly AggregateKeyType: 'IP' | 'FORWARDED_IP' | 'CUSTOM_KEYS' | 'CONSTANT';
  readonly ScopeDownStatement?: Statement;
  readonly ForwardedIPConfig?: ForwardedIp;
  readonly CustomKeys?: readonly RateKey[];
}

/** Exactly one member is there. */
export interface RateKey {
  readonly Header?: NamedKey;
  readonly Cookie?: NamedKey;
  readonly QueryArgument?: NamedKey;
  readonly QueryString?: { readonly TextTransformations: readonly TextTransformation[] };
  readonly UriPath?: { readonly TextTransformations: readonly TextTransformation[] };
  readonly HTTPMethod?: object;
  readonly ForwardedIP?: object;
  readonly IP?: object;
  readonly LabelNamespace?: { readonly Namespace: string };
  readonly JA3Fingerprint?: object;
  readonly JA4Fingerprint?: object;
  readonly ASN?: object;
}

interface NamedKey {
  readonly Name: string;
  readonly TextTransformations: readonly TextTransformation[];
}

export interface CustomHeader {
  readonly Name: string;
  readonly Value: string;
}

interface RequestHandling {
  readonly CustomRequestHandling?: { readonly InsertHeaders: readonly CustomHeader[] };
}

export interface CustomResponse {
  readonly ResponseCode: number;
  readonly CustomResponseBodyKey?: string;
  readonly ResponseHeaders?: readonly CustomHeader[];
}

/** Exactly one member is there. */
export interface RuleAction {
  readonly Allow?: RequestHandling;
  readonly Count?: RequestHandling;
  readonly Block?: { readonly CustomResponse?: CustomResponse };
  readonly Captcha?: object;
  readonly Challenge?: object;
  readonly Monetize?: object;
}

export interface Rule {
  readonly Name: string;
  /** Lowest first. */
  readonly Priority: number;
  readonly Statement: Statement;
  /** Of every rule that is no reference to a group. */
  readonly Action?: RuleAction;
  /** Of a reference to a group. */
  readonly OverrideAction?: { readonly None?: object; readonly Count?: object };
  readonly RuleLabels?: readonly { readonly Name: string }[];
  readonly VisibilityConfig: Visibility;
}

export interface Visibility {
  readonly SampledRequestsEnabled: boolean;
  readonly CloudWatchMetricsEnabled: boolean;
  readonly MetricName: string;
}

export interface CustomResponseBody {
  readonly ContentType: 'TEXT_PLAIN' | 'TEXT_HTML' | 'APPLICATION_JSON';
  readonly Content: string;
}

/** What all four kinds of records have. */
export interface WafRecord {
  readonly Id: string;
  readonly Name: string;
  readonly ARN: string;
  readonly Description?: string;
  /** Changes with every change; whoever edits must know it. */
  readonly lockToken: string;
  readonly tags: Readonly<Record<string, string>>;
}

interface RuleHolder {
  readonly Rules: readonly Rule[];
  readonly CustomResponseBodies?: Readonly<Record<string, CustomResponseBody>>;
  readonly VisibilityConfig: Visibility;
  readonly Capacity: number;
  /** `awswaf:123456789012:webacl:name:`, with which the labels of its rules begin. */
  readonly LabelNamespace: string;
}

export interface WebAclRecord extends WafRecord, RuleHolder {
  readonly DefaultAction: Pick<RuleAction, 'Allow' | 'Block'>;
  readonly logging?: WafLogging;
  /** Kept and shown: what this gateway has no use for. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

/** Where the traffic log of a web ACL goes, and what of it. */
export interface WafLogging {
  /** A log group or a Firehose delivery stream, named `aws-waf-logs-…`. */
  readonly destinationArn: string;
  readonly redactedFields?: readonly FieldToMatch[];
  readonly filter?: {
    readonly DefaultBehavior: 'KEEP' | 'DROP';
    readonly Filters: readonly {
      readonly Behavior: 'KEEP' | 'DROP';
      readonly Requirement: 'MEETS_ALL' | 'MEETS_ANY';
      readonly Conditions: readonly {
        readonly ActionCondition?: { readonly Action: string };
        readonly LabelNameCondition?: { readonly LabelName: string };
      }[];
    }[];
  };
}

export interface RuleGroupRecord extends WafRecord, RuleHolder {}

export interface IpSetRecord extends WafRecord {
  readonly IPAddressVersion: 'IPV4' | 'IPV6';
  readonly Addresses: readonly string[];
}

export interface RegexSetRecord extends WafRecord {
  readonly RegularExpressionList: readonly { readonly RegexString?: string }[];
}

/** All `[account, region, scope, id]`. */
export const webAcls = collection<WebAclRecord>('web-acl');
export const ruleGroups = collection<RuleGroupRecord>('web-acl-rule-group');
export const ipSets = collection<IpSetRecord>('web-acl-ip-set');
export const regexSets = collection<RegexSetRecord>('web-acl-regex-set');

/** A web ACL with all it refers to. */
export interface LiveWebAcl extends WafReferred {
  readonly acl: WebAclRecord;
}

/** What rules refer to, by ARN. */
export interface WafReferred {
  readonly ruleGroups: ReadonlyMap<string, RuleGroupRecord>;
  readonly ipSets: ReadonlyMap<string, IpSetRecord>;
  readonly regexSets: ReadonlyMap<string, RegexSetRecord>;
}

/** `arn:aws:wafv2:us-east-1:123456789012:regional/webacl/name/id` → the key of its record. */
export function wafKey(arn: string, kind: 'webacl' | 'rulegroup' | 'ipset' | 'regexpatternset'): string[] | undefined {
  const parts =
    /^arn:aws[a-z-]*:wafv2:([a-z0-9-]+):(\d{12}):(regional|global)\/([a-z]+)\/[\w-]+\/([0-9a-f-]{36})$/.exec(arn);
  if (parts === null || parts[4] !== kind) return undefined;
  return [parts[2]!, parts[1]!, parts[3] === 'regional' ? 'REGIONAL' : 'CLOUDFRONT', parts[5]!];
}

/** Every statement of a tree, itself first. */
export function* statementsIn(statement: Statement): Generator<Statement> {
  yield statement;
  const { AndStatement, OrStatement, NotStatement, RateBasedStatement, ManagedRuleGroupStatement } = statement;
  const inner = [
    ...(AndStatement?.Statements ?? []),
    ...(OrStatement?.Statements ?? []),
    ...(NotStatement ? [NotStatement.Statement] : []),
    ...(RateBasedStatement?.ScopeDownStatement ? [RateBasedStatement.ScopeDownStatement] : []),
    ...(ManagedRuleGroupStatement?.ScopeDownStatement ? [ManagedRuleGroupStatement.ScopeDownStatement] : []),
  ];
  for (const each of inner) yield* statementsIn(each);
}

export interface WafReferences {
  readonly ruleGroups: readonly string[];
  readonly ipSets: readonly string[];
  readonly regexSets: readonly string[];
}

/** ARNs that rules refer to, of each kind. */
export function referencesOf(rules: readonly Rule[]): WafReferences {
  const found = { ruleGroups: [] as string[], ipSets: [] as string[], regexSets: [] as string[] };
  for (const rule of rules) {
    for (const each of statementsIn(rule.Statement)) {
      if (each.RuleGroupReferenceStatement) found.ruleGroups.push(each.RuleGroupReferenceStatement.ARN);
      if (each.IPSetReferenceStatement) found.ipSets.push(each.IPSetReferenceStatement.ARN);
      if (each.RegexPatternSetReferenceStatement) found.regexSets.push(each.RegexPatternSetReferenceStatement.ARN);
    }
  }
  return found;
}

/** A rule that matched a request, and what it did. */
export interface RuleMatch {
  readonly name: string;
  readonly type: 'REGULAR' | 'RATE_BASED' | 'GROUP';
  readonly visibility: Visibility;
  readonly action: 'ALLOW' | 'BLOCK' | 'COUNT';
  /** The rule within a rule group that decided for it. */
  readonly withinGroup?: string;
}

/** What became of one request before a web ACL. */
export interface WebAclSighting {
  readonly aclArn: string;
  readonly acl: Visibility;
  readonly atMs: number;
  readonly action: 'ALLOW' | 'BLOCK';
  /** Those that counted, then the one that decided; the default action is none. */
  readonly matches: readonly RuleMatch[];
  readonly labels: readonly string[];
  readonly insertedHeaders: readonly CustomHeader[];
  /** Of a block. */
  readonly responseCode: number | undefined;
  readonly request: Pick<HttpRequest, 'sourceIp' | 'method' | 'protocol' | 'headers' | 'query'>;
  /** With the stage, as inspected. */
  readonly path: string;
}
