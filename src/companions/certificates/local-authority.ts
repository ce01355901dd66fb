/**
 * The local certificate authority: made once, kept in the store, and the issuer of every certificate that is requested here. Whoever trusts it trusts
 * all of them (decisions/0044).
 */
import { X509Certificate } from 'node:crypto';
import type { Clock } from '../../base/clock.ts';
import { generateKeys, makeSelfSigned, privateKeyPem, x509Library } from '../../base/self-signed.ts';
import type { Store } from '../../ports/store.ts';
import { type AuthorityRecord, authorities, type KeyAlgorithmName } from './records.ts';

const dayMs = 86_400_000;
const authorityDays = 3_650;
/** As long as browsers take a certificate (398 days), less one for clocks that differ. */
const issuedDays = 397;

export interface IssuedCertificate {
  /** Both PEM; the key is PKCS #8. */
  readonly certificate: string;
  readonly privateKey: string;
}

export interface LocalAuthority {
  /** PEM of the authority's own certificate. */
  certificate(): Promise<string>;
  /** A certificate for these names, good at once. */
  issue(names: readonly string[], algorithm: KeyAlgorithmName): Promise<IssuedCertificate>;
  /** Puts the authority back after the store was emptied: clients trust it beyond a reset. */
  keep(): Promise<void>;
}

export function createLocalAuthority({
  store,
  clock,
}: {
  readonly store: Store;
  readonly clock: Clock;
}): LocalAuthority {
  let pending: Promise<AuthorityRecord> | undefined;

  function authority(): Promise<AuthorityRecord> {
    pending ??= foundOrMade().catch((error: unknown) => {
      pending = undefined;
      throw error;
    });
    return pending;
  }

  async function foundOrMade(): Promise<AuthorityRecord> {
    const found = await store.read((tx) => tx.get(authorities, ['local']));
    if (found !== undefined) return found;
    const made = await makeAuthority(clock.now());
    return store.write(async (tx) => {
      // Another process on the same store may have been faster.
      const other = await tx.get(authorities, ['local']);
      if (other !== undefined) return other;
      tx.put(authorities, ['local'], made);
      return made;
    });
  }

  return {
    certificate: async () => (await authority()).certificate,
    async issue(names, algorithm) {
      return issueFrom(await authority(), names, algorithm, clock.now());
    },
    async keep() {
      if (pending === undefined) return;
      const record = await pending;
      await store.write(async (tx) => tx.put(authorities, ['local'], record));
    },
  };
}

function makeAuthority(nowMs: number): Promise<AuthorityRecord> {
  return makeSelfSigned({
    algorithm: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
    name: `CN=Gatewright local authority ${new Date(nowMs).toISOString().slice(0, 10)}, O=Gatewright local`,
    notBeforeMs: nowMs - dayMs,
    notAfterMs: nowMs + authorityDays * dayMs,
    extensions: (x509) => [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ],
  });
}

async function issueFrom(
  authority: AuthorityRecord,
  names: readonly string[],
  algorithm: KeyAlgorithmName,
  nowMs: number,
): Promise<IssuedCertificate> {
  const x509 = await x509Library();
  const signer = new x509.X509Certificate(authority.certificate);
  const signingAlgorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const pkcs8 = Buffer.from(authority.privateKey.replace(/-----[^-]+-----|\s/g, ''), 'base64');
  const signingKey = await crypto.subtle.importKey('pkcs8', pkcs8, signingAlgorithm, false, ['sign']);
  const keys = await generateKeys(keyGeneration[algorithm]);
  const isRsa = algorithm.startsWith('RSA');
  const notAfterMs = Math.min(
    nowMs + issuedDays * dayMs,
    new X509Certificate(authority.certificate).validToDate.getTime(),
  );
  const usages = x509.KeyUsageFlags.digitalSignature | (isRsa ? x509.KeyUsageFlags.keyEncipherment : 0);
  const certificate = await x509.X509CertificateGenerator.create({
    // A name longer than the 64 characters of a common name stands among the alternatives only (RFC 5280, upper bounds).
    subject: names[0]!.length <= 64 ? `CN=${names[0]}` : '',
    issuer: signer.subject,
    notBefore: new Date(nowMs - dayMs),
    notAfter: new Date(notAfterMs),
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm,
    extensions: [
      new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: 'dns' as const, value }))),
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(usages, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      await x509.AuthorityKeyIdentifierExtension.create(signer),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: `${certificate.toString('pem')}\n`, privateKey: await privateKeyPem(keys.privateKey) };
}

const rsa = (modulusLength: number) => ({
  name: 'RSASSA-PKCS1-v1_5' as const,
  modulusLength,
  publicExponent: new Uint8Array([1, 0, 1]),
  hash: 'SHA-256',
});
const ecdsa = (namedCurve: string) => ({ name: 'ECDSA' as const, namedCurve, hash: 'SHA-256' });

const keyGeneration = {
  RSA_1024: rsa(1024),
  RSA_2048: rsa(2048),
  RSA_3072: rsa(3072),
  RSA_4096: rsa(4096),
  EC_prime256v1: ecdsa('P-256'),
  EC_secp384r1: ecdsa('P-384'),
  EC_secp521r1: ecdsa('P-521'),
} as const satisfies Record<KeyAlgorithmName, unknown>;
