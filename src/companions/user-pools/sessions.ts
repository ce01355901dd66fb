/** Sign-ins that last: begins them, finds them again by their refresh token, and issues the tokens of both. */
import { createHash, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import type { ReadTransaction, WriteTransaction } from '../../ports/store.ts';
import type { AuthenticationResultType } from '../../wire/generated/cognito-idp.ts';
import { groupsOf } from './groups-of-user.ts';
import type { PoolParts } from './parts.ts';
import { notAuthorized, poolNotFound } from './pool-errors.ts';
import { changesByFunction } from './pre-token-generation.ts';
import { type ClientRecord, type PoolRecord, type SessionRecord, sessions, type UserRecord } from './records.ts';
import { adminScope, issueTokens, validitySeconds } from './tokens.ts';

export interface SignedIn {
  readonly pool: PoolRecord;
  readonly client: ClientRecord;
  readonly user: UserRecord;
  /** Trigger source of the pre token generation function. */
  readonly source: string;
  readonly metadata?: Readonly<Record<string, string>>;
  /** Space-separated; that of API sign-ins unless given. */
  readonly scope?: string;
  readonly nonce?: string;
  /** When the user gave proof, for sign-ins with a browser's session. */
  readonly authTimeMs?: number;
}

/** Begins a session and issues all three tokens. The user has proven who they are. */
export async function beginSession(parts: PoolParts, signedIn: SignedIn): Promise<AuthenticationResultType> {
  const { store, clock } = parts;
  const { pool, client, user } = signedIn;
  const originJti = randomUUID();
  const secret = randomBytes(48).toString('base64url');
  const nowMs = clock.now();
  const session: SessionRecord = {
    clientId: client.id,
    username: user.username,
    secretHash: hashOf(secret),
    authTimeMs: signedIn.authTimeMs ?? nowMs,
    expiresMs: nowMs + validitySeconds(client, 'RefreshToken') * 1000,
    generation: user.generation,
    eventId: randomUUID(),
    scope: signedIn.scope ?? adminScope,
  };
  const tokens = await tokensOf(parts, signedIn, session, originJti);
  await store.write(async (tx) => {
    await forgetExpired(tx, pool.id, user.sub, nowMs);
    tx.put(sessions, [pool.id, user.sub, originJti], session);
  });
  return { ...tokens, RefreshToken: refreshToken(user.sub, originJti, secret) };
}

/** ID and access tokens of a session, after the pool's pre token generation function had its say. */
export async function tokensOf(
  parts: PoolParts,
  signedIn: SignedIn,
  session: SessionRecord,
  originJti: string,
): Promise<AuthenticationResultType> {
  const { pool, client, user, nonce } = signedIn;
  const keys = await parts.keys.keysOf(pool.id);
  if (keys === undefined) throw poolNotFound(pool.id);
  const groups = await parts.store.read((tx) => groupsOf(tx, pool, user));
  const changes = await changesByFunction(parts.triggers, { ...signedIn, groups, scope: session.scope });
  const subject = {
    pool,
    client,
    user,
    groups,
    session,
    originJti,
    ...(nonce !== undefined && { nonce }),
    ...(changes !== undefined && { changes }),
  };
  const { accessToken, idToken, expiresInSeconds } = issueTokens(
    subject,
    keys,
    parts.issuerOf(pool),
    parts.clock.now(),
  );
  return { AccessToken: accessToken, ExpiresIn: expiresInSeconds, IdToken: idToken, TokenType: 'Bearer' };
}

async function forgetExpired(tx: WriteTransaction, poolId: string, sub: string, nowMs: number): Promise<void> {
  for (const { key, value } of await tx.list(sessions, [poolId, sub])) {
    if (value.expiresMs <= nowMs) tx.delete(sessions, key);
  }
}

const hashOf = (secret: string): string => createHash('sha256').update(secret).digest('hex');

const refreshToken = (sub: string, originJti: string, secret: string): string =>
  Buffer.from(`${sub}.${originJti}.${secret}`).toString('base64url');

export interface FoundSession {
  readonly session: SessionRecord;
  readonly sub: string;
  readonly originJti: string;
}

/** The session a refresh token of a pool stands for, whatever has become of it; undefined when the token is none. */
export async function sessionOf(
  tx: ReadTransaction,
  poolId: string,
  token: string,
  nowMs: number,
): Promise<FoundSession | undefined> {
  if (token.length > 2048) return undefined;
  const [sub, originJti, secret] = Buffer.from(token, 'base64url').toString('latin1').split('.');
  if (!sub || !originJti || !secret) return undefined;
  const session = await tx.get(sessions, [poolId, sub, originJti]);
  if (session === undefined) return undefined;
  const { former } = session;
  const isCurrent = isHashOf(session.secretHash, secret);
  const isFormer = former !== undefined && nowMs < former.untilMs && isHashOf(former.secretHash, secret);
  return isCurrent || isFormer ? { session, sub, originJti } : undefined;
}

function isHashOf(hash: string, secret: string): boolean {
  return timingSafeEqual(Buffer.from(hash, 'hex'), createHash('sha256').update(secret).digest());
}

/** A new refresh token for a session, the one before staying good for a while (refresh token rotation). */
export async function rotated(
  parts: PoolParts,
  poolId: string,
  { sub, originJti }: FoundSession,
  graceSeconds: number,
): Promise<string> {
  const secret = randomBytes(48).toString('base64url');
  const untilMs = parts.clock.now() + graceSeconds * 1000;
  await parts.store.write(async (tx) => {
    const now = await tx.get(sessions, [poolId, sub, originJti]);
    // Ended since it was found: a new token would bring it back.
    if (now === undefined || now.revoked === true) throw notAuthorized('Refresh Token has been revoked');
    const former = { secretHash: now.secretHash, untilMs };
    tx.put(sessions, [poolId, sub, originJti], { ...now, secretHash: hashOf(secret), former });
  });
  return refreshToken(sub, originJti, secret);
}
