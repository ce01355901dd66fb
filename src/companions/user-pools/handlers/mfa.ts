/** Second factors: what a pool allows, and what its users set up. */
import { Problem } from '../../../base/problem.ts';
import type { Handlers } from '../../../wire/call.ts';
import type {
  AdminSetUserMFAPreferenceRequest,
  GetUserAuthFactorsResponse,
  GetUserPoolMfaConfigResponse,
  MFAOptionType,
  Operations,
} from '../../../wire/generated/cognito-idp.ts';
import { poolOfSession, type SignIn, sessionFor, stateOf } from '../challenges.ts';
import { clientOf, poolNamed, putUser, userNamed } from '../directory.ts';
import type { PoolParts } from '../parts.ts';
import { invalidParameter, notAuthorized, notBuilt } from '../pool-errors.ts';
import { type PoolRecord, pools, type UserMfa, type UserRecord } from '../records.ts';
import { acceptedStep, newTotpSecret } from '../totp.ts';

/** Handlers over second factors. */
export function mfaHandlers(parts: PoolParts): Handlers<Operations> {
  const { store, clock, tokens } = parts;

  async function changeMfa(pool: PoolRecord, user: UserRecord, changed: (mfa: UserMfa) => UserMfa): Promise<void> {
    await store.write(async (tx) => {
      const now = await userNamed(tx, pool, user.username);
      await putUser(tx, pool, { ...now, mfa: changed(now.mfa), modifiedMs: clock.now() });
    });
  }

  return {
    async SetUserPoolMfaConfig(input, call) {
      const mode = input.MfaConfiguration ?? 'OFF';
      if (input.WebAuthnConfiguration !== undefined) throw notBuilt('WebAuthnConfiguration (passkeys)');
      return store.write(async (tx) => {
        const pool = await poolNamed(tx, input.UserPoolId, call);
        const sms = input.SmsMfaConfiguration;
        const hasFactor =
          sms?.SmsConfiguration !== undefined ||
          input.SoftwareTokenMfaConfiguration?.Enabled === true ||
          input.EmailMfaConfiguration !== undefined;
        if (mode !== 'OFF' && !hasFactor) {
          throw invalidParameter('Invalid MFA configuration given, can not turn on MFA without an MFA type.');
        }
        const { SmsConfiguration: _sms, SmsAuthenticationMessage: _text, ...settings } = pool.settings;
        const smsConfiguration = sms?.SmsConfiguration ?? pool.settings.SmsConfiguration;
        const changed: PoolRecord = {
          ...pool,
          modifiedMs: clock.now(),
          settings: {
            ...settings,
            MfaConfiguration: mode,
            ...(smsConfiguration !== undefined && { SmsConfiguration: smsConfiguration }),
            ...(sms?.SmsAuthenticationMessage !== undefined && {
              SmsAuthenticationMessage: sms.SmsAuthenticationMessage,
            }),
          },
          mfa: {
            softwareToken: input.SoftwareTokenMfaConfiguration?.Enabled === true,
            sms: sms !== undefined,
            ...(input.EmailMfaConfiguration !== undefined && { email: input.EmailMfaConfiguration }),
          },
        };
        tx.put(pools, [pool.id], changed);
        return shown(changed);
      });
    },

    async GetUserPoolMfaConfig(input, call) {
      return shown(await store.read((tx) => poolNamed(tx, input.UserPoolId, call)));
    },

    async AssociateSoftwareToken(input) {
      const secret = newTotpSecret();
      const pending = (mfa: UserMfa): UserMfa => ({ ...mfa, pendingTotpSecret: secret });
      if (input.AccessToken !== undefined) {
        const { pool, user } = await tokens.bearerOf(input.AccessToken);
        checkSoftwareTokens(pool);
        await changeMfa(pool, user, pending);
        return { SecretCode: secret };
      }
      const { signIn, user } = await underWay(input.Session);
      checkSoftwareTokens(signIn.pool);
      await changeMfa(signIn.pool, user, pending);
      return {
        SecretCode: secret,
        Session: await sessionFor(signIn, { challenge: 'MFA_SETUP', username: user.username }),
      };
    },

    async VerifySoftwareToken(input) {
      const isSignedIn = input.AccessToken !== undefined;
      const bearer = isSignedIn ? await tokens.bearerOf(input.AccessToken!) : undefined;
      const signingIn = isSignedIn ? undefined : await underWay(input.Session);
      const user = (bearer ?? signingIn)!.user;
      const pool = bearer?.pool ?? signingIn!.signIn.pool;
      const { pendingTotpSecret } = user.mfa;
      if (pendingTotpSecret === undefined)
        throw invalidParameter('No software token has been associated with the user.');
      const step = acceptedStep(pendingTotpSecret, input.UserCode, clock.now(), undefined);
      if (step === undefined) throw new Problem('EnableSoftwareTokenMFAException', 'Code mismatch');
      await changeMfa(pool, user, ({ pendingTotpSecret: _pending, ...mfa }) => ({
        ...mfa,
        totpSecret: pendingTotpSecret,
        // Set up within a sign-in it is in use at once; otherwise SetUserMFAPreference turns it on.
        ...(!isSignedIn && {
          enabled: [...new Set([...mfa.enabled, 'SOFTWARE_TOKEN_MFA'])],
          preferred: 'SOFTWARE_TOKEN_MFA',
        }),
        ...(!isSignedIn && { lastTotpStep: step }),
      }));
      if (signingIn === undefined) return { Status: 'SUCCESS' };
      const state = { challenge: 'MFA_SETUP' as const, username: user.username, isMfaSetUp: true };
      return { Status: 'SUCCESS', Session: await sessionFor(signingIn.signIn, state) };
    },

    async SetUserMFAPreference(input) {
      const { pool, user } = await tokens.bearerOf(input.AccessToken);
      await changeMfa(pool, user, (mfa) => withPreference(pool, user, mfa, input));
      return {};
    },

    async AdminSetUserMFAPreference(input, call) {
      const { pool, user } = await store.read(async (tx) => {
        const found = await poolNamed(tx, input.UserPoolId, call);
        return { pool: found, user: await userNamed(tx, found, input.Username) };
      });
      await changeMfa(pool, user, (mfa) => withPreference(pool, user, mfa, input));
      return {};
    },

    async SetUserSettings(input) {
      const { pool, user } = await tokens.bearerOf(input.AccessToken);
      await changeMfa(pool, user, (mfa) => withPreference(pool, user, mfa, bySms(input.MFAOptions)));
      return {};
    },

    async AdminSetUserSettings(input, call) {
      const { pool, user } = await store.read(async (tx) => {
        const found = await poolNamed(tx, input.UserPoolId, call);
        return { pool: found, user: await userNamed(tx, found, input.Username) };
      });
      await changeMfa(pool, user, (mfa) => withPreference(pool, user, mfa, bySms(input.MFAOptions)));
      return {};
    },

    async GetUserAuthFactors(input) {
      return factors((await tokens.bearerOf(input.AccessToken)).user);
    },

    async AdminGetUserAuthFactors(input, call) {
      return factors(
        await store.read(async (tx) => userNamed(tx, await poolNamed(tx, input.UserPoolId, call), input.Username)),
      );
    },
  };

  /** The sign-in a Session of MFA_SETUP belongs to: the pool is named before what only its key can read. */
  async function underWay(session: string | undefined): Promise<{ signIn: SignIn; user: UserRecord }> {
    if (session === undefined) throw invalidParameter('Missing required parameter Session');
    const poolId = poolOfSession(session);
    return store
      .read(async (tx) => (poolId === undefined ? undefined : tx.get(pools, [poolId])))
      .then(async (pool) => {
        if (pool === undefined) throw notAuthorized('Invalid session for the user.');
        const state = await stateOf({ parts, pool, client: undefined }, session, ['MFA_SETUP']);
        return store.read(async (tx) => {
          const client = await clientOf(tx, pool.id, state.clientId);
          const user = await userNamed(tx, pool, state.username);
          return { signIn: { parts, pool, client, metadata: undefined }, user };
        });
      });
  }
}

function checkSoftwareTokens(pool: PoolRecord): void {
  if (pool.mfa?.softwareToken !== true) {
    throw new Problem('SoftwareTokenMFANotFoundException', 'Software token MFA has not been enabled for the userPool');
  }
}

/** The older way to say it: SMS, or nothing. */
function bySms(options: readonly MFAOptionType[]): Preferences {
  const other = options.find(({ DeliveryMedium }) => DeliveryMedium !== 'SMS');
  if (other !== undefined) throw invalidParameter('Only SMS can be set as an MFA option; use SetUserMFAPreference.');
  return { SMSMfaSettings: { Enabled: options.length > 0 } };
}

function factors({ username, password, mfa }: UserRecord): GetUserAuthFactorsResponse {
  return {
    Username: username,
    ConfiguredUserAuthFactors: password === undefined ? [] : ['PASSWORD'],
    ...(mfa.enabled.length > 0 && { UserMFASettingList: mfa.enabled }),
    ...(mfa.preferred !== undefined && { PreferredMfaSetting: mfa.preferred }),
  };
}

type Preferences = Omit<AdminSetUserMFAPreferenceRequest, 'UserPoolId' | 'Username'>;

function withPreference(pool: PoolRecord, user: UserRecord, mfa: UserMfa, wanted: Preferences): UserMfa {
  if (wanted.WebAuthnMfaSettings?.Enabled === true) throw notBuilt('WebAuthnMfaSettings (passkeys)');
  const settings = [
    ['SOFTWARE_TOKEN_MFA', wanted.SoftwareTokenMfaSettings],
    ['SMS_MFA', wanted.SMSMfaSettings],
    ['EMAIL_OTP', wanted.EmailMfaSettings],
  ] as const;
  const preferredOnes = settings.filter(([, setting]) => setting?.PreferredMfa === true);
  if (preferredOnes.length > 1) throw invalidParameter('Only one MFA method can be preferred.');
  let enabled = [...mfa.enabled];
  let preferred = mfa.preferred;
  for (const [factor, setting] of settings) {
    if (setting === undefined) continue;
    if (setting.Enabled === true) {
      checkFactor(pool, user, factor);
      if (!enabled.includes(factor)) enabled.push(factor);
    } else if (setting.Enabled === false) {
      enabled = enabled.filter((each) => each !== factor);
    }
    if (setting.PreferredMfa === true) {
      if (!enabled.includes(factor)) throw invalidParameter(`User has not set up ${factor}`);
      preferred = factor;
    } else if (preferred === factor) {
      preferred = undefined;
    }
  }
  const { preferred: _before, ...rest } = mfa;
  return { ...rest, enabled, ...(preferred !== undefined && enabled.includes(preferred) && { preferred }) };
}

function checkFactor(pool: PoolRecord, user: UserRecord, factor: string): void {
  if (factor === 'SOFTWARE_TOKEN_MFA' && user.mfa.totpSecret === undefined) {
    throw invalidParameter('User has not verified software token mfa');
  }
  if (factor === 'SMS_MFA' && user.attributes['phone_number'] === undefined) {
    throw invalidParameter('User does not have delivery config set to turn on SMS_MFA');
  }
  if (factor === 'EMAIL_OTP' && user.attributes['email'] === undefined) {
    throw invalidParameter('User does not have delivery config set to turn on EMAIL_OTP');
  }
  if (factor === 'EMAIL_OTP' && pool.mfa?.email === undefined)
    throw invalidParameter('Email MFA is not enabled for the user pool');
}

function shown(pool: PoolRecord): GetUserPoolMfaConfigResponse {
  const { MfaConfiguration, SmsConfiguration, SmsAuthenticationMessage } = pool.settings;
  const { softwareToken = false, sms = false, email } = pool.mfa ?? {};
  const smsSettings = {
    ...(SmsAuthenticationMessage !== undefined && { SmsAuthenticationMessage }),
    ...(SmsConfiguration !== undefined && { SmsConfiguration }),
  };
  return {
    ...((sms || SmsConfiguration !== undefined) && { SmsMfaConfiguration: smsSettings }),
    ...(softwareToken && { SoftwareTokenMfaConfiguration: { Enabled: true } }),
    ...(email !== undefined && { EmailMfaConfiguration: email }),
    MfaConfiguration: MfaConfiguration ?? 'OFF',
  };
}
