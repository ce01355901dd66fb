/** The flows of InitiateAuth and AdminInitiateAuth: how a sign-in begins. */
import { createHmac } from 'node:crypto';
import type { AuthFlowType } from '../../wire/generated/cognito-idp.ts';
import { checkAttempts, countAttempt } from './attempts.ts';
import { type AuthAnswer, afterPassword, type SignIn, sessionFor } from './challenges.ts';
import { beginCustomAuth } from './custom-auth.ts';
import { findUser } from './directory.ts';
import { isPassword } from './passwords.ts';
import {
  invalidParameter,
  notAuthorized,
  notBuilt,
  passwordResetRequired,
  poolNotFound,
  userNotFound,
  wrongPassword,
} from './pool-errors.ts';
import type { ClientRecord, UserRecord } from './records.ts';
import { refreshed } from './refresh.ts';
import { seal } from './sealed.ts';
import { checkSecretHash } from './secret-hash.ts';
import { clientPublicValue, paddedHex, srpChallenge } from './srp.ts';
import { triggerAttributes } from './triggers.ts';

type Parameters = Readonly<Record<string, string>>;

/** Begins a sign-in. `isAdmin` tells AdminInitiateAuth from InitiateAuth. */
export async function initiateAuth(
  signIn: SignIn,
  flow: AuthFlowType,
  parameters: Parameters,
  isAdmin: boolean,
): Promise<AuthAnswer> {
  const { client } = signIn;
  if (flow === 'REFRESH_TOKEN_AUTH' || flow === 'REFRESH_TOKEN') {
    checkFlow(client, 'ALLOW_REFRESH_TOKEN_AUTH', 'REFRESH_TOKEN_AUTH', 'Auth flow not enabled for this client');
    if (client.settings.RefreshTokenRotation?.Feature === 'ENABLED') {
      throw invalidParameter('Refresh token rotation is enabled for this client; use GetTokensFromRefreshToken');
    }
    return {
      ChallengeParameters: {},
      AuthenticationResult: await refreshed(signIn, required(parameters, 'REFRESH_TOKEN'), parameters['SECRET_HASH']),
    };
  }
  switch (flow) {
    case 'USER_PASSWORD_AUTH':
      if (isAdmin) throw unsupportedMethod();
      checkFlow(
        client,
        'ALLOW_USER_PASSWORD_AUTH',
        'USER_PASSWORD_AUTH',
        'USER_PASSWORD_AUTH flow not enabled for this client',
      );
      return withPassword(signIn, parameters);
    case 'ADMIN_NO_SRP_AUTH':
    case 'ADMIN_USER_PASSWORD_AUTH':
      if (!isAdmin) throw unsupportedMethod();
      checkFlow(client, 'ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ADMIN_NO_SRP_AUTH', 'Auth flow not enabled for this client');
      return withPassword(signIn, parameters);
    case 'USER_SRP_AUTH': {
      checkFlow(client, 'ALLOW_USER_SRP_AUTH', 'USER_SRP_AUTH', 'USER_SRP_AUTH is not enabled for the client.');
      const name = required(parameters, 'USERNAME');
      checkSecretHash(client, parameters['SECRET_HASH'], name);
      return firstFactor(signIn, name, 'PASSWORD_SRP', parameters);
    }
    case 'CUSTOM_AUTH': {
      checkFlow(
        client,
        'ALLOW_CUSTOM_AUTH',
        'CUSTOM_AUTH_FLOW_ONLY',
        'Custom auth flow is not enabled for the client.',
      );
      const name = required(parameters, 'USERNAME');
      checkSecretHash(client, parameters['SECRET_HASH'], name);
      const user = await knownUser(signIn, name, 'refused');
      await beforeAuthentication(signIn, user!);
      return beginCustomAuth(
        signIn,
        user!,
        parameters['CHALLENGE_NAME'] === 'SRP_A' ? required(parameters, 'SRP_A') : undefined,
      );
    }
    case 'USER_AUTH': {
      checkFlow(client, 'ALLOW_USER_AUTH', 'USER_AUTH', 'USER_AUTH flow not enabled for this client');
      const name = required(parameters, 'USERNAME');
      checkSecretHash(client, parameters['SECRET_HASH'], name);
      const { PREFERRED_CHALLENGE: preferred } = parameters;
      if (preferred === 'PASSWORD' || preferred === 'PASSWORD_SRP')
        return firstFactor(signIn, name, preferred, parameters);
      return {
        ChallengeName: 'SELECT_CHALLENGE',
        AvailableChallenges: ['PASSWORD', 'PASSWORD_SRP'],
        ChallengeParameters: {},
        Session: await sessionFor(signIn, { challenge: 'SELECT_CHALLENGE', username: name }),
      };
    }
    default:
      throw notBuilt(`AuthFlow ${flow}`);
  }
}

/** USER_AUTH once the factor is chosen: the password itself, or SRP. */
export async function firstFactor(
  signIn: SignIn,
  name: string,
  factor: string,
  parameters: Parameters,
): Promise<AuthAnswer> {
  switch (factor) {
    case 'PASSWORD':
      return withPassword(signIn, { ...parameters, USERNAME: name });
    case 'PASSWORD_SRP': {
      const clientPublic = required(parameters, 'SRP_A');
      const user = await knownUser(signIn, name, 'hidden');
      if (user !== undefined) await beforeAuthentication(signIn, user);
      return srpAnswer(signIn, name, user, clientPublic);
    }
    default:
      throw notBuilt(`First factor ${factor}`);
  }
}

const unsupportedMethod = (): Error => invalidParameter('Initiate Auth method not supported.');

export function required(parameters: Parameters, name: string): string {
  const value = parameters[name];
  if (value === undefined || value === '') throw invalidParameter(`Missing required parameter ${name}`);
  return value;
}

/** What a client may do that names no flows. */
const defaultFlows: readonly string[] = ['ALLOW_CUSTOM_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH', 'ALLOW_USER_SRP_AUTH'];

/** Throws InvalidParameterException unless the client allows a flow; older clients name flows without ALLOW_ and always have SRP and refresh. */
function checkFlow(client: ClientRecord, name: string, oldName: string, refusal: string): void {
  const given: readonly string[] = client.settings.ExplicitAuthFlows ?? [];
  const flows = given.length === 0 ? defaultFlows : given;
  const isOld = flows.some((flow) => !flow.startsWith('ALLOW_'));
  const isAlwaysOn =
    oldName === 'REFRESH_TOKEN_AUTH' || (oldName === 'USER_SRP_AUTH' && !flows.includes('CUSTOM_AUTH_FLOW_ONLY'));
  if (flows.includes(name) || (isOld && (isAlwaysOn || flows.includes(oldName)))) return;
  throw invalidParameter(refusal);
}

/** The user of a name. One who does not exist is UserNotFoundException, unless the client hides that. */
export async function knownUser(
  { parts, pool, client }: SignIn,
  name: string,
  whenHidden: 'hidden' | 'refused',
): Promise<UserRecord | undefined> {
  const user = await parts.store.read((tx) => findUser(tx, pool, name));
  if (user !== undefined) return user;
  if (client.settings.PreventUserExistenceErrors !== 'ENABLED') throw userNotFound();
  if (whenHidden === 'refused') throw wrongPassword(`no user ${name}`);
  return undefined;
}

/** The pre authentication function may refuse; what the client sent as metadata it sees as validation data. */
async function beforeAuthentication({ parts, pool, client, metadata }: SignIn, user: UserRecord): Promise<void> {
  await parts.triggers.call({
    trigger: 'PreAuthentication',
    source: 'PreAuthentication_Authentication',
    pool,
    clientId: client.id,
    username: user.username,
    request: { userAttributes: triggerAttributes(user), validationData: metadata ?? null, userNotFound: false },
    response: {},
  });
}

/** USER_PASSWORD_AUTH and ADMIN_USER_PASSWORD_AUTH: the password itself was sent. */
async function withPassword(signIn: SignIn, parameters: Parameters): Promise<AuthAnswer> {
  const name = required(parameters, 'USERNAME');
  const password = required(parameters, 'PASSWORD');
  checkSecretHash(signIn.client, parameters['SECRET_HASH'], name);
  return afterPassword(signIn, await userWithPassword(signIn, name, password));
}

/** The user of a name and password, the pre authentication function asked and attempts counted. Throws as Cognito does. */
export async function userWithPassword(signIn: SignIn, name: string, password: string): Promise<UserRecord> {
  const { parts, pool } = signIn;
  const user = await knownUser(signIn, name, 'hidden');
  if (user !== undefined) {
    checkAttempts(user, parts.clock.now());
    await beforeAuthentication(signIn, user);
    if (user.status === 'RESET_REQUIRED') throw passwordResetRequired();
  }
  const isRight = await isPassword(user?.password, password);
  if (user === undefined) throw wrongPassword(`no user ${name}`);
  const counted = await countAttempt(parts, pool, user, isRight);
  if (!isRight) throw wrongPassword();
  return counted;
}

/** What a SECRET_BLOCK holds. */
export interface SrpState {
  readonly clientPublic: string;
  readonly serverPublic: string;
  readonly serverSecret: string;
  /** Undefined for a user who does not exist: then no answer is right. */
  readonly username: string | undefined;
  readonly clientId: string;
}

export const srpPurpose = 'srp';

/** The PASSWORD_VERIFIER challenge. A user who does not exist has a salt too, the same each time, so that nobody can tell. */
export async function srpAnswer(
  { parts, pool, client }: SignIn,
  name: string,
  user: UserRecord | undefined,
  clientPublic: string,
): Promise<AuthAnswer> {
  if (clientPublicValue(clientPublic) === undefined)
    throw invalidParameter('Invalid SRP_A', 'SRP_A is no number of the group');
  const nowMs = parts.clock.now();
  if (user !== undefined) {
    checkAttempts(user, nowMs);
    if (user.status === 'RESET_REQUIRED') throw passwordResetRequired();
    if (user.password === undefined && user.status === 'UNCONFIRMED')
      throw notAuthorized('Incorrect username or password.');
  }
  const keys = await parts.keys.keysOf(pool.id);
  if (keys === undefined) throw poolNotFound(pool.id);
  const invented = (what: string): Buffer => createHmac('sha512', keys.sealing).update(`${what} of ${name}`).digest();
  const kept = user?.password;
  const verifier = kept?.srpVerifier ?? invented('verifier').toString('hex');
  const salt = kept?.srpSalt ?? paddedHex(BigInt(`0x${invented('salt').subarray(0, 16).toString('hex')}`));
  const { secret, publicValue } = srpChallenge(verifier);
  const state: SrpState = {
    clientPublic,
    serverPublic: publicValue,
    serverSecret: secret,
    username: kept === undefined ? undefined : user?.username,
    clientId: client.id,
  };
  const minutes = client.settings.AuthSessionValidity ?? 3;
  return {
    ChallengeName: 'PASSWORD_VERIFIER',
    ChallengeParameters: {
      SALT: salt,
      SECRET_BLOCK: seal(keys.sealing, srpPurpose, state, nowMs + minutes * 60_000),
      SRP_B: publicValue,
      USERNAME: user?.username ?? name,
      USER_ID_FOR_SRP: user?.username ?? name,
    },
  };
}
