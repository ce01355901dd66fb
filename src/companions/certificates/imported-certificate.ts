/** PEM texts as they are imported: parsed, and held against each other as ACM does (key, chain, validity). */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { factsOf, keyAlgorithmOf } from './certificate-facts.ts';
import type { CertificateFacts } from './records.ts';
import {
  brokenChain,
  expired,
  keyDoesNotMatch,
  keyNotSupported,
  moreThanOneCertificate,
  noNames,
  notSelfSigned,
  notYetValid,
  unreadableCertificate,
  unreadableChain,
  unreadableKey,
} from './refusals.ts';

export interface ImportedCertificate {
  /** PEM, one certificate. */
  readonly certificate: string;
  /** PEM; undefined for one that signed itself and came without. */
  readonly chain: string | undefined;
  /** PEM, PKCS #8. */
  readonly privateKey: string;
  readonly facts: CertificateFacts;
}

export interface GivenCertificate {
  readonly certificate: Uint8Array;
  readonly chain: Uint8Array | undefined;
  readonly privateKey: Uint8Array;
}

/** Throws a Problem in ACM's words for whatever does not fit together. */
export async function readImported(given: GivenCertificate, nowMs: number): Promise<ImportedCertificate> {
  const [certificate, ...more] = certificatesIn(given.certificate, unreadableCertificate);
  if (more.length > 0) throw moreThanOneCertificate();
  const chain = given.chain === undefined ? undefined : certificatesIn(given.chain, unreadableChain);
  const key = privateKeyIn(given.privateKey);
  const keyAlgorithm = keyAlgorithmOf(key);
  if (keyAlgorithm === undefined) throw keyNotSupported();
  if (!certificate!.checkPrivateKey(key)) throw keyDoesNotMatch();
  if (certificate!.validFromDate.getTime() > nowMs) throw notYetValid();
  if (certificate!.validToDate.getTime() <= nowMs) throw expired();
  checkChain(certificate!, chain);
  const facts = await factsOf(certificate!, keyAlgorithm);
  if (facts.commonName === undefined && facts.names.length === 0) throw noNames();
  return {
    certificate: certificate!.toString(),
    chain: chain?.map((each) => each.toString()).join(''),
    privateKey: key.export({ type: 'pkcs8', format: 'pem' }) as string,
    facts,
  };
}

const pemBlock = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g;

function certificatesIn(bytes: Uint8Array, unreadable: () => Error): X509Certificate[] {
  const blocks = [...Buffer.from(bytes).toString('latin1').matchAll(pemBlock)];
  if (blocks.length === 0 || blocks.some(([, label]) => label !== 'CERTIFICATE')) throw unreadable();
  try {
    return blocks.map(([block]) => new X509Certificate(block));
  } catch {
    throw unreadable();
  }
}

function privateKeyIn(bytes: Uint8Array): KeyObject {
  const blocks = [...Buffer.from(bytes).toString('latin1').matchAll(pemBlock)];
  const keys = blocks.filter(([, label]) => label!.endsWith('PRIVATE KEY'));
  if (keys.length !== 1) throw unreadableKey();
  try {
    return createPrivateKey(keys[0]![0]);
  } catch {
    throw unreadableKey();
  }
}

/** Each certificate is signed by the next; one without a chain has signed itself. */
function checkChain(certificate: X509Certificate, chain: readonly X509Certificate[] | undefined): void {
  if (chain === undefined) {
    if (!isSignedBy(certificate, certificate)) throw notSelfSigned();
    return;
  }
  let signed = certificate;
  for (const issuer of chain) {
    if (!isSignedBy(signed, issuer)) throw brokenChain();
    signed = issuer;
  }
}

function isSignedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  if (certificate.issuer !== issuer.subject) return false;
  try {
    return certificate.verify(issuer.publicKey);
  } catch {
    return false;
  }
}
