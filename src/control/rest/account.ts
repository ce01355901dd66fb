/** Account: GetAccount, UpdateAccount; region-wide settings of the calling account (row V1-01). */
import type { Account } from '../../definition/rest-api.ts';
import { accounts } from '../../ports/records.ts';
import type { ReadTransaction } from '../../ports/store.ts';
import type { Call, Handlers } from '../../wire/call.ts';
import type { Account as AccountAnswer, Operations } from '../../wire/generated/apigateway.ts';
import { requireOneOf, usagePlansStay } from './chosen-refusals.ts';
import { badRequest } from './errors.ts';
import type { RestLimits } from './limits.ts';
import { applyPatch, type PatchTable, withMember, without } from './patch.ts';
import type { RestPorts } from './ports.ts';

/** Recorded. */
const unusableRole =
  'The role ARN does not have required permissions configured. Please grant trust permission for API Gateway and add the required role policy.';

/** What UpdateAccount can change (row PATCH-01). */
const accountPatches: PatchTable<Account> = {
  rows: [
    {
      path: '/cloudwatchRoleArn',
      replace(account, { value }) {
        if (value === '') return without(account, 'cloudwatchRoleArn');
        if (!/^arn:aws[a-z-]*:iam::\d{12}:role\/.+$/.test(value)) {
          throw badRequest(unusableRole);
        }
        return withMember(account, 'cloudwatchRoleArn', value);
      },
    },
    {
      path: '/features',
      add(account, { value }) {
        requireOneOf('feature', value, ['UsagePlans']);
        return withMember(account, 'features', [...new Set([...account.features, value])]);
      },
      remove(account, { value }) {
        // Once an account has usage plans it keeps them.
        if (value === 'UsagePlans') throw usagePlansStay();
        return withMember(
          account,
          'features',
          account.features.filter((feature) => feature !== value),
        );
      },
    },
  ],
};

export function accountHandlers({ store, limits, refusalOfLogRole }: RestPorts): Handlers<Operations> {
  return {
    GetAccount: (_input, call) => store.read(async (tx) => answerAccount(await accountOf(tx, call), limits)),

    UpdateAccount: async (input, call) => {
      const patch = (account: Account) => applyPatch(accountPatches, account, input.patchOperations);
      const before = await store.read((tx) => accountOf(tx, call));
      const { cloudwatchRoleArn: role } = patch(before);
      const why =
        role === undefined || role === before.cloudwatchRoleArn ? undefined : await refusalOfLogRole(role, call.region);
      if (why !== undefined) throw badRequest(unusableRole, why);
      return store.write(async (tx) => {
        const patched = patch(await accountOf(tx, call));
        tx.put(accounts, [call.account, call.region], patched);
        return answerAccount(patched, limits);
      });
    },
  };
}

/** The settings of the calling account in its region; a fresh one has usage plans and no logging role. */
export async function accountOf(tx: ReadTransaction, call: Call): Promise<Account> {
  return (await tx.get(accounts, [call.account, call.region])) ?? { features: ['UsagePlans'] };
}

const answerAccount = ({ cloudwatchRoleArn, features }: Account, limits: RestLimits): AccountAnswer => ({
  ...(cloudwatchRoleArn !== undefined && { cloudwatchRoleArn }),
  throttleSettings: { burstLimit: limits.accountBurstLimit, rateLimit: limits.accountRateLimit },
  features,
  apiKeyVersion: '4',
});
