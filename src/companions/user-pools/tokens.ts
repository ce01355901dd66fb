/** ID and access tokens exactly as Cognito shapes them, and the reading of access tokens that come back. */
import { randomUUID } from 'node:crypto';
import type { Store } from '../../ports/store.ts';
import { type Claims, signedJwt, unverifiedClaims, verifiedClaims } from '../jwt.ts';
import { findUser } from './directory.ts';
import { notAuthorized, userNotFound } from './pool-errors.ts';
import type { KeyRing, PoolKeys } from './pool-keys.ts';
import {
  type ClientRecord,
  clients,
  type GroupRecord,
  type PoolRecord,
  pools,
  type SessionRecord,
  sessions,
  type UserRecord,
} from './records.ts';
import { scopedAttributes } from './scopes.ts';
import type { TokenChanges } from './token-changes.ts';

/** Scope of tokens that come from the user pools API rather than OAuth: may call GetUser and its kin. */
export const adminScope = 'aws.cognito.signin.user.admin';

export interface TokenSubject {
  readonly pool: PoolRecord;
  readonly client: ClientRecord;
  readonly user: UserRecord;
  /** Of the user, highest precedence (lowest number) first. */
  readonly groups: readonly GroupRecord[];
  readonly session: SessionRecord;
  readonly originJti: string;
  /** `nonce` of the authorization request. */
  readonly nonce?: string;
  /** What a pre token generation function asked for. */
  readonly changes?: TokenChanges;
}

export interface TokenPair {
  readonly idToken: string;
  readonly accessToken: string;
  /** Seconds the access token is good for. */
  readonly expiresInSeconds: number;
}

const unitSeconds = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 } as const;

/** Seconds a kind of token lasts; 1 hour, or 30 days for refresh tokens, unless the client says otherwise. */
export function validitySeconds(client: ClientRecord, kind: 'AccessToken' | 'IdToken' | 'RefreshToken'): number {
  const { settings } = client;
  const given =
    kind === 'AccessToken'
      ? settings.AccessTokenValidity
      : kind === 'IdToken'
        ? settings.IdTokenValidity
        : settings.RefreshTokenValidity;
  const unit = settings.TokenValidityUnits?.[kind] ?? (kind === 'RefreshToken' ? 'days' : 'hours');
  // A validity of 0 stands for the default, as in the API.
  if (given === undefined || given === 0) return kind === 'RefreshToken' ? 30 * unitSeconds.days : unitSeconds.hours;
  return given * unitSeconds[unit];
}

/** Both tokens of a sign-in or a refresh. */
export function issueTokens(subject: TokenSubject, keys: PoolKeys, issuer: string, nowMs: number): TokenPair {
  const { client, session } = subject;
  const iat = Math.floor(nowMs / 1000);
  const expiresInSeconds = validitySeconds(client, 'AccessToken');
  const times = { auth_time: Math.floor(session.authTimeMs / 1000), iat };
  const access = accessClaims(subject, issuer, { ...times, exp: iat + expiresInSeconds });
  const accessToken = signedJwt(access, keys.access);
  const id = idClaims(subject, issuer, { ...times, exp: iat + validitySeconds(client, 'IdToken') });
  return { accessToken, idToken: signedJwt(id, keys.id), expiresInSeconds };
}

interface Times {
  readonly auth_time: number;
  readonly iat: number;
  readonly exp: number;
}

const isRevocable = (client: ClientRecord): boolean => client.settings.EnableTokenRevocation !== false;

function idClaims(subject: TokenSubject, issuer: string, times: Times): Claims {
  const { pool, client, user, session, originJti, nonce, changes } = subject;
  const revocable = isRevocable(client);
  const readable = scopedAttributes(client, user.attributes, session.scope);
  const { email_verified, phone_number_verified, ...others } = Object.fromEntries(
    Object.entries(readable).map(([name, value]) => [name, claimValue(pool, name, value)]),
  );
  const claims: Record<string, unknown> = {
    sub: user.sub,
    ...groupClaims(subject),
    ...(email_verified !== undefined && { email_verified }),
    iss: issuer,
    ...(phone_number_verified !== undefined && { phone_number_verified }),
    'cognito:username': user.username,
    ...(revocable && { origin_jti: originJti }),
    aud: client.id,
    event_id: session.eventId,
    ...(nonce !== undefined && { nonce }),
    token_use: 'id',
    auth_time: times.auth_time,
    exp: times.exp,
    iat: times.iat,
    ...(revocable && { jti: randomUUID() }),
    ...others,
  };
  return changed(claims, changes?.id);
}

function accessClaims(subject: TokenSubject, issuer: string, times: Times): Claims {
  const { client, user, session, originJti, changes } = subject;
  const scopes = session.scope.split(' ').filter((scope) => changes?.scopesToSuppress?.includes(scope) !== true);
  const scope = [...new Set([...scopes, ...(changes?.scopesToAdd ?? [])])].join(' ');
  const groups = groupClaims(subject)['cognito:groups'];
  const claims: Record<string, unknown> = {
    sub: user.sub,
    ...(groups !== undefined && { 'cognito:groups': groups }),
    iss: issuer,
    ...(session.scope !== adminScope && { version: 2 }),
    client_id: client.id,
    ...(isRevocable(client) && { origin_jti: originJti }),
    event_id: session.eventId,
    token_use: 'access',
    scope,
    auth_time: times.auth_time,
    exp: times.exp,
    iat: times.iat,
    jti: randomUUID(),
    username: user.username,
  };
  return changed(claims, changes?.access);
}

function changed(
  claims: Readonly<Record<string, unknown>>,
  changes: { readonly add: Readonly<Record<string, unknown>>; readonly suppress: readonly string[] } | undefined,
): Claims {
  if (changes === undefined) return claims;
  const kept = Object.entries(claims).filter(([name]) => !changes.suppress.includes(name));
  return { ...Object.fromEntries(kept), ...changes.add };
}

/** The token of an application that signs in as itself (client_credentials). */
export function clientToken(
  parts: { readonly client: ClientRecord; readonly scope: string; readonly issuer: string },
  keys: PoolKeys,
  nowMs: number,
): { accessToken: string; expiresInSeconds: number } {
  const { client, scope, issuer } = parts;
  const iat = Math.floor(nowMs / 1000);
  const expiresInSeconds = validitySeconds(client, 'AccessToken');
  const claims = {
    sub: client.id,
    token_use: 'access',
    scope,
    auth_time: iat,
    iss: issuer,
    exp: iat + expiresInSeconds,
    iat,
    version: 2,
    jti: randomUUID(),
    client_id: client.id,
  };
  return { accessToken: signedJwt(claims, keys.access), expiresInSeconds };
}

/** Groups, their roles and the preferred role: that of the group with the highest precedence, when only one group has it. */
function groupClaims({ groups, changes }: TokenSubject): Record<string, unknown> {
  const names = changes?.groups ?? groups.map(({ name }) => name);
  const roles = changes?.roles ?? [
    ...new Set(groups.flatMap(({ roleArn }) => (roleArn === undefined ? [] : [roleArn]))),
  ];
  const preferred = changes?.preferredRole ?? preferredRole(groups);
  return {
    ...(names.length > 0 && { 'cognito:groups': names }),
    ...(preferred !== undefined && { 'cognito:preferred_role': preferred }),
    ...(roles.length > 0 && { 'cognito:roles': roles }),
  };
}

/** The role of the group with the lowest precedence value; undefined when groups that share it name different roles. */
export function preferredRole(groups: readonly GroupRecord[]): string | undefined {
  const ranked = groups.filter(({ roleArn }) => roleArn !== undefined);
  if (ranked.length === 0) return undefined;
  const rank = ({ precedence }: GroupRecord): number => precedence ?? Number.POSITIVE_INFINITY;
  const best = Math.min(...ranked.map(rank));
  const roles = new Set(ranked.filter((group) => rank(group) === best).map(({ roleArn }) => roleArn));
  return roles.size === 1 ? [...roles][0] : undefined;
}

function claimValue(pool: PoolRecord, name: string, value: string): unknown {
  if (name === 'address') return { formatted: value };
  if (name.startsWith('custom:')) return value;
  if (name === 'identities') return identitiesClaim(value);
  const type = pool.schema.find((attribute) => attribute.Name === name)?.AttributeDataType;
  if (type === 'Boolean') return value.toLowerCase() === 'true';
  return type === 'Number' ? Number(value) : value;
}

/** Identities elsewhere; in tokens all their members are texts. */
function identitiesClaim(value: string): unknown {
  return (JSON.parse(value) as Record<string, unknown>[]).map((identity) =>
    Object.fromEntries(Object.entries(identity).map(([name, each]) => [name, each === null ? null : String(each)])),
  );
}

/** Who an access token speaks for. */
export interface Bearer {
  readonly pool: PoolRecord;
  readonly client: ClientRecord;
  readonly user: UserRecord;
  readonly claims: Claims;
}

export interface TokenReader {
  /** The bearer of an access token of this kind; throws NotAuthorizedException as Cognito words it. `scope` is one it must have. */
  bearerOf(accessToken: string, scope?: string): Promise<Bearer>;
}

/** Reads access tokens of all pools. */
export function createTokenReader(parts: {
  readonly store: Store;
  readonly keys: KeyRing;
  readonly now: () => number;
}): TokenReader {
  const { store, keys, now } = parts;
  return {
    async bearerOf(accessToken, scope = adminScope) {
      const poolId = /\/([^/]+)$/.exec(String(unverifiedClaims(accessToken)?.['iss'] ?? ''))?.[1];
      const pair = poolId === undefined ? undefined : await keys.keysOf(poolId);
      if (poolId === undefined || pair === undefined) throw notAuthorized('Invalid Access Token');
      const claims = verifiedClaims(accessToken, [pair.access, pair.id]);
      if (claims === undefined) throw notAuthorized('Could not verify signature for Access Token');
      if (claims['token_use'] !== 'access') throw notAuthorized('Invalid Access Token');
      if (Number(claims['exp']) * 1000 <= now()) throw notAuthorized('Access Token has expired');
      const scopes = String(claims['scope'] ?? '').split(' ');
      if (!scopes.includes(scope)) throw notAuthorized('Access Token does not have required scopes');
      return store.read(async (tx) => {
        const pool = await tx.get(pools, [poolId]);
        const client = await tx.get(clients, [poolId, String(claims['client_id'])]);
        const user = pool === undefined ? undefined : await findUser(tx, pool, String(claims['sub']));
        if (pool === undefined || client === undefined) throw notAuthorized('Invalid Access Token');
        if (user === undefined) throw userNotFound();
        const originJti = claims['origin_jti'];
        if (typeof originJti === 'string') {
          const session = await tx.get(sessions, [poolId, user.sub, originJti]);
          if (session === undefined || session.revoked === true || session.generation !== user.generation) {
            throw notAuthorized('Access Token has been revoked');
          }
        } else if (Number(claims['iat']) * 1000 < (user.signedOutMs ?? 0)) {
          throw notAuthorized('Access Token has been revoked');
        }
        if (!user.enabled) throw notAuthorized('User is disabled.');
        return { pool, client, user, claims };
      });
    },
  };
}
