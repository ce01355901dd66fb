/** Whose tokens authorizers believe: the pools of this process first, whatever else is configured behind them. */
import { Problem } from '../base/problem.ts';
import type { TokenIssuers, TokenKey } from '../ports/token-issuers.ts';

/** A part of this process that issues tokens itself. */
export interface OwnIssuer {
  /** Undefined when the issuer is another. */
  keysOfIssuer(issuer: string): Promise<readonly TokenKey[] | undefined>;
}

/** Several parts as one: the first that knows the issuer answers. */
export function firstOf(...parts: readonly OwnIssuer[]): OwnIssuer {
  return {
    async keysOfIssuer(issuer) {
      for (const part of parts) {
        const keys = await part.keysOfIssuer(issuer);
        if (keys !== undefined) return keys;
      }
      return undefined;
    },
  };
}

/** Our own issuers, then `elsewhere`; without it an issuer that is not ours cannot be reached. */
export function createTokenIssuers(own: OwnIssuer, elsewhere?: TokenIssuers): TokenIssuers {
  return {
    async keysOf(issuer, isStale) {
      const keys = await own.keysOfIssuer(issuer);
      if (keys !== undefined) return keys;
      if (elsewhere !== undefined) return elsewhere.keysOf(issuer, isStale);
      throw new Problem('AUTHORIZER_CONFIGURATION_ERROR', 'Internal server error', {
        why: `no user pool here issues tokens as ${issuer}`,
      });
    },
  };
}
