/**
 * Tokens whose signature was checked, remembered by their text: a client sends the same one with every request, and RSA is the most expensive thing on the
 * line (bench/authorizers.ts). What a token claims (its time, its audience) is for those who ask; here it is only whether its issuer signed it.
 */
import type { CryptoKey, JWK } from 'jose';
import { BoundedMap } from '../../base/bounded-map.ts';
import type { TokenIssuers, TokenKey } from '../../ports/token-issuers.ts';
import { decodeToken, TokenFault } from './decoded-token.ts';

export interface VerifiedToken {
  readonly claims: Readonly<Record<string, unknown>>;
  /** Epoch milliseconds; a token without `exp` is over at once. */
  readonly expiresAtMs: number;
  /** Claims as the integration is shown them, by the way they are shown; filled in by whoever shows them. */
  readonly shown: Map<string, Readonly<Record<string, string>>>;
}

/** The tokens of one issuer. */
export interface IssuerTokens {
  /** What was verified before and not too long ago. */
  known(token: string, nowMs: number): VerifiedToken | undefined;
  /** Checks the signature. Rejects with a Problem when the issuer's keys cannot be had. */
  verify(token: string, nowMs: number): Promise<VerifiedToken | TokenFault>;
  /** Every token has its signature checked again. */
  forget(): void;
}

/** Loaded with the first token: who has no such authorizer is spared its memory. */
const jose = () => import('jose');

/** AWS: "Currently, only RSA-based algorithms are supported". So a key is never taken for a shared secret, and `none` is no signature. */
const algorithms: ReadonlySet<string> = new Set(['RS256', 'RS384', 'RS512']);

const maxTokensPerIssuer = 4096;
/** Then the signature is checked again, so that keys an issuer has withdrawn do not go on for a token's whole life. */
const keptMs = 300_000;

export class VerifiedTokens {
  readonly #issuers: TokenIssuers;
  readonly #byIssuer = new BoundedMap<IssuerTokens>(1000);

  constructor(issuers: TokenIssuers) {
    this.#issuers = issuers;
  }

  /** What was believed so far: plans that are compiled already ask again. */
  forget(): void {
    for (const tokens of this.#byIssuer.values()) tokens.forget();
  }

  /** `issuer` as configured; see TokenIssuers. */
  of(issuer: string): IssuerTokens {
    let tokens = this.#byIssuer.get(issuer);
    if (tokens === undefined) {
      tokens = tokensOf(issuer, this.#issuers);
      this.#byIssuer.set(issuer, tokens);
    }
    return tokens;
  }
}

function tokensOf(issuer: string, issuers: TokenIssuers): IssuerTokens {
  const kept = new BoundedMap<{ readonly token: VerifiedToken; readonly keptAtMs: number }>(maxTokensPerIssuer);
  const importedKeys = new WeakMap<TokenKey, Map<string, Promise<CryptoKey>>>();

  /** Keys are told apart by the object that holds them: an issuer that publishes anew is imported anew. */
  function importedKey(key: TokenKey, algorithm: string): Promise<CryptoKey> {
    const byAlgorithm = importedKeys.get(key) ?? new Map<string, Promise<CryptoKey>>();
    importedKeys.set(key, byAlgorithm);
    let imported = byAlgorithm.get(algorithm);
    if (imported === undefined) {
      const { kty, n, e } = key as unknown as JWK;
      imported = jose().then(({ importJWK }) => importJWK({ kty, n, e } as JWK, algorithm)) as Promise<CryptoKey>;
      byAlgorithm.set(algorithm, imported);
    }
    return imported;
  }

  async function keyFor(keyId: string, algorithm: string): Promise<TokenKey | undefined> {
    const known = keyIn(await issuers.keysOf(issuer), keyId, algorithm);
    return known ?? keyIn(await issuers.keysOf(issuer, true), keyId, algorithm);
  }

  return {
    forget: () => kept.clear(),
    known(token, nowMs) {
      const entry = kept.get(token);
      return entry !== undefined && nowMs - entry.keptAtMs < keptMs ? entry.token : undefined;
    },
    async verify(token, nowMs) {
      const decoded = decodeToken(token);
      if (decoded instanceof TokenFault) return decoded;
      const { algorithm, keyId, claims } = decoded;
      if (!algorithms.has(algorithm)) return new TokenFault(`signing method ${algorithm} is invalid`);
      if (keyId === undefined) return new TokenFault('kid is missing', 'the header of the token names no key');
      const key = await keyFor(keyId, algorithm);
      if (key === undefined) return new TokenFault('unable to find the key', `${issuer} has no key ${keyId}`);
      try {
        const { compactVerify } = await jose();
        await compactVerify(token, await importedKey(key, algorithm), { algorithms: [algorithm] });
      } catch (error) {
        return new TokenFault('crypto/rsa: verification error', `key ${keyId} of ${issuer}: ${String(error)}`);
      }
      const expiry = claims['exp'];
      const verified: VerifiedToken = {
        claims,
        expiresAtMs: typeof expiry === 'number' ? expiry * 1000 : Number.NEGATIVE_INFINITY,
        shown: new Map(),
      };
      kept.set(token, { token: verified, keptAtMs: nowMs });
      return verified;
    },
  };
}

function keyIn(keys: readonly TokenKey[], keyId: string, algorithm: string): TokenKey | undefined {
  return keys.find(
    ({ kid, kty, alg, use }) =>
      kid === keyId &&
      kty === 'RSA' &&
      (alg === undefined || alg === algorithm) &&
      (use === undefined || use === 'sig'),
  );
}
