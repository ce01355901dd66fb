/** Certificates that vouch for themselves: the local https endpoint's and those the gateway shows to backends. */
import type { X509CertificateCreateSelfSignedParams } from '@peculiar/x509';

/** Both PEM; the key is PKCS #8. */
export interface SelfSigned {
  readonly certificate: string;
  readonly privateKey: string;
}

type KeyAlgorithm =
  | { readonly name: 'ECDSA'; readonly namedCurve: string; readonly hash: string }
  | {
      readonly name: 'RSASSA-PKCS1-v1_5';
      readonly modulusLength: number;
      readonly publicExponent: Uint8Array<ArrayBuffer>;
      readonly hash: string;
    };

export interface SelfSignedOptions {
  readonly algorithm: KeyAlgorithm;
  /** Subject and issuer, `CN=localhost, O=Example`. */
  readonly name: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  extensions(x509: typeof import('@peculiar/x509')): X509CertificateCreateSelfSignedParams['extensions'];
}

/** The library takes 60 ms to load, so only a process that must make a certificate loads it. */
export async function makeSelfSigned(options: SelfSignedOptions): Promise<SelfSigned> {
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  const { algorithm } = options;
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const extensions = options.extensions(x509);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: options.name,
    notBefore: new Date(options.notBeforeMs),
    notAfter: new Date(options.notAfterMs),
    signingAlgorithm: algorithm,
    keys,
    ...(extensions !== undefined && { extensions }),
  });
  const key = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  const lines = key.match(/.{1,64}/g)!.join('\n');
  return {
    certificate: certificate.toString('pem'),
    privateKey: `-----BEGIN PRIVATE KEY-----\n${lines}\n-----END PRIVATE KEY-----\n`,
  };
}
