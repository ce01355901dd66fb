/** What is stored about user pools: pools, clients, users, groups, and the sessions their refresh tokens stand for. */
import { collection } from '../../ports/store.ts';
import type {
  CreateIdentityProviderRequest,
  CreateUserPoolClientRequest,
  CreateUserPoolRequest,
  EmailMfaConfigType,
  ResourceServerScopeType,
  SchemaAttributeType,
  UserStatusType,
} from '../../wire/generated/cognito-idp.ts';

/** Settings of a pool that are kept as they were sent, with AWS's defaults filled in. */
export type PoolSettings = Omit<CreateUserPoolRequest, 'PoolName' | 'Schema' | 'UserPoolTags'>;

export interface PoolRecord {
  readonly account: string;
  readonly region: string;
  /** `us-east-1_AbCdEfGhI` */
  readonly id: string;
  readonly name: string;
  readonly createdMs: number;
  readonly modifiedMs: number;
  readonly settings: PoolSettings;
  /** Standard attributes first, then `custom:` and `dev:` ones. */
  readonly schema: readonly SchemaAttributeType[];
  /** What SetUserPoolMfaConfig allowed; the mode is among the settings. */
  readonly mfa?: { readonly softwareToken: boolean; readonly sms: boolean; readonly email?: EmailMfaConfigType };
  readonly tags: Readonly<Record<string, string>>;
}

export type ClientSettings = Omit<
  CreateUserPoolClientRequest,
  'UserPoolId' | 'ClientName' | 'GenerateSecret' | 'ClientSecret'
>;

export interface ClientRecord {
  readonly poolId: string;
  readonly id: string;
  readonly name: string;
  readonly secret: string | undefined;
  readonly createdMs: number;
  readonly modifiedMs: number;
  readonly settings: ClientSettings;
}

/** What stands for a password: an SRP-6a verifier for USER_SRP_AUTH and a slow hash for flows that send the password itself. All hexadecimal. */
export interface PasswordRecord {
  readonly srpSalt: string;
  readonly srpVerifier: string;
  readonly hashSalt: string;
  readonly hash: string;
}

/** A code that was sent and has not been used. */
export interface CodeRecord {
  readonly code: string;
  readonly expiresMs: number;
  /** Wrong codes given instead of it so far. */
  readonly failures: number;
  /** The value that becomes the attribute's once this code is given; undefined verifies the value that is there. */
  readonly newValue?: string;
}

export interface UserMfa {
  /** Base32, verified. */
  readonly totpSecret?: string;
  /** Handed out by AssociateSoftwareToken, not verified yet. */
  readonly pendingTotpSecret?: string;
  /** Time step of the last accepted TOTP code: a code is good once. */
  readonly lastTotpStep?: number;
  /** `SOFTWARE_TOKEN_MFA`, `SMS_MFA`, `EMAIL_OTP`: what the user may use. */
  readonly enabled: readonly string[];
  readonly preferred?: string;
}

export interface UserRecord {
  readonly poolId: string;
  /** As shown, case kept. */
  readonly username: string;
  readonly sub: string;
  /** All but `sub`, in the order they were set. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly enabled: boolean;
  readonly status: UserStatusType;
  readonly createdMs: number;
  readonly modifiedMs: number;
  readonly password?: PasswordRecord;
  /** When a temporary password ends. */
  readonly temporaryUntilMs?: number;
  /** Hashes of passwords before, newest first, when the policy looks back. */
  readonly formerPasswords?: readonly PasswordRecord[];
  /** By purpose: `sign-up`, `password`, or the name of an attribute. */
  readonly codes: Readonly<Record<string, CodeRecord>>;
  /** Goes up with each global sign-out; sessions of an older generation are over. */
  readonly generation: number;
  /** When that was last; for access tokens that name no session. */
  readonly signedOutMs?: number;
  readonly failedPasswords?: { readonly count: number; readonly lastMs: number };
  readonly mfa: UserMfa;
}

export interface GroupRecord {
  readonly poolId: string;
  readonly name: string;
  readonly description?: string;
  readonly precedence?: number;
  readonly roleArn?: string;
  readonly createdMs: number;
  readonly modifiedMs: number;
}

export interface ResourceServerRecord {
  readonly poolId: string;
  readonly identifier: string;
  readonly name: string;
  readonly scopes: readonly ResourceServerScopeType[];
}

export interface DomainRecord {
  readonly domain: string;
  readonly poolId: string;
  readonly account: string;
  readonly region: string;
  readonly certificateArn?: string;
  readonly managedLoginVersion?: number;
}

export interface IdentityProviderRecord extends CreateIdentityProviderRequest {
  readonly createdMs: number;
  readonly modifiedMs: number;
}

/** A sign-in that lasts: what a refresh token stands for. */
export interface SessionRecord {
  readonly clientId: string;
  readonly username: string;
  /** SHA-256 of the secret half of the refresh token, hexadecimal. */
  readonly secretHash: string;
  /** The one before, still good until then after a rotation. */
  readonly former?: { readonly secretHash: string; readonly untilMs: number };
  readonly authTimeMs: number;
  readonly expiresMs: number;
  /** The user's generation when it began. */
  readonly generation: number;
  readonly eventId: string;
  /** Space-separated. */
  readonly scope: string;
  readonly revoked?: boolean;
}

/** Key pairs of a pool as JWKs: `id` signs ID tokens, `access` access tokens; `sealing` (base64) seals what clients carry between two calls. */
export interface PoolKeysRecord {
  readonly id: PrivateJwk;
  readonly access: PrivateJwk;
  readonly sealing: string;
}

export interface PrivateJwk {
  readonly kid: string;
  readonly kty: 'RSA';
  readonly n: string;
  readonly e: string;
  readonly [member: string]: unknown;
}

/** `[poolId]` */
export const pools = collection<PoolRecord>('user-pool');
/** `[poolId, clientId]` */
export const clients = collection<ClientRecord>('user-pool-client');
/** `[clientId]`: the pool of a client, because callers of the public operations name only the client. */
export const clientPools = collection<{ readonly poolId: string }>('user-pool-of-client');
/** `[poolId, username]`, the username folded to lower case where the pool does not regard case. */
export const users = collection<UserRecord>('user-pool-user');
/** `[poolId, kind, value]` → key of the user; kinds are `sub` and the attributes by which the pool's users may be named. */
export const userAliases = collection<{ readonly key: string }>('user-pool-alias');
/** `[poolId, groupName]` */
export const groups = collection<GroupRecord>('user-pool-group');
/** `[poolId, groupName, userKey]` */
export const groupMembers = collection<{ readonly sinceMs: number }>('user-pool-group-member');
/** `[poolId, userKey, groupName]` */
export const userGroups = collection<{ readonly sinceMs: number }>('user-pool-user-group');
/** `[poolId, identifier]` */
export const resourceServers = collection<ResourceServerRecord>('user-pool-resource-server');
/** `[domain]` */
export const domains = collection<DomainRecord>('user-pool-domain');
/** `[poolId, providerName]` */
export const identityProviders = collection<IdentityProviderRecord>('user-pool-identity-provider');
/** `[poolId, providerName, attribute, value]`: whose account a sign-in through a provider belongs to, by AdminLinkProviderForUser; `attribute` is `Cognito_Subject` or a claim. */
export const identityLinks = collection<{ readonly key: string }>('user-pool-identity-link');
/** `[poolId, sub, originJti]` */
export const sessions = collection<SessionRecord>('user-pool-session');
/** `[poolId]` */
export const poolKeys = collection<PoolKeysRecord>('user-pool-keys');
