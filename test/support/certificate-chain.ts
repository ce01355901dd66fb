/** Certificates for tests: authorities, and what they issue, good or bad in the ways a test needs. */
import { generateKeys, privateKeyPem, x509Library } from '../../src/base/self-signed.ts';

export interface TestCertificate {
  /** Both PEM. */
  readonly certificate: string;
  readonly privateKey: string;
}

export interface CertificateWish {
  /** `CN=client, O=Example` */
  readonly name: string;
  readonly dns?: readonly string[];
  /** Signs it; itself unless given. */
  readonly issuer?: TestCertificate;
  readonly isAuthority?: boolean;
  /** Validity; from yesterday for 30 days unless given. */
  readonly daysFromNow?: readonly [from: number, to: number];
  /** Of the signature; SHA-256 unless given. */
  readonly hash?: 'SHA-1' | 'SHA-256';
  /** Bits of an RSA key; ECDSA on P-256 unless given. */
  readonly rsaBits?: number;
}

const dayMs = 86_400_000;

export async function makeCertificate(wish: CertificateWish): Promise<TestCertificate> {
  const x509 = await x509Library();
  const { hash = 'SHA-256', rsaBits, issuer, daysFromNow: [from, to] = [-1, 30] } = wish;
  const algorithm =
    rsaBits === undefined
      ? { name: 'ECDSA' as const, namedCurve: 'P-256', hash }
      : { name: 'RSASSA-PKCS1-v1_5' as const, modulusLength: rsaBits, publicExponent: new Uint8Array([1, 0, 1]), hash };
  const keys = await generateKeys(algorithm);
  const signer = issuer === undefined ? undefined : new x509.X509Certificate(issuer.certificate);
  const { signingKey, signingAlgorithm } =
    issuer === undefined
      ? { signingKey: keys.privateKey, signingAlgorithm: algorithm }
      : await signingKeyOf(issuer, signer!.publicKey.algorithm, hash);
  const certificate = await x509.X509CertificateGenerator.create({
    subject: wish.name,
    issuer: signer?.subject ?? wish.name,
    notBefore: new Date(Date.now() + from * dayMs),
    notAfter: new Date(Date.now() + to * dayMs),
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm,
    extensions: [
      new x509.BasicConstraintsExtension(wish.isAuthority === true, undefined, true),
      ...(wish.dns
        ? [new x509.SubjectAlternativeNameExtension(wish.dns.map((value) => ({ type: 'dns', value })))]
        : []),
    ],
  });
  return { certificate: `${certificate.toString('pem')}\n`, privateKey: await privateKeyPem(keys.privateKey) };
}

async function signingKeyOf(issuer: TestCertificate, publicAlgorithm: object, hash: string) {
  const pkcs8 = Buffer.from(issuer.privateKey.replace(/-----[^-]+-----|\s/g, ''), 'base64');
  const signingAlgorithm = { ...publicAlgorithm, hash } as { name: string; namedCurve: string; hash: string };
  const signingKey = await crypto.subtle.importKey('pkcs8', pkcs8, signingAlgorithm, false, ['sign']);
  return { signingKey, signingAlgorithm };
}
