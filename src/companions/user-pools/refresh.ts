/** New ID and access tokens for a refresh token. */
import type { AuthenticationResultType } from '../../wire/generated/cognito-idp.ts';
import type { SignIn } from './challenges.ts';
import { findUser } from './directory.ts';
import { notAuthorized } from './pool-errors.ts';
import type { UserRecord } from './records.ts';
import { checkSecretHash, isSameSecret } from './secret-hash.ts';
import { type FoundSession, rotated, sessionOf, tokensOf } from './sessions.ts';

/** REFRESH_TOKEN_AUTH: the client proves itself by SECRET_HASH, over any name of the user. */
export async function refreshed(
  signIn: SignIn,
  token: string,
  secretHash: string | undefined,
): Promise<AuthenticationResultType> {
  const { found, user } = await liveSession(signIn, token);
  const { email, phone_number } = user.attributes;
  const names = [user.username, user.sub, email, phone_number].filter((name) => name !== undefined);
  checkSecretHash(signIn.client, secretHash, ...names);
  return newTokens(signIn, found, user);
}

/** GetTokensFromRefreshToken and the token endpoint: the client sent its secret itself. With rotation the answer has a new refresh token. */
export async function refreshedBySecret(
  signIn: SignIn,
  token: string,
  clientSecret: string | undefined,
): Promise<AuthenticationResultType> {
  const { client, parts, pool } = signIn;
  if (client.secret !== undefined && !isSameSecret(clientSecret ?? '', client.secret)) {
    throw notAuthorized(`Unable to verify secret for client ${client.id}`);
  }
  const { found, user } = await liveSession(signIn, token);
  const tokens = await newTokens(signIn, found, user);
  const rotation = client.settings.RefreshTokenRotation;
  if (rotation?.Feature !== 'ENABLED') return tokens;
  return { ...tokens, RefreshToken: await rotated(parts, pool.id, found, rotation.RetryGracePeriodSeconds ?? 0) };
}

async function liveSession(
  { parts, pool, client }: SignIn,
  token: string,
): Promise<{ found: FoundSession; user: UserRecord }> {
  const nowMs = parts.clock.now();
  return parts.store.read(async (tx) => {
    const found = await sessionOf(tx, pool.id, token, nowMs);
    if (found === undefined || found.session.clientId !== client.id) throw notAuthorized('Invalid Refresh Token');
    const { session, sub } = found;
    if (session.expiresMs <= nowMs) throw notAuthorized('Refresh Token has expired');
    const user = await findUser(tx, pool, sub);
    if (user === undefined) throw notAuthorized('Invalid Refresh Token', 'its user has been deleted');
    if (session.revoked === true || session.generation !== user.generation) {
      throw notAuthorized('Refresh Token has been revoked');
    }
    if (!user.enabled) throw notAuthorized('User is disabled.');
    return { found, user };
  });
}

function newTokens(
  signIn: SignIn,
  { session, originJti }: FoundSession,
  user: UserRecord,
): Promise<AuthenticationResultType> {
  const { parts, pool, client, metadata } = signIn;
  const source = 'TokenGeneration_RefreshTokens';
  return tokensOf(
    parts,
    { pool, client, user, source, ...(metadata !== undefined && { metadata }) },
    session,
    originJti,
  );
}
