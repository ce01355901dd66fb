/**
 * The truststore of a domain with mutual TLS, read once when the domain is told to: a bundle of certificates in PEM (rows DOM-16, DOM-19; developer guide,
 * "Configuring your truststore"). A certificate in it that is no good is a warning, told once and not kept; some clients will be turned away.
 */
import { X509Certificate } from 'node:crypto';
import type { Call } from '../../wire/call.ts';
import { pemCertificates } from './certificates.ts';
import { invalidTruststore, truststoreUnreadable } from './chosen-refusals.ts';
import type { DomainDraft } from './draft.ts';
import { readS3Uri } from './draft-rules.ts';
import type { DomainLimits } from './limits.ts';
import type { DomainPorts } from './ports.ts';

export interface ReadTruststore {
  readonly pem: string;
  readonly warnings: readonly string[];
}

/** Undefined without mutual TLS. Not to be called within a transaction: it asks S3. */
export async function readTruststore(
  { truststoreUri, truststoreVersion }: DomainDraft,
  call: Call,
  { truststores, clock, limits }: Pick<DomainPorts, 'truststores' | 'clock' | 'limits'>,
): Promise<ReadTruststore | undefined> {
  const object = truststoreUri === undefined ? undefined : readS3Uri(truststoreUri);
  // A malformed one is refused by the draft's rules.
  if (truststoreUri === undefined || object === undefined) return undefined;
  const { account, region } = call;
  const reading = await truststores.read({ ...object, version: truststoreVersion || undefined, account, region });
  if ('failure' in reading) throw truststoreUnreadable(truststoreUri, reading.failure);
  return checkTruststore(truststoreUri, reading.pem, clock.now(), limits);
}

export function checkTruststore(
  uri: string,
  pem: string,
  nowMs: number,
  limits: Pick<DomainLimits, 'truststoreBytes' | 'truststoreCertificates'>,
): ReadTruststore {
  if (Buffer.byteLength(pem) > limits.truststoreBytes) {
    throw invalidTruststore(uri, `it is larger than ${limits.truststoreBytes} bytes`);
  }
  const texts = pemCertificates(pem);
  if (texts.length === 0) throw invalidTruststore(uri, 'it holds no PEM encoded certificate');
  if (texts.length > limits.truststoreCertificates) {
    throw invalidTruststore(uri, `it holds more than ${limits.truststoreCertificates} certificates`);
  }
  const certificates = texts.map((text, i) => {
    try {
      return new X509Certificate(text);
    } catch {
      throw invalidTruststore(uri, `certificate ${i + 1} is not a valid X.509 certificate`);
    }
  });
  refuseTwoIssuers(uri, certificates);
  return { pem, warnings: certificates.flatMap((each) => warningsAbout(each, nowMs)) };
}

/** AWS takes one issuer per subject ("Troubleshooting domain name conflicts"). */
function refuseTwoIssuers(uri: string, certificates: readonly X509Certificate[]): void {
  const issuers = new Map<string, string>();
  for (const { subject, issuer } of certificates) {
    const before = issuers.get(subject);
    if (before !== undefined && before !== issuer) {
      throw invalidTruststore(
        uri,
        `The certificate subject ${inline(subject)} conflicts with an existing certificate from a different issuer`,
      );
    }
    issuers.set(subject, issuer);
  }
}

/** Each names the certificate by its subject, as AWS's do. */
function warningsAbout(certificate: X509Certificate, nowMs: number): string[] {
  const subject = inline(certificate.subject);
  const warnings: string[] = [];
  if (certificate.validToDate.getTime() < nowMs) warnings.push(`Certificate is expired: ${subject}`);
  if (certificate.validFromDate.getTime() > nowMs) warnings.push(`Certificate is not yet valid: ${subject}`);
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = certificate.publicKey;
  if (type === 'rsa' && (details?.modulusLength ?? 0) < 2048) {
    warnings.push(`Certificate key is weaker than RSA-2048: ${subject}`);
  }
  if (type === 'ec' && /^(?:secp(?:1|2[0-4])|prime(?:1|2[0-4]))/.test(details?.namedCurve ?? '')) {
    warnings.push(`Certificate key is weaker than ECDSA-256: ${subject}`);
  }
  if (type !== 'rsa' && type !== 'ec') warnings.push(`Certificate key algorithm is not supported: ${subject}`);
  if (/sha1|md5/i.test(certificate.signatureAlgorithm ?? '')) {
    warnings.push(`Certificate signature is weaker than SHA-256: ${subject}`);
  }
  return warnings;
}

/** Node writes one attribute per line. */
const inline = (subject: string): string => subject.split('\n').join(', ');
