/** Reads what a certificate says of itself: for ACM's answers, and to know what it is good for. */
import type { KeyObject, X509Certificate } from 'node:crypto';
import { x509Library } from '../../base/self-signed.ts';
import type { CertificateFacts, KeyAlgorithmName } from './records.ts';

/** Node reads most of it; usages and the signature's algorithm are the library's to read. */
export async function factsOf(certificate: X509Certificate, keyAlgorithm: KeyAlgorithmName): Promise<CertificateFacts> {
  const x509 = await x509Library();
  const read = new x509.X509Certificate(certificate.raw);
  const usages = read.getExtension(x509.KeyUsagesExtension)?.usages ?? 0;
  const extended = read.getExtension(x509.ExtendedKeyUsageExtension)?.usages ?? [];
  const { name, hash } = read.signatureAlgorithm as { name: string; hash?: { name: string } };
  return {
    subject: namesInLine(certificate.subject),
    issuer: namesInLine(certificate.issuer),
    serial: serialOf(certificate),
    notBeforeMs: certificate.validFromDate.getTime(),
    notAfterMs: certificate.validToDate.getTime(),
    keyAlgorithm,
    signatureAlgorithm: `${(hash?.name ?? '').replace('-', '')}WITH${name === 'ECDSA' ? 'ECDSA' : 'RSA'}`,
    keyUsages: keyUsageNames.filter((_, bit) => (usages & (1 << bit)) !== 0),
    extendedKeyUsages: extended.map((oid) => ({ name: extendedUsageNames[String(oid)] ?? 'CUSTOM', oid: String(oid) })),
    commonName: commonNameOf(certificate.subject),
    names: dnsNames(certificate.subjectAltName),
  };
}

/** In the order of the extension's bits (RFC 5280 §4.2.1.3). */
const keyUsageNames = [
  'DIGITAL_SIGNATURE',
  'NON_REPUDIATION',
  'KEY_ENCIPHERMENT',
  'DATA_ENCIPHERMENT',
  'KEY_AGREEMENT',
  'CERTIFICATE_SIGNING',
  'CRL_SIGNING',
  'ENCIPHER_ONLY',
  'DECIPHER_ONLY',
];

const extendedUsageNames: Readonly<Record<string, string>> = {
  '1.3.6.1.5.5.7.3.1': 'TLS_WEB_SERVER_AUTHENTICATION',
  '1.3.6.1.5.5.7.3.2': 'TLS_WEB_CLIENT_AUTHENTICATION',
  '1.3.6.1.5.5.7.3.3': 'CODE_SIGNING',
  '1.3.6.1.5.5.7.3.4': 'EMAIL_PROTECTION',
  '1.3.6.1.5.5.7.3.8': 'TIME_STAMPING',
  '1.3.6.1.5.5.7.3.9': 'OCSP_SIGNING',
  '1.3.6.1.5.5.7.3.5': 'IPSEC_END_SYSTEM',
  '1.3.6.1.5.5.7.3.6': 'IPSEC_TUNNEL',
  '1.3.6.1.5.5.7.3.7': 'IPSEC_USER',
  '2.5.29.37.0': 'ANY',
};

/** What ACM calls a key; undefined for one it does not take. */
export function keyAlgorithmOf(key: KeyObject): KeyAlgorithmName | undefined {
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {};
  if (key.asymmetricKeyType === 'rsa') {
    const name = `RSA_${modulusLength}`;
    return isOneOf(name, ['RSA_1024', 'RSA_2048', 'RSA_3072', 'RSA_4096']) ? name : undefined;
  }
  const name = `EC_${namedCurve}`;
  return key.asymmetricKeyType === 'ec' && isOneOf(name, ['EC_prime256v1', 'EC_secp384r1', 'EC_secp521r1'])
    ? name
    : undefined;
}

function isOneOf<T extends string>(name: string, names: readonly T[]): name is T {
  return names.includes(name as T);
}

/** Node's lines `O=Example\nCN=api.example.com`, as ACM shows them. */
const namesInLine = (lines: string | undefined): string => (lines ?? '').split('\n').reverse().join(',');

function serialOf(certificate: X509Certificate): string {
  const digits = certificate.serialNumber.toLowerCase();
  return (digits.length % 2 === 0 ? digits : `0${digits}`).match(/../g)!.join(':');
}

function commonNameOf(subject: string | undefined): string | undefined {
  return /^CN=(.*)$/m.exec(subject ?? '')?.[1];
}

/** `DNS:a.example.com, DNS:b.example.com, IP Address:…` */
function dnsNames(alternatives: string | undefined): string[] {
  return [...(alternatives ?? '').matchAll(/(?:^|, )DNS:([^,]+)/g)].map(([, name]) => name!);
}
