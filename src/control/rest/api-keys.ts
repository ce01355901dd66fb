/** ApiKey: CreateApiKey, GetApiKey, GetApiKeys, UpdateApiKey, DeleteApiKey (rows V1-38, PATCH-02). api-key-import.ts has ImportApiKeys. */
import type { Clock } from '../../base/clock.ts';
import { newApiId, newApiKeyValue } from '../../base/ids.ts';
import type { ApiKey } from '../../definition/usage.ts';
import { apiKeys, apiKeyValues, planMemberships, quotaCounts, usageDays, usagePlans } from '../../ports/records.ts';
import type { ReadTransaction, WriteTransaction } from '../../ports/store.ts';
import type { Call, Handlers } from '../../wire/call.ts';
import type { ApiKey as AnsweredKey, CreateApiKeyRequest, Operations } from '../../wire/generated/apigateway.ts';
import { wholeSeconds } from './answers.ts';
import {
  apiKeyExists,
  badKeyValue,
  nameTooLong,
  noSuchApiKey,
  requireText,
  tooManyApiKeys,
} from './chosen-usage-refusals.ts';
import { badRequest } from './errors.ts';
import type { RestLimits } from './limits.ts';
import { sortedPageOf } from './paging.ts';
import { applyPatch, booleanOf, type Change, type PatchTable, withMember } from './patch.ts';
import type { RestPorts } from './ports.ts';
import { findStage } from './stages.ts';
import { checkTags } from './tag-rules.ts';

/** A stage in the old way: added and removed by its name `{apiId}/{stage}`. */
const stageKey =
  (change: (stages: readonly string[], stage: string) => readonly string[]): Change<ApiKey> =>
  (key, { value }) => {
    if (!/^[^/]+\/[^/]+$/.test(value)) throw badRequest('Invalid stage key specified');
    return withMember(key, 'stageKeys', change(key.stageKeys, value));
  };

/** What UpdateApiKey can change. */
const apiKeyPatches: PatchTable<ApiKey> = {
  rows: [
    { path: '/name', replace: (key, { value }) => withMember(key, 'name', value) },
    { path: '/description', replace: (key, { value }) => withMember(key, 'description', value) },
    { path: '/enabled', replace: (key, { value }) => withMember(key, 'enabled', booleanOf(value)) },
    { path: '/customerId', replace: (key, { value }) => withMember(key, 'customerId', value) },
    {
      path: '/stages',
      add: stageKey((stages, stage) => [...new Set([...stages, stage])]),
      remove: stageKey((stages, stage) => stages.filter((each) => each !== stage)),
    },
    // Known to AWS and without any effect one could see.
    { path: '/labels', add: (key) => key, remove: (key) => key },
  ],
};

export function apiKeyHandlers({ store, usage, clock, limits }: RestPorts): Handlers<Operations> {
  const nextCreation = creationTimes(clock);
  return {
    async CreateApiKey(input, call) {
      const key = await store.write(async (tx) => {
        const created = newApiKey(input, nextCreation());
        checkApiKey(created, limits);
        for (const { restApiId, stageName } of input.stageKeys ?? []) {
          await findStage(tx, call, restApiId ?? '', stageName ?? '');
        }
        if ((await idOfValue(tx, call, created.value)) !== undefined) throw apiKeyExists();
        await checkKeyCount(tx, call, limits);
        putApiKey(tx, call, created);
        return created;
      });
      usage.publish({ owner: call, keyIds: [key.id] });
      return answerKey(key, { withValue: true, emptyTags: false });
    },

    GetApiKey: ({ apiKey, includeValue }, call) =>
      store.read(async (tx) =>
        answerKey(await findApiKey(tx, call, apiKey), { withValue: includeValue ?? false, emptyTags: false }),
      ),

    GetApiKeys: ({ nameQuery, customerId, includeValues, ...paging }, call) =>
      store.read(async (tx) => {
        const all = (await tx.list(apiKeys, [call.account, call.region])).map(({ value }) => value);
        const wanted = all.filter(
          (key) =>
            (nameQuery === undefined || key.name?.startsWith(nameQuery) === true) &&
            (customerId === undefined || key.customerId === customerId),
        );
        // Newest first, lists of a name in the order of names (both recorded).
        const order = nameQuery === undefined ? newestFirst : byName;
        const page = sortedPageOf(wanted.sort(order), placeOf, order, paging, limits);
        return {
          ...page,
          items: page.items.map((key) => answerKey(key, { withValue: includeValues ?? false, emptyTags: false })),
        };
      }),

    async UpdateApiKey({ apiKey, patchOperations }, call) {
      const key = await store.write(async (tx) => {
        const found = await findApiKey(tx, call, apiKey);
        const patched = { ...applyPatch(apiKeyPatches, found, patchOperations), lastUpdatedAtMs: clock.now() };
        checkApiKey(patched, limits);
        putApiKey(tx, call, patched);
        return patched;
      });
      usage.publish({ owner: call, keyIds: [key.id] });
      return answerKey(key, { withValue: false, emptyTags: true });
    },

    async DeleteApiKey({ apiKey }, call) {
      await store.write(async (tx) => {
        const key = await findApiKey(tx, call, apiKey);
        tx.delete(apiKeys, [call.account, call.region, key.id]);
        tx.delete(apiKeyValues, [call.account, call.region, key.value]);
        for (const { value: plan } of await tx.list(usagePlans, [call.account, call.region])) {
          const membership = [call.account, call.region, plan.id, key.id];
          tx.delete(planMemberships, membership);
          tx.delete(quotaCounts, membership);
          await tx.deleteAll(usageDays, membership);
        }
      });
      usage.publish({ owner: call, keyIds: [apiKey] });
    },
  };
}

/** Times of creation, of which no two are the same: lists are newest first, also of keys made within a millisecond. */
export function creationTimes(clock: Clock): () => number {
  let lastMs = 0;
  return () => {
    lastMs = Math.max(clock.now(), lastMs + 0.001);
    return lastMs;
  };
}

type Owner = Pick<Call, 'account' | 'region'>;

export async function findApiKey(tx: ReadTransaction, { account, region }: Owner, id: string): Promise<ApiKey> {
  const key = await tx.get(apiKeys, [account, region, id]);
  if (key === undefined) throw noSuchApiKey();
  return key;
}

/** The id of the key with this value; undefined when there is none. */
export async function idOfValue(
  tx: ReadTransaction,
  { account, region }: Owner,
  value: string,
): Promise<string | undefined> {
  return (await tx.get(apiKeyValues, [account, region, value]))?.id;
}

export function putApiKey(tx: WriteTransaction, { account, region }: Owner, key: ApiKey): void {
  tx.put(apiKeys, [account, region, key.id], key);
  tx.put(apiKeyValues, [account, region, key.value], { id: key.id });
}

/** A key is off unless asked for (recorded), its value made up unless given. Its id never is its value, whatever `generateDistinctId` says (recorded). */
function newApiKey(input: CreateApiKeyRequest, nowMs: number): ApiKey {
  const { name, description, customerId, stageKeys, tags } = input;
  return {
    id: newApiId(),
    value: input.value === undefined || input.value === '' ? newApiKeyValue() : input.value,
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    ...(customerId !== undefined && { customerId }),
    enabled: input.enabled ?? false,
    stageKeys: (stageKeys ?? []).map(({ restApiId, stageName }) => `${restApiId}/${stageName}`),
    ...(tags && Object.keys(tags).length > 0 && { tags }),
    createdAtMs: nowMs,
    lastUpdatedAtMs: nowMs,
  };
}

/** Throws unless a key may be as it is. */
export function checkApiKey(key: ApiKey, limits: RestLimits): void {
  if (key.value.length < 20) throw badRequest('API Key value should be at least 20 characters');
  // It travels as a header: whatever cannot stand there could never be presented.
  if (key.value.length > 128 || !/^[\x21-\x7e]+$/.test(key.value)) throw badKeyValue();
  if ((key.name?.length ?? 0) > 1024) throw nameTooLong();
  requireText(key.customerId, 'Customer Id');
  checkTags(key.tags ?? {}, limits);
}

async function checkKeyCount(tx: ReadTransaction, { account, region }: Owner, limits: RestLimits): Promise<void> {
  // Listed with a limit: an account may have a hundred thousand.
  const listed = await tx.list(apiKeyValues, [account, region], { limit: limits.apiKeys });
  if (listed.length >= limits.apiKeys) throw tooManyApiKeys();
}

const newestFirst = (a: ApiKey, b: ApiKey): number => b.createdAtMs - a.createdAtMs || compare(a.id, b.id);
const byName = (a: ApiKey, b: ApiKey): number => compare(a.name ?? '', b.name ?? '') || compare(a.id, b.id);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** AWS's position holds the key's value, which a position should not give away; ours holds what the lists are ordered by. */
const placeOf = ({ id, name, createdAtMs }: ApiKey) => ({ id, ...(name !== undefined && { name }), createdAtMs });

function answerKey(
  { createdAtMs, lastUpdatedAtMs, value, tags, ...members }: ApiKey,
  { withValue, emptyTags }: { readonly withValue: boolean; readonly emptyTags: boolean },
): AnsweredKey {
  return {
    ...members,
    ...(withValue && { value }),
    createdDate: wholeSeconds(createdAtMs),
    lastUpdatedDate: wholeSeconds(lastUpdatedAtMs),
    ...(emptyTags ? { tags: tags ?? {} } : tags && Object.keys(tags).length > 0 && { tags }),
  };
}
