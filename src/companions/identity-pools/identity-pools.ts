/** The identity-pool companion, put together: identities for logins of user pools, and credentials in a role for identities. */
import type { Clock } from '../../base/clock.ts';
import type { Store } from '../../ports/store.ts';
import type { TokenIssuers, TokenKey } from '../../ports/token-issuers.ts';
import type { Handlers } from '../../wire/call.ts';
import type { Operations } from '../../wire/generated/cognito-identity.ts';
import { developerIdentityHandlers } from './handlers/developer-identities.ts';
import { identityHandlers, type RoleSessions } from './handlers/identities.ts';
import { poolHandlers } from './handlers/pools.ts';
import { createIdentityTokens, identityIssuer } from './identity-tokens.ts';

export interface IdentityPoolsOptions {
  readonly store: Store;
  readonly clock: Clock;
}

export interface IdentityPoolsCompanion {
  /** `tokenIssuers` verify logins, `sessions` make the credentials. */
  handlers(tokenIssuers: TokenIssuers, sessions: RoleSessions): Handlers<Operations>;
  /** The keys of tokens of identities; undefined for other issuers. */
  keysOfIssuer(issuer: string): Promise<readonly TokenKey[] | undefined>;
  /** Forgets everything, because the store was emptied. */
  reset(): void;
}

/** Opens the companion over a store. */
export function createIdentityPools({ store, clock }: IdentityPoolsOptions): IdentityPoolsCompanion {
  const tokens = createIdentityTokens(store);
  return {
    handlers: (tokenIssuers, sessions) => ({
      ...poolHandlers({ store, clock }),
      ...developerIdentityHandlers({ store, clock }),
      ...identityHandlers({ store, clock, tokenIssuers, tokens, sessions }),
    }),
    keysOfIssuer: async (issuer) => (issuer === identityIssuer ? tokens.published() : undefined),
    reset: () => tokens.forget(),
  };
}
