/** AdminCreateUser, AdminGetUser and their kin: users as an administrator handles them. */
import { randomUUID } from 'node:crypto';
import { Problem } from '../../../base/problem.ts';
import type { Call, Handlers } from '../../../wire/call.ts';
import type { Operations } from '../../../wire/generated/cognito-idp.ts';
import { changedAttributes, verifiedAddress, withoutAttributes } from '../attribute-changes.ts';
import { newPassword, withPassword } from '../change-password.ts';
import { findUser, holderOf, poolNamed, putUser, removeUser, userKey, userNamed } from '../directory.ts';
import { newTemporaryPassword } from '../names.ts';
import type { PoolParts } from '../parts.ts';
import { invalidParameter, notAuthorized, userNotFound, usernameExists } from '../pool-errors.ts';
import { type PoolRecord, type UserRecord, users } from '../records.ts';
import { checkedAttributes, checkRequired } from '../schema.ts';
import { confirmSignUp } from '../sign-up.ts';
import { triggerAttributes } from '../triggers.ts';
import { attributeList, userShown } from '../user-shown.ts';
import { type NewName, nameOfNewUser } from '../usernames.ts';

const day = 86_400_000;

/** Handlers of the Admin operations on one user. */
export function adminUserHandlers(parts: PoolParts): Handlers<Operations> {
  const { store, clock, messenger } = parts;

  async function find(poolId: string, username: string, call: Call): Promise<{ pool: PoolRecord; user: UserRecord }> {
    return store.read(async (tx) => {
      const pool = await poolNamed(tx, poolId, call);
      return { pool, user: await userNamed(tx, pool, username) };
    });
  }

  /** Changes a user as they are at this moment. */
  async function change(
    pool: PoolRecord,
    username: string,
    changed: (user: UserRecord) => UserRecord,
  ): Promise<UserRecord> {
    return store.write(async (tx) => {
      const after = { ...changed(await userNamed(tx, pool, username)), modifiedMs: clock.now() };
      await putUser(tx, pool, after);
      return after;
    });
  }

  async function resend(
    pool: PoolRecord,
    user: UserRecord,
    password: string | undefined,
  ): Promise<{ user: UserRecord; password: string }> {
    if (user.status !== 'FORCE_CHANGE_PASSWORD') {
      throw unsupportedState('Resend not possible. Username status is not FORCE_CHANGE_PASSWORD');
    }
    const chosen = password ?? newTemporaryPassword(minimumLength(pool));
    const changes = await newPassword(
      pool,
      user,
      chosen,
      'FORCE_CHANGE_PASSWORD',
      'Password did not conform with password policy',
    );
    const temporaryUntilMs = clock.now() + temporaryDays(pool) * day;
    return {
      user: await change(pool, user.username, (now) => ({
        ...withPassword(now, changes, clock.now()),
        temporaryUntilMs,
      })),
      password: chosen,
    };
  }

  return {
    async AdminCreateUser(input, call) {
      const pool = await store.read((tx) => poolNamed(tx, input.UserPoolId, call));
      const { MessageAction: action, TemporaryPassword: given, ClientMetadata: metadata } = input;
      const mediums = input.DesiredDeliveryMediums ?? ['SMS'];
      if (action === 'RESEND') {
        const present = await store.read((tx) => findUser(tx, pool, input.Username));
        if (present === undefined) throw userNotFound();
        const again = await resend(pool, present, given);
        await invite(pool, again.user, again.password, mediums, metadata);
        return { User: userShown(again.user) };
      }

      const sub = randomUUID();
      const named: NewName = nameOfNewUser(pool, input.Username, sub);
      const values = checkedAttributes(pool.schema, input.UserAttributes ?? [], { isNewUser: true, isAdmin: true });
      const attributes = { ...values, ...named.attributes };
      checkRequired(pool.schema, attributes);
      const taken = await store.read(async (tx) => {
        if ((await tx.get(users, [pool.id, userKey(pool, named.username)])) !== undefined)
          return 'User account already exists';
        return (await holderOfName(named.attributes))
          ? `An account with the given ${named.attributes['email'] === undefined ? 'phone_number' : 'email'} already exists.`
          : undefined;
        async function holderOfName(of: Readonly<Record<string, string>>): Promise<boolean> {
          for (const [attribute, value] of Object.entries(of)) {
            if ((await holderOf(tx, pool, attribute, value)) !== undefined) return true;
          }
          return false;
        }
      });
      if (taken !== undefined) throw usernameExists(taken);
      const draft: UserRecord = {
        poolId: pool.id,
        username: named.username,
        sub,
        attributes,
        enabled: true,
        status: 'FORCE_CHANGE_PASSWORD',
        createdMs: clock.now(),
        modifiedMs: clock.now(),
        codes: {},
        generation: 0,
        mfa: { enabled: [] },
      };
      await parts.triggers.call({
        trigger: 'PreSignUp',
        source: 'PreSignUp_AdminCreateUser',
        pool,
        clientId: undefined,
        username: draft.username,
        request: {
          userAttributes: withoutSub(triggerAttributes(draft)),
          validationData: Object.fromEntries(
            (input.ValidationData ?? []).map(({ Name, Value }) => [Name, Value ?? '']),
          ),
          ...(metadata !== undefined && { clientMetadata: metadata }),
        },
        response: { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
      });
      const password = given ?? newTemporaryPassword(minimumLength(pool));
      const changes = await newPassword(
        pool,
        draft,
        password,
        'FORCE_CHANGE_PASSWORD',
        'Password did not conform with password policy',
      );
      const user: UserRecord = {
        ...withPassword(draft, changes, draft.createdMs),
        temporaryUntilMs: draft.createdMs + temporaryDays(pool) * day,
      };
      await store.write(async (tx) => {
        if ((await tx.get(users, [pool.id, userKey(pool, user.username)])) !== undefined)
          throw usernameExists('User account already exists');
        await putUser(tx, pool, user, { takesAliases: input.ForceAliasCreation === true });
      });
      if (action !== 'SUPPRESS') await invite(pool, user, password, mediums, metadata);
      return { User: userShown(user) };
    },

    async AdminGetUser(input, call) {
      const { user } = await find(input.UserPoolId, input.Username, call);
      const { mfa } = user;
      return {
        Username: user.username,
        UserAttributes: attributeList(user),
        UserCreateDate: user.createdMs,
        UserLastModifiedDate: user.modifiedMs,
        Enabled: user.enabled,
        UserStatus: user.status,
        ...(mfa.enabled.length > 0 && { UserMFASettingList: mfa.enabled }),
        ...(mfa.preferred !== undefined && { PreferredMfaSetting: mfa.preferred }),
      };
    },

    async AdminSetUserPassword(input, call) {
      const { pool, user } = await find(input.UserPoolId, input.Username, call);
      const isPermanent = input.Permanent === true;
      const status = isPermanent ? 'CONFIRMED' : 'FORCE_CHANGE_PASSWORD';
      const changes = await newPassword(pool, user, input.Password, status);
      await change(pool, user.username, (now) => ({
        ...withPassword(now, changes, clock.now()),
        ...(!isPermanent && { temporaryUntilMs: clock.now() + temporaryDays(pool) * day }),
      }));
      return {};
    },

    async AdminConfirmSignUp(input, call) {
      const { pool, user } = await find(input.UserPoolId, input.Username, call);
      if (user.status !== 'UNCONFIRMED')
        throw notAuthorized(`User cannot be confirmed. Current status is ${user.status}`);
      await confirmSignUp(parts, {
        pool,
        user,
        clientId: undefined,
        metadata: input.ClientMetadata,
        verifies: undefined,
        takesAliases: false,
      });
      return {};
    },

    async AdminUpdateUserAttributes(input, call) {
      const { pool, user } = await find(input.UserPoolId, input.Username, call);
      const values = checkedAttributes(pool.schema, input.UserAttributes, { isNewUser: false, isAdmin: true });
      await change(pool, user.username, (now) => ({ ...now, attributes: changedAttributes(pool, now, values) }));
      return {};
    },

    async AdminDeleteUserAttributes(input, call) {
      const { pool, user } = await find(input.UserPoolId, input.Username, call);
      await change(pool, user.username, (now) => ({
        ...now,
        attributes: withoutAttributes(pool, now, input.UserAttributeNames),
      }));
      return {};
    },

    async AdminDeleteUser(input, call) {
      await store.write(async (tx) => {
        const pool = await poolNamed(tx, input.UserPoolId, call);
        await removeUser(tx, pool, await userNamed(tx, pool, input.Username));
      });
    },

    async AdminEnableUser(input, call) {
      const { pool, user } = await find(input.UserPoolId, input.Username, call);
      await change(pool, user.username, (now) => ({ ...now, enabled: true }));
      return {};
    },

    async AdminDisableUser(input, call) {
      const { pool, user } = await find(input.UserPoolId, input.Username, call);
      // A disabled user's tokens are over, refresh tokens for good.
      await change(pool, user.username, (now) => ({
        ...now,
        enabled: false,
        generation: now.generation + 1,
        signedOutMs: clock.now(),
      }));
      return {};
    },

    async AdminResetUserPassword(input, call) {
      const { pool, user } = await find(input.UserPoolId, input.Username, call);
      if (user.status === 'FORCE_CHANGE_PASSWORD') {
        throw notAuthorized('User password cannot be reset in the current state.');
      }
      const attribute = verifiedAddress(user);
      if (attribute === undefined) {
        throw invalidParameter(
          'Cannot reset password for the user as there is no registered/verified email or phone_number',
        );
      }
      const code = messenger.newCode();
      const changed = await change(pool, user.username, (now) => ({
        ...now,
        status: 'RESET_REQUIRED',
        codes: { ...now.codes, password: { code, expiresMs: clock.now() + 3_600_000, failures: 0 } },
      }));
      await messenger.send({
        pool,
        user: changed,
        clientId: undefined,
        source: 'CustomMessage_ForgotPassword',
        code,
        attribute,
        ...(input.ClientMetadata !== undefined && { metadata: input.ClientMetadata }),
      });
      return {};
    },
  };

  async function invite(
    pool: PoolRecord,
    user: UserRecord,
    password: string,
    mediums: readonly ('SMS' | 'EMAIL')[],
    metadata: { [key: string]: string } | undefined,
  ): Promise<void> {
    for (const medium of mediums) {
      const attribute = medium === 'EMAIL' ? 'email' : 'phone_number';
      // Without such an address nothing is sent, as on AWS.
      if (user.attributes[attribute] === undefined) continue;
      await messenger.send({
        pool,
        user,
        clientId: undefined,
        source: 'CustomMessage_AdminCreateUser',
        code: password,
        attribute,
        ...(metadata !== undefined && { metadata }),
      });
    }
  }
}

const temporaryDays = (pool: PoolRecord): number =>
  pool.settings.Policies?.PasswordPolicy?.TemporaryPasswordValidityDays ?? 7;
const minimumLength = (pool: PoolRecord): number => pool.settings.Policies?.PasswordPolicy?.MinimumLength ?? 8;

function withoutSub({ sub: _sub, ...others }: Record<string, string>): Record<string, string> {
  return others;
}

const unsupportedState = (message: string): Problem => new Problem('UnsupportedUserStateException', message);
