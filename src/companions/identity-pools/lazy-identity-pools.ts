/** The identity-pool companion as a process starts with it: it knows its operations, and reads the rest of its code when first needed. */

import type { Operations } from '../../wire/generated/cognito-identity.ts';
import { lazyHandlers, once } from '../lazy-handlers.ts';
import type { IdentityPoolsCompanion, IdentityPoolsOptions } from './identity-pools.ts';

/** The operations that are built, in alphabetical order. */
export const identityPoolOperations = [
  'CreateIdentityPool',
  'DeleteIdentities',
  'DeleteIdentityPool',
  'DescribeIdentity',
  'DescribeIdentityPool',
  'GetCredentialsForIdentity',
  'GetId',
  'GetIdentityPoolRoles',
  'GetOpenIdToken',
  'GetOpenIdTokenForDeveloperIdentity',
  'ListIdentities',
  'ListIdentityPools',
  'ListTagsForResource',
  'LookupDeveloperIdentity',
  'MergeDeveloperIdentities',
  'SetIdentityPoolRoles',
  'TagResource',
  'UnlinkDeveloperIdentity',
  'UnlinkIdentity',
  'UntagResource',
  'UpdateIdentityPool',
] as const satisfies readonly (keyof Operations)[];

/** Opens the companion. */
export function createLazyIdentityPools(options: IdentityPoolsOptions): IdentityPoolsCompanion {
  const whole = once(async () => (await import('./identity-pools.ts')).createIdentityPools(options));
  return {
    handlers: (tokenIssuers, sessions) => {
      const handlers = once(async () => (await whole.get()).handlers(tokenIssuers, sessions));
      return lazyHandlers<Operations>(identityPoolOperations, handlers.get);
    },
    keysOfIssuer: async (issuer) => (await whole.get()).keysOfIssuer(issuer),
    reset: () => void whole.made()?.then((companion) => companion.reset()),
  };
}
