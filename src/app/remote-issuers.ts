/**
 * Keys of token issuers elsewhere: a real Cognito pool, any OpenID provider. Found by OpenID Connect discovery, kept, and asked for anew when they are old or
 * a token names one that is not among them.
 */
import type { Clock } from '../base/clock.ts';
import { Problem } from '../base/problem.ts';
import type { IssuerCalls } from '../ports/issuer-calls.ts';
import type { Log } from '../ports/telemetry.ts';
import type { TokenIssuers, TokenKey } from '../ports/token-issuers.ts';

export interface RemoteIssuersOptions {
  readonly calls: Pick<IssuerCalls, 'getJson'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Keys are used this long before the issuer is asked again, */
const freshMs = 600_000;
/** and this long when it then does not answer. */
const staleMs = 7_200_000;
/** Tokens that name unknown keys make the issuer be asked once in this time, however many come. */
const betweenFetchesMs = 60_000;
/** After a failure. */
const betweenAttemptsMs = 5_000;

interface Issuer {
  keys: readonly TokenKey[] | undefined;
  fetchedAtMs: number;
  failedAtMs: number;
  failure: Problem | undefined;
  pending: Promise<readonly TokenKey[]> | undefined;
}

/** More issuers than anybody configures. */
const maxIssuers = 1000;

export function createRemoteIssuers(options: RemoteIssuersOptions): TokenIssuers {
  const { calls, clock, log } = options;
  const issuers = new Map<string, Issuer>();

  async function fetchKeys(issuer: string): Promise<readonly TokenKey[]> {
    const { jwks_uri: jwksUri } = await calls.getJson(`${withoutSlash(issuer)}/.well-known/openid-configuration`);
    if (typeof jwksUri !== 'string') throw new Error('the openid-configuration has no jwks_uri');
    const { keys } = await calls.getJson(jwksUri);
    if (!Array.isArray(keys)) throw new Error(`${jwksUri} has no keys`);
    return keys.filter((key): key is TokenKey => typeof (key as TokenKey | null)?.kty === 'string');
  }

  async function refresh(name: string, issuer: Issuer): Promise<readonly TokenKey[]> {
    try {
      issuer.keys = await fetchKeys(name);
      issuer.fetchedAtMs = clock.monotonicMs();
      issuer.failure = undefined;
      return issuer.keys;
    } catch (cause) {
      const why = `Cannot get the keys of ${name}: ${cause instanceof Problem ? cause.why : String(cause)}`;
      issuer.failedAtMs = clock.monotonicMs();
      issuer.failure = new Problem('AUTHORIZER_CONFIGURATION_ERROR', 'Internal server error', { why, cause });
      if (issuer.keys === undefined || issuer.failedAtMs - issuer.fetchedAtMs >= staleMs) throw issuer.failure;
      log.warn(`${why}; those known before go on`);
      return issuer.keys;
    } finally {
      issuer.pending = undefined;
    }
  }

  return {
    keysOf: async function keysOf(name, isStale = false) {
      let issuer = issuers.get(name);
      if (issuer === undefined) {
        if (issuers.size >= maxIssuers) issuers.clear();
        issuer = { keys: undefined, fetchedAtMs: 0, failedAtMs: 0, failure: undefined, pending: undefined };
        issuers.set(name, issuer);
      }
      const nowMs = clock.monotonicMs();
      const { keys, failure } = issuer;
      const age = nowMs - issuer.fetchedAtMs;
      if (keys !== undefined && age < (isStale ? betweenFetchesMs : freshMs)) return keys;
      if (failure !== undefined && nowMs - issuer.failedAtMs < betweenAttemptsMs) {
        if (keys !== undefined && age < staleMs) return keys;
        throw failure;
      }
      issuer.pending ??= refresh(name, issuer);
      return issuer.pending;
    },
  };
}

const withoutSlash = (url: string): string => url.replace(/\/+$/, '');
