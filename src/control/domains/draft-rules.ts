/** What a custom domain may be: AWS's rules about names, endpoint types, security policies, mutual TLS and policies (rows DOM-01 to DOM-04, DOM-12, DOM-13). */
import { readPolicyDocument } from '../../base/policy-document.ts';
import { policyTooLong } from '../rest/chosen-refusals.ts';
import {
  accessModeNeedsPolicy,
  invalidPolicy,
  invalidTruststoreUri,
  invalidValue,
  lastEndpointType,
  mutualTlsNeedsRegional,
  mutualTlsNeedsTls12,
  onlyForPrivate,
  onlyForPublic,
  policyNotForEndpoint,
  policyOfSeveralEndpoints,
  privateStandsAlone,
  truststoreVersionAlone,
  wildcardNeedsAcm,
} from './chosen-refusals.ts';
import type { DomainDraft } from './draft.ts';
import { accessModeMissing, certificateMissing, noUploads, severalEndpointTypes } from './errors.ts';

/** Throws unless the draft fits together; certificates, truststore and names of others are looked at elsewhere. */
export function checkDraft(draft: DomainDraft, before: DomainDraft | undefined): void {
  checkName(draft.domainName);
  checkTypes(draft.types, before);
  checkCertificates(draft);
  checkSecurityPolicy(draft, before);
  checkMutualTls(draft);
  checkPolicies(draft);
}

/** Letters, digits, hyphens and, for the sake of those who have them, underscores; at most 253 characters. */
const label = '[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?';
const name = new RegExp(`^(?:\\*\\.)?${label}(?:\\.${label})*$`);
/** What stands for an address, not for a name: no certificate is issued for it. */
const address = /^[\d.]+$/;

function checkName(domainName: string): void {
  if (domainName.length > 253 || !name.test(domainName) || address.test(domainName)) {
    throw invalidValue('domain name', domainName);
  }
}

const endpointTypes: readonly string[] = ['EDGE', 'REGIONAL', 'PRIVATE'];

/** A domain begins with one type; EDGE and REGIONAL live side by side only while it moves (row DOM-03). */
function checkTypes(types: readonly string[], before: DomainDraft | undefined): void {
  for (const type of types) if (!endpointTypes.includes(type)) throw invalidValue('endpoint type', type);
  if (types.length === 0) throw lastEndpointType();
  if (before === undefined && types.length > 1) throw severalEndpointTypes();
  const isPrivate = types.includes('PRIVATE');
  if (isPrivate && types.length > 1) throw privateStandsAlone();
  if (before !== undefined && isPrivate !== before.types.includes('PRIVATE')) throw privateStandsAlone();
}

function checkCertificates(draft: DomainDraft): void {
  const { types, certificateArn, certificateName, regionalCertificateArn, regionalCertificateName, uploaded } = draft;
  for (const type of types) {
    const [arn, named] =
      type === 'REGIONAL' ? [regionalCertificateArn, regionalCertificateName] : [certificateArn, certificateName];
    if (!arn && !named) throw certificateMissing(type);
    if (uploaded !== undefined && type !== 'EDGE') throw noUploads(type);
  }
  if (draft.domainName.startsWith('*.') && !certificateArn && !regionalCertificateArn) throw wildcardNeedsAcm();
}

const legacy: readonly string[] = ['TLS_1_0', 'TLS_1_2'];
const enhancedOnEdge: readonly string[] = [
  'SecurityPolicy_TLS13_2025_EDGE',
  'SecurityPolicy_TLS12_PFS_2025_EDGE',
  'SecurityPolicy_TLS12_2018_EDGE',
];
const enhanced: readonly string[] = [
  'SecurityPolicy_TLS13_1_3_2025_09',
  'SecurityPolicy_TLS13_1_3_FIPS_2025_09',
  'SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09',
  'SecurityPolicy_TLS13_1_2_FIPS_PQ_2025_09',
  'SecurityPolicy_TLS13_1_2_FIPS_PFS_PQ_2025_09',
  'SecurityPolicy_TLS13_1_2_PQ_2025_09',
  'SecurityPolicy_TLS13_1_2_2021_06',
];

const allowedPolicies: Readonly<Record<string, readonly string[]>> = {
  EDGE: [...legacy, ...enhancedOnEdge],
  REGIONAL: [...legacy, ...enhanced],
  PRIVATE: ['TLS_1_2', ...enhanced],
};

export const isEnhanced = (securityPolicy: string): boolean => securityPolicy.startsWith('SecurityPolicy_');

function checkSecurityPolicy(draft: DomainDraft, before: DomainDraft | undefined): void {
  const { types, securityPolicy, endpointAccessMode } = draft;
  if (![...legacy, ...enhanced, ...enhancedOnEdge].includes(securityPolicy)) {
    throw invalidValue('security policy', securityPolicy);
  }
  for (const type of types) {
    if (!allowedPolicies[type]!.includes(securityPolicy)) throw policyNotForEndpoint(securityPolicy, type);
  }
  if (before !== undefined && before.securityPolicy !== securityPolicy && before.types.length > 1 && types.length > 1) {
    throw policyOfSeveralEndpoints();
  }
  if (endpointAccessMode !== undefined && !['BASIC', 'STRICT'].includes(endpointAccessMode)) {
    throw invalidValue('endpoint access mode', endpointAccessMode);
  }
  if (isEnhanced(securityPolicy) && endpointAccessMode === undefined) throw accessModeMissing();
  if (!isEnhanced(securityPolicy) && endpointAccessMode !== undefined) throw accessModeNeedsPolicy();
  if (!['ipv4', 'dualstack'].includes(draft.ipAddressType)) throw invalidValue('ipAddressType', draft.ipAddressType);
}

export interface S3Object {
  readonly bucket: string;
  readonly key: string;
}

/** `s3://bucket/key`, the key as it is called, not percent-encoded. */
export function readS3Uri(uri: string): S3Object | undefined {
  const [, bucket, key] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/(.+)$/.exec(uri) ?? [];
  return bucket === undefined || key === undefined ? undefined : { bucket, key };
}

/** Rows DOM-16, DOM-20: only where the gateway itself ends TLS, with a policy that no client can talk down. */
function checkMutualTls({ truststoreUri, truststoreVersion, types, securityPolicy }: DomainDraft): void {
  if (truststoreUri === undefined) {
    if (truststoreVersion !== undefined) throw truststoreVersionAlone();
    return;
  }
  if (readS3Uri(truststoreUri) === undefined || truststoreUri.length > 2048) throw invalidTruststoreUri(truststoreUri);
  if (types.length !== 1 || types[0] !== 'REGIONAL') throw mutualTlsNeedsRegional();
  if (securityPolicy !== 'TLS_1_2') throw mutualTlsNeedsTls12();
}

/** Characters of a policy, as of a REST API's (developer guide, "Quotas"). */
const policyCharacters = 8192;

function checkPolicies({ types, policy, managementPolicy, endpointAccessMode: _ }: DomainDraft): void {
  for (const [member, document] of Object.entries({ policy, managementPolicy })) {
    if (document === undefined) continue;
    if (types[0] !== 'PRIVATE') throw onlyForPrivate(member);
    if (document.length > policyCharacters) throw policyTooLong(policyCharacters);
    if (typeof readPolicyDocument(document, 'resource') === 'string') throw invalidPolicy();
  }
}

/** As the patch table of the API reference has it: a private domain's access mode is settled when it is made. */
export function checkAccessModeChange(draft: DomainDraft, before: DomainDraft): void {
  if (draft.types[0] === 'PRIVATE' && draft.endpointAccessMode !== before.endpointAccessMode) {
    throw onlyForPublic('Updating endpointAccessMode');
  }
}
