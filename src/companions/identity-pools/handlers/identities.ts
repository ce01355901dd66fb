/** Identities: who signs in through which provider, and the credentials they get. */
import type { Clock } from '../../../base/clock.ts';
import { Problem } from '../../../base/problem.ts';
import type { CognitoCaller } from '../../../ports/credentials.ts';
import type { Sessions } from '../../../ports/sessions.ts';
import type { Store, WriteTransaction } from '../../../ports/store.ts';
import type { TokenIssuers } from '../../../ports/token-issuers.ts';
import type { Handlers } from '../../../wire/call.ts';
import type { IdentityDescription, Operations } from '../../../wire/generated/cognito-identity.ts';
import { pageOf } from '../../list-pages.ts';
import { anyPool, identityNamed, linkLogins, newIdentity, poolNamed, removeIdentity } from '../directory.ts';
import {
  forbidden,
  identityNotFound,
  invalidConfiguration,
  invalidParameter,
  notAuthorized,
} from '../identity-errors.ts';
import { type IdentityTokens, identityProvider as provider } from '../identity-tokens.ts';
import { checkedLogins, developerLogin, type Login } from '../logins.ts';
import { type IdentityPoolRecord, type IdentityRecord, identities, identityLogins } from '../records.ts';
import { roleFor } from '../role-choice.ts';

/** All that is needed of sessions. */
export type RoleSessions = Pick<Sessions, 'assumeRole'>;

export interface IdentityParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly tokenIssuers: TokenIssuers;
  readonly tokens: IdentityTokens;
  readonly sessions: RoleSessions;
}

const sessionSeconds = 3600;
const tokenSeconds = 600;

/** Handlers over identities. */
export function identityHandlers(parts: IdentityParts): Handlers<Operations> {
  const { store, clock, tokenIssuers, tokens, sessions } = parts;

  /** The identity of checked logins: known, or new. Logins that belong to two identities are refused. */
  async function identityOf(
    tx: WriteTransaction,
    pool: IdentityPoolRecord,
    logins: Readonly<Record<string, string>>,
  ): Promise<IdentityRecord> {
    const found = new Set<string>();
    for (const [provider, subject] of Object.entries(logins)) {
      const known = await tx.get(identityLogins, [pool.id, provider, subject]);
      if (known !== undefined) found.add(known.id);
    }
    if (found.size > 1) throw new Problem('ResourceConflictException', 'Logins belong to different identities.');
    const [id] = found;
    if (id === undefined) return newIdentity(tx, pool, logins, clock.now());
    const identity = await tx.get(identities, [pool.id, id]);
    if (identity === undefined) throw identityNotFound(id);
    return linkLogins(tx, identity, logins, clock.now());
  }

  const subjectsOf = (logins: readonly Login[]): Record<string, string> =>
    Object.fromEntries(logins.map(({ provider, subject }) => [provider, subject]));

  /** An identity whose caller has shown a login of it, where it has any. */
  async function proven(id: string, given: Readonly<Record<string, string>>) {
    const { pool, identity } = await store.read((tx) => identityNamed(tx, id));
    const { [provider]: ownToken, ...others } = given;
    if (ownToken !== undefined && Object.keys(others).length === 0) {
      return { pool, identity, logins: [await developerLogin(identity, ownToken, tokenIssuers, clock.now())] };
    }
    const logins = await checkedLogins(pool, given, tokenIssuers, clock.now());
    if (logins.length === 0) {
      if (Object.keys(identity.logins).length > 0) throw forbidden(id);
      checkUnauthenticated(pool);
      return { pool, identity, logins };
    }
    const isTheirs = logins.some(({ provider, subject }) => identity.logins[provider] === subject);
    const isStranger = logins.some(({ provider, subject }) => (identity.logins[provider] ?? subject) !== subject);
    if (Object.keys(identity.logins).length > 0 && (!isTheirs || isStranger)) {
      throw notAuthorized(
        "Logins don't match. Please include at least one valid login for this identity or identity pool.",
      );
    }
    const linked = await store.write(async (tx) => {
      for (const { provider, subject } of logins) {
        const holder = await tx.get(identityLogins, [pool.id, provider, subject]);
        if (holder !== undefined && holder.id !== id)
          throw new Problem('ResourceConflictException', 'Login already linked to another identity.');
      }
      const now = await tx.get(identities, [pool.id, id]);
      if (now === undefined) throw identityNotFound(id);
      return linkLogins(tx, now, subjectsOf(logins), clock.now());
    });
    return { pool, identity: linked, logins };
  }

  return {
    async GetId(input) {
      const pool = await store.read((tx) => anyPool(tx, input.IdentityPoolId));
      const logins = await checkedLogins(pool, input.Logins ?? {}, tokenIssuers, clock.now());
      if (logins.length === 0) checkUnauthenticated(pool);
      const identity = await store.write((tx) => identityOf(tx, pool, subjectsOf(logins)));
      return { IdentityId: identity.id };
    },

    async GetOpenIdToken(input) {
      const { pool, identity, logins } = await proven(input.IdentityId, input.Logins ?? {});
      if (pool.settings.AllowClassicFlow !== true) {
        throw invalidParameter('Basic (classic) flow is not enabled, please use enhanced flow.');
      }
      const claims = { identityId: identity.id, poolId: pool.id, amr: amrOf(logins), lifetimeSeconds: tokenSeconds };
      return { IdentityId: identity.id, Token: await tokens.issue(claims, clock.now()) };
    },

    async GetCredentialsForIdentity(input) {
      const { pool, identity, logins } = await proven(input.IdentityId, input.Logins ?? {});
      const roleArn = roleFor(pool, logins[0], input.CustomRoleArn);
      const credentials = await sessions
        .assumeRole({
          roleArn,
          sessionName: 'CognitoIdentityCredentials',
          durationSeconds: sessionSeconds,
          principal: { kind: 'Federated', names: [provider] },
          action: 'sts:AssumeRoleWithWebIdentity',
          context: new Map<string, string | readonly string[]>([
            [`${provider}:aud`, pool.id],
            [`${provider}:sub`, identity.id],
            [`${provider}:amr`, amrOf(logins)],
            ['aws:federatedprovider', provider],
          ]),
          cognito: cognitoCaller(pool, identity, logins[0]),
        })
        .catch((error: unknown) => {
          if (error instanceof Problem && error.kind === 'AccessDeniedException') throw invalidConfiguration(error.why);
          throw error;
        });
      return {
        IdentityId: identity.id,
        Credentials: {
          AccessKeyId: credentials.accessKeyId,
          SecretKey: credentials.secretAccessKey,
          SessionToken: credentials.sessionToken,
          Expiration: credentials.expiresAtMs,
        },
      };
    },

    async GetOpenIdTokenForDeveloperIdentity(input, call) {
      const pool = await store.read((tx) => poolNamed(tx, input.IdentityPoolId, call));
      const name = pool.settings.DeveloperProviderName;
      const user = name === undefined ? undefined : input.Logins[name];
      if (name === undefined || user === undefined) {
        throw invalidParameter('Please provide the login of the developer provider of this identity pool.');
      }
      if (input.PrincipalTags !== undefined) throw invalidParameter('PrincipalTags are not built yet in Gatewright.');
      const { [name]: _developer, ...others } = input.Logins;
      const logins = await checkedLogins(pool, others, tokenIssuers, clock.now());
      const identity = await store.write(async (tx) => {
        const subjects = { ...subjectsOf(logins), [name]: user };
        if (input.IdentityId === undefined) return identityOf(tx, pool, subjects);
        const { pool: owner, identity: present } = await identityNamed(tx, input.IdentityId);
        if (owner.id !== pool.id) throw identityNotFound(input.IdentityId);
        const holder = await tx.get(identityLogins, [pool.id, name, user]);
        if (holder !== undefined && holder.id !== present.id) {
          throw new Problem(
            'DeveloperUserAlreadyRegisteredException',
            'The developer user is linked to another identity.',
          );
        }
        return linkLogins(tx, present, subjects, clock.now());
      });
      const lifetimeSeconds = input.TokenDuration ?? 900;
      const claims = { identityId: identity.id, poolId: pool.id, amr: ['authenticated', name], lifetimeSeconds };
      return { IdentityId: identity.id, Token: await tokens.issue(claims, clock.now()) };
    },

    async DescribeIdentity(input, call) {
      const { pool, identity } = await store.read((tx) => identityNamed(tx, input.IdentityId));
      if (pool.account !== call.account || pool.region !== call.region) throw identityNotFound(input.IdentityId);
      return described(identity);
    },

    async ListIdentities(input, call) {
      return store.read(async (tx) => {
        const pool = await poolNamed(tx, input.IdentityPoolId, call);
        const all = (await tx.list(identities, [pool.id])).map(({ value }) => value);
        const { items, next } = pageOf(all, ({ id }) => id, input.NextToken, input.MaxResults);
        return {
          IdentityPoolId: pool.id,
          Identities: items.map(described),
          ...(next !== undefined && { NextToken: next }),
        };
      });
    },

    async DeleteIdentities(input, call) {
      await store.write(async (tx) => {
        for (const id of input.IdentityIdsToDelete) {
          const found = await identityNamed(tx, id).catch(() => undefined);
          // One that is not there is deleted already.
          if (found?.pool.account === call.account && found.pool.region === call.region)
            removeIdentity(tx, found.identity);
        }
      });
      return { UnprocessedIdentityIds: [] };
    },

    async UnlinkIdentity(input) {
      const { pool, identity } = await proven(input.IdentityId, input.Logins);
      await store.write(async (tx) => {
        const logins = { ...identity.logins };
        for (const name of input.LoginsToRemove) {
          const subject = logins[name];
          if (subject === undefined) continue;
          tx.delete(identityLogins, [pool.id, name, subject]);
          delete logins[name];
        }
        tx.put(identities, [pool.id, identity.id], { ...identity, logins, modifiedMs: clock.now() });
      });
    },
  };
}

function checkUnauthenticated(pool: IdentityPoolRecord): void {
  if (!pool.settings.AllowUnauthenticatedIdentities) {
    throw notAuthorized('Unauthenticated access is not supported for this identity pool.');
  }
}

function amrOf(logins: readonly Login[]): string[] {
  if (logins.length === 0) return ['unauthenticated'];
  return [
    'authenticated',
    ...logins.flatMap(({ provider: name, subject }) => [name, `${name}:CognitoSignIn:${subject}`]),
  ];
}

/** `$context.identity.cognito…` of calls made with the credentials. */
function cognitoCaller(pool: IdentityPoolRecord, identity: IdentityRecord, login: Login | undefined): CognitoCaller {
  return {
    identityId: identity.id,
    identityPoolId: pool.id,
    authenticationType: login === undefined ? 'unauthenticated' : 'authenticated',
    authenticationProvider:
      login === undefined ? undefined : `${login.provider},${login.provider}:CognitoSignIn:${login.subject}`,
  };
}

const described = ({ id, logins, createdMs, modifiedMs }: IdentityRecord): IdentityDescription => ({
  IdentityId: id,
  ...(Object.keys(logins).length > 0 && { Logins: Object.keys(logins) }),
  CreationDate: createdMs,
  LastModifiedDate: modifiedMs,
});
