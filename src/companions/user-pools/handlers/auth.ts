/** Signing in and out: InitiateAuth, its answers, refresh, revocation. */
import { Problem } from '../../../base/problem.ts';
import type { Handlers } from '../../../wire/call.ts';
import type { Operations } from '../../../wire/generated/cognito-idp.ts';
import { answerChallenge } from '../answer-challenge.ts';
import type { SignIn } from '../challenges.ts';
import { clientAlone, clientOf, poolNamed, putUser, userNamed } from '../directory.ts';
import type { PoolParts } from '../parts.ts';
import { invalidParameter, notAuthorized } from '../pool-errors.ts';
import { type ClientRecord, type PoolRecord, sessions, type UserRecord } from '../records.ts';
import { refreshedBySecret } from '../refresh.ts';
import { isSameSecret } from '../secret-hash.ts';
import { sessionOf } from '../sessions.ts';
import { initiateAuth } from '../sign-in.ts';

/** Handlers of signing in and out. */
export function authHandlers(parts: PoolParts): Handlers<Operations> {
  const { store, clock, tokens } = parts;

  const signInOf = (
    { pool, client }: { pool: PoolRecord; client: ClientRecord },
    metadata: { [key: string]: string } | undefined,
  ): SignIn => ({ parts, pool, client, metadata });

  return {
    async InitiateAuth(input) {
      const found = await store.read((tx) => clientAlone(tx, input.ClientId));
      return initiateAuth(signInOf(found, input.ClientMetadata), input.AuthFlow, input.AuthParameters ?? {}, false);
    },

    async AdminInitiateAuth(input, call) {
      const found = await store.read(async (tx) => {
        const pool = await poolNamed(tx, input.UserPoolId, call);
        return { pool, client: await clientOf(tx, pool.id, input.ClientId) };
      });
      return initiateAuth(signInOf(found, input.ClientMetadata), input.AuthFlow, input.AuthParameters ?? {}, true);
    },

    async RespondToAuthChallenge(input) {
      const found = await store.read((tx) => clientAlone(tx, input.ClientId));
      const signIn = signInOf(found, input.ClientMetadata);
      return answerChallenge(signIn, input.ChallengeName, input.ChallengeResponses ?? {}, input.Session);
    },

    async AdminRespondToAuthChallenge(input, call) {
      const found = await store.read(async (tx) => {
        const pool = await poolNamed(tx, input.UserPoolId, call);
        return { pool, client: await clientOf(tx, pool.id, input.ClientId) };
      });
      const signIn = signInOf(found, input.ClientMetadata);
      return answerChallenge(signIn, input.ChallengeName, input.ChallengeResponses ?? {}, input.Session);
    },

    async GetTokensFromRefreshToken(input) {
      const found = await store.read((tx) => clientAlone(tx, input.ClientId));
      const signIn = signInOf(found, input.ClientMetadata);
      return { AuthenticationResult: await refreshedBySecret(signIn, input.RefreshToken, input.ClientSecret) };
    },

    async RevokeToken(input) {
      const { pool, client } = await store.read((tx) => clientAlone(tx, input.ClientId));
      checkClientSecret(client, input.ClientSecret);
      if (client.settings.EnableTokenRevocation === false) {
        throw new Problem('UnsupportedOperationException', 'Revocation is not enabled for this client');
      }
      await revokeToken(parts, pool, client, input.Token);
      return {};
    },

    async GlobalSignOut(input) {
      const { pool, user } = await tokens.bearerOf(input.AccessToken);
      await signOutEverywhere(pool, user.username);
      return {};
    },

    async AdminUserGlobalSignOut(input, call) {
      const { pool, user } = await store.read(async (tx) => {
        const found = await poolNamed(tx, input.UserPoolId, call);
        return { pool: found, user: await userNamed(tx, found, input.Username) };
      });
      await signOutEverywhere(pool, user.username);
      return {};
    },
  };

  /** Ends every session of a user, and with them every refresh and access token issued so far. */
  async function signOutEverywhere(pool: PoolRecord, username: string): Promise<void> {
    await store.write(async (tx) => {
      const user: UserRecord = await userNamed(tx, pool, username);
      await tx.deleteAll(sessions, [pool.id, user.sub]);
      await putUser(tx, pool, { ...user, generation: user.generation + 1, signedOutMs: clock.now() });
    });
  }
}

/** The secret itself, where the client has one. */
export function checkClientSecret(client: ClientRecord, given: string | undefined): void {
  if (client.secret === undefined) return;
  if (!isSameSecret(given ?? '', client.secret)) throw notAuthorized(`Unable to verify secret for client ${client.id}`);
}

/** Ends the session of a refresh token. A token of another kind is UnsupportedTokenTypeException, an unknown one is no matter. */
export async function revokeToken(
  parts: PoolParts,
  pool: PoolRecord,
  client: ClientRecord,
  token: string,
): Promise<void> {
  if (token.split('.').length === 3) {
    throw new Problem('UnsupportedTokenTypeException', 'Unsupported token type');
  }
  await parts.store.write(async (tx) => {
    const found = await sessionOf(tx, pool.id, token, parts.clock.now());
    if (found === undefined) return;
    if (found.session.clientId !== client.id)
      throw invalidParameter('Invalid refresh token.', 'the token is another client’s');
    tx.put(sessions, [pool.id, found.sub, found.originJti], { ...found.session, revoked: true });
  });
}
