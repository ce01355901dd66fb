/** CreateUserPoolClient and its kin: the applications of a pool. */

import { Problem } from '../../../base/problem.ts';
import type { ReadTransaction } from '../../../ports/store.ts';
import type { Handlers } from '../../../wire/call.ts';
import type { Operations, UserPoolClientType } from '../../../wire/generated/cognito-idp.ts';
import { pageOf } from '../../list-pages.ts';
import { clientOf, poolNamed } from '../directory.ts';
import { newClientId, newClientSecret } from '../names.ts';
import type { PoolParts } from '../parts.ts';
import { invalidOAuthFlow, invalidParameter, notBuilt } from '../pool-errors.ts';
import {
  type ClientRecord,
  type ClientSettings,
  clientPools,
  clients,
  identityProviders,
  type PoolRecord,
  resourceServers,
} from '../records.ts';
import { validitySeconds } from '../tokens.ts';

/** Handlers over clients. */
export function clientHandlers({ store, clock }: PoolParts): Handlers<Operations> {
  return {
    async CreateUserPoolClient(input, call) {
      const { UserPoolId, ClientName, GenerateSecret, ClientSecret, ...given } = input;
      if (ClientSecret !== undefined) throw notBuilt('ClientSecret of the caller’s own');
      const nowMs = clock.now();
      const client: ClientRecord = {
        poolId: UserPoolId,
        id: newClientId(),
        name: ClientName,
        secret: GenerateSecret === true ? newClientSecret() : undefined,
        createdMs: nowMs,
        modifiedMs: nowMs,
        settings: withDefaults(given),
      };
      await store.write(async (tx) => {
        const pool = await poolNamed(tx, UserPoolId, call);
        await checkClient(tx, pool, client);
        tx.put(clients, [pool.id, client.id], client);
        tx.put(clientPools, [client.id], { poolId: pool.id });
      });
      return { UserPoolClient: shown(client) };
    },

    async DescribeUserPoolClient(input, call) {
      return store.read(async (tx) => {
        const pool = await poolNamed(tx, input.UserPoolId, call);
        return { UserPoolClient: shown(await clientOf(tx, pool.id, input.ClientId)) };
      });
    },

    async UpdateUserPoolClient(input, call) {
      const { UserPoolId, ClientId, ClientName, ...given } = input;
      return store.write(async (tx) => {
        const pool = await poolNamed(tx, UserPoolId, call);
        const before = await clientOf(tx, pool.id, ClientId);
        // What is not named goes back to its default, as in AWS.
        const client: ClientRecord = {
          ...before,
          name: ClientName ?? before.name,
          modifiedMs: clock.now(),
          settings: withDefaults(given),
        };
        await checkClient(tx, pool, client);
        tx.put(clients, [pool.id, client.id], client);
        return { UserPoolClient: shown(client) };
      });
    },

    async DeleteUserPoolClient(input, call) {
      await store.write(async (tx) => {
        const pool = await poolNamed(tx, input.UserPoolId, call);
        const client = await clientOf(tx, pool.id, input.ClientId);
        tx.delete(clients, [pool.id, client.id]);
        tx.delete(clientPools, [client.id]);
      });
    },

    async ListUserPoolClients(input, call) {
      return store.read(async (tx) => {
        const pool = await poolNamed(tx, input.UserPoolId, call);
        const all = (await tx.list(clients, [pool.id])).map(({ value }) => value);
        const { items, next } = pageOf(all, ({ id }) => id, input.NextToken, input.MaxResults ?? 60);
        return {
          UserPoolClients: items.map(({ id, name, poolId }) => ({
            ClientId: id,
            UserPoolId: poolId,
            ClientName: name,
          })),
          ...(next !== undefined && { NextToken: next }),
        };
      });
    },
  };
}

function withDefaults(given: ClientSettings): ClientSettings {
  return {
    RefreshTokenValidity: 30,
    TokenValidityUnits: {},
    AllowedOAuthFlowsUserPoolClient: false,
    EnableTokenRevocation: true,
    EnablePropagateAdditionalUserContextData: false,
    AuthSessionValidity: 3,
    ...given,
    ...(given.RefreshTokenValidity === 0 && { RefreshTokenValidity: 30 }),
  };
}

/** Scopes every pool has. */
const standardScopes: ReadonlySet<string> = new Set([
  'openid',
  'email',
  'phone',
  'profile',
  'aws.cognito.signin.user.admin',
]);

async function checkClient(tx: ReadTransaction, pool: PoolRecord, client: ClientRecord): Promise<void> {
  const { settings } = client;
  checkFlows(settings);
  checkValidity(client);
  checkAttributes(pool, settings);
  checkUrls(settings);
  checkOAuth(client);
  if (settings.AnalyticsConfiguration !== undefined) throw notBuilt('AnalyticsConfiguration (Pinpoint)');
  if (settings.EnablePropagateAdditionalUserContextData === true && client.secret === undefined) {
    throw invalidParameter('EnablePropagateAdditionalUserContextData is only supported for clients with a secret.');
  }
  for (const scope of settings.AllowedOAuthScopes ?? []) {
    if (standardScopes.has(scope)) continue;
    const at = scope.lastIndexOf('/');
    const server = at < 1 ? undefined : await tx.get(resourceServers, [pool.id, scope.slice(0, at)]);
    if (server?.scopes.some(({ ScopeName }) => ScopeName === scope.slice(at + 1)) !== true) {
      throw new Problem('ScopeDoesNotExistException', `Invalid scope requested: ${scope}`);
    }
  }
  for (const provider of settings.SupportedIdentityProviders ?? []) {
    if (provider !== 'COGNITO' && (await tx.get(identityProviders, [pool.id, provider])) === undefined) {
      throw invalidParameter(`The provider ${provider} does not exist for User Pool ${pool.id}.`);
    }
  }
}

function checkFlows({ ExplicitAuthFlows: flows = [] }: ClientSettings): void {
  const isOld = (flow: string): boolean => !flow.startsWith('ALLOW_');
  if (flows.some(isOld) && !flows.every(isOld)) {
    throw invalidParameter(
      'Cannot mix legacy and new ExplicitAuthFlows: values with the prefix ALLOW_ are used alone.',
    );
  }
}

const day = 86_400;

function checkValidity(client: ClientRecord): void {
  const access = validitySeconds(client, 'AccessToken');
  const id = validitySeconds(client, 'IdToken');
  const refresh = validitySeconds(client, 'RefreshToken');
  for (const [name, seconds] of [
    ['AccessTokenValidity', access],
    ['IdTokenValidity', id],
  ] as const) {
    if (seconds < 300 || seconds > day) {
      throw invalidParameter(`Invalid range for token validity: ${name} must be between 5 minutes and 1 day.`);
    }
  }
  if (refresh < 3600 || refresh > 3650 * day) {
    throw invalidParameter(
      'Invalid range for token validity: RefreshTokenValidity must be between 60 minutes and 3650 days.',
    );
  }
  if (refresh < access || refresh < id) {
    throw invalidParameter('Refresh token validity must be greater than or equal to access and ID token validity.');
  }
}

function checkAttributes(pool: PoolRecord, { ReadAttributes = [], WriteAttributes = [] }: ClientSettings): void {
  const named = new Map(pool.schema.map((attribute) => [attribute.Name!, attribute]));
  const unreadable = ReadAttributes.find((name) => !named.has(name));
  if (unreadable !== undefined) throw invalidParameter('Invalid read attributes specified while creating a client');
  const unwritable = WriteAttributes.find(
    (name) => !named.has(name) || ['sub', 'email_verified', 'phone_number_verified', 'identities'].includes(name),
  );
  if (unwritable !== undefined) throw invalidParameter('Invalid write attributes specified while creating a client');
  const required = pool.schema.find(
    ({ Name, Required }) =>
      Required === true && Name !== 'sub' && WriteAttributes.length > 0 && !WriteAttributes.includes(Name!),
  );
  if (required !== undefined) throw invalidParameter('Invalid write attributes specified while creating a client');
}

function checkUrls({ CallbackURLs = [], LogoutURLs = [], DefaultRedirectURI }: ClientSettings): void {
  for (const url of [...CallbackURLs, ...LogoutURLs]) {
    const parsed = URL.parse(url);
    const isLocal = parsed !== null && ['localhost', '127.0.0.1', '[::1]'].includes(parsed.hostname);
    if (parsed === null || parsed.hash !== '') throw invalidParameter(`${url} is not a valid redirect URI.`);
    if (parsed.protocol === 'http:' && !isLocal) {
      throw invalidParameter(
        `cannot use the HTTP protocol for redirect uri ${url}`,
        'HTTPS is needed for all but localhost',
      );
    }
  }
  if (DefaultRedirectURI !== undefined && !CallbackURLs.includes(DefaultRedirectURI)) {
    throw invalidParameter('DefaultRedirectURI must be in the CallbackURLs list.');
  }
}

function checkOAuth({ secret, settings }: ClientRecord): void {
  const {
    AllowedOAuthFlowsUserPoolClient,
    AllowedOAuthFlows = [],
    AllowedOAuthScopes = [],
    CallbackURLs = [],
  } = settings;
  const hasMachineFlow = AllowedOAuthFlows.includes('client_credentials');
  if (hasMachineFlow && AllowedOAuthFlows.length > 1) {
    throw invalidOAuthFlow('client_credentials flow can not be selected along with code flow or implicit flow.');
  }
  if (hasMachineFlow && secret === undefined) {
    throw invalidOAuthFlow('client_credentials flow can not be selected if client does not have a client secret.');
  }
  if (hasMachineFlow && AllowedOAuthScopes.some((scope) => standardScopes.has(scope))) {
    throw invalidOAuthFlow(
      'client_credentials flow can not be selected with standard scopes; name scopes of a resource server.',
    );
  }
  if (AllowedOAuthFlowsUserPoolClient !== true) return;
  if (AllowedOAuthFlows.length === 0 || AllowedOAuthScopes.length === 0) {
    throw invalidOAuthFlow(
      'AllowedOAuthFlows and AllowedOAuthScopes are required if user pool client is allowed to use OAuth flows.',
    );
  }
  if (!hasMachineFlow && CallbackURLs.length === 0) {
    throw invalidParameter('CallbackURLs is required if code or implicit flow is selected.');
  }
}

function shown(client: ClientRecord): UserPoolClientType {
  return {
    ...client.settings,
    UserPoolId: client.poolId,
    ClientName: client.name,
    ClientId: client.id,
    ...(client.secret !== undefined && { ClientSecret: client.secret }),
    LastModifiedDate: client.modifiedMs,
    CreationDate: client.createdMs,
  };
}
