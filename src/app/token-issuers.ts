/** Whose tokens authorizers believe: the user pools of this process first, whatever else is configured behind them. */
import { Problem } from '../base/problem.ts';
import type { UserPoolsCompanion } from '../companions/user-pools/user-pools.ts';
import type { TokenIssuers } from '../ports/token-issuers.ts';

/** Our own pools, then `elsewhere`; without it an issuer that is not ours cannot be reached. */
export function createTokenIssuers(
  userPools: Pick<UserPoolsCompanion, 'keysOfIssuer'>,
  elsewhere?: TokenIssuers,
): TokenIssuers {
  return {
    async keysOf(issuer, isStale) {
      const own = await userPools.keysOfIssuer(issuer);
      if (own !== undefined) return own;
      if (elsewhere !== undefined) return elsewhere.keysOf(issuer, isStale);
      throw new Problem('AUTHORIZER_CONFIGURATION_ERROR', 'Internal server error', {
        why: `no user pool here issues tokens as ${issuer}`,
      });
    },
  };
}
