/**
 * A domain as it is being made or changed: v1's flat members, into which v2's configuration translates, some of them not fitting together yet.
 * domainOf turns one that was checked (draft-rules.ts) into a record.
 */
import { newApiId, newDistributionId } from '../../base/ids.ts';
import {
  type CustomDomain,
  type DomainEndpoint,
  type DomainEndpointType,
  domainInvokeArn,
  type RoutingMode,
  type UploadedCertificate,
} from '../../definition/custom-domain.ts';
import { withWholeArns } from '../../definition/resource-policy.ts';
import type { Call } from '../../wire/call.ts';

export interface DomainDraft {
  readonly domainName: string;
  readonly types: readonly string[];
  /** Of the EDGE or PRIVATE endpoint. */
  readonly certificateArn?: string;
  readonly certificateName?: string;
  readonly regionalCertificateArn?: string;
  readonly regionalCertificateName?: string;
  readonly uploaded?: Partial<UploadedCertificate>;
  readonly securityPolicy: string;
  readonly endpointAccessMode?: string;
  readonly ipAddressType: string;
  readonly truststoreUri?: string;
  readonly truststoreVersion?: string;
  readonly ownershipVerificationCertificateArn?: string;
  readonly routingMode: RoutingMode;
  readonly policy?: string;
  readonly managementPolicy?: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** What AWS takes when a caller does not say. PRIVATE is reached over both IP versions, as private APIs are (recorded for these). */
export function withDefaults(
  draft: Omit<DomainDraft, 'securityPolicy' | 'ipAddressType' | 'routingMode' | 'tags'> & Partial<DomainDraft>,
): DomainDraft {
  return {
    securityPolicy: 'TLS_1_2',
    ipAddressType: draft.types[0] === 'PRIVATE' ? 'dualstack' : 'ipv4',
    routingMode: 'API_MAPPING_ONLY',
    tags: {},
    ...draft,
  };
}

export function draftOf(domain: CustomDomain): DomainDraft {
  const { endpoints, mutualTlsAuthentication, domainNameId: _, account: _a, region: _r, ...members } = domain;
  const { createdAtMs: _c, changing: _s, ...draft } = members;
  const regional = endpoints.find(({ endpointType }) => endpointType === 'REGIONAL');
  const other = endpoints.find(({ endpointType }) => endpointType !== 'REGIONAL');
  return {
    ...draft,
    types: endpoints.map(({ endpointType }) => endpointType),
    ...(other?.certificateArn !== undefined && { certificateArn: other.certificateArn }),
    ...(other?.certificateName !== undefined && { certificateName: other.certificateName }),
    ...(regional?.certificateArn !== undefined && { regionalCertificateArn: regional.certificateArn }),
    ...(regional?.certificateName !== undefined && { regionalCertificateName: regional.certificateName }),
    ...mutualTlsAuthentication,
  };
}

/** The record of a checked draft; what it does not change of `before` stays. */
export function domainOf(
  draft: DomainDraft,
  owner: Pick<Call, 'account' | 'region'>,
  nowMs: number,
  before?: CustomDomain,
): CustomDomain {
  const { truststoreUri, truststoreVersion, endpointAccessMode, policy, ownershipVerificationCertificateArn } = draft;
  const { account, region } = owner;
  const domainNameId = before === undefined && draft.types[0] === 'PRIVATE' ? newApiId() : before?.domainNameId;
  const identity = {
    domainName: draft.domainName,
    account,
    region,
    ...(domainNameId !== undefined && { domainNameId }),
  };
  return {
    ...identity,
    endpoints: draft.types.map((type) =>
      endpointOf(
        type as DomainEndpointType,
        draft,
        region,
        nowMs,
        before?.endpoints.find(({ endpointType }) => endpointType === type),
      ),
    ),
    securityPolicy: draft.securityPolicy,
    ...(endpointAccessMode !== undefined && {
      endpointAccessMode: endpointAccessMode as NonNullable<CustomDomain['endpointAccessMode']>,
    }),
    ipAddressType: draft.ipAddressType as CustomDomain['ipAddressType'],
    ...(truststoreUri && {
      mutualTlsAuthentication: { truststoreUri, ...(truststoreVersion && { truststoreVersion }) },
    }),
    ...(ownershipVerificationCertificateArn && { ownershipVerificationCertificateArn }),
    routingMode: draft.routingMode,
    ...(policy && { policy: withWholeArns(policy, (short) => wholeArn(short, domainInvokeArn(identity))) }),
    ...(draft.managementPolicy && { managementPolicy: draft.managementPolicy }),
    tags: draft.tags,
    createdAtMs: before?.createdAtMs ?? nowMs,
  };
}

/** A domain is invoked as a whole, so `execute-api:/*` is the domain; anything longer names nothing there is. */
const wholeArn = (short: string, domainArn: string): string =>
  short === 'execute-api:/' || short === 'execute-api:/*' ? domainArn : domainArn + short.slice('execute-api:'.length);

function endpointOf(
  endpointType: DomainEndpointType,
  draft: DomainDraft,
  region: string,
  nowMs: number,
  before: DomainEndpoint | undefined,
): DomainEndpoint {
  const isRegional = endpointType === 'REGIONAL';
  const certificateArn = isRegional ? draft.regionalCertificateArn : draft.certificateArn;
  const certificateName = isRegional ? draft.regionalCertificateName : draft.certificateName;
  const isSame =
    before?.certificateArn === certificateArn &&
    before?.certificateName === certificateName &&
    draft.uploaded === undefined;
  const hostName = before?.hostName ?? newHostName(endpointType, region);
  return {
    endpointType,
    ...(certificateArn && { certificateArn }),
    ...(certificateName && { certificateName }),
    certificateUploadedAtMs: isSame ? (before?.certificateUploadedAtMs ?? nowMs) : nowMs,
    ...(hostName !== undefined && { hostName }),
  };
}

function newHostName(endpointType: DomainEndpointType, region: string): string | undefined {
  if (endpointType === 'REGIONAL') return `d-${newApiId()}.execute-api.${region}.amazonaws.com`;
  if (endpointType === 'EDGE') return `d${newDistributionId()}.cloudfront.net`;
  return undefined;
}
