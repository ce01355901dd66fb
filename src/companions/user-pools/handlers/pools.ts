/** CreateUserPool and its kin: pools as a whole. */
import type { ReadTransaction } from '../../../ports/store.ts';
import type { Handlers } from '../../../wire/call.ts';
import type {
  CreateUserPoolRequest,
  Operations,
  PasswordPolicyType,
  UpdateUserPoolRequest,
  UserPoolType,
} from '../../../wire/generated/cognito-idp.ts';
import { pageOf } from '../../list-pages.ts';
import { poolNamed } from '../directory.ts';
import { newPoolId, poolArn } from '../names.ts';
import type { PoolParts } from '../parts.ts';
import { invalidParameter, notBuilt } from '../pool-errors.ts';
import type { PoolRecord, PoolSettings } from '../records.ts';
import * as records from '../records.ts';
import { schemaOf, withCustomAttributes } from '../schema.ts';
import { checkTriggers } from '../triggers.ts';

/** Handlers over pools. */
export function poolHandlers({ store, clock, keys, poolDeleted }: PoolParts): Handlers<Operations> {
  return {
    async CreateUserPool(input, call) {
      const { PoolName, Schema, UserPoolTags, ...given } = input;
      checkSettings(given);
      if ((given.AliasAttributes?.length ?? 0) > 0 && (given.UsernameAttributes?.length ?? 0) > 0) {
        throw invalidParameter('Only one of the aliasAttributes or usernameAttributes can be set in a user pool.');
      }
      const nowMs = clock.now();
      const pool: PoolRecord = {
        account: call.account,
        region: call.region,
        id: newPoolId(call.region),
        name: PoolName,
        createdMs: nowMs,
        modifiedMs: nowMs,
        settings: withDefaults(given),
        schema: schemaOf(Schema ?? []),
        tags: { ...UserPoolTags },
      };
      await store.write(async (tx) => tx.put(records.pools, [pool.id], pool));
      return { UserPool: shown(pool, { users: 0 }) };
    },

    async DescribeUserPool(input, call) {
      return store.read(async (tx) => {
        const pool = await poolNamed(tx, input.UserPoolId, call);
        return { UserPool: shown(pool, await surroundings(tx, pool)) };
      });
    },

    async UpdateUserPool(input, call) {
      const { UserPoolId, UserPoolTags, PoolName, ...given } = input;
      checkSettings(given);
      await store.write(async (tx) => {
        const pool = await poolNamed(tx, UserPoolId, call);
        const { UsernameAttributes, AliasAttributes, UsernameConfiguration } = pool.settings;
        // What is not named goes back to its default, as in AWS; what cannot be updated stays.
        const fixed: PoolSettings = {
          ...(UsernameAttributes !== undefined && { UsernameAttributes }),
          ...(AliasAttributes !== undefined && { AliasAttributes }),
          ...(UsernameConfiguration !== undefined && { UsernameConfiguration }),
        };
        tx.put(records.pools, [pool.id], {
          ...pool,
          name: PoolName ?? pool.name,
          settings: withDefaults({ ...given, ...fixed }),
          tags: UserPoolTags === undefined ? pool.tags : { ...UserPoolTags },
          modifiedMs: clock.now(),
        });
      });
      return {};
    },

    async DeleteUserPool(input, call) {
      await store.write(async (tx) => {
        const pool = await poolNamed(tx, input.UserPoolId, call);
        if (pool.settings.DeletionProtection === 'ACTIVE') {
          throw invalidParameter(
            'The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.',
          );
        }
        const domains = (await tx.list(records.domains, [])).filter(({ value }) => value.poolId === pool.id);
        if (domains.length > 0) {
          throw invalidParameter(
            'User pool cannot be deleted. It has a domain configured that should be deleted first.',
          );
        }
        for (const { value } of await tx.list(records.clients, [pool.id])) tx.delete(records.clientPools, [value.id]);
        for (const owned of [
          records.clients,
          records.users,
          records.userAliases,
          records.groups,
          records.groupMembers,
          records.userGroups,
          records.resourceServers,
          records.identityProviders,
          records.sessions,
          records.poolKeys,
        ]) {
          await tx.deleteAll<unknown>(owned, [pool.id]);
        }
        tx.delete(records.pools, [pool.id]);
      });
      keys.forget(input.UserPoolId);
      // Nobody may go on with a token of a pool that is gone.
      poolDeleted();
    },

    async ListUserPools(input, call) {
      const all = await store.read((tx) => tx.list(records.pools, []));
      const own = all
        .map(({ value }) => value)
        .filter(({ account, region }) => account === call.account && region === call.region);
      const { items, next } = pageOf(own, ({ id }) => id, input.NextToken, input.MaxResults);
      return {
        UserPools: items.map(({ id, name, settings, createdMs, modifiedMs }) => ({
          Id: id,
          Name: name,
          LambdaConfig: settings.LambdaConfig ?? {},
          LastModifiedDate: modifiedMs,
          CreationDate: createdMs,
        })),
        ...(next !== undefined && { NextToken: next }),
      };
    },

    async AddCustomAttributes(input, call) {
      await store.write(async (tx) => {
        const pool = await poolNamed(tx, input.UserPoolId, call);
        const schema = withCustomAttributes(pool.schema, input.CustomAttributes);
        tx.put(records.pools, [pool.id], { ...pool, schema, modifiedMs: clock.now() });
      });
      return {};
    },
  };
}

type GivenSettings = Omit<CreateUserPoolRequest, 'PoolName'> | Omit<UpdateUserPoolRequest, 'UserPoolId'>;

/** Refuses what nothing here would keep to, and what Cognito itself does not take. */
function checkSettings(given: GivenSettings): void {
  checkTriggers(given.LambdaConfig);
  if ((given.UserPoolAddOns?.AdvancedSecurityMode ?? 'OFF') !== 'OFF') {
    throw notBuilt('UserPoolAddOns.AdvancedSecurityMode (threat protection)');
  }
  if (given.DeviceConfiguration !== undefined) throw notBuilt('DeviceConfiguration (remembered devices)');
  const factors = given.Policies?.SignInPolicy?.AllowedFirstAuthFactors ?? [];
  const other = factors.find((factor) => factor !== 'PASSWORD');
  if (other !== undefined) throw notBuilt(`SignInPolicy.AllowedFirstAuthFactors ${other}`);
  if (given.KeyConfiguration?.KeyType === 'CUSTOMER_MANAGED_KEY')
    throw notBuilt('KeyConfiguration.KeyType CUSTOMER_MANAGED_KEY');
  if (given.IssuerConfiguration?.Type === 'UPDATED') throw notBuilt('IssuerConfiguration.Type UPDATED');
  const template = given.VerificationMessageTemplate;
  if (template?.DefaultEmailOption === 'CONFIRM_WITH_LINK')
    throw notBuilt('VerificationMessageTemplate.DefaultEmailOption CONFIRM_WITH_LINK');
  const days = given.Policies?.PasswordPolicy?.TemporaryPasswordValidityDays;
  const unused = given.AdminCreateUserConfig?.UnusedAccountValidityDays;
  if (days !== undefined && unused !== undefined && days !== unused) {
    throw invalidParameter(
      'Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays',
    );
  }
}

/** Settings with the defaults DescribeUserPool shows. */
function withDefaults(given: GivenSettings): PoolSettings {
  const {
    Policies,
    AdminCreateUserConfig,
    UserPoolTags: _tags,
    Schema: _schema,
    PoolName: _name,
    ...others
  } = given as CreateUserPoolRequest;
  const policy = passwordPolicy(Policies?.PasswordPolicy, AdminCreateUserConfig?.UnusedAccountValidityDays);
  return {
    DeletionProtection: 'INACTIVE',
    LambdaConfig: {},
    VerificationMessageTemplate: { DefaultEmailOption: 'CONFIRM_WITH_CODE' },
    UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: [] },
    MfaConfiguration: 'OFF',
    UserPoolTier: 'ESSENTIALS',
    ...others,
    EmailConfiguration: { EmailSendingAccount: 'COGNITO_DEFAULT', ...others.EmailConfiguration },
    Policies: {
      PasswordPolicy: policy,
      SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD'], ...Policies?.SignInPolicy },
    },
    AdminCreateUserConfig: {
      AllowAdminCreateUserOnly: false,
      ...AdminCreateUserConfig,
      UnusedAccountValidityDays: policy.TemporaryPasswordValidityDays!,
    },
  };
}

/** Without a policy all kinds of characters are asked for; in one that is given, what is not named is off. */
function passwordPolicy(given: PasswordPolicyType | undefined, unusedDays: number | undefined): PasswordPolicyType {
  const isRequired = given === undefined;
  return {
    MinimumLength: 8,
    RequireUppercase: isRequired,
    RequireLowercase: isRequired,
    RequireNumbers: isRequired,
    RequireSymbols: isRequired,
    ...given,
    TemporaryPasswordValidityDays: given?.TemporaryPasswordValidityDays ?? unusedDays ?? 7,
  };
}

interface Surroundings {
  readonly users: number;
  readonly domain?: string;
  readonly customDomain?: string;
}

async function surroundings(tx: ReadTransaction, pool: PoolRecord): Promise<Surroundings> {
  const count = (await tx.list(records.users, [pool.id])).length;
  const domains = (await tx.list(records.domains, []))
    .map(({ value }) => value)
    .filter(({ poolId }) => poolId === pool.id);
  const domain = domains.find(({ certificateArn }) => certificateArn === undefined)?.domain;
  const customDomain = domains.find(({ certificateArn }) => certificateArn !== undefined)?.domain;
  return { users: count, ...(domain !== undefined && { domain }), ...(customDomain !== undefined && { customDomain }) };
}

function shown(pool: PoolRecord, { users, domain, customDomain }: Surroundings): UserPoolType {
  return {
    ...pool.settings,
    Id: pool.id,
    Name: pool.name,
    Arn: poolArn(pool),
    SchemaAttributes: pool.schema,
    UserPoolTags: pool.tags,
    EstimatedNumberOfUsers: users,
    CreationDate: pool.createdMs,
    LastModifiedDate: pool.modifiedMs,
    ...(domain !== undefined && { Domain: domain }),
    ...(customDomain !== undefined && { CustomDomain: customDomain }),
  };
}
