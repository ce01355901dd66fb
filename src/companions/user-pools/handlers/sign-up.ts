/** SignUp and what belongs to it: confirmation, and forgotten passwords. All of it is public: callers prove themselves by codes. */
import { randomUUID } from 'node:crypto';
import type { Handlers } from '../../../wire/call.ts';
import type { CodeDeliveryDetailsType, Operations } from '../../../wire/generated/cognito-idp.ts';
import { verifiedAddress } from '../attribute-changes.ts';
import { newPassword, withPassword } from '../change-password.ts';
import { checkCode, codeFor, day, hour, keepCode } from '../codes.ts';
import { clientAlone, findUser, holderOf, putUser, userKey, userNamed } from '../directory.ts';
import { masked } from '../messages.ts';
import type { PoolParts } from '../parts.ts';
import {
  codeMismatch,
  expiredCode,
  invalidParameter,
  notAuthorized,
  userNotConfirmed,
  userNotFound,
  usernameExists,
} from '../pool-errors.ts';
import { type ClientRecord, type PoolRecord, type UserRecord, users } from '../records.ts';
import { checkedAttributes, checkRequired } from '../schema.ts';
import { checkSecretHash } from '../secret-hash.ts';
import { confirmSignUp, postConfirmation } from '../sign-up.ts';
import { triggerAttributes } from '../triggers.ts';
import { nameOfNewUser } from '../usernames.ts';

/** Handlers of signing up and of forgotten passwords. */
export function signUpHandlers(parts: PoolParts): Handlers<Operations> {
  const { store, clock, messenger, triggers } = parts;

  return {
    async SignUp(input) {
      const { pool, client } = await store.read((tx) => clientAlone(tx, input.ClientId));
      checkSecretHash(client, input.SecretHash, input.Username);
      if (pool.settings.AdminCreateUserConfig?.AllowAdminCreateUserOnly === true) {
        throw notAuthorized('SignUp is not permitted for this user pool');
      }
      if (input.Password === undefined) throw invalidParameter('Missing required parameter Password');
      const given = input.UserAttributes ?? [];
      checkWritable(
        client,
        given.map(({ Name }) => Name),
      );
      const sub = randomUUID();
      const named = nameOfNewUser(pool, input.Username, sub);
      const values = checkedAttributes(pool.schema, given, { isNewUser: true, isAdmin: false });
      const attributes: Record<string, string> = { ...values, ...named.attributes };
      checkRequired(pool.schema, attributes);
      const draft: UserRecord = {
        poolId: pool.id,
        username: named.username,
        sub,
        attributes,
        enabled: true,
        status: 'UNCONFIRMED',
        createdMs: clock.now(),
        modifiedMs: clock.now(),
        codes: {},
        generation: 0,
        mfa: { enabled: [] },
      };
      const changes = await newPassword(
        pool,
        draft,
        input.Password,
        'UNCONFIRMED',
        'Password did not conform with policy',
      );
      await checkNameIsFree(pool, draft, named.attributes);
      const { sub: _sub, 'cognito:user_status': _status, ...asked } = triggerAttributes(draft);
      const verdict = await triggers.call({
        trigger: 'PreSignUp',
        source: 'PreSignUp_SignUp',
        pool,
        clientId: client.id,
        username: draft.username,
        request: {
          userAttributes: asked,
          validationData:
            input.ValidationData === undefined
              ? null
              : Object.fromEntries(input.ValidationData.map(({ Name, Value }) => [Name, Value ?? ''])),
          ...(input.ClientMetadata !== undefined && { clientMetadata: input.ClientMetadata }),
        },
        response: { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
      });
      const isConfirmed = verdict?.['autoConfirmUser'] === true;
      const user: UserRecord = {
        ...withPassword({ ...draft, attributes: signedUpAttributes(attributes, verdict) }, changes, draft.createdMs),
        status: isConfirmed ? 'CONFIRMED' : 'UNCONFIRMED',
      };
      await store.write(async (tx) => {
        if ((await tx.get(users, [pool.id, userKey(pool, user.username)])) !== undefined)
          throw usernameExists('User already exists');
        await putUser(tx, pool, user);
      });
      if (isConfirmed) {
        const metadata = input.ClientMetadata;
        await postConfirmation(parts, { pool, clientId: client.id, metadata }, user, 'PostConfirmation_ConfirmSignUp');
        return { UserConfirmed: true, UserSub: sub };
      }
      const details = await sendSignUpCode(pool, client, user, 'CustomMessage_SignUp', input.ClientMetadata);
      return { UserConfirmed: false, ...(details !== undefined && { CodeDeliveryDetails: details }), UserSub: sub };
    },

    async ConfirmSignUp(input) {
      const { pool, client } = await store.read((tx) => clientAlone(tx, input.ClientId));
      checkSecretHash(client, input.SecretHash, input.Username);
      const user = await store.read((tx) => findUser(tx, pool, input.Username));
      if (user === undefined) throw hidden(client) ? codeMismatch() : userNotFound();
      if (user.status !== 'UNCONFIRMED')
        throw notAuthorized(`User cannot be confirmed. Current status is ${user.status}`);
      await checkCode(parts, pool, user, 'sign-up', input.ConfirmationCode);
      await confirmSignUp(parts, {
        pool,
        user,
        clientId: client.id,
        metadata: input.ClientMetadata,
        verifies: addressToVerify(pool, user),
        takesAliases: input.ForceAliasCreation === true,
      });
      return {};
    },

    async ResendConfirmationCode(input) {
      const { pool, client } = await store.read((tx) => clientAlone(tx, input.ClientId));
      checkSecretHash(client, input.SecretHash, input.Username);
      const user = await store.read((tx) => findUser(tx, pool, input.Username));
      if (user === undefined) {
        if (!hidden(client)) throw userNotFound();
        return { CodeDeliveryDetails: inventedDelivery(input.Username) };
      }
      if (user.status !== 'UNCONFIRMED') throw invalidParameter('User is already confirmed.');
      const details = await sendSignUpCode(pool, client, user, 'CustomMessage_ResendCode', input.ClientMetadata);
      if (details === undefined) throw invalidParameter('Auto verification not turned on.');
      return { CodeDeliveryDetails: details };
    },

    async ForgotPassword(input) {
      const { pool, client } = await store.read((tx) => clientAlone(tx, input.ClientId));
      checkSecretHash(client, input.SecretHash, input.Username);
      const user = await store.read((tx) => findUser(tx, pool, input.Username));
      if (user === undefined) {
        if (!hidden(client)) throw userNotFound();
        return { CodeDeliveryDetails: inventedDelivery(input.Username) };
      }
      if (!user.enabled) throw notAuthorized('User is disabled.');
      if (user.status === 'FORCE_CHANGE_PASSWORD')
        throw notAuthorized('User password cannot be reset in the current state.');
      const attribute = recoveryAddress(pool, user);
      const kept = await keepCode(parts, pool, user, 'password', codeFor(parts, hour));
      const details = await messenger.send({
        pool,
        user: kept,
        clientId: client.id,
        source: 'CustomMessage_ForgotPassword',
        code: kept.codes['password']!.code,
        attribute,
        ...(input.ClientMetadata !== undefined && { metadata: input.ClientMetadata }),
      });
      return { CodeDeliveryDetails: details };
    },

    async ConfirmForgotPassword(input) {
      const { pool, client } = await store.read((tx) => clientAlone(tx, input.ClientId));
      checkSecretHash(client, input.SecretHash, input.Username);
      const user = await store.read((tx) => findUser(tx, pool, input.Username));
      if (user === undefined) throw hidden(client) ? expiredCode() : userNotFound();
      if (user.status === 'UNCONFIRMED') throw userNotConfirmed();
      await checkCode(parts, pool, user, 'password', input.ConfirmationCode);
      const changes = await newPassword(pool, user, input.Password, 'CONFIRMED');
      const changed = await store.write(async (tx) => {
        const after = withPassword(await userNamed(tx, pool, user.username), changes, clock.now());
        await putUser(tx, pool, after);
        return after;
      });
      const metadata = input.ClientMetadata;
      await postConfirmation(
        parts,
        { pool, clientId: client.id, metadata },
        changed,
        'PostConfirmation_ConfirmForgotPassword',
      );
      return {};
    },
  };

  async function checkNameIsFree(
    pool: PoolRecord,
    draft: UserRecord,
    names: Readonly<Record<string, string>>,
  ): Promise<void> {
    await store.read(async (tx) => {
      if ((await tx.get(users, [pool.id, userKey(pool, draft.username)])) !== undefined)
        throw usernameExists('User already exists');
      for (const [attribute, value] of Object.entries(names)) {
        if ((await holderOf(tx, pool, attribute, value)) !== undefined) {
          throw usernameExists(`An account with the given ${attribute} already exists.`);
        }
      }
    });
  }

  /** Sends the code that confirms a sign-up to the address the pool verifies; undefined when it verifies none the user has. */
  async function sendSignUpCode(
    pool: PoolRecord,
    client: ClientRecord,
    user: UserRecord,
    source: string,
    metadata: { [key: string]: string } | undefined,
  ): Promise<CodeDeliveryDetailsType | undefined> {
    const attribute = addressToVerify(pool, user);
    if (attribute === undefined) return undefined;
    const kept = await keepCode(parts, pool, user, 'sign-up', codeFor(parts, day));
    return messenger.send({
      pool,
      user: kept,
      clientId: client.id,
      source,
      code: kept.codes['sign-up']!.code,
      attribute,
      ...(metadata !== undefined && { metadata }),
    });
  }
}

const hidden = (client: ClientRecord): boolean => client.settings.PreventUserExistenceErrors === 'ENABLED';

/** What a user who does not exist would have been told. */
function inventedDelivery(name: string): CodeDeliveryDetailsType {
  return {
    Destination: masked('EMAIL', name.includes('@') ? name : `${name}@example.com`),
    DeliveryMedium: 'EMAIL',
    AttributeName: 'email',
  };
}

/** The attribute a sign-up code goes to and verifies: the phone number where both could be. */
export function addressToVerify(pool: PoolRecord, user: UserRecord): 'email' | 'phone_number' | undefined {
  const verified = pool.settings.AutoVerifiedAttributes ?? [];
  return (['phone_number', 'email'] as const).find((name) => verified.includes(name) && user.attributes[name]);
}

/** Where a password reset code goes, by the pool's recovery settings; without them the phone number, then the e-mail address. */
function recoveryAddress(pool: PoolRecord, user: UserRecord): 'email' | 'phone_number' {
  const mechanisms = [...(pool.settings.AccountRecoverySetting?.RecoveryMechanisms ?? [])].sort(
    (a, b) => a.Priority - b.Priority,
  );
  if (mechanisms.some(({ Name }) => Name === 'admin_only'))
    throw notAuthorized('Contact administrator to reset password.');
  for (const { Name } of mechanisms) {
    const attribute = Name === 'verified_email' ? 'email' : 'phone_number';
    if (user.attributes[attribute] && user.attributes[`${attribute}_verified`] === 'true') return attribute;
  }
  const any = mechanisms.length === 0 ? verifiedAddress(user, ['phone_number', 'email']) : undefined;
  if (any !== undefined) return any;
  throw invalidParameter('Cannot reset password for the user as there is no registered/verified email or phone_number');
}

/** Addresses of somebody who signs up are unverified and said to be, unless the trigger verifies them. */
function signedUpAttributes(
  given: Readonly<Record<string, string>>,
  verdict: Readonly<Record<string, unknown>> | undefined,
): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    attributes[name] = value;
    if (name === 'email' || name === 'phone_number') attributes[`${name}_verified`] = 'false';
  }
  for (const [wish, name] of [
    ['autoVerifyEmail', 'email'],
    ['autoVerifyPhone', 'phone_number'],
  ] as const) {
    if (verdict?.[wish] !== true) continue;
    if (attributes[name] === undefined) throw invalidParameter(`User does not have ${name} to be auto verified.`);
    attributes[`${name}_verified`] = 'true';
  }
  return attributes;
}

/** Throws NotAuthorizedException for attributes the client may not write. */
export function checkWritable(client: ClientRecord, names: readonly string[]): void {
  const writable = client.settings.WriteAttributes;
  if (writable === undefined || writable.length === 0) return;
  if (names.some((name) => !writable.includes(name)))
    throw notAuthorized('A client attempted to write unauthorized attribute');
}
