/** The answers of RespondToAuthChallenge and AdminRespondToAuthChallenge. */
import { timingSafeEqual } from 'node:crypto';
import type { ChallengeNameType } from '../../wire/generated/cognito-idp.ts';
import { checkAttempts, countAttempt } from './attempts.ts';
import {
  type AuthAnswer,
  afterPassword,
  type ChallengeState,
  factorChallenge,
  type SignIn,
  signedIn,
  stateOf,
} from './challenges.ts';
import { newPassword, withPassword } from './change-password.ts';
import { answerCustomChallenge, nextRound } from './custom-auth.ts';
import { findUser, putUser, userNamed } from './directory.ts';
import { shortPoolId } from './names.ts';
import { codeMismatch, invalidParameter, notAuthorized, notBuilt, poolNotFound, wrongPassword } from './pool-errors.ts';
import type { UserRecord } from './records.ts';
import { checkedAttributes, checkRequired } from './schema.ts';
import { unseal } from './sealed.ts';
import { checkSecretHash, isSameSecret } from './secret-hash.ts';
import { firstFactor, required, type SrpState, srpPurpose } from './sign-in.ts';
import { clientPublicValue, passwordClaim, srpSessionKey } from './srp.ts';
import { acceptedStep } from './totp.ts';

type Responses = Readonly<Record<string, string>>;

/** Takes the answer to a challenge. */
export async function answerChallenge(
  signIn: SignIn,
  challenge: ChallengeNameType,
  responses: Responses,
  session: string | undefined,
): Promise<AuthAnswer> {
  const name = required(responses, 'USERNAME');
  checkSecretHash(signIn.client, responses['SECRET_HASH'], name);
  switch (challenge) {
    case 'PASSWORD_VERIFIER':
      return passwordVerifier(signIn, responses, session);
    case 'NEW_PASSWORD_REQUIRED':
      return newPasswordRequired(signIn, responses, session, name);
    case 'SOFTWARE_TOKEN_MFA':
      return totp(signIn, required(responses, 'SOFTWARE_TOKEN_MFA_CODE'), session, name);
    case 'SMS_MFA':
      return sentCode(signIn, challenge, required(responses, 'SMS_MFA_CODE'), session, name);
    case 'EMAIL_OTP':
      return sentCode(signIn, challenge, required(responses, 'EMAIL_OTP_CODE'), session, name);
    case 'SELECT_MFA_TYPE': {
      const { user } = await challenged(signIn, session, [challenge], name);
      return factorChallenge(signIn, user, required(responses, 'ANSWER'));
    }
    case 'SELECT_CHALLENGE': {
      const state = await stateOf(signIn, session, [challenge]);
      if (state.username !== name) throw notAuthorized('Invalid session for the user.');
      return firstFactor(signIn, name, required(responses, 'ANSWER'), responses);
    }
    case 'MFA_SETUP': {
      const { user, state } = await challenged(signIn, session, [challenge], name);
      if (state.isMfaSetUp !== true)
        throw notAuthorized('Invalid session for the user.', 'no second factor has been set up in it');
      return signedIn(signIn, user);
    }
    case 'CUSTOM_CHALLENGE': {
      const { user, state } = await challenged(signIn, session, [challenge], name);
      return answerCustomChallenge(signIn, user, state, required(responses, 'ANSWER'));
    }
    default:
      throw notBuilt(`ChallengeName ${challenge}`);
  }
}

/** The user a session belongs to, named by any name of theirs. */
async function challenged(
  signIn: SignIn,
  session: string | undefined,
  challenges: readonly ChallengeNameType[],
  name: string,
): Promise<{ user: UserRecord; state: ChallengeState }> {
  const { parts, pool } = signIn;
  const state = await stateOf(signIn, session, challenges);
  const [user, named] = await parts.store.read(async (tx) => [
    await findUser(tx, pool, state.username),
    await findUser(tx, pool, name),
  ]);
  if (user === undefined || named?.sub !== user.sub) throw notAuthorized('Invalid session for the user.');
  if (!user.enabled) throw notAuthorized('User is disabled.');
  return { user, state };
}

async function passwordVerifier(
  signIn: SignIn,
  responses: Responses,
  session: string | undefined,
): Promise<AuthAnswer> {
  const { parts, pool, client } = signIn;
  const signature = required(responses, 'PASSWORD_CLAIM_SIGNATURE');
  const secretBlock = required(responses, 'PASSWORD_CLAIM_SECRET_BLOCK');
  const timestamp = required(responses, 'TIMESTAMP');
  const keys = await parts.keys.keysOf(pool.id);
  if (keys === undefined) throw poolNotFound(pool.id);
  const unsealed = unseal<SrpState>(keys.sealing, srpPurpose, secretBlock, parts.clock.now());
  if (unsealed.state === 'expired') throw notAuthorized('Invalid session for the user, session is expired.');
  if (unsealed.state === 'foreign' || unsealed.value.clientId !== client.id)
    throw wrongPassword('the SECRET_BLOCK is none of ours');
  const { username, clientPublic, serverPublic, serverSecret } = unsealed.value;
  const user = username === undefined ? undefined : await parts.store.read((tx) => findUser(tx, pool, username));
  if (user?.password === undefined) throw wrongPassword('no user, or one without password');
  checkAttempts(user, parts.clock.now());
  const key = srpSessionKey({
    clientPublic: clientPublicValue(clientPublic)!,
    serverPublic,
    serverSecret,
    verifier: user.password.srpVerifier,
  });
  const claim = { poolName: shortPoolId(pool.id), username: user.username, secretBlock, timestamp };
  const expected = key === undefined ? undefined : passwordClaim(key, claim);
  const given = Buffer.from(signature, 'base64');
  const isRight = expected !== undefined && given.length === expected.length && timingSafeEqual(given, expected);
  const counted = await countAttempt(parts, pool, user, isRight);
  if (!isRight) throw wrongPassword();
  if (session === undefined) return afterPassword(signIn, counted);
  // Within CUSTOM_AUTH the functions decide what follows.
  const state = await stateOf(signIn, session, ['PASSWORD_VERIFIER']);
  if (state.username !== counted.username) throw notAuthorized('Invalid session for the user.');
  const round = { challengeName: 'PASSWORD_VERIFIER', challengeResult: true, challengeMetadata: null };
  return nextRound(signIn, counted, [...(state.custom?.session ?? []), round]);
}

async function newPasswordRequired(
  signIn: SignIn,
  responses: Responses,
  session: string | undefined,
  name: string,
): Promise<AuthAnswer> {
  const { parts, pool } = signIn;
  const password = required(responses, 'NEW_PASSWORD');
  const { user } = await challenged(signIn, session, ['NEW_PASSWORD_REQUIRED'], name);
  if (user.status !== 'FORCE_CHANGE_PASSWORD')
    throw notAuthorized('Invalid session for the user.', 'the password has been set already');
  const given = Object.entries(responses)
    .filter(([key]) => key.startsWith('userAttributes.'))
    .map(([key, Value]) => ({ Name: key.slice('userAttributes.'.length), Value }));
  const values = checkedAttributes(pool.schema, given, { isNewUser: true, isAdmin: false });
  checkRequired(pool.schema, { ...user.attributes, ...values });
  const changes = await newPassword(pool, user, password, 'CONFIRMED');
  const changed = await parts.store.write(async (tx) => {
    const now = await userNamed(tx, pool, user.username);
    if (now.status !== 'FORCE_CHANGE_PASSWORD') throw notAuthorized('Invalid session for the user.');
    const after = withPassword({ ...now, attributes: { ...now.attributes, ...values } }, changes, parts.clock.now());
    await putUser(tx, pool, after);
    return after;
  });
  return afterPassword(signIn, changed);
}

async function totp(signIn: SignIn, code: string, session: string | undefined, name: string): Promise<AuthAnswer> {
  const { parts, pool } = signIn;
  const { user } = await challenged(signIn, session, ['SOFTWARE_TOKEN_MFA'], name);
  const nowMs = parts.clock.now();
  checkAttempts(user, nowMs);
  const { totpSecret, lastTotpStep } = user.mfa;
  const step = totpSecret === undefined ? undefined : acceptedStep(totpSecret, code, nowMs, lastTotpStep);
  const counted = await countAttempt(parts, pool, user, step !== undefined);
  if (step === undefined) throw codeMismatch('Invalid code received for user');
  const changed = await parts.store.write(async (tx) => {
    const now = await userNamed(tx, pool, counted.username);
    // Of two callers with the same code one comes first.
    if (now.mfa.totpSecret !== totpSecret || (now.mfa.lastTotpStep ?? -1) >= step) {
      throw codeMismatch('Invalid code received for user');
    }
    const after: UserRecord = { ...now, mfa: { ...now.mfa, lastTotpStep: step } };
    await putUser(tx, pool, after);
    return after;
  });
  return signedIn(signIn, changed);
}

async function sentCode(
  signIn: SignIn,
  challenge: 'SMS_MFA' | 'EMAIL_OTP',
  code: string,
  session: string | undefined,
  name: string,
): Promise<AuthAnswer> {
  const { parts, pool } = signIn;
  const { user, state } = await challenged(signIn, session, [challenge], name);
  checkAttempts(user, parts.clock.now());
  if (state.code === undefined) throw invalidParameter('No code has been sent for this session.');
  const isRight = isSameSecret(code, state.code);
  const counted = await countAttempt(parts, pool, user, isRight);
  if (!isRight) throw codeMismatch();
  return signedIn(signIn, counted);
}
