/** Certificates that vouch for themselves: the local https endpoint's and those the gateway shows to backends. */
import type { X509CertificateCreateSelfSignedParams } from '@peculiar/x509';

/** Both PEM; the key is PKCS #8. */
export interface SelfSigned {
  readonly certificate: string;
  readonly privateKey: string;
}

export type KeyAlgorithm =
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

type X509Library = typeof import('@peculiar/x509');

/** The library takes 60 ms to load, so only a process that must make or read a certificate loads it. */
export async function x509Library(): Promise<X509Library> {
  await import('reflect-metadata');
  return import('@peculiar/x509');
}

export interface KeyPair {
  readonly publicKey: CryptoKey;
  readonly privateKey: CryptoKey;
}

export const generateKeys = (algorithm: KeyAlgorithm): Promise<KeyPair> =>
  crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);

/** PKCS #8, as PEM. */
export async function privateKeyPem(privateKey: CryptoKey): Promise<string> {
  const key = Buffer.from(await crypto.subtle.exportKey('pkcs8', privateKey)).toString('base64');
  return `-----BEGIN PRIVATE KEY-----\n${key.match(/.{1,64}/g)!.join('\n')}\n-----END PRIVATE KEY-----\n`;
}

export async function makeSelfSigned(options: SelfSignedOptions): Promise<SelfSigned> {
  const x509 = await x509Library();
  const { algorithm } = options;
  const keys = await generateKeys(algorithm);
  const extensions = options.extensions(x509);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: options.name,
    notBefore: new Date(options.notBeforeMs),
    notAfter: new Date(options.notAfterMs),
    signingAlgorithm: algorithm,
    keys,
    ...(extensions !== undefined && { extensions }),
  });
  return { certificate: certificate.toString('pem'), privateKey: await privateKeyPem(keys.privateKey) };
}
