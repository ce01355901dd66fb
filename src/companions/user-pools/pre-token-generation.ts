/** The pre token generation trigger, versions 1 and 2: what the function may see, and which of its wishes count. */
import { Problem } from '../../base/problem.ts';
import type { ClientRecord, GroupRecord, PoolRecord, UserRecord } from './records.ts';
import type { ClaimChanges, TokenChanges } from './token-changes.ts';
import { preferredRole } from './tokens.ts';
import { type Triggers, triggerArn, triggerAttributes } from './triggers.ts';

interface Generation {
  readonly pool: PoolRecord;
  readonly client: ClientRecord;
  readonly user: UserRecord;
  readonly groups: readonly GroupRecord[];
  readonly scope: string;
  readonly source: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** Claims that no function may change ("Pre token generation Lambda trigger" in the developer guide). */
const protectedClaims: ReadonlySet<string> = new Set([
  'acr',
  'amr',
  'at_hash',
  'auth_time',
  'azp',
  'event_id',
  'exp',
  'iat',
  'iss',
  'jti',
  'nbf',
  'nonce',
  'origin_jti',
  'sub',
  'token_use',
  'cognito:username',
  'identities',
  'client_id',
  'username',
  'device_key',
  'version',
  'scope',
  'aud',
]);

/** What the pool's function asks for; undefined when the pool has none. */
export async function changesByFunction(triggers: Triggers, generation: Generation): Promise<TokenChanges | undefined> {
  const { pool, client, user, groups, scope, source, metadata } = generation;
  const config = pool.settings.LambdaConfig;
  if (triggerArn(config, 'PreTokenGeneration') === undefined) return undefined;
  const isSecond = config?.PreTokenGenerationConfig?.LambdaVersion === 'V2_0';
  const groupConfiguration = {
    groupsToOverride: groups.map(({ name }) => name),
    iamRolesToOverride: groups.flatMap(({ roleArn }) => (roleArn === undefined ? [] : [roleArn])),
    preferredRole: preferredRole(groups) ?? null,
  };
  const response = await triggers.call({
    trigger: 'PreTokenGeneration',
    source,
    pool,
    clientId: client.id,
    username: user.username,
    version: isSecond ? '2' : '1',
    request: {
      userAttributes: triggerAttributes(user),
      groupConfiguration,
      ...(isSecond && { scopes: scope.split(' ') }),
      ...(metadata !== undefined && { clientMetadata: metadata }),
    },
    response: isSecond ? { claimsAndScopeOverrideDetails: null } : { claimsOverrideDetails: null },
  });
  return isSecond
    ? changesOfSecond(recordOf(response?.['claimsAndScopeOverrideDetails'], 'claimsAndScopeOverrideDetails'))
    : changesOfFirst(recordOf(response?.['claimsOverrideDetails'], 'claimsOverrideDetails'));
}

function changesOfFirst(details: Json): TokenChanges {
  return { id: claimChanges(details, true), ...groupChanges(details) };
}

function changesOfSecond(details: Json): TokenChanges {
  const id = recordOf(details['idTokenGeneration'], 'idTokenGeneration');
  const access = recordOf(details['accessTokenGeneration'], 'accessTokenGeneration');
  return {
    id: claimChanges(id, false),
    access: claimChanges(access, false),
    scopesToAdd: textsOf(access['scopesToAdd'], 'scopesToAdd') ?? [],
    scopesToSuppress: textsOf(access['scopesToSuppress'], 'scopesToSuppress') ?? [],
    ...groupChanges(details),
  };
}

type Json = Readonly<Record<string, unknown>>;

function claimChanges(from: Json, textsOnly: boolean): ClaimChanges {
  const wanted = recordOf(from['claimsToAddOrOverride'], 'claimsToAddOrOverride');
  const add = Object.entries(wanted)
    .filter(([name]) => !protectedClaims.has(name) && !name.startsWith('cognito:'))
    .map(([name, value]): [string, unknown] => {
      // The first version knows texts only; numbers and the like become what they read as.
      if (!textsOnly || typeof value === 'string') return [name, value];
      if (typeof value === 'object') throw unrecognizable(`claim ${name} is no text`);
      return [name, String(value)];
    });
  const suppress = (textsOf(from['claimsToSuppress'], 'claimsToSuppress') ?? []).filter(
    (name) => !protectedClaims.has(name),
  );
  return { add: Object.fromEntries(add), suppress };
}

function groupChanges(details: Json): Partial<TokenChanges> {
  const wanted = recordOf(details['groupOverrideDetails'], 'groupOverrideDetails');
  const groups = textsOf(wanted['groupsToOverride'], 'groupsToOverride');
  const roles = textsOf(wanted['iamRolesToOverride'], 'iamRolesToOverride');
  const role = wanted['preferredRole'];
  return {
    ...(groups !== undefined && { groups }),
    ...(roles !== undefined && { roles }),
    ...(typeof role === 'string' && role !== '' && { preferredRole: role }),
  };
}

function recordOf(value: unknown, name: string): Json {
  if (value === undefined || value === null) return {};
  if (typeof value !== 'object' || Array.isArray(value)) throw unrecognizable(`${name} is no object`);
  return value as Json;
}

function textsOf(value: unknown, name: string): string[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string'))
    throw unrecognizable(`${name} is no list of texts`);
  return value;
}

const unrecognizable = (why: string): Problem =>
  new Problem('InvalidLambdaResponseException', 'Unrecognizable lambda output', { why: `PreTokenGeneration: ${why}` });
