/**
 * Whether a client's certificate is one a domain trusts (rows DOM-16 to DOM-18). As on AWS the whole chain up to a root has to stand in the truststore: what
 * the client sends beside its certificate is not looked at. TLS has verified the handshake itself, and its verdict counts too (gateway/domains/mutual-tls).
 */
import { type KeyObject, X509Certificate } from 'node:crypto';
import type { ClientCertificate } from '../../plan/exchange.ts';

export interface Trust {
  /** PEM of the certificates that could be read; what a server tells clients it takes. */
  readonly authorities: readonly string[];
  judge(certificate: X509Certificate, nowMs: number): Verdict;
}

export interface Verdict {
  readonly certificate: ClientCertificate;
  /** Why it is not trusted, in the words of AWS's execution logs where they are known; undefined when it is. */
  readonly complaint: string | undefined;
}

/** Guide: chains of at most four certificates above the client's. */
const maxAuthorities = 4;

const pemBlock = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

export function compileTruststore(pem: string): Trust {
  const authorities = [...pem.matchAll(pemBlock)].flatMap(([block]) => readable(block));
  const bySubject = new Map<string, X509Certificate[]>();
  for (const authority of authorities) {
    const known = bySubject.get(authority.subject);
    if (known === undefined) bySubject.set(authority.subject, [authority]);
    else known.push(authority);
  }
  const fingerprints = new Set(authorities.map(({ fingerprint256 }) => fingerprint256));

  /** Undefined when trusted. */
  function complaint(certificate: X509Certificate, nowMs: number, authoritiesSoFar: number): string | undefined {
    const own = ownComplaint(certificate, nowMs);
    if (own !== undefined) return own;
    if (certificate.issuer === certificate.subject && isSignedBy(certificate, certificate)) {
      return fingerprints.has(certificate.fingerprint256) ? undefined : 'self signed certificate';
    }
    if (authoritiesSoFar === maxAuthorities) return 'certificate chain too long';
    let why = 'Could not find issuer for certificate';
    for (const issuer of bySubject.get(certificate.issuer) ?? []) {
      if (!issuer.ca || !isSignedBy(certificate, issuer)) continue;
      const further = complaint(issuer, nowMs, authoritiesSoFar + 1);
      if (further === undefined) return undefined;
      why = further;
    }
    return why;
  }

  return {
    authorities: authorities.map((authority) => authority.toString()),
    judge: (certificate, nowMs) => ({ certificate: factsOf(certificate), complaint: complaint(certificate, nowMs, 0) }),
  };
}

function readable(block: string): X509Certificate[] {
  try {
    return [new X509Certificate(block)];
  } catch {
    return [];
  }
}

function ownComplaint(certificate: X509Certificate, nowMs: number): string | undefined {
  if (certificate.validFromDate.getTime() > nowMs) return 'certificate is not yet valid';
  if (certificate.validToDate.getTime() <= nowMs) return 'certificate has expired';
  if (isWeakSignature(certificate)) return 'Client cert using an insecure Signature Algorithm';
  return isWeakKey(certificate.publicKey) ? 'certificate uses a weak key' : undefined;
}

/** Guide: SHA-256 or stronger. */
function isWeakSignature({ signatureAlgorithm }: X509Certificate): boolean {
  return !/sha(256|384|512)|^ed(25519|448)$|rsassaPss/i.test(signatureAlgorithm ?? '');
}

/** Guide: RSA of 2048 bits, ECDSA of 256, or stronger. */
function isWeakKey(key: KeyObject): boolean {
  const { modulusLength = 0, namedCurve } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'rsa' || key.asymmetricKeyType === 'rsa-pss') return modulusLength < 2048;
  return !(key.asymmetricKeyType === 'ec' && /^(prime256v1|secp384r1|secp521r1)$/.test(namedCurve ?? ''));
}

function isSignedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
  } catch {
    return false;
  }
}

function factsOf(certificate: X509Certificate): ClientCertificate {
  const digits = certificate.serialNumber.toLowerCase();
  return {
    clientCertPem: certificate.toString(),
    subjectDN: inOneLine(certificate.subject),
    issuerDN: inOneLine(certificate.issuer),
    serialNumber: (digits.length % 2 === 0 ? digits : `0${digits}`).match(/../g)!.join(':'),
    notBefore: certificate.validFrom,
    notAfter: certificate.validTo,
  };
}

/** Node gives a line for each part, escaped by RFC 2253 already. */
const inOneLine = (lines: string): string => lines.split('\n').reverse().join(',');
