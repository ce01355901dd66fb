/** For tests and benchmarks: issuers whose keys are made here, and tokens they sign. */
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { Problem } from '../../base/problem.ts';
import type { TokenIssuers, TokenKey } from '../../ports/token-issuers.ts';

export interface TestIssuer {
  readonly issuer: string;
  readonly keys: TokenKey[];
  /** A token of these claims; `iss` is there unless told otherwise. Signed with the issuer's one key. */
  sign(claims: Record<string, unknown>, header?: Record<string, unknown>): Promise<string>;
}

export async function testIssuer(issuer: string, kid = 'key-1'): Promise<TestIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true });
  const jwk = await exportJWK(publicKey);
  return {
    issuer,
    keys: [{ ...(jwk as TokenKey), kid, alg: 'RS256', use: 'sig' }],
    sign: (claims, header = {}) =>
      new SignJWT({ iss: issuer, ...claims })
        .setProtectedHeader({ alg: 'RS256', kid, ...header })
        .sign(privateKey, { crit: { 'x-own': true } }),
  };
}

export interface AskedIssuers extends TokenIssuers {
  /** Issuers whose keys were asked for, a `!` behind those asked for anew. */
  readonly asked: string[];
}

/** Knows these issuers and no others. */
export function issuersOf(...known: readonly TestIssuer[]): AskedIssuers {
  const asked: string[] = [];
  return {
    asked,
    keysOf: async (issuer, isStale = false) => {
      asked.push(issuer + (isStale ? '!' : ''));
      const found = known.find((each) => each.issuer === issuer);
      if (found === undefined)
        throw new Problem('AUTHORIZER_CONFIGURATION_ERROR', '', { why: `no such issuer: ${issuer}` });
      return found.keys;
    },
  };
}
