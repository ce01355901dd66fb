/** What lies between a right password and the tokens: a new password, a second factor, the functions that have a say. */
import type {
  AuthenticationResultType,
  ChallengeNameType,
  InitiateAuthResponse,
} from '../../wire/generated/cognito-idp.ts';
import type { PoolParts } from './parts.ts';
import {
  invalidParameter,
  notAuthorized,
  passwordResetRequired,
  poolNotFound,
  userNotConfirmed,
} from './pool-errors.ts';
import type { ClientRecord, PoolRecord, UserRecord } from './records.ts';
import { seal, unseal } from './sealed.ts';
import { beginSession } from './sessions.ts';
import { triggerAttributes } from './triggers.ts';

/** One sign-in under way. */
export interface SignIn {
  readonly parts: PoolParts;
  readonly pool: PoolRecord;
  readonly client: ClientRecord;
  readonly metadata: Readonly<Record<string, string>> | undefined;
  /** Space-separated scope of the tokens, and other wishes of an OAuth request. */
  readonly scope?: string;
  /** What to do instead of issuing tokens, for the hosted pages. */
  readonly whenDone?: (user: UserRecord) => Promise<AuthenticationResultType>;
}

export type AuthAnswer = Pick<
  InitiateAuthResponse,
  'AuthenticationResult' | 'AvailableChallenges' | 'ChallengeName' | 'ChallengeParameters' | 'Session'
>;

/** What a `Session` holds: the challenge it answers and for whom. */
export interface ChallengeState {
  readonly challenge: ChallengeNameType;
  readonly clientId: string;
  readonly username: string;
  /** Of SMS_MFA and EMAIL_OTP: the code that was sent. */
  readonly code?: string;
  /** Of CUSTOM_CHALLENGE and the SRP exchange within it. */
  readonly custom?: CustomState;
  /** What the answer to the last call left done: AssociateSoftwareToken, VerifySoftwareToken. */
  readonly isMfaSetUp?: boolean;
  /** A second factor is behind the user already. */
  readonly totpSecret?: string;
}

export interface CustomState {
  readonly session: readonly CustomRound[];
  readonly privateParameters?: Readonly<Record<string, string>>;
  readonly metadata?: string;
}

/** A round as DefineAuthChallenge sees it. */
export interface CustomRound {
  readonly challengeName: string;
  readonly challengeResult: boolean;
  readonly challengeMetadata?: string | null;
}

const purpose = 'challenge';
const maxSessionLength = 2048;

/** Seals a challenge's state for its client. */
export async function sessionFor(
  { parts, pool, client }: SignIn,
  state: Omit<ChallengeState, 'clientId'>,
): Promise<string> {
  const keys = await parts.keys.keysOf(pool.id);
  if (keys === undefined) throw poolNotFound(pool.id);
  const minutes = client.settings.AuthSessionValidity ?? 3;
  const sealed = seal(keys.sealing, purpose, { ...state, clientId: client.id }, parts.clock.now() + minutes * 60_000);
  const session = `${Buffer.from(pool.id).toString('base64url')}.${sealed}`;
  if (session.length > maxSessionLength)
    throw invalidParameter(
      'Session is too long',
      'private challenge parameters do not fit into a Session of 2048 characters',
    );
  return session;
}

/** The pool a session says it is of; only that pool's key can tell whether it is. */
export function poolOfSession(session: string): string | undefined {
  const dot = session.indexOf('.');
  return dot < 1 ? undefined : Buffer.from(session.slice(0, dot), 'base64url').toString('latin1');
}

/** The state of a challenge that is being answered; throws NotAuthorizedException for a session that is another's, over or made up. */
export async function stateOf(
  { parts, pool, client }: Pick<SignIn, 'parts' | 'pool'> & { readonly client: ClientRecord | undefined },
  session: string | undefined,
  challenges: readonly ChallengeNameType[],
): Promise<ChallengeState> {
  const keys = await parts.keys.keysOf(pool.id);
  if (keys === undefined) throw poolNotFound(pool.id);
  if (session === undefined) throw invalidParameter('Missing required parameter Session');
  const unsealed = unseal<ChallengeState>(
    keys.sealing,
    purpose,
    session.slice(session.indexOf('.') + 1),
    parts.clock.now(),
  );
  if (unsealed.state === 'expired') throw notAuthorized('Invalid session for the user, session is expired.');
  if (unsealed.state === 'foreign') throw notAuthorized('Invalid session for the user.');
  const { value } = unsealed;
  if ((client !== undefined && value.clientId !== client.id) || !challenges.includes(value.challenge)) {
    throw notAuthorized('Invalid session for the user.');
  }
  return value;
}

/** Goes on after a right password: challenges as long as there are any, then tokens. */
export async function afterPassword(signIn: SignIn, user: UserRecord): Promise<AuthAnswer> {
  if (!user.enabled) throw notAuthorized('User is disabled.');
  if (user.status === 'RESET_REQUIRED') throw passwordResetRequired();
  if (user.status === 'UNCONFIRMED') throw userNotConfirmed();
  if (user.status === 'FORCE_CHANGE_PASSWORD') return newPasswordChallenge(signIn, user);
  return (await secondFactor(signIn, user)) ?? signedIn(signIn, user);
}

async function newPasswordChallenge(signIn: SignIn, user: UserRecord): Promise<AuthAnswer> {
  const { parts, pool } = signIn;
  if (user.temporaryUntilMs !== undefined && parts.clock.now() >= user.temporaryUntilMs) {
    throw notAuthorized('Temporary password has expired and must be reset by an administrator.');
  }
  const missing = pool.schema
    .filter(({ Name, Required }) => Required === true && Name !== 'sub' && (user.attributes[Name!] ?? '') === '')
    .map(({ Name }) => `userAttributes.${Name}`);
  return {
    ChallengeName: 'NEW_PASSWORD_REQUIRED',
    Session: await sessionFor(signIn, { challenge: 'NEW_PASSWORD_REQUIRED', username: user.username }),
    ChallengeParameters: {
      USER_ID_FOR_SRP: user.username,
      requiredAttributes: JSON.stringify(missing),
      userAttributes: JSON.stringify(user.attributes),
    },
  };
}

/** Second factors of a user that the pool allows now. */
function factorsOf(pool: PoolRecord, user: UserRecord): string[] {
  const { attributes, mfa } = user;
  return mfa.enabled.filter((factor) => {
    if (factor === 'SOFTWARE_TOKEN_MFA') return mfa.totpSecret !== undefined;
    if (factor === 'SMS_MFA')
      return pool.settings.SmsConfiguration !== undefined && attributes['phone_number'] !== undefined;
    return attributes['email'] !== undefined;
  });
}

/** The challenge of the user's second factor; undefined when none is asked for. */
async function secondFactor(signIn: SignIn, user: UserRecord): Promise<AuthAnswer | undefined> {
  const { pool } = signIn;
  const mode = pool.settings.MfaConfiguration ?? 'OFF';
  if (mode === 'OFF') return undefined;
  const factors = factorsOf(pool, user);
  if (factors.length === 0) {
    if (mode === 'OPTIONAL') return undefined;
    // SMS needs no set-up when there is a number to send to.
    if (pool.settings.SmsConfiguration !== undefined && user.attributes['phone_number_verified'] === 'true') {
      return factorChallenge(signIn, user, 'SMS_MFA');
    }
    return {
      ChallengeName: 'MFA_SETUP',
      Session: await sessionFor(signIn, { challenge: 'MFA_SETUP', username: user.username }),
      ChallengeParameters: { MFAS_CAN_SETUP: '["SOFTWARE_TOKEN_MFA"]', USER_ID_FOR_SRP: user.username },
    };
  }
  const preferred = user.mfa.preferred;
  const chosen =
    preferred !== undefined && factors.includes(preferred) ? preferred : factors.length === 1 ? factors[0] : undefined;
  if (chosen !== undefined) return factorChallenge(signIn, user, chosen);
  return {
    ChallengeName: 'SELECT_MFA_TYPE',
    Session: await sessionFor(signIn, { challenge: 'SELECT_MFA_TYPE', username: user.username }),
    ChallengeParameters: { MFAS_CAN_CHOOSE: JSON.stringify(factors), USER_ID_FOR_SRP: user.username },
  };
}

/** Asks for the code of one factor, sending it where it must be sent. */
export async function factorChallenge(signIn: SignIn, user: UserRecord, factor: string): Promise<AuthAnswer> {
  const { parts, pool, client, metadata } = signIn;
  if (!factorsOf(pool, user).includes(factor) && factor !== 'SMS_MFA') throw invalidParameter('Incorrect MFA type.');
  const challenge = factor as ChallengeNameType;
  const base = { USER_ID_FOR_SRP: user.username };
  if (factor === 'SOFTWARE_TOKEN_MFA') {
    return {
      ChallengeName: challenge,
      Session: await sessionFor(signIn, { challenge, username: user.username }),
      ChallengeParameters: base,
    };
  }
  const code = parts.messenger.newCode();
  const sent = await parts.messenger.send({
    pool,
    user,
    clientId: client.id,
    source: 'CustomMessage_Authentication',
    code,
    attribute: factor === 'SMS_MFA' ? 'phone_number' : 'email',
    ...(metadata !== undefined && { metadata }),
  });
  return {
    ChallengeName: challenge,
    Session: await sessionFor(signIn, { challenge, username: user.username, code }),
    ChallengeParameters: {
      CODE_DELIVERY_DELIVERY_MEDIUM: sent.DeliveryMedium!,
      CODE_DELIVERY_DESTINATION: sent.Destination!,
      ...base,
    },
  };
}

/** Everything is proven: the post authentication function, then the tokens. */
export async function signedIn(
  signIn: SignIn,
  user: UserRecord,
  source = 'TokenGeneration_Authentication',
): Promise<AuthAnswer> {
  const { parts, pool, client, metadata, scope, whenDone } = signIn;
  await parts.triggers.call({
    trigger: 'PostAuthentication',
    source: 'PostAuthentication_Authentication',
    pool,
    clientId: client.id,
    username: user.username,
    request: {
      userAttributes: triggerAttributes(user),
      newDeviceUsed: false,
      ...(metadata !== undefined && { clientMetadata: metadata }),
    },
    response: {},
  });
  if (whenDone !== undefined) return { AuthenticationResult: await whenDone(user) };
  const result = await beginSession(parts, {
    pool,
    client,
    user,
    source,
    ...(metadata !== undefined && { metadata }),
    ...(scope !== undefined && { scope }),
  });
  return { ChallengeParameters: {}, AuthenticationResult: result };
}
