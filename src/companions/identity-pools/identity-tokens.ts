/** Tokens of identities, `https://cognito-identity.amazonaws.com`, which AssumeRoleWithWebIdentity takes: one key pair for all pools, made at first use. */
import { createPrivateKey, generateKeyPair, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import type { Store } from '../../ports/store.ts';
import type { TokenKey } from '../../ports/token-issuers.ts';
import { type SigningKey, signedJwt } from '../jwt.ts';
import { identityKeys } from './records.ts';

/** What trust policies call the provider of identities, and callers the login of a developer's own. */
export const identityProvider = 'cognito-identity.amazonaws.com';
export const identityIssuer = `https://${identityProvider}`;

export interface IdentityTokens {
  /** A token that says which identity of which pool this is, and how it signed in (`amr`). */
  issue(
    claims: { identityId: string; poolId: string; amr: readonly string[]; lifetimeSeconds: number },
    nowMs: number,
  ): Promise<string>;
  published(): Promise<readonly TokenKey[]>;
  forget(): void;
}

const makePair = promisify(generateKeyPair);

interface Pair {
  readonly key: SigningKey;
  readonly published: TokenKey;
}

/** Tokens over a store. */
export function createIdentityTokens(store: Store): IdentityTokens {
  let loading: Promise<Pair> | undefined;

  async function load(): Promise<Pair> {
    const kept = await store.read((tx) => tx.get(identityKeys, ['key']));
    if (kept !== undefined) return pairOf(kept);
    const { privateKey } = await makePair('rsa', { modulusLength: 2048 });
    const made = { ...privateKey.export({ format: 'jwk' }), kid: randomBytes(16).toString('hex') };
    const winner = await store.write(async (tx) => {
      const other = await tx.get(identityKeys, ['key']);
      if (other === undefined) tx.put(identityKeys, ['key'], made);
      return other ?? made;
    });
    return pairOf(winner);
  }

  function pair(): Promise<Pair> {
    loading ??= load().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  }

  return {
    async issue({ identityId, poolId, amr, lifetimeSeconds }, nowMs) {
      const { key } = await pair();
      const iat = Math.floor(nowMs / 1000);
      return signedJwt(
        { sub: identityId, aud: poolId, amr, iss: identityIssuer, exp: iat + lifetimeSeconds, iat },
        key,
      );
    },
    published: async () => [(await pair()).published],
    forget() {
      loading = undefined;
    },
  };
}

function pairOf(jwk: Readonly<Record<string, unknown>>): Pair {
  const { kid, kty, n, e } = jwk as { kid: string; kty: string; n: string; e: string };
  const privateKey = createPrivateKey({ key: { ...jwk }, format: 'jwk' });
  return { key: { kid, privateKey }, published: { kid, kty, n, e, alg: 'RS256', use: 'sig' } };
}
