/** Certificates as ACM's answers show them. */
import { createHash } from 'node:crypto';
import type {
  CertificateDetail,
  CertificateStatus,
  CertificateSummary,
  DomainValidation,
  ExtendedKeyUsageName,
  KeyAlgorithm,
  KeyUsageName,
} from '../../wire/generated/acm.ts';
import { arnOf, type CertificateFacts, type CertificateRecord } from './records.ts';

export function statusOf({ facts }: CertificateRecord, nowMs: number): CertificateStatus {
  return facts.notAfterMs <= nowMs ? 'EXPIRED' : 'ISSUED';
}

/** Names as ACM lists them: the domain name first, no name twice. */
export const alternativeNames = ({ domainName, facts }: CertificateRecord): readonly string[] => [
  ...new Set([domainName, ...facts.names]),
];

export function detailOf(record: CertificateRecord, inUseBy: readonly string[], nowMs: number): CertificateDetail {
  const { facts, validation, type } = record;
  const isImported = type === 'IMPORTED';
  return {
    CertificateArn: arnOf(record),
    DomainName: record.domainName,
    SubjectAlternativeNames: alternativeNames(record),
    ...(validation && { DomainValidationOptions: validationsOf(record) }),
    Serial: facts.serial,
    Subject: facts.subject,
    Issuer: issuerName(facts),
    CreatedAt: record.createdAtMs,
    ...(isImported ? { ImportedAt: record.madeAtMs } : { IssuedAt: record.madeAtMs }),
    Status: statusOf(record, nowMs),
    NotBefore: facts.notBeforeMs,
    NotAfter: facts.notAfterMs,
    KeyAlgorithm: shownAlgorithm(facts),
    SignatureAlgorithm: facts.signatureAlgorithm,
    InUseBy: inUseBy,
    Type: type,
    ...(record.renewedAtMs !== undefined && {
      RenewalSummary: {
        RenewalStatus: 'SUCCESS',
        DomainValidationOptions: validationsOf(record),
        UpdatedAt: record.renewedAtMs,
      },
    }),
    KeyUsages: facts.keyUsages.map((name) => ({ Name: name as KeyUsageName })),
    ExtendedKeyUsages: facts.extendedKeyUsages.map(({ name, oid }) => ({
      ...{ Name: name as ExtendedKeyUsageName, OID: oid },
    })),
    RenewalEligibility: eligibility(record, inUseBy),
    Options: optionsOf(record),
    ...(record.managedBy && { ManagedBy: record.managedBy }),
    CertificateKeyPairOrigin: originOf(record),
  };
}

export function summaryOf(record: CertificateRecord, inUseBy: readonly string[], nowMs: number): CertificateSummary {
  const { facts, type } = record;
  return {
    CertificateArn: arnOf(record),
    DomainName: record.domainName,
    SubjectAlternativeNameSummaries: alternativeNames(record),
    HasAdditionalSubjectAlternativeNames: false,
    Status: statusOf(record, nowMs),
    Type: type,
    KeyAlgorithm: shownAlgorithm(facts),
    KeyUsages: facts.keyUsages as readonly KeyUsageName[],
    ExtendedKeyUsages: facts.extendedKeyUsages.map(({ name }) => name as ExtendedKeyUsageName),
    ExportOption: record.options.export,
    InUse: inUseBy.length > 0,
    Exported: record.wasExported,
    RenewalEligibility: eligibility(record, inUseBy),
    NotBefore: facts.notBeforeMs,
    NotAfter: facts.notAfterMs,
    CreatedAt: record.createdAtMs,
    ...(type === 'IMPORTED' ? { ImportedAt: record.madeAtMs } : { IssuedAt: record.madeAtMs }),
    ...(record.managedBy && { ManagedBy: record.managedBy }),
    CertificateKeyPairOrigin: originOf(record),
  };
}

const originOf = ({ type }: CertificateRecord) => (type === 'IMPORTED' ? 'CUSTOMER_PROVIDED' : 'AWS_MANAGED');

/** ACM renews what it issued while it is used, or was exported. */
function eligibility({ type, wasExported }: CertificateRecord, inUseBy: readonly string[]) {
  return type === 'AMAZON_ISSUED' && (inUseBy.length > 0 || wasExported) ? 'ELIGIBLE' : 'INELIGIBLE';
}

function optionsOf({ options, type }: CertificateRecord): CertificateDetail['Options'] {
  if (type === 'IMPORTED') return { CertificateTransparencyLoggingPreference: 'DISABLED' };
  return { CertificateTransparencyLoggingPreference: options.transparency, Export: options.export };
}

/** ACM's answers write `RSA-2048` where its requests take `RSA_2048`. */
const shownAlgorithm = ({ keyAlgorithm }: CertificateFacts): KeyAlgorithm =>
  keyAlgorithm.replace('_', '-') as KeyAlgorithm;

/** ACM shows the issuer's organization, or its whole name. */
function issuerName({ issuer }: CertificateFacts): string {
  return /(?:^|,)O=([^,]+)/.exec(issuer)?.[1] ?? issuer;
}

/** Each name is validated already; the record that would have shown it is told all the same, for tools that create it. */
function validationsOf(record: CertificateRecord): readonly DomainValidation[] {
  const { validation } = record;
  if (validation === undefined) return [];
  return alternativeNames(record).map((name) => {
    const validationDomain = validation.domains[name] ?? name;
    const common = { DomainName: name, ValidationDomain: validationDomain, ValidationStatus: 'SUCCESS' as const };
    if (validation.method === 'DNS') return { ...common, ResourceRecord: dnsRecord(name), ValidationMethod: 'DNS' };
    if (validation.method === 'HTTP') return { ...common, ValidationMethod: 'HTTP' };
    const mailboxes = ['administrator', 'hostmaster', 'postmaster', 'webmaster', 'admin'];
    const emails = mailboxes.map((mailbox) => `${mailbox}@${bareName(validationDomain)}`);
    return { ...common, ValidationEmails: emails, ValidationMethod: 'EMAIL' };
  });
}

/** A wildcard and the name it stands under have one record between them, as on AWS. */
function dnsRecord(name: string) {
  const bare = bareName(name);
  const hash = (what: string): string => createHash('sha256').update(`${what} ${bare}`).digest('hex').slice(0, 32);
  return {
    Name: `_${hash('name')}.${bare}.`,
    Type: 'CNAME' as const,
    Value: `_${hash('value')}.${hash('zone').slice(0, 10)}.acm-validations.aws.`,
  };
}

const bareName = (name: string): string => name.replace(/^\*\./, '');
