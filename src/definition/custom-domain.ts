/**
 * What a user configured for a custom domain name, as readonly records; times are epoch milliseconds.
 *
 * One record of each kind is what both APIs show: v1 (apigateway) and v2 (apigatewayv2) are two views of the same domains, and a base path mapping of
 * v1 is an API mapping of v2 (rows V2-21, DOM-06). Names that differ between the two are v2's here.
 *
 *   CustomDomain ── by region and domainId (below)
 *     endpoints[]      one, or EDGE and REGIONAL together while a domain moves (row DOM-03); each has its certificate and its own host name
 *     ApiMapping       by region, domainId, apiMappingId     base path → API and stage
 *     RoutingRule      by region, domainId, routingRuleId    conditions → API and stage; looked at when routingMode says so
 *     DomainNameAccessAssociation  by region, domainId, VPC endpoint     who may call a PRIVATE domain
 *     UploadedCertificate, Truststore  by region, domainId   PEM texts no answer shows
 *
 * Where they stand in the store: ports/records.ts. How gateways hear of them, at once and without a deployment (row DOM-11): ports/custom-domains.ts.
 */

/** EDGE is served as REGIONAL is (decisions/0036). */
export type DomainEndpointType = 'EDGE' | 'REGIONAL' | 'PRIVATE';

export type RoutingMode = 'API_MAPPING_ONLY' | 'ROUTING_RULE_ONLY' | 'ROUTING_RULE_THEN_API_MAPPING';

export interface CustomDomain {
  /** `api.example.com`, or a wildcard `*.example.com`; as given, so compare hosts with `hostOf`. */
  readonly domainName: string;
  /** Owner, 12 digits. */
  readonly account: string;
  readonly region: string;
  /** Of PRIVATE domains only: a name may stand for several of them. */
  readonly domainNameId?: string;
  /** At least one. */
  readonly endpoints: readonly DomainEndpoint[];
  /** `TLS_1_0`, `TLS_1_2` or an enhanced `SecurityPolicy_…` (rows DOM-12, DOM-13). */
  readonly securityPolicy: string;
  /** Goes with enhanced policies; absent is BASIC (row DOM-14). */
  readonly endpointAccessMode?: 'BASIC' | 'STRICT';
  readonly ipAddressType: 'ipv4' | 'dualstack';
  /** Clients must show a certificate that chains to the Truststore. */
  readonly mutualTlsAuthentication?: MutualTls;
  /** ARN of an ACM certificate that proves who owns the name; no handshake uses it. */
  readonly ownershipVerificationCertificateArn?: string;
  readonly routingMode: RoutingMode;
  /** Who may invoke a PRIVATE domain: `execute-api:Invoke` on domainInvokeArn, to which the short `execute-api:/*` was expanded. Absent: nobody. */
  readonly policy?: string;
  /** Who may make access associations with a PRIVATE domain, JSON text as given. */
  readonly managementPolicy?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAtMs: number;
  /** Until then answers say PENDING (new) or UPDATING (changed); it serves all the while. */
  readonly changing?: { readonly status: 'PENDING' | 'UPDATING'; readonly untilMs: number };
}

export interface DomainEndpoint {
  readonly endpointType: DomainEndpointType;
  readonly certificateArn?: string;
  readonly certificateName?: string;
  /** When the certificate was named last. */
  readonly certificateUploadedAtMs?: number;
  /** Where DNS of the domain is to point: `d1234abcd.cloudfront.net` (EDGE), `d-abc123.execute-api.{region}.amazonaws.com` (REGIONAL); PRIVATE has none. */
  readonly hostName?: string;
}

export interface MutualTls {
  /** `s3://bucket/key` */
  readonly truststoreUri: string;
  readonly truststoreVersion?: string;
}

/** Base path → API and stage. The longest key of whole segments wins (row DOM-07). */
export interface ApiMapping {
  readonly apiMappingId: string;
  /** Without slashes at its ends; '' is v1's `(none)` and takes what no other takes. Several segments only when made through v2. */
  readonly apiMappingKey: string;
  readonly apiId: string;
  /** Absent only when v1 left it out: then the next segment of the path names the stage (row DOM-09). */
  readonly stage?: string;
}

/** Rules are tried by rising priority; the first whose conditions all hold wins. */
export interface RoutingRule {
  readonly routingRuleId: string;
  /** 1 to 1000000, unique in its domain. */
  readonly priority: number;
  /** None: the rule takes every request. All of them must hold. */
  readonly conditions: readonly RoutingCondition[];
  readonly action: { readonly apiId: string; readonly stage: string; readonly stripBasePath: boolean };
}

/** Exactly one member is set; any one entry of its list suffices. */
export interface RoutingCondition {
  readonly matchHeaders?: readonly { readonly header: string; readonly valueGlob: string }[];
  /** `users`, `users/v1`; without slashes at their ends. */
  readonly matchBasePaths?: readonly string[];
}

export interface DomainNameAccessAssociation {
  /** Of whoever owns the VPC endpoint; 12 digits, not always the domain's. */
  readonly account: string;
  /** `vpce-…` */
  readonly accessAssociationSource: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAtMs: number;
  /** The domain's owner refused it: it is still listed and lets nobody through. */
  readonly isRejected: boolean;
}

/** A certificate given as PEM text instead of an ARN; v1 only. */
export interface UploadedCertificate {
  readonly certificate: string;
  readonly chain?: string;
  readonly privateKey: string;
}

/** The bundle as it was when the domain was last told to read it, PEM. Clients are judged by it until the domain is told again. */
export interface Truststore {
  readonly pem: string;
}

type DomainIdentity = Pick<CustomDomain, 'domainName' | 'domainNameId'>;

/** What a domain is called within its region: `api.example.com`, or `api.example.com+abc123` when it is PRIVATE. AWS's ARNs end so too. */
export function domainIdOf({ domainName, domainNameId }: DomainIdentity): string {
  const name = domainName.toLowerCase();
  return domainNameId === undefined ? name : `${name}+${domainNameId}`;
}

/** The host names a domain answers to, in lower case: itself, or with a leading `*.` any one label in its place. */
export const hostOf = ({ domainName }: Pick<CustomDomain, 'domainName'>): string => domainName.toLowerCase();

/** What the policy of a PRIVATE domain allows to invoke: all of it, whatever API and stage a request ends at. */
export const domainInvokeArn = (domain: DomainIdentity & Pick<CustomDomain, 'account' | 'region'>): string =>
  `arn:aws:execute-api:${domain.region}:${domain.account}:/domainnames/${domainIdOf(domain)}`;
