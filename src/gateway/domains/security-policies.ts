/**
 * Security policies of custom domains as TLS settings (rows DOM-12, DOM-13). The lists of TLS_1_0, TLS_1_2 and of the policies for TLS 1.3 alone are
 * documented; those of the other enhanced policies follow from what their names promise (decisions/0045).
 */
import type { SecureContextOptions } from 'node:tls';

export type TlsSettings = Pick<SecureContextOptions, 'minVersion' | 'maxVersion' | 'ciphers' | 'ecdhCurve'>;

const tls13 = ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'];
/** ChaCha20 is no algorithm of FIPS 140. */
const tls13Fips = tls13.slice(0, 2);

const withBothKeys = (suites: readonly string[]): string[] =>
  suites.flatMap((suite) => [`ECDHE-ECDSA-${suite}`, `ECDHE-RSA-${suite}`]);

const ephemeralGcm = withBothKeys(['AES128-GCM-SHA256', 'AES256-GCM-SHA384']);
const ephemeralCbc = withBothKeys(['AES128-SHA256', 'AES256-SHA384']);
const ephemeralSha1 = withBothKeys(['AES128-SHA', 'AES256-SHA']);
const ephemeralChaCha = withBothKeys(['CHACHA20-POLY1305']);
/** Without forward secrecy. */
const plainRsa = ['AES128-GCM-SHA256', 'AES128-SHA256', 'AES256-GCM-SHA384', 'AES256-SHA256'];
const plainRsaSha1 = ['AES128-SHA', 'AES256-SHA'];

/** Key exchanges that stay secret before quantum computers, and the ones that go with FIPS. */
const quantumSafe = 'X25519MLKEM768:SecP256r1MLKEM768:X25519:P-256:P-384:P-521';
const quantumSafeFips = 'SecP256r1MLKEM768:X25519MLKEM768:P-256:P-384:P-521';
const fips = 'P-256:P-384:P-521';

interface Policy {
  readonly minVersion: 'TLSv1' | 'TLSv1.2' | 'TLSv1.3';
  readonly suites: readonly string[];
  readonly ecdhCurve?: string;
}

const policies: Readonly<Record<string, Policy>> = {
  // Triple DES, which AWS lists here too, is in no build of OpenSSL that Node has.
  TLS_1_0: {
    minVersion: 'TLSv1',
    suites: [...tls13, ...ephemeralGcm, ...ephemeralCbc, ...ephemeralSha1, ...plainRsa, ...plainRsaSha1],
  },
  TLS_1_2: { minVersion: 'TLSv1.2', suites: [...tls13, ...ephemeralGcm, ...ephemeralCbc, ...plainRsa] },
  SecurityPolicy_TLS13_1_3_2025_09: { minVersion: 'TLSv1.3', suites: tls13 },
  SecurityPolicy_TLS13_1_3_FIPS_2025_09: { minVersion: 'TLSv1.3', suites: tls13Fips, ecdhCurve: fips },
  SecurityPolicy_TLS13_1_2_2021_06: { minVersion: 'TLSv1.2', suites: [...tls13, ...ephemeralGcm, ...ephemeralCbc] },
  SecurityPolicy_TLS13_1_2_PQ_2025_09: {
    minVersion: 'TLSv1.2',
    suites: [...tls13, ...ephemeralGcm, ...ephemeralCbc, ...plainRsa],
    ecdhCurve: quantumSafe,
  },
  SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09: {
    minVersion: 'TLSv1.2',
    suites: [...tls13, ...ephemeralGcm],
    ecdhCurve: quantumSafe,
  },
  SecurityPolicy_TLS13_1_2_FIPS_PQ_2025_09: {
    minVersion: 'TLSv1.2',
    suites: [...tls13Fips, ...ephemeralGcm, ...ephemeralCbc, ...plainRsa],
    ecdhCurve: quantumSafeFips,
  },
  SecurityPolicy_TLS13_1_2_FIPS_PFS_PQ_2025_09: {
    minVersion: 'TLSv1.2',
    suites: [...tls13Fips, ...ephemeralGcm],
    ecdhCurve: quantumSafeFips,
  },
  SecurityPolicy_TLS13_2025_EDGE: { minVersion: 'TLSv1.3', suites: tls13 },
  SecurityPolicy_TLS12_PFS_2025_EDGE: {
    minVersion: 'TLSv1.2',
    suites: [...tls13, ...ephemeralGcm, ...ephemeralChaCha],
  },
  SecurityPolicy_TLS12_2018_EDGE: {
    minVersion: 'TLSv1.2',
    suites: [...tls13, ...ephemeralGcm, ...ephemeralCbc, ...ephemeralChaCha, ...plainRsa.slice(0, 3)],
  },
};

export const securityPolicyNames: readonly string[] = Object.keys(policies);

/**
 * Undefined for a policy nobody knows: its domain is not served over TLS, rather than with other settings than it asks for. `hasSmallKey` is a certificate of
 * RSA 1024, which ACM takes and today's OpenSSL does not without being told. Both reach no further than this one domain.
 */
export function tlsSettingsOf(policyName: string, hasSmallKey: boolean): TlsSettings | undefined {
  const policy = Object.hasOwn(policies, policyName) ? policies[policyName]! : undefined;
  if (policy === undefined) return undefined;
  const { minVersion, suites, ecdhCurve } = policy;
  // Before TLS 1.2 handshakes are signed with SHA-1, which OpenSSL refuses above its lowest level.
  const level = minVersion === 'TLSv1' ? ['@SECLEVEL=0'] : hasSmallKey ? ['@SECLEVEL=1'] : [];
  return {
    minVersion,
    maxVersion: 'TLSv1.3',
    ciphers: [...suites, ...level].join(':'),
    ...(ecdhCurve !== undefined && { ecdhCurve }),
  };
}
