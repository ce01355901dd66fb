/** GetUser and its kin: what signed-in users do with their own account, proven by an access token. */
import type { Handlers } from '../../../wire/call.ts';
import type { CodeDeliveryDetailsType, Operations } from '../../../wire/generated/cognito-idp.ts';
import { checkAttempts, countAttempt } from '../attempts.ts';
import { changedAttributes, withoutAttributes } from '../attribute-changes.ts';
import { newPassword, withPassword } from '../change-password.ts';
import { checkCode, codeFor, day, keepCode } from '../codes.ts';
import { putUser, removeUser, userNamed } from '../directory.ts';
import type { PoolParts } from '../parts.ts';
import { isPassword } from '../passwords.ts';
import { invalidParameter, wrongPassword } from '../pool-errors.ts';
import type { PoolRecord, UserRecord } from '../records.ts';
import { checkedAttributes } from '../schema.ts';
import { readableAttributes } from '../scopes.ts';
import { attributeList } from '../user-shown.ts';
import { checkWritable } from './sign-up.ts';

type Address = 'email' | 'phone_number';
const addresses: readonly Address[] = ['email', 'phone_number'];

/** Handlers of a user's own account. */
export function ownAccountHandlers(parts: PoolParts): Handlers<Operations> {
  const { store, clock, tokens, messenger } = parts;

  async function change(
    pool: PoolRecord,
    user: UserRecord,
    changed: (now: UserRecord) => UserRecord,
  ): Promise<UserRecord> {
    return store.write(async (tx) => {
      const after = { ...changed(await userNamed(tx, pool, user.username)), modifiedMs: clock.now() };
      await putUser(tx, pool, after);
      return after;
    });
  }

  /** Sends a code that verifies an address, its new value where that waits for the code. */
  async function sendVerification(
    pool: PoolRecord,
    user: UserRecord,
    clientId: string,
    attribute: Address,
    source: string,
    metadata: { [key: string]: string } | undefined,
    newValue?: string,
  ): Promise<CodeDeliveryDetailsType> {
    const kept = await keepCode(parts, pool, user, attribute, codeFor(parts, day, newValue));
    return messenger.send({
      pool,
      user: kept,
      clientId,
      source,
      code: kept.codes[attribute]!.code,
      attribute,
      ...(newValue !== undefined && { to: newValue }),
      ...(metadata !== undefined && { metadata }),
    });
  }

  return {
    async GetUser(input) {
      const { client, user } = await tokens.bearerOf(input.AccessToken);
      const { mfa, sub } = user;
      return {
        Username: user.username,
        UserAttributes: attributeList({ sub, attributes: readableAttributes(client, user.attributes) }),
        ...(mfa.enabled.length > 0 && { UserMFASettingList: mfa.enabled }),
        ...(mfa.preferred !== undefined && { PreferredMfaSetting: mfa.preferred }),
      };
    },

    async UpdateUserAttributes(input) {
      const { pool, client, user } = await tokens.bearerOf(input.AccessToken);
      checkWritable(
        client,
        input.UserAttributes.map(({ Name }) => Name),
      );
      const values = checkedAttributes(pool.schema, input.UserAttributes, { isNewUser: false, isAdmin: false });
      const mustWait = pool.settings.UserAttributeUpdateSettings?.AttributesRequireVerificationBeforeUpdate ?? [];
      const verified = pool.settings.AutoVerifiedAttributes ?? [];
      const isNew = (name: Address): boolean =>
        values[name] !== undefined && values[name] !== '' && values[name] !== user.attributes[name];
      const waiting = addresses.filter((name) => mustWait.includes(name) && isNew(name));
      const sent = addresses.filter((name) => isNew(name) && (waiting.includes(name) || verified.includes(name)));
      const now = Object.fromEntries(Object.entries(values).filter(([name]) => !waiting.includes(name as Address)));
      const changed = await change(pool, user, (before) => ({
        ...before,
        attributes: changedAttributes(pool, before, now),
      }));
      const details: CodeDeliveryDetailsType[] = [];
      for (const name of sent) {
        const newValue = waiting.includes(name) ? values[name] : undefined;
        details.push(
          await sendVerification(
            pool,
            changed,
            client.id,
            name,
            'CustomMessage_UpdateUserAttribute',
            input.ClientMetadata,
            newValue,
          ),
        );
      }
      return { CodeDeliveryDetailsList: details };
    },

    async DeleteUserAttributes(input) {
      const { pool, client, user } = await tokens.bearerOf(input.AccessToken);
      checkWritable(client, input.UserAttributeNames);
      await change(pool, user, (now) => ({
        ...now,
        attributes: withoutAttributes(pool, now, input.UserAttributeNames),
      }));
      return {};
    },

    async GetUserAttributeVerificationCode(input) {
      const { pool, client, user } = await tokens.bearerOf(input.AccessToken);
      const attribute = addressNamed(input.AttributeName);
      const waiting = user.codes[attribute]?.newValue;
      if (waiting === undefined && !user.attributes[attribute])
        throw invalidParameter(`User does not have ${attribute}.`);
      const source = 'CustomMessage_VerifyUserAttribute';
      return {
        CodeDeliveryDetails: await sendVerification(
          pool,
          user,
          client.id,
          attribute,
          source,
          input.ClientMetadata,
          waiting,
        ),
      };
    },

    async VerifyUserAttribute(input) {
      const { pool, user } = await tokens.bearerOf(input.AccessToken);
      const attribute = addressNamed(input.AttributeName);
      const { newValue } = await checkCode(parts, pool, user, attribute, input.Code);
      await change(pool, user, (now) => {
        const { [attribute]: _used, ...codes } = now.codes;
        const value = newValue ?? now.attributes[attribute]!;
        return {
          ...now,
          codes,
          attributes: { ...now.attributes, [attribute]: value, [`${attribute}_verified`]: 'true' },
        };
      });
      return {};
    },

    async ChangePassword(input) {
      const { pool, user } = await tokens.bearerOf(input.AccessToken);
      checkAttempts(user, clock.now());
      const isRight = await isPassword(user.password, input.PreviousPassword ?? '');
      const counted = await countAttempt(parts, pool, user, isRight);
      if (!isRight) throw wrongPassword();
      const changes = await newPassword(pool, counted, input.ProposedPassword, 'CONFIRMED');
      await change(pool, user, (now) => withPassword(now, changes, clock.now()));
      return {};
    },

    async DeleteUser(input) {
      const { pool, user } = await tokens.bearerOf(input.AccessToken);
      await store.write((tx) => removeUser(tx, pool, user));
    },
  };
}

function addressNamed(name: string): Address {
  const found = addresses.find((each) => each === name);
  if (found === undefined)
    throw invalidParameter(`Attribute ${name} cannot be verified.`, 'only email and phone_number can');
  return found;
}
