/**
 * The user of the pool that somebody is who signed in with a provider: made at the first sign-in, brought up to date at each, or the user whom an
 * administrator linked ("Specifying identity provider attribute mappings" and "Linking federated users" in Cognito's developer guide).
 */
import { randomUUID } from 'node:crypto';
import type { ReadTransaction, WriteTransaction } from '../../../ports/store.ts';
import { changedAttributes } from '../attribute-changes.ts';
import { findUser, putUser, userKey } from '../directory.ts';
import type { PoolParts } from '../parts.ts';
import { invalidParameter, notAuthorized } from '../pool-errors.ts';
import {
  type ClientRecord,
  groupMembers,
  groups,
  type IdentityProviderRecord,
  identityLinks,
  type PoolRecord,
  type UserRecord,
  userGroups,
  users,
} from '../records.ts';
import { checkedAttributes } from '../schema.ts';
import { postConfirmation } from '../sign-up.ts';
import { triggerAttributes } from '../triggers.ts';
import type { ProviderClaims } from './code-exchange.ts';
import { kindOf, nameId } from './provider-kinds.ts';

/** One entry of the attribute `identities`. */
export interface Identity {
  readonly userId: string;
  readonly providerName: string;
  readonly providerType: string;
  readonly issuer: string | null;
  readonly primary: boolean;
  /** Milliseconds since the epoch. */
  readonly dateCreated: number;
}

export interface FederatedSignIn {
  readonly pool: PoolRecord;
  readonly client: ClientRecord;
  readonly provider: IdentityProviderRecord;
  readonly claims: ProviderClaims;
}

/** The link that names its subject as the provider does. */
export const subjectAttribute = 'Cognito_Subject';

/** The identities of a user, oldest first. */
export function identitiesOf({ attributes }: Pick<UserRecord, 'attributes'>): readonly Identity[] {
  return attributes['identities'] === undefined ? [] : (JSON.parse(attributes['identities']) as Identity[]);
}

/** Attributes with these identities; without any the attribute goes. */
export function withIdentities(
  attributes: Readonly<Record<string, string>>,
  identities: readonly Identity[],
): Record<string, string> {
  const { identities: _before, ...others } = attributes;
  return identities.length === 0 ? others : { ...others, identities: JSON.stringify(identities) };
}

/** Finds or makes the user, asks the pool's functions, and keeps what the provider says. Throws as Cognito refuses. */
export async function federatedUser(parts: PoolParts, signIn: FederatedSignIn): Promise<UserRecord> {
  const { pool, provider, claims } = signIn;
  const subjectClaim = provider.AttributeMapping?.['username'] ?? kindOf(provider.ProviderType)?.subject ?? nameId;
  const subject = claimText(claims, subjectClaim);
  if (subject === undefined) throw invalidParameter(`${provider.ProviderName} does not say who the user is.`);
  const linked = await parts.store.read((tx) => linkedUser(tx, signIn, subject));
  const username = `${provider.ProviderName}_${subject}`;
  const before = linked ?? (await parts.store.read((tx) => findUser(tx, pool, username)));
  const mapped = mappedAttributes(signIn, before === undefined);
  if (before === undefined) return newUser(parts, signIn, subject, username, mapped);
  if (!before.enabled) throw notAuthorized('User is disabled.');
  // A linked user's attributes are overwritten as well: the provider's are the latest.
  const user = await parts.store.write(async (tx) => {
    const now = (await tx.get(users, [pool.id, userKey(pool, before.username)])) ?? before;
    const after: UserRecord = {
      ...now,
      attributes: changedAttributes(pool, now, mapped),
      modifiedMs: parts.clock.now(),
    };
    await putUser(tx, pool, after);
    return after;
  });
  await parts.triggers.call({
    trigger: 'PreAuthentication',
    source: 'PreAuthentication_Authentication',
    pool,
    clientId: signIn.client.id,
    username: user.username,
    request: { userAttributes: triggerAttributes(user), validationData: {}, userNotFound: false },
    response: {},
  });
  return user;
}

async function newUser(
  parts: PoolParts,
  { pool, client, provider }: FederatedSignIn,
  subject: string,
  username: string,
  mapped: Readonly<Record<string, string>>,
): Promise<UserRecord> {
  const nowMs = parts.clock.now();
  const identity: Identity = {
    userId: subject,
    providerName: provider.ProviderName,
    providerType: provider.ProviderType,
    issuer: null,
    primary: true,
    dateCreated: nowMs,
  };
  const draft: UserRecord = {
    poolId: pool.id,
    username,
    sub: randomUUID(),
    attributes: withIdentities(mapped, [identity]),
    enabled: true,
    status: 'EXTERNAL_PROVIDER',
    createdMs: nowMs,
    modifiedMs: nowMs,
    codes: {},
    generation: 0,
    mfa: { enabled: [] },
  };
  requireAttributes(pool, draft);
  const verdict = await parts.triggers.call({
    trigger: 'PreSignUp',
    source: 'PreSignUp_ExternalProvider',
    pool,
    clientId: client.id,
    username,
    request: { userAttributes: triggerAttributes(draft), validationData: {} },
    response: { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
  });
  const attributes = { ...draft.attributes };
  if (verdict?.['autoVerifyEmail'] === true && attributes['email']) attributes['email_verified'] = 'true';
  if (verdict?.['autoVerifyPhone'] === true && attributes['phone_number']) attributes['phone_number_verified'] = 'true';
  const user: UserRecord = { ...draft, attributes };
  await parts.store.write(async (tx) => {
    await putUser(tx, pool, user);
    await joinProviderGroup(tx, pool, provider, user, nowMs);
  });
  await postConfirmation(
    parts,
    { pool, clientId: client.id, metadata: undefined },
    user,
    'PostConfirmation_ConfirmSignUp',
  );
  return user;
}

/** Everyone who comes by a provider is in a group that Cognito makes for it. */
async function joinProviderGroup(
  tx: WriteTransaction,
  pool: PoolRecord,
  { ProviderName }: IdentityProviderRecord,
  user: UserRecord,
  nowMs: number,
): Promise<void> {
  const name = `${pool.id}_${ProviderName}`;
  if ((await tx.get(groups, [pool.id, name])) === undefined) {
    const description = `Autogenerated group for users who sign in using ${ProviderName}`;
    tx.put(groups, [pool.id, name], { poolId: pool.id, name, description, createdMs: nowMs, modifiedMs: nowMs });
  }
  const key = userKey(pool, user.username);
  tx.put(groupMembers, [pool.id, name, key], { sinceMs: nowMs });
  tx.put(userGroups, [pool.id, key, name], { sinceMs: nowMs });
}

/** The user whom an administrator linked with this subject, or with one of the claims. */
async function linkedUser(
  tx: ReadTransaction,
  { pool, provider, claims }: FederatedSignIn,
  subject: string,
): Promise<UserRecord | undefined> {
  for (const { key, value } of await tx.list(identityLinks, [pool.id, provider.ProviderName])) {
    const [, , attribute, wanted] = key;
    const told = attribute === subjectAttribute ? subject : claimText(claims, attribute!);
    if (told === wanted) return tx.get(users, [pool.id, value.key]);
  }
  return undefined;
}

/** Attributes of the pool by the provider's mapping. Those it does not tell stay as they are. */
function mappedAttributes({ pool, provider, claims }: FederatedSignIn, isNewUser: boolean): Record<string, string> {
  const given = Object.entries(provider.AttributeMapping ?? {}).flatMap(([Name, claim]) => {
    const Value = Name === 'username' || claim === null ? undefined : claimText(claims, claim);
    if (Value === undefined) return [];
    const isFixed = !isNewUser && pool.schema.find((each) => each.Name === Name)?.Mutable === false;
    return isFixed ? [] : [{ Name, Value }];
  });
  return checkedAttributes(pool.schema, given, { isNewUser, isAdmin: true });
}

/** Throws unless the provider told everything the pool requires. */
function requireAttributes({ schema }: PoolRecord, { attributes }: UserRecord): void {
  const missing = schema.filter(
    ({ Name, Required }) => Required === true && Name !== 'sub' && (attributes[Name!] ?? '') === '',
  );
  if (missing.length > 0)
    throw invalidParameter(`attributes required: [${missing.map(({ Name }) => Name).join(', ')}]`);
}

/** A claim as the text an attribute is. */
function claimText(claims: ProviderClaims, name: string): string | undefined {
  const value = Object.hasOwn(claims, name) ? claims[name] : undefined;
  if (value === undefined || value === null) return undefined;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
