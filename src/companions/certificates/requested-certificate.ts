/** Certificates that are requested: issued at once by the local authority, for nobody here can show control over a name, and renewed by it. */
import { X509Certificate } from 'node:crypto';
import { factsOf } from './certificate-facts.ts';
import type { LocalAuthority } from './local-authority.ts';
import type { CertificateFacts, CertificateRecord, KeyAlgorithmName } from './records.ts';

/** ACM begins to renew this long before the end. */
const renewDaysBefore = 60;
const dayMs = 86_400_000;

export interface MadeCertificate {
  readonly certificate: string;
  readonly chain: string;
  readonly privateKey: string;
  readonly facts: CertificateFacts;
}

export async function makeRequested(
  authority: LocalAuthority,
  names: readonly string[],
  algorithm: KeyAlgorithmName,
): Promise<MadeCertificate> {
  const { certificate, privateKey } = await authority.issue(names, algorithm);
  const facts = await factsOf(new X509Certificate(certificate), algorithm);
  return { certificate, chain: await authority.certificate(), privateKey, facts };
}

export const isDueForRenewal = ({ type, facts }: CertificateRecord, nowMs: number): boolean =>
  type === 'AMAZON_ISSUED' && facts.notAfterMs - nowMs < renewDaysBefore * dayMs;

/** The same certificate for longer, with a new key. */
export async function renewed(
  authority: LocalAuthority,
  record: CertificateRecord,
  nowMs: number,
): Promise<CertificateRecord> {
  const { names, keyAlgorithm } = record.facts;
  const made = await makeRequested(authority, names, keyAlgorithm);
  return { ...record, ...made, madeAtMs: nowMs, renewedAtMs: nowMs };
}
