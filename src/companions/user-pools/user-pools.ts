/** The user-pool companion, put together: the operations of Cognito's user pools, and the keys that authorizers check tokens with. */
import type { Clock } from '../../base/clock.ts';
import type { HttpReply, HttpRequest } from '../../base/http.ts';
import type { Functions } from '../../ports/functions.ts';
import type { IssuerCalls } from '../../ports/issuer-calls.ts';
import type { Store } from '../../ports/store.ts';
import type { Log } from '../../ports/telemetry.ts';
import type { TokenKey } from '../../ports/token-issuers.ts';
import type { Handlers } from '../../wire/call.ts';
import type { Operations } from '../../wire/generated/cognito-idp.ts';
import { adminUserHandlers } from './handlers/admin-users.ts';
import { authHandlers } from './handlers/auth.ts';
import { clientHandlers } from './handlers/clients.ts';
import { deviceHandlers } from './handlers/devices.ts';
import { domainHandlers } from './handlers/domains.ts';
import { groupHandlers } from './handlers/groups.ts';
import { identityProviderHandlers } from './handlers/identity-providers.ts';
import { linkedUserHandlers } from './handlers/linked-users.ts';
import { mfaHandlers } from './handlers/mfa.ts';
import { ownAccountHandlers } from './handlers/own-account.ts';
import { poolHandlers } from './handlers/pools.ts';
import { resourceServerHandlers } from './handlers/resource-servers.ts';
import { signUpHandlers } from './handlers/sign-up.ts';
import { tagHandlers } from './handlers/tags.ts';
import { userListHandlers } from './handlers/user-lists.ts';
import { createMessenger } from './messages.ts';
import { awsIssuer } from './names.ts';
import { createPages, type Pages } from './pages/pages.ts';
import { jsonReply } from './pages/replies.ts';
import type { PoolParts } from './parts.ts';
import { createKeyRing } from './pool-keys.ts';
import { createTokenReader } from './tokens.ts';
import { createTriggers } from './triggers.ts';

export interface UserPoolsOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly functions: Functions;
  /** Functions must let a pool in by their resource policy, as on AWS. */
  readonly strictPermissions: boolean;
  /** `http://localhost:4566`; asked when needed. */
  endpointUrl(): string;
  /** What `iss` of tokens says: AWS's own address of the pool, or this server's, for clients that look the issuer up. */
  readonly issuer: 'aws' | 'local';
  /** Every code that is sent is this one; for tests. */
  readonly fixedCode: string | undefined;
  /** The way to identity providers that pools federate with. */
  readonly issuerCalls: IssuerCalls;
  /** Called after a pool was deleted, with its keys. */
  readonly poolDeleted?: () => void;
}

export interface UserPoolsCompanion {
  readonly handlers: Handlers<Operations>;
  /** Discovery, OAuth and the hosted sign-in page. */
  readonly pages: Pages;
  /** Answers `GET /_/user-pools/{poolId}/messages`: what the pool would have sent, oldest first, codes and all. For dev mode only. */
  messagesPage(request: HttpRequest): Promise<HttpReply>;
  /** The keys of one of our pools, by the issuer of its tokens in AWS's spelling or by this server's address; undefined for other issuers. */
  keysOfIssuer(issuer: string): Promise<readonly TokenKey[] | undefined>;
  /** Forgets everything, because the store was emptied. */
  reset(): void;
}

/** Opens the companion. It reads the store when called and makes keys when a pool first needs them. */
export function createUserPools(options: UserPoolsOptions): UserPoolsCompanion {
  const { store, clock, log, functions, strictPermissions, fixedCode } = options;
  const now = (): number => clock.now();
  const keys = createKeyRing(store);
  const triggers = createTriggers({ functions, strictPermissions, now });
  const messenger = createMessenger({ triggers, log, clock, fixedCode });
  const parts: PoolParts = {
    store,
    clock,
    log,
    keys,
    tokens: createTokenReader({ store, keys, now }),
    triggers,
    messenger,
    issuerCalls: options.issuerCalls,
    poolDeleted: options.poolDeleted ?? (() => {}),
    issuerOf: (pool) => (options.issuer === 'aws' ? awsIssuer(pool) : `${options.endpointUrl()}/${pool.id}`),
  };

  /** `us-east-1_AbCdEfGhI` of an issuer that could be ours. */
  function poolIdOf(issuer: string): string | undefined {
    const url = URL.parse(issuer);
    const id = /^\/([\w-]+_[0-9a-zA-Z]+)\/?$/.exec(url?.pathname ?? '')?.[1];
    if (url === null || id === undefined) return undefined;
    if (issuer === awsIssuer({ id, region: id.slice(0, id.indexOf('_')) })) return id;
    const own = new URL(options.endpointUrl());
    const isOwn =
      url.origin === own.origin || (isLoopback(url.hostname) && isLoopback(own.hostname) && url.port === own.port);
    return isOwn ? id : undefined;
  }

  return {
    handlers: {
      ...poolHandlers(parts),
      ...clientHandlers(parts),
      ...adminUserHandlers(parts),
      ...authHandlers(parts),
      ...signUpHandlers(parts),
      ...ownAccountHandlers(parts),
      ...groupHandlers(parts),
      ...userListHandlers(parts),
      ...mfaHandlers(parts),
      ...deviceHandlers(parts),
      ...domainHandlers(parts),
      ...resourceServerHandlers(parts),
      ...identityProviderHandlers(parts),
      ...linkedUserHandlers(parts),
      ...tagHandlers(parts),
    },
    pages: createPages(parts),
    async messagesPage({ method, path }) {
      const poolId = /^\/_\/user-pools\/([\w-]+)\/messages$/.exec(path)?.[1];
      if (poolId === undefined || method !== 'GET') return jsonReply(404, { message: 'Not Found' });
      return jsonReply(200, { messages: messenger.sent(poolId) });
    },
    async keysOfIssuer(issuer) {
      const id = poolIdOf(issuer);
      return id === undefined ? undefined : (await keys.keysOf(id))?.published;
    },
    reset() {
      keys.forget();
      messenger.clear();
    },
  };
}

const isLoopback = (host: string): boolean => host === 'localhost' || host === '127.0.0.1' || host === '[::1]';
