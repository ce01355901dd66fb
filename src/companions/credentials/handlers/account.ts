/** What belongs to the account itself: aliases, its summary, and the OIDC providers whose tokens its roles believe. */
import type { ReadTransaction } from '../../../ports/store.ts';
import type { Handlers } from '../../../wire/call.ts';
import type { Operations } from '../../../wire/generated/iam.ts';
import { type Directory, identitiesOf, withoutTags, withTags } from '../directory.ts';
import { alreadyExists, invalidInput, noSuchEntity } from '../iam-errors.ts';
import {
  accountAliases,
  instanceProfiles,
  type OidcProviderRecord,
  oidcProviders,
  policies,
  type UserRecord,
} from '../records.ts';

export function accountHandlers(directory: Directory): Handlers<Operations> {
  const { clock } = directory;

  function changeProvider(account: string, arn: string, change: (provider: OidcProviderRecord) => OidcProviderRecord) {
    return directory.write(async (tx) => {
      const provider = change(await providerNamed(tx, account, arn));
      tx.put(oidcProviders, [account, provider.url], provider);
    });
  }

  return {
    CreateAccountAlias: (input, { account }) =>
      directory.write(async (tx) => {
        const alias = input.AccountAlias;
        for (const { key, value } of await tx.list(accountAliases, [])) {
          if (value.alias === alias && key[0] !== account)
            throw alreadyExists(`The account alias ${alias} already exists.`);
        }
        // An account has one alias; a new one takes the old one's place.
        await tx.deleteAll(accountAliases, [account]);
        tx.put(accountAliases, [account, alias], { alias });
      }),

    ListAccountAliases: (_input, { account }) =>
      directory.read(async (tx) => ({
        AccountAliases: (await tx.list(accountAliases, [account])).map(({ value }) => value.alias),
        IsTruncated: false,
      })),

    DeleteAccountAlias: (input, { account }) =>
      directory.write(async (tx) => {
        const key = [account, input.AccountAlias];
        if ((await tx.get(accountAliases, key)) === undefined) {
          throw noSuchEntity(`The account alias ${input.AccountAlias} cannot be found.`);
        }
        tx.delete(accountAliases, key);
      }),

    GetAccountSummary: (_input, { account }) =>
      directory.read(async (tx) => {
        const users = (await identitiesOf(tx, 'user', account)) as readonly UserRecord[];
        const summary = {
          Users: users.length,
          UsersQuota: 5000,
          Groups: (await identitiesOf(tx, 'group', account)).length,
          GroupsQuota: 300,
          GroupsPerUserQuota: 10,
          Roles: (await identitiesOf(tx, 'role', account)).length,
          RolesQuota: 1000,
          Policies: (await tx.list(policies, [account])).length,
          PoliciesQuota: 1500,
          PolicySizeQuota: 6144,
          VersionsPerPolicyQuota: 5,
          AttachedPoliciesPerUserQuota: 10,
          AttachedPoliciesPerGroupQuota: 10,
          AttachedPoliciesPerRoleQuota: 10,
          UserPolicySizeQuota: 2048,
          GroupPolicySizeQuota: 5120,
          RolePolicySizeQuota: 10_240,
          AssumeRolePolicySizeQuota: 2048,
          AccessKeysPerUserQuota: 2,
          InstanceProfiles: (await tx.list(instanceProfiles, [account])).length,
          InstanceProfilesQuota: 1000,
          Providers: (await tx.list(oidcProviders, [account])).length,
          AccountAccessKeysPresent: 0,
          AccountMFAEnabled: 0,
          MFADevices: 0,
          MFADevicesInUse: 0,
          ServerCertificates: 0,
          ServerCertificatesQuota: 20,
        };
        return { SummaryMap: summary };
      }),

    CreateOpenIDConnectProvider: (input, { account }) =>
      directory.write(async (tx) => {
        const url = urlOf(input.Url);
        if ((await tx.get(oidcProviders, [account, url])) !== undefined) {
          throw alreadyExists(`Provider with url ${input.Url} already exists.`);
        }
        const provider: OidcProviderRecord = {
          account,
          url,
          clientIds: input.ClientIDList ?? [],
          thumbprints: input.ThumbprintList ?? [],
          createdAtMs: clock.now(),
          tags: withTags([], input.Tags ?? []),
        };
        tx.put(oidcProviders, [account, url], provider);
        return {
          OpenIDConnectProviderArn: providerArn(provider),
          ...(provider.tags.length > 0 && { Tags: provider.tags }),
        };
      }),

    GetOpenIDConnectProvider: (input, { account }) =>
      directory.read(async (tx) => {
        const provider = await providerNamed(tx, account, input.OpenIDConnectProviderArn);
        return {
          Url: provider.url,
          ClientIDList: provider.clientIds,
          ThumbprintList: provider.thumbprints,
          CreateDate: provider.createdAtMs,
          Tags: provider.tags,
        };
      }),

    ListOpenIDConnectProviders: (_input, { account }) =>
      directory.read(async (tx) => ({
        OpenIDConnectProviderList: (await tx.list(oidcProviders, [account])).map(({ value }) => ({
          Arn: providerArn(value),
        })),
      })),

    DeleteOpenIDConnectProvider: (input, { account }) =>
      directory.write(async (tx) => {
        const { url } = await providerNamed(tx, account, input.OpenIDConnectProviderArn);
        tx.delete(oidcProviders, [account, url]);
      }),

    AddClientIDToOpenIDConnectProvider: (input, { account }) =>
      changeProvider(account, input.OpenIDConnectProviderArn, (provider) => ({
        ...provider,
        clientIds: [...new Set([...provider.clientIds, input.ClientID])],
      })),

    RemoveClientIDFromOpenIDConnectProvider: (input, { account }) =>
      changeProvider(account, input.OpenIDConnectProviderArn, (provider) => ({
        ...provider,
        clientIds: provider.clientIds.filter((id) => id !== input.ClientID),
      })),

    UpdateOpenIDConnectProviderThumbprint: (input, { account }) =>
      changeProvider(account, input.OpenIDConnectProviderArn, (provider) => ({
        ...provider,
        thumbprints: input.ThumbprintList,
      })),

    TagOpenIDConnectProvider: (input, { account }) =>
      changeProvider(account, input.OpenIDConnectProviderArn, (provider) => ({
        ...provider,
        tags: withTags(provider.tags, input.Tags),
      })),

    UntagOpenIDConnectProvider: (input, { account }) =>
      changeProvider(account, input.OpenIDConnectProviderArn, (provider) => ({
        ...provider,
        tags: withoutTags(provider.tags, input.TagKeys),
      })),

    ListOpenIDConnectProviderTags: (input, { account }) =>
      directory.read(async (tx) => ({
        Tags: (await providerNamed(tx, account, input.OpenIDConnectProviderArn)).tags,
        IsTruncated: false,
      })),
  };
}

function urlOf(given: string): string {
  const url = URL.parse(given.includes('://') ? given : `https://${given}`);
  if (url === null || url.protocol !== 'https:' || url.search !== '' || url.hash !== '') {
    throw invalidInput(`Invalid Open ID Connect Provider URL`);
  }
  return `${url.host}${url.pathname.replace(/\/$/, '')}`;
}

export function providerArn({ account, url }: Pick<OidcProviderRecord, 'account' | 'url'>): string {
  return `arn:aws:iam::${account}:oidc-provider/${url}`;
}

async function providerNamed(tx: ReadTransaction, account: string, arn: string): Promise<OidcProviderRecord> {
  const url = /^arn:aws[\w-]*:iam::\d{12}:oidc-provider\/(.+)$/.exec(arn)?.[1];
  if (url === undefined) throw invalidInput(`Invalid ARN: ${arn}`);
  const provider = await tx.get(oidcProviders, [account, url]);
  if (provider === undefined || providerArn(provider) !== arn) {
    throw noSuchEntity(`OpenIDConnect Provider not found for arn ${arn}`);
  }
  return provider;
}
