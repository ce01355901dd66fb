/** What is stored about identity pools. */
import { collection } from '../../ports/store.ts';
import type { CreateIdentityPoolInput, RoleMapping } from '../../wire/generated/cognito-identity.ts';

export type IdentityPoolSettings = Omit<CreateIdentityPoolInput, 'IdentityPoolName' | 'IdentityPoolTags'>;

export interface IdentityPoolRecord {
  readonly account: string;
  readonly region: string;
  /** `us-east-1:` and a UUID. */
  readonly id: string;
  readonly name: string;
  readonly settings: IdentityPoolSettings;
  /** `authenticated` and `unauthenticated` → role ARN. */
  readonly roles: Readonly<Record<string, string>>;
  /** By provider, `cognito-idp.{region}.amazonaws.com/{userPoolId}:{clientId}`. */
  readonly roleMappings: Readonly<Record<string, RoleMapping>>;
  readonly tags: Readonly<Record<string, string>>;
}

export interface IdentityRecord {
  readonly poolId: string;
  /** `us-east-1:` and a UUID. */
  readonly id: string;
  /** Provider → subject in it; nothing for an unauthenticated identity. */
  readonly logins: Readonly<Record<string, string>>;
  readonly createdMs: number;
  readonly modifiedMs: number;
}

/** `[poolId]` */
export const identityPools = collection<IdentityPoolRecord>('identity-pool');
/** `[poolId, identityId]` */
export const identities = collection<IdentityRecord>('identity');
/** `[identityId]`, because callers of the public operations name no pool. */
export const identityPoolOf = collection<{ readonly poolId: string }>('identity-pool-of-identity');
/** `[poolId, provider, subject]` → identity id. */
export const identityLogins = collection<{ readonly id: string }>('identity-login');
/** `['key']`: the key pair that signs tokens of identities, as a JWK. */
export const identityKeys = collection<Readonly<Record<string, unknown>>>('identity-key');
